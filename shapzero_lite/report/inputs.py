"""What is to be explained: sequences of a FASTA file, whole or cut into windows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import data
from shapzero_lite.letters import DNA, PROTEIN, RNA, Alphabet, Codes, read_fasta

_NAMED = {"DNA": DNA, "RNA": RNA, "PROTEIN": PROTEIN}


@dataclass(frozen=True, eq=False)
class Sequences:
    """N sequences of one length: ``names``, first letters ``starts`` (N,) from 1, ``codes`` (N, n).

    A record cut into windows gives its name to all of them; ``of_records`` False: no records, but
    variants, whose names say all.
    """

    names: list[str]
    starts: NDArray[np.int64]
    codes: Codes
    of_records: bool = True

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of_variants(cls, names: list[str], codes: Codes) -> Sequences:
        """Return variants of one wild type or of one table."""
        return cls(names, np.ones(len(codes), np.int64), codes, of_records=False)

    def named(self, row: int) -> str:
        """Return the name of a sequence, and of a window its first letter."""
        return f"{self.names[row]}, from {self.starts[row]}" if self.of_records else self.names[row]

    @property
    def digest(self) -> str:
        """SHA-256 of names, starts and codes."""
        found = hashlib.sha256("\n".join(self.names).encode())
        for part in (self.starts, self.codes):
            found.update(np.ascontiguousarray(part).tobytes())
        return found.hexdigest()

    def spread(self, count: int) -> NDArray[np.int64]:
        """Return at most ``count`` row numbers from 0, evenly spread, first and last included."""
        count = min(count, len(self))
        return np.unique(np.linspace(0, len(self) - 1, count).round().astype(np.int64))


def read_alphabet(alphabet: Any, model: Any = None, wild: str = "") -> Alphabet:
    """Return an alphabet from "DNA", "RNA", "PROTEIN", "letters:ACTG", or an ``Alphabet``.

    "" stands for the alphabet that the model has, else for that of the letters of the wild type
    ``wild``, else for DNA. Raises ``ValueError`` for another name, or where the model's own
    alphabet is not the one given.

    >>> read_alphabet("letters:01").q
    2
    """
    own = getattr(model, "alphabet", None)
    own = own if isinstance(own, Alphabet) else None
    if isinstance(alphabet, Alphabet):
        found = alphabet
    elif alphabet == "":
        letters = set(wild.upper())
        fits = (a for a in (DNA, RNA, PROTEIN) if letters <= set(a.letters))
        found = next(fits, PROTEIN) if own is None else own
    elif isinstance(alphabet, str) and alphabet.upper() in _NAMED:
        found = _NAMED[alphabet.upper()]
    elif isinstance(alphabet, str) and alphabet.startswith("letters:"):
        found = Alphabet(alphabet.removeprefix("letters:"))
    else:
        raise ValueError(
            f"alphabet={alphabet!r} is not known: say DNA, RNA, PROTEIN, or the letters in the "
            "order of their codes, as in letters:ACTG"
        )
    if own is not None and own != found:
        have, want = ("".join(a.letters) for a in (found, own))
        msg = f"alphabet={alphabet!r} has the letters {have}, and the model was made for {want}"
        raise ValueError(msg)
    return found


def read_sequences(path: Any, alphabet: Alphabet, n: int | None, step: int = 1) -> Sequences:
    """Return the sequences of a FASTA file; longer ones than ``n`` as windows of n letters.

    ``n`` None: whole sequences, which then have one length. ``path`` "": windows of the shipped
    coding sequence of EGFP. Raises ``ValueError`` naming file, record and position that is
    wrong, or ``FileNotFoundError``.
    """
    if path == "":
        _check_fits_egfp(alphabet, n)
        path = data.path("egfp_cds.fasta")
    path = Path(path)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise FileNotFoundError(f"sequences={str(path)!r} {what}: a FASTA file is needed")
    records = read_fasta(path)
    width = alphabet.width
    encoded = {name: _encoded(text, name, path.name, alphabet) for name, text in records.items()}
    first = next(iter(encoded))
    if n is None:
        for name, codes in encoded.items():
            if len(codes) != len(encoded[first]):
                raise ValueError(
                    f"{path.name}: all sequences must have the same length, but {first!r} has "
                    f"{len(encoded[first])} letters and {name!r} has {len(codes)}; window= cuts "
                    "them into windows of one length"
                )
        n = len(encoded[first])
    names, starts, parts = [], [], []
    for name, codes in encoded.items():
        if len(codes) < n:
            msg = f"{path.name}: {name!r} has {len(codes)} letters, fewer than the {n} of a window"
            raise ValueError(msg)
        cut = np.lib.stride_tricks.sliding_window_view(codes, n)[::step]
        names += [name] * len(cut)
        starts.append(1 + width * step * np.arange(len(cut)))
        parts.append(cut)
    return Sequences(names, np.concatenate(starts), np.concatenate(parts))


def _check_fits_egfp(alphabet: Alphabet, n: int | None) -> None:
    if set(alphabet.letters) != set(DNA.letters):
        have = "".join(alphabet.letters)
        msg = f"sequences is empty, and the shipped EGFP is DNA: name a FASTA file in {have}"
        raise ValueError(msg)
    if n is None:
        raise ValueError(
            "sequences is empty, and the model does not say how many letters it takes: name a "
            "FASTA file, or give window= for windows of the shipped EGFP"
        )


def _encoded(text: str, name: str, file: str, alphabet: Alphabet) -> NDArray[np.uint8]:
    try:
        return alphabet.encode(text)[0]
    except ValueError as error:
        told = str(error).replace("sequence 1", f"sequence {name!r}", 1)
        raise ValueError(f"{file}: {told}") from error
