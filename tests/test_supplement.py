"""Each notebook of the supplement prints what is committed; without data it says so and stops."""

import re

import nbformat
import numpy as np
import pytest
import run_notebooks
import sketch_memory
from lesson_notebooks import ROOT, SUPPLEMENT, run_here

import shapzero_lite as sz

README = ROOT / "notebooks" / "supplement" / "README.md"
HEADINGS = {
    "published_values": "TIGER, SHAP zero values",
    "paper_sketch": "R² of the published spectrum",
}
# How many sketches a notebook learns; all are among those of the paper's own sketch.
LEARNT = {
    "accuracy": 1,
    "faith_shap": 1,
    "top_interactions": 1,
    "kernelshap_agreement": 2,
    "paper_sketch": 4,
}
LISTED = [
    line.split()[0]
    for line in (ROOT / "data" / "reference.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
needs_data = pytest.mark.skipif(
    not all(sz.data.available(name) for name in LISTED if name[:3] in {"gui", "dna", "pub"}),
    reason="the paper's reference data are absent: python tools/reference/fetch.py FOLDER, "
    "then set SHAPZERO_LITE_DATA=FOLDER",
)
each = pytest.mark.parametrize("path", SUPPLEMENT, ids=lambda path: path.stem)


def printed(notebook):
    """Return what all cells of a notebook print."""
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    return "".join(o.text for o in outputs if o.output_type == "stream")


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    """A folder in which kernels keep the sketches that they learn."""
    folder = tmp_path_factory.mktemp("ipython")
    sketch_memory.profile(folder)
    return folder


@needs_data
@pytest.mark.slow
@each
def test_prints_what_is_committed(path, memory, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(memory))
    committed = printed(nbformat.read(path, as_version=4))
    assert committed.count("\n") > 5
    assert HEADINGS.get(path.stem, "") in committed
    assert printed(run_notebooks.execute(path)) == committed
    kept = len(list(memory.glob("*.npz")))
    assert LEARNT.get(path.stem, 0) <= kept <= max(LEARNT.values())


def test_a_kernel_remembers_samples_and_arguments(tmp_path, monkeypatch):
    learn = sz.sketch_from_samples
    monkeypatch.setattr(sz, "sketch_from_samples", learn)  # set back at the end
    sketch_memory.remember(tmp_path)
    x = sz.DNA.random(400, 4, seed=0)
    y = (x[:, 0] == 2) + 2.0 * (x[:, 1] == x[:, 2])
    for _ in range(2):
        sketch = sz.sketch_from_samples(x, y, alphabet=sz.DNA, seed=1)
        known = learn(x, y, alphabet=sz.DNA, seed=1)
        np.testing.assert_array_equal(sketch.spectrum.coefficients, known.spectrum.coefficients)
        assert (sketch.r2, sketch.n_queries) == (known.r2, known.n_queries)
    assert len(list(tmp_path.iterdir())) == 1
    sz.sketch_from_samples(x, y + 1, alphabet=sz.DNA, seed=1)
    sz.sketch_from_samples(x[::-1], y, alphabet=sz.DNA, seed=1)
    sz.sketch_from_samples(x, y, alphabet=sz.Alphabet("ACTG"), seed=1)
    sz.sketch_from_samples(x, y, alphabet=sz.DNA, seed=2)
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.slow
@each
def test_without_data_says_how_to_get_them_and_stops(path, monkeypatch):
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    said, _, error = run_here(nbformat.read(path, as_version=4), path.parent)
    assert error is None
    assert said.count("\n") == 1
    assert "tools/reference/fetch.py" in said


@each
def test_says_what_matches_and_what_does_not(path):
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    assert "**Verdict.**" in text


def test_the_table_of_the_folder_lists_every_notebook():
    listed = re.findall(r"\]\((\w+)\.ipynb\)", README.read_text(encoding="utf-8"))
    assert sorted(listed) == [path.stem for path in SUPPLEMENT]


def test_figures_are_numbered_once():
    captions = [
        cell.source
        for path in SUPPLEMENT
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    ]
    numbers = re.findall(r"\*\*Figure (S\.\d+)\.\*\*", "\n".join(captions))
    assert len(numbers) == len(set(numbers)) >= len(SUPPLEMENT)
