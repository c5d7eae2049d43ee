"""What a plan says is what a sketch then does."""

import itertools
import tracemalloc

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.sketching import automatic, costs, plan, qsft, training
from shapzero_lite.sketching._plan import METHODS
from shapzero_lite.sketching.automatic import EARLY
from shapzero_lite.sketching.block_design import BlockDesign, block_size, cover
from shapzero_lite.sketching.qsft import peeling
from shapzero_lite.sketching.qsft.budgets import least_queries
from shapzero_lite.sketching.samples import least_samples


def pairs(codes):
    return (codes[:, 0] == codes[:, 2]) * 2.0 + (codes[:, 1] == 3)


def dense(codes):
    return np.exp(np.sin(codes @ np.arange(1.0, codes.shape[1] + 1)))


@pytest.mark.parametrize("budget", [300, 999, 5_000, 60_000, 400_001, 10**7])
@pytest.mark.parametrize("store", [False, True])
@pytest.mark.parametrize("n", [12, 26, 40])
def test_the_parts_add_up_to_no_more_than_the_budget(budget, store, n):
    p = plan(n=n, alphabet=sz.DNA, budget=budget, store=store)
    assert p.n_queries == sum(p.queries.values()) <= budget
    assert p.n_queries == budget  # with samples nothing is left over
    assert p.spendable == budget - (32 if store else 0)
    assert ("probe the store" in p.queries) == store
    assert min(p.queries.values()) > 0
    more = plan(n=n, alphabet=sz.DNA, budget=budget + budget // 2, store=store)
    assert 0 < p.fit_seconds < more.fit_seconds < 4 * p.fit_seconds
    assert 0 < p.fit_bytes < more.fit_bytes < 4 * p.fit_bytes


@pytest.mark.parametrize("method", ["samples", "auto", "enumerate"])
@pytest.mark.parametrize("budget", [500, 1500, 4096])
@pytest.mark.parametrize("store", [False, True])
def test_a_sketch_asks_what_the_plan_says(method, budget, store, tmp_path, monkeypatch):
    monkeypatch.setattr(automatic, "find_spec", lambda name: None)  # no network
    n = 4 if method == "enumerate" else 6
    model = Counting(dense)  # of a sparse one "auto" would ask less
    told = plan(model, n, sz.DNA, budget, method, store=store)
    assert model.rows == 0
    made = sz.sketch(model, n, sz.DNA, budget, method, progress=False,
                     store=tmp_path / "store" if store else None)  # fmt: skip
    assert made.n_queries == told.n_queries
    if store:  # a part of the probes is kept back for the next time
        assert made.n_queries - 32 <= model.rows <= made.n_queries
    else:
        assert model.rows == made.n_queries
    if told.method == "enumerate":
        assert made.n_held_out == 0
    else:
        assert made.n_held_out == told.queries["hold out for R²"]
        (fitted, _), _ = made.samples
        assert len(fitted) == told.queries["fit"]


def test_all_sequences_are_asked_where_that_costs_no_more():
    assert plan(n=5, alphabet=sz.DNA, budget=1024).method == "enumerate"
    assert plan(n=5, alphabet=sz.DNA, budget=1023).method == "auto"
    assert plan(n=5, alphabet=sz.DNA, budget=1055, store=True).method == "auto"
    assert plan(n=5, alphabet=sz.DNA, budget=1056, store=True).n_queries == 1056
    assert plan(n=5, alphabet=sz.DNA, budget=10**6, method="samples").n_queries == 1040


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("store", [False, True])
def test_the_least_budget_that_is_named_is_accepted_and_one_less_is_not(method, store):
    n = 7
    least = {
        "enumerate": 4**n,
        "samples": least_samples(n, 4),
        "curve": least_samples(n, 4),
        "distil": least_samples(n, 4),
        "auto": least_samples(n, 4),
        "qsft": least_queries(n, 4),
        "both": 3 * max(least_queries(n, 4), least_samples(n, 4)),
    }[method] + (32 if store else 0)
    assert plan(n=n, alphabet=sz.DNA, budget=least, method=method, store=store).budget == least
    with pytest.raises(ValueError, match=f"'{method}' needs at least {least:,} for n = 7"):
        plan(n=n, alphabet=sz.DNA, budget=least - 1, method=method, store=store)


def test_what_a_model_says_of_itself_is_used_and_it_is_never_asked():
    class Known:
        n, alphabet = 9, sz.RNA

        def __call__(self, codes):
            raise AssertionError("a plan asks nothing")

    p = plan(Known(), budget=2000)
    assert (p.n, p.alphabet) == (9, sz.RNA)
    with pytest.raises(ValueError, match="n=5 was given, but the model says n=9"):
        plan(Known(), n=5, budget=2000)
    with pytest.raises(ValueError, match=r"alphabet=.*ACGT.* was given, but .*alphabet=.*ACGU"):
        plan(Known(), alphabet=sz.DNA, budget=2000)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"alphabet": None}, TypeError, "say the alphabet"),
        ({"alphabet": "ACGT"}, TypeError, "sz.DNA"),
        ({"n": None}, TypeError, "n is a whole number"),
        ({"n": 0}, ValueError, "n is a whole number"),
        ({"n": True}, (TypeError, ValueError), "n is a whole number"),
        ({"budget": 0}, ValueError, "budget is a whole number"),
        ({"budget": 1e4}, TypeError, "budget is a whole number"),
        (
            {"method": "fast"},
            ValueError,
            "method is one of auto, enumerate, samples, curve, distil, qsft, both",
        ),
    ],
)
def test_arguments_that_cannot_be_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        plan(**{"n": 8, "alphabet": sz.DNA, "budget": 3000} | options)


