"""What a folder must hold, whose work it is, whether it is as published: said once, at first."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from shapzero_lite._checks import path_of

_SAID: set[str] = set()


def remind(model: str, note: str) -> bool:
    """Write a model's licence note to standard error, once in each process; True when written.

    Not a warning, because nothing is wrong and a filter that turns warnings into errors must not
    stop a run; not standard output, because that may be piped into a file.
    """
    if model in _SAID:
        return False
    _SAID.add(model)
    sys.stderr.write(f"{model}: {note}\n")
    return True


def compare(files: Iterable[Path], published: str) -> bool:
    """Say on standard error, once, when files are not the published ones; True when they are.

    ``published``: SHA-256 of all their bytes, one file after the other. Others are read all the
    same: they may be another version, and what protects the reader is that nothing in them is run.
    """
    files = list(files)
    if hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest() == published:
        return True
    names = ", ".join(file.name for file in files)
    remind(str(files[0].parent), f"{names} are not the published files; values may differ")
    return False


def folder_with(folder: str | Path, model: str, needed: Iterable[str], get: str) -> Path:
    """Return the folder as a path when it holds every file or folder in ``needed``.

    Raises ``FileNotFoundError`` that names what is missing and says how to ``get`` it, and
    ``NotADirectoryError`` for a file.

    >>> folder_with("nowhere", "TIGER", ["model"], "clone it")
    Traceback (most recent call last):
    FileNotFoundError: there is no folder nowhere. To get TIGER: clone it
    """
    folder = path_of(folder, "folder").expanduser()
    if not folder.exists():
        raise FileNotFoundError(f"there is no folder {folder}. To get {model}: {get}")
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; give the folder that holds {model}")
    missing = [name for name in needed if not (folder / name).exists()]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}. To get {model}: {get}")
    return folder
