"""The reader's own SHAP zero: functions, each the answer to an exercise, and ours beside them.

:func:`answer` hands every right answer to :func:`judged`; :func:`yours` gives it back to the cells
that follow. In a live notebook its text also goes into ``my_shap_zero.py`` beside the lessons, a
module of the reader's own, so that lesson 06 runs on what lessons 03 to 05 built. The bet of lesson
00, two steps of the learner of lesson 07, what letters do together and the reasons for a guide
of lesson 08, and the flips of lesson 10 are kept likewise.
"""

from __future__ import annotations

import ast
import copy
import inspect
import runpy
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite.teach._compare import difference
from shapzero_lite.teach._show import is_live

__all__ = ["judged", "yours"]

FILE = "my_shap_zero.py"
HEAD = '"""My right answers, which the lessons run in place of theirs."""\n\nimport numpy as np\n'
PARTS = {
    "best_change": "0.3", "closed_form": "3.4", "hash_of": "4.2", "frequency_of": "5.2",
    "kind_of": "5.3", "peel": "5.5", "shap_zero": "6.1", "honest": "7.4", "variances": "7.5",
    "together": "8.2", "reasons": "8.4", "sign_epistasis": "10.3",
}  # fmt: skip
_RIGHT: dict[str, Callable[..., Any]] = {}  # of this session, by name of the function


def best_change(means: Any, x: Any) -> tuple[int, int]:
    """Return the position and the new letter whose mean most exceeds that of the old one."""
    rise = means - np.asarray(means)[np.arange(len(x)), x][:, None]
    position, letter = np.unravel_index(rise.argmax(), rise.shape)
    return int(position), int(letter)


def hash_of(k: Any, H: Any, q: int) -> Any:
    """Return the bin of a frequency, (4.5)."""
    return np.asarray(k) @ np.asarray(H) % q


def frequency_of(u: Any, q: int) -> Any:
    """Return the frequency of a bin with one coefficient, (5.2)."""
    return np.rint(np.angle(u[1:] * np.conj(u[0])) * q / (2 * np.pi)).astype(int) % q


def _one(u: Any, q: int) -> tuple[Any, Any, Any]:
    k = frequency_of(u, q)
    phases = np.exp(2j * np.pi / q * np.append(0, k))
    return k, np.mean(u / phases), phases


def kind_of(u: Any, q: int, tau: float) -> str:
    """Return "zero", "single" or "multi", by (5.4)."""
    F, energy = _one(u, q)[1], np.mean(np.abs(u) ** 2)
    return "zero" if energy <= tau else "single" if energy - abs(F) ** 2 <= tau else "multi"


def peel(bins: Any, matrices: Any, q: int, tau: float) -> dict[tuple[int, ...], complex]:
    """Return {frequency: coefficient} of what single-tons give away, group after group."""
    found: dict[tuple[int, ...], complex] = {}
    bins, before = [np.array(U) for U in bins], -1
    hours = [q ** np.arange(H.shape[1])[::-1] for H in matrices]
    while len(found) > before:
        before = len(found)
        for H, U, places in zip(matrices, bins, hours, strict=True):
            for j in np.flatnonzero(np.mean(np.abs(U) ** 2, axis=1) > tau):
                k, F, phases = _one(U[j], q)
                row = tuple(k.tolist())
                if kind_of(U[j], q, tau) != "single" or row in found:
                    continue
                if hash_of(k, H, q) @ places != j:
                    continue
                found[row] = F
                for G, V, at in zip(matrices, bins, hours, strict=True):
                    V[hash_of(k, G, q) @ at] -= F * phases
    return found


def closed_form(k: Any, F: Any, x: Any, q: int) -> Any:
    """Return the Shapley values of one sequence, (3.7)."""
    reads = np.asarray(k) != 0
    waves = (F * np.exp(2j * np.pi / q * (np.asarray(k) @ np.asarray(x)))).real
    return (waves / np.maximum(reads.sum(axis=1), 1)) @ reads


