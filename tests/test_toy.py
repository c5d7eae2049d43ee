import numpy as np
import pytest

import shapzero_lite as sz


@pytest.mark.parametrize("alphabet", [sz.DNA, sz.PROTEIN, sz.Alphabet("ab"), sz.Alphabet("xyz")])
def test_the_model_is_its_spectrum(alphabet):
    model = sz.models.toy(n=3, alphabet=alphabet, terms=10, max_order=2, seed=4)
    assert (model.n, model.alphabet) == (3, alphabet)
    every = alphabet.all_sequences(3)
    truth = sz.Spectrum.from_values(model(every).reshape((alphabet.q,) * 3), alphabet)
    np.testing.assert_allclose(truth.evaluate(every), model.spectrum.evaluate(every), atol=1e-10)
    assert len(truth) <= len(model.spectrum)
    assert model.spectrum.order <= 2
    assert model.spectrum.asymmetry < 1e-12
    assert model.spectrum.constant == pytest.approx(1.0)


def test_a_sketch_with_every_sequence_finds_the_planted_spectrum():
    model = sz.models.toy(n=4, terms=6, seed=2)
    found = sz.sketch(model, budget=256, progress=False).spectrum
    left = (found - model.spectrum).coefficients
    assert np.abs(left).max() < 1e-12
    assert len(found) == len(model.spectrum)


def test_the_seed_decides_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    x = sz.DNA.random(10, 8, seed=0)
    np.testing.assert_array_equal(sz.models.toy(seed=5)(x), sz.models.toy(seed=5)(x))
    assert (sz.models.toy(seed=5)(x) != sz.models.toy(seed=6)(x)).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


def test_orders_and_numbers_are_as_asked():
    spectrum = sz.models.toy(n=20, terms=300, max_order=4, seed=0).spectrum
    counts = np.bincount(spectrum.orders)
    assert counts[0] == 1
    assert len(counts) == 5
    assert (counts[2:] > 100).all()  # pairs k, -k; of order 1 many coincide
    assert np.abs(spectrum.coefficients[spectrum.orders == 4]).max() < 0.76


@pytest.mark.parametrize(
    "options", [{"n": 2, "max_order": 3}, {"max_order": 0}, {"terms": 0}, {"n": 0}]
)
def test_impossible_models_are_refused(options):
    with pytest.raises(ValueError, match=r"max_order in 1\.\.n"):
        sz.models.toy(**options)
