"""Against what values are told: letters in words, the wild type, or the sequences of a file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite.explaining.backgrounds import kept_background, letters_in, said
from shapzero_lite.letters import Alphabet, Codes, Letters, WildType
from shapzero_lite.report.inputs import read_sequences
from shapzero_lite.report.meant import UNIFORM, WORDS, Meant, letters_of_word
from shapzero_lite.spectra import Spectrum

_WILD = ("wild-type", "wild_type")


@dataclass(frozen=True, eq=False)
class Background:
    """Letters, or sequences (B, n), and how they are ``said``; None and "": the letters meant."""

    kept: Letters | Codes | None
    said: str

    @property
    def digest(self) -> str:
        """What tells this background from others."""
        if self.kept is None:
            return ""
        array = self.kept.probabilities if isinstance(self.kept, Letters) else self.kept
        return hashlib.sha256(str(array.shape).encode() + array.tobytes()).hexdigest()[:16]


def read_background(
    background: Any,
    wild: WildType | None,
    alphabet: Alphabet,
    given: Codes,
    meant: Meant,
    *,
    table: bool = False,
) -> Background:
    """Return a background from a word, a FASTA file, ``Letters``, probabilities or sequences.

    Words are those of ``read_letters``, and "wild-type", that one sequence; ``given`` (N, n): the
    sequences to explain; ``table``: whether no letters meant are a table's own. Raises
    ``ValueError`` for another word, or letters that those ``meant`` exclude: nothing is known of
    them.

    >>> from shapzero_lite import DNA
    >>> wild = WildType.of("ACG", DNA, 1)
    >>> read_background("wild-type", wild, DNA, wild.codes[None], Meant(None, "")).said
    'the wild type'
    """
    if isinstance(background, str) and background.strip() == "":
        return Background(None, "")
    n = given.shape[1]
    empty = Spectrum(np.zeros((1, n), np.uint8), [0.0], alphabet=alphabet)  # says what must fit
    words = ""
    if isinstance(background, str | Path):
        whole = str(background).strip()
        word, _, value = whole.partition(":")
        if word in _WILD and not value:
            if wild is None:
                raise ValueError(f"background={whole!r} is that of a wild type: give wild_type=")
            background, words = alphabet.decode(wild.codes[None]), "the wild type"
        elif word not in WORDS and Path(whole).is_file():
            codes = read_sequences(whole, alphabet, n).codes
            background, words = alphabet.decode(codes), f"the {len(codes):,} sequences of "
            words += Path(whole).name
        else:
            try:
                background, words = letters_of_word(whole, wild, alphabet, n, given)
            except ValueError as error:
                raise ValueError(str(error).replace("letters=", "background=", 1)
                                 + f", {_WILD[0]}, or a FASTA file") from error  # fmt: skip
    kept = kept_background(background, empty)
    if meant.letters is not None and kept is not None:
        try:
            meant.letters.check(letters_in(kept))
        except ValueError as error:
            msg = f"background= holds what the letters meant exclude: {error}"
            raise ValueError(msg) from error
    uniform = isinstance(kept, Letters) and kept.is_uniform
    words = UNIFORM if uniform else words or said(kept, empty)
    same = kept == meant.letters if meant.letters is not None else uniform and not table
    return Background(None if same else kept, words)  # of the letters meant, errors are known
