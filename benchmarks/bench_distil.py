"""A sketch by way of a network beside today's sketch, at equal queries: values, R², seconds.

    python benchmarks/bench_distil.py PART [--write]    (SHAPZERO_LITE_DATA: the reference data)

PART is one of

- guide: 200 windows of EGFP, the shipped guide model, 10,000 and 60,000 queries, against long-run
  truth. One distilled sketch is explained by its spectrum alone, with letter changes (what
  ``explain`` does) and with 64 pairs of free walks, and its network by 16 pairs of walks alone;
- repair: the shipped repair model, 100,000 queries, on 200 random windows and, with the reference
  data, the 84 measured targets;
- regulatory-40, -100, -200: the function of regulatory.py over so many letters. The network alone,
  by 128 pairs of free walks, against long walks over the function;
- tiger-10000, -60000, -400000: so many of TIGER's recorded answers (reference data) teach the
  network, which is judged on the recorded test rows; a tenth of the rows is held out from it, at
  most 5,000, as ``sketch_from_samples`` does.
"""

import sys
from pathlib import Path

from bench_intervals import true_values
from bench_learn import QUERIES, r_squared, recorded
from bench_repair_case import measured_targets
from regulatory import Regulatory
from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining.random_walks import walk_values
from shapzero_lite.sketching.network import Network
from shapzero_lite.sketching.of_rows import held_rows, learnt
from shapzero_lite.sketching.training import trained

Array = np.ndarray
Claims = list[tuple[str, str, bool]]
Part = tuple[list[str], Claims]

HEADINGS = ["R², rows outside", "r with the truth", "squared error / squares of the truth"]
GUIDE_WINDOWS, GUIDE_BUDGETS, GUIDE_TRUTH = 200, (10_000, 60_000), (40_000, True)
# What carries the values from spectrum to network: ``walks`` of ``explain``.
WAYS = {"spectrum alone": 0, "letter changes": None, "64 pairs of free walks": 64}
# Least correlation and largest error at 60,000 queries.
LEAST_R, MOST_ERROR = 0.995, 0.010
# Queries, least correlation on random windows and on measured targets, queries a sequence of truth.
REPAIR, REPAIR_LEAST, REPAIR_TRUTH = 100_000, {"random": 0.985, "measured": 0.975}, 400_000
# Letters to queries and least R²; sequences, least correlation, free and true queries a sequence.
REGULATORY = {40: (20_000, 0.93), 100: (60_000, 0.80), 200: (100_000, 0.70)}
SEQUENCES, LEAST_CORRELATION, TRUE_QUERIES, PAIRS = 50, 0.9, 100_000, 128
# Recorded queries to least R² and most seconds of two cores.
TIGER = {10_000: (0.78, 60), 60_000: (0.89, 150), 400_000: (0.94, 600)}


