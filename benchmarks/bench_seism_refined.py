"""SEISM under the null where motifs are refined by gradient: are p-values uniform, ties randomised?

    python benchmarks/bench_seism_refined.py [--repetitions 180] [--keep FILE] [--write]

--keep: repetitions that are in the file are not run again, and each is added as it ends.
"""

import argparse
import sys

from bench_seism_calibration import UNIFORM, K, null_phenotype
from kept import Kept
from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism

STATES = 39  # p <= 5 % is then p <= 2/40, exactly


def refined(seed: int) -> tuple[float, ...]:
    """Return p of the first motif when motifs are refined by gradient, and naively."""
    codes, y = null_phenotype(10**6 + seed)
    chosen = seism.select(codes, y, 1, K, refine=True, transform=None)
    return (*seism.p_values(chosen, STATES, seed), *seism.naive_p_values(chosen))


def uniformity(p: np.ndarray) -> tuple[float, float]:
    """Return the Kolmogorov-Smirnov p-value of p-values (m,), and of ties told apart at random.

    That test is made for continuous laws, and p is one of STATES + 1 numbers. Moved down by a
    random part of a step, p that are right are uniform between 0 and 1.
    """
    from scipy.stats import kstest

    between = p - np.random.default_rng(0).random(len(p)) / (STATES + 1)
    return float(kstest(p, "uniform").pvalue), float(kstest(between, "uniform").pvalue)


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--repetitions", type=int, default=180)
    parser.add_argument("--keep", help="a file of results")
    known, sys.argv[1:] = parser.parse_known_args()
    kept = Kept(known.keep, [K, STATES])
    p, naive = np.array(repeated(refined, known.repetitions, kept=kept)).T
    grid, between = uniformity(p)
    _, share, low, high = error_rates(p, (0.05,))[0]
    interval = f"{100 * low:.2f} to {100 * high:.2f} %"
    headings = ["repetitions", "KS p", "KS p, ties randomised", "≤ 5 %", "99.9 % interval",
                "naive t, ≤ 5 %"]  # fmt: skip
    cells = [len(p), f"{grid:.2g}", f"{between:.2g}", f"{100 * share:.2f} %", interval]
    cells.append(f"{100 * (naive <= 0.05).mean():.1f} %")
    claims = [
        (f"Kolmogorov-Smirnov p, ties randomised > {UNIFORM}", f"{between:.2g}", between > UNIFORM),
        ("false alarms at 5% in the exact binomial 99.9 % interval",
         f"{100 * share:.2f} % in {interval}", low <= share <= high),
    ]  # fmt: skip
    return publish(__file__, [markdown(headings, [cells])], claims)


if __name__ == "__main__":
    sys.exit(main())
