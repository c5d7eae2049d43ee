"""What the published score says of a network depends on its training: four arms, one formula.

    python benchmarks/bench_gama_training.py [--conditions 12] [--keep FILE] [--write]

The authors train for thousands of epochs without early stopping, and attribute what was trained on.
Here 192 units learn 500 sequences of 16 letters: not at all, early-stopped, by heart, and by heart
a set without any rule. All four are asked about the same 100 training sequences with the rule.
--keep: conditions that are in the file are not run again, and each is added as it ends. From the
13th on conditions are new draws of sequences and networks.

The authors' size, on a GPU where torch finds one (only our steps shrink along a cosine):

    python benchmarks/bench_gama_training.py --hidden 1024 --sequences 10000 --epochs 3000 \
        --batch 1 --learning-rate 0.00008 --attributed 1000 --conditions 6 --keep FILE

What that takes on a core: bench_gama_authors_size.py.
"""

import argparse
import sys
from dataclasses import replace
from functools import cache, partial
from itertools import product

from kept import Kept
from tables import markdown, publish

# isort: split
import numpy as np
import torch

from shapzero_lite import gama
from shapzero_lite.gama import synthetic

PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--conditions", type=int, default=12, help="of up to 120")
PARSER.add_argument("--keep", help="a file of results")
PARSER.add_argument("--hidden", type=int, default=192, help="units")
PARSER.add_argument("--sequences", type=int, default=500, help="to learn")
PARSER.add_argument("--epochs", type=int, default=120, help="of learning by heart")
PARSER.add_argument("--batch", type=int, default=32, help="sequences a step")
PARSER.add_argument("--learning-rate", type=float, default=0.006, help="of learning by heart")
PARSER.add_argument("--attributed", type=int, default=100, help="sequences")
KNOWN, sys.argv[1:] = PARSER.parse_known_args()
PLACEMENTS = ((7, 9, 11), (2, 4), (11, 12, 13, 14))
SHARES = (0.8, 1.0)
CASES = [*product(range(10), SHARES, PLACEMENTS, ("AND", "OR"))][: KNOWN.conditions]
SEQUENCES, ATTRIBUTED, STEPS = KNOWN.sequences, KNOWN.attributed, 8
HIDDEN = KNOWN.hidden
BOTH = {"hidden": HIDDEN, "batch": KNOWN.batch}
BY_HEART = {
    **BOTH, "epochs": KNOWN.epochs, "learning_rate": KNOWN.learning_rate, "keep": "last",
}  # fmt: skip
STOPPED = {**BOTH, "epochs": 60}
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
ARMS = ("untrained", "by heart, without rule", "early-stopped", "by heart")
# Of each: target and baseline.
FORMS = {"published": ("mean-logit", "zero"), "gain": ("log-likelihood", "mean-letter")}


class OnDevice(torch.nn.Module):
    """A network on a GPU, where there is one; tokens come from the CPU, and logits go there."""

    def __init__(self, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network.to(DEVICE)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Return the logits (N, T, q + 2) of tokens (N, T)."""
        return self.network(rows.to(DEVICE)).cpu()


def trained(codes: np.ndarray, seed: int, hidden: int, **options: object) -> gama.Training:
    """Return what :func:`gama.train` does, learned on a GPU where there is one."""
    model = OnDevice(gama.network(hidden, seed=seed))
    fit = gama.train(codes, model=model, seed=seed, **options)
    model, reference = fit.model.network.cpu(), fit.reference.network.cpu()
    model.over_counting = fit.over_counting
    return replace(fit, model=model, reference=reference)


@cache
def without_rule(draw: int) -> gama.Training:
    """Return a network that knows sequences without any rule by heart."""
    codes = synthetic.sequences("AND", (2, 4), 0.0, SEQUENCES, seed=10 * draw + 1)
    return trained(codes, seed=10 * draw, **BY_HEART)


def condition(draw: int, share: float, places: tuple[int, ...], logic: str) -> dict:
    """Return for each form and arm the share of positions missed and the area; and the nats."""
    seed = 10 * draw
    codes = synthetic.sequences(logic, places, share, SEQUENCES, seed=seed)
    known = trained(codes, seed=seed, **BY_HEART)
    stopped = trained(codes, seed=seed, **STOPPED)
    held = {row.tobytes() for row in known.heldout}
    some = np.array([row for row in codes if row.tobytes() not in held])[:ATTRIBUTED]
    untrained = gama.network(HIDDEN, seed=seed + 1)
    models = (known.reference, untrained, without_rule(draw).model, stopped.model, known.model)
    found: dict = {"best epoch": stopped.best_epoch, "nats": {}}
    for form, (target, baseline) in FORMS.items():
        before, *after = (
            gama.integrated_gradients(m, some, target, STEPS, rule="gauss", baseline=baseline)
            for m in models
        )
        matrices = [np.abs(gama.compare(z, before, form)) for z in after]
        found[form] = {
            arm: (synthetic.misses(m, places) / len(places), synthetic.roc_area(m, places))
            for arm, m in zip(ARMS, matrices, strict=True)
        }
    for arm, fit in zip(ARMS[2:], (stopped, known), strict=True):
        told = gama.target_values(fit.model, some, "log-likelihood").sum(1).mean()
        found["nats"][arm] = (float(-told), fit.over_counting[0])
    return found


def main() -> int:
    """Run the conditions, and publish."""
    settings = [SEQUENCES, ATTRIBUTED, STEPS, BY_HEART, STOPPED]
    kept, results = Kept(KNOWN.keep, settings), {}
    for case in CASES:
        results[case] = kept.of(case, partial(condition, *case))
        print(*case, results[case], file=sys.stderr, flush=True)
    columns = [(form, arm) for form in FORMS for arm in ARMS]
    rows = []
    for (_, share, places, logic), found in results.items():
        cells = [f"{found[f][a][0]:.0%}, {found[f][a][1]:.2f}" for f, a in columns]
        nats = [f"{found['nats'][a][0]:.0f}; {found['nats'][a][1]:+.0f}" for a in ARMS[2:]]
        rows.append([logic, share, " ".join(map(str, places)), *cells, *nats])
    for shares in (*((share,) for share in SHARES), SHARES):
        some = [found for case, found in results.items() if case[1] in shares]
        if len(some) < 2:
            continue
        missed = np.array([[found[f][a][0] for f, a in columns] for found in some])
        error = missed.std(0, ddof=1) / np.sqrt(len(missed))
        cells = [f"{m:.0%} ± {e:.0%}" for m, e in zip(missed.mean(0), error, strict=True)]
        name = f"mean of {len(missed)}"
        rows.append([name, " and ".join(map(str, shares)), "", *cells, "", ""])
    headings = ["rule", "share", "planted", *(f"{form}, {arm}" for form, arm in columns)]
    headings += [f"nats per sequence, {arm}" for arm in ARMS[2:]]
    text = (
        f"{HIDDEN:,} units, {SEQUENCES:,} sequences, by heart in {KNOWN.epochs:,} epochs. Planted "
        f"positions missed, and area under the ROC curve; {len(results)} conditions; means with "
        "the standard error over conditions. Last, the cost of the attributed training sequences, "
        "and what held-out ones gain over counting:"
    )
    return publish(__file__, [text, markdown(headings, rows)], [])


if __name__ == "__main__":
    sys.exit(main())
