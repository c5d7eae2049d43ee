"""Sequences from FASTA files, and the windows that tile a sequence."""

from __future__ import annotations

import codecs
import gzip
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

from shapzero_lite._checks import path_of, whole


def read_fasta(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the records of a FASTA file, name (up to the first space) to sequence.

    The file may be compressed by gzip; text is UTF-8, or UTF-16 with its mark. Raises
    ``ValueError`` for a file without records, text before the first ``>``, a name that stands
    twice, a record without letters, a character that no sequence has, or bytes that are not text;
    each with its line.
    """
    path = path_of(path)
    records: dict[str, list[str]] = {}
    begins: dict[str, int] = {}
    name: str | None = None
    # Not splitlines: it ends a line at \v, U+0085 and more, and the rest of a header is letters.
    for number, line in enumerate(re.split(r"\r\n|\n|\r", _text(path)), 1):
        text = line.strip(" \t")
        if text.startswith(">"):
            name = (text[1:].split() or [f"record_{len(records) + 1}"])[0]
            if name in records:
                raise ValueError(f"{path}, line {number}: the name {name!r} stands twice")
            records[name], begins[name] = [], number
        elif text:
            if name is None:
                raise ValueError(
                    f"{path}, line {number}: FASTA starts with a line '>name', not {text[:30]!r}"
                )
            letters = text.replace(" ", "").replace("\t", "")
            strange = re.search(r"[^!-~]", letters)
            if strange:
                msg = f"{path}, line {number}: {strange[0]!r} is not a letter of any sequence"
                raise ValueError(msg)
            records[name].append(letters)
    if not records:
        raise ValueError(f"{path} holds no FASTA record")
    empty = [name for name, parts in records.items() if not "".join(parts)]
    if empty:
        raise ValueError(f"{path}, line {begins[empty[0]]}: the record {empty[0]!r} has no letters")
    return {name: "".join(parts) for name, parts in records.items()}


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = gzip.decompress(raw)
        except (OSError, EOFError, zlib.error) as error:
            msg = f"{path} begins like a gzip file and is not a whole one ({error})"
            raise ValueError(msg) from error
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + len(re.findall(rb"\r\n|\n|\r", raw[: error.start]))
        raise ValueError(
            f"{path}, line {line}: the byte 0x{raw[error.start]:02X} is not "
            f"{'UTF-16' if marked else 'UTF-8'} (Latin-1 text, or no text at all?): save the file "
            "as text in UTF-8"
        ) from error


def windows(sequence: str, n: int, step: int = 1) -> Iterator[str]:
    """Return an iterator over the windows of length n of a sequence, every ``step`` letters.

    Raises ``ValueError`` for windows that do not fit, or a step below 1.

    >>> list(windows("ACGTA", 3))
    ['ACG', 'CGT', 'GTA']
    """
    if not isinstance(sequence, str):
        msg = f"the windows of one sequence, a text, are made, not of {type(sequence).__name__}"
        raise TypeError(msg)
    n, step = whole(n, "n", 0), whole(step, "step", None)
    if not 1 <= n <= len(sequence):
        msg = f"windows of length {n} do not fit into a sequence of length {len(sequence)}"
        raise ValueError(msg)
    if step < 1:
        msg = f"step is the distance from one window to the next, at least 1, not {step}"
        raise ValueError(msg)
    return (sequence[at : at + n] for at in range(0, len(sequence) - n + 1, step))