def test_whole_numbers_of_numpy_are_whole_numbers():
    p = plan(n=np.int64(8), alphabet=sz.DNA, budget=np.uint32(3000))
    assert (p.n, p.budget, p.n_queries) == (8, 3000, 3000)


def test_time_and_memory_are_told_in_words_and_grow_with_the_budget():
    small = plan(n=26, alphabet=sz.DNA, budget=10_000)
    large = plan(n=26, alphabet=sz.DNA, budget=400_000, seconds_a_query=0.01)
    assert small.model_seconds is None
    assert "times the model's own time" in str(small)
    assert large.model_seconds == pytest.approx(4000)
    assert "about 67 min" in str(large)
    assert "400,000 of at most 400,000 queries" in str(large)
    assert large.fit_seconds > small.fit_seconds
    assert large.fit_bytes > small.fit_bytes
    for seconds, words in ((1, "1 s"), (80, "80 s"), (600, "10 min"), (36_000, "10.0 h")):
        p = plan(n=4, alphabet=sz.DNA, budget=256, seconds_a_query=seconds / 256)
        assert f"asking: about {words}\n" in str(p)


# -- what the fit will cost ---------------------------------------------------------------
@pytest.mark.parametrize("q", [2, 3, 4, 20])
@pytest.mark.parametrize("n", [3, 8, 26, 100])
def test_costs_grow_with_the_rows_and_the_queries(n, q):
    budgets = [50, 300, 1000, 4999, 5001, 20_000, 100_000, 10**6]
    found = [costs.of_samples(n, q, budget) for budget in budgets]
    for less, more in itertools.pairwise(found):
        assert 0 < less.seconds < more.seconds
        assert 0 < less.size < more.size


@pytest.mark.parametrize("q", [2, 3, 4, 20])
@pytest.mark.parametrize("n", [3, 8, 26, 100])
def test_costs_of_qsft_grow_with_answers_and_with_peelings(n, q):
    # Not with the queries alone: a larger pattern may leave too little for further ones.
    budgets = [least_queries(n, q) * more for more in (1, 2, 5, 10, 30, 100)]
    found = [costs.of_qsft(n, q, budget) for budget in budgets]
    for less, more in itertools.pairwise(found):
        assert 0 < less.size < more.size
    answers, peeled = zip(*(costs.peelings(n, q, budget) for budget in budgets), strict=True)
    seconds = [cost.seconds for cost in found]
    for i, j in itertools.permutations(range(len(budgets)), 2):
        if answers[i] <= answers[j] and peeled[i] <= peeled[j]:
            assert 0 < seconds[i] <= seconds[j]


