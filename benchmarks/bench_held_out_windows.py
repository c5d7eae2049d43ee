"""Attributions of 200 held-out windows by 60,000 queries, ours and KernelSHAP, against the truth.

    python benchmarks/bench_held_out_windows.py [--write]

Ours: one sketch. The others: 300 queries per window. Windows: measured guides of one gene,
explained with a model fitted to the other two genes, as ``tools/fits/make_guide_cnn.py`` fits it;
without the reference data, windows of EGFP, which the shipped model has not seen.
"""

import sys
from pathlib import Path

from bench_intervals import true_values
from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.models import GuideModel
from shapzero_lite.queries import Model

sys.path.insert(0, str(Path(__file__).parents[1] / "tools" / "fits"))
import make_guide_cnn

WINDOWS, BUDGET, LEAST = 200, 60_000, 0.95
HELD_OUT = "CD55"
WALKS = (60_000, True)

Array = np.ndarray


def egfp() -> Array:
    """Return windows along EGFP, evenly spaced."""
    (text,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    every = sz.DNA.encode(sz.windows(text, 26))
    return every[np.linspace(0, len(every) - 1, WINDOWS).astype(int)]


def measured() -> tuple[Model, Array]:
    """Return a model of the other genes, and guides of the gene left out."""
    screen = make_guide_cnn.read_screen(sz.data.path(make_guide_cnn.SCREEN))
    others = [gene for gene in screen if gene != HELD_OUT]
    codes = np.vstack([screen[gene][0] for gene in others])
    y = np.hstack([make_guide_cnn.standardised(screen[gene][1]) for gene in others])
    shipped = sz.models.guide_rna().provenance["leave_one_gene_out"]["network"][HELD_OUT]
    setting = {name: shipped[name] for name in ("epochs", "dropout")}
    module = make_guide_cnn.fit_network(codes, y, **setting, seed=0)
    rows = screen[HELD_OUT][0]
    some = np.random.default_rng(0).choice(len(rows), WINDOWS, replace=False)
    return GuideModel(module.requires_grad_(requires_grad=False), {}), rows[np.sort(some)]


def compare(model: Model, codes: Array) -> tuple[list[list[str]], float, float]:
    """Return lines of the table, the correlation of ours, and the error of the truth."""
    truth, precision = true_values(model, codes, WALKS)

    def line(method: str, values: Array, asked: int, begun: float) -> list[str]:
        error = ((values - truth) ** 2).sum() / (truth**2).sum()
        each = [np.corrcoef(a, b)[0, 1] for a, b in zip(values, truth, strict=True)]
        r = np.corrcoef(values.ravel(), truth.ravel())[0, 1]
        cells = [f"{asked:,}", f"{r:.3f}", f"{np.median(each):.3f}", f"{error:.3f}"]
        return [method, *cells, seconds(clock() - begun)]

    begun = clock()
    made = sz.sketch(model, budget=BUDGET, method="samples", progress=False)
    values = sz.Explainer(made).explain(codes).values
    rows = [line("ours", values, made.n_queries, begun)]
    for method in ("kernel-shap", "permutation-shap"):
        begun = clock()
        found = sz.baselines.attribute(model, codes, method, queries=BUDGET // WINDOWS)
        rows.append(line(method, found.values, found.queries, begun))
    return rows, float(rows[0][2]), precision


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    if sz.data.available(make_guide_cnn.SCREEN):
        name, (model, codes) = (
            f"measured guides of {HELD_OUT}, model of the other genes",
            measured(),
        )
    else:
        name, model, codes = "EGFP, shipped model", sz.models.guide_rna(), egfp()
    rows, r, precision = compare(model, codes)
    note = (
        f"{WINDOWS} windows: {name}. The standard error of the truth is {precision:.1%} of the "
        "mean |value|."
    )
    claims = [
        (f"ours: correlation with the truth ≥ {LEAST}", f"{r:.3f}", r >= LEAST),
        ("KernelSHAP's is below", rows[1][2], float(rows[1][2]) < r),
    ]
    headings = ["method", "rows asked", "correlation", "median by window",
                "squared error / squares of the truth", "time"]  # fmt: skip
    return publish(__file__, [note, markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
