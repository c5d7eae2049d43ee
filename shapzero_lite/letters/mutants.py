"""Mutant notation, ``A108D`` or ``p.Ala108Asp``: a wild type, the numbers of its positions, names.

HGVS (den Dunnen et al., Human Mutation 2016) for substitutions, and what tables of deep mutational
scans write beside it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters.alphabet import DNA, PROTEIN, RNA, Alphabet, as_codes
from shapzero_lite.letters.codes import Codes
from shapzero_lite.letters.numbering import position_numbers, said_numbers

STOP, GAP = "*", "-"
# What a row may be refused for, in the words of a report.
A_STOP, A_GAP, NO_VARIANT = "a stop", "a gap", "no variant that can be read"
OTHER_LETTER, OTHER_LENGTH = "a letter outside of the alphabet", "another length"
OTHER_WILD_TYPE, OUTSIDE = "another letter in the wild type", "a position outside of the wild type"
TWICE = "a position twice"

_THREE = (
    "Ala A Arg R Asn N Asp D Cys C Gln Q Glu E Gly G His H Ile I Leu L Lys K Met M Phe F Pro P "
    "Ser S Thr T Trp W Tyr Y Val V Ter * Sec U Pyl O"
).upper().split()  # fmt: skip
_LETTER_OF = dict(zip(_THREE[::2], _THREE[1::2], strict=True))
_WILD = {"wt", "_wt", "=", "wildtype", "wild-type", "wild type", "wild_type"}
# A name of a reference before it ("NP_005148.2:"), and the kind of sequence ("p.").
_PREFIX = re.compile(r"^(?:[A-Z]{2,}_?\d[\w.]*:)?[pcgnmr]\.")
_BETWEEN = re.compile(r"[:,;/_|+\s]+")
_SUBSTITUTION = re.compile(r"([A-Za-z*]|[A-Za-z]{3})(-?\d+)([A-Za-z]|[A-Za-z]{3}|[-*=])")
_BASE = re.compile(r"(-?\d+)([A-Za-z])>([A-Za-z])")
_DIGIT = re.compile(r"\d")
_OF_LENGTH = re.compile(r"(?i)ins|del|dup|fs|ext|inv")


class UnusableError(ValueError):
    """A variant that has no codes: ``kind``, one of the few above, and a message that says more."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@dataclass(frozen=True, eq=False)
