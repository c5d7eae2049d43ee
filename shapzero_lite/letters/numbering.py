"""The numbers of positions: one after another from a first one, or as they are listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from shapzero_lite._checks import whole

_RANGE = re.compile(r"\s*(-?\d+)(?:\s*-\s*(-?\d+))?\s*")
# So many numbers of a list are shown.
_SHOWN = 8


def position_numbers(first: Any, n: int) -> tuple[int, ...]:
    """Return the numbers of n positions: from a whole number ``first`` on, or a list of all n.

    A list is for positions that are no neighbours; its numbers increase. Raises ``TypeError``
    for what is neither, ``ValueError`` for a list of another length or not in order.

    >>> position_numbers(37, 3), position_numbers([39, 40, 41, 54], 4)
    ((37, 38, 39), (39, 40, 41, 54))
    """
    if isinstance(first, str | bytes) or not isinstance(first, Iterable):
        start = whole(first, "first", None, why=", of the first position")
        return tuple(range(start, start + n))
    given = tuple(whole(number, "a number in first", None) for number in first)
    if len(given) != n:
        msg = f"first lists {len(given)} numbers of positions, and a sequence has {n}"
        raise ValueError(f"{msg}: {said_numbers(given)}")
    if any(a >= b for a, b in pairwise(given)):
        raise ValueError(f"first lists numbers that do not increase: {said_numbers(given)}")
    return given


def read_numbers(text: str) -> tuple[int, ...]:
    """Return the numbers of a text such as "39-41,54"; ``ValueError`` names the part that is none.

    >>> read_numbers("39-41, 54")
    (39, 40, 41, 54)
    """
    found: list[int] = []
    for part in text.split(","):
        ends = _RANGE.fullmatch(part)
        if ends is None or int(ends[1]) > int(ends[2] or ends[1]):
            raise ValueError(f"{part.strip()!r} is no position, nor a range as 40-44")
        found += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
    return tuple(found)


def written_numbers(numbers: tuple[int, ...]) -> str:
    """Return numbers as one may give them: the first where they follow one another, else all."""
    return str(numbers[0]) if are_neighbours(numbers) else ",".join(map(str, numbers))


def said_numbers(numbers: tuple[int, ...]) -> str:
    """Return numbers in words.

    >>> said_numbers((7, 8, 9)), said_numbers((39, 41))
    ('7 to 9', '39, 41')
    """
    if len(numbers) > 1 and are_neighbours(numbers):
        return f"{numbers[0]} to {numbers[-1]}"
    rest = ", …" if len(numbers) > _SHOWN else ""
    return ", ".join(map(str, numbers[:_SHOWN])) + rest


def are_neighbours(numbers: tuple[int, ...]) -> bool:
    """Return whether numbers follow one another without a gap."""
    return bool((np.diff(numbers) == 1).all())
