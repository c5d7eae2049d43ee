"""What the reader asks for, checked whole before a single query is spent."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import shapzero_lite
from shapzero_lite._memory import count_all
from shapzero_lite.letters import Alphabet
from shapzero_lite.queries import PROBE_COST, Model
from shapzero_lite.report.budget import share_budget, whole, yes_or_no
from shapzero_lite.report.folder import ResultFolder
from shapzero_lite.report.inputs import Sequences, read_alphabet, read_sequences, read_table
from shapzero_lite.report.reader_model import load_model, takes_codes
from shapzero_lite.sketching import Plan
from shapzero_lite.sketching.samples import design_notes, refuse_constant, refuse_too_few
from shapzero_lite.sketching.single_mutants import scanned_wild_type

OUR_MODEL = "shapzero_lite.models:guide_rna()"


@dataclass(frozen=True, eq=False)
class Request:
    """A checked analysis: what ``run`` will do. ``read_request`` makes one.

    ``model`` takes codes (N, n), or is None for a ``table`` (sequences, values); ``sequences``
    are to be explained; ``plan`` is that of the sketch, None for a table; ``n_checked`` of the
    sequences are put to the model too; ``n_beside`` random rows are for a regression.
    """

    model: Model | None
    model_name: str
    takes: str
    alphabet: Alphabet
    sequences: Sequences
    table: tuple[Sequences, NDArray[np.float64]] | None
    plan: Plan | None
    n_checked: int
    n_beside: int
    order: int
    seed: int
    output: int | None
    batch_size: int
    workers: int
    out: ResultFolder | None

    @property
    def n(self) -> int:
        """Positions of a sequence."""
        return self.sequences.codes.shape[1]

    @property
    def n_queries(self) -> int:
        """The most queries that ``run`` makes, trial and checks included; 0 for a table."""
        if self.plan is None:
            return 0
        return self.plan.n_queries + self._overhead

    @property
    def _overhead(self) -> int:
        # The plan of a sketch with a store has the trial in it: the model is probed once.
        return self.n_checked + self.n_beside + (0 if self.out else PROBE_COST)

    def describe(self) -> dict[str, Any]:
        """Return what decides the results, as JSON takes it."""
        table = None
        if self.table is not None:
            table = hashlib.sha256(self.table[1].tobytes()).hexdigest() + self.table[0].digest
        return {
            "model": self.model_name,
            "takes": self.takes,
            "letters": list(self.alphabet.letters),
            "sequences": self.sequences.digest,
            "n_sequences": len(self.sequences),
            "table": table,
            "budget": None if self.plan is None else self.plan.budget + self._overhead,
            "method": None if self.plan is None else self.plan.method,
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
        if self.table is not None:
            lines.append(f"from {len(self.table[1]):,} measured variants; no model is asked")
        if self.plan is not None:
            lines += [
                f"model {self.model_name}, called with {self.takes}",
                f"at most {self.n_queries:,} queries: {PROBE_COST} to try the model, "
                f"{self.n_checked:,} of these sequences, {self.plan.spendable:,} for the sketch"
                + (f", {self.n_beside:,} for a regression beside it" if self.n_beside else ""),
            ]
        return lines

    def __str__(self) -> str:
        where = "nothing will be written" if self.out is None else self.out.state
        return "\n".join([*self.todo(), where])


def read_request(
    *,
    model: Any = "",
    sequences: Any = "",
    table: Any = "",
    sequence_column: str = "sequence",
    value_column: str = "value",
    alphabet: Any = "DNA",
    window: Any = 0,
    step: Any = 1,
    budget: Any = 60_000,
    method: str = "auto",
    takes: str = "",
    output: Any = None,
    order: Any = 2,
    seed: Any = 0,
    batch_size: Any = 1024,
    workers: Any = 1,
    out: Any = "",
    overwrite: bool = False,
) -> Request:
    """Return a checked ``Request``; the model is imported, and asked nothing.

    ``model``: "package:name", "package:name()" or a callable (module ``reader_model``); "" and no
    table is our guide RNA model. ``table``: a file of measured variants instead of a model.
    ``sequences``: a FASTA file; "" is the table's variants, or the shipped EGFP. ``window``:
    letters of a window; 0 is as many as the model says, else whole sequences. ``budget``: queries
    in all. ``order``: of the interactions. ``batch_size``: rows put to the model at once, and
    what a kill can cost. ``out``: a folder; "" writes nothing. ``overwrite``: replace the results
    of another analysis there. Numbers may be text, as a shell gives them. Raises ``ValueError``,
    ``TypeError`` or ``FileNotFoundError`` saying which argument is wrong, and what would do.

    >>> print(read_request(budget=5000))
    695 sequences of 26 letters (ACGT) to explain
    model shapzero_lite.models:guide_rna(), called with codes
    at most 5,000 queries: 32 to try the model, 200 of these sequences, 4,768 for the sketch
    nothing will be written
    """
    model, sequences, table, out = ("" if a is None else a for a in (model, sequences, table, out))
    if model != "" and table != "":
        raise ValueError("give a model or a table of measured variants, not both")
    window = whole("window", window, 0)
    step, budget, order, seed, batch_size, workers = (
        whole(name, value, least)
        for name, value, least in (
            ("step", step, 1),
            ("budget", budget, 1),
            ("order", order, 1),
            ("seed", seed, 0),
            ("batch_size", batch_size, 1),
            ("workers", workers, 1),
        )
    )
    output = None if output in (None, "") else whole("output", output, 0)
    overwrite = yes_or_no("overwrite", overwrite)
    _check_packages(written=out != "", table=table != "")
    measured, wanted, name = None, None, ""
    if table != "":
        letters = read_alphabet(alphabet)
        measured = read_table(table, sequence_column, value_column, letters)
        _check_measured(measured, letters)
        n = measured[0].codes.shape[1]
        _check_length(window, n, "the table holds")
        given = measured[0] if sequences == "" else read_sequences(sequences, letters, n, step)
        called = "none"
    else:
        found, name = load_model(OUR_MODEL if model == "" else model)
        letters = read_alphabet(alphabet, found)
        wanted, called = takes_codes(found, letters, takes)
        own = getattr(found, "n", None)
        own = int(own) if isinstance(own, int | np.integer) else None  # .n may mean anything
        _check_length(window, own, "the model takes")
        given = read_sequences(sequences, letters, window or own, step)
    n = given.codes.shape[1]
    order = min(order, n)
    kept = out != ""
    planned, checked, beside = None, 0, 0
    if wanted is not None:
        planned, checked, beside = share_budget(budget, given, letters, method, kept=kept)
    made = Request(
        wanted, name, called, letters, given, measured, planned, checked, beside,
        order, seed, output, batch_size, workers, None,
    )  # fmt: skip
    if not kept:
        return made
    folder = ResultFolder(out)
    made = replace(made, out=folder)
    folder.check(made.describe(), overwrite=overwrite)
    return made


def _check_length(window: int, own: int | None, who: str) -> None:
    if window and own is not None and window != own:
        msg = f"window={window}, but {who} sequences of {own} letters: leave window at 0"
        raise ValueError(msg)


def _check_measured(measured: tuple[Sequences, NDArray[np.float64]], alphabet: Alphabet) -> None:
    codes, values = measured[0].codes, measured[1]
    refuse_constant(values, "the table holds")
    every = len(np.unique(codes, axis=0)) == count_all(alphabet.q, codes.shape[1])
    if not every and scanned_wild_type(codes, alphabet.q) is None:
        refuse_too_few(codes, alphabet.q, own_letters=bool(design_notes(codes, alphabet.q)))


def _check_packages(*, written: bool, table: bool) -> None:
    need = ["pandas"] * (table or written) + ["pyarrow", "matplotlib"] * written
    missing = [name for name in need if importlib.util.find_spec(name) is None]
    if missing:
        msg = f'this needs {" and ".join(missing)}: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg)
