"""Pictures of spectra and explanations; every function returns a matplotlib Figure.

Sign is shown twice, by colour and by hatch or line style, so that no reading needs colour.
Needs the extra ``plots`` (matplotlib, seaborn, logomaker).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Arc
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.letters import Alphabet
from shapzero_lite.spectra import Decomposition, Spectrum

if TYPE_CHECKING:  # an explanation draws itself through this module
    from shapzero_lite.explaining import Explanation

STYLE = Path(__file__).with_name("suite.mplstyle")
UP, DOWN, NEUTRAL = "#0173B2", "#D55E00", "#949494"


def use_style() -> None:
    """Make the suite's look the default of this Python process."""
    plt.style.use(STYLE)


def attribution(
    explanation: Explanation, row: int = 0, *, ax: Axes | None = None, unit: str = ""
) -> Figure:
    """Bars of one sequence's Shapley values (n,), its letters under the axis.

    ``row``: which of the N sequences, counted from 0; ``unit`` is put on the value axis.
    """
    letters = explanation.spectrum.alphabet.letters
    values = explanation.values[row]
    ax = _axes(ax, width=max(4.5, 0.27 * len(values) + 1.5), height=2.8)
    _signed_bars(ax, values)
    ticks = [f"{letters[c]}\n{i + 1}" for i, c in enumerate(explanation.codes[row])]
    ax.set_xticks(range(len(values)), ticks)
    ax.set_ylabel(_with_unit("Shapley value", unit))
    total = explanation.base_value + values.sum()
    ax.set_title(f"average {explanation.base_value:z.2f}, this sequence {total:z.2f}")
    return ax.figure.figure


def mean_attribution(explanation: Explanation, *, ax: Axes | None = None, unit: str = "") -> Figure:
    """Bars of the mean |Shapley value| of every position over the N sequences."""
    means = explanation.mean_absolute()
    ax = _axes(ax, width=max(4.5, 0.24 * len(means) + 1.5), height=2.6)
    ax.bar(range(len(means)), means, color=UP)
    ax.set_xticks(range(len(means)), _numbers(len(means)))
    ax.set_xlabel("position")
    ax.set_ylabel(_with_unit("mean |Shapley value|", unit))
    return ax.figure.figure


def letter_means(explanation: Explanation) -> NDArray[np.float64]:
    """Return the mean Shapley value (n, q) of every letter at every position, NaN if never seen."""
    n, q = explanation.values.shape[1], explanation.spectrum.q
    place = explanation.codes.astype(np.int64) + q * np.arange(n)
    counts = np.bincount(place.ravel(), minlength=n * q)
    sums = np.bincount(place.ravel(), explanation.values.ravel(), n * q)
    seen = np.where(counts > 0, counts, np.nan)
    return (sums / seen).reshape(n, q)


def position_letter_map(
    explanation: Explanation, *, ax: Axes | None = None, unit: str = ""
) -> Figure:
    """Heat map of the mean Shapley value of every letter at every position."""
    means = letter_means(explanation)
    letters = explanation.spectrum.alphabet.letters
    n, q = means.shape
    ax = _axes(ax, width=max(4.5, 0.24 * n + 2), height=0.28 * q + 1.2)
    limit = np.nanmax(np.abs(means)) or 1.0
    ax.set_facecolor("0.85")  # shows where no sequence has the letter
    image = ax.imshow(means.T, cmap="PuOr", vmin=-limit, vmax=limit, aspect="auto")
    ax.set_xticks(range(n), _numbers(n))
    ax.set_yticks(range(q), letters)
    ax.set_xlabel("position")
    ax.figure.colorbar(image, ax=ax, label=_with_unit("mean value", unit))
    for i, c in np.argwhere(np.abs(means) > 0.3 * limit):  # the sign is written where it counts
        ink = "white" if abs(means[i, c]) > 0.6 * limit else "black"
        ax.text(i, c, "+" if means[i, c] > 0 else "–", ha="center", va="center", color=ink)
    return ax.figure.figure


def logo(
    matrix: ArrayLike, alphabet: Alphabet, *, ax: Axes | None = None, label: str = "value"
) -> Figure:
    """Letters as high as a matrix (n, q) of values, negative ones below the axis (logomaker)."""
    import logomaker
    import pandas as pd

    table = pd.DataFrame(np.nan_to_num(np.asarray(matrix, float)), columns=list(alphabet.letters))
    ax = _axes(ax, width=max(4.5, 0.27 * len(table) + 1.5), height=2.4)
    scheme = "classic" if set("ACGTU").issuperset(alphabet.letters) else "chemistry"
    logomaker.Logo(table, ax=ax, color_scheme=scheme, shade_below=0.3)
    ax.set_xticks(range(len(table)), _numbers(len(table)))
    ax.set_ylabel(label)
    return ax.figure.figure


