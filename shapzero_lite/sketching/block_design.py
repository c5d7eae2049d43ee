r"""Every wave of many sets of positions, as one linear operator on samples.

A design matrix with a column for every wave of every pair, triple and quadruple of positions has
millions of columns. It is never written out. Sets of positions are packed into blocks of a few
positions; one table of q^size numbers holds all waves of a block, so that

- the function of a block is one look-up a row:  coefficients → table → f(x) = table[x_block];
- the correlations with all its waves are one histogram:  residual → sums by x_block → waves.

The waves are products of real orthonormal functions of one letter: those in ``letter_basis`` for
uniform letters, those of ``Letters.basis`` for others. For sequences drawn from the letters, all
columns are uncorrelated with mean square 1.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import combinations
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes

Support = tuple[int, ...]
# The positions, and where the waves of its own supports lie: in its table, and in the vector.
Block = tuple[Support, NDArray[np.int64], NDArray[np.int64]]

# Cells of a block's table: small enough for the first-level cache of any processor.
_CELLS = 4096
# Block numbers of all rows are kept when they fit into this many bytes, else made at each use.
KEEP = 1.5e9
# Rows looked up at a time: their numbers and values stay in the second-level cache. Designs of more
# than so many of these are worked at by a thread for each processor. So many blocks have their
# tables at a time: 20 letters at three positions take 64 KiB each.
_ROWS, _PARTS_ALONE, _TABLES = 1 << 17, 4, 256


def letter_basis(q: int) -> Array:
    """Return B (q, q): a constant, cosines and sines with mean square 1 over the letters.

    >>> B = letter_basis(4)
    >>> bool(np.allclose(B.T @ B / 4, np.eye(4)))
    True
    """
    letter = np.arange(q)[:, None]
    up = np.arange(1, (q - 1) // 2 + 1)
    angle = 2 * np.pi * letter * up / q
    columns = [np.ones((q, 1)), np.sqrt(2) * np.cos(angle), np.sqrt(2) * np.sin(angle)]
    if q % 2 == 0:
        columns.append(np.cos(np.pi * letter))
    return np.concatenate(columns, axis=1)


def cover(supports: list[Support], n: int, size: int) -> list[tuple[Support, list[Support]]]:
    """Return blocks of ``size`` positions, each with the supports that it alone takes care of.

    Greedy: a block starts from the largest support that is left and takes, one at a time, the
    position that completes most others of that size.
    """
    left = dict.fromkeys(sorted(supports, key=len, reverse=True))
    most = max(map(len, supports), default=0)
    blocks = []
    while left:
        block = list(next(iter(left)))
        deepest = max(len(block), 1)
        while len(block) < min(size, n):
            gains = {
                p: sum(tuple(sorted((*t, p))) in left for t in combinations(block, deepest - 1))
                for p in range(n)
                if p not in block
            }
            best = max(gains, key=gains.__getitem__)
            if gains[best] == 0 and deepest > 1:
                deepest -= 1  # none of that size is left to complete: count the next smaller ones
                continue
            block.append(best)
        block.sort()
        parts = (T for d in range(most + 1) for T in combinations(block, d))
        own = [T for T in parts if T in left]
        for T in own:
            del left[T]
        blocks.append((tuple(block), own))
    return blocks


def block_size(q: int, n: int, order: int) -> int:
    """Return the positions of a block that packs sets of up to ``order`` of n positions.

    >>> block_size(4, 26, 3), block_size(20, 8, 3)
    (6, 3)
    """
    fits = int(np.log(_CELLS) / np.log(q) + 1e-9)
    return min(max(fits, order, 1), n)


class BlockDesign:
    """The design of N sequences and a list of supports; coefficients are one vector (p,).

    The vector holds the waves of the first support, then of the second, and so on: (q-1)^|T| of
    them, fewer where fewer letters can occur; ``owner`` (p,) gives the number of the support,
    ``sizes`` the number of its waves. The support () is the constant. ``roots`` (N,): square roots
    of weights, which multiply the rows. ``basis`` (n, q, q): the functions of one letter at every
    position, 0 for those that it has not (None: uniform letters).
    """

    def __init__(
        self,
        codes: Codes,
        supports: list[Support],
        q: int,
        *,
        roots: Array | None = None,
        packed: bool = True,
        basis: Array | None = None,
    ) -> None:
        self.q, self.supports, self._roots = q, supports, roots
        # Packing pays when the design is used often; for one pass a block a support will do.
        most = max(map(len, supports), default=0)
        self.size = block_size(q, codes.shape[1], most) if packed else max(most, 1)
        self.ranks = ranks_of(basis, codes.shape[1], q)
        ranks = self.ranks.tolist()
        self.sizes = np.array([prod(ranks[i] for i in T) for T in supports])
        self.owner = np.repeat(np.arange(len(supports)), self.sizes)
        starts = dict(zip(supports, np.cumsum(self.sizes) - self.sizes, strict=True))
        self._blocks = [
            (positions, *self._places(positions, own, starts))
            for positions, own in cover(supports, codes.shape[1], self.size)
        ]
        self._basis = basis
        half, same = self.size // 2, [letter_basis(q)] * self.size
        self._same = _product(same[:half]), _product(same[half:])
        self._columns = np.ascontiguousarray(codes.T)
        self._numbers: list[NDArray[np.unsignedinteger]] | None = None
        if len(self._blocks) * len(codes) * self._kind().itemsize <= KEEP:
            self._numbers = [self._number(self._columns, b[0]) for b in self._blocks]

    def __len__(self) -> int:
        return self._columns.shape[1]

    def _kind(self) -> np.dtype[np.unsignedinteger]:
        return np.min_scalar_type(self.q**self.size - 1)

    def _places(
        self, block: Support, own: list[Support], starts: dict[Support, int]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where the waves of the block's own supports lie: in its table, and in the vector."""
        cells, vector = [], []
        weight = {i: self.q ** (self.size - 1 - place) for place, i in enumerate(block)}
        for T in own:
            found = _cells_of(tuple(weight[i] for i in T), tuple(self.ranks[list(T)].tolist()))
            cells.append(found)
            vector.append(starts[T] + np.arange(len(found)))
        return np.concatenate(cells), np.concatenate(vector)

    def _number(self, columns: Codes, block: Support) -> NDArray[np.unsignedinteger]:
        """The cell of every row: its letters at the block's positions read as a number."""
        number = columns[block[0]].astype(self._kind())
        for i in block[1:]:
            number *= self.q
            number += columns[i]
        return number

    def _rows(self, b: int) -> NDArray[np.unsignedinteger]:
        if self._numbers is not None:
            return self._numbers[b]
        return self._number(self._columns, self._blocks[b][0])

    def apply(self, c: Array, codes: Codes | None = None) -> Array:
        """Return the sum of c times the waves at the design's rows, or at other ``codes``."""
        columns = self._columns if codes is None else np.ascontiguousarray(codes.T)
        f = np.zeros(columns.shape[1])
        count = _TABLES if len(f) > _ROWS else 1  # a table is looked up while it is in the cache
        for first in range(0, len(self._blocks), count):
            tables = {
                b: self._table(self._blocks[b], c)
                for b in range(first, min(first + count, len(self._blocks)))
            }

            def look_up(start: int, tables: dict[int, Array] = tables) -> None:
                part = slice(start, start + _ROWS)
                here, letters = f[part], columns[:, part]
                for b, table in tables.items():
                    if codes is None and self._numbers is not None:
                        here += table.take(self._numbers[b][part])
                    else:
                        here += table.take(self._number(letters, self._blocks[b][0]))

            _each(look_up, range(0, len(f), _ROWS), len(f))
        return f * self._roots if codes is None and self._roots is not None else f

    def _table(self, block: Block, c: Array) -> Array:
        """The sum of c times the block's waves at every cell."""
        positions, cells, vector = block
        low, high = self._functions(positions)
        table = np.zeros(len(low) * len(high))
        table[cells] = c[vector]
        return (low @ table.reshape(len(low), len(high)) @ high.T).ravel()

    def adjoint(self, r: Array) -> Array:
        """Return the sum over rows of r times every wave, (p,)."""
        r = r if self._roots is None else r * self._roots
        return self._sums(r, 1)

    def mean_squares(self) -> Array:
        """Return the mean square of every wave over the rows, (p,); near 1 if uniform."""
        weights = np.ones(len(self)) if self._roots is None else self._roots**2
        return self._sums(weights, 2) / len(self)

    def _sums(self, r: Array, power: int) -> Array:
        out = np.empty(len(self.owner))

        def add_up(b: int) -> None:
            block, cells, vector = self._blocks[b]
            low, high = self._functions(block)
            if power != 1:
                low, high = low**power, high**power
            sums = np.bincount(self._rows(b), r, len(low) * len(high))
            out[vector] = (low.T @ sums.reshape(len(low), len(high)) @ high).ravel()[cells]

        _each(add_up, range(len(self._blocks)), len(self))
        return out

    def _functions(self, block: Support) -> tuple[Array, Array]:
        """The functions of the letters in the two halves of a block."""
        if self._basis is None:
            return self._same
        half = self.size // 2
        first, second = (self._basis[list(part)] for part in (block[:half], block[half:]))
        return _product(first), _product(second)


