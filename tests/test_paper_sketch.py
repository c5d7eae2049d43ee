"""The paper's recorded queries, decoded again, hold its published spectrum."""

import numpy as np
import pytest

import shapzero_lite as sz

QUERIES, TEST, PUBLISHED = (
    f"guide_rna/tiger_{part}.npz"
    for part in ("recorded_queries", "recorded_test", "published_spectrum")
)
needs_data = pytest.mark.skipif(
    not all(sz.data.available(name) for name in (QUERIES, TEST, PUBLISHED)),
    reason="the paper's recorded queries are absent: python tools/reference/fetch.py FOLDER, "
    "then set SHAPZERO_LITE_DATA=FOLDER",
)


@pytest.fixture(scope="module")
def decoded():
    """Return the sketch that the recorded queries hold: the other files are not opened for it."""
    with np.load(sz.data.path(QUERIES), allow_pickle=False) as file:
        parts = [file[name] for name in ("subsampling", "delays", "values")]
        return sz.qsft.decode(*parts, sz.Alphabet(str(file["letters"])))


@needs_data
@pytest.mark.slow
def test_decoded_queries_predict_at_least_as_well_as_the_published_spectrum(decoded):
    with np.load(sz.data.path(TEST), allow_pickle=False) as file:
        codes, y = file["sequences"], file["values"]
    error = y - decoded.spectrum.evaluate(codes)
    r2 = 1 - error @ error / ((y - y.mean()) ** 2).sum()
    assert r2 >= 0.545
    assert decoded.r2_interval[0] <= r2 <= decoded.r2_interval[1]
    assert decoded.n_queries == 3_981_312


@needs_data
@pytest.mark.slow
def test_decoded_spectrum_holds_the_published_one(decoded):
    with np.load(sz.data.path(PUBLISHED), allow_pickle=False) as file:
        published = dict(zip(map(bytes, file["frequencies"]), file["coefficients"], strict=True))
    spectrum = decoded.spectrum
    ours = dict(zip(map(bytes, spectrum.frequencies), spectrum.coefficients, strict=True))
    shared = sum(abs(F) ** 2 for k, F in published.items() if k in ours)
    assert shared >= 0.9 * sum(abs(F) ** 2 for F in published.values())
    # Not only the places: the numbers there are the same too.
    assert sum(abs(F - ours[k]) ** 2 for k, F in published.items() if k in ours) < 0.05 * shared
