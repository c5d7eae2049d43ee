"""A table of measured variants, as it comes: mutants or sequences, replicates, errors, bad rows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import WrongKindError, path_of
from shapzero_lite.letters import (
    DNA,
    PROTEIN,
    RNA,
    Alphabet,
    Codes,
    WildType,
    position_numbers,
    written_numbers,
)
from shapzero_lite.letters.mutants import (
    A_GAP,
    A_STOP,
    GAP,
    NO_VARIANT,
    OTHER_WILD_TYPE,
    OUTSIDE,
    STOP,
    UnusableError,
    read_sequence,
)
from shapzero_lite.letters.table_file import column_of, read_frame
from shapzero_lite.sketching.cells import Numbers, numbers_of
from shapzero_lite.sketching.replicates import averaged, noise_ceiling
from shapzero_lite.sketching.variants import Variants, listed

Columns = str | list[str]
NO_VALUE, NO_NUMBER = "no value", "a value that is no number"
NO_WEIGHT = "an error or weight that is not above 0"


def read_variants(
    table: Any,
    *,
    variant: str = "variant",
    value: Columns = "value",
    wild_type: str | None = None,
    alphabet: Alphabet | None = None,
    first: int | Sequence[int] = 1,
    error: Columns | None = None,
    weight: Columns | None = None,
    stops: str = "drop",
    gaps: str = "drop",
    on_bad: str = "raise",
    wild_type_value: float | None = None,
) -> Variants:
    """Return the variants of a table and their values, averaged and checked.

    ``table``: a data frame, or a csv, tsv (also ``.gz``) or parquet file. ``variant``: the column
    of mutants (``A108D``, ``p.Ala108Asp``, ``A108D:K45R``, ``wt``, ``=``), which need a
    ``wild_type``, or of whole sequences of one length; their first position has the number
    ``first``, or all have those of a list, as [39, 40, 41, 54].
    ``value``: a column, or one for each replicate; rows of the same variant are replicates too.
    ``error``: standard errors of the values, a column for each, which weigh 1 / error²; or
    ``weight``: weights themselves. ``stops``, ``gaps``: "drop" such rows, or take ``*`` or ``-`` as
    a "letter" more. ``on_bad``: "raise" for rows that cannot be used, or "drop" and list them.
    ``wild_type_value``: the value of a wild type that has no row, as 0 for log ratios.

    Without ``alphabet`` it is DNA or RNA if the letters of the wild type allow it, else protein.
    Raises ``ValueError`` that counts the bad rows by kind, each with row (from 1, below the
    header) and content; for columns that are missing or stand twice; and a ``TypeError`` too for
    values that are dates or booleans.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"variant": ["wt", "K38R", "M37A,A39D"], "value": [0, -1, -2.5]})
    >>> found = read_variants(table, wild_type="MKA", alphabet=PROTEIN, first=37)
    >>> found.alphabet.decode(found.codes), found.values.tolist(), found.positions
    (['MKA', 'MRA', 'AKD'], [0.0, -1.0, -2.5], ('M37', 'K38', 'A39'))
    """
    for name, given, known in (("stops", stops, ("drop", "letter")),
                               ("gaps", gaps, ("drop", "letter")),
                               ("on_bad", on_bad, ("raise", "drop"))):  # fmt: skip
        if given not in known:
            raise ValueError(f"{name} is {known[0]!r} or {known[1]!r}, not {given!r}")
    if error is not None and weight is not None:
        raise ValueError("give error or weight, not both: an error makes the weight 1 / error²")
    frame, source = _frame(table)
    alphabet = _alphabet(alphabet, wild_type, (STOP, stops), (GAP, gaps))
    wild = None if wild_type is None else WildType.of(wild_type, alphabet, first)
    texts = column_of(frame, variant, "variant", source).tolist()
    values = _columns(frame, value, "value", source)
    scales = _columns(frame, weight if error is None else error, "error or weight", source)
    if scales and len(scales) != len(values):
        msg = f"{len(values)} value columns need as many of errors or weights, not {len(scales)}"
        raise ValueError(msg)
    codes, unusable = _codes(texts, wild, alphabet)
    y = np.stack([column.values for column in values], axis=1)  # (N, replicates)
    w = np.ones(y.shape)
    if scales:
        w = np.stack([column.values for column in scales], axis=1)
        with np.errstate(divide="ignore", over="ignore"):
            w = w if error is None else np.where(w > 0, w, np.nan) ** -2.0
    for row, kind, said in _no_numbers(values, scales, y, w):
        unusable.setdefault(row, (kind, said))
    dropped, bad = _by_kind(unusable, (A_STOP, A_GAP)), _by_kind(unusable, (), (A_STOP, A_GAP))
    used = np.setdiff1d(np.arange(len(texts)), np.array(list(unusable), np.int64))
    if bad and (on_bad == "raise" or not len(used)):
        raise ValueError(_refusal(bad, source, len(texts), wild))
    if not len(used):
        raise ValueError(f"{source}: no row is left. {'; '.join(listed(dropped))}")
    there = ~np.isnan(y[used])
    numbers: dict[bytes, int] = {}  # of different variants, in the order of the table
    which = np.array([numbers.setdefault(codes[row].tobytes(), len(numbers)) for row in used])
    first_rows = 1 + used[np.unique(which, return_index=True)[1]]
    number = np.repeat(which[:, None], y.shape[1], axis=1)[there]
    means = averaged(number, y[used][there], w[used][there])
    n = len(codes[used[0]])
    numbered = position_numbers(first, n)
    found = Variants(
        codes=np.stack([np.frombuffer(key, np.uint8) for key in numbers]),
        values=means.values, weights=means.weights, counts=means.counts,
        alphabet=alphabet, source=source, rows=len(texts), wild=wild, dropped=dropped, bad=bad,
        correlation=_correlation(y[used]), ceiling=noise_ceiling(means, errors=error is not None),
        first_rows=first_rows, numbers=() if numbered == position_numbers(1, n) else numbered,
    )  # fmt: skip
    conflicting = [found.name(v) for v in means.conflicting]
    return _finished(replace(found, conflicting=tuple(conflicting)), wild_type_value)


def _finished(found: Variants, wild_value: float | None) -> Variants:
    """The variants with the wild type's own value where that was given; equal weights go."""
    codes, values, weights, counts = found.codes, found.values, found.weights, found.counts
    if weights is None:
        msg = "variants that were just averaged have weights"
        raise ValueError(msg)
    if wild_value is not None:
        if found.wild is None or found.changes is None:
            raise ValueError("wild_type_value is the value of the wild type: give wild_type= too")
        number = isinstance(wild_value, int | float | np.number) and wild_value is not True
        if not number or not np.isfinite(wild_value):
            raise ValueError(f"wild_type_value is a finite number, not {wild_value!r}")
        if (found.changes == 0).any():
            own = float(values[found.changes == 0][0])
            raise ValueError(
                f"{found.source} has the wild type in it, with {own:g}: drop wild_type_value"
            )
        codes = np.concatenate([codes, found.wild.codes[None]])
        values, counts = np.append(values, float(wild_value)), np.append(counts, 1)
        weights = np.append(weights, weights.max())
        found = replace(found, first_rows=np.append(found.first_rows, 0))
    even = np.allclose(weights, weights[0], rtol=1e-12, atol=0)
    return replace(
        found, codes=codes, values=values, weights=None if even else weights, counts=counts
    )


