"""Pairs that act together: as arcs, as a matrix, and pairs of letters as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Arc
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.plots.panels import (
    DOWN,
    ROW,
    UP,
    WIDEST,
    axes_of,
    number_positions,
    room_for,
    with_unit,
)

if TYPE_CHECKING:  # an explanation draws itself through this module
    from shapzero_lite.explaining import Explanation


def interaction_arcs(
    explanation: Explanation,
    row: int | None = None,
    *,
    count: int = 15,
    ax: Axes | None = None,
    scale: bool = False,
) -> Figure:
    """Arcs over the strongest pairs: of one sequence, or by mean |value| over all (``row=None``).

    Solid blue where the (mean) value is above zero, dashed orange below; the width grows with the
    size, of the mean |value|. Of more than 36 positions only those at the end of an arc are named,
    and round numbers. ``scale``: say which size two of the widths are.
    """
    size, subsets = pair_sizes(explanation, row)
    pairs = [(subsets[p], size[p]) for p in np.argsort(-np.abs(size), kind="stable")[:count]]
    n = explanation.values.shape[1]
    ax = axes_of(ax, width=min(max(4.5, 0.26 * n + 1), WIDEST), height=2.6)
    largest = max((abs(v) for _, v in pairs), default=1.0) or 1.0
    for (i, j), v in pairs:
        style = {"color": UP, "ls": "-"} if v > 0 else {"color": DOWN, "ls": "--"}
        arc = Arc(((i + j) / 2, 0), j - i, (j - i) * 0.8, theta1=0, theta2=180)
        arc.set(lw=_line(v, largest), **style)
        ax.add_patch(arc)
    widest = max((j - i for (i, j), _ in pairs), default=2)
    ax.set(xlim=(-0.7, n - 0.3), ylim=(0, 0.42 * widest + 0.3), yticks=[])
    letters = explanation.spectrum.alphabet.letters
    codes = None if row is None else explanation.codes[row]
    numbers = explanation.position_numbers
    names = [
        number if codes is None else f"{letters[codes[i]]}\n{number}"
        for i, number in enumerate(numbers)
    ]
    if n <= room_for(names):
        ax.set_xticks(range(n), names)
    else:
        ends = sorted({i for T, _ in pairs for i in T})
        _name_some(ax, n, names, ends)
    ax.spines["left"].set_visible(False)
    whose = "by mean |value|" if row is None else f"sequence {row + 1}"
    ax.set_title(f"strongest {len(pairs)} pairs, {whose} (solid +, dashed –)")
    if scale and pairs:
        known = [Line2D([], [], color="0.3", lw=_line(v, largest)) for v in (largest, largest / 3)]
        said = [f"{largest:.2g}", f"{largest / 3:.2g}"]
        ax.legend(known, said, title="size", loc="upper left", bbox_to_anchor=(1, 1))
    return ax.figure.figure


def pair_matrix(
    explanation: Explanation, row: int | None = None, *, ax: Axes | None = None, unit: str = ""
) -> Figure:
    """Matrix of the values of all pairs of positions: of one sequence, or mean |value| over all.

    Over all (``row=None``) a cell has the sign of the mean value. The sketch has no pair where a
    cell is grey.
    """
    size, subsets = pair_sizes(explanation, row)
    n = explanation.values.shape[1]
    cells = np.full((n, n), np.nan)
    for (i, j), v in zip(subsets, size, strict=True):
        cells[i, j] = cells[j, i] = v
    side = min(max(3.4, 0.2 * n + 1), 7.5)
    ax = axes_of(ax, width=side + 1, height=side)
    limit = float(np.abs(size).max(initial=0.0)) or 1.0
    ax.set_facecolor("0.85")
    image = ax.imshow(cells, cmap="PuOr", vmin=-limit, vmax=limit)
    number_positions(ax, explanation.position_numbers, most=ROW if n <= ROW else 18)
    ax.set_yticks(ax.get_xticks(), [text.get_text() for text in ax.get_xticklabels()])
    ax.set(xlabel="position", ylabel="position")
    whose = "mean |value|, sign of the mean" if row is None else "value"
    ax.figure.colorbar(image, ax=ax, label=with_unit(whose, unit), fraction=0.05)
    for i, j in np.argwhere(np.abs(cells) > 0.3 * limit) if n <= ROW else ():
        ink = "white" if abs(cells[i, j]) > 0.6 * limit else "black"
        text = "+" if cells[i, j] > 0 else "–"
        ax.text(j, i, text, ha="center", va="center", color=ink, fontsize=8)
    return ax.figure.figure


def pair_bars(
    names: Sequence[str],
    means: ArrayLike,
    spreads: ArrayLike | None = None,
    *,
    ax: Axes | None = None,
    unit: str = "",
) -> Figure:
    """Bars of the mean values of K named pairs of letters, the first on top, hatched below zero.

    ``means``: (K,) in the model's units; ``spreads``: (K,) how much each differs between sequences
    (standard deviation), drawn to either side; ``unit`` is put on the axis. Raises ``ValueError``
    where the lengths differ.
    """
    values = np.asarray(means, dtype=float)
    known = None if spreads is None else np.asarray(spreads, dtype=float)
    if values.shape != (len(names),) or (known is not None and known.shape != values.shape):
        given = values.shape if known is None else (values.shape, known.shape)
        raise ValueError(f"{len(names)} names need as many means and spreads, not {given}")
    ax = axes_of(ax, width=5.2, height=0.8 + 0.26 * max(len(names), 1))
    bars = ax.barh(range(len(names)), values, color=np.where(values < 0, DOWN, UP))
    for bar, value in zip(bars, values, strict=True):
        bar.set_hatch("///" if value < 0 else "")
        bar.set_edgecolor("white")
    if known is not None:
        ax.errorbar(values, range(len(names)), xerr=known, fmt="none", ecolor="black", lw=0.8)
    ax.axvline(0, color="black", lw=0.8)
    ax.set_yticks(range(len(names)), names)
    said = "mean value of the pair" + (", ± spread" if known is not None else "")
    ax.set(ylim=(len(names) - 0.4, -0.6), xlabel=with_unit(said, unit))
    return ax.figure.figure


def pair_sizes(
    explanation: Explanation, row: int | None
) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """Return the values of the pairs of a sequence, or mean |value| with the sign of the mean."""
    found = explanation.interactions
    values = found.values if row is None else found.values[[row]]
    size = np.copysign(np.abs(values).mean(axis=0), values.mean(axis=0))
    two = [c for c, T in enumerate(found.subsets) if len(T) == 2]
    return size[two], [(found.subsets[c][0], found.subsets[c][1]) for c in two]


def _line(v: float, largest: float) -> float:
    return 0.4 + 3.2 * abs(v) / largest


def _name_some(ax: Axes, n: int, names: list[str], ends: list[int]) -> None:
    """Name the ends of arcs, and round numbers that have room beside them."""
    step = 10 if n <= 120 else 20
    room = n / 30  # a label takes about a thirtieth of the widest row
    chosen: list[int] = []
    for i in [*ends, *range(step - 1, n, step)]:
        if all(abs(i - other) >= room for other in chosen):
            chosen.append(i)
    ax.set_xticks(sorted(chosen), [names[i] for i in sorted(chosen)])
