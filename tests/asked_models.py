"""Models for the tests of queries that other processes can import."""

import os
import threading
import time
from pathlib import Path

import numpy as np


def waves(x):
    return np.sin(x.astype(float) @ np.arange(1.0, x.shape[1] + 1))


def slow_waves(x):
    time.sleep(0.01)
    return waves(x)


def other_waves(x):
    return 1.01 * waves(x)


def three_columns(x):
    return waves(x)[:, None] * np.array([1.0, 2.0, 3.0])


def where_it_ran(x):
    time.sleep(0.02)
    return np.full(len(x), os.getpid())


def dies(x):
    os._exit(1)


def raises(x):
    raise KeyError("no such weight")


class Bad:
    """Waves, but ``value`` for every sequence that starts with the codes ``start``."""

    def __init__(self, rows, value=np.nan):
        self.rows = {row.tobytes() for row in rows}
        self.value = value

    def __call__(self, x):
        bad = np.array([row.tobytes() in self.rows for row in np.ascontiguousarray(x)])
        return np.where(bad, self.value, waves(x))


class Noisy:
    """Waves with normal noise that no seed repeats."""

    def __init__(self, sigma, scale=1.0):
        self.sigma, self.scale = sigma, scale

    def __call__(self, x):
        noise = np.random.default_rng().normal(0.0, self.sigma, len(x))
        return self.scale * waves(x) + noise


class Counting:
    """A model that counts the rows it is asked about; it has the attributes given by name."""

    def __init__(self, function, **attributes):
        self.function, self.rows = function, 0
        self.__dict__.update(attributes)

    def __call__(self, codes):
        self.rows += len(codes)
        return self.function(codes)


class Counted:
    """A model that notes every batch it is asked."""

    def __init__(self, model):
        self.model, self.batches = model, []

    def __call__(self, x):
        self.batches.append(x.tobytes())
        return self.model(x)


class Unsteady:
    """Waves, but calls of these numbers (from 1, counted in a file) raise or take some seconds."""

    def __init__(self, path, fails, hangs=(), seconds=0.0):
        self.path, self.fails, self.hangs, self.seconds = path, fails, hangs, seconds

    def __call__(self, x):
        with Path(self.path).open("a+b") as file:  # appending is whole, also from two threads
            file.write(b".")
            file.flush()
            number = file.tell()
        if number in self.hangs:
            threading.Event().wait(self.seconds)
        if number in self.fails:
            raise ConnectionError("reset by peer")
        return waves(x)
