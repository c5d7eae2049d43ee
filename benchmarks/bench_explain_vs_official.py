"""Shapley values: ours against the explainer of the official package, on the same spectrum.

    python benchmarks/bench_explain_vs_official.py [--write]

Needs `pip install "shapzero-lite[bench]"` (the package shapzero, 0.0.4). The official explainer
treats one sequence after the other; its time is for one, the median over a few. Ours treats
them together; its time is for 2,000, divided by 2,000. The values are compared in the same run.
"""

import contextlib
import io
import statistics
import sys
import tempfile
from functools import partial

from tables import clock, markdown, paired_seconds, publish, random_spectrum, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

# (letters, n, coefficients, order, sequences for the official explainer)
CASES = [
    ("ACGT", 20, 60, 1, 9),
    ("ACGT", 20, 250, 2, 9),
    ("ACGT", 20, 250, 3, 5),
    ("ACGT", 20, 250, 4, 3),
    ("ACGT", 20, 250, 5, 1),
    ("ACGT", 26, 250, 2, 9),
    ("ACGT", 26, 250, 4, 3),
    ("ACGT", 20, 50, 2, 9),
    ("ACGT", 20, 1000, 2, 5),
    (sz.PROTEIN.letters, 20, 250, 2, 3),
    (sz.PROTEIN.letters, 20, 20, 3, 1),
]
TOGETHER = 2000


def official(spectrum: sz.Spectrum, sequences: list[str]) -> tuple[float, np.ndarray]:
    """Return the median seconds of one sequence and the values (N, n) of the official package."""
    from shapzero.main import init

    transform = {
        tuple(int(c) for c in k): complex(F)
        for k, F in zip(spectrum.frequencies, spectrum.coefficients, strict=True)
    }
    values, times = np.zeros((len(sequences), spectrum.n)), []
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints where its files would go
            explainer = init(
                spectrum.q,
                spectrum.n,
                folder,
                fourier_transform=transform,
                fourier_params={"b": 2, "num_subsample": 1, "num_repeat": 1},
            )
        for row, sequence in zip(values, sequences, strict=True):
            start = clock()
            answer = explainer.explain(sequence)[0]
            times.append(clock() - start)
            for (position,), value in answer.items():
                row[position] = value
    return statistics.median(times), values


def main() -> int:
    """Measure and publish."""
    rows, claims, largest = [], [], 0.0
    required = {("ACGT", 250, 2): 300, ("ACGT", 250, 4): 10_000}
    for letters, n, count, order, few in CASES:
        alphabet = sz.Alphabet(letters)
        spectrum = random_spectrum(alphabet, n, count, order, seed=order, symmetric=True)
        codes = alphabet.random(TOGETHER, n, seed=1)
        slow, theirs = official(spectrum, alphabet.decode(codes[:few]))
        values = sz.shapley_values(spectrum, codes)
        (together,) = paired_seconds(partial(sz.shapley_values, spectrum, codes), repeats=9)
        (single,) = paired_seconds(partial(sz.shapley_values, spectrum, codes[:1]), repeats=9)
        fast = together / TOGETHER
        gap = float(np.abs(values[:few] - theirs).max())
        largest = max(largest, gap)
        ratio = slow / fast
        rows.append(
            [
                len(letters),
                n,
                f"{count:,}",
                order,
                seconds(slow),
                seconds(fast),
                f"{ratio:,.0f}×",
                f"{slow / single:,.0f}×",
                f"{gap:.0e}",
            ]
        )
        least = required.get((letters, count, order))
        if least:
            claim = f"≥ {least:,}× faster: {count} coefficients of order {order}, n = {n}"
            claims.append((claim, f"{ratio:,.0f}×", ratio >= least))
    claims.append(("the same values, < 1e-8", f"largest difference {largest:.0e}", largest < 1e-8))
    headings = [
        "q",
        "n",
        "coefficients",
        "order",
        "official, a sequence",
        "ours, a sequence",
        "ratio",
        "ratio, one sequence alone",
        "largest difference",
    ]
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
