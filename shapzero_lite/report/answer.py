"""What a report says first: what was asked, how far to believe it, and which letters matter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from shapzero_lite import _display
from shapzero_lite._arrays import Array
from shapzero_lite.explaining import Explanation
from shapzero_lite.explaining.backgrounds import said
from shapzero_lite.report.changes import Changes, Named
from shapzero_lite.report.pairs import Pair, strongest, with_spread
from shapzero_lite.report.request import Request
from shapzero_lite.report.verdict import Verdict
from shapzero_lite.sketching.trust import NOTHING, POOR, SCAN

# So many letters are named on either side, and a letter that fewer of the sequences have is not.
_FEW, _RARE = 3, 0.01
_BAD, _NOT_SURE = (POOR, NOTHING), "Not to be relied on. "
_UNIFORM = "uniform letters", "random sequences (every letter as likely as any other)"


class Answer(NamedTuple):
    """The three sentences at the head of a report."""

    asked: str
    believe: str
    letters: str


def answer(
    request: Request,
    verdict: Verdict,
    shown: Explanation,
    answers: Array,
    changes: Changes,
    pairs: list[Pair],
    checked: tuple[Array, Array] | None,
) -> Answer:
    """Return the three sentences; ``answers`` (N,): what is known of each sequence, else NaN.

    ``checked``: what is known, and what the sketch says, of rows outside the fit; or None.
    """
    sure = _NOT_SURE if verdict.label in _BAD else ""
    return Answer(
        _asked(request, verdict, shown),
        _believe(verdict, answers, checked),
        sure + _letters(request, shown, changes, pairs),
    )


def _asked(request: Request, verdict: Verdict, shown: Explanation) -> str:
    N, n = request.sequences.codes.shape
    found, positions = request.measured, shown.position_names
    where = f" (positions {positions[0]} to {positions[-1]})" if request.wild is not None else ""
    against = request.background.said or request.meant.said
    against = against or said(shown.background, shown.spectrum).replace(*_UNIFORM)
    if found is not None and against.startswith("independent letters"):
        against = "variants with each letter as often as in this table"
    compared = f"A value is what a letter adds, compared with {against}."
    if found is not None:
        return (
            f"Which letters make {len(found):,} measured variants of {n} letters{where} high or "
            f"low, in {found.source}. {compared}"
        )
    spent = sum(verdict.queries.values())
    what = (
        f"the wild type and its {N - 1:,} single mutants" if request.of_mutants and N > 1
        else f"{N:,} sequence{'s' * (N > 1)} of {n} letters"
    )  # fmt: skip
    return (
        f"Which letters of {what}{where} make {request.model_name} answer as it does. It was asked "
        f"about {spent:,} sequences. {compared}"
    )


def _believe(verdict: Verdict, answers: Array, checked: tuple[Array, Array] | None) -> str:
    first = verdict.label[0].upper() + verdict.label[1:]
    if verdict.constant is not None:
        return f"{first}: one answer, {verdict.constant:g}, to every sequence asked."
    parts = []
    if verdict.n_held_out and np.isfinite(verdict.r2):
        rows = "variants" if verdict.measured else "sequences"
        close = int(verdict.r2 > 0.99)  # 0.996 is not 1
        share = f"{max(verdict.r2, 0):.{close}%}"
        parts.append(
            f"of what makes {verdict.n_held_out:,} {rows} differ that the fit did not see, the "
            f"sketch foretells {share} (R² {verdict.r2:.{2 + close}f})"
        )
    elif verdict.method == SCAN:
        parts.append("as measured, noise included; what letters do together is not in such a table")
    elif not verdict.measured and verdict.n_held_out == 0:
        parts.append("every possible sequence was asked")
    known, gap, whose = np.zeros(0), 0.0, "for those, whose values"
    if verdict.own is not None:
        known, gap = answers[np.isfinite(answers)], verdict.own["gap"]
        whose = f"for {verdict.own['asked']:,} of your sequences, whose answers"
    elif checked is not None:
        known, gap = checked[0], float(np.sqrt(((checked[0] - checked[1]) ** 2).mean()))
    if len(known):
        write = _display.plain(known)
        low, high, off = map(write, (known.min(), known.max(), gap))
        parts.append(f"{whose} go from {low} to {high}, it is off by {off} (root mean square)")
    caution = " Do not explain with it." if verdict.label in _BAD else ""
    return f"{first}{': ' * bool(parts)}{'; '.join(parts)}.{caution}"


def _letters(request: Request, shown: Explanation, changes: Changes, pairs: list[Pair]) -> str:
    """The letters that add and take most, of a wild type its changes, and what acts together."""
    if not shown.mean_absolute().sum() > 0:
        return "None: every value is 0."
    if request.subject[1] == "the wild type":
        single = changes.single
        best, worst = single[:_FEW], single[: -_FEW - 1 : -1]
        up, down = "changes of the wild type that add most", "that take most"
    else:
        ranked = sorted(_means(shown), key=lambda pair: -pair[1])
        best, worst = ranked[:_FEW], ranked[: -_FEW - 1 : -1]
        up, down = "letters that add most, on average", "that take most"
    best, worst = [x for x in best if x[1] > 0], [x for x in worst if x[1] < 0]
    write = _display.numbers([value for _, value in best + worst])
    parts = [
        f"{what}: " + ", ".join(f"{name} {write(value)}" for name, value in some)
        for what, some in ((up, best), (down, worst))
        if some
    ]
    text = "; ".join(parts)
    together = strongest(pairs)[:2]
    if together:
        found = ", ".join(f"{row[0]} {with_spread(row, together)}" for row in together)
        text += f". Together, beyond what each does alone: {found}"
    return text[0].upper() + text[1:] + "."


def _means(shown: Explanation) -> list[Named]:
    """Letters with the mean of their values, of those that enough sequences have."""
    letters, numbers = shown.spectrum.alphabet.letters, shown.position_numbers
    least, found = max(1, _RARE * len(shown)), []
    for i, number in enumerate(numbers):
        codes, values = shown.codes[:, i], shown.values[:, i]
        for c in np.unique(codes):
            has = codes == c
            if has.sum() >= least:
                found.append((f"{letters[c]}{number}", float(values[has].mean())))
    return found
