"""A spectrum as tables: all waves over the same few positions are one look-up a sequence.

The waves of a support T add up to a function of the letters at T alone, which takes q^|T| values.
A table of them, made by one small inverse transform, replaces a cosine a wave. That pays for many
sequences and low orders; what is of higher order stays with the cosines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.spectra.frequencies import distinct

# Fewer sequences are not worth the tables: a look-up is a call, a cosine is not.
FEWEST_ROWS = 1000
# Cells of one table, and of all of them: 32 MiB.
_CELLS, _ALL_CELLS = 4096, 2**22
_ROWS = 8192


@dataclass(frozen=True, eq=False)
class Tables:
    """Supports with the table of each, and the numbers of the terms that no table holds."""

    q: int
    supports: list[NDArray[np.int64]]
    tables: list[Array]
    left: NDArray[np.int64]

    def evaluate(self, codes: Codes) -> Array:
        """Return the sum of all tables, (N,), at codes (N, n)."""
        out = np.zeros(len(codes))
        for rows, _, found in self._looked_up(codes):
            out[rows] += found
        return out

    def evaluate_shares(self, codes: Codes) -> Array:
        """Return the sum with each table's number in equal shares to its positions, (N, n).

        >>> T = Tables(2, [np.array([0, 2])], [np.array([0.0, 1.0, 4.0, 9.0])], np.zeros(0, int))
        >>> T.evaluate_shares(np.array([[1, 0, 0]], np.uint8)).tolist()
        [[2.0, 0.0, 2.0]]
        """
        shares = np.zeros(codes.shape[::-1])  # a position's numbers side by side
        for rows, positions, found in self._looked_up(codes):
            share = found / len(positions)
            for i in positions:
                shares[i, rows] += share
        return np.ascontiguousarray(shares.T)

    def _looked_up(self, codes: Codes) -> Iterator[tuple[slice, NDArray[np.int64], Array]]:
        """Rows, positions of a table and its numbers there: block by block, table by table."""
        kind = np.min_scalar_type(_CELLS)
        for start in range(0, len(codes), _ROWS):
            rows = slice(start, min(start + _ROWS, len(codes)))
            columns = np.ascontiguousarray(codes[rows].T, kind)
            for positions, table in zip(self.supports, self.tables, strict=True):
                number = columns[positions[0]].copy()
                for i in positions[1:]:
                    number *= self.q
                    number += columns[i]
                yield rows, positions, table[number]


def tables(
    k: Codes,
    H: NDArray[np.complex128],
    q: int,
    *,
    most_cells: float = _CELLS,
    all_cells: float | None = None,
) -> Tables:
    """Return the terms Re H[k] omega**<k, x>, k (s, n), as tables as far as they fit.

    ``most_cells``: of one table; ``all_cells``: of all together.

    >>> k, H = np.array([[0, 1, 1], [0, 3, 2], [1, 0, 0]], np.uint8), np.array([1.0, 2.0, 3j])
    >>> made = tables(k, H, 4)
    >>> [t.tolist() for t in made.supports], made.evaluate(np.zeros((1, 3), np.uint8)).tolist()
    ([[0], [1, 2]], [3.0])
    """
    nonzero = k != 0
    support, which = distinct(nonzero)
    order = support.sum(axis=1)
    cells = float(q) ** order
    held = (order > 0) & (cells <= most_cells)
    # The fewest cells a wave first, while they fit.
    price = np.where(held, cells / np.bincount(which), np.inf)
    by_price = np.argsort(price, kind="stable")
    spent = np.cumsum(np.where(held, cells, 0.0)[by_price])
    held[by_price[spent > (_ALL_CELLS if all_cells is None else all_cells)]] = False
    supports: list[NDArray[np.int64]] = []
    made: list[Array] = []
    for d in np.unique(order[held]):
        chosen = np.flatnonzero(held & (order == d))
        place = np.full(len(support), -1)
        place[chosen] = np.arange(len(chosen))
        terms = np.flatnonzero(place[which] >= 0)
        letters = k[terms][nonzero[terms]].reshape(-1, d).T
        F = np.zeros((len(chosen), *(q,) * int(d)), np.complex128)
        np.add.at(F, (place[which[terms]], *letters), H[terms])
        values = np.fft.ifftn(F, axes=range(1, int(d) + 1), norm="forward").real
        supports += list(np.nonzero(support[chosen])[1].reshape(-1, d))
        made += list(np.ascontiguousarray(values.reshape(len(chosen), -1)))
    return Tables(q, supports, made, np.flatnonzero(~held[which]))
