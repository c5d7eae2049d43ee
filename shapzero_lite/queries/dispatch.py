"""Batches on their way to a model: here, or in the workers of an executor.

Any ``concurrent.futures.Executor`` does: threads, processes, Dask's ``client.get_executor()``. With
Dask the same line runs on one machine or on many, by the cluster that the client was given:
``distributed.LocalCluster`` here, ``dask_jobqueue.SLURMCluster`` under SLURM,
``dask_kubernetes.operator.KubeCluster`` in Kubernetes, ``dask_cloudprovider`` in a cloud.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import whole
from shapzero_lite.letters import Codes
from shapzero_lite.queries.answers import ModelError
from shapzero_lite.queries.batches import MOST_AT_ONCE, Batches
from shapzero_lite.queries.call import Call

# What a group of batches should take: long against the milliseconds that sending it costs, short
# against the patience of somebody who looks at the progress bar.
_GROUP_SECONDS = 0.5
_GROUP_BYTES = 4 * 2**20
# Batches for each worker at least, where their size is left to us: a slow one holds up nobody.
_EACH_WORKER = 4
_serial = itertools.count()


@dataclass(frozen=True, eq=False)
class Group:
    """What comes back from a worker: answers of the first batches, and what stopped the rest.

    ``again``: sequences of every batch that was asked once more.
    """

    values: list[NDArray[np.float64]]
    seconds: float
    error: str | None = None
    trace: str | None = None
    again: tuple[int, ...] = ()


class Counted(Protocol):
    """Who is told, beforehand, how many sequences are put to a model."""

    def begin(self, count: int) -> None:
        """For the first time."""

    def once_more(self, count: int) -> None:
        """Once more, after a failure."""


@dataclass(frozen=True, eq=False)
class Finished:
    """One finished batch: its number, its answers (rows,), seconds inside the model."""

    batch: int
    values: NDArray[np.float64]
    seconds: float


def answer_group(call: Call, pieces: list[tuple[int, Codes]], serial: str) -> Group:
    """Ask a model about some batches, each given with its first row; runs in a worker.

    ``serial`` differs from call to call: Dask takes equal calls for one and would answer the
    second from memory, and a model that is not deterministic would look as if it were.
    """
    _one_thread_in_a_worker()
    values: list[NDArray[np.float64]] = []
    again: list[int] = []
    begun = time.perf_counter()
    for start, codes in pieces:
        try:
            values.append(call.answers(codes, start, again.append))
        except ModelError as error:
            # As text: not every exception survives the way to another process.
            trace = "".join(traceback.format_exception(error.__cause__ or error))
            seconds = time.perf_counter() - begun
            return Group(values, seconds, str(error), trace, tuple(again))
    return Group(values, time.perf_counter() - begun, again=tuple(again))


def _one_thread_in_a_worker() -> None:
    """Let torch compute in one thread in a worker process: the workers are what runs side by side.

    It has to in a process forked after torch's threads were used: they do not exist there, and
    torch would wait for them for ever.
    """
    torch = sys.modules.get("torch")
    if torch is not None and multiprocessing.parent_process() is not None:
        torch.set_num_threads(1)


def answer_here(
    call: Call, batches: Batches, todo: list[int], count: Counted
) -> Iterator[Finished]:
    """Ask one batch after the other in this thread."""
    for batch in todo:
        start, stop = batches.bounds(batch)
        rows = batches.rows(batch)
        count.begin(stop - start)
        begun = time.perf_counter()
        values = call.answers(rows, start, count.once_more)
        yield Finished(batch, values, time.perf_counter() - begun)


def answer_through(
    executor: Executor,
    call: Call,
    batches: Batches,
    todo: list[int],
    count: Counted,
    in_flight: int | None = None,
) -> Iterator[Finished]:
    """Ask through an executor; batches are yielded as they come back.

    At most ``in_flight`` groups are under way (twice the workers when None), so memory does not
    grow with the number of batches. When a batch fails, no more are sent, those before it are
    waited for and yielded, and then the first failure in the order of the sequences is raised.
    """
    limit = in_flight or 2 * workers_of(executor)
    pending: dict[Future[Group], list[int]] = {}
    failed: tuple[int, ModelError] | None = None
    size, place = 1, 0
    try:
        while True:
            while failed is None and place < len(todo) and len(pending) < limit:
                # towards the end smaller groups, so that all workers finish together
                group = todo[place : place + max(1, min(size, (len(todo) - place) // limit))]
                place += len(group)
                count.begin(batches.count(group))
                pending[_submit(executor, call, batches, group)] = group
            if failed is not None and not any(g[0] < failed[0] for g in pending.values()):
                raise failed[1]
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                group = pending.pop(future)
                came, error = _result(future, batches, group)
                for rows in came.again:
                    count.once_more(rows)
                each = came.seconds / max(1, len(came.values))
                for batch, values in zip(group, came.values, strict=False):
                    yield Finished(batch, values, each)
                if error is None:
                    size = _group_size(each, batches)
                elif failed is None or group[0] < failed[0]:
                    failed = group[0], error
    finally:
        for future in pending:
            future.cancel()


def check_executor(executor: Any, in_flight: int | None) -> None:
    """Raise ``TypeError`` for what is no executor, such as a number of workers."""
    if in_flight is not None:
        whole(in_flight, "in_flight", why=", the groups under way at once")
    if executor is not None and (isinstance(executor, type) or not hasattr(executor, "submit")):
        raise TypeError(
            "executor is a concurrent.futures.Executor: ThreadPoolExecutor(), "
            f"ProcessPoolExecutor(), Dask's client.get_executor(); not {executor!r:.80}"
        )


def fair_batch_size(total: int, executor: Executor | None) -> int:
    """Return the size of batches where it is left to us: every worker gets some.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> fair_batch_size(10_000, None), fair_batch_size(10_000, ThreadPoolExecutor(8))
    (8192, 313)
    """
    if executor is None:
        return MOST_AT_ONCE
    return min(MOST_AT_ONCE, -(-total // (_EACH_WORKER * workers_of(executor))))


def workers_of(executor: Executor) -> int:
    """Return how many workers an executor has, the processors of this machine if it hides it.

    >>> from concurrent.futures import ThreadPoolExecutor
    >>> workers_of(ThreadPoolExecutor(3))
    3
    """
    count = getattr(executor, "_max_workers", None)
    ncores = getattr(getattr(executor, "_client", None), "ncores", None)  # Dask
    if count is None and ncores is not None:
        count = sum(ncores().values())
    return int(count or os.cpu_count() or 1)


def _group_size(seconds_a_batch: float, batches: Batches) -> int:
    fits = _GROUP_BYTES // (batches.batch_size * max(batches.n, 8))
    return int(max(1, min(_GROUP_SECONDS / max(seconds_a_batch, 1e-6), fits)))


def _submit(executor: Executor, call: Call, batches: Batches, group: list[int]) -> Future[Group]:
    pieces = [(batches.bounds(b)[0], batches.rows(b)) for b in group]
    serial = f"{os.getpid()}-{time.time_ns()}-{next(_serial)}"
    try:
        return executor.submit(answer_group, call, pieces, serial)
    except Exception as error:
        raise _lost(error, batches, group) from error


def _result(
    future: Future[Group], batches: Batches, group: list[int]
) -> tuple[Group, ModelError | None]:
    try:
        came = future.result()
    except Exception as cause:  # noqa: BLE001 - kept as the cause of the ModelError
        error = _lost(cause, batches, group)
        error.__cause__ = cause
        return Group([], 0.0), error
    if came.error is None:
        return came, None
    error = ModelError(came.error)
    error.__cause__ = RuntimeError(f"in a worker:\n{came.trace}")
    return came, error


def _lost(error: Exception, batches: Batches, group: list[int]) -> ModelError:
    # The model's own exceptions come back as text in the Group: this one happened on the way there
    # or back. A worker died, or the model cannot be sent.
    name = type(error).__name__
    first, last = batches.bounds(group[0])[0] + 1, batches.bounds(group[-1])[1]
    msg = f"sequences {first} to {last} could not be asked through the executor ({name}: {error})"
    if "Broken" in name or "Killed" in name:
        msg += (
            "; a worker died: too little memory, or a script that starts a process pool outside "
            "`if __name__ == '__main__':`"
        )
    elif "ickl" in f"{name}{error}" or "local object" in str(error):  # "Can't get …" since 3.13
        msg += (
            "; a model for other processes is a function or class of an importable module, not a "
            "lambda or a function inside a function: or use a thread pool"
        )
    return ModelError(msg)
