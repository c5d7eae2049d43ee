"""Is the reader as often right as sure? A curve of the intervals that were guessed first.

The lessons import ``calibration`` from :mod:`shapzero_lite.teach`.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from shapzero_lite.teach._guesses import entered
from shapzero_lite.teach._show import show

__all__ = ["calibration"]

ASKED = 0.9  # what `guess` asks for
LEVELS = [p / 100 for p in range(2, 100, 2)]


def calibration(**others: float | Mapping[float, float]) -> None:
    """Print and draw how many of the reader's intervals hold the answer, beside other intervals.

    A 90 % interval is one point of a curve. The rest of the reader's curve takes the interval for
    the middle of a normal distribution: made narrower or wider about its centre as that would ask,
    it stands for every other level. The grey band holds the share of a reader who is right
    exactly as often as sure, nine times in ten, at each level.

    Parameters
    ----------
    **others : by name, the share that 90 % intervals hold, 0 to 1, or {level: share}, 0.9 among
        the levels

    Raises
    ------
    ValueError : a mapping without the level 0.9.

    Examples
    --------
    >>> calibration(pairs={0.5: 0.56, 0.9: 0.92})
    you   no interval was entered
    pairs hold 92 %
    Figure: How often intervals hold the answer, by how sure one is: pairs, and exactly as often
    """
    curves = {name: _curve(name, given) for name, given in others.items()}
    answered = [g for g in entered().values() if "truth" in g]
    width = max(len(name) for name in ("you", *others))
    if answered:
        held = round(_share(answered, ASKED) * len(answered))
        part = 100 * held / len(answered)
        print(f"{'you':{width}} {held} of {len(answered)} hold the answer, {part:.0f} %")
    else:
        print(f"{'you':{width}} no interval was entered")
    for name, curve in curves.items():
        print(f"{name:{width}} hold {100 * curve[ASKED]:.0f} %")
    whose = ", ".join([*(["you"] if answered else []), *curves, "and exactly as often"])
    show(
        _figure(answered, curves),
        alt=f"How often intervals hold the answer, by how sure one is: {whose}",
    )


def _curve(name: str, given: float | Mapping[float, float]) -> dict[float, float]:
    """Return {level: share}."""
    if not isinstance(given, Mapping):
        return {ASKED: float(given)}
    curve = {round(float(level), 6): float(share) for level, share in sorted(given.items())}
    if ASKED not in curve:
        raise ValueError(f"{name} has no share at the level {ASKED}, only at {list(curve)}")
    return curve


def _share(answered: list[dict[str, float]], level: float) -> float:
    """Return the share of intervals that hold the answer, stretched from 90 % to a level."""
    normal = NormalDist().inv_cdf
    stretch = normal((1 + level) / 2) / normal((1 + ASKED) / 2)
    off = [abs(2 * g["truth"] - g["low"] - g["high"]) for g in answered]
    wide = [stretch * (g["high"] - g["low"]) for g in answered]
    return sum(o <= w * (1 + 1e-9) for o, w in zip(off, wide, strict=True)) / len(answered)


def _band(count: int, level: float) -> tuple[float, float]:
    """Return between which shares nine of ten lie that count intervals, each right so often, hold.

    The 5 % and 95 % quantiles of a binomial distribution.
    """
    from scipy.stats import binom

    low, high = binom.ppf((0.05, 0.95), count, level) / count
    return float(low), float(high)


def _message(answered: list[dict[str, float]], curves: dict[str, dict[float, float]]) -> str:
    """Return what the picture says."""
    if not answered:
        hold = ", ".join(f"{name} {100 * curve[ASKED]:.0f} %" for name, curve in curves.items())
        return f"90 % intervals hold: {hold or 'no guess yet'}"
    held, (low, high) = _share(answered, ASKED), _band(len(answered), ASKED)
    word = "too short" if held < low else "wider than need be" if held > high else "about right"
    count = f"{round(held * len(answered))} of {len(answered)}"
    return f"Your 90 % intervals hold {count}: {word}"


def _figure(answered: list[dict[str, float]], curves: dict[str, dict[float, float]]) -> Any:
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(4.6, 3.6), layout="constrained")
    ax.plot([0, 1], [0, 1], color="0.4", lw=1, ls="--", label="as often as sure")
    for number, (name, curve) in enumerate(curves.items()):
        mark, colour = "osv^D"[number % 5], f"C{number}"
        ax.plot(list(curve), list(curve.values()), f"{mark}-", color=colour, ms=5, label=name)
    if answered:
        low, high = zip(*(_band(len(answered), level) for level in LEVELS), strict=True)
        ax.fill_between(LEVELS, low, high, color="0.85", zorder=0, lw=0)
        yours = [_share(answered, level) for level in LEVELS]
        ax.step(LEVELS, yours, color="k", lw=2.5, label="you", where="mid")
    else:
        ax.text(0.05, 0.93, "your curve: enter intervals first", fontsize=9)
    ax.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="how sure", ylabel="share that holds the answer")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    ax.legend(loc="lower right")
    ax.set_title(_message(answered, curves))
    return fig
