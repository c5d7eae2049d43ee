"""Bend the curve: one curve over a sum of effects, and the epistasis that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite.teach.explorables._explorable import explorable

DIGITS = 2  # of sums and measurements: a hundredth is less than a pixel


def bend(
    curve: Callable[[Any], Any],
    knots: Sequence[float],
    points: ArrayLike,
    wild_type: Sequence[float],
    doubles: Mapping[str, Sequence[float]],
    alt: str,
    named: Sequence[str],
) -> Any:
    """Let the learner bend a straight line over the sums; return what holds the setting.

    Set: ``.heights`` of the line at the knots, which never fall, and ``.chosen``, a place in
    ``.named``. ``.shown`` holds ``left``, the share of the variance of the points beyond the line,
    ``unmade``, the share of the epistasis of the double mutants that the line does not make (mean
    squares), and ``made``, for each, what it makes. Beyond the outer knots the line goes on.

    Parameters
    ----------
    curve : ours, from sums (N,) to measurements (N,), shown when asked for
    knots : sums where the line can be taken hold of, three or more, rising
    points : (N, 2), sum and measurement of each variant
    wild_type : its sum and its measurement
    doubles : for the name of each double mutant, such as "Y61+G64", the sums of its two single
        mutants, their measurements, and its own measurement; its own sum follows
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    named : the double mutants that can be looked at one by one

    Raises
    ------
    ValueError : fewer than three knots, or knots that do not rise; another shape; a name that is
        not among the double mutants.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> points, pair = [[0, 0], [1, 0], [2, 2]], {"A1+C2": (1, 1, 0, 0, 0)}
    >>> held = bend(np.abs, [0, 1, 2], points, (2, 2), pair, "A line over three points", ["A1+C2"])
    Figure: A line over three points
    >>> held.straight, held.ours
    ([-0.333333333, 0.666666667, 1.666666667], [0.0, 1.0, 2.0])
    """
    at, points = np.asarray(knots, float), np.asarray(points, float)
    five = np.array([doubles[name] for name in doubles], float)  # (P, 5)
    if at.ndim != 1 or len(at) < 3 or (np.diff(at) <= 0).any():
        raise ValueError(f"bend needs three knots or more that rise, not {list(knots)}")
    if points.ndim != 2 or points.shape[1] != 2 or five.shape[1:] != (5,) or len(wild_type) != 2:
        raise ValueError("bend needs two numbers a point and of the wild type, five a double")
    if not named or not set(named) <= set(doubles):
        raise ValueError(f"bend has no double mutant for one of {list(named)}")
    slope, height = np.polyfit(points[:, 0], points[:, 1], 1)
    state = {
        "knots": at,
        "straight": height + slope * at,
        "ours": np.maximum.accumulate(curve(at)),
        "points": points.round(DIGITS),
        "wild_type": np.round(wild_type, DIGITS),
        "doubles": five.round(DIGITS),
        "names": list(doubles),
        "named": list(named),
        "chosen": 0,
    }
    state["heights"] = state["straight"]
    return explorable("bend", alt, state, lambda: _twin(state), colours=64)


def line_of(knots: Any, heights: Any, sums: Any) -> Any:
    """Return the heights of the line over sums; it goes on straight beyond its ends."""
    knots, heights, sums = (np.asarray(part, float) for part in (knots, heights, sums))
    i = np.clip(np.searchsorted(knots, sums, side="right"), 1, len(knots) - 1)
    share = (sums - knots[i - 1]) / (knots[i] - knots[i - 1])
    return heights[i - 1] + share * (heights[i] - heights[i - 1])


def epistasis_of(state: dict[str, Any], heights: Any) -> tuple[Any, Any]:
    """Return the epistasis of each double mutant, measured and as the line makes it, (P,) each."""
    a, b, *measured = np.asarray(state["doubles"], float).T
    sum_of, level = state["wild_type"]
    line = [line_of(state["knots"], heights, z) for z in (sum_of, a, b, a + b - sum_of)]
    return measured[2] - measured[0] - measured[1] + level, line[3] - line[1] - line[2] + line[0]


def _twin(state: dict[str, Any]) -> Any:
    """Draw the straight line and our curve, and beside them the epistasis that each makes."""
    from matplotlib import pyplot as plt

    fig, (left, right) = plt.subplots(1, 2, figsize=(7.6, 3.6), layout="constrained")
    z, y = np.asarray(state["points"]).T
    left.plot(z, y, ".", ms=3, color="#0173B2", alpha=0.4)
    grid = np.linspace(state["knots"][0], state["knots"][-1], 300)
    for heights, look in ((state["straight"], "--"), (state["ours"], "-")):
        line = line_of(state["knots"], heights, grid)
        left.plot(grid, line, look, color="black" if look == "--" else "#DE8F05", lw=2.5)
    left.plot(state["knots"], state["ours"], "o", color="#DE8F05", mec="black")
    first = state["named"][state["chosen"]]
    a, b, of_a, of_b, of_both = state["doubles"][state["names"].index(first)]
    wild, level = state["wild_type"]
    sums, heights = np.array([wild, a, b, a + b - wild]), [level, of_a, of_b, of_both]
    sums = np.maximum(sums, grid[0])  # as on the page: what lies beyond stands at the edge
    left.plot(sums, heights, "o", ms=8, color="#0173B2", mec="black", mew=1.5)
    for sum_of, height, word in zip(sums, heights, ("WT", *first.split("+"), "both"), strict=True):
        above = word != "WT" and height >= line_of(state["knots"], state["ours"], sum_of)
        left.annotate(
            word, (sum_of, height), (0, 11 if above else -12), textcoords="offset points",
            ha="center", va="center", fontsize=9, fontweight="bold",
        )  # fmt: skip
    left.set(
        xlabel="sum of effects", ylabel="measured", xlim=(grid[0] - 0.2, grid[-1] + 0.2),
        title="A straight line, and the curve",
    )  # fmt: skip
    measured, ours = epistasis_of(state, state["ours"])
    reach = 1.2 * np.abs([measured, ours]).max()
    right.plot([-reach, reach], [-reach, reach], color="grey", lw=1)
    right.plot(measured, epistasis_of(state, state["straight"])[1], "k_", ms=5)
    right.plot(measured, ours, "o", ms=4, color="#DE8F05", mec="black", mew=0.4)
    for name in state["named"]:
        place = state["names"].index(name)
        right.plot(measured[place], ours[place], "o", ms=8, color="#DE8F05", mec="black", mew=1.5)
        right.annotate(
            name, (measured[place], ours[place]), (0, -11 if ours[place] < 0 else 11),
            textcoords="offset points", ha="center", va="center", fontsize=9,
        )  # fmt: skip
    right.text(-0.95 * reach, 0.05 * reach, "straight line: none", fontsize=9)
    right.set(xlabel="epistasis, measured", ylabel="… as the curve makes it",
              title="On the diagonal: made by the curve")  # fmt: skip
    return fig
