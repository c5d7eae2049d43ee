"""The paper's published spectrum gives its published values; the supplement says so and runs."""

import asyncio

import nbformat
import numpy as np
import pytest
from lesson_notebooks import ROOT

import shapzero_lite as sz

NOTEBOOK = ROOT / "notebooks" / "supplement" / "published_values.ipynb"
SPECTRUM = "guide_rna/tiger_published_spectrum.npz"
VALUES = "guide_rna/tiger_published_shap_zero.csv"
RECORDED = "guide_rna/tiger_recorded_test.npz"
OTHERS = [
    "guide_rna/tiger_published_kernelshap.csv",
    "dna_repair/indelphi_published_spectrum.npz",
    "dna_repair/indelphi_recorded_test.npz",
]
needs_data = pytest.mark.skipif(
    not all(sz.data.available(name) for name in (SPECTRUM, VALUES, RECORDED, *OTHERS)),
    reason="the paper's reference data are absent: python tools/reference/fetch.py FOLDER, "
    "then set SHAPZERO_LITE_DATA=FOLDER",
)


def published_spectrum():
    with np.load(sz.data.path(SPECTRUM), allow_pickle=False) as file:
        alphabet = sz.Alphabet(str(file["letters"]))
        return sz.Spectrum(file["frequencies"], file["coefficients"], alphabet=alphabet)


def executed(notebook):
    """Return what the code cells of a notebook print, in a fresh kernel."""
    from nbclient import NotebookClient

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    # Not client.execute(), which leaves an event loop open: warnings are errors here.
    asyncio.run(client.async_execute())
    streams = [o for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "stream"]
    assert [o.text for o in streams if o.name == "stderr"] == []
    return "".join(o.text for o in streams)


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


@needs_data
@pytest.mark.slow
def test_supplement_prints_what_is_committed():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    committed = "".join(
        o.text
        for cell in notebook.cells
        for o in cell.get("outputs", [])
        if o.output_type == "stream"
    )
    assert "TIGER, SHAP zero values" in committed
    assert executed(notebook) == committed


@pytest.mark.slow
def test_supplement_without_data_says_how_to_get_them_and_stops(monkeypatch):
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    printed = executed(nbformat.read(NOTEBOOK, as_version=4))
    assert printed.count("\n") == 1
    assert "tools/reference/fetch.py" in printed
