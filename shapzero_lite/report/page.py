"""The report of an analysis: one HTML page with the reader's own results and nothing else.

It begins with the answer (``answer``), holds its figures, asks no server for anything and runs no
script.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np

from shapzero_lite import __version__
from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation
from shapzero_lite.report import captions, page_tables
from shapzero_lite.report.answer import answer
from shapzero_lite.report.changes import Changes
from shapzero_lite.report.designs import Designs
from shapzero_lite.report.pairs import Pair
from shapzero_lite.report.request import Request
from shapzero_lite.report.verdict import Verdict

_FEW, _ENOUGH = 5, 0.9  # positions named as those that matter most, and the share that will do
_LOOK = """
:root { color-scheme: light dark; --line: #8884 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
figure { margin: 1rem 0 }
img { max-width: 100%; background: white; border-radius: .3rem }
table { border-collapse: collapse; margin: .5rem 0 1rem; display: block; overflow-x: auto }
td, th { padding: .15rem .8rem .15rem 0; border-bottom: 1px solid var(--line) }
.verdict { border-left: .4rem solid #0173b2; padding: .1rem 1rem; margin: 1rem 0 }
.answer dt { font-weight: bold; float: left; clear: left; width: 6.5rem }
.answer dd { margin: 0 0 .5rem 6.5rem }
h1, dd { overflow-wrap: anywhere }
.words { font-size: 90%; opacity: .85 }
.letters { font-family: monospace }
.letters strong { display: block; margin-top: .8rem }
@media print { figure, tr { break-inside: avoid } h2, h3 { break-after: avoid } }
"""


@dataclass(frozen=True, eq=False)
class Page:
    """What the page shows: ``names`` (rows shown), ``answers`` (N,), NaN where not asked.

    ``changes``, ``designs``: of the wild type, or of the first sequence; ``pairs``:
    ``letter_pairs``; ``sums`` (N,): what the sketch says of each sequence; ``checked``: what is
    known and what the sketch says of rows outside the fit, where no own sequence was asked.
    """

    request: Request
    verdict: Verdict
    shown: Explanation
    names: list[str]
    answers: Array
    changes: Changes
    designs: Designs
    pairs: list[Pair]
    sums: Array
    checked: tuple[Array, Array] | None = None

    def html(self, folder: Path) -> str:
        """Return the page; its figures are read from ``folder``, a missing one is left out."""
        order = min(self.shown.max_order, self.shown.spectrum.order)
        which = "change_map" if self.request.of_mutants else "position_letter_map"
        parts = [
            f"<h1>What the letters do: {escape(self._title)}</h1>",
            self._answer(),
            "<h2>How far to believe it</h2>",
            self._verdict(),
            f'<p class="words">{escape(captions.WORDS.format(answers=self._source))}</p>',
            "<h2>Which letters matter</h2>",
            self._strongest(),
            self._figures(folder, ("mean_attribution", which)),
        ]
        if order > 1:
            figures = self._figures(folder, ("strongest_pairs", "pair_matrix"))
            parts += ["<h2>Which letters act together</h2>", figures, page_tables.pairs(self)]
        if order:
            change_map = "" if self.request.of_mutants else self._figures(folder, ("change_map",))
            parts += ["<h2>What a change would do</h2>", change_map,
                      page_tables.changes(self), page_tables.designs(self)]  # fmt: skip
        asked = "".join(f"<li>{escape(line)}</li>" for line in self._asked())
        parts += ["<h2>Sequence by sequence</h2>", self._figures(folder, ("first_sequence",)),
                  page_tables.highest(self), page_tables.first_ones(self),
                  "<h2>How it was checked</h2>",
                  self._figures(folder, ("sketch_against_model", "variance_by_order")),
                  "<h2>What was asked, spent and kept</h2>", f"<ul>{asked}</ul>",
                  self._files(folder)]  # fmt: skip
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width"><title>{escape(self._title)}: '
            f"what the letters do</title><style>{_LOOK}</style></head><body>"
            + "\n".join(parts)
            + "</body></html>\n"
        )

    def _verdict(self) -> str:
        first, *others = self.verdict.text().splitlines()
        lines = "".join(f"<li>{escape(line)}</li>" for line in others)
        return f'<div class="verdict"><p><strong>{escape(first)}</strong></p><ul>{lines}</ul></div>'

    def _answer(self) -> str:
        """The first screen: asked, to be believed, letters."""
        found = answer(
            self.request,
            self.verdict,
            self.shown,
            self.answers,
            self.changes,
            self.pairs,
            self.checked,
        )
        heads = ("Asked", "Believe it?", "Letters")
        rows = "".join(
            f"<dt>{head}</dt><dd>{escape(text)}</dd>"
            for head, text in zip(heads, found, strict=True)
        )
        return f'<dl class="answer">{rows}</dl>'

    def _asked(self) -> list[str]:
        """What was asked, read, spent and kept; of a table, which rows were not used."""
        found = self.request.measured
        done = [*self.request.todo()[: -1 if found is None else None], self.verdict.spent]
        read = [] if found is None else found.report_lines()
        shown = f"means on this page are over {self.over}" if len(self.shown) > 1 else ""
        return [line for line in (*done, *read, shown) if line]

    @property
    def _title(self) -> str:
        found = self.request.measured
        return self.request.model_name if found is None else found.source

    @property
    def _source(self) -> str:
        return "the measurements" if self.request.model is None else "the answers of the model"

    @property
    def over(self) -> str:
        """The sequences behind the means, in words."""
        shown, there = len(self.shown), len(self.request.sequences)
        if shown == there:
            return f"all {there:,} sequences" if there > 1 else "the one sequence"
        return f"{shown:,} of the {there:,} sequences, evenly spread"

    def _strongest(self) -> str:
        """One sentence: the positions that matter most, and how much of the size they hold."""
        means = self.shown.mean_absolute()
        if not means.sum() > 0:
            return ""
        best = np.argsort(-means, kind="stable")
        enough = int(np.searchsorted(np.cumsum(means[best]) / means.sum(), _ENOUGH)) + 1
        best = best[: min(enough, _FEW)]
        share = means[best].sum() / means.sum()
        numbers = ", ".join(self.shown.position_names[i].removeprefix("position ") for i in best)
        held = f"; these {len(best)} of {len(means)} hold {share:.0%} of the mean size of all"
        held = held if len(best) < len(means) else ""
        return f"<p>The positions that matter most: {numbers}{held}.</p>"

    def _figures(self, folder: Path, names: Iterable[str]) -> str:
        parts = []
        for name in names:
            files = [folder / f"{name}.{kind}" for kind in ("svg", "png")]
            if not files[0].exists():
                continue
            small = min(files, key=lambda path: path.stat().st_size)
            kind = "svg+xml" if small.suffix == ".svg" else "png"
            data = base64.b64encode(small.read_bytes()).decode("ascii")
            said = escape(captions.FIGURES[name].format_map(captions.words(self)))
            wide = re.search(rb'width="([0-9.]+)pt"', files[0].read_bytes()[:2000])
            size = f' style="width:{float(wide[1]):.0f}pt"' if wide else ""  # one size of letters
            parts.append(
                f'<figure><img alt="{said}"{size} src="data:image/{kind};base64,{data}">'
                f"<figcaption>{said}</figcaption></figure>"
            )
        return "".join(parts)

    @property
    def said(self) -> str:
        """What is known beside the sketch: what the model says, or what was measured."""
        return "measured" if self.request.model is None else "model"

    def _files(self, folder: Path) -> str:
        words, told, figures = captions.words(self), dict.fromkeys(captions.FILES, ""), ""
        for name in sorted(path.name for path in folder.iterdir()):
            link = f', <a href="{escape(name)}">{escape(name)}</a>'
            stem = name.split(".")[0]
            if stem in told:
                told[stem] += link
            else:
                figures += link
        lines = [
            (links, captions.FILES[stem].format_map(words)) for stem, links in told.items() if links
        ]
        lines.append((figures, "the figures of this page"))
        items = "".join(f"<li>{links[2:]}: {escape(what)}</li>" for links, what in lines)
        made = f"shapzero-lite {__version__}, seed {self.request.seed}"
        return f"<h3>Files</h3><ul>{items}</ul><p>{made}</p>"
