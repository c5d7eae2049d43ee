"""Wrong answers to the exercises of lessons 04 to 06, from aliasing to SHAP zero."""

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


def _bin(f: Any, H: Any, d: Any, j: Any, sign: Any) -> Any:
    q, b = f.shape[0], H.shape[1]
    asked = {at: f[tuple((H @ np.array(at) + d) % q)] for at in np.ndindex((q,) * b)}
    return sum(value * turn(q, sign * np.dot(j, at)) for at, value in asked.items()) / q**b


@mistake("4.3", "the delay d is missing")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, 0 * d, j, sign=-1)


@mistake("4.3", "the phase has the wrong sign")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=1)


@mistake("4.3", "you add up and do not divide by the number of questions")
def _(f: Any, H: Any, d: Any, j: Any) -> Any:
    return _bin(f, H, d, j, sign=-1) * f.shape[0] ** H.shape[1]


def _columns(waves: Any, q: Any, parts: Any) -> list:
    columns = np.ndindex((q,) * np.shape(waves)[1])
    return [h for h in columns if parts(np.asarray(waves) @ h)]


def _apart(hashes: Any) -> bool:
    return len(set(hashes.tolist())) == len(hashes)


@mistake("4.4", "only unit vectors are tried, which freeze all letters but one")
def _(waves: Any, q: Any) -> Any:
    found = _columns(waves, q, lambda sums: _apart(sums % q))
    return next((h for h in found if sorted(h) == [0] * (len(h) - 1) + [1]), None)


@mistake("4.4", "only neighbours in the list are compared, where any two waves may collide")
def _(waves: Any, q: Any) -> Any:
    return next(iter(_columns(waves, q, lambda sums: np.diff(sums % q).all())), None)


@mistake("4.4", "you give the last column that parts them, where the first is asked for")
def _(waves: Any, q: Any) -> Any:
    found = _columns(waves, q, lambda sums: _apart(sums % q))
    return found[-1] if found else None


@mistake("4.4", "the sums are compared, and not the hashes, their remainders modulo q")
def _(waves: Any, q: Any) -> Any:
    return next(iter(_columns(waves, q, _apart)), None)


@mistake("4.4", "where no column parts all, you give one that parts some")
def _(waves: Any, q: Any) -> Any:
    columns = list(np.ndindex((q,) * np.shape(waves)[1]))
    return max(columns, key=lambda h: len(set((np.asarray(waves) @ h % q).tolist())))


@mistake("4.5", "s coefficients are to miss the bin, where only the s - 1 others are")
def _(share: Any, s: Any) -> Any:
    return 1 / (1 - share ** (1 / s))


@mistake("4.5", "you solve e^(-s/B), which is only near (4.9): take the power before it")
def _(share: Any, s: Any) -> Any:
    return -s / np.log(share)


@mistake("4.5", "this is the chance that another one misses the bin: it is 1 - 1/B")
def _(share: Any, s: Any) -> Any:
    return share ** (1 / (s - 1))


@mistake("4.5", "you raise the share to s - 1, where the root of that order is asked for")
def _(share: Any, s: Any) -> Any:
    return 1 / (1 - share ** (s - 1))


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


@mistake("6.1", "the explanation is perfect, and what you compare it with is not")
def _(power: Any, sigma2: Any, pairs: Any) -> Any:
    return 0.0


@mistake("6.1", "this is the noise of one pair; the truth is the mean of many")
def _(power: Any, sigma2: Any, pairs: Any) -> Any:
    return sigma2 / (sigma2 + power)


@mistake("6.1", "the mean square of the measured truth holds its noise too")
def _(power: Any, sigma2: Any, pairs: Any) -> Any:
    return sigma2 / pairs / power


@mistake("6.1", "a variance falls as one over the pairs, only its root as one over theirs")
def _(power: Any, sigma2: Any, pairs: Any) -> Any:
    return sigma2 / (sigma2 + np.sqrt(pairs) * power)


@mistake("6.2", "the window is asked once, however long the walks are: only each - 1 grows")
def _(once: Any, error: Any, each: Any, walked: Any) -> Any:
    return once // (each * walked / error) + 1


@mistake("6.2", "walks as they are, not of the sketch's error, are compared")
def _(once: Any, error: Any, each: Any, walked: Any) -> Any:
    return once // each + 1


@mistake("6.2", "the errors are exchanged: a smaller error costs more walks")
def _(once: Any, error: Any, each: Any, walked: Any) -> Any:
    return once // (1 + (each - 1) * error / walked) + 1


@mistake("6.2", "error (6.3) is a mean of squares: it falls as one over the pairs, without a root")
def _(once: Any, error: Any, each: Any, walked: Any) -> Any:
    return once // (1 + (each - 1) * np.sqrt(walked / error)) + 1


