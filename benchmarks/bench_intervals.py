"""Do the stated 90 % intervals of Shapley values hold the truth for 90 % of them?

    python benchmarks/bench_intervals.py [--write]

200 random sequences of each of three models; the claims are means over the sketches of a budget.
The truth is that of the model: by enumeration for the toy, else by long paired walks, those of the
guide model over what a sketch of pairs leaves of it (unbiased whatever the sketch; it only saves
time), with the standard error that the first table states.
"""

import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.explaining import walk_values
from shapzero_lite.queries import Model

SEQUENCES, LEVEL = 200, 0.9
LEAST, MOST = 0.85, 0.95  # of all (sequence, position) pairs
TRUTH = 0.02  # most standard error of the truth, in units of the mean |value|
# What is explained with, and the arguments of ``explain``. Corrected are those of the first seed.
KINDS: dict[str, dict[str, object]] = {
    "sketch": {},
    "extra=500": {"extra": 500},
    "extra=500, shrink": {"extra": 500, "shrink": True},
}

Array = np.ndarray


class Bent:
    """A planted spectrum of 8 letters bent by tanh: terms of every order, none of them planted."""

    n, alphabet = 8, sz.DNA

    def __init__(self) -> None:
        self._inner = sz.models.toy(n=8, terms=150, max_order=5, seed=4)

    def __call__(self, codes: Array) -> Array:
        return 3 * np.tanh(self._inner(codes) / 4)


# Name, model, budgets with the number of sketches, how the truth is found: None for enumeration,
# else the walks' queries per sequence, and whether they go around a sketch of pairs. The repair
# model answers faster than such a sketch.
MODELS = [
    ("toy, 8 letters", Bent(), [(1_500, 4), (3_000, 4), (12_000, 4)], None),
    (
        "guide, 26 letters",
        sz.models.guide_rna(),
        [(5_000, 4), (20_000, 2), (60_000, 1)],
        (160_000, True),
    ),
    (
        "repair, 40 letters",
        sz.models.dna_repair(),
        [(5_000, 4), (20_000, 2), (60_000, 1)],
        (2_200_000, False),
    ),
]
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


def coverage(explanation: sz.Explanation, truth: Array) -> tuple[list[str], float]:
    """Return cells of the table, and the share of the pairs whose interval holds the truth."""
    low, high = explanation.interval(LEVEL)
    inside = (low <= truth) & (truth <= high)
    error, stated = explanation.values - truth, explanation.standard_error
    by_position = inside.mean(axis=0)
    ratio = np.sqrt((error**2).mean() / (stated**2).mean())
    return [
        f"{inside.mean():.1%}",
        f"{by_position.min():.0%} to {by_position.max():.0%}",
        f"{np.sqrt((error**2).mean()) / np.abs(truth).mean():.2f}",
        f"{ratio:.2f}",
    ], float(inside.mean())


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    rows, truths, claims = [], [], []
    for name, model, budgets, walks in MODELS:
        codes = model.alphabet.random(SEQUENCES, model.n, seed=77)
        start = clock()
        truth, error = true_values(model, codes, walks)
        how = "all sequences" if walks is None else f"walks, {walks[0]:,} queries per sequence"
        truths.append([name, how, f"{error:.1%} of the mean \\|value\\|", seconds(clock() - start)])
        claims.append((f"{name}: error of the truth ≤ {TRUTH:.0%}", f"{error:.1%}", error <= TRUTH))
        for budget, seeds in budgets:
            shares: dict[str, list[float]] = {}
            for seed in range(seeds):
                made = sz.sketch(model, budget=budget, method="samples", seed=seed, progress=False)
                explainer = sz.Explainer(made)
                for kind, options in KINDS.items() if seed == 0 else [*KINDS.items()][:1]:
                    asked = {"model": model, **options} if options else {}
                    cells, share = coverage(explainer.explain(codes, **asked), truth)
                    shares.setdefault(kind, []).append(share)
                    rows.append([name, f"{budget:,}", seed, f"{made.r2:.3f}", kind, *cells])
            means = {kind: float(np.mean(found)) for kind, found in shares.items()}
            claims.append(
                (
                    f"{name}, {budget:,}: {LEVEL:.0%} intervals hold {LEAST:.0%} to {MOST:.0%}",
                    "; ".join(f"{kind} {share:.1%}" for kind, share in means.items()),
                    all(LEAST <= share <= MOST for share in means.values()),
                )
            )
    headings = ["model", "budget", "seed", "R²", "values", "intervals that hold the truth",
                "by position", "rms error / mean \\|value\\|", "rms error / stated"]  # fmt: skip
    parts = [
        markdown(["model", "truth by", "its standard error", "time"], truths),
        markdown(headings, rows),
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
