r"""Learning a spectrum of order 1 and 2 from samples, by ridge regression.

With B (q, q-1) an orthonormal real basis of the functions of one letter with mean 0, and
e(x) = (1, B[x_1], …, B[x_n]) of length d = 1 + n(q-1), every function of order at most 2 is

.. math:: f(x) = e(x)^T U e(x),  \qquad U \text{ block upper triangular},

the constant in the corner of U, order 1 in its first row. Least squares in U with a penalty on
order 2 is solved by conjugate gradients; a step costs two products of (N, d) and (d, d)
matrices, so the d²/2 features are never written out. For uniform sequences the basis is
orthonormal and a penalty on U is one on the Fourier coefficients.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.sequences import Alphabet, Codes
from shapzero_lite.spectrum import Spectrum

Array = NDArray[np.float64]

# Penalties tried on order 2, in units of the number of rows, from "order 1 only" to none.
PENALTIES = (np.inf, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-12)
# On orders 0 and 1: enough to make letters that never occur harmless, too little to be seen.
_LOW_ORDER_PENALTY = 1e-12
_CHUNK = 16384


def fit_pairs(codes: Codes, values: Array, alphabet: Alphabet, *, seed: int) -> Spectrum:
    """Return the ridge spectrum of order at most 2 of N samples.

    ``codes`` (N, n), ``values`` (N,). The penalty is the one of ``PENALTIES`` with the least
    squared error on a fifth of the rows (whole sequences, drawn by ``seed``), then everything
    is fitted again on all rows. Cost about 30 products of (N, d) and (d, d), d = n(q-1).

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(400, 5, seed=0)
    >>> s = fit_pairs(x, 1.0 + (x[:, 0] == x[:, 3]), DNA, seed=0)
    >>> s.evaluate(["AAAAA", "ACCCC"]).round(4).tolist()
    [2.0, 1.0]
    """
    fit, check = split(codes, share=0.2, seed=seed)
    basis = letter_basis(alphabet.q)
    design = _Pairs(codes[fit], basis)
    check_design = _Pairs(codes[check], basis)
    best_error, best, solution, worse = np.inf, np.inf, None, 0
    for penalty in PENALTIES:
        solution = _solve(design, values[fit], penalty, solution)
        error = float(((values[check] - check_design.apply(solution)) ** 2).mean())
        worse = 0 if error < best_error else worse + 1
        if error < best_error:
            best_error, best = error, penalty
        if worse == 2:  # the error has one minimum along the path: two steps up are past it
            break
    return _to_spectrum(_solve(_Pairs(codes, basis), values, best), basis, alphabet)


def split(codes: Codes, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row numbers (kept, held out) such that no sequence stands on both sides.

    About ``share`` of the distinct sequences, at least one, are held out.
    """
    _, group = np.unique(codes, axis=0, return_inverse=True)
    group = group.ravel()
    count = int(group.max()) + 1
    held = np.zeros(count, bool)
    order = np.random.default_rng(seed).permutation(count)
    held[order[: max(1, round(share * count))]] = True
    return np.flatnonzero(~held[group]), np.flatnonzero(held[group])


