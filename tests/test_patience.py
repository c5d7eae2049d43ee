"""Models that fail now and then, or never come back: tries, time limits, and what is not lost."""

import multiprocessing
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest
from asked_models import Counting, Unsteady, waves

import shapzero_lite as sz
from shapzero_lite.queries import call

CODES = sz.DNA.random(95, 8, seed=2)


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    """No test waits for a second try; what would have been waited is noted.

    Only that module's name is replaced: Dask's threads sleep too, and one that did not would note
    its waits without end.
    """
    waited = []
    monkeypatch.setattr(call, "time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture(params=["here", "threads", "processes"])
def executor(request, monkeypatch):
    if request.param == "here":
        yield None
        return
    context = multiprocessing.get_context("spawn")
    make = {"threads": lambda: ThreadPoolExecutor(2),
            "processes": lambda: ProcessPoolExecutor(1, mp_context=context)}  # fmt: skip
    with make[request.param]() as pool:
        yield pool


class Fails:
    """Waves, but the calls whose numbers (from 1) are given raise."""

    def __init__(self, *numbers, error=ConnectionError, answer=waves):
        self.numbers, self.calls, self.error, self.answer = numbers, 0, error, answer
        self.rows = 0

    def __call__(self, codes):
        self.calls += 1
        self.rows += len(codes)
        if self.calls in self.numbers:
            raise self.error("reset by peer")
        return self.answer(codes)


def test_a_call_that_fails_is_made_again_and_counted(executor, tmp_path):
    # three calls fail, and of threads one batch may meet all three of them
    model = Unsteady(str(tmp_path / "calls"), fails=(2, 3, 7))
    queries = sz.Queries(model, sz.DNA, batch_size=19, executor=executor, retries=3)
    np.testing.assert_array_equal(queries(CODES), waves(CODES))
    assert queries.retried == 3
    assert queries.evaluations == 95
    assert queries.asked == 95 + 3 * 19  # five batches of one size
    assert "(3 calls made again)" in str(queries)
    assert "up to 3 tries more" in str(queries)


def test_without_retries_the_first_failure_is_told(executor, tmp_path):
    model = Unsteady(str(tmp_path / "calls"), fails=(1,))
    queries = sz.Queries(model, sz.DNA, batch_size=10, executor=executor)
    with pytest.raises(sz.ModelError, match=r"(?m)raised ConnectionError on .*: reset by peer$"):
        queries(CODES)
    assert queries.retried == 0


def test_after_the_last_try_the_number_of_tries_is_told(executor, tmp_path):
    model = Unsteady(str(tmp_path / "calls"), fails=range(1, 100))
    queries = sz.Queries(model, sz.DNA, batch_size=95, executor=executor, retries=3)
    with pytest.raises(sz.ModelError, match=r"reset by peer \(asked 4 times\)"):
        queries(CODES)
    assert (queries.retried, queries.asked) == (3, 4 * 95)


def test_tries_are_further_and_further_apart(waits):
    queries = sz.Queries(Fails(*range(1, 10)), sz.DNA, retries=9)
    queries(CODES)
    assert waits == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]


def test_answers_that_cannot_be_used_are_not_asked_again(waits):
    for answer in (lambda x: np.full(len(x), np.nan), lambda x: x, lambda x: None):
        model = Fails(answer=answer)
        with pytest.raises(sz.ModelError):
            sz.Queries(model, sz.DNA, retries=5)(CODES)
        assert model.calls == 1
    for signal in (KeyboardInterrupt, SystemExit):
        model = Fails(1, error=signal)
        with pytest.raises(signal):
            sz.Queries(model, sz.DNA, retries=5, timeout=9)(CODES)
        assert model.calls == 1
    assert waits == []


class Hangs:
    """Waves, but the first calls wait until they are let go."""

    def __init__(self, first):
        self.first, self.calls, self.go = first, 0, threading.Event()

    def __call__(self, codes):
        self.calls += 1
        if self.calls <= self.first:
            self.go.wait(20)
        return waves(codes)


@pytest.mark.parametrize("threads", [False, True])
def test_a_call_that_takes_too_long_is_left_and_made_again(threads):
    model = Hangs(2)
    with ThreadPoolExecutor(2) as pool:
        queries = sz.Queries(
            model, sz.DNA, batch_size=20, executor=pool if threads else None, timeout=0.3, retries=2
        )
        begun = time.monotonic()
        np.testing.assert_array_equal(queries(CODES), waves(CODES))
        assert time.monotonic() - begun < 10
    assert queries.retried == 2
    assert "at most 0.3 s a batch" in str(queries)
    left = [t for t in threading.enumerate() if t.name == "model"]
    assert len(left) == 2  # as the docs say: they go on by themselves
    model.go.set()
    for thread in left:
        thread.join(10)


