"""What differs between two executions of a lesson: text exactly, pictures nearly.

nbval compares text while the tests run, and never a picture; this names the cell for both.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from itertools import chain, zip_longest

import numpy as np
from nbformat import NotebookNode
from notebook_form import PICTURES

# Rounding may change an edge pixel by a level or two; a moved line changes many pixels by a lot.
MEAN_LEVELS = 1.0  # of 255
FAR_LEVELS = 16
FAR_SHARE = 5e-4


def differences(committed: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Return one line for each cell whose outputs differ."""
    found = []
    for old, new in zip(committed.cells, fresh.cells, strict=True):
        if old.cell_type == "code":
            reasons = (
                f"{before!r} is committed, now {now!r}"
                for before, now in zip_longest(_lines(old), _lines(new))
                if before != now
            )
            pairs = zip(_pictures(old), _pictures(new), strict=False)
            seen = (picture_difference(*pair) for pair in pairs)
            reason = next(chain(reasons, filter(None, seen)), None)
            if reason is not None:
                found.append(f"cell {old.id}: {reason}")
    return found


def _lines(cell: NotebookNode) -> Iterator[str]:
    """Yield what a cell shows, without the pixels of its pictures, line by line."""
    yield f"execution count {cell.execution_count}"
    for output in cell.outputs:
        yield output.output_type
        yield from output.get("text", "").splitlines()
        for mime, value in sorted(output.get("data", {}).items()):
            about = dict(output.metadata.get(mime, {}))
            if "frames" in about:
                about["frames"] = {**about["frames"], "png": ""}
            about = json.loads(json.dumps(about, sort_keys=True))  # the order that a file has
            yield f"{mime} {about or ''}"
            if mime not in PICTURES:
                yield from str(value).splitlines()


def _pictures(cell: NotebookNode) -> list[str]:
    """Return the pictures of a cell, and those of its sliders' frames, in base64."""
    found = []
    for output in cell.outputs:
        for mime, value in sorted(output.get("data", {}).items()):
            if mime in PICTURES:
                found.append(value)
                found += [about["png"] for about in _frames(output, mime)]
    return found


def _frames(output: NotebookNode, mime: str) -> list[NotebookNode]:
    about = output.metadata.get(mime, {})
    return [about["frames"]] if "frames" in about else []


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
