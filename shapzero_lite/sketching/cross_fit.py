"""Fits of a table that never see the rows they are judged on: five folds, and a ridge chosen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.sketching.latent_fit import Design, Fit, latent_fit, linear_fit

FOLDS = 5
# Ridge penalties tried, from strong to weak, in rows.
_PENALTIES = (100.0, 10.0, 1.0, 0.1, 0.01)


class Table:
    """Rows to fit: a design's matrix, values, weights of mean 1, and the fold of every row."""

    def __init__(
        self, design: Design, codes: Codes, y: Array, weights: Array, fold: NDArray[np.intp]
    ) -> None:
        self.design, self.codes, self.y, self.fold = design, codes, y, fold
        self.weights = weights / weights.mean()
        self.matrix, self.penalty = design.matrix(codes), design.penalty()
        self.fixed = np.zeros((1, 1))
        middle = np.average(y, weights=weights)
        self.variance = float(np.average((y - middle) ** 2, weights=weights))

    def weighing(self, weights: Array) -> Table:
        """Return the table with other weights."""
        return Table(self.design, self.codes, self.y, weights, self.fold)

    def of(self, design: Design) -> Table:
        """Return the table with pairs: the ridge to choose is theirs, letters have next to none.

        What a strong ridge took from the letters, pairs would give back, and look specific.
        """
        wide = Table(design, self.codes, self.y, self.weights, self.fold)
        m = design.alone
        wide.fixed = np.zeros_like(wide.penalty)
        wide.fixed[:m, :m] = _PENALTIES[-1] * wide.penalty[:m, :m]
        wide.penalty[:m, :m] = 0
        return wide

    def ridge(self, penalty: float) -> Array:
        """Return the penalty matrix: the part to choose, and the part that is fixed."""
        return penalty * self.penalty + self.fixed

    def explained(self, predicted: Array) -> float:
        """Share of the variance."""
        left = np.average((self.y - predicted) ** 2, weights=self.weights)
        return 1 - float(left) / self.variance

    def linear(self, penalty: float) -> Array:
        """Additive predictions on the scale of the values, each by a fit to the other folds."""
        out = np.empty(len(self.y))
        for k in range(FOLDS):
            theta, intercept = self._linear(self.fold != k, penalty)
            out[self.fold == k] = self.matrix[self.fold == k] @ theta + intercept
        return out

    def linear_start(self, _: int, rows: NDArray[np.bool_]) -> Array:
        """Return the θ of an additive fit on the scale of the values."""
        return self._linear(rows, 1.0)[0]

    def _linear(self, rows: NDArray[np.bool_], penalty: float) -> tuple[Array, float]:
        given = self.matrix[rows], self.y[rows], self.weights[rows]
        return linear_fit(*given, self.ridge(penalty))

    def cross_fit(
        self, start: Callable[[int, NDArray[np.bool_]], Array]
    ) -> tuple[Array, list[Fit], float]:
        """Return predictions of every row by a fit to the other folds; the fits; the penalty.

        The last of the fits is to all rows. The penalty is chosen on the first fold.
        """
        rows, held = self.fold != 0, self.fold == 0
        theta, tried = start(0, rows), []
        for penalty in _PENALTIES:
            fit = self._fit(rows, penalty, theta)
            squares = (self.y[held] - fit(self.matrix[held])) ** 2
            tried.append((float(self.weights[held] @ squares), fit, penalty))
            if len(tried) > 1 and tried[-1][0] > tried[-2][0]:
                break  # a weaker one would do worse still
        _, fit, penalty = min(tried, key=lambda one: one[0])
        fits, out = [fit], np.empty(len(self.y))
        for k in range(1, FOLDS + 1):  # the last k is no fold: a fit to all rows
            rows = self.fold != k
            fits.append(self._fit(rows, penalty, start(k, rows)))
        for k in range(FOLDS):
            out[self.fold == k] = fits[k](self.matrix[self.fold == k])
        return out, fits, penalty

    def _fit(self, rows: NDArray[np.bool_], penalty: float, theta: Array) -> Fit:
        given = self.matrix[rows], self.y[rows], self.weights[rows]
        return latent_fit(*given, self.ridge(penalty), theta)
