"""Answers kept in memory, so that what was paid for is not asked twice.

They stand under the sequences of their batch, in the order in which they came: a model may be asked
the same batch twice on purpose, and a noisy one then answers differently. A run that is repeated
reads them in that order, and asks what lies beyond.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes
from shapzero_lite.queries.batches import Batches

Array = NDArray[np.float64]
# Bytes of sequences and answers that are held against a failure.
_MOST_KEPT = 2**28


class Replies:
    """Batches of answers, (rows,) or (rows, columns); ``size``: bytes kept.

    >>> kept, codes = Replies(), np.zeros((1, 3), np.uint8)
    >>> kept.keep(codes, np.ones(1))
    >>> reader = kept.reader()
    >>> reader.next(codes), reader.next(codes)
    (array([1.]), None)
    """

    def __init__(self) -> None:
        self._kept: dict[bytes, list[Array]] = defaultdict(list)
        self._new: list[tuple[Codes, Array]] = []  # most are never read, so need no key
        self.size = 0

    def keep(self, codes: Codes, values: Array) -> None:
        """Keep the answers to a batch."""
        self._new.append((codes.copy(), values))  # the caller may write into its own
        self.size += codes.nbytes + values.nbytes

    def forget(self) -> None:
        """Keep nothing."""
        self._kept.clear()
        self._new.clear()
        self.size = 0

    def forget_read(self, reader: Reader) -> None:
        """Keep only what a reader has left: of a run that failed, what another one did not ask."""
        self._file()
        for key, count in reader.read.items():
            del self._kept[key][:count]
        self.size = sum(values.nbytes for answers in self._kept.values() for values in answers)

    def of(self, key: bytes) -> list[Array]:
        """Return all answers to a batch, in the order in which they came."""
        self._file()
        return self._kept.get(key, [])

    def _file(self) -> None:
        for codes, values in self._new:
            self._kept[key_of_rows(codes)].append(values)
        self._new.clear()

    def reader(self) -> Reader:
        """Return who reads them from the start."""
        return Reader(self)


class Reader:
    """One run through the answers that are kept; ``read``: how many of each batch it has read."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self.read: dict[bytes, int] = defaultdict(int)

    def next(self, codes: Codes) -> Array | None:
        """Return the next answers to a batch; None where there are no more."""
        key = key_of_rows(codes)
        answers = self._replies.of(key)
        if self.read[key] == len(answers):
            return None
        self.read[key] += 1
        return answers[self.read[key] - 1]

    def skip(self, codes: Codes) -> None:
        """Pass over answers that came just now."""
        self.read[key_of_rows(codes)] += 1


class Memory:
    """What one ``Queries`` remembers: the answers of a run that failed, or of all runs.

    ``reading``: it begins with what is in ``replies``, which others may read too.
    """

    def __init__(self, reading: bool, replies: Replies | None = None) -> None:
        self.replies = Replies() if replies is None else replies
        self._reader = self.replies.reader() if reading else None
        self._running = False

    @property
    def has_room(self) -> bool:
        """Whether more answers are held against a failure."""
        return self.replies.size < _MOST_KEPT

    def next(self, batches: Batches, batch: int) -> Array | None:
        """Return answers to a batch that were not read yet; None where there are none."""
        return None if self._reader is None else self._reader.next(batches.rows(batch))

    def keep(self, codes: Codes, values: Array) -> None:
        """Keep answers to a batch that came just now."""
        self.replies.keep(codes, values)
        if self._reader is not None:
            self._reader.skip(codes)

    @contextmanager
    def one_run(self, keep: bool) -> Iterator[None]:
        """Forget what was read when the run succeeds, unless told to keep it; read it if not."""
        if self._running:
            yield
            return
        self._running = True
        try:
            yield
            if not keep and self._reader is not None:
                self.replies.forget_read(self._reader)
                self._reader = self.replies.reader() if self.replies.size else None
            elif not keep:
                self.replies.forget()
        except BaseException:
            self._reader = self.replies.reader()
            raise
        finally:
            self._running = False


def key_of_rows(codes: Codes) -> bytes:
    """Return 16 bytes that stand for the sequences of a batch."""
    codes = np.ascontiguousarray(codes, np.uint8)
    return hashlib.blake2b(codes.data, digest_size=16, salt=str(codes.shape[1]).encode()).digest()
