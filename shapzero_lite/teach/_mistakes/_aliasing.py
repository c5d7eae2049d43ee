"""Wrong answers to the exercises of lesson 04, aliasing."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn, typed

typed(
    "4.1",
    [
        ([13, 4, 1, 0, 0, 0], "the sums are not taken modulo 4"),
        ([3, 0, 1, 0, 0, 0], "the sums have the wrong sign"),
        (
            [2, 1, 0, 1, 0, 0],
            "you read off the first two entries of k, as if the other letters were frozen",
        ),
        ([1, 0, 2, 1, 0, 3], "k itself is no alias: another wave has its hash, on one position"),
    ],
)


@mistake("4.2", "the sums are not taken modulo q")
def _(k: Any, H: Any, q: Any) -> Any:
    return np.asarray(H).T @ np.asarray(k)


@mistake("4.2", "the columns are read from the last to the first")
def _(k: Any, H: Any, q: Any) -> Any:
    return (np.asarray(H).T @ np.asarray(k) % q)[::-1]


@mistake("4.2", "you give the number of the bin, where its b entries are asked for")
def _(k: Any, H: Any, q: Any) -> Any:
    columns = np.asarray(H).shape[1]
    return int((np.asarray(H).T @ np.asarray(k) % q) @ q ** np.arange(columns)[::-1])


def _columns(waves: Any, q: Any, parts: Any) -> list:
    columns = np.ndindex((q,) * np.shape(waves)[1])
    return [h for h in columns if parts(np.asarray(waves) @ h)]


def _apart(hashes: Any) -> bool:
    return len(set(hashes.tolist())) == len(hashes)


@mistake("4.3", "only unit vectors are tried, which freeze all letters but one")
def _(waves: Any, q: Any) -> Any:
    found = _columns(waves, q, lambda sums: _apart(sums % q))
    return next((h for h in found if sorted(h) == [0] * (len(h) - 1) + [1]), None)


@mistake("4.3", "only neighbours in the list are compared, where any two waves may collide")
def _(waves: Any, q: Any) -> Any:
    return next(iter(_columns(waves, q, lambda sums: np.diff(sums % q).all())), None)


@mistake("4.3", "you give the last column that parts them, where the first is asked for")
def _(waves: Any, q: Any) -> Any:
    found = _columns(waves, q, lambda sums: _apart(sums % q))
    return found[-1] if found else None


@mistake("4.3", "the sums are compared, and not the hashes, their remainders modulo q")
def _(waves: Any, q: Any) -> Any:
    return next(iter(_columns(waves, q, _apart)), None)


@mistake("4.3", "where no column parts all, you give one that parts some")
def _(waves: Any, q: Any) -> Any:
    columns = list(np.ndindex((q,) * np.shape(waves)[1]))
    return max(columns, key=lambda h: len(set((np.asarray(waves) @ h % q).tolist())))


def _bin(f: Any, H: Any, d: Any, j: Any, sign: Any) -> Any:
    q, b = f.shape[0], H.shape[1]
    asked = {at: f[tuple((H @ np.array(at) + d) % q)] for at in np.ndindex((q,) * b)}
    return sum(value * turn(q, sign * np.dot(j, at)) for at, value in asked.items()) / q**b


@mistake("4.4", "the delay d is missing")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, 0 * d, j, sign=-1)


@mistake("4.4", "the phase has the wrong sign")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=1)


@mistake("4.4", "you add up and do not divide by the number of questions")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=-1) * f.shape[0] ** H.shape[1]


typed(
    "4.5",
    [
        ([1 / 2, 1 / 4, 1 / 5], "that is for one column, and H has two"),
        ([1 / 16, 1 / 16, 1 / 25], "2 divides both 4 and every entry of the first difference"),
        (
            [1 / 64, 1 / 64, 1 / 125],
            "every position is counted: columns are independent, b of them",
        ),
        ([1 / 4, 1 / 4, 1 / 25], "2 divides 2, not the 1 of the second difference"),
        ([1 / 4, 1 / 16, 4 / 25], "2 divides the third difference, but not q = 5: g divides both"),
    ],
)


def _part(k: Any, l: Any, delays: Any, values: Any, q: Any, sign: Any = 1) -> Any:
    return np.linalg.solve(turn(q, sign * (np.array(delays) @ np.array([k, l]).T)), values)


@mistake("4.6", "the phases have the wrong sign")
def _(k: Any, l: Any, d: Any, e: Any, u: Any, v: Any, q: Any) -> Any:
    return _part(k, l, [d, e], [u, v], q, sign=-1)


@mistake("4.6", "the first delay turns nothing for you")
def _(k: Any, l: Any, d: Any, e: Any, u: Any, v: Any, q: Any) -> Any:
    return _part(k, l, [0 * d, e], [u, v], q)


@mistake("4.6", "the two coefficients are exchanged")
def _(k: Any, l: Any, d: Any, e: Any, u: Any, v: Any, q: Any) -> Any:
    return _part(k, l, [d, e], [u, v], q)[::-1]
