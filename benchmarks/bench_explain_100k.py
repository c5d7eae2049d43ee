"""Time and memory of explaining 100,000 windows with interactions up to order 3.

    python benchmarks/bench_explain_100k.py [--write]

A sketch of the guide model of 60,000 queries; the windows are explained in a process of their own,
and its peak memory is what the operating system says (ru_maxrss: Linux and macOS), Python, the
windows and all results included.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

WINDOWS, ORDER, BUDGET = 100_000, 3, 60_000
MOST_SECONDS, MOST_MEMORY = 60, 2e9


def measure(path: str, order: int) -> None:
    """Print seconds for values, for interactions, peak bytes, sets, and the largest error."""
    import resource

    spectrum = sz.Spectrum.load(path)
    codes = spectrum.alphabet.random(WINDOWS, spectrum.n, seed=1)
    start = clock()
    explained = sz.Explainer(spectrum).explain(codes, max_order=order)
    middle = clock()
    found = explained.interactions
    end = clock()
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    # Faith-Shap and the values both add up to f(x) - E f, so they must agree.
    some = slice(0, 1000)
    total = spectrum.evaluate(codes[some]) - spectrum.constant
    error = max(
        np.abs(explained.values[some].sum(axis=1) - total).max(),
        np.abs(found.values[some].sum(axis=1) - total).max(),
    )
    print(middle - start, end - middle, peak, len(found.subsets), error)


def main() -> int:
    """Measure in processes of their own, and publish."""
    rows, claims = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "guide.npz"
        # In a process of its own, too: a child's peak begins at the size of its parent.
        subprocess.run([sys.executable, __file__, "--sketch", str(path)], check=True)
        for order in (2, ORDER):
            command = [sys.executable, __file__, "--measure", str(path), str(order)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            values, pairs, peak, sets, error = (float(word) for word in done.stdout.split())
            if error > 1e-9:
                raise AssertionError(f"the values do not add up to f(x) - E f: {error}")
            size = WINDOWS * sets * 8
            cells = [seconds(values), seconds(pairs), f"{peak / 1e6:,.0f} MB"]
            rows.append([order, f"{sets:,.0f}", *cells, f"{size / 1e6:,.0f} MB"])
        made = sz.Spectrum.load(path)
    taken = values + pairs
    what = f"{WINDOWS:,} windows, interactions to order {ORDER}"
    claims = [
        (f"{what}: ≤ {MOST_SECONDS} s", seconds(taken), taken <= MOST_SECONDS),
        (f"{what}: ≤ 2 GB", f"{peak / 1e9:.2f} GB", peak <= MOST_MEMORY),
    ]
    headings = ["order", "sets", "values", "interactions", "peak memory", "of which interactions"]
    note = (
        f"Sketch: {made.provenance['n_queries']:,} queries, {len(made):,} coefficients, "
        f"R² {made.provenance['r2']:.3f}."
    )
    return publish(__file__, [note, markdown(headings, rows)], claims)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--sketch"]:
        sketch = sz.sketch(sz.models.guide_rna(), budget=BUDGET, method="samples", progress=False)
        sketch.spectrum.save(sys.argv[2])
        sys.exit(0)
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], int(sys.argv[3]))
        sys.exit(0)
    sys.exit(main())
