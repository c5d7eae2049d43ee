"""How long a network of GAMA's authors' size would learn on a core: seconds a step, and in all.

python benchmarks/bench_gama_authors_size.py [--write]

1,024 units, 10,000 sequences of 16 letters, 3,000 epochs, a sequence a step: what the authors'
scripts say. bench_gama_training.py runs it, on a GPU where torch finds one.
"""

import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np
import torch

from shapzero_lite import gama

HIDDEN, SEQUENCES, EPOCHS, CONDITIONS = 1024, 10_000, 3000, 270
BATCHES, MEASURED = (1, 32), 12  # of a step; steps


def a_step(batch: int) -> float:
    """Return the median seconds of a step of training: forward, backward, Adam."""
    model = gama.network(HIDDEN)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=8e-5)
    rng, taken = np.random.default_rng(0), []
    for _ in range(MEASURED + 2):
        rows = torch.from_numpy(gama.tokens(rng.integers(0, 20, (batch, 16)).astype(np.uint8)))
        begun = clock()
        optimizer.zero_grad(set_to_none=True)
        logits = model(rows[:, :-1]).flatten(0, 1)
        torch.nn.functional.cross_entropy(logits, rows[:, 1:].flatten()).backward()
        optimizer.step()
        taken.append(clock() - begun)
    return float(np.median(taken[2:]))  # the first make Adam's memory


def main() -> int:
    """Measure and publish."""
    torch.set_num_threads(1)
    rows = []
    for batch in BATCHES:
        step = a_step(batch)
        epoch = step * SEQUENCES / batch
        hours = epoch * EPOCHS / 3600
        rows.append([
            batch, seconds(step), f"{epoch:,.0f} s", f"{hours:,.0f} h",
            f"{hours * CONDITIONS / (24 * 365):,.1f} years",
        ])  # fmt: skip
    headings = ["sequences a step", "a step", "an epoch", f"{EPOCHS:,} epochs", "270 networks"]
    return publish(__file__, [markdown(headings, rows)], [])


if __name__ == "__main__":
    sys.exit(main())
