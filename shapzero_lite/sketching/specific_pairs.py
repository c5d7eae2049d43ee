"""Which pairs of positions interact specifically: beyond what one curve over a sum makes.

One half of the rows says what the effects of a pair's letters would be, the other half says how
much of them is there: a single number for each pair, after what letters, the curve and the other
pairs could explain is projected out. Without an interaction it is 0 on average, whatever the first
half took for one, so p = P(t > it / its standard error) is honest however many letters there are.
Then the halves change places, and the weaker of both answers counts. The error is the sandwich of
White (Econometrica 1980), which grants every row noise of its own size. The false discovery rate
over the pairs is that of Benjamini & Hochberg (J. R. Stat. Soc. B 1995). Splitting in this way is
ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.sketching.latent_fit import Design, latent_fit, linear_fit

_LOOSE = 0.01  # the ridge in the second half, in rows
# Effects of other pairs are granted this many times the variance that the first half found, since
# a ridge made that small, and what is not granted leaks.
_GRANTED = 100.0


@dataclass(frozen=True)
class SpecificPair:
    """A pair of ``positions``, counted from 0, and the evidence that it interacts specifically.

    ``share``: of the latent variance, in the fit to all rows; ``t``: the amount found in a half of
    the rows over its standard error, the weaker of both; ``p_value`` of that, one-sided;
    ``q_value``: the lowest false discovery rate at which the pair is among the discoveries.
    """

    positions: tuple[int, int]
    share: float
    t: float
    p_value: float
    q_value: float


def benjamini_hochberg(p_values: ArrayLike) -> Array:
    """Return for every p-value the lowest false discovery rate that keeps it, (m,).

    >>> benjamini_hochberg([0.01, 0.5, 0.02]).round(4).tolist()
    [0.03, 0.5, 0.03]
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(-p)
    rates = p[order] * len(p) / np.arange(len(p), 0, -1)
    found = np.empty(len(p))
    found[order] = np.minimum(1.0, np.minimum.accumulate(rates))
    return found


def amounts(
    design: Design,
    codes: Codes,
    y: Array,
    weights: Array,
    penalty: Array,
    rng: np.random.Generator,
) -> Array:
    """Return t (pairs,) of every pair of the design: its amount over its standard error.

    Both halves take both parts, and of the two answers the weaker counts.
    """
    order = rng.permutation(len(codes))
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    given = design, codes, y, weights, penalty
    return np.minimum(_asked(*given, *halves), _asked(*given, *halves[::-1]))


def _asked(
    design: Design,
    codes: Codes,
    y: Array,
    weights: Array,
    penalty: Array,
    first: NDArray[np.intp],
    second: NDArray[np.intp],
) -> Array:
    """The effects of the first rows, asked of the second."""
    from scipy.sparse import csr_matrix, hstack

    m = design.alone
    of_letters = penalty[:m, :m]
    matrix = design.matrix(codes[first])
    start, _ = linear_fit(matrix[:, :m], y[first], weights[first], of_letters)
    alone = latent_fit(matrix[:, :m], y[first], weights[first], of_letters, start)
    start = np.r_[alone.theta, np.zeros(design.width - m)]
    learnt = latent_fit(matrix, y[first], weights[first], penalty, start)

    tables = dict(design.parts(learnt.theta, learnt.offset).tables())
    some = codes[second].astype(np.int64)
    directions = np.zeros((len(second), len(design.pairs)))
    for number, (i, j) in enumerate(design.pairs):
        if (i, j) in tables:
            directions[:, number] = tables[i, j][some[:, i] * design.letters.q + some[:, j]]
    kept = np.flatnonzero(directions.std(axis=0) > 0)
    directions = directions[:, kept]
    matrix = design.matrix(codes[second])
    both = hstack([matrix[:, :m], csr_matrix(directions)]).tocsr()
    ridge = design.penalty()
    # Letters all but free here: what a strong ridge leaves of them would look like pairs.
    ridge[:m, :m] *= _LOOSE
    of_amounts = np.zeros((both.shape[1], both.shape[1]))
    of_amounts[:m, :m] = ridge[:m, :m]
    start = np.r_[learnt.theta[:m], np.ones(len(kept))]
    fit = latent_fit(both, y[second], weights[second], of_amounts, start)

    z, root = fit.latent(both), np.sqrt(weights[second])
    sloped = root * fit.scale.slope(z)
    moved = sloped[:, None] * directions
    beside = matrix.multiply(sloped[:, None]).tocsr()
    follows = root[:, None] * fit.scale.free_directions(z)
    residual = root * (y[second] - fit.scale(z))
    blocks = [design.columns(number) for number in range(len(design.pairs))]
    # The ridge of a pair: variance of the noise over that of its effects.
    for block in blocks:
        effects = learnt.theta[block]
        size = max(float(effects @ ridge[block, block] @ effects), 1e-12)
        ridge[block, block] *= float((residual**2).mean()) * len(effects) / (_GRANTED * size)
    own = _own_directions(beside, follows, moved, [blocks[number] for number in kept], ridge)
    found = (own * (residual[:, None] + moved * fit.theta[m:])).sum(axis=0)
    spare = len(second) / max(len(second) - both.shape[1] - follows.shape[1], 1)
    error = np.sqrt(spare * ((own * residual[:, None]) ** 2).sum(axis=0))
    t = np.zeros(len(design.pairs))
    # What others can explain to the last digits cannot be tested.
    told = (own**2).sum(axis=0) > 1e-6 * (moved**2).sum(axis=0)
    t[kept[told]] = found[told] / error[told]
    return t


def _own_directions(
    beside: Any, follows: Array, moved: Array, blocks: list[slice], penalty: Array
) -> Array:
    """What is left of each direction (N, pairs) that no letter, curve or other pair can follow."""
    shared = np.asarray(beside.T @ follows)
    of_design = (beside.T @ beside).toarray() + penalty
    gram = np.block([[of_design, shared], [shared.T, follows.T @ follows]])
    gram[np.diag_indices_from(gram)] += 1e-9 * np.trace(gram) / len(gram)
    inverse = np.linalg.inv(gram)
    right = np.concatenate([np.asarray(beside.T @ moved), follows.T @ moved])
    solved = np.zeros_like(right)
    for number, block in enumerate(blocks):
        # The others alone: the inverse without a pair's own rows and columns.
        others = right[:, number].copy()
        others[block] = 0
        given = inverse @ others
        given -= inverse[:, block] @ np.linalg.solve(inverse[block, block], given[block])
        given[block] = 0
        solved[:, number] = given
    width = beside.shape[1]
    return np.asarray(moved - beside @ solved[:width] - follows @ solved[width:])
