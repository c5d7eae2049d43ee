"""How a batch is put to a model: how long it is waited for, and how often it is asked again.

A call that takes longer than the time limit is left alone, because Python cannot end a thread: it
goes on, in a thread of the process that asked, until the model comes back, and what it answers is
thrown away. A model that cannot be called while an earlier call still runs should bring a time
limit of its own. Nothing helps against code that never lets go of Python's lock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import EllipsisType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.queries._model import Model
from shapzero_lite.queries.answers import CallError, answers_of

# Seconds before the second try, twice as many before each further one, and the most.
_PAUSE, _LONGEST = 0.5, 60.0


@dataclass(frozen=True, eq=False)
class Call:
    """A model and how it is called; goes to the workers of an executor.

    ``output``: the column wanted, ``...`` for all of them, None where there is one number a
    sequence. ``retries``: how often a batch is asked again whose call raised or took longer than
    ``timeout`` seconds (None: no limit).
    """

    model: Model
    alphabet: Alphabet
    output: int | EllipsisType | None = None
    retries: int = 0
    timeout: float | None = None

    def answers(
        self, batch: Codes, start: int, again: Callable[[int], None]
    ) -> NDArray[np.float64]:
        """Return the answers to a batch that begins at row ``start``, or raise ``ModelError``.

        ``again`` is told of every try beyond the first, with the number of sequences.

        >>> from shapzero_lite import DNA
        >>> call = Call(lambda codes: codes.sum(axis=1), DNA)
        >>> call.answers(DNA.encode(["AC", "GT"]), 0, print).tolist()
        [1.0, 5.0]
        """
        for attempt in range(self.retries + 1):
            if attempt:
                time.sleep(min(_PAUSE * 2 ** (attempt - 1), _LONGEST))
                again(len(batch))
            try:
                return answers_of(self._in_time, batch, start, self.alphabet, self.output)
            except CallError as error:
                if attempt < self.retries:
                    continue
                if attempt:
                    raise CallError(f"{error} (asked {attempt + 1} times)") from error.__cause__
                raise
        raise AssertionError

    def _in_time(self, batch: Codes) -> Any:
        if self.timeout is None:
            return self.model(batch)
        came: list[Any] = []
        raised: list[BaseException] = []

        def ask() -> None:
            try:
                came.append(self.model(batch))
            except BaseException as error:  # noqa: BLE001 - raised again by who waits
                raised.append(error)

        thread = threading.Thread(target=ask, name="model", daemon=True)
        thread.start()
        thread.join(self.timeout)
        if raised:
            raise raised[0]
        if not came:
            raise TimeoutError(
                f"no answer within {self.timeout:g} s; the call was left to end by itself"
            )
        return came[0]
