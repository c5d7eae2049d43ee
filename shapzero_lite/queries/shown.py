"""What ``Queries`` say of themselves: what is asked, how, and what it cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shapzero_lite.queries._model import name_of
from shapzero_lite.queries.batches import MOST_AT_ONCE
from shapzero_lite.queries.dispatch import workers_of

if TYPE_CHECKING:
    from shapzero_lite.queries._queries import Queries


def text(asked: Queries) -> str:
    """Return three lines: the model, how it is asked, what it cost."""
    letters = "letters" if asked.alphabet is None else "".join(asked.alphabet.letters)
    again = f" ({asked.retried:,} calls made again)" if asked.retried else ""
    return (
        f"{name_of(asked.model)}: {asked.n or 'any number of'} positions of {letters}\n"
        f"how: {', '.join(_how(asked))}\n"
        f"cost: {asked.evaluations:,} evaluations, {asked.kept:,} of them from the store; "
        f"{asked.asked:,} asked here{again} in {asked.seconds:.2g} s; noise "
        f"{'not measured' if asked.noise is None else f'{asked.noise:.2g}'}"
    )


def _how(asked: Queries) -> list[str]:
    how = [f"at most {asked.batch_size or MOST_AT_ONCE:,} at a time"]
    if asked.output is not None:
        how.insert(0, f"output {asked.output}")
    if asked.executor is not None:
        pool = type(asked.executor).__name__
        how.append(f"{workers_of(asked.executor)} workers ({pool})")
    if asked.store is not None:
        how.append(f"kept in {Path(asked.store).name!r}")
    if asked.retries:
        how.append(f"up to {asked.retries:,} tries more")
    if asked.timeout is not None:
        how.append(f"at most {asked.timeout:g} s a batch")
    return how
