"""A spectrum as text, and as the HTML that a notebook shows: its orders, its strongest waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shapzero_lite import _display

if TYPE_CHECKING:
    from shapzero_lite.spectra.spectrum import Spectrum

# So many waves are shown.
_WAVES = 8


def text(s: Spectrum) -> str:
    """Return what it is, a bar an order, and a table of the strongest waves."""
    bars = _display.order_bars(s.variance_by_order())
    return "\n".join([*_said(s), *bars, _display.table(*_strongest(s), left=[0])])


def html(s: Spectrum) -> str:
    """Return the same as a card."""
    title, *said = _said(s)
    bars = _display.order_bars_html(s.variance_by_order())
    return _display.card(title, said, bars, _display.table_html(*_strongest(s)))


def _said(s: Spectrum) -> list[str]:
    deviation = float(np.sqrt(s.energy_by_order()[1:].sum()))
    return [
        f"Spectrum of {len(s):,} coefficients, n = {s.n}, {s.q} letters",
        f"mean {s.constant:.4g}, standard deviation {deviation:.4g} over all sequences",
    ]


def _strongest(s: Spectrum) -> tuple[list[str], list[list[str]]]:
    """Head and rows of a table of the strongest waves, k and -k as one."""
    k, H = s.half
    size = np.where((k != 0).any(axis=1), np.abs(H), 0.0)
    rows = [
        [" ".join(f"{i + 1}:{k[t, i]}" for i in np.flatnonzero(k[t])), f"{size[t]:.3g}"]
        for t in np.argsort(-size, kind="stable")[:_WAVES]
        if size[t] > 0
    ]
    return ["strongest waves, position:frequency", "amplitude"], rows
