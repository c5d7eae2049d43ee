"""Plain regressions beside a sketch: least squares on letters, by another route."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.report.regression import additive, regressions


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


def test_letters_do_not_lose_to_a_sketch_of_nothing_but_letters():
    """With few noisy rows least squares would; then the regression has a penalty, as the sketch."""
    rng, places = np.random.default_rng(0), np.arange(20)
    effects, x = rng.normal(size=(20, 20)), sz.PROTEIN.random(4000, 20, seed=1)
    y = effects[places, x].sum(axis=1)
    y += y.std() * rng.normal(size=len(y))
    sketch = sz.sketch_from_samples(
        sz.PROTEIN.decode(x[:800]), y[:800], alphabet=sz.PROTEIN, seed=0
    )
    (codes, answers), (held, truth) = sketch.samples
    plain = 1 - ((truth - additive(codes, answers, held, 20)) ** 2).mean() / truth.var()
    letters = regressions(sketch)["letters"]
    assert plain < sketch.r2 - 0.1
    assert letters == pytest.approx(sketch.r2, abs=0.02)


def test_with_rows_enough_letters_are_plain_least_squares():
    x = sz.DNA.random(1500, 6, seed=1)
    y = (x == 1).sum(axis=1) + 1.0 * (x[:, 0] == x[:, 1])
    sketch = sz.sketch_from_samples(sz.DNA.decode(x), y, alphabet=sz.DNA, seed=0)
    (codes, answers), (held, truth) = sketch.samples
    plain = 1 - ((truth - additive(codes, answers, held, 4)) ** 2).mean() / truth.var()
    assert regressions(sketch)["letters"] == pytest.approx(plain, abs=1e-9)
