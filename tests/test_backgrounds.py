import brute_force
import numpy as np
import pandas as pd
import pytest
from drawn_spectra import dense, function, sparse

import shapzero_lite as sz
from shapzero_lite.explaining import backgrounds as module
from shapzero_lite.spectra import blocks

SHAPES = [(2, 6), (3, 5), (4, 5), (5, 4), (20, 3)]


def backgrounds(q, n):
    rng = np.random.default_rng(5)
    sure = np.eye(q)[rng.integers(0, q, n)]
    return {
        "independent": rng.dirichlet(np.ones(q), n),
        "some letters impossible": rng.dirichlet(np.full(q, 0.05), n),
        "one letter certain": sure,
        "float32": rng.dirichlet(np.ones(q), n).astype(np.float32),
        "one sequence": rng.integers(0, q, (1, n)),
        "three sequences": rng.integers(0, q, (3, n), dtype=np.uint8),
        "forty sequences": rng.integers(0, q, (40, n)),
        "one sequence twice": np.repeat(rng.integers(0, q, (1, n)), 2, axis=0),
    }


def as_floats(p):
    """float32 rows sum to 1 only nearly; the package makes them sum to 1 exactly."""
    if p.dtype.kind != "f":
        return p
    p = p.astype(float)
    return p / p.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("name", list(backgrounds(2, 2)))
@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("kind", [sparse, dense])
def test_values_are_those_of_the_definition(q, n, name, kind):
    spectrum = kind(q, n)
    background = backgrounds(q, n)[name]
    codes = spectrum.alphabet.random(2, n, seed=1)
    phi = sz.shapley_values(spectrum, codes, background)
    base = sz.base_value(spectrum, background)
    f = function(spectrum)
    for x, values in zip(codes, phi, strict=True):
        v = brute_force.game(f, x, q, as_floats(background))
        np.testing.assert_allclose(values, brute_force.shapley(v, n), atol=1e-10)
        assert base == pytest.approx(v[frozenset()], abs=1e-10)
    # through NumPy alone, on the first sequence
    exact = sz.exact_shapley(f, codes[0], alphabet=spectrum.alphabet, background=background)
    np.testing.assert_allclose(phi[0], exact, atol=1e-10)
    total = phi.sum(axis=1) + base
    np.testing.assert_allclose(total, spectrum.evaluate(codes), atol=1e-10)


def test_uniform_probabilities_and_all_sequences_are_the_uniform_background():
    spectrum = sparse(4, 4)
    codes = spectrum.alphabet.random(10, 4, seed=2)
    expected = sz.shapley_values(spectrum, codes)
    for background in (np.full((4, 4), 0.25), spectrum.alphabet.all_sequences(4)):
        np.testing.assert_allclose(
            sz.shapley_values(spectrum, codes, background), expected, atol=1e-10
        )
        assert sz.base_value(spectrum, background) == pytest.approx(spectrum.constant, abs=1e-10)


def taken(monkeypatch):
    """Count which of the two ways of computing are used."""
    calls = {"_by_parts": 0, "_by_quadrature": 0}
    for name in calls:
        original = getattr(module, name)

        def counted(*arguments, _name=name, _original=original):
            calls[_name] += 1
            return _original(*arguments)

        monkeypatch.setattr(module, name, counted)
    return calls


def test_low_order_against_many_sequences_goes_by_parts(monkeypatch):
    calls = taken(monkeypatch)
    spectrum = sparse(4, 5)
    sz.shapley_values(spectrum, ["01230"], spectrum.alphabet.random(30, 5, seed=0))
    assert calls["_by_parts"] > 0
    assert calls["_by_quadrature"] == 0


@pytest.mark.parametrize("order", [10, 11])
def test_high_order_against_few_sequences_goes_by_quadrature_and_is_exact(monkeypatch, order):
    calls = taken(monkeypatch)
    rng = np.random.default_rng(0)
    k = np.zeros((3, 11), int)
    k[:, :order] = rng.integers(1, 4, (3, order))
    spectrum = sz.Spectrum(k, rng.normal(size=3) + 1j * rng.normal(size=3), alphabet=sz.DNA)
    background = sz.DNA.random(3, 11, seed=1)
    phi = sz.shapley_values(spectrum, "ACGTACGTACG", background)
    assert calls["_by_quadrature"] == 1
    assert calls["_by_parts"] == 0
    exact = sz.exact_shapley(
        spectrum.evaluate, "ACGTACGTACG", alphabet=sz.DNA, background=background
    )
    np.testing.assert_allclose(phi[0], exact, atol=1e-10)


def test_order_26_keeps_efficiency():
    rng = np.random.default_rng(1)
    spectrum = sz.Spectrum(rng.integers(1, 4, (5, 26)), rng.normal(size=5), alphabet=sz.DNA)
    codes = sz.DNA.random(20, 26, seed=0)
    for background in (rng.dirichlet(np.ones(4), 26), sz.DNA.random(4, 26, seed=1)):
        phi = sz.shapley_values(spectrum, codes, background)
        total = phi.sum(axis=1) + sz.base_value(spectrum, background)
        np.testing.assert_allclose(total, spectrum.evaluate(codes), atol=1e-10)


