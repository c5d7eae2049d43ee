"""What the published score says of a network depends on its training: four arms, one formula.

    python benchmarks/bench_gama_training.py [--placements 3] [--write]

The authors train for thousands of epochs without early stopping, and attribute what was trained on.
Here 192 units learn 500 sequences of 16 letters: not at all, early-stopped, by heart, and by heart
a set without any rule. All four are asked about the same 100 training sequences with the rule.
"""

import argparse
import sys
import warnings
from itertools import product

from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import gama
from shapzero_lite.gama import synthetic

PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--placements", type=int, default=3, help="of the planted positions, 1 to 3")
KNOWN, sys.argv[1:] = PARSER.parse_known_args()
PLACEMENTS = ((7, 9, 11), (2, 4), (11, 12, 13, 14))[: KNOWN.placements]
SEQUENCES, ATTRIBUTED, STEPS = 500, 100, 8
HIDDEN = 192
BY_HEART = {"hidden": HIDDEN, "epochs": 120, "learning_rate": 0.006, "keep": "last"}
ARMS = ("untrained", "by heart, without rule", "early-stopped", "by heart")
FORMS = ("published", "gain")


def by_heart(codes: np.ndarray) -> gama.Training:
    """Return a network that knows its training sequences."""
    return gama.train(codes, **BY_HEART)


def condition(logic: str, places: tuple[int, ...], share: float, blank: gama.Training) -> dict:
    """Return for each arm and form the share of positions missed and the area."""
    codes = synthetic.sequences(logic, places, share, SEQUENCES)
    known = by_heart(codes)
    stopped = gama.train(codes, hidden=HIDDEN, epochs=60)
    held = {row.tobytes() for row in known.heldout}
    some = np.array([row for row in codes if row.tobytes() not in held])[:ATTRIBUTED]
    models = (gama.network(HIDDEN, seed=1), blank.model, stopped.model, known.model)
    found: dict = {"best epoch": stopped.best_epoch}
    for arm, model in zip(ARMS, models, strict=True):
        for form in FORMS:
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "on held-out")  # that is the question here
                matrix = gama.score(model, known.reference, some, STEPS, form=form, rule="gauss")
            matrix = np.abs(matrix)
            missed = synthetic.misses(matrix, places) / len(places)
            found[arm, form] = missed, synthetic.roc_area(matrix, places)
    for arm, fit in (("early-stopped", stopped), ("by heart", known)):
        told = gama.target_values(fit.model, some, "log-likelihood").sum(1).mean()
        found[arm, "nats"] = -told, fit.over_counting[0]
    return found


def main() -> int:
    """Run all conditions, and publish."""
    blank = by_heart(synthetic.sequences("AND", (2, 4), 0.0, SEQUENCES, seed=1))
    results = {}
    for places, share, logic in product(PLACEMENTS, (1.0, 0.8), ("AND", "OR")):
        results[logic, share, places] = condition(logic, places, share, blank)
        print(logic, share, places, results[logic, share, places], file=sys.stderr, flush=True)
    rows = []
    for (logic, share, places), found in results.items():
        cells = [
            f"{found[arm, 'published'][0]:.0%}, {found[arm, 'published'][1]:.2f}" for arm in ARMS
        ]
        cells += [f"{found[arm, 'gain'][0]:.0%}, {found[arm, 'gain'][1]:.2f}" for arm in ARMS]
        nats = [f"{found[arm, 'nats'][0]:.0f}; {found[arm, 'nats'][1]:+.0f}" for arm in ARMS[2:]]
        rows.append([logic, share, " ".join(map(str, places)), *cells, *nats])

    def mean(arm: str, form: str) -> float:
        return float(np.mean([found[arm, form][0] for found in results.values()]))

    rows.append(
        ["mean", "", "", *(f"{mean(arm, form):.0%}" for form in FORMS for arm in ARMS), "", ""]
    )
    headings = ["rule", "share", "planted"]
    headings += [f"{form}, {arm}" for form in FORMS for arm in ARMS]
    headings += [f"nats a sequence, {arm}" for arm in ARMS[2:]]
    text = (
        f"Planted positions missed, and area under the ROC curve; {len(results)} conditions. Then "
        "the cost of the attributed training sequences, and what held-out ones gain over counting:"
    )
    return publish(__file__, [text, markdown(headings, rows)], [])


if __name__ == "__main__":
    sys.exit(main())