@mistake("6.2", "this is a window too early: (6.4) rounds down and adds 1")
def _(once: Any, error: Any, each: Any, walked: Any) -> Any:
    return once // (1 + (each - 1) * walked / error)


@mistake("6.3", "the sketch is left out: walks on the model alone are not repaired, but plain")
def _(exact: Any, of_f: Any, of_sketch: Any) -> Any:
    return _mean_and_error(0 * exact, of_f)


@mistake("6.3", "what the walks say of the sketch is not taken off, and `exact` holds it already")
def _(exact: Any, of_f: Any, of_sketch: Any) -> Any:
    return _mean_and_error(exact, of_f)


@mistake("6.3", "the errors are those of separate walks; the same walks share their luck")
def _(exact: Any, of_f: Any, of_sketch: Any) -> Any:
    both = [_mean_and_error(exact, walks)[1] for walks in (of_f, of_sketch)]
    return np.array([_mean_and_error(exact, of_f - of_sketch)[0], np.hypot(*both)])


@mistake("6.3", "you give the spread of single walks; their mean is surer")
def _(exact: Any, of_f: Any, of_sketch: Any) -> Any:
    value, error = _mean_and_error(exact, of_f - of_sketch)
    return np.array([value, error * np.sqrt(len(of_f))])


def _mean_and_error(exact: Any, walks: Any) -> Any:
    return np.array([exact + walks.mean(axis=0), walks.std(axis=0, ddof=1) / np.sqrt(len(walks))])


def _explained(
    bins: Any, matrices: Any, guides: Any, answers: Any, q: Any, tau: Any, peel: Any, share: Any
) -> tuple[Any, Any, Any]:
    """Return values, mean and gaps."""
    found = peel([np.array(U) for U in bins], matrices, q, tau)
    k = np.array(list(found), int).reshape(-1, np.shape(guides)[1])
    F = np.array(list(found.values()))
    values = np.array([share(k, F, x, q) for x in guides])
    mean = np.real(found.get((0,) * k.shape[1], 0))
    return values, mean, answers - mean - values.sum(axis=1)


@mistake("6.4", "only the first group is peeled")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    return _explained(bins[:1], matrices[:1], *rest)[::2]


@mistake("6.4", "the sequences are missing")
def _(bins: Any, matrices: Any, guides: Any, *rest: Any) -> Any:
    return _explained(bins, matrices, 0 * guides, *rest)[::2]


@mistake("6.4", "all guides get the values of the first")
def _(bins: Any, matrices: Any, guides: Any, answers: Any, *rest: Any) -> Any:
    same = np.repeat(guides[:1], len(guides), axis=0)
    return _explained(bins, matrices, same, answers, *rest)[::2]


@mistake("6.4", "the constant, k = 0, is shared out: it belongs to nobody")
def _(bins: Any, matrices: Any, guides: Any, *rest: Any) -> Any:
    values, mean, gaps = _explained(bins, matrices, guides, *rest)
    return values + mean / guides.shape[1], gaps


@mistake("6.4", "the values of all guides are added up: each guide has its own gap")
def _(bins: Any, matrices: Any, guides: Any, answers: Any, *rest: Any) -> Any:
    values, mean, _ = _explained(bins, matrices, guides, answers, *rest)
    return values, answers - mean - values.sum()


@mistake("6.4", "the mean is not taken off in the gaps")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    values, mean, gaps = _explained(bins, matrices, *rest)
    return values, gaps + mean


@mistake("6.4", "the gaps have the wrong sign")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    values, _, gaps = _explained(bins, matrices, *rest)
    return values, -gaps


@mistake("6.6", "the mean orders are left out")
def _(r2: Any, order_left: Any, order_all: Any) -> Any:
    return 1 / (1 - r2)


@mistake("6.6", "you give the share of the variance that stays, not how many times fewer queries")
def _(r2: Any, order_left: Any, order_all: Any) -> Any:
    return (1 - r2) * order_left / order_all


@mistake("6.6", "the mean orders are exchanged")
def _(r2: Any, order_left: Any, order_all: Any) -> Any:
    return order_left / order_all / (1 - r2)


@mistake("6.7", "the repair of each window costs nothing for you")
def _(once: Any, share: Any, each: Any) -> Any:
    return int(once // each) + 1


@mistake("6.7", "you divide by what a window still costs, not by what it saves")
def _(once: Any, share: Any, each: Any) -> Any:
    return int(once // (share * each)) + 1


@mistake("6.7", "at equal cost you call the sketch cheaper")
def _(once: Any, share: Any, each: Any) -> Any:
    return -int(-once // (each * (1 - share))) if share < 1 else None


@mistake("6.7", "a share above 1 is not seen: then the sketch makes every window dearer")
def _(once: Any, share: Any, each: Any) -> Any:
    return int(once // (each * (1 - share))) + 1
