"""Do the stated 90 % intervals of Shapley values hold the truth for 90 % of them?

    python benchmarks/bench_intervals.py [--write] [--keep FILE]

Random sequences of each of four models, explained by sketches of three methods; the claims are
means over the sketches of a method, and over those of a budget. Values corrected with queries are
those of WALKS draws of the walks: what a sketch leaves is one estimate for all sequences. A group
of positions is a quarter of the sequence. The truth is that of the model: by enumeration for the
toy, else by long paired walks, those of the guide model over what a sketch of pairs leaves of it
(unbiased whatever the sketch; it only saves time), with the standard error that the first table
states.
"""

import argparse
import sys
from functools import partial

from kept import Kept
from regulatory import Regulatory
from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining import walk_values
from shapzero_lite.queries import Model

LEVEL, GROUPS, WALKS = 0.9, 4, 4
# Of all (sequence, position) pairs, for a budget and for a group; for the mean of a method.
LEAST, MOST = 0.85, 0.95
LEAST_MEAN, MOST_MEAN = 0.87, 0.93
TRUTH = 0.02  # most standard error of the truth, in units of the mean |value|
# What is explained with, and the arguments of ``explain``. Corrected are those of the first seed.
KINDS: dict[str, dict[str, object]] = {
    "alone": {},
    "extra=500": {"extra": 500},
    "extra=500, shrink": {"extra": 500, "shrink": True},
}

Array = np.ndarray
Claim = tuple[str, str, bool]

PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--keep", help="a file of results: a run that was stopped goes on")


class Bent:
    """A planted spectrum of 8 letters bent by tanh: terms of every order, none of them planted."""

    n, alphabet = 8, sz.DNA

    def __init__(self) -> None:
        self._inner = sz.models.toy(n=8, terms=150, max_order=5, seed=4)

    def __call__(self, codes: Array) -> Array:
        return 3 * np.tanh(self._inner(codes) / 4)


# Name, model, number of sequences, how the truth is found: None for enumeration, else the walks'
# queries per sequence, and whether they go around a sketch of pairs (the repair model answers
# faster than such a sketch). Then for each method the budgets with the number of sketches.
MODELS = [
    ("toy, 8 letters", Bent(), 200, None,
     {"samples": [(1_500, 4), (3_000, 4), (12_000, 4)], "qsft": [(6_000, 2)],
      "distil": [(3_000, 2)]}),
    ("guide, 26 letters", sz.models.guide_rna(), 200, (160_000, True),
     {"samples": [(5_000, 4), (20_000, 2), (60_000, 1)], "qsft": [(20_000, 2)],
      "distil": [(20_000, 1)]}),
    ("repair, 40 letters", sz.models.dna_repair(), 200, (1_000_000, False),
     {"samples": [(5_000, 4), (20_000, 2), (60_000, 1)], "qsft": [(20_000, 2)],
      "distil": [(20_000, 1)]}),
    ("regulatory, 40 letters", Regulatory(40), 100, (400_000, False),
     {"samples": [(20_000, 1)], "distil": [(20_000, 1)]}),
]  # fmt: skip
AT_ONCE = 20_000  # queries per sequence that are held in memory together


