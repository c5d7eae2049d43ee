"""The one-dimensional second route: a truncated t distribution instead of a walk.

Besides (P_V y, ||y||) hold fixed the direction w of what is left of u without eta, the tested
activation. Then only the angle psi of u = eta sin(psi) + w cos(psi) is random; its density is
proportional to cos^(d-2)(psi), d the dimension of the sphere's space, so that
sqrt(d - 1) tan(psi) has Student's t law with d - 1 degrees of freedom, cut to the angles that
lead to the same selection. Same null as the walk; it conditions on more, so it has less power.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.seism.conditional_null import SLACK, Region

CHUNK = 4_000_000  # numbers in memory at once


def line_p_value(region: Region) -> float:
    """Return P(|t| >= |t_observed|) among the angles that lead to the same selection.

    Raises
    ------
    ValueError : motifs refined by gradient, or the statistic "best": no closed form.
    """
    from scipy.stats import t as student

    if region.selection.refined or region.statistic != "centre":
        raise ValueError(
            "the one-dimensional form needs motifs from the dictionary and the statistic 'centre'"
        )
    eta = region.rows[-1] / region.length
    sine = float(eta @ region.start)
    rest = region.start - sine * eta
    cosine = float(np.linalg.norm(rest))
    if cosine < SLACK:
        return 1.0  # a perfect fit: nothing is left to compare with
    borders = feasible_angles(region, eta, rest / cosine)
    freedom = region.dimension - 1
    cut = np.arctan2(abs(sine), cosine)
    total = tail = 0.0
    for side in (borders, -borders[:, ::-1]):  # both signs of t, through the accurate upper tail
        for low, high in np.maximum(side, 0.0):
            if high > low:
                total += _mass(low, high, freedom, student)
                tail += _mass(max(low, cut), high, freedom, student) if high > cut else 0.0
    return float(min(1.0, tail / total)) if total > 0 else 1.0


def _mass(low: float, high: float, freedom: int, student: Any) -> float:
    t = np.sqrt(freedom) * np.tan([low, min(high, np.pi / 2 - 1e-15)])
    upper = student.sf(t, freedom)
    return float(upper[0] - upper[1])


def feasible_angles(region: Region, eta: Array, w: Array) -> Array:
    """Return the intervals (m, 2) of psi in [-pi/2, pi/2] where selection stays the same.

    Two atoms a, b change places where |x_a| = |x_b|, x = offset + A sin(psi) + B cos(psi): the
    roots of two sinusoids. Between two neighbouring roots the selection is constant, so one look
    at the middle decides.
    """
    sine = region.scale * (region.rows[:-1] @ eta)  # (j, M)
    cosine = region.scale * (region.rows[:-1] @ w)
    roots = [np.array([-np.pi / 2, np.pi / 2])]
    for s, members in enumerate(region.members):
        for c in members:
            for sign in (1.0, -1.0):
                a = sine[s, c] - sign * sine[s]
                b = cosine[s, c] - sign * cosine[s]
                size = np.hypot(a, b)
                level = -(region.offset[s, c] - sign * region.offset[s])
                crosses = (size > 0) & (np.abs(level) <= size)
                turn = np.arcsin(level[crosses] / size[crosses])
                shift = np.arctan2(b[crosses], a[crosses])
                # a sin + b cos = size sin(psi + shift)
                roots += [turn - shift, np.pi - turn - shift]
    found = np.concatenate(roots)
    found = (found + np.pi) % (2 * np.pi) - np.pi
    found = np.unique(found[np.abs(found) <= np.pi / 2])
    middles = (found[:-1] + found[1:]) / 2
    inside = np.zeros(len(middles), bool)
    rows = max(1, CHUNK // sine.size)
    for begin in range(0, len(middles), rows):
        psi = middles[begin : begin + rows, None, None]
        x = np.abs(region.offset + sine * np.sin(psi) + cosine * np.cos(psi))  # (rows, j, M)
        own = np.stack([x[:, s, m].max(axis=1) for s, m in enumerate(region.members)], axis=1)
        inside[begin : begin + rows] = (x.max(axis=2) <= own * (1 + SLACK)).all(axis=1)
    return np.column_stack([found[:-1], found[1:]])[inside]
