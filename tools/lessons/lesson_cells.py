"""What the rules ask of a lesson's cells: by kind, by name, their words and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from nbformat import NotebookNode


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the markdown cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def named(notebook: NotebookNode, name: str) -> list[NotebookNode]:
    """Return the cells whose id is name, or name and a suffix."""
    return [cell for cell in notebook.cells if re.fullmatch(rf"{name}(-.*)?", cell.id)]


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    """Return the code cells that carry a tag."""
    return [cell for cell in code_cells(notebook) if tag in cell.metadata.get("tags", [])]


def words(source: str) -> int:
    """Count words: a formula in a line is one, a displayed equation none."""
    text = re.sub(r"\$\$.*?\$\$", " ", source, flags=re.DOTALL)
    text = re.sub(r"(?<!\\)\$.+?(?<!\\)\$", " x ", text, flags=re.DOTALL)
    return sum(1 for word in text.split() if re.search(r"\w", word))


def words_to_read(notebook: NotebookNode) -> int:
    """Count the words of all markdown cells before an optional end, but the references."""
    to_read = takewhile(
        lambda cell: not cell.source.startswith("## Optional"), markdown_cells(notebook)
    )
    return sum(words(cell.source) for cell in to_read if cell.id != "references")


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
