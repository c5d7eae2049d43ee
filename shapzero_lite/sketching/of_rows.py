"""A sketch of rows: what is learnt from them, what is held out, what is exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching.curved import Rows, fit_best
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import fit_spectrum, split
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.spectra import Decomposition, Function, Spectrum


def learnt(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    max_order: int,
    held: NDArray[np.int64] | None = None,
    weights: Array | None = None,
    letters: Letters | None = None,
) -> Sketch:
    """Return the sketch learnt from N samples, R² on the rows ``held`` out (None: a tenth)."""

    def fitted(inside: Rows, outside: Rows) -> Function:
        if letters is not None:
            return fit_best(inside, outside, letters, seed=seed + 1, max_order=max_order)
        x, values, w = inside  # a spectrum, as it is taught; ``learnt_with_curve`` is for more
        return fit_spectrum(x, values, alphabet, seed=seed + 1, max_order=max_order, weights=w)

    return judged("samples", fitted, codes, y, seed, held, weights)


def judged(
    method: str,
    fitted: Callable[[Rows, Rows], Function],
    codes: Codes,
    y: Array,
    seed: int,
    held: NDArray[np.int64] | None = None,
    weights: Array | None = None,
) -> Sketch:
    """Return the sketch of what ``fitted`` makes of rows inside and outside, R² on the latter."""
    held = held_rows(codes, min(0.1 * len(codes), 5000), seed) if held is None else held
    fit = np.setdiff1d(np.arange(len(codes)), held)
    inside, outside = (
        (codes[rows], y[rows], None if weights is None else weights[rows]) for rows in (fit, held)
    )
    found = fitted(inside, outside)
    r2, interval = r_squared(outside[1], found.evaluate(outside[0]), seed, outside[2])
    found.provenance.update({"method": method, "n_queries": len(codes), "seed": seed, "r2": r2})
    kept = inside[:2], outside[:2]
    return Sketch(found, r2, interval, len(codes), method, len(held), seed, samples=kept)


def learnt_with_curve(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    max_order: int,
    held: NDArray[np.int64] | None = None,
    weights: Array | None = None,
    letters: Letters | None = None,
) -> Sketch:
    """Return what ``learnt`` does, a curve over a sum tried for uniform letters too."""
    meant = Letters.uniform(codes.shape[1], alphabet) if letters is None else letters
    found = learnt(codes, y, alphabet, seed, max_order, held, weights, meant)
    found.spectrum.provenance["method"] = "curve"
    return replace(found, method="curve")


def held_rows(codes: Codes, count: float, seed: int) -> NDArray[np.int64]:
    """Return the numbers of about ``count`` rows to hold out, all rows of a sequence together."""
    return split(codes, share=count / len(codes), seed=seed)[1]


def transform(table: Array, alphabet: Alphabet) -> Spectrum:
    """Return the exact spectrum of a table (q,)*n."""
    provenance = {"method": "enumerate", "n_queries": table.size, "r2": 1.0}
    return Spectrum.from_values(table, alphabet, provenance)


def exact(spectrum: Spectrum | Decomposition, count: int, seed: int) -> Sketch:
    """Return the sketch of a function known exactly, from ``count`` sequences."""
    none = np.zeros(spectrum.n)
    return Sketch(spectrum, 1.0, (1.0, 1.0), count, "enumerate", 0, seed, standard_error=none)


def with_queries(found: Sketch, count: int) -> Sketch:
    """Return the sketch with the number of queries that it took."""
    found.spectrum.provenance["n_queries"] = count
    return replace(found, n_queries=count)
