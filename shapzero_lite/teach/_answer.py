"""Check a learner's function: is it answered, is it correct, and if not, where it differs.

The lessons import ``answer`` from :mod:`shapzero_lite.teach`.
"""

from __future__ import annotations

import copy
import os
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from shapzero_lite.teach._compare import difference, short
from shapzero_lite.teach._machine import judged
from shapzero_lite.teach._mistakes import MISTAKES

__all__ = ["answer", "check_name"]

EXERCISE = re.compile(r"\d{1,2}\.\d{1,2}")


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
    by_hand: bool = False,
) -> None:
    """Check a learner's function against cases, and say what to do next.

    Prints "not answered yet" while the function returns ``...``, "correct" when
    |got - expected| <= atol + rtol |expected| in every case. Where nbgrader executes the notebook
    (it sets ``NBGRADER_EXECUTION``), "not answered yet" is an error, for no points. Arguments are
    copied for each call, so a function that changes its input in place cannot spoil a later case.
    An answer that equals a known mistake is told which, in one line. A right answer to one of the
    exercises whose functions later cells run is kept for :func:`yours`.

    Parameters
    ----------
    name : exercise number, "lesson.exercise"
    learner : the function that the learner wrote
    cases : ``[(arguments, expected), ...]``, where ``arguments`` is a tuple; ``expected`` is a
        number, string, array, or list, tuple or dict of such (a list may be answered by an array)
    hint : shown when a case differs
    by_hand : a number or a formula is asked for, so a wrong one is not told the right one

    Raises
    ------
    AssertionError : a case differs, or the function raised (its exception is the cause), or it is
        not answered where nbgrader executes. A notebook shows the message of this one without a
        traceback.
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
    judged(name, None)
    help_ = f"Hint: {hint}" if hint else ""
    ending = f"\n{help_}" if hint else ""
    for number, (arguments, expected) in enumerate(cases, start=1):
        if not isinstance(arguments, tuple):
            raise TypeError(
                f"exercise {name}, case {number}: write the arguments as a tuple, such as (x,), "
                f"not {type(arguments).__name__}"
            )
        given = ", ".join(short(a) for a in arguments)
        where = f"Case {number} of {len(cases)}, input ({given})."
        try:
            got = learner(*copy.deepcopy(arguments))
        except Exception as error:
            if "ellipsis" in str(error):  # `...` used in the middle of a calculation
                _not_answered(name)
                return
            raise AnswerError(
                f"{name}: your function stopped with {type(error).__name__}: {error}\n"
                f"  {where}{_own_line(error, learner)}{ending}"
            ) from error
        if _has_ellipsis(got):
            _not_answered(name)
            return
        reason = difference(got, expected, rtol, atol)
        if reason is not None:
            known = _recognised(name, arguments, got)
            if known or by_hand:
                at = f" It gives {short(got)} for ({given})." if given and not known else ""
                raise AnswerError(f"{name}: not yet.{known}{at} {help_}".rstrip())
            raise AnswerError(
                f"{name}: not yet. {where}\n  expected {short(expected)}\n"
                f"  got      {short(got)}{reason}{ending}"
            )
    print(f"{name}: correct")
    judged(name, learner)


def _not_answered(name: str) -> None:
    """Say so and go on; nbgrader takes a cell that does not fail for a right answer."""
    if os.environ.get("NBGRADER_EXECUTION"):
        raise AnswerError(f"{name}: not answered yet")
    print(f"{name}: not answered yet")


def _recognised(name: str, arguments: tuple, got: Any) -> str:
    """Return which known mistake gives the same, as a sentence, or nothing."""
    for wrong, words in MISTAKES.get(name, []):
        try:
            same = difference(got, wrong(*copy.deepcopy(arguments)), 1e-6, 1e-9) is None
        except Exception:  # noqa: BLE001, S112  (it was written for the arguments of a lesson)
            continue
        if same:
            return f" It looks as if {words}."
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


def check_name(name: str) -> None:
    """Raise ValueError unless name is the number of an exercise, such as "2.1"."""
    if not EXERCISE.fullmatch(name):
        raise ValueError(f"{name!r} is not the number of an exercise; write it like '2.1'")
