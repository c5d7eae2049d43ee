"""Several p-values at once: Holm for any of them wrong, ForwardStop for the share of them wrong."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array


def holm(p: Array) -> Array:
    """Return Holm's adjusted p-values (m,): of those at most alpha, any is false at most so often.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(4)
    array([0.03, 0.06, 0.06])
    """
    order = np.argsort(p)
    raised = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    result = np.empty(len(p))
    result[order] = np.minimum(raised, 1.0)
    return result


def forward_stop(p: Array) -> Array:
    """Return for every step the false discovery rate (m,) at which the walk of steps reaches it.

    Keep the steps up to the last one whose value is at most q; then no more than q of the steps
    that are kept are false, on average, if the p-values (m,) of false steps are uniform and
    independent, as those of a stepwise selection are that hold the earlier steps fixed. ForwardStop
    stops at the last j with -1/j sum_{i <= j} log(1 - p_i) <= q (G'Sell, Wager, Chouldechova and
    Tibshirani, Journal of the Royal Statistical Society B 78, 2016); the value of a step is the
    smallest such mean from it on, at most 1.

    >>> forward_stop(np.array([0.001, 0.02, 0.6, 0.01])).round(4)
    array([0.001 , 0.0106, 0.2369, 0.2369])
    """
    with np.errstate(divide="ignore"):
        means = np.cumsum(-np.log1p(-p)) / np.arange(1, len(p) + 1)
    return np.minimum(np.minimum.accumulate(means[::-1])[::-1], 1.0)
