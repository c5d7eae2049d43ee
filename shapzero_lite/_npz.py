"""The files of the package: one npz with a format name, a JSON header and arrays of numbers.

A file appears whole or not at all. Reading executes nothing: pickled objects are refused, by NumPy
and by us, and so are numbers that are not finite.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import path_of
from shapzero_lite._memory import check_memory

Arrays = dict[str, NDArray[Any]]
Made = TypeVar("Made")


def write(
    path: str | os.PathLike[str],
    form: str | None,
    header: dict[str, Any],
    arrays: Mapping[str, NDArray[Any]],
    *,
    header_name: str = "header",
    compressed: bool = False,
) -> Path:
    """Write a file whole or not at all, and return its path.

    ``form``: the name of the format, None for one that has none. The arrays go to a temporary
    file beside it, which takes the name in one step. Raises ``TypeError`` for a header that JSON
    cannot hold, before anything is written.
    """
    path = path_of(path)
    named = {} if form is None else {"format": np.array(form)}
    fields = named | {header_name: np.array(json.dumps(header))} | dict(arrays)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            write: Callable[..., None] = np.savez_compressed if compressed else np.savez
            write(file, **fields)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # mkstemp makes it private; a result is to be shared
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def read(
    path: str | os.PathLike[str],
    form: str | None,
    make: Callable[[dict[str, Any], Arrays], Made],
    *,
    otherwise: str,
    header_name: str = "header",
) -> Made:
    """Return ``make(header, arrays)`` of a file that ``write`` wrote.

    Raises ``OSError`` for a file that cannot be opened; ``ValueError`` for one that is truncated
    or foreign, holds anything but finite numbers, or that ``make`` refuses: the path, then
    ``otherwise`` (such as "is not a whole spectrum file"), then the reason.
    """
    # Opened here, because np.load leaves a broken file open.
    with path_of(path).open("rb") as handle:
        try:
            return make(*_parts(handle, form, header_name))
        # A damaged file makes zipfile, zlib, NumPy and JSON raise nearly anything.
        except Exception as error:
            missing = isinstance(error, KeyError)
            reason = f"it has no {error}" if missing else str(error) or type(error).__name__
            raise ValueError(f"{path} {otherwise} ({reason})") from error


def _parts(handle: BinaryIO, form: str | None, header_name: str) -> tuple[dict[str, Any], Arrays]:
    if not zipfile.is_zipfile(handle):
        handle.seek(0)
        array = handle.read(6) == b"\x93NUMPY"
        msg = "it is one array, as numpy.save writes it" if array else "it is no whole npz archive"
        raise ValueError(msg)
    handle.seek(0)
    with np.load(handle, allow_pickle=False) as file:
        # A few bytes can stand for a great many zeros.
        check_memory(sum(member.file_size for member in file.zip.infolist()), "reading it")
        arrays = {name: file[name] for name in file.files}
    found = str(arrays.pop("format")) if form is not None or "format" in arrays else None
    if found != form:
        raise ValueError(f"its format is {found}")
    header = json.loads(str(arrays.pop(header_name)))
    if not isinstance(header, dict):
        raise TypeError(f"its {header_name} is a {type(header).__name__}")
    for name, array in arrays.items():
        if array.dtype.kind not in "biufc":
            raise TypeError(f"its {name!r} holds {array.dtype}, not numbers")
        if not np.isfinite(array).all():
            raise ValueError(f"its {name!r} holds a number that is not finite")
    return header, arrays
