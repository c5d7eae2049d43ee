"""A table over a few positions, split into parts: what each set of them adds to its subsets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes

Support = tuple[int, ...]
# Parts whose largest square is below this share of the largest of all are rounding.
_DUST = 1e-26


def as_sets(supports: NDArray[Any], n: int) -> list[Support]:
    """Return rows of positions as sets, or say which row is none of positions 0..n-1."""
    if supports.ndim != 2 or supports.dtype.kind not in "iu" or not supports.shape[1]:
        msg = f"sets of positions are whole numbers (s, d); got {supports.dtype} {supports.shape}"
        raise ValueError(msg)
    wrong = (supports < 0).any(1) | (supports >= n).any(1) | (np.diff(supports, axis=1) <= 0).any(1)
    if wrong.any():
        msg = f"{supports[wrong][0].tolist()} is no increasing set of positions 0..{n - 1}"
        raise ValueError(msg)
    return list(map(tuple, supports.tolist()))


def split(table: Array, weights: list[Array]) -> dict[Support, Array]:
    """Return all 2^d parts under independent weights: axis by axis a mean and the rest."""
    parts: dict[Support, Array] = {(): table}
    for i, p in enumerate(weights):
        grown: dict[Support, Array] = {}
        for T, part in parts.items():  # the axes of T come first, then those not split yet
            axis = len(T)
            mean = np.tensordot(part, p, axes=([axis], [0]))
            grown[T] = mean
            if (p > 0).sum() > 1:
                grown[(*T, i)] = part - np.expand_dims(mean, axis)
        parts = grown
    return parts


def split_against(table: Array, rows: Codes) -> dict[Support, Array]:
    """Return all 2^d parts against sequences (B, d): means, then inclusion–exclusion."""
    d, q = table.ndim, table.shape[0]
    counts = np.zeros(table.shape)
    np.add.at(counts, tuple(rows.T), 1 / len(rows))
    axes = set(range(d))
    sets = [tuple(i for i in range(d) if number >> i & 1) for number in range(2**d)]
    parts: dict[Support, Array] = {}
    for T in sorted(sets, key=len):
        rest = tuple(axes - set(T))
        joint = counts.sum(axis=T).reshape(-1)  # how often each combination of the others is there
        moved = np.transpose(table, (*T, *rest)).reshape((q,) * len(T) + (-1,))
        part = moved @ joint
        for U, smaller in parts.items():
            if set(U) < set(T):
                shape = tuple(q if i in U else 1 for i in T)
                part = part - smaller.reshape(shape)
        parts[T] = part
    return parts


def placed(part: Array, kinds: list[NDArray[np.int64]], q: int) -> Array:
    """Return a table over letters that can occur as one over all; the others hold 0."""
    if all(len(kind) == q for kind in kinds):
        return part
    out = np.zeros((q,) * len(kinds))
    out[np.ix_(*kinds)] = part
    return out


def without_dust(parts: dict[Support, Array]) -> dict[Support, Array]:
    """Return the parts that are more than rounding."""
    largest = max(float((part**2).max()) for part in parts.values())
    return {T: p for T, p in parts.items() if not T or float((p**2).max()) > _DUST * largest}