def shap_zero(
    bins: Any, matrices: Any, guides: Any, answers: Any, q: int, tau: float,
    peel: Any, closed_form: Any,
) -> tuple[Any, Any]:  # fmt: skip
    """Return the Shapley values of sequences, peeled once, and the gap that each leaves."""
    found = peel(bins, matrices, q, tau)
    k = np.array(list(found), int).reshape(-1, np.shape(guides)[1])
    F = np.array(list(found.values()))
    values = np.array([closed_form(k, F, x, q) for x in guides])
    return values, answers - np.real(found.get((0,) * k.shape[1], 0)) - values.sum(axis=1)


def honest(c: Any, Phi: Any, y: Any, df: float) -> tuple[Any, float]:
    """Return unshrunken coefficients, (7.5), and the variance of their noise."""
    missed = (y - Phi @ c) / (1 - df / len(y))
    return c + Phi.T @ missed / len(y), missed @ missed / len(y) ** 2


def variances(z: Any, owner: Any, s2: float) -> Any:
    """Return the variance expected of the coefficients of each set, (7.7)."""
    return np.maximum(0.0, np.bincount(owner, z**2 - s2) / np.bincount(owner))


def together(table: Any) -> Any:
    """Return what two letters do together, (8.4), from the means of every two."""
    table = np.asarray(table)
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def reasons(values: Any, count: int) -> tuple[list[int], float]:
    """Return the positions, from 1, that speak most for a window, and their share of all for it."""
    values = np.asarray(values)
    order = np.argsort(-values, kind="stable")[:count]  # equals keep their order
    best = order[values[order] > 0]
    share = values[best].sum() / values[values > 0].sum() if len(best) else 0.0
    return (best + 1).tolist(), float(share)


def sign_epistasis(t: Any, least: float) -> bool:
    """Return whether the order of two rows flips from column to column, beyond least."""
    d = t[:, None] - t  # (rows, rows, columns)
    return bool(((d > least).any(axis=2) & (d < -least).any(axis=2)).any())


OURS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        best_change, closed_form, hash_of, frequency_of, kind_of, peel, shap_zero, honest,
        variances, together, reasons, sign_epistasis,
    )
}  # fmt: skip


def _probes(name: str) -> list[tuple]:
    """Return arguments on which a function from the file is compared with ours."""
    H = np.array([[1, 0], [0, 1], [1, 2]])
    k, F = np.array([[0, 0, 0], [1, 0, 2], [3, 0, 2]]), np.array([0.5, 1 + 1j, 1 - 1j])
    delays = np.concatenate([np.zeros((1, 3), int), np.eye(3, dtype=int)])  # (n + 1, n)
    U = np.zeros((16, 4), complex)
    for row, value in zip(k, F, strict=True):
        U[hash_of(row, H, 4) @ [4, 1]] += value * np.exp(0.5j * np.pi * (delays @ row))
    singles = [u for u in U if np.any(u)]
    Phi, y = H.repeat(2, axis=0) - 1.0, np.arange(6.0)  # (6, 2), (6,)
    swap, apart = np.eye(2), np.array([[1.0, 2.0], [0.0, 0.0], [2.0, 1.0]])
    one_way = np.array([[0.0, 3.0], [1.0, 2.0]])
    means = np.array([[0.9, -0.1, 0, 0], [0, 0.1, 0.2, 0.3], [0, 0.05, -0.5, -0.4]])
    probes: dict[str, list[tuple]] = {
        "best_change": [(means, np.array(x)) for x in ([0, 1, 2], [3, 3, 1], [0, 0, 1])],
        "closed_form": [(k, F, np.array([3, 1, 2]), 4)],
        "hash_of": [(row, H, 4) for row in k],
        "frequency_of": [(u, 4) for u in singles],
        "kind_of": [(u, 4, 0.01) for u in [*U, singles[0] + singles[-1]]],
        "peel": [([U, U], [H, H], 4, 0.01)],
        "shap_zero": [
            ([bins, bins], [H, H], np.array(x), np.full(len(x), 0.25), 4, 0.01, peel, closed_form)
            for bins, x in ((U, [[3, 1, 2], [0, 1, 2]]), (0 * U, [[0, 1, 2]]))
        ],
        "honest": [(np.array([0.5, -1.0]), Phi, y, df) for df in (0.0, 1.5)],
        "together": [(np.vstack([means, row]),) for row in (means[0] ** 2, np.arange(4.0))],
        "reasons": [
            *((row, count) for row in means for count in (1, 3)),
            (np.array([0.2, -0.5, 0.4, 0.2]), 2),  # of equals the earlier
            (-np.arange(4.0), 2),
        ],
        "sign_epistasis": [
            *((t, 0.0) for t in (swap, apart, one_way, one_way.T, np.arange(6.0).reshape(3, 2))),
            *((t, 1.5) for t in (2 * swap, one_way, np.array([[0.0, 3.0], [1.0, 1.0]]))),
        ],
        "variances": [(y - 2.0, np.array([1, 0, 1, 1, 2, 0]), s2) for s2 in (0.25, 1.0)],
    }
    return probes[name]


