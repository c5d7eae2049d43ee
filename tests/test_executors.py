import itertools
import multiprocessing
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from asked_models import Bad, Noisy, dies, raises, three_columns, waves, where_it_ran

import shapzero_lite as sz

CODES = sz.DNA.random(1003, 8, seed=2)


def asked(model, executor, codes=CODES, total=None, **options):
    options = {"batch_size": 10, "executor": executor} | options
    return sz.Queries(model, sz.DNA, **options)(codes, total)


def noise_of(model, executor):
    return sz.Queries(model, sz.DNA, 8, executor=executor).measure_noise().noise


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        yield pool


@pytest.fixture(scope="module")
def dask():
    distributed = pytest.importorskip(
        "distributed", reason='Dask is absent: pip install "shapzero-lite[dask]"'
    )
    # Port 0: any free one, as there may be a second cluster on this machine.
    address = "127.0.0.1:0"
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=address
    )
    with cluster, distributed.Client(cluster) as client:
        yield client.get_executor()


@pytest.fixture
def threads():
    with ThreadPoolExecutor(3) as pool:
        yield pool


@pytest.fixture(params=["threads", "processes", "dask"])
def executor(request):
    return request.getfixturevalue(request.param)


def test_the_same_answers_as_without(executor):
    got = asked(waves, executor)
    assert got.tobytes() == asked(waves, None).tobytes()
    got = asked(three_columns, executor, output=1)
    assert got.tobytes() == asked(three_columns, None, output=1).tobytes()
    toy = sz.models.toy(n=8)
    assert asked(toy, executor).tobytes() == asked(toy, None).tobytes()


def test_the_first_bad_sequence_is_named_wherever_it_is_asked(executor):
    text = sz.DNA.decode(CODES[501:502])[0]
    for _ in range(3):
        with pytest.raises(sz.ModelError, match=rf"nan for sequence 502 \({text}\)"):
            asked(Bad(CODES[[501, 533, 702]]), executor)


def test_an_exception_in_a_worker_is_told_with_its_traceback(executor):
    message = "the model raised KeyError on sequences 1 to 10: 'no such weight'"
    with pytest.raises(sz.ModelError, match=message) as info:
        asked(raises, executor)
    assert 'raise KeyError("no such weight")' in str(info.value.__cause__)


def test_a_noisy_model_is_noticed_through_an_executor(executor):
    # Dask takes two calls with equal arguments for one unless told otherwise.
    assert 0.3 < noise_of(Noisy(1.0), executor) < 1.9
    assert noise_of(waves, executor) == 0.0


def test_a_store_through_an_executor(executor, tmp_path):
    first = asked(waves, executor, store=tmp_path)
    again = sz.Queries(waves, sz.DNA, batch_size=10, store=tmp_path)
    assert first.tobytes() == again(CODES).tobytes() == waves(CODES).tobytes()
    assert again.kept == len(CODES)


@pytest.mark.parametrize("where", ["processes", "dask"])
def test_both_workers_work(where, request):
    pids = asked(where_it_ran, request.getfixturevalue(where), batch_size=20)
    assert len(set(pids)) == 2


def test_dask_takes_a_model_that_other_processes_cannot_import(dask):
    got = asked(lambda x: waves(x) + 1, dask)
    np.testing.assert_array_equal(got, waves(CODES) + 1)


def test_a_model_that_cannot_be_sent(processes):
    with pytest.raises(sz.ModelError, match=r"1 to 10 could not be asked .*not a lambda"):
        asked(lambda x: waves(x) + 1, processes)


def test_a_worker_that_dies():
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        with pytest.raises(sz.ModelError, match=r"sequences 1 to 10 .* a worker died") as info:
            asked(dies, pool)
        assert "Broken" in type(info.value.__cause__).__name__
        with pytest.raises(sz.ModelError, match="a worker died"):
            asked(waves, pool)


def test_what_is_no_executor_is_refused():
    for wrong in (4, "threads", ThreadPoolExecutor):
        with pytest.raises(TypeError, match=r"executor is a concurrent.futures.Executor: "):
            asked(waves, wrong)
    with pytest.raises(ValueError, match=r"in_flight .* at least 1, .*, not 0"):
        asked(waves, Recording(), in_flight=0)


class Recording(Executor):
    """Runs nothing until told, and remembers what was submitted."""

    def __init__(self, workers=2, last_first=False):
        self._max_workers = workers
        self.last_first = last_first
        self.waiting, self.most, self.groups = [], 0, []
        threading.Thread(target=self.work, daemon=True).start()

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.groups.append([(start, len(codes)) for start, codes in args[1]])
        self.waiting.append((future, fn, args, kwargs))
        self.most = max(self.most, len(self.waiting))
        return future

    def work(self):
        while True:
            time.sleep(0.002)
            if self.waiting:
                future, fn, args, kwargs = self.waiting[-1 if self.last_first else 0]
                if future.set_running_or_notify_cancel():
                    future.set_result(fn(*args, **kwargs))
                self.waiting.remove((future, fn, args, kwargs))


@pytest.mark.parametrize("last_first", [False, True])
def test_few_groups_are_under_way_and_boundaries_are_fixed(last_first):
    pool = Recording(last_first=last_first)
    made = []

    def codes_of(start, stop):
        made.append(stop)
        assert stop <= 10 or len(pool.waiting) <= 4
        return CODES[start:stop]

    got = asked(waves, pool, codes_of, total=1003)
    np.testing.assert_array_equal(got, waves(CODES))
    assert pool.most <= 4
    pieces = list(itertools.chain(*pool.groups))
    assert pieces == [(start, min(10, 1003 - start)) for start in range(0, 1003, 10)]
    assert max(map(len, pool.groups)) > 5  # a fast model gets many batches at a time
    pool = Recording(last_first=last_first)
    asked(waves, pool, in_flight=1, batch_size=100)
    assert pool.most == 1


def test_the_first_failure_in_order_is_reported_not_the_first_in_time():
    pool = Recording(last_first=True)
    with pytest.raises(sz.ModelError, match="nan for sequence 2 "):
        asked(Bad(CODES[[1, 15, 25, 35]]), pool)
    assert len(pool.groups) == 4  # and nothing more was sent


def test_a_slow_model_gets_small_groups(threads):
    pool = Recording()

    def slow(x):
        time.sleep(0.3)
        return waves(x)

    asked(slow, pool, CODES[:80])
    assert max(map(len, pool.groups)) == 1


def test_an_interrupt_takes_back_what_has_not_begun():
    pool = Recording()

    def codes_of(start, stop):
        if start >= 30:
            raise KeyboardInterrupt
        return CODES[start:stop]

    pool.work = lambda: None
    with pytest.raises(KeyboardInterrupt):
        asked(waves, pool, codes_of, total=1003)
    time.sleep(0.1)
    assert not pool.waiting
