"""What letters and positions do: bars of one sequence, mean sizes of many, a logo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.letters import Alphabet
from shapzero_lite.plots.panels import (
    DOWN,
    ROW,
    UP,
    WIDEST,
    axes_of,
    limits_of,
    number_positions,
    rows,
    rows_of,
    with_unit,
)

_ERRORS: dict[str, Any] = {"fmt": "none", "ecolor": "black", "elinewidth": 0.8}

if TYPE_CHECKING:  # an explanation draws itself through this module
    from shapzero_lite.explaining import Explanation


def attribution(
    explanation: Explanation,
    row: int = 0,
    *,
    ax: Axes | None = None,
    unit: str = "",
    said: str = "model",
    errors: bool = False,
) -> Figure:
    """Bars of one sequence's Shapley values (n,), its letters under the axis.

    ``row``: which of the N sequences, counted from 0; ``unit`` is put on the value axis. More than
    36 positions go into rows, unless an ``ax`` is given. The title has the mean, the sum, which is
    what the sketch says, and the value of the model where that was asked; ``said``: what that value
    is called. ``errors``: draw a line of one standard error to either side, where they are known.
    """
    letters = explanation.spectrum.alphabet.letters
    values, n = explanation.values[row], explanation.values.shape[1]
    words = zip(explanation.codes[row], explanation.position_numbers, strict=True)
    names = [f"{letters[c]}\n{number}" for c, number in words]
    total = explanation.base_value + values.sum()
    title = f"average {explanation.base_value:z.2f}, sum {total:z.2f}"
    if explanation.model_values is not None and np.isfinite(explanation.model_values[row]):
        title += f", {said} {explanation.model_values[row]:z.2f}"
    label = with_unit("Shapley value", unit)
    known = None
    if errors and explanation.standard_error is not None:
        known = explanation.standard_error[row]
    if ax is not None or n <= ROW:
        ax = axes_of(ax, width=max(4.5, 0.27 * n + 1.5), height=2.8)
        _signed_bars(ax, values)
        if known is not None:
            ax.errorbar(range(n), values, known, **_ERRORS)
        number_positions(ax, names, most=60)
        ax.set_ylabel(label)
        ax.set_title(title)
        return ax.figure.figure
    parts = rows_of(n)
    figure, axes = rows(parts, WIDEST, 1.7)
    for part, one in zip(parts, axes, strict=True):
        _signed_bars(one, values[part])
        if known is not None:
            one.errorbar(range(len(part)), values[part], known[part], **_ERRORS)
        number_positions(one, names[part.start : part.stop])
        one.set(xlim=(-0.7, len(parts[0]) - 0.3), ylim=limits_of(values))
    figure.supylabel(label, fontsize=10)
    axes[0].set_title(title)
    return figure


def mean_attribution(explanation: Explanation, *, ax: Axes | None = None, unit: str = "") -> Figure:
    """Bars of the mean |Shapley value| of every position over the N sequences."""
    means = explanation.mean_absolute()
    n = len(means)
    ax = axes_of(ax, width=min(max(4.5, 0.24 * n + 1.5), WIDEST), height=2.6)
    ax.bar(range(n), means, color=UP)
    number_positions(ax, explanation.position_numbers)
    ax.set_xlabel("position")
    ax.set_ylabel(with_unit("mean |Shapley value|", unit))
    return ax.figure.figure


def logo(
    matrix: ArrayLike, alphabet: Alphabet, *, ax: Axes | None = None, label: str = "value"
) -> Figure:
    """Letters as high as a matrix (n, q) of values, negative ones below the axis (logomaker).

    More than 36 positions go into rows, unless an ``ax`` is given.
    """
    import logomaker
    import pandas as pd

    values = np.nan_to_num(np.asarray(matrix, float))
    table = pd.DataFrame(values, columns=list(alphabet.letters))
    n = len(table)
    scheme = "classic" if set("ACGTU").issuperset(alphabet.letters) else "chemistry"
    how = {"color_scheme": scheme, "shade_below": 0.3}
    if ax is not None or n <= ROW:
        ax = axes_of(ax, width=max(4.5, 0.27 * n + 1.5), height=2.4)
        logomaker.Logo(table, ax=ax, **how)
        number_positions(ax, [str(i + 1) for i in range(n)], most=60)
        ax.set_ylabel(label)
        return ax.figure.figure
    parts = rows_of(n)
    figure, axes = rows(parts, WIDEST, 1.6)
    stacks = np.stack([np.minimum(values, 0).sum(axis=1), np.maximum(values, 0).sum(axis=1)])
    for part, one in zip(parts, axes, strict=True):
        some = table.iloc[part.start : part.stop].reset_index(drop=True)
        logomaker.Logo(some, ax=one, **how)
        number_positions(one, [str(i + 1) for i in part])
        one.set(xlim=(-0.7, len(parts[0]) - 0.3), ylim=limits_of(stacks))
    figure.supylabel(label, fontsize=10)
    return figure


def _signed_bars(ax: Axes, values: NDArray[np.float64]) -> None:
    for sign, colour, hatch in ((1, UP, ""), (-1, DOWN, "///")):
        chosen = np.where(np.sign(values) == sign, values, 0.0)
        ax.bar(range(len(values)), chosen, color=colour, hatch=hatch, edgecolor="white", lw=0.3)
    ax.axhline(0, color="black", lw=0.8)
