"""Print our answer to an exercise or a question, from the folder beside the reader's notebook."""

from __future__ import annotations

import ast
import re
from itertools import takewhile
from pathlib import Path

NAME = re.compile(r"(\d{1,2})(\.\d{1,2}| [a-z]+)")


def reveal(name: str, folder: str | Path | None = None) -> None:
    """Print our answer to an exercise or a question, or say that none came with this copy.

    Solutions are functions in ``solutions/exNN.py`` beside the lessons, each below a comment line
    ``# exercise N.m``; below ``# open question N.m`` and ``# question N word`` stand words, as a
    comment. An instructor who hands out the lessons leaves that folder away.

    Parameters
    ----------
    name : exercise number, "lesson.exercise"; or lesson and word of a question, "1 clock"
    folder : where the solutions are; by default ``solutions``, or ``notebooks/solutions``, in the
        current folder, which for a notebook is its own. Nowhere else: what lies beside the
        installed package is not what was handed out.

    Raises
    ------
    ValueError : a name that is not of the form "2.1" or "1 clock".

    Examples
    --------
    >>> reveal("99.1")
    99.1: no solution was handed out with this copy
    """
    named = NAME.fullmatch(name)
    if named is None:
        raise ValueError(
            f"{name!r} is not the number of an exercise, like '2.1', nor the name of a question, "
            "like '1 clock'"
        )
    lesson = int(named[1])
    for place in [Path(folder)] if folder is not None else _solution_folders():
        path = place / f"ex{lesson:02d}.py"
        if path.is_file():
            source = solution_of(path.read_text(encoding="utf-8"), name)
            if source is not None:
                print(source)
                return
    print(f"{name}: no solution was handed out with this copy")


def _solution_folders() -> list[Path]:
    """Return the places where solutions may lie."""
    return [Path.cwd() / "solutions", Path.cwd() / "notebooks" / "solutions"]


def solution_of(source: str, name: str) -> str | None:
    """Return the function below ``# exercise name``, or the words below a question."""
    lines = source.splitlines()
    functions = {
        node.lineno: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
    }
    for number, line in enumerate(lines, start=1):
        if line in {f"# open question {name}", f"# question {name}"}:
            words = takewhile(lambda said: said.startswith("# "), lines[number:])
            return "\n".join(said.removeprefix("# ") for said in words)
        if re.fullmatch(rf"#\s*exercise\s+{re.escape(name)}\s*", line):
            node = functions.get(number + 1)
            if node is not None:
                return "\n".join(lines[number : node.end_lineno])
    return None
