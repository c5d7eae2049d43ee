"""A sketch from samples that are there: measured data, or queries already made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from shapzero_lite._checks import same_rows, seed_of, whole
from shapzero_lite.letters import Alphabet, Letters, as_codes, as_letters
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.distil import distilled
from shapzero_lite.sketching.of_rows import exact, learnt, transform, with_queries
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import MOST_ORDER

# What makes a sketch of rows, by method.
LEARN = {"samples": learnt, "distil": distilled}


def sketch_from_samples(
    codes: Any,
    values: ArrayLike,
    *,
    alphabet: Alphabet,
    method: str = "samples",
    seed: int = 0,
    weights: ArrayLike | None = None,
    max_order: int = MOST_ORDER,
    letters: Letters | ArrayLike | None = None,
) -> Sketch:
    """Return a sketch from samples: measured data, or queries already made.

    ``codes``: (N, n) codes or strings; ``values``: (N,) numbers; ``weights``: (N,) positive
    numbers that weigh the squared error of each, such as 1 / variance of its measurement, in the
    fit and in R². A tenth of the distinct sequences (at most 5,000 rows) is held out for ``r2``;
    a spectrum is learnt from the rest, of order at most ``max_order`` (module ``ridge``).
    ``method``: "samples" learns it from the rows, "distil" from the answers of a network that
    learnt the rows, and keeps both (module ``distil``; needs PyTorch). When every possible
    sequence is there, the spectrum is the exact transform instead (repeats averaged). ``letters``:
    which sequences are meant; None is uniform letters where the samples are about uniform, else the
    frequencies of the samples' own letters (a scan around a wild type is read as one), which a note
    says. Raises ``ValueError`` naming the row of a NaN, for
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
        letters = None if letters.is_uniform else letters
        if letters is not None:
            samples.refuse_too_few(codes, alphabet.q, own_letters=True)
            return learn(codes, y, alphabet, seed, max_order, weights=w, letters=letters)
    table = samples.complete_table(codes, y, alphabet.q, w)
    if table is not None:
        note = "every sequence was given, so no row could be held out: noise in the values is kept"
        found = exact(transform(table, alphabet), table.size, seed)
        return with_queries(replace(found, notes=(note,)), len(codes))
    notes = samples.design_notes(codes, alphabet.q)
    samples.refuse_too_few(codes, alphabet.q, own_letters=bool(notes))
    own = Letters.from_sequences(codes, alphabet) if notes else None
    found = learn(codes, y, alphabet, seed, max_order, weights=w, letters=own)
    return replace(found, notes=(*notes, *found.notes))
