"""Plain regressions beside a sketch, on the same rows: what needs no sketch at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, commonest
from shapzero_lite.sketching import Sketch, r_squared
from shapzero_lite.sketching.ridge import fit_spectrum
from shapzero_lite.sketching.trust import SCAN

# Rows for each number of "letters" from which on least squares hardly needs a penalty: it loses
# about a thirtieth of what is noise. With fewer it would look worse beside a penalised sketch than
# letters are, as if letters acted together.
_ROWS_ENOUGH = 30
# Of the gradient, what may be left; steps at most.
_ENOUGH, _STEPS = 1e-10, 10_000
# Letters that are not the common ones: their rows, their places in (n, q), and those of the latter.
Others = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def regressions(sketch: Sketch, rows: tuple[Codes, Array] | None = None) -> dict[str, float]:
    """Return R² of plain regressions on the rows of a sketch, outside the fit.

    "letters": least squares on one number per letter and position, penalised where the rows are
    fewer than 30 times these numbers; "letters and pairs": penalised, on pairs of positions too.
    ``rows``: random sequences and answers for a sketch that keeps none; a fifth is then held out.
    Of an exact sketch they are shares of the variance.
    """
    if sketch.method == SCAN:  # no regression is tested outside its rows either
        return {}
    if sketch.n_held_out == 0:
        shares = np.append(sketch.spectrum.variance_by_order(), [0.0, 0.0])
        return {"letters": float(shares[0]), "letters and pairs": float(shares[:2].sum())}
    if sketch.samples is not None:
        (codes, y), (held, truth) = sketch.samples
    elif rows is not None:
        cut = len(rows[1]) // 5
        codes, y, held, truth = rows[0][cut:], rows[1][cut:], rows[0][:cut], rows[1][:cut]
    else:
        return {}
    alphabet, seed = sketch.spectrum.alphabet, sketch.seed
    n = codes.shape[1]

    def penalised(order: int) -> Array:
        fit = fit_spectrum(codes, y, alphabet, seed=seed, max_order=order, letters=sketch.letters)
        return np.asarray(fit.evaluate(held))

    plain = len(y) >= _ROWS_ENOUGH * n * (alphabet.q - 1)
    found = {"letters": additive(codes, y, held, alphabet.q) if plain else penalised(1)}
    if n > 1:
        found["letters and pairs"] = penalised(2)
    return {name: r_squared(truth, guess, seed)[0] for name, guess in found.items()}


def additive(codes: Codes, y: Array, held: Codes, q: int) -> Array:
    """Return what least squares on single letters says of ``held`` (M, n), fitted to (N, n), (N,).

    The work goes with the letters that are not the common ones of their positions.

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> additive(x, np.array([0.0, 1, 2, 3]), x, q=2).round(6).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    n = codes.shape[1]
    common = commonest(codes)
    at = np.arange(n) * q + common

    def others(some: Codes) -> Others:
        row, place = np.nonzero(some != common)
        return row, place * q + some[row, place], at[place]

    def sums(w: Array, own: Others, count: int) -> Array:
        row, letter, instead = own
        return np.asarray(w[at].sum() + np.bincount(row, w[letter] - w[instead], count))

    def adjoint(r: Array) -> Array:
        found: Array = np.bincount(inside[1], r[inside[0]], n * q).astype(np.float64)
        found[at] = r.sum() - found.reshape(n, q).sum(axis=1)
        found[::q] = 0  # one letter of a position is told by the others
        return found

    inside = others(codes)
    left = y - y.mean()
    w, step = np.zeros(n * q), adjoint(left)
    square = float(step @ step)
    enough = _ENOUGH**2 * square
    for _ in range(_STEPS):  # conjugate gradients, from 0: the shortest of equally good weights
        if square <= enough:
            break
        change = sums(step, inside, len(y))
        change -= change.mean()
        size = square / float(change @ change)
        w, left = w + size * step, left - size * change
        target = adjoint(left)
        before, square = square, float(target @ target)
        step = target + square / before * step
    return y.mean() + sums(w, others(held), len(held)) - sums(w, inside, len(y)).mean()
