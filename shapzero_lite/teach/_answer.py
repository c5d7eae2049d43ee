"""Check a learner's function: is it answered, is it correct, and if not, where it differs.

The lessons import ``answer`` from :mod:`shapzero_lite.teach`.
"""

from __future__ import annotations

import copy
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes import MISTAKES

__all__ = ["answer", "check_name"]

EXERCISE = re.compile(r"\d{1,2}\.\d{1,2}")
LONGEST = 240  # characters of a value in a message


class AnswerError(AssertionError):
    """An answer that differs: a notebook shows its message alone, and the cell still fails."""

    def _render_traceback_(self) -> list[str]:
        # IPython asks for this in place of the frames, which are ours and not the learner's.
        return str(self).splitlines()


def answer(
    name: str,
    learner: Callable[..., Any],
    cases: Sequence[tuple[tuple, Any]],
    hint: str = "",
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Check a learner's function against cases, and say what to do next.

    Prints "not answered yet" while the function returns ``...``, "correct" when
    |got - expected| <= atol + rtol |expected| in every case. Arguments are copied for each call,
    so a function that changes its input in place cannot spoil a later case. An answer that equals a
    known mistake is told which.

    Parameters
    ----------
    name : exercise number, "lesson.exercise"
    learner : the function that the learner wrote
    cases : ``[(arguments, expected), ...]``, where ``arguments`` is a tuple; ``expected`` is a
        number, string, array, or list, tuple or dict of such (a list may be answered by an array)
    hint : shown when a case differs

    Raises
    ------
    AssertionError : a case differs, or the function raised (its exception is the cause). A
        notebook shows the message of this one without a traceback.
    ValueError : no cases, or a name that is not of the form "2.1".
    TypeError : the arguments of a case are not a tuple.

    Examples
    --------
    >>> answer("2.1", lambda x: ..., cases=[((3,), 9)], hint="Multiply x by itself.")
    2.1: not answered yet
    >>> answer("2.1", lambda x: x * x, cases=[((3,), 9)], hint="Multiply x by itself.")
    2.1: correct
    >>> answer("2.1", lambda x: 2 * x, cases=[((3,), 9)], hint="Multiply x by itself.")
    Traceback (most recent call last):
    ...
    shapzero_lite.teach._answer.AnswerError: 2.1: not yet. Case 1 of 1, input (3).
      expected 9
      got      6
    Hint: Multiply x by itself.
    """
    check_name(name)
    if not cases:
        raise ValueError(f"exercise {name} has no cases, so it would accept anything")
    ending = f"\nHint: {hint}" if hint else ""
    for number, (arguments, expected) in enumerate(cases, start=1):
        if not isinstance(arguments, tuple):
            raise TypeError(
                f"exercise {name}, case {number}: write the arguments as a tuple, such as (x,), "
                f"not {type(arguments).__name__}"
            )
        given = ", ".join(_short(a) for a in arguments)
        where = f"Case {number} of {len(cases)}, input ({given})."
        try:
            got = learner(*copy.deepcopy(arguments))
        except Exception as error:
            if "ellipsis" in str(error):  # `...` used in the middle of a calculation
                print(f"{name}: not answered yet")
                return
            raise AnswerError(
                f"{name}: your function stopped with {type(error).__name__}: {error}\n"
                f"  {where}{_own_line(error, learner)}{ending}"
            ) from error
        if _has_ellipsis(got):
            print(f"{name}: not answered yet")
            return
        reason = _difference(got, expected, rtol, atol)
        if reason is not None:
            raise AnswerError(
                f"{name}: not yet. {where}\n  expected {_short(expected)}\n"
                f"  got      {_short(got)}{reason}{_recognised(name, arguments, got)}{ending}"
            )
    print(f"{name}: correct")


def _recognised(name: str, arguments: tuple, got: Any) -> str:
    """Return which known mistake gives the same, as a line of a message, or nothing."""
    for wrong, words in MISTAKES.get(name, []):
        try:
            same = _difference(got, wrong(*copy.deepcopy(arguments)), 1e-6, 1e-9) is None
        except Exception:  # noqa: BLE001, S112  (it was written for the arguments of a lesson)
            continue
        if same:
            return f"\nIt looks as if {words}."
    return ""


def _own_line(error: Exception, learner: Callable[..., Any]) -> str:
    """Return the line of the learner's own code that stopped, as a line of a message."""
    own = getattr(getattr(learner, "__code__", None), "co_filename", None)
    lines = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == own and f.line]
    return f"\n  Line {lines[-1].lineno}: {lines[-1].line}" if lines else ""


def _has_ellipsis(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_ellipsis(part) for part in value.values())
    if isinstance(value, list | tuple):
        return any(_has_ellipsis(part) for part in value)
    if isinstance(value, np.ndarray) and value.dtype == object:  # np.asarray(...)
        return any(part is Ellipsis for part in value.ravel())
    return value is Ellipsis


def _difference(got: Any, expected: Any, rtol: float, atol: float) -> str | None:
    """Return why two values differ, as the end of a message, or None when they agree."""
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            return f"\n  a dict was expected, not {type(got).__name__}"
        if set(got) != set(expected):
            return f"\n  the keys should be {list(expected)}, not {list(got)}"
        for key in expected:
            reason = _difference(got[key], expected[key], rtol, atol)
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
        reason = _difference(part, wanted, rtol, atol)
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


def _short(value: Any) -> str:
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


def check_name(name: str) -> None:
    """Raise ValueError unless name is the number of an exercise, such as "2.1"."""
    if not EXERCISE.fullmatch(name):
        raise ValueError(f"{name!r} is not the number of an exercise; write it like '2.1'")
