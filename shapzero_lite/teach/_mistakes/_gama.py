"""Wrong answers to the exercises of lesson 11, GAMA."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


def _gain(h: Any) -> Any:
    return np.log(h / (1 - h))


@mistake("11.1", "the letter drawn again is always the other one: it may be the same")
def _(c: Any, h: Any) -> Any:
    g = _gain(h)
    return [g, -g, g, (2 * h - 1) * g]


@mistake("11.1", "all four sequences count alike in your average")
def _(c: Any, h: Any) -> Any:
    g = _gain(h)
    return [(1 - c) * g, -(1 - c) * g, c * g, 0.0]


@mistake("11.1", "c and 1 - c are exchanged: N is drawn with chance c, and then nothing changes")
def _(c: Any, h: Any) -> Any:
    g = _gain(h)
    return [c * g, -c * g, (1 - c) * g, 2 * c * (1 - c) * (2 * h - 1) * g]


@mistake("11.1", "you draw the second letter again: the first is drawn, and the second stays")
def _(c: Any, h: Any) -> Any:
    g = _gain(h)
    return [(1 - h) * g, -h * g, (1 - h) * g, 0.0]


def _with(s: Any, i: Any, a: Any) -> Any:
    return [*s[:i], a, *s[i + 1 :]]


def _owed(model: Any, s: Any, t: Any, i: Any, weights: Any) -> Any:
    after = [model(_with(s, i, a))[t, s[t]] for a in range(len(weights))]
    return model(s)[t, s[t]] - weights @ np.array(after)


@mistake("11.2", "each letter is drawn as often, where the model says how often")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    q = model(s).shape[1]
    return _owed(model, s, t, i, np.full(q, 1 / q))


@mistake("11.2", "you take the logarithm of a mean chance: the mean of logarithms is asked for")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    said = model(s)
    after = [np.exp(model(_with(s, i, a))[t, s[t]]) for a in range(said.shape[1])]
    return said[t, s[t]] - np.log(np.exp(said[i]) @ np.array(after))


@mistake("11.2", "the sign is the wrong way round: what stands there, less what is drawn again")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    return -_owed(model, s, t, i, np.exp(model(s)[i]))


@mistake("11.2", "the letter drawn again is always another one: it may be the same")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    weights = np.exp(model(s)[i])
    weights[s[i]] = 0
    return _owed(model, s, t, i, weights / weights.sum())


@mistake("11.2", "the chances are those of place t: it is letter i that is drawn again")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    return _owed(model, s, t, i, np.exp(model(s)[t]))


@mistake("11.2", "letters between i and t are drawn again too: they stay")
def _(model: Any, s: Any, t: Any, i: Any) -> Any:
    def mean(s: Any, k: Any) -> Any:
        said = model(s)
        if k == t:
            return said[t, s[t]]
        drawn = [mean(_with(s, k, a), k + 1) for a in range(said.shape[1])]
        return np.exp(said[k]) @ np.array(drawn)

    return model(s)[t, s[t]] - mean(s, i)


@mistake("11.3", "the row mean changes too: the second's v is in it")
def _(m: Any, c: Any) -> Any:
    return [m, m / c]


@mistake("11.3", "a variance goes with the square of c")
def _(m: Any, c: Any) -> Any:
    return [m * (1 + c) / 2, m * (1 + c) / 2]


@mistake("11.3", "each is still to be divided by its own v")
def _(m: Any, c: Any) -> Any:
    return [m * (1 + c**2) / 2, c * m * (1 + c**2) / 2]


@mistake("11.3", "the medians of the second change too, by the factor c")
def _(m: Any, c: Any) -> Any:
    return [m * (1 + c**2) / 2, m * (1 + c**2) / 2 / c**2]


def _shared(h: Any) -> Any:
    return np.log(2) + h * np.log(h) + (1 - h) * np.log(1 - h)


@mistake("11.4", "the bit drawn again is always flipped: half of the time it is the same")
def _(h: Any) -> Any:
    return [_shared(h), (2 * h - 1) * _gain(h)]


@mistake("11.4", "you add up what is predicted with h alone: with 1 - h it loses as much")
def _(h: Any) -> Any:
    return [_shared(h), h * _gain(h) / 2]


@mistake("11.4", "that is what bit 1 alone shares with bit 3: both others together are asked for")
def _(h: Any) -> Any:
    return [0.0, (2 * h - 1) * _gain(h) / 2]
