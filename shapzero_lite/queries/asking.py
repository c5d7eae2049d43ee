"""One model, asked several times in one sketch: every evaluation counted, probed once."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.queries import Model, ask, probe
from shapzero_lite.queries.batches import CodesOf
from shapzero_lite.queries.probes import PROBE_COST, Probe


@dataclass(eq=False)
class Asker:
    """Asks a model with the same options each time; ``evaluations`` counts what that takes.

    With a ``store``, the model is probed once (32 evaluations), at the first call. A sequence
    whose answer comes from the store counts too: a sketch that was killed and taken up again
    reports the same numbers as one that was not.

    >>> from shapzero_lite import DNA
    >>> asked = Asker(lambda x: x.sum(axis=1), DNA)
    >>> asked(DNA.encode(["AC", "GT"])).tolist(), asked.evaluations
    ([1.0, 5.0], 2)
    """

    model: Model
    alphabet: Alphabet
    batch_size: int = 8192
    output: int | None = None
    progress: bool = False
    executor: Executor | None = None
    store: str | os.PathLike[str] | None = None
    evaluations: int = field(default=0, init=False)
    _seen: Probe | None = field(default=None, init=False)

    def __call__(self, codes: Codes | CodesOf, total: int | None = None) -> NDArray[np.float64]:
        """Return the answers (N,) to codes (N, n), or to ``total`` rows made by a function."""
        how = {"output": self.output, "executor": self.executor}
        if self.store is not None and self._seen is None:
            n = (codes(0, 1) if callable(codes) else codes).shape[1]
            self._seen = probe(self.model, n, self.alphabet, **how)
            self.evaluations += PROBE_COST
        values = ask(
            self.model,
            codes,
            self.alphabet,
            batch_size=self.batch_size,
            progress=self.progress,
            store=self.store,
            total=total,
            seen=self._seen,
            **how,
        )
        self.evaluations += len(values)
        return values
