"""Many rows of numbers that lie near a few directions: sums over columns at a fraction of the work.

Waves are many more than what differs between sequences of a kind. A range finder (Halko, Martinsson
& Tropp, SIAM Review 53, 2011) gives the directions, and what they leave is measured, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shapzero_lite._arrays import Array, Complex

# Directions tried first; as long as the rows are so many times more, it is worth more of them.
_FIRST, _TIMES = 64, 4


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows as ``along`` (N, r) times directions ``Q`` (r, 2 C), or whole, where Q is None."""

    along: Array
    Q: Array | None

    def real_products(self, columns: Complex) -> Array:
        """Return the real part of rows times the transpose of ``columns`` (K, C), (N, K)."""
        known = _as_real(columns.conj()).T
        return np.asarray(self.along @ (known if self.Q is None else self.Q @ known))


def few_directions(rows: Complex, within: float) -> Rows:
    """Return the rows (N, C), each up to ``within`` in length, as the few directions they lie near.

    The directions are sought with the same random numbers each time: only ``within`` depends on
    them, not the result.

    >>> waves = np.exp(1j * np.outer(np.linspace(0, 1, 900), np.arange(40)))
    >>> near = few_directions(np.tile(waves, 20), 1e-9)
    >>> (
    ...     near.Q.shape,
    ...     bool(abs(near.real_products(np.eye(800)) - np.tile(waves.real, 20)).max() < 1e-9),
    ... )
    ((64, 1600), True)
    """
    real = _as_real(rows)
    rng = np.random.default_rng(0)
    count = _FIRST
    while _TIMES * count <= min(real.shape):
        Q = np.linalg.qr((rng.standard_normal((count, len(real))) @ real).T)[0].T
        along = real @ Q.T
        if np.linalg.norm(real - along @ Q, axis=1).max() <= within:
            return Rows(along, Q)
        count *= 2
    return Rows(real, None)


def _as_real(rows: Complex) -> Array:
    """Real and imaginary parts in turn, (N, 2 C)."""
    return np.ascontiguousarray(rows, np.complex128).view(np.float64)
