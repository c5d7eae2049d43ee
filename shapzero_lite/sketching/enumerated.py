"""The sketch of all sequences that can occur: exact, unless the model is noisy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.queries import Queries
from shapzero_lite.sketching import repeats, samples
from shapzero_lite.sketching._plan import AGAIN, CALIBRATION, SHARE, Plan
from shapzero_lite.sketching.measured_errors import with_errors
from shapzero_lite.sketching.of_rows import exact, held_rows, learnt, transform
from shapzero_lite.sketching.repeats import LEAST, Repeats
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import fit_spectrum
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.spectra import Decomposition


def by_enumeration(asked: Queries, todo: Plan, seed: int, max_order: int) -> Sketch:
    """Return the sketch of all sequences: exact, unless a few are answered otherwise again."""
    letters, before, twice = todo.meant, asked.answered, None
    spare = todo.budget - todo.n_queries + todo.queries.get(AGAIN, 0)
    if AGAIN in todo.queries:
        twice = repeats.ask_again(asked, letters, todo.budget, spare, seed)
        spare -= asked.answered - before
    codes = todo.alphabet.all_sequences(todo.n) if todo.letters is None else letters.all_sequences()
    values = asked(codes)
    samples.refuse_constant(values, "the model answered")
    twice = twice or repeats.of_probe(asked, letters)
    if twice is None:
        least = todo.n_queries + repeats.ROOM
        note = f"each was asked once: a budget of {least:,} also sees whether answers stay the same"
        return replace(of_all(values, letters, seed), notes=(note,))
    if not twice.noisy:
        return replace(of_all(values, letters, seed), noise=twice.ceiling)
    found = replace(of_noisy(codes, values, letters, twice, seed, max_order), noise=twice.ceiling)
    count = min(spare, int(SHARE * todo.budget))
    return with_errors(found, asked, replace(todo, queries={CALIBRATION: count}), seed)


def of_all(values: Array, letters: Letters, seed: int) -> Sketch:
    """Return the exact sketch of ``values`` (count,) of all sequences of the letters, in order."""
    if letters.is_uniform:
        table = values.reshape((letters.q,) * letters.n)
        return exact(transform(table, letters.alphabet), len(values), seed)
    provenance = {"method": "enumerate", "n_queries": len(values), "r2": 1.0}
    return exact(Decomposition.from_values(values, letters, provenance), len(values), seed)


def of_noisy(
    codes: Codes, values: Array, letters: Letters, twice: Repeats, seed: int, max_order: int
) -> Sketch:
    """Return the sketch of all sequences ``codes``, answered once each by a noisy model.

    A table with noise in it is learnt as samples are. R² is that on answers of another time, those
    of ``twice``; where they are too few, on a tenth of the table, which is then not fitted.
    """
    uniform = letters.is_uniform
    weights, meant = (None, None) if uniform else (letters.weights(codes), letters)
    note = f"all {len(codes):,} sequences were asked, once each, and are learnt as samples are"
    if len(twice.codes) < LEAST:
        held = held_rows(codes, max(1, len(codes) // 10), seed)
        found = learnt(codes, values, letters.alphabet, seed, max_order, held, weights, meant)
        return replace(found, notes=(note,))
    spectrum = fit_spectrum(
        codes, values, letters.alphabet,
        seed=seed + 1, max_order=max_order, weights=weights, letters=meant,
    )  # fmt: skip
    # Both answers to a sequence side by side: the bootstrap draws them together.
    outside, y = np.repeat(twice.codes, 2, axis=0), twice.answers.T.ravel()
    r2, interval = r_squared(y, spectrum.evaluate(outside), seed)
    spectrum.provenance.update({"method": "samples", "seed": seed, "r2": r2})
    kept = (codes, values), (outside, y)
    return Sketch(
        spectrum, r2, interval, len(codes), "samples", len(y), seed, (note,), samples=kept
    )
