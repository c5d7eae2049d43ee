"""An explanation as text, and as the HTML that a notebook shows: a few sequences, their letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import _display
from shapzero_lite.explaining.backgrounds import said

if TYPE_CHECKING:
    from shapzero_lite.explaining.explanation import Explanation

# How much is shown: rows, letters of a row, positions of one sequence.
_ROWS, _LETTERS, _POSITIONS = 10, 40, 40
# Letters with values in the HTML, which stays below 20 KiB.
_CELLS = 120

Table = tuple[list[str], list[list[str]]]  # head and rows


def text(e: Explanation) -> str:
    """Return a title and a table: of one sequence its positions, of several their strongest."""
    head, rows = _one_sequence(e) if len(e) == 1 else _sequences(e)
    return "\n".join([_title(e), _display.table(head, rows, left=[1, len(head) - 1]), *_left(e)])


def html(e: Explanation, known: str) -> str:
    """Return letters with their values; ``known``: what ``model_values`` are called."""
    n, parts = e.values.shape[1], []
    for row in range(in_html(e)):
        strongest = _strongest(e, row, _CELLS)
        whole = len(strongest) == n
        letters = [_letter(e, row, i) if whole else e.letters(row)[i] for i in strongest]
        largest = float(np.abs(e.values[row]).max())
        cells = _display.letters_html(letters, e.values[row, strongest], largest)
        some = "" if whole else f", the {len(strongest)} strongest of {n} positions"
        parts.append(_display.card(f"{e.name(row)}{some}", [_outcome(e, row, known)], cells))
    if len(parts) < len(e):
        parts.append(f"<div>… and {len(e) - len(parts):,} sequences more</div>")
    legend = "under each letter its Shapley value: + on blue, - on orange"
    return _display.card(_title(e), [legend], *parts)


def in_html(e: Explanation) -> int:
    """Return how many of the sequences ``html`` shows."""
    return min(len(e), _ROWS, max(1, _CELLS // e.values.shape[1]))


def _title(e: Explanation) -> str:
    sequences = "1 sequence" if len(e) == 1 else f"{len(e):,} sequences"
    return (
        f"Explanation of {sequences}, n = {e.values.shape[1]}, against "
        f"{said(e.background, e.spectrum)}: base value {e.base_value:.4g}"
    )


def _outcome(e: Explanation, row: int, known: str) -> str:
    total = e.base_value + e.values[row].sum()
    if e.model_values is None:
        return f"base value and values add up to {total:.4g}"
    return f"{known} {e.model_values[row]:.4g}, base value and values {total:.4g}"


def _letter(e: Explanation, row: int, i: int) -> str:
    return e.spectrum.alphabet.letters[e.codes[row, i]]


def _strongest(e: Explanation, row: int, most: int) -> NDArray[np.int64]:
    """The strongest positions of a sequence, at most ``most``, in order."""
    return np.sort(np.argsort(-np.abs(e.values[row]), kind="stable")[:most])


def _sequences(e: Explanation) -> Table:
    few = e[:_ROWS]
    sums = few.base_value + few.values.sum(axis=1)
    columns = [sums] if few.model_values is None else [few.model_values, sums]
    write, write_sum = _display.numbers(few.values), _display.numbers(columns)
    rows = []
    for row, sequence in enumerate(few.sequences):
        ranked = np.argsort(-np.abs(few.values[row]), kind="stable")[:3]
        letters = e.letters(row)
        strongest = [f"{letters[i]} {write(e.values[row, i])}" for i in ranked]
        totals = [write_sum(column[row]) for column in columns]
        number = str(row + 1) if e.names is None else e.names[row]
        shortened = _display.shortened(sequence, _LETTERS)
        rows.append([number, shortened, *totals, ", ".join(strongest)])
    first = "number" if e.names is None else "name"
    return [first, "sequence", *["model", "sum"][-len(columns) :], "strongest letters"], rows


def _one_sequence(e: Explanation) -> Table:
    values, errors = e.values[0], e.standard_error
    write = _display.numbers(values)
    largest = float(np.abs(values).max()) or 1.0
    rows = [
        [e.position_numbers[i], _letter(e, 0, i), write(values[i])]
        + ([f"{errors[0, i]:.2g}"] if errors is not None else [])
        + [_display.bar(abs(values[i]) / largest, 12)]
        for i in _strongest(e, 0, _POSITIONS)
    ]
    return ["position", "letter", "value", *(["± error"] * (errors is not None)), ""], rows


def _left(e: Explanation) -> list[str]:
    """What the table leaves out."""
    if len(e) > _ROWS:
        return [f"… and {len(e) - _ROWS:,} sequences more"]
    left = e.values.shape[1] - _POSITIONS
    if len(e) != 1 or left <= 0:
        return []
    smaller = np.sort(np.abs(e.values[0]))[left - 1]
    return [f"… and {left:,} positions more, none above {smaller:.2g} in size"]
