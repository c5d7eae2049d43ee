"""What the verdict of an analysis is worth: values by the sketch against those of the model.

    python benchmarks/bench_verdict.py [--write]

20 random sequences of each of two models, sketches of six budgets and two seeds each, judged as
lesson 13 does. The truth is from long paired walks around the best sketch, as in
bench_intervals.py.
"""

import sys

from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.report.verdict import judge
from shapzero_lite.sketching.trust import ALONE, MEANS

SEQUENCES, WALKS = 20, 20_000
BUDGETS = (500, 1_000, 2_000, 4_000, 10_000, 40_000)
SEEDS = (0, 1)
# What the two labels promise: of the values of single sequences, and of mean |value| by position.
SINGLE, MEAN = 0.95, 0.95
MODELS = {"guide, 26 letters": sz.models.guide_rna(), "repair, 40 letters": sz.models.dna_repair()}


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Pearson's r of all entries, 0 where one side is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def main() -> int:
    """Measure, and publish."""
    rows, worst = [], {ALONE: 1.0, MEANS: 1.0}
    for name, model in MODELS.items():
        codes = model.alphabet.random(SEQUENCES, model.n, seed=77)
        best = sz.sketch(model, budget=60_000, seed=9, progress=False)
        paid = sz.Explainer(best).explain(codes, model=model, extra=WALKS)
        truth = paid.values
        error = float(np.sqrt((paid.standard_error**2).mean() / (truth**2).mean()))
        for budget in BUDGETS:
            for seed in SEEDS:
                made = sz.sketch(model, budget=budget, seed=seed, progress=False)
                told = judge(made, regression={}, own=None, noise=0.0, queries={})
                values = sz.Explainer(made).explain(codes).values
                single = correlation(values, truth)
                mean = correlation(np.abs(values).mean(axis=0), np.abs(truth).mean(axis=0))
                if told.label in worst:
                    found = single if told.label == ALONE else mean
                    worst[told.label] = min(worst[told.label], found)
                low, high = made.r2_interval
                rows.append(
                    [name, f"{budget:,}", seed, f"{made.r2:.2f} ({low:.2f} to {high:.2f})",
                     told.label, f"{single:.2f}", f"{mean:.2f}", f"{error:.0%}"]
                )  # fmt: skip
    headings = ["model", "budget", "seed", "R² (95 % interval)", "verdict", "r, single values",
                "r, mean \\|value\\| by position", "error of the truth"]  # fmt: skip
    claims = [
        (f"{ALONE}: single values correlate ≥ {SINGLE}", f"{worst[ALONE]:.2f} at worst",
         worst[ALONE] >= SINGLE),
        (f"{MEANS}: mean |value| correlates ≥ {MEAN}", f"{worst[MEANS]:.2f} at worst",
         worst[MEANS] >= MEAN),
    ]  # fmt: skip
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