def test_time_is_up_in_another_process(tmp_path):
    model = Unsteady(str(tmp_path / "calls"), fails=(), hangs=(1,), seconds=3.0)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        queries = sz.Queries(model, sz.DNA, executor=pool, batch_size=50, timeout=1.0)
        with pytest.raises(sz.ModelError, match=r"TimeoutError on sequences 1 to 50: no answer wi"):
            queries(CODES)
        np.testing.assert_array_equal(queries(CODES), waves(CODES))


def test_dask_counts_the_tries_too(tmp_path):
    distributed = pytest.importorskip(
        "distributed", reason='Dask is absent: pip install "shapzero-lite[dask]"'
    )
    model = Unsteady(str(tmp_path / "calls"), fails=(2,), hangs=(3,), seconds=4.0)
    address = "127.0.0.1:0"
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=address
    )
    with cluster, distributed.Client(cluster) as client:
        queries = sz.Queries(
            model, sz.DNA, executor=client.get_executor(), batch_size=20, retries=2, timeout=1.0
        )
        np.testing.assert_array_equal(queries(CODES), waves(CODES))
    assert queries.retried == 2


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"retries": -1}, "retries is a whole number from 0"),
        ({"retries": 1.0}, "retries is a whole number"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": np.nan}, "timeout"),
        ({"timeout": "5"}, "timeout"),
    ],
)
def test_numbers_of_another_kind_are_refused(how, message):
    with pytest.raises((ValueError, TypeError), match=message):
        sz.Queries(waves, sz.DNA, **how)


# -- what was answered before a failure -----------------------------------------------------


@pytest.mark.parametrize("error", [ConnectionError, KeyboardInterrupt])
def test_what_was_answered_before_a_failure_is_not_asked_again(error):
    model = Fails(5, error=error)
    queries = sz.Queries(model, sz.DNA, batch_size=10)
    with pytest.raises((sz.ModelError, KeyboardInterrupt)) as info:
        queries(CODES)
    if error is ConnectionError:
        assert "40 of 95 answers are kept in memory, for the same Queries" in info.value.__notes__
    np.testing.assert_array_equal(queries(CODES), waves(CODES))
    assert (model.rows, queries.asked, queries.kept) == (105, 105, 40)  # one batch twice
    assert queries.evaluations == 95
    queries(CODES)  # once it has succeeded, the same call is a new one
    assert model.rows == 200


def test_another_call_between_leaves_what_was_paid_for():
    model = Fails(5)
    queries = sz.Queries(model, sz.DNA, batch_size=10)
    with pytest.raises(sz.ModelError):
        queries(CODES)
    other = sz.DNA.random(7, 8, seed=3)
    for _ in range(2):  # asked, and asked again: only the failed call is remembered
        np.testing.assert_array_equal(queries(other), waves(other))
    assert model.rows == 50 + 14
    np.testing.assert_array_equal(queries(CODES), waves(CODES))
    assert (model.rows, queries.kept) == (64 + 55, 40)


def test_a_caller_who_writes_into_its_array_changes_no_answer():
    def columns(codes):
        return np.stack([codes[:, 0], 10.0 * codes[:, 1]], axis=1)

    queries = sz.Queries(columns, sz.DNA, 3, output=0, keep=True)
    codes = np.zeros((2, 3), np.uint8)
    queries(codes)
    codes[:] = 3
    np.testing.assert_array_equal(queries.for_output(1)(codes), [30.0, 30.0])


def test_an_answer_that_is_refused_is_not_kept():
    answers = iter([np.full((3, 2), np.nan), np.ones((3, 2))])
    queries = sz.Queries(lambda codes: next(answers), sz.DNA, 8, output=0, keep=True)
    with pytest.raises(sz.ModelError, match="nan"):
        queries(CODES[:3])
    np.testing.assert_array_equal(queries(CODES[:3]), [1.0, 1.0, 1.0])


@pytest.mark.parametrize("method", ["samples", "qsft", "enumerate"])
def test_a_sketch_that_failed_goes_on_in_the_same_queries(method):
    n = 5 if method == "enumerate" else 9
    toy = sz.models.toy(n=n, terms=6, seed=1)
    plain = sz.sketch(toy, budget=5000, method=method, progress=False)
    model = Fails(3, 9, 30, error=RuntimeError, answer=toy)
    queries = sz.Queries(model, sz.DNA, n, batch_size=100)
    failed = 0
    while True:
        try:
            made = sz.sketch(queries, budget=5000, method=method)
            break
        except sz.ModelError:
            failed += 1
    assert failed == 3 if method != "enumerate" else failed == 2
    assert model.rows <= plain.n_queries + 100 * failed
    assert made.n_queries == plain.n_queries
    np.testing.assert_allclose(made.spectrum.coefficients, plain.spectrum.coefficients, atol=1e-12)


