"""Shapley values of 100 sequences at equal total queries: ours, KernelSHAP, shapiq's approximators.

    python benchmarks/bench_correction.py [--write]

110,000 queries of the guide model each. Ours: 60,000 for one sketch, then 500 a sequence; the
others have no sketch to share and spend 1,100 a sequence. Every row is counted by the model. The
others are given each of several splits of their rows into coalitions and background, and the best
of these, found with the truth in hand, is what ours has to beat.
"""

import sys

from bench_intervals import true_values
from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.queries import Model

SEQUENCES, SKETCH, EXTRA = 100, 60_000, 500
EACH = SKETCH // SEQUENCES + EXTRA  # queries per sequence for the others
BACKGROUND = 100  # rows of shapiq's empty coalition, as in its imputers
TRUTH = (160_000, True)

Array = np.ndarray


class Counting:
    """The model, and the number of rows that it was asked about."""

    def __init__(self, model: Model) -> None:
        self.model, self.rows = model, 0
        self.n, self.alphabet = model.n, model.alphabet

    def __call__(self, codes: Array) -> Array:
        self.rows += len(codes)
        return self.model(np.ascontiguousarray(codes, dtype=np.uint8))


def kernel_shap(model: Counting, codes: Array, background: int) -> Array:
    """Return shap's values, with that many uniformly random rows, new for every sequence."""
    import shap

    values = np.empty(codes.shape)
    rng = np.random.default_rng(1)
    for row, x in enumerate(codes):
        rows = rng.integers(0, model.alphabet.q, (background, model.n), dtype=np.uint8)
        explainer = shap.KernelExplainer(model, rows)
        # The background and x itself are asked too.
        coalitions = (EACH - background - 1) // background
        np.random.seed(row)  # noqa: NPY002 (shap draws from the global generator)
        values[row] = explainer.shap_values(
            x[None], nsamples=coalitions, l1_reg=False, silent=True
        )[0]
    return values


def by_shapiq(model: Counting, codes: Array, name: str, rows: int, *, fresh: bool) -> Array:
    """Return the values of one of shapiq's approximators.

    A coalition is the mean over ``rows`` random sequences in place of the letters that are not in
    it: the same ones for all coalitions, as in shapiq's imputers, or ``fresh`` ones for each. The
    empty coalition is the mean of 100.
    """
    import shapiq

    rng = np.random.default_rng(2)
    q, n = model.alphabet.q, model.n
    pairing = {"pairing_trick": True} if name in {"KernelSHAP", "SVARM"} else {}
    values = np.empty(codes.shape)
    for r, x in enumerate(codes):
        drawn = rng.integers(0, q, (BACKGROUND, n), dtype=np.uint8)
        empty = model(drawn).mean()

        def game(coalitions: Array, x=x, drawn=drawn, empty=empty) -> Array:
            inside = np.atleast_2d(np.asarray(coalitions, bool))
            out = np.full(len(inside), empty)
            some = inside.any(axis=1)
            if not some.any():
                return out
            inside = inside[some]
            shape = (len(inside), rows, n)
            other = rng.integers(0, q, shape, dtype=np.uint8) if fresh else drawn[:rows]
            mixed = np.where(inside[:, None], x, other)
            out[some] = model(mixed.reshape(-1, n)).reshape(shape[:2]).mean(axis=1)
            return out

        made = getattr(shapiq, name)(n, random_state=r, **pairing)
        found = made.approximate((EACH - BACKGROUND) // rows, game)
        values[r] = [found[(i,)] for i in range(n)]
    return values


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    model = Counting(sz.models.guide_rna())
    codes = model.alphabet.random(2 * SEQUENCES, model.n, seed=77)[:SEQUENCES]
    truth, precision = true_values(model.model, codes, TRUTH)
    rows, best = [], {}

    def enter(family: str, method: str, values: Array, begun: float) -> None:
        error = float(((values - truth) ** 2).sum() / (truth**2).sum())
        best[family] = min(best.get(family, np.inf), error)
        rows.append([method, f"{model.rows:,}", f"{error:.4f}", seconds(clock() - begun)])
        model.rows = 0

    begun = clock()
    made = sz.sketch(model, model.n, model.alphabet, SKETCH, method="samples", progress=False)
    explainer = sz.Explainer(made)
    enter("sketch", f"sketch alone (R² {made.r2:.3f})", explainer.explain(codes).values, begun)
    for shrink in (False, True):
        begun, model.rows = clock(), SKETCH
        found = explainer.explain(codes, model=model, extra=EXTRA, shrink=shrink).values
        family = "shrunken" if shrink else "unbiased"
        kind = "leaning towards the sketch (shrink=True)" if shrink else "unbiased"
        enter(family, f"sketch and extra={EXTRA}, {kind}", found, begun)
    for background in (5, 10, 20, 30):
        begun = clock()
        values = kernel_shap(model, codes, background)
        enter("KernelSHAP", f"shap, KernelSHAP, {background} background rows", values, begun)
    for name in ("KernelSHAP", "SVARM", "PermutationSamplingSV"):
        for count, fresh in ((1, True), (5, True), (10, False), (20, False)):
            begun = clock()
            values = by_shapiq(model, codes, name, count, fresh=fresh)
            kind = f"{count} {'fresh' if fresh else 'fixed'} background row{'s'[: count > 1]}"
            enter("shapiq", f"shapiq, {name}, {kind}", values, begun)
    most = max(int(row[1].replace(",", "")) for row in rows[1:3])
    claims = [
        (
            f"ours asks at most {SKETCH + EXTRA * SEQUENCES:,} rows",
            f"{most:,}",
            most <= SKETCH + EXTRA * SEQUENCES,
        )
    ]
    claims += [
        (
            f"{family}: error below that of {other}, the best of its splits",
            f"{best[family]:.4f} and {best[other]:.4f}",
            best[family] < best[other],
        )
        for family in ("unbiased", "shrunken")
        for other in ("KernelSHAP", "shapiq")
    ]
    headings = ["method", "rows asked", "squared error / squares of the truth", "time"]
    note = f"The standard error of the truth is {precision:.1%} of the mean |value|."
    return publish(__file__, [markdown(headings, rows), note], claims)


if __name__ == "__main__":
    sys.exit(main())
