"""A sketch of rows: what is learnt from them, what is held out, what is exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching.curved import fit_best
from shapzero_lite.sketching.result import Sketch, r_squared
from shapzero_lite.sketching.ridge import fit_spectrum, split
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
    held = held_rows(codes, min(0.1 * len(codes), 5000), seed) if held is None else held
    fit = np.setdiff1d(np.arange(len(codes)), held)
    w_fit, w_held = (None, None) if weights is None else (weights[fit], weights[held])
    outside = codes[held], y[held], w_held
    inside = codes[fit], y[fit], w_fit
    spectrum: Function
    if letters is None:  # a spectrum, as it is taught; ``learnt_with_curve`` is for more
        spectrum = fit_spectrum(
            codes[fit], y[fit], alphabet, seed=seed + 1, max_order=max_order, weights=w_fit
        )
    else:
        spectrum = fit_best(inside, outside, letters, seed=seed + 1, max_order=max_order)
    r2, interval = r_squared(y[held], spectrum.evaluate(codes[held]), seed, w_held)
    spectrum.provenance.update(
        {"method": "samples", "n_queries": len(codes), "seed": seed, "r2": r2}
    )
    kept = (codes[fit], y[fit]), (codes[held], y[held])
    return Sketch(spectrum, r2, interval, len(codes), "samples", len(held), seed, samples=kept)


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
