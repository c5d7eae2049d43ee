"""A spectrum as tables gives what its cosines give."""

import brute_force
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.spectra.tables import FEWEST_ROWS, tables


@pytest.mark.parametrize(
    ("q", "n", "most"), [(2, 9, 9), (3, 7, None), (4, 12, 3), (5, 6, 4), (20, 4, 4)]
)
def test_many_sequences_are_evaluated_as_the_definition_says(q, n, most):
    k, F = brute_force.random_spectrum(q, n, 200, seed=q, max_order=most)
    spectrum = sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))
    codes = sz.Alphabet.of_size(q).random(FEWEST_ROWS + 5, n, seed=1)
    truth = brute_force.evaluate(k, F, q, codes)
    np.testing.assert_allclose(spectrum.evaluate(codes), truth, atol=1e-11 * np.abs(F).sum())
    few = spectrum.evaluate(codes[: FEWEST_ROWS - 1])
    np.testing.assert_allclose(few, truth[: FEWEST_ROWS - 1], atol=1e-11 * np.abs(F).sum())


@pytest.mark.parametrize(("q", "n", "most"), [(2, 9, 9), (4, 12, 3), (5, 6, 4), (20, 4, 4)])
def test_shapley_values_of_many_sequences_are_those_of_few(q, n, most):
    k, F = brute_force.random_spectrum(q, n, 200, seed=q, max_order=most)
    spectrum = sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))
    codes = sz.Alphabet.of_size(q).random(FEWEST_ROWS + 7, n, seed=1)
    found, few = sz.shapley_values(spectrum, codes), sz.shapley_values(spectrum, codes[:300])
    scale = np.abs(F).sum()
    np.testing.assert_allclose(found[:300], few, atol=1e-12 * scale)
    total = spectrum.evaluate(codes) - spectrum.constant
    np.testing.assert_allclose(found.sum(axis=1), total, atol=1e-11 * scale)


def test_high_orders_and_the_constant_are_left_and_low_ones_are_not():
    k = np.zeros((4, 14), np.uint8)
    k[1, 3] = 1
    k[2, [0, 5]] = [1, 2]
    k[3] = 1
    made = tables(k, np.ones(4, complex), 4)
    assert made.left.tolist() == [0, 3]
    assert [t.tolist() for t in made.supports] == [[3], [0, 5]]
    assert [len(t) for t in made.tables] == [4, 16]


def test_what_does_not_fit_is_left(monkeypatch):
    monkeypatch.setattr("shapzero_lite.spectra.tables._ALL_CELLS", 40)
    k, F = brute_force.random_spectrum(4, 8, 100, seed=0, max_order=3)
    codes = sz.DNA.random(2 * FEWEST_ROWS, 8, seed=1)
    spectrum = sz.Spectrum(k, F, alphabet=sz.DNA)
    found = spectrum.evaluate(codes)
    assert sum(map(len, spectrum.looked_up.tables)) <= 40
    assert len(spectrum.looked_up.left) > 0
    np.testing.assert_allclose(found, brute_force.evaluate(k, F, 4, codes), atol=1e-9)
