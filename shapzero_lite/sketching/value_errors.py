r"""How far off the Shapley values of a sketch are: measured on rows that the fit never saw.

What a sketch misses is the function r = f - sketch, and the error of a Shapley value is that of
r. Over all sequences, its mean square is :math:`s_i^2 = \sum_{k: k_i \ne 0} |R[k]|^2 / |k|^2`. Two
cheap experiments tell what is needed of the unknown R:

- of a held-out sequence one letter is drawn again: half the mean squared change of r is the
  energy :math:`V_i = \sum_{k: k_i \ne 0} |R[k]|^2` (Jansen 1999);
- every letter is kept with probability rho and drawn again otherwise: the mean of r times r' is
  :math:`\sum_k |R[k]|^2 \rho^{|k|}` (noise stability), and with log rho uniform it adds up to
  :math:`A = \sum_k |R[k]|^2 / |k|`, which is the sum of all s_i².

So :math:`s_i^2 = A\, V_i / \sum_j V_j`, if what is missed has about the same mix of orders at every
position. The few redraws of one position have squares of heavy tails, so that their mean leans on
what is likely: what is missed lies where interactions were found, by the power of their variance
(the root, its root, or none) that fits all redraws best. A few hundred tell A only roughly, but
:math:`\sum_i V_i` over the variance of r is the mean order of what is missed, known well; a Poisson
distribution of orders with that mean gives a second value of A, and both are averaged by their
precision. The estimate and its assumptions are ours; ``benchmarks/`` holds its coverage.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes, Letters

# The least share of letters kept; below it only order 1 is seen, which no sketch misses by much.
_LEAST_KEPT = 0.05
# Relative standard error granted to the value of A that the mean order gives.
_DOUBT = 0.15
# The mean of a position's redraws leans on what is likely as if by so many more; without a notion
# of that, on the mean of all positions. Powers of the interactions' variance that are likely.
_LEAN, _LEAN_ON_ALL, _POWERS = 30, 4, (0.0, 0.25, 0.5)


def partners(
    codes: Codes, letters: Letters, count: int, rng: np.random.Generator, less: int = 0
) -> tuple[Codes, NDArray[np.int64]]:
    """Return ``count - less`` sequences to ask beside held-out ``codes`` (H, n), and their kind.

    The kind (rows, 2) holds the number of the held-out row, and the position drawn again from
    ``letters``, or -1 where every letter was kept with some probability. All ``count`` are drawn,
    and the first ``less`` of the latter left out: so all others are what they are without it.
    """
    n, free = codes.shape[1], letters.free
    each = count // (2 * len(free))  # redraws of one letter, a position
    many = count - each * len(free)  # redraws of several letters
    row = np.concatenate([np.arange(many), np.arange(each * len(free))]) % len(codes)
    position = np.concatenate([np.full(many, -1), np.repeat(free, each)])
    drawn = letters.draw(len(row), rng)
    kept = np.exp(rng.uniform(np.log(_LEAST_KEPT), 0, size=many))
    keep = np.ones((len(row), n), bool)
    keep[:many] = rng.random((many, n)) < kept[:, None]
    keep[np.arange(many, len(row)), position[many:]] = False
    beside, kind = np.where(keep, codes[row], drawn), np.stack([row, position], axis=1)
    return beside[less:], kind[less:]


def standard_errors(
    residual: Array,
    partner_residual: Array,
    kind: NDArray[np.int64],
    letters: Letters,
    interactions: Array | None = None,
) -> Array:
    """Return s (n,), the standard error of the Shapley value of every position.

    ``residual`` (H,): f - sketch at the held-out sequences, ``partner_residual`` (rows,): the
    same at their ``partners``, of that ``kind``. ``interactions`` (n,): the variance that was found
    of sets of two positions and more, at each, in any unit; None where nothing is known. A position
    that ``letters`` fixes has none.
    """
    n = len(letters.free)
    row, position = kind.T
    here, there = residual[row], partner_residual
    variance = float((np.concatenate([residual, there]) ** 2).mean())
    if variance < 1e-100:  # nothing is missed, and squares of such numbers leave the floats
        return _placed(np.full(n, np.sqrt(variance)), letters)
    one = position >= 0
    change = (here - there)[one] ** 2 / 2
    place = np.searchsorted(letters.free, position[one])
    count = np.bincount(place, minlength=n).astype(float)
    mean = change.mean() if one.any() else 1.0
    sums = np.bincount(place, change, n).astype(float)
    likely, lean = np.full(n, mean), float(_LEAN_ON_ALL)
    if sums.any() and interactions is not None and interactions[letters.free].max() > 0:
        likely, lean = _likely(interactions[letters.free], sums, count), _LEAN
    energy = (sums + lean * likely) / (count + lean)
    # Mean order by a ratio over the same pairs: 1 - correlation, which scatters far less than
    # two separate means of heavy-tailed squares.
    both = float(((here**2 + there**2) / 2)[one].mean()) if one.any() else variance
    mean_order = n * mean / max(both, 1e-300) if one.any() else n / 2
    means, inverses, _ = poisson_orders(n)
    expected = variance * float(np.interp(mean_order, means, inverses))
    scale = np.log(1 / _LEAST_KEPT)
    seen = scale * float((here * there)[~one].mean())
    # The variance of r r' as if r were normal and r' independent, doubled for heavy tails: the
    # sample's own would be small just where the mean is small by chance.
    noise = 2 * (scale * variance) ** 2 / np.count_nonzero(~one)
    doubt = (_DOUBT * expected) ** 2
    total = max((expected * noise + seen * doubt) / (noise + doubt), variance / n)
    return _placed(np.sqrt(total * energy / max(energy.sum(), 1e-300)), letters)


def _likely(interactions: Array, total: Array, count: Array) -> Array:
    """The energies (n,) that some power of the interactions foretells, as the redraws choose it.

    ``total`` (n,) of the energies seen in ``count`` (n,) redraws. Squares scatter as much as they
    are large, so that the likelihood is that of an exponential distribution.
    """
    found = np.maximum(interactions, 0)
    powers = [(found + 1e-3 * found.mean()) ** power for power in _POWERS]
    each = [total.sum() / np.maximum(count @ shape, 1e-300) * shape for shape in powers]
    return min(each, key=lambda v: float(count @ np.log(v) + (total / v).sum()))


def _placed(errors: Array, letters: Letters) -> Array:
    out = np.zeros(letters.n)
    out[letters.free] = errors
    return out


def poisson_orders(n: int) -> tuple[Array, Array, Array]:
    """Return E d, E 1/d and E 1/d² of Poisson numbers d of positions from 1 to n, for 400 rates.

    Each of shape (400,), by increasing rate: what a sketch misses has such a mix of orders, as long
    as nothing else is known.

    >>> mean, inverse, square = poisson_orders(26)
    >>> at = int(np.searchsorted(mean, 4.0))
    >>> [round(float(v[at]), 2) for v in (mean, inverse, square)]
    [4.14, 0.32, 0.15]
    """
    d = np.arange(1, n + 1)
    logs = np.cumsum(np.log(d))
    rates = np.logspace(-6, 3, 400)[:, None]
    weight = d * np.log(rates) - logs
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    return weight @ d, weight @ (1 / d), weight @ (1 / d**2)
