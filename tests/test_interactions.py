import brute_force
import numpy as np
import pytest
from drawn_spectra import dense, drawn_letters, function, sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import shapzero_lite as sz
from shapzero_lite.spectra import Decomposition, blocks

INDICES = list(brute_force.INDICES)
SHAPES = [(2, 6), (3, 5), (4, 4), (5, 4), (20, 3)]
PROPERTY = settings(derandomize=True, deadline=None, max_examples=20, database=None)


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("kind", [sparse, dense])
def test_every_index_of_every_order_is_its_definition(kind, q, n, index):
    spectrum = kind(q, n)
    codes = spectrum.alphabet.random(2, n, seed=1)
    f = function(spectrum)
    games = [brute_force.game(f, x, q) for x in codes]
    for order in range(1, n + 1):
        found = sz.interactions(spectrum, codes, index=index, max_order=order)
        assert found.values.shape == (2, len(found.subsets))
        for r, v in enumerate(games):
            expected = brute_force.INDICES[index](v, n, order)
            assert len(found.subsets) == len(set(found.subsets)) <= len(expected)
            for T, value in expected.items():
                assert found[r].get(tuple(sorted(T)), 0.0) == pytest.approx(value, abs=1e-10)


SHAPIQ_INDICES = ["FSII", "STII", "SII", "BII", "Moebius"]


@pytest.mark.filterwarnings(
    # shap, which shapiq imports, calls functions of matplotlib that are to go
    "ignore:The set_.* function will be deprecated:PendingDeprecationWarning"
)
@pytest.mark.parametrize("index", SHAPIQ_INDICES)
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_shapiq_computes_the_same(index, order):
    shapiq = pytest.importorskip("shapiq")
    n = 5
    spectrum = sparse(4, n, seed=3, terms=20)
    x = spectrum.alphabet.random(1, n, seed=0)[0]
    v = brute_force.game(spectrum.evaluate, x, 4)

    def game(coalitions):
        return np.array([v[frozenset(np.flatnonzero(c).tolist())] for c in coalitions])

    # their FSII puts a large weight on the two constraints, which costs it some digits
    close = 1e-8 if index == "FSII" else 1e-10
    theirs = shapiq.ExactComputer(game, n_players=n)(index, order)
    ours = sz.interactions(spectrum, x, index=index, max_order=order)[0]
    compared = 0
    for T, place in theirs.interaction_lookup.items():
        if 1 <= len(T) <= order:
            assert ours.get(T, 0.0) == pytest.approx(float(theirs.values[place]), abs=close)
            compared += 1
    assert compared >= n


def test_order_one_of_fsii_stii_and_sii_is_the_shapley_value():
    spectrum = sparse(4, 7, terms=30)
    codes = spectrum.alphabet.random(6, 7, seed=0)
    phi = sz.shapley_values(spectrum, codes)
    for index in ("FSII", "STII", "SII"):
        found = sz.interactions(spectrum, codes, index=index, max_order=1)
        full = np.array([[found[r].get((i,), 0.0) for i in range(7)] for r in range(6)])
        np.testing.assert_allclose(full, phi, atol=1e-12)


@pytest.mark.parametrize("degree", [1, 2, 3, 4])
def test_once_the_order_reaches_the_degree_nothing_is_left_over(degree):
    spectrum = sparse(4, 10, terms=30, max_order=degree)
    assert spectrum.order == degree
    codes = spectrum.alphabet.random(7, 10, seed=1)
    dividends = sz.interactions(spectrum, codes, "Moebius", degree)
    for order in range(degree, 11):
        fsii = sz.interactions(spectrum, codes, "FSII", order)
        assert fsii.subsets == dividends.subsets
        np.testing.assert_array_equal(fsii.values, dividends.values)
        explained = fsii.values.sum(axis=1) + fsii.base_value
        np.testing.assert_allclose(explained, spectrum.evaluate(codes), atol=1e-10)


@PROPERTY
@given(
    st.sampled_from(["FSII", "STII"]),
    st.sampled_from([2, 3, 4, 20]),
    st.integers(2, 9),
    st.integers(1, 9),
    st.integers(0, 10**6),
)
def test_efficiency(index, q, n, order, seed):
    spectrum = sparse(q, n, seed)
    codes = spectrum.alphabet.random(3, n, seed)
    found = sz.interactions(spectrum, codes, index, min(order, n))
    total = found.values.sum(axis=1) + found.base_value
    np.testing.assert_allclose(total, spectrum.evaluate(codes), atol=1e-9)


@PROPERTY
@given(
    st.sampled_from(INDICES),
    st.sampled_from([2, 4, 5]),
    st.integers(2, 7),
    st.integers(1, 4),
    st.integers(0, 10**6),
)
def test_linearity_and_dummies(index, q, n, order, seed):
    order = min(order, n)
    a, b = sparse(q, n, seed), sparse(q, n, seed + 1)
    k = a.frequencies.copy()
    k[:, 0] = 0
    a = sz.Spectrum(k, a.coefficients, alphabet=a.alphabet)  # does not see position 1
    codes = a.alphabet.random(2, n, seed)
    of_a, of_b, of_sum = (sz.interactions(s, codes, index, order) for s in (a, b, a + 2.5 * b))
    assert all(0 not in T for T in of_a.subsets)
    for r in range(2):
        for T in set(of_sum.subsets) | set(of_a.subsets) | set(of_b.subsets):
            expected = of_a[r].get(T, 0.0) + 2.5 * of_b[r].get(T, 0.0)
            assert of_sum[r].get(T, 0.0) == pytest.approx(expected, abs=1e-9)


