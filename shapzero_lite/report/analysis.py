"""What an analysis came to: sketch, verdict, explanations, and what fewer rows would say."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explainer, Explanation
from shapzero_lite.report.designs import Designs
from shapzero_lite.report.request import Request
from shapzero_lite.report.verdict import Verdict
from shapzero_lite.sketching import Sketch, r_squared
from shapzero_lite.sketching.ridge import fit_spectrum

# Behind the means of a page: numbers in memory, and sequences at most.
_NUMBERS, _MOST = 2**22, 20_000


@dataclass(frozen=True, eq=False)
class Analysis:
    """What came out: ``sketch``, ``verdict``, and the explanation of the sequences ``shown``.

    ``shown``: at most 500 sequences, evenly spread, row numbers ``rows`` (counted from 0);
    ``own``: answers of model and sketch to sequences of the reader's that were asked, (M,), (M,),
    or None; ``designs``: the best changes of one sequence, in order; ``files``: names of what was
    written.
    """

    request: Request
    sketch: Sketch
    verdict: Verdict
    shown: Explanation
    rows: NDArray[np.int64]
    own: tuple[Array, Array] | None
    designs: Designs
    files: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Name and first letter of every sequence shown."""
        return [self.request.sequences.named(row) for row in self.rows]

    def with_rows(self, share: float) -> Sketch:
        """Return the sketch that a share of the rows would have given; no query is made.

        R² is on the same held-out rows. A sketch that keeps no samples is returned as it is.
        """
        if self.sketch.samples is None or share >= 1:
            return self.sketch
        (codes, y), held = self.sketch.samples
        count = max(20, int(share * len(codes)))
        spectrum = fit_spectrum(
            codes[:count], y[:count], self.request.alphabet,
            seed=self.sketch.seed + 1, letters=self.sketch.letters,
        )  # fmt: skip
        r2, interval = r_squared(held[1], spectrum.evaluate(held[0]), self.sketch.seed)
        samples = (codes[:count], y[:count]), held
        return replace(
            self.sketch, spectrum=spectrum, r2=r2, r2_interval=interval, samples=samples,
            n_queries=count + len(held[1]), standard_error=None,
        )  # fmt: skip


def of_more(request: Request, explainer: Explainer, shown: Explanation) -> Explanation:
    """Return the explanation of more sequences than those ``shown``, where their pairs are few.

    A page takes its means over them: in 500 of the 160,000 variants of four residues hardly a pair
    of letters stands twice.
    """
    given = request.sequences
    sets = shown.values.shape[1] + len(shown.interactions.subsets)
    rows = given.spread(int(np.clip(_NUMBERS // sets, len(shown), _MOST)))
    if len(rows) == len(shown):
        return shown
    wide = explainer.explain(given.codes[rows], max_order=request.order)
    return replace(wide, names=tuple(given.named(row) for row in rows))
