"""Wrong answers to the exercises of lessons 01 and 02, the two transforms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn, typed

typed(
    "1.1",
    [
        ([0.5, 0, 0.5, 0], "the arrows at k = 2 lead to the wrong side"),
        ([2, 0, -2, 0], "you add up and do not divide by the number of letters"),
        ([0.5, -0.25 - 0.25j, 0, -0.25 + 0.25j], "these are the averages of C or G"),
    ],
)


@mistake("1.2", "the phase has the wrong sign")
def _(f: Any, k: Any) -> Any:
    return np.fft.ifftn(f)[k]


@mistake("1.2", "you add up and do not divide by the number of sequences")
def _(f: Any, k: Any) -> Any:
    return np.fft.fftn(f)[k]


@mistake("1.2", "only the real part is kept")
def _(f: Any, k: Any) -> Any:
    return (np.fft.fftn(f)[k] / f.size).real


@mistake("1.3", "entry 0 counts as a choice: such a wave has a smaller order")
def _(q: Any, n: Any, order: Any) -> Any:
    return math.comb(n, order) * q**order


@mistake("1.3", "the positions are not chosen yet")
def _(q: Any, n: Any, order: Any) -> Any:
    return (q - 1) ** order


@mistake("1.3", "you count supports, and each holds several waves")
def _(q: Any, n: Any, order: Any) -> Any:
    return math.comb(n, order)


@mistake("1.4", "the mean, order 0, is counted in the variance")
def _(frequencies: Any, coefficients: Any, order: Any) -> Any:
    energy = np.abs(coefficients) ** 2
    return energy[np.count_nonzero(frequencies, axis=1) == order].sum() / energy.sum()


@mistake("1.4", "you add up |F[k]| where the variance adds up |F[k]|²")
def _(frequencies: Any, coefficients: Any, order: Any) -> Any:
    orders, size = np.count_nonzero(frequencies, axis=1), np.abs(coefficients)
    return size[orders == order].sum() / size[orders > 0].sum()


@mistake("1.4", "you count waves, where the variance adds up |F[k]|²")
def _(frequencies: Any, coefficients: Any, order: Any) -> Any:
    orders = np.count_nonzero(frequencies, axis=1)
    return (orders == order).sum() / (orders > 0).sum()


def _mirror(F: Any, k: Any, reverse: Any, sign: Any) -> Any:
    there = tuple(-entry % F.shape[0] for entry in (reversed(k) if reverse else k))
    return F[there] * turn(F.shape[0], sign * sum(k))


@mistake("1.5", "the phase that is left over is missing")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=0)


@mistake("1.5", "the phase that is left over has the wrong sign")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=-1)


@mistake("1.5", "the letters are complemented and the order of positions is not reversed")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=False, sign=1)


@mistake("1.6", "you keep the waves that see the position, and drop the others")
def _(F: Any, i: Any) -> Any:
    kept = np.moveaxis(np.array(F), i, 0)
    kept[0] = 0
    return np.moveaxis(kept, 0, i)


@mistake("1.6", "you average the coefficients, where the function is to be averaged")
def _(F: Any, i: Any) -> Any:
    return np.broadcast_to(F.mean(axis=i, keepdims=True), F.shape)


@mistake("1.6", "the position is gone from the table; keep its axis")
def _(F: Any, i: Any) -> Any:
    return np.take(F, 0, axis=i)


@mistake("2.1", "the wild type is not put back: both single effects took it away")
def _(f_wild: Any, f_a: Any, f_b: Any, f_ab: Any) -> Any:
    return f_ab - f_a - f_b


@mistake("2.1", "the double mutant is not yet a difference to the wild type")
def _(f_wild: Any, f_a: Any, f_b: Any, f_ab: Any) -> Any:
    return f_ab - (f_a - f_wild) - (f_b - f_wild)


@mistake("2.2", "the entries at letter 0 are subtracted from themselves as well")
def _(table: Any, axis: Any) -> Any:
    return table - np.take(table, [0], axis)


@mistake("2.3", "M[0] is the mean F[0], where it is the value at letter 0: all of F added up")
def _(F: Any) -> Any:
    rows = turn(len(F), np.outer(np.arange(len(F)), np.arange(len(F)))) - 1
    rows[0, 0] = 1
    return (rows @ F).real


@mistake("2.3", "you give the values f(c), from which f(0) is still to be taken")
def _(F: Any) -> Any:
    return (turn(len(F), np.outer(np.arange(len(F)), np.arange(len(F)))) @ F).real
