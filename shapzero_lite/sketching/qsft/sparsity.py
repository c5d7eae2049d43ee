r"""Whether q-SFT will do, told by one block of points before any delay is paid.

The transform of the answers to the q^m points M l + d puts every coefficient into one of q^m bins,
as a pattern does. Which coefficient it is, the n further delays of the pattern would say, and two
more patterns; the block leaves all that out. Peeling finds no more than a few coefficients a bin of
a pattern, so that of the K that it finds the block leaves a known share of its bins empty,
exp(-K / q^m) of them. The energy of the bins at that quantile is the floor, what noise and small
coefficients put into every bin; the share of the energy that stands out of the floor is about the
R² that q-SFT will have where the spectrum is sparse, and small where it is not. The rule is ours;
benchmarks/bench_auto.py shows where it holds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.sketching.qsft.budgets import design_sizes, least_queries
from shapzero_lite.sketching.qsft.subsampling import Pattern, draw_pattern

# Bins at least; part of the budget at most.
_LEAST_BINS, _MOST_SPENT = 64, 1 / 12
# Coefficients a bin of a pattern that peeling finds; the least share of empty bins that tells; how
# far above the floor a bin stands out.
_LOAD, _LEAST_EMPTY, _STANDS_OUT = 3.3, 0.3, 8.0


def block(n: int, q: int, budget: int, rng: np.random.Generator) -> Pattern | None:
    """Return a pattern whose first q^m points tell; None where q-SFT cannot be paid, or told of.

    >>> found = block(26, 4, 10_000, np.random.default_rng(0))
    >>> found.n_bins
    256
    """
    size = 1
    while size < n and q ** (size + 1) <= _MOST_SPENT * budget:
        size += 1
    if q**size < _LEAST_BINS or budget < 2 * least_queries(n, q):
        return None
    return draw_pattern(n, q, size, 1, rng)


def sparse_share(pattern: Pattern, values: Array, mean: float, budget: int) -> float:
    """Return the share of the variance in coefficients that q-SFT would find with ``budget``.

    ``values`` (q^m,): answers to the first q^m points of ``pattern``; ``mean``: that of random
    sequences, for the mean of the block holds the waves that it cannot tell from a constant.

    >>> from shapzero_lite.models import toy
    >>> model, found = toy(n=20, seed=0), block(20, 4, 10_000, np.random.default_rng(0))
    >>> round(sparse_share(found, model(found.at(np.arange(found.n_bins))), 1.0, 10_000), 6)
    1.0
    """
    b = design_sizes(pattern.n, pattern.q, budget)[0]
    empty = max(_LEAST_EMPTY, np.exp(-_LOAD * pattern.q**b / pattern.n_bins))
    table = (values - mean).reshape((pattern.q,) * pattern.matrix.shape[1])
    energy: NDArray[np.float64] = np.abs(np.fft.fftn(table).ravel()) ** 2
    # Of normal noise the energy of a bin is exponential: a quantile is a known share of its mean.
    floor = np.quantile(energy, empty) / -np.log1p(-empty)
    found = energy[energy > _STANDS_OUT * floor] - floor
    return float(found.sum() / max(energy.sum(), 1e-300))
