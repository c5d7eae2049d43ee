import brute_force
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.spectra import blocks

SHAPES = [(2, 6), (3, 5), (4, 4), (5, 3), (20, 2)]


def random_spectrum(q, n, terms=25, seed=0, **options):
    k, F = brute_force.random_spectrum(q, n, terms, seed, **options)
    return sz.Spectrum(k, F, alphabet=sz.Alphabet.of_size(q)), k, F


def dense(spectrum):
    codes = spectrum.alphabet.all_sequences(spectrum.n)
    return spectrum.evaluate(codes).reshape((spectrum.q,) * spectrum.n)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_evaluate_is_the_real_part_of_the_sum(q, n):
    spectrum, k, F = random_spectrum(q, n)
    codes = spectrum.alphabet.random(200, n, seed=1)
    expected = brute_force.evaluate(k, F, q, codes)
    np.testing.assert_allclose(spectrum.evaluate(codes), expected, atol=1e-11)
    texts = spectrum.alphabet.decode(codes)
    np.testing.assert_array_equal(spectrum.evaluate(texts), spectrum.evaluate(codes))


def test_evaluate_of_long_sequences_keeps_its_digits():
    alphabet = sz.Alphabet.of_size(64)
    k, F = brute_force.random_spectrum(64, 200, 50, seed=0)
    codes = alphabet.random(50, 200, seed=1)
    spectrum = sz.Spectrum(k, F, alphabet=alphabet)
    expected = brute_force.evaluate(k, F, 64, codes)
    np.testing.assert_allclose(spectrum.evaluate(codes), expected, atol=1e-9)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_a_table_and_its_spectrum_are_the_same_function(q, n):
    f = np.random.default_rng(0).normal(size=(q,) * n)
    spectrum = sz.Spectrum.from_values(f, sz.Alphabet.of_size(q))
    np.testing.assert_allclose(dense(spectrum), f, atol=1e-11)
    assert spectrum.asymmetry < 1e-12
    assert spectrum.constant == pytest.approx(f.mean(), abs=1e-12)
    assert (spectrum.n, spectrum.q, spectrum.order) == (n, q, n)


def test_a_sparse_table_has_a_sparse_spectrum():
    x = sz.DNA.all_sequences(5)
    f = (1e6 + (x[:, 1] == 2) * 1.0).reshape((4,) * 5)
    spectrum = sz.Spectrum.from_values(f, sz.DNA)
    assert len(spectrum) == 4
    assert spectrum.order == 1
    with pytest.raises(ValueError, match="the table has 4 letters a position, the alphabet 20"):
        sz.Spectrum.from_values(f, sz.PROTEIN)


def test_the_zero_function_has_a_spectrum():
    spectrum = sz.Spectrum.from_values(np.zeros((4, 4)), sz.DNA)
    assert len(spectrum) == 1
    assert spectrum.evaluate(["AC"]) == [0.0]
    assert spectrum.sobol_total().tolist() == [0.0, 0.0]
    assert spectrum.asymmetry == 0


def test_a_spectrum_without_terms_is_zero():
    spectrum = sz.Spectrum(np.zeros((0, 3), np.uint8), [], alphabet=sz.DNA)
    assert spectrum.evaluate(["ACG", "TTT"]).tolist() == [0.0, 0.0]
    assert (len(spectrum), spectrum.n, spectrum.order, spectrum.constant) == (0, 3, 0, 0.0)
    assert len(spectrum.truncate(0.5)) == 0
    assert sz.shapley_values(spectrum, ["ACG"]).tolist() == [[0.0] * 3]
    assert sz.interactions(spectrum, ["ACG"]).values.shape == (1, 0)
    assert sz.base_value(spectrum, ["ACG"]) == 0


def test_frequencies_that_stand_twice_are_summed():
    spectrum = sz.Spectrum([[1, 0], [2, 1], [1, 0]], [1.0, 5.0, 2j], alphabet=sz.DNA)
    assert dict(zip(map(tuple, spectrum.frequencies.tolist()), spectrum.coefficients.tolist(),
                    strict=True)) == {(1, 0): 1 + 2j, (2, 1): 5}  # fmt: skip


def test_the_callers_arrays_stay_theirs():
    # Found here: a uint8 array of the caller's became read-only, and the spectrum shared it.
    k, F = np.array([[1, 0], [2, 1]], np.uint8), np.array([1.0, 2.0], complex)
    spectrum = sz.Spectrum(k, F, alphabet=sz.DNA)
    k[:], F[:] = 0, 0
    assert spectrum.frequencies.tolist() == [[1, 0], [2, 1]]
    assert spectrum.coefficients.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        spectrum.coefficients[0] = 3