def test_columns_are_sorted_and_rows_read_like_dictionaries():
    spectrum = sparse(4, 6, terms=20)
    codes = spectrum.alphabet.random(3, 6, seed=0)
    found = sz.interactions(spectrum, codes, "SII", 3)
    assert found.subsets == sorted(found.subsets, key=lambda T: (len(T), T))
    assert all(isinstance(i, int) for T in found.subsets for i in T)
    assert len(found) == 3
    for r in range(3):
        assert list(found[r]) == found.subsets
        assert list(found[r].values()) == found.values[r].tolist()
    with pytest.raises(IndexError):
        found[3]
    assert (found.index, found.max_order) == ("SII", 3)


def test_the_strongest_come_first_and_can_be_asked_for_by_order():
    spectrum = sparse(4, 6, terms=30)
    found = sz.interactions(spectrum, spectrum.alphabet.random(50, 6, seed=0), "FSII", 3)
    means = dict(zip(found.subsets, np.abs(found.values).mean(axis=0).tolist(), strict=True))
    best = found.strongest(5)
    assert [value for _, value in best] == sorted(means.values(), reverse=True)[:5]
    assert all(means[T] == value for T, value in best)
    assert all(len(T) == 2 for T, _ in found.strongest(4, order=2))
    assert len(found.strongest(10**6)) == len(found.subsets)


def test_values_do_not_depend_on_the_size_of_the_blocks(monkeypatch):
    spectrum = sparse(4, 8, terms=40)
    codes = spectrum.alphabet.random(97, 8, seed=0)
    whole = sz.interactions(spectrum, codes, "FSII", 2)
    for size in (1, 50, 333):
        monkeypatch.setattr(blocks, "BLOCK", size)
        some = sz.interactions(spectrum, codes, "FSII", 2)
        np.testing.assert_allclose(some.values, whole.values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("index", ["fsii", "Faith-Shap", "SV", "", None, 2])
def test_another_index_is_refused(index):
    spectrum = sz.models.toy(n=4).spectrum
    with pytest.raises(ValueError, match="index is one of FSII, STII, SII, BII, Moebius"):
        sz.interactions(spectrum, ["ACGT"], index=index)
    with pytest.raises(ValueError, match="index is one of"):
        sz.Explainer(spectrum).explain(["ACGT"], index=index)


@pytest.mark.parametrize("order", [0, -1, 5, 2.0, "2", None])
def test_another_order_is_refused(order):
    with pytest.raises(ValueError, match="max_order is a whole number from 1 to n = 4"):
        sz.interactions(sz.models.toy(n=4).spectrum, ["ACGT"], max_order=order)


def test_a_constant_has_no_interactions():
    constant = sz.Spectrum([[0, 0]], [3.0], alphabet=sz.DNA)
    for index in INDICES:
        found = sz.interactions(constant, ["AC", "GT"], index=index)
        assert (found.subsets, found.values.shape, found.base_value) == ([], (2, 0), 3.0)
        assert found[1] == {}
        assert found.strongest() == []


@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("kind", ["letters", "set"])
def test_every_index_against_any_background_is_its_definition(kind, q, n, index):
    spectrum = sparse(q, n, seed=11)
    if kind == "letters":
        given = drawn_letters(q, n, seed=3)
        background = given.probabilities
        x = given.draw(1, np.random.default_rng(2))[0]
    else:
        given = background = spectrum.alphabet.random(5, n, seed=3)
        x = spectrum.alphabet.random(1, n, seed=2)[0]
    v = brute_force.game(function(spectrum), x, q, background)
    parts = Decomposition.of(spectrum, given)
    for order in (1, 2, n):
        found = sz.interactions(spectrum, x, index, order, background=given)
        again = sz.interactions(parts, x, index, order)
        assert found.base_value == pytest.approx(v[frozenset()], abs=1e-10)
        for T, value in brute_force.INDICES[index](v, n, order).items():
            place = tuple(sorted(T))
            assert found[0].get(place, 0.0) == pytest.approx(value, abs=1e-10)
            assert again[0].get(place, 0.0) == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_shapley_values_of_parts_are_those_of_the_spectrum(q, n):
    spectrum, letters = sparse(q, n, seed=12), drawn_letters(q, n, seed=4)
    codes = letters.draw(5, np.random.default_rng(1))
    parts = Decomposition.of(spectrum, letters)
    np.testing.assert_allclose(
        sz.shapley_values(parts, codes),
        sz.shapley_values(spectrum, codes, background=letters.probabilities),
        atol=1e-10,
    )
    rng = np.random.default_rng(5)
    weighed = letters.probabilities * rng.uniform(0.1, 1, size=(n, q))
    within = sz.Letters(weighed / weighed.sum(axis=1, keepdims=True), spectrum.alphabet)
    for other in (within, letters.draw(4, rng)):
        np.testing.assert_allclose(
            sz.shapley_values(parts, codes, background=other),
            sz.shapley_values(spectrum, codes, background=other),
            atol=1e-10,
        )
        assert sz.base_value(parts, other) == pytest.approx(sz.base_value(spectrum, other))
    impossible = codes[:1].copy()
    impossible[0, 0] = (impossible[0, 0] + 1) % q  # the first position of these letters is fixed
    with pytest.raises(ValueError, match=r"position 1: the letter .* cannot occur"):
        sz.shapley_values(parts, impossible)
    with pytest.raises(ValueError, match="cannot occur"):
        sz.interactions(parts, impossible)
    with pytest.raises(ValueError, match="cannot occur"):
        sz.shapley_values(parts, codes, background=impossible)
