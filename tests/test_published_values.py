"""The paper's published spectrum gives its published values, and has its published quality."""

import numpy as np
import pytest

import shapzero_lite as sz

SPECTRUM = "guide_rna/tiger_published_spectrum.npz"
VALUES = "guide_rna/tiger_published_shap_zero.csv"
RECORDED = "guide_rna/tiger_recorded_test.npz"
needs_data = pytest.mark.skipif(
    not all(sz.data.available(name) for name in (SPECTRUM, VALUES, RECORDED)),
    reason="the paper's reference data are absent: python tools/reference/fetch.py FOLDER, "
    "then set SHAPZERO_LITE_DATA=FOLDER",
)


def published_spectrum():
    with np.load(sz.data.path(SPECTRUM), allow_pickle=False) as file:
        alphabet = sz.Alphabet(str(file["letters"]))
        return sz.Spectrum(file["frequencies"], file["coefficients"], alphabet=alphabet)


@needs_data
def test_published_spectrum_gives_the_published_values():
    rows = np.loadtxt(sz.data.path(VALUES), dtype=str, delimiter=",", skiprows=1)
    values = sz.shapley_values(published_spectrum(), rows[:, 0].tolist())
    assert values.shape == (1038, 26)
    assert np.abs(values - rows[:, 1:].astype(float)).max() < 1e-9


@needs_data
def test_published_spectrum_has_the_published_quality():
    with np.load(sz.data.path(RECORDED), allow_pickle=False) as file:
        codes, y = file["sequences"], file["values"]
    error = y - published_spectrum().evaluate(codes)
    assert 1 - error @ error / ((y - y.mean()) ** 2).sum() == pytest.approx(0.548, abs=5e-4)