@pytest.mark.parametrize(
    ("k", "F", "error", "message"),
    [
        ([[0, 4]], [1.0], ValueError, r"frequency 1 is \[0, 4\]; entries must lie in 0\.\.3"),
        ([[0, 1], [-1, 0]], [1.0, 1.0], ValueError, "frequency 2"),
        ([[0, 1]], [np.nan], ValueError, "coefficient 1 is nan"),
        ([[0, 1], [1, 1]], [0.0, complex(0, np.inf)], ValueError, "coefficient 2"),
        ([[0.0, 1.0]], [1.0], TypeError, "float64"),
        ([[0, 1]], ["1"], TypeError, "<U1"),
        ([0, 1], [1.0], ValueError, "frequencies"),
        ([[0, 1]], [1.0, 2.0], ValueError, r"\(1, 2\), \(2,\)"),
        (np.zeros((1, 0), int), [1.0], ValueError, "needed"),
    ],
)
def test_what_is_not_a_spectrum_is_refused(k, F, error, message):
    with pytest.raises(error, match=message):
        sz.Spectrum(k, F, alphabet=sz.DNA)


def test_the_alphabet_must_be_one():
    with pytest.raises(TypeError, match="must be an Alphabet"):
        sz.Spectrum([[0]], [1.0], alphabet="ACGT")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("ACGT", ValueError, "length 4 were given; length 3 is needed"),
        ("ACU", ValueError, "position 3: 'U'"),
        ([[0, 1, 4]], ValueError, "position 3: code 4"),
        ([[0.0, 1.0, 2.0]], TypeError, "float64"),
        ([], ValueError, "empty"),
    ],
)
def test_sequences_of_another_kind_are_refused_by_everything(given, error, message):
    spectrum = random_spectrum(4, 3)[0]
    spectrum = sz.Spectrum(spectrum.frequencies, spectrum.coefficients, alphabet=sz.DNA)
    for reader in (
        spectrum.evaluate,
        lambda x: sz.shapley_values(spectrum, x),
        lambda x: sz.interactions(spectrum, x),
        lambda x: sz.Explainer(spectrum).explain(x),
    ):
        with pytest.raises(error, match=message):
            reader(given)


def test_arithmetic_is_that_of_the_functions():
    a, b = random_spectrum(4, 4, seed=1)[0], random_spectrum(4, 4, seed=2)[0]
    f, g = dense(a), dense(b)
    for spectrum, expected in (
        (a + b, f + g),
        (a - b, f - g),
        (-a, -f),
        (2.5 * a, 2.5 * f),
        (a * np.float64(2.5), 2.5 * f),
        (np.float32(2) * a, 2 * f),
        (np.int64(3) * a, 3 * f),
        (a * 0, 0 * f),
    ):
        assert isinstance(spectrum, sz.Spectrum)
        np.testing.assert_allclose(dense(spectrum), expected, atol=1e-11)
    assert np.abs(dense(a - a)).max() == 0


def test_arithmetic_that_has_no_meaning_is_refused():
    a = random_spectrum(4, 4)[0]
    with pytest.raises(ValueError, match="one length and alphabet"):
        a + random_spectrum(4, 3)[0]
    with pytest.raises(ValueError, match="one length and alphabet"):
        a + sz.Spectrum(a.frequencies, a.coefficients, alphabet=sz.RNA)
    # Found here: array * spectrum made an array of spectra, and complex64 went through.
    for factor in (1j, np.complex64(1j), "2", None, np.array([1.0, 2.0]), a):
        with pytest.raises(TypeError):
            a * factor
    with pytest.raises(TypeError):
        np.array([1.0, 2.0]) * a
    for other in (1.0, "a", None):
        with pytest.raises(TypeError):
            a + other
        with pytest.raises(TypeError):
            a - other
    with pytest.raises(ValueError, match="finite"):
        a * np.nan


