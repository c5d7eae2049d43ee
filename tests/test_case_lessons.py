"""Lessons 08 to 10 with a model of the reader's: it is asked, and wrong values are named early."""

import re

import pytest
import tiny_esm
from lesson_notebooks import LESSONS, printed_by
from test_parameters import refused, run_with

CASES = [path for path in LESSONS if path.stem[:2] in {"08", "09", "10"}]
each = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
(PROTEIN_LESSON,) = [path for path in CASES if path.stem.startswith("10")]


@pytest.fixture
def esm(tmp_path):
    """A folder with a tiny ESM-2 of random weights, long enough for the whole of GFP."""
    folder = tmp_path / "esm"
    folder.mkdir()
    return tiny_esm.write(folder, layers=1, longest=300)


@pytest.mark.slow
def test_the_protein_lesson_runs_with_a_language_model(esm, tmp_path):
    values = {"model": "real", "model_folder": str(esm), "residues": "145 203", "queries": 1000}
    out = tmp_path / "out"
    out.mkdir()
    notebook = run_with(PROTEIN_LESSON, values, out)
    lines = printed_by(notebook, "code-5").splitlines()
    # Two residues have 400 variants, all asked about; the wild type scores 0 by definition.
    assert lines[1] == "sketch of f: R² 1.00, order 2"
    told = printed_by(notebook, "code-told-gap").replace("-0.00", "0.00")
    assert "model 0.00, sketch " in told
    said = [line.split()[0] for line in printed_by(notebook, "check-5").splitlines()]
    assert said == ["Y145", "exact", "sketch", "corrected"]


@pytest.mark.slow
@each
@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"scale": "huge"}, "laptop.*paper"),
        ({"model": "real"}, "model_folder"),
    ],
    ids=["scale", "no-folder"],
)
def test_a_wrong_value_is_named_before_anything_is_computed(path, values, wanted):
    count, said = refused(path, values)
    assert re.match(f"ValueError: .*{wanted}", said, re.DOTALL), said
    assert count <= 4  # parameters, the values given, imports, model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"model": "real", "model_folder": "./nowhere"}, "FileNotFoundError.*there is no folder"),
        ({"residues": "145 Y148"}, "TypeError: positions are whole numbers.*'Y148'"),
    ],
    ids=["folder", "letter"],
)
def test_the_protein_lesson_names_what_is_not_there(values, wanted):
    count, said = refused(PROTEIN_LESSON, values)
    assert re.match(wanted, said, re.DOTALL), said
    assert count <= 3
