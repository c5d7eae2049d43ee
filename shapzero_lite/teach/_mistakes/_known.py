"""The list of known wrong answers, and how one is added to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["MISTAKES", "mistake", "turn", "typed"]

Wrong = Callable[..., Any]
MISTAKES: dict[str, list[tuple[Wrong, str]]] = {}


def mistake(number: str, words: str) -> Callable[[Wrong], Wrong]:
    """Register a wrong answer to an exercise, and how the sentence "it looks as if" goes on."""

    def register(wrong: Wrong) -> Wrong:
        MISTAKES.setdefault(number, []).append((wrong, words))
        return wrong

    return register


def typed(number: str, wrong: list[tuple[Any, str]]) -> None:
    """Register wrong answers to an exercise by hand: what was typed, whatever the question."""
    for value, words in wrong:
        mistake(number, words)(lambda *_, value=value: value)


def turn(q: int, hours: Any) -> Any:
    """Return the waves that so many hours of a clock with q hours give."""
    return np.exp(2j * np.pi / q * np.asarray(hours))
