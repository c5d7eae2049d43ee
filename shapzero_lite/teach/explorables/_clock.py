"""The clock of lessons 01 to 05: letters and waves as hands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.letters import Alphabet
from shapzero_lite.spectra import Spectrum, fourier_transform
from shapzero_lite.teach.explorables._explorable import explorable

MODES = ("mean", "reference", "hidden", "bin")
COLOURS = ("#0173B2", "#DE8F05", "#029E73", "#D55E00", "#CC78BC", "#CA9161", "#949494")
PANELS = 4


def clock(
    mode: str,
    alt: str,
    *,
    values: ArrayLike | None = None,
    letters: str = "ACGT",
    spectrum: Spectrum | None = None,
    word: Sequence[int] | None = None,
) -> Any:
    """Show hands on a clock that move with what the learner sets; return what holds the setting.

    - ``"mean"``: the letters of a function of one letter turn a hand; F[k] is the centre of mass.
      Set: ``.k``, ``.values``.
    - ``"reference"``: its hands F[k], k > 0, seen from another letter. Set: ``.reference``.
    - ``"hidden"``: the waves of a spectrum at a word, tip to tail; hiding a position lets every
      wave that reads it spin to zero. Set: ``.hidden``.
    - ``"bin"``: waves in one bin, tip to tail, under a delay: the start ``word``, or one step more
      at one position. Set: ``.taken``, ``.delay``.

    ``.shown`` holds the numbers in the picture, once it is displayed live.

    Parameters
    ----------
    mode : one of the four words above
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    values : (q,), the function, for the first two
    letters : the alphabet, for the first two
    spectrum : the waves, for the last two
    word : (n,) codes, for the last two

    Raises
    ------
    ValueError : another mode, or what it needs is missing or has another shape.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> hands = clock("mean", alt="Hands of the letters C and G", values=[0, 1, 1, 0])
    Figure: Hands of the letters C and G
    >>> hands.k
    1
    """
    if mode not in MODES:
        raise ValueError(f"clock has no mode {mode!r}; it has {', '.join(MODES)}")
    state: dict[str, Any] = {"mode": mode}
    if mode in {"mean", "reference"}:
        alphabet = Alphabet(letters)
        table = np.asarray(values if values is not None else [], float)
        if table.shape != (alphabet.q,):
            raise ValueError(
                f"clock({mode!r}) needs a value for each of {letters!r}, not {table.shape}"
            )
        state |= {"letters": letters, "values": table}
        state |= {"k": 1} if mode == "mean" else {"reference": 0}
    else:
        if spectrum is None or word is None or np.shape(word) != (spectrum.n,):
            raise ValueError(f"clock({mode!r}) needs a spectrum, and a word as long as it")
        state |= {
            "letters": "".join(spectrum.alphabet.letters),
            "waves": spectrum.frequencies,
            "re": spectrum.coefficients.real,
            "im": spectrum.coefficients.imag,
        }
        if mode == "hidden":
            state |= {"word": np.asarray(word), "hidden": [False] * spectrum.n}
        else:
            state |= {
                "start": np.asarray(word),
                "taken": [True] * len(spectrum),
                "delay": 0,
            }
    return explorable("clock", alt, state, lambda: _twin(state))


def hands(state: dict[str, Any]) -> NDArray[np.complexfloating]:
    """Return the hands of a state as complex numbers, (number of hands,)."""
    q = len(state["letters"])
    omega = np.exp(2j * np.pi / q)
    if state["mode"] == "mean":
        return np.asarray(state["values"]) * omega ** (-state["k"] * np.arange(q))
    if state["mode"] == "reference":
        return fourier_transform(np.roll(state["values"], -state["reference"]))
    k = np.asarray(state["waves"], int)
    F = np.asarray(state["re"]) + 1j * np.asarray(state["im"])
    if state["mode"] == "hidden":
        at, kept = np.asarray(state["word"], int), ~k[:, state["hidden"]].any(axis=1)
    else:
        at, kept = np.array(state["start"], int), np.asarray(state["taken"])
        if state["delay"]:
            at[state["delay"] - 1] += 1
    return kept * F * omega ** (k @ at)


def _twin(state: dict[str, Any]) -> Any:
    """Draw the first four settings side by side."""
    from matplotlib import pyplot as plt

    letters = state["letters"]
    n = len(state.get("word", state.get("start", ())))
    offered: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "mean": [(f"k = {k}", {"k": k}) for k in range(len(letters))],
        "reference": [(f"from {c}", {"reference": i}) for i, c in enumerate(letters)],
        "hidden": [("all letters", {})]
        + [(f"{i + 1} hidden", {"hidden": [j == i for j in range(n)]}) for i in range(n)],
        "bin": [("start", {})] + [(f"step at {i + 1}", {"delay": i + 1}) for i in range(n)],
    }
    moves = offered[state["mode"]][:PANELS]
    fig, axes = plt.subplots(1, len(moves), figsize=(1.9 * len(moves), 2.3), squeeze=False)
    every = [hands({**state, **change}) for _, change in moves]
    if state["mode"] == "reference":
        every = [z * (np.arange(len(z)) > 0) for z in every]  # the mean never turns
    chained = state["mode"] in {"hidden", "bin"}
    reach = max(np.abs(np.cumsum(z) if chained else z).max() for z in every) or 1.0
    for ax, (title, _), z in zip(axes.flat, moves, every, strict=True):
        look = np.arange(len(z))
        if state["mode"] == "hidden":  # one colour for the waves that read the same positions
            reads = np.asarray(state["waves"]) > 0
            look = np.array([(reads == one).all(axis=1).argmax() for one in reads])
            look = np.unique(look, return_inverse=True)[1]
        at = np.concatenate([[0], np.cumsum(z)[:-1]]) if chained else np.zeros(len(z))
        names: dict[complex, str] = {}  # one for all hands that end in a place
        for i in np.flatnonzero(z):
            ends = np.array([at[i], at[i] + z[i]]) / reach
            ax.plot(ends.real, ends.imag, color=COLOURS[look[i] % len(COLOURS)], lw=2, marker=".")
            place = complex((ends[1] + 0.25 * z[i] / abs(z[i])).round(6))
            names[place] = names.get(place, "") + (
                letters[i] if state["mode"] == "mean" else str(i)
            )
        for place, name in names.items() if not chained else ():
            ax.text(place.real, place.imag, name, ha="center", va="center", fontsize=9)
        if state["mode"] != "reference":
            end = (z.sum() if chained else z.mean()) / reach
            ax.plot(end.real, end.imag, "s", color="#D55E00", ms=6)
        if state["mode"] == "hidden":  # the waves of v: as near as all panels allow
            said = f"{title}: v = {z.sum().real:z.2f}"
            tips = np.concatenate([[0], *map(np.cumsum, every)]) / reach
            middle = complex(*(np.ptp(part) / 2 + part.min() for part in (tips.real, tips.imag)))
            half = 0.6 * max(np.ptp(tips.real), np.ptp(tips.imag))
            ax.axvline(0, color="#D0D0D0", lw=0.8, zorder=0)
        else:
            ax.add_patch(plt.Circle((0, 0), 1, fill=False, color="#949494", lw=1, ls="--"))
            said, middle, half = title, 0j, 1.45
        ax.set(xlim=(middle.real - half, middle.real + half), aspect="equal")
        ax.set(ylim=(middle.imag - half, middle.imag + half))
        ax.set_title(said, loc="center", fontsize=9)
        ax.axis("off")
    return fig
