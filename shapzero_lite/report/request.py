"""What the reader asks for, as ``run`` takes it: ``read_request`` makes one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

import shapzero_lite
from shapzero_lite.letters import Alphabet, Codes, WildType, position_numbers, written_numbers
from shapzero_lite.queries import PROBE_COST, Model
from shapzero_lite.report.background import Background
from shapzero_lite.report.folder import ResultFolder
from shapzero_lite.report.inputs import Sequences
from shapzero_lite.report.meant import UNIFORM, Meant
from shapzero_lite.sketching import Plan, Variants


@dataclass(frozen=True, eq=False)
class Request:
    """A checked analysis: what ``run`` will do.

    ``model`` takes codes (N, n), or is None for the ``measured`` variants of a table; ``sequences``
    are to be explained, of the letters ``meant``, against a ``background``, around the wild type
    ``wild`` where there is one, at positions of these ``numbers``;
    ``plan`` is that of the sketch, None for a table; ``n_checked`` of the sequences are put to the
    model too, and of its best changes ``n_designs``; ``n_beside`` random rows are for a regression.
    """

    model: Model | None
    model_name: str
    takes: str
    alphabet: Alphabet
    sequences: Sequences
    measured: Variants | None
    meant: Meant
    background: Background
    wild: WildType | None
    numbers: tuple[int, ...]
    plan: Plan | None
    n_checked: int
    n_designs: int
    n_beside: int
    order: int
    seed: int
    output: int | None
    batch_size: int
    workers: int
    retries: int
    timeout: float | None
    out: ResultFolder | None

    @property
    def n(self) -> int:
        """Positions of a sequence."""
        return self.sequences.codes.shape[1]

    @property
    def positions(self) -> tuple[str, ...] | None:
        """Names of the positions, such as A37; None for numbers from 1 without a wild type."""
        if self.wild is not None:
            return self.wild.positions
        return (
            None if self.numbers == position_numbers(1, self.n) else tuple(map(str, self.numbers))
        )

    @property
    def subject(self) -> tuple[Codes, str]:
        """The sequence whose changes are told, (n,), and its name: the wild type, else the first.

        A wild type with a letter that the letters meant exclude gives way to the first too.
        """
        given, letters = self.sequences, self.meant.letters
        wild = None if self.wild is None else self.wild.codes
        if wild is not None and (
            letters is None or letters.possible[np.arange(letters.n), wild].all()
        ):
            return wild, "the wild type"
        return given.codes[0], given.named(0)

    @property
    def of_mutants(self) -> bool:
        """Whether the sequences to explain are a wild type and its single mutants."""
        return self.model is not None and not self.sequences.of_records

    @property
    def n_queries(self) -> int:
        """The most queries that ``run`` makes, trial and checks included; 0 for a table."""
        if self.plan is None:
            return 0
        return self.plan.n_queries + self._overhead

    @property
    def _overhead(self) -> int:
        # The plan of a sketch with a store has the trial in it: the model is probed once.
        return self.n_checked + self.n_designs + self.n_beside + (0 if self.out else PROBE_COST)

    def describe(self) -> dict[str, Any]:
        """Return what decides the results, as JSON takes it."""
        table, wild = None, None
        if self.measured is not None:
            found = self.measured
            arrays = [
                found.values,
                found.codes,
                *([] if found.weights is None else [found.weights]),
            ]
            parts = b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)
            table = hashlib.sha256(parts).hexdigest()
        if self.wild is not None:
            wild = f"{self.wild.text} from {written_numbers(self.wild.numbers)}"
        elif self.numbers != position_numbers(1, self.n):
            wild = f"none, from {written_numbers(self.numbers)}"
        return {
            "model": self.model_name,
            "takes": self.takes,
            "letters": list(self.alphabet.letters),
            "sequences": self.sequences.digest,
            "n_sequences": len(self.sequences),
            "table": table,
            "wild_type": wild,
            "letters_meant": self.meant.digest,
            "background": self.background.digest,
            "budget": None if self.plan is None else self.plan.budget + self._overhead,
            "method": None if self.plan is None else self.plan.method,
            "check_designs": self.n_designs,
            "order": self.order,
            "seed": self.seed,
            "batch_size": self.batch_size,
            "output": self.output,
            "shapzero_lite": shapzero_lite.__version__,
        }

    def todo(self) -> list[str]:
        """Return what will be explained, asked and spent, as lines."""
        N, n = self.sequences.codes.shape
        sequences = "sequence" if N == 1 else "sequences"
        to_do = f"{N:,} {sequences} of {n} letters ({''.join(self.alphabet.letters)}) to explain"
        lines = [to_do]
        if self.meant.said or self.measured is None:
            lines.append(f"letters meant: {self.meant.said or UNIFORM}")
        if self.background.said:
            lines.append(f"values are against: {self.background.said}")
        if self.measured is not None:
            lines.append(f"from {len(self.measured):,} measured variants; no model is asked")
        if self.plan is not None:
            lines += [
                f"model {self.model_name}, called with {self.takes}",
                f"at most {self.n_queries:,} queries: {PROBE_COST} to try the model, "
                f"{self.n_checked:,} of these sequences, {self.plan.spendable:,} for the sketch"
                + (f", {self.n_designs:,} of its best designs" if self.n_designs else "")
                + (f", {self.n_beside:,} for a regression beside it" if self.n_beside else ""),
            ]
        return lines

    def __str__(self) -> str:
        where = "nothing will be written" if self.out is None else self.out.state
        return "\n".join([*self.todo(), where])
