"""Wrong answers to the exercises of the case studies, lessons 08 to 12."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


def _share(V: Any, s: Any) -> Any:
    return V[s - 1 : s + 6].sum() / V.sum()


@mistake("8.1", "you begin one position late: s counts from 1, an index from 0")
def _(m: Any, s: Any) -> Any:
    return _share(m.var(axis=1), s + 1)


@mistake("8.1", "V is a variance, and yours its root")
def _(m: Any, s: Any) -> Any:
    return _share(m.std(axis=1), s)


@mistake("8.1", "the mean of the four letters is not taken off")
def _(m: Any, s: Any) -> Any:
    return _share((m**2).mean(axis=1), s)


@mistake("8.1", "seven positions, s to s + 6: yours are six")
def _(m: Any, s: Any) -> Any:
    V = m.var(axis=1)
    return V[s - 1 : s + 5].sum() / V.sum()


@mistake("8.1", "a share: divide by the sum over all 26 positions")
def _(m: Any, s: Any) -> Any:
    return m.var(axis=1)[s - 1 : s + 6].sum()


@mistake("8.2", "the mean of all is taken off twice: add it once")
def _(table: Any) -> Any:
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0)


@mistake("8.2", "only one letter's own effect is taken off")
def _(table: Any) -> Any:
    return table - table.mean(axis=1, keepdims=True)


@mistake("8.2", "what each letter does alone is still in it")
def _(table: Any) -> Any:
    return table - table.mean()


@mistake("8.3", "only the order in which the letter comes first is counted")
def _(table: Any, w: Any, p: Any) -> Any:
    return table @ p - p @ table @ p


@mistake("8.3", "only the order in which the letter comes second is counted")
def _(table: Any, w: Any, p: Any) -> Any:
    return table @ w - p @ table @ w


@mistake("8.3", "missing letters are drawn alike for you, not with frequencies p")
def _(table: Any, w: Any, p: Any) -> Any:
    alike = table.mean(axis=0)
    return (table.mean(axis=1) - table.mean() + table @ w - alike @ w) / 2


@mistake("8.3", "w and p have changed places: letters that stand follow w, missing ones p")
def _(table: Any, w: Any, p: Any) -> Any:
    return (table @ w - w @ table @ w + table @ p - w @ table @ p) / 2


@mistake("8.3", "you add up both orders, and a value is their mean")
def _(table: Any, w: Any, p: Any) -> Any:
    return table @ p - p @ table @ p + table @ w - p @ table @ w


def _chosen(predicted: Any, length: Any, count: Any, order: Any, last: int = 0) -> list[int]:
    chosen: list[int] = []
    for at in order:
        if len(chosen) < count and all(abs(at - other) >= length for other in chosen[-last:]):
            chosen.append(int(at))
    return chosen


@mistake("8.4", "windows that overlap are among them")
def _(predicted: Any, length: Any, count: Any) -> Any:
    return np.argsort(-predicted, kind="stable")[:count].tolist()


@mistake("8.4", "windows side by side share no letter: a distance of length is enough")
def _(predicted: Any, length: Any, count: Any) -> Any:
    return _chosen(predicted, length + 1, count, np.argsort(-predicted, kind="stable"))


@mistake("8.4", "you go along the gene: best first is asked for")
def _(predicted: Any, length: Any, count: Any) -> Any:
    return _chosen(predicted, length, count, range(len(predicted)))


@mistake("8.4", "each is compared with the one before it only, not with all before")
def _(predicted: Any, length: Any, count: Any) -> Any:
    return _chosen(predicted, length, count, np.argsort(-predicted, kind="stable"), last=1)


@mistake("9.1", "equal pairs are counted, and it is unequal ones that leave something new")
def _(x: Any, cut: Any, J: Any) -> Any:
    return 1 + sum(int(x[i] == x[i + J]) for i in range(cut - J, cut))


@mistake("9.1", "the first product is missing: each unequal pair makes one more")
def _(x: Any, cut: Any, J: Any) -> Any:
    return sum(int(x[i] != x[i + J]) for i in range(cut - J, cut))


@mistake("9.1", "letters are compared outwards from the cut, where they have to be J apart")
def _(x: Any, cut: Any, J: Any) -> Any:
    return 1 + sum(int(x[cut - 1 - i] != x[cut + i]) for i in range(J))


@mistake("9.1", "all deletions are counted, and some leave the same")
def _(x: Any, cut: Any, J: Any) -> Any:
    return J + 1


def _pair(i: Any, j: Any, n: Any, q: Any) -> Any:
    k = np.zeros((q, n), int)
    k[:, i], k[:, j] = np.arange(q), -np.arange(q)
    return k


@mistake("9.2", "both letters turn the same way, and they have to cancel")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return np.abs(_pair(i, j, n, q)[1:])


@mistake("9.2", "an entry is negative: take it modulo q")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return _pair(i, j, n, q)[1:]


@mistake("9.2", "the constant is among them")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return _pair(i, j, n, q) % q


@mistake("9.3", "the constant is counted")
def _(k: Any, F: Any, q: Any) -> Any:
    energy = np.abs(F) ** 2
    return energy[k.sum(axis=1) % q == 0].sum() / energy.sum()


@mistake("9.3", "sizes are added up, where their squares are asked for")
def _(k: Any, F: Any, q: Any) -> Any:
    size = np.abs(F) * k.any(axis=1)
    return size[k.sum(axis=1) % q == 0].sum() / size.sum()


@mistake("9.3", "a sum has to be 0 in yours, where 0 modulo q is enough")
def _(k: Any, F: Any, q: Any) -> Any:
    energy = np.abs(F) ** 2 * k.any(axis=1)
    return energy[k.sum(axis=1) == 0].sum() / energy.sum()


@mistake("9.4", "the word stands twice, so it has twice as many letters")
def _(m: Any, q: Any) -> Any:
    return (1 - q**-m) / m


@mistake("9.4", "the mean of f is not taken off: without any letter it is not 0")
def _(m: Any, q: Any) -> Any:
    return 1 / (2 * m)


@mistake("9.4", "each letter has to be the right one in yours, where equal ones are enough")
def _(m: Any, q: Any) -> Any:
    return (1 - q ** (-2 * m)) / (2 * m)


@mistake("10.1", "the wild type is missing: an effect is a difference to it")
def _(wt: Any, a: Any, b: Any, ab: Any) -> Any:
    return ab - a - b


@mistake("10.1", "the sign is the wrong way round")
def _(wt: Any, a: Any, b: Any, ab: Any) -> Any:
    return a + b - ab - wt


@mistake("10.1", "this is the whole change of the double mutant, single effects included")
def _(wt: Any, a: Any, b: Any, ab: Any) -> Any:
    return ab - wt


@mistake("10.2", "this is all that they do, single effects and pairs included")
def _(v: Any) -> Any:
    return v.flat[-1] - v.flat[0]


@mistake("10.2", "yours is right for three positions only: the sign is (-1) to the number left out")
def _(v: Any) -> Any:
    return ((-1.0) ** (3 - np.indices(v.shape).sum(axis=0)) * v).sum()


@mistake("10.2", "the sign is the wrong way round")
def _(v: Any) -> Any:
    return -_all_differences(v)


@mistake("10.2", "pairs are taken off, and what two of them share is not put back")
def _(v: Any) -> Any:
    return v[1, 1, 1] - v[1, 1, 0] - v[1, 0, 1] - v[0, 1, 1]


def _all_differences(v: Any) -> Any:
    for _ in range(v.ndim):
        v = np.diff(v, axis=0)[0]
    return v


def _flips(t: Any, least: Any) -> bool:
    d = t[:, None, :] - t[None, :, :]
    return bool(((d > least).any(axis=2) & (d < -least).any(axis=2)).any())


@mistake("10.3", "only letters that stand side by side are compared")
def _(t: Any, least: Any) -> Any:
    return any(_flips(t[a : a + 2], least) for a in range(len(t) - 1))


@mistake("10.3", "the two positions are exchanged")
def _(t: Any, least: Any) -> Any:
    return _flips(t.T, least)


@mistake("10.3", "one of the two differences may be small in yours: both have to be beyond least")
def _(t: Any, least: Any) -> Any:
    d = t[:, None, :] - t[None, :, :]
    return bool(((d > least).any(axis=2) & (d < 0).any(axis=2)).any())


@mistake("10.3", "least is forgotten: noise flips letters that are nearly equal")
def _(t: Any, least: Any) -> Any:
    return _flips(t, 0)


@mistake("10.3", "any interaction counts in yours, and a curve makes those too")
def _(t: Any, least: Any) -> Any:
    return not np.allclose(t + t.mean(), t.mean(axis=0) + t.mean(axis=1, keepdims=True))


def _below(y: Any, low: Any, high: Any) -> Any:
    return np.log((y - low) / (high - y))


@mistake("10.4", "what was measured is added up: it is z that adds up")
def _(wt: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    return a + b - wt


@mistake("10.4", "the wild type is still in both: an effect is a difference to it")
def _(wt: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    z = _below(a, low, high) + _below(b, low, high)
    return low + (high - low) / (1 + np.exp(-z))


@mistake("10.4", "this is z: what is measured lies behind the sigmoid")
def _(wt: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    return _below(a, low, high) + _below(b, low, high) - _below(wt, low, high)


@mistake("10.4", "the measurements are multiplied: that is the log's scale, not the sigmoid's")
def _(wt: Any, a: Any, b: Any, low: Any, high: Any) -> Any:
    return a * b / wt


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


@mistake("11.4", "the bit drawn again is always flipped: half of the time it is the same")
def _(h: Any) -> Any:
    return [0.0, (2 * h - 1) * _gain(h)]


@mistake("11.4", "you add up what is predicted with h alone: with 1 - h it loses as much")
def _(h: Any) -> Any:
    return [0.0, h * _gain(h) / 2]


@mistake("11.4", "that is what bit 3 shares with bits 1 and 2 together, not with bit 1")
def _(h: Any) -> Any:
    both = np.log(2) + h * np.log(h) + (1 - h) * np.log(1 - h)
    return [both, (2 * h - 1) * _gain(h) / 2]


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
