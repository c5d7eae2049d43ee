"""A few more queries for one sequence: unbiased Shapley values, the sketch as a control variate.

The Shapley values of f are those of the sketch, exact, plus those of r = f - sketch, which random
walks estimate: start from a random sequence, put in the letters of x one after the other in a
random order, and credit every change of r to the position just set. A walk and the same walk in
reverse order make a pair. The better the sketch, the smaller the variance: as a rule of thumb by
1 - R² (lesson 06 measures somewhat less). Not quite: from random sequences, summed over positions,
the noise of a pair on a wave of order m is m - 1/m times the variance of the wave (once it for
m = 1), so what is left in waves of more letters is noisier. (The wave moves at m steps, each by
2 in mean square; the reverse of the walk halves this, from m = 2 on; 1/m of it is the squares of
the values themselves.) The walks are Castro, Gómez & Tejada's (2009) and the
reversed orders Mitchell et al.'s (2022); a sketch as the control variate is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, pi, sqrt, tan
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters

_ROWS = 65_536


def least_extra(n: int) -> int:
    """Return the fewest extra queries per sequence: itself, and two pairs of walks.

    >>> least_extra(26)
    103
    """
    return 1 + 2 * (2 * n - 1)


def walked_positions(codes: Codes, background: Letters | Codes | None) -> NDArray[np.int64]:
    """Return the positions that walks of sequences (N, n) visit, counted from 0.

    All but those where the background has one letter and every sequence has it too.

    >>> from shapzero_lite import DNA
    >>> around = Letters.fixed("ACGT", [2])
    >>> [walked_positions(DNA.encode([x]), around).tolist() for x in ("ATGT", "ATGA")]
    [[1], [1, 3]]
    """
    if not isinstance(background, Letters):
        return np.arange(codes.shape[1])
    differs = (codes != background.possible.argmax(axis=1)).any(axis=0)
    differs[background.free] = True
    return np.flatnonzero(differs)


def pairs_paid(extra: int, n: int) -> int:
    """Return the number of pairs of walks over n positions that ``extra`` queries pay for.

    Raises ``ValueError`` below ``least_extra``.

    >>> pairs_paid(500, 26)
    9
    """
    if extra < least_extra(n):
        raise ValueError(
            f"extra={extra} queries per sequence are too few: {least_extra(n)} pay for two pairs "
            f"of walks over {n} positions, the least that gives a standard error"
        )
    return (extra - 1) // (2 * n - 1)


def student_quantile(share: float, degrees: float) -> float:
    """Return the quantile of Student's t: a standard error from few pairs is itself uncertain.

    Exact for 1 and 2 degrees of freedom; from 3 on the expansion in 1/degrees (Abramowitz &
    Stegun 26.7.5), good to 1 % for shares up to 0.975.

    >>> [round(student_quantile(0.95, d), 2) for d in (1, 2, 5, float("inf"))]
    [6.31, 2.92, 2.01, 1.64]
    """
    if degrees == 1:
        return tan(pi * (share - 0.5))
    if degrees == 2:
        return (2 * share - 1) / sqrt(2 * share * (1 - share))
    z = NormalDist().inv_cdf(share)
    if degrees > 1e100:  # its cube may be beyond what a float holds
        return z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3


def combined(parts: list[tuple[Array | None, float]]) -> tuple[Array | None, float]:
    """Return the standard error of a sum of independent estimates, and its degrees of freedom.

    ``parts``: (errors, degrees) of each. None where the first, that of what is explained as those
    of the model, is not known. The degrees are those of Satterthwaite (1946), for mean variances.

    >>> combined([(np.array([3.0]), np.inf), (np.array([4.0]), 15.0)])
    (array([5.]), 36.0)
    """
    if parts[0][0] is None:
        return None, inf
    known = [(errors**2, degrees) for errors, degrees in parts if errors is not None]
    if len(known) == 1:
        return parts[0]
    total = np.sum([variances for variances, _ in known], axis=0)
    unsure = sum(float(v.mean()) ** 2 / degrees for v, degrees in known if v.size)
    degrees = float(np.floor(float(total.mean()) ** 2 / unsure)) if unsure > 0 else parts[0][1]
    return np.sqrt(total), degrees


def walk_values(
    residual: Callable[[Codes], Array],
    codes: Codes,
    q: int,
    extra: int,
    seed: int | list[int],
    here: Array | None = None,
    background: Letters | Codes | None = None,
    mean: float | None = None,
) -> tuple[Array, Array, int]:
    """Return the Shapley values of ``residual`` (N, n), standard errors (N, n), rows asked.

    At most ``extra`` rows per sequence are asked, the sequence itself among them; ``here`` (N,) is
    the residual of the sequences where it is known already: then they are not asked again, and
    still count. ``background``: ``Letters``, or codes (B, n) of a set of sequences, that walks
    start from; None for uniform letters. The estimate is unbiased for it; a position that the
    letters fix, with the letter of all sequences, costs nothing (``walked_positions``; with none
    left the values are 0, and nothing is asked). ``mean``: of the residual over the background,
    where it is known: every pair of walks is then shifted, alike at all positions where a sequence
    is not as the letters fix it, so that values add up to residual - mean. The standard error is
    that of the mean over pairs of walks. Raises ``ValueError`` below ``least_extra``.

    >>> from shapzero_lite import DNA
    >>> r = lambda x: (x[:, 0] == 1) * 1.0 + (x[:, 2] == 3)
    >>> values, error, rows = walk_values(r, DNA.encode(["CAT"]), 4, extra=3000, seed=0)
    >>> bool((abs(values - [[0.75, 0, 0.75]]) <= 3 * error + 1e-12).all()), rows <= 3000
    (True, True)
    """
    walked = walked_positions(codes, background)
    n = len(walked)
    if n == 0:
        return np.zeros(codes.shape), np.zeros(codes.shape), len(codes)
    pairs = pairs_paid(extra, n)
    rng = np.random.default_rng(seed)
    values, errors = np.zeros(codes.shape), np.zeros(codes.shape)

    def begin(count: int) -> Codes:
        if background is None:
            return rng.integers(0, q, size=(count, n), dtype=np.uint8)
        if isinstance(background, Letters):
            return background.draw(count, rng)[:, walked]
        return background[rng.integers(0, len(background), size=count)]

    def ask(rows: Codes) -> Array:  # rows (m, walked)
        if n == codes.shape[1]:
            return residual(rows)
        whole = np.repeat(codes[:1], len(rows), axis=0)  # all others are the same everywhere
        whole[:, walked] = rows
        return residual(whole)

    step = max(1, _ROWS // (pairs * (2 * n - 1)))
    for start in range(0, len(codes), step):
        some = codes[start : start + step]
        end = residual(some) if here is None else here[start : start + step]
        starts = begin(len(some) * pairs).reshape(len(some), pairs, n)
        walks = _pairs_of_walks(ask, some[:, walked], end, starts, rng)  # (N, pairs, walked)
        if mean is not None:
            moves = np.ones((len(some), 1, n))  # 0 where this sequence has the one letter there is
            if isinstance(background, Letters):
                own = background.probabilities[walked, some[:, walked]]
                moves[:, 0] = own < 1
            missing = ((end - mean)[:, None] - walks.sum(axis=2))[:, :, None]
            walks += missing / np.maximum(moves.sum(axis=2, keepdims=True), 1) * moves
        values[start : start + step, walked] = walks.mean(axis=1)
        errors[start : start + step, walked] = walks.std(axis=1, ddof=1) / np.sqrt(pairs)
    return values, errors, len(codes) * (1 + pairs * (2 * n - 1))


def _pairs_of_walks(
    residual: Callable[[Codes], Array],
    codes: Codes,
    end: Array,
    begin: Codes,
    rng: np.random.Generator,
) -> Array:
    """Credit of every position in every pair, (N, pairs, n)."""
    N, pairs, n = begin.shape
    order = rng.permuted(np.broadcast_to(np.arange(n), (N, pairs, n)), axis=-1)
    rank = np.argsort(order, axis=-1)  # (N, pairs, n): when each position is set, from 0
    times = np.arange(1, n)[:, None]
    x = codes[:, None, None, :]
    start = begin[:, :, None, :]
    forward = np.where(rank[:, :, None, :] < times, x, start)  # (N, pairs, n - 1, n)
    back = np.where(n - 1 - rank[:, :, None, :] < times, x, start)
    middle = np.zeros((N, pairs, 2, n - 1))
    if n > 1:  # a walk over one position has nothing between its ends
        between = residual(np.concatenate([forward, back], axis=2).reshape(-1, n))
        middle = between.reshape(middle.shape)
    first = np.broadcast_to(
        residual(begin.reshape(-1, n)).reshape(N, pairs, 1, 1), (N, pairs, 2, 1)
    )
    last = np.broadcast_to(end.reshape(N, 1, 1, 1), (N, pairs, 2, 1))
    change = np.diff(np.concatenate([first, middle, last], axis=-1), axis=-1)  # by time
    there = np.take_along_axis(change[:, :, 0], rank, axis=-1)
    again = np.take_along_axis(change[:, :, 1], n - 1 - rank, axis=-1)
    return (there + again) / 2
