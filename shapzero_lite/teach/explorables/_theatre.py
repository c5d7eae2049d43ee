"""Shapley as theatre: letters enter a random sequence, each paid what it adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from shapzero_lite.explaining import interactions, shapley_values
from shapzero_lite.spectra import Spectrum
from shapzero_lite.teach.explorables._explorable import explorable

SMALLEST = 1e-9  # of a dividend that is shown


def theatre(spectrum: Spectrum, word: Sequence[int], alt: str, seed: int = 0) -> Any:
    """Let the letters of a word enter a random sequence in any order; return what holds the play.

    ``.entered`` is the order so far, ``.orders`` counts complete ones, ``.totals`` is what each
    letter added in them. ``.shown`` holds ``v``, ``added``, ``average`` and ``closed``, the closed
    form that the average converges to.

    Parameters
    ----------
    spectrum : of the model; letters outside are uniform
    word : (n,) codes of the sequence
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    seed : of the random orders

    Raises
    ------
    ValueError : ``word`` is not as long as the spectrum.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> from shapzero_lite import DNA
    >>> play = theatre(
    ...     Spectrum([[0, 0], [1, 3], [3, 1]], [1, 2, 2], alphabet=DNA),
    ...     [1, 1],
    ...     alt="Two letters that add four points together",
    ... )
    Figure: Two letters that add four points together
    >>> play.groups, play.pays
    ([[0, 1]], [4.0])
    """
    codes = np.atleast_2d(np.asarray(word, np.uint8))
    if codes.shape != (1, spectrum.n):
        raise ValueError(f"theatre needs a word of {spectrum.n} codes, not {np.shape(word)}")
    found = interactions(spectrum, codes, index="Moebius", max_order=spectrum.order)
    dividends = {
        tuple(int(i) for i in subset): float(value)
        for subset, value in zip(found.subsets, found.values[0], strict=True)
        if len(subset) and abs(value) > SMALLEST
    }
    letters = spectrum.alphabet.decode(codes)[0]
    state = {
        "names": [f"{letter}{i + 1}" for i, letter in enumerate(letters)],
        "groups": [list(subset) for subset in dividends],
        "pays": list(dividends.values()),
        "base": float(spectrum.evaluate(codes)[0] - sum(dividends.values())),
        "seed": seed,
        "entered": [],
        "orders": 0,
        "totals": [0.0] * spectrum.n,
    }
    closed = shapley_values(spectrum, codes)[0]
    return explorable("theatre", alt, state, lambda: _twin(state, dividends, closed))


def _twin(state: dict[str, Any], dividends: dict[tuple[int, ...], float], closed: Any) -> Any:
    """Draw what each letter is paid in two orders, and on average over all."""
    from matplotlib import pyplot as plt

    n = len(closed)
    looks = [("first to last", "#0173B2", "//"), ("last to first", "#DE8F05", "\\\\")]
    fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
    for side, (name, colour, hatch) in zip((0, 1), looks, strict=True):
        # The last of a group to enter is paid all of it.
        paid = np.zeros(n)
        for group, pay in dividends.items():
            paid[max(group) if side == 0 else min(group)] += pay
        at = np.arange(n) - 0.27 + 0.27 * side
        ax.bar(at, paid, 0.27, color=colour, hatch=hatch, edgecolor="white", label=name)
    ax.bar(np.arange(n) + 0.27, closed, 0.27, color="#029E73", label="mean over all orders")
    ax.axhline(0, color="black", lw=0.8)
    ax.set_xticks(range(n), state["names"])
    ax.set_ylabel("what it adds")
    ax.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
    return fig
