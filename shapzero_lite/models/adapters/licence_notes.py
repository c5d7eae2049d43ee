"""What a folder must hold, and whose work is in it: said once, before anything is computed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

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


def folder_with(folder: str | Path, model: str, needed: Iterable[str], get: str) -> Path:
    """Return the folder as a path when it holds every file or folder in ``needed``.

    Raises ``FileNotFoundError`` that names what is missing and says how to ``get`` it, and
    ``NotADirectoryError`` for a file.

    >>> folder_with("nowhere", "TIGER", ["model"], "clone it")
    Traceback (most recent call last):
    FileNotFoundError: there is no folder nowhere. To get TIGER: clone it
    """
    folder = Path(folder).expanduser()
    if not folder.exists():
        msg = f"there is no folder {folder}. To get {model}: {get}"
        raise FileNotFoundError(msg)
    if not folder.is_dir():
        msg = f"{folder} is a file; give the folder that holds {model}"
        raise NotADirectoryError(msg)
    missing = [name for name in needed if not (folder / name).exists()]
    if missing:
        msg = f"{folder} lacks {', '.join(missing)}. To get {model}: {get}"
        raise FileNotFoundError(msg)
    return folder
