"""Sketches for letters that are not uniform: around a wild type, and of measured tables.

    python benchmarks/bench_letters.py [--write]

Beside each stands what the same rows give when the letters are taken for uniform ones. For letters
that are not uniform a sketch looks for a curve over a sum of letter effects; what that finds where
one is planted, and where none is, is the second table. The table of GFP variants is reference data;
without it that row is left out, and says so.
"""

import csv
import gzip
import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.models import GFP_WILD_TYPE, _gfp
from shapzero_lite.sketching.ridge import fit_spectrum

MEASURED = "protein/avgfp_sarkisyan2016.csv.gz"
MEASURED_ROWS = 5_000, 10_000


def r2_of(truth: np.ndarray, found: np.ndarray) -> float:
    """Return R² of predictions (N,)."""
    return float(1 - ((truth - found) ** 2).mean() / truth.var())


def pairwise(n: int, seed: int) -> tuple[str, np.ndarray, np.ndarray]:
    """Return a wild type, its single and 15,000 double mutants, and a pairwise model of them.

    Effects of letters and, at a fifth of the pairs, of pairs of positions (any mutant pair alike).
    """
    rng = np.random.default_rng(seed)
    wild = sz.PROTEIN.random(1, n, seed)[0]
    effects = rng.normal(-0.5, 0.5, size=(n, 20))
    effects[np.arange(n), wild] = 0
    together = np.triu(rng.normal(0, 1.5, (n, n)) * (rng.random((n, n)) < 0.2), 1)
    single = np.repeat(wild[None], 19 * n, axis=0)
    place = np.repeat(np.arange(n), 19)
    single[np.arange(19 * n), place] = (wild[place] + np.tile(np.arange(1, 20), n)) % 20
    double = single[rng.integers(0, len(single), 15_000)].copy()
    other = rng.integers(0, n, len(double))
    double[np.arange(len(double)), other] = (wild[other] + rng.integers(1, 20, len(double))) % 20
    codes = np.unique(np.concatenate([wild[None], single, double]), axis=0)
    changed = (codes != wild).astype(float)
    y = effects[np.arange(n), codes].sum(axis=1) + np.einsum(
        "ri,ij,rj->r", changed, together, changed
    )
    return sz.PROTEIN.decode(wild)[0], codes, y


