r"""How the variance of a curved sum splits by order and by position.

With every letter kept with probability :math:`\rho` and drawn again otherwise, two waves of the
curve have the mean product :math:`\prod_j (B_j + \rho A_j)`, :math:`B_j` the product of their means
at j and :math:`A_j` their covariance there: the coefficient of :math:`\rho^d` is what order d
holds. The curve's part is so computed from its series; what it shares with the parts of the rest is
a mean over sequences drawn from the letters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Complex
from shapzero_lite.letters import Letters
from shapzero_lite.spectra.curve import Curve, Waves
from shapzero_lite.spectra.decomposition import Decomposition

# Orders told apart: what is of a higher one counts with the last.
ORDERS = 6
# Waves are left out below this share of the steps; sequences drawn.
_LEFT_OUT, _DRAWN = 1e-4, 4096


@dataclass(frozen=True, eq=False)
class Energies:
    """Mean squares by order, from order 1; by position, of order 1 and of all orders, (n,)."""

    by_order: Array
    first: Array
    total: Array


def energies(
    curve: Curve, effects: Array, rest: Decomposition, letters: Letters, waves: Waves
) -> Energies:
    """Return the energies of curve and rest together, over the letters; orders up to ``ORDERS``."""
    size = np.abs(waves.amplitudes)
    M = max(2, int(np.count_nonzero(size[::-1].cumsum()[::-1] > _LEFT_OUT * curve.span)))
    a, w = waves.amplitudes[:M], waves.frequencies[:M]
    p, n = letters.probabilities, letters.n
    orders = max(1, min(max(len(letters.free), rest.order), ORDERS))
    turned = np.exp(1j * effects[:, :, None] * (np.arange(2 * M) * w[1:2].sum()))
    means: Complex = np.einsum("ia,iak->ik", p, turned)  # of sums and differences of waves
    by_order, total = np.zeros(orders + 1), np.zeros(n)
    for sign in (-1, 1):  # Re u Re v = Re(u v* + u v) / 2
        apart = np.arange(M)[:, None] + sign * np.arange(M)
        weight = np.outer(a, a if sign > 0 else a.conj()) / 2
        terms = np.zeros((orders + 1, M, M), np.complex128)  # the last is of its order and above
        terms[0] = 1
        for i in range(n):
            E, A = _shared(means[i], apart, sign)
            grown = terms * (E - A)
            grown[1:] += terms[:-1] * A
            grown[-1] += terms[-1] * A
            terms = grown
        by_order += (terms * weight).real.sum(axis=(1, 2))
        everything = terms.sum(axis=0) * weight
        for i in range(n):
            E, A = _shared(means[i], apart, sign)
            total[i] += (everything * A / np.where(E == 0, 1e-30, E)).real.sum()
    alone = _alone(turned[:, :, :M], means[:, :M], a)
    first = (p * alone**2).sum(axis=1)
    with_rest = rest.variances() + 2 * _shared_with_rest(curve, effects, rest, letters)
    for T, energy in zip(rest.supports, with_rest, strict=True):
        by_order[min(len(T), orders)] += energy
        total[list(T)] += energy
        first[list(T)] += energy if len(T) == 1 else 0.0
    return Energies(*(np.maximum(part, 0) for part in (by_order[1:], first, total)))


def _shared(mean: Complex, apart: NDArray[np.int64], sign: int) -> tuple[Complex, Complex]:
    """The mean product of two waves at a position, and their covariance, (M, M)."""
    E = mean[np.abs(apart)]
    E = np.where(apart < 0, E.conj(), E)
    psi = mean[: len(apart)]
    return E, E - np.outer(psi, psi if sign > 0 else psi.conj())


def _alone(turned: Complex, psi: Complex, a: Complex) -> Array:
    """The parts of the curve of one position, (n, q)."""
    safe = np.where(psi == 0, 1e-30, psi)
    others = a * safe.prod(axis=0) / safe  # (n, M)
    return np.asarray(np.einsum("iam,im->ia", turned - psi[:, None], others).real)


def _shared_with_rest(curve: Curve, effects: Array, rest: Decomposition, letters: Letters) -> Array:
    """Mean products of the curve with every part of the rest, over sequences drawn."""
    codes = letters.draw(_DRAWN, np.random.default_rng(0))
    values = curve(effects[np.arange(letters.n), codes].sum(axis=1))
    values -= values.mean()
    found = np.zeros(len(rest.supports))
    for rows, parts in rest.blocks(codes):
        found += values[rows] @ parts
    return found / len(codes)
