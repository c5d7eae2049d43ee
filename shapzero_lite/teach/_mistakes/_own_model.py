"""Wrong answers to the exercises of lesson 13, on the reader's own model and measurements."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


def _texts(codes: Any, letters: Any) -> list[str]:
    return ["".join(letters[c] for c in row) for row in codes]


@mistake("13.1", "you number the letters A, C, G, T, whatever order you are given")
def _(predict: Any, codes: Any, letters: Any) -> Any:
    return np.asarray(predict(_texts(codes, sorted(letters))))


@mistake("13.1", "only the first sequence is asked about")
def _(predict: Any, codes: Any, letters: Any) -> Any:
    return np.asarray(predict(_texts(codes[:1], letters)))[0]


@mistake("13.1", "you count letters from 1, and codes count from 0")
def _(predict: Any, codes: Any, letters: Any) -> Any:
    return np.asarray(predict(_texts(np.asarray(codes) - 1, letters)))


@mistake("13.2", "the pair is compared with nothing: once in 16 random letters have it")
def _(a: Any, b: Any) -> Any:
    return [0.75 * a, -0.25 * a, b / 2 - 0.25 * a]


@mistake("13.2", "G gets all of the pair, where half of it is C's")
def _(a: Any, b: Any) -> Any:
    return [0.75 * a, -0.25 * a, 15 * b / 16 - 0.25 * a]


@mistake("13.2", "you forget that G is no A")
def _(a: Any, b: Any) -> Any:
    return [0.75 * a, -0.25 * a, 15 * b / 32]


@mistake("13.2", "letters are compared with nothing: a quarter of random letters are A")
def _(a: Any, b: Any) -> Any:
    return [a, 0 * a, 15 * b / 32]


def _left(a: Any, b: Any) -> Any:
    return ((a - b) ** 2).mean() / ((a.var() + b.var()) / 2)


@mistake("13.3", "the difference of two replicates has the noise twice")
def _(a: Any, b: Any) -> Any:
    return 1 - _left(a, b)


@mistake("13.3", "you give what the noise takes, not what it leaves")
def _(a: Any, b: Any) -> Any:
    return _left(a, b) / 2


@mistake("13.3", "the correlation is squared, which is itself what two replicates share")
def _(a: Any, b: Any) -> Any:
    return np.corrcoef(a, b)[0, 1] ** 2


def _ratio(c: Any, wanted: Any) -> Any:
    return wanted / (1 - wanted) * (1 - c) / c


@mistake("13.4", "replicates come whole")
def _(c: Any, wanted: Any) -> Any:
    return _ratio(c, wanted)


@mistake("13.4", "you round down, and stay below what is wanted")
def _(c: Any, wanted: Any) -> Any:
    return np.floor(_ratio(c, wanted))


@mistake("13.4", "the ceiling grows in proportion for you: the noise falls, and the signal stays")
def _(c: Any, wanted: Any) -> Any:
    return np.ceil(wanted / c)


@mistake("13.4", "noise and signal are exchanged")
def _(c: Any, wanted: Any) -> Any:
    return np.ceil(wanted / (1 - wanted) * c / (1 - c))
