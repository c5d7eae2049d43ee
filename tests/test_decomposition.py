"""Parts of a function for any background, against the game's definition."""

import brute_force
import numpy as np
import pytest
from drawn_spectra import drawn_letters, function, sparse

import shapzero_lite as sz
from shapzero_lite.letters import Letters
from shapzero_lite.spectra import Decomposition

SHAPES = [(2, 6), (3, 5), (4, 4), (5, 4), (20, 3)]


def dividends_of(decomposition, codes):
    (block,) = list(decomposition.blocks(codes))
    return block[1]


@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_parts_are_the_dividends_of_the_game(q, n, seed):
    spectrum = sparse(q, n, seed)
    letters = drawn_letters(q, n, seed)
    codes = letters.draw(2, np.random.default_rng(seed))
    f = function(spectrum)
    table = f(spectrum.alphabet.all_sequences(n)).reshape((q,) * n)
    for made in (Decomposition.of(spectrum, letters), Decomposition.from_values(table, letters)):
        np.testing.assert_allclose(made.evaluate(codes), f(codes), atol=1e-10)
        found = dividends_of(made, codes)
        for r, x in enumerate(codes):
            v = brute_force.game(f, x, q, letters.probabilities)
            expected = brute_force.dividends(v, n)
            assert made.constant == pytest.approx(expected[frozenset()], abs=1e-10)
            got = dict(zip(map(frozenset, made.supports), found[r], strict=True))
            for T, value in expected.items():
                if T:
                    assert got.get(T, 0.0) == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_parts_against_a_set_of_sequences(q, n):
    spectrum = sparse(q, n, seed=4)
    background = spectrum.alphabet.random(7, n, seed=5)
    x = spectrum.alphabet.random(1, n, seed=6)
    made = Decomposition.of(spectrum, background)
    v = brute_force.game(function(spectrum), x[0], q, background)
    found = dict(zip(map(frozenset, made.supports), dividends_of(made, x)[0], strict=True))
    for T, value in brute_force.dividends(v, n).items():
        if T:
            assert found.get(T, 0.0) == pytest.approx(value, abs=1e-10)
    with pytest.raises(ValueError, match="correlated"):
        made.variances()


@pytest.mark.parametrize(("q", "n"), [(2, 5), (3, 4), (4, 3)])
def test_variances_add_up_and_sobol_indices_are_conditional_variances(q, n):
    letters = drawn_letters(q, n, seed=8)
    values = np.random.default_rng(9).normal(size=(q,) * n)
    made = Decomposition.from_values(values, letters)
    weight = np.ones(())
    for p in letters.probabilities:
        weight = np.multiply.outer(weight, p)
    mean = (weight * values).sum()
    variance = (weight * (values - mean) ** 2).sum()
    assert made.constant == pytest.approx(mean)
    assert made.variances().sum() == pytest.approx(variance)
    assert made.energy_by_order()[1:].sum() == pytest.approx(variance)
    assert made.variance_by_order().sum() == pytest.approx(1)
    for i in range(n):
        rest = tuple(j for j in range(n) if j != i)
        p = letters.probabilities[i]
        given = np.array([(weight * values).take(c, axis=i).sum() for c in range(q)])
        given = np.divide(given, p, out=np.zeros(q), where=p > 0)
        assert made.sobol_first()[i] == pytest.approx(p @ (given - mean) ** 2 / variance, abs=1e-12)
        without = np.tensordot(values, p, axes=([i], [0]))
        w = weight.sum(axis=i)
        closed = (w * (without - mean) ** 2).sum()
        assert made.sobol_total()[i] == pytest.approx(1 - closed / variance, abs=1e-12)
        assert len(rest) == n - 1


def test_uniform_letters_give_the_spectrum_back():
    spectrum = sparse(4, 5, seed=2)
    made = Decomposition.of(spectrum, Letters.uniform(5, spectrum.alphabet))
    np.testing.assert_allclose(made.variance_by_order(), spectrum.variance_by_order(), atol=1e-12)
    np.testing.assert_allclose(made.sobol_total(), spectrum.sobol_total(), atol=1e-12)
    codes = spectrum.alphabet.random(50, 5, seed=0)
    np.testing.assert_allclose(made.evaluate(codes), spectrum.evaluate(codes), atol=1e-12)


def test_a_constant_has_no_parts():
    made = Decomposition.from_values(np.full((4, 4), 3.0), Letters.uniform(2, sz.DNA))
    assert (made.constant, made.supports, made.order) == (3.0, [], 0)
    assert made.evaluate(["AC", "GT"]).tolist() == [3.0, 3.0]
    assert made.sobol_total().tolist() == [0, 0]


def test_bad_input_is_named():
    letters = Letters.uniform(2, sz.DNA)
    with pytest.raises(ValueError, match=r"shape \(4, 4\) is needed, .* got \(4,\)"):
        Decomposition.from_values(np.zeros(4), letters)
    with pytest.raises(ValueError, match=r"a part of 1 positions has 4\^1 cells, not 3"):
        Decomposition({(0,): np.zeros(3)}, alphabet=sz.DNA, n=2)
