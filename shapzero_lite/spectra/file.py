"""The file of a spectrum: one npz with a format name, a JSON header and two arrays.

Reading executes nothing: pickled objects inside an npz are refused by NumPy and by us.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

FORMAT = "shapzero-lite spectrum 1"


def write_spectrum(
    path: str | os.PathLike[str],
    header: dict[str, Any],
    frequencies: NDArray[np.uint8],
    coefficients: NDArray[np.complex128],
) -> Path:
    """Write a spectrum file whole or not at all, and return its path.

    The arrays go to a temporary file beside it, which takes the name in one step. Raises
    ``TypeError`` for a header that JSON cannot hold, before anything is written.
    """
    path = Path(path)
    text = json.dumps(header)
    handle, temporary = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                format=np.array(FORMAT),
                header=np.array(text),
                frequencies=frequencies,
                coefficients=coefficients,
            )
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # mkstemp makes it private; a result is to be shared
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def read_spectrum(
    path: str | os.PathLike[str],
) -> tuple[dict[str, Any], NDArray[np.generic], NDArray[np.generic]]:
    """Return header, frequencies and coefficients of a spectrum file, not yet checked.

    Raises ``OSError`` for a file that cannot be opened, ``ValueError`` for a truncated or
    foreign one.
    """
    # Opened here, because np.load leaves a broken file open.
    with Path(path).open("rb") as handle:
        return _read(handle, path)


def _read(
    handle: BinaryIO, path: str | os.PathLike[str]
) -> tuple[dict[str, Any], NDArray[np.generic], NDArray[np.generic]]:
    try:
        with np.load(handle, allow_pickle=False) as file:
            fields = {name: file[name] for name in file.files}
        if str(fields["format"]) != FORMAT:
            msg = f"its format is {fields['format']}"
            raise ValueError(msg)
        return json.loads(str(fields["header"])), fields["frequencies"], fields["coefficients"]
    # A damaged file makes zipfile, zlib, NumPy and JSON raise nearly anything.
    except Exception as error:
        msg = (
            f"{path} is not a whole spectrum file ({error}); save it again, or build one with "
            "Spectrum(frequencies, coefficients, alphabet=…)"
        )
        raise ValueError(msg) from error
