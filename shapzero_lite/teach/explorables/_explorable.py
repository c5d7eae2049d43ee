"""One explorable: its module as text, its widget, and what stands for it on a page or on paper."""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

import numpy as np

from shapzero_lite.teach._show import check_alt, display_figure

HERE = "shapzero_lite.teach.explorables"
MODULES = ("bend", "bill", "clock", "cube", "peeling", "theatre")
DIGITS = 9  # of numbers in a state: two machines write the same text


def explorable(
    module: str,
    alt: str,
    state: dict[str, Any],
    draw: Callable[[], Any],
    colours: int | None = None,
) -> Any:
    """Show an explorable, and return what holds its state as attributes.

    Live in a notebook that is an anywidget, whose attributes follow the learner's moves. With
    ``SHAPZERO_STATIC=1``, without anywidget, or outside a notebook, it is the state at the
    beginning, and the figure that ``draw()`` returns is shown, in as many ``colours`` if given.
    """
    check_alt(alt)
    state = {name: _plain(value) for name, value in state.items()} | {"alt": alt, "shown": {}}
    live = None if os.environ.get("SHAPZERO_STATIC") == "1" else _widget(module, state)
    if live is not None:
        return live
    display_figure(draw(), alt, colours, explorable={"module": module, "state": state})
    return SimpleNamespace(**state)


def source(module: str) -> str:
    """Return an ES module in one piece: what it imports from ``parts.js`` stands before it."""
    parts = re.sub(r"^export ", "", _text("parts.js"), flags=re.MULTILINE)
    own = re.sub(r"^import [^;]*;\n", "", _text(f"{module}.js"), flags=re.MULTILINE)
    return f"{parts}\n{own}"


def page_script() -> str:
    """Return the script of all explorables of a page; a page from a folder loads no ES modules."""
    made = [
        f"{name}: (() => {{\n{source(name).replace('export default', 'return')}\n}})(),"
        for name in MODULES
    ]
    return "\n".join(["(() => {", "const explorables = {", *made, "};", _text("mount.js"), "})();"])


def page_html(made: dict[str, Any]) -> str:
    """Return the place of an explorable, hidden, to stand right behind its static twin."""
    state = html.escape(json.dumps(made["state"]))
    return (
        f'<div class="shapzero-explorable" data-module="{html.escape(made["module"])}" '
        f'data-state="{state}" hidden></div>'
    )


def _text(name: str) -> str:
    return files(HERE).joinpath(name).read_text(encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return arrays as lists and floats rounded, so that they are the same in JSON everywhere."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value


def _widget(module: str, state: dict[str, Any]) -> Any:
    """Display the live form and return it; None where there is no notebook or no anywidget."""
    from IPython import get_ipython

    if getattr(get_ipython(), "kernel", None) is None:
        return None
    try:
        made = _widget_class(module, tuple(state))(**state)
    except ImportError:
        return None
    from IPython.display import display

    display(made)
    return made


@cache
def _widget_class(module: str, names: tuple[str, ...]) -> type:
    import anywidget
    import traitlets

    traits = {name: traitlets.Any().tag(sync=True) for name in names}
    return type(module.capitalize(), (anywidget.AnyWidget,), {"_esm": source(module), **traits})
