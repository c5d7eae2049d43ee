"""Answers on disk, so that a killed run goes on where it stopped.

A store is a folder for one model. In it ``model-KEY.json`` keeps the model's answers to the probe
sequences (without it no kept answer is used), and each design (with its boundaries and output) has
a folder ``plan-KEY`` of its own: ``plan.json``, ``values.f64`` (N doubles) and ``batches.u64``
(evaluations ever begun, then one mark a batch). A mark holds the checksum of its batch, and is
written after it: a batch that was half written when the power went does not count as finished.
"""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._locks import lock
from shapzero_lite.queries.batches import Batches, key_of
from shapzero_lite.queries.probes import PROBES, Probe

FORMAT = "shapzero-lite query store 1"
_DONE = 1 << 32
_SYNC_SECONDS = 1.0
# What tells models apart that may share a folder; kept answers that are asked again.
_MODEL = ("letters", "n", "output")
_ASKED_AGAIN = 8


class StoreError(ValueError):
    """The store belongs to another model, is in use, or is damaged."""


class QueryStore:
    """The kept answers to one design; use it in a ``with``, which locks the folder.

    ``values`` (N,) float64 and ``finished`` (batches,) bool hold what earlier runs left.
    ``evaluations``: sequences put to the model in all runs of this design, lost ones and probes
    included. Raises ``StoreError`` when another process uses the store or a file is damaged.
    """

    def __init__(self, path: str | os.PathLike[str], batches: Batches) -> None:
        self.path = Path(path)
        if self.path.exists() and not self.path.is_dir():
            raise StoreError(f"store={str(path)!r} is a file; a store is a folder")
        self.batches = batches
        self._about = batches.describe() | {"format": FORMAT}
        self._folder = self.path / f"plan-{key_of(self._about)}"
        model = {name: self._about[name] for name in _MODEL}
        self._model_file = self.path / f"model-{key_of(model)}.json"
        self._synced = time.monotonic()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.path / "lock").open("ab")
        try:
            if not lock(self._lock.fileno()):
                raise StoreError(
                    f"another run is filling the store {self.path.name!r}: wait for it, or give "
                    "another folder"
                )
            if not (self._folder / "plan.json").exists():
                self._begin()
            self._read()
            # Unbuffered: what is written is with the operating system at once, and outlives us.
            self._values = (self._folder / "values.f64").open("r+b", buffering=0)
            self._marks = (self._folder / "batches.u64").open("r+b", buffering=0)
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self._sync()
        self._values.close()
        self._marks.close()
        self._lock.close()

    def check_model(self, probe: Probe) -> None:
        """Keep the probe answers of the first model; refuse one that answers differently."""
        if self._model_file.exists():
            self._refuse(self._kept_probe().why_not(probe))
        elif self._has_answers():
            raise StoreError(
                f"the store {self.path.name!r} holds answers, but {self._model_file.name!r}, which "
                "tells of which model, is gone: give another folder, or delete all of this one"
            )
        else:
            answers = probe.answers.tolist()
            _write_whole(self._model_file, {"format": FORMAT, "answers": answers})

    def check_answers(
        self, ask: Callable[[Batches], NDArray[np.float64]], noise: float, told: set[str]
    ) -> None:
        """Have the kept answers that differ most asked again; refuse a model that answers others.

        Models that mostly answer the same, such as 0, part on the sequences of the others. A model
        that varies is asked twice. ``told``: the designs that it passed or answered before.
        """
        kept = [np.arange(*self.batches.bounds(int(b))) for b in np.flatnonzero(self.finished)]
        rows = np.concatenate([np.arange(0), *kept])
        half = min(_ASKED_AGAIN, len(rows) // 10) // 2
        if half and self._folder.name not in told:
            order = np.argsort(self.values[rows], kind="stable")
            rows = rows[np.concatenate([order[:half], order[-half:]])]
            codes = np.concatenate([self.batches.row(int(r)) for r in rows])
            some = Batches(codes, self.batches.alphabet, len(codes), output=self.batches.output)
            answers = np.stack([ask(some) for _ in range(2 if noise else 1)])
            self._refuse(Probe(answers).why_not_kept(self.values[rows], noise))
        told.add(self._folder.name)

    def _refuse(self, why: str | None) -> None:
        if why:
            raise StoreError(
                f"the store {self.path.name!r} holds answers of another model: of this one, {why}. "
                "Nothing was mixed in; give another folder for another model"
            )

    def _kept_probe(self) -> Probe:
        try:
            answers = np.array(_read_json(self._model_file)["answers"], np.float64)
        except (StoreError, KeyError, ValueError, TypeError):
            answers = np.array(np.nan)
        if answers.shape != (2, PROBES) or not np.isfinite(answers).all():
            raise StoreError(
                f"{self._model_file.name!r} in the store {self.path.name!r} is damaged: of which "
                "model the answers beside it are is not known. Give another folder, or delete all "
                "of this one"
            )
        return Probe(answers)

    def _has_answers(self) -> bool:
        """Whether any design of this model (letters, n, output) has a finished batch."""
        for file in self.path.glob("plan-*/plan.json"):
            about, marks = _read_json(file), file.parent / "batches.u64"
            same = all(about.get(name) == self._about[name] for name in _MODEL)
            if same and marks.exists() and np.fromfile(marks, "<u8")[1:].any():
                return True
        return False

    def begin(self, count: int) -> None:
        """Note, before they are asked, that ``count`` more sequences are put to the model."""
        self.evaluations += count
        self._marks.seek(0)
        self._marks.write(self.evaluations.to_bytes(8, "little"))

    def keep(self, batch: int, values: NDArray[np.float64]) -> None:
        """Write the answers of a finished batch, then its mark."""
        raw = np.ascontiguousarray(values, "<f8").data.cast("B")
        self._values.seek(8 * self.batches.bounds(batch)[0])
        self._values.write(raw)
        self._marks.seek(8 * (1 + batch))
        self._marks.write((_DONE | zlib.crc32(raw)).to_bytes(8, "little"))
        # For a power cut; a killed process loses nothing either way.
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            self._sync()

    def _begin(self) -> None:
        for name, count in (("values.f64", self.batches.total), ("batches.u64", self._n_marks)):
            with (self._folder / name).open("wb") as file:
                file.truncate(8 * count)
        # Last: a folder with this file in it is complete.
        _write_whole(self._folder / "plan.json", self._about)

    @property
    def _n_marks(self) -> int:
        return 1 + self.batches.n_batches

    def _read(self) -> None:
        about = _read_json(self._folder / "plan.json")
        marks = np.fromfile(self._folder / "batches.u64", "<u8")
        values = self._folder / "values.f64"
        if about != self._about or values.stat().st_size != 8 * self.batches.total:
            self._damaged("its plan or its values")
        if len(marks) != self._n_marks:
            self._damaged("its marks")
        begun = marks[1:].any()
        self.values = np.fromfile(values, "<f8") if begun else np.empty(self.batches.total, "<f8")
        self.values = self.values.astype(np.float64, copy=False)
        self.evaluations = int(marks[0])
        self.finished = np.zeros(self.batches.n_batches, bool)
        for batch in np.flatnonzero(marks[1:]):
            start, stop = self.batches.bounds(int(batch))
            raw = self.values[start:stop].astype("<f8", copy=False)
            self.finished[batch] = marks[1 + batch] == _DONE | zlib.crc32(raw.data)

    def _damaged(self, what: str) -> None:
        msg = f"the folder {self._folder.name!r} of the store is damaged ({what}): delete it"
        raise StoreError(msg)

    def _sync(self) -> None:
        os.fsync(self._values.fileno())
        os.fsync(self._marks.fileno())
        self._synced = time.monotonic()


def kept_batch_size(path: str | os.PathLike[str], batches: Batches) -> int | None:
    """Return the size of the batches in which a store holds this design already, else None.

    Where the size is left to us it may differ from run to run (another number of workers), and
    the answers that are kept must be found again.
    """
    wanted = batches.describe() | {"format": FORMAT}
    for file in sorted(Path(path).glob("plan-*/plan.json")):
        about = _read_json(file)
        if about | {"batch_size": None} == wanted | {"batch_size": None}:
            return int(about["batch_size"])
    return None


def _write_whole(path: Path, content: dict[str, Any]) -> None:
    # Under another name first: the name of a file stands for its whole content, or for none.
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StoreError(f"{path.name!r} in the store is damaged ({error}): delete it") from error
