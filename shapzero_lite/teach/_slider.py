"""A slider that a screen reader can name and read: the browser's own range input, as a widget."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ipywidgets


def slider(description: str, values: Sequence[Any]) -> ipywidgets.ValueWidget:
    """Return a slider over values; ``.value`` is the one that it stands on, the first at first.

    The sliders of ipywidgets have no accessible name, and say the place of a value in place of it.

    Raises ``ImportError`` without anywidget.
    """
    return _slider_class()(description, values)


@cache
def _slider_class() -> type[ipywidgets.ValueWidget]:
    import anywidget
    import traitlets
    from ipywidgets import ValueWidget

    class Slider(anywidget.AnyWidget, ValueWidget):
        _esm = files("shapzero_lite.teach").joinpath("slider.js").read_text(encoding="utf-8")
        description = traitlets.Unicode().tag(sync=True)
        words = traitlets.List(traitlets.Unicode()).tag(sync=True)
        index = traitlets.Int(0).tag(sync=True)
        value = traitlets.Any()

        def __init__(self, description: str, values: Sequence[Any]) -> None:
            self.values = list(values)
            words = [str(value) for value in self.values]
            super().__init__(description=description, words=words, value=self.values[0])

        @traitlets.observe("index")
        def _moved(self, change: Any) -> None:
            self.value = self.values[change.new]

        @traitlets.observe("value")
        def _set(self, change: Any) -> None:
            self.index = self.values.index(change.new)

    return Slider