def guide() -> Part:
    """Return the table of the guide model, and its claims."""
    model, rows = sz.models.guide_rna(), []
    (text,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    every = sz.DNA.encode(sz.windows(text, 26))
    codes = every[np.linspace(0, len(every) - 1, GUIDE_WINDOWS).astype(int)]
    truth, precision = true_values(model, codes, GUIDE_TRUTH)

    def enter(name: str, budget: int, r2: float, values: Array, fit: float, begun: float) -> None:
        cells = [f"{budget:,}", f"{r2:.3f}", *agreement(values, truth), seconds(fit)]
        rows.append([name, *cells, seconds(clock() - begun)])
        print(rows[-1], file=sys.stderr, flush=True)

    for budget in GUIDE_BUDGETS:
        for method in ("samples", "distil"):
            begun = clock()
            made = sz.sketch(model, budget=budget, method=method, progress=False)
            fit, explainer = clock() - begun, sz.Explainer(made)
            for way, walks in WAYS.items() if made.network else [("samples", 0)]:
                begun = clock()
                values = explainer.explain(codes, walks=walks).values
                name = f"distil, {way}" if made.network else way
                enter(name, budget, made.r2 if walks == 0 else made.network.r2, values, fit, begun)
        begun, name = clock(), "its network, 16 pairs of free walks, no spectrum"
        enter(name, budget, made.network.r2, by_walks(made.network, codes, 16), fit, begun)
    headings = ["method", "queries", *HEADINGS, "fit", f"explain {GUIDE_WINDOWS}"]
    known = {(line[0], line[1]): (float(line[3]), float(line[4])) for line in rows}
    most = f"{max(GUIDE_BUDGETS):,}"
    r, error = known["distil, letter changes", most]
    today = known["samples", most][1]
    return [
        f"{GUIDE_WINDOWS} windows of EGFP, guide model:", markdown(headings, rows), said(precision)
    ], [
        (f"guide, {most} queries: r ≥ {LEAST_R}", f"{r:.4f}", r >= LEAST_R),
        (f"guide, {most} queries: squared error ≤ {MOST_ERROR}", f"{error:.4f}",
         error <= MOST_ERROR),
        ("below that of samples", f"{error:.4f} and {today:.4f}", error < today),
    ]  # fmt: skip


def repair() -> Part:
    """Return the table of the repair model, and its claims."""
    model, rows, claims = sz.models.dna_repair(), [], []
    measured = measured_targets()
    windows = {"random": sz.DNA.random(200, model.n, seed=77)}
    windows |= {} if measured is None else {"measured": measured[0]}
    begun = clock()
    made = sz.sketch(model, budget=REPAIR, method="distil", progress=False)
    fit, explainer = clock() - begun, sz.Explainer(made)
    for name, codes in windows.items():
        truth, precision = true_values(model, codes, (REPAIR_TRUTH, False))
        begun = clock()
        values = explainer.explain(codes).values
        cells = agreement(values, truth)
        rows.append([f"{len(codes)} {name}", f"{made.network.r2:.3f}", *cells,
                     f"{precision:.1%}", seconds(fit), seconds(clock() - begun)])  # fmt: skip
        least = REPAIR_LEAST[name]
        claims.append((f"repair, {REPAIR:,} queries, {name}: r ≥ {least}", cells[0],
                       float(cells[0]) >= least))  # fmt: skip
    headings = ["windows", *HEADINGS, "error of the truth / mean \\|value\\|", "fit", "explain"]
    return [f"Repair model, {REPAIR:,} queries:", markdown(headings, rows)], claims


def regulatory(n: int) -> Part:
    """Return the table of the regulatory function of n letters, and its claims."""
    model, (budget, least) = Regulatory(n), REGULATORY[n]
    codes, fresh = sz.DNA.random(budget, n, seed=0), sz.DNA.random(10_000, n, seed=1)
    y, shown = model(codes), sz.DNA.random(SEQUENCES, n, seed=77)
    begun = clock()
    network = trained(codes, y, sz.DNA, 0)
    fit, r2 = clock() - begun, r_squared((fresh, model(fresh)), network(fresh))
    print(network, f"{r2:.3f}", seconds(fit), file=sys.stderr, flush=True)
    begun = clock()
    values = by_walks(network, shown, PAIRS)
    explain = clock() - begun
    truth, precision = true_values(model, shown, (TRUE_QUERIES, False))
    r, error = agreement(values, truth)
    headings = ["letters", "queries", "convolutions", *HEADINGS, "fit", f"explain {SEQUENCES}"]
    row = [n, f"{budget:,}", design_of(network), f"{r2:.3f}", r, error, seconds(fit),
           seconds(explain)]  # fmt: skip
    return [f"Regulatory function of {n} letters:", markdown(headings, [row]), said(precision)], [
        (f"{n} letters, {budget:,} queries: R² ≥ {least}", f"{r2:.3f}", r2 >= least),
        (f"{n} letters: r ≥ {LEAST_CORRELATION}", r, float(r) >= LEAST_CORRELATION),
    ]


def tiger(count: int) -> Part:
    """Return the table of TIGER's recorded queries, and its claims."""
    if not sz.data.available(QUERIES):
        raise SystemExit("TIGER needs the reference data (tools/reference/fetch.py)")
    least, limit = TIGER[count]
    (codes, values), fresh = recorded(count, seed=0)
    begun = clock()
    spectrum = learnt(codes, values, sz.DNA, 0, 6).spectrum
    today = r_squared(fresh, spectrum.evaluate(fresh[0])), clock() - begun
    fit = np.setdiff1d(np.arange(count), held_rows(codes, min(0.1 * count, 5000), 0))
    begun = clock()
    network = trained(codes[fit], values[fit], sz.DNA, 0)
    taken, r2 = clock() - begun, r_squared(fresh, network(fresh[0]))
    rows = [
        [f"{count:,}", "samples", f"{today[0]:.3f}", seconds(today[1])],
        [f"{count:,}", f"network, {design_of(network)}", f"{r2:.3f}", seconds(taken)],
    ]
    return [
        "TIGER:", markdown(["recorded queries", "method", "R², test rows", "fit"], rows)
    ], [
        (f"TIGER, {count:,} recorded queries: R² ≥ {least}", f"{r2:.3f}", r2 >= least),
        (f"trained in ≤ {limit} s of two cores, {2 * limit} s of the processor",
         seconds(taken), taken <= 2 * limit),
    ]  # fmt: skip


def by_walks(network: Network, codes: Array, pairs: int) -> Array:
    """Return values of the network by free walks alone."""
    return walk_values(network, codes, network.alphabet.q, pairs * (2 * network.n - 1) + 1, 0)[0]


def agreement(values: Array, truth: Array) -> tuple[str, str]:
    """Return correlation with the truth, and squared error over the squares of the truth."""
    r = np.corrcoef(values.ravel(), truth.ravel())[0, 1]
    return f"{r:.4f}", f"{((values - truth) ** 2).sum() / (truth**2).sum():.4f}"


def design_of(network: Network) -> str:
    """Return the convolutions that were chosen, in words."""
    pools = {0: ", maximum of all", 1: ""}
    layers = network.members[0].design.convolutions
    return " and ".join(f"{filters} of {width}{pools[pool]}" for width, filters, pool in layers)


def said(precision: float) -> str:
    """Return how sure the truth is."""
    return f"The standard error of the truth is {precision:.1%} of the mean |value|."


PARTS = {
    "guide": guide,
    "repair": repair,
    **{f"regulatory-{n}": lambda n=n: regulatory(n) for n in REGULATORY},
    **{f"tiger-{count}": lambda count=count: tiger(count) for count in TIGER},
}


def main() -> int:
    """Measure one part, and publish it."""
    import torch

    torch.set_num_threads(1)
    part = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    if part not in PARTS:
        raise SystemExit(f"say which part: {', '.join(PARTS)}")
    return publish(f"{Path(__file__).stem}_{part}", *PARTS[part]())


if __name__ == "__main__":
    sys.exit(main())