def true_values(model: Model, codes: Array, walks: tuple[int, bool] | None) -> tuple[Array, float]:
    """Return the Shapley values (N, n), and the mean standard error over the mean |value|."""
    n, alphabet = model.n, model.alphabet
    if walks is None:
        table = model(alphabet.all_sequences(n)).reshape((alphabet.q,) * n)
        return sz.shapley_values(sz.Spectrum.from_values(table, alphabet), codes), 0.0
    queries, around = walks
    values, asked = np.zeros(codes.shape), model
    if around:
        rows = alphabet.random(20_000, n, seed=12345)
        pairs = sz.sketch_from_samples(rows, model(rows), alphabet=alphabet, max_order=2).spectrum
        values = sz.shapley_values(pairs, codes)

        def asked(x: Array) -> Array:
            return model(x) - pairs.evaluate(x)

    seeds = range(54321, 54321 + queries // AT_ONCE)
    total, square = np.zeros(codes.shape), np.zeros(codes.shape)
    for seed in seeds:
        found, error, _ = walk_values(asked, codes, alphabet.q, AT_ONCE, seed)
        total += found
        square += error**2
    values = values + total / len(seeds)
    return values, float((np.sqrt(square) / len(seeds)).mean() / np.abs(values).mean())


def coverage(explanations: list[sz.Explanation], truth: Array) -> dict[str, object]:
    """Return the shares of intervals that hold the truth, and how the errors compare with it."""
    low, high = np.array([each.interval(LEVEL) for each in explanations]).swapaxes(0, 1)
    inside = (low <= truth) & (truth <= high)
    error = np.array([each.values for each in explanations]) - truth
    stated = np.array([each.standard_error for each in explanations])
    return {
        "share": float(inside.mean()),
        "positions": inside.mean(axis=(0, 1)).tolist(),
        "error": float(np.sqrt((error**2).mean()) / np.abs(truth).mean()),
        "stated": float(np.sqrt((error**2).mean() / (stated**2).mean())),
    }


def covered(
    model: Model, codes: Array, truth: Array, method: str, budget: int, seed: int
) -> dict[str, object]:
    """Return R² of one sketch, and ``coverage`` of each kind of values that it is asked for."""
    made = sz.sketch(model, budget=budget, method=method, seed=seed, progress=False)
    explainer, kinds = sz.Explainer(made), {}
    for kind, options in KINDS.items():
        if options and (seed > 0 or method != "samples"):
            continue
        asked = [{"model": model, "seed": s, **options} for s in range(WALKS)] if options else [{}]
        kinds[kind] = coverage([explainer.explain(codes, **each) for each in asked], truth)
    return {"r2": (made.network or made).r2, "kinds": kinds}


def by_group(positions: list[float]) -> Array:
    """Return the mean share (GROUPS,) of each group of neighbouring positions."""
    return np.array([part.mean() for part in np.array_split(np.array(positions), GROUPS)])


def within(what: str, shares: dict[str, float], least: float, most: float) -> Claim:
    """Return the claim that all shares lie between two."""
    return (
        f"{what}: {LEVEL:.0%} intervals hold {least:.0%} to {most:.0%}",
        "; ".join(f"{name} {share:.1%}" for name, share in shares.items()),
        all(least <= share <= most for share in shares.values()),
    )


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    kept = Kept(KNOWN.keep, [LEVEL, WALKS])
    rows, truths, claims, of_method = [], [], [], {}
    for name, model, count, walks, methods in MODELS:
        codes = model.alphabet.random(count, model.n, seed=77)
        start = clock()
        values, error = kept.of([name, count, walks], partial(listed, model, codes, walks))
        truth = np.array(values)
        how = "all sequences" if walks is None else f"walks, {walks[0]:,} queries per sequence"
        truths.append([name, count, how, f"{error:.1%} of the mean \\|value\\|",
                       seconds(clock() - start)])  # fmt: skip
        claims.append((f"{name}: error of the truth ≤ {TRUTH:.0%}", f"{error:.1%}", error <= TRUTH))
        for method, budgets in methods.items():
            groups = []
            for budget, seeds in budgets:
                shares: dict[str, list[float]] = {}
                for seed in range(seeds):
                    found = kept.of(
                        [name, count, method, budget, seed],
                        partial(covered, model, codes, truth, method, budget, seed),
                    )
                    for kind, one in found["kinds"].items():
                        shares.setdefault(kind, []).append(one["share"])
                        group = by_group(one["positions"])
                        if kind == "alone":
                            groups.append(group)
                            of_method.setdefault(method, []).append(one["share"])
                        least, most = min(one["positions"]), max(one["positions"])
                        rows.append([
                            name, method, f"{budget:,}", seed, f"{found['r2']:.3f}", kind,
                            f"{one['share']:.1%}", " ".join(f"{share:.0%}" for share in group),
                            f"{least:.0%} to {most:.0%}", f"{one['error']:.2f}",
                            f"{one['stated']:.2f}",
                        ])  # fmt: skip
                        print(rows[-1], file=sys.stderr, flush=True)
                means = {kind: float(np.mean(each)) for kind, each in shares.items()}
                claims.append(within(f"{name}, {method}, {budget:,}", means, LEAST, MOST))
            quarters = {f"{g + 1}": share for g, share in enumerate(np.mean(groups, axis=0))}
            claims.append(within(f"{name}, {method}, quarters", quarters, LEAST, MOST))
    means = {method: float(np.mean(shares)) for method, shares in of_method.items()}
    claims.append(within("mean of all sketches", means, LEAST_MEAN, MOST_MEAN))
    headings = ["model", "method", "budget", "seed", "R²", "values",
                "intervals that hold the truth", "by quarter", "by position",
                "rms error / mean \\|value\\|", "rms error / stated"]  # fmt: skip
    parts = [
        markdown(["model", "sequences", "truth by", "its standard error", "time"], truths),
        markdown(headings, rows),
    ]
    return publish(__file__, parts, claims)


def listed(model: Model, codes: Array, walks: tuple[int, bool] | None) -> tuple[list, float]:
    """Return ``true_values`` as they are kept in a file."""
    values, error = true_values(model, codes, walks)
    return values.tolist(), error


if __name__ == "__main__":
    KNOWN, sys.argv[1:] = PARSER.parse_known_args()
    sys.exit(main())
