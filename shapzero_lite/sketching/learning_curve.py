"""What more samples would buy: a sketch learnt again from a part of its rows, and scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.sketching.curved import fit_curved_sum
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.spectra import CurvedSum

if TYPE_CHECKING:
    from shapzero_lite.sketching.result import Sketch


@dataclass(frozen=True)
class Step:
    """One point of a learning curve: rows fitted, mean R² outside, its spread over redraws."""

    rows: int
    r2: float
    spread: float


def learning_curve(sketch: Sketch, parts: tuple[int, ...]) -> list[Step]:
    """Return a step for every part of the rows, then one for all (``Sketch.learning_curve``)."""
    if sketch.network is not None:
        msg = "a learning curve is of samples: each step of a distilled one would be a network"
        raise ValueError(msg)
    if sketch.samples is None:
        msg = f"a sketch by {sketch.method!r} keeps no samples to draw a learning curve from"
        raise ValueError(msg)
    (codes, y), (held, truth) = sketch.samples
    order = np.random.default_rng(sketch.seed).permutation(len(codes))
    curve = []
    for share in parts:
        rows = [order[start::share] for start in range(min(share, 4))]
        found = [_refit(sketch, codes[r], y[r], held, truth) for r in rows if len(r) > 20]
        if found:
            curve.append(Step(len(rows[0]), float(np.mean(found)), float(np.std(found))))
    spread = curve[-1].spread if curve else float("nan")
    return [*curve, Step(len(codes), sketch.r2, spread)]


def _refit(sketch: Sketch, codes: Codes, y: Array, held: Codes, truth: Array) -> float:
    spectrum = sketch.spectrum
    if isinstance(spectrum, CurvedSum):
        curved = fit_curved_sum((codes, y, None), spectrum.letters, sketch.seed)
        if curved is not None:  # rows may be too few to show it
            return r_squared(truth, curved.evaluate(held), sketch.seed)[0]
    top = min(max(1, spectrum.order), MOST_ORDER)
    fitted = fit_spectrum(
        codes, y, spectrum.alphabet, seed=sketch.seed, max_order=top, letters=sketch.letters
    )
    return r_squared(truth, fitted.evaluate(held), sketch.seed)[0]
