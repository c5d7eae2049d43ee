"""Asking a model about many sequences: in batches, in parallel, kept on disk when wanted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.queries.batches import CodesOf, QueryPlan
from shapzero_lite.queries.dispatch import Answered, answer_here, answer_through
from shapzero_lite.queries.probes import PROBE_COST, PROBES, Probe, probe_codes
from shapzero_lite.queries.replies import Model, ModelError
from shapzero_lite.queries.store import QueryStore, StoreError

__all__ = [
    "PROBES",
    "PROBE_COST",
    "Answers",
    "Model",
    "ModelError",
    "StoreError",
    "ask",
    "collect",
    "probe",
]


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers ``values`` (N,) float64, and what they cost.

    ``evaluations``: sequences put to the model in this call, probes included;
    ``evaluations_ever``: in all calls that filled this plan in the store, those lost in a kill
    included; ``n_kept``: answers that came from the store; ``noise``: standard deviation of the
    answer to one and the same sequence, in the model's units, None when it was not measured
    (without a store); ``model_seconds``: time inside the model, summed over workers.
    """

    values: NDArray[np.float64]
    evaluations: int
    evaluations_ever: int
    n_kept: int
    noise: float | None
    model_seconds: float


def ask(
    model: Model,
    codes: Codes | CodesOf,
    alphabet: Alphabet,
    *,
    batch_size: int = 8192,
    output: int | None = None,
    progress: bool = False,
    executor: Executor | None = None,
    store: str | os.PathLike[str] | None = None,
    plan: Any = None,
    total: int | None = None,
    seen: Probe | None = None,
) -> NDArray[np.float64]:
    """Return the model's answers (N,) float64 to the sequences ``codes`` (N, n).

    The options are those of ``collect``, which also returns what the answers cost. An answer of
    shape (N, 1) counts as (N,); of several columns ``output`` chooses one (counted from 0). Raises
    ``ModelError`` (a ``ValueError``) when the model raises, returns another shape, complex
    numbers, text, NaN or infinity: it names the first sequence that is concerned.

    >>> from shapzero_lite import DNA
    >>> ask(lambda codes: codes.sum(axis=1), DNA.encode(["AC", "GT"]), DNA).tolist()
    [1.0, 5.0]
    """
    return collect(
        model,
        codes,
        alphabet,
        batch_size=batch_size,
        output=output,
        progress=progress,
        executor=executor,
        store=store,
        plan=plan,
        total=total,
        seen=seen,
    ).values


