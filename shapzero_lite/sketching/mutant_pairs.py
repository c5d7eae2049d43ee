r"""Pairs of positions, as far as each has its common letter or another.

.. math:: f_2(x) = \sum_{i<j} c_{ij}\, h_i(x_i)\, h_j(x_j),

h_i the function of "position i has its most probable letter" with mean 0 and mean square 1 under
the letters. A scan of double mutants has a few rows for a pair of positions and hardly one for a
pair of letters, (q - 1)² of them; whether both are mutated is what its rows can tell. One number a
pair: n (n - 1) / 2 in all, a ridge fit by conjugate gradients of 2 N n² operations a step, in
N n numbers of memory. The prior variance of c_ij goes with the variances of what i and j do alone
(heredity: Hamada & Wu 1992), its size is chosen on rows outside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.sketching.block_design import Support

# Ridge penalties tried, from the strongest down while the error outside falls.
_PENALTIES = 10.0 ** np.arange(0.5, -4.1, -0.5)
_STEPS = 20
# A position that does nothing alone may still act with others: as if it had this share of the mean.
_FLOOR = 0.1
# Of the pairs, the fewest are kept that hold this share of their variance.
_KEPT = 0.999


@dataclass(frozen=True, eq=False)
class MutantPairs:
    """Functions h (n, q) and coefficients c (n, n), zero on and below the diagonal."""

    h: Array
    c: Array

    def evaluate(self, codes: Codes) -> Array:
        """Return the sum over pairs, (N,), for codes (N, n).

        >>> h = np.array([[1.0, -1.0], [1.0, -1.0]])
        >>> MutantPairs(h, np.array([[0.0, 2.0], [0.0, 0.0]])).evaluate(np.array([[0, 1], [1, 1]]))
        array([-2.,  2.])
        """
        return _quadratic(self.h[np.arange(len(self.h)), codes], self.c)

    def tables(self) -> dict[Support, Array]:
        """Return the part (q, q) of every pair that is kept, its variance being c²."""
        i, j = np.nonzero(self.c)
        variance = self.c[i, j] ** 2
        largest = np.argsort(-variance, kind="stable")
        enough = np.searchsorted(np.cumsum(variance[largest]), _KEPT * variance.sum()) + 1
        return {
            (a, b): self.c[a, b] * np.outer(self.h[a], self.h[b])
            for a, b in zip(i[largest[:enough]].tolist(), j[largest[:enough]].tolist(), strict=True)
        }


def common_or_not(letters: Letters) -> Array:
    """Return h (n, q): of the most probable letter, mean 0, mean square 1; 0 where one is fixed.

    >>> from shapzero_lite import DNA
    >>> common_or_not(Letters([[0.8, 0.2, 0, 0], [1, 0, 0, 0]], DNA)).round(4).tolist()
    [[0.5, -2.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    p = letters.probabilities
    most = p.max(axis=1, keepdims=True)
    common = np.arange(p.shape[1]) == p.argmax(axis=1)[:, None]
    free = np.where(most < 1, most * (1 - most), np.inf)
    return np.where(p > 0, (common - most) / np.sqrt(free), 0.0)


def choose(
    inside: tuple[Codes, Array, Array],
    outside: tuple[Codes, Array, Array],
    letters: Letters,
    alone: Array,
) -> tuple[MutantPairs, float, float] | None:
    """Return the pairs that predict rows outside best, their penalty and mean squared error.

    ``inside`` and ``outside``: codes (N, n), what is left of the values (N,), and the square roots
    (N,) of weights that multiplied them. ``alone`` (n,): the variance of each position's own part.
    None where none do: the first must lower the error outside by more than one standard error.
    """
    h = common_or_not(letters)
    rows, check = _Rows.of(inside, h), _Rows.of(outside, h)
    scale = _prior(alone)
    c, best, left = np.zeros_like(scale), None, outside[1] ** 2
    for penalty in _PENALTIES:
        c = rows.fit(inside[1], scale, penalty, c)
        errors = (outside[1] - _quadratic(check.functions, c)) ** 2
        gain = left - errors
        if gain.mean() > (gain.std() / np.sqrt(len(gain)) if best is None else 0.0):
            best, left = (MutantPairs(h, c), float(penalty), float(errors.mean())), errors
        elif best is not None:
            break
    return best


def refit(
    pairs: MutantPairs, rows: tuple[Codes, Array, Array], penalty: float, alone: Array
) -> MutantPairs:
    """Return the pairs fitted to other rows, from what they are."""
    c = _Rows.of(rows, pairs.h).fit(rows[1], _prior(alone), penalty, pairs.c)
    return MutantPairs(pairs.h, c)


@dataclass(frozen=True, eq=False)
class _Rows:
    functions: Array  # (N, n): h at every row, times the fourth root of its weight

    @classmethod
    def of(cls, rows: tuple[Codes, Array, Array], h: Array) -> _Rows:
        codes, _, roots = rows
        return cls(h[np.arange(len(h)), codes] * np.sqrt(roots)[:, None])

    def fit(self, y: Array, scale: Array, penalty: float, start: Array) -> Array:
        """Minimise mean (y - f)² + penalty times the sum of (c / scale)², from ``start``."""
        U = self.functions
        c = np.divide(start, scale, out=np.zeros_like(start), where=scale > 0)

        def adjoint(r: Array) -> Array:
            return scale * ((U * r[:, None]).T @ U) / len(y)

        residual = y - _quadratic(U, scale * c)
        g = adjoint(residual) - penalty * c
        d, square = g.copy(), float((g * g).sum())
        target = 1e-6 * square
        for _ in range(_STEPS):
            if square <= max(target, 1e-300):
                break
            forward = _quadratic(U, scale * d)
            step = square / float((d * (adjoint(forward) + penalty * d)).sum())
            c = c + step * d
            residual -= step * forward
            g = adjoint(residual) - penalty * c
            before, square = square, float((g * g).sum())
            d = g + square / before * d
        return scale * c


def _quadratic(U: Array, c: Array) -> Array:
    return np.asarray(np.einsum("ri,ri->r", U @ c, U))


def _prior(alone: Array) -> Array:
    """The prior standard deviation of every pair i < j, up to the factor that is chosen."""
    free = alone > 0
    mean = alone[free].mean() if free.any() else 1.0
    share = alone / mean + _FLOOR
    return np.triu(np.sqrt(np.outer(share, share)), 1)
