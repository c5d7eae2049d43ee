"""What explanations cost in all: one sketch for any number of sequences, against paying for each.

    python benchmarks/bench_amortised.py [--write]

Three parts. The guide model of this package, everything measured here: a sketch of 60,000 rows, and
KernelSHAP and Faith-Shap (shapiq) at the settings that the SHAP zero paper's authors used: 30
background rows, shap's default number of coalitions, 50,000 coalitions for interactions to order 3.
Then the same for slower models: the time of a query is replaced by the published ones of TIGER and
inDelphi. Last, with the reference data (``tools/reference/fetch.py``): the two published spectra,
and a spectrum learnt from TIGER's recorded answers, explained here, beside the published times.
The bounds in the supplement's notebook ``run_time.ipynb`` are wider than what is measured here.
"""

import math
import statistics
import sys
import warnings
from functools import partial

from bench_learn import QUERIES, recorded
from tables import clock, markdown, paired_seconds, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

SKETCH, BACKGROUND, COALITIONS, ORDER = 60_000, 30, 50_000, 3
WINDOWS, TOGETHER = 1_038, 1_000  # sequences that the paper explained; explained together here
# Published, in seconds: a query, one sequence's values and interactions; queries of the sketch.
# Files time_*.npy of github.com/amirgroup-codes/shapzero, and its figure scripts.
PUBLISHED = {
    "TIGER": (0.00167719, 0.0642814, 0.100760, 3_981_312),
    "inDelphi": (0.0527474, 0.551260, 0.694003, 6_045_696),
}
SPECTRA = {
    "TIGER": "guide_rna/tiger_published_spectrum.npz",
    "inDelphi": "dna_repair/indelphi_published_spectrum.npz",
}

Array = np.ndarray


class Timed:
    """The model; it counts the rows that it was asked about and the seconds that they took."""

    def __init__(self) -> None:
        self.model, self.rows, self.seconds = sz.models.guide_rna(), 0, 0.0
        self.n, self.alphabet = self.model.n, self.model.alphabet

    def __call__(self, codes: Array) -> Array:
        begun = clock()
        answers = self.model(np.ascontiguousarray(codes, dtype=np.uint8))
        self.rows += len(codes)
        self.seconds += clock() - begun
        return answers


def kernel_shap(model: Timed, background: Array, x: Array) -> None:
    """Explain one window by shap's KernelSHAP."""
    import shap

    explainer = shap.KernelExplainer(model, background)
    explainer.shap_values(x[None], l1_reg=False, silent=True)


def faith_shap(model: Timed, background: Array, x: Array) -> None:
    """Interactions of one window to order 3, by shapiq's explainer."""
    import shapiq

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The sample size is larger")
        explainer = shapiq.TabularExplainer(
            model=model, data=background.astype(float), index="FSII", max_order=ORDER
        )
        explainer.explain(x.astype(float), budget=COALITIONS)


def each(method, count: int) -> tuple[float, float, int]:
    """Return seconds of one window without the model's (median), a query's, and rows a window."""
    model = Timed()
    background = model.alphabet.random(BACKGROUND, model.n, seed=1)
    beside = []
    for x in model.alphabet.random(count, model.n, seed=2):
        asked, begun = model.seconds, clock()
        method(model, background, x)
        beside.append(clock() - begun - (model.seconds - asked))
    return statistics.median(beside), model.seconds / model.rows, model.rows // count


def pays_after(once: float, own: float, other: float) -> int:
    """Return the smallest N with once + own N < other N."""
    return math.floor(once / (other - own)) + 1


def explaining(spectrum: sz.Spectrum, codes: Array, order: int) -> tuple[float, float]:
    """Return the seconds of one sequence's values and interactions, many explained together."""
    times = paired_seconds(
        partial(sz.shapley_values, spectrum, codes),
        partial(sz.interactions, spectrum, codes, "FSII", order),
    )
    return tuple(time / len(codes) for time in times)


