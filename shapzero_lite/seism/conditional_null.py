"""Replicates of a phenotype that would have led to the same motifs, and p-values from them.

Write V_j for the span of the constants and the centres selected before motif j. If y is Gaussian
with mean in V_j (motif j adds nothing) and any variance, then (P_V y, ||y||) is sufficient: given
it, y = a + r u with u uniform on the unit sphere of what is orthogonal to V_j, whatever the mean
and the variance are. The selection cuts a region out of that sphere. A great-circle hit-and-run
walks through it, and the observed y is compared with what the walk meets.

Reconstructed from the theory of selective inference; the exact theorem of arXiv 2212.12542 on the
composite null was not at hand.
"""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.seism.gradient import Ascent
from shapzero_lite.seism.stepwise import Selection, bases, standardised, stepwise

STATISTICS = ("centre", "best")
BLOCK = 256  # directions whose products are made together: one matrix product instead of 256
SLACK = 1e-12  # ties of equal activations differ by rounding; so does the start of the walk
MOST_TRIES = 500


class Region:
    """The part of the sphere {u} where selection gives the same cells for motifs 1..j.

    ``start`` (n,) is the observed u, ``rows`` (M + 1, n) the activations of all atoms and, last,
    of the tested centre. Step s demands that the largest |offset + scale (rows . u)| be in the
    chosen cell: ``offset`` and ``scale`` (j, M). Atoms enter through rows . u only, so along a
    great circle every try costs O(j M), without n.
    """

    def __init__(self, selection: Selection, number: int, statistic: str | None = None) -> None:
        statistic = statistic or ("centre" if selection.refined else "best")
        if statistic not in STATISTICS:
            raise ValueError(f"the statistic is one of {', '.join(STATISTICS)}, not {statistic!r}")
        if not 0 <= number < len(selection):
            raise ValueError(f"the selection has motifs 0 to {len(selection) - 1}, not {number}")
        if selection.refined and statistic == "best":
            raise ValueError("refined motifs are tested by the centre of their cell")
        candidates = selection.candidates
        all_bases = bases(selection.activations, selection.base)
        self.selection, self.statistic, self.number = selection, statistic, number
        self.basis = all_bases[number]  # (n, d) of V_j
        y = standardised(selection.y)
        self.fixed = self.basis @ (self.basis.T @ y)
        free = y - self.fixed
        self.radius = float(np.linalg.norm(free))
        self.start = free / self.radius
        self.dimension = len(y) - self.basis.shape[1]
        phi = candidates.activations
        tested = selection.activations[number]
        offsets, scales = [], []
        for s, basis in enumerate(all_bases[: number + 1]):
            residual = phi - (phi @ basis) @ basis.T
            weights = candidates.weights(residual)
            weights[np.isin(candidates.labels, selection.labels[:s])] = 0.0  # cells that are taken
            offsets.append(weights * (residual @ self.fixed))
            scales.append(weights * self.radius)
        self.offset, self.scale = np.array(offsets), np.array(scales)
        self.rows = np.vstack([phi, tested])
        self.rows -= (self.rows @ self.basis) @ self.basis.T
        self.length = float(np.linalg.norm(self.rows[-1]))
        if self.length < 1e-9 and statistic == "centre":
            raise ValueError(
                f"the centre of cell {selection.cells[number]!r} has the same activation in every "
                "sequence once earlier motifs are taken out; use statistic='best' or a finer mesh"
            )
        self.members = [
            np.flatnonzero(candidates.labels == c) for c in selection.labels[: number + 1]
        ]
        self.alone = np.array([m[0] if len(m) == 1 else -1 for m in self.members])
        self.steps = np.arange(number + 1)

    @property
    def observed(self) -> float:
        """The statistic of the phenotype as it is."""
        return self.statistic_of(self.rows @ self.start)

    def states(self, count: int, rng: np.random.Generator) -> Array:
        """Return the statistic (count,) along a walk from the observed phenotype."""
        return walk(self, count, rng)

    @cached_property
    def ascent(self) -> Ascent:
        """The search of refined motifs, made once."""
        return Ascent(self.selection.candidates)

    def statistic_of(self, products: Array) -> float:
        """Return T of a u, given rows . u (M + 1,): a squared cosine, in [0, 1]."""
        if self.statistic == "centre":
            return float((products[-1] / self.length) ** 2)
        own = self.members[-1]
        return float(((self.scale[-1, own] / self.radius * products[own]) ** 2).max())

    def along(self, u: Array, w: Array, f: Array, g: Array) -> Circle | RefinedCircle:
        """Return the great circle u cos + w sin; f (M + 1,) = rows . u, g = rows . w."""
        if self.selection.refined:
            return RefinedCircle(self, u, w)
        return Circle(self, f, g)


