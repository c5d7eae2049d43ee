"""A sketch from samples that are there: measured data, or queries already made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import same_rows, seed_of, whole
from shapzero_lite.letters import Alphabet, Codes, Letters, as_codes, as_letters
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.result import Sketch, r_squared
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum, split
from shapzero_lite.spectra import Decomposition, Spectrum


def sketch_from_samples(
    codes: Any,
    values: ArrayLike,
    *,
    alphabet: Alphabet,
    seed: int = 0,
    weights: ArrayLike | None = None,
    max_order: int = MOST_ORDER,
    letters: Letters | ArrayLike | None = None,
) -> Sketch:
    """Return a sketch from samples: measured data, or queries already made.

    ``codes``: (N, n) codes or strings; ``values``: (N,) numbers; ``weights``: (N,) positive
    numbers that weigh the squared error of each, such as 1 / variance of its measurement, in the
    fit and in R². A tenth of the distinct sequences (at most 5,000 rows) is held out for ``r2``;
    a spectrum is learnt from the rest, of order at most ``max_order`` (module ``ridge``). When
    every possible sequence is there, the spectrum is the exact transform instead (repeats
    averaged). ``letters``: which sequences are meant; None is uniform letters where the samples
    are about uniform, else the frequencies of the samples' own letters (a scan around a wild type
    is read as one), which a note says. Raises ``ValueError`` naming the row of a NaN, for
    different lengths of the two, constant values, or too few rows.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(500, 6, seed=1)
    >>> s = sketch_from_samples(x, x[:, 0] * (x[:, 5] == 1), alphabet=DNA)
    >>> round(s.r2, 4), s.n_queries, s.n_held_out
    (1.0, 500, 50)
    """
    same_rows(codes, values, "values")
    same_rows(codes, weights, "weights")
    given, codes = codes, as_codes(codes, alphabet)
    samples.refuse_one_hot(given, codes, alphabet.q)
    max_order = whole(max_order, "max_order")
    y = samples.checked_values(values, codes, alphabet)
    samples.refuse_constant(y, "the samples hold")
    seed = seed_of(seed)
    w = None if weights is None else samples.checked_weights(weights, codes, alphabet)
    if letters is not None:
        letters = as_letters(letters, alphabet)
        letters.check(codes)
        letters = None if letters.is_uniform else letters
        if letters is not None:
            samples.refuse_too_few(codes, alphabet.q, own_letters=True)
            return learnt(codes, y, alphabet, seed, max_order, weights=w, letters=letters)
    table = samples.complete_table(codes, y, alphabet.q, w)
    if table is not None:
        note = "every sequence was given, so no row could be held out: noise in the values is kept"
        found = exact(transform(table, alphabet), table.size, seed)
        return with_queries(replace(found, notes=(note,)), len(codes))
    notes = samples.design_notes(codes, alphabet.q)
    samples.refuse_too_few(codes, alphabet.q, own_letters=bool(notes))
    own = Letters.from_sequences(codes, alphabet) if notes else None
    found = learnt(codes, y, alphabet, seed, max_order, weights=w, letters=own)
    return replace(found, notes=(*notes, *found.notes))


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
    spectrum = fit_spectrum(
        codes[fit], y[fit], alphabet,
        seed=seed + 1, max_order=max_order, weights=w_fit, letters=letters,
    )  # fmt: skip
    r2, interval = r_squared(y[held], spectrum.evaluate(codes[held]), seed, w_held)
    spectrum.provenance.update(
        {"method": "samples", "n_queries": len(codes), "seed": seed, "r2": r2}
    )
    kept = (codes[fit], y[fit]), (codes[held], y[held])
    return Sketch(spectrum, r2, interval, len(codes), "samples", len(held), seed, samples=kept)


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
