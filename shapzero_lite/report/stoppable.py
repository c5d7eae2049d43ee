"""A model that can be stopped between two batches, and a next run that goes on from there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING, Any

from shapzero_lite.letters import Codes
from shapzero_lite.queries import Model

if TYPE_CHECKING:
    from shapzero_lite.report.request import Request


class Stoppable:
    """Asks a model, keeps its replies, and gives them again when the same run is repeated.

    ``count`` is called after each batch with the number of sequences asked so far. A run that is
    repeated asks the same batches, and some of them twice, where it measures noise: so the replies
    to a batch stand in a queue, and beyond its end the model is asked.
    """

    def __init__(self, count: Callable[[int], None]) -> None:
        self.count = count
        self._stopped = Event()
        self.forget()

    @property
    def n_kept(self) -> int:
        """Sequences whose answers are kept."""
        return sum(rows * len(replies) for (rows, _), replies in self._kept.items())

    def forget(self) -> None:
        """Keep nothing: the next run asks everything."""
        self._whose: tuple | None = None
        self._kept: dict[tuple[int, bytes], list[Any]] = defaultdict(list)

    def stop(self) -> None:
        """Let the run end before its next batch, by a ``KeyboardInterrupt``."""
        self._stopped.set()

    def asking(self, model: Model, request: Request) -> Model:
        """Return what one run of a request asks in place of its ``model``."""
        whose = (request.model_name, request.takes, request.alphabet)
        if whose != self._whose:
            self.forget()
            self._whose = whose
        self._stopped.clear()
        used: dict[tuple[int, bytes], int] = defaultdict(int)
        asked = 0

        def ask(codes: Codes) -> Any:
            nonlocal asked
            batch = (len(codes), codes.tobytes())
            if used[batch] == len(self._kept[batch]):
                if self._stopped.is_set():
                    raise KeyboardInterrupt
                self._kept[batch].append(model(codes))
            answer = self._kept[batch][used[batch]]
            used[batch] += 1
            asked += len(codes)
            self.count(asked)
            return answer

        return ask
