"""How q-SFT spends a budget of queries: the first patterns, and further ones where needed."""

from __future__ import annotations

import numpy as np

from shapzero_lite.sketching.qsft.subsampling import Pattern, draw_pattern

# Rows at most that choose the threshold, and as many that R² is from.
_CHECK_ROWS, _LEAST_ROWS = 5000, 20
# Further patterns at most: each one is a step in which everything is decoded again.
MORE = 8


def least_queries(n: int, q: int) -> int:
    """Return the fewest queries of a q-SFT: three patterns of q points, and rows to check.

    >>> least_queries(26, 4)
    364
    """
    return 3 * (n + 1) * q + 2 * _LEAST_ROWS


def design_sizes(n: int, q: int, budget: int) -> tuple[int, int, int]:
    """Return b, P and the rows of each of the two checks that a budget allows.

    Three patterns of one repeat take at most three quarters of the budget, b as large as that
    allows, then P up to 3. Raises ``ValueError`` naming the least budget.

    >>> design_sizes(26, 4, 60_000)
    (4, 1, 3000)
    """
    smallest = 3 * (n + 1) * q
    least = least_queries(n, q)
    if budget < least:
        raise ValueError(
            f"a budget of {budget:,} queries is too small: method 'qsft' needs at least "
            f"{least:,} for n = {n} positions and {q} letters (three patterns of {q} points and "
            f"{n + 1} delays, and {2 * _LEAST_ROWS} rows to check)"
        )
    rows = max(_LEAST_ROWS, min(_CHECK_ROWS, budget // 20, (budget - smallest) // 2))
    share = max(smallest, 3 * (budget - 2 * rows) // 4)
    b = 1
    while b < n and 3 * (n + 1) * q ** (b + 1) <= share:
        b += 1
    return b, min(3, share // (3 * (n + 1) * q**b)), rows


def one_more(
    first: Pattern, occupied: int, left: int, draws: int, rng: np.random.Generator
) -> Pattern | None:
    """Return a further pattern for what is left in the bins, or None when none can be paid.

    ``first``: the first pattern drawn; ``occupied``: bins of a pattern that are not empty;
    ``left``: queries left to spend; ``draws``: patterns, this one included, left to draw.

    >>> from shapzero_lite.sketching.qsft.subsampling import draw_pattern
    >>> rng = np.random.default_rng(0)
    >>> one_more(draw_pattern(20, 4, 5, 1, rng), 2, 3000, 8, rng).n_queries
    336
    """
    n, q, b = first.n, first.q, first.matrix.shape[1]
    cost = [(n + 1) * q**size for size in range(1, b + 1)]
    # What collided so far collides again with odds of about (occupied bins) / p^b, p the smallest
    # prime factor of q: k and -k differ by 2k, and M^T 2k has 2^b values only for q = 4. Many
    # small patterns against few large ones: take the size whose odds, over all patterns of that
    # size that the rest of the budget pays, multiply to least. A full spectrum needs all bins.
    prime = next(p for p in range(2, q + 1) if q % p == 0)
    safety = [
        min(draws, left // c) * np.log2(max(1.0, prime**size / occupied))
        for size, c in enumerate(cost, 1)
    ]
    size = int(np.argmax(safety)) + 1 if max(safety) > 0 else b
    repeats = min(len(first.offsets), left // cost[size - 1])
    return draw_pattern(n, q, size, repeats, rng) if repeats else None
