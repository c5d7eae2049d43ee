"""Measured variants instead of a model: the columns of a table by name, and its variants."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite._memory import count_all
from shapzero_lite.letters import Alphabet
from shapzero_lite.report.inputs import Sequences
from shapzero_lite.sketching import Variants, read_variants
from shapzero_lite.sketching.samples import design_notes, refuse_constant, refuse_too_few
from shapzero_lite.sketching.single_mutants import scanned_wild_type
from shapzero_lite.sketching.variants import Rows, listed

# Of ``read_request``: what belongs to a table alone, and says nothing where it is.
OF_A_TABLE = {
    "error_column": "", "weight_column": "", "stops": "drop", "gaps": "drop", "on_bad": "raise",
    "wild_type_value": None,
}  # fmt: skip


def refuse_without_table(given: dict[str, Any]) -> None:
    """Raise ``ValueError`` naming the first argument that is of a table and not its default."""
    for name, default in OF_A_TABLE.items():
        if given[name] not in (default, "", None):
            raise ValueError(
                f"{name}={given[name]!r} is of a table, and there is none: give table="
            )


def read_measured(
    table: Any,
    alphabet: Alphabet,
    wild_type: str,
    first: int | tuple[int, ...],
    sequence_column: str,
    value_column: str | list[str],
    given: dict[str, Any],
) -> tuple[Variants, Sequences]:
    """Return the variants of a table, and the same as sequences to explain.

    Columns are names, of several replicates a list or a text with commas; ``given``: what else
    ``OF_A_TABLE`` names. A variant is named as a mutant where there is a wild type, else by the row
    of the table (from 1, below the header) where it stands first. Raises what ``read_variants``
    raises, and ``ValueError`` for a table that is too small or constant.
    """
    value = given["wild_type_value"]
    found = read_variants(
        Path(table) if isinstance(table, str) else table,
        variant=sequence_column, value=_columns(value_column), alphabet=alphabet,
        wild_type=wild_type or None, first=first,
        error=_columns(given["error_column"]) or None,
        weight=_columns(given["weight_column"]) or None,
        stops=given["stops"], gaps=given["gaps"], on_bad=given["on_bad"],
        wild_type_value=None if value in (None, "") else _number("wild_type_value", value),
    )  # fmt: skip
    _refuse_mostly_bad(found)
    codes, q = found.codes, found.alphabet.q
    refuse_constant(found.values, "the table holds")
    if len(codes) != count_all(q, codes.shape[1]) and scanned_wild_type(codes, q) is None:
        refuse_too_few(codes, q, own_letters=bool(design_notes(codes, q)))
    names = found.names if found.wild is not None else [f"row {row}" for row in found.first_rows]
    return found, Sequences.of_variants(names, codes)


def _refuse_mostly_bad(found: Variants) -> None:
    """Raise where more rows were bad than used: another numbering, hardly so many mistakes."""
    bad = sum(map(len, found.bad.values()))
    if 2 * bad > found.rows:
        lines = [
            f"{found.source}: {bad:,} of {found.rows:,} rows cannot be used",
            *listed(found.bad),
        ]
        lines.append(
            "so many are another wild type, or another number of its first position: first="
        )
        raise ValueError("\n  ".join(lines))


def write_unused(folder: Path, found: Variants) -> None:
    """Write rows_not_used.csv: number of the row, kind and content; nothing where all were used."""
    kinds: dict[str, Rows] = {**found.dropped, **found.bad}
    rows = sorted((number, kind, said) for kind, some in kinds.items() for number, said in some)
    if rows:
        import pandas as pd

        frame = pd.DataFrame(rows, columns=["row", "kind", "content"])
        frame.to_csv(folder / "rows_not_used.csv", index=False, lineterminator="\n")


def _columns(names: Any) -> Any:
    """One column, or several of a text with commas."""
    if not isinstance(names, str) or "," not in names:
        return names
    return [name.strip() for name in names.split(",")]


def _number(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if isinstance(value, bool) or not np.isfinite(number):
        raise ValueError(f"{name} is a finite number, not {value!r}")
    return number
