"""The look of all pictures, and how many positions go into a row of one."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

STYLE = Path(__file__).parents[1] / "suite.mplstyle"
UP, DOWN, NEUTRAL = "#0173B2", "#D55E00", "#949494"
# Letters of a row that a page of 1,024 pixels shows at 8 points or more; inches of the widest row.
ROW, WIDEST = 36, 10.6


def axes_of(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the axes given, or those of a new figure of so many inches."""
    if ax is not None:
        return ax
    with plt.style.context(STYLE):
        return plt.subplots(figsize=(width, height), layout="constrained")[1]


def rows_of(n: int, most: int = ROW) -> list[range]:
    """Return n positions in rows of nearly one length, at most ``most`` each.

    >>> rows_of(40), rows_of(5)
    ([range(0, 20), range(20, 40)], [range(0, 5)])
    """
    count = -(-n // most)
    each = -(-n // count)
    return [range(start, min(start + each, n)) for start in range(0, n, each)]


def rows(parts: list[range], width: float, height: float) -> tuple[Figure, list[Axes]]:
    """Return a figure with axes for each row of positions, all of one scale."""
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(
            len(parts), 1, figsize=(width, height * len(parts)), layout="constrained",
            sharey=True, squeeze=False,
        )  # fmt: skip
    return figure, list(axes[:, 0])


def number_positions(ax: Axes, names: list[str], most: int = ROW) -> None:
    """Write the names of positions under an axis, or every fifth, tenth, … where they are many."""
    n, most = len(names), room_for(names, most)
    step = next(s for s in (1, 5, 10, 20, 50, 100, n) if n / s <= most)
    if step == 1:
        ax.set_xticks(range(n), names)
        return
    numbers = [re.search(r"-?\d+$", name) for name in names]
    at = [i for i, found in enumerate(numbers) if (int(found[0]) if found else i + 1) % step == 0]
    ax.set_xticks(at, [names[i] for i in at])


def room_for(names: list[str], most: int = ROW) -> int:
    """Return how many of these names fit where ``most`` of two characters do."""
    wide = max((len(name) for name in names if "\n" not in name), default=0)
    return most if wide < 3 else int(0.6 * most)


def limits_of(values: np.ndarray) -> tuple[float, float]:
    """Return ends of an axis that hold all values and 0, with a little room."""
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    room = 0.06 * (high - low) or 0.1
    return low - room, high + room


def with_unit(text: str, unit: str) -> str:
    """Return the label of an axis."""
    return f"{text} ({unit})" if unit else text
