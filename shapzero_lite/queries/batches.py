"""What will be asked: sequences, given or made when needed, in batches with fixed boundaries.

Batch b holds the rows b·batch_size to (b+1)·batch_size, whatever was asked before, by whom and how
fast; so results do not depend on timing, and a finished batch can be recognised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from shapzero_lite._checks import whole
from shapzero_lite.letters import Alphabet, Codes, as_codes

CodesOf = Callable[[int, int], Codes]


# The most sequences that a model gets at once, where nothing else is said.
MOST_AT_ONCE = 8192


class Batches:
    """A design of ``total`` sequences of length n, cut into batches.

    ``codes``: an array (N, n), or a function ``codes_of(start, stop)`` that returns the codes
    (stop - start, n) of these rows, the same ones each time, together with ``total``. Raises
    ``ValueError`` for what is neither.

    >>> from shapzero_lite import DNA
    >>> made = Batches(lambda a, b: np.arange(a, b)[:, None] % 4, DNA, 4, total=10)
    >>> made.n_batches, made.bounds(2), made.rows(2).ravel().tolist()
    (3, (8, 10), [0, 1])
    """

    def __init__(
        self,
        codes: Codes | CodesOf,
        alphabet: Alphabet,
        batch_size: int | None = None,
        *,
        output: int | None = None,
        total: int | None = None,
        label: Any = None,
    ) -> None:
        if not callable(codes):
            if total not in (None, len(codes)):
                raise ValueError(f"total={total} was said, but {len(codes)} sequences were given")
            total = len(codes)
        else:
            total = whole(total, "total", why=", how many sequences the function makes")
        self.codes = codes
        self.alphabet = alphabet
        self.batch_size = MOST_AT_ONCE if batch_size is None else whole(batch_size, "batch_size")
        self.output = None if output is None else int(output)
        self.total = total
        self.label = label

    @property
    def n_batches(self) -> int:
        """How many batches there are."""
        return -(-self.total // self.batch_size)

    @cached_property
    def n(self) -> int:
        """The length of the sequences; a design made by a function is asked for its first row."""
        if not callable(self.codes):
            return int(self.codes.shape[1])
        return as_codes(self.codes(0, 1), self.alphabet).shape[1]

    def bounds(self, batch: int) -> tuple[int, int]:
        """Return the first row of a batch and the row after its last."""
        return batch * self.batch_size, min((batch + 1) * self.batch_size, self.total)

    def count(self, batches: list[int]) -> int:
        """Return how many sequences some batches hold."""
        return sum(stop - start for start, stop in map(self.bounds, batches))

    def rows(self, batch: int) -> Codes:
        """Return the codes (rows, n) of a batch; ``ValueError`` when the function errs."""
        start, stop = self.bounds(batch)
        if not callable(self.codes):
            return self.codes[start:stop]
        try:
            codes = as_codes(self.codes(start, stop), self.alphabet, n=self.n)
        except (ValueError, TypeError) as error:
            msg = f"the function that makes sequences {start + 1} to {stop}: {error}"
            raise type(error)(msg) from error
        if len(codes) != stop - start:
            msg = f"codes_of({start}, {stop}) returned {len(codes)} sequences, not {stop - start}"
            raise ValueError(msg)
        return codes

    def row(self, number: int) -> Codes:
        """Return the codes (1, n) of one row."""
        batch, place = divmod(number, self.batch_size)
        return self.rows(batch)[place : place + 1]

    def describe(self) -> dict[str, Any]:
        """Return what decides the answers, as JSON takes it: two equal ones are one design.

        The design counts by the SHA-256 of all its codes in order, so a function that makes them
        is run through once more than the model is asked.
        """
        return {
            "letters": list(self.alphabet.letters),
            "n": self.n,
            "total": self.total,
            "batch_size": self.batch_size,
            "output": self.output,
            "design": self._digest,
            "label": None if self.label is None else str(self.label),
        }

    @cached_property
    def _digest(self) -> str:
        digest = hashlib.sha256()
        for batch in range(self.n_batches):
            digest.update(np.ascontiguousarray(self.rows(batch), np.uint8).tobytes())
        return digest.hexdigest()


def key_of(description: dict[str, Any]) -> str:
    """Return 16 hexadecimal digits that stand for a description."""
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
