"""Wrong answers to the exercises of lesson 10, protein fitness."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


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