class Circle:
    """Which points of one great circle lie in the region."""

    def __init__(self, region: Region, f: Array, g: Array) -> None:
        self.region = region
        self.cosine, self.sine = region.scale * f[:-1], region.scale * g[:-1]  # (j, M)
        self.work = np.empty_like(self.cosine)

    def holds(self, cos: float, sin: float) -> bool:
        """Say whether selection at this point gives the cells that were selected."""
        region, x = self.region, self.work
        np.multiply(self.cosine, cos, out=x)
        x += sin * self.sine
        x += region.offset
        np.abs(x, out=x)
        own = x[region.steps, region.alone]
        for s in np.flatnonzero(region.alone < 0):
            own[s] = x[s, region.members[s]].max()
        return bool((x.max(axis=1) <= own * (1 + SLACK) + SLACK * region.radius).all())


class RefinedCircle:
    """The same for a selector that is not a list of inequalities: select again and compare."""

    def __init__(self, region: Region, u: Array, w: Array) -> None:
        self.region, self.u, self.w = region, u, w
        chosen = region.selection
        self.wanted = chosen.cells[: region.number + 1]

    def holds(self, cos: float, sin: float) -> bool:
        """Say whether selection at this point gives the cells that were selected."""
        region, chosen = self.region, self.region.selection
        y = region.fixed + region.radius * (cos * self.u + sin * self.w)
        again = stepwise(
            chosen.candidates,
            y,
            len(self.wanted),
            ascent=region.ascent,
            fineness=chosen.fineness,
            base=chosen.base,
        )
        return again.cells == self.wanted


def walk(region: Region, count: int, rng: np.random.Generator) -> Array:
    """Return T (count,) along a great-circle hit-and-run from the observed phenotype.

    From u draw a random orthogonal direction w and an angle; if u cos + w sin is outside, shrink
    the bracket of angles towards 0, where u itself is, and draw again. The uniform law on the
    region stays as it is under such a step, and the step is reversible (slice sampling with
    shrinkage, as in the elliptical slice sampler of Murray, Adams and MacKay, 2010).
    """
    u, found = region.start.copy(), np.empty(count)
    for begin in range(0, count, BLOCK):
        size = min(BLOCK, count - begin)
        h = rng.standard_normal((size, len(u)))
        h -= (h @ region.basis) @ region.basis.T
        products = h @ region.rows.T  # (size, M + 1)
        u /= np.linalg.norm(u)
        f = region.rows @ u  # anew in each block, so that rounding does not add up
        for t in range(size):
            across = float(h[t] @ u)
            w = h[t] - across * u
            length = float(np.linalg.norm(w))
            w /= length
            g = (products[t] - across * f) / length
            cos, sin = _angle(region.along(u, w, f, g), rng)
            u, f = cos * u + sin * w, cos * f + sin * g
            found[begin + t] = region.statistic_of(f)
    return found


def _angle(circle: Circle | RefinedCircle, rng: np.random.Generator) -> tuple[float, float]:
    high = 2 * np.pi * rng.random()
    low, theta = high - 2 * np.pi, high
    for _ in range(MOST_TRIES):
        cos, sin = float(np.cos(theta)), float(np.sin(theta))
        if circle.holds(cos, sin):
            return cos, sin
        if theta < 0:
            low = theta
        else:
            high = theta
        theta = low + (high - low) * rng.random()
    return 1.0, 0.0  # the bracket has shrunk to rounding: stay


class Null(Protocol):
    """Phenotypes with the same selection, and a reversible walk through them."""

    @property
    def observed(self) -> float:
        """The statistic of the phenotype as it is."""

    def states(self, count: int, rng: np.random.Generator) -> Array:
        """Return the statistic (count,) along the walk."""


def serial_p_value(region: Null, count: int, rng: np.random.Generator) -> float:
    """Return the Besag-Clifford p-value of a region's motif from ``count`` states.

    The observed phenotype is put at a random place of the walk: xi ~ U{0..N} steps one way, N - xi
    the other. Under the null all N + 1 states are then exchangeable in law, so that
    p = (1 + #{T_i >= T_obs}) / (N + 1) is valid for every N, mixed or not (Besag and Clifford,
    Biometrika 76, 1989). A longer walk buys power and resolution, not validity. Among equal
    states the observed one takes a random place: counting all of them as larger would be valid
    too, but with two values, where many states are equal, it gives up most of the power.
    """
    before = int(rng.integers(count + 1))
    states = np.concatenate([region.states(before, rng), region.states(count - before, rng)])
    observed = region.observed
    above, equal = states > observed * (1 + SLACK), np.abs(states - observed) <= observed * SLACK
    among = int(rng.integers(equal.sum() + 1)) if equal.any() else 0
    return float((1 + above.sum() + among) / (count + 1))
