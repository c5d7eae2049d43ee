"""Wrong answers to the exercises of lesson 03, Shapley values."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn


@mistake("3.1", "you give the value of the coalition with i, not what i adds to it")
def _(v: Any, i: Any, S: Any) -> Any:
    return v[tuple(int(j in (*S, i)) for j in range(v.ndim))]


def _waves(k: Any, F: Any, x: Any, q: Any) -> Any:
    return F * turn(q, k @ x)


@mistake("3.2", "the imaginary parts are left in")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (_waves(k, F, x, q) / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.2", "each position gets the whole of a wave, where it gets the 1/|k|-th part")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return _waves(k, F, x, q).real @ (k != 0)


@mistake("3.2", "the sequence is missing: F[k] has to be turned by the wave at x")
def _(k: Any, F: Any, x: Any, q: Any) -> Any:
    return (F.real / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.3", "1/|k| is not squared")
def _(k: Any, F: Any) -> Any:
    return (np.abs(F) ** 2 / np.maximum((k != 0).sum(axis=1), 1)) @ (k != 0)


@mistake("3.3", "1/|k| is missing")
def _(k: Any, F: Any) -> Any:
    return np.abs(F) ** 2 @ (k != 0)