def judged(exercise: str, learner: Callable[..., Any] | None) -> None:
    """Keep a right answer to an exercise that builds the machine; None: it is not right (yet)."""
    name = next((name for name, number in PARTS.items() if number == exercise), None)
    if name is None:
        return
    _RIGHT.pop(name, None)
    if learner is None:
        return
    _RIGHT[name] = learner
    if is_live():
        _write(name, learner)


def _write(name: str, learner: Callable[..., Any]) -> None:
    """Put the text of a function into the reader's module, in place of an earlier one."""
    try:
        source = textwrap.dedent(inspect.getsource(learner))
    except (OSError, TypeError):  # its text is not known; it serves this session all the same
        return
    path = Path(FILE)
    lines = (path.read_text(encoding="utf-8") if path.is_file() else HEAD).splitlines()
    for node in ast.parse("\n".join(lines)).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            del lines[node.lineno - 1 : node.end_lineno]
            break
    path.write_text("\n".join([*lines, "", "", source.rstrip()]) + "\n", encoding="utf-8")


def yours(name: str) -> Callable[..., Any]:
    """Return the reader's function if it is right, ours otherwise, and print which.

    Parameters
    ----------
    name : "best_change", "closed_form", "hash_of", "frequency_of", "kind_of", "peel", "shap_zero",
        "honest", "variances", "together", "reasons" or "sign_epistasis". An answer of an earlier
        lesson is read from ``my_shap_zero.py`` in the current folder, and runs only if it still
        agrees with ours on small cases.

    Raises
    ------
    ValueError : another name.

    Examples
    --------
    >>> yours("hash_of")([2, 1], [[1], [3]], 4)
    hash_of: ours, until exercise 4.2 is answered
    array([1])
    """
    if name not in PARTS:
        raise ValueError(f"{name!r} is no part of the machine; its parts are {', '.join(PARTS)}")
    if name in _RIGHT:
        print(f"{name}: yours, from exercise {PARTS[name]}")
        return _RIGHT[name]
    found, why = _from_file(name)
    if found is None:
        print(f"{name}: ours, {why or f'until exercise {PARTS[name]} is answered'}")
        return OURS[name]
    print(f"{name}: yours, from {FILE}")
    return found


def _from_file(name: str) -> tuple[Callable[..., Any] | None, str]:
    """Return the reader's function out of the module that holds it, or why it is not used."""
    path = Path(FILE)
    if not path.is_file():
        return None, ""
    try:
        # A part that is not in the file is ours; what is in it was written by the reader.
        found = runpy.run_path(str(path), {"np": np, **OURS})[name]
        if found is OURS[name]:
            return None, ""
        for probe in _probes(name):
            got = found(*copy.deepcopy(probe))
            if difference(got, OURS[name](*copy.deepcopy(probe)), 1e-6, 1e-9) is not None:
                return None, f"for the one in {FILE} is not right"
    except Exception as error:  # noqa: BLE001  (whatever the reader's text does, the lesson goes on)
        return None, f"for the one in {FILE} stopped with {type(error).__name__}: {error}"
    return found, ""
