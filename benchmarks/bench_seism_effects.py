"""SEISM's intervals for effects, the null of one motif, and ForwardStop: are they as they say?

python benchmarks/bench_seism_effects.py [--write]
"""

import sys
from functools import partial

from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.letters import DNA

N, K, LENGTH, MOTIF = 60, 4, 30, "TACG"
LEVEL, REPETITIONS = 0.9, 600
EFFECTS = (0.0, 0.8)  # standard deviations of the mean of y, in units of the noise
DRIVEN, SIZES = 3_000, (4.0,)
STEPS, FALSE, STOPPED = 4, 0.1, 250  # motifs selected, the share of false ones allowed, data sets


def sequences(rng: np.random.Generator) -> np.ndarray:
    """Return random codes (N, LENGTH)."""
    return rng.integers(0, 4, (N, LENGTH)).astype(np.uint8)


def covered(seed: int, effect: float) -> tuple[float, ...]:
    """Return, for the first motif selected, whether three intervals hold, and their widths.

    For the planted motif, or without effect for any: selective, selective with known noise, and
    Student's, which forgets the selection. NaN if another motif came first.
    """
    from scipy.stats import t as student

    codes, y = seism.planted(N, effect, length=LENGTH, seed=[41, seed], motif=MOTIF, centred=True)
    chosen = seism.select(codes, y, 1, K, transform=None)
    if effect and chosen.cells[0] != MOTIF:
        return (np.nan,) * 6
    phi = chosen.activations[0]
    truth = effect / phi.std()
    bounds = [
        seism.effects(chosen, LEVEL).loc[1, ["low", "high"]].to_numpy(float),
        seism.effects(chosen, LEVEL, noise=1.0).loc[1, ["low", "high"]].to_numpy(float),
    ]
    phi = phi - phi.mean()
    slope = phi @ y / (phi @ phi)
    left = y - y.mean() - slope * phi
    error = np.sqrt(left @ left / (N - 2) / (phi @ phi))
    bounds.append(slope + error * student.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], N - 2))
    holds = [float(low <= truth <= high) for low, high in bounds]
    return *holds, *((high - low) * phi.std() for low, high in bounds)


def driven(seed: int, size: float) -> tuple[float, float, float]:
    """Return p of a motif selected first that hardly goes with the mean of y: walk, t, known noise.

    Another motif drives y; its mean has length ``size`` in units of the noise. NaN where the mean's
    correlation with the selected motif is 0.1 or more.
    """
    rng = np.random.default_rng([42, seed])
    codes = sequences(rng)
    driver = seism.activations(codes, np.eye(4)[DNA.encode([MOTIF])])[0]
    mean = (driver - driver.mean()) / np.linalg.norm(driver - driver.mean())
    chosen = seism.select(codes, size * mean + rng.normal(size=N), 1, K, transform=None)
    phi = chosen.activations[0] - chosen.activations[0].mean()
    if abs(phi @ mean) >= 0.1 * np.linalg.norm(phi):
        return (np.nan,) * 3
    return (
        seism.p_values(chosen, 19, seed)[0],
        seism.line_p_values(chosen)[0],
        seism.line_p_values(chosen, noise=1.0)[0],
    )


def steps(seed: int, effect: float) -> tuple[float, float]:
    """Return how many of STEPS motifs ForwardStop keeps, and the share of them that is false.

    False is a step at which the mean of y is already made of the motifs before it.
    """
    codes, y = seism.planted(N, effect, length=LENGTH, seed=[43, seed], motif=MOTIF, centred=True)
    chosen = seism.select(codes, y, STEPS, K, transform=None)
    p = seism.p_values(chosen, 99, seed)
    kept = int((seism.forward_stop(p) <= FALSE).sum())
    if not effect:
        return kept, float(kept > 0)
    first = chosen.cells.index(MOTIF) + 1 if MOTIF in chosen.cells else STEPS
    return kept, max(0, kept - first) / max(1, kept)


def main() -> int:
    """Measure and publish."""
    from scipy.stats import binom

    rows, claims = [], []
    for effect in EFFECTS:
        found = np.array(repeated(partial(covered, effect=effect), REPETITIONS), float)
        found = found[~np.isnan(found[:, 0])]
        share, width = found[:, :3].mean(axis=0), np.median(found[:, 3:], axis=0)
        low, high = np.array(binom.interval(0.999, len(found), LEVEL)) / len(found)
        between = f"{100 * low:.1f} to {100 * high:.1f} %"
        rows.append([
            effect, len(found), *(f"{100 * s:.1f} %" for s in share), between,
            *(f"{w:.2f}" for w in width), f"{100 * np.isinf(found[:, 3]).mean():.0f} %",
        ])  # fmt: skip
        for name, s in zip(("interval", "interval, noise known"), share, strict=False):
            claims.append((
                f"effect {effect}, {name}: holds the truth in the exact binomial 99.9 % interval",
                f"{100 * s:.1f} % in {between}", low <= s <= high,
            ))  # fmt: skip
    others = []
    for size in SIZES:
        found = np.array(repeated(partial(driven, size=size), DRIVEN), float)
        found = found[~np.isnan(found[:, 0])]
        names = ("walk of 19 states", "truncated t", "truncated normal, noise known")
        for name, p in zip(names, found.T, strict=True):
            _, share, low, high = error_rates(p, (0.05,))[0]
            between = f"{100 * low:.2f} to {100 * high:.2f} %"
            others.append([f"{size:g}", name, f"{len(p):,}", f"{100 * share:.2f} %", between])
    stops = []
    for effect in (0.0, 0.8):
        kept, false = np.array(repeated(partial(steps, effect=effect), STOPPED)).T
        error = 3.3 * false.std() / np.sqrt(len(false))
        stops.append([effect, len(kept), f"{kept.mean():.2f}", f"{100 * false.mean():.1f} %"])
        claims.append((
            f"effect {effect}: false among the kept steps at most {FALSE:.0%}, and 3.3 errors",
            f"{100 * false.mean():.1f} %", false.mean() <= FALSE + error,
        ))  # fmt: skip
    headings = ["effect", "repetitions", "interval holds", "noise known", "Student's",
                "99.9 % interval", "width", "noise known", "Student's", "infinite"]  # fmt: skip
    parts = [
        (f"Intervals at {LEVEL:.0%} for the motif selected first; effects and widths (medians) for "
        "one standard deviation of the activation:"),
        markdown(headings, rows),
        "Another motif drives the phenotype; the motif selected first hardly goes with its mean:",
        markdown(["length of the mean", "p-value", "repetitions", "≤ 5 %", "99.9 % interval"],
                 others),
        f"ForwardStop at {FALSE:.0%}, {STEPS} motifs, walks of 99 states:",
        markdown(["effect", "repetitions", "steps kept", "of these false"], stops),
    ]  # fmt: skip
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
