"""Wrong answers to the exercises of lesson 12, SEISM."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


@mistake("12.1", "the probabilities are added up, so what happens twice is counted twice")
def _(level: Any, M: Any) -> Any:
    return level * M


@mistake("12.1", "this is the probability that none of them is below")
def _(level: Any, M: Any) -> Any:
    return (1 - level) ** M


@mistake("12.1", "this is the probability that all of them are below")
def _(level: Any, M: Any) -> Any:
    return level**M


@mistake("12.2", "only one side of the word's line is counted: T is as large on the other")
def _(delta: Any, M: Any) -> Any:
    return [delta / 180, M * delta / 180]


@mistake("12.2", "the two are exchanged: named in advance comes first")
def _(delta: Any, M: Any) -> Any:
    return [M * delta / 90, delta / 90]


@mistake("12.2", "these are the shares with a smaller T")
def _(delta: Any, M: Any) -> Any:
    return [1 - delta / 90, 1 - M * delta / 90]


@mistake("12.2", "the same word is selected at both ends of its line, and you take one arc of M")
def _(delta: Any, M: Any) -> Any:
    return [delta / 90, M * delta / 180]


def _on_circle(u: Any, v: Any, angle: Any) -> Any:
    return np.cos(angle) * u + np.sin(angle) * v


def _shrinking(u: Any, v: Any, same: Any, draws: Any, shrink: Any) -> Any:
    """Walk a step; ``shrink`` says, of range and angle, which range is left."""
    high = angle = 2 * np.pi * draws[0]
    low = high - 2 * np.pi
    for draw in draws[1:]:
        if same(_on_circle(u, v, angle)):
            break
        low, high = shrink(low, high, angle)
        angle = low + (high - low) * draw
    return _on_circle(u, v, angle)


@mistake("12.3", "the range stays as it is in yours: each refused angle must become an end of it")
def _(u: Any, v: Any, same: Any, draws: Any) -> Any:
    return _shrinking(u, v, same, draws, lambda low, high, angle: (low, high))


@mistake("12.3", "the wrong end moves: u, at 0, falls out of the range")
def _(u: Any, v: Any, same: Any, draws: Any) -> Any:
    return _shrinking(
        u, v, same, draws, lambda low, high, angle: (low, angle) if angle < 0 else (angle, high)
    )


@mistake("12.3", "a draw of 0 gives the high end of the range in yours")
def _(u: Any, v: Any, same: Any, draws: Any) -> Any:
    turned = [draws[0], *(1 - draw for draw in draws[1:])]
    return _shrinking(
        u, v, same, turned, lambda low, high, angle: (angle, high) if angle < 0 else (low, angle)
    )


@mistake("12.3", "you stay where you are when the first angle is refused: shrink, and draw again")
def _(u: Any, v: Any, same: Any, draws: Any) -> Any:
    there = _on_circle(u, v, 2 * np.pi * draws[0])
    return there if same(there) else u


_PUBLISHED = {
    "a": "t", "b": "walk", "c": "max", "d": "walk", "e": "none", "f": "none", "g": "none"
}  # fmt: skip
for _labs, _test, _words in (
    ("bcd", "t", "that word was chosen by these data, and is tested as if it were named before"),
    ("a", "walk", "a word that was named before needs no repair: nothing was chosen by these data"),
    (
        "b",
        "max",
        "every best word counts in yours, where only those that select *it* are asked for",
    ),
    ("c", "walk", "only phenotypes with the same word count in yours, where any word will do"),
    ("d", "max", "the largest score of all forgets that a word was selected before"),
    ("e", "walk", "windows that share letters are taken for independent: that promise is broken"),
    ("f", "walk", "two honest tests were run, and choosing the smaller p-value is choosing again"),
    ("g", "walk", "each walk alone is honest, and choosing the smallest p-value is choosing again"),
):
    mistake("12.4", _words)(
        lambda lab, labs=_labs, test=_test: test if lab in labs else _PUBLISHED[lab]
    )
