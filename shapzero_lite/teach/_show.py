"""Show a figure with a text alternative, the same bytes for the same figure."""

from __future__ import annotations

import base64
import html
import io
import os
from typing import Any

DPI = 110
SHORTEST_ALT = 20


def show(fig: Any, alt: str, colours: int | None = None) -> None:
    """Display a figure with a text alternative, and close it.

    The output holds the picture (PNG, 110 dots per inch), the alternative as its plain text, and
    the alternative again in ``metadata["image/png"]["alt"]``, where HTML export looks for it. The
    PNG names no software and no date: the same figure gives the same bytes. Live, JupyterLab looks
    for it nowhere: there the output holds an HTML image with the alternative as well, unless the
    environment variable ``SHAPZERO_STATIC`` is 1. Outside a notebook only the alternative is
    printed.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : what the picture shows, for a reader who cannot see it; at least 20 characters
    colours : at most so many, 256 or fewer, for a third of the bytes; all of them by default

    Raises
    ------
    TypeError : ``fig`` is not a figure (an ``Axes`` is the usual mistake).
    ValueError : ``alt`` is shorter than 20 characters, or ``colours`` is not 1 to 256.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> show(Figure(figsize=(2, 1)), alt="An empty figure, two inches wide")
    Figure: An empty figure, two inches wide
    """
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"show needs a matplotlib Figure, not {type(fig).__name__}; try ax.figure")
    check_alt(alt)
    if colours is not None and not 1 <= colours <= 256:
        raise ValueError(f"a PNG of few colours has 1 to 256, not {colours}")
    display_figure(fig, alt, colours)


def is_live() -> bool:
    """Whether a reader sits before a running notebook: not in static mode, nor outside of one."""
    from IPython import get_ipython

    live = getattr(get_ipython(), "kernel", None) is not None
    return live and os.environ.get("SHAPZERO_STATIC") != "1"


def display_figure(fig: Any, alt: str, colours: int | None = None, **more: Any) -> None:
    """Display a figure with its text alternative, and close it; ``more`` joins the metadata.

    With ``colours``, at most 256, the picture has no more than so many, and a third of the bytes.
    """
    from IPython import get_ipython
    from IPython.display import display

    png, text = _png(fig, colours), f"Figure: {alt}"
    if get_ipython() is None:
        print(text)
        return
    bundle = {"image/png": png, "text/plain": text}
    if os.environ.get("SHAPZERO_STATIC") != "1":
        source = f"data:image/png;base64,{png}"
        bundle["text/html"] = f'<img alt="{html.escape(alt)}" src="{source}">'
    display(bundle, raw=True, metadata={"image/png": {"alt": alt, **more}})


def _png(fig: Any, colours: int | None) -> str:
    """Return a figure as a PNG in base64, and close it."""
    from matplotlib import pyplot as plt

    buffer = io.BytesIO()
    # A fixed dpi and no Software entry: neither rcParams nor the version reaches the bytes.
    fig.savefig(
        buffer,
        format="png",
        dpi=DPI,
        bbox_inches="tight",
        metadata={"Software": None},
        pil_kwargs={"optimize": True},
    )
    # Closed before display, or the inline backend would draw it a second time.
    plt.close(fig)
    if colours is not None:
        from PIL import Image  # a dependency of matplotlib

        picture = Image.open(buffer).convert("RGB")
        buffer = io.BytesIO()
        few = picture.quantize(colours, dither=Image.Dither.NONE)
        few.save(buffer, format="png", optimize=True, dpi=(DPI, DPI))
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def check_alt(alt: str) -> None:
    """Raise ``ValueError`` for a text alternative that is too short to say anything."""
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(
            f"the text alternative {alt!r} is too short: say in at least {SHORTEST_ALT} "
            "characters what a reader who cannot see the picture should know"
        )