def collect(
    model: Model,
    codes: Codes | CodesOf,
    alphabet: Alphabet,
    *,
    batch_size: int = 8192,
    output: int | None = None,
    progress: bool = False,
    executor: Executor | None = None,
    store: str | os.PathLike[str] | None = None,
    plan: Any = None,
    total: int | None = None,
    in_flight: int | None = None,
    seen: Probe | None = None,
) -> Answers:
    """Return ``Answers``: the model's answers to ``codes``, and what they cost.

    ``codes``: an array (N, n), or a function ``codes_of(start, stop)`` that makes these rows when
    they are needed, with ``total`` = N. The model is called with at most ``batch_size`` rows at a
    time, always cut at the same places. ``executor``: a ``concurrent.futures.Executor`` (threads,
    processes, Dask's ``client.get_executor()``) that runs batches side by side, at most
    ``in_flight`` groups of them at once (default: twice its workers). ``store``: a folder where
    every finished batch is kept (with an executor, when its group is back: groups take about half
    a second); the same call after a kill asks only what is missing. It costs ``PROBE_COST`` = 32
    evaluations a call: 16 probe sequences asked twice, to refuse another model in the same folder
    and to measure the model's noise; ``seen``, what ``probe`` returned before, saves them.
    ``plan``: text that keeps apart in the store what the sequences alone would not (a seed, a
    version).

    Raises ``ModelError`` at the first batch, in the order of the sequences, whose answers cannot
    be used; finished batches stay in the store. ``StoreError`` for another model's store.

    >>> from shapzero_lite import DNA
    >>> made = collect(lambda x: x.sum(axis=1), lambda a, b: DNA.random(b - a, 5, a), DNA, total=9)
    >>> made.values.shape, made.evaluations, made.noise
    ((9,), 9, None)
    """
    _check_callable(model, executor)
    if in_flight is not None and in_flight < 1:
        msg = f"in_flight is the number of groups under way at once, at least 1; got {in_flight}"
        raise ValueError(msg)
    todo_plan = QueryPlan(codes, alphabet, batch_size, output=output, total=total, label=plan)
    values = np.empty(todo_plan.total)
    finished = np.zeros(todo_plan.n_batches, bool)
    spent, noise, seconds, kept = 0, None, 0.0, None

    def begin(count: int) -> None:
        nonlocal spent
        spent += count
        if kept is not None:
            kept.begin(count)

    with ExitStack() as stack:
        if store is not None and todo_plan.total:
            kept = stack.enter_context(QueryStore(store, todo_plan))
            if seen is None:
                begin(PROBE_COST)
                seen = probe(model, todo_plan.n, alphabet, output=output, executor=executor)
            kept.check_model(seen)
            noise, values, finished = seen.noise, kept.values, kept.finished
        todo = np.flatnonzero(~finished).tolist()
        n_kept = todo_plan.total - _rows(todo_plan, todo)
        bar = stack.enter_context(
            tqdm(
                total=todo_plan.total,
                initial=n_kept,
                unit=" seq",
                unit_scale=todo_plan.total > 10**5,
                desc="asking",
                disable=not progress,
            )
        )
        try:
            for done in _answered(executor, model, todo_plan, todo, begin, in_flight):
                start, stop = todo_plan.bounds(done.batch)
                values[start:stop] = done.values
                finished[done.batch] = True
                seconds += done.seconds
                if kept is not None:
                    kept.keep(done.batch, done.values)
                bar.update(stop - start)
        except ModelError as error:
            if kept is not None:
                n_good = _rows(todo_plan, np.flatnonzero(finished).tolist())
                error.add_note(f"{n_good:,} of {todo_plan.total:,} answers are kept in the store")
            raise
        ever = spent if kept is None else kept.evaluations
    return Answers(values, spent, ever, n_kept, noise, seconds)


def probe(
    model: Model,
    n: int,
    alphabet: Alphabet,
    *,
    output: int | None = None,
    executor: Executor | None = None,
) -> Probe:
    """Ask a model 16 fixed sequences of length n twice (32 evaluations): answers and noise.

    >>> from shapzero_lite import DNA
    >>> float(probe(lambda x: x.sum(axis=1), 8, DNA).noise)
    0.0
    """
    _check_callable(model, executor)
    codes = probe_codes(alphabet, n)
    # Two plans, not one of 32 rows: a model that draws its noise once a call shows it too.
    plan = QueryPlan(codes, alphabet, PROBES, output=output)
    rounds = []
    for _ in range(2):
        try:
            (one,) = _answered(executor, model, plan, [0], lambda count: None, None)
        except ModelError as error:
            error.add_note("the numbers are those of the probe sequences, not of your design")
            raise
        rounds.append(one.values)
    return Probe(np.stack(rounds))


def _answered(
    executor: Executor | None,
    model: Model,
    plan: QueryPlan,
    todo: list[int],
    begin: Callable[[int], None],
    in_flight: int | None,
) -> Iterator[Answered]:
    if executor is None:
        return answer_here(model, plan, todo, begin)
    return answer_through(executor, model, plan, todo, begin, in_flight)


def _rows(plan: QueryPlan, batches: list[int]) -> int:
    return sum(stop - start for start, stop in map(plan.bounds, batches))


def _check_callable(model: Any, executor: Any) -> None:
    if not callable(model):
        msg = f"a model is a callable from codes (N, n) to N numbers, not {type(model).__name__}"
        raise TypeError(msg)
    if executor is not None and (isinstance(executor, type) or not hasattr(executor, "submit")):
        msg = (
            "executor is a concurrent.futures.Executor: ThreadPoolExecutor(), "
            f"ProcessPoolExecutor(), Dask's client.get_executor(); not {executor!r:.80}"
        )
        raise TypeError(msg)
