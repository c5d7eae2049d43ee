"""A table from a file, and a column of it: every cell as it is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_CUT = "a .csv is cut at commas, a .tsv at tabs; save it as one of them, with points in numbers"


def read_frame(path: Path, role: str) -> Any:
    """Return a csv, tsv (also ``.gz``) or parquet file as a data frame.

    Cells of text files stay text: "NA" may be Asn-Ala, and 0110 a sequence; spaces around them go.
    ``role``: what the file is called in messages. Raises ``FileNotFoundError``, or ``ValueError``
    for a file that is no table, or has no row.
    """
    import pandas as pd

    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        msg = f"{role}={str(path)!r} {what}: a csv, tsv or parquet file is needed"
        raise FileNotFoundError(msg)
    endings = path.name.lower().split(".")[1:]
    try:
        if "parquet" in endings:
            frame = pd.read_parquet(path)
        else:
            sep = "\t" if "tsv" in endings else ","
            # Not header=0: pandas would rename the second of two columns of one name.
            how: dict[str, Any] = {"dtype": str, "keep_default_na": False, "header": None}
            cells = pd.read_csv(path, sep=sep, skipinitialspace=True, encoding="utf-8-sig", **how)
            cells = cells.apply(lambda column: column.fillna("").str.strip())
            frame = cells.iloc[1:].reset_index(drop=True).set_axis(cells.iloc[0], axis=1)
    except Exception as error:
        said = str(error).strip()
        msg = f"{path.name} cannot be read as a table ({type(error).__name__}: {said}); {_CUT}"
        raise ValueError(msg) from error
    if frame.empty:
        raise ValueError(f"{path.name} has no row")
    return frame


def column_of(frame: Any, column: Any, role: str, name: str) -> Any:
    """Return a column of a data frame, or say that there is none, or more than one, of its name."""
    names = list(frame.columns)
    if column not in names:
        told = ", ".join(map(str, names))
        msg = f"{name} has no column {column!r} ({role}); its columns are {told}"
        if len(names) == 1:
            msg += f". Only one: {_CUT}"
        raise ValueError(msg)
    if names.count(column) > 1:
        where = ", ".join(str(i) for i, other in enumerate(names, 1) if other == column)
        msg = f"{name} has {names.count(column)} columns named {column!r} (columns {where}), "
        raise ValueError(msg + f"and {role} can be only one: rename or drop the others")
    return frame[column]
