"""Wrong answers to the exercises of lesson 08, guide RNAs."""

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
