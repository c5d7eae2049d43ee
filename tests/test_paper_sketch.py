"""The paper's recorded queries, decoded again, hold its published spectrum; the supplement runs."""

import nbformat
import numpy as np
import pytest
from lesson_notebooks import ROOT
from test_published_values import executed

import shapzero_lite as sz

NOTEBOOK = ROOT / "notebooks" / "supplement" / "paper_sketch.ipynb"
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


@needs_data
@pytest.mark.slow
def test_paper_sketch_prints_what_is_committed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    committed = "".join(o.text for o in outputs if o.output_type == "stream")
    assert "R² of the published spectrum" in committed
    assert executed(notebook) == committed


@pytest.mark.slow
def test_paper_sketch_without_data_says_how_to_get_them_and_stops(monkeypatch):
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    printed = executed(nbformat.read(NOTEBOOK, as_version=4))
    assert printed.count("\n") == 1
    assert "tools/reference/fetch.py" in printed
