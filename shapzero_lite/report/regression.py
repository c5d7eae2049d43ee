"""Plain regressions beside a sketch, on the same rows: what needs no sketch at all."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.sketching import Sketch, r_squared
from shapzero_lite.sketching.ridge import fit_spectrum
from shapzero_lite.sketching.trust import SCAN


def regressions(sketch: Sketch, rows: tuple[Codes, Array] | None = None) -> dict[str, float]:
    """Return R² of plain regressions on the rows of a sketch, outside the fit.

    "letters": least squares on one number a letter and position; "letters and pairs": penalised,
    on pairs of positions too. ``rows``: random sequences and answers for a sketch that keeps
    none; a fifth is then held out. Of an exact sketch they are shares of the variance.
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
    found = {"letters": additive(codes, y, held, alphabet.q)}
    if codes.shape[1] > 1:
        pairs = fit_spectrum(codes, y, alphabet, seed=seed, max_order=2, letters=sketch.letters)
        found["letters and pairs"] = pairs.evaluate(held)
    return {name: r_squared(truth, guess, seed)[0] for name, guess in found.items()}


def additive(codes: Codes, y: Array, held: Codes, q: int) -> Array:
    """Return what least squares on single letters says of ``held`` (M, n), fitted to (N, n), (N,).

    >>> x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.uint8)
    >>> additive(x, np.array([0.0, 1, 2, 3]), x, q=2).round(6).tolist()
    [0.0, 1.0, 2.0, 3.0]
    """
    letters = np.arange(1, q, dtype=np.uint8)

    def columns(some: Codes) -> Array:
        return (some[:, :, None] == letters).reshape(len(some), -1).astype(np.float64)

    step = 8192
    starts = range(0, len(codes), step)
    mean = sum(columns(codes[s : s + step]).sum(axis=0) for s in starts) / len(codes)
    gram, target = 0.0, 0.0
    for s in starts:
        centred = columns(codes[s : s + step]) - mean
        gram = gram + centred.T @ centred
        target = target + centred.T @ (y[s : s + step] - y.mean())
    weights = np.linalg.lstsq(gram, target, rcond=1e-10)[0]  # letters never seen weigh 0
    return y.mean() + (columns(held) - mean) @ weights
