"""Attributions by the package shap: KernelSHAP and permutations.

shap draws from NumPy's global generator and seeds it: here it is put back as it was found.
``KernelExplainer`` keeps only ten positions unless ``l1_reg=False`` is said, as it is here.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.baselines.coalitions import Found, Task


def kernel_shap(task: Task) -> Found:
    """Shapley values by weighted regression on coalitions (Lundberg & Lee, NeurIPS 2017)."""
    shap = _import_shap("kernel-shap")
    game, B = task.game, len(task.game.background)
    at_background = game.answers(game.background)

    def answers(rows: Array) -> Array:
        # shap asks about the whole background once more when an explainer is made.
        known = rows.shape == game.background.shape and (rows == game.background).all()
        return at_background if known else game.answers(rows)

    with _own_generator(task.seed), warnings.catch_warnings():
        warnings.filterwarnings("error", message="Linear regression equation is singular")
        explainer = shap.KernelExplainer(answers, game.background)
        count = (task.queries - 1) // B - 1  # beside x itself and the background
        try:
            values = explainer.shap_values(game.x[None], nsamples=count, l1_reg=False, silent=True)[
                0
            ]
        except UserWarning as error:
            raise ValueError(
                f"KernelSHAP's regression on {count} coalitions has no single solution: fewer "
                "background_rows, or more queries"
            ) from error
    return Found(np.asarray(values, float), float(at_background.mean()))


def permutation_shap(task: Task) -> Found:
    """Mean marginal contributions along random orders, there and back.

    A pass through one order puts in all letters of x and takes them out again. A row of the
    background is asked anew only where its letter changes, so what a pass costs is known
    beforehand. Of a background that is too large for one pass, as many rows are taken as can be
    paid, in one pass when queries are few, in several when they are many.
    """
    shap = _import_shap("permutation-shap")
    game = task.game
    differs = game.background != game.x
    cost = np.cumsum(1 + 2 * differs.sum(axis=1))  # of a pass with the first 1, 2, … rows
    rows = len(cost)
    if cost[-1] > task.queries:
        each = task.queries // max(1, round(np.sqrt(task.queries / (100 * task.n))))
        rows = max(1, int(np.searchsorted(cost, each, side="right")))
    background = game.background[:rows].astype(float)
    passes = task.queries // int(cost[rows - 1])
    varying = int(differs[:rows].any(axis=0).sum())
    with _own_generator(task.seed):
        masker = shap.maskers.Independent(background, max_samples=rows)
        explainer = shap.PermutationExplainer(game.answers, masker, seed=task.seed)
        found = explainer(
            game.x[None].astype(float), max_evals=passes * (2 * varying + 1), silent=True
        )
    return Found(np.asarray(found.values[0], float), float(np.ravel(found.base_values)[0]))


@contextmanager
def _own_generator(seed: int) -> Iterator[None]:
    """Seed NumPy's global generator, from which shap draws; put it back; no advice on size."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(seed)  # noqa: NPY002
    log = logging.getLogger("shap")
    log.addFilter(_not_too_large)
    try:
        yield
    finally:
        log.removeFilter(_not_too_large)
        np.random.set_state(before)  # noqa: NPY002


def _not_too_large(record: logging.LogRecord) -> bool:
    return "background data samples could cause slower" not in record.getMessage()


def _import_shap(method: str) -> Any:
    try:
        with warnings.catch_warnings():
            # shap builds its colour maps by functions of matplotlib that are to go.
            warnings.filterwarnings(
                "ignore", "The set_(bad|over|under) function", PendingDeprecationWarning
            )
            import shap
    except ImportError as error:
        msg = f'{method!r} needs the package shap: pip install "shapzero-lite[peers]"'
        raise ImportError(msg) from error
    return shap
