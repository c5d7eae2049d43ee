import brute_force
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.spectra import localised, spectrum_to_mobius

SHAPES = [(2, 1), (2, 6), (3, 4), (4, 3), (5, 3), (20, 2)]


def table(q, n, seed=0):
    return np.random.default_rng(seed).normal(size=(q,) * n)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_the_table_is_the_sum_of_all_coefficients_below(q, n):
    M = table(q, n)
    f = brute_force.mobius_inverse_matrix(q, n) @ M.ravel()
    np.testing.assert_allclose(sz.inverse_mobius_transform(M).ravel(), f, atol=1e-10)
    np.testing.assert_allclose(sz.mobius_transform(f.reshape(M.shape)), M, atol=1e-10)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_forth_and_back_is_where_we_started(q, n):
    f = table(q, n) + 1j * table(q, n, 1)
    np.testing.assert_allclose(sz.inverse_mobius_transform(sz.mobius_transform(f)), f, atol=1e-11)
    np.testing.assert_allclose(sz.mobius_transform(sz.inverse_mobius_transform(f)), f, atol=1e-11)
    assert sz.mobius_transform(f.real).dtype == np.float64
    assert sz.mobius_transform(f).dtype == np.complex128


def test_whole_numbers_do_not_wrap_round_and_the_callers_table_stays():
    f = np.array([[200, 100], [100, 50]], np.uint8)
    assert sz.mobius_transform(f).tolist() == [[200, -100], [-100, 50]]
    assert f.tolist() == [[200, 100], [100, 50]]


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_from_the_fourier_side_it_is_the_same_transform(q, n):
    k, F = brute_force.random_spectrum(q, n, 15, seed=2)
    spectrum = sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))
    f = spectrum.evaluate(spectrum.alphabet.all_sequences(n)).reshape((q,) * n)
    terms = spectrum_to_mobius(spectrum)
    sparse = np.zeros((q,) * n)
    sparse[tuple(terms.words.T)] = terms.coefficients
    np.testing.assert_allclose(sparse, sz.mobius_transform(f), atol=1e-10)
    codes = spectrum.alphabet.random(20, n, seed=0)
    np.testing.assert_allclose(terms.evaluate(codes), spectrum.evaluate(codes), atol=1e-10)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_localised_at_x_the_word_zero_stands_for_x(q, n):
    k, F = brute_force.random_spectrum(q, n, 15, seed=3)
    spectrum = sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))
    x, others = spectrum.alphabet.random(1, n, seed=1), spectrum.alphabet.random(30, n, seed=2)
    here = localised(spectrum, x)
    moved = ((others.astype(int) + x) % q).astype(np.uint8)
    np.testing.assert_allclose(here.evaluate(others), spectrum.evaluate(moved), atol=1e-10)
    M = spectrum_to_mobius(here)
    zero = np.flatnonzero((M.words == 0).all(axis=1))
    assert M.coefficients[zero] == pytest.approx(spectrum.evaluate(x), abs=1e-10)


def test_a_spectrum_is_localised_at_one_sequence_only():
    spectrum = sz.models.toy(n=4).spectrum
    with pytest.raises(ValueError, match="one sequence; 2 were given"):
        localised(spectrum, ["ACGT", "AAAA"])
    with pytest.raises(ValueError, match="length 3 were given"):
        localised(spectrum, "ACG")


def test_an_expansion_that_does_not_fit_states_the_memory():
    for n in (40, 600):
        spectrum = sz.Spectrum([[1] * n], [1.0], alphabet=sz.PROTEIN)
        with pytest.raises(ValueError, match=r"the Möbius expansion .* would need .* GiB"):
            spectrum_to_mobius(spectrum)