def _frame(table: Any) -> tuple[Any, str]:
    if hasattr(table, "columns") and hasattr(table, "iloc"):
        if not len(table):
            raise ValueError("the table has no row")
        return table, "the table"
    if not isinstance(table, str | os.PathLike):
        raise WrongKindError(
            f"table is a data frame, or the name of a csv, tsv or parquet file, not "
            f"{type(table).__name__}"
        )
    path: Path = path_of(table, "table")
    return read_frame(path, "table"), path.name


def _alphabet(alphabet: Alphabet | None, wild_type: str | None, *more: tuple[str, str]) -> Alphabet:
    """The alphabet given, or that of the wild type, with the letters that are to be letters."""
    if alphabet is None:
        if not isinstance(wild_type, str):
            raise TypeError("give alphabet=, such as sz.PROTEIN, or wild_type= as letters")
        letters = set(wild_type.upper()) - {STOP, GAP}
        alphabet = DNA if letters <= set("ACGT") else RNA if letters <= set("ACGU") else PROTEIN
    elif not isinstance(alphabet, Alphabet):
        raise TypeError(f"alphabet must be an Alphabet such as sz.DNA, not {alphabet!r}")
    added = [x for x, what in more if what == "letter" and x not in alphabet.letters]
    return Alphabet([*alphabet.letters, *added]) if added else alphabet


