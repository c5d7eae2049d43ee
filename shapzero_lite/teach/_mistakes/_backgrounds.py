"""Wrong answers to the exercises of lesson 15: backgrounds."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn


def _filled(x: Any, unread: Any, q: int) -> tuple[Any, Any]:
    fillings = np.array(list(product(range(q), repeat=len(unread))))
    rows = np.tile(x, (len(fillings), 1))
    rows[:, unread] = fillings
    return rows, fillings


@mistake("15.1", "every filling has the same weight, where p gives each a chance of its own")
def _(f: Any, x: Any, unread: Any, p: Any) -> Any:
    return f(_filled(x, unread, len(p))[0]).mean()


@mistake("15.1", "one gap is filled at a time, so what gaps do together is lost")
def _(f: Any, x: Any, unread: Any, p: Any) -> Any:
    return np.mean([f(_filled(x, [i], len(p))[0]) @ p for i in unread])


@mistake("15.1", "the likeliest letter is filled in, where the mean over all is asked for")
def _(f: Any, x: Any, unread: Any, p: Any) -> Any:
    row = np.array(x)
    row[unread] = np.argmax(p)
    return f(row[None])[0]


def _factors(k: Any, p: Any, sign: int = 1) -> Any:
    """Return psi_i(k_i), (s, n)."""
    n, q = p.shape
    psi = p @ turn(q, sign * np.outer(np.arange(q), np.arange(q)))
    return psi[np.arange(n), k]


@mistake("15.2", "this is F of k = 0, the mean over uniform letters only")
def _(k: Any, F: Any, p: Any) -> Any:
    return F[(k == 0).all(axis=1)].sum().real


@mistake("15.2", "the waves turn the wrong way")
def _(k: Any, F: Any, p: Any) -> Any:
    return (F * _factors(k, p, -1).prod(axis=1)).sum().real


@mistake("15.2", "the factors of a wave are added up, where they are multiplied")
def _(k: Any, F: Any, p: Any) -> Any:
    return (F * _factors(k, p).sum(axis=1)).sum().real


@mistake("15.3", "both get half of what there is, as for uniform letters")
def _(a: Any, b: Any) -> Any:
    return [(a[0] * a[1] - b[0] * b[1]) / 2] * 2


@mistake("15.3", "the first letter always comes first")
def _(a: Any, b: Any) -> Any:
    return [(a[0] - b[0]) * b[1], a[0] * (a[1] - b[1])]


@mistake("15.3", "each letter is paid as if the other were in already")
def _(a: Any, b: Any) -> Any:
    return [(a[0] - b[0]) * a[1], (a[1] - b[1]) * a[0]]


def _every(phi: Any, x: Any, p: Any) -> tuple[Any, Any]:
    """Return the chance of each letter of all q^n sequences, and the values against each."""
    every = np.array(list(product(range(p.shape[1]), repeat=len(p))))
    return p[np.arange(len(p)), every], np.array([phi(x, b) for b in every])


@mistake("15.4", "every sequence has the same weight, where p gives each a chance of its own")
def _(phi: Any, x: Any, p: Any) -> Any:
    return _every(phi, x, p)[1].mean(axis=0)


@mistake("15.4", "the chances of a sequence's letters are added up, where they are multiplied")
def _(phi: Any, x: Any, p: Any) -> Any:
    chances, values = _every(phi, x, p)
    return np.average(values, axis=0, weights=chances.sum(axis=1))


@mistake("15.4", "the mean over sequences is taken twice: their chances add up to 1 already")
def _(phi: Any, x: Any, p: Any) -> Any:
    chances, values = _every(phi, x, p)
    return chances.prod(axis=1) @ values / len(values)


@mistake("15.4", "the likeliest sequence stands in for all, where the mean over all is asked for")
def _(phi: Any, x: Any, p: Any) -> Any:
    return phi(x, np.argmax(p, axis=1))


@mistake("15.5", "the wrong one is taken off: a background is what a letter is compared with")
def _(effects: Any, p: Any, p2: Any) -> Any:
    return p2 @ effects - p @ effects


@mistake("15.5", "the background p is missing")
def _(effects: Any, p: Any, p2: Any) -> Any:
    return -p2 @ effects


@mistake("15.5", "the parts of the letters are not added up")
def _(effects: Any, p: Any, p2: Any) -> Any:
    return effects * (p - p2)


@mistake("15.6", "the wild type's own letter is never drawn anew in yours")
def _(wild: Any, keep: Any, q: Any) -> Any:
    return np.where(np.eye(q)[wild] == 1, keep, (1 - keep) / (q - 1))


@mistake("15.6", "the chances of a position do not add up to 1")
def _(wild: Any, keep: Any, q: Any) -> Any:
    return np.where(np.eye(q)[wild] == 1, keep, (1 - keep) / q)


@mistake("15.6", "keep and 1 - keep are exchanged")
def _(wild: Any, keep: Any, q: Any) -> Any:
    return (1 - keep) * np.eye(q)[wild] + keep / q
