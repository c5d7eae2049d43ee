"""One noun for asking a model: what is asked, how, and what it cost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import KW_ONLY, dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import path_of, positive, whole
from shapzero_lite.letters import Alphabet, as_codes
from shapzero_lite.queries import dispatch, shown
from shapzero_lite.queries._model import Model, alphabet_and_n, check_callable, name_of
from shapzero_lite.queries.answers import ModelError, column_of
from shapzero_lite.queries.batches import Batches
from shapzero_lite.queries.call import Call
from shapzero_lite.queries.probes import PROBE_COST, PROBES, Probe, probe_codes
from shapzero_lite.queries.progress import Progress
from shapzero_lite.queries.replies import Memory
from shapzero_lite.queries.store import QueryStore, kept_batch_size


@dataclass(eq=False, repr=False)
class Queries:
    """A model and how to ask it; called with codes (N, n), it returns answers (N,) and counts.

    ``alphabet``, ``n``: read from the model where it has them; needed by then where it has not.
    ``output``: the column of a model that answers with several, from 0. ``batch_size``: sequences
    put to the model at once; None is 8,192, fewer where an executor would have idle workers.
    ``executor``: a ``concurrent.futures.Executor`` (threads, processes, Dask's
    ``client.get_executor()``) that runs batches side by side, at most ``in_flight`` groups of
    them at once (default: twice its workers). ``store``: a folder where every finished batch is
    kept: the same call after a kill asks only what is missing, another model is refused.
    ``label``: text that keeps apart in the store what the sequences would not. ``progress``: a bar.
    ``retries``: how often a batch is asked again whose call raised or took longer than ``timeout``
    seconds, after half a second, then after twice as long each time (module ``call`` says what
    becomes of a call that is given up). What was answered before a failure is not asked again by
    the same ``Queries``. ``keep``: hold all answers in memory, all columns, for ``for_output``.

    What it cost so far: ``evaluations``; ``answered``, the same without the probes; ``kept``, those
    that came from store or memory; ``asked``, what was put to the model in this process (failed
    calls too); ``retried``, the calls made once more; ``seconds`` inside the model, summed over
    workers; ``noise``. A store costs 32 evaluations, once, to measure the noise and to know the
    model again, by 8 kept answers too.

    >>> from shapzero_lite import DNA
    >>> queries = Queries(lambda codes: codes.sum(axis=1), DNA)
    >>> queries(["AC", "GT"]).tolist(), queries.evaluations
    ([1.0, 5.0], 2)
    """

    model: Model
    alphabet: Alphabet | None = None
    n: int | None = None
    _: KW_ONLY
    output: int | None = None
    batch_size: int | None = None
    executor: Executor | None = None
    store: str | os.PathLike[str] | None = None
    progress: bool = False
    in_flight: int | None = None
    label: str | None = None
    retries: int = 0
    timeout: float | None = None
    keep: bool = False
    asked: int = field(default=0, init=False)
    kept: int = field(default=0, init=False)
    seconds: float = field(default=0.0, init=False)
    answered: int = field(default=0, init=False)
    retried: int = field(default=0, init=False)
    _probes: dict[int, Probe] = field(default_factory=dict, init=False)
    _bars: Progress = field(default_factory=Progress, init=False)
    _open: QueryStore | None = field(default=None, init=False)
    _told: set[str] = field(default_factory=set, init=False)
    _memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        check_callable(self.model)
        self.alphabet, self.n = alphabet_and_n(self.model, self.alphabet, self.n)
        if self.output is not None:
            self.output = whole(self.output, "output", None, why=", a column counted from 0")
        if self.batch_size is not None:
            whole(self.batch_size, "batch_size")
        self.store = self.store if self.store is None else path_of(self.store, "store")
        self.retries = whole(self.retries, "retries", 0)
        self.timeout = None if self.timeout is None else positive(self.timeout, "timeout")
        dispatch.check_executor(self.executor, self.in_flight)
        self._memory = Memory(reading=self.keep)

    @classmethod
    def of(
        cls, model: Model, alphabet: Alphabet | None = None, n: int | None = None, **how: Any
    ) -> Self:
        """Return ``Queries`` of a model, or the one given, checked against alphabet and n.

        ``how``: its options; None counts as not given, any other beside a ``Queries`` is refused.
        """
        how = {name: value for name, value in how.items() if value is not None}
        if not isinstance(model, cls):
            return cls(model, alphabet, n, **how)
        if how:
            name = next(iter(how))
            msg = f"this Queries says itself how to ask: put {name}= into sz.Queries(…, {name}=…)"
            raise TypeError(msg)
        model.alphabet = alphabet_and_n(model, alphabet, n)[0]
        return model

    def __call__(self, codes: Any, total: int | None = None) -> NDArray[np.float64]:
        """Return the answers (N,) to codes (N, n) or strings, or to ``total`` rows made on demand.

        ``codes`` may be a function ``codes_of(start, stop)`` that makes these rows, the same ones
        each time, with ``total`` = N. Raises ``ModelError`` (a ``ValueError``) at the first batch,
        in the order of the sequences, whose answers cannot be used (another shape, NaN, …), naming
        the sequence; what is finished stays in the store, or in memory until the same call has
        succeeded. ``StoreError`` for another model's store.

        >>> from shapzero_lite import DNA
        >>> queries = Queries(lambda x: x.sum(axis=1), DNA)
        >>> queries(lambda start, stop: DNA.random(stop - start, 5, start), total=9).shape
        (9,)
        """
        batches = self._batches(codes, total)
        values, finished = np.empty(batches.total), np.zeros(batches.n_batches, bool)
        with ExitStack() as stack:
            stack.enter_context(self.one_run())
            kept = None
            if self.store is not None:
                kept = self._open = stack.enter_context(QueryStore(self.store, batches))
                stack.callback(setattr, self, "_open", None)
                kept.check_model(self.measure_noise(batches.n))
                kept.check_answers(self._now, self.noise or 0.0, self._told)
                values, finished = kept.values, kept.finished
            todo = np.flatnonzero(~finished).tolist()
            n_kept = batches.total - batches.count(todo)
            showing = self._bars.of_call(batches.total, "asking", n_kept, self.progress)
            bar = stack.enter_context(showing)
            try:
                for done in self._finished(batches, todo):
                    start, stop = batches.bounds(done.batch)
                    values[start:stop] = done.values
                    finished[done.batch] = True
                    self.seconds += done.seconds
                    if kept is not None:
                        kept.keep(done.batch, done.values)
                    bar.update(stop - start)
            except ModelError as error:
                n_good = batches.count(np.flatnonzero(finished).tolist())
                where = "the store" if kept is not None else "memory, for the same Queries"
                if n_good:
                    error.add_note(f"{n_good:,} of {batches.total:,} answers are kept in {where}")
                raise
        self.answered += batches.total
        self.kept += n_kept
        return values

    @property
    def known_alphabet(self) -> Alphabet:
        """The alphabet, which is needed now: ``TypeError`` when nobody has said it."""
        if self.alphabet is None:
            raise TypeError("say what the codes stand for, for example alphabet=sz.DNA")
        return self.alphabet

    @property
    def evaluations(self) -> int:
        """Sequences answered so far, of the probes and from the store (after a kill, as many)."""
        return self.answered + PROBE_COST * len(self._probes)

    @property
    def noise(self) -> float | None:
        """Standard deviation of the answer to one and the same sequence; None: not measured."""
        return max((probe.noise for probe in self._probes.values()), default=None)

    def measure_noise(self, n: int | None = None) -> Probe:
        """Ask 16 fixed sequences of length n twice, the first time; return what they answered.

        >>> from shapzero_lite import DNA
        >>> queries = Queries(lambda x: x.sum(axis=1), DNA, 8)
        >>> queries.measure_noise().noise, queries.noise, queries.evaluations
        (0.0, 0.0, 32)
        """
        n = alphabet_and_n(self, n=n)[1]
        if n is None:
            raise TypeError("say how long the sequences are: n=")
        if n not in self._probes:
            # Two designs, not one of 32 rows: noise that a model draws once a call shows too.
            rows = probe_codes(self.known_alphabet, n)
            made = Batches(rows, self.known_alphabet, PROBES, output=self.output)
            try:
                with self.one_run():
                    self._probes[n] = Probe(np.stack([self._now(made), self._now(made)]))
            except ModelError as error:
                error.add_note("the numbers are those of the probe sequences, not of your design")
                raise
        return self._probes[n]

    def probed(self, n: int) -> Probe | None:
        """Return what ``measure_noise`` found for sequences of length n; None: it was not asked."""
        return self._probes.get(n)

    def again(self, codes: Any, batch_size: int) -> NDArray[np.float64]:
        """Return the answers (N,) that the model gives now, in batches of at most ``batch_size``.

        None of them come from the store, and none are kept there; they count as all others do.

        >>> from shapzero_lite import DNA
        >>> queries = Queries(lambda x: x.sum(axis=1), DNA)
        >>> queries.again(["AC", "GT"], batch_size=1).tolist(), queries.evaluations
        ([1.0, 5.0], 2)
        """
        rows = as_codes(codes, self.known_alphabet, self.n)
        size = min(batch_size, self.batch_size or batch_size)
        with self.one_run():
            values = self._now(Batches(rows, self.known_alphabet, size, output=self.output))
        self.answered += len(values)
        return values

    def for_output(self, output: int) -> Self:
        """Return ``Queries`` of another column: what this one asked is not asked again.

        Needs ``keep=True``, and the same calls: a sketch by the same seed and budget that asks the
        same whatever is answered, as "samples" and "enumerate" do. Where only one of two columns
        is noisy, it spends a part of its budget on asking again, and the design of the other is
        longer by that much: the batch where the shorter one ends is asked for it.

        >>> import shapzero_lite as sz
        >>> model = lambda x: np.stack([x[:, 0] == x[:, 2], x[:, 1] > 1], axis=1)
        >>> both = Queries(model, sz.DNA, 4, keep=True)
        >>> one, two = (both.for_output(column) for column in (0, 1))
        >>> sketches = [sz.sketch(one, budget=400), sz.sketch(two, budget=400)]
        >>> [sketch.spectrum.order for sketch in sketches], one.asked, two.asked
        ([2, 1], 272, 0)
        """
        if not self.keep:
            msg = "only one column is held in memory: make it sz.Queries(…, keep=True)"
            raise ValueError(msg)
        other = replace(self, output=output)
        vars(other).update(_memory=Memory(reading=True, replies=self._memory.replies))
        return other

    def one_run(self) -> AbstractContextManager[None]:
        """Take all calls inside the ``with`` as one: if it fails, a repeated one pays the rest."""
        return self._memory.one_run(self.keep)

    def one_bar(self, total: int, what: str) -> AbstractContextManager[None]:
        """Show one bar of progress, where it is wanted, for all calls inside the ``with``."""
        return self._bars.of_several(total, what, self.progress)

    def __str__(self) -> str:
        return shown.text(self)

    def __repr__(self) -> str:
        return f"<Queries of {name_of(self.model)}, {self.evaluations:,} evaluations>"

    def _batches(self, codes: Any, total: int | None) -> Batches:
        if not callable(codes):
            codes = as_codes(codes, self.known_alphabet, self.n)
        made = Batches(
            codes, self.known_alphabet, self.batch_size,
            output=self.output, total=total, label=self.label,
        )  # fmt: skip
        if self.batch_size is None:
            known = None if self.store is None else kept_batch_size(self.store, made)
            made.batch_size = known or dispatch.fair_batch_size(made.total, self.executor)
        return made

    def _now(self, batches: Batches) -> NDArray[np.float64]:
        values = np.empty(batches.total)
        for done in self._finished(batches, list(range(batches.n_batches))):
            values[slice(*batches.bounds(done.batch))] = done.values
            self.seconds += done.seconds
        return values

    def begin(self, count: int) -> None:
        """Count sequences that are about to be put to the model."""
        self.asked += count
        if self._open is not None:
            self._open.begin(count)

    def once_more(self, count: int) -> None:
        """Count sequences of a call that is made again."""
        self.retried += 1
        self.begin(count)

    def _finished(self, batches: Batches, todo: list[int]) -> Iterator[dispatch.Finished]:
        fresh = []
        for batch in todo:
            values = self._memory.next(batches, batch)
            if values is None:
                fresh.append(batch)
            else:
                self.kept += len(values)
                yield self._column(dispatch.Finished(batch, values, 0.0), batches)
        for done in self._ask(batches, fresh):
            column = self._column(done, batches)  # what it refuses is not kept
            if self.keep or (self.store is None and self._memory.has_room):
                self._memory.keep(batches.rows(done.batch), done.values)
            yield column

    def _column(self, done: dispatch.Finished, batches: Batches) -> dispatch.Finished:
        if not self.keep:
            return done
        rows, start = batches.rows(done.batch), batches.bounds(done.batch)[0]
        values = column_of(done.values, rows, start, self.known_alphabet, self.output)
        return replace(done, values=values)

    def _ask(self, batches: Batches, todo: list[int]) -> Iterator[dispatch.Finished]:
        output = ... if self.keep else self.output
        call = Call(self.model, batches.alphabet, output, self.retries, self.timeout)
        if self.executor is None:
            return dispatch.answer_here(call, batches, todo, self)
        return dispatch.answer_through(self.executor, call, batches, todo, self, self.in_flight)
