"""Known wrong answers to the exercises, and what each has forgotten.

:func:`answer` tries those of an exercise when an answer differs: an answer that equals one of them
gets its words beside the hint. They stand here, not in the notebooks, since a wrong answer gives
half of the right one away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["MISTAKES"]

Wrong = Callable[..., Any]
MISTAKES: dict[str, list[tuple[Wrong, str]]] = {}


def mistake(number: str, words: str) -> Callable[[Wrong], Wrong]:
    """Register a wrong answer to an exercise, and how the sentence "it looks as if" goes on."""

    def register(wrong: Wrong) -> Wrong:
        MISTAKES.setdefault(number, []).append((wrong, words))
        return wrong

    return register


def _turn(q: int, hours: Any) -> Any:
    return np.exp(2j * np.pi / q * np.asarray(hours))


@mistake("1.1", "the phase has the wrong sign")
def _(f: Any, k: Any) -> Any:
    return np.fft.ifftn(f)[k]


@mistake("1.1", "you add up and do not divide by the number of sequences")
def _(f: Any, k: Any) -> Any:
    return np.fft.fftn(f)[k]


@mistake("1.2", "the mean, order 0, is counted in the variance")
def _(frequencies: Any, coefficients: Any, order: Any) -> Any:
    energy = np.abs(coefficients) ** 2
    return energy[np.count_nonzero(frequencies, axis=1) == order].sum() / energy.sum()


@mistake("1.2", "you add up |F[k]| where the variance adds up |F[k]|²")
def _(frequencies: Any, coefficients: Any, order: Any) -> Any:
    orders, size = np.count_nonzero(frequencies, axis=1), np.abs(coefficients)
    return size[orders == order].sum() / size[orders > 0].sum()


def _mirror(F: Any, k: Any, reverse: Any, sign: Any) -> Any:
    there = tuple(-entry % F.shape[0] for entry in (reversed(k) if reverse else k))
    return F[there] * _turn(F.shape[0], sign * sum(k))


@mistake("1.3", "the phase that is left over is missing")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=0)


@mistake("1.3", "the phase that is left over has the wrong sign")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=True, sign=-1)


@mistake("1.3", "the letters are complemented and the order of positions is not reversed")
def _(F: Any, k: Any) -> Any:
    return _mirror(F, k, reverse=False, sign=1)


@mistake("2.1", "the wild type is not put back: both single effects took it away")
def _(f_wild: Any, f_a: Any, f_b: Any, f_ab: Any) -> Any:
    return f_ab - f_a - f_b


@mistake("2.1", "the double mutant is not yet a difference to the wild type")
def _(f_wild: Any, f_a: Any, f_b: Any, f_ab: Any) -> Any:
    return f_ab - (f_a - f_wild) - (f_b - f_wild)


@mistake("2.2", "the entries at letter 0 are subtracted from themselves as well")
def _(table: Any, axis: Any) -> Any:
    return table - np.take(table, [0], axis)


@mistake("2.3", "M[0] is the mean F[0], where it is the value at letter 0: all of F added up")
def _(F: Any) -> Any:
    rows = _turn(len(F), np.outer(np.arange(len(F)), np.arange(len(F)))) - 1
    rows[0, 0] = 1
    return (rows @ F).real


@mistake("2.3", "you give the values f(c), from which f(0) is still to be taken")
def _(F: Any) -> Any:
    return (_turn(len(F), np.outer(np.arange(len(F)), np.arange(len(F)))) @ F).real


@mistake("3.1", "you give the value of the coalition with i, not what i adds to it")
def _(v: Any, i: Any, S: Any) -> Any:
    return v[tuple(int(j in (*S, i)) for j in range(v.ndim))]


def _waves(k: Any, F: Any, x: Any, q: Any) -> Any:
    return F * _turn(q, k @ x)


@mistake("3.2", "the imaginary parts are left in")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (_waves(k, F, x, q) / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.2", "each position gets the whole of a wave, where it gets the 1/|k|-th part")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return _waves(k, F, x, q).real @ (k != 0)


@mistake("3.2", "the sequence is missing: F[k] has to be turned by the wave at x")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (F.real / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.3", "1/|k| is not squared")
def _(k: Any, F: Any) -> Any:
    return (np.abs(F) ** 2 / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.3", "1/|k| is missing")
def _(k: Any, F: Any) -> Any:
    return np.abs(F) ** 2 @ (k != 0)


@mistake("4.1", "the sums are not taken modulo q")
def _(k: Any, H: Any, q: Any) -> Any:
    return np.asarray(H).T @ np.asarray(k)


def _bin(f: Any, H: Any, d: Any, j: Any, sign: Any) -> Any:
    q, b = f.shape[0], H.shape[1]
    asked = {at: f[tuple((H @ np.array(at) + d) % q)] for at in np.ndindex((q,) * b)}
    return sum(value * _turn(q, sign * np.dot(j, at)) for at, value in asked.items()) / q**b


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