def letter_basis(q: int) -> Array:
    """Return B (q, q-1): cosines and sines with mean 0 and mean square 1 over the letters.

    >>> B = letter_basis(4)
    >>> np.allclose(B.T @ B / 4, np.eye(3)) and np.allclose(B.sum(axis=0), 0)
    True
    """
    letter = np.arange(q)[:, None]
    up = np.arange(1, (q - 1) // 2 + 1)
    waves = np.sqrt(2) * np.concatenate(
        [np.cos(2 * np.pi * letter * up / q), np.sin(2 * np.pi * letter * up / q)], axis=1
    )
    return waves if q % 2 else np.concatenate([waves, np.cos(np.pi * letter)], axis=1)


class _Pairs:
    """The design of orders 0 to 2 as an operator on U (d, d)."""

    def __init__(self, codes: Codes, basis: Array) -> None:
        letters = basis[codes].reshape(len(codes), -1)
        self.e = np.concatenate([np.ones((len(codes), 1)), letters], axis=1)  # (N, d)
        block = np.concatenate([[0], 1 + np.arange(letters.shape[1]) // basis.shape[1]])
        self.upper = block[:, None] < block  # which entries of U exist
        self.upper[0, 0] = True

    def __len__(self) -> int:
        return len(self.e)

    def apply(self, U: Array) -> Array:
        """Return e(x)^T U e(x) of every row, (N,)."""
        out = np.empty(len(self.e))
        for start in range(0, len(self.e), _CHUNK):
            e = self.e[start : start + _CHUNK]
            out[start : start + len(e)] = np.einsum("nd,nd->n", e @ U, e)
        return out

    def adjoint(self, r: Array) -> Array:
        """Return sum over rows of r e(x) e(x)^T, on the entries that exist, (d, d)."""
        out = np.zeros(self.upper.shape)
        for start in range(0, len(self.e), _CHUNK):
            e = self.e[start : start + _CHUNK]
            out += e.T @ (e * r[start : start + len(e), None])
        return out * self.upper

    def diagonal(self) -> Array:
        """Return the squared length of every feature, (d, d)."""
        square = self.e**2
        return (square.T @ square) * self.upper


def _solve(design: _Pairs, y: Array, penalty: float, start: Array | None = None) -> Array:
    """Minimise |y - A U|² + N penalty |U|² by preconditioned conjugate gradients."""
    exists = design.upper.copy()
    if np.isinf(penalty):
        exists[1:] = False
    ridge = np.full(exists.shape, 0.0 if np.isinf(penalty) else penalty * len(design))
    ridge[0] = _LOW_ORDER_PENALTY * len(design)
    scale = np.where(exists, design.diagonal() + ridge, 1.0)
    U = np.zeros(exists.shape) if start is None else start.copy()
    residual = exists * (design.adjoint(y - design.apply(U)) - ridge * U)
    z = residual / scale
    direction, rz = z.copy(), float((residual * z).sum())
    target = 1e-20 * float(y @ y)
    for _ in range(300):
        if rz <= target:
            break
        forward = exists * (design.adjoint(design.apply(direction)) + ridge * direction)
        step = rz / float((direction * forward).sum())
        U += step * direction
        residual -= step * forward
        z = residual / scale
        previous, rz = rz, float((residual * z).sum())
        direction = z + rz / previous * direction
    return U


def _to_spectrum(U: Array, basis: Array, alphabet: Alphabet) -> Spectrum:
    q, width = alphabet.q, basis.shape[1]
    n = (len(U) - 1) // width
    # C (q-1, q-1): the Fourier coefficients k = 1..q-1 of every basis function of one letter.
    C = np.fft.fft(basis, axis=0, norm="forward")[1:]
    k = np.arange(1, q, dtype=np.uint8)
    frequencies, coefficients = [np.zeros((1, n), np.uint8)], [np.array([U[0, 0] + 0j])]
    single = C @ U[0, 1:].reshape(n, width).T  # (q-1, n)
    pairs = U[1:, 1:].reshape(n, width, n, width)
    for i in range(n):
        word = np.zeros((q - 1, n), np.uint8)
        word[:, i] = k
        frequencies.append(word)
        coefficients.append(single[:, i])
        for j in range(i + 1, n) if pairs.any() else ():
            word = np.zeros(((q - 1) ** 2, n), np.uint8)
            word[:, i], word[:, j] = np.repeat(k, q - 1), np.tile(k, q - 1)
            frequencies.append(word)
            coefficients.append((C @ pairs[i, :, j] @ C.T).ravel())
    return Spectrum(np.concatenate(frequencies), np.concatenate(coefficients), alphabet=alphabet)
