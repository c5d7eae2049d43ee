"""Integrated gradients of every output: one at a time, and ours.

    python benchmarks/bench_gama_speed.py [--write]

L = 12, 128 hidden units. The sequential form is timed on some of its passes, and scaled.
"""

import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np
import torch

from shapzero_lite import gama
from shapzero_lite.gama import synthetic

L, HIDDEN, SIZE, STEPS = 12, 128, 22, 500
PASSES = 400


def one_pass(model: torch.nn.Module, row: torch.Tensor, alpha: float, j: int, a: int):
    """Return the gradient (T, 22) of one logit at one point of the path."""
    x = (alpha * model.embedding(row)).requires_grad_()
    logit = model.head(model.lstm(x)[0])[0, j, a]
    return torch.autograd.grad(logit, x)[0][0]


def main() -> int:
    """Measure and publish."""
    torch.set_num_threads(1)
    codes = synthetic.sequences("AND", (5, 7, 9), 0.8, 3000, length=L)
    fit = gama.train(codes, hidden=HIDDEN)
    model, T = fit.model, L + 2
    row = torch.from_numpy(gama.tokens(codes[:1]))
    rng = np.random.default_rng(0)
    chosen = list(
        zip(
            rng.random(PASSES),
            rng.integers(0, T, PASSES),
            rng.integers(0, SIZE, PASSES),
            strict=True,
        )
    )
    for case in chosen[:20]:
        one_pass(model, row, *case)
    start = clock()
    for case in chosen:
        one_pass(model, row, *case)
    each = (clock() - start) / PASSES
    sequential = each * SIZE * T * STEPS

    forms = [("paper", 500), ("midpoint", 500), ("midpoint", 50), ("midpoint", 20), ("gauss", 20)]
    exact = gama.integrated_gradients(model, codes[:10], steps=200, rule="gauss")
    rows, ratios = [], {}
    for rule, steps in forms:
        taken = []
        for _ in range(3):
            start = clock()
            z = gama.integrated_gradients(model, codes[:10], steps=steps, rule=rule)
            taken.append((clock() - start) / 10)
        error = np.abs(z - exact).max() / np.abs(exact).max()
        mine = sorted(taken)[1]
        ratios[rule, steps] = sequential / mine
        rows.append([rule, steps, seconds(mine), f"{sequential / mine:,.0f}×", f"{error:.0e}"])
    # The same number: all letters of one output and one input, at few equal steps.
    alphas = np.linspace(0.001, 1, 5)
    by_hand = np.mean(
        [
            [one_pass(model, row, alpha, 7, a)[np.arange(T), row[0]].numpy() for a in range(SIZE)]
            for alpha in alphas
        ],
        axis=(0, 1),
    )
    ours = gama.integrated_gradients(model, codes[:1], steps=5, rule="paper")[0, 7]
    error = np.abs(by_hand - ours).max() / np.abs(by_hand).max()
    claims = [
        (
            "≥ 200× faster a sequence, at the same 500 points",
            f"{ratios['paper', 500]:,.0f}×",
            ratios["paper", 500] >= 200,
        ),
        ("the same numbers at equal steps, < 1e-4", f"{error:.0e}", error < 1e-4),
    ]
    text = (
        f"One at a time: {seconds(each)} a pass ({PASSES} passes measured), {SIZE * T * STEPS:,} "
        f"passes a sequence, so {seconds(sequential)} (scaled). Ours, all outputs of a sequence; "
        "the error is relative to the largest entry, against 200 Gauss-Legendre points:"
    )
    table = markdown(["rule", "steps", "ours, a sequence", "ratio", "error"], rows)
    return publish(__file__, [text, table], claims)


if __name__ == "__main__":
    sys.exit(main())
