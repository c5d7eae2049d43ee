"""Data by name: shipped with the package, in a folder of the reader's, or downloaded.

The registry lists name, SHA-256 and address; see ``data/README.md`` for sources and licences.
"""

from __future__ import annotations

import os
from pathlib import Path

_HERE = Path(__file__).parent
# In a wheel the data folder travels inside the package; in a checkout it stands beside it.
FOLDER = _HERE / "shipped" if (_HERE / "shipped").is_dir() else _HERE.parent / "data"


def path(name: str) -> Path:
    """Return the path of a data file, for example ``data.path("egfp_cds.fasta")``.

    Looked for in the shipped files, then in the folder that the environment variable
    SHAPZERO_LITE_DATA names, then in the registry (downloaded once with pooch and checked
    against its SHA-256). Raises ``FileNotFoundError`` saying how to get the file.
    """
    if (
        not isinstance(name, str | os.PathLike)
        or not str(name)
        or Path(name).is_absolute()
        or ".." in Path(name).parts
    ):
        raise ValueError(f"a data file has a name such as 'guide_cnn.npz', not {name!r}")
    if (FOLDER / name).is_file():
        return FOLDER / name
    own = os.environ.get("SHAPZERO_LITE_DATA")
    if own and (Path(own) / name).is_file():
        return Path(own) / name
    if name in registry():
        return _download(name)
    place = f"it is not in {own} either" if own else "SHAPZERO_LITE_DATA is not set"
    raise FileNotFoundError(
        f"{name!r} is not shipped, and {place}. To get the reference data: "
        "python tools/reference/fetch.py FOLDER, then set SHAPZERO_LITE_DATA=FOLDER"
    )


def available(name: str) -> bool:
    """Return whether a data file can be read without downloading anything."""
    own = os.environ.get("SHAPZERO_LITE_DATA")
    return (FOLDER / name).is_file() or bool(own and (Path(own) / name).is_file())


def registry() -> dict[str, tuple[str, str]]:
    """Return the files that can be downloaded: name to (SHA-256, address)."""
    listed = FOLDER / "registry.txt"
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.is_file() else []
    rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return {row[0]: (row[1], row[2]) for row in rows}


def _download(name: str) -> Path:
    try:
        import pooch
    except ImportError as error:
        msg = f'downloading {name!r} needs pooch: pip install "shapzero-lite[data]"'
        raise ImportError(msg) from error
    known, address = registry()[name]
    folder = pooch.os_cache("shapzero-lite")
    return Path(pooch.retrieve(address, f"sha256:{known}", fname=name, path=folder))
