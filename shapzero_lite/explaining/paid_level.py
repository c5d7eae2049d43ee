"""From the values of a sketch to those of the model itself: a few more queries a sequence.

Walks over model - sketch are unbiased, and noisy where queries are few. Part of the queries change
single letters instead (module ``letter_changes``): damped by a factor that the walks of all
sequences tell together, they are where the walks are drawn towards, as far as the walks are noisier
than the damped changes are wrong. That is the posterior mean of normal errors; how wrong the damped
changes are is measured by the same walks, for each position by the size of its own changes, so that
no position is taken to be like another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.explaining.letter_changes import chances_of, damping, letter_changes
from shapzero_lite.explaining.random_walks import (
    least_extra,
    pairs_paid,
    walk_values,
    walked_positions,
)
from shapzero_lite.letters import Codes, Letters

# A position's own sum of squares is a noisy mean of few sequences: lean on all as if by so many.
_LEAN = 4.0


def letters_paid(extra: int, n: int, q: int) -> int:
    """Return how many other letters of every position half of ``extra`` queries try, 0 to q - 1.

    0 where the other half would not pay for two pairs of walks.

    >>> letters_paid(500, 26, 4), letters_paid(200, 26, 4), letters_paid(110, 26, 4)
    (3, 3, 0)
    """
    letters = min(q - 1, extra // (2 * n))
    return min(letters, max(0, (extra - least_extra(n)) // n))


def rows_paid(extra: int, n: int, q: int, *, shrink: bool) -> int:
    """Return how many rows a sequence are asked, at most, with ``extra`` queries: itself without.

    ``n``: the positions that walks visit; with none there is nothing to ask more. Raises
    ``ValueError`` below ``least_extra``.

    >>> rows_paid(0, 26, 4, shrink=False), rows_paid(500, 26, 4, shrink=False)
    (1, 460)
    """
    if extra == 0 or n == 0:
        return 1
    letters = letters_paid(extra, n, q) if shrink else 0
    return 1 + letters * n + pairs_paid(extra - letters * n, n) * (2 * n - 1)


def plain_values(
    residual: Callable[[Codes], Array],
    codes: Codes,
    q: int,
    extra: int,
    seed: int,
    here: Array,
    background: Letters | Codes | None,
) -> tuple[Array, Array, float]:
    """Return the same by walks alone, without bias."""
    n = len(walked_positions(codes, background))
    values, errors, _ = walk_values(residual, codes, q, extra, seed, here, background)
    return values, errors, pairs_paid(extra, n) - 1.0 if n else np.inf


def shrunk_values(
    residual: Callable[[Codes], Array],
    codes: Codes,
    q: int,
    extra: int,
    seed: int,
    here: Array,
    background: Letters | Codes | None,
    typical: Array | None = None,
) -> tuple[Array, Array, float]:
    """Return the Shapley values (N, n) of the residual, standard errors (N, n), their degrees.

    At most ``extra`` rows a sequence are asked, itself included; the arguments are those of
    ``walk_values``. ``typical`` (N, n): the size of the values, where it is known, used if the
    queries are too few for letter changes. The expected error is smaller than that of the walks
    alone, and the values are not unbiased.
    """
    start = background.probabilities if isinstance(background, Letters) else background
    n = codes.shape[1]
    walked = walked_positions(codes, background)
    values, stated = np.zeros(codes.shape), np.zeros(codes.shape)
    if codes.size == 0 or len(walked) == 0:
        return values, stated, np.inf
    letters = letters_paid(extra, len(walked), q)
    left = extra - letters * len(walked)
    found, errors, _ = walk_values(residual, codes, q, left, seed, here, background)
    walks, noise = found[:, walked], errors[:, walked] ** 2
    # A few pairs tell their own variance roughly: lean on those of all sequences.
    own = pairs_paid(left, len(walked)) - 1
    noise = (own * noise + _LEAN * _by_position(noise)) / (own + _LEAN)
    if letters:
        rng = np.random.default_rng([seed, 2])
        chances = chances_of(start, n, q)
        changes = letter_changes(residual, codes, here, chances, letters, rng)[:, walked]
        made = damping(changes, walks, errors[:, walked])
        towards, spread = made.values(changes), made.left * _by_position(changes**2)
        unsure = made.unsure
    else:
        towards, unsure = np.zeros(walks.shape), 0.0
        # Where nothing is known, what the walks scatter by beyond their own noise.
        beyond = np.maximum((walks**2 - noise).mean(axis=0), 0)
        spread = beyond if typical is None else typical[:, walked] ** 2
    weight = spread / np.maximum(spread + noise, 1e-300)
    values[:, walked] = towards + weight * (walks - towards)
    stated[:, walked] = np.sqrt(weight * noise)
    # The squared error moves with the noise by the weight, with what is left by the rest of it.
    # Both are known within an error; that of a number with d degrees is sqrt(2 / d) of it.
    within = float((weight**2).mean()) * 2 / own + float(((1 - weight) ** 2).mean()) * unsure**2
    return values, stated, 2 / max(within, 1e-300)


def _by_position(square: Array) -> Array:
    """The mean of every position, (n,), as if by _LEAN more sequences that were like all."""
    return (square.sum(axis=0) + _LEAN * square.mean()) / (len(square) + _LEAN)
