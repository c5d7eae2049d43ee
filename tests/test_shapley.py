import brute_force
import numpy as np
import pytest
from drawn_spectra import sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import shapzero_lite as sz
from shapzero_lite.explaining import coalition_values, shapley_values_by_mobius
from shapzero_lite.spectra import blocks, localised

SHAPES = [(2, 1), (2, 6), (3, 5), (4, 5), (5, 4), (20, 3)]
# Every example comes from a fixed seed; how long one takes says nothing.
PROPERTY = settings(derandomize=True, deadline=None, max_examples=25, database=None)


def dense(q, n, seed=0):
    values = np.random.default_rng(seed).normal(size=(q,) * n)
    return sz.Spectrum.from_values(values, sz.Alphabet.of_size(q)), values


def looked_up(values):
    return lambda codes: values[tuple(codes.T)]


@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("kind", ["sparse", "dense"])
def test_all_routes_agree_with_all_orders_of_the_positions(q, n, kind):
    spectrum, f = (sparse(q, n), None) if kind == "sparse" else dense(q, n)
    f = spectrum.evaluate if f is None else looked_up(f)
    codes = spectrum.alphabet.random(3, n, seed=1)
    closed = sz.shapley_values(spectrum, codes)
    for x, phi in zip(codes, closed, strict=True):
        expected = brute_force.shapley(brute_force.game(f, x, q), n)
        np.testing.assert_allclose(phi, expected, atol=1e-10)
        exact = sz.exact_shapley(f, x, alphabet=spectrum.alphabet)
        np.testing.assert_allclose(exact, expected, atol=1e-10)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_the_papers_route_is_the_closed_form(q, n):
    spectrum = sparse(q, n, seed=3)
    codes = spectrum.alphabet.random(4, n, seed=1)
    closed = sz.shapley_values(spectrum, codes)
    np.testing.assert_allclose(shapley_values_by_mobius(spectrum, codes), closed, atol=1e-10)


@pytest.mark.parametrize("q", [2, 3, 4, 5, 20])
def test_the_papers_route_is_the_closed_form_on_long_sequences_of_low_order(q):
    k, F = brute_force.random_spectrum(q, 30, 20, seed=q, max_order=3 if q < 20 else 2)
    spectrum = sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q))
    codes = spectrum.alphabet.random(3, 30, seed=1)
    np.testing.assert_allclose(
        shapley_values_by_mobius(spectrum, codes), sz.shapley_values(spectrum, codes), atol=1e-10
    )


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_coalition_values_are_the_game(q, n):
    spectrum = sparse(q, n, seed=4)
    x = spectrum.alphabet.random(1, n, seed=0)[0]
    v = coalition_values(spectrum.evaluate, x, spectrum.alphabet)
    assert v.shape == (2,) * n
    for S, value in brute_force.game(spectrum.evaluate, x, q).items():
        assert v[tuple(int(i in S) for i in range(n))] == pytest.approx(value, abs=1e-10)


# -- the axioms ---------------------------------------------------------------------------
spectra = st.builds(
    lambda q, n, terms, seed: sparse(q, n, seed, terms),
    st.sampled_from([2, 3, 4, 5, 20]),
    st.integers(2, 12),
    st.integers(1, 30),
    st.integers(0, 10**6),
)


@PROPERTY
@given(spectra, st.integers(0, 100))
def test_efficiency(spectrum, seed):
    codes = spectrum.alphabet.random(5, spectrum.n, seed)
    phi = sz.shapley_values(spectrum, codes)
    total = phi.sum(axis=1) + sz.base_value(spectrum)
    np.testing.assert_allclose(total, spectrum.evaluate(codes), atol=1e-10)


@PROPERTY
@given(spectra, st.integers(0, 100), st.floats(-5, 5), st.floats(-5, 5))
def test_linearity(spectrum, seed, a, b):
    other = sparse(spectrum.q, spectrum.n, seed + 1)
    codes = spectrum.alphabet.random(4, spectrum.n, seed)
    both = sz.shapley_values(a * spectrum + b * other, codes)
    parts = a * sz.shapley_values(spectrum, codes) + b * sz.shapley_values(other, codes)
    np.testing.assert_allclose(both, parts, atol=1e-10)


@PROPERTY
@given(spectra, st.integers(0, 100))
def test_a_position_that_the_function_does_not_see_gets_nothing(spectrum, seed):
    blind = seed % spectrum.n
    k = spectrum.frequencies.copy()
    k[:, blind] = 0
    without = sz.Spectrum(k, spectrum.coefficients, alphabet=spectrum.alphabet)
    codes = spectrum.alphabet.random(4, spectrum.n, seed)
    assert (sz.shapley_values(without, codes)[:, blind] == 0).all()
    p = np.random.default_rng(seed).dirichlet(np.ones(spectrum.q), spectrum.n)
    for background in (p, spectrum.alphabet.random(3, spectrum.n, seed)):
        phi = sz.shapley_values(without, codes, background)
        assert np.abs(phi[:, blind]).max() < 1e-12


