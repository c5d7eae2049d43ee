"""What is known about a sketch: R² outside the fit, its interval, what more samples would buy."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes
from shapzero_lite.sketching.ridge import fit_spectrum
from shapzero_lite.spectra import Spectrum

Array = NDArray[np.float64]

# Below this share of the variance, attributions of single letters mislead more than they tell
# (lesson 06 measures what R² 0.55 is worth).
GOOD_ENOUGH = 0.5


@dataclass(frozen=True)
class Step:
    """One point of a learning curve: rows fitted, mean R² outside, its spread over redraws."""

    rows: int
    r2: float
    spread: float


@dataclass(frozen=True, eq=False)
class Sketch:
    """A spectrum and what is known about its quality.

    ``r2``: share of the variance explained on rows that never entered the fit, a float;
    ``r2_interval``: its 95 % bootstrap interval over those rows; ``n_queries``: every model
    evaluation made (or every sample given), checks and hold-out included; ``n_held_out``: the
    rows behind ``r2``, 0 when all sequences were asked and the spectrum is exact.
    ``standard_error``: (n,) typical error of the Shapley value of every position, in the units
    of the model; None when no model was there to measure it. ``samples``: codes and values of
    the rows fitted, then of those held out, or None. ``queries``: what asked the model, while this
    process lasts; None for samples, and in what is pickled or copied.
    """

    spectrum: Spectrum
    r2: float
    r2_interval: tuple[float, float]
    n_queries: int
    method: str
    n_held_out: int
    seed: int
    notes: tuple[str, ...] = ()
    standard_error: Array | None = None
    samples: tuple[tuple[Codes, Array], tuple[Codes, Array]] | None = field(
        default=None, repr=False
    )
    queries: Any = field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        # A model and its executor may not pickle, and are not what was paid for.
        return self.__dict__ | {"queries": None}

    @property
    def good_enough(self) -> bool:
        """Whether the sketch surely holds half of the variance of the model."""
        return self.r2_interval[0] >= GOOD_ENOUGH

    def report(self) -> str:
        """Return what a reader should know before explaining anything with this sketch."""
        low, high = self.r2_interval
        shares = ", ".join(
            f"order {d} {share:.0%}" for d, share in enumerate(self.spectrum.variance_by_order(), 1)
        )
        quality = (
            f"exact: all {self.n_queries:,} sequences were asked"
            if self.n_held_out == 0
            else f"R² {self.r2:.3f} (95 % interval {low:.3f} to {high:.3f}) on "
            f"{self.n_held_out:,} rows outside the fit"
        )
        lines = [
            f"{self.method}: {self.n_queries:,} queries, {len(self.spectrum):,} coefficients",
            quality,
            f"variance of the sketch: {shares or 'none'}",
        ]
        if self.standard_error is not None and self.n_held_out:
            typical = float(np.sqrt((self.standard_error**2).mean()))
            lines.append(f"a Shapley value is off by {typical:.2g} (standard error, typical)")
        if not self.good_enough:
            buys = "" if self.samples is None else " (learning_curve() tells what they buy)"
            lines.append(
                "not good enough to explain with: less than half of the variance is sure to be "
                f"in the sketch. More queries{buys}, method='qsft' if few strong waves of high "
                "order may be what is missed, or explain(…, model=f, extra=500)"
            )
        return "\n".join([*lines, *self.notes])

    def learning_curve(self, parts: tuple[int, ...] = (8, 4, 2)) -> list[Step]:
        """Return R² outside the fit when only 1/8, 1/4 and 1/2 of the rows are fitted, then all.

        For each share up to four separate parts of the rows are fitted: the spread of their R² is
        what another draw of the samples would change. No query is made. Raises ``ValueError``
        for a sketch that was not made from samples.
        """
        if self.samples is None:
            msg = f"a sketch by {self.method!r} keeps no samples to draw a learning curve from"
            raise ValueError(msg)
        (codes, y), (held, truth) = self.samples
        order = np.random.default_rng(self.seed).permutation(len(codes))
        curve = []
        for share in parts:
            rows = [order[start::share] for start in range(min(share, 4))]
            found = [self._refit(codes[r], y[r], held, truth) for r in rows if len(r) > 20]
            if found:
                curve.append(Step(len(rows[0]), float(np.mean(found)), float(np.std(found))))
        spread = curve[-1].spread if curve else float("nan")
        return [*curve, Step(len(codes), self.r2, spread)]

    def _refit(self, codes: Codes, y: Array, held: Codes, truth: Array) -> float:
        top = max(1, self.spectrum.order)
        alphabet = self.spectrum.alphabet
        fitted = fit_spectrum(codes, y, alphabet, seed=self.seed, max_order=top)
        return r_squared(truth, fitted.evaluate(held), self.seed)[0]


def r_squared(
    y: Array, predicted: Array, seed: int, weights: Array | None = None
) -> tuple[float, tuple[float, float]]:
    """Return R² on held-out rows, and its 95 % percentile interval over 1,000 bootstrap draws.

    Drawn again are up to 200 runs of neighbouring rows, not rows: rows side by side may be
    neighbours of one sequence, and a fifth of a second becomes a millisecond. ``weights`` (N,)
    count rows more or less in all sums.

    >>> r_squared(np.arange(9.0), np.arange(9.0), seed=0)
    (1.0, (1.0, 1.0))
    """
    edges = np.linspace(0, len(y), min(200, len(y)) + 1).astype(np.int64)[:-1]
    w = np.ones(len(y)) if weights is None else weights
    centred = y - np.average(y, weights=w)
    error, total, square, weight = (
        np.add.reduceat(w * v, edges)
        for v in ((y - predicted) ** 2, centred, centred**2, np.ones(len(y)))
    )
    if square.sum() == 0:
        return (1.0 if error.sum() == 0 else 0.0), (-np.inf, 1.0)
    draws = np.random.default_rng(seed).multinomial(
        len(edges), np.full(len(edges), 1 / len(edges)), size=1000
    )
    # The mean moves with the draw: sum w (y - m')² = sum w (y - m)² - (sum w (y - m))² / sum w.
    spread = draws @ square - (draws @ total) ** 2 / np.maximum(draws @ weight, 1e-300)
    told = spread > 1e-12 * square.sum()  # of few rows, a draw may hold one row only
    ratios = 1 - (draws @ error)[told] / spread[told]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(1 - error.sum() / square.sum()), (float(low), float(high))