def measured_here() -> tuple[list[str], list[tuple[str, str, bool]]]:
    """Return the tables of the guide model and of slower ones, and claims."""
    model = Timed()
    begun = clock()
    made = sz.sketch(model, budget=SKETCH, method="samples", progress=False)
    learning = clock() - begun - model.seconds
    codes = model.alphabet.random(TOGETHER, model.n, seed=2)
    values, sets = explaining(made.spectrum, codes, ORDER)
    kernel, query, kernel_rows = each(kernel_shap, 5)
    faith, _, faith_rows = each(faith_shap, 1)
    once = SKETCH * query + learning
    first = [
        ["sketch", f"{SKETCH:,}", seconds(once), "0", f"{seconds(values)} and {seconds(sets)}"],
        ["KernelSHAP", "0", "0 s", f"{kernel_rows:,}", seconds(kernel + kernel_rows * query)],
        ["Faith-Shap, order 3", "0", "0 s", f"{faith_rows:,}",
         seconds(faith + faith_rows * query)],
    ]  # fmt: skip
    headings = ["method", "rows, once", "time, once", "rows per sequence", "time per sequence"]
    tables = [markdown(headings, first)]
    speeds = {"the guide model, here": query} | {name: p[0] for name, p in PUBLISHED.items()}
    second, claims = [], []
    limits = {"the guide model, here": 150, "TIGER": 2, "inDelphi": 1}
    for name, t in speeds.items():
        paid = SKETCH * t + learning
        one = kernel + kernel_rows * t, faith + faith_rows * t
        N = pays_after(paid, values, one[0]), pays_after(paid, sets, one[1])
        whole = WINDOWS * one[0] / (paid + WINDOWS * values)
        second.append([name, seconds(t), seconds(paid), seconds(one[0]), N[0], seconds(one[1]),
                       N[1], f"{whole:,.0f}×"])  # fmt: skip
        claim = f"at the speed of {name}: pays after at most {limits[name]} (KernelSHAP)"
        claims.append((claim, str(N[0]), N[0] <= limits[name]))
    headings = ["a query at the speed of", "a query", "sketch, once", "KernelSHAP, a sequence",
                "pays after", "Faith-Shap, a sequence", "pays after",
                f"{WINDOWS:,} sequences, KernelSHAP / sketch"]  # fmt: skip
    return [*tables, markdown(headings, second)], claims


def on_reference_data() -> tuple[list[str], list[tuple[str, str, bool]]]:
    """Return the table of the published spectra and times beside ours, and claims."""
    rows, claims = [], []
    for name, (query, values, sets, queries) in PUBLISHED.items():
        with np.load(sz.data.path(SPECTRA[name]), allow_pickle=False) as file:
            alphabet = sz.Alphabet(str(file["letters"]))
            stored = sz.Spectrum(file["frequencies"], file["coefficients"], alphabet=alphabet)
        codes = alphabet.random(TOGETHER, stored.n, seed=3)
        ours = explaining(stored, codes, stored.order)
        ratios = values / ours[0], sets / ours[1]
        rows.append([f"{name}, published spectrum", f"{len(stored):,}", seconds(query * queries),
                     seconds(values), seconds(ours[0]), f"{ratios[0]:,.0f}×", seconds(sets),
                     seconds(ours[1]), f"{ratios[1]:,.0f}×"])  # fmt: skip
        claim = f"{name}, published spectrum: values and interactions ≥ 100× faster than published"
        claims.append((claim, f"{ratios[0]:,.0f}× and {ratios[1]:,.0f}×", min(ratios) >= 100))
    query, values, sets, queries = PUBLISHED["TIGER"]
    samples, _ = recorded(SKETCH, 0)
    begun = clock()
    better = sz.sketch_from_samples(*samples, alphabet=alphabet).spectrum
    learning = clock() - begun
    ours = explaining(better, codes[:, : better.n], ORDER)
    once = SKETCH * query + learning
    rows.append([f"TIGER, {SKETCH:,} recorded answers, learnt", f"{len(better):,}", seconds(once),
                 seconds(values), seconds(ours[0]), f"{values / ours[0]:,.0f}×", seconds(sets),
                 seconds(ours[1]), f"{sets / ours[1]:,.0f}×"])  # fmt: skip
    ratio = queries * query / once
    claims.append(("TIGER: once at least 40× less than published", f"{ratio:.0f}×", ratio >= 40))
    claims.append(("TIGER: learning ≤ 60 s", seconds(learning), learning <= 60))
    headings = ["spectrum", "coefficients", "queries, once", "values, published", "here", "ratio",
                "interactions, published", "here", "ratio"]  # fmt: skip
    return [markdown(headings, rows)], claims


def main() -> int:
    """Measure, and publish."""
    tables, claims = measured_here()
    if all(sz.data.available(name) for name in (QUERIES, *SPECTRA.values())):
        more, others = on_reference_data()
        tables, claims = [*tables, *more], [*claims, *others]
    else:
        print("without the reference data, the published spectra are left out\n")
    return publish(__file__, tables, claims)


if __name__ == "__main__":
    sys.exit(main())
