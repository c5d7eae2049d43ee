"""A prototype: honest p-values for interactions that were chosen from measured data.

A sketch of measured data says which pairs of positions act together. Choosing the strongest of all
pairs is a selection, as choosing a motif is: here the walk of :mod:`shapzero_lite.seism` goes over
phenotypes that would have led to the same pairs.

python benchmarks/bench_seism_interactions.py [--write]
"""

import sys
from functools import cached_property, partial
from itertools import combinations

from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite import seism
from shapzero_lite.seism.conditional_null import SLACK, serial_p_value, walk
from shapzero_lite.seism.stepwise import standardised

ROWS, POSITIONS, LETTERS, STATES = 80, 6, 3, 39  # p <= 5 % is then p <= 2/40
NULLS, POWER = 1000, 250
TRUE = ((0, 1), (2, 3))  # the pairs of the alternative
GB1, SIZES = "protein/gb1_wu2016.csv.gz", (500, 1500, 4500)

Array = np.ndarray


class Pairs:
    """Orthonormal columns of every pair of positions, beside letters and the pairs before it."""

    def __init__(self, codes: Array, q: int) -> None:
        hot = np.eye(q)[codes][:, :, 1:] - 1 / q  # (N, n, q - 1)
        n = codes.shape[1]
        self.names = list(combinations(range(n), 2))
        self.letters = np.column_stack([np.ones(len(codes)), hot.reshape(len(codes), -1)])
        self.blocks = [
            (hot[:, i, :, None] * hot[:, j, None, :]).reshape(len(codes), -1) for i, j in self.names
        ]

    def basis(self, chosen: tuple[int, ...]) -> Array:
        """Return an orthonormal basis (N, d) of constant, letters and the chosen pairs."""
        return orthonormal(np.column_stack([self.letters, *(self.blocks[p] for p in chosen)]))

    def rows(self, basis: Array, chosen: tuple[int, ...]) -> tuple[Array, Array]:
        """Return orthonormal rows (m, N) of all pairs' own parts, and where each pair begins.

        Rows are divided by the root of their pair's degrees of freedom: what is compared is the
        mean square, so that a pair does not win by having many letters.
        """
        parts, begins = [], []
        for p, block in enumerate(self.blocks):
            own = np.zeros((len(basis), 1))
            if p not in chosen:
                left = orthonormal(block - basis @ (basis.T @ block))
                own = left / np.sqrt(left.shape[1]) if left.size else own
            begins.append(sum(part.shape[1] for part in parts))
            parts.append(own)
        return np.hstack(parts).T, np.array(begins)


def orthonormal(columns: Array) -> Array:
    """Return an orthonormal basis of the span of columns (N, m)."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return left[:, sizes > 1e-9 * max(sizes.max(initial=0), 1e-9)]


def chosen_pairs(pairs: Pairs, y: Array, count: int) -> tuple[int, ...]:
    """Return the pairs with the largest mean square, one after another."""
    chosen: tuple[int, ...] = ()
    for _ in range(count):
        basis = pairs.basis(chosen)
        rows, begins = pairs.rows(basis, chosen)
        chosen += (int(np.add.reduceat((rows @ y) ** 2, begins).argmax()),)
    return chosen


class PairRegion:
    """Phenotypes a + r u with the same pairs 1..j: what :func:`walk` goes through.

    As in :class:`shapzero_lite.seism.Region`, with blocks of rows in the place of atoms.
    """

    def __init__(self, pairs: Pairs, y: Array, chosen: tuple[int, ...]) -> None:
        y, self.chosen = standardised(y), chosen
        self.basis = pairs.basis(chosen[:-1])
        fixed = self.basis @ (self.basis.T @ y)
        self.radius = float(np.linalg.norm(y - fixed))
        self.start = (y - fixed) / self.radius
        steps = [pairs.rows(pairs.basis(chosen[:s]), chosen[:s]) for s in range(len(chosen))]
        self.begins = [begins for _, begins in steps]
        self.cuts = np.cumsum([len(rows) for rows, _ in steps])[:-1]
        rows = np.vstack([rows for rows, _ in steps])
        self.offset = rows @ fixed
        self.rows = rows - (rows @ self.basis) @ self.basis.T

    @cached_property
    def observed(self) -> float:
        """The statistic of the phenotype as it is."""
        return self.statistic_of(self.rows @ self.start)

    def energies(self, products: Array) -> list[Array]:
        """Return the mean squares (pairs,) of every step, of u with rows . u = products."""
        parts = np.split((self.offset + self.radius * products) ** 2, self.cuts)
        return [np.add.reduceat(x, b) for x, b in zip(parts, self.begins, strict=True)]

    def statistic_of(self, products: Array) -> float:
        """Return the mean square of the last pair."""
        return float(self.energies(products)[-1][self.chosen[-1]])

    def holds(self, products: Array) -> bool:
        """Say whether the same pairs are chosen."""
        return all(
            e.max() <= e[c] * (1 + SLACK)
            for e, c in zip(self.energies(products), self.chosen, strict=True)
        )

    def states(self, count: int, rng: np.random.Generator) -> Array:
        """Return the statistic (count,) along a walk."""
        return walk(self, count, rng)

    def along(self, _u: Array, _w: Array, f: Array, g: Array) -> "PairCircle":
        """Return the great circle u cos + w sin."""
        return PairCircle(self, f, g)


class PairCircle:
    """Which points of a great circle lie in the region."""

    def __init__(self, region: PairRegion, f: Array, g: Array) -> None:
        self.region, self.f, self.g = region, f, g

    def holds(self, cos: float, sin: float) -> bool:
        """Say whether the same pairs are chosen at u cos + w sin."""
        return self.region.holds(cos * self.f + sin * self.g)


def f_test(pairs: Pairs, y: Array, chosen: tuple[int, ...]) -> float:
    """Return the p-value of the last pair's F-test, which forgets that it was chosen."""
    from scipy.stats import f

    before, after = (pairs.basis(chosen[:-1]), pairs.basis(chosen))
    rss = [float(((y - b @ (b.T @ y)) ** 2).sum()) for b in (before, after)]
    gained, left = after.shape[1] - before.shape[1], len(y) - after.shape[1]
    return float(f.sf((rss[0] - rss[1]) / gained / (rss[1] / left), gained, left))


