"""Attributions and interactions by the package shapiq (Muschalik et al., NeurIPS 2024).

Its ``PermutationSamplingSV`` asks about the empty and the full coalition as vectors (n,) and reads
``game(...)[0]``: a game that answers them with one number fails with an IndexError there. ``Game``
answers with an array in every case.
"""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.baselines.coalitions import Found, Subset, Task

# Coalitions in a leaf of LightGBM's trees, at least: twice as many allow a split.
LEAF = 20


def kernel(task: Task) -> Found:
    """KernelSHAP with paired coalitions."""
    return _shapley("KernelSHAP", task, pairing_trick=True)


def permutation(task: Task) -> Found:
    """Permutation sampling (Castro, Gómez & Tejada 2009)."""
    # Its batches end with a smaller one: batches of 1 spend the budget alike, in less code.
    return _shapley("PermutationSamplingSV", task, at_once={"batch_size": 1})


def svarm(task: Task) -> Found:
    """Stratified SVARM (Kolpaczki et al., AAAI 2024), paired coalitions."""
    return _shapley("SVARM", task, pairing_trick=True)


def shap_iq(task: Task) -> Found:
    """SHAP-IQ (Fumagalli et al., NeurIPS 2023) for SII and STII, and FSII of the top order.

    The Shapley values are estimated from the same coalitions.
    """
    order = task.max_order
    sizes = np.arange(task.n + 1)
    # shapiq's own choice for this order, said aloud: both estimators must draw the same coalitions.
    border = (sizes < order) | (sizes > task.n - order)
    weights = np.where(border, 1e7, 1 / np.maximum(sizes * (task.n - sizes), 1))
    how: dict[str, Any] = {"sampling_weights": weights, "pairing_trick": True}
    pairs = _approximate("SHAPIQ", task, index=task.index, max_order=order, **how)
    single = _approximate("SHAPIQ", task, index="SV", max_order=1, **how)
    return Found(_singles(single, task.n), _empty(task), _sets(pairs, order))


def regression_fsii(task: Task) -> Found:
    """Faith-Shap by regression on all sets up to max_order (Tsai, Yeh & Ravikumar 2023)."""
    order = task.max_order
    found = _approximate("RegressionFSII", task, max_order=order, pairing_trick=True)
    sets = _sets(found, order)
    return Found(_shared(sets, task.n), _empty(task), sets)


def proxy_spex(task: Task) -> Found:
    """ProxySPEX: boosted trees, read as a Fourier transform (Butler et al. 2025)."""
    order = task.max_order
    if find_spec("lightgbm") is None:
        msg = 'ProxySPEX needs the package lightgbm: pip install "shapzero-lite[peers]"'
        raise ImportError(msg)
    try:
        found = _approximate("ProxySPEX", task, index=task.index, max_order=order)
    except IndexError as error:  # no tree could be split: its spectrum is a constant
        msg = f"ProxySPEX found no structure in this game with {task.queries} queries: more?"
        raise ValueError(msg) from error
    sets = _sets(found, order)
    singles = np.array([sets.get((i,), 0.0) for i in range(task.n)])
    values = singles if task.index == "SII" else _shared(sets, task.n)
    return Found(values, _empty(task), sets)


def _shapley(name: str, task: Task, at_once: dict[str, Any] | None = None, **how: Any) -> Found:
    found = _approximate(name, task, at_once, **how)
    return Found(_singles(found, task.n), _empty(task))


def _approximate(name: str, task: Task, at_once: dict[str, Any] | None = None, **how: Any) -> Any:
    shapiq = _import_shapiq(name)
    # The full coalition costs 1 row, the others B each.
    coalitions = (task.queries - 1) // len(task.game.background) + 1
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sampling might be inefficient", UserWarning)
        warnings.filterwarnings("ignore", "invalid value", RuntimeWarning, module="shapiq")
        made = getattr(shapiq, name)(n=task.n, random_state=task.seed, **how)
        return made.approximate(min(coalitions, 2**task.n), task.game, **(at_once or {}))


def _empty(task: Task) -> float:
    return float(task.game(np.zeros(task.n, bool))[0])  # known by now: not asked again


def _singles(found: Any, n: int) -> Array:
    return np.array([float(found[(i,)]) for i in range(n)])


def _sets(found: Any, order: int) -> dict[Subset, float]:
    at = found.interaction_lookup
    return {T: float(found.values[c]) for T, c in at.items() if 1 <= len(T) <= order}


def _shared(sets: dict[Subset, float], n: int) -> Array:
    """Return the Shapley values that FSII or STII imply: a set's value, shared by its members.

    Exact for both: for FSII because the best fit of order 1 to the best fit of order l is the
    best fit of order 1, for STII by summing its definition.
    """
    values = np.zeros(n)
    for T, value in sets.items():
        values[list(T)] += value / len(T)
    return values


def _import_shapiq(name: str) -> Any:
    try:
        import shapiq
    except ImportError as error:
        msg = f'{name} needs the package shapiq: pip install "shapzero-lite[peers]"'
        raise ImportError(msg) from error
    return shapiq
