"""What is to be explained: sequences of a FASTA file, or of a table of measured variants."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import data
from shapzero_lite.letters import DNA, PROTEIN, RNA, Alphabet, Codes, read_fasta
from shapzero_lite.letters.table_file import column_of, read_frame

_NAMED = {"DNA": DNA, "RNA": RNA, "PROTEIN": PROTEIN}


@dataclass(frozen=True, eq=False)
class Sequences:
    """N sequences of one length: ``names``, first letters ``starts`` (N,) from 1, ``codes`` (N, n).

    A record cut into windows gives its name to all of them.
    """

    names: list[str]
    starts: NDArray[np.int64]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

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


def names_of(given: Sequences, rows: NDArray[np.int64]) -> list[str]:
    """Return name and first letter of some of the sequences."""
    return [f"{given.names[r]}, from {given.starts[r]}" for r in rows]


def read_alphabet(alphabet: Any, model: Any = None) -> Alphabet:
    """Return an alphabet from "DNA", "RNA", "PROTEIN", "letters:ACTG", or an ``Alphabet``.

    "" stands for the alphabet that the model has. Raises ``ValueError`` for another name, or
    where the model's own alphabet is not the one given.

    >>> read_alphabet("letters:01").q
    2
    """
    own = getattr(model, "alphabet", None)
    own = own if isinstance(own, Alphabet) else None
    if isinstance(alphabet, Alphabet):
        found = alphabet
    elif alphabet == "" and own is not None:
        found = own
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


def read_table(
    path: Any, sequence_column: str, value_column: str, alphabet: Alphabet
) -> tuple[Sequences, NDArray[np.float64]]:
    """Return the variants (N, n) of a table and their measured values (N,).

    csv, tsv (also ``.gz``) or parquet; spaces around names and sequences do not count. Raises
    ``ValueError`` naming the column that is missing, or the row (counted from 1, below the
    header) whose sequence or value cannot be used.
    """
    import pandas as pd

    path = Path(path)
    frame = read_frame(path, "table")
    texts = column_of(frame, sequence_column, "sequence_column", path.name)
    given = column_of(frame, value_column, "value_column", path.name)
    values = pd.to_numeric(given, errors="coerce").to_numpy(np.float64)
    unusable = np.flatnonzero(~np.isfinite(values))
    if unusable.size:
        found = given.iloc[int(unusable[0])]
        todo = "write numbers as 1234.5" if "," in str(found) else "drop them"
        raise ValueError(
            f"{path.name}, row {unusable[0] + 1}: {value_column} is {found or 'empty'}, not a "
            f"finite number; {unusable.size:,} of {len(values):,} rows: {todo}"
        )
    try:
        codes = alphabet.encode(texts.tolist())
    except (ValueError, TypeError) as error:
        msg = f"{path.name}, column {sequence_column!r}: {error} (a sequence's number is its row)"
        raise ValueError(msg) from error
    names = [f"row {r}" for r in range(1, len(codes) + 1)]
    return Sequences(names, np.ones(len(codes), np.int64), codes), values


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