def _each(work: Callable[[int], None], items: range, rows: int) -> None:
    """Do the work of every item; each writes where no other does, so the order does not matter."""
    if rows <= _PARTS_ALONE * _ROWS:
        for item in items:
            work(item)
        return
    with ThreadPoolExecutor(os.cpu_count()) as threads:  # NumPy lets others work while it looks up
        list(threads.map(work, items))


@lru_cache(maxsize=256)
def _cells_of(weights: tuple[int, ...], ranks: tuple[int, ...]) -> NDArray[np.int64]:
    """The cells of all waves of a support, whose positions count so much in a cell's number."""
    grid = np.indices(ranks).reshape(len(ranks), prod(ranks)) + 1
    return np.array(weights, np.int64) @ grid


def ranks_of(basis: Array | None, n: int, q: int) -> NDArray[np.int64]:
    """Return how many functions beside the constant each position has, (n,)."""
    return np.full(n, q - 1) if basis is None else basis[:, :, 1:].any(axis=1).sum(axis=1)


def _product(bases: Any) -> Array:
    """The Kronecker product of bases: the functions of several letters."""
    out = np.ones((1, 1))
    for basis in bases:  # np.kron, without what it costs a call: it is called for every block
        out = (out[:, None, :, None] * basis[:, None, :]).reshape(len(out) * len(basis), -1)
    return out
