r"""A sparse Fourier spectrum: the object that a sketch makes and an explanation reads.

A spectrum stands for the function

.. math:: f(x) = \mathrm{Re} \sum_k F[k] \omega^{\langle k, x\rangle}.

A recovered spectrum need not be conjugate-symmetric; the real part is what is meant, and
``asymmetry`` tells how far from symmetric it is.
"""

from __future__ import annotations

import numbers
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite import _npz
from shapzero_lite.letters import Alphabet, Codes, Letters, as_codes
from shapzero_lite.spectra import shown
from shapzero_lite.spectra.blocks import term_blocks
from shapzero_lite.spectra.fourier import fourier_transform
from shapzero_lite.spectra.frequencies import (
    checked,
    distinct,
    half_spectrum,
    largest_asymmetry,
    strongest_waves,
)
from shapzero_lite.spectra.tables import FEWEST_ROWS, Tables, tables

FORMAT = "shapzero-lite spectrum 1"


class Spectrum:
    """Frequencies (s, n) uint8 and coefficients (s,) complex over an alphabet.

    Frequencies that stand twice are summed. ``provenance`` is any JSON-like dictionary that
    says where the numbers come from. Raises ``TypeError``/``ValueError`` naming the row that
    is wrong.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[0, 0], [1, 3]], [2.0, 0.5], alphabet=DNA)
    >>> s.evaluate(["AA", "CA", "GT"]).round(4).tolist()
    [2.5, 2.0, 2.0]
    """

    letters: Letters | None = None  # a spectrum is for uniform letters

    def __init__(
        self,
        frequencies: ArrayLike,
        coefficients: ArrayLike,
        *,
        alphabet: Alphabet,
        provenance: dict[str, Any] | None = None,
    ) -> None:
        if not isinstance(alphabet, Alphabet):
            raise TypeError(f"alphabet must be an Alphabet such as sz.DNA, not {alphabet!r}")
        k, F = checked(frequencies, coefficients, alphabet.q)  # ours: they become read-only
        k.flags.writeable = F.flags.writeable = False
        self.frequencies: Codes = k
        self.coefficients: NDArray[np.complex128] = F
        self.alphabet = alphabet
        self.provenance: dict[str, Any] = dict(provenance or {})

    @classmethod
    def from_values(
        cls, values: ArrayLike, alphabet: Alphabet, provenance: dict[str, Any] | None = None
    ) -> Spectrum:
        """Return the exact spectrum of a table (q,)*n, without the terms that are rounding.

        Dropped is what lies below 1e-14 of the largest coefficient.

        >>> from shapzero_lite import DNA
        >>> len(Spectrum.from_values(np.ones((4, 4)), DNA))
        1
        """
        F = fourier_transform(values)
        if F.shape[0] != alphabet.q:
            msg = f"the table has {F.shape[0]} letters a position, the alphabet {alphabet.q}"
            raise ValueError(msg)
        keep = np.abs(F) > 1e-14 * np.abs(F).max()
        keep[(0,) * F.ndim] = True
        return cls(np.argwhere(keep), F[keep], alphabet=alphabet, provenance=provenance)

    @property
    def n(self) -> int:
        """Length of the sequences."""
        return self.frequencies.shape[1]

    @property
    def q(self) -> int:
        """Number of letters."""
        return self.alphabet.q

    def __len__(self) -> int:
        return len(self.coefficients)

    def __repr__(self) -> str:
        return (
            f"Spectrum({len(self)} coefficients up to order {self.order}, n={self.n}, q={self.q})"
        )

    def __str__(self) -> str:
        return shown.text(self)

    def _repr_html_(self) -> str:
        return shown.html(self)

    @cached_property
    def orders(self) -> NDArray[np.int64]:
        """Number of positions in the support of each frequency, (s,)."""
        return np.count_nonzero(self.frequencies, axis=1)

    @property
    def order(self) -> int:
        """Highest order present."""
        return int(self.orders.max(initial=0))

    @property
    def constant(self) -> float:
        """The mean of the function over all sequences: Re F[0]."""
        return float(self.coefficients[self.orders == 0].real.sum())

    @cached_property
    def half(self) -> tuple[Codes, NDArray[np.complex128]]:
        """One of every pair k, -k, with coefficient F[k] + conj F[-k]: the same function.

        ``Re(F[k] w) + Re(F[-k] conj w) = Re((F[k] + conj F[-k]) w)``, so half of the terms do.
        """
        k, H = half_spectrum(self.frequencies, self.coefficients, self.q)
        k.flags.writeable = H.flags.writeable = False
        return k, H

    @cached_property
    def _power(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Supports (h, n) and mean squares (h,) of the terms of the half spectrum."""
        k, H = self.half
        real_character = ((self.q - k) % self.q == k).all(axis=1)  # omega**<k, x> is then +-1
        return k != 0, np.where(real_character, H.real**2, np.abs(H) ** 2 / 2)

    @property
    def asymmetry(self) -> float:
        """Largest |F[k] - conj F[-k]| over the largest |F|; 0 for a real function's spectrum."""
        largest = np.abs(self.coefficients).max(initial=0)
        gap = largest_asymmetry(self.frequencies, self.coefficients, self.q)
        return float(gap / largest) if largest > 0 else 0.0

    def evaluate(self, codes: Any) -> NDArray[np.float64]:
        """Return f(x) = Re sum_k F[k] omega**<k, x>, (N,), for sequences or codes (N, n).

        Cost N s n, much less for many sequences and low orders (module ``tables``); memory
        bounded (a block of sequences at a time).
        """
        codes = as_codes(codes, self.alphabet, self.n)
        k, H = self.half
        out = np.zeros(len(codes))
        if len(codes) >= FEWEST_ROWS:
            out += self.looked_up.evaluate(codes)
            k, H = k[self.looked_up.left], H[self.looked_up.left]
        for rows, terms in term_blocks(codes, k, H, self.q):
            out[rows] += terms.sum(axis=1)
        return out

    @cached_property
    def supports(self) -> list[tuple[int, ...]]:
        """The sets of positions that some wave depends on, by order and position."""
        rows, _ = distinct(self.frequencies != 0)
        found = (tuple(np.flatnonzero(row).tolist()) for row in rows)
        return sorted((T for T in found if T), key=lambda T: (len(T), T))

    def tables(self) -> Iterator[tuple[tuple[int, ...], NDArray[np.float64]]]:
        """Yield every support with the sum of its waves as a flat table (q^d,)."""
        made = tables(*self.half, self.q, most_cells=np.inf, all_cells=np.inf)
        for positions, flat in zip(made.supports, made.tables, strict=True):
            yield tuple(positions.tolist()), flat

    @cached_property
    def looked_up(self) -> Tables:
        """The waves as tables, for many sequences, and the numbers of those of ``half`` left."""
        return tables(*self.half, self.q)

    # -- readings over all sequences ------------------------------------------------------
    def energy_by_order(self) -> NDArray[np.float64]:
        """Return the mean square of the part of each order, (order + 1,); entry 0 is mean²."""
        support, power = self._power
        return np.asarray(np.bincount(support.sum(axis=1), power, self.order + 1), np.float64)

    def variance_by_order(self) -> NDArray[np.float64]:
        """Return the share of the variance at orders 1, 2, …, (order,); sums to 1.

        >>> from shapzero_lite import DNA
        >>> s = Spectrum([[2, 0], [2, 2]], [3.0, 4.0], alphabet=DNA)
        >>> s.variance_by_order().tolist()
        [0.36, 0.64]
        """
        energy = self.energy_by_order()[1:]
        return energy / energy.sum() if energy.sum() > 0 else energy

    def sobol_first(self) -> NDArray[np.float64]:
        """Return the first-order Sobol index of every position, (n,): V_{i} / V."""
        support, power = self._power
        return self._share(power * (support.sum(axis=1) == 1) @ support)

    def sobol_total(self) -> NDArray[np.float64]:
        """Return the total Sobol index of every position, (n,): all variance that i is part of."""
        support, power = self._power
        return self._share(power @ support)

    def _share(self, part: NDArray[np.float64]) -> NDArray[np.float64]:
        variance = self.energy_by_order()[1:].sum()
        return part / variance if variance > 0 else part

    # -- arithmetic -----------------------------------------------------------------------
    def __add__(self, other: Spectrum) -> Spectrum:
        if not isinstance(other, Spectrum):
            return NotImplemented
        if (self.n, self.alphabet) != (other.n, other.alphabet):
            msg = f"only spectra of one length and alphabet add up; got {self!r} and {other!r}"
            raise ValueError(msg)
        return Spectrum(
            np.concatenate([self.frequencies, other.frequencies]),
            np.concatenate([self.coefficients, other.coefficients]),
            alphabet=self.alphabet,
        )

    __array_ufunc__ = None  # array * spectrum is an error, not an array of spectra

    def __mul__(self, factor: float) -> Spectrum:
        if not isinstance(factor, numbers.Real):
            return NotImplemented
        return Spectrum(self.frequencies, self.coefficients * factor, alphabet=self.alphabet)

    __rmul__ = __mul__

    def __neg__(self) -> Spectrum:
        return self * -1.0

    def __sub__(self, other: Spectrum) -> Spectrum:
        return self + -other if isinstance(other, Spectrum) else NotImplemented

    def truncate(self, energy: float) -> Spectrum:
        """Return the fewest largest coefficients that hold the share ``energy`` of sum |F|².

        k and -k stay or go together. The constant always stays and does not count.
        """
        if not 0 < energy <= 1:
            raise ValueError(f"energy is a share between 0 and 1, not {energy}")
        keep = strongest_waves(self.frequencies, self.coefficients, self.q, energy)
        return Spectrum(
            self.frequencies[keep],
            self.coefficients[keep],
            alphabet=self.alphabet,
            provenance=self.provenance | {"truncated_to_energy": energy},
        )

    # -- files ----------------------------------------------------------------------------
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write alphabet, frequencies, coefficients and provenance to one npz file.

        The file appears whole or not at all: a kill while saving leaves the old one.
        """
        return _npz.write(path, FORMAT, *self.parts())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Spectrum:
        """Return the spectrum that ``save`` wrote; everything is checked, nothing is executed.

        Raises ``ValueError`` for a truncated or foreign file.
        """
        otherwise = (
            "is not a whole spectrum file; save it again, or build one with "
            "Spectrum(frequencies, coefficients, alphabet=…)"
        )
        return _npz.read(path, FORMAT, cls.of_parts, otherwise=otherwise)

    def parts(self) -> tuple[dict[str, Any], _npz.Arrays]:
        """Return the header and the arrays that a file of it holds."""
        header = {"letters": self.alphabet.letters, "provenance": self.provenance}
        return header, {"frequencies": self.frequencies, "coefficients": self.coefficients}

    @classmethod
    def of_parts(cls, header: dict[str, Any], arrays: _npz.Arrays) -> Spectrum:
        """Return the spectrum of a header and arrays as ``parts`` gives them, all checked."""
        return cls(
            arrays["frequencies"],
            arrays["coefficients"],
            alphabet=Alphabet(header["letters"]),
            provenance=header["provenance"],
        )
