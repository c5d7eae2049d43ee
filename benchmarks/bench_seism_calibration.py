"""SEISM under the null: are its p-values uniform, for the first and for the second motif?

python benchmarks/bench_seism_calibration.py [--write]
"""

import sys

from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.letters import DNA

N, K, LENGTH, STATES = 60, 4, 30, 200
NULL, PARTIAL = 4000, 1200
EFFECT = 2.0  # of the true first motif of the partial null, in units of the noise
UNIFORM = 0.001  # smallest p-value of the Kolmogorov-Smirnov test that is accepted


def null_phenotype(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random sequences, and noise of arbitrary mean and scale."""
    rng = np.random.default_rng([1, seed])
    codes = rng.integers(0, 4, (N, LENGTH)).astype(np.uint8)
    return codes, rng.normal(0, 30) + np.exp(rng.normal(0, 2)) * rng.normal(size=N)


def null(seed: int) -> tuple[float, ...]:
    """Return p of motifs 1 and 2 by the walk, by the truncated t, and naively."""
    codes, y = null_phenotype(seed)
    chosen = seism.select(codes, y, 2, K, transform=None)
    walked = seism.p_values(chosen, STATES, seed)
    return (*walked, *seism.line_p_values(chosen), *seism.naive_p_values(chosen))


def partial(seed: int) -> tuple[float, ...]:
    """Return p of motif 2, three ways, when motif 1 is true; NaN if it was not selected first."""
    rng = np.random.default_rng([2, seed])
    motif = DNA.decode(rng.integers(0, 4, (1, K)).astype(np.uint8))[0]
    codes, y = seism.planted(N, EFFECT, length=LENGTH, seed=[3, seed], motif=motif, centred=True)
    scale, shift = np.exp(rng.normal(0, 2)), rng.normal(0, 30)
    chosen = seism.select(codes, scale * y + shift, 2, K, transform=None)
    if chosen.cells[0] != motif:
        return (np.nan,) * 3
    walked = seism.p_values(chosen, STATES, seed)[1]
    return walked, seism.line_p_values(chosen)[1], seism.naive_p_values(chosen)[1]


def row(name: str, p: np.ndarray) -> list[str]:
    """Return one line of the table."""
    from scipy.stats import kstest

    cells = [name, f"{len(p):,}", f"{kstest(p, 'uniform').pvalue:.2g}"]
    for _, share, low, high in error_rates(p):
        cells += [f"{100 * share:.2f} %", f"{100 * low:.2f} to {100 * high:.2f} %"]
    return cells


def claims_of(name: str, p: np.ndarray) -> list[tuple[str, str, bool]]:
    """Return the claims that p is uniform, and right at 5 % and at 1 %."""
    from scipy.stats import kstest

    uniform = float(kstest(p, "uniform").pvalue)
    claims = [(f"{name}: Kolmogorov-Smirnov p > {UNIFORM}", f"{uniform:.2g}", uniform > UNIFORM)]
    for level, share, low, high in error_rates(p):
        claims.append((
            f"{name}: false alarms at {level:.0%} in the exact binomial 99.9 % interval",
            f"{100 * share:.2f} % in {100 * low:.2f} to {100 * high:.2f} %",
            low <= share <= high,
        ))  # fmt: skip
    return claims


def main() -> int:
    """Measure and publish."""
    whole = np.array(repeated(null, NULL))
    part = np.array(repeated(partial, PARTIAL))
    kept = part[~np.isnan(part[:, 0])]
    names = ["walk, motif 1", "walk, motif 2", "truncated t, motif 1", "truncated t, motif 2"]
    names += ["naive t, motif 1", "naive t, motif 2"]
    rows = [row(name, whole[:, c]) for c, name in enumerate(names)]
    rows += [
        row(f"partial null, {name}, motif 2", kept[:, c])
        for c, name in enumerate(("walk", "truncated t", "naive t"))
    ]
    claims = [
        *claims_of("motif 1", whole[:, 0]),
        *claims_of("motif 2", whole[:, 1]),
        *claims_of("motif 2, partial null", kept[:, 0]),
    ]
    naive = float((whole[:, 4] <= 0.05).mean())
    claims.append(("naive t, motif 1: false alarms at 5 % ≥ 0.95", f"{naive:.4f}", naive >= 0.95))
    claims.append(("repetitions of the partial null ≥ 1,000", f"{len(kept):,}", len(kept) >= 1000))
    headings = ["p-values", "repetitions", "KS p", "≤ 5 %", "99.9 % interval", "≤ 1 %"]
    headings.append("99.9 % interval")
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
