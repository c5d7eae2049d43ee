"""What SEISM's options promise and cost: groups, covariates, ranks.

python benchmarks/bench_seism_options.py [--write]
"""

import sys
from functools import partial

from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.letters import DNA
from shapzero_lite.seism.stepwise import stepwise

N, K, LENGTH, FAMILY = 60, 3, 30, 5
NULLS, POWER, STATES, LEVEL = 1000, 150, 99, 0.05
FEW = 19  # states under the null: p <= 5 % is then p = 1/20, exactly
PLANTED = "TACGA"
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def families(seed: int) -> tuple[float, float]:
    """Return p by permutations and by ranks within families whose members share most noise."""
    rng = np.random.default_rng([51, seed])
    codes = np.repeat(rng.integers(0, 4, (N // FAMILY, LENGTH)), FAMILY, axis=0).astype(np.uint8)
    places = rng.integers(0, LENGTH, (N, 3))
    codes[np.arange(N)[:, None], places] = rng.integers(0, 4, (N, 3))
    groups = np.repeat(np.arange(N // FAMILY), FAMILY)
    y = 2 * rng.normal(size=N // FAMILY)[groups] + rng.normal(size=N)
    return tuple(
        seism.p_values(seism.select(codes, y, 1, K, groups=groups, null=null), FEW, seed)[0]
        for null in ("exchangeable", "gaussian")
    )


def covariates(seed: int) -> tuple[float, float]:
    """Return p of ranks, and of y as it is, beside two covariates that drive y (one: G and C)."""
    rng = np.random.default_rng([52, seed])
    codes = rng.integers(0, 4, (N, LENGTH)).astype(np.uint8)
    share = np.isin(codes, DNA.encode(["CG"])[0]).mean(axis=1)
    table = np.column_stack([share, rng.normal(size=N)])
    y = 20 * share - table[:, 1] + rng.normal(size=N)
    return tuple(
        seism.p_values(seism.select(codes, y, 1, K, covariates=table, transform=t), FEW, seed)[0]
        for t in ("rank", None)
    )


def ranked(seed: int, law: str, effect: float) -> tuple[float, float]:
    """Return p of y as it is and of ranks; noise of variance one."""
    codes, y = seism.planted(100, effect, seed=[54, seed], motif=PLANTED)
    if law == "t3":
        _, gaussian = seism.planted(100, 0.0, seed=[54, seed], motif=PLANTED)
        noise = np.random.default_rng([55, seed]).standard_t(3, 100) / np.sqrt(3)
        y = y - gaussian + noise
    # Not by select: of t3 it would warn, as it should.
    candidates = seism.dictionary(codes, 5)
    values = (y, seism.rank_inverse_normal(y))
    return tuple(seism.p_values(stepwise(candidates, v, 1), STATES, seed)[0] for v in values)


def alternative(seed: int) -> tuple[float, float, float]:
    """Return p of the first motif by walk, by the truncated t, and on a second half."""
    codes, y = seism.planted(100, 0.4, seed=[56, seed], motif=PLANTED)
    chosen = seism.select(codes, y, 1, 5, transform=None)
    split = seism.data_split_p_values(codes, y, 1, 5, seed)[1][0]
    return seism.p_values(chosen, STATES, seed)[0], seism.line_p_values(chosen)[0], split


def main() -> int:
    """Measure and publish."""
    nulls, power, claims = [], [], []
    for one, names in (
        (families, ("groups, permutations", "groups, ranks")),
        (covariates, ("covariates, ranks", "covariates, as it is")),
    ):
        for name, p in zip(names, np.array(repeated(one, NULLS)).T, strict=True):
            _, share, low, high = error_rates(p, (LEVEL,))[0]
            between = f"{100 * low:.2f} to {100 * high:.2f} %"
            nulls.append([name, f"{len(p):,}", f"{100 * share:.2f} %", between])
            what = f"{name}: false alarms at 5% in the exact binomial 99.9 % interval"
            claims.append((what, f"{100 * share:.2f} % in {between}", low <= share <= high))
    for law in ("Gaussian", "t3"):
        run = partial(ranked, law=law, effect=0.5)
        raw, ranks = (np.array(repeated(run, POWER)) <= LEVEL).mean(axis=0)
        power.append([law, f"{raw:.2f}", f"{ranks:.2f}"])
    found = np.array(repeated(alternative, POWER))
    spread = [
        [name, *(f"{v:.3f}" for v in np.quantile(p, QUANTILES))]
        for name, p in zip(("walk", "truncated t", "data split"), found.T, strict=True)
    ]
    parts = [
        "Under the null:",
        markdown(["p-values", "repetitions", "≤ 5 %", "99.9 % interval"], nulls),
        f"A planted motif, effect 0.5, share of p ≤ 5 % in {POWER} repetitions:",
        markdown(["noise", "as it is", "ranks"], power),
        "Quantiles of p where a motif is planted (effect 0.4); of uniform ones, the heading:",
        markdown(["p-values", *(f"{q:g}" for q in QUANTILES)], spread),
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
