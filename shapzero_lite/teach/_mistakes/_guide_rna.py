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


def _other_letters(f: Any, x: Any, i: int) -> Any:
    rows = np.repeat(np.asarray(x)[None], 4, axis=0)
    rows[:, i - 1] = np.arange(4)
    y, here = np.asarray(f(rows)), int(x[i - 1])
    return y[here], y, here


@mistake("8.4", "the mean is over the three others: the letter that stands there is no swap")
def _(f: Any, x: Any, i: Any) -> Any:
    own, y, _here = _other_letters(f, x, i)
    return own - y.mean()


@mistake("8.4", "the sign: how much less is predicted, so f(x) comes first")
def _(f: Any, x: Any, i: Any) -> Any:
    own, y, here = _other_letters(f, x, i)
    return np.delete(y, here).mean() - own


@mistake("8.4", "positions count from 1, an index from 0")
def _(f: Any, x: Any, i: Any) -> Any:
    own, y, here = _other_letters(f, x, i % len(x) + 1)
    return own - np.delete(y, here).mean()


@mistake("8.4", "one other letter only: the mean of three is asked for")
def _(f: Any, x: Any, i: Any) -> Any:
    own, y, here = _other_letters(f, x, i)
    return own - y[(here + 1) % 4]


@mistake("8.4", "three losses added up: their mean is asked for")
def _(f: Any, x: Any, i: Any) -> Any:
    own, y, here = _other_letters(f, x, i)
    return 3 * own - np.delete(y, here).sum()
