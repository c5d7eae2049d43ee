"""Changes of single letters against the definition, and as stand-ins for Shapley values."""

import brute_force
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.explaining.free_level import FreeLevel
from shapzero_lite.explaining.letter_changes import chances_of, damping, letter_changes
from shapzero_lite.explaining.paid_level import shrunk_values


def bent(codes):
    """Terms of every order, and no position like another."""
    return np.tanh(np.sin(codes.astype(float) @ np.arange(1.0, codes.shape[1] + 1)) + codes[:, 0])


def by_definition(f, codes, chances):
    out = np.zeros(codes.shape)
    for r, x in enumerate(codes):
        for i in range(codes.shape[1]):
            rows = np.repeat(x[None], chances.shape[1], axis=0)
            rows[:, i] = np.arange(chances.shape[1])
            out[r, i] = f(x[None])[0] - chances[i] @ f(rows)
    return out


BACKGROUNDS = {
    "uniform": None,
    "letters": np.array([[0.1, 0.2, 0.7], [1.0, 0, 0], [0, 0.5, 0.5], [1 / 3] * 3]),
    "a set": np.array([[0, 1, 2, 0], [0, 0, 2, 1]], np.uint8),
}


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_changes_are_those_of_the_definition(background, monkeypatch):
    chances = chances_of(background, 4, 3)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    codes = sz.Alphabet.of_size(3).random(20, 4, seed=0)
    expected = by_definition(bent, codes, chances)
    found = letter_changes(bent, codes, bent(codes), chances)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    monkeypatch.setattr("shapzero_lite.explaining.letter_changes._ROWS", 1)
    again = letter_changes(bent, codes, bent(codes), chances)
    np.testing.assert_array_equal(again, found)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_a_few_letters_are_right_on_average(background):
    chances = chances_of(background, 4, 3)
    codes = sz.Alphabet.of_size(3).random(3, 4, seed=1)
    many = np.repeat(codes, 4000, axis=0)
    rng = np.random.default_rng(0)
    found = letter_changes(bent, many, bent(many), chances, 1, rng).reshape(3, 4000, 4)
    error = found.std(axis=1) / np.sqrt(4000)
    expected = letter_changes(bent, codes, bent(codes), chances)
    assert (np.abs(found.mean(axis=1) - expected) <= 4.5 * error + 1e-12).all()


def test_letters_that_cannot_occur_are_not_asked():
    chances = BACKGROUNDS["letters"]
    codes = np.array([[0, 0, 1, 2], [1, 0, 2, 0]], np.uint8)
    asked = []

    def noting(rows):
        asked.append(rows)
        return bent(rows)

    for letters in (None, 1):
        rng = np.random.default_rng(0)
        letter_changes(noting, codes, bent(codes), chances, letters, rng)
        rows = np.concatenate(asked)
        assert (chances[np.arange(4), rows] > 0).all()
        assert (rows[:, 1] == 0).all()
        asked.clear()


@pytest.mark.parametrize("order", [1, 2, 4])
def test_of_waves_of_one_order_the_values_are_exact(order):
    k, F = brute_force.random_spectrum(4, 6, 300, seed=order, max_order=6)
    kept = (k != 0).sum(axis=1) == order
    spectrum = sz.Spectrum(k[kept], F[kept], alphabet=sz.DNA)
    codes = sz.DNA.random(30, 6, seed=0)
    here = spectrum.evaluate(codes)
    changes = letter_changes(spectrum.evaluate, codes, here, chances_of(None, 6, 4))
    truth = sz.shapley_values(spectrum, codes)
    found = damping(changes, truth, np.zeros(truth.shape), here)
    assert found.factor == pytest.approx(np.full(6, 1 / order))
    np.testing.assert_allclose(found.values(changes), truth, atol=1e-9)
    assert found.error.max() < 1e-6 * np.abs(truth).max()


def test_noise_of_the_walks_does_not_count_as_error():
    rng = np.random.default_rng(0)
    changes = rng.normal(size=(4000, 5)) * np.arange(1, 6)
    truth = 0.3 * changes + 0.2 * np.arange(1, 6) * rng.normal(size=changes.shape)
    walks = truth + 2 * rng.normal(size=changes.shape)
    found = damping(changes, walks, np.full(changes.shape, 2.0))
    assert found.factor == pytest.approx(np.full(5, 0.3), abs=0.05)
    np.testing.assert_allclose(found.error, 0.2 * np.arange(1, 6), rtol=0.15)


def test_nothing_beyond_the_spectrum_is_nothing_added():
    level = FreeLevel(bent, bent, (4, 3), None, None, seed=0)
    codes = sz.Alphabet.of_size(3).random(5, 4, seed=0)
    values, errors, degrees = level.by_letters(codes, seed=0)
    assert level.mean == 0
    assert not values.any()
    assert not errors.any()
    assert degrees > 10


@pytest.mark.parametrize(("most", "letters"), [(10**6, 3), (30 * 6 * 2, 2), (1, 1)])
def test_the_stated_error_is_the_error_whatever_the_number_of_letters(most, letters, monkeypatch):
    monkeypatch.setattr("shapzero_lite.explaining.free_level._MOST_ROWS", most)
    level = FreeLevel(bent, lambda x: 0.0 * x[:, 0], (6, 4), None, None, seed=0)
    codes = sz.DNA.random(30, 6, seed=3)
    truth = np.stack([sz.exact_shapley(bent, x, alphabet=sz.DNA) for x in codes])
    values, errors, _ = level.by_letters(codes, seed=1)
    assert list(level._made) == [letters]
    ratio = ((values - truth) ** 2).mean() / (errors**2).mean()
    assert 0.5 < ratio < 2
    np.testing.assert_allclose(values.sum(axis=1), bent(codes) - level.mean)


def test_walks_that_do_not_scatter_tell_the_error_by_themselves():
    def additive(x):
        return 3.0 * (x[:, 0] == 1) + (x[:, 1] == 2)

    start = sz.DNA.encode(["AAAAAA"])  # one sequence: every walk is the same
    level = FreeLevel(additive, lambda x: 0.0 * x[:, 0], (6, 4), start, None, seed=0)
    values, errors, _ = level.by_letters(sz.DNA.encode(["CGAAAA"]), seed=0)
    np.testing.assert_allclose(values, [[3, 1, 0, 0, 0, 0]], atol=1e-9)
    assert errors.max() < 1e-9
    codes = sz.DNA.random(9, 6, seed=0)
    here = additive(codes)
    values, errors, _ = shrunk_values(additive, codes, 4, 200, 0, here, start)
    np.testing.assert_allclose(values.sum(axis=1), here, atol=1e-9)
    assert errors.max() < 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_what_is_left_is_told_within_its_error_and_better_by_more_sequences(seed):
    rng = np.random.default_rng(seed)
    found = {}
    for count in (60, 6_000):
        changes = rng.normal(size=(count, 12))
        walks = 0.3 * changes + 0.1 * rng.normal(size=changes.shape)  # 0.01 of squares is left
        errors = np.full(walks.shape, 0.3)
        found[count] = damping(changes, walks + errors * rng.normal(size=walks.shape), errors)
    few, many = found[60], found[6_000]
    assert abs(many.left - 0.01) < 3 * many.unsure * many.left
    assert many.unsure < 0.1 < few.unsure < 1
