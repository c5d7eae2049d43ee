"""Seconds for one p-value of SEISM, from a phenotype to the answer.

python benchmarks/bench_seism_speed.py [--write]
"""

import sys

from tables import markdown, paired_seconds, publish, seconds

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.seism.conditional_null import Region, serial_p_value
from shapzero_lite.seism.stepwise import stepwise

STATES = 2000


def one(n: int, k: int, length: int, least: int) -> tuple[int, list[float]]:
    """Return the number of cells, and seconds: dictionary, p of motif 1, p of motif 2."""
    rng = np.random.default_rng(n)
    codes, y = rng.integers(0, 4, (n, length)).astype(np.uint8), rng.normal(size=n)
    candidates = seism.dictionary(codes, k, least=least)

    def p_value(number: int) -> float:
        chosen = stepwise(candidates, y, number + 1)
        return serial_p_value(Region(chosen, number), STATES, np.random.default_rng(0))

    taken = paired_seconds(
        lambda: seism.dictionary(codes, k, least=least), lambda: p_value(0), lambda: p_value(1)
    )
    return len(candidates.cells), taken


def main() -> int:
    """Measure and publish."""
    rows, claims = [], []
    for n, k, length, least, limit in ((100, 5, 30, 3, 0.5), (1000, 6, 60, 3, 2.0)):
        cells, taken = one(n, k, length, least)
        rows.append([f"{n:,}", length, k, f"{cells:,}", *map(seconds, taken)])
        claims.append((
            f"one p-value, n = {n:,}, {cells:,} cells, {STATES:,} states ≤ {limit} s",
            seconds(max(taken[1:])),
            max(taken[1:]) <= limit,
        ))  # fmt: skip
    headings = ["n", "bases", "k", "cells", "dictionary", "p, motif 1", "p, motif 2"]
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
