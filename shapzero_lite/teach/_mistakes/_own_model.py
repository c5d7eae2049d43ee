"""Wrong answers to the exercises of lesson 13, on the reader's own model and measurements."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake


def _claims(low: Any, own: Any, lifts: Any, together: Any) -> list[bool]:
    return [low >= 0.5 and own <= 0.5, bool(low >= 0.8 and own <= 0.2 and lifts), together]


@mistake("13.1", "you read R² itself, where the lower end of its interval counts")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, penalised, value, error = beside
    return _claims(r2, own, value > 2 * error, r2 > max(plain, penalised))


@mistake("13.1", "the second condition is missing: the sketch may miss your own sequences")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, penalised, value, error = beside
    return _claims(low, 0.0, value > 2 * error, low > max(plain, penalised))


@mistake("13.1", "one sequence asks no more of the sketch than an average does")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, penalised, value, error = beside
    averages = low >= 0.5 and own <= 0.5
    return [averages, averages and value > 2 * error, low > max(plain, penalised)]


@mistake("13.1", "a value below 0 lifts, too, if it is only large")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, penalised, value, error = beside
    return _claims(low, own, abs(value) > 2 * error, low > max(plain, penalised))


@mistake("13.1", "you leave out the error of the value, which may be all there is of it")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, penalised, value, _ = beside
    return _claims(low, own, value > 0, low > max(plain, penalised))


@mistake("13.1", "least squares alone: where rows are few, it fails by itself, and a penalty helps")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    plain, _, value, error = beside
    return _claims(low, own, value > 2 * error, low > plain)


@mistake("13.1", "the penalised letters alone: here and there least squares reaches more")
def _(r2: Any, low: Any, own: Any, *beside: Any) -> Any:
    _, penalised, value, error = beside
    return _claims(low, own, value > 2 * error, low > penalised)


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


@mistake("13.3", "TA counts once in a text, however often it stands there")
def _(texts: Any) -> Any:
    return [text.count("C") + 3.0 * text.count("TA") for text in texts]


@mistake("13.3", "T and A must stand side by side, T first")
def _(texts: Any) -> Any:
    return [text.count("C") + 3.0 * ("T" in text and "A" in text) for text in texts]


@mistake("13.3", "the 3 come on top of what the C count")
def _(texts: Any) -> Any:
    return [3.0 if "TA" in text else text.count("C") for text in texts]


@mistake("13.3", "a model is asked about many texts at once: a number for each")
def _(texts: Any) -> Any:
    return texts[0].count("C") + 3.0 * ("TA" in texts[0])


@mistake("13.3", "TA may stand anywhere, and you look for it at the beginning")
def _(texts: Any) -> Any:
    return [text.count("C") + 3.0 * text.startswith("TA") for text in texts]


def _best(values: Any, wild_type: Any, count: Any) -> Any:
    better = np.flatnonzero(values > wild_type)
    return better[np.argsort(-values[better], kind="stable")][:count]


@mistake("13.4", "the order is the sketch's, where the model itself has spoken")
def _(expected: Any, checked: Any, wild_type: Any, count: Any) -> Any:
    return np.flatnonzero(checked > wild_type)[:count]


@mistake("13.4", "what nobody asked about has the sketch's word for it, and is ordered")
def _(expected: Any, checked: Any, wild_type: Any, count: Any) -> Any:
    return _best(np.where(np.isnan(checked), expected, checked), wild_type, count)


@mistake("13.4", "those at or below the wild type are ordered, too")
def _(expected: Any, checked: Any, wild_type: Any, count: Any) -> Any:
    return _best(checked, -np.inf, count)


@mistake("13.4", "the worst come first")
def _(expected: Any, checked: Any, wild_type: Any, count: Any) -> Any:
    return _best(checked, wild_type, len(checked))[::-1][:count]


def _left(a: Any, b: Any) -> Any:
    return ((a - b) ** 2).mean() / ((a.var() + b.var()) / 2)


@mistake("13.5", "the difference of two replicates has the noise twice")
def _(a: Any, b: Any) -> Any:
    return 1 - _left(a, b)


@mistake("13.5", "you give what the noise takes, not what it leaves")
def _(a: Any, b: Any) -> Any:
    return _left(a, b) / 2


@mistake("13.5", "the correlation is squared, which is itself what two replicates share")
def _(a: Any, b: Any) -> Any:
    return np.corrcoef(a, b)[0, 1] ** 2


def _ratio(c: Any, wanted: Any) -> Any:
    return wanted / (1 - wanted) * (1 - c) / c


@mistake("13.6", "replicates come whole")
def _(c: Any, wanted: Any) -> Any:
    return _ratio(c, wanted)


@mistake("13.6", "you round down, and stay below what is wanted")
def _(c: Any, wanted: Any) -> Any:
    return np.floor(_ratio(c, wanted))


@mistake("13.6", "the ceiling grows in proportion for you: the noise falls, and the signal stays")
def _(c: Any, wanted: Any) -> Any:
    return np.ceil(wanted / c)


@mistake("13.6", "noise and signal are exchanged")
def _(c: Any, wanted: Any) -> Any:
    return np.ceil(wanted / (1 - wanted) * c / (1 - c))
