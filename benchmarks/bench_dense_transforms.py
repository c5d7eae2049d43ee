"""Fourier and Möbius transform of all q^n values, against the definition as one matrix.

python benchmarks/bench_dense_transforms.py [--write]
"""

import sys

from tables import markdown, paired_seconds, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

q = 4
LARGEST, LARGEST_MATRIX = 10, 6


def by_definition(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the matrices (q^n, q^n) of the Fourier and the Möbius transform.

    Fourier: omega^-<k, x> / q^n. Möbius: the inverse of [m <= x], where m <= x when every m_i
    is 0 or x_i; entry by entry it is (-1)^(positions where m_i is a letter and x_i is 0) for
    x <= m, and 0 otherwise.
    """
    words = sz.DNA.all_sequences(n).astype(np.int64)  # (q^n, n)
    fourier = np.exp(-2j * np.pi / q * (words @ words.T % q)) / q**n
    below, dropped = np.ones((q**n, q**n), bool), np.zeros((q**n, q**n), np.int64)
    for letters in words.T:
        m, x = letters[:, None], letters[None, :]
        below &= (x == 0) | (x == m)
        dropped += (x == 0) & (m != 0)
    return fourier, np.where(below, (-1.0) ** dropped, 0.0)


def main() -> int:
    """Measure and publish."""
    rng = np.random.default_rng(0)
    rows, claims, error = [], [], 0.0
    for n in range(2, LARGEST + 1):
        f = rng.normal(size=(q,) * n)
        F, M = sz.fourier_transform(f), sz.mobius_transform(f)
        functions = [lambda f=f: sz.fourier_transform(f), lambda f=f: sz.mobius_transform(f)]
        ratios = ["", ""]
        if n <= LARGEST_MATRIX:
            fourier, mobius = by_definition(n)
            error = max(
                error,
                np.abs(fourier @ f.ravel() - F.ravel()).max(),
                np.abs(mobius @ f.ravel() - M.ravel()).max(),
            )
            functions += [lambda f=f, A=fourier: A @ f.ravel(), lambda f=f, A=mobius: A @ f.ravel()]
        else:
            error = max(
                error,
                np.abs(sz.inverse_fourier_transform(F).real - f).max(),
                np.abs(sz.inverse_mobius_transform(M) - f).max(),
            )
        taken = paired_seconds(*functions, repeats=5, seconds_each=0.3)
        if n <= LARGEST_MATRIX:
            ratios = [f"{taken[2] / taken[0]:,.1f}×", f"{taken[3] / taken[1]:,.1f}×"]
        rows.append([n, f"{q**n:,}", seconds(taken[0]), ratios[0], seconds(taken[1]), ratios[1]])
    for name, t in (("Fourier", taken[0]), ("Möbius", taken[1])):
        claims.append((f"{name} transform of 4^10 values < 2 s", seconds(t), t < 2))
    claims.append(
        (
            f"same as the definition (n ≤ {LARGEST_MATRIX}), and back (n > it), < 1e-10",
            f"largest difference {error:.0e}",
            error < 1e-10,
        )
    )
    headings = ["n", "values", "Fourier", "matrix takes", "Möbius", "matrix takes"]
    note = (
        "The matrix has (q^n)² entries, so its product costs q^2n, ours n q^n; making the matrix "
        "is not counted."
    )
    return publish(__file__, [markdown(headings, rows), note], claims)


if __name__ == "__main__":
    sys.exit(main())
