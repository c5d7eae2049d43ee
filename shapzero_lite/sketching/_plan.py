"""What a sketch will cost, told before a single query is spent."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from shapzero_lite import _display
from shapzero_lite._checks import whole
from shapzero_lite._memory import count_all
from shapzero_lite.letters import Alphabet, Letters
from shapzero_lite.queries import PROBE_COST, alphabet_and_n
from shapzero_lite.sketching import costs, repeats
from shapzero_lite.sketching.automatic import EARLY, LEAST_ROWS
from shapzero_lite.sketching.qsft.budgets import design_sizes, least_queries
from shapzero_lite.sketching.samples import least_of, least_samples

METHODS = ("auto", "enumerate", "samples", "curve", "distil", "qsft", "both")

# Rows held out for R²: a tenth, at most this many (the interval is then about 0.02 wide).
_MOST_HELD = 5_000
# Share of the budget that measures how far off a Shapley value is.
CALIBRATION, SHARE = "measure the errors", 0.125
# Rows that do so: fewer tell nothing.
LEAST_ERRORS = 40
# Whether the model answers the same twice (module ``repeats``).
AGAIN = "ask a few sequences again"


@dataclass(frozen=True)
class Plan:
    """How a budget would be spent: queries by purpose, seconds and memory of the fit.

    ``method`` is the one that "auto" stands for; ``queries`` maps purpose to number and never
    adds up to more than ``budget``; ``model_seconds`` is None when the speed of the model was
    not given. Seconds of the fit (of one core) and its bytes are estimates (module ``costs``),
    within a factor of two of what was measured in benchmarks/bench_plan.py. ``training_seconds``
    come on top where "auto" trains a network: when the samples leave something to learn.
    """

    method: str
    n: int
    alphabet: Alphabet
    budget: int
    queries: dict[str, int]
    fit_seconds: float
    fit_bytes: float
    model_seconds: float | None = None
    letters: Letters | None = None
    training_seconds: float = 0.0

    @property
    def meant(self) -> Letters:
        """The letters, uniform ones included."""
        return Letters.uniform(self.n, self.alphabet) if self.letters is None else self.letters

    @property
    def spendable(self) -> int:
        """The queries that are not probes of a store."""
        return self.n_queries - self.queries.get("probe the store", 0)

    @property
    def n_aside(self) -> int:
        """The queries that are neither of the fit nor held out."""
        return self.queries.get(AGAIN, 0) + self.queries.get(CALIBRATION, 0)

    @property
    def left_out(self) -> int:
        """Of the sequences drawn to measure errors, those in whose place a few are asked again."""
        return min(self.queries.get(AGAIN, 0), repeats.COST)

    @property
    def n_again(self) -> int:
        """The queries that see whether answers stay the same, of those that measure errors too."""
        pays = self.queries.get(CALIBRATION, 0) >= LEAST_ERRORS + repeats.COST
        return self.queries.get(AGAIN, repeats.COST if pays else 0)

    @property
    def n_queries(self) -> int:
        """All queries together."""
        return sum(self.queries.values())

    def __str__(self) -> str:
        parts = ", ".join(f"{count:,} to {purpose}" for purpose, count in self.queries.items())
        again = ""
        if self.n_again and AGAIN not in self.queries:
            again = f"{self.n_again} that measure the errors ask a few sequences again\n"
        asking = (
            f"{self.n_queries:,} times the model's own time for one sequence"
            if self.model_seconds is None
            else f"about {_duration(self.model_seconds)}"
        )
        more = "; where samples leave much to learn, a network too, about "
        training = more + _duration(self.training_seconds) if self.training_seconds else ""
        return (
            f"{self.method}: {self.n_queries:,} of at most {self.budget:,} queries ({parts})\n"
            f"{again}asking: {asking}\n"
            f"fitting: about {_duration(self.fit_seconds)}, {self.fit_bytes / 2**30:.1f} GiB"
            f"{training}"
        )

    def _repr_html_(self) -> str:
        said = str(self).splitlines()[1:]
        rows = [[purpose, f"{count:,}"] for purpose, count in self.queries.items()]
        title = f"Plan: {self.n_queries:,} of at most {self.budget:,} queries, {self.method}"
        return _display.card(title, said, _display.table_html(["purpose", "queries"], rows))


def plan(
    model: Any = None,
    n: int | None = None,
    alphabet: Alphabet | None = None,
    budget: int = 60_000,
    method: str = "auto",
    *,
    store: bool = False,
    seconds_a_query: float | None = None,
    letters: Letters | None = None,
) -> Plan:
    """Return what ``sketch`` with the same arguments would do; the model is not asked.

    ``model``: a model, a ``Queries``, or None; ``n`` and ``alphabet`` are used when it has them.
    ``store``: whether a store would be used, which takes 32 queries to probe the model.
    ``seconds_a_query``: the model's speed, for the time of asking. ``letters``: as in ``sketch``.
    Raises ``ValueError`` or ``TypeError`` for a budget that is too small, naming the least that
    would do, or arguments that cannot be. Of a model that turns out to be noisy more is asked
    again, in place of what measures errors: two hundredths of the budget, within it.

    >>> from shapzero_lite import DNA
    >>> p = plan(n=26, alphabet=DNA, budget=60_000)
    >>> p.method, p.n_queries, p.queries["hold out for R²"]
    ('auto', 60000, 5000)
    """
    alphabet, n = alphabet_and_n(model, alphabet, n)
    if alphabet is None:
        raise TypeError("say the alphabet of the sequences, for example alphabet=sz.DNA")
    store = store or getattr(model, "store", None) is not None
    n, budget = whole(n, "n"), whole(budget, "budget")
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    letters = None if letters is None or letters.is_uniform else letters
    if letters is not None and method in ("qsft", "both"):
        msg = f"method {method!r} is for uniform letters; with other letters= use 'samples'"
        raise ValueError(msg)
    total = count_all(alphabet.q, n) if letters is None else letters.count
    probes = PROBE_COST if store else 0
    usable = budget - probes
    if method in ("auto", "samples", "curve", "distil") and total <= usable:
        method = "enumerate"  # exact, and no more queries than random sequences
    varied = n if letters is None else len(letters.free)
    least = least_samples(n, alphabet.q) if letters is None else least_of(letters)
    _check_budget(method, n, alphabet.q, budget, usable, total, least)
    queries = {} if not store else {"probe the store": probes}
    training = 0.0
    if method == "enumerate":
        queries["ask all sequences"] = int(total)
        if usable - total >= repeats.ROOM:
            queries[AGAIN] = repeats.COST
        cost = costs.of_enumeration(varied, total ** (1 / max(varied, 1)))
    elif method == "qsft":
        calibrate = int(SHARE * usable)
        if usable - calibrate < least_queries(n, alphabet.q):
            calibrate = 0
        queries |= _patterns(n, alphabet.q, usable - calibrate) | {CALIBRATION: calibrate}
        cost = costs.of_qsft(n, alphabet.q, usable)
    else:
        queries |= _shares(usable)
        cost = _fit_cost(method, varied, alphabet.q, usable)
        rows = queries["fit"]
        if method == "auto" and rows >= LEAST_ROWS and find_spec("torch") is not None:
            training = costs.of_distilling(varied, alphabet.q, rows).seconds
    asking = None if seconds_a_query is None else seconds_a_query * sum(queries.values())
    return Plan(
        method, n, alphabet, budget, queries, cost.seconds, cost.size, asking, letters, training
    )


def _check_budget(
    method: str, n: int, q: int, budget: int, usable: int, total: float, least_fit: int
) -> None:
    least = {
        "enumerate": total,
        "samples": min(total, least_fit),
        "curve": min(total, least_fit),
        "distil": min(total, least_fit),
        "auto": min(total, least_fit),
        "qsft": least_queries(n, q),
        "both": 3 * max(least_queries(n, q), least_fit),
    }[method]
    if usable < least:
        need = least + budget - usable
        number = f"{int(need):,}" if need < 1e15 else f"{q}^{n}"
        raise ValueError(
            f"a budget of {budget:,} queries is too small: method {method!r} needs at least "
            f"{number} for n = {n} positions and {q} letters"
        )


def _shares(usable: int) -> dict[str, int]:
    calibrate = int(SHARE * usable)
    held = max(10, min(_MOST_HELD, usable // 10))
    return {
        "fit": usable - calibrate - held,
        "hold out for R²": held,
        CALIBRATION: calibrate,
    }


def _patterns(n: int, q: int, usable: int) -> dict[str, int]:
    b, repeats, rows = design_sizes(n, q, usable)
    first = 3 * repeats * (n + 1) * q**b
    return {
        "choose the threshold": rows,
        "hold out for R²": rows,
        f"three patterns of {q}^{b} points": first,
        "further patterns where bins collide": usable - first - 2 * rows,
    }


def _fit_cost(method: str, n: int, q: int, usable: int) -> costs.Cost:
    parts = _shares(usable)
    rows = parts["fit"]
    if method == "both":
        half = (rows + parts["hold out for R²"]) // 2
        one, other = costs.of_samples(n, q, half), costs.of_qsft(n, q, usable - half)
        # What the first left is held while the second works.
        return costs.Cost(one.seconds + other.seconds, one.size + other.size)
    if method == "curve":
        return costs.of_curve(n, q, rows)
    if method == "distil":
        return costs.of_distilling(n, q, rows)
    whole = costs.of_samples(n, q, rows)
    # "auto" looks at a few first.
    return costs.of_samples(n, q, rows // EARLY) + whole if method == "auto" else whole


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
