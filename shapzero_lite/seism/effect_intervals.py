"""How large is the effect of a selected motif? Confidence intervals by inverting a test.

Motif j's effect b is what y gains where the activation goes from 0 to 1. Under "the effect is b",
y - b phi has mean in V_j, so it takes the place of y in :mod:`truncated_line`: given its part in
V_j, its length and the direction w, only the angle is random, cut to those for which *y* leads to
the same selection. F(b) is the share of that law below the observed point; it falls with b, and
the interval holds every b with alpha / 2 <= F(b) <= 1 - alpha / 2.

Without the selection this is Student's interval. With it, an effect that was selected because it
looked large is pulled towards zero, and the interval may not hold the least-squares estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import positive
from shapzero_lite.seism.conditional_null import Region
from shapzero_lite.seism.phenotypes import unit_of
from shapzero_lite.seism.stepwise import Selection
from shapzero_lite.seism.truncated_line import Line

if TYPE_CHECKING:
    import pandas as pd

NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
FAR = 50.0  # parts of a mass e^-50 times its largest density do not count
WIDEST = 2.0**14  # standard errors: an end further out is infinite


def effects(selection: Selection, level: float = 0.9, noise: float | None = None) -> pd.DataFrame:
    """Return the effect of every selected motif with a confidence interval; a row a motif.

    Columns: ``motif``, ``effect`` (least squares beside the motifs before it: too far from zero,
    because the motif was selected), ``low`` and ``high``. Given the selection, the interval holds
    the true effect with probability ``level`` where the mean of y is made of the constant (groups,
    covariates), the motifs before, and this one. An end can be infinite: then the data, after
    the selection, say nothing on that side.

    Parameters
    ----------
    level : probability, between 0 and 1
    noise : known standard deviation of y around its mean, as from replicates, in the unit of y.
        Then the interval is for what phi does beside the motifs before it, whatever else moves y.

    Effects have the unit of y; with ``transform="rank"`` that of Gaussian quantiles, of which the
    model holds only nearly.

    Raises
    ------
    ValueError : motifs refined by gradient, or a null of permutations (select with
        ``null="gaussian"``); ``noise`` with ranks.

    Examples
    --------
    >>> from shapzero_lite.seism import planted, select
    >>> sequences, y = planted(100, seed=1)
    >>> effects(select(sequences, y, n_motifs=1, transform=None)).round(2).values.tolist()
    [['TACGA', 1.94, 1.56, 2.31]]
    """
    import pandas as pd

    if positive(level, "level") >= 1:
        raise ValueError(f"level is a probability below 1, not {level}")
    if selection.blocks is not None:
        raise ValueError(
            "phenotypes that change places have no law for an effect: select with null='gaussian'"
        )
    unit = unit_of(selection.y)
    known = None if noise is None else known_noise(selection, noise)
    rows = []
    for j, name in enumerate(selection.consensus):
        line = Line(Region(selection, j, "centre"))
        low, high = interval(line, level, known)
        rows.append((name, *(unit / line.length * np.array([line.a, low, high]))))
    return pd.DataFrame(
        rows,
        columns=["motif", "effect", "low", "high"],
        index=pd.RangeIndex(1, len(rows) + 1, name="step"),
    )


def known_noise(selection: Selection, noise: float) -> float:
    """Return a known standard deviation of y in units of the standardised phenotype."""
    if selection.transform is not None:
        raise ValueError(
            "noise= is the standard deviation of y as it is: select with transform=None"
        )
    return positive(noise, "noise") / unit_of(selection.y)


def interval(line: Line, level: float, noise: float | None = None) -> tuple[float, float]:
    """Return the shifts along eta, low and high, that are not rejected at 1 - level.

    ``noise``: standard deviation, if it is known; all in units of the standardised phenotype.
    """
    if noise is None:
        if line.perfect:
            return line.a, line.a
        step = line.c / np.sqrt(line.dimension - 1)
        below = _of_angles(line)
    else:
        step, below = noise, _of_points(line, noise)
    tail = (1 - level) / 2
    return _where(below, 1 - tail, line.a, step), _where(below, tail, line.a, step)


def _of_angles(line: Line) -> Callable[[float], float]:
    def below(shift: float) -> float:
        pieces = line.angles(shift)
        seen = np.arctan2(line.a - shift, line.c)
        power = line.dimension - 2
        return _share(pieces, seen, lambda piece: log_cosine_mass(piece[:, 0], piece[:, 1], power))

    return below


def _of_points(line: Line, noise: float) -> Callable[[float], float]:
    pieces = line.points()

    def below(shift: float) -> float:
        return _share(pieces, line.a, lambda piece: log_normal_mass((piece - shift) / noise))

    return below


def _share(pieces: Array, seen: float, log_mass: Callable[[Array], Array]) -> float:
    """Return the mass of pieces (m, 2) below the observed point, of that of all."""
    # The observed point leads to its own selection, also where rounding says otherwise.
    left = pieces[pieces[:, 0] < seen].copy()
    right = pieces[pieces[:, 1] > seen].copy()
    left[:, 1], right[:, 0] = np.minimum(left[:, 1], seen), np.maximum(right[:, 0], seen)
    below, above = log_mass(left), log_mass(right)
    most = max(below.max(initial=-np.inf), above.max(initial=-np.inf))
    if most == -np.inf:
        return 0.5
    under, over = np.exp(below - most).sum(), np.exp(above - most).sum()
    return float(under / (under + over))


def log_cosine_mass(low: Array, high: Array, power: int) -> Array:
    """Return the logarithm (m,) of the integral of cos^power from low to high, in [-pi/2, pi/2].

    By 64 Gauss-Legendre nodes, where the integrand is at least e^-50 of its largest.

    >>> log_cosine_mass(np.array([0.0]), np.array([np.pi / 2]), 1).round(6)
    array([0.])
    """
    peak = np.log(np.cos(np.clip(0.0, low, high)))
    edge = np.arccos(np.exp(peak - FAR / max(power, 1)))
    low, high = np.maximum(low, -edge), np.minimum(high, edge)
    half = np.maximum(high - low, 0.0) / 2
    psi = (low + high)[:, None] / 2 + half[:, None] * NODES
    relative = power * (np.log(np.cos(psi)) - peak[:, None])
    with np.errstate(divide="ignore"):
        return power * peak + np.log(half * (np.exp(relative) @ WEIGHTS))


def log_normal_mass(pieces: Array) -> Array:
    """Return the logarithm (m,) of the standard normal mass of intervals (m, 2).

    >>> log_normal_mass(np.array([[0.0, np.inf], [40.0, np.inf]])).round(4)
    array([-6.931000e-01, -8.046084e+02])
    """
    from scipy.special import log_ndtr

    flip = pieces[:, 0] > -pieces[:, 1]  # to the side where small numbers are accurate
    low, high = np.where(flip[:, None], -pieces[:, ::-1], pieces).T
    larger, smaller = log_ndtr(high), log_ndtr(low)
    with np.errstate(divide="ignore"):
        return larger + np.log1p(-np.exp(np.minimum(smaller - larger, 0.0)))


def _where(below: Callable[[float], float], share: float, start: float, step: float) -> float:
    """Return the shift at which ``below``, falling from 1 to 0, is ``share``."""
    from scipy.optimize import brentq

    ends = []
    for sign in (-1.0, 1.0):
        far = step
        while sign * (share - below(start + sign * far)) < 0:
            far *= 2
            if far > WIDEST * step:
                return sign * np.inf
        ends.append(start + sign * far)
    return float(brentq(lambda shift: below(shift) - share, *ends, xtol=1e-9 * step, rtol=1e-12))
