"""Generative attribution (GAMA): which letters a next-letter model learned to make use of.

Source: Frank et al., arXiv 2506.23182. Positive sequences are enough: a model is trained to
predict the next letter, and the integrated gradients of its outputs are compared with those of
the same network before training. Written from the formulas. The network is in ``lstm``, the
gradients are in ``path_gradients``; both are reached through this module.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.gama.checked import finite
from shapzero_lite.gama.lstm import Training, generate, network, tokens, train
from shapzero_lite.gama.path_gradients import (
    Baseline,
    Rule,
    Target,
    integrated_gradients,
    target_values,
)
from shapzero_lite.letters import PROTEIN, Alphabet

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


Form = Literal["published", "gain"]


def score(
    model: Any,
    reference: Any,
    sequences: Any,
    target: Target | None = None,
    steps: int = 50,
    *,
    form: Form = "published",
    rule: Rule = "midpoint",
    baseline: Baseline | None = None,
    floor: float = 0.0,
    alphabet: Alphabet = PROTEIN,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Return the GAMA score (L + 2, L + 2): output position j by input position i.

    ``form="published"``: position 0 is start, L + 1 is end; output j predicts token j + 1. With z
    of the trained model and z' of the reference, each standardised over all its entries (mean 0,
    standard deviation 1, ddof 1), v = var_s z + var_s z', tv_j = sum over i of v[j, i] / (j + 1),

        GAMA[j, i] = |median_s z - median_s z'| · tv_j / (v[j, i] + floor · tv_j)

    for 1 <= j, i <= j; 0 elsewhere and where nothing varies. ``target`` is ``"mean-logit"`` and
    ``baseline`` is ``"zero"`` unless given; ``floor`` (0) is ours, see ``compare``.

    ``form="gain"`` is ours, in nats: mean_s z - mean_s z', row j being the log-probability *of*
    token j (``target="log-likelihood"``, ``baseline="mean-letter"``). On the diagonal: how much
    more likely training made the letters that stand at j than an average letter. Below it: what
    letter i, read before, does for token j. The entries add up to the gain in log-likelihood from
    baseline to sequence, so use held-out sequences. An untrained model scores
    below 0.1 nats, where a trained one scores 1 to 10 on a planted rule; the published form shows
    both alike (benchmarks/README.md).

    ``steps``, ``rule``: see ``integrated_gradients``. Raises ``ValueError`` for fewer than two
    sequences, an unknown form, or a floor under a gain.

    Source: Frank et al., arXiv 2506.23182, and the authors' code for the details (ddof, tv_j).

    >>> score(network(4, seed=0), network(4, seed=1), ["ACD", "DCA", "CCD"], steps=5).shape
    (5, 5)
    """
    published = _is_published(form, floor)
    z, z0 = (
        integrated_gradients(
            m,
            sequences,
            target or ("mean-logit" if published else "log-likelihood"),
            steps,
            rule=rule,
            baseline=baseline or ("zero" if published else "mean-letter"),
            alphabet=alphabet,
            progress=progress,
        )
        for m in (model, reference)
    )
    return compare(z, z0, floor, form)


def compare(
    z: NDArray[np.float64],
    z0: NDArray[np.float64],
    floor: float = 0.0,
    form: Form = "published",
) -> NDArray[np.float64]:
    """Return the GAMA score (T, T) from the integrated gradients (N, T, T) of two models.

    ``z``: trained, ``z0``: reference; the formula stands at ``score``. The paper's (floor 0) has no
    limit for an input that hardly matters, because its variance falls faster than its median. A
    floor of 1 keeps that out.

    >>> compare(np.ones((3, 2, 2)), np.zeros((3, 2, 2)))
    array([[0., 0.],
           [0., 0.]])
    """
    if z.shape != z0.shape or len(z) < 2:
        raise ValueError(
            "the score compares two models on the same two or more sequences; got integrated "
            f"gradients of shape {z.shape} and {z0.shape}"
        )
    if not _is_published(form, floor):
        return finite(z).mean(0) - finite(z0).mean(0)
    z, z0 = _standardised(finite(z)), _standardised(finite(z0))
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


def _is_published(form: str, floor: float) -> bool:
    if form not in ("published", "gain"):
        raise ValueError(f"form is 'published' or 'gain', not {form!r}")
    if floor < 0:
        raise ValueError(f"floor is a share of the variance, 0 or more, not {floor}")
    if floor and form == "gain":
        msg = f"a gain is not divided by a variance, so it has no floor; floor={floor} was given"
        raise ValueError(msg)
    return form == "published"


def _standardised(z: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = z.std(ddof=1)
    return (z - z.mean()) / (deviation if deviation > 0 else 1.0)
