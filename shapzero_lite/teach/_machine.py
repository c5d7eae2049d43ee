"""The reader's own SHAP zero: functions, each the answer to an exercise, and ours beside them.

:func:`answer` hands every right answer to :func:`judged`; :func:`yours` gives it back to the cells
that follow. In a live notebook its text also goes into ``my_shap_zero.py`` beside the lessons, a
module of the reader's own, so that lesson 06 runs on what lessons 03 to 05 built. The bet of lesson
00, two steps of the learner of lesson 07, the four answers of lesson 08, the flips of lesson 10 and
a guide certified in lesson 14 are kept likewise.
"""

from __future__ import annotations

import ast
import copy
import inspect
import runpy
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite.teach._compare import difference
from shapzero_lite.teach._parts import OURS, PARTS, probes
from shapzero_lite.teach._show import is_live

__all__ = ["judged", "yours"]

FILE = "my_shap_zero.py"
HEAD = '"""My right answers, which the lessons run in place of theirs."""\n\nimport numpy as np\n'
_RIGHT: dict[str, Callable[..., Any]] = {}  # of this session, by name of the function


def judged(exercise: str, learner: Callable[..., Any] | None) -> None:
    """Keep a right answer to an exercise that builds the machine; None: it is not right (yet)."""
    name = next((name for name, number in PARTS.items() if number == exercise), None)
    if name is None:
        return
    _RIGHT.pop(name, None)
    if learner is None:
        return
    _RIGHT[name] = learner
    if is_live():
        _write(name, learner)


def _write(name: str, learner: Callable[..., Any]) -> None:
    """Put the text of a function into the reader's module, in place of an earlier one."""
    try:
        source = textwrap.dedent(inspect.getsource(learner))
    except (OSError, TypeError):  # its text is not known; it serves this session all the same
        return
    path = Path(FILE)
    lines = (path.read_text(encoding="utf-8") if path.is_file() else HEAD).splitlines()
    for node in ast.parse("\n".join(lines)).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            del lines[node.lineno - 1 : node.end_lineno]
            break
    path.write_text("\n".join([*lines, "", "", source.rstrip()]) + "\n", encoding="utf-8")


def yours(name: str) -> Callable[..., Any]:
    """Return the reader's function if it is right, ours otherwise, and print which.

    Parameters
    ----------
    name : of a function that an exercise asks for and later cells run, such as "hash_of". An
        answer of an earlier lesson is read from ``my_shap_zero.py`` in the current folder, and
        runs only if it still agrees with ours on small cases.

    Raises
    ------
    ValueError : another name; it lists them.

    Examples
    --------
    >>> yours("hash_of")([2, 1], [[1], [3]], 4)
    hash_of: ours, until exercise 4.2 is answered
    array([1])
    """
    if name not in PARTS:
        raise ValueError(f"{name!r} is no part of the machine; its parts are {', '.join(PARTS)}")
    if name in _RIGHT:
        print(f"{name}: yours, from exercise {PARTS[name]}")
        return _RIGHT[name]
    found, why = _from_file(name)
    if found is None:
        print(f"{name}: ours, {why or f'until exercise {PARTS[name]} is answered'}")
        return OURS[name]
    print(f"{name}: yours, from {FILE}")
    return found


def _from_file(name: str) -> tuple[Callable[..., Any] | None, str]:
    """Return the reader's function out of the module that holds it, or why it is not used."""
    path = Path(FILE)
    if not path.is_file():
        return None, ""
    try:
        # A part that is not in the file is ours; what is in it was written by the reader.
        found = runpy.run_path(str(path), {"np": np, **OURS})[name]
        if found is OURS[name]:
            return None, ""
        for probe in probes(name):
            got = found(*copy.deepcopy(probe))
            if difference(got, OURS[name](*copy.deepcopy(probe)), 1e-6, 1e-9) is not None:
                return None, f"for the one in {FILE} is not right"
    except Exception as error:  # noqa: BLE001  (whatever the reader's text does, the lesson goes on)
        return None, f"for the one in {FILE} stopped with {type(error).__name__}: {error}"
    return found, ""
