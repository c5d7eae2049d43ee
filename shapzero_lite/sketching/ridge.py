r"""Learning a spectrum from samples: ridge regression whose penalties the data choose.

.. math:: f(x) = \mu + \sum_T f_T(x_T), \qquad f_T = \sum_{\mathrm{waves\ of\ } T} c\,\phi,
          \qquad c \sim N(0, \tau_T^2),

one variance :math:`\tau_T^2` for every set T of positions (its support). Given the variances, the
best coefficients are a ridge fit with penalties sigma²/(N tau²), solved by conjugate gradients
over blocks of positions (module ``block_design``). Given the fit, the variances follow: the fit
without its own shrinkage, z = c + correlations with the residual, is the truth plus noise of known
size, so the mean z² of a support less that noise estimates its tau². Supports of one order and
span share what they know (both in module ``shrinkage``). A few rounds of both, one order after the
other, each kept only where it helps on rows outside.

That is empirical Bayes (Efron & Morris 1973) for the functional ANOVA; the unshrunken fit is the
pseudo-data of approximate message passing (Donoho, Maleki & Montanari, PNAS 2009). The
combination, and its use on q-ary spectra, are ours; lesson 07 compares it with boosted trees.
The waves are orthonormal for the letters that are meant; uniform ones make a Fourier spectrum.
For others, pairs of positions with one number each (module ``mutant_pairs``) stand in for pairs of
letters where they predict the rows outside better.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes, Letters
from shapzero_lite.sketching import mutant_pairs
from shapzero_lite.sketching.block_design import Array, BlockDesign, ranks_of
from shapzero_lite.sketching.learnt import to_decomposition, to_spectrum
from shapzero_lite.sketching.orders import (
    WORTH,
    State,
    WeightedRows,
    candidates,
    unshrunken,
    with_order,
)
from shapzero_lite.sketching.shrinkage import FREE, ridge_fit, variances_of
from shapzero_lite.spectra import Decomposition, Spectrum

MOST_ORDER = 6
# Turns of single letters and of pairs, when both are fitted.
_TURNS = 3
# Orders and variances are chosen by so many rows at most. The last fit, to all rows, then starts so
# near that fewer steps do: as many as are no more work, and some at least.
MOST_CHOOSING, _STEPS, _LEAST_STEPS = 400_000, 30, 8
# Coefficients kept while more of them are not worth it, and rows outside that judge.
_KEPT, _JUDGES = 60_000, 2_000


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
    ``max_coefficients`` largest coefficients (None: a third of the rows, at least 5,000; above
    60,000 twice as many while that helps on rows outside), of a decomposition whole parts, while
    they fit into 256 MiB. ``seed`` draws the rows that choose the orders, at most 400,000;
    everything is then fitted again on all rows. Cost: N times the number of blocks (about 200 for
    all triples and 1,600 for all quadruples of 26 positions) for each of about 100 steps, and
    hardly more from 400,000 to 1,500,000 rows.

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
    fit, check = _choosing(codes, seed)
    inside = WeightedRows(codes[fit], y[fit], roots[fit])
    outside = WeightedRows(codes[check], y[check], roots[check])
    state = State([()], np.array([FREE]), np.zeros(1), 1.0, y[check] ** 2)
    idle, single = 0, state
    for order in range(1, min(max_order, n) + 1):
        if state.errors.mean() < 1e-20:  # nothing is left to explain
            break
        new = candidates(state, order, ranks, len(fit))
        before = state
        if new:
            state = with_order(state, new, inside, outside, make)
        # An order may be empty below a filled one (pairs of pairs: 2 and 4, not 3).
        single = state if order == 1 else single
        idle = 0 if state is not before else idle + 1
        if order > 3 and idle == 2:
            break
    chosen = None
    if letters is not None and max_order > 1 and len(single.supports) > 1:
        alone = _of_positions(single, ranks)
        parts = [_left(single, rows, make) for rows in (inside, outside)]
        chosen = mutant_pairs.choose(parts[0], parts[1], letters, alone)
    if chosen is not None and chosen[2] < state.errors.mean():
        state = single  # rows too few for pairs of letters, but not for pairs of positions
    else:
        chosen = None
    design = make(codes, state.supports, roots=roots)
    # Noise of a coefficient falls as rows are added; its prior variance does not change.
    share = len(fit) / len(codes)
    penalties = state.noise * share / state.variances
    squares = design.mean_squares()
    steps = min(_STEPS, max(_LEAST_STEPS, _STEPS * MOST_CHOOSING // len(codes)))
    c = state.c
    if len(codes) > MOST_CHOOSING:  # half of the steps, then variances that all rows have chosen
        steps //= 2
        c, residual, shrunk = ridge_fit(
            design, y, penalties, c, steps=steps, tolerance=1e-20, squares=squares
        )
        raw, noise = unshrunken(residual, shrunk)
        penalties = noise / variances_of(design, c, raw, squares, noise)
    c = ridge_fit(design, y, penalties, c, steps=steps, tolerance=1e-20, squares=squares)[0]
    if letters is not None:
        tables = {}
        if chosen is not None:
            pairs, penalty, _ = chosen
            for _ in range(_TURNS):
                left = y - design.apply(c)
                pairs = mutant_pairs.refit(pairs, (codes, left, roots), share * penalty, alone)
                left = y - roots * pairs.evaluate(codes)
                c = ridge_fit(design, left, penalties, c, steps=steps, squares=squares)[0]
            tables = {T: spread * table for T, table in pairs.tables().items()}
        return to_decomposition(design, c * spread, centre, letters, tables)
    limit = max_coefficients or min(_KEPT, max(5_000, len(codes) // 3))
    judges = WeightedRows(outside.codes[:_JUDGES], outside.y[:_JUDGES], outside.roots[:_JUDGES])

    def error(limit: int) -> float:
        kept = to_spectrum(design, state.c, 0.0, alphabet, n, limit).evaluate(judges.codes)
        return float(((judges.y - judges.roots * kept) ** 2).mean())

    if max_coefficients is None:
        most = min(len(codes) // 3, len(c))
        while 2 * limit <= most and error(2 * limit) < (1 - WORTH) * error(limit):
            limit *= 2
    return to_spectrum(design, c * spread, centre, alphabet, n, limit)


def _choosing(codes: Codes, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """WeightedRows that are fitted and rows outside, while orders and variances are chosen."""
    share = 0.2 if len(codes) < 5000 else 0.1
    if len(codes) <= MOST_CHOOSING:
        return split(codes, share, seed)
    some = np.sort(np.random.default_rng([seed, 5]).permutation(len(codes))[:MOST_CHOOSING])
    fit, check = split(codes[some], share, seed)
    return some[fit], some[check]


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


def _of_positions(state: State, ranks: NDArray[np.int64]) -> Array:
    """Return the variance (n,) of each position's own part, of a state of single letters."""
    energy = np.zeros(len(ranks))
    places = [T[0] for T in state.supports if T]
    owner = np.repeat(places, ranks[places])
    np.add.at(energy, owner, state.c[1:] ** 2)
    return energy


def _left(
    state: State, rows: WeightedRows, make: Callable[..., BlockDesign]
) -> tuple[Codes, Array, Array]:
    """Return codes, what the state leaves of the values, and the roots of the weights."""
    design = make(rows.codes, state.supports, roots=rows.roots, packed=False)
    return rows.codes, rows.y - design.apply(state.c), rows.roots