def held_out(codes: np.ndarray, y: np.ndarray, letters: sz.Letters | None) -> tuple[float, float]:
    """Return R² on a tenth of the rows, and the constant of a fit to the others."""
    row = np.random.default_rng(0).permutation(len(codes))
    out, inside = row[: len(row) // 10], row[len(row) // 10 :]
    if letters is None:
        fit = fit_spectrum(codes[inside], y[inside], sz.PROTEIN, seed=0)
    else:
        made = sz.sketch_from_samples(
            codes[inside], y[inside], alphabet=sz.PROTEIN, letters=letters
        )
        fit = made.spectrum
    return r2_of(y[out], fit.evaluate(codes[out])), fit.constant


def measured_variants() -> tuple[np.ndarray, np.ndarray]:
    """Return the variants of GFP that were measured, without stops, and log10 brightness."""
    wild = sz.PROTEIN.encode(GFP_WILD_TYPE)[0]
    rows, values = [], []
    with gzip.open(sz.data.path(MEASURED), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if "*" in row["variant"]:
                continue
            codes = wild.copy()
            for change in filter(None, row["variant"].split(",")):
                place = int(change[1:-1]) + 1  # the table counts from the second residue, as 0
                if GFP_WILD_TYPE[place] != change[0]:
                    raise ValueError(f"{change}: {GFP_WILD_TYPE[place]} stands there")
                codes[place] = sz.PROTEIN.letters.index(change[-1])
            rows.append(codes)
            values.append(float(row["score"]))
    return np.array(rows), np.array(values)


def of_measurements(rows: int) -> tuple[float, float, float, float]:
    """Return how values of measured variants correlate with mean effects of letters.

    Of a sketch of ``rows`` variants for their own letters: r with the means in these variants, in
    all others, which it has not seen, and r of these two means, the most that is to be had; last, r
    with the means in the others of a fit that takes the letters for uniform. Letters seen three
    times or more on both sides, each as often as it is seen.
    """
    all_codes, all_y = measured_variants()
    order = np.random.default_rng(0).permutation(len(all_codes))
    codes, y = all_codes[order[:rows]], all_y[order[:rows]]
    row, letter, count, effect = effects_of_letters(codes, y)
    _, _, unseen_count, unseen = effects_of_letters(all_codes[order[rows:]], all_y[order[rows:]])
    kept = (count >= 3) & (unseen_count >= 3)

    def r(a: np.ndarray, b: np.ndarray) -> float:
        spread = np.cov(a[kept], b[kept], aweights=count[kept])
        return float(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]))

    own = sz.Letters.from_sequences(codes, sz.PROTEIN)
    means = []
    for fit in (
        sz.sketch_from_samples(codes, y, alphabet=sz.PROTEIN, letters=own).spectrum,
        fit_spectrum(codes, y, sz.PROTEIN, seed=0),
    ):
        phi = sz.shapley_values(fit, codes)
        total = np.bincount(letter, phi[row, letter // 20], len(count))
        means.append(total / np.maximum(count, 1))
    return r(means[0], effect), r(means[0], unseen), r(effect, unseen), r(means[1], unseen)


def effects_of_letters(
    codes: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return rows and letters (20 a position) of all changes; times and mean effect of letters."""
    row, place = np.nonzero(codes != sz.PROTEIN.encode(GFP_WILD_TYPE)[0])
    letter = place * 20 + codes[row, place]
    count = np.bincount(letter, minlength=238 * 20)
    total = np.bincount(letter, y[row] - y.mean(), len(count))
    return row, letter, count, total / np.maximum(count, 1)


def planted(n: int, rows: int, seed: int) -> list[tuple[str, float, float, float]]:
    """Return, of planted curves over a sum: name, R² with a curve, R² of parts alone, times taken.

    R² on fresh uniform sequences of ``n`` letters of DNA, fitted to ``rows``.
    """
    rng = np.random.default_rng(seed)
    effects, place = rng.normal(size=(n, 4)), np.arange(n)
    sites, tables = rng.permutation(n)[:8].reshape(4, 2), rng.normal(size=(4, 4, 4))

    def latent(x: np.ndarray) -> np.ndarray:
        return effects[place, x].sum(axis=1)

    def pairs(x: np.ndarray) -> np.ndarray:
        return sum(t[x[:, i], x[:, j]] for t, (i, j) in zip(tables, sites, strict=True))

    functions = {
        "a sigmoid": lambda x: 1 / (1 + np.exp(-latent(x))),
        "a floor under half of the sequences": lambda x: np.maximum(latent(x), 0),
        "a sigmoid, and four pairs beside it": lambda x: 9 / (1 + np.exp(-latent(x))) + pairs(x),
        "no curve: four pairs and the sum": lambda x: latent(x) + pairs(x),
    }
    x, fresh = (sz.DNA.random(count, n, seed + i) for i, count in enumerate((rows, 5_000)))
    found = []
    for name, f in functions.items():
        r2, taken = [], []
        for method in ("curve", "samples"):
            start = clock()
            made = sz.sketch_from_samples(x, f(x), alphabet=sz.DNA, method=method)
            taken.append(clock() - start)
            r2.append(r2_of(f(fresh), made.spectrum.evaluate(fresh)))
        found.append((name, *r2, taken[0] / taken[1]))
    return found


def main() -> int:
    """Measure, and publish."""
    rows, claims = [], []
    gfp = _gfp.read_brightness(sz.data.path("gfp_effects.npz"))
    letters = sz.Letters.around(GFP_WILD_TYPE, rate=3.5 / 238)
    start = clock()
    made = sz.sketch(gfp, letters=letters, budget=60_000, method="samples", progress=False)
    taken = clock() - start
    e = sz.Explainer(made).explain([GFP_WILD_TYPE], model=gfp)
    fresh = gfp(letters.draw(5_000, np.random.default_rng(1)))
    gap = abs(float(e.gap[0])) / np.ptp(fresh)
    rows.append(["GFP model, 238 positions, 60,000 queries around the wild type",
                 f"R² {made.r2:.3f}, wild type misses {gap:.1%} of the range",
                 "–", seconds(taken)])  # fmt: skip
    claims += [("GFP around its wild type: R² at least 0.9", f"{made.r2:.3f}", made.r2 >= 0.9),
               ("its wild type within 5 % of the range", f"{gap:.1%}", gap < 0.05)]  # fmt: skip

    wild, codes, y = pairwise(55, seed=1)
    start = clock()
    own = held_out(codes, y, sz.Letters.from_sequences(codes, sz.PROTEIN))
    taken = clock() - start
    uniform = held_out(codes, y, None)
    rows.append(
        [
            f"{len(codes):,} single and double mutants of a pairwise model, {len(wild)} positions",
            f"R² {own[0]:.3f}",
            f"R² {uniform[0]:.3f}",
            seconds(taken),
        ]
    )
    claims.append(("pairwise model from its mutants: R² at least 0.88", f"{own[0]:.3f}",
                   own[0] >= 0.88))  # fmt: skip
    share = 1 / (1 + np.exp(-y - 2))  # the same table with values in [0, 1]
    own, uniform = (
        held_out(codes, share, given)
        for given in (sz.Letters.from_sequences(codes, sz.PROTEIN), None)
    )
    rows.append(
        [
            "the same with values in [0, 1]: base value less the mean",
            f"{own[1] - share.mean():+.3f}",
            f"{uniform[1] - share.mean():+.3f}",
            "–",
        ]
    )
    claims.append(("its base value within 0.02 of the mean", f"{own[1] - share.mean():+.3f}",
                   abs(own[1] - share.mean()) <= 0.02))  # fmt: skip
    if sz.data.available(MEASURED):
        for count in MEASURED_ROWS:
            start = clock()
            seen, unseen, most, uniform_r = of_measurements(count)
            taken = seconds(clock() - start)
            what = f"{count:,} measured variants of GFP: r of values with mean effects of letters"
            rows.append([f"{what} in the others", f"{unseen:.3f}", f"{uniform_r:.3f}", taken])
            rows.append([f"{what} in these themselves", f"{seen:.3f}", "–", "–"])
            rows.append(["the two means with each other", f"{most:.3f}", "–", "–"])
            asked = f"{count:,} measured variants of GFP: r with the others at least 0.90"
            claims.append((asked, f"{unseen:.3f}", unseen >= 0.9))
    else:
        rows.append([f"{MEASURED} is not here", "–", "–", "–"])
    curves = planted(20, 5_000, seed=3)
    table = [[f"a sum of letters under {name}" if not name.startswith("no") else name,
              f"R² {r2:.3f}", f"R² {alone:.3f}", f"{ratio:.1f}"]
             for name, r2, alone, ratio in curves]  # fmt: skip
    claims += [(f"planted, {name}: R² at least 0.95 with a curve", f"{r2:.3f}", r2 >= 0.95)
               for name, r2, _, _ in curves]  # fmt: skip
    claims.append(("no curve: R² as without", f"{curves[-1][1]:.3f} and {curves[-1][2]:.3f}",
                   curves[-1][1] >= curves[-1][2] - 0.001))  # fmt: skip
    titles = ["20 uniform letters, 5,000 rows", 'method="curve"', 'method="samples"',
              "times the time of samples"]  # fmt: skip
    headings = ["what", "its own letters", "taken for uniform", "fit and asking"]
    return publish(__file__, [markdown(headings, rows), markdown(titles, table)], claims)


if __name__ == "__main__":
    sys.exit(main())
