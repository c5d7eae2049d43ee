"""The DNA-repair case: attributions, pairs and motifs against the truth; Bae's scores beside it.

    python benchmarks/bench_repair_case.py [--write]     (SHAPZERO_LITE_DATA: the reference data)

200 random targets and, with the reference data, the 84 measured ones of Shen et al. 2018. 100,000
queries for each method: once for a sketch, 500 a target for those that have nothing to share. The
truth of Shapley values is long walks; that of pairs and motifs: ``repair_structure``.
"""

import sys

from bench_intervals import true_values
from tables import clock, markdown, publish, seconds

# isort: split
import csv

import numpy as np
from repair_structure import CAN_ACT, able, opposite, strengths, true_strengths, two_letters
from scipy.stats import pearsonr, spearmanr

import shapzero_lite as sz
from shapzero_lite import data

TARGETS, BUDGET = 200, 100_000
EACH = BUDGET // TARGETS
SLOW = {"proxy-spex": 40}  # methods that are shown on the first few targets only
WALKS = (1_000_000, False)
TRUTH_ROWS = 20_000_000
BEST, LISTED = 50, 60  # pairs
MOTIFS, MOTIFS_LISTED = 30, 40
MEASURED = "dna_repair/HEK293_heldout.csv"
# Queries, and arguments of ``sketch``.
SKETCHES: list[tuple[str, int, dict[str, object]]] = [
    ("sketch", 20_000, {"method": "samples"}),
    ("sketch", BUDGET, {"method": "samples"}),
    ("sketch of pairs (max_order=2)", BUDGET, {"method": "samples", "max_order": 2}),
    ("sketch by q-SFT, the paper's method", BUDGET, {"method": "qsft"}),
    ("sketch", 250_000, {"method": "samples"}),
]
# Method to numbers of background rows.
OTHERS = {
    "kernel-shap": (1, 2, 5),
    "shapiq-permutation": (1, 5),
    "shapiq-kernel": (1, 2, 5),
    "svarm": (1, 5),
    "proxy-spex": (1,),
    "mutagenesis": (1,),
}

Array = np.ndarray


def measured_targets() -> tuple[Array, Array] | None:
    """Return codes (84, 40) and measured frameshift frequencies (84,), or None without them."""
    if not data.available(MEASURED):
        return None
    with data.path(MEASURED).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = sz.DNA.encode([row["Left_seq"] + row["Right_seq"] for row in rows])
    return codes, np.array([float(row["Frameshift frequency"]) for row in rows])


class Case:
    """Truths, and the tables and claims that grow while methods are measured."""

    def __init__(self) -> None:
        self.model = sz.models.dna_repair()
        self.random = self.model.alphabet.random(TARGETS, self.model.n, seed=77)
        self.truth, self.precision = true_values(self.model, self.random, WALKS)
        self.measured = measured_targets()
        if self.measured is not None:
            self.truth_measured = true_values(self.model, self.measured[0], WALKS)[0]
        begun = clock()
        self.pairs, self.four = true_strengths(self.model, TRUTH_ROWS)
        self.took = clock() - begun
        self.attributed: list[list[object]] = []
        self.structure: list[list[object]] = []
        self.claims: list[tuple[str, str, bool]] = []

    def attribute(self, name: str, queries: int, values: Array, begun: float) -> float:
        """Enter the attributions of the (first) random targets; return their correlation."""
        row = r_and_error(values, self.truth[: len(values)])
        spent = seconds(clock() - begun)
        self.attributed.append([name, f"{queries:,}", *row, "", "", spent])
        return float(row[0])

    def sketch(self, name: str, budget: int, options: dict[str, object]) -> None:
        """Sketch the model; enter attributions, pairs and motifs."""
        begun = clock()
        made = sz.sketch(self.model, budget=budget, progress=False, **options)
        values = sz.shapley_values(made.spectrum, self.random)
        r = self.attribute(f"{name}, R² {made.r2:.2f}", made.n_queries, values, begun)
        pairs = list(strengths(made.spectrum, 2))
        recall, cells = self.pairs_found(pairs)
        four = list(strengths(made.spectrum, 4))[:MOTIFS_LISTED]
        best = list(self.four)[:MOTIFS]
        cells += [f"{opposite(made.spectrum):.3f}"] if pairs else ["–"]
        cells += [f"{np.mean([T in four for T in best]):.0%}"] if four else ["–"]
        cells += [f"{np.mean([two_letters(T) for T in four]):.0%}"] if four else ["–"]
        self.structure.append([name, f"{made.n_queries:,}", *cells])
        claims = [(f"r ≥ 0.93 on {TARGETS} random targets", f"{r:.3f}", r >= 0.93)]
        if self.measured is not None:
            values = sz.shapley_values(made.spectrum, self.measured[0])
            row = r_and_error(values, self.truth_measured)
            self.attributed[-1][4:6] = row
            own = float(row[0])
            claims.append((f"r ≥ 0.93 on {len(values)} measured targets", row[0], own >= 0.93))
        top = f"≥ 90 % of the true top {BEST} pairs among the found top {LISTED}"
        claims.append((top, f"{recall:.0%}", recall >= 0.9))
        if (name, budget) == ("sketch", BUDGET):
            self.ours = r
            self.claims += [(f"{BUDGET:,} queries: {what}", *rest) for what, *rest in claims]

    def others(self) -> None:
        """Enter the methods that explain one target after the other."""
        found: dict[str, float] = {}
        for method, count in ((name, count) for name in OTHERS for count in OTHERS[name]):
            begun = clock()
            codes = self.random[: SLOW.get(method, TARGETS)]
            order = 2 if method == "proxy-spex" else 1
            options = {"queries": EACH, "background_rows": count, "max_order": order}
            made = sz.baselines.attribute(self.model, codes, method, **options)
            of = f", {count} background row{'s'[: count > 1]}"
            name = method + ("" if method == "mutagenesis" else of)
            name += f", {len(codes)} targets" if method in SLOW else ""
            found[name] = self.attribute(name, made.queries, made.values, begun)
            if order == 2:
                sets, sizes = made.interactions.subsets, (made.interactions.values**2).mean(axis=0)
                ranked = [sets[r] for r in np.argsort(-sizes) if len(sets[r]) == 2]
                cells = [*self.pairs_found(ranked)[1], "–", "–", "–"]
                self.structure.append([f"{name}, by mean FSII²", f"{made.queries:,}", *cells])
        kernel = max(r for name, r in found.items() if name.startswith("kernel-shap"))
        best = max(found, key=found.__getitem__)
        self.claims += [
            (f"KernelSHAP at {EACH} a target is below that", f"{kernel:.3f}", kernel < self.ours),
            ("so is every other method", f"{best}, {found[best]:.3f}", found[best] < self.ours),
        ]

    def pairs_found(self, ranked: list[tuple[int, ...]]) -> tuple[float, list[str]]:
        """Return recall, and cells with it and the share of the listed that can act."""
        listed = ranked[:LISTED]
        recall = float(np.mean([T in listed for T in list(self.pairs)[:BEST]]))
        return recall, [f"{recall:.0%}", f"{np.mean([able(T) for T in listed]):.0%}"]


