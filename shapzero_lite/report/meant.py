"""Which sequences are meant, in words: around a wild type, at some positions, of a family."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite.letters import (
    Alphabet,
    Codes,
    Letters,
    WildType,
    as_letters,
    read_fasta,
    read_numbers,
    said_numbers,
)

# Around a wild type, so many letters of a sequence are changed on average where no rate is said,
# and at most this share of them.
_CHANGED, _MOST_CHANGED = 4.0, 1 / 3
UNIFORM = "uniform, every sequence as likely as any other"
WORDS = ("uniform", "around", "positions", "sequences", "codons")
_SAID = (
    "uniform, around, around:RATE, positions:37,40-44, sequences, sequences:PSEUDOCOUNT, "
    "codons:CODING_SEQUENCE, or a csv or tsv file of probabilities, a column for each letter"
)


@dataclass(frozen=True, eq=False)
class Meant:
    """``letters`` that are meant, and how they are said; None and "": uniform, or a table's own."""

    letters: Letters | None
    said: str

    @property
    def digest(self) -> str:
        """What tells these letters from others."""
        p = b"" if self.letters is None else self.letters.probabilities.tobytes()
        return f"{self.said} {hashlib.sha256(p).hexdigest()[:16]}"


def read_wild_type(wild_type: Any) -> str:
    """Return the letters of a wild type that is letters, or a FASTA file of one sequence.

    >>> read_wild_type(" MKA ")
    'MKA'
    """
    if not isinstance(wild_type, str | Path):
        msg = f"wild_type is letters, or a FASTA file of one sequence, not {wild_type!r:.60}"
        raise TypeError(msg)
    text = "".join(str(wild_type).split())
    if not re.search(r"[./\\]", str(wild_type)) and not Path(wild_type).is_file():
        return text
    if not Path(wild_type).is_file():
        msg = f"wild_type={str(wild_type)!r} is no file, and no letters: name a FASTA file of one"
        raise FileNotFoundError(f"{msg} sequence, or give its letters")
    records = read_fasta(wild_type)
    if len(records) > 1:
        msg = f"wild_type={str(wild_type)!r} holds {len(records)} sequences: one is needed"
        raise ValueError(msg)
    return next(iter(records.values()))


def read_letters(
    letters: Any,
    wild: WildType | None,
    alphabet: Alphabet,
    n: int,
    given: Codes | None,
    *,
    table: bool,
) -> Meant:
    """Return the letters that are meant, from a word, ``Letters``, or probabilities (n, q).

    "": around the wild type where there is one (4 letters of a sequence changed on average, at most
    a third of them), else uniform; a table's own. "around:RATE": each position is changed with
    that probability; "positions:37,40-44": these take any letter, the others stay; "sequences":
    frequencies of the letters of ``given`` (N, n), which may be None: not known yet;
    "codons:CODING": what one nucleotide change of a coding sequence, or of a FASTA file with one,
    reaches; else a csv or tsv file of n rows of probabilities, a column for each letter. Raises
    ``ValueError`` for another word, a missing wild type, or a sequence that cannot occur.
    """
    if not isinstance(letters, str):
        found, said = as_letters(letters, alphabet), "as given, position by position"
    else:
        word, colon, value = letters.strip().partition(":")
        if word == "" and table:
            return Meant(None, "")  # the sketch says which: its own, or uniform
        word = word or ("around" if wild is not None else "uniform")
        found, said = letters_of_word(word + colon + value, wild, alphabet, n, given)
    if found.n != n:
        raise ValueError(f"letters= are of {found.n} positions, and the sequences have {n}")
    if found.is_uniform:
        return Meant(found, UNIFORM) if table else Meant(None, "")
    if given is not None:
        try:
            found.check(given)
        except ValueError as error:
            msg = f"letters={letters!r:.60}, and of the sequences to explain, {error}"
            raise ValueError(msg) from error
    return Meant(found, said)


