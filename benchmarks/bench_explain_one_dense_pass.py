"""Shapley values against one dense pass over the same numbers, and how their time grows.

    python benchmarks/bench_explain_one_dense_pass.py [--write]

The dense pass is what nobody can leave out who evaluates K characters at N sequences the plain
way: cos(codes @ frequencies) as one (N, K) matrix, then a product with a (K, n) matrix.
"""

import sys
from functools import partial

from tables import markdown, paired_seconds, publish, random_spectrum, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

N, n = 20_000, 26


def dense_pass(codes: np.ndarray, k: np.ndarray, weights: np.ndarray, q: int) -> np.ndarray:
    """Return the product (N, n) of the (N, K) cosines and (K, n) weights, whole matrices."""
    return np.cos(codes.astype(float) @ k.T.astype(float) * (2 * np.pi / q)) @ weights


def both(spectrum: sz.Spectrum, codes: np.ndarray, repeats: int = 11) -> list[float]:
    """Return the median seconds of our values and of the dense pass."""
    k = spectrum.frequencies
    weights = np.random.default_rng(0).normal(size=k.shape)
    return paired_seconds(
        lambda: sz.shapley_values(spectrum, codes),
        lambda: dense_pass(codes, k, weights, spectrum.q),
        repeats=repeats,
    )


def main() -> int:
    """Measure and publish."""
    codes = sz.DNA.random(N, n, seed=1)
    claims, rows = [], []
    for symmetric, name in ((False, "no pairs"), (True, "pairs k, -k")):
        spectrum = random_spectrum(sz.DNA, n, 250, 2, seed=2, symmetric=symmetric)
        ours, dense = both(spectrum, codes, repeats=31)
        rows.append([f"250, {name}", seconds(ours), seconds(dense), f"{ours / dense:.2f}"])
        claim = f"within 2.5× of one dense pass, 250 coefficients ({name}), {N:,} sequences"
        claims.append((claim, f"{ours / dense:.2f}×", ours <= 2.5 * dense))
    parts = [markdown(["coefficients", "ours", "dense pass", "ratio"], rows)]

    rows, counts = [], (125, 250, 500, 1000, 2000)
    for count in counts:
        spectrum = random_spectrum(sz.DNA, n, count, 3, seed=3)
        ours, dense = both(spectrum, codes, repeats=7)
        rows.append(
            [f"{count:,}", seconds(ours), f"{ours / count / N * 1e9:.2f}", f"{ours / dense:.2f}"]
        )
    each = [float(row[2]) for row in rows]
    spread = max(each) / min(each)
    claims.append(
        (
            "linear in the number of coefficients (125 to 2,000)",
            f"time a coefficient varies {spread:.2f}-fold",
            spread < 2,
        )
    )
    headings = ["coefficients", "ours", "ns a sequence and coefficient", "ratio to the dense pass"]
    parts.append(
        f"Growth with the number of coefficients ({N:,} sequences, order 3):\n\n"
        + markdown(headings, rows)
    )

    rows, times = [], {}
    for alphabet in (sz.DNA, sz.PROTEIN):
        letters = alphabet.random(N, n, seed=1)
        made = {d: random_spectrum(alphabet, n, 50, d, seed=d) for d in range(1, 7)}
        taken = paired_seconds(
            *[partial(sz.shapley_values, spectrum, letters) for spectrum in made.values()],
            repeats=11,
        )
        times |= {(alphabet.q, d): t for d, t in zip(made, taken, strict=True)}
    for d in range(1, 7):
        rows.append([d, seconds(times[4, d]), seconds(times[20, d]), f"{4**d:,}", f"{20**d:,}"])
    spread = max(times.values()) / min(times.values())
    claims.append(
        (
            "no dependence on q^order (orders 1 to 6, q 4 and 20)",
            f"times vary {spread:.2f}-fold while q^order grows {20**6 / 4:,.0f}-fold",
            spread < 2,
        )
    )
    parts.append(
        f"50 coefficients of one order, {N:,} sequences:\n\n"
        + markdown(["order", "q = 4", "q = 20", "4^order", "20^order"], rows)
    )
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
