"""Bars of progress: one for a call, or one for all calls inside a ``with``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm.auto import tqdm


class Progress:
    """Makes bars; while one is open for several calls, each of them moves it on."""

    def __init__(self) -> None:
        self._shared: Any = None

    @contextmanager
    def of_call(self, total: int, what: str, n_kept: int, shown: bool) -> Iterator[Any]:
        """Give the bar of a call of which ``n_kept`` sequences are answered already."""
        if self._shared is None:
            with _bar(total, what, shown, n_kept) as bar:
                yield bar
        else:
            self._shared.update(n_kept)
            yield self._shared

    @contextmanager
    def of_several(self, total: int, what: str, shown: bool) -> Iterator[None]:
        """Have one bar for all calls inside the ``with``."""
        with _bar(total, what, shown) as bar:
            self._shared = bar
            try:
                yield
            finally:
                self._shared = None


def _bar(total: int, what: str, shown: bool, initial: int = 0) -> Any:
    how = {"unit": " seq", "unit_scale": total > 10**5, "disable": not shown}
    return tqdm(total=total, initial=initial, desc=what, **how)
