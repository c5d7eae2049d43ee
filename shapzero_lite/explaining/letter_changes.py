r"""One letter at a time: most of a small function's Shapley values, for at most n(q - 1) answers.

What a sketch leaves of a function, r, holds few orders of waves, mostly 3 to 5: of the lower ones
it has most, of the higher ones there is little. Drawing letter i of x again, and no other, tells

.. math:: c_i(x) = r(x) - E\, r(x_{-i}, U_i) = \sum_{k: k_i \ne 0} \mathrm{Re}\, R[k]
          \omega^{\langle k,x\rangle}, \qquad
          \varphi_i(x) = \sum_{k: k_i \ne 0} \frac{1}{|k|} \mathrm{Re}\, R[k]
          \omega^{\langle k,x\rangle}:

the same waves, each in full instead of by 1/|k|. Where the orders are few, :math:`\varphi_i` is
nearly :math:`\alpha c_i` with one number :math:`\alpha`, or one a position. Random walks of a
sample of sequences (module ``random_walks``), unbiased and noisy, tell :math:`\alpha` by least
squares, and how far off it is: their squared distance from :math:`\alpha c`, less their own
variance. To learn a cheap stand-in from noisy, unbiased Shapley values is stochastic amortisation
(Covert, Kim, Lee, Zou & Hashimoto, "Stochastic Amortization: A Unified Approach to Accelerate
Feature and Data Attribution", NeurIPS 2024, arXiv 2401.15866); there a network is trained to it,
here a factor is. c is the marginal contribution of the last letter, the end of every walk; its use
so is ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.sketching.value_errors import poisson_orders

# Rows that are asked together; fewer sequences than this do not tell what they scatter by.
_ROWS, _FEW = 65_536, 8
# Of what sketches miss, 1/d varies by about so much of the Poisson variance with the same mean: the
# lowest orders are known. Of two sketches each of the guide, repair, regulatory and toy models it
# was 0.25 to 0.57 of it; logarithm of the factor it is taken to be right within.
_OF_POISSON, _SPREAD = 0.4, 0.5
# The least variance of walks at a position, as a share of the mean.
_LEAST_NOISE = 1e-3


def chances_of(background: NDArray[np.floating] | Codes | None, n: int, q: int) -> Array:
    """Return how often every letter stands at every position of a background, (n, q).

    ``background``: probabilities (n, q), codes (B, n), or None for uniform letters.

    >>> chances_of(np.array([[0, 1], [0, 0]], np.uint8), 2, 2).tolist()
    [[1.0, 0.0], [0.5, 0.5]]
    """
    if background is None:
        return np.full((n, q), 1 / q)
    if background.dtype.kind == "f":
        return np.asarray(background, np.float64)
    return np.stack([(background == letter).mean(axis=0) for letter in range(q)], axis=1)


def letter_changes(
    residual: Callable[[Codes], Array],
    codes: Codes,
    here: Array,
    chances: Array,
    letters: int | None = None,
    rng: np.random.Generator | None = None,
) -> Array:
    """Return c (N, n): the residual of each sequence less its mean with one letter drawn again.

    ``here`` (N,): the residual of the sequences; ``chances`` (n, q): of the letters that are drawn.
    ``letters``: this many other letters a position are drawn with ``rng`` instead of all that can
    stand there, which leaves c without bias and with noise; None for all.

    >>> r = lambda x: 4.0 * (x == 1).all(axis=1)
    >>> x = np.array([[1, 1]], np.uint8)
    >>> letter_changes(r, x, r(x), np.array([[0.5, 0.5], [0.25, 0.75]])).tolist()
    [[2.0, 1.0]]
    """
    n, q = chances.shape
    changes = np.zeros(codes.shape)
    most = q - 1 if letters is None else min(letters, q - 1)
    step = max(1, _ROWS // (n * most))
    for start in range(0, len(codes), step):
        some = codes[start : start + step]
        own = some[:, :, None].astype(np.int64)
        chance = np.broadcast_to(chances, (*some.shape, q)).copy()
        np.put_along_axis(chance, own, 0.0, axis=2)  # (N, n, q) of the other letters
        if most == q - 1:
            other = (own + np.arange(1, q)) % q  # (N, n, most)
            weight = np.take_along_axis(chance, other, axis=2)
        else:
            if rng is None:
                raise AssertionError
            up_to = chance.cumsum(axis=2)
            leave = up_to[:, :, -1:]
            at = rng.random((*some.shape, most)) * leave
            other = np.minimum((up_to[:, :, None, :] <= at[..., None]).sum(axis=3), q - 1)
            weight = np.broadcast_to(leave / most, other.shape)
        row, position, which = np.nonzero(weight > 0)
        mutants = some[row]
        mutants[np.arange(len(row)), position] = other[row, position, which]
        change = here[start + row] - residual(mutants)
        change *= weight[row, position, which]
        place = row * n + position
        changes[start : start + step] = np.bincount(place, change, some.size).reshape(some.shape)
    return changes


@dataclass(frozen=True)
class Damping:
    """The factors (n,) from letter changes to Shapley values, and the error that is left, (n,).

    ``left``: mean square of what is left over that of the changes, the same at every position;
    ``unsure``: the standard error of ``left`` over ``left``.
    """

    factor: Array
    left: float
    error: Array
    unsure: float = 0.0

    def values(self, changes: Array, total: Array | None = None) -> Array:
        """Return the values (N, n) that letter changes stand for.

        ``total`` (N,): what they must add up to, where that is known; what is missing from it is
        shared out as the squared errors are.

        >>> d = Damping(np.array([0.5, 0.5]), 0.1, np.array([0.0, 1.0]))
        >>> d.values(np.array([[2.0, 4.0]]), np.array([3.5])).tolist()
        [[1.0, 2.5]]
        """
        values = self.factor * changes
        if total is None:
            return values
        square = self.error**2
        share = square / square.sum() if square.any() else np.full(len(square), 1 / len(square))
        return values + (total - values.sum(axis=1))[:, None] * share


def damping(
    changes: Array, walks: Array, walk_errors: Array, total: Array | None = None
) -> Damping:
    """Return the factors by least squares from a sample, and the error of what they give.

    ``changes``, ``walks``, ``walk_errors`` (N, n): of N sequences the letter changes, their
    Shapley values by walks, unbiased, and the standard errors of these. ``total`` (N,) as in
    ``Damping.values``. A factor is the mean of 1/|k| over the waves as their squares are, so
    between 0 and 1; those of single positions are drawn to that of all as far as they are unsure.
    The share that is left is the variance of 1/|k|: as the sample tells, and as far as it does not
    a guess, that of few neighbouring orders with such a mean. Of few sequences it is never less
    than its own standard error.

    >>> c = np.array([[2.0, -1.0], [4.0, 2.0]])
    >>> d = damping(c, 0.5 * c, np.full((2, 2), 1e-9))
    >>> d.factor.tolist(), bool(d.left < 1e-15)
    ([0.5, 0.5], True)
    """
    square, noise = (changes**2).mean(axis=0), walk_errors**2
    size = float(square.sum())
    if size == 0:
        return Damping(
            np.zeros(len(square)), 0.0, np.sqrt(np.maximum((walks**2 - noise).mean(axis=0), 0))
        )
    factor = _factors(changes, walks, noise)
    found = Damping(factor, 0.0, np.sqrt(square)).values(changes, total)
    # The entries of one sequence go together; of few sequences, the entries must do.
    many = len(changes) >= _FEW
    # Most of these squares is noise: weights of least variance, where it is known.
    heavy = noise.mean(axis=0) + _LEAST_NOISE * noise.mean() + _LEAST_NOISE * square.mean()
    weight = square / heavy**2 if many else np.ones(len(square))
    missed = ((found - walks) ** 2 - noise) * weight / (weight * square).sum()
    parts = missed.sum(axis=1) if many else missed.ravel() * missed.shape[1]
    told, unsure = float(parts.mean()), float(parts.std()) / np.sqrt(len(parts))
    share = float((factor * square).sum() / size)
    left = max(told, unsure)
    if many:
        left, unsure = _drawn_to(_guessed(share, len(square)), told, unsure)
    return Damping(factor, left, np.sqrt(left * square), unsure / max(left, 1e-300))


def _guessed(factor: float, n: int) -> float:
    """What is left where the mean of 1/d is known: a part of the variance of 1/d of Poisson d."""
    _, inverse, square = poisson_orders(n)
    variance = float(np.interp(factor, inverse[::-1], (square - inverse**2)[::-1]))
    return _OF_POISSON * max(variance, 1e-6)


def _drawn_to(guess: float, told: float, unsure: float) -> tuple[float, float]:
    """Mean and standard error of a positive number, guessed within a factor, told with an error."""
    if unsure <= 1e-100 * max(guess, abs(told)):  # walks that do not scatter, if residuals add up
        return max(told, 0.0), 0.0
    steps = np.linspace(-4, 4, 161)
    grid = guess * np.exp(_SPREAD * steps)
    weight = -0.5 * steps**2 - 0.5 * ((grid - told) / unsure) ** 2
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    mean = float((weight * grid).sum())
    error = float(np.sqrt((weight * (grid - mean) ** 2).sum()))
    return float(np.clip(mean, max(told - 3 * unsure, 0.0), max(told + 3 * unsure, 0.0))), error


def _factors(changes: Array, walks: Array, noise: Array) -> Array:
    """The factor of every position, (n,), each drawn to that of all as far as it is unsure."""
    power = (changes**2).sum(axis=0)
    all_alike = (changes * walks).sum() / power.sum()
    own = (changes * walks).sum(axis=0) / np.where(power > 0, power, 1)
    missed = (walks - all_alike * changes) ** 2
    variance = (changes**2 * missed).sum(axis=0) / np.where(power > 0, power, 1) ** 2
    known = power > 0
    if known.sum() < 2 or len(changes) < _FEW:
        return np.full(len(power), np.clip(all_alike, 0, 1))
    share = power / power.sum()
    between = float((share * ((own - all_alike) ** 2 - variance)).sum())
    lean = max(between, 0.0) / np.maximum(max(between, 0.0) + variance, 1e-300)
    return np.clip(np.where(known, all_alike + lean * (own - all_alike), all_alike), 0, 1)
