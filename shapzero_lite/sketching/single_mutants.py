r"""A scan of single mutants alone: one effect a letter, and nothing else that could be known.

.. math:: f(x) = y_{wt} + \sum_i (y_{i,x_i} - y_{wt}),

with the mean y of every mutant. Nothing is fitted that a row outside could test: the letter of a
row that is held out stands in no other row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters, letter_counts
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.trust import SCAN
from shapzero_lite.spectra import Decomposition

_WHAT_IT_TELLS = (
    "a scan of single mutants alone: it tells the effects of single letters around the wild type, "
    "added up, and of letters together nothing. No row can be held out for R²"
)


def scanned_wild_type(codes: Codes, q: int) -> Codes | None:
    """Return the wild type (n,) whose single mutants all sequences are, or None.

    >>> scanned_wild_type(np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]]), 4).tolist()
    [0, 0, 0]
    """
    seen = np.unique(codes, axis=0)
    counts = letter_counts(seen, q)
    wild = counts.argmax(axis=1)
    # Two positions at least: of one, every table of its letters would be a scan.
    changed = (counts.max(axis=1) < len(seen)).sum()
    alone = changed > 1 and ((seen != wild).sum(axis=1) <= 1).all()
    return wild.astype(np.uint8) if alone else None


def sketch_of_scan(
    codes: Codes, y: Array, wild: Codes, letters: Letters, seed: int, weights: Array | None
) -> Sketch:
    """Return the sketch that holds the measured effect of every letter, repeats averaged."""
    w = np.ones(len(y)) if weights is None else weights
    n, q = codes.shape[1], letters.q
    changed = codes != wild
    mutant = changed.any(axis=1)
    notes = [_WHAT_IT_TELLS]
    if mutant.all():
        base = float(np.average(y, weights=w))
        notes.append(
            "the wild type itself is not in the table: effects are differences from the mean of "
            "all mutants; give it a row (its value is 0 where values are log ratios to it)"
        )
    else:
        base = float(np.average(y[~mutant], weights=w[~mutant]))
    # One number a cell of (n, q): which letter a mutant changed.
    position = changed.argmax(axis=1)[mutant]
    cell = position * q + codes[mutant, position]
    total = np.bincount(cell, w[mutant], n * q)
    sums = np.bincount(cell, w[mutant] * (y[mutant] - base), n * q)
    effects = np.divide(sums, total, out=np.zeros(n * q), where=total > 0).reshape(n, q)
    unseen = letters.possible & (total.reshape(n, q) == 0)
    unseen[np.arange(n), wild] = False
    if unseen.any():
        notes.append(
            f"{int(unseen.sum()):,} letters that can occur were never measured: no effect is "
            "given to them"
        )
    means = (letters.probabilities * effects).sum(axis=1)
    parts = np.where(letters.possible, effects - means[:, None], 0.0)
    tables: dict[tuple[int, ...], ArrayLike] = {(): base + means.sum()}
    tables |= {(int(i),): parts[i] for i in np.flatnonzero(effects.any(axis=1))}
    nan = float("nan")
    found = Decomposition(
        tables, alphabet=letters.alphabet, n=n, letters=letters,
        provenance={"method": SCAN, "n_queries": len(codes), "seed": seed},
    )  # fmt: skip
    return Sketch(found, nan, (nan, nan), len(codes), SCAN, 0, seed, notes=tuple(notes))
