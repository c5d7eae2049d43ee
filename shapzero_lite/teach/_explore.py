"""One drawing, many settings: sliders where a notebook is live, panels side by side elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

from shapzero_lite.teach._frames import SIZE, frames
from shapzero_lite.teach._show import check_alt, display_figure, show

MOST_PANELS = 4  # where a lesson says no other number
PANEL = (3.6, 2.8)  # inches
COLUMNS = 2  # so that a telephone shows panels that can be read


def explore(
    draw: Callable[..., None],
    alt: str,
    *,
    panel_height: float = PANEL[1],
    panels: int = MOST_PANELS,
    **choices: Sequence[Any],
) -> None:
    """Let the reader move sliders; on paper, show panels side by side.

    Live in a notebook, every choice is a slider and ``draw(ax, **values)`` is called anew for
    each setting. With the environment variable ``SHAPZERO_STATIC`` set to 1, or without
    anywidget, the same function draws up to ``panels`` panels in one figure: the first choice
    varies (its ends and evenly between), the others stay at their first value. Every value of the
    first choice, drawn beforehand, goes into ``metadata["image/png"]["frames"]``, and from there
    behind a slider of the web page.

    Parameters
    ----------
    draw : called as ``draw(ax, **values)``, one value for each choice
    alt : what the picture shows, for a reader who cannot see it; at least 20 characters
    panel_height : of a panel on paper, in inches; a panel is 3.6 wide
    panels : most panels on paper
    **choices : for each argument of ``draw`` the values it may take, best value first for all
        but the first choice

    Raises
    ------
    ValueError : no choices, an empty list of values, or ``alt`` shorter than 20 characters.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> import matplotlib
    >>> matplotlib.use("Agg")
    >>> def draw(ax, power):
    ...     ax.plot([0, 1, 2], [x**power for x in (0, 1, 2)])
    >>> explore(draw, alt="Powers of x from 0 to 2, a panel a power", power=[1, 2, 3])
    Figure: Powers of x from 0 to 2, a panel a power
    """
    check_alt(alt)
    values = {name: list(allowed) for name, allowed in choices.items()}
    if not values:
        raise ValueError("explore needs something to vary, for instance order=[1, 2, 3]")
    for name, allowed in values.items():
        if not allowed:
            raise ValueError(f"explore has no values to offer for {name}")
    if os.environ.get("SHAPZERO_STATIC") == "1" or not _sliders(draw, alt, values):
        _panels(draw, alt, values, panel_height, panels)


def _panels(
    draw: Callable[..., None], alt: str, values: dict[str, list], height: float, most: int
) -> None:
    """Show the static twin: a panel for each of at most ``most`` values of the first choice."""
    from IPython import get_ipython
    from matplotlib import pyplot as plt

    first, *others = values
    fixed = {name: values[name][0] for name in others}
    last = len(values[first]) - 1
    count = min(most, last + 1)
    picked = [values[first][round(i * last / max(count - 1, 1))] for i in range(count)]
    columns = min(COLUMNS, count)
    rows = -(-count // columns)
    size = PANEL[0] * columns, height * rows
    fig, axes = plt.subplots(rows, columns, figsize=size, squeeze=False, layout="constrained")
    for ax in axes.flat[count:]:
        ax.remove()
    for ax, value in zip(axes.flat, picked, strict=False):
        draw(ax, **{first: value}, **fixed)
        if not any(ax.get_title(loc) for loc in ("left", "center", "right")):
            ax.set_title(f"{first.replace('_', ' ')} = {value}")
    if get_ipython() is None:
        show(fig, alt)
    else:
        made = frames(draw, first, values[first], **fixed)
        display_figure(fig, alt, colours=256, frames=made)


def _sliders(draw: Callable[..., None], alt: str, values: dict[str, list]) -> bool:
    """Show the live form; False where there is no notebook, no ipywidgets or no anywidget."""
    from IPython import get_ipython

    if getattr(get_ipython(), "kernel", None) is None:
        return False
    try:
        import ipywidgets

        from shapzero_lite.teach._slider import slider

        sliders = {name: slider(name.replace("_", " "), values[name]) for name in values}
    except ImportError:
        return False
    from IPython.display import display
    from matplotlib import pyplot as plt

    def redraw(**chosen: Any) -> None:
        fig, ax = plt.subplots(figsize=SIZE, layout="constrained")
        draw(ax, **chosen)
        show(fig, alt)

    display(ipywidgets.interactive(redraw, **sliders))
    return True
