"""Wrong answers to the exercises of lesson 14: walks upon a network, single letters."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


def _heights(h: Any, start: Any, guide: Any, order: Any) -> Any:
    """What h answers along a walk, (n + 1,)."""
    rows = np.repeat(np.array(start)[None], len(order) + 1, axis=0)
    for done, i in enumerate(order, 1):
        rows[done:, i] = guide[i]
    return h(rows)


@mistake("14.1", "these are the gains of f alone: at every step take off what g gains")
def _(f: Any, g: Any, start: Any, guide: Any, order: Any) -> Any:
    gains = np.zeros(len(order))
    gains[order] = np.diff(_heights(f, start, guide, order))
    return gains


@mistake("14.1", "yours stand in the order of the walk: put each at its position")
def _(f: Any, g: Any, start: Any, guide: Any, order: Any) -> Any:
    return np.diff(_heights(f, start, guide, order) - _heights(g, start, guide, order))


@mistake("14.1", "the sign: what a step gains is the answer after it minus the one before")
def _(f: Any, g: Any, start: Any, guide: Any, order: Any) -> Any:
    gains = np.zeros(len(order))
    gains[order] = -np.diff(_heights(f, start, guide, order) - _heights(g, start, guide, order))
    return gains


@mistake("14.1", "each letter is set alone, where a walk keeps those that it has set already")
def _(f: Any, g: Any, start: Any, guide: Any, order: Any) -> Any:
    rows = np.repeat(np.array(start)[None], len(order), axis=0)
    np.fill_diagonal(rows, guide)
    before = np.array(start)[None]
    return f(rows) - g(rows) - (f(before) - g(before))


def _sum(closed: Any, free: Any, paid: Any) -> Any:
    return closed + free + paid.mean(axis=0)


@mistake("14.2", "standard errors are added up, where variances add up")
def _(closed: Any, free: Any, free_se: Any, paid: Any) -> Any:
    error = np.sqrt(paid.var(axis=0, ddof=1) / len(paid))
    return [_sum(closed, free, paid), free_se + error]


@mistake("14.2", "that is the error of one pair: the variance of the mean of P is P times smaller")
def _(closed: Any, free: Any, free_se: Any, paid: Any) -> Any:
    return [_sum(closed, free, paid), np.sqrt(free_se**2 + paid.var(axis=0, ddof=1))]


@mistake("14.2", "the error of the free level is left out")
def _(closed: Any, free: Any, free_se: Any, paid: Any) -> Any:
    return [_sum(closed, free, paid), np.sqrt(paid.var(axis=0, ddof=1) / len(paid))]


@mistake("14.2", "a variance about the mean of the rows themselves is too small: divide by P - 1")
def _(closed: Any, free: Any, free_se: Any, paid: Any) -> Any:
    return [_sum(closed, free, paid), np.sqrt(free_se**2 + paid.var(axis=0) / len(paid))]


def _one_by_one(h: Any, x: Any) -> tuple[Any, Any]:
    """What h says of x, and the sums of what it says with each other letter in a position (n,)."""
    rows = np.repeat(x[None], 3 * len(x), axis=0)
    rows[np.arange(len(rows)), np.arange(len(rows)) // 3] = (x[:, None] + [1, 2, 3]).ravel() % 4
    return h(x[None])[0], h(rows).reshape(-1, 3).sum(axis=1)


@mistake("14.3", "x's own letter is one of the four that the mean is over")
def _(h: Any, x: Any) -> Any:
    own, others = _one_by_one(h, x)
    return own - others / 3


@mistake("14.3", "the sign: it is h(x) minus the mean")
def _(h: Any, x: Any) -> Any:
    own, others = _one_by_one(h, x)
    return (own + others) / 4 - own


@mistake("14.3", "this is the mean itself, and what x has above it is asked for")
def _(h: Any, x: Any) -> Any:
    own, others = _one_by_one(h, x)
    return (own + others) / 4


@mistake("14.3", "you add up over the letters: divide by 4")
def _(h: Any, x: Any) -> Any:
    own, others = _one_by_one(h, x)
    return 4 * own - (own + others)


@mistake("14.4", "the ratio stands the other way up")
def _(parts: Any) -> Any:
    return parts.sum() / (parts / np.arange(1, len(parts) + 1)).sum()


@mistake("14.4", "all orders count alike, where each counts by what it adds to c_i")
def _(parts: Any) -> Any:
    return (1 / np.arange(1, len(parts) + 1)).mean()


@mistake("14.4", "this is 1 over the mean order, and a mean of 1/m is asked for")
def _(parts: Any) -> Any:
    return parts.sum() / (parts @ np.arange(1, len(parts) + 1))


@mistake("14.4", "this is the value itself: divide it by c_i, the sum of the parts")
def _(parts: Any) -> Any:
    return (parts / np.arange(1, len(parts) + 1)).sum()


@mistake("14.6", "the squares are given already: variances are mixed, not their roots")
def _(tau2: Any, s2: Any) -> Any:
    tau, s = np.sqrt(tau2), np.sqrt(s2)
    return [tau / (tau + s), tau * s / (tau + s)]


@mistake("14.6", "this is the share of the letters: the noisier guess weighs less")
def _(tau2: Any, s2: Any) -> Any:
    return [s2 / (tau2 + s2), tau2 * s2 / (tau2 + s2)]


@mistake("14.6", "errors do not add up: what stays is less than either")
def _(tau2: Any, s2: Any) -> Any:
    return [tau2 / (tau2 + s2), tau2 + s2]


@mistake("14.6", "this is their mean, as if both weighed alike: the better guess weighs more")
def _(tau2: Any, s2: Any) -> Any:
    return [tau2 / (tau2 + s2), (tau2 + s2) / 4]
