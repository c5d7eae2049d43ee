"""Repetitions of a simulation in parallel processes, each with its own seed; no claims here."""

import one_thread  # noqa: F401

# isort: split
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np

PROCESSES = 2


def repeated(one: Callable[[int], tuple], count: int, first: int = 0) -> list[tuple]:
    """Return one(first), ..., one(first + count - 1): the argument is all that seeds a repetition.

    Processes are spawned, as on Windows and macOS, so ``one`` is a function of a module.
    """
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        return list(pool.map(one, range(first, first + count), chunksize=20))


def error_rates(p: np.ndarray, levels: tuple[float, ...] = (0.05, 0.01)) -> list[tuple]:
    """Return (level, share of p <= level, exact binomial 99.9 % interval around level)."""
    from scipy.stats import binom

    found = []
    for level in levels:
        low, high = binom.interval(0.999, len(p), level)
        found.append((level, float((p <= level).mean()), low / len(p), high / len(p)))
    return found
