"""Wrong answers to the exercises of lesson 06, SHAP zero."""

from __future__ import annotations

from typing import Any

import numpy as np

from shapzero_lite.teach._mistakes._known import mistake, typed


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


@mistake("6.1", "only the first group is peeled")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    return _explained(bins[:1], matrices[:1], *rest)[::2]


@mistake("6.1", "the sequences are missing")
def _(bins: Any, matrices: Any, guides: Any, *rest: Any) -> Any:
    return _explained(bins, matrices, 0 * guides, *rest)[::2]


@mistake("6.1", "all guides get the values of the first")
def _(bins: Any, matrices: Any, guides: Any, answers: Any, *rest: Any) -> Any:
    same = np.repeat(guides[:1], len(guides), axis=0)
    return _explained(bins, matrices, same, answers, *rest)[::2]


@mistake("6.1", "the constant, k = 0, is shared out: it belongs to nobody")
def _(bins: Any, matrices: Any, guides: Any, *rest: Any) -> Any:
    values, mean, gaps = _explained(bins, matrices, guides, *rest)
    return values + mean / guides.shape[1], gaps


@mistake("6.1", "the values of all guides are added up: each guide has its own gap")
def _(bins: Any, matrices: Any, guides: Any, answers: Any, *rest: Any) -> Any:
    values, mean, _ = _explained(bins, matrices, guides, answers, *rest)
    return values, answers - mean - values.sum()


@mistake("6.1", "the mean is not taken off in the gaps")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    values, mean, gaps = _explained(bins, matrices, *rest)
    return values, gaps + mean


@mistake("6.1", "the gaps have the wrong sign")
def _(bins: Any, matrices: Any, *rest: Any) -> Any:
    values, _, gaps = _explained(bins, matrices, *rest)
    return values, -gaps


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


typed(
    "6.5",
    [
        ([8, 4, 4, 2], "these are V: a wave of two letters owes each half, a quarter in squares"),
        ([6, 2, 4, 2], "the value is halved, so its square is quartered: by |k|², not by |k|"),
        ([5, 5, 4, 2], "letter 2 is read by the second wave alone"),
        ([5, 1, 3, 3], "D goes by V, and what reads letter 1 has twice the variance"),
        ([5, 1, 16 / 3, 8 / 3], "D is the sum of both s², not of both |G|²"),
    ],
)


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
