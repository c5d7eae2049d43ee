"""Each notebook of the supplement prints what is committed; without data it says so and stops.

The first two of them, on the published values and the paper's sketch, have tests of their own.
"""

import re

import nbformat
import pytest
from lesson_notebooks import ROOT, SUPPLEMENT
from test_published_values import executed

import shapzero_lite as sz

OTHERS = [p for p in SUPPLEMENT if p.stem not in {"published_values", "paper_sketch"}]
README = ROOT / "notebooks" / "supplement" / "README.md"
LISTED = [
    line.split()[0]
    for line in (ROOT / "data" / "reference.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
needs_data = pytest.mark.skipif(
    not all(sz.data.available(name) for name in LISTED if name[:3] in {"gui", "dna"}),
    reason="the paper's reference data are absent: python tools/reference/fetch.py FOLDER, "
    "then set SHAPZERO_LITE_DATA=FOLDER",
)
each = pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)


@needs_data
@pytest.mark.slow
@each
def test_prints_what_is_committed(path):
    notebook = nbformat.read(path, as_version=4)
    outputs = [o for cell in notebook.cells for o in cell.get("outputs", [])]
    committed = "".join(o.text for o in outputs if o.output_type == "stream")
    assert committed.count("\n") > 5
    assert executed(notebook) == committed


@pytest.mark.slow
@each
def test_without_data_says_how_to_get_them_and_stops(path, monkeypatch):
    monkeypatch.delenv("SHAPZERO_LITE_DATA", raising=False)
    printed = executed(nbformat.read(path, as_version=4))
    assert printed.count("\n") == 1
    assert "tools/reference/fetch.py" in printed


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
    assert len(numbers) == len(set(numbers)) == len(SUPPLEMENT)
