"""The supplement runs with other parameters than those it was committed with (papermill).

The other values stand in a notebook's own metadata, `shapzero.other_parameters`: a list of
{parameter: value}. Papermill only warns of a name that the notebook does not have, so names are
checked first. With those of a lesson it runs in lesson_items.py.
"""

import json
from pathlib import Path

import nbformat
import notebook_form
import papermill
import pytest
import sketch_memory
from lesson_notebooks import SUPPLEMENT, notebook_of, run_here
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook


def run_with(path, values, folder):
    """Execute a notebook with other parameter values; return the executed notebook.

    Raises ValueError for a parameter that the notebook does not have.
    """
    path = Path(path)
    known = set(papermill.inspect_notebook(str(path)))
    unknown = sorted(set(values) - known)
    if unknown:
        raise ValueError(f"{path.name} has no parameter {unknown}; it has {sorted(known)}")
    papermill.execute_notebook(
        str(path),
        str(Path(folder) / path.name),
        parameters=values,
        cwd=str(path.parent),
        kernel_name="python3",
        progress_bar=False,
    )
    return nbformat.read(Path(folder) / path.name, as_version=4)


def refused(path, values):
    """Run a notebook here with other values until a cell raises; return (cells begun, message)."""
    notebook = parameterize_notebook(load_notebook_node(str(path)), values)
    _, count, error = run_here(notebook, path.parent)
    return count, f"{type(error).__name__}: {error}"


def cases():
    """Return (notebook, values) for every set of other parameters."""
    found = []
    for path in SUPPLEMENT:
        others = notebook_form.read(path).metadata.get("shapzero", {})
        for values in others.get("other_parameters", []):
            named = ",".join(f"{name}={value}" for name, value in values.items())
            found.append(pytest.param(path, values, id=f"{path.stem}-{named}"))
    return found


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    """A folder in which kernels keep the sketches that they learn."""
    folder = tmp_path_factory.mktemp("ipython")
    sketch_memory.profile(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("path", "values"), cases())
def test_runs_with_other_parameters(path, values, memory, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(memory))
    notebook = run_with(path, values, tmp_path)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", f"cell {cell.id}: {output.text}"


@pytest.fixture
def small(tmp_path):
    cells = [
        ("parameters", "parameters", "q: int = 4  # letters", []),
        ("check-1", "code", "assert q < 9, q\nprint(q * 2)", []),
    ]
    path = tmp_path / "98_small.ipynb"
    path.write_text(notebook_form.to_text(notebook_of(cells)), encoding="utf-8")
    return path


def test_another_value_reaches_the_notebook(small, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    notebook = run_with(small, {"q": 5}, folder)
    assert notebook.cells[-1].outputs[0].text == "10\n"
    assert json.loads(small.read_text())["cells"][0]["source"] == ["q: int = 4  # letters"]


def test_a_cell_that_fails_is_an_error(small, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(papermill.PapermillExecutionError, match="AssertionError"):
        run_with(small, {"q": 9}, folder)


def test_a_cell_that_refuses_a_value_is_counted(small):
    assert refused(small, {"q": 9}) == (3, "AssertionError: 9")  # parameters, the value, the check
    assert refused(small, {"q": 5}) == (3, "NoneType: None")


def test_an_unknown_parameter_is_refused(small, tmp_path):
    with pytest.raises(
        ValueError, match=r"98_small.ipynb has no parameter \['r'\]; it has \['q'\]"
    ):
        run_with(small, {"r": 5}, tmp_path)
