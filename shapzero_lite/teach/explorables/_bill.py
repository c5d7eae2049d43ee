"""Your bill: a sketch paid once beside walks paid per window, and where they break even."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from shapzero_lite.teach.explorables._explorable import explorable


def bill(
    once: float,
    worth: Mapping[str, tuple[float, float, float]],
    alt: str,
    windows: int = 50,
    price: float = 5.0,
) -> Any:
    """Let the learner choose a sketch, number of windows and price; return what holds the setting.

    Set: ``.sketch`` (its place in ``worth``), ``.windows``, ``.price``. ``.shown`` holds what that
    sketch is worth in queries per window (``each``, ``low``, ``high``) and from which window on it
    is cheaper (``even``: at ``each``, at ``high``, at ``low``).

    Parameters
    ----------
    once : queries that a sketch costs
    worth : for the name of each sketch, the queries per window of walks as accurate: the
        estimate and both ends of its interval; two sketches or more
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    windows : how many to begin with, 1 to 1000
    price : of a query, in cents

    Raises
    ------
    ValueError : fewer than two sketches, a number that is not positive, ends in the wrong order.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> worth = {"one": (10, 8, 20), "other": (100, 80, 130)}
    >>> held = bill(1000, worth, alt="Two lines that cross twice")
    Figure: Two lines that cross twice
    >>> held.sketch, held.windows
    (0, 50)
    """
    names = list(map(str, worth))
    table = np.array(list(worth.values()), float)  # (sketches, 3)
    if len(names) < 2 or table.shape[1:] != (3,) or once <= 0 or not (table > 0).all():
        raise ValueError("bill needs two sketches or more, three positive numbers for each")
    if not ((table[:, 1] <= table[:, 0]) & (table[:, 0] <= table[:, 2])).all():
        raise ValueError("bill needs (estimate, lower end, upper end) for each sketch")
    each, low, high = table.T
    state = {
        "once": float(once), "names": names, "each": each, "low": low, "high": high,
        "sketch": 0, "windows": windows, "price": float(price),
    }  # fmt: skip
    return explorable("bill", alt, state, lambda: _twin(once, names, table))


def _twin(once: float, names: list[str], table: Any) -> Any:
    """Draw every sketch beside walks of the same accuracy."""
    from matplotlib import pyplot as plt

    count = np.array([1, 1000])
    fig, axes = plt.subplots(
        1, len(names), figsize=(0.8 + 2.6 * len(names), 2.7), sharey=True, layout="constrained"
    )
    for ax, name, (each, low, high) in zip(axes, names, table, strict=True):
        ax.fill_between(count, low * count, high * count, color="#DE8F05", alpha=0.3, lw=0)
        ax.plot(count, each * count, "--", color="#DE8F05", label="walks worth as much")
        ax.axhline(once, color="#0173B2", lw=2, label="sketch")
        ax.plot([once / high, once / low], [once, once], color="#D55E00", lw=6, alpha=0.6)
        ax.plot(once / each, once, "o", color="#D55E00")
        ax.set(xscale="log", yscale="log", xlabel="windows explained")
        first = float(f"{once // each + 1:.2g}")
        ax.set_title(f"{name}: from window {first:.0f} on", fontsize=9)
    axes[0].set_ylabel("queries in all")
    axes[-1].legend(fontsize=8)
    return fig
