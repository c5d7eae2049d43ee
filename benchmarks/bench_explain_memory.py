"""Peak memory of Shapley values of a million sequences under a thousand coefficients.

    python benchmarks/bench_explain_memory.py [--write]

Measured in a process of its own by the operating system (ru_maxrss: Linux and macOS), the
sequences, the result (a million × 26 × 8 bytes) and Python itself included.
"""

import subprocess
import sys

from tables import clock, markdown, publish, random_spectrum, seconds

# isort: split
import shapzero_lite as sz

CASES = [(10_000, 1000), (100_000, 1000), (1_000_000, 250), (1_000_000, 1000)]
LIMIT = 1e9
n = 26


def measure(count: int, coefficients: int) -> None:
    """Print seconds, peak bytes, and the largest error of the sums of the values."""
    import resource

    spectrum = random_spectrum(sz.DNA, n, coefficients, 3, seed=0)
    codes = sz.DNA.random(count, n, seed=1)
    start = clock()
    phi = sz.shapley_values(spectrum, codes)
    taken = clock() - start
    # Kilobytes on Linux, bytes on macOS.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    error = abs(phi[-100:].sum(axis=1) + spectrum.constant - spectrum.evaluate(codes[-100:])).max()
    print(taken, peak, error)


def main() -> int:
    """Measure each case in a fresh process, and publish."""
    rows, claims = [], []
    for count, coefficients in CASES:
        command = [sys.executable, __file__, "--measure", str(count), str(coefficients)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        taken, peak, error = (float(word) for word in done.stdout.split())
        rows.append(
            [
                f"{count:,}",
                f"{coefficients:,}",
                seconds(taken),
                f"{peak / 1e6:,.0f} MB",
                f"{(count * n * 9) / 1e6:,.0f} MB",
            ]
        )
        if error > 1e-9:
            raise AssertionError(f"the values do not add up to f(x) - E f: {error}")
    claim = f"{count:,} sequences × {coefficients:,} coefficients within 1 GB"
    claims.append((claim, f"{peak / 1e6:,.0f} MB in {seconds(taken)}", peak < LIMIT))
    headings = ["sequences", "coefficients", "time", "peak memory", "of which codes and result"]
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(*map(int, sys.argv[2:]))
        sys.exit(0)
    sys.exit(main())
