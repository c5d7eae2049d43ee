"""Wrong answers to the exercises of lessons 00 and 03, shares and Shapley values."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn, typed

typed(
    "0.1",
    [
        ([1, 2, 1], "each gets what it adds alone: 2 of the 5 are nobody's"),
        ([1, 4, 1], "only the order 1, 2 is counted"),
        ([3, 2, 1], "only the order 2, 1 is counted"),
        ([2.5, 2.5, 1.5], "what both give is split in half, whoever added it"),
        ([2, 3, 2], "where both together give 3 = 1 + 2, nothing is left to share"),
    ],
)


typed(
    "0.2",
    [
        ([1.8, 1, 0.2, -0.6], "each letter gets the whole entry of the pair: it is paid twice"),
        ([1.8, 0.6, -0.2, -0.2], "the entry of the pair is in the value, but nobody gets it"),
        ([1.4, 0.6, -0.2, -0.2], "the pair is forgotten: its entry belongs to value and shares"),
        ([1.8, 0.8, 0, 0], "in GC the pair's entry has the other sign, -0.4, and C gets half"),
        ([0.8, 0.8, 0, -0.4], "the constant is no letter's, but the sketch's value has it"),
    ],
)


def _place(table: Any) -> tuple[int, int]:
    position, letter = np.unravel_index(table.argmax(), table.shape)
    return int(position), int(letter)


def _gain(means: Any, x: Any) -> Any:
    return means - means[np.arange(len(x)), x][:, None]


@mistake("0.3", "you take the best letter of all, and it may be there already")
def _(means: Any, x: Any) -> Any:
    return _place(means)


@mistake("0.3", "you count positions and letters from 1, where code counts from 0")
def _(means: Any, x: Any) -> Any:
    position, letter = _place(_gain(means, x))
    return position + 1, letter + 1


@mistake("0.3", "letter and position are exchanged")
def _(means: Any, x: Any) -> Any:
    return _place(_gain(means, x))[::-1]


typed(
    "0.4",
    [
        ([7, 8, 10], "these are the tall bars of the best guide: the worst has others"),
        ([10, 11, 17], "these letters help the worst guide: change those that harm it"),
        ([5, 6, 20], "you count positions from 0, where the question counts from 1"),
        ([6, 7, 8], "low bars, but neighbours: together they gain less than one by one, so spread"),
        ([1, 2, 3], "you take the context, which this guide's bars say matters little"),
    ],
)


typed(
    "3.1",
    [
        (
            [1 / 4, 1 / 4, 1 / 4, 1 / 4, 33 / 16],
            "the four cases are not equally likely: count the orders of each",
        ),
        (
            [1 / 3, 1 / 3, 1 / 3, 1 / 3, 11 / 4],
            "second in a third of the orders: after 1 and after 5 together, not each",
        ),
        (
            [1 / 5, 1 / 20, 1 / 20, 1 / 30, 23 / 40],
            "these are the weights of five players, and three play here",
        ),
        (
            [1 / 3, 1 / 6, 1 / 6, 1 / 3, 3 / 2],
            "1.5 is its share where letter 3 plays, too: here letter 3 stays random",
        ),
        (
            [1 / 3, 1 / 6, 1 / 6, 1 / 3, 4],
            "you weigh the values of coalitions, not what letter 2 adds to them",
        ),
    ],
)


typed(
    "3.2",
    [
        ([1.5, 0, 0, 0, 1.5], "a rule that fails is not 0 here: by its letters it is -1/4"),
        ([2.25, -0.75, 0.5, 0, 2.25], "each letter gets the whole of what its set shares"),
        ([0.75, -1.5, 0.75, 0, 0.75], "a rule that fails is 1/4 - 1/4 = 0, not 1/4 - 3/4"),
        ([1.125, 0, 0.25, 0, 1.125], "the bonus is left out: it pays 2, 1 5 and 1 2 5"),
        ([0.875, -0.25, 0.25, 0, 0.875], "the bonus pays 1 2 5 alone, where 2 and 1 5 get parts"),
        ([1.25, -1, -0.25, 0, 1.25], "2 3 lose, where unequal letters escape a loss"),
        ([2.25, 1.5, -0.75, 0, 2.25], "these are the values of CGGAG"),
    ],
)


def _arrivals(v: Any, order: Any) -> Any:
    """Return what each arrival adds, (2, n): in the order, and in its reverse."""
    n = len(order)
    there = [tuple(int(i in order[:m]) for i in range(n)) for m in range(n + 1)]
    back = [tuple(int(i in order[n - m :]) for i in range(n)) for m in range(n + 1)]
    return np.array([np.diff([v[S] for S in walk]) for walk in (there, back)])


@mistake("3.3", "only the given order is walked, and not its reverse")
def _(v: Any, order: Any) -> Any:
    return _arrivals(v, order)[0][np.argsort(order)]


@mistake("3.3", "the two walks are added, where their mean is asked for")
def _(v: Any, order: Any) -> Any:
    return sum(one[np.argsort(o)] for one, o in zip(_arrivals(v, order), _both(order), strict=True))


@mistake("3.3", "the values stand in the order of arrival, not by position")
def _(v: Any, order: Any) -> Any:
    there, back = _arrivals(v, order)
    return (there + back[::-1]) / 2


def _both(order: Any) -> tuple[Any, Any]:
    return order, order[::-1]


def _waves(k: Any, F: Any, x: Any, q: Any) -> Any:
    return F * turn(q, k @ x)


@mistake("3.4", "the imaginary parts are left in")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (_waves(k, F, x, q) / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.4", "each position gets the whole of a wave, where it gets the 1/|k|-th part")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return _waves(k, F, x, q).real @ (k != 0)


@mistake("3.4", "the sequence is missing: F[k] has to be turned by the wave at x")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (F.real / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.5", "1/|k| is not squared")
def _(k: Any, F: Any) -> Any:
    return (np.abs(F) ** 2 / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.5", "1/|k| is missing")
def _(k: Any, F: Any) -> Any:
    return np.abs(F) ** 2 @ (k != 0)


@mistake("3.5", "you square the real part of F[k], and its imaginary part carries as much")
def _(k: Any, F: Any) -> Any:
    return (F / np.maximum((k != 0).sum(axis=1), 1)).real ** 2 @ (k != 0)


typed(
    "3.6",
    [
        (
            [1, 1, 1, 4 / 3, 3 / 2, 23 / 2],
            "the sets inside are not taken off: the game pays 1 only once",
        ),
        ([1, -1, -1, -4 / 3, -3 / 2, -11 / 2], "all three give back what the pairs took off twice"),
        ([1, -1, 1, -1, -1, -3], "the dividend of all three is left out, as Moebius does"),
        ([1, -1, 1, -1, -1, -2], "the dividend of all three is left out, as Moebius does"),
        ([1, -1, 1, -1 / 2, -2 / 3, -1], "STII and SII are exchanged: three pairs share in STII"),
        (
            [1, -1, 1, -2 / 3, -1 / 2, 3 / 2],
            "single players keep their dividend 1 in SII, where they have their Shapley value",
        ),
        ([1, -1, 1, -2 / 3, -1 / 2, 1], "SII is efficient, and it is not"),
    ],
)
