"""Learn the GB1 landscape from its measured variants, write data/gb1_spectrum.npz.

    SHAPZERO_LITE_DATA=<reference data> python tools/fits/make_gb1_spectrum.py

Data: fitness relative to the wild type of 149,361 of the 160,000 variants of protein G domain B1
at positions 39, 40, 41, 54 (Wu et al. 2016). A fifth of them have fitness 0, hence the pseudocount:
log(fitness + 0.01), then fitness 0 at 0 and the wild type VDGV at 1.

``sketch_from_samples`` holds 5,000 variants out and learns from the others; the shipped file is
what it learnt, rounded to complex64, nothing refitted on all. Beside it a ridge regression on
one- and two-site letters: same rows to fit, same rows to test, its penalty chosen on a tenth of
the rows to fit. The table also says how far both get when fitness itself is fitted; which scale
is shipped was decided before. Same data, same machine: same file.
"""

from __future__ import annotations

import csv
import gzip
from itertools import combinations
from pathlib import Path
from typing import Any

import fitting
import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN, Codes
from shapzero_lite.models._protein import FILES, read_landscape, write_landscape
from shapzero_lite.sketching import Sketch, sketch_from_samples

Array = NDArray[np.float64]

MEASURED = "protein/gb1_wu2016.csv.gz"
OUT = Path(__file__).parents[2] / "data" / FILES["gb1"]
PSEUDO, WILD_TYPE, SEED = 0.01, "VDGV", 0
PENALTIES = (0.1, 1.0, 10.0, 100.0)
CITATION = (
    "Wu et al. 2016, Adaptation in protein fitness landscapes is facilitated by indirect paths, "
    "eLife 5, e16965, doi:10.7554/eLife.16965"
)


def read_fitness(path: Path) -> tuple[Codes, Array]:
    """Return codes (149361, 4) and the fitness relative to the wild type."""
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = PROTEIN.encode([row["Variants"] for row in rows])
    return codes, np.array([float(row["Fitness"]) for row in rows])


def on_log_scale(fitness: Array) -> Array:
    """Return log(fitness + pseudocount), shifted and scaled: fitness 0 at 0, fitness 1 at 1."""
    return np.log(fitness / PSEUDO + 1) / np.log(1 / PSEUDO + 1)


def pairwise_columns(codes: Codes) -> NDArray[np.int64]:
    """Return the 1 + 4 + 6 columns that are 1 in each row, of 1 + 80 + 2,400 (one-hot)."""
    x = codes.astype(np.int64)
    pairs = [20 * x[:, i] + x[:, j] for i, j in combinations(range(4), 2)]
    singles = [1 + 20 * i + x[:, i] for i in range(4)]
    first = [np.zeros(len(x), np.int64)]
    return np.stack([*first, *singles, *(81 + 400 * p + c for p, c in enumerate(pairs))], axis=1)


def pairwise_ridge(codes: Codes, y: Array, penalty: float) -> Array:
    """Return the 2,481 weights of a ridge regression on letters and pairs of letters."""
    columns = pairwise_columns(codes)
    gram, right = np.zeros((2481, 2481)), np.zeros(2481)
    for a in range(11):
        np.add.at(right, columns[:, a], y)
        for b in range(11):
            np.add.at(gram, (columns[:, a], columns[:, b]), 1.0)
    ridge = np.full(2481, penalty)
    ridge[0] = 1e-9  # the constant is free
    return np.linalg.solve(gram + np.diag(ridge), right)


def pairwise(codes: Codes, y: Array, new: Codes) -> tuple[Array, float]:
    """Return predictions for new variants, and the penalty that a tenth of the rows chose."""
    inner = np.random.default_rng(SEED).permutation(len(y))
    check, fit = inner[: len(y) // 10], inner[len(y) // 10 :]
    columns = pairwise_columns(codes[check])
    errors = [
        np.square(pairwise_ridge(codes[fit], y[fit], a)[columns].sum(axis=1) - y[check]).mean()
        for a in PENALTIES
    ]
    penalty = PENALTIES[int(np.argmin(errors))]
    return pairwise_ridge(codes, y, penalty)[pairwise_columns(new)].sum(axis=1), penalty


def scores(truth: Array, predicted: Array) -> dict[str, float]:
    """Return R² and Pearson's correlation, three digits."""
    r2 = 1 - np.square(truth - predicted).sum() / np.square(truth - truth.mean()).sum()
    return {
        "r2": round(float(r2), 3),
        "pearson": round(float(np.corrcoef(truth, predicted)[0, 1]), 3),
    }


def compared(sketch: Sketch) -> dict[str, Any]:
    """Return the scores of the sketch and of pairwise regression on the rows held out."""
    (codes, y), (held, truth) = sketch.samples
    by_pairs, penalty = pairwise(codes, y, held)
    return {
        "sketch": scores(truth, sketch.spectrum.evaluate(held)),
        "pairwise regression": scores(truth, by_pairs) | {"penalty": penalty},
        "rows_fitted": len(y),
        "rows_held_out": len(truth),
    }


def main() -> None:
    """Learn, print the table, write the file."""
    arguments = fitting.arguments(__doc__, OUT)
    codes, fitness = read_fitness(arguments.data / MEASURED)
    sketches = {
        "log(fitness + 0.01)": sketch_from_samples(
            codes, on_log_scale(fitness), alphabet=PROTEIN, seed=SEED
        ),
        "fitness": sketch_from_samples(codes, fitness, alphabet=PROTEIN, seed=SEED),
    }
    table = {scale: compared(sketch) for scale, sketch in sketches.items()}
    print(f"{len(codes):,} variants{'':14s}held out: R²  Pearson")
    for scale, rows in table.items():
        for method in ("sketch", "pairwise regression"):
            row = rows[method]
            print(f"  {scale:20s} {method:20s} {row['r2']:6.3f}  {row['pearson']:7.3f}")
    sketch = sketches["log(fitness + 0.01)"]
    spectrum = sketch.spectrum
    header = {
        "name": "gb1",
        "positions": [39, 40, 41, 54],
        "wild_type": WILD_TYPE,
        "units": "log(fitness + 0.01), shifted and scaled: 0 is fitness 0, 1 is the wild type",
        "citation": CITATION,
        "provenance": {
            "what": f"sketch_from_samples on measured variants, seed {SEED}: "
            f"{len(spectrum):,} coefficients up to order {spectrum.order}, all kept",
            "source": f"{MEASURED}: measured, as stored with FLIP",
            "scale": "log(fitness / 0.01 + 1) / log(101); fitness is relative to the wild type",
            "made_by": "tools/fits/make_gb1_spectrum.py",
            "variants_measured": len(codes),
            "fitness_zero": int((fitness == 0).sum()),
            "held_out": table,
            "r2_interval": [round(r2, 3) for r2 in sketch.r2_interval],
        },
    }
    write_landscape(arguments.out, spectrum, header, np.complex64)
    shipped = read_landscape(arguments.out)
    held, truth = sketch.samples[1]
    after = scores(truth, shipped(held))
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes, {len(spectrum):,} "
          f"coefficients; from the file: R² {after['r2']}, {sketch.r2_interval}")  # fmt: skip
    if after != table["log(fitness + 0.01)"]["sketch"]:
        raise AssertionError("rounding to complex64 changed the scores")
    shares = ", ".join(f"{share:.3f}" for share in spectrum.variance_by_order())
    print(f"  share of variance by order: {shares}; wild type {shipped([WILD_TYPE])[0]:.3f}")


if __name__ == "__main__":
    main()