def interaction_arcs(
    explanation: Explanation,
    row: int | None = None,
    *,
    count: int = 15,
    ax: Axes | None = None,
) -> Figure:
    """Arcs over the strongest pairs: of one sequence, or by mean |value| over all (``row=None``).

    Solid blue where the (mean) value is above zero, dashed orange below; the width grows with the
    size, of the mean |value|.
    """
    found = explanation.interactions
    values = found.values if row is None else found.values[[row]]
    size = np.copysign(np.abs(values).mean(axis=0), values.mean(axis=0))
    pairs = [(T, v) for T, v in zip(found.subsets, size, strict=True) if len(T) == 2]
    pairs = sorted(pairs, key=lambda t: -abs(t[1]))[:count]
    n = explanation.values.shape[1]
    ax = _axes(ax, width=max(4.5, 0.26 * n + 1), height=2.6)
    largest = max((abs(v) for _, v in pairs), default=1.0) or 1.0
    for (i, j), v in pairs:
        style = {"color": UP, "ls": "-"} if v > 0 else {"color": DOWN, "ls": "--"}
        arc = Arc(((i + j) / 2, 0), j - i, (j - i) * 0.8, theta1=0, theta2=180)
        arc.set(lw=0.4 + 3.2 * abs(v) / largest, **style)
        ax.add_patch(arc)
    widest = max((j - i for (i, j), _ in pairs), default=2)
    ax.set(xlim=(-0.7, n - 0.3), ylim=(0, 0.42 * widest + 0.3), yticks=[])
    letters = explanation.spectrum.alphabet.letters
    codes = None if row is None else explanation.codes[row]
    names = [f"{letters[codes[i]]}\n" if codes is not None else "" for i in range(n)]
    ax.set_xticks(range(n), [f"{name}{i + 1}" for i, name in enumerate(names)])
    ax.spines["left"].set_visible(False)
    whose = "by mean |value|" if row is None else f"sequence {row + 1}"
    ax.set_title(f"strongest {len(pairs)} pairs, {whose} (solid +, dashed –)")
    return ax.figure.figure


def variance_by_order(
    spectra: Spectrum | Decomposition | Mapping[str, Spectrum | Decomposition],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Bars of the share of variance at every order, for one spectrum or several by name."""
    named = {"": spectra} if isinstance(spectra, Spectrum | Decomposition) else dict(spectra)
    ax = _axes(ax, width=4.8, height=2.8)
    top = max(s.order for s in named.values())
    width = 0.8 / len(named)
    hatches = ("", "//", "..", "xx")
    for number, (name, spectrum) in enumerate(named.items()):
        shares = spectrum.variance_by_order()
        at = np.arange(1, len(shares) + 1) + (number - (len(named) - 1) / 2) * width
        ax.bar(at, shares, width, label=name, hatch=hatches[number % 4], edgecolor="white")
    ax.set_xticks(range(1, top + 1))
    ax.set(xlabel="order (number of positions that act together)", ylabel="share of variance")
    if len(named) > 1:
        ax.legend(frameon=False)
    return ax.figure.figure


def sobol_indices(spectrum: Spectrum | Decomposition, *, ax: Axes | None = None) -> Figure:
    """Bars of the total Sobol index of every position; hatched: the part that it has alone."""
    total, first = spectrum.sobol_total(), spectrum.sobol_first()
    ax = _axes(ax, width=max(4.5, 0.24 * len(total) + 1.5), height=2.6)
    at = np.arange(1, len(total) + 1)
    ax.bar(at, total, color=UP, label="with others too (total)")
    ax.bar(at, first, color=UP, hatch="///", edgecolor="white", lw=0.3, label="alone (first)")
    ax.set(xlabel="position", ylabel="share of variance")
    ax.legend(frameon=False)
    return ax.figure.figure


def overview(spectrum: Spectrum | Decomposition) -> Figure:
    """Draw variance by order beside the Sobol indices of the positions."""
    wide = max(3.5, 0.16 * spectrum.n + 1)
    with plt.style.context(STYLE):
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(3.2 + wide, 2.8), width_ratios=(3.2, wide), layout="constrained"
        )
    variance_by_order(spectrum, ax=left)
    sobol_indices(spectrum, ax=right)
    return figure


def agreement(
    truth: ArrayLike,
    estimate: ArrayLike,
    *,
    labels: tuple[str, str] = ("truth", "estimate"),
    ax: Axes | None = None,
) -> Figure:
    """Scatter of an estimate against the truth with the diagonal and Pearson's r."""
    x, y = np.ravel(truth), np.ravel(estimate)
    ax = _axes(ax, width=3.6, height=3.4)
    ax.plot(x, y, ".", ms=4, alpha=0.5, rasterized=True)
    span = [min(x.min(), y.min()), max(x.max(), y.max())]
    ax.plot(span, span, "--", color=NEUTRAL, lw=1)
    constant = np.ptp(x) == 0 or np.ptp(y) == 0  # r is then not defined
    title = "r is not defined" if constant else f"r = {np.corrcoef(x, y)[0, 1]:.3f}"
    ax.set(xlabel=labels[0], ylabel=labels[1], title=title)
    return ax.figure.figure


def _signed_bars(ax: Axes, values: NDArray[np.float64]) -> None:
    for sign, colour, hatch in ((1, UP, ""), (-1, DOWN, "///")):
        chosen = np.where(np.sign(values) == sign, values, 0.0)
        ax.bar(range(len(values)), chosen, color=colour, hatch=hatch, edgecolor="white", lw=0.3)
    ax.axhline(0, color="black", lw=0.8)


def _axes(ax: Axes | None, width: float, height: float) -> Axes:
    if ax is not None:
        return ax
    with plt.style.context(STYLE):
        return plt.subplots(figsize=(width, height), layout="constrained")[1]


def _numbers(n: int) -> list[str]:
    return [str(i + 1) for i in range(n)]


def _with_unit(text: str, unit: str) -> str:
    return f"{text} ({unit})" if unit else text
