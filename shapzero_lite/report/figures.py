"""The figures of an analysis, drawn by ``shapzero_lite.plots`` and written as PNG."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# Of long sequences a picture shows no letters; wider than this it helps nobody.
_MOST_POSITIONS = 150
_DPI = 150


def figures(shown: Explanation, own: tuple[Array, Array] | None) -> Iterator[tuple[str, Figure]]:
    """Yield (file name, figure): of the sequences shown, then of the first one alone.

    ``own``: model and sketch on sequences that the model was asked about, or None.
    """
    from shapzero_lite import plots

    order = shown.spectrum.order  # 0 of a constant: every value is 0, so nothing is drawn of it
    if order:
        yield "variance_by_order.png", plots.variance_by_order(shown.spectrum)
    if order and shown.values.shape[1] <= _MOST_POSITIONS:
        yield "mean_attribution.png", plots.mean_attribution(shown)
        yield "position_letter_map.png", plots.position_letter_map(shown)
        yield "first_sequence.png", plots.attribution(shown)
        if min(order, shown.max_order) > 1:
            yield "strongest_pairs.png", plots.interaction_arcs(shown)
    if own is not None:
        labels = ("model", "sketch")
        yield "sketch_against_model.png", plots.agreement(*own, labels=labels)


def write_figures(folder: Path, shown: Explanation, own: tuple[Array, Array] | None) -> list[str]:
    """Write every figure into ``folder``; return the names of the files."""
    import matplotlib.pyplot as plt

    from shapzero_lite.plots import STYLE

    names = []
    with plt.style.context(STYLE):
        for name, figure in figures(shown, own):
            # No Software entry: the same figure gives the same bytes.
            metadata = {"Software": None}
            figure.savefig(folder / name, dpi=_DPI, bbox_inches="tight", metadata=metadata)
            plt.close(figure)
            names.append(name)
    return names
