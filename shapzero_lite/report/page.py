"""The report of an analysis: one HTML page with the reader's own results and nothing else.

It holds its figures, asks no server for anything and runs no script.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import numpy as np

from shapzero_lite import __version__, _display
from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation
from shapzero_lite.report.changes import Changes
from shapzero_lite.report.designs import Designs
from shapzero_lite.report.pairs import Pair
from shapzero_lite.report.request import Request
from shapzero_lite.report.verdict import Verdict

_ROWS, _SEQUENCES, _FEW = 15, 12, 5
_LOOK = """
:root { color-scheme: light dark; --line: #8884 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
figure { margin: 1rem 0 }
img { max-width: 100%; background: white; border-radius: .3rem }
table { border-collapse: collapse; margin: .5rem 0 1rem; display: block; overflow-x: auto }
td, th { padding: .15rem .8rem .15rem 0; border-bottom: 1px solid var(--line) }
.verdict { border-left: .4rem solid #0173b2; padding: .1rem 1rem; margin: 1rem 0 }
.letters { font-family: monospace }
"""
_FIGURES = {
    "change_map": "What every single change would add to {whose}, by the sketch: a column for "
    "each position, a row for each letter. Rings: the letters that it has. Grey: letters that the "
    "sketch knows nothing of.",
    "position_letter_map": "Mean Shapley value of every letter at every position, over the "
    "sequences shown. Grey: a letter that none of them has there. Rings: the wild type, if any.",
    "mean_attribution": "How much a position matters: mean size of its Shapley value.",
    "first_sequence": "The first sequence, {name}: what each of its letters adds to the average, "
    "or takes from it (hatched).",
    "strongest_pairs": "The pairs of positions that act together most, by mean size.",
    "pair_matrix": "All pairs of positions by mean size, with the sign of their mean; grey: none.",
    "variance_by_order": "How much of the sketch is in single letters, pairs, and more.",
    "sketch_against_model": "Your own sequences that the model was asked about: what it said, "
    "and what the sketch says. On the line they agree.",
}


@dataclass(frozen=True, eq=False)
class Page:
    """What the page shows: ``names`` (rows shown), ``answers`` (N,), NaN where not asked.

    ``changes``, ``designs``: of the wild type, or of the first sequence; ``pairs``:
    ``letter_pairs``.
    """

    request: Request
    verdict: Verdict
    shown: Explanation
    names: list[str]
    answers: Array
    changes: Changes
    designs: Designs
    pairs: list[Pair]

    def html(self, folder: Path) -> str:
        """Return the page; its figures are read from ``folder``, a missing one is left out."""
        order = min(self.shown.max_order, self.shown.spectrum.order)
        which = "change_map" if self.request.of_mutants else "position_letter_map"
        parts = [
            "<h1>What the letters do</h1>",
            f"<p>{'<br>'.join(map(escape, self.request.todo()))}</p>",
            "<h2>How far to believe it</h2>",
            self._verdict(),
            self._table(),
            "<h2>Which letters matter</h2>",
            self._strongest(),
            self._figures(folder, ("mean_attribution", which)),
        ]
        if order > 1:
            figures = self._figures(folder, ("strongest_pairs", "pair_matrix"))
            parts += ["<h2>Which letters act together</h2>", figures, self._pairs()]
        if order:
            change_map = "" if self.request.of_mutants else self._figures(folder, ("change_map",))
            parts += ["<h2>What a change would do</h2>", change_map,
                      self._changes(), self._designs()]  # fmt: skip
        parts += ["<h2>Sequence by sequence</h2>", self._figures(folder, ("first_sequence",)),
                  self._best(), self._sequences(),
                  "<h2>How it was checked</h2>",
                  self._figures(folder, ("sketch_against_model", "variance_by_order")),
                  "<h2>Files</h2>", self._files(folder)]  # fmt: skip
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width"><title>{escape(self.request.model_name or "table")}: '
            f"what the letters do</title><style>{_LOOK}</style></head><body>"
            + "\n".join(parts)
            + "</body></html>\n"
        )

    def _verdict(self) -> str:
        first, *others = self.verdict.text().splitlines()
        lines = "".join(f"<li>{escape(line)}</li>" for line in others)
        return f'<div class="verdict"><p><strong>{escape(first)}</strong></p><ul>{lines}</ul></div>'

    def _table(self) -> str:
        """What was read of a table of measurements, and what was not."""
        found = self.request.measured
        if found is None:
            return ""
        lines = "".join(f"<li>{escape(line)}</li>" for line in found.report_lines())
        return f"<h2>What was read</h2><ul>{lines}</ul>"

    def _strongest(self) -> str:
        """One sentence: the positions that matter most, and how much of the size they hold."""
        means = self.shown.mean_absolute()
        if not means.sum() > 0:
            return ""
        best = np.argsort(-means, kind="stable")[:_FEW]
        share = means[best].sum() / means.sum()
        numbers = ", ".join(self.shown.position_names[i].removeprefix("position ") for i in best)
        return (
            f"<p>The positions that matter most: {numbers}; these {len(best)} of {len(means)} hold "
            f"{share:.0%} of the mean size of all values.</p>"
        )

    def _figures(self, folder: Path, names: Iterable[str]) -> str:
        whose = self.request.subject[1]
        parts = []
        for name in names:
            files = [folder / f"{name}.{kind}" for kind in ("svg", "png")]
            if not files[0].exists():
                continue
            small = min(files, key=lambda path: path.stat().st_size)
            kind = "svg+xml" if small.suffix == ".svg" else "png"
            data = base64.b64encode(small.read_bytes()).decode("ascii")
            said = escape(_FIGURES[name].format(whose=whose, name=self.names[0]))
            parts.append(
                f'<figure><img alt="{said}" src="data:image/{kind};base64,{data}">'
                f"<figcaption>{said}</figcaption></figure>"
            )
        return "".join(parts)

    def _pairs(self) -> str:
        rows = sorted(self.pairs, key=lambda row: -abs(row[2]))[:_ROWS]
        write = _display.numbers([row[2] for row in rows])
        cells = [
            (name, write(mean), f"{spread:.2g}" if count > 1 else "", f"{count:,}", f"{size:.2g}")
            for name, size, mean, spread, count in rows
        ]
        head = ("letters", "mean value", "spread", "sequences", "mean size at these positions")
        return (
            f"<p>{self.shown.interactions.index} of two letters, mean over the sequences shown "
            "that have both: what they do together beyond what each does alone. The strongest:</p>"
            + _display.table_html(head, cells)
        )

    @property
    def said(self) -> str:
        """What is known beside the sketch: what the model says, or what was measured."""
        return "measured" if self.request.model is None else "model"

    def _changes(self) -> str:
        single, double = self.changes.single, self.changes.double
        write = _display.numbers([adds for _, adds in single])
        titled = {
            "best single changes": single[:_ROWS],
            "worst": single[: -_ROWS - 1 : -1],
            "best double changes": double[:_ROWS],
        }
        tables = [
            _display.table_html((head, "adds"), [(name, write(adds)) for name, adds in found])
            for head, found in titled.items()
        ]
        name = self.request.subject[1]
        whose = name if name == "the wild type" else f"the first sequence, {escape(name)}"
        return (
            f"<p>Of {whose}, by the sketch: predictions. Doubles are searched among pairs of the "
            "best single changes.</p>"
            f'<div style="display:flex;gap:2rem;flex-wrap:wrap">{"".join(tables)}</div>'
        )

    def _designs(self) -> str:
        """The best single and double changes in order, with what is known of them."""
        found = self.designs
        rows = [
            (f"{place}", name, f"{guess:.4g}", "not asked" if np.isnan(known) else f"{known:.4g}")
            for place, (name, guess, known) in enumerate(
                zip(found.names[:_ROWS], found.sketch, found.known, strict=False), 1
            )
        ]
        asked = int(np.isfinite(found.known).sum())
        told = (
            f"{asked:,} of them were put to the model and stand first, by its answers"
            if asked and self.said == "model"
            else f"{asked:,} of them were measured and stand first, by their values"
            if asked
            else "none was measured"
            if self.said == "measured"
            else "the model was not asked about them: --check-designs 20 asks about 20"
        )
        head = ("rank", "changes", "sketch", self.said)
        return (
            f"<h3>The best designs</h3><p>Of all single and the best double changes; {told}. All "
            f"{len(found.names)} are in designs.csv.</p>"
            + _display.table_html(head, rows, left=(1,))
        )

    def _best(self) -> str:
        given = self.request.sequences
        written = given.of_records or self.request.wild is None  # the name of a mutant says it
        sums = self.shown.base_value + self.shown.values.sum(axis=1)
        order = np.argsort(-sums, kind="stable")[:_ROWS]
        texts = self.shown.spectrum.alphabet.decode(self.shown.codes[order])
        rows = []
        for row, text in zip(order, texts, strict=True):
            answer = self.answers[given.spread(len(sums))[row]]
            asked = "not asked" if np.isnan(answer) else f"{answer:.4g}"
            sequence = [_display.shortened(text, 60)] * written
            rows.append((self.names[row], *sequence, f"{sums[row]:.4g}", asked))
        head = ("the highest of those shown", *["sequence"] * written, "sketch", self.said)
        return _display.table_html(head, rows, left=(0, 1) if written else (0,))

    def _sequences(self) -> str:
        given = self.request.sequences
        answers = self.answers[given.spread(len(self.shown))]
        some = self.shown[:_SEQUENCES]
        if not np.isnan(answers[: len(some)]).any():
            some = replace(some, model_values=answers[: len(some)])
        return f'<div class="letters">{some._repr_html_()}</div>'

    def _files(self, folder: Path) -> str:
        names = sorted(path.name for path in folder.iterdir())
        items = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in names)
        return f"<ul>{items}</ul><p>shapzero-lite {__version__}, seed {self.request.seed}</p>"
