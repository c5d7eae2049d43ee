"""What ``plan`` foretells of the fit, against what it then takes: time and memory.

    python benchmarks/bench_plan.py [--write]

Every setting in a process of its own: the seconds of its processor less those of the model, and
its largest memory less what it held before the sketch. The models have noise or curvature, as real
ones do: ours, and planted spectra of 200 waves up to order 4 (20 letters: 2) that are bent by tanh.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.sketching import plan

FACTOR = 2.0
LETTERS = {2: sz.Alphabet("01"), 4: sz.DNA, 20: sz.PROTEIN}
SETTINGS = [  # model or letters, n, budget, method
    (4, 8, 65_536, "enumerate"),
    (4, 9, 262_144, "enumerate"),
    (20, 3, 8_000, "enumerate"),
    (4, 20, 20_000, "qsft"),
    (4, 26, 60_000, "qsft"),
    (20, 8, 20_000, "qsft"),
    (20, 8, 10_000, "samples"),
    (4, 10, 8_000, "both"),
    (4, 12, 10_000, "auto"),
    (2, 20, 10_000, "samples"),
    ("guide", 26, 10_000, "samples"),
    ("repair", 40, 10_000, "samples"),
    (4, 20, 8_000, "curve"),
    (4, 20, 24_000, "curve"),
    (20, 8, 10_000, "curve"),
    ("guide", 26, 10_000, "curve"),
]


class Timed:
    """A model that counts the seconds of the processor that it takes itself."""

    def __init__(self, name: str | int, n: int) -> None:
        if isinstance(name, str):
            self.function = {"guide": sz.models.guide_rna, "repair": sz.models.dna_repair}[name]()
            self.alphabet = self.function.alphabet
        else:
            self.alphabet = LETTERS[name]
            most = 2 if name == 20 else min(n, 4)
            options = {"alphabet": self.alphabet, "terms": 200, "max_order": most, "seed": 1}
            planted = sz.models.toy(n=n, **options)
            self.function = lambda codes: np.tanh(planted(codes) / 6)
        self.n, self.taken = n, 0.0

    def __call__(self, codes: np.ndarray) -> np.ndarray:
        """Return the answers (N,)."""
        start = clock()
        values = self.function(codes)
        self.taken += clock() - start
        return values


def one(name: str | int, n: int, budget: int, method: str) -> None:
    """Measure one setting in this process, and print it as JSON."""
    import resource  # not there on Windows

    def largest() -> float:  # Linux counts in KiB
        return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    model = Timed(name, n)
    model(model.alphabet.random(100, n, seed=1))
    told = plan(model, budget=budget, method=method)
    before, model.taken, start = largest(), 0.0, clock()
    made = sz.sketch(model, budget=budget, method=method, progress=False)
    spent = clock() - start - model.taken
    training = told.training_seconds * any("network" in note for note in made.notes)
    found = {"seconds": spent, "bytes": largest() - before, "method": made.method}
    print(json.dumps(found | {"told": [told.fit_seconds + training, told.fit_bytes]}))


def elsewhere(setting: tuple[str | int, int, int, str]) -> dict[str, Any]:
    """Return what ``one`` measures, in a process of its own."""
    code = f"import bench_plan; bench_plan.one(*{setting!r})"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parent, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    print(*setting, ran.stdout.strip(), file=sys.stderr, flush=True)
    return json.loads(ran.stdout)


def main() -> int:
    """Measure, and publish."""
    rows, times, sizes = [], [], []
    with ThreadPoolExecutor(4) as pool:  # seconds of the processor: they may run side by side
        all_found = list(pool.map(elsewhere, SETTINGS))
    for setting, found in zip(SETTINGS, all_found, strict=True):
        told_seconds, told_bytes = found["told"]
        times.append(found["seconds"] / told_seconds)
        sizes.append(found["bytes"] / told_bytes)
        name, n, budget, method = setting
        q = 4 if isinstance(name, str) else name
        rows.append(
            [name if isinstance(name, str) else "planted", q, n, f"{budget:,}", method,
             seconds(told_seconds), seconds(found["seconds"]), f"{times[-1]:.2f}",
             f"{told_bytes / 1e6:.0f} MB", f"{found['bytes'] / 1e6:.0f} MB", f"{sizes[-1]:.2f}"]
        )  # fmt: skip
    headings = ["model", "q", "n", "budget", "method", "fit foretold", "measured", "ratio",
                "memory foretold", "measured", "ratio"]  # fmt: skip
    claims = [
        (f"{what} within a factor of {FACTOR:g} of what is foretold",
         f"{min(ratios):.2f} to {max(ratios):.2f}",
         min(ratios) >= 1 / FACTOR and max(ratios) <= FACTOR)
        for what, ratios in (("seconds", times), ("memory", sizes))
    ]  # fmt: skip
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
