"""Parts of few positions, or a curve over a sum with parts beside it: what says more of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.letters import Letters
from shapzero_lite.sketching.curve_fit import fit_curve
from shapzero_lite.sketching.ridge import MOST_ORDER, fit_spectrum
from shapzero_lite.spectra import CurvedSum, Decomposition, Function, Spectrum

# Rows on which both are tried first.
_FEW = 5_000
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

    all_at_once = len(fit[1]) <= 2 * _FEW
    tried = fit if all_at_once else _first(fit, _FEW, seed)
    curved = fit_curved_sum(tried, letters, seed) if max_order >= MOST_ORDER else None
    if curved is None:
        return parts(fit)
    plain = parts(tried)
    if not all_at_once:
        ratio = _errors(curved, held).mean() / max(_errors(plain, held).mean(), 1e-300)
        curved = fit_curved_sum(fit, letters, seed) if ratio < 1 else None
        if curved is not None and ratio < _CLEAR:
            return curved
        plain = parts(fit)
        if curved is None:
            return plain
    gain = _errors(plain, held) - _errors(curved, held)
    return curved if gain.mean() > gain.std() / np.sqrt(len(gain)) else plain


def fit_curved_sum(rows: Rows, letters: Letters, seed: int) -> CurvedSum | None:
    """Return a curve over a sum, and the parts learnt of what it leaves; None without a curve."""
    codes, y, weights = rows
    found = fit_curve(codes, y, letters, seed, weights)
    if found is None:
        return None
    rest = Decomposition({}, alphabet=letters.alphabet, n=letters.n, letters=letters)
    alone = CurvedSum(*found, rest)
    left, w = y - alone.evaluate(codes), np.ones(len(y)) if weights is None else weights
    if np.average(left**2, weights=w) > _NOTHING_LEFT * np.average((y - y.mean()) ** 2, weights=w):
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
