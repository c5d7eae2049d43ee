r"""Interactions of any function by random discrete derivatives: of sets of the highest order.

Put the letters of x at a random part of the other positions, each with probability rho, letters of
the background elsewhere, and take the discrete derivative over T: f with the letters of x at all
parts L of T, with sign :math:`(-1)^{|T|-|L|}`. It keeps of every dividend :math:`a_S`, S ⊇ T, on
average :math:`\rho^{|S|-|T|}`, so each index of order l = |T| is one law of rho:

=========  ==================================================================================
Moebius    rho = 0
SII        uniform: 1/(|S|-l+1)
STII       Beta(1, l): 1/C(|S|, l)
FSII       Beta(l, l): (2l-1)! (|S|-1)! / ((l-1)! (|S|+l-1)!)
BII        rho = 1/2
=========  ==================================================================================

The right-hand sides are the weights of module ``_interactions``. Sets of fewer than l positions
have weights of both signs in FSII, and none in STII: they are not estimated. Discrete derivatives
at random coalitions are Grabisch & Roubens' (1999) and the Faith-Shap and Shapley–Taylor papers'
own forms; that one draw of rho serves all of them is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import whole
from shapzero_lite.explaining._interactions import Interactions, Subset
from shapzero_lite.letters import Codes, Letters

# Rows that are asked together.
_ROWS = 65_536


def chosen_sets(
    known: Interactions, sets: int | Sequence[Subset], order: int, n: int
) -> list[Subset]:
    """Return the sets that are asked for, or as many, the strongest of ``known``.

    Raises ``ValueError`` for a set that is not of ``order`` different positions below n.

    >>> chosen_sets(Interactions([(0, 1), (0, 2)], np.array([[1.0, 3.0]]), "SII", 2, 0.0), 1, 2, 3)
    [(0, 2)]
    """
    if isinstance(sets, int):
        return [T for T, _ in known.strongest(whole(sets, "sets"), order)]
    chosen = [tuple(sorted(T)) for T in sets]
    for T in chosen:
        if len(T) != order or len({i for i in T if 0 <= i < n}) != order:
            msg = f"sets of {order} different positions from 0 to {n - 1} are meant, not {T}"
            raise ValueError(msg)
    return chosen


def derivative_values(
    function: Callable[[Codes], Array],
    codes: Codes,
    q: int,
    sets: Sequence[tuple[int, ...]],
    index: str,
    draws: int,
    seed: int | list[int],
    background: Letters | Codes | None = None,
) -> tuple[Array, Array]:
    """Return interaction values (N, sets) of a function, without bias, and standard errors.

    ``codes`` (N, n); ``sets``: all of one size l, positions counted from 0; ``index``: as above,
    with l the highest order; ``draws``: at least 2, of 2^l answers each, a set and a sequence.
    ``background``: ``Letters``, or codes (B, n); None for uniform letters.

    >>> f = lambda x: 4.0 * (x[:, 0] == 1) * (x[:, 2] == 0)
    >>> values, errors = derivative_values(f, np.array([[1, 0, 0]]), 2, [(0, 2)], "SII", 2000, 0)
    >>> bool(abs(values[0, 0] - 1.0) < 4 * errors[0, 0])
    True
    """
    rng = np.random.default_rng(seed)
    n = codes.shape[1]
    values, errors = np.zeros((len(codes), len(sets))), np.zeros((len(codes), len(sets)))
    each = 2 ** len(sets[0]) if sets else 1
    step, most = max(1, _ROWS // (draws * each)), max(1, _ROWS // each)
    for column, T in enumerate(sets):
        parts = np.array(list(product([False, True], repeat=len(T))))  # (2^l, l)
        sign = np.where((len(T) - parts.sum(axis=1)) % 2, -1.0, 1.0)
        for start in range(0, len(codes), step):
            some = codes[start : start + step]
            found = np.empty((len(some), draws))
            for first in range(0, draws, most):  # more than once of one sequence only
                at = slice(first, min(first + most, draws))
                count = len(some) * (at.stop - first)
                x = np.repeat(some, at.stop - first, axis=0)  # (count, n)
                kept = rng.random((count, n)) < _shares(index, len(T), count, rng)[:, None]
                fill = _drawn(background, count, n, q, rng)  # of a set, whole sequences
                asked = np.repeat(np.where(kept, x, fill)[:, None, :], len(parts), axis=1)
                asked[:, :, T] = np.where(parts, x[:, None, T], fill[:, None, T])  # (count, 2^l, n)
                answers = function(asked.reshape(-1, n)).reshape(count, len(parts))
                found[:, at] = (answers @ sign).reshape(len(some), -1)
            values[start : start + step, column] = found.mean(axis=1)
            errors[start : start + step, column] = found.std(axis=1, ddof=1) / np.sqrt(draws)
    return values, errors


def _shares(index: str, order: int, count: int, rng: np.random.Generator) -> Array:
    """Draws (count,) of the probability with which other positions keep their letters."""
    if index in {"Moebius", "BII"}:
        return np.full(count, 0.0 if index == "Moebius" else 0.5)
    a, b = {"SII": (1, 1), "STII": (1, order), "FSII": (order, order)}[index]
    return rng.beta(a, b, count)


def _drawn(
    background: Letters | Codes | None, count: int, n: int, q: int, rng: np.random.Generator
) -> Codes:
    if background is None:
        return rng.integers(0, q, size=(count, n), dtype=np.uint8)
    if isinstance(background, Letters):
        return background.draw(count, rng)
    return background[rng.integers(0, len(background), size=count)]
