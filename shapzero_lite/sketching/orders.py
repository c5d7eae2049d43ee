"""Orders of interaction, one after the other: which sets of positions a spectrum is given.

Each order's sets are looked at in the residual of the orders before; those that hold nearly all of
the gain expected are fitted, coefficients and variances in turns, and kept where rows outside say
that they help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.sketching.block_design import BlockDesign, Support
from shapzero_lite.sketching.shrinkage import ridge_fit, variances_of

# All sets of an order are looked at while they are this many, with this many waves per row
# together; beyond that, as many unions of the strongest smaller ones (heredity).
MOST_SUPPORTS, MOST_WAVES_A_ROW = 20_000, 30
# Of those looked at, the fewest are fitted that hold this share of the expected gain.
_GAIN_FITTED = 0.995
# A round of coefficients and variances must lower the error by this share to be followed by one
# more; without noise the error falls by far more in each, down to rounding.
WORTH, _ROUNDS = 0.01, 30


@dataclass(frozen=True, eq=False)
class WeightedRows:
    """Sequences (N, n), values (N,) and the square roots of weights (N,) that multiply them."""

    codes: Codes
    y: Array
    roots: Array


@dataclass(frozen=True, eq=False)
class State:
    """Supports with their variances tau² (s,), coefficients c (p,), and the error outside."""

    supports: list[Support]
    variances: Array
    c: Array
    noise: float  # variance of an unshrunken coefficient
    errors: Array  # squared errors on the rows held out


def candidates(state: State, order: int, ranks: NDArray[np.int64], rows: int) -> list[Support]:
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


def with_order(
    state: State,
    new: list[Support],
    inside: WeightedRows,
    outside: WeightedRows,
    make: Callable[..., BlockDesign],
) -> State:
    """Return the best state that has the new supports too, or the old one where none helps."""
    codes, y, roots = inside.codes, inside.y, inside.roots
    residual = y - make(codes, state.supports, roots=roots, packed=False).apply(state.c)
    noise = float(residual @ residual) / len(y) ** 2
    looked = make(codes, new, roots=roots, packed=False)
    found = variances_of(
        looked, np.zeros(len(looked.owner)), residual, looked.mean_squares(), noise
    )
    # What a support of variance tau² is expected to take off the error: its shrunken energy.
    gain = looked.sizes * found**2 / (found + noise)
    if gain.sum() < WORTH * state.errors.mean() and len(new[0]) > 1:
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
        c, residual, shrunk = ridge_fit(design, y, penalty, c, squares=squares)
        raw, noise = unshrunken(residual, shrunk)
        errors = (outside.y - outside.roots * design.apply(c, outside.codes)) ** 2
        gain = best.errors - errors
        # One standard error, the first time: a new order must show that it is needed.
        needed = gain.std() / np.sqrt(len(gain)) if best is state else 0.0
        growing = gain.mean() > max(needed, WORTH * best.errors.mean())
        if gain.mean() > needed:
            best = State(design.supports, variances, c, noise, errors)
        if not growing and (best is not state or round_number > 2):
            break
        variances = variances_of(design, c, raw, squares, noise)
    return best


def unshrunken(residual: Array, shrunk: float) -> tuple[Array, float]:
    """What the residuals of rows left out would be, and the variance of a coefficient of theirs."""
    raw = residual / (1 - shrunk)
    return raw, float(raw @ raw) / len(raw) ** 2
