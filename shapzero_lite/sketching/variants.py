"""Measured variants: what a table said, once read, averaged and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from shapzero_lite import _display
from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, WildType, position_numbers
from shapzero_lite.sketching.replicates import NoiseCeiling

# Of rows of one kind, so many are shown.
_SHOWN = 3
Rows = tuple[tuple[int, str], ...]  # number of a row, from 1 below the header, and what it says


@dataclass(frozen=True, eq=False)
class Variants:
    """V different variants and their measured values, as ``read_variants`` found them.

    ``codes`` (V, n); ``values`` (V,), means of all measurements; ``weights`` (V,) of the means, or
    None where all weigh the same; ``counts`` (V,) of measurements behind each. ``wild``: the wild
    type, or None; ``numbers`` (n,) of the positions, () for those from 1. ``first_rows`` (V,): the
    row of the table, from 1, where each stands first, 0 for none. ``rows``: rows of the table;
    ``dropped`` and ``bad``: those not used, by kind. ``correlation``: least of two columns of
    replicates, or None; ``conflicting``: variants whose measurements contradict each other;
    ``ceiling``: the highest R² that the noise leaves possible, or None where nothing tells.
    ``print(variants)`` says it all.
    """

    codes: Codes
    values: Array
    weights: Array | None
    counts: np.ndarray
    alphabet: Alphabet
    source: str
    rows: int
    wild: WildType | None = None
    dropped: Mapping[str, Rows] = field(default_factory=dict)
    bad: Mapping[str, Rows] = field(default_factory=dict)
    correlation: float | None = None
    conflicting: tuple[str, ...] = ()
    ceiling: NoiseCeiling | None = None
    first_rows: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    numbers: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def wild_type(self) -> str | None:
        """The wild type as letters."""
        return None if self.wild is None else self.wild.text

    @property
    def positions(self) -> tuple[str, ...]:
        """Names of the n positions: "A37" where the wild type is known, else their numbers."""
        if self.wild is not None:
            return self.wild.positions
        return tuple(map(str, self.numbers or position_numbers(1, self.codes.shape[1])))

    @property
    def names(self) -> list[str]:
        """Names of the V variants, "A108D:K45R" where the wild type is known, else letters."""
        return [self.name(v) for v in range(len(self))]

    def name(self, v: int) -> str:
        """Return the name of variant v, counted from 0."""
        row = self.codes[v]
        return self.alphabet.decode(row)[0] if self.wild is None else self.wild.name(row)

    @property
    def changes(self) -> np.ndarray | None:
        """How many letters of each variant are not the wild type's, (V,)."""
        return None if self.wild is None else (self.codes != self.wild.codes).sum(axis=1)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a sketch of them should say too."""
        return () if self.ceiling is None else (str(self.ceiling),)

    def report(self) -> str:
        """Return what was read and what was not: the text of ``print``."""
        return _display.wrapped(self.report_lines())

    __str__ = report

    def report_lines(self) -> list[str]:
        """Return the lines of ``report``, none of them broken."""
        n, letters = self.codes.shape[1], "".join(self.alphabet.letters)
        what = f"{len(self):,} variants of {n} letters ({letters})"
        lines = [f"{what}, from {self.rows:,} rows of {self.source}"]
        if self.changes is not None:
            one, more = int((self.changes == 1).sum()), int((self.changes > 1).sum())
            has = "the wild type" if (self.changes == 0).any() else "no wild type"
            lines.append(
                f"{has}, {one:,} single mutant{'s' * (one != 1)}, {more:,} with more changes; "
                f"positions {self.positions[0]} to {self.positions[-1]}"
            )
            if not more:
                lines.append(
                    "single mutants alone tell the effects of single letters around the wild type; "
                    "of letters together, nothing"
                )
        for title, kinds in (("dropped", self.dropped), ("bad, not used", self.bad)):
            lines += [f"{title}: {line}" for line in listed(kinds)]
        if not self.dropped and not self.bad:
            lines.append("every row was used")
        repeated = int((self.counts > 1).sum())
        if repeated:
            told = f"{repeated:,} variants were measured more than once: their values are means"
            if self.correlation is not None:
                told += f"; replicates correlate with r = {self.correlation:.2f}"
            lines.append(told)
        if self.conflicting:
            shown = ", ".join(self.conflicting[:_SHOWN])
            rest = ", …" if len(self.conflicting) > _SHOWN else ""
            lines.append(
                f"conflicting measurements of {shown}{rest} ({len(self.conflicting):,} in all): "
                "further from their mean than five typical deviations; look at these rows"
            )
        lines.append(
            "noise ceiling: unknown (it takes 20 variants measured more than once, or an error "
            "column)"
            if self.ceiling is None
            else str(self.ceiling)
        )
        return lines

    def __repr__(self) -> str:
        return f"Variants({len(self):,} of n={self.codes.shape[1]}, q={self.alphabet.q})"


def listed(kinds: Mapping[str, Rows]) -> list[str]:
    """Return a line for each kind: how many rows, and the first few.

    >>> listed({"a stop": ((4, "W24*"), (9, "K30*"))})
    ['2 rows with a stop: row 4 W24*; row 9 K30*']
    """
    lines = []
    for kind, rows in kinds.items():
        shown = "; ".join(f"row {number} {said}" for number, said in rows[:_SHOWN])
        rest = "; …" if len(rows) > _SHOWN else ""
        lines.append(f"{len(rows):,} row{'s' * (len(rows) > 1)} with {kind}: {shown}{rest}")
    return lines
