"""Answers kept in memory, so that what was paid for is not asked twice.

They stand under the sequences of their batch, in the order in which they came: a model may be asked
the same batch twice on purpose, and a noisy one then answers differently. A run that is repeated
reads them in that order, and asks what lies beyond.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes

Array = NDArray[np.float64]


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


def key_of_rows(codes: Codes) -> bytes:
    """Return 16 bytes that stand for the sequences of a batch."""
    codes = np.ascontiguousarray(codes, np.uint8)
    return hashlib.blake2b(codes.data, digest_size=16, salt=str(codes.shape[1]).encode()).digest()
