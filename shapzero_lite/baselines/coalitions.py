"""The game of one sequence as the other packages play it: a coalition is a mean over a background.

A set S of positions is worth the mean of the model over B random sequences that carry the letters
of x at S. The B sequences stay the same for all sets, as in those packages' own imputers: what is
explained is then the game against these B sequences, and its distance from the game against all
sequences shrinks like 1/B (as a squared error).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.queries import Queries

Subset = tuple[int, ...]


class Game:
    """The value of coalitions (m, n) of one sequence x (n,) over background rows (B, n).

    No coalition is asked twice. The full one costs 1 row, any other B.

    >>> from shapzero_lite import DNA
    >>> count_g = Queries(lambda codes: (codes == 2).sum(axis=1), DNA)
    >>> game = Game(count_g, DNA.encode("GG")[0], DNA.encode(["AA", "AG"]))
    >>> game([[False, False], [True, False], [True, True]]).tolist(), count_g.evaluations
    ([0.5, 1.5, 2.0], 5)
    """

    def __init__(self, asked: Queries, x: Codes, background: Codes) -> None:
        self.asked, self.x, self.background = asked, x, background
        self._known: dict[bytes, float] = {}

    def answers(self, rows: NDArray[np.generic]) -> Array:
        """Return the answers (N,) to codes (N, n), whatever number type a package makes of them."""
        return self.asked(np.ascontiguousarray(rows, np.uint8))

    def __call__(self, coalitions: NDArray[np.bool_]) -> Array:
        """Return the values (m,); a single coalition (n,) is taken as (1, n)."""
        inside = np.atleast_2d(np.asarray(coalitions, bool))
        keys = [row.tobytes() for row in inside]
        new = {key: row for key, row in zip(keys, inside, strict=True) if key not in self._known}
        partly = {key: row for key, row in new.items() if not row.all()}
        if len(partly) < len(new):
            (full,) = new.keys() - partly.keys()
            self._known[full] = float(self.asked(self.x[None])[0])
        if partly:
            rows = np.array(list(partly.values()))[:, None, :]
            mixed = np.where(rows, self.x, self.background)  # (new, B, n)
            answers = self.asked(mixed.reshape(-1, len(self.x))).reshape(len(partly), -1)
            self._known |= dict(zip(partly, answers.mean(axis=1).tolist(), strict=True))
        return np.array([self._known[key] for key in keys])


@dataclass(frozen=True, eq=False)
class Task:
    """What a method gets for one sequence: the game, how much it may ask, and what is wanted."""

    game: Game
    queries: int
    index: str
    max_order: int
    seed: int

    @property
    def n(self) -> int:
        """Number of positions."""
        return len(self.game.x)


@dataclass(frozen=True, eq=False)
class Found:
    """Shapley values (n,), the value of the empty set, and sets with their interactions."""

    values: Array
    empty: float
    sets: dict[Subset, float] | None = None
