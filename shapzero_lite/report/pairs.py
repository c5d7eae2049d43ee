"""Which pairs of letters act together, over the sequences shown: read off the sketch."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from shapzero_lite import _display
from shapzero_lite.explaining import Explanation
from shapzero_lite.report.changes import COMMON

_MOST_PAIRS, SHOWN = 200, 15  # in the table that is written; on a page, as bars and below them

Pair = tuple[str, float, float, float, int]  # a row of ``letter_pairs``


def letter_pairs(shown: Explanation) -> list[Pair]:
    """Return (letters, mean |value| of the positions, mean, spread, sequences) of pairs of letters.

    Pairs of positions stand by mean |value| over the sequences, at most 200; within them the
    letters by |mean value| over the sequences that have both. Letters are written A6·T7, with the
    numbers of their positions.
    """
    found, letters = shown.interactions, shown.spectrum.alphabet.letters
    numbers = shown.position_numbers
    columns = [c for c, T in enumerate(found.subsets) if len(T) == 2]
    sizes = np.abs(found.values[:, columns]).mean(axis=0)
    rows = []
    for place in np.argsort(-sizes, kind="stable")[:_MOST_PAIRS]:
        i, j = found.subsets[columns[place]]
        values = found.values[:, columns[place]]
        two, which = np.unique(shown.codes[:, [i, j]], axis=0, return_inverse=True)
        here = []
        for number, (a, b) in enumerate(two):
            some = values[which.ravel() == number]
            name = f"{letters[a]}{numbers[i]}·{letters[b]}{numbers[j]}"
            here.append(
                (name, float(sizes[place]), float(some.mean()), float(some.std()), len(some))
            )
        rows += sorted(here, key=lambda row: -abs(row[2]))
    return rows


def strongest(pairs: list[Pair]) -> list[Pair]:
    """Return the pairs that at least five sequences have, else all, by the size of their mean."""
    some = [row for row in pairs if row[4] >= COMMON] or pairs
    return sorted(some, key=lambda row: -abs(row[2]))


def with_spread(row: Pair, beside: list[Pair]) -> str:
    """Return the mean with its spread, +0.30 ± 0.05, with as many digits as those ``beside``.

    >>> row = ("A6·T7", 0.2, 0.3, 0.05, 9)
    >>> with_spread(row, [row])
    '+0.300 ± 0.050'
    """
    write = _display.numbers([other[2] for other in beside])
    _, _, mean, spread, count = row
    return write(mean) + (f" ± {write(spread).removeprefix('+')}" if count > 1 else "")


def write_letter_pairs(path: Path, pairs: list[Pair]) -> None:
    """Write ``letter_pairs`` as a table."""
    lines = [
        f"{name},{size:.9g},{mean:.9g},{spread:.9g},{count}"
        for name, size, mean, spread, count in pairs
    ]
    head = "letters,mean_absolute_of_positions,mean,standard_deviation,sequences"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
