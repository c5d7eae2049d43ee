"""The tables of a report's page: pairs of letters, changes, designs, the highest, the first."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from shapzero_lite import _display
from shapzero_lite.report.changes import COMMON
from shapzero_lite.report.pairs import SHOWN, strongest, with_spread

if TYPE_CHECKING:  # the page is made of these
    from shapzero_lite.report.page import Page

_ROWS, _SEQUENCES = 15, 4


def pairs(page: Page) -> str:
    """Pairs of letters by the size of their mean value."""
    rows = strongest(page.pairs)[:SHOWN]
    write = _display.plain([row[1] for row in rows], 2)
    cells = [(row[0], with_spread(row, rows), f"{row[4]:,}", write(row[1])) for row in rows]
    often = min((row[4] for row in rows), default=0)
    which = (
        f", of pairs that at least {COMMON} sequences have" if often >= COMMON else
        "; hardly one stands in several of the sequences, so read them one by one"
    )  # fmt: skip
    head = ("letters", "mean value ± spread", "sequences", "mean size, any letters there")
    return (
        f"<p>What two letters do together beyond what each does alone "
        f"({page.shown.interactions.index}): the mean over the sequences that have both, and how "
        "much it differs between them (standard deviation; the sketch's own error is not in it). "
        f"Over {page.over}. The strongest{which}:</p>" + _display.table_html(head, cells)
    )


def changes(page: Page) -> str:
    """The best and worst single changes of one sequence, and the best double ones."""
    single, double = page.changes.single, page.changes.double
    write = _display.numbers([adds for _, adds in single])
    titled = {
        "best single changes": single[:_ROWS],
        "worst single changes": single[: -_ROWS - 1 : -1],
        "best double changes": double[:_ROWS],
    }
    tables = [
        _display.table_html((head, "adds"), [(name, write(adds)) for name, adds in found])
        for head, found in titled.items()
    ]
    name = page.request.subject[1]
    whose = name if name == "the wild type" else f"the first sequence, {escape(name)}"
    every = len(page.changes.places)
    rare = every - len(single)
    which = f", to letters that at least {COMMON} variants have" * bool(rare)
    return (
        f"<p>Of {whose}, by the sketch: what each change would add, a prediction{which}. Doubles "
        f"are searched among pairs of the best single changes. All {every:,} single changes are "
        "in single_changes.csv.</p>"
        f'<div style="display:flex;gap:2rem;flex-wrap:wrap">{"".join(tables)}</div>'
    )


def designs(page: Page) -> str:
    """The best single and double changes in order, with what is known of them."""
    found = page.designs
    write = _display.plain([*found.sketch[:_ROWS], *found.known[:_ROWS]])
    none = _unknown(page)
    rows = [
        (f"{place}", name, write(guess), none if np.isnan(known) else write(known))
        for place, (name, guess, known) in enumerate(
            zip(found.names[:_ROWS], found.sketch, found.known, strict=False), 1
        )
    ]
    asked = int(np.isfinite(found.known).sum())
    told = (
        f"{asked:,} of them were put to the model and stand first, by its answers"
        if asked and page.said == "model"
        else f"{asked:,} of them were measured and stand first, by their values"
        if asked
        else "none was measured"
        if page.said == "measured"
        else "the model was not asked about them: --check-designs 20 asks about 20"
    )
    table = page.request.measured
    above = 0 if table is None else int((found.sketch > table.values.max()).sum())
    if table is not None and above:
        told += (
            f"; of {above:,} the sketch says more than the highest that was measured, "
            f"{write(table.values.max())}: nothing like them was seen, so measure before you "
            "believe it"
        )
    head = ("rank", "changes", "sketch", page.said)
    return (
        f"<h3>The best designs</h3><p>Of these single changes and the best doubles; {told}. All "
        f"{len(found.names)} are in designs.csv.</p>" + _display.table_html(head, rows, left=(1,))
    )


def highest(page: Page) -> str:
    """The sequences of which the sketch says most, of all."""
    given, sums = page.request.sequences, page.sums
    written = given.of_records or page.request.wild is None  # the name of a mutant says it
    order = np.argsort(-sums, kind="stable")[:_ROWS]
    texts = page.shown.spectrum.alphabet.decode(given.codes[order])
    write = _display.plain([*sums[order], *page.answers[order]])
    none = _unknown(page)
    rows = []
    for row, text in zip(order, texts, strict=True):
        known = none if np.isnan(page.answers[row]) else write(page.answers[row])
        sequence = [_display.shortened(text, 60)] * written
        rows.append((given.named(row), *sequence, write(sums[row]), known))
    what = f"the highest of all {len(sums):,}" if len(sums) > 1 else "the sequence"
    head = (what, *["sequence"] * written, "sketch", page.said)
    return _display.table_html(head, rows, left=(0, 1) if written else (0,))


def _unknown(page: Page) -> str:
    return "not measured" if page.said == "measured" else "not asked"


def first_ones(page: Page) -> str:
    """The first few sequences, letter by letter."""
    some = page.shown[:_SEQUENCES]
    some = some[: some.in_html]
    answers = page.answers[page.request.sequences.spread(len(page.shown))][: len(some)]
    if not np.isnan(answers).any():
        some = replace(some, model_values=answers)
    rest = len(page.request.sequences) - len(some)
    more = f"<p>{rest:,} more are in explanations.csv.</p>" if rest else ""
    return f'<div class="letters">{some.html(page.said)}</div>{more}'
