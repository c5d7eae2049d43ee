"""The form in which lessons are committed: read, normalise, write, and compare notebooks.

A committed notebook holds sources, named cell ids, tags, outputs and the text alternative of each
picture, and nothing that changes when nothing changed: no times, versions, users or widget state.
"""

from __future__ import annotations

import base64
import io
import os
import re
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
WIDGETS = "application/vnd.jupyter.widget"
PICTURES = ("image/png", "image/jpeg")
# Rounding may change an edge pixel by a level or two; a moved line changes many pixels by a lot.
MEAN_LEVELS = 1.0  # of 255
FAR_LEVELS = 16
FAR_SHARE = 5e-4


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
            "metadata": {"tags": tags} if tags else {},
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


def _outputs(cell: NotebookNode, number: int) -> list[dict]:
    """Return the outputs of a cell, streams merged, metadata reduced to text alternatives."""
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
        alts = {
            mime: {"alt": output.metadata[mime]["alt"]}
            for mime in PICTURES
            if "alt" in output.metadata.get(mime, {})
        }
        result = {"output_type": kind, "data": data, "metadata": alts}
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


def differences(committed: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Return one line for each cell whose outputs differ: text exactly, pictures nearly."""
    found = []
    for old, new in zip(committed.cells, fresh.cells, strict=True):
        if old.cell_type != "code":
            continue
        if old.execution_count != new.execution_count:
            found.append(f"cell {old.id}: execution count {old.execution_count} is committed")
        elif len(old.outputs) != len(new.outputs):
            found.append(
                f"cell {old.id}: {len(old.outputs)} outputs are committed, now {len(new.outputs)}"
            )
        else:
            for before, now in zip(old.outputs, new.outputs, strict=True):
                reason = _output_difference(before, now)
                if reason is not None:
                    found.append(f"cell {old.id}: {reason}")
                    break
    return found


def _output_difference(old: NotebookNode, new: NotebookNode) -> str | None:
    if old.output_type != new.output_type:
        return f"a {old.output_type} is committed, now a {new.output_type}"
    if old.output_type == "stream":
        return _text_difference(old.text, new.text)
    if sorted(old.data) != sorted(new.data):
        return f"{sorted(old.data)} are committed, now {sorted(new.data)}"
    if old.metadata != new.metadata:
        return "the text alternative changed"
    for mime, before in old.data.items():
        compare = picture_difference if mime in PICTURES else _text_difference
        reason = compare(before, new.data[mime])
        if reason is not None:
            return reason
    return None


def _text_difference(old: object, new: object) -> str | None:
    if old == new:
        return None
    before, now = str(old).splitlines(), str(new).splitlines()
    for number, (left, right) in enumerate(zip(before, now, strict=False), start=1):
        if left != right:
            return f"line {number} was {left.strip()!r}, now {right.strip()!r}"
    return f"{len(before)} lines are committed, now {len(now)}"


def picture_difference(old: str, new: str) -> str | None:
    """Return how two base64 pictures differ beyond the tolerance, or None."""
    if old == new:
        return None
    before, now = _pixels(old), _pixels(new)
    if before.shape != now.shape:
        sizes = [f"{shape[1]} x {shape[0]}" for shape in (before.shape, now.shape)]
        return f"the picture was {sizes[0]} pixels, now {sizes[1]}"
    difference = np.abs(before - now)
    mean = difference.mean()
    far = (difference.max(axis=2) > FAR_LEVELS).mean()
    if mean > MEAN_LEVELS or far > FAR_SHARE:
        return (
            f"the picture changed: {mean:.2f} levels on average (at most {MEAN_LEVELS}), "
            f"{far:.3%} of the pixels by more than {FAR_LEVELS} (at most {FAR_SHARE:.3%})"
        )
    return None


def _pixels(picture: str) -> np.ndarray:
    """Return the pixels of a base64 picture, (height, width, 4), levels 0 to 255."""
    from PIL import Image  # a dependency of matplotlib

    with Image.open(io.BytesIO(base64.b64decode(picture))) as image:
        return np.asarray(image.convert("RGBA"), dtype=np.int16)


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
