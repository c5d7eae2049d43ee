"""Whether a model answers the same when it is asked again, and what its noise leaves of R².

Eight sequences are asked in one batch, then in two batches of four. A model whose answers stay the
same is asked nothing more. Where they differ, the first batch is asked once more: an answer that
comes back there, and not in other company, depends on the batch, and no explanation of single
sequences is possible. Otherwise the model is noisy, and further sequences, each asked twice, tell
how noisy: the ceiling of R² is that of ``replicates``, carried from the mean of two answers (c) to
one by c / (2 - c) (Spearman and Brown, 1910).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.queries import ModelError, Probe, Queries
from shapzero_lite.sketching.replicates import NoiseCeiling, averaged, noise_ceiling

# Sequences asked again of every model, what that costs, and once more where answers differ.
ROWS, COST, _MORE = 8, 16, 8
# Of a noisy model, sequences asked twice: a hundredth of the budget, between these two, in so
# many batches, because a model may draw its noise once a batch.
_FEWEST, _MOST, _SHARE, _BATCHES = 32, 400, 100, 16
# Fewer pairs than this give no interval (``replicates``), so none are asked.
LEAST = 20
# Answers that differ by less, relative to the largest, are the same but for rounding: what a matrix
# product does for another number of rows.
_HARMLESS = 1e-5
# What a check needs at least, where a model turns out to be noisy.
ROOM = COST + _MORE + 2 * _FEWEST


@dataclass(frozen=True, eq=False)
class Repeats:
    """Sequences ``codes`` (R, n) that were asked twice, ``answers`` (2, R), and the ``ceiling``.

    Fewer than 20 tell that there is noise, and hardly how much: their interval is 0 to 1.
    """

    codes: Codes
    answers: Array
    ceiling: NoiseCeiling

    @property
    def noisy(self) -> bool:
        """Whether any answer was another one the second time."""
        return self.ceiling.noise > 0


def ask_again(asked: Queries, letters: Letters, budget: int, room: int, seed: int) -> Repeats:
    """Return what a model answers to the same sequences twice, drawn from ``letters``.

    Costs 16 queries; where answers differ, two hundredths of ``budget`` more, at most ``room`` in
    all. Raises ``ModelError`` for answers that depend on the other sequences of the batch.

    >>> from shapzero_lite import DNA
    >>> letters = Letters.uniform(6, DNA)
    >>> model = Queries(lambda codes: codes.sum(axis=1) + 0.5, DNA)
    >>> ask_again(model, letters, 1000, 100, seed=0).noisy, model.evaluations
    (False, 16)
    >>> centred = Queries(lambda codes: codes.sum(axis=1) - codes.sum(axis=1).mean(), DNA)
    >>> ask_again(centred, letters, 1000, 100, seed=0)
    Traceback (most recent call last):
    shapzero_lite.queries.answers.ModelError: the model's answer to a sequence depends on ...
    """
    rng = np.random.default_rng([seed, 9])
    codes = letters.draw(ROWS, rng)
    try:
        once, again = asked.again(codes, ROWS), np.empty(ROWS)
        mixed = np.argsort(np.arange(ROWS) % 2, kind="stable")  # every other one, then the rest
        again[mixed] = asked.again(codes[mixed], ROWS // 2)
        if _same(once, again):
            return of_few(codes, np.stack([once, once]))
        third = asked.again(codes, ROWS)
    except ModelError as error:
        error.add_note("the numbers are those of a few sequences that tried the model beforehand")
        raise
    if _same(once, third):
        raise ModelError(_of_the_batch(once, again))
    count = min(max(_FEWEST, budget // _SHARE), _MOST, (room - COST - _MORE) // 2)
    if count < LEAST:
        return of_few(codes, np.stack([once, again, third]))
    codes = letters.draw(count, rng)
    answers = np.stack([asked.again(codes, -(-count // _BATCHES)) for _ in range(2)])
    return Repeats(codes, answers, ceiling_of(answers))


def ceiling_of(answers: Array) -> NoiseCeiling:
    """Return the noise ceiling of one answer from pairs of them, (2, R), of at least 20 sequences.

    >>> rng = np.random.default_rng(0)
    >>> pairs = rng.normal(size=2000) + rng.normal(size=(2, 2000))
    >>> round(ceiling_of(pairs).r2, 1)
    0.5
    """
    rows = np.tile(np.arange(answers.shape[1]), 2)
    found = noise_ceiling(averaged(rows, answers.ravel(), np.ones(answers.size)))
    if found is None:  # the means of two answers do not vary
        return NoiseCeiling(0.0, (0.0, 1.0), float(answers.std()), answers.shape[1])
    low, high = (end / (2 - end) for end in found.interval)
    return replace(found, r2=found.r2 / (2 - found.r2), interval=(low, high))


def of_few(codes: Codes, answers: Array) -> Repeats:
    """Return what too few answers (rounds, R) tell: whether there is noise, and hardly how much."""
    noise = float(np.sqrt(answers.var(axis=0, ddof=1).mean()))
    if noise == 0:
        return Repeats(codes, answers, NoiseCeiling(1.0, (1.0, 1.0), 0.0, len(codes)))
    share = max(0.0, 1 - noise**2 / float(answers.var()))
    return Repeats(codes, answers[:2], NoiseCeiling(share, (0.0, 1.0), noise, len(codes)))


def _same(one: Array, other: Array) -> bool:
    pair = np.stack([one, other])
    allowed = max(Probe(pair).rounding, _HARMLESS * np.abs(pair).max())
    return bool(np.abs(one - other).max() <= allowed)


def _of_the_batch(once: Array, again: Array) -> str:
    return (
        "the model's answer to a sequence depends on the others in its batch: of "
        f"{ROWS} sequences asked in one batch and in two, answers differ by up to "
        f"{np.abs(once - again).max():.3g}, and asked in the same batch again they are the same. "
        "What would do: batch normalisation in evaluation mode (net.eval()), no mean, maximum or "
        "rank over the batch; or batch_size=1, where one sequence at a time is what the model means"
    )
