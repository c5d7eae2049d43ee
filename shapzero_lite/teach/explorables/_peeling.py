"""Peel it yourself: bins, coefficients that stand alone in one, and the cliff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shapzero_lite.teach.explorables._explorable import explorable

LEAST_LOAD = 0.05


def peeling(hashes: Sequence[Sequence[int]], bins: int, n: int, alt: str, load: float = 0.5) -> Any:
    """Let the learner peel coefficients off bins, and buy groups; return what holds the play.

    ``.load`` coefficients per bin are planted, the first of those given; ``.found`` are the peeled
    ones, in order, ``.groups`` is how many groups were bought. ``.shown`` holds ``planted``,
    ``open``, ``singles`` and ``bill``: questions so far, (n + 1) bins for each group.

    Parameters
    ----------
    hashes : (groups, coefficients) the bin of each coefficient in each group
    bins : in one group
    n : length of a sequence, for the bill
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    load : coefficients per bin to begin with

    Raises
    ------
    ValueError : a bin that is not there, or more coefficients asked for than are given.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> play = peeling([[0, 1, 1], [0, 0, 1]], bins=2, n=3, alt="Two bins in each of two groups")
    Figure: Two bins in each of two groups
    >>> play.groups, play.found
    (1, [])
    """
    table = np.asarray(hashes)
    if table.ndim != 2 or table.min() < 0 or table.max() >= bins:
        raise ValueError(
            f"peeling needs, for each group, bins 0 to {bins - 1} of the same coefficients"
        )
    if not LEAST_LOAD <= load <= table.shape[1] / bins:
        raise ValueError(f"peeling has {table.shape[1]} coefficients for {bins} bins, not {load} x")
    state = {
        "hashes": table, "bins": bins, "n": n, "load": load, "step": LEAST_LOAD,
        "groups": 1, "found": [],
    }  # fmt: skip
    return explorable("peeling", alt, state, lambda: _twin(table, bins))


def peeled(hashes: Any) -> list[int]:
    """Return the coefficients that peeling finds, (groups, coefficients) to indices."""
    left = np.ones(hashes.shape[1], bool)
    while True:
        alone = np.zeros_like(left)
        for group in hashes:
            size = np.bincount(group[left], minlength=hashes.max() + 1)
            alone |= left & (size[group] == 1)
        if not alone.any():
            return np.flatnonzero(~left).tolist()
        left &= ~alone


def _twin(table: Any, bins: int) -> Any:
    """Draw what is found by load, for each number of groups."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(6.4, 2.7), layout="constrained")
    counts = np.unique(np.linspace(1, table.shape[1], 80).astype(int))
    looks = [("#DE8F05", ":"), ("#029E73", "--"), ("#0173B2", "-")]  # as in figure 5.5
    for groups in range(1, len(table) + 1):
        share = [len(peeled(table[:groups, :s])) / s for s in counts]
        colour, line = looks[(groups - 1) % 3]
        ax.plot(counts / bins, share, line, color=colour, lw=2, label=f"groups: {groups}")
    ax.set(xlabel="coefficients per bin of a group", ylabel="share found", ylim=(-0.03, 1.05))
    ax.legend(fontsize=8)
    ends = max((s for s in counts if len(peeled(table[:, :s])) == s), default=0) / bins
    ax.set_title(f"One draw, {len(table)} groups: all found up to {ends:.2f} per bin, then a cliff")
    return fig
