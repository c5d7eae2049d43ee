"""Draw docs/first_explanation.png: one EGFP guide window, explained.

Run it as python tools/make_readme_figure.py, from anywhere.
"""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

from matplotlib import pyplot as plt

import shapzero_lite as sz

OUT = Path(__file__).resolve().parent.parent / "docs" / "first_explanation.png"


def main() -> None:
    """Sketch the guide model, explain the best window of EGFP, draw letters and pairs."""
    model = sz.models.guide_rna()
    (gene,) = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    windows = list(sz.windows(gene, model.n))
    best = max(windows, key=lambda window: float(model(sz.DNA.encode(window))[0]))
    sketch = sz.sketch(model, budget=60_000, method="samples", seed=0)
    explanation = sz.Explainer(sketch).explain([best], model=model)
    sz.plots.use_style()
    fig, (above, below) = plt.subplots(
        2, 1, figsize=(8.4, 5.0), height_ratios=(2, 3), layout="constrained"
    )
    sz.plots.interaction_arcs(explanation, 0, count=12, ax=above)
    above.set_title("pairs of letters: solid raises, dashed lowers the predicted knock-down")
    sz.plots.attribution(explanation, 0, ax=below, unit="sd of a gene's guides")
    below.set_xlim(above.get_xlim())  # one letter above the other
    total = explanation.model_values[0]
    below.set_title(
        f"letters: from {explanation.base_value:.2f} for a random window to {total:.2f} for this "
        f"one, of which the sketch misses {explanation.gap[0]:.2f}"
    )
    fig.savefig(OUT, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
