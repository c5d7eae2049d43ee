"""What a caller means by a background: probabilities of letters, or a set of sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes, Letters, as_codes, by_letter
from shapzero_lite.spectra import Function


def as_background(
    background: Any, owner: Function | Alphabet, n: int | None = None
) -> NDArray[Any]:
    """Return a checked background: float (n, q) of probabilities, or uint8 (B, n) of sequences.

    The two are told apart by dtype; of a data frame with letters for columns, the names count. The
    array is the caller's no more, and read-only. Raises ``ValueError`` naming the position whose
    probabilities are negative or do not sum to 1, the sequence that does not fit, or whole numbers
    that may be either.

    >>> from shapzero_lite import DNA
    >>> as_background([[0.25] * 4] * 3, DNA, 3).shape, as_background(["ACG"], DNA, 3).shape
    ((3, 4), (1, 3))
    """
    alphabet = owner if isinstance(owner, Alphabet) else owner.alphabet
    n = n if isinstance(owner, Alphabet) else owner.n
    if isinstance(background, Letters):
        background = background.probabilities
    if hasattr(background, "columns"):
        background = by_letter(background, alphabet)
    try:
        array = np.asarray(background)
    except ValueError as error:
        raise ValueError("the rows of a background must all have the same length") from error
    if array.dtype.kind != "f" or array.shape == (0,):
        return _frozen(_sequences(background, array, alphabet, n))
    if array.shape != (n, alphabet.q):
        raise ValueError(
            f"a background of probabilities has shape (n, q) = ({n}, {alphabet.q}); got "
            f"{array.shape} (a set of sequences is given as whole numbers (B, n) or as strings)"
        )
    array = array.astype(np.float64)  # before the sums, so that float32 rows sum to 1 exactly
    sums = array.sum(axis=1)
    wrong = ~((array >= 0).all(axis=1) & (np.abs(sums - 1) < 1e-6))
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"background, position {i + 1}: the probabilities {array[i].tolist()} must not be "
            f"negative and must sum to 1 (sum {sums[i]:.6g})"
        )
    return _frozen(array / sums[:, None])


def _sequences(given: Any, array: NDArray[Any], alphabet: Alphabet, n: int | None) -> Codes:
    """A background that is no array of floats as codes (B, n), where nothing else can be meant."""
    seen = array.dtype == np.uint8 and not array.flags.writeable  # it came from here
    if array.dtype.kind in "iu" and array.shape == (n, alphabet.q) and not seen:
        one_hot = ((array == 0) | (array == 1)).all() and (array.sum(axis=1) == 1).all()
        if one_hot:
            raise ValueError(
                f"a background of shape ({n}, {alphabet.q}) with one 1 in every row may be "
                "probabilities, one-hot, or sequences: give floats for probabilities, strings for "
                "sequences"
            )
    return as_codes(given, alphabet, n)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    # A copy: what the caller does to an array later must not change values and base differently.
    array = array.copy()
    array.flags.writeable = False
    return array
