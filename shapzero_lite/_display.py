"""What objects show of themselves: aligned text for a terminal, small HTML for a notebook.

HTML takes its colours from the page, so that it reads in light and dark; a sign is always written,
colour only repeats it. Everything that comes from outside is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

_WIDTH = 96
# The two colours of shapzero_lite.plots, as tints under text of the page's own colour.
_UP, _DOWN = "1,115,178", "213,94,0"


def bar(share: float, width: int = 20) -> str:
    """Return a bar of text, ``width`` characters long for a share of 1.

    >>> bar(0.25, 8)
    '██      '
    """
    full = round(min(max(share, 0.0), 1.0) * width)
    return "█" * full + " " * (width - full)


def numbers(values: ArrayLike, digits: int = 3) -> Callable[[float], str]:
    """Return how to write signed numbers so that the largest of ``values`` has some digits.

    >>> write = numbers([12.3456, -0.5])
    >>> write(12.3456), write(-0.5), write(0)
    ('+12.3', '-0.5', '0.0')
    """
    sizes = np.abs(np.asarray(values, np.float64))
    largest = float(np.max(sizes, initial=0.0, where=np.isfinite(sizes)))
    if largest == 0:
        return lambda value: f"{value:g}"
    places = digits - 1 - int(np.floor(np.log10(largest)))
    if not -4 <= places <= 7:
        return lambda value: f"{value:+.2e}" if value else "0"

    def write(value: float) -> str:
        text = f"{value:+.{max(places, 0)}f}"
        return text[1:] if float(text) == 0 else text

    return write


def plain(values: ArrayLike, digits: int = 3) -> Callable[[float], str]:
    """Return how to write numbers as ``numbers`` does, without a sign where there is none.

    >>> write = plain([12.3456, -0.5])
    >>> write(12.3456), write(-0.5)
    ('12.3', '-0.5')
    """
    write = numbers(values, digits)
    return lambda value: write(value).removeprefix("+")


def shortened(text: str, width: int) -> str:
    """Return text of at most ``width`` characters, the middle left out.

    >>> shortened("ACGTACGTACGT", 7)
    'ACG…CGT'
    """
    half = (width - 1) // 2
    return text if len(text) <= width else f"{text[: width - 1 - half]}…{text[-half:]}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: Iterable[int] = ()) -> str:
    """Return aligned columns, to the right except those in ``left``.

    >>> print(table(["set", "value"], [["1 2", "+0.5"]], left=[0]))
    set  value
    1 2   +0.5
    """
    lines = [list(head), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = set(left)
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i in left else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def wrapped(lines: Iterable[str]) -> str:
    """Return lines of at most 96 characters; what goes on is set in by two."""
    long = textwrap.TextWrapper(_WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return "\n".join(long.fill(line) if len(line) > _WIDTH else line for line in lines)


def order_bars(shares: Iterable[float]) -> list[str]:
    """Return one line of text an order: its share of the variance and a bar of it."""
    return [
        f"  order {d}  {share:4.0%}  {bar(share)}".rstrip() for d, share in enumerate(shares, 1)
    ]


def order_bars_html(shares: Iterable[float]) -> str:
    """Return the shares of the variance as a table with bars, or nothing where there are none."""
    look = "display:inline-block;height:.7em;background:currentColor;opacity:.6"
    rows = []
    for d, share in enumerate(shares, 1):
        width = 120 * min(max(share, 0.0), 1.0)
        drawn = f'<span aria-hidden="true" style="{look};width:{width:.0f}px"></span>'
        rows.append((f"order {d}", f"{share:.0%}", drawn))
    return table_html(["variance of the sketch", "share", ""], rows, safe=[2]) if rows else ""


def table_html(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    left: Iterable[int] = (0,),
    safe: Iterable[int] = (),
) -> str:
    """Return an HTML table; the columns in ``safe`` are HTML already, all others are escaped."""
    left, safe = set(left), set(safe)

    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(
            f'<{tag} style="text-align:{"left" if i in left or i in safe else "right"}">'
            f"{cell if i in safe and tag == 'td' else escape(cell)}</{tag}>"
            for i, cell in enumerate(cells)
        ) + "</tr>"  # fmt: skip

    body = "".join(line(cells, "td") for cells in rows)
    return (
        f'<table style="width:auto"><thead>{line(head, "th")}</thead><tbody>{body}</tbody></table>'
    )


def card(title: str, lines: Iterable[str], *parts: str) -> str:
    """Return a titled block: ``title`` and ``lines`` are text, ``parts`` are HTML already."""
    said = "".join(f"<div>{escape(line)}</div>" for line in lines)
    return (
        f'<div style="max-width:60em"><strong>{escape(title)}</strong>{said}{"".join(parts)}</div>'
    )


def letters_html(letters: Sequence[str], values: Sequence[float], largest: float) -> str:
    """Return letters with their signed values under them, tinted by size.

    ``largest``: the size of the strongest tint. Blue is +, orange is -, and the sign is written.
    """
    write = numbers([largest], digits=2)
    cells = []
    for letter, value in zip(letters, values, strict=True):
        depth = 0.5 * min(1.0, abs(value) / largest) if largest > 0 else 0.0
        tint = f"rgba({_UP if value > 0 else _DOWN},{depth:.2f})"
        style = f' style="background:{tint}"' if depth >= 0.02 else ""
        cells.append(f"<ruby{style}>{escape(letter)}<rt>&thinsp;{write(value)}&thinsp;</rt></ruby>")
    style = "font-size:150%;line-height:2.2;ruby-position:under;font-family:monospace"
    return f'<div style="{style}">{" ".join(cells)}</div>'
