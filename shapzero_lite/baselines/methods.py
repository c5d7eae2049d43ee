"""The table of methods: what each needs, and how it splits its queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, sqrt
from typing import Any

from shapzero_lite._arrays import Array
from shapzero_lite._checks import whole
from shapzero_lite.baselines import by_shap, by_shapiq, gradients
from shapzero_lite.baselines.coalitions import Found, Task
from shapzero_lite.letters import Codes


@dataclass(frozen=True)
class Method:
    """One line of ``METHODS``.

    ``about``: what it is; ``package``: what it needs (None: nothing); ``play``: the function that
    explains one sequence from its coalitions; ``follow``: the one that runs a network; ``least``:
    the fewest coalitions that it can work with, a function of n and max_order; ``rows``: the
    background rows when they are left to us, a function of n, max_order and queries; ``indices``:
    the interactions that it estimates.
    """

    about: str
    package: str | None = None
    play: Callable[[Task], Found] | None = None
    follow: Callable[[Any, Codes, int, int], Array] | None = None
    least: Callable[[int, int], int] = lambda n, order: min(2 * n, 2**n)
    rows: Callable[[int, int, int], int] = lambda n, order, queries: 1
    indices: tuple[str, ...] = ()


# Background rows against coalitions, at equal queries: the error of the background falls with the
# one, that of the estimate with the other. Fitted by eye to the best splits of 300 to 10,000
# queries on the guide and the repair model, found with the truth in hand (bench_baselines.py).
def _regression(n: int, order: int, queries: int) -> int:
    coalitions = 3 * n * max(1, queries / (12 * n)) ** 0.25
    return round((queries - 1) / min(coalitions, 2**n))


def _sampling(n: int, order: int, queries: int) -> int:
    return round((queries - 1) / min(1.5 * sqrt(n * queries), 2**n))


def _faithful(n: int, order: int, queries: int) -> int:
    # Nearer to one coalition a set, the regression is all but singular: errors of 100 and more.
    return int((queries - 1) / min(2.1 * _fsii(n, order), 2**n))


def _orders(n: int, order: int, queries: int) -> int:
    orders = max(2, round(sqrt(queries / (25 * n))))
    return (queries - 1) // (1 + orders * (n - 1))


def _passes(n: int, order: int, queries: int) -> int:
    return 2 * queries // (n + 2)  # more than can be paid: the method takes as many as it can


def _fsii(n: int, order: int) -> int:
    return min(2**n, 1 + sum(comb(n, size) for size in range(min(order, n) + 1)))


METHODS: dict[str, Method] = {
    "kernel-shap": Method(
        "KernelSHAP, l1_reg=False", "shap", by_shap.kernel_shap, rows=_regression
    ),
    "permutation-shap": Method(
        "random orders, there and back",
        "shap",
        by_shap.permutation_shap,
        least=lambda n, order: 2 * n + 1,
        rows=_passes,
    ),
    "shapiq-kernel": Method("KernelSHAP", "shapiq", by_shapiq.kernel, rows=_regression),
    "shapiq-permutation": Method(
        "random orders",
        "shapiq",
        by_shapiq.permutation,
        least=lambda n, order: n + 1,
        rows=_orders,
    ),
    "svarm": Method("stratified SVARM", "shapiq", by_shapiq.svarm, rows=_sampling),
    "shap-iq": Method(
        "SHAP-IQ",
        "shapiq",
        by_shapiq.shap_iq,
        rows=_sampling,
        indices=("FSII", "STII", "SII"),
    ),
    "regression-fsii": Method(
        "Faith-Shap by regression",
        "shapiq",
        by_shapiq.regression_fsii,
        least=_fsii,
        rows=_faithful,
        indices=("FSII",),
    ),
    "proxy-spex": Method(
        "ProxySPEX",
        "shapiq",
        by_shapiq.proxy_spex,
        least=lambda n, order: max(2 * n, 2 * by_shapiq.LEAF),
        rows=_regression,
        indices=("FSII", "STII", "SII"),
    ),
    "deep-lift": Method("DeepLIFT, mean letter", "captum", follow=gradients.deep_lift),
    "deep-shap": Method("DeepLIFT, random sequences", "captum", follow=gradients.deep_shap),
    "integrated-gradients": Method(
        "integrated gradients, mean letter", "captum", follow=gradients.integrated_gradients
    ),
    "mutagenesis": Method("f(x) minus the mean over the other letters at a position"),
}
_FEWEST_PASSES = {"deep-lift": 4, "deep-shap": 4, "integrated-gradients": 2}


def check_queries(
    method: str, n: int, q: int, queries: int, wanted: int | None, max_order: int
) -> int:
    """Return the background rows B (0 without coalitions), or raise when the queries do not do.

    >>> check_queries("kernel-shap", 26, 4, 300, None, 2)
    4
    """
    for name, number in (("queries", queries), ("background_rows", wanted)):
        if name == "queries" or number is not None:
            whole(number, name)
    plays = METHODS[method]
    if plays.play is None:
        need = _FEWEST_PASSES.get(method, n * (q - 1) + 1)
        if queries < need:
            msg = f"queries={queries} a sequence are too few for {method!r}: {need} would do"
            raise ValueError(msg)
        return 0
    least = plays.least(n, max_order)
    if least > 2**n and method == "proxy-spex":
        raise ValueError(f"{method!r} needs {least} coalitions; {n} positions have only {2**n}")
    most = (queries - 1) // least
    if most < (wanted or 1):
        msg = (
            f"queries={queries} a sequence are too few for {method!r} over {n} positions with "
            f"{wanted or 1} background rows a coalition: {least * (wanted or 1) + 1} would do"
        )
        msg += f", or {least + 1} with background_rows=1" if (wanted or 1) > 1 else ""
        raise ValueError(msg)
    own = plays.rows(n, max_order, int(queries))
    return int(wanted or max(1, own if method == "permutation-shap" else min(own, most)))
