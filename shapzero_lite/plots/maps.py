"""Maps of letters by position: a column for each position, a row for each letter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.letters import Alphabet, as_codes, position_numbers
from shapzero_lite.plots.panels import ROW, axes_of, number_positions, rows, rows_of, with_unit

if TYPE_CHECKING:  # an explanation draws itself through this module
    from shapzero_lite.explaining import Explanation

# Columns of a row of a long map; inches of one of its cells.
_COLUMNS, _CELL = 60, 0.15


def letter_means(explanation: Explanation) -> NDArray[np.float64]:
    """Return the mean Shapley value (n, q) of every letter at every position, NaN if never seen."""
    n, q = explanation.values.shape[1], explanation.spectrum.q
    place = explanation.codes.astype(np.int64) + q * np.arange(n)
    counts = np.bincount(place.ravel(), minlength=n * q)
    sums = np.bincount(place.ravel(), explanation.values.ravel(), n * q)
    seen = np.where(counts > 0, counts, np.nan)
    return (sums / seen).reshape(n, q)


def position_letter_map(
    explanation: Explanation,
    *,
    wild_type: ArrayLike | str | None = None,
    ax: Axes | None = None,
    unit: str = "",
) -> Figure:
    """Heat map of the mean Shapley value of every letter at every position.

    ``wild_type``: a sequence whose letters are marked by a ring. A letter that no sequence has
    there is grey. More than 60 positions go into rows, unless an ``ax`` is given.
    """
    alphabet, means = explanation.spectrum.alphabet, letter_means(explanation)
    numbers = explanation.position_numbers
    label = with_unit("mean value", unit)
    return _map(means, alphabet, numbers, wild_type, "the wild type", ax, label)


def change_map(
    changes: ArrayLike,
    alphabet: Alphabet,
    wild_type: ArrayLike | str,
    *,
    first: int | Sequence[int] = 1,
    ax: Axes | None = None,
    unit: str = "",
) -> Figure:
    """Heat map of what every single change of a wild type (n,) adds, (n, q), NaN where unknown.

    ``first``: the number of its first position, or a list of the numbers of all.
    """
    cells = np.asarray(changes, float)
    numbers = [str(i) for i in position_numbers(first, len(cells))]
    label = with_unit("adds", unit)
    return _map(cells, alphabet, numbers, wild_type, "the letters before", ax, label)


def _map(
    values: NDArray[np.float64],
    alphabet: Alphabet,
    numbers: list[str],
    wild_type: ArrayLike | str | None,
    rings: str,
    ax: Axes | None,
    label: str,
) -> Figure:
    n, q = values.shape
    wild = None if wild_type is None else as_codes(wild_type, alphabet, n)[0]
    if ax is None and n > ROW:
        parts = rows_of(n, _COLUMNS)
        width, height = _CELL * len(parts[0]) + 1.6, _CELL * q + 0.6
        figure, axes = rows(parts, width, height)
    else:
        parts = [range(n)]
        axes = [axes_of(ax, width=max(4.5, 0.24 * n + 2), height=0.28 * q + 1.2)]
        figure = axes[0].figure.figure
    finite = np.abs(values[np.isfinite(values)])
    limit = float(finite.max(initial=0.0)) or 1.0
    dense = len(parts[0]) > ROW
    for part, one in zip(parts, axes, strict=True):
        some = values[part.start : part.stop]
        one.set_facecolor("0.85")  # shows what is not known
        image = one.imshow(some.T, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
        number_positions(one, numbers[part.start : part.stop])
        one.set_yticks(range(q), alphabet.letters, fontsize=8 if dense else None)
        one.set_xlim(-0.5, len(parts[0]) - 0.5)
        own = None if wild is None else wild[part.start : part.stop]
        for i, c in np.argwhere(np.abs(some) > 0.3 * limit):  # the sign is written where it counts
            if own is not None and own[i] == c:
                continue
            ink = "white" if abs(some[i, c]) > 0.6 * limit else "black"
            one.text(i, c, "+" if some[i, c] > 0 else "–", ha="center", va="center", color=ink,
                     fontsize=8 if dense else None)  # fmt: skip
        if own is not None:
            one.scatter(
                range(len(own)), own, s=14 if dense else 30, marker="o",
                facecolors="white", edgecolors="black", linewidths=0.8,
            )  # fmt: skip
        if len(part) < len(parts[0]):  # of the last row: beyond the sequence is not unknown
            one.axvspan(len(part) - 0.5, len(parts[0]) - 0.5, color="white", lw=0)
    axes[-1].set_xlabel("position" + (f" (rings: {rings})" if wild is not None else ""))
    figure.colorbar(image, ax=axes, label=label, aspect=20 * len(parts) ** 0.5,
                    fraction=0.15 if len(parts) == 1 else 0.03)  # fmt: skip
    return figure
