"""Permutations of a phenotype that would have led to the same motifs: no law is assumed.

If motif j adds nothing, the phenotypes of sequences in which the motifs before it are equally
present (and which are of one group) can change places: given the values in each such stratum,
every order is as probable as any other. That is exact for 0 and 1, counts, ties, any tails. The
selection keeps some of the orders; a walk of swaps, each undone when selection would change,
leaves the uniform law on these as it is, and its steps are reversible.

For the first motif this is the null of a permutation test. With two values, naming the word costs
power: a rare word cannot score high by chance, a common one can, and is compared with itself.
``resolved=0`` asks only whether some word matters. For later motifs the strata cost power.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.seism.conditional_null import STATISTICS
from shapzero_lite.seism.selection import first_of_best
from shapzero_lite.seism.stepwise import Selection, bases, standardised

BLOCK = 4096  # pairs drawn together
SWEEP = 0.25  # swaps proposed between two states, for each sequence


class Exchangeable:
    """The orders of a phenotype, within strata, for which selection gives the same motifs 1..j.

    ``strata`` (n,) numbers them. Raises ``ValueError`` when no stratum holds two different values.
    """

    def __init__(self, selection: Selection, number: int, statistic: str | None = None) -> None:
        statistic = statistic or "best"
        if statistic not in STATISTICS:
            raise ValueError(f"the statistic is one of {', '.join(STATISTICS)}, not {statistic!r}")
        candidates, blocks = selection.candidates, selection.blocks
        if selection.refined or blocks is None:
            raise ValueError("permutations need a selection of k-mers with null='exchangeable'")
        phi = candidates.activations
        rows = []
        all_bases = bases(selection.activations, selection.base)
        for s, basis in enumerate(all_bases[: number + 1]):
            residual = phi - (phi @ basis) @ basis.T
            weights = candidates.weights(residual)
            weights[np.isin(candidates.labels, selection.labels[:s])] = 0.0  # cells that are taken
            rows.append(weights[:, None] * residual)
        tested = selection.activations[number]
        centre = tested - basis @ (basis.T @ tested)
        self.rows = np.ascontiguousarray(np.vstack([*rows, centre]).T)  # (n, (j + 1) M + 1)
        self.y = standardised(selection.y)
        self.count, self.statistic = number + 1, statistic
        self.members = [set(np.flatnonzero(candidates.labels == c)) for c in selection.labels]
        # Centres are k-mers: as many wrong letters give as large an activation, up to rounding.
        levels = np.round(selection.activations[:number], 10)
        self.strata = np.unique(np.vstack([blocks, levels]).T, axis=0, return_inverse=True)[1]
        self.strata = self.strata.reshape(-1)
        self.order = np.argsort(self.strata, kind="stable")
        size = np.bincount(self.strata)
        self.begin = np.repeat(np.cumsum(size) - size, size)  # (n,) along `order`
        self.size = np.repeat(size, size)
        varied = [len(np.unique(self.y[self.strata == s])) > 1 for s in range(len(size))]
        self.movable = np.flatnonzero(np.repeat(varied, size))
        if not len(self.movable):
            raise ValueError(
                f"motif {number + 1} cannot be tested: among sequences of one group in which the "
                "motifs before are equally present, all have the same phenotype; ask for fewer "
                "motifs, or use larger groups"
            )

    @property
    def observed(self) -> float:
        """The statistic of the phenotype as it is."""
        return self._statistic(self.y @ self.rows)

    def states(self, count: int, rng: np.random.Generator) -> Array:
        """Return the statistic (count,) along a walk of swaps from the observed phenotype.

        Between two states lie n / 4 proposals, at least 8. Each swaps two different values, with
        probability 1/2 two more, and so on, so that also orders are met which no single swap
        leads to.
        """
        y, found = self.y.copy(), np.empty(count)
        sweep = max(8, int(len(y) * SWEEP))
        pairs = self._pairs(rng)
        for t in range(count):
            x = y @ self.rows  # anew for each state, so that rounding does not add up
            for swaps in rng.geometric(0.5, sweep):
                moved = x
                done: list[tuple[int, int]] = []
                while len(done) < swaps:
                    i, j = next(pairs)
                    if y[i] != y[j]:  # how many pairs differ is the same in every order
                        moved = moved + (y[j] - y[i]) * (self.rows[i] - self.rows[j])
                        y[i], y[j] = y[j], y[i]
                        done.append((i, j))
                if self._same_selection(moved):
                    x = moved
                else:
                    for i, j in reversed(done):
                        y[i], y[j] = y[j], y[i]
            found[t] = self._statistic(x)
        return found

    def _pairs(self, rng: np.random.Generator) -> Iterator[tuple[int, int]]:
        while True:
            first = rng.choice(self.movable, BLOCK)
            second = self.begin[first] + (rng.random(BLOCK) * self.size[first]).astype(int)
            yield from zip(self.order[first].tolist(), self.order[second].tolist(), strict=True)

    def _same_selection(self, x: Array) -> bool:
        steps = zip(np.abs(x[:-1]).reshape(self.count, -1), self.members, strict=False)
        return all(first_of_best(roots) in own for roots, own in steps)

    def _statistic(self, x: Array) -> float:
        if self.statistic == "centre":
            return float(x[-1] ** 2)
        last = x[:-1].reshape(self.count, -1)[-1]
        return float((last[list(self.members[self.count - 1])] ** 2).max())
