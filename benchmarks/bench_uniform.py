"""Uniform letters today beside the package from before it knew of other letters.

    git worktree add ../before 7ef344d~1
    python benchmarks/bench_uniform.py ../before [--write]

Both packages get the same rows of the guide model and the same spectrum, in processes of their own
that take turns; each tells the shortest of three times. Medians over the turns.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

TURNS, MOST = 5, 1.1
WINDOWS, SEED = 100_000, 1


def shortest(function: object) -> float:
    """Return the shortest of three times of the processor."""
    import time

    times = []
    for _ in range(3):
        begun = time.process_time()
        function()
        times.append(time.process_time() - begun)
    return min(times)


def measure() -> None:
    """Print seconds by task for the package that is imported."""
    import one_thread  # noqa: F401

    # isort: split
    import numpy as np

    import shapzero_lite as sz

    model = sz.models.guide_rna()
    codes = sz.DNA.random(20_000, 26, seed=SEED)
    y = model(codes)
    rng = np.random.default_rng(SEED)
    frequencies = np.zeros((5_000, 26), np.uint8)
    for row in frequencies:
        order = rng.integers(1, 4)
        row[rng.choice(26, order, replace=False)] = rng.integers(1, 4, order)
    frequencies = np.unique(frequencies, axis=0)
    spectrum = sz.Spectrum(frequencies, rng.normal(size=len(frequencies)) + 0j, alphabet=sz.DNA)
    windows = sz.DNA.random(WINDOWS, 26, seed=SEED + 1)
    tasks = {
        "predict": lambda: spectrum.evaluate(windows),
        "values": lambda: sz.shapley_values(spectrum, windows),
        "pairs": lambda: sz.interactions(spectrum, windows[:10_000], max_order=2),
        "learn": lambda: sz.sketch_from_samples(codes, y, alphabet=sz.DNA, seed=SEED),
    }
    print(json.dumps({name: shortest(task) for name, task in tasks.items()}))


def main(before: str) -> int:
    """Let both take turns, and publish."""
    from tables import markdown, publish, seconds

    folders = {"before": before, "today": str(Path(__file__).parents[1])}
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in folders}
    for _ in range(TURNS):
        for name, folder in folders.items():
            told = subprocess.run(
                [sys.executable, __file__, "--measure"], check=True, capture_output=True, text=True,
                env=os.environ | {"PYTHONPATH": folder},
            ).stdout  # fmt: skip
            taken[name].append(json.loads(told))
            print(name, taken[name][-1], file=sys.stderr, flush=True)
    what = {
        "predict": f"{WINDOWS:,} predictions of about 5,000 waves",
        "values": f"their {WINDOWS:,} × 26 Shapley values",
        "pairs": "interactions of pairs, 10,000 windows",
        "learn": "learning from 20,000 rows of the guide model",
    }
    rows, claims = [], []
    for name, said in what.items():
        was, now = (statistics.median(t[name] for t in taken[side]) for side in folders)
        rows.append([said, seconds(was), seconds(now), f"{now / was:.2f}"])
        claims.append((f"{said}: at most {MOST} of before", f"{now / was:.2f}", now <= MOST * was))
    table = markdown(["uniform letters", "before", "today", "today / before"], rows)
    return publish(__file__, [table], claims)


if __name__ == "__main__":
    if sys.argv[1:] == ["--measure"]:
        measure()
    elif len(sys.argv) < 2 or not Path(sys.argv[1], "shapzero_lite").is_dir():
        sys.exit("say where the checkout from before is; see the first lines of this file")
    else:
        sys.exit(main(sys.argv.pop(1)))
