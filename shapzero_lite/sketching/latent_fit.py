r"""Least squares of y = g(φ(x)): φ a sum of letter effects, perhaps pair effects, g increasing.

.. math:: \min_{θ, g} \sum_r w_r (y_r - g(x_r θ))^2 + θ^T P θ / \mathrm{var}(x θ).

Gauss and Newton's steps in θ, from which the directions that g can follow by itself are projected
out (variable projection: Golub & Pereyra 1973, in Kaufman's short form 1975); at every trial step
g is fitted anew, and a step that does not lower the sum is damped more (Levenberg, Marquardt).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.letters import Letters
from shapzero_lite.sketching.monotone import MonotoneSpline
from shapzero_lite.spectra import Decomposition

Pair = tuple[int, int]
_ROUNDS, _TRIALS = 60, 8
_ENOUGH, _STALE = 1e-5, 3  # rounds end when the last few gained less than this share


class Design:
    """Which column of a sparse matrix belongs to which letter, or letters of a pair.

    ``letters``: the table's own. A position's most frequent letter has no column, so that a row
    has as many entries as it has other letters, a few in a scan around a wild type; nor has one
    that never occurs, which gets the mean of its position.
    """

    def __init__(self, letters: Letters, pairs: Sequence[Pair] = ()) -> None:
        self.letters, self.pairs = letters, list(pairs)
        common = letters.probabilities.argmax(axis=1)
        self._others = [
            np.flatnonzero(seen & (np.arange(letters.q) != c))
            for seen, c in zip(letters.possible, common, strict=True)
        ]
        sizes = [len(others) for others in self._others]
        sizes += [sizes[i] * sizes[j] for i, j in self.pairs]
        self._starts = np.cumsum([0, *sizes])
        self.width, self.alone = int(self._starts[-1]), int(self._starts[letters.n])

    def columns(self, pair: int) -> slice:
        """Return the columns of a pair, by its number."""
        start = self.letters.n + pair
        return slice(int(self._starts[start]), int(self._starts[start + 1]))

    def matrix(self, codes: Codes) -> Any:
        """Return the sparse matrix (N, width) of sequences given as codes (N, n)."""
        from scipy.sparse import csr_matrix

        number = np.full((self.letters.n, self.letters.q), -1)
        for i, others in enumerate(self._others):
            number[i, others] = np.arange(len(others))
        other = number[np.arange(self.letters.n), codes]  # (N, n), -1 where there is no column
        row, position = np.nonzero(other >= 0)
        rows, columns = [row], [self._starts[position] + other[row, position]]
        for start, (i, j) in zip(self._starts[self.letters.n :], self.pairs, strict=False):
            row = np.flatnonzero((other[:, i] >= 0) & (other[:, j] >= 0))
            rows.append(row)
            columns.append(start + other[row, i] * len(self._others[j]) + other[row, j])
        at = np.concatenate(rows), np.concatenate(columns)
        return csr_matrix((np.ones(len(at[0])), at), shape=(len(codes), self.width))

    def penalty(self) -> Array:
        """Return P (width, width): θ'Pθ sums the squares of effects about their position's mean.

        The mean is over the table's own letters, so a letter that is hardly seen is drawn to it;
        of a pair, what both letters do alone is free.
        """
        from scipy.sparse import block_diag

        squares = []
        for p, seen, others in zip(
            self.letters.probabilities, self.letters.possible, self._others, strict=True
        ):
            about = (np.eye(self.letters.q) - p)[np.ix_(seen, others)]
            squares.append(about.T @ about)
        blocks = [*squares, *(np.kron(squares[i], squares[j]) for i, j in self.pairs)]
        return np.asarray(block_diag(blocks).toarray())

    def parts(self, theta: Array, offset: float) -> Decomposition:
        """Return xθ - offset as its parts, about the means of the table's own letters."""
        sets: list[tuple[int, ...]] = [*((i,) for i in range(self.letters.n)), *self.pairs]
        tables: dict[tuple[int, ...], Array] = {(): np.array(-offset)}
        for T, start, end in zip(sets, self._starts, self._starts[1:], strict=False):
            others = [self._others[i] for i in T]
            table = np.zeros((self.letters.q,) * len(T))
            table[np.ix_(*others)] = theta[start:end].reshape([len(o) for o in others])
            for axis, i in enumerate(T):
                mean = np.tensordot(table, self.letters.probabilities[i], axes=([axis], [0]))
                unseen = [slice(None)] * axis + [~self.letters.possible[i]]
                table[tuple(unseen)] = np.expand_dims(mean, axis)
            tables[T] = table
        raw = Decomposition(tables, alphabet=self.letters.alphabet, n=self.letters.n)
        return Decomposition.of(raw, self.letters)


