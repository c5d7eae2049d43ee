"""Wrong answers to the exercises of lessons 04 to 06, from aliasing to SHAP zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn


@mistake("4.1", "the sums are not taken modulo q")
def _(k: Any, H: Any, q: Any) -> Any:
    return np.asarray(H).T @ np.asarray(k)


def _bin(f: Any, H: Any, d: Any, j: Any, sign: Any) -> Any:
    q, b = f.shape[0], H.shape[1]
    asked = {at: f[tuple((H @ np.array(at) + d) % q)] for at in np.ndindex((q,) * b)}
    return sum(value * turn(q, sign * np.dot(j, at)) for at, value in asked.items()) / q**b


@mistake("4.2", "the delay d is missing")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, 0 * d, j, sign=-1)


@mistake("4.2", "the phase has the wrong sign")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=1)


@mistake("4.2", "you add up and do not divide by the number of questions")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=-1) * f.shape[0] ** H.shape[1]


@mistake("5.1", "negative turns are not taken modulo q")
def _(u: Any, q: Any) -> Any:
    return np.rint(np.angle(u[1:] / u[0]) * q / (2 * np.pi)).astype(int)


@mistake("5.1", "the turn is read backwards, from the delay to the start")
def _(u: Any, q: Any) -> Any:
    return np.rint(np.angle(u[0] / u[1:]) * q / (2 * np.pi)).astype(int) % q


def _by_length(u: Any) -> Any:
    return "single" if np.ptp(np.abs(u)) <= 1e-3 * np.abs(u).max() else "multi"


@mistake("5.2", "equal lengths are enough for you: two coefficients can have them too")
def _(u: Any, q: Any, tau: Any) -> Any:
    return "zero" if np.mean(np.abs(u) ** 2) <= tau else _by_length(u)


@mistake("5.2", "the threshold for an empty bin is missing")
def _(u: Any, q: Any, tau: Any) -> Any:
    return _by_length(u)


@mistake("6.1", "at equal cost you call the sketch cheaper")
def _(once: Any, each: Any) -> Any:
    return -(-once // each)


@mistake("6.1", "you give the last number of windows at which the sketch is not yet cheaper")
def _(once: Any, each: Any) -> Any:
    return once // each


@mistake("6.2", "the noise of the truth is taken off nowhere")
def _(values: Any, truth: Any, se: Any) -> Any:
    return np.mean((values - truth) ** 2) / np.mean(truth**2)


@mistake("6.2", "the noise of the truth is taken off above the line only")
def _(values: Any, truth: Any, se: Any) -> Any:
    return (np.mean((values - truth) ** 2) - np.mean(se**2)) / np.mean(truth**2)