def test_a_correction_that_failed_goes_on_in_the_same_queries():
    toy = sz.models.toy(n=8, seed=2)
    explainer = sz.Explainer(0.5 * toy.spectrum)
    whole = explainer.explain(CODES[:3], model=toy, extra=200)
    model = Fails(4, answer=toy)
    queries = sz.Queries(model, sz.DNA, 8, batch_size=50)
    with pytest.raises(sz.ModelError):
        explainer.explain(CODES[:3], model=queries, extra=200)
    again = explainer.explain(CODES[:3], model=queries, extra=200)
    np.testing.assert_array_equal(again.values, whole.values)
    assert model.rows == whole.n_queries + 50


def test_retries_and_timeout_through_sketch():
    model = Fails(2, answer=sz.models.toy(n=6, seed=1))
    made = sz.sketch(model, 6, sz.DNA, 600, progress=False, retries=1, timeout=60)
    assert made.queries.retried == 1
    with pytest.raises(TypeError, match=r"put retries= into sz.Queries\(…, retries=…\)"):
        sz.sketch(made.queries, budget=600, retries=2)


# -- several columns ------------------------------------------------------------------------


def columns(codes):
    first = (codes[:, 0] == codes[:, 2]) * 2.0 + (codes[:, 1] == 3)
    return np.stack([first, codes[:, 4] - 1.5 * (codes[:, 5] > 1), waves(codes)], axis=1)


@pytest.mark.parametrize("how", [{}, {"batch_size": 64}, {"threads": True}, {"store": True}])
def test_another_output_costs_no_query(how, tmp_path):
    how, model = dict(how), Counting(columns)
    budget = 1500 + 32 * ("store" in how)  # a store knows its model again by 32
    with ThreadPoolExecutor(2) as pool:
        if how.pop("threads", False):
            how["executor"] = pool
        if how.pop("store", False):
            how["store"] = tmp_path
        both = sz.Queries(model, sz.DNA, 8, keep=True, **how)
        made = [
            sz.sketch(both.for_output(j), budget=budget, method="samples", seed=3) for j in range(3)
        ]
    assert model.rows == made[0].n_queries
    for j, one in enumerate(made):
        alone = sz.sketch(columns, 8, sz.DNA, 1500, "samples", 3, progress=False, output=j)
        coefficients = alone.spectrum.coefficients
        np.testing.assert_array_equal(one.spectrum.coefficients, coefficients)
        assert one.spectrum.provenance["output"] == j
        assert (one.n_queries, one.r2) == (model.rows, alone.r2)


def test_explanations_of_another_output_cost_no_query():
    model = Counting(columns)
    both = sz.Queries(model, sz.DNA, 8, keep=True)
    for j in range(3):
        one = both.for_output(j)
        made = sz.sketch(one, budget=2000, method="samples")
        e = sz.Explainer(made).explain(CODES[:4], model=one, extra=300)
        np.testing.assert_array_equal(e.model_values, columns(CODES[:4])[:, j])
        if j == 0:
            paid = model.rows
    assert model.rows == paid


def test_what_for_output_needs():
    with pytest.raises(ValueError, match=r"make it sz.Queries\(…, keep=True\)"):
        sz.Queries(columns, sz.DNA).for_output(1)
    both = sz.Queries(columns, sz.DNA, keep=True)
    with pytest.raises(sz.ModelError, match=r"shape \(95, 3\) .* choose one with output=0 … 2"):
        both(CODES)
    with pytest.raises(sz.ModelError, match="output=3 was chosen, but the model returns 3 columns"):
        both.for_output(3)(CODES)
    # a column that nobody wants may hold anything
    odd = sz.Queries(lambda x: np.stack([waves(x), np.full(len(x), np.nan)], 1), sz.DNA, keep=True)
    np.testing.assert_array_equal(odd.for_output(0)(CODES), waves(CODES))
    with pytest.raises(sz.ModelError, match="returned nan for sequence 1 "):
        odd.for_output(1)(CODES)
    plain = sz.Queries(waves, sz.DNA, keep=True)
    np.testing.assert_array_equal(plain(CODES), waves(CODES))
