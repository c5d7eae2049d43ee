"""What people use beside SHAP zero, behind one signature, with every query counted.

Methods that play the game of one sequence (packages shap and shapiq) replace missing letters by
those of ``background_rows`` uniformly random sequences, drawn anew for every sequence from the
seed: an estimate of the uniform, independent letters of SHAP zero. Gradient methods (captum) have
a notion of their own (module ``gradients``), mutagenesis too: it compares a letter with the
others at its place, all else as it is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of
from shapzero_lite.baselines.coalitions import Found, Game, Task
from shapzero_lite.baselines.gradients import network_of
from shapzero_lite.baselines.methods import METHODS, Method, check_queries
from shapzero_lite.baselines.mutagenesis import mutagenesis
from shapzero_lite.explaining import Interactions
from shapzero_lite.explaining._interactions import check_index
from shapzero_lite.letters import Alphabet, Codes, as_codes
from shapzero_lite.queries import Model, ModelError, Queries

__all__ = ["METHODS", "Attribution", "Method", "attribute"]


@dataclass(frozen=True, eq=False)
class Attribution:
    """What a method found, and what it cost.

    ``values`` (N, n) in the units of the model; ``interactions`` of the sets that the method
    estimates, or None; ``queries``: rows put to the model, all sequences together, every one
    counted (of gradient methods: rows run forward plus rows run backward); ``seconds`` by the
    wall, the import of the package included.
    """

    method: str
    values: Array
    interactions: Interactions | None
    queries: int
    seconds: float


def attribute(
    model: Model | Queries,
    sequences: Any,
    method: str,
    *,
    alphabet: Alphabet | None = None,
    queries: int = 300,
    background_rows: int | None = None,
    index: str = "FSII",
    max_order: int = 2,
    seed: int = 0,
) -> Attribution:
    """Return the attributions of N sequences by one of ``METHODS``, at most ``queries`` rows each.

    ``model``: a model, or a ``Queries`` of one; ``sequences``: strings, or codes (N, n);
    ``alphabet`` may be left out when the model has it. ``queries``: the most rows of the model a
    sequence, everything counted. ``background_rows`` B: a coalition costs B rows, so there are
    queries // B of them; None chooses B by a rule of the method's that was near the best on our
    models (``benchmarks/bench_baselines.py``).
    ``index``, ``max_order``: of the interactions, where the method estimates any; "shap-iq"
    estimates FSII for sets of exactly max_order. Gradient methods count a row for each
    pass forward and each pass backward and use no coalitions: "deep-lift" 4 a sequence,
    "deep-shap" 4 for each of queries // 4 references, "integrated-gradients" 2 a step, at most
    300 steps. "mutagenesis" asks n(q - 1) + 1 rows per sequence, no more and no less.

    Global random generators are left as they are. Raises ``ValueError`` for an unknown method
    (listing them), too few queries (naming the least that would do), another index than the
    method's, or a model that does not answer with finite numbers; ``TypeError`` for a gradient
    method and a model without a network; ``ImportError`` without the packages of the extra
    ``peers``.

    >>> from shapzero_lite import models
    >>> toy = models.toy(n=4, seed=1)
    >>> found = attribute(toy, ["ACGT", "GGGG"], "mutagenesis")
    >>> found.values[0].round(2).tolist(), found.queries
    ([3.04, 5.02, 2.37, 0.52], 26)
    """
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}; not {method!r}")
    asked = Queries.of(model, alphabet)
    alphabet = asked.known_alphabet
    codes = as_codes(sequences, alphabet, asked.n)
    plays = METHODS[method]
    if plays.indices:
        check_index(index, max_order, codes.shape[1])
        if index not in plays.indices:
            raise ValueError(f"{method!r} estimates {', '.join(plays.indices)}; not {index}")
    seed = seed_of(seed)
    rows = check_queries(method, codes.shape[1], alphabet.q, queries, background_rows, max_order)
    begun = time.perf_counter()
    if plays.follow is not None:
        network = network_of(asked, method)
        values = plays.follow(network, codes, int(queries), seed)
        return Attribution(method, values, None, network.rows, time.perf_counter() - begun)
    before, interactions = asked.evaluations, None
    try:
        if plays.play is None:
            values = mutagenesis(asked, codes)
        else:
            wanted = (int(queries), index, int(max_order))
            found = [
                plays.play(_task(asked, x, rows, wanted, (seed, r))) for r, x in enumerate(codes)
            ]
            values = np.array([one.values for one in found])
            interactions = _columns(found, index, int(max_order)) if plays.indices else None
    except ModelError as error:
        error.add_note(f"the number is that of a query of {method!r}, not of your sequences")
        raise
    return Attribution(
        method, values, interactions, asked.evaluations - before, time.perf_counter() - begun
    )


def _task(
    asked: Queries, x: Codes, rows: int, wanted: tuple[int, str, int], seed: tuple[int, int]
) -> Task:
    rng = np.random.default_rng(seed)
    background = rng.integers(0, asked.known_alphabet.q, (rows, len(x)), dtype=np.uint8)
    return Task(Game(asked, x, background), *wanted, int(rng.integers(2**31)))


def _columns(found: list[Found], index: str, max_order: int) -> Interactions:
    tables = [one.sets or {} for one in found]
    subsets = sorted(set().union(*tables), key=lambda T: (len(T), T))
    values = np.array([[table.get(T, 0.0) for T in subsets] for table in tables])
    base = float(np.mean([one.empty for one in found]))
    return Interactions(subsets, values, index, max_order, base)
