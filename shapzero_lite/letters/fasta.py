"""Sequences from FASTA files, and the windows that tile a sequence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def read_fasta(path: str | os.PathLike[str]) -> dict[str, str]:
    """Return the records of a FASTA file, name (up to the first space) to sequence.

    Raises ``ValueError`` for a file without records, text before the first ``>``, a name
    that stands twice, or a record without letters; each with its line.
    """
    records: dict[str, list[str]] = {}
    begins: dict[str, int] = {}
    name: str | None = None
    lines = Path(path).read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if text.startswith(">"):
            name = (text[1:].split() or [f"record_{len(records) + 1}"])[0]
            if name in records:
                msg = f"{path}, line {number}: the name {name!r} stands twice"
                raise ValueError(msg)
            records[name], begins[name] = [], number
        elif text and name is None:
            msg = f"{path}, line {number}: FASTA starts with a line '>name', not {text[:30]!r}"
            raise ValueError(msg)
        elif text:
            records[name].append("".join(text.split()))
    if not records:
        msg = f"{path} holds no FASTA record"
        raise ValueError(msg)
    empty = [name for name, parts in records.items() if not "".join(parts)]
    if empty:
        msg = f"{path}, line {begins[empty[0]]}: the record {empty[0]!r} has no letters"
        raise ValueError(msg)
    return {name: "".join(parts) for name, parts in records.items()}


def windows(sequence: str, n: int, step: int = 1) -> Iterator[str]:
    """Return an iterator over the windows of length n of a sequence, every ``step`` letters.

    Raises ``ValueError`` for windows that do not fit, or a step below 1.

    >>> list(windows("ACGTA", 3))
    ['ACG', 'CGT', 'GTA']
    """
    if not 1 <= n <= len(sequence):
        msg = f"windows of length {n} do not fit into a sequence of length {len(sequence)}"
        raise ValueError(msg)
    if step < 1:
        msg = f"step is the distance from one window to the next, at least 1, not {step}"
        raise ValueError(msg)
    return (sequence[at : at + n] for at in range(0, len(sequence) - n + 1, step))
