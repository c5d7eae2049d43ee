"""What half of all functions take, checked once: numbers, paths, rows that belong together."""

from __future__ import annotations

import operator
import os
from pathlib import Path
from typing import Any

import numpy as np


class WrongKindError(TypeError, ValueError):
    """An argument of another kind than is needed; whoever catches either of the two catches it."""


def whole(
    value: Any,
    name: str,
    least: int | None = 1,
    most: int | None = None,
    *,
    limit: str = "",
    why: str = "",
) -> int:
    """Return a whole number from ``least`` to ``most``, where these are given, as an int.

    NumPy's integers are whole numbers; bools, floats and texts are not, whatever they say.
    ``limit``: what ``most`` is, in words; ``why``: what the number is for. Raises
    ``WrongKindError`` (a ``TypeError`` and a ``ValueError``) for another kind, and ``ValueError``
    for a number outside, both with what was given.

    >>> whole(np.int64(3), "n")
    3
    >>> whole("3", "n")
    Traceback (most recent call last):
    ...
    shapzero_lite._checks.WrongKindError: n is a whole number of at least 1, not '3': write n=3
    """
    if most is not None:
        between = f" from {least} to {limit or most}"
    else:
        between = {None: "", 0: " from 0"}.get(least, f" of at least {least}")
    needed = f"{name} is a whole number{between}{why}"
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise WrongKindError(f"{needed}, not {_shown(value)}{_instead(value, name)}") from None
    if (least is not None and number < least) or (most is not None and number > most):
        raise ValueError(f"{needed}, not {number}")
    return number


def positive(value: Any, name: str, *, or_zero: bool = False) -> float:
    """Return a finite number above 0, or from 0 on, or say what was given.

    >>> positive(0, "ridge", or_zero=True)
    0.0
    """
    kind = isinstance(value, int | float | np.integer | np.floating) and value is not True
    if not kind or not (0 < value < np.inf or (or_zero and value == 0 and value is not False)):
        msg = f"{name} is a number {'from 0 on' if or_zero else 'above 0'}, not {_shown(value)}"
        raise ValueError(msg) if kind else WrongKindError(msg)
    return float(value)


def seed_of(value: Any) -> int:
    """Return a seed as an int, or say that only a whole number can be repeated."""
    return whole(value, "seed", 0, why=", so that the result can be repeated")


def path_of(value: Any, name: str = "path") -> Path:
    """Return the path that a text or a ``Path`` names.

    Raises ``WrongKindError`` for anything else, ``ValueError`` for an empty text, which Python
    takes for the working folder, and for one that no path can hold.

    >>> path_of("").name
    Traceback (most recent call last):
    ...
    ValueError: path is empty: give the name of a file or folder
    """
    if not isinstance(value, str | os.PathLike):
        file = getattr(value, "name", None)
        hint = f": give its name, {file!r}" if isinstance(file, str) and file else ""
        msg = f"{name} is the name of a file or folder, a text or a Path, not {_shown(value)}{hint}"
        raise WrongKindError(msg)
    text = os.fspath(value)
    if isinstance(text, bytes):
        text = os.fsdecode(text)
    if not text.strip() or "\0" in text:
        what = "holds a character that no path has" if text.strip() else "is empty"
        raise ValueError(f"{name} {what}: give the name of a file or folder")
    return Path(text)


def unmasked(values: Any, what: str) -> Any:
    """Return values as they are, unless some are masked: NumPy would take what is under the mask.

    >>> unmasked(np.ma.masked_array([1, 2], [False, True]), "values")
    Traceback (most recent call last):
    ...
    ValueError: values: 1 of 2 are masked, the first at index 1; drop or fill them first
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.getmaskarray(values).any():
        at = np.argwhere(np.ma.getmaskarray(values))
        first = ", ".join(map(str, at[0].tolist()))
        raise ValueError(
            f"{what}: {len(at):,} of {values.size:,} are masked, the first at index {first}; "
            "drop or fill them first"
        )
    return values


def same_rows(sequences: Any, values: Any, what: str) -> None:
    """Raise ``ValueError`` for two pandas objects whose rows have different labels, in order."""
    one: Any = getattr(sequences, "index", None)
    other: Any = getattr(values, "index", None)
    if hasattr(one, "equals") and hasattr(other, "equals") and not one.equals(other):
        raise ValueError(
            f"sequences and {what} have rows of different labels, or in another order: take "
            "values.loc[sequences.index], or values.to_numpy() where the order is right"
        )


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:50]}… ({type(value).__name__})"


def _instead(value: Any, name: str) -> str:
    """What the caller meant, where that is clear."""
    try:
        meant = float(value) if isinstance(value, str | float | np.floating) else None
    except ValueError:
        return ""
    if meant is None or not meant.is_integer() or abs(meant) > 2**53:
        return ""
    return f": write {name}={int(meant)}"
