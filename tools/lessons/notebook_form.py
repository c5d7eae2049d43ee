"""The form in which lessons are committed: read, normalise and write notebooks.

A committed notebook holds sources, named cell ids, tags, outputs and the text alternative of each
picture, and nothing that changes when nothing changed: no times, versions, users or widget state.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGETS = "application/vnd.jupyter.widget"
PICTURES = ("image/png", "image/jpeg")
FOLDED = "hide-input"  # the tag of code that draws: folded in JupyterLab and on the site
# Of a picture's metadata: its text, the settings of a slider, what moves in its place on a page.
KEPT = ("alt", "frames", "explorable")


class LessonError(Exception):
    """A lesson cannot be committed as it is; the text says which cell, and why."""


def read(path: Path) -> NotebookNode:
    """Return the notebook at path, without any change."""
    return nbformat.read(path, as_version=4)


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy in the committed form.

    Raises LessonError when an output is an error or was written to stderr.
    """
    metadata = {"kernelspec": KERNELSPEC, "language_info": {"name": "python"}}
    if "shapzero" in notebook.metadata:
        metadata["shapzero"] = notebook.metadata["shapzero"]
    cells = []
    number = 0
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        tidy = {
            "id": cell.id,
            "cell_type": cell.cell_type,
            "metadata": _cell_metadata(tags),
            "source": cell.source.rstrip("\n"),
        }
        if cell.get("attachments"):
            tidy["attachments"] = cell.attachments
        if cell.cell_type == "code":
            if cell.execution_count is not None:
                number += 1
            tidy["execution_count"] = None if cell.execution_count is None else number
            tidy["outputs"] = _outputs(cell, number)
        cells.append(tidy)
    return nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    )


def _cell_metadata(tags: list[str] | None) -> dict:
    """Return the tags, and what they mean to JupyterLab where it knows no such tag."""
    if not tags:
        return {}
    return {"tags": tags, **({"jupyter": {"source_hidden": True}} if FOLDED in tags else {})}


def _outputs(cell: NotebookNode, number: int) -> list[dict]:
    """Return the outputs of a cell, streams merged, metadata reduced to what is ours."""
    tidy: list[dict] = []
    for output in cell.outputs:
        kind = output.output_type
        if kind == "error":
            raise LessonError(f"cell {cell.id} raised {output.ename}: {output.evalue}")
        if kind == "stream":
            if output.name == "stderr":
                raise LessonError(f"cell {cell.id} wrote to stderr: {output.text.strip()[:300]}")
            if tidy and tidy[-1]["output_type"] == "stream":
                tidy[-1]["text"] += output.text
            else:
                tidy.append({"output_type": "stream", "name": "stdout", "text": output.text})
            continue
        data = {mime: value for mime, value in output.data.items() if not mime.startswith(WIDGETS)}
        for mime in PICTURES:
            if mime in data:  # one line of base64, whoever wrote it
                data[mime] = "".join(data[mime].split())
        metadata = {}
        for mime in PICTURES:
            given = output.metadata.get(mime, {})
            kept = {name: given[name] for name in KEPT if name in given}
            if kept:
                metadata[mime] = kept
        result = {"output_type": kind, "data": data, "metadata": metadata}
        if kind == "execute_result":
            result["execution_count"] = number
        tidy.append(result)
    return tidy


def to_text(notebook: NotebookNode) -> str:
    """Return the JSON text of a notebook: sorted keys, one space, a newline at the end."""
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"


def write_atomically(path: Path, text: str) -> bool:
    """Write text so that a kill leaves the old file or the new one; False when nothing changed."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        # mkstemp makes files that only their owner can read; take the usual rights instead.
        Path(temporary).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def front_matter(notebook: NotebookNode) -> dict[str, str]:
    """Return title, claim and minutes from a lesson's title cell; empty where it has none."""
    source = notebook.cells[0].source if notebook.cells else ""
    title = re.search(r"^#\s+(.+)$", source, flags=re.MULTILINE)
    claim = re.search(r"\*{0,2}(By the end[^.]*\.)", source.replace("\n", " "))
    minutes = re.search(r"(\d+)\s*(?:min\b|minutes)", source)
    return {
        "title": title.group(1).strip() if title else "",
        "claim": claim.group(1).replace("**", "") if claim else "",
        "minutes": minutes.group(1) if minutes else "",
    }