@dataclass(frozen=True, eq=False)
class Fit:
    """θ (width,), scaled so that xθ - offset has mean 0 and variance 1, and the curve g over it."""

    theta: Array
    offset: float
    scale: MonotoneSpline

    def latent(self, matrix: Any) -> Array:
        """Return z = xθ - offset, (N,)."""
        return np.asarray(matrix @ self.theta) - self.offset

    def __call__(self, matrix: Any) -> Array:
        """Return g(z), (N,)."""
        return self.scale(self.latent(matrix))


def linear_fit(matrix: Any, y: Array, weights: Array, penalty: Array) -> tuple[Array, float]:
    """Return θ and intercept of weighted ridge regression on the scale of the response itself."""
    total = weights.sum()
    level, mean = float(weights @ y) / total, np.asarray(matrix.T @ weights) / total
    gram = (matrix.T @ matrix.multiply(weights[:, None]).tocsr()).toarray()
    gram += penalty + 1e-9 * total * np.eye(len(gram)) - total * np.outer(mean, mean)
    theta = np.linalg.solve(gram, matrix.T @ (weights * (y - level)))
    return theta, level - float(mean @ theta)


def latent_fit(matrix: Any, y: Array, weights: Array, penalty: Array, start: Array) -> Fit:
    """Return the fit that Gauss and Newton's steps reach from ``start``, a θ that is not 0."""
    total = weights.sum()

    def at(theta: Array) -> tuple[float, Fit, Array]:
        z = np.asarray(matrix @ theta)
        offset = float(weights @ z) / total
        spread = np.sqrt(float(weights @ (z - offset) ** 2) / total)
        if not spread > 0:
            return np.inf, Fit(theta, offset, None), z  # type: ignore[arg-type]
        theta, offset, z = theta / spread, offset / spread, (z - offset) / spread
        curve = MonotoneSpline.fit(z, y, weights)
        loss = float(weights @ (y - curve(z)) ** 2 + theta @ penalty @ theta)
        return loss, Fit(theta, offset, curve), z

    loss, fit, z = at(start)
    best, stale, damping, tiny = (loss, fit), 0, 1e-3, 1e-9 * total
    for _ in range(_ROUNDS):
        sloped = matrix.multiply((np.sqrt(weights) * fit.scale.slope(z))[:, None]).tocsr()
        follows = np.sqrt(weights)[:, None] * fit.scale.free_directions(z)
        residual = np.sqrt(weights) * (y - fit.scale(z))
        shared = np.asarray(sloped.T @ follows)
        own = follows.T @ follows
        own[np.diag_indices_from(own)] += 1e-9 * np.trace(own)
        gram = (sloped.T @ sloped).toarray() - shared @ np.linalg.solve(own, shared.T) + penalty
        size = gram.diagonal() + tiny
        held = float(fit.theta @ penalty @ fit.theta)  # over the variance of z, which is 1 here
        downhill = np.asarray(sloped.T @ residual) - penalty @ fit.theta
        downhill += held / total * np.asarray(matrix.T @ (weights * z))
        for _ in range(_TRIALS):
            damped = gram.copy()
            damped[np.diag_indices_from(damped)] += damping * size + tiny
            theta = fit.theta + np.linalg.solve(damped, downhill)
            # With the knots as they are: the steps know nothing of how knots move.
            z = np.asarray(matrix @ theta) - fit.offset
            curve = MonotoneSpline.fit(z, y, weights, fit.scale.knots)
            spread = float(weights @ (z - weights @ z / total) ** 2) / total
            if float(weights @ (y - curve(z)) ** 2 + theta @ penalty @ theta / spread) < loss:
                break
            damping *= 10
        else:
            break
        damping = max(damping / 10, 1e-8)
        loss, fit, z = at(theta)
        stale = 0 if loss < best[0] * (1 - _ENOUGH) else stale + 1
        best = min(best, (loss, fit), key=lambda one: one[0])
        if stale == _STALE:
            break
    return best[1]
