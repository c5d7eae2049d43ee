"""The budget of a request: numbers read from text, and the queries shared out."""

from __future__ import annotations

from typing import Any

from shapzero_lite._memory import count_all
from shapzero_lite.letters import Alphabet, Letters
from shapzero_lite.queries import PROBE_COST
from shapzero_lite.report.inputs import Sequences
from shapzero_lite.sketching import Plan, plan
from shapzero_lite.sketching.samples import least_samples

# Of the reader's own sequences, at most these many, and a twentieth of the budget, are put to the
# model: to see whether R² on random sequences holds for them too.
_MOST_CHECKED, _SHARE_CHECKED = 200, 20
# Random rows for a regression beside q-SFT, whose own rows are not random.
_MOST_BESIDE, _SHARE_BESIDE = 5_000, 10


def whole(name: str, value: Any, least: int) -> int:
    """Return a whole number from a number or a text such as "60000", "60,000" or "6e4".

    >>> whole("budget", "6e4", 1)
    60000
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        text = value.replace(",", "").replace("_", "").strip() if isinstance(value, str) else value
        number = int(text) if isinstance(text, str) and text.lstrip("+-").isdigit() else float(text)
        if number != int(number):
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is a whole number of at least {least:,}, not {value!r}") from None
    if number < least:
        raise ValueError(f"{name} is a whole number of at least {least:,}, not {value!r}")
    return int(number)


def yes_or_no(name: str, value: Any) -> bool:
    """Return True or False from a truth value or from text, of which any would count as true.

    >>> yes_or_no("overwrite", "false")
    False
    """
    known = {"true": True, "yes": True, "false": False, "no": False}
    text = str(value).strip().lower() if isinstance(value, bool | str) else ""
    if text not in known:
        raise ValueError(f"{name} is True or False, not {value!r}")
    return known[text]


def share_budget(
    budget: int,
    given: Sequences,
    alphabet: Alphabet,
    method: str,
    *,
    kept: bool,
    letters: Letters | None = None,
    designs: int = 0,
) -> tuple[Plan, int, int, int]:
    """Return the plan of the sketch, own sequences checked, designs, rows for a regression.

    Trial, checks and sketch together are at most ``budget``; ``kept``: whether answers go to a
    store; ``letters``: those meant, None for uniform ones; ``designs`` that are to be checked (none
    where every sequence is asked). Raises ``ValueError`` for a budget that
    is too small, naming what is needed.
    """
    n = given.codes.shape[1]
    checked = min(_MOST_CHECKED, budget // _SHARE_CHECKED, len(given))
    exact = method in ("auto", "samples", "enumerate")
    every = count_all(alphabet.q, n) if letters is None else letters.count
    if exact and every <= budget - PROBE_COST:
        checked = designs = 0  # every sequence is asked anyway
    beside = 0
    if method == "qsft":
        beside = max(least_samples(n, alphabet.q), min(_MOST_BESIDE, budget // _SHARE_BESIDE))
    # With a store the plan of the sketch pays the trial: the probes that know the model again.
    left = budget - checked - designs - beside - (0 if kept else PROBE_COST)
    if left < 1:
        raise ValueError(
            f"a budget of {budget:,} queries is too small: {budget - left:,} are needed to try the "
            "model and for checks alone"
        )
    try:
        made = plan(None, n, alphabet, left, method, store=kept, letters=letters)
    except ValueError as error:
        msg = f"budget={budget:,}, of which {budget - left:,} try and check the model: {error}"
        raise ValueError(msg) from error
    return made, checked, designs, beside
