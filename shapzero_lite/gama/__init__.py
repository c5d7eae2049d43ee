"""Generative attribution (GAMA): which letters a next-letter model learned to make use of.

Source: Frank et al., arXiv 2506.23182. Positive sequences are enough: a model is trained to
predict the next letter, and the integrated gradients of its outputs are compared with those of
the same network before training. Written from the formulas. The networks are in ``lstm`` and
``transformer``, the gradients are in ``path_gradients``; ``resampling`` needs none. All are reached
through this module.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.gama.checked import finite
from shapzero_lite.gama.lstm import generate, network, tokens
from shapzero_lite.gama.path_gradients import Rule, integrated_gradients, target_values
from shapzero_lite.gama.resampling import letter_resampling
from shapzero_lite.gama.training import Training, train
from shapzero_lite.gama.transformer import transformer
from shapzero_lite.letters import PROTEIN, Alphabet

__all__ = [
    "Training",
    "compare",
    "generate",
    "integrated_gradients",
    "letter_resampling",
    "network",
    "per_position",
    "score",
    "target_values",
    "tokens",
    "train",
    "transformer",
]


Form = Literal["published", "gain", "resampling"]


def score(
    model: Any,
    reference: Any,
    sequences: Any,
    steps: int = 50,
    *,
    form: Form = "published",
    rule: Rule = "midpoint",
    alphabet: Alphabet = PROTEIN,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Return the GAMA score (L + 2, L + 2): output position j by input position i.

    ``form="published"``: position 0 is start, L + 1 is end; output j predicts token j + 1. With z
    of the trained model and z' of the reference (mean logit, zero baseline), each standardised over
    all its entries (mean 0, standard deviation 1, ddof 1), v = var_s z + var_s z', tv_j = sum over
    i of v[j, i] / (j + 1),

        GAMA[j, i] = |median_s z - median_s z'| · tv_j / v[j, i]

    for 1 <= j, i <= j; 0 elsewhere and where nothing varies.

    ``form="resampling"`` is ours, in nats: the mean of ``letter_resampling``, less that of the
    reference. Row t is what token t owes to letter i before it; nothing on the diagonal, for what a
    position has of its own takes no network: count. It is 0 where a token does not depend on a
    letter, and never below 0 on average over a model's own sequences.

    ``form="gain"`` is ours, in nats: mean_s z - mean_s z', row j being the log-probability *of*
    token j (``target="log-likelihood"``, ``baseline="mean-letter"``). The entries add up to the
    gain in log-likelihood from baseline to sequence. On the diagonal: how much more likely training
    made the letters that stand at j than an average letter. An entry below it depends on the path:
    without its sign it ranks planted pairs as resampling does (benchmarks/README.md), but in sign
    and size it is no measure of dependence.

    Give held-out sequences to the last two. ``steps``, ``rule``: see ``integrated_gradients``.
    Raises ``ValueError`` for fewer than two sequences or an unknown form. Warns for a network that
    ``train`` found worse than counting.

    Source: Frank et al., arXiv 2506.23182, and the authors' code for the details (ddof, tv_j).

    >>> score(network(4, seed=0), network(4, seed=1), ["ACD", "DCA", "CCD"], steps=5).shape
    (5, 5)
    """
    _known(form)
    how: dict[str, Any] = {"alphabet": alphabet, "progress": progress}
    if form == "resampling":
        z, z0 = (letter_resampling(m, sequences, **how) for m in (model, reference))
        return compare(z, z0, form)
    how |= {"steps": steps, "rule": rule}
    if form == "gain":
        how |= {"target": "log-likelihood", "baseline": "mean-letter"}
    z, z0 = (integrated_gradients(m, sequences, **how) for m in (model, reference))
    return compare(z, z0, form)


def compare(
    z: NDArray[np.float64], z0: NDArray[np.float64], form: Form = "published"
) -> NDArray[np.float64]:
    """Return the GAMA score (T, T) from what is attributed (N, T, T) in two models.

    ``z``: trained, ``z0``: reference; the formulas stand at ``score``. The published one has no
    limit for an input that hardly matters, because its variance falls faster than its median.

    >>> compare(np.ones((3, 2, 2)), np.zeros((3, 2, 2)))
    array([[0., 0.],
           [0., 0.]])
    """
    _known(form)
    if z.shape != z0.shape or len(z) < 2:
        raise ValueError(
            "the score compares two models on the same two or more sequences; got attributions "
            f"of shape {z.shape} and {z0.shape}"
        )
    if form != "published":
        return finite(z).mean(0) - finite(z0).mean(0)
    z, z0 = _standardised(finite(z)), _standardised(finite(z0))
    v = z.var(0, ddof=1) + z0.var(0, ddof=1)  # (T, T)
    T = len(v)
    j, i = np.indices((T, T))
    tv = (v * (i <= j)).sum(1) / (np.arange(T) + 1)  # (T,)
    difference = np.abs(np.median(z, 0) - np.median(z0, 0))
    # Entries that do not vary at all: the formula divides zero by zero there (rounding aside).
    defined = (j >= 1) & (i <= j) & (v > 1e-12)
    return np.where(defined, difference * tv[:, None] / np.where(defined, v, 1), 0)


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


def _known(form: str) -> None:
    if form not in ("published", "gain", "resampling"):
        raise ValueError(f"form is 'published', 'gain' or 'resampling', not {form!r}")


def _standardised(z: NDArray[np.float64]) -> NDArray[np.float64]:
    deviation = z.std(ddof=1)
    return (z - z.mean()) / (deviation if deviation > 0 else 1.0)
