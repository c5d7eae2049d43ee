"""Wrong answers to the exercises of lesson 05, peeling."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, turn, typed

typed(
    "5.1",
    [
        ([1, 2, 0], "the turns are read backwards, from the step to the start"),
        ([-1, 2, 0], "a turn is not taken modulo 4"),
        ([0, 3, 1], "you read the hands as they stand, and not against the start"),
    ],
)


@mistake("5.2", "negative turns are not taken modulo q")
def _(u: Any, q: Any) -> Any:
    return np.rint(np.angle(u[1:] / u[0]) * q / (2 * np.pi)).astype(int)


@mistake("5.2", "the turn is read backwards, from the delay to the start")
def _(u: Any, q: Any) -> Any:
    return np.rint(np.angle(u[0] / u[1:]) * q / (2 * np.pi)).astype(int) % q


@mistake("5.2", "you read the hands as they stand, and not against the start")
def _(u: Any, q: Any) -> Any:
    return np.rint(np.angle(u[1:]) * q / (2 * np.pi)).astype(int) % q


def _by_length(u: Any) -> Any:
    return "single" if np.ptp(np.abs(u)) <= 0.1 * np.abs(u).max() else "multi"


@mistake("5.3", "equal lengths are enough for you: two coefficients can have them too")
def _(u: Any, q: Any, tau: Any) -> Any:
    return "zero" if np.mean(np.abs(u) ** 2) <= tau else _by_length(u)


@mistake("5.3", "the threshold for an empty bin is missing")
def _(u: Any, q: Any, tau: Any) -> Any:
    return _by_length(u)


def _read(u: Any, q: Any) -> tuple[Any, Any, Any]:
    """Return frequency, coefficient and phases of a bin, as if it held one."""
    k = np.rint(np.angle(u[1:] * np.conj(u[0])) * q / (2 * np.pi)).astype(int) % q
    phases = turn(q, np.append(0, k))
    return k, np.mean(u / phases), phases


@mistake("5.3", "you allow nothing beside the coefficient, not even tau")
def _(u: Any, q: Any, tau: Any) -> Any:
    energy, F = np.mean(np.abs(u) ** 2), _read(u, q)[1]
    return "zero" if energy <= tau else "single" if energy - abs(F) ** 2 <= 1e-9 else "multi"


@mistake("5.3", "the phases are not undone before you average")
def _(u: Any, q: Any, tau: Any) -> Any:
    energy = np.mean(np.abs(u) ** 2)
    left = energy - np.abs(np.mean(u)) ** 2
    return "zero" if energy <= tau else "single" if left <= tau else "multi"


typed(
    "5.4",
    [
        (2, "you stop after the first round: what was found frees another one"),
        (5, "d and e count as found, and they share a bin in both groups"),
        (1, "you look at one group only"),
    ],
)


def _peel(bins: Any, matrices: Any, q: Any, tau: Any, **leave: bool) -> dict[tuple, Any]:
    """Peel, and leave something out."""
    found: dict[tuple, Any] = {}
    bins, before = [np.array(U) for U in bins], -1
    hours = [q ** np.arange(H.shape[1])[::-1] for H in matrices]
    while before < len(found):
        before = len(found)
        for g, (H, U) in enumerate(zip(matrices, bins, strict=True)):
            for j, u in enumerate(U):
                (k, F, phases), energy = _read(u, q), np.mean(np.abs(u) ** 2)
                empty = energy <= tau and "empty" not in leave
                belongs = k @ H % q @ hours[g] == j or "hash" in leave
                row = tuple(k.tolist())
                if empty or not belongs or row in found or energy - abs(F) ** 2 > tau:
                    continue
                found[row] = F
                for other, (G, V) in enumerate(zip(matrices, bins, strict=True)):
                    if other == g or "others" not in leave:
                        V[k @ G % q @ hours[other]] -= F * phases
    return found


@mistake("5.5", "what one group gives away is not subtracted in the others, or nobody looks again")
def _(bins: Any, matrices: Any, q: Any, tau: Any) -> Any:
    return _peel(bins, matrices, q, tau, others=False)


@mistake("5.5", "an empty bin is taken for a coefficient that is 0")
def _(bins: Any, matrices: Any, q: Any, tau: Any) -> Any:
    return _peel(bins, matrices, q, tau, empty=False)


@mistake("5.5", "the hash is not asked whether the frequency belongs into its bin")
def _(bins: Any, matrices: Any, q: Any, tau: Any) -> Any:
    return _peel(bins, matrices, q, tau, hash=False)


def _bill(s: Any, n: Any, q: Any, load: Any, least: Any) -> Any:
    return (n + 1) * q ** next(b for b in range(64) if s / q**b <= load or b == least)


@mistake("5.6", "n delays are asked, and the start is forgotten")
def _(s: Any, n: Any, q: Any, load: Any, C: Any) -> Any:
    return C * _bill(s, n - 1, q, load, None)


@mistake("5.6", "the coefficients are shared out among the groups; each group has them all")
def _(s: Any, n: Any, q: Any, load: Any, C: Any) -> Any:
    return C * _bill(s / C, n, q, load, None)


@mistake("5.6", "b is rounded down, so that the bins are too full")
def _(s: Any, n: Any, q: Any, load: Any, C: Any) -> Any:
    return C * _bill(s, n, q, load, int(np.log(s / load) / np.log(q)))


@mistake("5.6", "only one group is paid")
def _(s: Any, n: Any, q: Any, load: Any, C: Any) -> Any:
    return _bill(s, n, q, load, None)
