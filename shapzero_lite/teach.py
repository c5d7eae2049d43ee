"""What the lessons need to teach: show a figure, check an answer, reveal one, explore.

``answer`` comes from :mod:`shapzero_lite.answers`. No other module imports this one. matplotlib,
ipywidgets and IPython load inside the functions that use them, so the core works without them.
"""

from __future__ import annotations

import ast
import base64
import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from shapzero_lite.answers import answer, check_name

__all__ = ["answer", "explore", "reveal", "show"]

DPI = 110
SHORTEST_ALT = 20
MOST_PANELS = 4


def show(fig: Any, alt: str) -> None:
    """Display a figure with a text alternative, and close it.

    The output holds the picture (PNG, 110 dots per inch), the alternative as its plain text, and
    the alternative again in ``metadata["image/png"]["alt"]``, where HTML export looks for it. The
    PNG names no software and no date: the same figure gives the same bytes. Outside a notebook
    only the alternative is printed.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    alt : what the picture shows, for a reader who cannot see it; at least 20 characters

    Raises
    ------
    TypeError : ``fig`` is not a figure (an ``Axes`` is the usual mistake).
    ValueError : ``alt`` is shorter than 20 characters.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> show(Figure(figsize=(2, 1)), alt="An empty figure, two inches wide")
    Figure: An empty figure, two inches wide
    """
    from IPython import get_ipython
    from IPython.display import display
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"show needs a matplotlib Figure, not {type(fig).__name__}; try ax.figure")
    _check_alt(alt)
    text = f"Figure: {alt}"
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
    if get_ipython() is None:
        print(text)
        return
    png = base64.b64encode(buffer.getvalue()).decode("ascii")
    bundle = {"image/png": png, "text/plain": text}
    display(bundle, raw=True, metadata={"image/png": {"alt": alt}})


def reveal(name: str, folder: str | Path | None = None) -> None:
    """Print the solution of an exercise, or say that none came with this copy.

    Solutions are functions in ``solutions/exNN.py`` beside the lessons, each below a comment line
    ``# exercise N.m``. An instructor who hands out the lessons leaves that folder away.

    Parameters
    ----------
    name : exercise number, "lesson.exercise"
    folder : where the solutions are; by default they are looked for from the current folder
        upwards, then beside the package

    Raises
    ------
    ValueError : a name that is not of the form "2.1".

    Examples
    --------
    >>> reveal("99.1")
    99.1: no solution was handed out with this copy
    """
    check_name(name)
    lesson = int(name.split(".", maxsplit=1)[0])
    for place in [Path(folder)] if folder is not None else _solution_folders():
        path = place / f"ex{lesson:02d}.py"
        if path.is_file():
            source = _solution(path.read_text(encoding="utf-8"), name)
            if source is not None:
                print(source)
                return
    print(f"{name}: no solution was handed out with this copy")


def explore(draw: Callable[..., None], alt: str, **choices: Sequence[Any]) -> None:
    """Let the reader move sliders; on paper and on the web, show panels side by side.

    Live in a notebook, every choice is a slider and ``draw(ax, **values)`` is called anew for
    each setting. With the environment variable ``SHAPZERO_STATIC`` set to 1, or without
    ipywidgets, the same function draws up to four panels in one figure: the first choice varies
    (its ends and evenly between), the others stay at their first value.

    Parameters
    ----------
    draw : called as ``draw(ax, **values)``, one value for each choice
    alt : what the picture shows, for a reader who cannot see it; at least 20 characters
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
    _check_alt(alt)
    values = {name: list(allowed) for name, allowed in choices.items()}
    if not values:
        raise ValueError("explore needs something to vary, for instance order=[1, 2, 3]")
    for name, allowed in values.items():
        if not allowed:
            raise ValueError(f"explore has no values to offer for {name}")
    if os.environ.get("SHAPZERO_STATIC") == "1" or not _sliders(draw, alt, values):
        _panels(draw, alt, values)


def _panels(draw: Callable[..., None], alt: str, values: dict[str, list]) -> None:
    """Show the static twin: one panel for each of at most four values of the first choice."""
    from matplotlib import pyplot as plt

    first, *others = values
    last = len(values[first]) - 1
    count = min(MOST_PANELS, last + 1)
    picked = [values[first][round(i * last / max(count - 1, 1))] for i in range(count)]
    fig, axes = plt.subplots(
        1, count, figsize=(max(3.0 * count, 4.0), 3.0), squeeze=False, layout="constrained"
    )
    for ax, value in zip(axes[0], picked, strict=True):
        draw(ax, **{first: value}, **{name: values[name][0] for name in others})
        if not any(ax.get_title(loc) for loc in ("left", "center", "right")):
            ax.set_title(f"{first.replace('_', ' ')} = {value}")
    show(fig, alt)


def _sliders(draw: Callable[..., None], alt: str, values: dict[str, list]) -> bool:
    """Show the live form; False where there is no notebook or no ipywidgets."""
    from IPython import get_ipython

    try:
        import ipywidgets
    except ImportError:
        return False
    if getattr(get_ipython(), "kernel", None) is None:
        return False
    from IPython.display import display
    from matplotlib import pyplot as plt

    def redraw(**chosen: Any) -> None:
        fig, ax = plt.subplots(figsize=(5.0, 3.2), layout="constrained")
        draw(ax, **chosen)
        show(fig, alt)

    sliders = {
        name: ipywidgets.SelectionSlider(
            options=[(str(value), value) for value in allowed],
            description=name.replace("_", " "),
            continuous_update=False,
            style={"description_width": "initial"},
        )
        for name, allowed in values.items()
    }
    display(ipywidgets.interactive(redraw, **sliders))
    return True


def _check_alt(alt: str) -> None:
    if len(alt.strip()) < SHORTEST_ALT:
        raise ValueError(
            f"the text alternative {alt!r} is too short: say in at least {SHORTEST_ALT} "
            "characters what a reader who cannot see the picture should know"
        )


def _solution_folders() -> list[Path]:
    """Return the places where solutions may lie, nearest first."""
    here = Path.cwd()
    folders = []
    for parent in [here, *here.parents][:4]:
        folders += [parent / "solutions", parent / "notebooks" / "solutions"]
    return [*folders, Path(__file__).resolve().parents[1] / "notebooks" / "solutions"]


def _solution(source: str, name: str) -> str | None:
    """Return the text of the function below ``# exercise name``, or None."""
    lines = source.splitlines()
    functions = {
        node.lineno: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
    }
    for number, line in enumerate(lines, start=1):
        if re.fullmatch(rf"#\s*exercise\s+{re.escape(name)}\s*", line):
            node = functions.get(number + 1)
            if node is not None:
                return "\n".join(lines[number : node.end_lineno])
    return None
