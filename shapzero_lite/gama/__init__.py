"""Generative attribution (GAMA): which letters a next-letter model learned to make use of.

Source: Frank et al., arXiv 2506.23182. Positive sequences are enough: a model is trained to
predict the next letter, and the integrated gradients of its outputs are compared with those of
the same network before training. Written from the formulas. The network is in ``sequence_lstm``,
the gradients are in ``path_gradients``; both are reached through this module.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.gama.lstm import Training, generate, network, tokens, train
from shapzero_lite.gama.path_gradients import (
    Baseline,
    Rule,
    Target,
    integrated_gradients,
    target_values,
)
from shapzero_lite.sequences import PROTEIN, Alphabet

__all__ = [
    "Training",
    "compare",
    "generate",
    "integrated_gradients",
    "network",
    "per_position",
    "score",
    "target_values",
    "tokens",
    "train",
]


def score(
    model: Any,
    reference: Any,
    sequences: Any,
    target: Target = "mean-logit",
    steps: int = 50,
    *,
    rule: Rule = "midpoint",
    baseline: Baseline = "zero",
    floor: float = 0.0,
    alphabet: Alphabet = PROTEIN,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Return the GAMA score (L + 2, L + 2): output position j by input position i.

    Position 0 is start, L + 1 is end; output j predicts token j + 1. With z of the trained model
    and z' of the reference, each standardised over all its entries (mean 0, standard deviation 1,
    ddof 1), v = var_s z + var_s z' and tv_j = sum over i of v[j, i] / (j + 1),

        GAMA[j, i] = |median_s z - median_s z'| · tv_j / v[j, i]     for 1 <= j, i <= j,

    0 elsewhere and where nothing varies. Large where training made output j depend on input i in
    the same way in all sequences. ``target``, ``steps``, ``rule``, ``baseline``: see
    ``integrated_gradients``. Raises ``ValueError`` for fewer than two sequences.

    ``floor`` is ours: v[j, i] + floor · tv_j under the line. The paper's formula (0) has no limit
    for an input that hardly matters, because its variance falls faster than its median. A floor of
    1 with ``baseline="mean-letter"`` keeps that out (lesson 11 and its benchmark).

    Source: Frank et al., arXiv 2506.23182, and the authors' code for the details (ddof, tv_j).

    >>> score(network(4, seed=0), network(4, seed=1), ["ACD", "DCA", "CCD"], steps=5).shape
    (5, 5)
    """
    z, z0 = (
        integrated_gradients(
            m,
            sequences,
            target,
            steps,
            rule=rule,
            baseline=baseline,
            alphabet=alphabet,
            progress=progress,
        )
        for m in (model, reference)
    )
    return compare(z, z0, floor)


def compare(
    z: NDArray[np.float64], z0: NDArray[np.float64], floor: float = 0.0
) -> NDArray[np.float64]:
    """Return the GAMA score (T, T) from the integrated gradients (N, T, T) of two models.

    ``z``: trained, ``z0``: reference; the formula stands at ``score``.

    >>> compare(np.ones((3, 2, 2)), np.zeros((3, 2, 2)))
    array([[0., 0.],
           [0., 0.]])
    """
    if z.shape != z0.shape or len(z) < 2:
        msg = (
            "the score compares two models on the same two or more sequences; got integrated "
            f"gradients of shape {z.shape} and {z0.shape}"
        )
        raise ValueError(msg)
    if floor < 0:
        msg = f"floor is a share of the variance, 0 or more, not {floor}"
        raise ValueError(msg)
    z, z0 = _standardised(z), _standardised(z0)
    v = z.var(0, ddof=1) + z0.var(0, ddof=1)  # (T, T)
    T = len(v)
    j, i = np.indices((T, T))
    defined = (j >= 1) & (i <= j)
    tv = (v * (i <= j)).sum(1) / (np.arange(T) + 1)  # (T,)
    difference = np.abs(np.median(z, 0) - np.median(z0, 0))
    # Entries that do not vary at all: the formula divides zero by zero there (rounding aside).
    defined &= v > 1e-12
    return np.where(
        defined, difference * tv[:, None] / np.where(defined, v + floor * tv[:, None], 1), 0
    )


def per_position(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum (L,) over outputs of each letter's column of a GAMA score (L + 2, L + 2).

    >>> per_position(np.arange(16.0).reshape(4, 4))
    array([28., 32.])
    """
    matrix = np.asarray(matrix, float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or len(matrix) < 3:
        msg = f"a GAMA score has shape (L + 2, L + 2) with L of 1 or more, not {matrix.shape}"
        raise ValueError(msg)
    return matrix.sum(0)[1:-1]


def _standardised(z: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = z.std(ddof=1)
    return (z - z.mean()) / (deviation if deviation > 0 else 1.0)
