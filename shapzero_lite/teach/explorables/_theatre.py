"""Shapley as theatre: letters enter a random sequence, each paid what it adds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite.explaining import interactions, shapley_values
from shapzero_lite.spectra import Spectrum
from shapzero_lite.teach.explorables._explorable import explorable

SMALLEST = 1e-9  # of a dividend that is shown
STEPS = 10  # from random letters to another background
LINES = ("-", "--", ":", "-.")


def theatre(
    spectrum: Spectrum,
    word: Sequence[int],
    alt: str,
    seed: int = 0,
    towards: tuple[str, ArrayLike] | None = None,
) -> Any:
    """Let the letters of a word enter a random sequence in any order; return what holds the play.

    ``.entered`` is the order so far, ``.orders`` counts complete ones, ``.totals`` is what each
    letter added in them. ``.shown`` holds ``v``, ``added``, ``average`` and ``closed``, the closed
    form that the average converges to. With ``towards`` a second control, ``.background``, leads
    from random letters (0) to that background (10); payments so far belong to another game, and
    go.

    Parameters
    ----------
    spectrum : of the model; letters outside are uniform, until ``.background`` is moved
    word : (n,) codes of the sequence
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    seed : of the random orders
    towards : what another background is called, and the probabilities of its letters, (n, q)

    Raises
    ------
    ValueError : ``word`` is not as long as the spectrum, or ``towards`` has another shape.

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
    games = [_game(spectrum, codes, None)]
    if towards is not None:
        end, uniform = np.asarray(towards[1], float), np.full((spectrum.n, spectrum.q), 1.0)
        if end.shape != uniform.shape:
            raise ValueError(f"theatre needs a background {uniform.shape}, not {end.shape}")
        shares = np.linspace(0, 1, STEPS + 1)[1:]
        mixed = [(1 - share) * uniform / spectrum.q + share * end for share in shares]
        games += [_game(spectrum, codes, background) for background in mixed]
    groups = list(dict.fromkeys(group for _, pays in games for group in pays))
    rows = [[base, *(pays.get(group, 0.0) for group in groups)] for base, pays in games]
    letters = spectrum.alphabet.decode(codes)[0]
    state = {
        "names": [f"{letter}{i + 1}" for i, letter in enumerate(letters)],
        "groups": [list(group) for group in groups],
        "pays": rows[0][1:],
        "base": rows[0][0],
        "others": rows[1:],  # base and pays, from random letters to the other background
        "end": towards[0] if towards else "",
        "background": 0,
        "seed": seed,
        "entered": [],
        "orders": 0,
        "totals": [0.0] * spectrum.n,
    }
    if towards is not None:
        return explorable("theatre", alt, state, lambda: _twin_of_backgrounds(state, rows))
    closed = shapley_values(spectrum, codes)[0]
    return explorable("theatre", alt, state, lambda: _twin(state, games[0][1], closed))


def _game(spectrum: Spectrum, codes: Any, background: Any) -> tuple[float, dict[Any, float]]:
    """Return v of nobody and {group: dividend} of one sequence against one background."""
    found = interactions(
        spectrum, codes, index="Moebius", max_order=spectrum.order, background=background
    )
    dividends = {
        tuple(int(i) for i in subset): float(value)
        for subset, value in zip(found.subsets, found.values[0], strict=True)
        if len(subset) and abs(value) > SMALLEST
    }
    return float(spectrum.evaluate(codes)[0] - sum(dividends.values())), dividends


def _twin(state: dict[str, Any], dividends: dict[tuple[int, ...], float], closed: Any) -> Any:
    """Draw what each letter is paid in two orders, and on average over all."""
    from matplotlib import pyplot as plt

    n = len(closed)
    looks = [("first to last", "#0173B2", "//"), ("last to first", "#DE8F05", "\\\\")]
    fig, ax = plt.subplots(figsize=(6.4, 3.0), layout="constrained")
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
    fig.suptitle("Whoever completes a group is paid; the mean is fair", x=0.01, ha="left", size=11)
    return fig


def _twin_of_backgrounds(state: dict[str, Any], rows: list[list[float]]) -> Any:
    """Draw each letter's value on the way from random letters to the other background."""
    from matplotlib import pyplot as plt

    n = len(state["names"])
    reads = np.array([[i in group for i in range(n)] for group in state["groups"]])  # (groups, n)
    values = np.array([row[1:] for row in rows]) / reads.sum(axis=1) @ reads  # (steps, n)
    colours = ("#0173B2", "#DE8F05", "#029E73", "#D55E00", "#CC78BC", "#949494")
    share = np.linspace(0, 100, len(rows))
    fig, ax = plt.subplots(figsize=(6.4, 3.0), layout="constrained")
    for i, name in enumerate(state["names"]):
        look: dict[str, Any] = {"color": colours[i % len(colours)], "ls": LINES[i % len(LINES)]}
        wide = 5 - 3.5 * i / (n - 1) if n > 1 else 2  # equal values are seen beside each other
        ax.plot(share, values[:, i], lw=wide, label=name, **look)
    ax.axhline(0, color="black", lw=0.8)
    ax.set(xlabel=f"background: per cent {state['end']}", ylabel="Shapley value", xlim=(0, 100))
    ax.legend(fontsize=8, ncols=n, loc="lower center", bbox_to_anchor=(0.5, 1))
    said = f"What each letter earns, on the way from random letters to {state['end']}"
    fig.suptitle(said, x=0.01, ha="left", size=11)
    return fig
