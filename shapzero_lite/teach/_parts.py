"""The functions of exercises that later cells run on: ours, and arguments that tell them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["OURS", "PARTS", "probes"]

PARTS = {
    "best_change": "0.3", "closed_form": "3.4", "hash_of": "4.2", "frequency_of": "5.2",
    "kind_of": "5.3", "peel": "5.5", "shap_zero": "6.1", "honest": "7.4", "variances": "7.5",
    "block_share": "8.1", "together": "8.2", "map_against": "8.3", "swap_loss": "8.4",
    "sign_epistasis": "10.3", "certified": "14.2", "single_letters": "14.3",
}  # fmt: skip


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


def block_share(m: Any, s: int) -> float:
    """Return the share (8.3) of the seven positions begun at s, from 1, of a map (n, 4)."""
    V = np.var(m, axis=1)
    return float(V[s - 1 : s + 6].sum() / V.sum())


def together(table: Any) -> Any:
    """Return what two letters do together, (8.4), from the means of every two."""
    table = np.asarray(table)
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def map_against(table: Any, w: Any, p: Any) -> Any:
    """Return the mean Shapley value of each first letter, windows by w, missing letters by p."""
    first = table @ np.asarray(p)  # the letter comes first; then after the other
    return ((first - p @ first) + (table @ np.asarray(w) - p @ table @ w)) / 2


def swap_loss(f: Any, x: Any, i: int) -> float:
    """Return how much less f says, on average over the other letters at i, from 1."""
    rows = np.repeat(np.asarray(x)[None], 4, axis=0)
    rows[:, i - 1] = np.arange(4)
    here, y = x[i - 1], np.asarray(f(rows))
    return float(y[here] - np.delete(y, here).mean())


def sign_epistasis(t: Any, least: float) -> bool:
    """Return whether the order of two rows flips from column to column, beyond least."""
    d = t[:, None] - t  # (rows, rows, columns)
    return bool(((d > least).any(axis=2) & (d < -least).any(axis=2)).any())


def certified(closed: Any, free: Any, free_se: Any, paid: Any) -> list[Any]:
    """Return values and standard errors of a guide, (14.2) and (14.4); rows of paid: pairs."""
    paid = np.asarray(paid)
    variance = np.asarray(free_se) ** 2 + paid.var(axis=0, ddof=1) / len(paid)
    return [closed + free + paid.mean(axis=0), np.sqrt(variance)]


def single_letters(h: Any, x: Any) -> Any:
    """Return h(x) minus its mean over the four letters at each position: 1 + 3 n answers."""
    x = np.asarray(x)
    rows = np.repeat(x[None], 3 * len(x), axis=0)  # the three other letters, place by place
    rows[np.arange(len(rows)), np.arange(len(rows)) // 3] = (x[:, None] + [1, 2, 3]).ravel() % 4
    return 0.75 * h(x[None])[0] - np.asarray(h(rows)).reshape(-1, 3).sum(axis=1) / 4


OURS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        best_change, closed_form, hash_of, frequency_of, kind_of, peel, shap_zero, honest,
        variances, block_share, together, map_against, swap_loss, sign_epistasis, certified,
        single_letters,
    )
}  # fmt: skip


def probes(name: str) -> list[tuple]:
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
    even, rare = np.full(4, 0.25), np.array([0.5, 0.25, 0.25, 0.0])
    against = [(means[0] ** 2, even, rare), (np.arange(4.0), rare, even), (means[2], rare, rare)]
    of_all: dict[str, list[tuple]] = {
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
        "block_share": [(np.vstack([means, means**2, means[::-1]]), s) for s in (1, 2, 3)],
        "map_against": [(np.vstack([means, row]), w, p) for row, w, p in against],
        "together": [(np.vstack([means, row]),) for row in (means[0] ** 2, np.arange(4.0))],
        "swap_loss": [
            (lambda x, w=w: x**2 @ w, np.array([3, 0, 1, 2]), i)
            for w in (means[0], means[2])
            for i in (1, 3, 4)
        ],
        "sign_epistasis": [
            *((t, 0.0) for t in (swap, apart, one_way, one_way.T, np.arange(6.0).reshape(3, 2))),
            *((t, 1.5) for t in (2 * swap, one_way, np.array([[0.0, 3.0], [1.0, 1.0]]))),
        ],
        "certified": [
            (means[0], row, np.abs(row), t)
            for row in (means[1], 0 * means[1])
            for t in (means, means**2)
        ],
        "single_letters": [
            (lambda x, w=w: (x**2) @ w + (x[:, 0] == x[:, 1]), np.array([3, 0, 1, 2]))
            for w in (means[0], means[2])
        ],
        "variances": [(y - 2.0, np.array([1, 0, 1, 1, 2, 0]), s2) for s2 in (0.25, 1.0)],
    }
    return of_all[name]
