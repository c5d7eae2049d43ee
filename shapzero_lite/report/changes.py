"""What one or two changed letters would do to a sequence, read off the sketch: no query is made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, position_numbers
from shapzero_lite.spectra import Function

# Double changes are searched among so many of the best single ones, and by pairs of positions.
_BEST_SINGLES, _BEST_DOUBLES = 300, 100
# What a sketch says of a letter, or of two, that fewer measured sequences have is one row's word.
COMMON = 5

Named = tuple[str, float]  # a change, and what it adds


def single_changes(spectrum: Function, codes: Codes) -> Array:
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
    letters = spectrum.letters
    return found if letters is None else np.where(letters.possible, found, np.nan)


def best_doubles(
    spectrum: Function, codes: Codes, singles: Array
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


def _common(places: NDArray[np.int64], seen: Array | None) -> NDArray[np.int64]:
    """Those to letters that enough variants have, or all where most letters have too few."""
    if seen is None:
        return places
    often = seen[tuple(places.T)] >= COMMON
    return places[often] if 2 * often.sum() >= len(often) else places


@dataclass(frozen=True, eq=False)
class Changes:
    """What one or two changed letters would add to a sequence ``codes`` (n,).

    ``cells`` (n, q): ``single_changes``. Position and letter, counted from 0, the best first:
    ``places`` (S, 2) of all single changes; ``common`` (C, 2) of those to letters that at least
    five measured variants have (of all where most letters are seen less often, as in a scan of
    single mutants); ``two`` (D, 2, 2) of the best double ones, of common letters, which add
    ``gains`` (D,). The positions have ``numbers`` (n,). ``seen`` (n, q): how many measured variants
    have a letter, None where a model was asked.
    """

    codes: Codes
    alphabet: Alphabet
    numbers: tuple[int, ...]
    cells: Array
    places: NDArray[np.int64]
    common: NDArray[np.int64]
    two: NDArray[np.int64]
    gains: Array
    seen: Array | None = None

    @classmethod
    def of(
        cls, spectrum: Function, codes: Codes, first: int | Sequence[int] = 1,
        seen: Array | None = None,
    ) -> Changes:  # fmt: skip
        """Return the changes of a sequence (n,), by a spectrum; ``first``: as of a wild type."""
        cells = single_changes(spectrum, codes)
        places = np.stack(np.unravel_index(_ranked(codes, cells), cells.shape), axis=1)
        common = _common(places, seen)
        known = np.full(cells.shape, np.nan)
        known[tuple(common.T)] = cells[tuple(common.T)]
        doubles = best_doubles(spectrum, codes, known)
        numbers = position_numbers(first, len(codes))
        return cls(codes, spectrum.alphabet, numbers, cells, places, common, *doubles, seen)

    @property
    def single(self) -> list[Named]:
        """The single changes to ``common`` letters with what each adds, the best first, as A6T."""
        return [(self.name([place]), float(self.cells[tuple(place)])) for place in self.common]

    @property
    def double(self) -> list[Named]:
        """The best double changes with what each adds, the best first, written as in A6T C9G."""
        pairs = zip(self.two, self.gains, strict=True)
        return [(self.name(pair), float(gain)) for pair, gain in pairs]

    def name(self, places: Iterable[NDArray[np.int64]]) -> str:
        """Return changes as the letter there, the number of its position, and the new letter."""
        letters = self.alphabet.letters
        words = (f"{letters[self.codes[i]]}{self.numbers[i]}{letters[c]}" for i, c in places)
        return " ".join(words)

    def write(self, folder: Path) -> None:
        """Write all singles as single_changes.csv and the doubles as double_changes.csv.

        Beside a single: in how many measured variants its letter was seen, where there are some.
        """
        single = ["change,adds" if self.seen is None else "change,adds,variants"]
        for place in self.places:
            often = "" if self.seen is None else f",{self.seen[tuple(place)]:.0f}"
            single.append(f"{self.name([place])},{self.cells[tuple(place)]:.9g}{often}")
        double = ["changes,adds", *(f"{name},{adds:.9g}" for name, adds in self.double)]
        for file, lines in (("single_changes.csv", single), ("double_changes.csv", double)):
            (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
