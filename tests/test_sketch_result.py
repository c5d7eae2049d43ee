"""What a sketch says of itself, and the errors and intervals of what it explains."""

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import r_squared


class Bent:
    """A planted spectrum bent by tanh: terms of every order, which no sketch gets whole."""

    n, alphabet = 8, sz.DNA

    def __init__(self):
        self.inner = sz.models.toy(n=8, terms=60, max_order=4, seed=4)

    def __call__(self, codes):
        return 3 * np.tanh(self.inner(codes) / 4)


@pytest.fixture(scope="module")
def made():
    model = Bent()
    return model, sz.sketch(model, budget=8000, method="samples", progress=False)


def test_r2_is_the_definition_and_its_interval_surrounds_it():
    rng = np.random.default_rng(0)
    y = 5.0 + rng.normal(size=2000)
    predicted = y + 0.5 * rng.normal(size=2000)
    r2, (low, high) = r_squared(y, predicted, seed=0)
    assert r2 == pytest.approx(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())
    assert low < r2 < high
    # A plain bootstrap, one draw at a time.
    draws = []
    for _ in range(2000):
        some = rng.integers(0, 2000, 2000)
        draws.append(1 - ((y - predicted)[some] ** 2).mean() / y[some].var())
    np.testing.assert_allclose([low, high], np.quantile(draws, [0.025, 0.975]), atol=0.003)


def test_r2_of_constants_is_a_number():
    assert r_squared(np.ones(9), np.ones(9), 0)[0] == 1.0
    assert r_squared(np.ones(9), np.zeros(9), 0)[0] == 0.0
    assert r_squared(np.arange(9.0), np.full(9, 4.0), 0)[0] == pytest.approx(0)


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(1)
    inside = 0
    for seed in range(300):
        y = rng.normal(size=300)
        _, (low, high) = r_squared(y, y + 0.6 * rng.normal(size=300), seed)
        inside += low <= 0.64 <= high
    assert 0.89 <= inside / 300 <= 0.99


def test_the_learning_curve_rises_to_the_reported_r2(made):
    _, sketch = made
    curve = sketch.learning_curve()
    fitted = len(sketch.samples[0][0])
    assert [step.rows for step in curve] == [-(-fitted // part) for part in (8, 4, 2, 1)]
    assert curve[-1].r2 == sketch.r2
    assert curve[0].r2 < curve[1].r2 < curve[-1].r2
    assert all(step.spread >= 0 for step in curve)
    assert curve == sketch.learning_curve()  # no draw is left to chance
    assert len(sketch.learning_curve(parts=(2,))) == 2


def test_the_learning_curve_asks_nothing_and_says_when_it_cannot_be_drawn():
    exact = sz.sketch(sz.models.toy(n=4, seed=0), budget=256, progress=False)
    with pytest.raises(ValueError, match="'enumerate' keeps no samples"):
        exact.learning_curve()


def test_good_enough_is_the_lower_end_of_the_interval(made):
    _, sketch = made
    assert replace(sketch, r2_interval=(0.5, 0.9)).good_enough
    poor = replace(sketch, r2_interval=(0.499, 0.9))
    assert not poor.good_enough
    assert "not good enough: less than half of the variance is sure" in poor.report()
    assert "not good enough" not in replace(sketch, r2_interval=(0.5, 0.9)).report()


def test_the_report_names_what_a_reader_needs(made):
    _, sketch = made
    text = replace(sketch, notes=("a note at the end",)).report()
    assert "8,000 queries" in text
    assert f"{len(sketch.spectrum):,} coefficients" in text
    assert f"R² {sketch.r2:.3f}" in text
    assert f"{sketch.n_held_out:,} rows outside the fit" in text
    assert "order 1" in text
    assert "a Shapley value is off by" in text
    assert text.endswith("a note at the end")


# -- errors of explanations --------------------------------------------------------------
def test_errors_have_the_shape_of_the_values_and_are_those_of_the_sketch(made):
    model, sketch = made
    e = sz.Explainer(sketch).explain(model.alphabet.random(7, 8, seed=5))
    assert sketch.standard_error.shape == (8,)
    assert (sketch.standard_error > 0).all()
    np.testing.assert_array_equal(e.standard_error, np.tile(sketch.standard_error, (7, 1)))
    low, high = e.interval(0.9)
    assert low.shape == high.shape == e.values.shape == (7, 8)
    np.testing.assert_allclose((low + high) / 2, e.values)
    half = NormalDist().inv_cdf(0.95) * e.standard_error
    np.testing.assert_allclose((high - low) / 2, half)
    assert 0.1 < sketch.r2 < 0.99
    wider = e.interval(0.99)
    assert (wider[0] < low).all()
    assert (wider[1] > high).all()


def test_the_intervals_hold_the_exact_values_about_as_often_as_they_say(made):
    model, sketch = made
    codes = model.alphabet.random(300, 8, seed=6)
    e = sz.Explainer(sketch).explain(codes)
    table = model(sz.DNA.all_sequences(8)).reshape((4,) * 8)
    truth = sz.shapley_values(sz.Spectrum.from_values(table, sz.DNA), codes)
    for level in (0.5, 0.9):
        low, high = e.interval(level)
        assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(level, abs=0.12)


def test_an_enumerated_model_has_no_error():
    model = sz.models.toy(n=4, seed=0)
    sketch = sz.sketch(model, budget=256, progress=False)
    e = sz.Explainer(sketch).explain(["ACGT"])
    np.testing.assert_array_equal(e.standard_error, 0)
    low, high = e.interval()
    np.testing.assert_array_equal(low, high)


def test_samples_alone_tell_no_error():
    codes = sz.DNA.random(500, 6, seed=0)
    sketch = sz.sketch_from_samples(codes, codes[:, 0] * 1.0, alphabet=sz.DNA)
    assert sketch.standard_error is None
    assert "is off by" not in sketch.report()
    for source in (sketch, sketch.spectrum):
        e = sz.Explainer(source).explain(codes[:3])
        assert e.standard_error is None
        with pytest.raises(ValueError, match="no error is known"):
            e.interval()


def test_another_background_has_no_error_that_is_known(made):
    _, sketch = made
    e = sz.Explainer(sketch, background=np.full((8, 4), 0.25)).explain(["ACGTACGT"])
    assert e.standard_error is None


@pytest.mark.parametrize("level", [0, 1, -0.5, 90])
def test_a_level_is_a_share(made, level):
    e = sz.Explainer(made[1]).explain(["ACGTACGT"])
    with pytest.raises(ValueError, match=f"share between 0 and 1, not {level}"):
        e.interval(level)
