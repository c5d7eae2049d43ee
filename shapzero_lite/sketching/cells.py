"""Cells of a table as numbers: what is missing, what is none, and what is refused by name."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import WrongKindError

_MISSING = {"", "na", "nan", "n/a", "null", "none", "<na>", "-", "."}
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ].*)?|\d{1,2}([/.])\d{1,2}\2\d{2,4}")


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of N cells as numbers.

    ``values`` (N,), NaN where there is no number; ``missing`` (N,) are cells that are empty,
    ``wrong`` (N,) those that hold something else; ``cells`` as they were.
    """

    column: str
    values: Array
    missing: NDArray[np.bool_]
    wrong: NDArray[np.bool_]
    cells: list[Any]

    def said(self, row: Any) -> str:
        """Return a cell for a message."""
        comma = " (write numbers as 1234.5)" if "," in str(self.cells[row]) else ""
        return f"{self.column}={self.cells[row]!r}{comma}"


def numbers_of(series: Any, column: str, name: str) -> Numbers:
    """Return a column of a data frame as numbers.

    Raises ``WrongKindError`` for booleans and dates, which are numbers to pandas and to nobody
    else, naming the column, the row and what it holds.
    """
    import pandas as pd

    cells = series.tolist()
    texts = [cell.strip() if isinstance(cell, str) else None for cell in cells]
    for row, (cell, text) in enumerate(zip(cells, texts, strict=True), 1):
        if isinstance(cell, bool | np.bool_) or (text and text.lower() in {"true", "false"}):
            what = "a boolean"
        elif isinstance(cell, dt.date | dt.timedelta | np.datetime64) and (not pd.isna(cell)):
            what = "a date or a time"
        elif text and _DATE.fullmatch(text):
            what = "a date"
        elif isinstance(cell, complex):
            what = "a complex number"
        else:
            continue
        raise WrongKindError(
            f"{name}, row {row}: column {column!r} holds {what}, {cell if text is None else text}, "
            "where a measured number is needed: name another column, or write numbers"
        )
    missing = np.array(
        [
            text.lower() in _MISSING if text is not None else bool(pd.isna(cell))
            for cell, text in zip(cells, texts, strict=True)
        ],
        bool,
    )
    plain = [cell if text is None else text for cell, text in zip(cells, texts, strict=True)]
    found = pd.to_numeric(pd.Series(plain, dtype=object), errors="coerce")
    values = found.to_numpy(np.float64, na_value=np.nan)
    wrong = ~missing & ~np.isfinite(values)
    return Numbers(column, np.where(wrong, np.nan, values), missing, wrong, cells)
