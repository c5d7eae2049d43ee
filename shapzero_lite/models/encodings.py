"""Codes in the forms that machine-learning models take: one-hot in several layouts, indices."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import whole
from shapzero_lite.letters import Alphabet, Codes

ENCODINGS = ("one-hot-channels-first", "one-hot-channels-last", "one-hot-flat", "indices")


def encoded(codes: Codes, q: int, encoding: str, dtype: Any = np.float32) -> NDArray[Any]:
    """Return codes (N, n) in the form that ``encoding`` names.

    "one-hot-channels-first" (N, q, n), for Conv1d of PyTorch; "one-hot-channels-last" (N, n, q),
    for Conv1D of Keras and for transformers; "one-hot-flat" (N, n·q), the q letters of position 1
    first, for linear layers and scikit-learn; "indices" (N, n) int64, for embedding layers.

    >>> encoded(np.array([[0, 2]], np.uint8), 3, "one-hot-channels-first")[0].astype(int).tolist()
    [[1, 0], [0, 0], [0, 1]]
    """
    check_encoding(encoding)
    if encoding == "indices":
        return codes.astype(np.int64)
    letters = np.arange(q, dtype=np.uint8)
    if encoding == "one-hot-channels-first":
        return (codes[:, None, :] == letters[:, None]).astype(dtype)
    one_hot = (codes[:, :, None] == letters).astype(dtype)
    return one_hot if encoding == "one-hot-channels-last" else one_hot.reshape(len(codes), -1)


def check_encoding(encoding: str) -> None:
    """Raise ``ValueError`` for an encoding that is not one of ``ENCODINGS``."""
    if encoding not in ENCODINGS:
        raise ValueError(f"encoding is one of {', '.join(map(repr, ENCODINGS))}; not {encoding!r}")


def check_alphabet(alphabet: Any, n: Any) -> None:
    """Raise ``TypeError`` or ``ValueError`` for what is no alphabet, or no length."""
    if not isinstance(alphabet, Alphabet):
        msg = f"say what the codes stand for, for example alphabet=sz.DNA (got {alphabet!r})"
        raise TypeError(msg)
    if n is not None:
        whole(n, "n", why=", the length of the sequences")