@pytest.mark.parametrize(("q", "n"), SHAPES)
@pytest.mark.parametrize("symmetric", [True, False])
def test_variances_are_those_of_conditional_means(q, n, symmetric):
    if symmetric:
        f = np.random.default_rng(5).normal(size=(q,) * n)
        spectrum = sz.Spectrum.from_values(f, sz.Alphabet.of_size(q))
    else:
        spectrum = random_spectrum(q, n, seed=5)[0]
        f = dense(spectrum)
    terms = brute_force.anova_variances(f)
    by_order = np.zeros(n + 1)
    for S, part in terms.items():
        by_order[len(S)] += part
    by_order[0] = f.mean() ** 2
    variance = f.var()
    top = spectrum.order
    assert np.abs(by_order[top + 1 :]).max(initial=0) < 1e-10
    by_order = by_order[: top + 1]
    np.testing.assert_allclose(spectrum.energy_by_order(), by_order, atol=1e-10)
    np.testing.assert_allclose(spectrum.variance_by_order(), by_order[1:] / variance, atol=1e-10)
    first = [terms[frozenset({i})] / variance for i in range(n)]
    total = [sum(v for S, v in terms.items() if i in S) / variance for i in range(n)]
    np.testing.assert_allclose(spectrum.sobol_first(), first, atol=1e-10)
    np.testing.assert_allclose(spectrum.sobol_total(), total, atol=1e-10)


def test_asymmetry_is_measured_and_refused_by_nobody():
    real = sz.models.toy(n=5, seed=2).spectrum
    assert real.asymmetry < 1e-15
    k, F = real.frequencies, real.coefficients.copy()
    largest = int(np.abs(F).argmax())
    F[largest] *= 1 + 1e-2
    bent = sz.Spectrum(k, F, alphabet=sz.DNA)
    assert bent.asymmetry == pytest.approx(1e-2 / (1 + 1e-2), rel=1e-6)
    lonely = sz.Spectrum([[1, 0]], [2.0], alphabet=sz.DNA)
    assert lonely.asymmetry == 1
    assert sz.Spectrum([[0, 0], [2, 0]], [1j, 4.0], alphabet=sz.DNA).asymmetry == 0.5
    x = sz.DNA.random(20, 2, seed=0)
    np.testing.assert_allclose(lonely.evaluate(x), 2 * np.cos(np.pi / 2 * x[:, 0]), atol=1e-12)
    np.testing.assert_allclose(sz.shapley_values(lonely, x)[:, 0], lonely.evaluate(x), atol=1e-12)


def test_truncation_keeps_whole_waves():
    # Found here: of a pair k, -k one could be dropped, which halves the amplitude of the wave.
    wave = sz.Spectrum([[0, 0], [1, 2], [3, 2]], [1.0, 2 + 1j, 2 - 1j], alphabet=sz.DNA)
    np.testing.assert_allclose(dense(wave.truncate(0.5)), dense(wave), atol=1e-12)
    model = sz.models.toy(n=6, terms=30, seed=4).spectrum
    for energy in (0.1, 0.3, 0.5, 0.8, 0.95, 1.0):
        kept = model.truncate(energy)
        assert kept.asymmetry < 1e-12
        assert kept.constant == model.constant
        held = kept.energy_by_order()[1:].sum() / model.energy_by_order()[1:].sum()
        assert held >= energy - 1e-12
        # the fewest: without the weakest wave the share is no longer held
        size = np.abs(kept.coefficients) * (kept.orders > 0)
        weakest = size[size > 0].min()
        stronger = size > weakest * (1 + 1e-9)
        less = sz.Spectrum(kept.frequencies[stronger], kept.coefficients[stronger], alphabet=sz.DNA)
        assert (less.energy_by_order()[1:].sum() / model.energy_by_order()[1:].sum()) < energy
    assert len(model.truncate(1.0)) == len(model)
    assert len(model.truncate(0.2)) < len(model) / 2
    assert model.truncate(0.5).provenance["truncated_to_energy"] == 0.5


def test_truncation_of_an_asymmetric_spectrum_and_of_a_constant():
    spectrum = random_spectrum(4, 4, terms=40, seed=9)[0]
    power = np.abs(spectrum.coefficients) ** 2 * (spectrum.orders > 0)
    kept = spectrum.truncate(0.7)
    held = (np.abs(kept.coefficients) ** 2 * (kept.orders > 0)).sum()
    assert 0.7 <= held / power.sum() < 0.85
    constant = sz.Spectrum([[0, 0]], [3.0], alphabet=sz.DNA)
    assert constant.truncate(0.5).constant == 3
    for energy in (0, -1, 1.5, float("nan")):
        with pytest.raises(ValueError, match="share between 0 and 1"):
            spectrum.truncate(energy)


def test_values_do_not_depend_on_the_size_of_the_blocks(monkeypatch):
    spectrum, _, _ = random_spectrum(5, 4, terms=60)
    codes = spectrum.alphabet.random(101, 4, seed=0)
    whole = spectrum.evaluate(codes)
    for size in (1, 60, 61, 600, 60 * 101):
        monkeypatch.setattr(blocks, "BLOCK", size)
        np.testing.assert_allclose(spectrum.evaluate(codes), whole, rtol=0, atol=1e-13)
