"""Whether a model answers the same when it is asked again, and what its noise leaves of R².

Eight sequences are asked in one batch, then in two batches of four. A model whose answers stay the
same is asked nothing more. Where they differ, the first batch is asked once more: an answer that
comes back there, and not in other company, depends on the batch, and no explanation of single
sequences is possible. Otherwise the model is noisy, and further sequences, each asked twice, tell
how noisy. With W the mean square within pairs and B that between them (of a one-way analysis of
variance), the ceiling of R² is the correlation of two answers, (B - W) / (B + W). Its interval is
that of log B/W, by leaving out one sequence at a time (jackknife), which takes neither answers nor
noise to be normal: it held the truth in 91 to 97 of 100 simulations, ceilings 0.1 to 0.9, 32 to 400
pairs, noise as heavy-tailed as Student's t of 4 degrees of freedom.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.queries import ModelError, Probe, Queries
from shapzero_lite.queries.probes import probe_codes
from shapzero_lite.sketching.replicates import NoiseCeiling

# Sequences asked again of every model, what that costs, and once more where answers differ.
ROWS, COST, _MORE = 8, 16, 8
# Of a noisy model, sequences asked twice: a hundredth of the budget, between these two, in so
# many batches, because a model may draw its noise once a batch.
_FEWEST, _MOST, _SHARE, _BATCHES = 32, 400, 100, 16
# Fewer pairs than this give no interval worth the name, so none are asked.
LEAST = 20
# Answers that differ by less, relative to the largest, are the same but for rounding: what a matrix
# product does for another number of rows. Half precision on a GPU rounds more: company may change
# answers by so much of their spread, which R² does not feel.
_HARMLESS, _SLIGHT = 1e-5, 0.01
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
        if np.abs(once - again).max() <= _SLIGHT * once.std():
            return of_few(codes, np.stack([once, once]))
        raise ModelError(_of_the_batch(once, again))
    first = of_few(codes, np.stack([once, again, third]))
    count = min(max(_FEWEST, budget // _SHARE), _MOST, (room - COST - _MORE) // 2)
    if count < LEAST:
        return first
    codes = letters.draw(count, rng)
    answers = np.stack([asked.again(codes, -(-count // _BATCHES)) for _ in range(2)])
    found = Repeats(codes, answers, ceiling_of(answers))
    return found if found.noisy else first  # noise so rare that it did not come again


def ceiling_of(answers: Array) -> NoiseCeiling:
    """Return the noise ceiling of one answer from pairs of them, (2, R), of at least 20 sequences.

    >>> rng = np.random.default_rng(0)
    >>> pairs = rng.normal(size=2000) + rng.normal(size=(2, 2000))
    >>> round(ceiling_of(pairs).r2, 1)
    0.5
    """
    R, means = answers.shape[1], answers.mean(axis=0)
    within, away = (answers[0] - answers[1]) ** 2 / 2, 2 * (means - means.mean()) ** 2
    W, B = float(within.mean()), float(away.sum() / (R - 1))
    r2 = max(0.0, (B - W) / (B + W)) if B + W > 0 else 0.0
    # Both sums without each of the sequences, which moves the mean of all too.
    W_without, B_without = within.sum() - within, away.sum() - away * R / (R - 1)
    if min(W_without.min() / max(W, 1e-300), B_without.min() / max(B, 1e-300)) < 1e-9:
        return NoiseCeiling(r2, (0.0, 1.0), np.sqrt(W), R)  # only one of them differs
    logs = np.log(B_without / W_without)
    error = np.sqrt((R - 1) / R * ((logs - logs.mean()) ** 2).sum())
    t = 1.96 + 2.372 / (R - 1)  # Student's, to the order of 1 / R
    # (B - W) / (B + W) is the hyperbolic tangent of half of log B / W.
    low, high = (max(0.0, float(np.tanh((np.log(B / W) + s * t * error) / 2))) for s in (-1, 1))
    return NoiseCeiling(r2, (low, high), float(np.sqrt(W)), R)


def of_probe(asked: Queries, letters: Letters) -> Repeats | None:
    """Return what the probes of a store tell; None where there are none."""
    probe = asked.probed(letters.n)
    if probe is None:
        return None
    answers = probe.answers[[0, 1 if probe.noise else 0]]  # rounding is no noise
    return of_few(probe_codes(letters.alphabet, letters.n), answers)


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
