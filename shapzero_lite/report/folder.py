"""The folder of results: whole files or none, and nothing of another analysis replaced unasked.

Answers of a model are kept in ``answers/``, in a folder of its name, while they come. Results are
written in ``unfinished/`` and take their names when all of them are whole, ``verdict.json`` last;
until then those of an earlier analysis stay.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shapzero_lite._locks import lock

REQUEST, VERDICT = "request.json", "verdict.json"
_ANSWERS, _UNFINISHED = "answers", "unfinished"
# In every request of ours, and hardly in another program's request.json.
_OURS = "shapzero_lite"
FIGURES = (
    "variance_by_order",
    "mean_attribution",
    "change_map",
    "position_letter_map",
    "first_sequence",
    "strongest_pairs",
    "pair_matrix",
    "sketch_against_model",
)
# What ``run`` writes; a folder that holds one of these without our request is somebody else's.
NAMES = (
    "explanations.csv",
    "explanations.parquet",
    "interactions.csv",
    "interactions.parquet",
    "single_changes.csv",
    "double_changes.csv",
    "designs.csv",
    "letter_pairs.csv",
    "rows_not_used.csv",
    "report.html",
    "spectrum.npz",
    "verdict.txt",
    VERDICT,
    *(f"{figure}.{kind}" for figure in FIGURES for kind in ("svg", "png")),
)


class ResultFolder:
    """A folder for the results of one analysis; ``check`` it before queries are spent."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.state = ""
        self._about: dict[str, Any] = {}
        self._overwrite = False

    @property
    def answers(self) -> Path:
        """The store of the model's answers; models of other names have others beside it."""
        name = re.sub(r"\W+", "_", str(self._about.get("model"))).strip("_")
        return self.path / _ANSWERS / (name or "model")

    def check(self, about: dict[str, Any], *, overwrite: bool = False) -> None:
        """Make the folder, see that it can be written, and say in ``state`` what will happen.

        Raises ``ValueError`` when it cannot be written, or holds the results of another
        analysis and ``overwrite`` is false.
        """
        name = str(self.path)
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"out={name!r} is a file; a folder is needed")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            msg = f"out={name!r} cannot be written to ({error.strerror or error})"
            raise ValueError(msg) from error
        known = self._known()
        present = [file for file in NAMES if (self.path / file).exists()]
        finished = known is not None and VERDICT in present
        if known is None:
            self._refuse_foreign(present, overwrite)
        before = known or {}
        differs = [key for key in about if before.get(key) != about[key]]
        if finished and differs and not overwrite:
            told = "; ".join(_told(key, before.get(key), about[key]) for key in differs[:3])
            raise ValueError(
                f"out={name!r} holds the results of another analysis ({told}): give another "
                "folder, or overwrite=True"
            )
        self._about, self._overwrite = about, overwrite
        here = self.path.name
        if finished and not differs:
            self.state = f"{here}/ holds this analysis already: its kept answers are used again"
        elif finished:
            self.state = f"{here}/ holds another analysis, which will be replaced"
        elif known is not None and not differs:
            self.state = f"{here}/ holds this analysis unfinished: it goes on from there"
        else:
            self.state = f"results will be written to {here}/"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out; raise ``ValueError`` when one is here, or has just written here."""
        if os.name == "nt":  # a folder cannot be opened there, nor locked
            yield
            return
        handle = os.open(self.path, os.O_RDONLY)  # the folder itself: no file of ours is left in it
        try:
            if not lock(handle):
                raise ValueError(
                    f"out={str(self.path)!r} is being filled by another run: wait for it, or give "
                    "another folder"
                )
            self.check(self._about, overwrite=self._overwrite)  # it may have ended since the check
            yield
        finally:
            os.close(handle)

    def begin(self) -> None:
        """Note which analysis the folder is for, unless it holds a whole one."""
        if self._known() is None or not (self.path / VERDICT).exists():
            part = self.path / (REQUEST + ".part")
            self._note(part)
            part.replace(self.path / REQUEST)

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Give a folder to write into; its files take their names when all are written."""
        shutil.rmtree(self._unfinished, ignore_errors=True)
        self._unfinished.mkdir()
        try:
            yield self._unfinished
            self._note(self._unfinished / REQUEST)
            made = sorted(self._unfinished.iterdir(), key=lambda path: path.name == VERDICT)
            (self.path / VERDICT).unlink(missing_ok=True)
            for path in made:
                path.replace(self.path / path.name)
            for name in set(NAMES) - {path.name for path in made}:  # of the analysis replaced
                (self.path / name).unlink(missing_ok=True)
        finally:
            shutil.rmtree(self._unfinished, ignore_errors=True)

    def _refuse_foreign(self, present: list[str], overwrite: bool) -> None:
        # Never replaced: a folder cannot be told from somebody's work of years.
        inner = [f for f in (_ANSWERS, _UNFINISHED, REQUEST) if (self.path / f).exists()]
        if inner or (present and not overwrite):
            todo = "give another folder" + ("" if inner else ", or overwrite=True")
            raise ValueError(
                f"out={str(self.path)!r} holds {[*inner, *present][0]}, which no analysis of ours "
                f"is known to have written: {todo}"
            )

    def _note(self, path: Path) -> None:
        path.write_text(json.dumps(self._about, indent=1), encoding="utf-8")

    @property
    def _unfinished(self) -> Path:
        return self.path / _UNFINISHED

    def _known(self) -> dict[str, Any] | None:
        try:
            found = json.loads((self.path / REQUEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and _OURS in found else None


def _told(name: str, before: Any, now: Any) -> str:
    if isinstance(now, str) and len(now) > 40:  # a digest
        return f"other {name}"
    return f"{name} {before!r}, now {now!r}"
