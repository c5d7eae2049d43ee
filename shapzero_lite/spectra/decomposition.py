r"""A function as a sum of functions of few letters, for any background.

.. math:: f(x) = \sum_T f_T(x_T), \qquad v_x(S) = E[f(x_S, U_{\mathrm{rest}})] =
          \sum_{T \subseteq S} f_T(x_T),

so that :math:`f_T(x_T)` is the Harsanyi dividend of the set T, and every value and index that is
linear in the dividends is read off. For independent letters this is the functional ANOVA: every
f_T has mean zero in each of its letters, the parts are uncorrelated, and their variances add up.
For a set of sequences as the background it is the same game, and the parts need not be
uncorrelated. Sources: Hoeffding 1948; Hiabu, Meyer & Wright, AISTATS 2023 for the set.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite import _npz
from shapzero_lite._arrays import Array
from shapzero_lite._memory import check_memory
from shapzero_lite.letters import Alphabet, Codes, Letters, as_codes
from shapzero_lite.spectra.blocks import row_blocks
from shapzero_lite.spectra.parts import (
    Support,
    as_sets,
    placed,
    split,
    split_against,
    without_dust,
)
from shapzero_lite.spectra.spectrum import Spectrum

FORMAT = "shapzero-lite decomposition 1"


class Decomposition:
    """The parts f_T of a function: one table (q,)*|T| for each set T of positions.

    ``tables``: set of positions (counted from 0, increasing) to table; the empty set holds the
    constant. ``letters``: the background when it is independent letters, else None.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[2, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> d = Decomposition.of(s, Letters.around("ACC", rate=0.3))
    >>> d.supports, d.evaluate(["ACC"]).round(4).tolist(), s.evaluate(["ACC"]).tolist()
    ([(0,), (2,), (0, 2)], [-2.0], [-2.0])
    """

    def __init__(
        self,
        tables: Mapping[Support, ArrayLike],
        *,
        alphabet: Alphabet,
        n: int,
        letters: Letters | None = None,
        provenance: dict[str, Any] | None = None,
    ) -> None:
        self.alphabet, self.n, self.letters = alphabet, int(n), letters
        self.provenance: dict[str, Any] = dict(provenance or {})
        self.constant = float(np.asarray(tables.get((), 0.0)))
        self.supports: list[Support] = sorted((T for T in tables if T), key=lambda T: (len(T), T))
        # By order: sets (s, d) and flat tables (s, q^d), so that one look-up serves a whole order.
        self._orders: list[tuple[NDArray[np.int64], Array]] = []
        for d in sorted({len(T) for T in self.supports}):
            of_order = [T for T in self.supports if len(T) == d]
            flat = np.stack([np.asarray(tables[T], np.float64).reshape(-1) for T in of_order])
            if flat.shape[1] != self.q**d:
                msg = f"a part of {d} positions has {self.q}^{d} cells, not {flat.shape[1]}"
                raise ValueError(msg)
            self._orders.append((np.array(of_order, np.int64), flat))

    # -- exact decompositions -------------------------------------------------------------
    @classmethod
    def from_values(
        cls, values: ArrayLike, letters: Letters, provenance: dict[str, Any] | None = None
    ) -> Decomposition:
        """Return the parts of a table under independent letters; parts of rounding go.

        ``values``: (q,)*n, of which cells that cannot occur are not read, or one number for each
        of ``letters.all_sequences()``. Memory (1 + r)^m numbers for m free positions of r letters.

        >>> from shapzero_lite import DNA
        >>> d = Decomposition.from_values(np.eye(4), Letters.uniform(2, DNA))
        >>> d.constant, d.supports
        (0.25, [(0, 1)])
        """
        table, free = np.asarray(values, np.float64), letters.free.tolist()
        kinds = [np.flatnonzero(letters.possible[i]) for i in free]
        if table.shape != (letters.count,):
            if table.shape != (letters.q,) * letters.n:
                raise ValueError(
                    f"a table of shape {(letters.q,) * letters.n} is needed, or one number for "
                    f"each of {letters.count:,.0f} sequences; got {table.shape}"
                )
            table = table[np.ix_(*map(np.flatnonzero, letters.possible))]
        size = float(np.prod([1.0 + len(kind) for kind in kinds]))
        check_memory(16 * size, f"all parts of a function of {len(free)} positions")
        weights = [letters.probabilities[i][kind] for i, kind in zip(free, kinds, strict=True)]
        found = split(table.reshape([len(kind) for kind in kinds]), weights)
        parts = {
            tuple(free[j] for j in T): placed(part, [kinds[j] for j in T], letters.q)
            for T, part in found.items()
        }
        return cls(
            without_dust(parts), alphabet=letters.alphabet, n=letters.n, letters=letters,
            provenance=provenance,
        )  # fmt: skip

    @classmethod
    def of(cls, source: Spectrum | Decomposition, background: Letters | Codes) -> Decomposition:
        """Return a spectrum, or a decomposition, exactly in parts for another background.

        ``background``: independent ``Letters``, or codes (B, n) of a set of sequences. Every
        support is one table of q^d numbers, which is split into 2^d parts. Raises
        ``ValueError`` stating the memory where an order is too high for tables.
        """
        q = source.q
        size = 8.0 * sum((1.0 + q) ** len(T) for T in source.supports)
        check_memory(2 * size, f"all parts of a function of order {source.order}")
        found: dict[Support, Array] = {(): np.array(source.constant)}
        for T, flat in source.tables():
            table = flat.reshape((q,) * len(T))
            if isinstance(background, Letters):
                parts = split(table, [background.probabilities[i] for i in T])
            else:
                parts = split_against(table, background[:, T])
            for own, part in parts.items():
                place = tuple(T[j] for j in own)
                found[place] = found[place] + part if place in found else part
        letters = background if isinstance(background, Letters) else None
        return cls(
            without_dust(found), alphabet=source.alphabet, n=source.n, letters=letters,
            provenance=source.provenance,
        )  # fmt: skip

    # -- files ----------------------------------------------------------------------------
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write parts, letters and provenance to one npz file, whole or not at all."""
        return _npz.write(path, FORMAT, *self.parts())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Decomposition:
        """Return what ``save`` wrote; everything is checked, nothing is executed.

        Raises ``ValueError`` for a truncated or foreign file.
        """
        return _npz.read(path, FORMAT, cls.of_parts, otherwise="is not a whole decomposition file")

    def parts(self) -> tuple[dict[str, Any], _npz.Arrays]:
        """Return the header and the arrays that a file of it holds."""
        header = {"letters": self.alphabet.letters, "n": self.n, "provenance": self.provenance}
        arrays: _npz.Arrays = {"constant": np.array(self.constant)}
        if self.letters is not None:
            arrays["probabilities"] = self.letters.probabilities
        for supports, flat in self._orders:
            order = supports.shape[1]
            arrays |= {f"supports_{order}": supports, f"tables_{order}": flat}
        return header, arrays

    @classmethod
    def of_parts(cls, header: dict[str, Any], arrays: _npz.Arrays) -> Decomposition:
        """Return the decomposition of what ``parts`` returned, or say what does not fit."""
        alphabet, n = Alphabet(header["letters"]), header["n"]
        given = arrays.get("probabilities")
        letters = None if given is None else Letters(given, alphabet)
        tables: dict[Support, ArrayLike] = {(): arrays["constant"]}
        for name, supports in arrays.items():
            if name.startswith("supports_"):
                sets = as_sets(supports, n)
                flat = arrays[f"tables_{supports.shape[1]}"]
                tables |= dict(zip(sets, flat.astype(np.float64), strict=True))
        if letters is not None and letters.n != n:
            raise ValueError(f"letters of {letters.n} positions for sequences of {n}")
        provenance = header["provenance"]
        return cls(tables, alphabet=alphabet, n=n, letters=letters, provenance=provenance)

    # -- readings -------------------------------------------------------------------------
    @property
    def q(self) -> int:
        """Number of letters."""
        return self.alphabet.q

    @property
    def order(self) -> int:
        """Positions in the largest part."""
        return max((len(T) for T in self.supports), default=0)

    def __len__(self) -> int:
        """Free coefficients: products of the numbers of letters that can occur, less one each."""
        possible = np.full(self.n, self.q) if self.letters is None else self.letters.possible.sum(1)
        return 1 + sum(int(np.prod(possible[list(T)] - 1)) for T in self.supports)

    def __repr__(self) -> str:
        parts = f"{len(self.supports):,} parts up to order {self.order}"
        return f"Decomposition({parts}, n={self.n}, q={self.q})"

    def tables(self) -> Iterator[tuple[Support, Array]]:
        """Yield every set of positions with its part as a flat table (q^d,)."""
        for supports, flat in self._orders:
            yield from zip(map(tuple, supports.tolist()), flat, strict=True)

    def blocks(self, codes: Codes) -> Iterator[tuple[slice, Array]]:
        """Yield (slice of rows, f_T(x_T) of shape (rows, supports)), a block of rows at a time."""
        for rows in row_blocks(len(codes), len(self.supports)):
            some, found = codes[rows].astype(np.int64), []
            for supports, flat in self._orders:
                number = some[:, supports[:, 0]]
                for j in range(1, supports.shape[1]):
                    number = number * self.q + some[:, supports[:, j]]
                found.append(flat[np.arange(len(flat)), number])
            yield rows, np.concatenate(found, axis=1) if found else np.zeros((len(some), 0))

    def evaluate(self, codes: Any) -> Array:
        """Return f(x), (N,), for sequences or codes (N, n); cost N times the number of parts."""
        codes = as_codes(codes, self.alphabet, self.n)
        out = np.full(len(codes), self.constant)
        for rows, parts in self.blocks(codes):
            out[rows] += parts.sum(axis=1)
        return out

    def variances(self) -> Array:
        """Return the mean square of every part over the letters, (supports,).

        Raises ``ValueError`` for a background that is a set of sequences.
        """
        if self.letters is None:
            msg = "the parts for a set of sequences are correlated: their variances do not add up"
            raise ValueError(msg)
        p, found = self.letters.probabilities, []
        for supports, flat in self._orders:
            weight = p[supports[:, 0]]
            for j in range(1, supports.shape[1]):
                weight = (weight[:, :, None] * p[supports[:, j]][:, None, :]).reshape(len(flat), -1)
            found.append((weight * flat**2).sum(axis=1))
        return np.concatenate(found) if found else np.zeros(0)

    def energy_by_order(self) -> Array:
        """Return the mean square of the part of each order, (order + 1,); entry 0 is mean²."""
        orders = np.array([len(T) for T in self.supports], np.int64)
        energy = np.asarray(np.bincount(orders, self.variances(), self.order + 1), np.float64)
        energy[0] = self.constant**2
        return energy

    def variance_by_order(self) -> Array:
        """Return the share of the variance at orders 1, 2, …, (order,); sums to 1."""
        energy = self.energy_by_order()[1:]
        return energy / energy.sum() if energy.sum() > 0 else energy

    def sobol_first(self) -> Array:
        """Return the first-order Sobol index of every position, (n,)."""
        return self._sobol(lambda T: len(T) == 1)

    def sobol_total(self) -> Array:
        """Return the total Sobol index of every position, (n,): all variance that i is part of."""
        return self._sobol(lambda T: True)

    def _sobol(self, counts: Any) -> Array:
        share, variances = np.zeros(self.n), self.variances()
        for T, variance in zip(self.supports, variances, strict=True):
            if counts(T):
                share[list(T)] += variance
        return share / variances.sum() if variances.sum() > 0 else share
