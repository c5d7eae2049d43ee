"""From the spectrum's values to the network's: changes of single letters, walks, learnt stand-ins.

    python benchmarks/bench_amortise_walks.py [--write]    (--sketch FILE: a saved distilled sketch)

A distilled sketch of the shipped guide model, 10,000 queries. The target are the Shapley values of
its network at 200 random windows of 26, by 96 pairs of walks each, whose own variance is taken off
every squared error. Beside what ``explain`` does stand: the spectrum alone; plain walks; a ridge
from the letters to the values of network - spectrum, taught by walks, and one from the units of
the network's dense layers. A walk from one sequence to another and back, by the same order of
positions, is a pair of walks for each of the 2n sequences on it, all of which teach.
"""

import sys
from argparse import ArgumentParser

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

BUDGET, WINDOWS, PAIRS = 10_000, 200, 96
WALKS = (16, 32)
LOOPS, HELD_LOOPS = 3_000, 400
PENALTIES = (0.01, 0.1, 1.0, 10.0)
MANY, LIMIT = 100_000, 240  # sequences, and seconds of the processor: 120 of two cores
THOUSAND = 60

Array = np.ndarray


def loops(count: int, n: int, q: int, rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """Return sequences (count, 2n, n) of closed walks, whether each letter is that of the far end,
    and when each position changes (count, n)."""
    ends = rng.integers(0, q, size=(2, count, 1, n), dtype=np.uint8)
    order = rng.permuted(np.broadcast_to(np.arange(n), (count, n)), axis=1)
    rank = np.argsort(order, axis=1)
    time = np.arange(2 * n)[:, None]
    far = (rank[:, None, :] < time) & (time <= rank[:, None, :] + n)
    return np.where(far, *ends), far, rank


def taught(residual: Array, far: Array, rank: Array, mean: float) -> Array:
    """Return an unbiased estimate of the values of every sequence of closed walks, (…, 2n, n)."""
    n = residual.shape[1] // 2
    change = np.diff(residual, axis=1, append=residual[:, :1])
    there = np.take_along_axis(change, rank, axis=1)
    again = np.take_along_axis(change, rank + n, axis=1)
    credit = ((there - again) / 2)[:, None, :]
    opposite = np.roll(residual, n, axis=1)
    return np.where(far, credit, -credit) + ((opposite - mean) / n)[:, :, None]


def units(network: sz.Sketch, codes: Array) -> Array:
    """Return the units of the dense layers of all members, by the network's own arrays."""
    from shapzero_lite.sketching import network as module

    one_hot, out = np.eye(network.alphabet.q, dtype=np.float32), []
    for start in range(0, len(codes), 256):
        h = []
        for member in network.members:
            x = one_hot[codes[start : start + 256]]
            first, first_bias, second, second_bias, dense, dense_bias, _ = member
            x = module._convolved(module._convolved(x, first, first_bias), second, second_bias)
            h.append(np.maximum(x.reshape(len(x), -1) @ dense + dense_bias, 0))
        out.append(np.concatenate(h, axis=1))
    return np.concatenate(out).astype(float)