def _columns(frame: Any, columns: Any, role: str, source: str) -> list[Numbers]:
    names = [] if columns is None else list(columns) if isinstance(columns, list) else [columns]
    twice = sorted({str(x) for x in names if names.count(x) > 1})
    if twice or (columns is not None and not names):
        msg = f"{role} names different columns, at least one; got {columns!r}"
        raise ValueError(msg)
    return [numbers_of(column_of(frame, x, role, source), str(x), source) for x in names]


def _codes(
    texts: list[Any], wild: WildType | None, alphabet: Alphabet
) -> tuple[list[Codes], dict[int, tuple[str, str]]]:
    """Codes of every row, and of rows that have none, by number from 0, the kind and the reason."""
    codes: list[Codes] = []
    unusable: dict[int, tuple[str, str]] = {}
    lengths = [len(t.strip()) for t in texts if isinstance(t, str) and t.strip()]
    n = max(set(lengths), key=lengths.count) // alphabet.width if lengths else 1
    none = np.zeros(0, np.uint8)
    for row, text in enumerate(texts):
        try:
            if not isinstance(text, str) or not text.strip():
                raise UnusableError(NO_VARIANT, "empty, or no text")
            codes.append(read_sequence(text, n, alphabet) if wild is None else wild.read(text))
        except UnusableError as problem:
            codes.append(none)
            short = text if not isinstance(text, str) or len(text) < 40 else f"{text[:36]}…"
            reason = "" if str(problem) == problem.kind else f" ({problem})"
            like_mutant = problem.kind == NO_VARIANT or any(map(str.isdigit, str(text)))
            if wild is None and like_mutant and isinstance(text, str):
                reason += "; mutants need wild_type="
            unusable[row] = (problem.kind, f"{short!r}{reason}")
    return codes, unusable


def _no_numbers(
    values: list[Numbers], scales: list[Numbers], y: Array, w: Array
) -> list[tuple[int, str, str]]:
    """Rows whose values, errors or weights cannot be used: number from 0, kind and content."""
    found = [
        (int(row), NO_NUMBER, column.said(row))
        for column in values
        for row in np.flatnonzero(column.wrong)
    ]
    empty = np.flatnonzero(np.all([column.missing for column in values], axis=0))
    found += [(int(row), NO_VALUE, values[0].said(row)) for row in empty]
    for column, v, weights in zip(scales, y.T, w.T, strict=bool(scales)):
        wrong = ~np.isnan(v) & ~((weights > 0) & np.isfinite(weights))
        found += [(int(row), NO_WEIGHT, column.said(row)) for row in np.flatnonzero(wrong)]
    return found


def _by_kind(
    unusable: dict[int, tuple[str, str]], only: tuple[str, ...], but: tuple[str, ...] = ()
) -> dict[str, tuple[tuple[int, str], ...]]:
    kinds: dict[str, list[tuple[int, str]]] = {}
    for row in sorted(unusable):
        kind, said = unusable[row]
        if (kind in only or not only) and kind not in but:
            kinds.setdefault(kind, []).append((row + 1, said))
    return {kind: tuple(rows) for kind, rows in kinds.items()}


def _refusal(bad: Any, source: str, rows: int, wild: WildType | None) -> str:
    count = sum(map(len, bad.values()))
    lines = [f"{source}: {count:,} of {rows:,} rows cannot be used", *listed(bad)]
    other = wild.other_first() if wild and bad.keys() & {OTHER_WILD_TYPE, OUTSIDE} else None
    if other is not None:
        agrees = other if isinstance(other, int) else written_numbers(other)
        lines.append(f"first={agrees} would agree with every row")
    return "\n  ".join([*lines, "mend them, or on_bad='drop' leaves them out and lists them"])


def _correlation(y: Array) -> float | None:
    """The least correlation of two columns of replicates, over rows that have both."""
    found = []
    for a in range(y.shape[1]):
        for b in range(a):
            both = ~np.isnan(y[:, a]) & ~np.isnan(y[:, b])
            one, other = y[both, a], y[both, b]
            if len(one) > 2 and np.ptp(one) > 0 and np.ptp(other) > 0:
                # In units of the range: squares of 1e200 are lost.
                pair = [(v - v.mean()) / np.ptp(v) for v in (one, other)]
                found.append(float(np.corrcoef(*pair)[0, 1]))
    return min(found, default=None)
