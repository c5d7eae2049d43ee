"""An increasing curve through points: a cubic spline whose coefficients never fall.

Such a spline is a non-negative combination of I-splines, integrated B-splines (Ramsay,
Statistical Science 1988), and beyond its ends it is constant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._arrays import Array

_DEGREE = 3
# Knots at quantiles of the points, and evenly between their ends: where many points lie at a
# floor, the first alone would leave the rise without any.
_QUANTILES, _EVEN = 12, 12


class MonotoneSpline:
    """An increasing function of one variable, constant beyond its ends.

    ``knots`` (K + 4,) and ``coefficients`` (K,), which never fall, are those of a cubic B-spline.

    >>> z = np.linspace(-1, 1, 50)
    >>> g = MonotoneSpline.fit(z, np.maximum(z, 0), np.ones(50))
    >>> bool((np.diff(g(z)) > -1e-12).all()), float(g(0.8).round(2)), float(g(9).round(2))
    (True, 0.8, 1.0)
    """

    def __init__(self, knots: ArrayLike, coefficients: ArrayLike) -> None:
        from scipy.interpolate import BSpline

        self.knots = np.asarray(knots, np.float64)
        self.coefficients = np.asarray(coefficients, np.float64)
        self._spline = BSpline(self.knots, self.coefficients, _DEGREE)
        self._slope = self._spline.derivative()

    @classmethod
    def fit(cls, z: Array, y: Array, weights: Array, knots: Array | None = None) -> MonotoneSpline:
        """Return the increasing spline of least weighted squares through points (N,).

        ``knots``: those of another spline; without them, chosen by where the points are.
        """
        from scipy.optimize import nnls

        knots = _knots(z) if knots is None else knots
        basis, sums = _basis(z, knots)  # the I-splines are basis @ sums
        total = weights.sum()
        middle = sums.T @ np.asarray(basis.T @ weights) / total
        level = float(weights @ y) / total
        weighted = basis.multiply(weights[:, None]).tocsr()
        gram = sums.T @ (basis.T @ weighted).toarray() @ sums - total * np.outer(middle, middle)
        # A trace of a penalty: a coefficient between two points has no data of its own.
        gram[np.diag_indices_from(gram)] += 1e-9 * total + 1e-9 * np.trace(gram)
        root = np.linalg.cholesky(gram).T
        right = np.linalg.solve(root.T, sums.T @ np.asarray(weighted.T @ (y - level)))
        rise = nnls(root, right)[0]
        return cls(knots, np.cumsum(np.r_[level - middle @ rise, rise]))

    def __call__(self, z: ArrayLike) -> Array:
        """Return g(z), of the shape of z."""
        return self._spline(np.clip(z, self.knots[0], self.knots[-1]))

    def slope(self, z: ArrayLike) -> Array:
        """Return g'(z), of the shape of z; 0 beyond the ends."""
        z = np.asarray(z, np.float64)
        return np.where(
            (z < self.knots[0]) | (z > self.knots[-1]),
            0.0,
            self._slope(np.clip(z, self.knots[0], self.knots[-1])),
        )

    def free_directions(self, z: Array) -> Array:
        """Return how g(z) changes with what the fit left free, (N, directions)."""
        rise = np.diff(self.coefficients)
        free = rise > 1e-9 * max(rise.sum(), 1e-300)
        basis, sums = _basis(z, self.knots)
        return np.c_[np.ones(len(z)), basis @ sums[:, free]]


def _knots(z: Array) -> Array:
    low, high = float(z.min()), float(z.max())
    if not high > low:
        high = low + 1.0
    inner = np.r_[
        np.quantile(z, np.linspace(0, 1, _QUANTILES + 2)[1:-1]),
        np.linspace(low, high, _EVEN + 2)[1:-1],
    ]
    inner.sort()
    # Knots closer than this are one.
    apart = np.diff(np.r_[low, inner]) > 1e-3 * (high - low)
    inner = inner[apart & (inner < high)]
    return np.r_[[low] * (_DEGREE + 1), inner, [high] * (_DEGREE + 1)]


def _basis(z: Array, knots: Array) -> tuple[Any, Array]:
    """The B-splines at z, sparse (N, K), and which of them an I-spline adds up, (K, K - 1)."""
    from scipy.interpolate import BSpline

    basis = BSpline.design_matrix(np.clip(z, knots[0], knots[-1]), knots, _DEGREE)
    return basis, np.tri(basis.shape[1])[:, 1:]
