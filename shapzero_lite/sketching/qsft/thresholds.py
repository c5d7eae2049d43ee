"""Choosing the threshold of the peeling on rows that stay out of it.

Above the threshold a bin counts as holding something. The path goes down from the largest bin,
each level starting from what the one before found, and the level that predicts the rows kept
aside best is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.sketching.qsft.peeling import Bins
from shapzero_lite.sketching.qsft.subsampling import Pattern
from shapzero_lite.spectra import Spectrum

Rows = tuple[Codes, NDArray[np.float64]]

# What a bin may hold besides its single-ton, in shares of |F|²: first rounding only, so that a
# sparse spectrum is peeled to the last digit; then as much again, as functions that are not sparse
# need it.
_EXACT, _NOISY = 1e-6, 1.0
# The threshold falls by this factor from level to level; the path ends when the error on the
# rows kept aside has not fallen for _PATIENCE levels.
_FALL, _PATIENCE, _LEVELS = 0.5, 3, 40
# Of two levels the higher is taken when the lower leaves not even 0.1 % less unexplained.
_SLACK = 1.001
# Rows at most for the choice (made often, on the same rows each time), and for R².
_ROWS = (2000, 5000)


@dataclass(frozen=True, eq=False)
class Level:
    """What was found at one threshold: frequencies (s, n), coefficients (s,).

    ``error``: mean square on the rows kept aside; ``exact``: the bins are empty to rounding;
    ``occupied``: the number of bins, of the pattern with most, that are not.
    """

    k: Codes
    F: NDArray[np.complex128]
    threshold: float
    error: float
    exact: bool
    occupied: int


def best_level(
    patterns: list[Pattern],
    answers: list[NDArray[np.floating]],
    tune: Rows,
    alphabet: Alphabet,
    hidden: NDArray[np.bool_] | None = None,
) -> Level:
    """Return the level of the path with the least error on ``tune`` (codes, values).

    ``hidden`` (q^b,) marks points of the last pattern whose answers must not be used: the
    prediction of what was found so far stands in for them, better from level to level.
    """
    shown = list(answers)
    if hidden is not None:
        shown[-1] = np.where(hidden, answers[-1].dtype.type(0), answers[-1])
    bins = Bins(patterns, shown)
    scale = max(float(np.mean(np.square(a, dtype=np.float64))) for a in answers)
    digits = max(64 * float(np.finfo(answers[0].dtype).eps), 1e-10)
    floor = digits**2 * scale

    def refresh() -> None:
        if hidden is not None:
            guess = patterns[-1].predict(bins.k, bins.F).astype(answers[-1].dtype)
            bins.replace_values(len(patterns) - 1, np.where(hidden, guess, answers[-1]))

    def level(threshold: float) -> Level:
        occupied = max(int((g.energy > floor).sum()) for g in bins.groups)
        codes, y = tune
        if occupied and len(bins.k):
            y = y - Spectrum(bins.k, bins.F, alphabet=alphabet).evaluate(codes)
        error = float(np.mean(y**2)) if occupied else 0.0
        return Level(bins.k, bins.F, threshold, error, occupied == 0, occupied)

    while bins.peel(floor, _EXACT) and hidden is not None:
        refresh()
    levels = [level(floor)]
    if levels[0].exact:
        return levels[0]
    threshold, best, waited = bins.largest, levels[0].error, 0
    for _ in range(_LEVELS):
        threshold = _FALL * min(threshold, bins.largest)
        if threshold < floor or waited == _PATIENCE:
            break
        if not bins.peel(threshold, _NOISY):
            waited += bool(levels[1:])  # before the first coefficient there is nothing to wait for
            continue
        bins.drop_small(threshold / 4)
        bins.refit()
        refresh()
        bins.peel(floor, _EXACT)  # the last ones of a sparse spectrum may stand free now
        levels.append(level(threshold))
        waited = 0 if levels[-1].error < best / _SLACK else waited + 1
        best = min(best, levels[-1].error)
        if levels[-1].exact:
            break
    return next(one for one in levels if one.error <= _SLACK * best)


class HeldOut:
    """Answers to a design, parted into those to be fitted and two sets of rows kept aside.

    With repeats, the last block of the last pattern is kept aside: it has an offset of its own,
    so what it shares with the fit is what all sequences share. Without, a tenth of the points l
    of the last pattern with all their delays (``hidden``).
    """

    def __init__(
        self,
        patterns: list[Pattern],
        answers: list[NDArray[np.floating]],
        rng: np.random.Generator,
    ) -> None:
        last, values = patterns[-1], answers[-1]
        blocks = len(last.offsets)
        # A matrix without full rank repeats sequences: equal ones go to the same side.
        _, point = np.unique(last.at(np.arange(last.n_bins)), axis=0, return_inverse=True)
        point = point.ravel()
        order = rng.permutation(int(point.max()) + 1)
        aside = len(order) if blocks > 1 else max(2, round(0.1 * len(order)))
        side = np.zeros(len(order), np.int64)
        side[order[: aside // 2]] = 1
        side[order[aside // 2 : aside]] = 2
        self.patterns, self.answers = list(patterns), list(answers)
        self.hidden: NDArray[np.bool_] | None = None
        if blocks > 1:
            self.patterns[-1] = Pattern(last.matrix, last.offsets[:-1], last.q, last.step)
            self.answers[-1] = values[:-1]
        else:
            self.hidden = side[point] > 0
        self.tune, self.test = (
            _rows(last, values, np.flatnonzero(side[point] == one), most, rng)
            for one, most in enumerate(_ROWS, 1)
        )


def _rows(
    pattern: Pattern,
    values: NDArray[np.floating],
    points: NDArray[np.int64],
    most: int,
    rng: np.random.Generator,
) -> Rows:
    """Rows of the last block at some points l: as many different l as possible, then delays."""
    points = rng.permutation(points)[:most]
    count = min(pattern.n + 1, -(-most // max(1, len(points))))
    delay = rng.random((len(points), pattern.n + 1)).argsort(axis=1)[:, :count]
    delay += (len(pattern.offsets) - 1) * (pattern.n + 1)
    number = (delay * pattern.n_bins + points[:, None]).ravel()
    return pattern.at(number), values.ravel()[number].astype(np.float64)
