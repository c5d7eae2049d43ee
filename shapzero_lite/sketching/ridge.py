r"""Learning a spectrum from samples: ridge regression whose penalties the data choose.

.. math:: f(x) = \mu + \sum_T f_T(x_T), \qquad f_T = \sum_{\mathrm{waves\ of\ } T} c\,\phi,
          \qquad c \sim N(0, \tau_T^2),

one variance :math:`\tau_T^2` for every set T of positions (its support). Given the variances, the
best coefficients are a ridge fit with penalties sigma²/(N tau²), solved by conjugate gradients
over blocks of positions (module ``block_design``). Given the fit, the variances follow: the fit
without its own shrinkage, z = c + correlations with the residual, is the truth plus noise of known
size, so the mean z² of a support less that noise estimates its tau². Supports of one order and
span share what they know. A few rounds of both, one order after the other, each kept only where
it helps on rows outside.

That is empirical Bayes (Efron & Morris 1973) for the functional ANOVA; the unshrunken fit is the
pseudo-data of approximate message passing (Donoho, Maleki & Montanari, PNAS 2009). The
combination, and its use on q-ary spectra, are ours; lesson 07 compares it with boosted trees.
The waves are orthonormal for the letters that are meant; uniform ones make a Fourier spectrum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching.block_design import (
    Array,
    BlockDesign,
    Support,
    ranks_of,
)
from shapzero_lite.sketching.learnt import to_decomposition, to_spectrum
from shapzero_lite.spectra import Decomposition, Spectrum

# All sets of an order are looked at while they are this many, with this many waves a row
# together; beyond that, as many unions of the strongest smaller ones (heredity).
MOST_SUPPORTS, MOST_WAVES_A_ROW = 20_000, 30
# Of those looked at, the fewest are fitted that hold this share of the expected gain.
_GAIN_FITTED = 0.995
MOST_ORDER = 6
# A round of coefficients and variances must lower the error by this share to be followed by one
# more; without noise the error falls by far more in each, down to rounding.
_WORTH, _ROUNDS = 0.01, 30
# The prior variance of the constant, in units of the variance of the values: none to speak of.
_FREE = 1e6


@dataclass(frozen=True, eq=False)
class _Rows:
    """Sequences (N, n), values (N,) and the square roots of weights (N,) that multiply them."""

    codes: Codes
    y: Array
    roots: Array


@dataclass(frozen=True, eq=False)
class _State:
    """Supports with their variances tau² (s,), coefficients c (p,), and the error outside."""

    supports: list[Support]
    variances: Array
    c: Array
    noise: float  # variance of an unshrunken coefficient
    errors: Array  # squared errors on the rows held out


def fit_spectrum(
    codes: Codes,
    values: Array,
    alphabet: Alphabet,
    *,
    seed: int,
    max_order: int = MOST_ORDER,
    max_coefficients: int | None = None,
    weights: Array | None = None,
    letters: Letters | None = None,
) -> Spectrum | Decomposition:
    """Return the spectrum learnt from N samples, or the decomposition for other ``letters``.

    ``codes`` (N, n), ``values`` (N,), ``weights`` (N,) of the squared errors or None. ``letters``:
    those that the samples were drawn from, None for uniform ones. Of a spectrum are kept the
    ``max_coefficients`` largest coefficients (None: a third of the rows, at least 5,000, at most
    60,000), of a decomposition whole parts, while they fit into 256 MiB. ``seed`` draws the rows
    that choose the orders; everything is then fitted again on all rows. Cost: N times the number
    of blocks (about 200 for all triples and 1,600 for all quadruples of 26 positions) for each of
    about 100 steps.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(600, 5, seed=0)
    >>> s = fit_spectrum(x, 1.0 + (x[:, 0] == x[:, 3]), DNA, seed=0)
    >>> s.evaluate(["AAAAA", "ACCCC"]).round(4).tolist()
    [2.0, 1.0]
    """
    w = np.ones(len(values)) if weights is None else weights / weights.mean()
    centre = float((w * values).mean())
    spread = float(np.sqrt((w * (values - centre) ** 2).mean())) or 1.0
    roots = np.sqrt(w)
    y = roots * (values - centre) / spread  # rows are multiplied by the roots, on both sides
    n, q = codes.shape[1], alphabet.q
    basis = None if letters is None else letters.basis
    ranks, make = ranks_of(basis, n, q), partial(BlockDesign, q=q, basis=basis)
    fit, check = split(codes, share=0.2 if len(codes) < 5000 else 0.1, seed=seed)
    inside = _Rows(codes[fit], y[fit], roots[fit])
    outside = _Rows(codes[check], y[check], roots[check])
    state = _State([()], np.array([_FREE]), np.zeros(1), 1.0, y[check] ** 2)
    idle = 0
    for order in range(1, min(max_order, n) + 1):
        if state.errors.mean() < 1e-20:  # nothing is left to explain
            break
        new = _candidates(state, order, ranks, len(fit))
        before = state
        if new:
            state = _with_order(state, new, inside, outside, make)
        # An order may be empty below a filled one (pairs of pairs: 2 and 4, not 3).
        idle = 0 if state is not before else idle + 1
        if order > 3 and idle == 2:
            break
    design = make(codes, state.supports, roots=roots)
    # Noise of a coefficient falls as rows are added; its prior variance does not change.
    noise = state.noise * len(fit) / len(codes)
    c = _ridge(design, y, noise / state.variances, state.c, steps=30, tolerance=1e-20)[0]
    if letters is not None:
        return to_decomposition(design, c * spread, centre, letters)
    limit = max_coefficients or min(60_000, max(5_000, len(codes) // 3))
    return to_spectrum(design, c * spread, centre, alphabet, n, limit)


def split(codes: Codes, share: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row numbers (kept, held out) such that no sequence stands on both sides.

    About ``share`` of the distinct sequences, at least one, are held out.
    """
    _, group = np.unique(codes, axis=0, return_inverse=True)
    group = group.ravel()
    count = int(group.max()) + 1
    held = np.zeros(count, bool)
    order = np.random.default_rng(seed).permutation(count)
    held[order[: max(1, round(share * count))]] = True
    return np.flatnonzero(~held[group]), np.flatnonzero(held[group])


