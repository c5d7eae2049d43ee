"""The best single and double changes of a sequence as designs, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.report.changes import Changes
from shapzero_lite.sketching import Variants
from shapzero_lite.spectra import Function

# So many are written; of them as many are put to the model as ``check_designs`` says.
MOST_DESIGNS = 100


@dataclass(frozen=True, eq=False)
class Designs:
    """D designs, the best first: ``names``, ``codes`` (D, n), what the ``sketch`` says (D,).

    ``known`` (D,): what the model answered or the table holds, NaN where nothing. Known ones stand
    before the others, by what is known; the others by the sketch.
    """

    names: list[str]
    codes: Codes
    alphabet: Alphabet
    sketch: Array
    known: Array

    @classmethod
    def of(cls, spectrum: Function, changes: Changes) -> Designs:
        """Return the best of all single and of the best double changes, by the sketch."""
        steps = [*changes.common[:MOST_DESIGNS, None], *changes.two] if spectrum.order else []
        codes = np.repeat(changes.codes[None], len(steps), axis=0)
        for row, places in zip(codes, steps, strict=True):
            row[places[:, 0]] = places[:, 1]
        sketch = spectrum.evaluate(codes) if steps else np.zeros(0)
        best = np.argsort(-sketch, kind="stable")[:MOST_DESIGNS]
        names = [changes.name(steps[b]) for b in best]
        none = np.full(len(best), np.nan)
        return cls(names, codes[best], changes.alphabet, sketch[best], none)

    def asked(self, model: Callable[[Codes], Array], count: int) -> Designs:
        """Return the same designs with the answers of a model to the first ``count`` of them."""
        known = self.known.copy()
        known[:count] = model(self.codes[:count])
        return self._ordered(known)

    def looked_up(self, table: Variants) -> Designs:
        """Return the same designs with the values of those that were measured."""
        there = dict(zip(map(bytes, table.codes), table.values.tolist(), strict=True))
        return self._ordered(np.array([there.get(bytes(row), np.nan) for row in self.codes]))

    def write(self, path: Path, said: str) -> None:
        """Write a table, one row a design, the best first; ``said``: what is known of them."""
        texts = self.alphabet.decode(self.codes) if self.names else []
        rows = zip(self.names, texts, self.sketch, self.known, strict=True)
        lines = [
            f"{place},{name},{text},{guess:.9g},{'' if np.isnan(known) else f'{known:.9g}'}"
            for place, (name, text, guess, known) in enumerate(rows, 1)
        ]
        head = f"rank,changes,sequence,sketch,{said}"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")

    def _ordered(self, known: Array) -> Designs:
        order = np.lexsort([-self.sketch, np.where(np.isnan(known), 0.0, -known), np.isnan(known)])
        return replace(
            self, names=[self.names[d] for d in order], codes=self.codes[order],
            sketch=self.sketch[order], known=known[order],
        )  # fmt: skip
