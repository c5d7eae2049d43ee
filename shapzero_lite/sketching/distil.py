"""Distil: a network learns the model's answers, a spectrum the network's, which are free.

A convolution sees a motif wherever it stands, which a spectrum has to learn place by place: from
the same answers the network knows more of the model (benchmarks/bench_distil.py). It is trained
(module ``training``) on the rows that ``learnt`` would fit; the rows held out measure both R². The
network answers far more rows than were paid for, so that its spectrum is close to it; what is left
between the two, free answers make up (``Explainer.explain``).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching import samples
from shapzero_lite.sketching.curved import Rows
from shapzero_lite.sketching.network import Network
from shapzero_lite.sketching.of_rows import judged, transform
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.sketching.training import trained
from shapzero_lite.spectra import Decomposition, Spectrum

# Free answers that the spectrum is learnt from: this many a row that trained the network, at most
# so many in all. A limit of rows, not of time: the same sketch on every machine.
_FREE_A_ROW, _MOST_FREE = 20, 120_000


def distilled(
    codes: Codes,
    y: Array,
    alphabet: Alphabet,
    seed: int,
    max_order: int,
    held: NDArray[np.int64] | None = None,
    weights: Array | None = None,
    letters: Letters | None = None,
    *,
    network: Network | None = None,
    progress: bool = False,
) -> Sketch:
    """Return the sketch by distillation from N samples: as ``learnt``, by way of a network.

    ``network``: one that learnt the rows that are not held out; None trains it.
    """

    def fitted(inside: Rows, outside: Rows) -> Spectrum | Decomposition:
        nonlocal network
        x, values, w = inside
        if network is None:
            network = trained(x, values, alphabet, seed, w, progress=progress)
        r2, interval = r_squared(outside[1], network(outside[0]), seed, outside[2])
        network = replace(network, r2=r2, r2_interval=interval)
        return spectrum_of(network, free_answers(len(x)), seed, max_order, letters)

    found = judged("distil", fitted, codes, y, seed, held, weights)
    return replace(found, network=network)


def free_answers(rows: int) -> int:
    """Return how many answers of a network the spectrum is learnt from, after so many rows.

    >>> free_answers(1_000), free_answers(50_000)
    (20000, 120000)
    """
    return min(_MOST_FREE, _FREE_A_ROW * rows)


def spectrum_of(
    network: Network, count: int, seed: int, max_order: int, letters: Letters | None
) -> Spectrum | Decomposition:
    """Return the spectrum of a network, from ``count`` of its answers; exact where those are all.

    For ``letters`` that are not uniform the decomposition for them.
    """
    alphabet, n = network.alphabet, network.n
    rng = np.random.default_rng([seed, 2])
    whole = max_order >= min(MOST_ORDER, n)
    if letters is not None:
        if letters.count <= count and whole:
            return Decomposition.from_values(network(letters.all_sequences()), letters, {})
        codes, times = samples.draw_from(letters, count, rng)
        return fit_spectrum(
            codes, network(codes), alphabet,
            seed=seed + 1, max_order=max_order, weights=times.astype(float), letters=letters,
        )  # fmt: skip
    codes = samples.draw(alphabet, n, count, rng)
    y = network(codes)
    table = samples.complete_table(codes, y, alphabet.q)
    if table is not None and whole:
        return transform(table, alphabet)
    return fit_spectrum(codes, y, alphabet, seed=seed + 1, max_order=max_order)
