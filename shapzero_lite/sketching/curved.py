"""Parts of few positions, or a curve over a sum with parts beside it: what says more of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.letters import Letters
from shapzero_lite.sketching.curve_fit import fit_curve
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum
from shapzero_lite.spectra import CurvedSum, Decomposition, Function, Spectrum
from shapzero_lite.spectra.curve import Curve

# Rows on which both are tried first.
FEW = 5_000
# With this share of the others' error there, the curve need not be compared again on all rows.
_CLEAR = 0.5
# A curve that leaves this share of the variance has nothing beside it.
_NOTHING_LEFT = 1e-3

Rows = tuple[Codes, Array, Array | None]  # codes (N, n), values (N,), weights (N,) or None


def fit_best(
    fit: Rows, held: Rows, letters: Letters, *, seed: int, max_order: int = MOST_ORDER
) -> Function:
    """Return the parts that ``fit_spectrum`` learns of rows, or the curved sum that says more.

    ``held``: rows outside of the fit, which the curved sum must predict better, by more than one
    standard error. Both are tried on a few of the rows first, so that a function without a curve
    costs little more. A curve has all orders: a smaller ``max_order`` than the default's has none.
    """

    def parts(rows: Rows) -> Spectrum | Decomposition:
        codes, y, w = rows
        return fit_spectrum(
            codes, y, letters.alphabet,
            seed=seed, max_order=max_order, weights=w, letters=letters,
        )  # fmt: skip

    all_at_once = len(fit[1]) <= 2 * FEW
    tried = fit if all_at_once else _first(fit, FEW, seed)
    found = fit_curve(*tried[:2], letters, seed, tried[2]) if max_order >= MOST_ORDER else None
    if found is None:
        return parts(fit)
    plain = parts(tried)
    if _errors(plain, held).mean() < _NOTHING_LEFT * _spread(held):  # what could a curve add?
        return plain if all_at_once else parts(fit)
    curved = _with_parts(found, tried, letters, seed)
    if not all_at_once:
        ratio = _errors(curved, held).mean() / max(_errors(plain, held).mean(), 1e-300)
        again = fit_curved_sum(fit, letters, seed) if ratio < 1 else None
        if again is not None and ratio < _CLEAR:
            return again
        plain = parts(fit)
        if again is None:
            return plain
        curved = again
    gain = _errors(plain, held) - _errors(curved, held)
    return curved if gain.mean() > gain.std() / np.sqrt(len(gain)) else plain


def fit_curved_sum(rows: Rows, letters: Letters, seed: int) -> CurvedSum | None:
    """Return a curve over a sum, and the parts learnt of what it leaves; None without a curve."""
    found = fit_curve(*rows[:2], letters, seed, rows[2])
    return None if found is None else _with_parts(found, rows, letters, seed)


def _with_parts(found: tuple[Curve, Array], rows: Rows, letters: Letters, seed: int) -> CurvedSum:
    codes, y, weights = rows
    rest = Decomposition({}, alphabet=letters.alphabet, n=letters.n, letters=letters)
    alone = CurvedSum(*found, rest)
    left = y - alone.evaluate(codes)
    if _errors(alone, rows).mean() > _NOTHING_LEFT * _spread(rows):
        learnt = fit_spectrum(
            codes, left, letters.alphabet, seed=seed, weights=weights, letters=letters
        )
        if isinstance(learnt, Decomposition):  # as it is for letters
            rest = learnt
    return CurvedSum(alone.curve, alone.effects, rest)


def _first(rows: Rows, count: int, seed: int) -> Rows:
    codes, y, weights = rows
    some: NDArray[np.int64] = np.random.default_rng([seed, 6]).permutation(len(y))[:count]
    return codes[some], y[some], None if weights is None else weights[some]


def _errors(found: Function, rows: Rows) -> Array:
    codes, y, weights = rows
    return (1.0 if weights is None else weights) * (y - found.evaluate(codes)) ** 2


def _spread(rows: Rows) -> float:
    _, y, weights = rows
    w = 1.0 if weights is None else weights
    return float((w * (y - np.average(y, weights=weights)) ** 2).mean())
