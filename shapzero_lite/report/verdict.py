"""What a sketch is good for, in numbers and in a plain sentence."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict, dataclass, field
from typing import TypedDict

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.sketching import Sketch, trust


class OnOwn(TypedDict):
    """How a sketch does on the reader's own sequences: ``own`` of a ``Verdict``."""

    asked: int
    correlation: float | None
    gap: float
    share: float


@dataclass(frozen=True)
class Verdict:
    """How far a sketch can be trusted; ``label`` in a few words, ``text()`` for a reader.

    ``r2``, ``r2_interval``: on ``n_held_out`` rows outside the fit; ``regression``: R² of plain
    regressions on the same rows, by name; ``own``: of the reader's own sequences, how many were
    asked, ``share`` = 1 - mean squared gap / variance of the model over random sequences, and
    ``correlation`` of sketch and model on them; ``noise``: of the model, asked twice;
    ``noise_share``: what it is of the variance, ``ceiling``: the 95 % interval of the R² that is
    left, where it was measured;
    ``standard_error``: of a Shapley value, typical; ``queries``: number by purpose; ``constant``:
    the one answer to all ``n_held_out`` sequences, where there was only one: R² is then NaN;
    ``meant``: which letters the sketch was asked for, "" for uniform ones or a table's own.
    """

    label: str
    r2: float
    r2_interval: tuple[float, float]
    n_held_out: int
    method: str
    variance_by_order: list[float]
    regression: dict[str, float]
    own: OnOwn | None
    noise: float
    noise_share: float
    standard_error: float | None
    queries: dict[str, int]
    measured: bool = False
    constant: float | None = None
    meant: str = ""
    notes: list[str] = field(default_factory=list)
    ceiling: tuple[float, float] | None = None

    def text(self) -> str:
        """Return the verdict as lines: for what the sketch is good enough, why, what to do."""
        if self.constant is not None:
            return "\n".join([*self._flat(), self.spent, *self.notes])
        low, high = self.r2_interval
        asked = "measured" if self.measured else "asked"
        quality = (
            "R² cannot be measured: the letter of a row held out stands in no other row"
            if self.method == trust.SCAN
            else f"every possible sequence was {asked}: no sampling"
            if self.n_held_out == 0
            else f"R² {self.r2:.2f} (95 % interval {low:.2f} to {high:.2f}) on "
            f"{self.n_held_out:,} rows outside the fit: the sketch holds about "
            f"{max(self.r2, 0):.0%} of what makes the {self._what} vary over {self._over}"
        )
        known = self.standard_error is not None and self.n_held_out > 0
        means = trust.meaning(self.label, measured=self.measured, errors=known)
        lines = [f"{self.label.upper()}: {means}", quality]
        if self.meant:
            lines.append(f"letters meant: {self.meant}")
        if self.regression:
            beside = ", ".join(f"{name} {value:.2f}" for name, value in self.regression.items())
            rows = "rows" if self.measured else "queries"
            lines.append(f"plain regression on the same {rows}, R²: {beside}")
        if self.own is not None:
            lines.append(self._own_sequences(self.own))
        if self.standard_error is not None and self.n_held_out:
            off = f"{self.standard_error:.2g}" if self.standard_error > 1e-12 else "rounding alone"
            lines.append(f"a Shapley value is off by {off} (standard error, typical)")
        if self.noise_share > 0.005:
            left = max(0.0, 1 - self.noise_share)
            lines.append(trust.of_noise(self.noise, left, self.ceiling))
            if self.ceiling not in (None, (0, 1)) and self.n_held_out:
                ends = self.r2_interval[1], 1 - self.noise_share, self.ceiling[0]
                lines.append(trust.of_ceiling(self.r2, *ends))
        lines += trust.advice(self.label, measured=self.measured)
        if not self.measured:
            lines.append(self.spent)
        return "\n".join([*lines, *self.notes])

    def __str__(self) -> str:
        return "\n".join(
            textwrap.fill(line, 96, subsequent_indent="  ") for line in self.text().splitlines()
        )

    def to_json(self) -> str:
        """Return the fields and the text as JSON; what is not finite becomes null."""
        fields = asdict(self) | {"text": self.text()}
        return json.dumps(_finite(fields), indent=1, ensure_ascii=False)

    @property
    def _what(self) -> str:
        return "measurements" if self.measured else "model"

    @property
    def _over(self) -> str:
        if self.measured:
            return "variants like these"
        return "sequences of the letters meant" if self.meant else "random sequences"

    @property
    def spent(self) -> str:
        """The queries by purpose, "" of a table."""
        if self.measured:
            return ""
        spent = ", ".join(f"{count:,} {purpose}" for purpose, count in self.queries.items())
        return f"queries: {spent}; {sum(self.queries.values()):,} in all"

    def _flat(self) -> list[str]:
        """What is said of a model that gave every sequence of the sketch the same answer."""
        said = (
            f"{self.label.upper()}: the model answered {self.constant:g} for all "
            f"{self.n_held_out:,} sequences of the sketch: every value is 0, and R² has no meaning"
        )
        if self.own is None or self.own["gap"] == 0:
            rare = "" if self.method == "enumerate" else _TODO_RARELY
            return [said, _TODO_FLAT + rare]
        own = (
            f"on {self.own['asked']:,.0f} of your own sequences it answers otherwise, by "
            f"{self.own['gap']:.2g} (root mean square)"
        )
        return [said, own, _TODO_RARE]

    def _own_sequences(self, own: OnOwn) -> str:
        r = own["correlation"]
        told = "which hardly differ" if r is None else f"r = {r:.2f} with the model"
        line = (
            f"on {own['asked']:,.0f} of your own sequences: {told}; the sketch misses "
            f"{own['gap']:.2g} (root mean square)"
        )
        if own["share"] < trust.GOOD_ENOUGH <= self.r2_interval[0]:
            ones = "those meant" if self.meant else "random ones"
            line += f", more than on {ones}: they are unlike what the sketch has seen"
        return line


