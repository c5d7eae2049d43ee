"""The figures of the first run: guides along EGFP, by place, by position and by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import numpy as np

mpl.use("Agg")  # files only: works without a screen

from matplotlib import pyplot as plt

import shapzero_lite as sz

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

CONTEXT = 3  # a window is 3 nt of context, then the 23 nt that the guide pairs with
WINDOW = 26
BEST = 10  # guides listed and marked


class Picture(NamedTuple):
    """A figure, its file, and what it shows in words."""

    file: str
    title: str
    alt: str
    figure: Figure


def best_guides(table: pd.DataFrame) -> pd.DataFrame:
    """Return the windows with the highest predicted knock-down, best first."""
    return table.nlargest(BEST, "model_value")


def draw(table: pd.DataFrame, explanation: sz.Explanation) -> list[Picture]:
    """Draw where the good guides are, why the best is, what matters where, what letters do.

    `table` has a row per window, `explanation` is that of the same N windows.
    """
    sz.plots.use_style()
    return [
        draw_gene(table),
        draw_window(table, explanation),
        draw_positions(explanation),
        draw_letters(explanation),
    ]


def draw_gene(table: pd.DataFrame) -> Picture:
    """Draw the model's value of every window along the gene, with the best marked."""
    best = best_guides(table)
    fig, ax = plt.subplots(figsize=(9, 3), layout="constrained")
    ax.plot(table["target_from"], table["model_value"], color="0.6", linewidth=0.8)
    ax.plot(best["target_from"], best["model_value"], "v", color="C0", label=f"best {BEST} windows")
    base = table["base_value"].iloc[0]
    ax.axhline(base, color="C1", linestyle="--", label="mean of random sequences")
    ax.set(xlabel="first target nucleotide in EGFP", ylabel="predicted knock-down", xlim=(0, 721))
    fig.legend(frameon=False, ncols=2, loc="outside upper right")
    places = ", ".join(str(place) for place in sorted(best["target_from"]))
    alt = (
        f"Line of predicted knock-down for {len(table)} windows along the 720 nucleotides of EGFP, "
        f"from {table['model_value'].min():.2f} to {table['model_value'].max():.2f}. "
        f"Triangles mark the best {BEST}, whose targets start at {places}."
    )
    return Picture("egfp_gene.png", "Where the good guides are", alt, fig)


def draw_window(table: pd.DataFrame, explanation: sz.Explanation) -> Picture:
    """Draw the Shapley value of each letter of the best window."""
    at = int(table["model_value"].argmax())
    row, values = table.iloc[at], explanation.values[at]
    fig = sz.plots.attribution(explanation, at)
    top = ", ".join(
        f"{row['window'][i]} at {i + 1} ({values[i]:+.2f})" for i in np.argsort(-values)[:3]
    )
    alt = (
        f"Bars of the Shapley value of each letter in the best window, {row['window']}, whose "
        f"target starts at nucleotide {row['target_from']}. The largest: {top}. From the mean of "
        f"{row['base_value']:.2f} the values lead to {row['base_value'] + values.sum():.2f}, "
        f"and the model says {row['model_value']:.2f}."
    )
    return Picture("egfp_best.png", "Why the best window is good", alt, fig)


def draw_positions(explanation: sz.Explanation) -> Picture:
    """Draw the mean absolute Shapley value of each position."""
    importance = explanation.mean_absolute()  # (26,)
    fig = sz.plots.mean_attribution(explanation)
    (ax,) = fig.axes
    ax.axvspan(-0.6, CONTEXT - 0.5, color="0.9", zorder=0)
    ax.text(CONTEXT / 2 - 0.5, ax.get_ylim()[1], "context", ha="center", va="top", fontsize=8)
    top = ", ".join(str(i + 1) for i in np.argsort(-importance)[:3])
    alt = (
        f"Bars of mean absolute Shapley value at the 26 positions of a window. Positions {top} are "
        f"highest; the largest is {importance.max():.3f} and the smallest {importance.min():.3f}."
    )
    return Picture("egfp_positions.png", "Which positions matter", alt, fig)


def draw_letters(explanation: sz.Explanation) -> Picture:
    """Draw the mean Shapley value of each letter at each position."""
    fig = sz.plots.position_letter_map(explanation)
    mean = sz.plots.letter_means(explanation)  # (26, 4)
    high, low = (
        np.unravel_index(at, mean.shape) for at in (np.nanargmax(mean), np.nanargmin(mean))
    )
    alt = (
        "Map of four letters by 26 positions, coloured by mean Shapley value, with plus and minus "
        f"signs where it is large. {'ACGT'[high[1]]} at position {high[0] + 1} raises the "
        f"prediction most ({mean[high]:+.3f}), {'ACGT'[low[1]]} at position {low[0] + 1} lowers it "
        f"most ({mean[low]:+.3f})."
    )
    return Picture("egfp_letters.png", "What each letter does", alt, fig)
