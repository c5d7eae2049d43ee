"""One batch put to a model, and what it answers checked.

What is not one real number a sequence is refused with the sequence it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import unmasked
from shapzero_lite.letters import Alphabet, Codes


class ModelError(ValueError):
    """The model raised, or its answer cannot be used; the cause is kept."""


class CallError(ModelError):
    """The model raised, or did not answer in time: another try may do."""


def answers_of(
    model: Callable[[Codes], Any],
    batch: Codes,
    start: int,
    alphabet: Alphabet,
    output: int | EllipsisType | None,
) -> NDArray[np.float64]:
    """Return the model's answers (N,) float64 to ``batch`` (N, n), or raise ``ModelError``.

    ``start``: how many sequences came before this batch, for messages that count from 1.
    ``output``: the column to take; ``...`` takes them all, (N, columns), as they are.

    >>> from shapzero_lite import DNA
    >>> answers_of(lambda codes: codes.sum(axis=1), DNA.encode(["AC", "GT"]), 0, DNA, None).tolist()
    [1.0, 5.0]
    """
    where = f"sequences {start + 1} to {start + len(batch)}"
    try:
        # A copy, so that a model that writes into its argument cannot change our design.
        answer = model(batch.copy())
    except Exception as error:
        raise CallError(f"the model raised {type(error).__name__} on {where}: {error}") from error
    if answer is None:
        msg = f"the model returned None for {where}: it has to return one number a sequence"
        raise ModelError(msg)
    if isinstance(answer, Iterator):
        msg = f"the model returned a {type(answer).__name__}: return an array, np.array(list(…))"
        raise ModelError(msg)
    array = _as_array(answer)
    if isinstance(output, EllipsisType):
        if array.ndim == 2 and len(array) == len(batch) and array.dtype.kind in "biuf":
            return array.astype(np.float64)
        output = None
    return column_of(array, batch, start, alphabet, output)


def column_of(
    array: NDArray[Any], batch: Codes, start: int, alphabet: Alphabet, output: int | None
) -> NDArray[np.float64]:
    """Return one finite number a sequence, (N,), out of an answer, or raise ``ModelError``."""
    where = f"sequences {start + 1} to {start + len(batch)}"
    if array.ndim == 2 and len(array) == len(batch) and (output is not None or array.shape[1] == 1):
        column = 0 if output is None else output
        if not -array.shape[1] <= column < array.shape[1]:
            msg = f"output={output} was chosen, but the model returns {array.shape[1]} columns"
            raise ModelError(msg)
        array = array[:, column]
    elif output not in (None, 0, -1) and array.shape == (len(batch),):
        raise ModelError(f"output={output} was chosen, but the model returns one number a sequence")
    if array.shape != (len(batch),):
        many = array.ndim == 2 and len(array) == len(batch)
        todo = f"choose one with output=0 … {array.shape[1] - 1}" if many else "return one each"
        raise ModelError(
            f"the model returned shape {array.shape} for {len(batch)} sequences; one number a "
            f"sequence is needed: {todo}"
        )
    if array.dtype.kind not in "biuf":
        raise ModelError(
            f"the model returned {array.dtype} values for {where}; real numbers are needed "
            "(of complex values explain the real part, the size or the angle)"
        )
    finite = np.isfinite(array)
    if not finite.all():
        r = int(np.flatnonzero(~finite)[0])
        text = alphabet.decode(batch[r : r + 1])[0]
        raise ModelError(
            f"the model returned {array[r]} for sequence {start + r + 1} ({text}); "
            f"{int((~finite).sum())} of {len(batch)} answers in this batch are not finite"
        )
    return array.astype(np.float64)


def _as_array(answer: Any) -> NDArray[Any]:
    try:
        if hasattr(answer, "detach"):  # a torch tensor, perhaps on a device and with a gradient
            answer = answer.detach().cpu()
            # NumPy has no bfloat16; float32 holds every one of its values
            answer = (answer.float() if "bfloat16" in str(answer.dtype) else answer).numpy()
        return np.asarray(unmasked(answer, "answers"))
    except (ValueError, TypeError) as error:
        raise ModelError(f"the model's answer is not an array of numbers: {error}") from error
