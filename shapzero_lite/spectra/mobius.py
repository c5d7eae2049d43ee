r"""The q-ary Möbius transform, of a table and of a sparse spectrum.

.. math:: f(x) = \sum_{m \le x} M[m], \qquad m \le x \iff m_i \in \{0, x_i\} \text{ for every } i.

M[m] is what the letters m_i (where m_i is not 0) do together beyond all of their parts, seen
from the sequence 00…0. Localised at x, the word 0 stands for x itself.
Source: SHAP zero (arXiv 2410.19236), where the q-ary Möbius transform is defined.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._memory import check_memory, count_all
from shapzero_lite.letters import Codes, as_codes
from shapzero_lite.spectra.fourier import checked_table, roots_of_unity
from shapzero_lite.spectra.frequencies import distinct
from shapzero_lite.spectra.spectrum import Spectrum


def mobius_transform(values: ArrayLike) -> NDArray[np.generic]:
    """Return the Möbius coefficients M of a table, both of shape (q,)*n.

    One pass an axis: M along an axis is f with the entry at letter 0 taken away from all
    others. Cost n q^n. Raises ``ValueError`` for a table that is not (q,)*n or not finite.

    >>> mobius_transform([[1.0, 2.0], [3.0, 6.0]]).tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    return _along_axes(values, -1)


def inverse_mobius_transform(coefficients: ArrayLike) -> NDArray[np.generic]:
    """Return the table f(x) = sum of M[m] over m <= x, shape (q,)*n.

    >>> inverse_mobius_transform([[1.0, 1.0], [2.0, 2.0]]).tolist()
    [[1.0, 2.0], [3.0, 6.0]]
    """
    return _along_axes(coefficients, +1)


def _along_axes(values: ArrayLike, sign: int) -> NDArray[np.generic]:
    table = checked_table(values, bytes_each=32)
    kind = np.complex128 if table.dtype.kind == "c" else np.float64
    table = np.array(table, kind)
    for axis in range(table.ndim):
        along: NDArray[Any] = np.moveaxis(table, axis, 0)
        along[1:] += sign * along[:1]
    return table


@dataclass(frozen=True)
class MobiusTerms:
    """Sparse Möbius coefficients: ``words`` (r, n) uint8 and ``coefficients`` (r,) float64."""

    words: Codes
    coefficients: NDArray[np.float64]

    def evaluate(self, codes: Codes) -> NDArray[np.float64]:
        """Return sum of M[m] over m <= x for every sequence, (N,).

        ``codes`` (N, n) are relative to the word 0: for localised terms, the letters counted
        from those of the explained sequence, (x' - x) mod q.
        """
        below = np.array([np.all((self.words == 0) | (self.words == x), axis=1) for x in codes])
        return below @ self.coefficients


def localised(spectrum: Spectrum, sequence: ArrayLike) -> Spectrum:
    """Return the spectrum of x' -> f(x + x'), so that the word 0 stands for ``sequence``.

    Every coefficient takes the phase omega**<k, x>: F_x[k] = F[k] omega**<k, x>.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[1, 0]], [1.0], alphabet=DNA)
    >>> localised(s, "GA").evaluate([[0, 0]]).round(4).tolist()
    [-1.0]
    """
    x = as_codes(sequence, spectrum.alphabet, spectrum.n)
    if len(x) != 1:
        raise ValueError(f"a spectrum is localised at one sequence; {len(x)} were given")
    turns = spectrum.frequencies.astype(np.int64) @ x[0].astype(np.int64) % spectrum.q
    phases = np.exp(2j * np.pi * turns / spectrum.q)
    return Spectrum(
        spectrum.frequencies, spectrum.coefficients * phases, alphabet=spectrum.alphabet
    )


def spectrum_to_mobius(spectrum: Spectrum) -> MobiusTerms:
    """Return the Möbius coefficients of the real part of a sparse spectrum.

    ``M[m] = sum over k with supp(k) ⊇ supp(m) of F[k] prod_{i in supp(m)} (omega**(k_i m_i) - 1)``
    (SHAP zero, the step from Fourier to Möbius). A coefficient of order d spreads to q^d
    entries: this is the detour that the closed form in ``shapley`` avoids. Raises
    ``ValueError`` stating the memory when the entries do not fit.

    >>> from shapzero_lite import DNA
    >>> terms = spectrum_to_mobius(Spectrum([[2, 0]], [1.0], alphabet=DNA))
    >>> dict(zip(map(tuple, terms.words.tolist()), terms.coefficients.round(4).tolist()))
    {(0, 0): 1.0, (1, 0): -2.0, (2, 0): 0.0, (3, 0): -2.0}
    """
    q, n = spectrum.q, spectrum.n
    entries = sum(count_all(q, int(d)) for d in spectrum.orders)
    check_memory(entries * (n + 32), f"the Möbius expansion ({entries:,.0f} entries)")
    root = roots_of_unity(q)
    words, parts = [np.zeros((1, n), np.uint8)], [np.zeros(1)]
    for k, coefficient in zip(spectrum.frequencies, spectrum.coefficients, strict=True):
        support = np.flatnonzero(k)
        terms = np.array([coefficient])
        for i in support:  # letter 0 keeps the term, letter c multiplies it by omega**(k c) - 1
            factor = root[int(k[i]) * np.arange(q) % q] - 1
            factor[0] = 1
            terms = (terms[:, None] * factor).ravel()
        word = np.zeros((len(terms), n), np.uint8)
        if len(support):
            word[:, support] = np.indices((q,) * len(support)).reshape(len(support), -1).T
        words.append(word)
        parts.append(terms.real)
    unique, place = distinct(np.concatenate(words))
    sums = np.bincount(place, np.concatenate(parts), len(unique))
    return MobiusTerms(unique, np.asarray(sums, np.float64))