def letters_of_word(
    whole: str, wild: WildType | None, alphabet: Alphabet, n: int, given: Codes | None
) -> tuple[Letters, str]:
    """Return letters, and how they are said, of a word with what stands after its colon."""
    word, _, value = whole.partition(":")
    if word == "uniform" and not value:
        return Letters.uniform(n, alphabet), ""
    if word in ("around", "positions") and wild is None:
        raise ValueError(f"letters={whole!r} are those of a wild type: give wild_type=")
    if word == "around" and wild is not None:
        rate = min(_CHANGED / n, _MOST_CHANGED) if not value else _number(value, whole)
        said = f"around the wild type, {rate * n:.3g} of its {n} letters changed on average"
        return Letters.around(wild.codes, rate, alphabet, first=wild.numbers), said
    if word == "positions" and wild is not None:
        places = _places(value, whole, wild)
        names = ", ".join(wild.positions[wild.place[i]] for i in places[:8])
        some = f"{names}{', …' if len(places) > 8 else ''}"
        said = f"any letter at {len(places)} positions of the wild type ({some}), the others fixed"
        return Letters.fixed(wild.codes, places, alphabet, first=wild.numbers), said
    if word == "sequences" and given is None:
        raise ValueError(f"letters={whole!r} are those of a family: name its file, sequences=")
    if word == "sequences" and given is not None:
        more = _number(value, whole) if value else 0.0
        said = f"the frequencies of the letters in the {len(given):,} sequences"
        said += f", {more:g} added to every count" if more else ""
        return Letters.from_sequences(given, alphabet, pseudocount=more), said
    if word == "codons" and value:
        rate = min(_CHANGED / n, _MOST_CHANGED)
        found = Letters.from_codons(read_wild_type(value), rate)
        if alphabet != found.alphabet:
            raise ValueError(f"letters={whole!r} are amino acids, and the sequences {alphabet}")
        return found, f"one nucleotide changed, in {rate * n:.3g} of the {n} codons on average"
    if word not in WORDS and Path(whole).is_file():
        return _of_file(Path(whole), alphabet), f"the probabilities of {Path(whole).name}"
    raise ValueError(f"letters={whole!r} is not known: say {_SAID}")


def _of_file(path: Path, alphabet: Alphabet) -> Letters:
    import pandas as pd

    frame = pd.read_csv(path, sep="\t" if path.suffix == ".tsv" else ",")
    return as_letters(frame.astype(float), alphabet)


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"letters={whole!r}: {text!r} is not a number; say {_SAID}") from None


def _places(text: str, whole: str, wild: WildType) -> list[int]:
    """Numbers of positions of a list such as 37,40-44, as the wild type counts them."""
    found: set[int] = set()
    for part in text.split(","):
        try:
            some = read_numbers(part)
        except ValueError as error:
            raise ValueError(f"letters={whole!r}: {error}") from error
        if not set(some) <= wild.place.keys():
            there = said_numbers(wild.numbers)
            raise ValueError(f"letters={whole!r}: {part!r} is not within {there}")
        found.update(some)
    return sorted(found)


def with_single_mutants(wild: WildType, letters: Letters | None) -> tuple[list[str], Codes]:
    """Return names and codes of a wild type and of all its single mutants that can occur.

    >>> from shapzero_lite import DNA
    >>> with_single_mutants(WildType.of("AC", DNA, 7), None)[0]
    ['wt', 'A7C', 'A7G', 'A7T', 'C8A', 'C8G', 'C8T']
    """
    q, n = wild.alphabet.q, len(wild.codes)
    can = np.ones((n, q), bool) if letters is None else letters.possible.copy()
    can[np.arange(n), wild.codes] = False
    places = np.argwhere(can)
    codes = np.repeat(wild.codes[None], len(places) + 1, axis=0)
    codes[np.arange(1, len(codes)), places[:, 0]] = places[:, 1]
    new = [f"{wild.positions[i]}{wild.alphabet.letters[c]}" for i, c in places]
    return ["wt", *new], codes
