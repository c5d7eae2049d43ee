"""The one-dimensional second route: a truncated law on a curve instead of a walk.

Besides (P_V y, ||y||) hold fixed the direction w of what is left of u without eta, the tested
activation. Then only the angle psi of u = eta sin(psi) + w cos(psi) is random; its density is
proportional to cos^(d-2)(psi), d the dimension of the sphere's space, so that
sqrt(d - 1) tan(psi) has Student's t law with d - 1 degrees of freedom, cut to the angles that
lead to the same selection. Same null as the walk; it conditions on more, so it has less power.

Where the noise's standard deviation is known, hold fixed all of y but eta . y. That is Gaussian,
cut to the points of a straight line that lead to the same selection, and it is so whatever else
moves y: the null is s(z, mu) = 0, "this motif goes with nothing in the mean", no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.seism.conditional_null import SLACK, Region

CHUNK = 4_000_000  # numbers in memory at once
Members = Sequence[NDArray[np.intp]]


class Line:
    """A region's tested direction eta and the direction w of the rest, in two dimensions.

    At the point a eta + c w of the plane, step s sees the scores' roots
    |offset + a sine + c cosine|, each (j, M). ``a`` and ``c`` (from 0 on) are the observed point;
    ``length`` of the tested activation turns a slope into a shift along eta.

    Raises
    ------
    ValueError : motifs refined by gradient, or the statistic "best": no closed form.
    """

    def __init__(self, region: Region) -> None:
        if region.selection.refined or region.statistic != "centre":
            raise ValueError(
                "the one-dimensional form needs motifs from the dictionary and the statistic "
                "'centre'"
            )
        eta = region.rows[-1] / region.length
        sine = float(eta @ region.start)
        rest = region.start - sine * eta
        cosine = float(np.linalg.norm(rest))
        self.a, self.c = region.radius * sine, region.radius * cosine
        self.length, self.dimension = region.length, region.dimension
        self.members, self.offset = region.members, region.offset
        weights = region.scale / region.radius
        self.sine = weights * (region.rows[:-1] @ eta)
        w = rest / cosine if cosine >= SLACK else rest
        self.cosine = weights * (region.rows[:-1] @ w)

    @property
    def perfect(self) -> bool:
        """Whether the motif fits perfectly: nothing is left to compare with."""
        return self.c < SLACK * np.hypot(self.a, self.c)

    def angles(self, shift: float = 0.0) -> Array:
        """Return the intervals (m, 2) of psi in [-pi/2, pi/2] where selection stays the same.

        The circle through the observed point around ``shift`` eta: a = shift + r sin(psi),
        c = r cos(psi).
        """
        r = np.hypot(self.a - shift, self.c)
        return feasible_angles(
            self.members, self.offset + shift * self.sine, r * self.sine, r * self.cosine
        )

    def points(self) -> Array:
        """Return the intervals (m, 2) of a, all else held, where selection stays the same."""
        return feasible_points(self.members, self.offset + self.c * self.cosine, self.sine)


def line_p_value(region: Region, noise: float | None = None) -> float:
    """Return P(|t| >= |t_observed|) among the angles that lead to the same selection.

    With ``noise``, its standard deviation in units of the standardised phenotype: P(|x| >= |x_obs|)
    of the Gaussian x along eta, among the points that do.
    """
    from scipy.stats import norm
    from scipy.stats import t as student

    line = Line(region)
    if noise is not None:
        return _two_sided(line.points() / noise, abs(line.a) / noise, norm.sf)
    if line.perfect:
        return 1.0
    freedom = region.dimension - 1
    t = np.sqrt(freedom) * np.tan(np.minimum(line.angles(), np.pi / 2 - 1e-15))
    cut = np.sqrt(freedom) * abs(line.a) / line.c
    return _two_sided(t, cut, lambda x: student.sf(x, freedom))


def _two_sided(pieces: Array, cut: float, upper: Callable[[Any], Any]) -> float:
    total = tail = 0.0
    for side in (pieces, -pieces[:, ::-1]):  # both signs, through the accurate upper tail
        low, high = np.maximum(side, 0.0).T
        total += float((upper(low) - upper(high)).sum())
        beyond = np.maximum(low, cut)
        tail += float((upper(beyond) - upper(np.maximum(high, beyond))).sum())
    return min(1.0, tail / total) if total > 0 else 1.0


def feasible_angles(members: Members, offset: Array, sine: Array, cosine: Array) -> Array:
    """Return the intervals (m, 2) of psi in [-pi/2, pi/2] where selection stays the same.

    Two atoms a, b change places where |x_a| = |x_b|, x = offset + A sin(psi) + B cos(psi): the
    roots of two sinusoids. Between two neighbouring roots the selection is constant, so one look
    at the middle decides.
    """
    roots = [np.array([-np.pi / 2, np.pi / 2])]
    for s, own in enumerate(members):
        for c in own:
            for sign in (1.0, -1.0):
                a = sine[s, c] - sign * sine[s]
                b = cosine[s, c] - sign * cosine[s]
                size = np.hypot(a, b)
                level = -(offset[s, c] - sign * offset[s])
                crosses = (size > 0) & (np.abs(level) <= size)
                turn = np.arcsin(level[crosses] / size[crosses])
                shift = np.arctan2(b[crosses], a[crosses])
                # a sin + b cos = size sin(psi + shift)
                roots += [turn - shift, np.pi - turn - shift]
    found = np.concatenate(roots)
    found = (found + np.pi) % (2 * np.pi) - np.pi
    found = np.unique(found[np.abs(found) <= np.pi / 2])
    return _same(members, found, lambda psi: offset + sine * np.sin(psi) + cosine * np.cos(psi))


def feasible_points(members: Members, offset: Array, slope: Array) -> Array:
    """Return the intervals (m, 2) of the line where selection stays the same, x = offset + a slope.

    The outermost end at infinity.
    """
    roots = [np.zeros(1)]
    for s, own in enumerate(members):
        for c in own:
            for sign in (1.0, -1.0):
                steep = slope[s, c] - sign * slope[s]
                crosses = steep != 0
                roots.append(-(offset[s, c] - sign * offset[s])[crosses] / steep[crosses])
    found = np.unique(np.concatenate(roots))
    ends = np.concatenate([[found[0] - 1], found, [found[-1] + 1]])
    pieces = _same(members, ends, lambda a: offset + a * slope)
    pieces[pieces == ends[0]], pieces[pieces == ends[-1]] = -np.inf, np.inf
    return pieces


def _same(members: Members, borders: Array, roots: Callable[[Array], Array]) -> Array:
    middles = (borders[:-1] + borders[1:]) / 2
    inside = np.zeros(len(middles), bool)
    rows = max(1, CHUNK // roots(middles[:1, None, None]).size)
    for begin in range(0, len(middles), rows):
        x = np.abs(roots(middles[begin : begin + rows, None, None]))  # (rows, j, M)
        own = np.stack([x[:, s, m].max(axis=1) for s, m in enumerate(members)], axis=1)
        inside[begin : begin + rows] = (x.max(axis=2) <= own * (1 + SLACK)).all(axis=1)
    return np.column_stack([borders[:-1], borders[1:]])[inside]
