"""The settings of a slider drawn beforehand: one picture of all, and the slider for a web page.

A page has no kernel. What a slider would draw there is already drawn, side by side in one picture
with few colours, of which a page shows one part at a time. Side by side, equal parts of
neighbouring frames lie near each other in the file, and compress away.
"""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

import numpy as np

DPI = 110
SIZE = (5.0, 3.2)  # inches of a frame, and of the live picture
COLOURS = 32
MOST_FRAMES = 25


def frames(draw: Callable[..., None], name: str, values: Sequence[Any], **fixed: Any) -> dict:
    """Return what a page needs for a slider over values: words, and the picture of all frames.

    ``{"name": "order", "words": ["1", "2"], "width": 550, "height": 352, "png": base64}``; the
    picture is as many frames wide as there are words. More than 25 values are thinned out evenly.
    """
    last = len(values) - 1
    count = min(MOST_FRAMES, last + 1)
    picked = [values[round(i * last / max(count - 1, 1))] for i in range(count)]
    pixels = [_pixels(draw, {name: value, **fixed}) for value in picked]
    height, width = pixels[0].shape[:2]
    return {
        "name": name.replace("_", " "),
        "words": [str(value) for value in picked],
        "width": width,
        "height": height,
        "png": _png(np.concatenate(pixels, axis=1)),
    }


def slider_html(made: dict, alt: str) -> str:
    """Return the slider as HTML, hidden, to stand right behind the picture of the panels.

    ``frames_script()``, once at the end of the page, hides the panels and shows the slider in
    their place; where no script runs the panels stay.
    """
    name, words = html.escape(made["name"]), made["words"]
    alt = html.escape(alt)
    return (
        f'<figure class="shapzero-frames" style="margin: 0" hidden data-alt="{alt}" '
        f'data-words="{html.escape(json.dumps(words))}">'
        f'<div role="img" aria-label="{alt}" style="overflow: hidden; '
        f'width: {made["width"]}px; max-width: 100%">'
        f'<img alt="" src="data:image/png;base64,{made["png"]}" style="display: block; '
        f'width: {100 * len(words)}%; max-width: none; height: auto"></div>'
        f'<label style="display: flex; flex-wrap: wrap; gap: 0.5em; align-items: center">{name} '
        f'<input type="range" name="{name}" min="0" max="{len(words) - 1}" value="0">'
        f"<output>{html.escape(words[0])}</output></label></figure>"
    )


def frames_script() -> str:
    """Return the script of all sliders of a page."""
    return files("shapzero_lite.teach").joinpath("frames.js").read_text(encoding="utf-8")


def _pixels(draw: Callable[..., None], setting: dict[str, Any]) -> np.ndarray:
    """Return one frame, (height, width, 3) uint8."""
    from matplotlib import pyplot as plt
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    fig, ax = plt.subplots(figsize=SIZE, layout="constrained")
    try:
        draw(ax, **setting)
        fig.set_dpi(DPI)
        canvas = FigureCanvasAgg(fig)
        canvas.draw()
        return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    finally:
        plt.close(fig)


def _png(pixels: np.ndarray) -> str:
    """Return pixels as a PNG of few colours, in base64."""
    from PIL import Image

    picture = Image.fromarray(pixels).quantize(COLOURS, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    picture.save(buffer, format="png", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")
