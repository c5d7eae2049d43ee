"""Repetitions of a simulation in parallel processes, each with its own seed; no claims here."""

import one_thread  # noqa: F401

# isort: split
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
from kept import Kept

PROCESSES = 2


def repeated(
    one: Callable[[int], tuple], count: int, first: int = 0, kept: Kept | None = None
) -> list[tuple]:
    """Return one(first), ..., one(first + count - 1): the argument is all that seeds a repetition.

    Processes are spawned, as on Windows and macOS, so ``one`` is a function of a module. ``kept``:
    repetitions that are there are not run again.
    """
    seeds, kept = range(first, first + count), kept or Kept(None, None)
    todo = [seed for seed in seeds if seed not in kept]
    chunk = 20 if kept.path is None else 2  # what is lost when a run is stopped
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        found = pool.map(one, todo, chunksize=chunk)
        return [tuple(kept.of(seed, lambda: list(next(found)))) for seed in seeds]


def error_rates(p: np.ndarray, levels: tuple[float, ...] = (0.05, 0.01)) -> list[tuple]:
    """Return (level, share of p <= level, exact binomial 99.9 % interval around level)."""
    from scipy.stats import binom

    found = []
    for level in levels:
        low, high = binom.interval(0.999, len(p), level)
        found.append((level, float((p <= level).mean()), low / len(p), high / len(p)))
    return found
