"""A data frame of probabilities, read by the names of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.letters.alphabet import Alphabet


def by_letter(frame: Any, alphabet: Alphabet) -> Any:
    """Return a data frame of probabilities as an array (n, q), its columns in the letters' order.

    A frame is one of probabilities when its columns are the letters, or when it holds floats; its
    columns must then be the letters, in any order, else ``ValueError``. Other frames, which may
    hold sequences, are returned as they are.
    """
    array, names = frame.to_numpy(), [str(name) for name in frame.columns]
    if array.dtype.kind not in "fiub":
        return frame
    try:
        order = alphabet.encode(names)[:, 0].tolist() if all(names) else []
    except (ValueError, TypeError):
        order = []
    if sorted(order) == list(range(alphabet.q)) and {len(name) for name in names} == {
        alphabet.width
    }:
        return array[:, np.argsort(order)].astype(np.float64)
    if array.dtype.kind != "f":
        return frame
    raise ValueError(
        "the columns of a data frame of probabilities are named by the letters "
        f"{', '.join(alphabet.letters)}, in any order; got {', '.join(names)} (give an array where "
        "the order is that of the alphabet)"
    )
