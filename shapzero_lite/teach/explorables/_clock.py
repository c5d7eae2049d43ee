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
PANELS = {"mean": 4, "reference": 4}  # of the other modes all
MOST_IN_A_ROW = 5


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
        # Tip to tail: waves that read the same positions, k and -k too, end level where they began.
        reads = [tuple(np.flatnonzero(k)) for k in spectrum.frequencies]
        order = list(range(len(reads)))
        if mode == "hidden":
            order.sort(key=lambda i: (len(reads[i]), reads[i]))
        state |= {
            "letters": "".join(spectrum.alphabet.letters),
            "waves": spectrum.frequencies[order],
            "re": spectrum.coefficients.real[order],
            "im": spectrum.coefficients.imag[order],
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
    """Draw settings side by side: of letters the first few, of a bin and of hiding all."""
    from matplotlib import pyplot as plt

    mode, letters = state["mode"], state["letters"]
    n = len(state.get("word", state.get("start", ())))
    offered: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "mean": [(f"k = {k}", {"k": k}) for k in range(len(letters))],
        "reference": [(_turned(c, i), {"reference": i}) for i, c in enumerate(letters)],
        # Of the letters the last: one that closes a stem is hidden there.
        "hidden": [
            ("all letters", {}),
            (f"{n} hidden", {"hidden": [i == n - 1 for i in range(n)]}),
        ],
        "bin": [("start", {})] + [(f"step at {i + 1}", {"delay": i + 1}) for i in range(n)],
    }
    moves = offered[mode][: PANELS.get(mode)]
    rows = -(-len(moves) // MOST_IN_A_ROW)
    columns = -(-len(moves) // rows)
    every = [hands({**state, **change}) for _, change in moves]
    if mode == "hidden":
        return _twin_of_hidden(state, moves, every)
    size = (1.5 * columns, 1.7 * rows) if mode == "bin" else (1.9 * columns, 2.3 * rows)
    fig, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for ax in axes.flat[len(moves) :]:
        ax.remove()
    if mode == "reference":
        every = [z * (np.arange(len(z)) > 0) for z in every]  # the mean never turns
    chained = mode == "bin"  # as far as all hands reach in one line, as live
    reach = max(np.abs(z).sum() if chained else np.abs(z).max() for z in every) or 1.0
    look, words = _looks(state)
    for ax, (title, change), z in zip(axes.flat, moves, every, strict=False):
        at = np.concatenate([[0], np.cumsum(z)[:-1]]) if chained else np.zeros(len(z))
        names: dict[complex, str] = {}  # one for all hands that end in a place
        for i in np.flatnonzero(z):
            ends = np.array([at[i], at[i] + z[i]]) / reach
            ink = COLOURS[look[i] % len(COLOURS)]
            if chained:  # a path: which end is the tip must be seen
                arrow = {"arrowstyle": "-|>", "color": ink, "lw": 1.8, "mutation_scale": 6,
                         "shrinkA": 0, "shrinkB": 0}  # fmt: skip
                tip, tail = zip(ends.real[::-1], ends.imag[::-1], strict=True)
                ax.annotate("", tip, tail, arrowprops=arrow)
            else:
                ax.plot(ends.real, ends.imag, color=ink, lw=2, marker=".")
            place = complex((ends[1] + 0.25 * z[i] / abs(z[i])).round(6))
            names[place] = names.get(place, "") + (letters[i] if mode == "mean" else str(i))
        for place, name in names.items() if not chained else ():
            ax.text(place.real, place.imag, name, ha="center", va="center", fontsize=9)
        if mode != "reference":
            end = (z.sum() if chained else z.mean()) / reach
            mark = {"color": "k", "mfc": "w"} if chained else {"color": "#D55E00"}
            ax.plot(end.real, end.imag, "s", ms=6, zorder=3, **mark)
        if chained:
            ax.plot(0, 0, "+", ms=7, color="#949494", zorder=0)
        style = {"color": "#949494", "lw": 1, "ls": "-" if mode == "bin" else "--"}
        ax.add_patch(plt.Circle((0, 0), 1, fill=False, **style))
        said, half = title, 1.45
        if mode == "bin":
            length, at_start = abs(z.sum()), abs(every[0].sum())
            same = "= " if change and np.isclose(length, at_start) else ""
            said, half = f"{title}: {same}{length:.3f}", 1.15
        if mode == "reference":  # what the live bars show
            seen = np.roll(state["values"], -change["reference"])
            steps = np.roll(list(letters), -change["reference"])[1:]
            pairs = zip(steps, seen[1:] - seen[0], strict=True)
            told = [f"{c} {effect:+z.1f}".replace("-", "\N{MINUS SIGN}") for c, effect in pairs]
            ax.text(0, -1.3, ", ".join(told), ha="center", va="top", fontsize=8)
            before = every[0][np.abs(every[0]) > 0] / reach  # as live: rings where the tips were
            ax.plot(before.real, before.imag, "o", ms=7, mfc="none", mec="#949494", zorder=0)
        ax.set(xlim=(-half, half), ylim=(-half, half), aspect="equal")
        ax.set_title(said, loc="center", fontsize=9)
        ax.axis("off")
    if words:
        inks = [COLOURS[i % len(COLOURS)] for i in range(len(words))]
        lines = [plt.Line2D([], [], color=ink, lw=2) for ink in inks]
        below = (0.5, -0.12 / rows)
        fig.legend(lines, words, loc="lower center", bbox_to_anchor=below, ncols=len(words),
                   fontsize=9, handlelength=1)  # fmt: skip
    return fig


def _turned(letter: str, hours: int) -> str:
    turn = "k" if hours == 1 else f"{hours}k"
    return f"from {letter}: hand k by {turn} hours" if hours else f"from {letter}"


def _twin_of_hidden(
    state: dict[str, Any],
    moves: list[tuple[str, dict[str, Any]]],
    every: list[NDArray[np.complexfloating]],
) -> Any:
    """Draw the waves of v tip to tail; below, an arrow for what each group of waves adds in all.

    In all panels but the first a pale square and an arrow say where the first one ended.
    """
    from matplotlib import pyplot as plt

    look, words = _looks(state)
    inks = [COLOURS[i % len(COLOURS)] for i in range(len(words))]
    tips = np.concatenate([[0], *map(np.cumsum, every)])
    wide = np.ptp(tips.real) or 1.0
    left, right = tips.real.min() - 0.1 * wide, tips.real.max() + 0.35 * wide
    step = 0.09 * wide  # from one arrow to the next
    floor = tips.imag.min() - 0.05 * wide
    bottom, top = floor - (len(words) + 0.5) * step, tips.imag.max() + 0.1 * wide
    size = 3.5 * len(moves), 3.5 * (top - bottom) / (right - left) + 0.3
    fig, axes = plt.subplots(1, len(moves), figsize=size, squeeze=False)
    for ax, (title, _), z in zip(axes.flat, moves, every, strict=True):
        path = np.concatenate([[0], np.cumsum(z)])
        for i in np.flatnonzero(z):
            ends = path[i : i + 2]
            ax.plot(ends.real, ends.imag, color=inks[look[i]], lw=2, marker=".")
        ax.plot(path[-1].real, path[-1].imag, "s", ms=6, zorder=3, color="k", mfc="w")
        was, now = every[0].sum().real, path[-1].real
        if abs(now - was) > 1e-9:
            ax.plot(was, 0, "s", ms=6, zorder=2.5, color="#949494", mfc="#E0E0E0")
            level = max(path.imag.max(), 0) + 0.08 * wide
            moved = {"arrowstyle": "-|>", "color": "k", "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (now, level), (was, level), arrowprops=moved)
            said = f"{now - was:+z.2f}".replace("-", "\N{MINUS SIGN}")
            ax.text((was + now) / 2, level, said, ha="center", va="bottom", fontsize=9)
        ax.axvline(0, color="#D0D0D0", lw=0.8, zorder=0)
        start = 0.0
        for group, ink in enumerate(inks):
            low, own = floor - (group + 1) * step, look == group
            if not z[own].any():
                paper = {"fc": "white", "ec": "none", "pad": 1}
                ax.text(start, low, " gone", va="center", fontsize=8, color="0.4", bbox=paper)
                continue
            end = start + z[own].sum().real
            arrow = {"arrowstyle": "-|>", "color": ink, "lw": 2, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", (end, low), (start, low), arrowprops=arrow)
            said = f" {end - start:+z.2f}".replace("-", "\N{MINUS SIGN}")
            ax.text(max(start, end), low, said, va="center", fontsize=8)
            start = end
        for group, word in enumerate(words) if ax is axes[0, 0] else ():
            low = floor - (group + 1) * step
            ax.text(left, low, word, color=inks[group], ha="right", va="center", fontsize=9)
        ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
        said = f"{title}: v = {z.sum().real:z.2f}".replace("-", "\N{MINUS SIGN}")
        ax.set_title(said, loc="left", fontsize=9)
        ax.axis("off")
    return fig


def _looks(state: dict[str, Any]) -> tuple[NDArray[np.integer], list[str]]:
    """Return which colour each hand has, and what each colour means, where hands have no name."""
    if state["mode"] == "bin":  # each wave its own
        words = [" ".join(map(str, k)) for k in np.asarray(state["waves"]).tolist()]
        return np.arange(len(words)), words
    if state["mode"] == "hidden":  # one for the waves that read the same positions
        reads = [np.flatnonzero(k) + 1 for k in np.asarray(state["waves"])]
        of_each = [" ".join(map(str, places)) or "mean" for places in reads]
        words = list(dict.fromkeys(of_each))
        return np.array([words.index(word) for word in of_each]), words
    return np.arange(len(state["values"])), []
