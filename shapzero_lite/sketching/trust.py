"""What a sketch is good for: a label of a few words, what it means, and what to do."""

from __future__ import annotations

import numpy as np

# Below this share of the variance, attributions of single letters mislead more than they tell
# (lesson 06 measures what R² 0.55 is worth).
GOOD_ENOUGH = 0.5
# From this share of the variance on, values of single sequences correlated at least 0.95 with those
# of the model, exact or by long unbiased runs; from half on, their mean sizes by position did by at
# least 0.9 (benchmarks/bench_verdict.py).
SINGLE = 0.8
# An R² that is not surely above this is no more than the mean tells.
_NOTHING = 0.02
# A share of the noise ceiling that is called all of it, where the intervals allow; below this
# ceiling there is nothing to have a share of.
_ALL, _LEAST_CEILING = 0.9, 0.05
# How a sketch was made that is a scan of single mutants and nothing else.
SCAN = "single mutants"
EXACT, ALONE, MEANS, POOR, NOTHING, LETTERS = (
    "exact",
    "good enough for single sequences",
    "good enough for averages",
    "not good enough",
    "nothing to explain",
    "effects of single letters",
)
# Of the values of a model, or of measurements, whose errors are known or not: ``meaning``.
MEANING = {
    EXACT: "values and interactions are those of the model, up to rounding",
    ALONE: "which letters, and which pairs, {made_one}; {of_small_values}",
    MEANS: "which positions and letters matter on average over many sequences, and the strongest "
    "letters of one; not for small values of a single sequence",
    POOR: "less than half of the variance is sure to be in the sketch; do not explain with it",
    NOTHING: "the sketch knows no more than the mean, so its values are noise; either the model's "
    "answers follow no pattern of letters, or these queries are too few to see it",
    LETTERS: "what every measured letter does alone, as measured, noise included; nothing is known "
    "of letters together",
}
ADVICE = {
    POOR: "what to do: a larger budget; method='qsft' if few strong waves of high order may be "
    "missed; or for few sequences explain(…, model=f, extra=500), unbiased whatever the sketch; "
    "with shrink=True biased, but closer",
    NOTHING: "what to do: see that the model gets the letters in the order it was trained on; "
    "try a larger budget and method='qsft'; otherwise do not explain it",
    MEANS: "for single sequences: a larger budget, or explain(…, model=f, extra=500, shrink=True)",
}


_OF_A_TABLE = (
    "what to do: more variants; and see which R² the noise of the measurements leaves possible "
    "(replicates tell: lesson 13)"
)


def advice(label: str, *, measured: bool = False) -> list[str]:
    """Return what to do about a label, in a line, or none; ``measured``: of data.

    >>> advice(MEANS), advice(EXACT, measured=True)
    (['for single sequences: a larger budget, or explain(…, model=f, extra=500, shrink=True)'], [])
    """
    if label not in ADVICE:
        return []
    return [_OF_A_TABLE if measured else ADVICE[label]]


def meaning(label: str, *, measured: bool = False, errors: bool = True) -> str:
    """Return what a label means; ``measured``: of data; ``errors``: whether values have them.

    >>> meaning(ALONE, measured=True, errors=False)[:61]
    'which letters, and which pairs, made one variant measure as i'
    """
    return MEANING[label].format(
        made_one="made one variant measure as it did"
        if measured
        else "made the model say what it said of one sequence",
        of_small_values="read small values with their standard error"
        if errors
        else "the error of a small value is not known",
    )


def label(
    r2: float,
    low: float,
    *,
    exact: bool = False,
    measured: bool = False,
    own: float = np.inf,
    method: str = "",
    ceiling: float = 1.0,
) -> str:
    """Return what a sketch is good for, from R² outside the fit and the lower end of its interval.

    ``exact``: every sequence was asked; ``measured``: of data, whose noise is in the values;
    ``own``: the share of the variance that the sketch holds on the reader's own sequences;
    ``method``: how it was made, because a scan of single mutants is judged by what it is;
    ``ceiling``: what noise leaves of R² at most, of which the sketch is to hold those shares. An R²
    that is not a number means that there is nothing to explain.

    >>> label(0.9, 0.85), label(0.9, 0.85, own=0.6), label(0.01, -0.1)
    ('good enough for single sequences', 'good enough for averages', 'nothing to explain')
    >>> label(0.42, 0.4), label(0.42, 0.4, ceiling=0.45)
    ('not good enough', 'good enough for single sequences')
    """
    if method == SCAN:
        return LETTERS
    if np.isnan(r2):
        return NOTHING
    if exact:
        return ALONE if measured else EXACT
    if r2 < 0.05 and low < _NOTHING:
        return NOTHING
    sure = min(low, own) / max(ceiling, 1e-300)
    return ALONE if sure >= SINGLE else MEANS if sure >= GOOD_ENOUGH else POOR


def of_noise(noise: float, ceiling: float, interval: tuple[float, float] | None = None) -> str:
    """Return what the noise of a model means: its standard deviation, and what it leaves of R².

    ``interval``: of the ceiling; None where it was not measured, (0, 1) where too few answers tell.

    >>> of_noise(3.0, 0.46)[:80]
    'asked again, an answer moves by 3 (standard deviation): no sketch can pass R² 0.'
    >>> of_noise(3.0, 0.46, (0.0, 1.0))[56:109]
    'which R² that leaves is not known from so few answers'
    """
    said = f"asked again, an answer moves by {noise:.2g} (standard deviation):"
    left = f"no sketch can pass R² {ceiling:.2f}"
    if interval == (0, 1):
        left = "which R² that leaves is not known from so few answers"
    elif interval is not None:
        left += f" (95 % interval {interval[0]:.2f} to {interval[1]:.2f})"
    return f"{said} {left}, and values are those of the model's mean answer"


def of_ceiling(r2: float, r2_high: float, ceiling: float, ceiling_low: float) -> str:
    """Return how much R² is of a noise ceiling, in words.

    ``r2_high``, ``ceiling_low``: the ends of their intervals that are nearest to each other.

    >>> of_ceiling(0.41, 0.45, 0.43, 0.35)
    'R² 0.41 is all that a ceiling of 0.43 leaves'
    >>> of_ceiling(0.21, 0.26, 0.43, 0.35)
    'R² 0.21 is 49% of what a ceiling of 0.43 leaves'
    """
    share = max(r2, 0.0) / max(ceiling, 1e-300)
    may_be = r2_high >= ceiling_low
    if may_be and (share >= _ALL or ceiling < _LEAST_CEILING):
        what = "noise" if r2 > ceiling else f"a ceiling of {ceiling:.2f}"
        return f"R² {r2:.2f} is all that {what} leaves"
    said = f"R² {r2:.2f} is {share:.0%} of what a ceiling of {ceiling:.2f} leaves"
    return f"{said}, and may be all of it" if may_be else said
