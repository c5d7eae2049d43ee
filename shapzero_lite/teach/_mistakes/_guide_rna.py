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


def _reasons(values: Any, order: Any, whole: float) -> tuple[list[int], float]:
    return [int(i) + 1 for i in order], float(values[order].sum() / whole) if whole else 0.0


def _falling(values: Any, count: Any) -> Any:
    order = np.argsort(-values, kind="stable")[:count]
    return order[values[order] > 0]


def _for(values: Any) -> float:
    return values[values > 0].sum()


@mistake("8.4", "positions count from 1, an index from 0")
def _(values: Any, count: Any) -> Any:
    places, share = _reasons(values, _falling(values, count), _for(values))
    return [place - 1 for place in places], share


@mistake("8.4", "you sort by size: a large negative value speaks against the guide")
def _(values: Any, count: Any) -> Any:
    return _reasons(values, np.argsort(-np.abs(values), kind="stable")[:count], _for(values))


@mistake("8.4", "you divide by the sum of all, where what speaks against cancels")
def _(values: Any, count: Any) -> Any:
    return _reasons(values, _falling(values, count), values.sum())


@mistake("8.4", "you divide by the sizes of all: only positive values speak for the guide")
def _(values: Any, count: Any) -> Any:
    return _reasons(values, _falling(values, count), np.abs(values).sum())


@mistake("8.4", "of equals yours names the later: a sorted list turned round turns them, too")
def _(values: Any, count: Any) -> Any:
    order = np.argsort(values, kind="stable")[::-1][:count]
    return _reasons(values, order[values[order] > 0], _for(values))


@mistake("8.4", "count is filled up: a value of 0 or below is no reason")
def _(values: Any, count: Any) -> Any:
    places = _reasons(values, np.argsort(-values, kind="stable")[:count], 0.0)[0]
    return places, _reasons(values, _falling(values, count), _for(values))[1]


@mistake("8.4", "they go along the guide: the strongest comes first")
def _(values: Any, count: Any) -> Any:
    return _reasons(values, np.sort(_falling(values, count)), _for(values))
