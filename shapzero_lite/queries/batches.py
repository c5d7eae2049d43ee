"""What will be asked: sequences, given or made when needed, in batches with fixed boundaries.

Batch b holds the rows b·batch_size to (b+1)·batch_size, whatever was asked before, by whom and how
fast; so results do not depend on timing, and a finished batch can be recognised.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from shapzero_lite.letters import Alphabet, Codes, as_codes

CodesOf = Callable[[int, int], Codes]


class QueryPlan:
    """A design of ``total`` sequences of length n, cut into batches.

    ``codes``: an array (N, n), or a function ``codes_of(start, stop)`` that returns the codes
    (stop - start, n) of these rows, the same ones each time, together with ``total``. Raises
    ``TypeError`` and ``ValueError`` for what is neither.

    >>> from shapzero_lite import DNA
    >>> plan = QueryPlan(lambda a, b: np.arange(a, b)[:, None] % 4, DNA, 4, total=10)
    >>> plan.n_batches, plan.bounds(2), plan.rows(2).ravel().tolist()
    (3, (8, 10), [0, 1])
    """

    def __init__(
        self,
        codes: Codes | CodesOf,
        alphabet: Alphabet,
        batch_size: int,
        *,
        output: int | None = None,
        total: int | None = None,
        label: Any = None,
    ) -> None:
        if output is not None and not isinstance(output, int | np.integer):
            msg = f"output is the number of a column, counted from 0, not {output!r}"
            raise TypeError(msg)
        if batch_size < 1:
            msg = f"batch_size must be at least 1, not {batch_size}"
            raise ValueError(msg)
        self.given = not callable(codes)
        if not self.given and (not isinstance(total, int | np.integer) or total < 1):
            msg = f"sequences made by a function need total=, how many they are; got {total!r}"
            raise ValueError(msg)
        if self.given and total not in (None, len(codes)):
            msg = f"total={total} was said, but {len(codes)} sequences were given"
            raise ValueError(msg)
        self.codes = codes
        self.alphabet = alphabet
        self.batch_size = int(batch_size)
        self.output = None if output is None else int(output)
        self.total = len(codes) if self.given else int(total)
        self.label = label
        self.n_batches = -(-self.total // self.batch_size)
        self._n = codes.shape[1] if self.given and self.total else None

    @property
    def n(self) -> int:
        """The length of the sequences; a design made by a function is asked for its first row."""
        if self._n is None and not self.given and self.total:
            self._n = as_codes(self.codes(0, 1), self.alphabet).shape[1]
        return self._n or 0

    def bounds(self, batch: int) -> tuple[int, int]:
        """Return the first row of a batch and the row after its last."""
        return batch * self.batch_size, min((batch + 1) * self.batch_size, self.total)

    def rows(self, batch: int) -> Codes:
        """Return the codes (rows, n) of a batch; ``ValueError`` when the function errs."""
        start, stop = self.bounds(batch)
        if self.given:
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

    def describe(self) -> dict[str, Any]:
        """Return what decides the answers, as JSON takes it: two equal ones are one plan.

        The design counts by the SHA-256 of all its codes in order, so a function that makes them
        is run through once more than the model is asked.
        """
        digest = hashlib.sha256()
        for batch in range(self.n_batches):
            digest.update(np.ascontiguousarray(self.rows(batch), np.uint8).tobytes())
        return {
            "letters": list(self.alphabet.letters),
            "n": self.n,
            "total": self.total,
            "batch_size": self.batch_size,
            "output": self.output,
            "design": digest.hexdigest(),
            "label": None if self.label is None else str(self.label),
        }


def key_of(description: dict[str, Any]) -> str:
    """Return 16 hexadecimal digits that stand for a description."""
    text = json.dumps(description, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
