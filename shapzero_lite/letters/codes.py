"""Sequences as callers hold them: arrays of codes, strings, columns of letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Codes


def checked_codes(array: NDArray[Any], q: int) -> Codes:
    """Return an array of whole numbers 0..q-1 as codes (N, n), or say what is wrong and where."""
    if array.dtype.kind not in "iu":
        raise TypeError(
            f"codes are whole numbers 0..{q - 1}; an array of {array.dtype} was given "
            "(one-hot or float arrays are not codes: use argmax over the letters first)"
        )
    if array.ndim == 1 and array.size:
        array = array[None, :]
    if array.ndim != 2 or 0 in array.shape:
        msg = f"codes have shape (N, n) with at least one sequence; got shape {array.shape}"
        raise ValueError(msg)
    bad = (array < 0) | (array >= q)
    if bad.any():
        r, i = np.argwhere(bad)[0]
        raise ValueError(
            f"sequence {r + 1}, position {i + 1}: code {array[r, i]} is outside 0..{q - 1} "
            f"(the alphabet has {q} letters)"
        )
    return np.ascontiguousarray(array, np.uint8)


def letter_counts(
    codes: Codes, q: int, weights: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return how many rows (N, n) have each of q letters at every position, (n, q).

    ``weights`` (N,) count rows, None all alike.

    >>> letter_counts(np.array([[0, 1], [0, 2], [1, 2]], np.uint8), 3).tolist()
    [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]]
    """
    return np.array([np.bincount(column, weights, q) for column in codes.T], np.float64)


def commonest(codes: Codes) -> NDArray[np.int64]:
    """Return the most frequent letter of every position, (n,): most rows (N, n) have it.

    >>> commonest(np.array([[0, 3], [0, 1], [2, 1]], np.uint8)).tolist()
    [0, 1]
    """
    return np.array([np.bincount(column).argmax() if len(column) else 0 for column in codes.T])


def looks_one_hot(codes: Codes, q: int) -> bool:
    """Return whether codes (N, n) are rather one-hot vectors of q numbers, flattened.

    >>> looks_one_hot(np.array([[0, 1, 0, 0, 0, 0, 0, 1]]), 4)
    True
    """
    groups = codes.reshape(len(codes), -1, q) if codes.shape[1] % q == 0 else codes[:0, None]
    return bool(len(groups) and groups.max() == 1 and (groups.sum(axis=2, dtype=int) == 1).all())


def texts_of(sequences: Any) -> list[str]:
    """Return sequences of text, however they are held, as a list of strings."""
    if isinstance(sequences, bytes | bytearray):
        sequences = sequences.decode("ascii", "replace")
    if isinstance(sequences, str):
        return [sequences]
    if hasattr(sequences, "ndim") and sequences.ndim == 2:
        sequences = [_joined(row, r) for r, row in enumerate(np.asarray(sequences).tolist(), 1)]
    if not isinstance(sequences, Iterable) or isinstance(sequences, Mapping):
        raise TypeError(f"sequences are given as strings, not as {type(sequences).__name__}")
    texts = list(sequences)
    if not texts:
        raise ValueError("no sequence was given: the list is empty")
    for r, text in enumerate(texts):
        if isinstance(text, bytes):
            texts[r] = text.decode("ascii", "replace")
        elif not isinstance(text, str):
            raise TypeError(f"sequence {r + 1} is not text but {text!r} ({type(text).__name__})")
    return texts


def _joined(row: list[Any], number: int) -> str:
    letters = [c.decode("ascii", "replace") if isinstance(c, bytes) else c for c in row]
    for i, letter in enumerate(letters, 1):
        if not isinstance(letter, str):
            raise TypeError(f"sequence {number}, position {i}: {letter!r} is not a letter")
    return "".join(letters)
