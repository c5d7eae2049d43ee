"""What a sketch costs besides the model: seconds of one processor core, and bytes.

Nothing is asked, so what the model is like must be guessed: that it has structure up to order 3
or 4, as far as the rows can tell, and some noise. Then the work can be counted: the
passes over blocks of positions (module ``block_design``) that the ladder of orders takes (module
``ridge``), the bins of the patterns (``qsft``), the terms of an enumeration. Seconds a unit of that
work were measured on a common server (benchmarks/bench_plan.py, which says how far off they are).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from shapzero_lite.sketching.block_design import KEEP, block_size
from shapzero_lite.sketching.curved import FEW
from shapzero_lite.sketching.distil import free_answers
from shapzero_lite.sketching.network import Design
from shapzero_lite.sketching.orders import MOST_SUPPORTS, MOST_WAVES_A_ROW
from shapzero_lite.sketching.qsft.budgets import MORE, design_sizes
from shapzero_lite.sketching.ridge import MOST_CHOOSING, MOST_ORDER
from shapzero_lite.sketching.training import MEMBERS, TRIAL, TRIED, candidates, schedule

# One look-up or one addition to a histogram, a row; one multiplication of a table's two sides; what
# a call costs.
_ROW, _FLOP, _CALL = 3.6e-9, 6.5e-11, 1e-5
# One block when it is made, alone and packed; one position of one row in it.
_SINGLE, _PACKED, _PLACE = 4.5e-5, 8e-4, 5.9e-10
# Passes over the blocks: of an order that is kept, and of the last fit to all rows, some of them
# however many rows there are.
_KEPT_PASSES, _LAST_PASSES, _LEAST_PASSES = 62, 77, 7
# Waves a row, at most, of an order that is guessed to be kept; the share of its sets that are
# fitted, from order 3 on.
_KEPT_WAVES, _FITTED = {1: 20, 2: 20, 3: 20, 4: 8}, 0.8
# Blocks as packed by ``cover``, in units of those that would do if no set stood in two.
_LOOSE = 1.4
# Bytes of a wave: its number, its places, coefficients and directions; bytes nothing goes below.
_WAVE_BYTES, _LEAST_BYTES = 56, 1e7

# Of a curve: fits of the rows it is tried on, parts alone and parts beside it, with what the curve
# itself takes; and where those are few, fits of all rows, once or twice.
_TRIED, _AGAIN = 2.0, 1.25

# Of q-SFT, one pattern peeled down the thresholds; one answer in its bins.
_PATTERN, _BIN = 1.2e-2, 5.4e-6

# Of a network, a step of its training; one product of a weight while it learns, and when it is
# asked; bytes of PyTorch.
_STEP, _LEARN, _ASK, _TORCH = 2e-3, 1.9e-10, 4e-11, 3e8


@dataclass(frozen=True)
class Cost:
    """Seconds and bytes."""

    seconds: float
    size: float

    def __add__(self, other: Cost) -> Cost:
        """One after the other: the seconds add up, the memory is used again."""
        return Cost(self.seconds + other.seconds, max(self.size, other.size))


def of_samples(n: int, q: int, rows: int) -> Cost:
    """Return the cost of learning a spectrum from ``rows`` samples of n letters out of q.

    >>> few, many = of_samples(26, 4, 8_000), of_samples(26, 4, 32_000)
    >>> 2 < many.seconds / few.seconds < 4
    True
    """
    choosing = min(rows, MOST_CHOOSING)
    inside = 0.8 * rows if rows < 5000 else 0.9 * choosing
    seconds, most = 0.2, 0.0
    kept = {0: 1.0}
    for order in range(1, min(MOST_ORDER, n) + 1):
        waves = (q - 1) ** order
        limit = min(MOST_SUPPORTS, MOST_WAVES_A_ROW * inside // waves)
        sets = float(comb(n, order))
        if sets > limit:
            sets = limit if order > 2 else 0.0
        if not sets or order - 2 > max(kept):  # two empty orders end the ladder
            continue
        below = max(kept)
        looked = _made(sets, inside, order) + 2 * sets * _pass(inside, q, order)
        looked += _made(kept[below], inside, below) + kept[below] * _pass(inside, q, below)
        held = _numbers(sets, inside, q, order) + sets * _WAVE_BYTES * waves
        if sets * waves <= _KEPT_WAVES.get(order, 0) * inside or order == 1:
            kept[order] = sets * (_FITTED if order > 2 else 1.0)
            looked += _packed(kept[order], order, n, q, inside, _KEPT_PASSES)
        seconds, most = seconds + looked, max(most, held)
    top = max(kept)
    passes = _LEAST_PASSES + (_LAST_PASSES - _LEAST_PASSES) * choosing / rows
    seconds += _packed(kept[top], top, n, q, rows, passes)
    packed = kept[top] * (q - 1.0) ** top * _WAVE_BYTES
    blocks = _blocks(kept[top], top, n, q)
    size = packed + _numbers(blocks, rows, q, block_size(q, n, top))
    return Cost(seconds, most + size + rows * (n + 64.0) + _LEAST_BYTES)


def of_curve(n: int, q: int, rows: int) -> Cost:
    """Return the cost of parts and of a curve over a sum, and of choosing between them.

    The curve itself is cheap; the parts are learnt in the functions of the letters, of a few rows
    first where there are many, and again of what a curve leaves.

    >>> round(of_curve(26, 4, 8_000).seconds / of_samples(26, 4, 8_000).seconds, 2)
    2.0
    """
    parts = of_samples(n, q, rows)
    if rows <= 2 * FEW:
        return Cost(_TRIED * parts.seconds, parts.size)
    tried = of_samples(n, q, FEW).seconds
    return Cost(_TRIED * tried + _AGAIN * parts.seconds, parts.size)


def of_distilling(n: int, q: int, rows: int) -> Cost:
    """Return the cost of a network that learns ``rows`` samples, and of its spectrum.

    >>> 1 < of_distilling(26, 4, 50_000).seconds / of_samples(26, 4, 50_000).seconds < 20
    True
    """
    several, free = candidates(n, q), free_answers(rows)
    products = [design.products(n, q) for design in several]
    likely = products.index(max(products))  # which one will be chosen is not known: the dearest
    seconds = MEMBERS * _training(several[likely], n, q, rows)
    seconds += MEMBERS * _ASK * products[likely] * free
    if len(several) > 1:
        tried = min(rows, TRIED)
        seconds += TRIAL * sum(_training(design, n, q, tried) for design in several)
    size = 2.0 * rows * n + 64.0 * MEMBERS * products[likely] + _TORCH
    return Cost(seconds, size) + of_samples(n, q, free)


def _training(design: Design, n: int, q: int, rows: int) -> float:
    """Seconds of one member."""
    passes, batch = schedule(rows)
    return passes * rows * (_STEP / batch + _LEARN * design.products(n, q))


def of_enumeration(n: int, q: int) -> Cost:
    """Return the cost of the transform of all q^n values."""
    total = float(q) ** n
    return Cost(0.004 + total * (2.6e-7 * n + 6.5e-7), total * (6 * n + 170.0) + 1.5e6)


def of_qsft(n: int, q: int, queries: int) -> Cost:
    """Return the cost of a q-SFT of that many queries, all further patterns included.

    The bins are peeled anew, from all patterns, whenever one has come in.

    >>> of_qsft(26, 4, 60_000).seconds > 5 * of_qsft(26, 4, 5_000).seconds
    True
    """
    answers, peeled = peelings(n, q, queries)
    # A phase is read right when what else is in the bin turns it by less than pi / q: of many
    # letters few waves are found, and few have to be peeled.
    each = _PATTERN + _BIN * min(1.0, 4 / q) * answers
    return Cost(0.02 + peeled * each, 60.0 * queries + 1e7)


def peelings(n: int, q: int, queries: int) -> tuple[int, int]:
    """Return the answers of a pattern, and how many patterns are peeled where all must be drawn.

    More queries may mean fewer peelings: a larger pattern leaves less for further ones.

    >>> peelings(26, 4, 52_500)
    (6912, 18)
    """
    b, repeats, rows = design_sizes(n, q, queries)
    pattern = (n + 1) * q**b
    left = queries - 2 * rows - 3 * repeats * pattern
    patterns = peeled = 3
    while patterns < 3 + MORE and left >= pattern:
        left -= min(repeats, left // pattern) * pattern
        patterns += 1
        peeled += patterns
    return repeats * pattern, peeled


def _blocks(sets: float, order: int, n: int, q: int) -> float:
    size = block_size(q, n, order)
    return max(1.0, _LOOSE * sets / comb(size, order)) if size > order else sets


def _packed(sets: float, order: int, n: int, q: int, rows: float, passes: float) -> float:
    blocks, size = _blocks(sets, order, n, q), block_size(q, n, order)
    made = blocks * (_PACKED + size * rows * _PLACE)
    again = 0.0 if _numbers(blocks, rows, q, size) < KEEP else size * rows * _PLACE
    return made + passes * blocks * (_pass(rows, q, size) + again)


def _made(sets: float, rows: float, order: int) -> float:
    return sets * (_SINGLE + rows * order * _PLACE)


def _pass(rows: float, q: int, size: int) -> float:
    """Seconds of one look-up or one histogram of a block of ``size`` positions."""
    low, high = q ** (size // 2), q ** (size - size // 2)
    return _CALL + rows * _ROW + 2.0 * low * high * (low + high) * _FLOP


def _numbers(blocks: float, rows: float, q: int, size: int) -> float:
    """Bytes of the block numbers of all rows, which are kept while they are few enough."""
    width = next(width for width in (1, 2, 4, 8) if q**size <= 256**width)
    return min(blocks * rows * width, KEEP)