@pytest.mark.parametrize("name", ["independent", "three sequences", "forty sequences"])
def test_values_do_not_depend_on_the_size_of_the_blocks(monkeypatch, name):
    spectrum = sparse(4, 6, terms=40)
    background = backgrounds(4, 6)[name]
    codes = spectrum.alphabet.random(53, 6, seed=0)
    whole = sz.shapley_values(spectrum, codes, background)
    base = sz.base_value(spectrum, background)
    for size in (1, 100, 999, 10**5):
        monkeypatch.setattr(blocks, "BLOCK", size)
        some = sz.shapley_values(spectrum, codes, background)
        np.testing.assert_allclose(some, whole, rtol=0, atol=1e-12)
        assert sz.base_value(spectrum, background) == pytest.approx(base, abs=1e-12)


def test_memory_is_bounded_by_a_block(monkeypatch):
    # Found here: the parts of all supports at once, 2^d numbers each, were held together.
    import tracemalloc

    rng = np.random.default_rng(0)
    k = rng.integers(1, 4, (400, 10))
    spectrum = sz.Spectrum(k, rng.normal(size=400), alphabet=sz.DNA)
    background, codes = sz.DNA.random(40, 10, seed=0), sz.DNA.random(3, 10, seed=1)
    monkeypatch.setattr(blocks, "BLOCK", 2**14)
    tracemalloc.start()
    sz.shapley_values(spectrum, codes, background)
    sz.base_value(spectrum, background)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * 2**20  # 400 supports of 2^10 complex numbers are 6.5 MB each time


def test_a_background_may_be_strings_a_column_or_one_row():
    spectrum = sz.models.toy(n=4).spectrum
    codes = sz.DNA.encode(["AAAA", "CGTA"])
    rows = sz.DNA.encode(["ACGT", "TTGA"])
    expected = sz.shapley_values(spectrum, codes, rows)
    for given in (["ACGT", "TTGA"], pd.Series(["acgt", "ttga"]), rows.tolist(), ("ACGT", "TTGA")):
        np.testing.assert_array_equal(sz.shapley_values(spectrum, codes, given), expected)
    one = sz.shapley_values(spectrum, codes, rows[:1])
    for given in ("ACGT", ["ACGT"], rows[0], rows[0].tolist()):
        np.testing.assert_array_equal(sz.shapley_values(spectrum, codes, given), one)
    p = np.random.default_rng(0).dirichlet(np.ones(4), 4)
    expected = sz.shapley_values(spectrum, codes, p)
    for given in (p.tolist(), pd.DataFrame(p, columns=list("ACGT"))):
        np.testing.assert_array_equal(sz.shapley_values(spectrum, codes, given), expected)


def test_the_columns_of_a_data_frame_are_letters_by_name():
    # Found here: columns in another order were taken for A, C, G, T.
    spectrum = sz.models.toy(n=4).spectrum
    codes = sz.DNA.encode(["AAAA", "CGTA"])
    p = np.random.default_rng(0).dirichlet(np.ones(4), 4)
    frame = pd.DataFrame(p, columns=list("ACGT"))
    expected = sz.shapley_values(spectrum, codes, p)
    for given in (frame[list("TGCA")], frame[list("GATC")].rename(columns=str.lower)):
        np.testing.assert_array_equal(sz.shapley_values(spectrum, codes, given), expected)
        assert sz.Letters(given, sz.DNA) == sz.Letters(p, sz.DNA)
    hot = pd.DataFrame(np.eye(4, dtype=int)[[3, 1, 0, 0]], columns=list("ACGT"))
    np.testing.assert_array_equal(
        sz.shapley_values(spectrum, codes, hot[list("CTAG")]),
        sz.shapley_values(spectrum, codes, hot.to_numpy(float)),
    )
    codons = sz.Alphabet(["AAA", "CCC", "GGG"])
    frame = pd.DataFrame([[0.2, 0.3, 0.5]], columns=["GGG", "AAA", "CCC"])
    assert sz.Letters(frame, codons).probabilities.tolist() == [[0.3, 0.5, 0.2]]


@pytest.mark.parametrize("columns", [list("ACGU"), list("0123"), range(4), list("ACGG"), [""] * 4])
def test_other_columns_are_refused(columns):
    frame = pd.DataFrame(np.full((4, 4), 0.25), columns=columns)
    for use in (
        lambda: sz.base_value(sz.models.toy(n=4).spectrum, frame),
        lambda: sz.Letters(frame, sz.DNA),
    ):
        with pytest.raises(ValueError, match="named by the letters A, C, G, T, in any order; got"):
            use()