@PROPERTY
@given(spectra, st.integers(0, 100))
def test_positions_that_can_be_exchanged_get_the_same(spectrum, seed):
    k = spectrum.frequencies.copy()
    k[:, [0, 1]] = k[:, [1, 0]]
    symmetric = spectrum + sz.Spectrum(k, spectrum.coefficients, alphabet=spectrum.alphabet)
    codes = spectrum.alphabet.random(4, spectrum.n, seed)
    codes[:, 1] = codes[:, 0]
    phi = sz.shapley_values(symmetric, codes)
    np.testing.assert_allclose(phi[:, 0], phi[:, 1], atol=1e-10)


@PROPERTY
@given(spectra, st.integers(0, 100))
def test_values_move_with_the_positions_and_with_the_letters(spectrum, seed):
    rng = np.random.default_rng(seed)
    codes = spectrum.alphabet.random(4, spectrum.n, seed)
    phi = sz.shapley_values(spectrum, codes)
    order = rng.permutation(spectrum.n)
    turned = sz.Spectrum(
        spectrum.frequencies[:, order], spectrum.coefficients, alphabet=spectrum.alphabet
    )
    np.testing.assert_allclose(
        sz.shapley_values(turned, codes[:, order]), phi[:, order], atol=1e-10
    )
    here = localised(spectrum, codes[0])
    at_zero = sz.shapley_values(here, np.zeros((1, spectrum.n), np.uint8))
    np.testing.assert_allclose(at_zero[0], phi[0], atol=1e-10)


@PROPERTY
@given(spectra)
def test_values_average_to_zero_over_all_letters(spectrum):
    # E over uniform x of phi_i(x) is 0: every character averages to nothing
    small = sz.Spectrum(
        spectrum.frequencies[:, :2], spectrum.coefficients, alphabet=spectrum.alphabet
    )
    phi = sz.shapley_values(small, spectrum.alphabet.all_sequences(2))
    np.testing.assert_allclose(phi.mean(axis=0), 0, atol=1e-10)


# -- what a user may do ------------------------------------------------------------------
def test_a_model_of_counted_letters_has_the_values_of_counting():
    codes = sz.DNA.encode("GATTACA")
    toy = sz.models.toy(n=4, seed=1)  # says its alphabet itself
    assert (sz.exact_shapley(toy, "ACGT") == sz.exact_shapley(toy, "ACGT", alphabet=sz.DNA)).all()
    phi = sz.exact_shapley(lambda x: (x == 0).sum(axis=1), codes[0], alphabet=sz.DNA)
    expected = [0.75 if letter == "A" else -0.25 for letter in "GATTACA"]
    np.testing.assert_allclose(phi, expected, atol=1e-12)


def test_strings_and_codes_are_the_same_sequences():
    spectrum = sz.models.toy(n=5).spectrum
    texts = ["ACGTA", "ttttt"]
    codes = sz.DNA.encode(texts)
    expected = sz.shapley_values(spectrum, codes)
    np.testing.assert_allclose(sz.shapley_values(spectrum, texts), expected)
    np.testing.assert_allclose(sz.shapley_values(spectrum, codes.astype(np.int64)), expected)
    np.testing.assert_allclose(sz.shapley_values(spectrum, texts[0]), expected[:1], atol=1e-14)
    np.testing.assert_allclose(sz.shapley_values(spectrum, codes[0]), expected[:1], atol=1e-14)
    model = sz.models.toy(n=5)
    np.testing.assert_allclose(
        sz.exact_shapley(model, texts[0], alphabet=sz.DNA),
        sz.exact_shapley(model, codes[0], alphabet=sz.DNA),
    )


def test_the_number_of_sequences_and_of_blocks_changes_no_value(monkeypatch):
    spectrum = sparse(4, 9, terms=50)
    codes = spectrum.alphabet.random(203, 9, seed=0)
    whole = sz.shapley_values(spectrum, codes)
    for size in (1, 25, 77, 10_000):
        monkeypatch.setattr(blocks, "BLOCK", size)
        some = sz.shapley_values(spectrum, codes)
        np.testing.assert_allclose(some, whole, rtol=0, atol=1e-13)
    for row in (0, 100, 202):
        one = sz.shapley_values(spectrum, codes[row])
        np.testing.assert_allclose(one[0], whole[row], rtol=0, atol=1e-13)


@pytest.mark.parametrize("background", [None, ["A" * 40]])
def test_by_definition_a_long_sequence_states_its_memory(background):
    for n in (40, 1200):
        given_background = None if background is None else ["A" * n]
        with pytest.raises(ValueError, match=r"would need .* GiB"):
            sz.exact_shapley(len, "A" * n, alphabet=sz.DNA, background=given_background)


def test_by_definition_takes_one_sequence():
    with pytest.raises(ValueError, match="2 were given"):
        sz.exact_shapley(len, ["AC", "GT"], alphabet=sz.DNA)


def test_a_model_that_fails_by_definition_says_so():
    with pytest.raises(sz.ModelError, match="nan for sequence 1 "):
        sz.exact_shapley(lambda x: np.full(len(x), np.nan), "ACG", alphabet=sz.DNA)
