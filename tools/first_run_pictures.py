"""The figures of the first run: guides along EGFP, by place, by position and by letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import matplotlib as mpl
import numpy as np

mpl.use("Agg")  # files only: works without a screen

import seaborn as sns
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
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


def draw(table: pd.DataFrame, values: np.ndarray) -> list[Picture]:
    """Draw where the good guides are, why the best is, what matters where, what letters do.

    `table` has a row per window, `values` (N, 26) are its Shapley values.
    """
    sns.set_theme(style="ticks", palette="colorblind", font_scale=0.9)
    letters = np.array([list(window) for window in table["window"]])  # (N, 26)
    best = int(table["model_value"].argmax())
    return [
        draw_gene(table),
        draw_window(letters[best], values[best], table.iloc[best]),
        draw_positions(values),
        draw_letters(letters, values),
    ]


def window_axes(height: float) -> tuple[Figure, Axes]:
    """Return axes whose horizontal axis is the 26 positions of a window."""
    fig, ax = plt.subplots(figsize=(9, height), layout="constrained")
    ax.set_xticks(range(1, WINDOW + 1))
    ax.set(xlabel="position in the window (5′ to 3′)", xlim=(0.4, WINDOW + 0.6))
    return fig, ax


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


def draw_window(letters: np.ndarray, values: np.ndarray, row: pd.Series) -> Picture:
    """Draw the Shapley value of each letter of one window, all (26,)."""
    fig, ax = window_axes(3)
    place = np.arange(1, WINDOW + 1)
    for chosen, colour, hatch, label in [
        (values >= 0, "C0", "", "raises the prediction"),
        (values < 0, "C1", "//", "lowers it"),
    ]:
        ax.bar(place[chosen], values[chosen], color=colour, hatch=hatch, label=label)
    ax.axhline(0, color="0.3", linewidth=0.8)
    ax.set_xticks(place, [f"{letter}\n{i}" for letter, i in zip(letters, place, strict=True)])
    ax.set(ylabel="Shapley value")
    fig.legend(frameon=False, ncols=2, loc="outside upper right")
    top = ", ".join(f"{letters[i]} at {i + 1} ({values[i]:+.2f})" for i in np.argsort(-values)[:3])
    alt = (
        f"Bars of the Shapley value of each letter in the best window, {row['window']}, whose "
        f"target starts at nucleotide {row['target_from']}. The largest: {top}. From the mean of "
        f"{row['base_value']:.2f} the values lead to {row['base_value'] + values.sum():.2f}, "
        f"and the model says {row['model_value']:.2f}."
    )
    return Picture("egfp_best.png", "Why the best window is good", alt, fig)


def draw_positions(values: np.ndarray) -> Picture:
    """Draw the mean absolute Shapley value of each position, from values (N, 26)."""
    importance = np.abs(values).mean(axis=0)  # (26,)
    fig, ax = window_axes(3)
    place = np.arange(1, WINDOW + 1)
    context = place <= CONTEXT
    ax.bar(place[context], importance[context], color="C1", hatch="//", label="context")
    ax.bar(place[~context], importance[~context], color="C0", label="target")
    ax.set(ylabel="mean |Shapley value|")
    fig.legend(frameon=False, ncols=2, loc="outside upper right")
    top = ", ".join(str(i + 1) for i in np.argsort(-importance)[:3])
    alt = (
        f"Bars of mean absolute Shapley value at the 26 positions of a window. Positions {top} are "
        f"highest; the largest is {importance.max():.3f} and the smallest {importance.min():.3f}."
    )
    return Picture("egfp_positions.png", "Which positions matter", alt, fig)


def draw_letters(letters: np.ndarray, values: np.ndarray) -> Picture:
    """Draw the mean Shapley value of each letter at each position; both are (N, 26)."""
    shown = (letters == np.array(list("ACGT"))[:, None, None]).astype(float)  # (4, N, 26)
    mean = (shown * values).sum(axis=1) / np.maximum(shown.sum(axis=1), 1)  # (4, 26)
    fig, ax = window_axes(2.6)
    limit = np.abs(mean).max()
    edges = (0.5, WINDOW + 0.5, 3.5, -0.5)
    image = ax.imshow(mean, cmap="RdBu", vmin=-limit, vmax=limit, aspect="auto", extent=edges)
    # The sign is written too, where it counts, so that it does not rest on colour.
    for row, column in np.argwhere(np.abs(mean) > 0.3 * limit):
        strength = mean[row, column]
        ink = "white" if abs(strength) > 0.6 * limit else "black"
        sign = "+" if strength > 0 else "−"
        ax.text(column + 1, row, sign, ha="center", va="center", fontsize=10, color=ink)
    ax.set_yticks(range(4), list("ACGT"))
    ax.set(ylabel="letter")
    fig.colorbar(image, label="mean Shapley value")
    high, low = (np.unravel_index(at, mean.shape) for at in (mean.argmax(), mean.argmin()))
    alt = (
        "Map of four letters by 26 positions, coloured by mean Shapley value, with plus and minus "
        f"signs where it is large. {'ACGT'[high[0]]} at position {high[1] + 1} raises the "
        f"prediction most ({mean.max():+.3f}), {'ACGT'[low[0]]} at position {low[1] + 1} lowers it "
        f"most ({mean.min():+.3f})."
    )
    return Picture("egfp_letters.png", "What each letter does", alt, fig)
