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


@mistake("1.3", "you keep the waves that see the position, and drop the others")
def _(F: Any, i: Any) -> Any:
    kept = np.moveaxis(np.array(F), i, 0)
    kept[0] = 0
    return np.moveaxis(kept, 0, i)


@mistake("1.3", "you average the coefficients, where the function is to be averaged")
def _(F: Any, i: Any) -> Any:
    return np.broadcast_to(F.mean(axis=i, keepdims=True), F.shape)


@mistake("1.3", "the position is gone from the table; keep its axis")
def _(F: Any, i: Any) -> Any:
    return np.take(F, 0, axis=i)


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


@mistake("1.5", "entry 0 counts as a choice: such a wave has a smaller order")
def _(q: Any, n: Any, order: Any) -> Any:
    return math.comb(n, order) * q**order


@mistake("1.5", "the positions are not chosen yet")
def _(q: Any, n: Any, order: Any) -> Any:
    return (q - 1) ** order


@mistake("1.5", "you count supports, and each holds several waves")
def _(q: Any, n: Any, order: Any) -> Any:
    return math.comb(n, order)


def _mirror(F: Any, k: Any, reverse: Any, sign: Any) -> Any:
    there = tuple(-entry % F.shape[0] for entry in (reversed(k) if reverse else k))
    return F[there] * turn(F.shape[0], sign * sum(k))


@mistake("1.6", "the phase that is left over is missing")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=0)


@mistake("1.6", "the phase that is left over has the wrong sign")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=-1)


@mistake("1.6", "the letters are complemented and the order of positions is not reversed")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=False, sign=1)


typed(
    "2.1",
    [
        ([3, 1, 4], "exchanged: beside the second the first one's own loss, 1, is to be made up"),
        ([4, 4, 4], "in (1) and (2) you compare with the wild type, not with the other mutant"),
        ([-1, -3, -4], "the sign: epistasis has to make up for what is lost"),
        ([1, 3, 2], "the double mutant has lost 1 and 3: both have to be made up"),
        ([0, 0, 4], "positive epistasis lessens the loss; it must outdo it for a gain"),
    ],
)


typed(
    "2.2",
    [
        (
            [1, 0, 0],
            "only AA has a coefficient: then (2.1) gives every sequence the value 1",
        ),
        ([1, -1, 0], "CC is left out: without it AA, CA and AC add up to -1 there"),
        ([1, -1, -1], "CC is taken down once more, where CA and AC have already taken too much"),
    ],
)


@mistake("2.3", "all pairs are counted, where only neighbours act together")
def _(q: Any, n: Any) -> Any:
    return 1 + n * (q - 1) + math.comb(n, 2) * (q - 1) ** 2


@mistake("2.3", "letter 0 counts as a mutation")
def _(q: Any, n: Any) -> Any:
    return 1 + n * q + (n - 1) * q**2


@mistake("2.3", "the word 0 is left out")
def _(q: Any, n: Any) -> Any:
    return n * (q - 1) + (n - 1) * (q - 1) ** 2


def _turned(k: Any, F: Any, x: Any, q: Any) -> Any:
    return F * np.exp(2j * np.pi * (k @ x) / q)


@mistake("2.4", "F_x is turned already: you turn it by y, and not back by x")
def _(k: Any, F_x: Any, x: Any, y: Any, q: Any) -> Any:
    return _turned(k, F_x, y, q)


@mistake("2.4", "you go from y to x: the way is y - x")
def _(k: Any, F_x: Any, x: Any, y: Any, q: Any) -> Any:
    return _turned(k, F_x, x - y, q)


@mistake("2.4", "each letter turns a wave by k_i hours, not by one")
def _(k: Any, F_x: Any, x: Any, y: Any, q: Any) -> Any:
    return _turned(k != 0, F_x, y - x, q)


@mistake("2.4", "these are the sizes, which stay; the hands turn")
def _(k: Any, F_x: Any, x: Any, y: Any, q: Any) -> Any:
    return np.abs(F_x)


def _entry(F: Any, waves: Any, factors: Any) -> Any:
    return (F * waves * factors.prod(axis=1)).sum().real


@mistake("2.5", "a wave that reads positions beside those of m is left out, and it counts as well")
def _(k: Any, F: Any, m: Any, q: Any) -> Any:
    at = m > 0
    return _entry(F, np.all((k > 0) == at, axis=1), turn(q, (k * m)[:, at]) - 1)


@mistake("2.5", "the 1 is not taken off: at each mutated position letter 0 is subtracted")
def _(k: Any, F: Any, m: Any, q: Any) -> Any:
    at = m > 0
    return _entry(F, np.all(k[:, at] > 0, axis=1), turn(q, (k * m)[:, at]))


@mistake(
    "2.5", "you subtract 1 once per wave: that is f(m) - f(0), and epistasis is less than that"
)
def _(k: Any, F: Any, m: Any, q: Any) -> Any:
    return (F * (turn(q, k @ m) - 1)).sum().real


@mistake("2.5", "each factor needs the letter of m: the wave turns by k_i m_i hours, not by k_i")
def _(k: Any, F: Any, m: Any, q: Any) -> Any:
    at = m > 0
    return _entry(F, np.all(k[:, at] > 0, axis=1), turn(q, k[:, at]) - 1)


typed(
    "2.6",
    [
        ([-2, -2, 2], "the wave (1, 1) reads position 1 too: it gives to M[(1, 0)] as well"),
        ([-3, -3, 2], "averaged over position 2 the wave (1, 1) is gone: (2.4) takes (1, 0) alone"),
        ([-2, -3, 2], "seen from the wild type and averaged are exchanged"),
        ([-3, -2, -1], "at (1, 1) two positions are mutated, and each gives a factor"),
        ([3, 2, 2], "omega - 1 is -2, not 2"),
        ([1, 1, 0.5], "these are coefficients of waves: each is still to be multiplied, (2.7)"),
    ],
)
