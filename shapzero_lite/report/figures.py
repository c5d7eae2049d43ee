"""The figures of an analysis, drawn by ``shapzero_lite.plots`` and written as SVG and PNG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation
from shapzero_lite.letters import Codes
from shapzero_lite.report.changes import Changes
from shapzero_lite.report.pairs import SHOWN, Pair, strongest

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# Longer sequences than this have maps and bars in no readable size.
_MOST_POSITIONS = 400
_DPI = 150


def figures(
    shown: Explanation,
    changes: Changes,
    pairs: list[Pair],
    own: tuple[Array, Array] | None,
    first_value: float,
    *,
    said: str,
    mutants: bool,
    wild: Codes | None,
) -> Iterator[tuple[str, Figure]]:
    """Yield (name, figure): of the sequences shown, of one sequence, and of the sketch.

    ``changes``: of one sequence, whose letters are marked; ``pairs``: of letters, of which the
    strongest are drawn; ``own``: model and sketch on sequences that the model was asked about, or
    None; ``first_value``: what is known of the first sequence, NaN for nothing; ``said``: what is
    known is called; ``mutants``: the sequences are the single mutants of one; ``wild``: the wild
    type (n,), or None.
    """
    from shapzero_lite import plots

    order = shown.spectrum.order  # 0 of a constant: every value is 0, so nothing is drawn of it
    if order:
        yield "variance_by_order", plots.variance_by_order(shown.spectrum)
    if order and shown.values.shape[1] <= _MOST_POSITIONS:
        first = replace(shown[0], model_values=np.array([first_value]))
        alphabet = shown.spectrum.alphabet
        yield "mean_attribution", plots.mean_attribution(shown)
        cells = changes.cells
        drawn = plots.change_map(cells, alphabet, changes.codes, first=changes.numbers)
        yield "change_map", drawn
        if not mutants:  # of which the map of changes says all
            yield "position_letter_map", plots.position_letter_map(shown, wild_type=wild)
        yield "first_sequence", plots.attribution(first, said=said, errors=True)
        if min(order, shown.max_order) > 1:
            best = strongest(pairs)[:SHOWN]
            means, spreads = [row[2] for row in best], [row[3] for row in best]
            yield "strongest_pairs", plots.pair_bars([row[0] for row in best], means, spreads)
            yield "pair_matrix", plots.pair_matrix(shown)
    if own is not None:
        yield "sketch_against_model", plots.agreement(*own, labels=(said, "sketch"))


def write_figures(folder: Path, drawn: Iterator[tuple[str, Figure]]) -> None:
    """Write every figure into ``folder``, as SVG whose text stays text, and as PNG."""
    import matplotlib.pyplot as plt

    from shapzero_lite.plots import STYLE

    with plt.style.context([STYLE, {"svg.fonttype": "none"}]):
        for name, figure in drawn:
            # No Software or Date entry: the same figure gives the same bytes.
            for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None})):
                figure.savefig(
                    folder / f"{name}.{kind}", dpi=_DPI, bbox_inches="tight", metadata=metadata
                )
            plt.close(figure)