def _candidates(state: _State, order: int, ranks: NDArray[np.int64], rows: int) -> list[Support]:
    """All sets of ``order`` positions, or unions of the strongest sets found so far."""
    free = np.flatnonzero(ranks)  # a fixed position has no waves
    waves = float(ranks[free].mean()) ** order if len(free) else 1.0
    limit = min(MOST_SUPPORTS, MOST_WAVES_A_ROW * rows // waves)
    if comb(len(free), order) <= limit:
        return list(combinations(free.tolist(), order))
    if order <= 2 or not state.supports:
        return []
    energy = state.variances * [np.prod(ranks[list(T)]) for T in state.supports]
    ranked = [state.supports[i] for i in np.argsort(-energy, kind="stable")]
    strong = [T for T in ranked if 1 < len(T) < order][:400]
    found: dict[Support, None] = {}
    for later in range(1, len(strong)):  # the strongest pairs of sets first
        for earlier in range(later):
            union = tuple(sorted({*strong[earlier], *strong[later]}))
            if len(union) == order:
                found[union] = None
        if len(found) >= limit:
            break
    return list(found)[: int(limit)]


def _with_order(
    state: _State,
    new: list[Support],
    inside: _Rows,
    outside: _Rows,
    make: Callable[..., BlockDesign],
) -> _State:
    """Return the best state that has the new supports too, or the old one where none helps."""
    codes, y, roots = inside.codes, inside.y, inside.roots
    residual = y - make(codes, state.supports, roots=roots, packed=False).apply(state.c)
    noise = float(residual @ residual) / len(y) ** 2
    looked = make(codes, new, roots=roots, packed=False)
    found = _variances(looked, np.zeros(len(looked.owner)), residual, looked.mean_squares(), noise)
    # What a support of variance tau² is expected to take off the error: its shrunken energy.
    gain = looked.sizes * found**2 / (found + noise)
    if gain.sum() < _WORTH * state.errors.mean() and len(new[0]) > 1:
        return state
    ranked = np.argsort(-gain, kind="stable")
    enough = int(np.searchsorted(np.cumsum(gain[ranked]), _GAIN_FITTED * gain.sum())) + 1
    kept = np.sort(ranked[:enough] if len(new[0]) > 2 else ranked)
    design = make(codes, state.supports + [new[i] for i in kept], roots=roots)
    squares = design.mean_squares()
    c = np.concatenate([state.c, np.zeros(len(design.owner) - len(state.c))])
    variances = np.concatenate([state.variances, found[kept]])
    best = state
    for round_number in range(_ROUNDS):
        penalty = noise / variances
        c, residual, shrunk = _ridge(design, y, penalty, c, squares=squares)
        raw = residual / (1 - shrunk)  # what the residual of a row left out would be
        noise = float(raw @ raw) / len(y) ** 2
        errors = (outside.y - outside.roots * design.apply(c, outside.codes)) ** 2
        gain = best.errors - errors
        # One standard error, the first time: a new order must show that it is needed.
        needed = gain.std() / np.sqrt(len(gain)) if best is state else 0.0
        growing = gain.mean() > max(needed, _WORTH * best.errors.mean())
        if gain.mean() > needed:
            best = _State(design.supports, variances, c, noise, errors)
        if not growing and (best is not state or round_number > 2):
            break
        variances = _variances(design, c, raw, squares, noise)
    return best


def _ridge(
    design: BlockDesign,
    y: Array,
    penalties: Array,
    c: Array,
    *,
    steps: int = 10,
    tolerance: float = 1e-3,
    squares: Array | None = None,
) -> tuple[Array, Array, float]:
    """Minimise mean (y - A c)² + sum of penalty c²; return c, the residual, and df / N.

    Preconditioned conjugate gradients from c. The degrees of freedom df solve
    df = sum of h / (h + penalty / (1 - df / N)), h the mean squares of the columns.
    """
    squares = design.mean_squares() if squares is None else squares
    count = len(y)
    shrunk, penalty = 0.0, penalties[design.owner]
    for _ in range(50):
        moved = min(float((squares / (squares + penalty / (1 - shrunk))).sum()) / count, 0.98)
        shrunk, before = (shrunk + moved) / 2, shrunk
        if abs(shrunk - before) < 1e-4:
            break
    penalty = penalty * (1 - shrunk)
    scale = np.maximum(squares, 1e-9) + penalty
    residual = y - design.apply(c)
    g = design.adjoint(residual) / count - penalty * c
    z = g / scale
    d, gz = z.copy(), float(g @ z)
    target = tolerance * gz
    for _ in range(steps):
        if gz <= max(target, 1e-300):
            break
        forward = design.apply(d)
        curved = design.adjoint(forward) / count + penalty * d
        step = gz / float(d @ curved)
        c = c + step * d
        residual -= step * forward
        g -= step * curved
        z = g / scale
        before, gz = gz, float(g @ z)
        d = z + gz / before * d
    return c, residual, shrunk


def _variances(
    design: BlockDesign, c: Array, residual: Array, squares: Array, noise: float
) -> Array:
    """Return tau² (s,) of every support from the unshrunken coefficients and their noise."""
    h = np.maximum(squares, 1e-3)  # a wave that hardly varies says nothing
    z = c + design.adjoint(residual) / len(design) / h
    sizes = design.sizes
    excess = np.bincount(design.owner, z**2 - noise / h) / sizes
    doubt = 2 * (np.maximum(excess, 0) + noise) ** 2 / sizes
    order = np.array([len(T) for T in design.supports])
    span = np.array([T[-1] - T[0] if T else 0 for T in design.supports])
    _, group = np.unique(np.stack([order, span]), axis=1, return_inverse=True)
    group = group.ravel()
    count = np.bincount(group)
    mean = np.bincount(group, excess) / count
    between = np.bincount(group, (excess - mean[group]) ** 2 - doubt) / count
    trust = np.maximum(between, 0)[group]
    trust = np.where(count[group] > 2, trust / (trust + doubt), 1.0)  # too few to pool
    pooled = mean[group] + trust * (excess - mean[group])
    return np.where(order == 0, _FREE, np.maximum(pooled, 1e-3 * noise + 1e-300))
