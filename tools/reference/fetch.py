"""Fetch the published data that this project is compared with, and write them as plain arrays.

None of these data are shipped (data/README.md says whose they are and under which licence). Each
original is taken from its public repository at one commit and checked against a SHA-256; pickles
are read by a reader that runs nothing of them; what comes out is checked again.

    python tools/reference/fetch.py FOLDER                       everything, 44 MB
    python tools/reference/fetch.py FOLDER --only guide_rna/     one folder, or one file
    python tools/reference/fetch.py --list                       what there is and where it is from

A clone that you already have saves the download:

    python tools/reference/fetch.py FOLDER --from-clone amirgroup-codes/shapzero=../shapzero

Then tell the package where they are: ``export SHAPZERO_LITE_DATA=FOLDER``.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))  # a checkout does, without installing the package
from conversions import REFERENCES, Content, Read, Reference  # noqa: E402

DATA = ROOT / "data"
_ADDRESS = re.compile(
    r"https://raw\.githubusercontent\.com/(?P<repository>[^/]+/[^/]+)/"
    r"(?P<commit>[0-9a-f]{40})/(?P<path>.+)"
)


class Original(NamedTuple):
    """A public file: address, and the SHA-256 that its bytes must have."""

    name: str
    sha256: str
    address: str

    def place(self) -> tuple[str, str, str]:
        """Return (repository, commit, path)."""
        if (found := _ADDRESS.fullmatch(self.address)) is None:
            raise ValueError(f"{self.address} is not a file of a repository at a commit")
        return found["repository"], found["commit"], found["path"]


def listed(name: str) -> dict[str, tuple[str, ...]]:
    """Return the lines of a list in data/, by their first word; '#' begins a comment."""
    lines = [line.split() for line in (DATA / name).read_text("utf-8").splitlines()]
    return {line[0]: tuple(line) for line in lines if line and not line[0].startswith("#")}


def reader(folder: Path, clones: dict[str, Path], registry: dict[str, Original]) -> Read:
    """Return the function that gives an original's bytes: from a clone, or downloaded and kept."""

    def read(name: str) -> bytes:
        original = registry[name]
        repository, commit, path = original.place()
        if repository not in clones:
            return download(original, folder)
        data = from_clone(clones[repository], commit, path)
        if hashlib.sha256(data).hexdigest() != original.sha256:
            raise ValueError(f"{path} in {clones[repository]} is not the file that was published")
        return data

    return read


def from_clone(clone: Path, commit: str, path: str) -> bytes:
    """Return a file of a clone (with a work tree, or bare) as it was at a commit."""
    git = clone / ".git" if (clone / ".git").exists() else clone
    command = ["git", f"--git-dir={git}", "cat-file", "blob", f"{commit}:{path}"]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise ValueError("reading a clone needs git, which is not installed") from error
    if done.returncode:
        raise ValueError(
            f"{clone} does not hold {path} at commit {commit[:10]}: "
            f"{done.stderr.decode(errors='replace').strip()}. Try: git fetch origin {commit}"
        )
    return done.stdout


def download(original: Original, folder: Path) -> bytes:
    """Return an original from its address; it is kept in `folder` and only asked for once."""
    try:
        import pooch
    except ImportError as error:
        raise ValueError("downloading needs the package pooch: pip install pooch") from error
    pooch.get_logger().setLevel("ERROR")
    kept = folder / original.name
    try:
        pooch.retrieve(
            original.address, known_hash=original.sha256, fname=kept.name, path=kept.parent
        )
    except OSError as error:  # no network, or the file is gone
        raise ValueError(f"{original.address} could not be downloaded: {error}") from error
    return kept.read_bytes()


def content_digest(content: Content) -> str:
    """Return the SHA-256 of a table's text, or of the arrays' names, types, shapes and numbers."""
    if not isinstance(content, dict):
        return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
    digest = hashlib.sha256()
    for name, array in sorted(content.items()):
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        digest.update(f"{name} {little.dtype.str} {array.shape}\n".encode() + little.tobytes())
    return digest.hexdigest()


def read_content(path: Path) -> Content:
    """Return what a finished file holds."""
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    data = path.read_bytes()
    if path.suffix == ".xlsx":
        return data
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def write(path: Path, content: Content) -> None:
    """Write a file under another name first, so that nothing is ever there half done."""
    buffer = io.BytesIO()
    if isinstance(content, bytes):
        buffer.write(content)
    elif not isinstance(content, str):
        np.savez_compressed(buffer, allow_pickle=False, **content)
    elif path.suffix == ".gz":
        buffer.write(gzip.compress(content.encode(), mtime=0))
    else:
        buffer.write(content.encode())
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(buffer.getbuffer())
        Path(name).chmod(0o644)  # a temporary file is private to begin with
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def fetch(reference: Reference, expected: str, folder: Path, read: Read) -> str:
    """Make one reference file, unless it is there, and say what was done.

    The content's digest must be the expected one, of the old file as of the new.
    """
    path = folder / reference.name
    if path.exists():
        try:
            if content_digest(read_content(path)) == expected:
                return "already there"
        except (ValueError, OSError, EOFError):
            pass  # damaged: made again
    content = reference.make(read, reference.originals)
    if content_digest(content) != expected:
        raise ValueError("the originals are right, and what was made from them is not as expected")
    write(path, content)
    return f"made from {len(reference.originals)} original(s)"


def chosen(only: Sequence[str]) -> list[Reference]:
    """Return the reference files whose name begins with one of `only`; all without any."""
    for prefix in only:
        if not any(r.name.startswith(prefix) for r in REFERENCES):
            raise ValueError(f"no reference file begins with {prefix!r}; --list names them")
    return [r for r in REFERENCES if not only or r.name.startswith(tuple(only))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 1 if any file could not be made."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER", help="where to put them")
    parser.add_argument("--only", action="append", default=[], metavar="PREFIX")
    parser.add_argument("--list", action="store_true", help="show names and addresses; fetch none")
    parser.add_argument(
        "--from-clone", action="append", default=[], metavar="OWNER/NAME=PATH", dest="clones"
    )
    options = parser.parse_args(arguments)
    registry = {name: Original(*line) for name, line in listed("registry.txt").items()}
    expected = listed("reference.txt")
    try:
        references = chosen(options.only)
        clones = dict(given.split("=", 1) for given in options.clones)
    except ValueError as error:
        parser.error(str(error) if options.only else "--from-clone takes OWNER/NAME=PATH")
    known = {original.place()[0] for original in registry.values()}
    if unknown := set(clones) - known:
        parser.error(f"no original is in {sorted(unknown)}; there are {sorted(known)}")
    if options.list:
        for reference in references:
            print(reference.name)
            for name in reference.originals:
                print(f"    {registry[name].address}")
        return 0
    if options.folder is None:
        parser.error("say in which FOLDER to put the files, or use --list")
    read = reader(options.folder / "originals", {r: Path(p) for r, p in clones.items()}, registry)
    failed = 0
    for reference in references:
        try:
            done = fetch(reference, expected[reference.name][1], options.folder, read)
            print(f"{reference.name}: {done}", flush=True)
        except ValueError as error:
            failed += 1
            print(f"{reference.name}: not made. {error}", file=sys.stderr, flush=True)
    if not failed:
        print(f"now: export SHAPZERO_LITE_DATA={options.folder.resolve()}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
