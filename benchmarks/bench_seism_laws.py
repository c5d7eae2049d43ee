"""SEISM's false alarms when noise is not Gaussian, and when another motif drives the phenotype.

python benchmarks/bench_seism_laws.py [--write]
"""

import sys

from seism_repetitions import error_rates
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.letters import DNA

N, K, LENGTH = 60, 4, 30
STATES = 19  # p <= 5 % is then p = 1/20, exactly
NULLS, DRIVEN = 500, 3000
LAWS = {
    "Gaussian": lambda rng: rng.normal(size=N),
    "t with 5 degrees of freedom": lambda rng: rng.standard_t(5, N),
    "Laplace": lambda rng: rng.laplace(size=N),
    "exponential": lambda rng: rng.exponential(size=N),
    "three levels": lambda rng: rng.choice(3, N, p=[0.7, 0.2, 0.1]).astype(float),
}


def sequences(rng: np.random.Generator) -> np.ndarray:
    """Return random codes (N, LENGTH)."""
    return rng.integers(0, 4, (N, LENGTH)).astype(np.uint8)


def p_of(codes: np.ndarray, y: np.ndarray, seed: int, **options: object) -> float:
    """Return p of the first motif."""
    return float(seism.p_values(seism.select(codes, y, 1, K, **options), STATES, seed)[0])


def by_law(name: str) -> np.ndarray:
    """Return p (NULLS, 2) of raw values, NaN where these are warned of, and of ranks."""
    import warnings

    found = np.full((NULLS, 2), np.nan)
    for seed in range(NULLS):
        rng = np.random.default_rng([21, seed])
        codes, y = sequences(rng), LAWS[name](rng)
        found[seed, 1] = p_of(codes, y, seed)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                found[seed, 0] = p_of(codes, y, seed, transform=None)
            except UserWarning:
                continue
    return found


def driven(size: float) -> np.ndarray:
    """Return p of a motif selected first that has hardly any effect, while another drives y.

    The driver's mean has length ``size`` in units of the noise. Kept are repetitions in which the
    mean's correlation with the selected motif is below 0.1.
    """
    found = []
    for seed in range(DRIVEN):
        rng = np.random.default_rng([23, seed])
        codes = sequences(rng)
        driver = seism.activations(codes, np.eye(4)[DNA.encode(["TACG"])])[0]
        mean = (driver - driver.mean()) / np.linalg.norm(driver - driver.mean())
        chosen = seism.select(codes, size * mean + rng.normal(size=N), 1, K, transform=None)
        phi = chosen.activations[0] - chosen.activations[0].mean()
        if abs(phi @ mean) < 0.1 * np.linalg.norm(phi):
            found.append(seism.p_values(chosen, STATES, seed)[0])
    return np.array(found)


def main() -> int:
    """Measure and publish."""
    rows, claims = [], []

    def add(name: str, p: np.ndarray, *, claim: bool) -> None:
        _, share, low, high = error_rates(p, (0.05,))[0]
        interval = f"{100 * low:.2f} to {100 * high:.2f} %"
        rows.append([name, f"{len(p):,}", f"{100 * share:.2f} %", interval])
        if claim:
            inside = low <= share <= high
            what = f"{name}: false alarms at 5% in the exact binomial 99.9 % interval"
            claims.append((what, f"{100 * share:.2f} % in {interval}", inside))

    for name in LAWS:
        raw, ranks = by_law(name).T
        add(f"{name}, as it is, not warned of", raw[~np.isnan(raw)], claim=False)
        add(f"{name}, ranks", ranks, claim=True)
    for size in (4.0,):
        add(f"another motif drives the phenotype, length {size:g}", driven(size), claim=False)
    headings = ["phenotype", "repetitions", "≤ 5 %", "99.9 % interval"]
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    sys.exit(main())