@pytest.mark.parametrize(
    ("n", "q", "budget"), [(20, 4, 8_000), (12, 4, 20_000), (20, 2, 9_000), (8, 20, 12_000)]
)
def test_peelings_are_counted_as_they_happen(n, q, budget, monkeypatch):
    made = []
    start = peeling._Group.__init__

    def counted(self, pattern, values):
        made.append(values.size)
        start(self, pattern, values)

    monkeypatch.setattr(peeling._Group, "__init__", counted)
    rough = np.random.default_rng(3).standard_normal((n, q))

    def model(codes):  # a full spectrum: bins never come empty, so that all patterns are drawn
        return np.exp(rough[np.arange(n), codes].sum(axis=1) / 3)

    qsft.sketch_by_qsft(model, n, sz.Alphabet("ACDEFGHIKLMNPQRSTVWY"[:q]), budget, progress=False)
    answers, peeled = costs.peelings(n, q, budget)
    assert len(made) == peeled
    assert max(made) == answers


def test_costs_of_an_enumeration_grow_with_the_sequences():
    for q in (2, 4, 20):
        found = [costs.of_enumeration(n, q) for n in range(1, 8)]
        for less, more in itertools.pairwise(found):
            assert less.seconds < more.seconds
            assert less.size < more.size


def test_one_after_the_other_adds_seconds_and_uses_the_memory_again():
    assert costs.Cost(1.0, 5.0) + costs.Cost(2.0, 3.0) == costs.Cost(3.0, 5.0)
    auto, samples = (
        plan(n=26, alphabet=sz.DNA, budget=9000, method=m) for m in ("auto", "samples")
    )
    look = costs.of_samples(26, 4, auto.queries["fit"] // EARLY)
    assert auto.fit_seconds == pytest.approx(samples.fit_seconds + look.seconds)
    assert auto.fit_bytes == samples.fit_bytes


def test_a_curve_takes_longer_than_samples_and_no_more_memory():
    for budget in (3_000, 12_000, 60_000):
        curve, samples = (
            plan(n=20, alphabet=sz.DNA, budget=budget, method=m) for m in ("curve", "samples")
        )
        assert curve.queries == samples.queries
        assert 1 < curve.fit_seconds / samples.fit_seconds < 3
        assert curve.fit_bytes == samples.fit_bytes


@pytest.mark.parametrize(("n", "q", "order"), [(12, 4, 3), (12, 4, 2), (9, 20, 2), (30, 2, 2)])
def test_the_blocks_that_are_counted_are_those_of_a_design(n, q, order):
    sets = list(itertools.combinations(range(n), order))
    codes = np.random.default_rng(0).integers(0, q, (30, n), dtype=np.uint8)
    design = BlockDesign(codes, sets, q)
    assert design.size == block_size(q, n, order)
    made = len(cover(sets, n, design.size))
    assert made / 1.6 < costs._blocks(len(sets), order, n, q) < 1.6 * made


@pytest.mark.parametrize(
    ("n", "budget", "method"),
    [
        (8, 2000, "samples"),
        (8, 2000, "curve"),
        (12, 6000, "auto"),
        (9, 6000, "qsft"),
        (7, 4**7, "enumerate"),
    ],
)
def test_what_a_sketch_allocates_is_no_more_than_foretold(n, budget, method, monkeypatch):
    planted = sz.models.toy(n=n, terms=60, max_order=3, seed=0)
    if method == "auto":
        pytest.importorskip("torch", reason="extra `lessons` is absent: networks train in PyTorch")
        for name in ("_MOST", "_FEWEST"):
            monkeypatch.setattr(training, name, 2)  # passes: memory does not grow with them
        # what PyTorch loads when it first trains is not of the sketch
        training.trained(sz.DNA.random(80, n, seed=0), np.arange(80.0), sz.DNA, seed=0)

    def model(codes):
        return np.tanh(planted(codes) / 5)

    told = plan(n=n, alphabet=sz.DNA, budget=budget, method=method)
    tracemalloc.start()
    try:
        sz.sketch(model, n, sz.DNA, budget, method, progress=False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert 0 < peak < told.fit_bytes