def p_values(codes: Array, y: Array, q: int, count: int, seed: int, states: int = STATES) -> list:
    """Return the chosen pairs, and for each p by the walk and p of the F-test."""
    pairs = Pairs(codes, q)
    chosen = chosen_pairs(pairs, standardised(y), count)
    found = []
    for j in range(1, count + 1):
        region = PairRegion(pairs, y, chosen[:j])
        walked = serial_p_value(region, states, np.random.default_rng([seed, j]))
        found.append((pairs.names[chosen[j - 1]], walked, f_test(pairs, y, chosen[:j])))
    return found


def simulated(seed: int, effect: float) -> tuple[float, ...]:
    """Return, for two chosen pairs: is it true, p by the walk, p of the F-test."""
    rng = np.random.default_rng([61, seed])
    codes = rng.integers(0, LETTERS, (ROWS, POSITIONS)).astype(np.uint8)
    y = rng.normal(size=(POSITIONS, LETTERS))[np.arange(POSITIONS), codes].sum(axis=1)
    for i, j in TRUE if effect else ():
        table = rng.normal(size=(LETTERS, LETTERS))
        table -= table.mean(axis=0) + table.mean(axis=1, keepdims=True) - table.mean()
        y = y + effect * (table / table.std())[codes[:, i], codes[:, j]]
    rows = p_values(codes, y + rng.normal(size=ROWS), LETTERS, 2, seed)
    return tuple(value for name, walked, f in rows for value in (name in TRUE, walked, f))


def measured() -> list[list[object]]:
    """Return rows of a table for protein G: pairs in the order of their choice, at three sizes."""
    import csv
    import gzip

    with gzip.open(sz.data.path(GB1), "rt", newline="") as file:
        table = list(csv.DictReader(file))
    rng = np.random.default_rng(0)
    rows = []
    for size in SIZES:
        some = [table[i] for i in rng.choice(len(table), size, replace=False)]
        codes, y = read_gb1(some)
        # Five classes of residues: 16 numbers a pair where 20 letters have 361.
        classes = CLASS_OF[codes]
        letters = Pairs(classes, len(CLASSES)).basis(())
        y = seism.rank_inverse_normal(y - letters @ (letters.T @ y))
        for (i, j), walked, f in p_values(classes, y, len(CLASSES), 4, 0, 199):
            place = f"{PLACES[i]} and {PLACES[j]}"
            rows.append([f"{size:,}", place, f"{walked:.3f}", f"{f:.1e}"])
    return rows


PLACES = (39, 40, 41, 54)
CLASSES = ("AVLIMC", "FWY", "KRH", "DE", "STNQGP")
CLASS_OF = np.array([
    next(c for c, members in enumerate(CLASSES) if letter in members)
    for letter in sz.PROTEIN.letters
])  # fmt: skip


def read_gb1(rows: list[dict]) -> tuple[Array, Array]:
    """Return codes (N, 4) and log fitness (N,)."""
    codes = sz.PROTEIN.encode([row["Variants"] for row in rows])
    return codes, np.log(np.array([float(row["Fitness"]) for row in rows]) + 0.01)


def main() -> int:
    """Measure and publish."""
    rows, claims = [], []
    null = np.array(repeated(partial(simulated, effect=0.0), NULLS), float)
    for j in range(2):
        for name, p in (("walk", null[:, 3 * j + 1]), ("F-test", null[:, 3 * j + 2])):
            _, share, low, high = error_rates(p, (0.05,))[0]
            between = f"{100 * low:.2f} to {100 * high:.2f} %"
            what = f"pair {j + 1}, {name}"
            rows.append(["no pair matters", what, f"{len(p):,}", f"{100 * share:.2f} %", between])
            if name == "walk":
                claims.append((
                    f"{what}: false alarms at 5% in the exact binomial 99.9 % interval",
                    f"{100 * share:.2f} % in {between}", low <= share <= high,
                ))  # fmt: skip
    for effect in (0.5, 0.8, 1.2):
        found = np.array(repeated(partial(simulated, effect=effect), POWER), float)
        for j in range(2):
            true, p = found[:, 3 * j] == 1, found[:, 3 * j + 1]
            share = (true & (p <= 0.05)).mean()
            what = f"pair {j + 1}: true in {100 * true.mean():.0f} %, true and p ≤ 5 %"
            rows.append([f"two pairs, {effect:g}", what, POWER, f"{100 * share:.0f} %", ""])
    parts = [markdown(["phenotype", "p-value", "repetitions", "≤ 5 %", "99.9 % interval"], rows)]
    if sz.data.available(GB1):
        headings = ["variants", "positions", "p by the walk", "p of the F-test"]
        parts += ["Protein G, measured:", markdown(headings, measured())]
    else:
        print(f"{GB1} is not here: no measured case", file=sys.stderr)
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
