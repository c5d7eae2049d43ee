"""A sketch from samples that are there: measured data, or queries already made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from shapzero_lite._checks import same_rows, seed_of, whole
from shapzero_lite.letters import Alphabet, Letters, as_codes, as_letters
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.distil import distilled
from shapzero_lite.sketching.of_rows import (
    exact,
    learnt,
    learnt_with_curve,
    transform,
    with_queries,
)
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import MOST_ORDER
from shapzero_lite.sketching.single_mutants import scanned_wild_type, sketch_of_scan
from shapzero_lite.sketching.variants import Variants

# What makes a sketch of rows, by method.
LEARN = {"samples": learnt, "curve": learnt_with_curve, "distil": distilled}


def sketch_from_samples(
    codes: Any,
    values: ArrayLike | None = None,
    *,
    alphabet: Alphabet | None = None,
    method: str = "samples",
    seed: int = 0,
    weights: ArrayLike | None = None,
    max_order: int = MOST_ORDER,
    letters: Letters | ArrayLike | None = None,
) -> Sketch:
    """Return a sketch from samples: measured data, or queries already made.

    ``codes``: (N, n) codes or strings, or ``Variants`` of a table (``read_variants``), which know
    their values, weights and alphabet; ``values``: (N,) numbers; ``weights``: (N,) positive
    numbers that weigh the squared error of each, such as 1 / variance of its measurement, in the
    fit and in R². A tenth of the distinct sequences (at most 5,000 rows) is held out for ``r2``;
    a spectrum is learnt from the rest, of order at most ``max_order`` (module ``ridge``).
    ``method``: "samples" learns it from the rows (and for letters that are not uniform looks for a
    curve over a sum of letter effects, which "curve" does for uniform ones too), "distil" from the
    answers of a network that learnt the rows, and keeps both (module ``distil``; needs PyTorch).
    When every possible sequence is there, the spectrum is the exact transform instead (repeats
    averaged). When all are single mutants of one wild type, it holds the measured effect of every
    letter, and there is no R². ``letters``: which sequences are meant; None is uniform letters
    where the samples are about uniform, else the frequencies of the samples' own letters (a scan
    around a wild type is read as one), which a note says. Raises ``ValueError`` naming the row of a
    NaN, for different lengths of the two, constant values, or too few rows.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(500, 6, seed=1)
    >>> s = sketch_from_samples(x, x[:, 0] * (x[:, 5] == 1), alphabet=DNA)
    >>> round(s.r2, 4), s.n_queries, s.n_held_out
    (1.0, 500, 50)
    """
    if isinstance(codes, Variants):
        if values is not None or alphabet is not None or weights is not None:
            raise TypeError("Variants know their values, alphabet and weights: give them alone")
        made = sketch_from_samples(
            codes.codes, codes.values, alphabet=codes.alphabet, weights=codes.weights,
            method=method, seed=seed, max_order=max_order, letters=letters,
        )  # fmt: skip
        if codes.wild is not None or codes.numbers:
            made.spectrum.provenance["positions"] = list(codes.positions)
        return replace(made, notes=(*made.notes, *codes.notes))
    if values is None or alphabet is None:
        what = "values" if values is None else "alphabet=, such as sz.DNA"
        raise TypeError(f"sequences need {what} too; Variants of sz.read_variants know both")
    same_rows(codes, values, "values")
    same_rows(codes, weights, "weights")
    given, codes = codes, as_codes(codes, alphabet)
    samples.refuse_one_hot(given, codes, alphabet.q)
    max_order = whole(max_order, "max_order")
    if method not in LEARN:
        raise ValueError(f"method is one of {', '.join(LEARN)}, not {method!r}")
    learn = LEARN[method]
    y = samples.checked_values(values, codes, alphabet)
    samples.refuse_constant(y, "the samples hold")
    seed = seed_of(seed)
    w = None if weights is None else samples.checked_weights(weights, codes, alphabet)
    if letters is not None:
        letters = as_letters(letters, alphabet)
        letters.check(codes)
    table = samples.complete_table(codes, y, alphabet.q, w)
    wild = scanned_wild_type(codes, alphabet.q) if table is None else None
    if wild is not None:
        meant = Letters.from_sequences(codes, alphabet) if letters is None else letters
        found = sketch_of_scan(codes, y, wild, meant, seed, w)
        own_letters = samples.design_notes(codes, alphabet.q) if letters is None else ()
        return replace(found, notes=(*found.notes, *own_letters))
    if letters is not None:
        letters = None if letters.is_uniform else letters
        if letters is not None:
            samples.refuse_too_few(codes, alphabet.q, own_letters=True)
            return learn(codes, y, alphabet, seed, max_order, weights=w, letters=letters)
    if table is not None:
        note = "every sequence was given, so no row could be held out: noise in the values is kept"
        found = exact(transform(table, alphabet), table.size, seed)
        return with_queries(replace(found, notes=(note,)), len(codes))
    notes = samples.design_notes(codes, alphabet.q)
    samples.refuse_too_few(codes, alphabet.q, own_letters=bool(notes))
    own = Letters.from_sequences(codes, alphabet) if notes else None
    found = learn(codes, y, alphabet, seed, max_order, weights=w, letters=own)
    return replace(found, notes=(*notes, *found.notes))
