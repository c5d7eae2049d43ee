"""The rules about what a lesson shows: outputs, pictures, sizes, and the form of its file.

The other rules, and the command, are in lesson_rules.py.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

import notebook_form
from nbformat import NotebookNode

PICTURE_BYTES = 60 * 1024
NOTEBOOK_BYTES = 400 * 1024
SHORTEST_ALT = 20
# What a second run, another machine or another user would print differently.
UNSTABLE = {
    "an absolute path": r"(?<![\w.:/<])/(?:home|root|tmp|usr|work|opt|var|Users|mnt|private)/"
    r"|\b[A-Za-z]:\\\\?\w",
    "the address of an object": r"\b0x[0-9a-fA-F]{6,}\b",
    "a time of day": r"\b\d{1,2}:\d{2}:\d{2}\b",
    "a date and time": r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}",
    "a duration": r"(?i)\b(?:took|elapsed|wall time|cpu times?)\b[^\n]*\d"
    r"|\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms)\b",
}


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the markdown cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def words(source: str) -> int:
    """Count words: a formula in a line is one, a displayed equation none."""
    text = re.sub(r"\$\$.*?\$\$", " ", source, flags=re.DOTALL)
    text = re.sub(r"(?<!\\)\$.+?(?<!\\)\$", " x ", text, flags=re.DOTALL)
    return sum(1 for word in text.split() if re.search(r"\w", word))


def texts(cell: NotebookNode) -> Iterator[str]:
    """Yield what a cell printed or displayed, as text."""
    for output in cell.outputs:
        if output.output_type == "stream":
            yield output.text
        for mime, value in output.get("data", {}).items():
            if mime.startswith("text/"):
                yield value


def pictures(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield base64 text and text alternative of each picture of a cell."""
    for output in cell.get("outputs", []):
        for mime, value in output.get("data", {}).items():
            if mime.startswith("image/"):
                yield value, output.metadata.get(mime, {}).get("alt", "")


def sizes(notebook: NotebookNode, number: int) -> Iterator[str]:
    """A picture has at most 60 KiB, a notebook 400 KiB."""
    for cell in code_cells(notebook):
        for picture, _ in pictures(cell):
            size = len(base64.b64decode(picture)) if not picture.startswith("<") else len(picture)
            if size > PICTURE_BYTES:
                yield f"cell {cell.id}: a picture of {size} bytes, at most {PICTURE_BYTES}"
    size = len(notebook_form.to_text(notebook).encode())
    if size > NOTEBOOK_BYTES:
        yield f"the notebook: {size} bytes, at most {NOTEBOOK_BYTES}"


def executed(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Executed from top to bottom: counts 1..n, no stderr, no error."""
    for count, cell in enumerate(code_cells(notebook), start=1):
        if cell.execution_count != count:
            yield f"cell {cell.id}: execution count {cell.execution_count}, not {count}"
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"cell {cell.id}: an error or stderr is among the outputs"


def checked_everywhere(notebook: NotebookNode, number: int) -> Iterator[str]:
    """No cell is hidden from nbval."""
    for cell in notebook.cells:
        marks = f"{cell.source} {cell.metadata.get('tags', [])}"
        found = re.search(r"(?i)nbval[_-][a-z_-]+|raises-exception|skip-execution", marks)
        if found:
            yield f"cell {cell.id}: {found.group()} hides it from the check"


def text_alternatives(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every picture has a text alternative, and the next cell is its caption."""
    for position, cell in enumerate(notebook.cells):
        shown = list(pictures(cell))
        for _, alt in shown:
            if len(alt.strip()) < SHORTEST_ALT:
                yield f"cell {cell.id}: the text alternative {alt!r} is too short"
        following = notebook.cells[position + 1 : position + 2]
        captioned = [c for c in following if c.cell_type == "markdown" and "caption" in c.id]
        if shown and not (captioned and words(captioned[0].source) >= 5):
            yield f"cell {cell.id}: no caption cell after the picture"
        if cell.cell_type == "markdown":
            for alt in re.findall(r"!\[([^\]]*)\]\(", cell.source):
                if len(alt.strip()) < SHORTEST_ALT:
                    yield f"cell {cell.id}: the text alternative {alt!r} is too short"


def stable_outputs(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Outputs hold nothing that another run or another machine would print differently."""
    for cell in code_cells(notebook):
        for text in texts(cell):
            for what, pattern in UNSTABLE.items():
                found = re.search(pattern, text)
                if found:
                    yield f"cell {cell.id}: {what} in the output, {found.group()!r}"


def form(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The notebook is in the form that the runner writes."""
    try:
        tidy = notebook_form.normalise(notebook)
    except notebook_form.LessonError as error:
        yield str(error)
        return
    if tidy.metadata != notebook.metadata:
        yield f"metadata: {dict(notebook.metadata)} is not what tools/run_notebooks.py writes"
    for cell, wanted in zip(notebook.cells, tidy.cells, strict=True):
        if cell != wanted:
            yield f"cell {cell.id}: is not as tools/run_notebooks.py writes it"
