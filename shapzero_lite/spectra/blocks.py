"""Sequences a block at a time, so that memory stays bounded however many there are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes

# (sequences x coefficients) handled at a time: 16 MiB of float64, small enough for the cache
# of a laptop and large enough for BLAS.
BLOCK = 2**21


def row_blocks(count: int, width: int) -> Iterator[slice]:
    """Yield slices of ``count`` rows, in each so many that ``width`` numbers a row are one block.

    >>> list(row_blocks(5, 2**20))
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    step = max(1, BLOCK // max(1, width))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def term_blocks(
    codes: Codes, k: Codes, H: NDArray[np.complex128], q: int
) -> Iterator[tuple[slice, Array]]:
    """Yield (slice of rows, Re(H[k] omega**<k, x>) of shape (rows, terms)) block by block.

    One product and one cosine a term: Re(H w) = |H| cos(2 pi <k, x> / q + arg H).
    """
    turn = np.ascontiguousarray(k.T, np.float64) * (2 * np.pi / q)
    size, angle = np.abs(H), np.angle(H)
    for rows in row_blocks(len(codes), len(k)):
        terms = codes[rows].astype(np.float64) @ turn
        terms += angle
        np.cos(terms, out=terms)
        terms *= size
        yield rows, terms
