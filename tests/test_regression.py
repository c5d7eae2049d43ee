"""Plain regressions beside a sketch: least squares on letters, by another route."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.report.regression import additive


def by_singular_values(codes, y, held, q):
    """The shortest weights of all that are best: one number a letter but the first."""
    columns = [
        (some[:, :, None] == np.arange(1, q)).reshape(len(some), -1).astype(float)
        for some in (codes, held)
    ]
    mean = columns[0].mean(axis=0)
    weights = np.linalg.lstsq(columns[0] - mean, y - y.mean(), rcond=1e-10)[0]
    return y.mean() + (columns[1] - mean) @ weights


@pytest.mark.parametrize("rate", [0.1, 0.8])
@pytest.mark.parametrize("rows", [60, 2000])
def test_least_squares_are_the_shortest_of_the_best(rows, rate):
    """Around a wild type, with letters that stand together only, and more letters than rows."""
    rng = np.random.default_rng(rows)
    letters = sz.Letters.around("ACGTACGTACGT", rate)
    codes = letters.draw(rows, rng)
    codes[:, 1] = codes[:, 0]  # what each of the two does, nobody can tell
    y = rng.normal(size=(12, 4))[np.arange(12), codes].sum(axis=1) + rng.normal(size=rows)
    held = letters.draw(50, rng)
    found = additive(codes, y, held, 4)
    np.testing.assert_allclose(found, by_singular_values(codes, y, held, 4), atol=1e-6)