def r_and_error(values: Array, truth: Array) -> list[str]:
    """Return Pearson's r over all values, and squared error over the squares of the truth."""
    r = np.corrcoef(values.ravel(), truth.ravel())[0, 1]
    return [f"{r:.3f}", f"{((values - truth) ** 2).sum() / (truth**2).sum():.3f}"]


def against_measurements(codes: Array, measured: Array) -> tuple[str, tuple[str, str, bool]]:
    """Return the table of predictors of the measured frameshift frequency, and its claim."""
    table = sz.models.dna_repair().provenance["cross_validated"]
    rows, bae = [], 0.0
    for name, score in {
        "Bae's out-of-frame score, nothing fitted": sz.models.out_of_frame_score()(codes),
        "Bae's microhomology score, nothing fitted": sz.models.microhomology_score()(codes),
    }.items():
        r, rho = pearsonr(score, measured).statistic, spearmanr(score, measured).statistic
        bae = max(bae, r)
        rows.append([name, f"{r:.3f}", f"{rho:.3f}"])
    for name in ("end joining", "ridge, one-hot", "ridge, one-hot + adjacent pairs"):
        cells = [f"{table[name][kind]:.3f}" for kind in ("pearson", "spearman")]
        rows.append([f"{name}, cross-validated", *cells])
    ours = table["end joining"]["pearson"]
    claim = ("the repair model, cross-validated, above Bae's scores", f"{ours:.3f} and {bae:.3f}",
             ours > bae)  # fmt: skip
    return markdown(["predictor", "Pearson", "Spearman"], rows), claim


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    case = Case()
    for name, budget, options in SKETCHES:
        case.sketch(name, budget, options)
    case.others()
    edge = [f"{strength:.2%}" for strength in list(case.pairs.values())[BEST - 1 : BEST + 1]]
    attributions = (
        f"Attributions. The standard error of the truth is {case.precision:.1%} of the mean "
        "\\|value\\|:"
    )
    structure = (
        f"Pairs: the true top {BEST} of 780 among the found top {LISTED}, and how many of these "
        f"are among the {CAN_ACT.sum()} that the mechanism can use (by chance "
        f"{CAN_ACT.mean():.0%}). Motifs: the true top {MOTIFS} products of two pairs among the "
        f"{MOTIFS_LISTED} strongest sets of order 4 (of 91,390), and how many of these are two "
        f"neighbouring letters, repeated (by chance 0.2%). Truth from {TRUTH_ROWS:,} targets in "
        f"{seconds(case.took)}; the 50th and 51st pair hold {edge[0]} and {edge[1]} of the "
        "variance:"
    )
    parts = [
        attributions,
        markdown(["method", "rows asked", "r, 200 random", "squared error / squares of the truth",
                  "r, 84 measured", "squared error there", "time"], case.attributed),
        structure,
        markdown(["method", "rows asked", "recall, pairs", "can act",
                  "share of order 2 with k_j = -k_i", "recall, motifs", "two letters"],
                 case.structure),
    ]  # fmt: skip
    if case.measured is not None:
        table, claim = against_measurements(*case.measured)
        parts += ["Correlation with the measured frameshift frequency of 84 targets:", table]
        case.claims.append(claim)
    return publish(__file__, parts, case.claims)


if __name__ == "__main__":
    sys.exit(main())