def test_a_frame_of_sequences_is_one_of_sequences():
    spectrum = sz.models.toy(n=4).spectrum
    expected = sz.base_value(spectrum, ["ACGT", "TTGA"])
    letters = pd.DataFrame([list("ACGT"), list("TTGA")])
    codes = pd.DataFrame(sz.DNA.encode(["ACGT", "TTGA"]), columns=["p1", "p2", "p3", "p4"])
    assert sz.base_value(spectrum, letters) == sz.base_value(spectrum, codes) == expected


def test_whole_numbers_that_may_be_one_hot_or_codes_are_refused():
    # Found here: with n = q a one-hot array of whole numbers was taken for sequences.
    spectrum = sz.models.toy(n=4).spectrum
    hot = np.eye(4, dtype=int)[[2, 0, 0, 3]]
    for given in (hot, hot.astype(np.uint8), hot.tolist()):
        with pytest.raises(ValueError, match="give floats for probabilities, strings for sequence"):
            sz.base_value(spectrum, given)
    as_letters = sz.base_value(spectrum, hot.astype(float))
    assert as_letters == pytest.approx(float(spectrum.evaluate(["GAAT"])[0]), abs=1e-10)
    rows = sz.DNA.decode(hot)
    assert sz.Explainer(spectrum, background=rows).explain(rows).values.shape == (4, 4)
    assert sz.base_value(spectrum, rows) == pytest.approx(spectrum.evaluate(rows).mean(), abs=1e-10)


@pytest.mark.parametrize("kind", [np.float64, np.uint8])
def test_an_array_changed_afterwards_changes_nothing(kind):
    # Found here: the base value was that of the old array, the values those of the new one.
    toy = sz.models.toy(n=4)
    background = np.full((4, 4), 0.25) if kind is np.float64 else sz.DNA.random(6, 4, seed=0)
    codes = sz.DNA.encode(["ACGT", "TTGA"])
    explainer = sz.Explainer(toy.spectrum, background=background)
    expected = explainer.explain(codes)
    background[:] = [1, 0, 0, 0]
    kept = explainer.background
    with pytest.raises(ValueError, match="read-only"):
        (kept if kind is np.uint8 else kept.probabilities)[0, 0] = 0
    later = explainer.explain(codes)
    np.testing.assert_array_equal(later.values, expected.values)
    total = later.values.sum(axis=1) + later.base_value
    np.testing.assert_allclose(total, toy.spectrum.evaluate(["ACGT", "TTGA"]), atol=1e-10)


def test_sequences_changed_after_the_explanation_change_nothing():
    # Found here: interactions are computed when read, of what the array then holds.
    codes = sz.DNA.encode(["ACGT", "TTGA"])
    e = sz.Explainer(sz.models.toy(n=4).spectrum).explain(codes)
    codes[:] = 0
    expected = sz.interactions(sz.models.toy(n=4).spectrum, ["ACGT", "TTGA"])
    np.testing.assert_array_equal(e.interactions.values, expected.values)


def rows_with(row, n=4):
    p = np.full((n, 4), 0.25)
    p[2] = row
    return p


@pytest.mark.parametrize(
    ("background", "error", "message"),
    [
        (rows_with([0.5, 0.5, 0.5, 0.5]), ValueError, r"position 3: .* sum to 1 \(sum 2\)"),
        (rows_with([1.2, -0.2, 0.0, 0.0]), ValueError, "position 3: .*negative"),
        (rows_with([np.nan, 0.5, 0.5, 0.0]), ValueError, "position 3"),
        (rows_with([np.inf, 0.0, 0.0, 0.0]), ValueError, "position 3"),
        (np.full((3, 4), 0.25), ValueError, r"\(n, q\) = \(4, 4\); got \(3, 4\)"),
        (np.full(4, 0.25), ValueError, r"got \(4,\)"),
        ([[0.25] * 4, [0.25] * 3], ValueError, "same length"),
        ([], ValueError, "empty"),
        (np.zeros((0, 4), int), ValueError, "at least one sequence"),
        ([[0, 1, 2, 4]], ValueError, "sequence 1, position 4: code 4"),
        ([[0, 1, 2]], ValueError, "length 3 were given; length 4"),
        (["ACG"], ValueError, "length 3 were given; length 4"),
        (["ACGU"], ValueError, "'U'"),
        ({"a": "ACGT"}, TypeError, "dictionary"),
        (np.ones((4, 4), bool), TypeError, "bool"),
        (np.ones((4, 4), complex), TypeError, "complex"),
    ],
)
def test_what_is_not_a_background_is_refused_by_everything(background, error, message):
    model = sz.models.toy(n=4)
    for use in (
        lambda: sz.shapley_values(model.spectrum, ["ACGT"], background),
        lambda: sz.base_value(model.spectrum, background),
        lambda: sz.Explainer(model.spectrum, background=background),
        lambda: sz.exact_shapley(model, "ACGT", alphabet=sz.DNA, background=background),
    ):
        with pytest.raises(error, match=message):
            use()
