"""Which method a budget is for: told by rows that every method can use, judged on the same ones.

Random sequences serve samples and networks both, and judge all. q-SFT needs queries of its own. One
block of points, a few hundredths of the budget that learn like random rows, tells whether the
spectrum is sparse enough for it (module ``qsft.sparsity``), and a sixteenth of the random rows, or
a quarter where it is doubtful, what samples know by then. Only then the rest is spent.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.queries import Queries
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.distil import distilled
from shapzero_lite.sketching.of_rows import held_rows, learnt
from shapzero_lite.sketching.qsft import sketch_by_qsft
from shapzero_lite.sketching.qsft.sparsity import block, sparse_share
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.sketching.training import trained

# One row of so many tells what samples know before the rest is spent; more where that is doubtful.
EARLY, LATER = 16, 4
# A share of the variance that is sparse for certain, one that may be, and by how much that must be
# above the R² of the first samples, which will know more when they are more.
_SPARSE, _MAY_BE, _ABOVE = 0.97, 0.75, 0.5
# Rows that choose the threshold of q-SFT.
_TUNE = 2_500
# What is not worth another method: R² that is left to gain, or that another gains.
_WORTH, _GAINS = 0.01, 0.005
# Fewer rows are not worth a network's minutes.
LEAST_ROWS = 2_000


def by_rows_or_qsft(
    asked: Queries,
    alphabet: Alphabet,
    n: int,
    count: int,
    held_out: int,
    budget: int,
    seed: int,
    max_order: int,
    rng: np.random.Generator,
) -> tuple[Sketch, tuple[Codes, Array]]:
    """Return the best sketch of rows, or of q-SFT, within ``budget``; and the rows held out.

    ``count``: rows that samples would be learnt from; ``held_out`` of them judge.
    """
    codes = samples.draw(alphabet, n, count, rng)
    pattern = block(n, alphabet.q, budget, np.random.default_rng([seed, 4]))
    points = codes[:0] if pattern is None else pattern.at(np.arange(pattern.n_bins))
    codes = np.concatenate([points, _without(codes, points)])[:count]
    held = len(points) + held_rows(codes[len(points) :], held_out, seed)
    free = np.setdiff1d(np.arange(len(codes)), held)
    y, known = np.empty(len(codes)), np.zeros(len(codes), bool)

    def ask(rows: NDArray[np.int64]) -> None:
        new = rows[~known[rows]]
        y[new] = asked(codes[new])
        known[new] = True
        samples.refuse_constant(y[known], "the model answered")

    early = None
    for part in (EARLY, LATER):
        if pattern is None:
            break
        first = free[free < len(points) + count // part]
        ask(np.concatenate([first, held]))
        mean = float(np.concatenate([y[first[len(points) :]], y[held]]).mean())
        share = sparse_share(pattern, y[: len(points)], mean, budget)
        if share < _MAY_BE:
            break
        rows = np.concatenate([first, held])
        judges = np.arange(len(first), len(rows))
        early = learnt(codes[rows], y[rows], alphabet, seed, max_order, judges)
        if early.r2 > 1 - _WORTH or (share < _SPARSE and share < early.r2 + _ABOVE):
            early = None  # they speak for samples
        if early is None or share >= _SPARSE:
            break
    if early is not None:
        tune = first[len(points) :][:_TUNE]
        checks = (codes[tune], y[tune]), (codes[held], y[held])
        found = better(
            early,
            sketch_by_qsft(asked, n, alphabet, budget, seed, checks=checks, spent=int(known.sum())),
        )
    else:
        ask(np.arange(len(codes)))
        found = by_rows(codes, y, alphabet, seed, max_order, held, progress=asked.progress)
    return found, (codes[held], y[held])


def by_rows(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    max_order: int,
    held: NDArray[np.int64],
    weights: Array | None = None,
    letters: Letters | None = None,
    *,
    progress: bool = False,
) -> Sketch:
    """Return what is better on the rows ``held`` out: the sketch of samples, or of a network.

    A network is trained where PyTorch is there, rows are enough, and the samples leave more than
    0.01 of R² to gain. Only one that wins has its spectrum learnt. The rows held out choose and
    measure: of two that differ by chance the better is kept, which a few hundred rows may flatter.
    """
    found = learnt(codes, y, alphabet, seed, max_order, held, weights, letters)
    fit = np.setdiff1d(np.arange(len(codes)), held)
    if found.r2 > 1 - _WORTH or len(fit) < LEAST_ROWS:
        return found
    if find_spec("torch") is None:
        note = "no network was tried, which often learns more: PyTorch is not installed"
        return replace(found, notes=(*found.notes, note))
    w_fit, w_held = (None, None) if weights is None else (weights[fit], weights[held])
    network = trained(codes[fit], y[fit], alphabet, seed, w_fit, progress=progress)
    r2 = r_squared(y[held], network(codes[held]), seed, w_held)[0]
    if not r2 >= found.r2 + _GAINS:  # one that diverged has no R²
        note = f"a network reached R² {r2:.3f} on the same rows; samples are kept"
        return replace(found, notes=(*found.notes, note))
    note = f"samples without a network reached R² {found.r2:.3f} on the same rows"
    found = distilled(codes, y, alphabet, seed, max_order, held, weights, letters, network=network)
    return replace(found, notes=(*found.notes, note))


def better(first: Sketch, other: Sketch) -> Sketch:
    """Return the one of two sketches that explains more outside its fit; a note names the other."""
    kept, lost = (first, other) if first.r2 >= other.r2 else (other, first)
    note = f"{lost.method} on a part of the budget reached R² {lost.r2:.3f}; {kept.method} is kept"
    return replace(kept, notes=(*kept.notes, note))


def _without(codes: Codes, others: Codes) -> Codes:
    """The codes (N, n) less those that stand among the others."""
    known = {row.tobytes() for row in others}
    return codes[[row.tobytes() not in known for row in codes]] if known else codes
