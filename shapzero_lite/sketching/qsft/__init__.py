r"""q-SFT, the sketch of the SHAP zero paper: a designed set of queries, decoded by peeling.

``design`` draws subsampling matrices and delays, ``queries`` turns them into sequences,
``decode`` makes a spectrum of the answers; ``sketch_by_qsft`` does all of it for a model within
a budget. Method: Erginbas et al., arXiv 2301.06200; used for Shapley values by SHAP zero,
arXiv 2410.19236. The alias equation is in ``shapzero_lite.sketching.qsft.subsampling``.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of
from shapzero_lite.letters import Alphabet, Codes
from shapzero_lite.queries import Model, Queries
from shapzero_lite.sketching.qsft.budgets import MORE, design_sizes, one_more
from shapzero_lite.sketching.qsft.peeling import Bins, with_mirrored
from shapzero_lite.sketching.qsft.subsampling import Pattern, draw_pattern, patterns_of
from shapzero_lite.sketching.qsft.thresholds import HeldOut, Level, Rows, best_level
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.samples import refuse_constant
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.spectra import Spectrum

__all__ = [
    "Bins",
    "Pattern",
    "decode",
    "design",
    "draw_pattern",
    "patterns_of",
    "queries",
    "sketch_by_qsft",
    "with_mirrored",
]


def design(
    n: int, q: int, b: int, *, patterns: int = 3, repeats: int = 3, seed: int = 0
) -> tuple[Codes, Codes]:
    """Return subsampling matrices M (C, n, b) and delays D (C, P, n + 1, n) of a q-SFT.

    C = ``patterns`` matrices with ``repeats`` = P random offsets each, C P (n + 1) q^b sequences
    in all. The columns of every M are independent modulo each prime factor of q, so that no
    sequence of a block stands in it twice.

    >>> M, D = design(6, 4, 2, patterns=3, repeats=2, seed=0)
    >>> M.shape, D.shape
    ((3, 6, 2), (3, 2, 7, 6))
    """
    rng = np.random.default_rng(seed_of(seed))
    drawn = [draw_pattern(n, q, b, repeats, rng) for _ in range(patterns)]
    return np.stack([p.matrix for p in drawn]), np.stack([p.delays() for p in drawn])


def queries(
    subsampling: ArrayLike, delays: ArrayLike, q: int, *, batch_size: int = 65_536
) -> Iterator[Codes]:
    """Yield the sequences of a design as codes (at most ``batch_size``, n), in ``decode``'s order.

    The order is that of ``values`` (C, P, n + 1, q^b), the last index fastest: point l of
    (M_c, D_cp, delay d) is M_c l + D_cp[d] mod q, and l counts up in base q, first digit most
    significant. No batch reaches over two patterns; only one is in memory.

    >>> M, D = design(6, 4, 2, seed=0)
    >>> sum(len(batch) for batch in queries(M, D, 4))
    1008
    """
    for pattern in patterns_of(subsampling, delays, q):
        yield from pattern.sequences(batch_size)


def decode(
    subsampling: ArrayLike,
    delays: ArrayLike,
    values: ArrayLike,
    alphabet: Alphabet,
    *,
    seed: int = 0,
) -> Sketch:
    """Return the sketch that the answers to a design hold.

    ``subsampling`` (C, n, b), ``delays`` (C, P, n + 1, n) and ``values`` (C, P, n + 1, q^b) as
    in ``queries``; in a block the first delay is the offset, and the others add 1 to one position
    each, or subtract it, as the paper's recorded designs do. With P > 1 one block of the last
    pattern stays out of the fit, with P = 1 a few points l of it with all their delays; half of
    what stays out chooses the threshold, the other half gives ``r2``. Raises ``ValueError`` for
    shapes that do not fit together, delays without the identity, values that are not finite
    (naming the first) or constant.

    >>> from shapzero_lite import DNA
    >>> M, D = design(8, 4, 2, seed=1)
    >>> codes = np.concatenate(list(queries(M, D, 4)))
    >>> y = (codes[:, 0] == 1) * 2.0 + (codes[:, 3] == codes[:, 5])
    >>> sk = decode(M, D, y.reshape(3, 3, 9, 16), DNA)
    >>> round(sk.r2, 6), len(sk.spectrum), sk.n_queries
    (1.0, 7, 1296)
    """
    if not isinstance(alphabet, Alphabet):
        msg = f"alphabet must be an Alphabet such as sz.Alphabet('ACTG'), not {alphabet!r}"
        raise TypeError(msg)
    seed = seed_of(seed)
    patterns = patterns_of(subsampling, delays, alphabet.q)
    y = _checked_values(values, patterns)
    refuse_constant(y.ravel(), "the queries hold")
    # About the mean, so that a large constant does not cost the peeling its digits.
    centre = float(y.mean(dtype=np.float64))
    answers = [v - y.dtype.type(centre) for v in y]
    held = HeldOut(patterns, answers, np.random.default_rng(seed))
    level = best_level(held.patterns, held.answers, held.tune, alphabet, held.hidden)
    notes: tuple[str, ...] = ("R² is from held-out rows of the given design",)
    if held.hidden is not None:
        shared = "they share its offset with rows of the fit: R² reads a few hundredths high"
        notes += (f"{shared} when the spectrum is not sparse",)
    return _as_sketch(level, centre, held.test, y.size, alphabet, seed, notes)


def sketch_by_qsft(
    model: Model | Queries,
    n: int,
    alphabet: Alphabet,
    budget: int,
    seed: int = 0,
    *,
    progress: bool | None = None,
    checks: tuple[Rows, Rows] | None = None,
    spent: int = 0,
) -> Sketch:
    """Return a q-SFT sketch of a model from at most ``budget`` queries, all rows counted.

    The model is asked at most nine times, a whole design each. A tenth of the budget goes to
    uniformly random sequences, some that choose the threshold and others that R² is from; three
    patterns take most of the rest. When energy is left in the bins, up to eight further patterns
    follow, of the size that best parts what collided, within the budget. ``checks``: both sets of
    random sequences, with answers, where they are known; ``spent`` of the budget went before, on
    them too. Raises ``ValueError`` naming the least budget that would do, or for a constant model.

    >>> from shapzero_lite import DNA
    >>> sk = sketch_by_qsft(lambda x: 1.0 * (x[:, 2] == x[:, 7]), 9, DNA, budget=2000)
    >>> round(sk.r2, 6), len(sk.spectrum), sk.n_queries <= 2000
    (1.0, 4, True)
    """
    seed = seed_of(seed)
    asked = Queries.of(model, alphabet, n, progress=progress)
    rng = np.random.default_rng(seed)
    # Three patterns take three quarters of what ``design_sizes`` is told, at most.
    b, repeats, rows = design_sizes(n, alphabet.q, min(budget, 4 * (budget - spent) // 3))
    drawn = rng.integers(0, alphabet.q, size=(2 * rows, n), dtype=np.uint8)
    patterns = [draw_pattern(n, alphabet.q, b, repeats, rng) for _ in range(3)]
    if checks is None:
        y, *answers = _answers(asked, [drawn, *patterns])
        # The choice compares spectra on the same rows and is made often: a quarter will do.
        few = rows // 2
        checks = (drawn[:few], y[:few]), (drawn[few:], y[few:])
        spent = 2 * rows
    else:
        answers = _answers(asked, list(patterns))
    spent += sum(p.n_queries for p in patterns)
    seen = np.concatenate([*(y for _, y in checks), *(a.ravel() for a in answers)])
    refuse_constant(seen, "the model answered")
    centre = float(seen.mean())
    tune, test = ((codes, y - centre) for codes, y in checks)
    for draws in range(MORE, -1, -1):
        level = best_level(patterns, [a - centre for a in answers], tune, alphabet)
        if level.exact or draws == 0:
            break
        more = one_more(patterns[0], level.occupied, budget - spent, draws, rng)
        if more is None:
            break
        patterns.append(more)
        answers += _answers(asked, [more])
        spent += more.n_queries
    return _as_sketch(level, centre, test, spent, alphabet, seed)


def _answers(asked: Queries, parts: list[Codes | Pattern]) -> list[Array]:
    """Ask about codes and patterns in one go; codes of a pattern are made when they are needed."""
    sizes = [p.n_queries if isinstance(p, Pattern) else len(p) for p in parts]
    edges = np.concatenate([[0], np.cumsum(sizes)]).tolist()

    def codes_of(start: int, stop: int) -> Codes:
        rows = []
        for part, first, last in zip(parts, edges[:-1], edges[1:], strict=True):
            number = np.arange(max(start, first), min(stop, last)) - first
            if len(number):
                rows.append(part.at(number) if isinstance(part, Pattern) else part[number])
        return np.concatenate(rows)

    values = np.split(asked(codes_of, total=edges[-1]), edges[1:-1])
    return [
        v.reshape(-1, p.n + 1, p.n_bins) if isinstance(p, Pattern) else v
        for v, p in zip(values, parts, strict=True)
    ]


def _as_sketch(
    level: Level,
    centre: float,
    test: tuple[Codes, Array],
    n_queries: int,
    alphabet: Alphabet,
    seed: int,
    notes: tuple[str, ...] = (),
) -> Sketch:
    codes, y = test
    found = Spectrum(level.k, level.F, alphabet=alphabet)
    r2, interval = r_squared(y, found.evaluate(codes), seed)
    zero = np.zeros((1, codes.shape[1]), np.uint8)
    spectrum = Spectrum(
        np.concatenate([zero, level.k]),
        np.concatenate([[centre], level.F]),
        alphabet=alphabet,
        provenance={
            "method": "qsft",
            "n_queries": int(n_queries),
            "seed": seed,
            "r2": r2,
            "threshold": level.threshold,
        },
    )
    return Sketch(spectrum, r2, interval, int(n_queries), "qsft", len(codes), seed, notes)


def _checked_values(values: ArrayLike, patterns: list[Pattern]) -> NDArray[np.floating]:
    y = np.asarray(values)
    first = patterns[0]
    shape = (len(patterns), len(first.offsets), first.n + 1, first.n_bins)
    if y.dtype.kind not in "biuf":
        raise TypeError(f"values are real numbers, one a query; an array of {y.dtype} was given")
    if y.shape != shape:
        msg = f"this design has answers of shape {shape}, (C, P, n + 1, q^b); got {y.shape}"
        raise ValueError(msg)
    y = y if y.dtype == np.float32 else y.astype(np.float64)
    finite = np.isfinite(y)
    if not finite.all():
        c, p, d, point = (int(i) + 1 for i in np.argwhere(~finite)[0])
        raise ValueError(
            f"the value of pattern {c}, block {p}, delay {d}, point {point} (counted from 1) is "
            f"{y[c - 1, p - 1, d - 1, point - 1]}; {int((~finite).sum()):,} of {y.size:,} "
            "values are not finite"
        )
    return y
