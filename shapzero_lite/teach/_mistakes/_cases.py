"""Wrong answers to the exercises of the case studies, lessons 08 to 12."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


@mistake("8.1", "the three letters of context are numbered too")
def _(i: Any) -> Any:
    return 27 - i


@mistake("8.1", "positions are counted from 0, and (8.1) counts from 1")
def _(i: Any) -> Any:
    return 26 - i if i > 3 else 0


@mistake("8.1", "you count along the window, and the strands run against each other")
def _(i: Any) -> Any:
    return i - 3 if i > 3 else 0


@mistake("8.2", "the mean of all is taken off twice: add it once")
def _(table: Any) -> Any:
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0)


@mistake("8.2", "only one letter's own effect is taken off")
def _(table: Any) -> Any:
    return table - table.mean(axis=1, keepdims=True)


@mistake("8.2", "what each letter does alone is still in it")
def _(table: Any) -> Any:
    return table - table.mean()


@mistake("8.3", "pairs are still in it: one axis is missing")
def _(t: Any) -> Any:
    t = t - t.mean(axis=0, keepdims=True)
    return t - t.mean(axis=1, keepdims=True)


@mistake("8.3", "pairs are still in it: only single letters are taken off")
def _(t: Any) -> Any:
    single = sum(t.mean(axis=axes, keepdims=True) for axes in ((0, 1), (0, 2), (1, 2)))
    return t - single + 2 * t.mean()


@mistake("8.3", "means over one axis are taken off, and what two of them share is not put back")
def _(t: Any) -> Any:
    return t - sum(t.mean(axis=axis, keepdims=True) for axis in range(3))


def _pair(i: Any, j: Any, n: Any, q: Any) -> Any:
    k = np.zeros((q, n), int)
    k[:, i], k[:, j] = np.arange(q), -np.arange(q)
    return k


@mistake("9.1", "both letters turn the same way, and they have to cancel")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return np.abs(_pair(i, j, n, q)[1:])


@mistake("9.1", "an entry is negative: take it modulo q")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return _pair(i, j, n, q)[1:]


@mistake("9.1", "the constant is among them")
def _(i: Any, j: Any, n: Any, q: Any) -> Any:
    return _pair(i, j, n, q) % q


@mistake("9.2", "the constant is counted")
def _(k: Any, F: Any, q: Any) -> Any:
    energy = np.abs(F) ** 2
    return energy[k.sum(axis=1) % q == 0].sum() / energy.sum()


@mistake("9.2", "sizes are added up, where their squares are asked for")
def _(k: Any, F: Any, q: Any) -> Any:
    size = np.abs(F) * k.any(axis=1)
    return size[k.sum(axis=1) % q == 0].sum() / size.sum()


@mistake("9.2", "a sum has to be 0 in yours, where 0 modulo q is enough")
def _(k: Any, F: Any, q: Any) -> Any:
    energy = np.abs(F) ** 2 * k.any(axis=1)
    return energy[k.sum(axis=1) == 0].sum() / energy.sum()


@mistake("9.3", "the word stands twice, so it has twice as many letters")
def _(m: Any, q: Any) -> Any:
    return (1 - q**-m) / m


@mistake("9.3", "the mean of f is not taken off: without any letter it is not 0")
def _(m: Any, q: Any) -> Any:
    return 1 / (2 * m)


@mistake("9.3", "each letter has to be the right one in yours, where equal ones are enough")
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


def _flips(t: Any) -> bool:
    signs = np.sign(t[:, None, :] - t[None, :, :])
    return bool(((signs > 0).any(axis=2) & (signs < 0).any(axis=2)).any())


@mistake("10.3", "any interaction counts in yours, and a curve makes those too")
def _(t: Any) -> Any:
    return not np.allclose(t + t.mean(), t.mean(axis=0) + t.mean(axis=1, keepdims=True))


@mistake("10.3", "only letters that stand side by side are compared")
def _(t: Any) -> Any:
    return any(_flips(t[a : a + 2]) for a in range(len(t) - 1))


@mistake("10.3", "the two positions are exchanged")
def _(t: Any) -> Any:
    return _flips(t.T)


@mistake("11.3", "this is their mutual information: the mean of logarithms is asked for")
def _(P: Any) -> Any:
    return (P * np.log(P / P.sum(axis=1, keepdims=True) / P.sum(axis=0))).sum()


@mistake("11.3", "each letter is drawn as often, where p(a) says how often")
def _(P: Any) -> Any:
    told = np.log(P / P.sum(axis=1, keepdims=True))
    return (P * (told - told.mean(axis=0))).sum()


@mistake("11.3", "these are bits, where nats are asked for")
def _(P: Any) -> Any:
    p = P.sum(axis=1, keepdims=True)
    told = np.log2(P / p)
    return (P * (told - (p * told).sum(axis=0))).sum()


@mistake("12.1", "the probabilities are added up, so what happens twice is counted twice")
def _(level: Any, M: Any) -> Any:
    return level * M


@mistake("12.1", "this is the probability that none of them is below")
def _(level: Any, M: Any) -> Any:
    return (1 - level) ** M


@mistake("12.1", "this is the probability that all of them are below")
def _(level: Any, M: Any) -> Any:
    return level**M


@mistake("12.2", "the observed phenotype is not one of the states")
def _(states: Any, observed: Any) -> Any:
    return np.sum(states >= observed) / max(len(states), 1)


@mistake("12.2", "the observed phenotype is counted above the line, and not below")
def _(states: Any, observed: Any) -> Any:
    return (1 + np.sum(states >= observed)) / max(len(states), 1)


@mistake("12.2", "states that are smaller are counted")
def _(states: Any, observed: Any) -> Any:
    return (1 + np.sum(states <= observed)) / (len(states) + 1)