class WildType:
    """A wild type ``codes`` (n,) of an alphabet, whose positions have ``numbers``, in order.

    >>> from shapzero_lite import PROTEIN
    >>> w = WildType.of("MKA", PROTEIN, first=37)
    >>> PROTEIN.decode([w.read("Lys38Arg"), w.read("M37A,A39D"), w.read("wt")])
    ['MRA', 'AKD', 'MKA']
    >>> w.name(w.read("p.Lys38Arg")), w.positions
    ('K38R', ('M37', 'K38', 'A39'))
    >>> WildType.of("VDGV", PROTEIN, first=[39, 40, 41, 54]).positions
    ('V39', 'D40', 'G41', 'V54')
    """

    codes: Codes
    alphabet: Alphabet
    numbers: tuple[int, ...]
    _codes_of: dict[str, int] = field(default_factory=dict, repr=False)
    # Every (letter, number) that a variant said of the wild type: tells which ``first`` is meant.
    said: set[tuple[str, int]] = field(default_factory=set, repr=False)

    @classmethod
    def of(cls, sequence: str, alphabet: Alphabet, first: int | Sequence[int] = 1) -> WildType:
        """Return the wild type that a text of letters is, or say what is wrong with it.

        ``first``: the number of its first position, or a list of the numbers of all.
        """
        if not isinstance(sequence, str):
            msg = f"wild_type is one sequence, a text of letters, not {type(sequence).__name__}"
            raise TypeError(msg)
        try:
            codes = alphabet.encode("".join(sequence.split()))[0]
        except ValueError as error:
            raise ValueError(f"wild_type: {error}") from error
        return cls(codes, alphabet, position_numbers(first, len(codes)))

    @classmethod
    def of_any(
        cls, sequence: Any, alphabet: Alphabet | None, first: int | Sequence[int], what: str
    ) -> WildType:
        """Return the wild type of one sequence, text or codes; ``what`` it is called in errors.

        Without an alphabet a text is DNA or RNA if its letters allow it, else protein.
        """
        if alphabet is None:
            if not isinstance(sequence, str):
                msg = f"{what} is one string; for anything else say alphabet=, such as sz.DNA"
                raise TypeError(msg)
            letters = set(sequence.upper())
            alphabet = DNA if letters <= set("ACGT") else RNA if letters <= set("ACGU") else PROTEIN
        codes = as_codes(sequence, alphabet)
        if len(codes) != 1:
            raise ValueError(f"{what} is one sequence; {len(codes)} were given")
        return cls(codes[0], alphabet, position_numbers(first, codes.shape[1]))

    @property
    def text(self) -> str:
        """The wild type as letters."""
        return self.alphabet.decode(self.codes)[0]

    @cached_property
    def _digits(self) -> bool:
        """Whether letters are digits, so that no number can be one of a position."""
        return any(_DIGIT.search(word) for word in self.alphabet.letters)

    @cached_property
    def positions(self) -> tuple[str, ...]:
        """Names of the positions: wild-type letter and number."""
        letters = self.alphabet.letters
        named = zip(self.codes, self.numbers, strict=True)
        return tuple(f"{letters[c]}{i}" for c, i in named)

    @cached_property
    def place(self) -> dict[int, int]:
        """The place, from 0, of every number of a position."""
        return {number: place for place, number in enumerate(self.numbers)}

    def name(self, codes: Codes) -> str:
        """Return the mutant notation of codes (n,), ``wt`` for the wild type."""
        new, names = self.alphabet.letters, self.positions
        changed = np.flatnonzero(codes != self.codes)
        return ":".join(f"{names[i]}{new[codes[i]]}" for i in changed) or "wt"

    def read(self, text: str) -> Codes:
        """Return codes (n,) of a mutant, of ``wt``, or of a whole sequence.

        Substitutions are separated by any of ``: , ; / _ | +`` or spaces. Raises
        ``UnusableError`` that says what is wrong.
        """
        text = text.strip()
        short = _PREFIX.sub("", text).strip("[]()")
        if text.lower() in _WILD or short.lower() in _WILD:
            return self.codes
        if self._digits or not _DIGIT.search(text):
            return read_sequence(text, len(self.codes), self.alphabet)
        found: dict[int, int] = {}
        for part in _BETWEEN.split(short):
            old, number, new = self._parsed(_PREFIX.sub("", part).strip("[]()"), text)
            i = self._place(old, number)
            if i in found:
                raise UnusableError(TWICE, f"position {number} is changed twice")
            found[i] = int(self.codes[i]) if new == "=" else self._code(new)
        codes = self.codes.copy()
        codes[list(found)] = list(found.values())
        return codes

    def other_first(self) -> int | tuple[int, ...] | None:
        """Return the ``first`` with which all that was read would agree: a number, or all of them.

        All, where every letter of the wild type is named once, and they are no neighbours.
        """
        wild, n = self.text.upper(), len(self.codes)
        if self.alphabet.width > 1 or not self.said:
            return None
        said = sorted(self.said, key=lambda pair: pair[1])
        numbers = [number for _, number in said]
        fits = [
            first
            for first in range(numbers[-1] - n + 1, numbers[0] + 1)
            if all(wild[number - first] == letter for letter, number in said)
        ]
        if not fits and "".join(letter for letter, _ in said) == wild:
            return tuple(numbers)
        return fits[0] if len(fits) == 1 and fits[0] != self.numbers[0] else None

    def _parsed(self, part: str, text: str) -> tuple[str, int, str]:
        base = _BASE.fullmatch(part)
        found = _SUBSTITUTION.fullmatch(part)
        if base:
            number, old, new = base.groups()
        elif found and found[3].lower() == "del":
            old, number, new = found[1], found[2], GAP
        elif found:
            old, number, new = found.groups()
        elif _OF_LENGTH.search(part):
            raise UnusableError(OTHER_LENGTH, "letters come or go, which no sequence here can")
        else:
            more = "" if part == text else f"{part!r} in it "
            raise UnusableError(NO_VARIANT, f"{more}is no substitution such as A108D".strip())
        return self._one(old), int(number), self._one(new)

    def _one(self, letter: str) -> str:
        """The one letter of a three-letter code; others as they are."""
        if len(letter) == 1:
            return letter
        one = _LETTER_OF.get(letter.upper())
        if one is None:
            raise UnusableError(OTHER_LETTER, f"{letter!r} is no amino acid")
        return one

    def _place(self, old: str, number: int) -> int:
        self.said.add((old.upper(), number))
        i = self.place.get(number)
        if i is None:
            raise UnusableError(OUTSIDE, f"positions are {said_numbers(self.numbers)}")
        own = self.alphabet.letters[self.codes[i]]
        if own.upper() != old.upper():
            raise UnusableError(OTHER_WILD_TYPE, f"position {number} of the wild type is {own}")
        return i

    def _code(self, letter: str) -> int:
        if letter not in self._codes_of:
            self._codes_of[letter] = int(read_sequence(letter, 1, self.alphabet)[0])
        return self._codes_of[letter]


def read_sequence(text: str, n: int, alphabet: Alphabet) -> Codes:
    """Return codes (n,) of a sequence of n letters, or raise ``UnusableError``.

    >>> from shapzero_lite import DNA
    >>> read_sequence("ACGT", 4, DNA).tolist()
    [0, 1, 2, 3]
    """
    text, length = text.strip(), n * alphabet.width
    if len(text) != length:
        kind = OTHER_LENGTH if text.isalpha() else NO_VARIANT
        raise UnusableError(kind, f"{len(text)} characters, where a sequence has {length}")
    try:
        codes: NDArray[np.uint8] = alphabet.encode(text)[0]
    except ValueError as error:
        for letter, kind in ((STOP, A_STOP), (GAP, A_GAP)):
            if letter in text and letter not in alphabet.letters:
                raise UnusableError(kind, kind) from error
        told = str(error).removeprefix("sequence 1, ")
        told = told.removeprefix("position 1: ") if n == 1 else told
        if "X" in text.upper():
            told += "; if X is a stop here, write *"
        raise UnusableError(OTHER_LETTER, told) from error
    return codes