_TODO_FLAT = (
    "what to do: see that the model gets its input (the letters it was trained on, their case and "
    "number)"
)
_TODO_RARELY = "; a larger budget if it answers only to something rare"
_TODO_RARE = (
    "what to do: do not explain with this. The model answers to what random sequences hardly ever "
    "hold: give a table of variants around one of yours, with its answers as values"
)


def judge(
    sketch: Sketch,
    *,
    regression: dict[str, float],
    own: tuple[Array, Array] | None,
    noise: float,
    queries: dict[str, int],
    measured: bool = False,
    meant: str = "",
) -> Verdict:
    """Return the verdict on a sketch.

    ``own``: model and sketch on the reader's own sequences, (M,), (M,), or None; ``meant``: the
    letters that the sketch was asked for, in words.
    """
    variance = _variance(sketch)
    found = None if own is None else _on_own(*own, variance)
    constant = None
    if np.isnan(sketch.r2) and sketch.method != trust.SCAN:
        constant = sketch.spectrum.constant
    errors = sketch.standard_error
    share, ceiling = noise**2 / variance if variance > 0 else 0.0, None
    if sketch.noise is not None and sketch.noise.noise > 0:
        noise, share = sketch.noise.noise, 1 - sketch.noise.r2
        ceiling = sketch.noise.interval
    return Verdict(
        label=trust.label(
            sketch.r2,
            sketch.r2_interval[0],
            exact=sketch.n_held_out == 0,
            measured=measured,
            method=sketch.method,
            own=np.inf if found is None else found["share"],
            ceiling=1.0 if ceiling is None else ceiling[1],
        ),
        r2=sketch.r2,
        r2_interval=sketch.r2_interval,
        n_held_out=sketch.n_held_out,
        method=sketch.method,
        variance_by_order=[float(share) for share in sketch.spectrum.variance_by_order()],
        regression=regression,
        own=found,
        noise=noise,
        noise_share=share,
        ceiling=ceiling,
        standard_error=None if errors is None else float(np.sqrt((errors**2).mean())),
        queries=queries,
        measured=measured,
        constant=constant,
        meant=meant,
        notes=list(sketch.notes),
    )


def _variance(sketch: Sketch) -> float:
    if sketch.samples is not None:
        return float(sketch.samples[1][1].var())
    held = float(sketch.spectrum.energy_by_order()[1:].sum())
    return held / sketch.r2 if sketch.r2 > 0.05 else held


def _on_own(model: Array, guess: Array, variance: float) -> OnOwn:
    gap = float(((model - guess) ** 2).mean())
    flat = min(np.ptp(model), np.ptp(guess)) == 0 or len(model) < 3
    return {
        "asked": len(model),
        "correlation": None if flat else float(np.corrcoef(model, guess)[0, 1]),
        "gap": float(np.sqrt(gap)),
        "share": 1 - gap / variance if variance > 0 else 1.0 if gap == 0 else -np.inf,
    }


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value
