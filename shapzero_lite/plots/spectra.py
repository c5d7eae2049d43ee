"""A spectrum by order and by position, and an estimate against the truth."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from shapzero_lite.plots.panels import NEUTRAL, STYLE, UP, axes_of
from shapzero_lite.spectra import Function

_ORDERS = 12  # bars of one spectrum, at most


def variance_by_order(
    spectra: Function | Mapping[str, Function],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Bars of the share of variance at every order, for one spectrum or several by name.

    A curve has as many orders as positions: from the twelfth on they are one bar.
    """
    named = {"": spectra} if isinstance(spectra, Function) else dict(spectra)
    ax = axes_of(ax, width=4.8, height=2.8)
    top = min(max(s.order for s in named.values()), _ORDERS)
    width = 0.8 / len(named)
    hatches = ("", "//", "..", "xx")
    for number, (name, spectrum) in enumerate(named.items()):
        found = spectrum.variance_by_order()
        shares = [*found[: _ORDERS - 1], sum(found[_ORDERS - 1 :])][: len(found)]
        at = np.arange(1, len(shares) + 1) + (number - (len(named) - 1) / 2) * width
        ax.bar(at, shares, width, label=name, hatch=hatches[number % 4], edgecolor="white")
    ticks = [str(order) for order in range(1, top + 1)]
    if any(s.order > _ORDERS for s in named.values()):
        ticks[-1] += "+"
    ax.set_xticks(range(1, top + 1), ticks)
    ax.set(xlabel="order (number of positions that act together)", ylabel="share of variance")
    if len(named) > 1:
        ax.legend(frameon=False)
    return ax.figure.figure


def sobol_indices(spectrum: Function, *, ax: Axes | None = None) -> Figure:
    """Bars of the total Sobol index of every position; hatched: the part that it has alone."""
    total, first = spectrum.sobol_total(), spectrum.sobol_first()
    ax = axes_of(ax, width=max(4.5, 0.24 * len(total) + 1.5), height=2.6)
    at = np.arange(1, len(total) + 1)
    ax.bar(at, total, color=UP, label="with others too (total)")
    ax.bar(at, first, color=UP, hatch="///", edgecolor="white", lw=0.3, label="alone (first)")
    ax.set(xlabel="position", ylabel="share of variance")
    ax.legend(frameon=False)
    return ax.figure.figure


def overview(spectrum: Function) -> Figure:
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
    ax = axes_of(ax, width=3.6, height=3.4)
    ax.plot(x, y, ".", ms=4, alpha=0.5, rasterized=True)
    span = [min(x.min(), y.min()), max(x.max(), y.max())]
    ax.plot(span, span, "--", color=NEUTRAL, lw=1)
    constant = np.ptp(x) == 0 or np.ptp(y) == 0  # r is then not defined
    title = "r is not defined" if constant else f"r = {np.corrcoef(x, y)[0, 1]:.3f}"
    ax.set(xlabel=labels[0], ylabel=labels[1], title=title)
    return ax.figure.figure
