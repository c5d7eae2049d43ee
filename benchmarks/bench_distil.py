"""A sketch by way of a network beside today's sketch, at equal queries: values, R², seconds.

    python benchmarks/bench_distil.py [--all] [--write]    (SHAPZERO_LITE_DATA: the reference data)

First part: 50 windows of EGFP and the shipped guide model, 10,000 and 60,000 queries, against
long-run truth. One distilled sketch is explained with 0, 16 and 64 pairs of free walks, and its
network by 16 pairs of walks alone, without the spectrum. Second part: TIGER's recorded answers
(reference data) teach the network, which is judged on the recorded test rows; a tenth of the rows
is held out from it, at most 5,000, as ``sketch_from_samples`` does. --all: 60,000 of them too, six
minutes more.
"""

import sys

from bench_intervals import true_values
from bench_learn import QUERIES, r_squared, recorded
from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining.random_walks import walk_values
from shapzero_lite.sketching.distil import trained
from shapzero_lite.sketching.of_rows import held_rows, learnt

WINDOWS, BUDGETS, TRUTH = 50, (10_000, 60_000), (40_000, True)
WALKS = (0, 16, 64)
# Least correlation and largest error at 60,000 queries.
LEAST_R, MOST_ERROR = 0.995, 0.010
# Recorded queries to least R² and most seconds of two cores.
TIGER = {10_000: (0.78, 60), 60_000: (0.89, 150)}
if "--all" in sys.argv:
    sys.argv.remove("--all")
else:
    TIGER.pop(60_000)

Array = np.ndarray
Claims = list[tuple[str, str, bool]]


def windows() -> Array:
    """Return windows along EGFP, evenly spaced."""
    (text,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    every = sz.DNA.encode(sz.windows(text, 26))
    return every[np.linspace(0, len(every) - 1, WINDOWS).astype(int)]


def guide() -> tuple[list[list[str]], float]:
    """Return the lines of the first table, and the error of the truth."""
    model, codes, rows = sz.models.guide_rna(), windows(), []
    truth, precision = true_values(model, codes, TRUTH)

    def enter(name: str, budget: int, r2: float, values: Array, fit: float, begun: float) -> None:
        r = np.corrcoef(values.ravel(), truth.ravel())[0, 1]
        error = float(((values - truth) ** 2).sum() / (truth**2).sum())
        cells = [f"{budget:,}", f"{r2:.3f}", f"{r:.4f}", f"{error:.4f}", seconds(fit)]
        rows.append([name, *cells, seconds(clock() - begun)])
        print(rows[-1], file=sys.stderr, flush=True)

    for budget in BUDGETS:
        for method in ("samples", "distil"):
            begun = clock()
            made = sz.sketch(model, budget=budget, method=method, progress=False)
            fit, explainer = clock() - begun, sz.Explainer(made)
            for walks in WALKS if method == "distil" else (0,):
                begun = clock()
                values = explainer.explain(codes, walks=walks).values
                name = f"distil, {walks} pairs of free walks" if made.network else "samples"
                r2 = made.network.r2 if walks else made.r2
                enter(name, budget, r2, values, fit, begun)
        begun = clock()
        values, _, _ = walk_values(made.network, codes, model.alphabet.q, 16 * 51 + 1, seed=0)
        enter(
            "its network, 16 pairs of free walks, no spectrum",
            budget,
            made.network.r2,
            values,
            fit,
            begun,
        )
    return rows, precision


def claims_of(rows: list[list[str]]) -> Claims:
    """Return what is claimed of the first table."""
    known = {(line[0], line[1]): (float(line[3]), float(line[4])) for line in rows}
    most = f"{max(BUDGETS):,}"
    r, error = known[f"distil, {max(WALKS)} pairs of free walks", most]
    today = known["samples", most][1]
    return [
        (f"guide, {most} queries: r ≥ {LEAST_R}", f"{r:.4f}", r >= LEAST_R),
        (f"guide, {most} queries: squared error ≤ {MOST_ERROR}", f"{error:.4f}",
         error <= MOST_ERROR),
        ("below that of samples", f"{error:.4f} and {today:.4f}", error < today),
    ]  # fmt: skip


def tiger() -> tuple[list[list[str]], Claims]:
    """Return the lines of the second table, and its claims."""
    rows, claims = [], []
    for count, (least, limit) in TIGER.items():
        (codes, values), fresh = recorded(count, seed=0)
        begun = clock()
        spectrum = learnt(codes, values, sz.DNA, 0, 6).spectrum
        today = r_squared(fresh, spectrum.evaluate(fresh[0])), clock() - begun
        fit = np.setdiff1d(np.arange(count), held_rows(codes, min(0.1 * count, 5000), 0))
        begun = clock()
        network = trained(codes[fit], values[fit], sz.DNA, 0)
        taken, r2 = clock() - begun, r_squared(fresh, network(fresh[0]))
        rows += [
            [f"{count:,}", "samples", f"{today[0]:.3f}", seconds(today[1])],
            [f"{count:,}", "network", f"{r2:.3f}", seconds(taken)],
        ]
        print(rows[-2:], file=sys.stderr, flush=True)
        claims += [
            (f"TIGER, {count:,} recorded queries: R² ≥ {least}", f"{r2:.3f}", r2 >= least),
            (f"trained in ≤ {limit} s of two cores, {2 * limit} s of the processor",
             seconds(taken), taken <= 2 * limit),
        ]  # fmt: skip
    return rows, claims


def published(rows: list[list[str]], precision: float, more: list[list[str]], of: Claims) -> int:
    """Publish both tables."""
    headings = ["method", "queries", "R², rows outside", "r with the truth",
                "squared error / squares of the truth", "fit", f"explain {WINDOWS}"]  # fmt: skip
    note = f"The standard error of the truth is {precision:.1%} of the mean |value|."
    parts = [f"{WINDOWS} windows of EGFP, guide model:", markdown(headings, rows), note]
    if more:
        headings = ["recorded queries", "method", "R², test rows", "fit"]
        parts += ["TIGER:", markdown(headings, more)]
    return publish(__file__, parts, [*claims_of(rows), *of])


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    rows, precision = guide()
    more, claims = [], []
    if sz.data.available(QUERIES):
        more, claims = tiger()
    else:
        print("without the reference data, TIGER is left out (tools/reference/fetch.py)\n")
    return published(rows, precision, more, claims)


if __name__ == "__main__":
    sys.exit(main())
