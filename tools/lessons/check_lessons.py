"""Check lessons as they are committed, without executing them.

    python tools/lessons/check_lessons.py                            all lessons and the supplement
    python tools/lessons/check_lessons.py notebooks/01_fourier.ipynb

Prints a line of measures for each notebook, then what its cells break. A breach of a rule of truth
(rules_of_truth.py) gives status 1, and fails the tests too; remarks on taste (rules_of_taste.py)
are for the author to weigh.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import notebook_form
import rules_of_taste
import rules_of_truth
from lesson_cells import code_cells, pictures, words_to_read
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def lesson_number(path: Path) -> int:
    """Return the number at the beginning of a lesson's file name; -1 without one."""
    match = re.match(r"\d+", path.name)
    return int(match.group()) if match else -1


def found(path: Path, notebook: NotebookNode, *, taste: bool) -> Iterator[str]:
    """Yield rule and breach of every rule of truth, or of taste, that holds for this notebook."""
    rules = rules_of_taste if taste else rules_of_truth
    supplement = path.parent.name == "supplement"
    for rule in rules.OF_ALL if supplement else rules.OF_LESSONS:
        for breach in rule(notebook, lesson_number(path)):
            yield f"{rule.__name__}: {breach}"


def breaches(path: Path) -> list[str]:
    """Return every breach of a rule of truth in a notebook, the form of its file included."""
    notebook = notebook_form.read(path)
    lines = list(found(path, notebook, taste=False))
    if path.read_text(encoding="utf-8") != notebook_form.to_text(notebook):
        lines.append("form: the file was not written by run_notebooks.py; run it before you commit")
    return lines


def remarks(path: Path) -> list[str]:
    """Return every remark on taste."""
    return list(found(path, notebook_form.read(path), taste=True))


def measures(path: Path) -> str:
    """Return words, code cells and the longest, pictures, and KiB, in columns."""
    notebook = notebook_form.read(path)
    total = words_to_read(notebook)
    lines = [len(cell.source.splitlines()) for cell in code_cells(notebook)]
    shown = sum(len(list(pictures(cell))) for cell in notebook.cells)
    size = path.stat().st_size / 1024
    return f"{total:5d} {len(lines):10d} {max(lines, default=0):8d} {shown:8d} {size:4.0f}"


def main(names: list[str]) -> int:
    """Check notebooks; return 1 when a rule of truth is broken."""
    paths = [Path(name) for name in names]
    if not paths:
        paths = [*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(NOTEBOOKS.glob("supplement/*.ipynb"))]
    width = max(len(path.stem) for path in paths)
    print(f"{'':{width}}  words code cells  longest pictures  KiB")
    counts = {"truth": 0, "taste": 0}
    for path in paths:
        print(f"{path.stem:{width}}  {measures(path)}")
        for kind, lines in zip(counts, (breaches(path), remarks(path)), strict=True):
            counts[kind] += len(lines)
            for line in lines:
                print(f"    {kind}: {line}")
    truth, taste = counts.values()
    print(f"notebooks: {len(paths)}; breaches of truth: {truth}, of taste: {taste}")
    return 1 if truth else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
