"""A sketch that is killed goes on where it was, and counts as if it had not been."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import shapzero_lite as sz

SCRIPT = """
import sys, time
import numpy as np
import shapzero_lite as sz

toy = sz.models.toy(n=10, terms=8, max_order=2, seed=1)

def slow(codes):
    print("asked", flush=True)
    time.sleep(0.05)
    return toy(codes)

sz.sketch(slow, 10, sz.DNA, 4000, "samples", progress=False, batch_size=100, store=sys.argv[1])
"""


class Counting:
    def __init__(self, function):
        self.function, self.count = function, 0

    def __call__(self, codes):
        self.count += len(codes)
        return self.function(codes)


@pytest.mark.parametrize("method", ["enumerate", "samples", "qsft", "both", "auto"])
def test_a_store_costs_its_probes_and_the_budget_holds(tmp_path, method):
    model = Counting(sz.models.toy(n=5 if method == "enumerate" else 10, terms=4, seed=2))
    sk = sz.sketch(model, model.function.n, sz.DNA, 6000, method, progress=False, store=tmp_path)
    assert model.count == sk.n_queries <= 6000
    plain = sz.sketch(model.function, budget=6000 - 32, method=method, progress=False)
    assert plain.n_queries == sk.n_queries - 32
    np.testing.assert_array_equal(plain.spectrum.coefficients, sk.spectrum.coefficients)


def test_a_killed_sketch_goes_on_and_ends_with_the_same_numbers(tmp_path):
    model = sz.models.toy(n=10, terms=8, max_order=2, seed=1)
    options = {"method": "samples", "progress": False, "batch_size": 100}
    whole = sz.sketch(model, budget=4000, store=tmp_path / "whole", **options)
    store = tmp_path / "killed"
    command = [sys.executable, "-c", SCRIPT, str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ) as run:
        for _ in range(12):  # two calls are the probes: at least nine batches are then on disk
            assert run.stdout.readline() == b"asked\n"
        run.send_signal(signal.SIGKILL)
    counted = Counting(model)
    again = sz.sketch(counted, 10, sz.DNA, 4000, store=store, **options)
    assert 32 < counted.count < 4000, "some batches came from the store, some were asked again"
    np.testing.assert_array_equal(again.spectrum.coefficients, whole.spectrum.coefficients)
    assert (again.r2, again.n_queries) == (whole.r2, whole.n_queries)
