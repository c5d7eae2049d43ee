r"""Shapley values of a spectrum against backgrounds other than uniform letters.

With :math:`\psi_i = E[\omega^{k_i U_i}]` for independent letters, a coefficient's game is
:math:`v(S) = F[k] \prod_{i \in S} \omega^{k_i x_i} \prod_{i \notin S} \psi_i`, a product, and

.. math:: \varphi_i = F[k] \int_0^1 (\omega^{k_i x_i} - \psi_i)
          \prod_{j \ne i} (t\, \omega^{k_j x_j} + (1 - t)\, \psi_j)\, dt.

The integrand is a polynomial of degree |k| - 1 in t, so Gauss–Legendre quadrature with
ceil(|k| / 2) nodes is exact. A set of B sequences is an average of such games, psi = omega^(k b);
at low order its B rows collapse into one number for each of the 2^|k| parts of the support.
The integral form is Owen's multilinear extension (Management Science 18, 1972); its use on
characters is ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Complex
from shapzero_lite.explaining.checked_background import as_background
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.spectra import Decomposition, Function, Spectrum
from shapzero_lite.spectra.blocks import row_blocks
from shapzero_lite.spectra.fourier import roots_of_unity


def decomposed(
    source: Spectrum | Decomposition, background: Any, codes: Codes | None = None
) -> Decomposition:
    """Return the parts of a function for a background; None: the letters it was made for.

    ``codes`` (N, n), where given, must be able to occur under the function's own letters.
    """
    own = source.letters
    if own is not None and codes is not None:
        own.check(codes)
    same = background is None or (isinstance(background, Letters) and background == own)
    if isinstance(source, Decomposition) and same:
        return source
    if background is None:
        return Decomposition.of(source, Letters.uniform(source.n, source.alphabet))
    checked = as_background(background, source)
    if own is not None:  # of letters that cannot occur, such a function knows nothing
        own.check(letters_in(checked))
    if checked.dtype == np.uint8:
        return Decomposition.of(source, checked)
    return Decomposition.of(source, Letters(checked, source.alphabet))


def kept_background(background: Any, spectrum: Function) -> Letters | Codes | None:
    """Return a checked background that nobody can change later; None stays None."""
    if background is None:
        return None
    checked = as_background(background, spectrum)
    return checked if checked.dtype == np.uint8 else Letters(checked, spectrum.alphabet)


def said(background: Letters | Codes | None, spectrum: Function) -> str:
    """Return in words what values are against."""
    if background is None:
        own = spectrum.letters
        if own is None or own.is_uniform:
            return "uniform letters"
        background = own
    if isinstance(background, Letters):
        free = len(background.free)
        fixed = "" if free == background.n else f", {free:,} of {background.n:,} positions free"
        return f"independent letters{fixed}"
    return f"{len(background):,} sequences"


def letters_in(background: NDArray[Any] | Letters) -> Codes:
    """Return sequences that hold every letter of a checked background at its position."""
    if isinstance(background, Letters):
        return letters_in(background.probabilities)
    if background.dtype == np.uint8:
        return background
    present = background > 0
    first = present.argmax(axis=1)
    rows = [np.where(present[:, c], c, first) for c in range(present.shape[1])]
    return np.array(rows, np.uint8)


def values_against(
    background: NDArray[Any], codes: Codes, k: Codes, H: Complex, q: int
) -> NDArray[np.float64]:
    """Return the Shapley values (N, n) of Re sum H omega**<k, x> against a checked background."""
    phi = np.zeros(codes.shape)
    games: Iterable[tuple[Complex, Complex]]
    orders = np.count_nonzero(k, axis=1)
    for d in np.unique(orders):
        kd, Hd = k[orders == d], H[orders == d]
        support = np.nonzero(kd)[1].reshape(-1, d)  # (s, d) positions
        letters = np.take_along_axis(kd, support, axis=1).astype(np.int64)  # (s, d) k_i
        if background.dtype != np.uint8:
            games = [(_letter_means(background, support, letters, q), Hd)]
            _by_quadrature(phi, codes, support, letters, games, q)
        elif 2.0**d <= d * d * len(background):
            for some in row_blocks(len(Hd), 2**d):
                _by_parts(phi, codes, support[some], letters[some], background, Hd[some], q)
        else:
            rows = (_characters(b[None], support, letters, q)[0] for b in background)
            games = ((psi, Hd / len(background)) for psi in rows)
            _by_quadrature(phi, codes, support, letters, games, q)
    return phi


def average_characters(background: NDArray[Any], k: Codes, q: int) -> Complex:
    """Return E[omega**<k, U>], (s,), of U drawn from a checked background."""
    if background.dtype != np.uint8:
        return _letter_means(background, np.arange(k.shape[1])[None], k, q).prod(axis=1)
    total = np.zeros(len(k), np.complex128)
    for rows in row_blocks(len(background), len(k)):
        turns = background[rows].astype(np.int64) @ k.T.astype(np.int64) % q
        total += roots_of_unity(q)[turns].sum(axis=0)
    return total / len(background)


def _by_quadrature(
    phi: NDArray[np.float64],
    codes: Codes,
    support: NDArray[np.int64],
    letters: NDArray[np.int64],
    games: Iterable[tuple[Complex, Complex]],
    q: int,
) -> None:
    """Add the values of product games (psi (s, d), H (s,)) to phi by Gauss-Legendre nodes."""
    d = support.shape[1]
    nodes, node_weights = np.polynomial.legendre.leggauss((d + 1) // 2)
    for psi, H in games:
        for rows in row_blocks(len(codes), 4 * support.size):
            here = _characters(codes[rows], support, letters, q)  # (N, s, d)
            others = np.zeros_like(here)
            for t, w in zip((nodes + 1) / 2, node_weights / 2, strict=True):
                others += w * _products_of_others(t * here + (1 - t) * psi)
            _scatter(phi[rows], ((here - psi) * others * H[:, None]).real, support)


def _products_of_others(factors: Complex) -> Complex:
    """Product over j != i along the last axis, without a division (a factor may be 0)."""
    before = np.ones_like(factors)
    after = np.ones_like(factors)
    np.cumprod(factors[..., :-1], axis=-1, out=before[..., 1:])
    after[..., :-1] = np.cumprod(factors[..., :0:-1], axis=-1)[..., ::-1]
    return before * after


def _by_parts(
    phi: NDArray[np.float64],
    codes: Codes,
    support: NDArray[np.int64],
    letters: NDArray[np.int64],
    background: Codes,
    H: Complex,
    q: int,
) -> None:
    """Add the values against a set of sequences to phi, all 2^d parts of a support at once."""
    s, d = support.shape
    outside = np.zeros((s, 2**d), np.complex128)  # E[omega**<k, b>] over each part
    for rows in row_blocks(len(background), s * 2**d):
        outside += _all_parts(_characters(background[rows], support, letters, q)).sum(axis=0)
    outside = H[:, None] * outside[:, ::-1] / len(background)  # of the complement of each part
    weights = _shapley_weights(d)
    for rows in row_blocks(len(codes), s * 2**d):
        game = _all_parts(_characters(codes[rows], support, letters, q)) * outside
        _scatter(phi[rows], game.real @ weights, support)


def _all_parts(factors: Complex) -> Complex:
    """Products over every subset of the last axis, (…, d) -> (…, 2^d); bit j is factor j."""
    parts = np.ones((*factors.shape[:-1], 1), np.complex128)
    for j in range(factors.shape[-1]):
        parts = np.concatenate([parts, parts * factors[..., j, None]], axis=-1)
    return parts


def _shapley_weights(d: int) -> NDArray[np.float64]:
    """W (2^d, d) with phi = v @ W for a game v on d players in the order of ``_all_parts``."""
    inside = np.arange(2**d)[:, None] >> np.arange(d) & 1  # (2^d, d)
    size = inside.sum(axis=1, keepdims=True)
    weight = np.array([factorial(t) * factorial(d - 1 - t) / factorial(d) for t in range(d)])
    return np.where(inside == 1, weight[size - 1], -weight[np.minimum(size, d - 1)])


def _scatter(
    phi: NDArray[np.float64], values: NDArray[np.float64], support: NDArray[np.int64]
) -> None:
    """Add values (N, s, d) to phi (N, n) at the positions support (s, d)."""
    for j in range(support.shape[1]):
        at = np.zeros((len(support), phi.shape[1]))
        at[np.arange(len(support)), support[:, j]] = 1
        phi += values[:, :, j] @ at


def _characters(
    codes: Codes, support: NDArray[np.int64], letters: NDArray[np.int64], q: int
) -> Complex:
    """omega**(k_i x_i) on the supports, (N, s, d)."""
    return roots_of_unity(q)[letters * codes[:, support] % q]


def _letter_means(
    p: NDArray[np.float64], positions: NDArray[np.int64], letters: NDArray[np.integer], q: int
) -> Complex:
    """psi_i(k_i) = sum over letters c of p_i(c) omega**(k_i c) at the positions, (s, d)."""
    letter = np.arange(q)
    return (p @ roots_of_unity(q)[np.outer(letter, letter) % q])[positions, letters]
