"""Wrong answers to the exercises of lesson 09, DNA repair."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


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
