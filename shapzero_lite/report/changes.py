"""What one or two changed letters would do to a sequence, and which pairs of letters act together.

All of it is read off the sketch: no query is made.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation
from shapzero_lite.letters import Codes
from shapzero_lite.spectra import Decomposition, Spectrum

# Double changes are searched among so many of the best single ones, and by pairs of positions.
_BEST_SINGLES, _BEST_DOUBLES, _MOST_PAIRS = 300, 100, 200

Named = tuple[str, float]  # a change, and what it adds
Pair = tuple[str, float, float, float, int]  # a row of ``letter_pairs``


def single_changes(spectrum: Spectrum | Decomposition, codes: Codes) -> Array:
    """Return what every single changed letter of a sequence (n,) would add, shape (n, q).

    0 for the letter that stands there, NaN for one that the letters of the sketch say cannot.
    The cost is that of evaluating n q sequences.

    >>> from shapzero_lite import DNA, Spectrum
    >>> f = Spectrum.from_values([[0.0, 1, 2, 3]] * 4, DNA)  # the second letter alone
    >>> print(single_changes(f, DNA.encode(["AC"])[0]).round(6) + 0.0)
    [[ 0.  0.  0.  0.]
     [-1.  0.  1.  2.]]
    """
    n, q = len(codes), spectrum.alphabet.q
    changed = np.tile(codes, (n, q, 1))
    for letter in range(q):
        changed[np.arange(n), letter, np.arange(n)] = letter
    rows = np.concatenate([codes[None], changed.reshape(n * q, n)])
    values = spectrum.evaluate(rows)
    found = (values[1:] - values[0]).reshape(n, q)
    letters = spectrum.letters if isinstance(spectrum, Decomposition) else None
    return found if letters is None else np.where(letters.possible, found, np.nan)


def best_doubles(
    spectrum: Spectrum | Decomposition, codes: Codes, singles: Array
) -> tuple[NDArray[np.int64], Array]:
    """Return the double changes that add most, the best first: (D, 2, 2), and what they add (D,).

    A row is two times (position, letter), counted from 0. Searched are all pairs of the 300 best
    single changes, so a double of two bad singles that rescue each other is not found.
    """
    q = singles.shape[1]
    order = _ranked(codes, singles)[:_BEST_SINGLES]
    best = np.stack([order // q, order % q], axis=1)
    pairs = [(a, b) for a, b in combinations(range(len(best)), 2) if best[a, 0] != best[b, 0]]
    if not pairs:
        return np.zeros((0, 2, 2), np.int64), np.zeros(0)
    two = best[np.array(pairs)]  # (D, 2, 2)
    gains = np.empty(len(two))
    own = spectrum.evaluate(codes[None])[0]
    for start in range(0, len(two), 8192):
        some = two[start : start + 8192]
        rows = np.tile(codes, (len(some), 1))
        for side in range(2):
            rows[np.arange(len(some)), some[:, side, 0]] = some[:, side, 1]
        gains[start : start + 8192] = spectrum.evaluate(rows) - own
    first = np.argsort(-gains, kind="stable")[:_BEST_DOUBLES]
    two = two[first]
    by_position = np.argsort(two[:, :, 0], axis=1)
    return np.take_along_axis(two, by_position[:, :, None], axis=1), gains[first]


def _ranked(codes: Codes, singles: Array) -> NDArray[np.int64]:
    """Cells of ``single_changes`` that are a change and can occur, the best first."""
    change = np.isfinite(singles)
    change[np.arange(len(codes)), codes] = False
    order = np.argsort(np.where(change, -singles, np.inf), axis=None, kind="stable")
    return order[: int(change.sum())]


def named_changes(
    spectrum: Spectrum | Decomposition, codes: Codes, singles: Array, first: int = 1
) -> tuple[list[Named], list[Named]]:
    """Return all single and the best double changes of a sequence (n,), the best first.

    ``singles``: ``single_changes`` of it. Each with what it adds, and written as in A6T: the letter
    there, the number of its position, ``first`` for the first one, the new letter.
    """
    letters = spectrum.alphabet.letters

    def name(i: int, c: int) -> str:
        return f"{letters[codes[i]]}{i + first}{letters[c]}"

    place = np.stack(np.unravel_index(_ranked(codes, singles), singles.shape), axis=1)
    single = [(name(i, c), float(singles[i, c])) for i, c in place]
    two, gains = best_doubles(spectrum, codes, singles)
    double = [
        (" ".join(name(i, c) for i, c in pair), float(gain))
        for pair, gain in zip(two, gains, strict=True)
    ]
    return single, double


def write_changes(folder: Path, single: list[Named], double: list[Named]) -> None:
    """Write ``named_changes`` as single_changes.csv and double_changes.csv."""
    for file, head, found in (
        ("single_changes.csv", "change,adds", single),
        ("double_changes.csv", "changes,adds", double),
    ):
        _write(folder / file, head, [f"{name},{adds:.9g}" for name, adds in found])


def letter_pairs(shown: Explanation, first: int = 1) -> list[Pair]:
    """Return (letters, mean |value| of the positions, mean, spread, sequences) of pairs of letters.

    Pairs of positions stand by mean |value| over the sequences, at most 200; within them the
    letters by |mean value| over the sequences that have both. Letters are written A6·T7, with the
    numbers of their positions, ``first`` for the first one.
    """
    found, letters = shown.interactions, shown.spectrum.alphabet.letters
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
            name = f"{letters[a]}{i + first}·{letters[b]}{j + first}"
            here.append(
                (name, float(sizes[place]), float(some.mean()), float(some.std()), len(some))
            )
        rows += sorted(here, key=lambda row: -abs(row[2]))
    return rows


def write_letter_pairs(path: Path, pairs: list[Pair]) -> None:
    """Write ``letter_pairs`` as a table."""
    lines = [
        f"{name},{size:.9g},{mean:.9g},{spread:.9g},{count}"
        for name, size, mean, spread, count in pairs
    ]
    _write(path, "letters,mean_absolute_of_positions,mean,standard_deviation,sequences", lines)


def _write(path: Path, head: str, lines: list[str]) -> None:
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
