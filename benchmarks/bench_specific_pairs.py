"""Pairs planted behind curves: how many are found, and how many others are named with them.

    python benchmarks/bench_specific_pairs.py [--write]

The test of ours, and the usual way: fit letters and all pairs of letters as they are measured, by
least squares, and ask of every pair of positions with an F test whether it adds anything. Both
with Benjamini and Hochberg's rate of 0.1. A curve over a sum makes interactions of its own, so that
the usual way names pairs that were not planted.
"""

import sys
from itertools import combinations

from tables import markdown, publish

# isort: split
import numpy as np
from scipy.stats import f as fisher

import shapzero_lite as sz
from shapzero_lite.sketching import fit_global_epistasis
from shapzero_lite.sketching.latent_fit import Design
from shapzero_lite.sketching.specific_pairs import benjamini_hochberg

Array = np.ndarray
Pairs = set[tuple[int, int]]
N, n, RUNS = 2000, 6, 5
PLANTED = {(0, 1), (2, 5), (3, 4)}
ALL = list(combinations(range(n), 2))
CURVES = {
    "no curve": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-4 * z)),
    "floor, half of the rows": lambda z: np.maximum(z, np.quantile(z, 0.5)),
    "floor, three quarters": lambda z: np.maximum(z, np.quantile(z, 0.75)),
}


def landscape(curve: object, noise: float, seed: int) -> tuple[Array, Array]:
    """Return random DNA and values: letters and three pairs, behind a curve, with noise."""
    rng = np.random.default_rng(seed)
    codes = sz.DNA.random(N, n, seed=seed)
    z = rng.normal(size=(n, 4))[np.arange(n), codes].sum(axis=1)
    z = (z - z.mean()) / z.std()
    for i, j in sorted(PLANTED):
        z = z + 0.25 * rng.normal(size=(4, 4))[codes[:, i], codes[:, j]]
    y = curve(z)
    return codes, y + noise * y.std() * rng.normal(size=N)


def by_f_tests(codes: Array, y: Array) -> Pairs:
    """Return the pairs that least squares on the values themselves calls interacting."""
    design = Design(sz.Letters.from_sequences(codes, sz.DNA), ALL)
    matrix = np.c_[np.ones(N), design.matrix(codes).toarray()]

    def squares(columns: Array) -> float:
        fitted = columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
        return float(((y - fitted) ** 2).sum())

    full, spare = squares(matrix), N - matrix.shape[1]
    p_values = []
    for number in range(len(ALL)):
        block = design.columns(number)
        without = squares(np.delete(matrix, np.arange(1 + block.start, 1 + block.stop), axis=1))
        width = block.stop - block.start
        p_values.append(fisher.sf((without - full) / width / (full / spare), width, spare))
    rates = benjamini_hochberg(p_values)
    return {pair for pair, rate in zip(ALL, rates, strict=True) if rate <= 0.1}


def main() -> int:
    """Measure and publish."""
    table, claims, false, named = [], [], [], 0
    for name, curve in CURVES.items():
        for noise in (0.1, 0.3):
            counts = np.zeros(4, int)
            for seed in range(RUNS):
                codes, y = landscape(curve, noise, seed)
                fit = fit_global_epistasis(codes, y, sz.DNA, pairs=True, seed=seed)
                ours = {pair.positions for pair in fit.specific_pairs(0.1)}
                theirs = by_f_tests(codes, y)
                counts += [
                    len(ours & PLANTED), len(ours - PLANTED),
                    len(theirs & PLANTED), len(theirs - PLANTED),
                ]  # fmt: skip
                false.append(len(ours - PLANTED) / max(1, len(ours)))
                named += len(ours)
            there = RUNS * len(PLANTED)
            table.append([name, f"{noise**2:.0%}", there, *counts])
            recall = counts[0] / there
            claims.append(
                (f"{name}, noise {noise**2:.0%}: recall ≥ 0.9", f"{recall:.2f}", recall >= 0.9)
            )
            print(*table[-1], sep="  ", file=sys.stderr, flush=True)
    rate = float(np.mean(false))
    claims.append(("share of others among those named, mean ≤ 0.1", f"{rate:.3f}", rate <= 0.1))
    headings = [
        "curve", "noise over signal", "planted", "ours found", "others named",
        "F tests found", "others named",
    ]  # fmt: skip
    return publish(__file__, [markdown(headings, table)], claims)


if __name__ == "__main__":
    sys.exit(main())
