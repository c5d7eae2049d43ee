"""Do two answers agree, and how is one shown: numbers, words, and arrays, lists, dicts of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["difference", "short"]

LONGEST = 240  # characters of a value in a message


def difference(got: Any, expected: Any, rtol: float, atol: float) -> str | None:
    """Return why two values differ, as the end of a message, or None when they agree."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return f"\n  a dict was expected, not {type(got).__name__}"
        if set(got) != set(expected):
            return f"\n  the keys should be {list(expected)}, not {list(got)}"
        for key in expected:
            reason = difference(got[key], expected[key], rtol, atol)
            if reason is not None:
                return f"\n  they differ at {key!r}{reason}"
        return None
    if isinstance(expected, str | bytes | set | frozenset) or expected is None:
        return None if type(got) is type(expected) and got == expected else ""
    wanted, given = _numbers(expected), _numbers(got)
    if wanted is None:  # a list of words, of tuples of unequal length, ...
        return _difference_by_part(got, expected, rtol, atol)
    if given is None:
        return f"\n  numbers were expected, not {type(got).__name__}"
    if given.shape != wanted.shape:
        return f"\n  shape {wanted.shape} was expected, not {given.shape}"
    close = np.isclose(given, wanted, rtol=rtol, atol=atol, equal_nan=True)
    if close.all():
        return None
    if wanted.ndim == 0:
        return ""
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    where = place[0] if len(place) == 1 else place
    return (
        f"\n  {np.count_nonzero(~close)} of {wanted.size} entries differ, first at index {where}: "
        f"{_digits(wanted[place])} expected, got {_digits(given[place])}"
    )


def _difference_by_part(got: Any, expected: Any, rtol: float, atol: float) -> str | None:
    if not isinstance(expected, list | tuple | np.ndarray):
        return None if got == expected else ""
    if not isinstance(got, list | tuple | np.ndarray) or len(got) != len(expected):
        return f"\n  {len(expected)} entries were expected"
    for index, (part, wanted) in enumerate(zip(got, expected, strict=True)):
        reason = difference(part, wanted, rtol, atol)
        if reason is not None:
            return f"\n  they differ at index {index}{reason}"
    return None


def _numbers(value: Any) -> np.ndarray | None:
    """Return value as an array of numbers, or None when it is not one."""
    try:
        array = np.asarray(value)
    except ValueError:  # ragged
        return None
    return array if array.dtype.kind in "biufc" else None


def short(value: Any) -> str:
    """Return a value as text that leaves the rest of the message in view."""
    text = _digits(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def _digits(value: Any) -> str:
    """Return a value as text with four significant digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.integer | np.floating):
        return f"{value:.4g}" if isinstance(value, float | np.floating) else str(int(value))
    if isinstance(value, complex | np.complexfloating):
        return f"{value:.4g}"
    if isinstance(value, np.ndarray):
        if value.size > 24:
            few = ", ".join(_digits(part) for part in value.ravel()[:4])
            return f"array of shape {value.shape}: {few}, …"
        text = np.array2string(value, precision=4, separator=", ")
        return text.replace("\n", "\n           ")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key!r}: {_digits(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        left, right = "[]" if isinstance(value, list) else "()"
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return left + ", ".join(_digits(part) for part in value) + comma + right
    return getattr(value, "__name__", None) or repr(value)
