"""The runner: executes, normalises, compares, writes whole files or none."""

import json
import os
import stat
from pathlib import Path

import nbformat
import notebook_differences
import notebook_form
import pytest
import run_notebooks
from lesson_notebooks import ALT, notebook_of, picture, png, printed, small_lesson

SHOW = f"""from base64 import b64decode
from IPython.display import display
display({{"image/png": "{png()}"}}, raw=True, metadata={{"image/png": {{"alt": "{ALT}"}}}})"""


def write(folder, name, cells):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook_form.to_text(notebook_of(cells)), encoding="utf-8")
    return path


def lesson_cells(text="6\n", shown=None):
    shown = shown or png()
    output = nbformat.v4.new_output(
        "display_data", data={"image/png": shown}, metadata={"image/png": {"alt": ALT}}
    )
    return [
        ("title", "text", "# 98 · Small\n**By the end** we know $x^2$. Takes 3 minutes.", []),
        ("code-1", "code", "print(2 * 3)", [printed(text)]),
        ("figure-1", "code", SHOW, [output]),
    ]


@pytest.fixture
def run(tmp_path):
    """Return a function that runs the command line over the notebooks in tmp_path."""
    return lambda *options: run_notebooks.main(["--notebooks", str(tmp_path), *options])


def test_executes_in_place_and_normalises(tmp_path, run, capsys):
    cells = [
        ("parameters", "parameters", "q: int = 4  # letters", []),
        ("code-1", "code", "import os\nprint('a')\nprint(os.environ['OMP_NUM_THREADS'])", []),
        ("code-2", "code", "print(os.environ['SHAPZERO_STATIC'], end='')\nq", []),
        ("figure-1", "code", SHOW, []),
    ]
    path = write(tmp_path, "98_small.ipynb", cells)
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["language_info"]["version"] = "3.11.7"
    notebook.metadata["widgets"] = {"state": {}}
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    nbformat.write(notebook, path)
    assert run() == 0
    assert "98_small" in capsys.readouterr().out
    text = path.read_text(encoding="utf-8")
    done = json.loads(text)
    assert text.endswith("}\n")
    assert done["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    assert [cell["id"] for cell in done["cells"]] == [cell[0] for cell in cells]
    assert [cell["execution_count"] for cell in done["cells"]] == [1, 2, 3, 4]
    assert [cell["metadata"] for cell in done["cells"]] == [{"tags": ["parameters"]}, {}, {}, {}]
    assert done["cells"][1]["outputs"] == [
        {"name": "stdout", "output_type": "stream", "text": ["a\n", "1\n"]}
    ]
    assert done["cells"][2]["outputs"][1]["data"] == {"text/plain": ["4"]}
    assert done["cells"][3]["outputs"][0]["metadata"] == {"image/png": {"alt": ALT}}
    assert run() == 0
    assert "unchanged" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == text


def test_check_accepts_what_is_committed_and_a_pixel_that_moved_a_level(tmp_path, run, capsys):
    cells = lesson_cells(shown=png(changed=3, levels=1))
    path = write(tmp_path, "98_small.ipynb", cells)
    before = path.read_bytes()
    assert run("--check") == 0
    assert "same as committed" in capsys.readouterr().out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (lesson_cells(text="7\n"), "cell code-1: '7' is committed, now '6'"),
        (lesson_cells(shown=png(changed=60, levels=90)), "cell figure-1: the picture changed"),
        (lesson_cells(shown=png(width=41)), "cell figure-1: the picture was 41 x 30 pixels"),
    ],
    ids=["text", "picture", "size"],
)
def test_check_names_the_cell_that_differs(tmp_path, run, capsys, cells, message):
    path = write(tmp_path, "98_small.ipynb", cells)
    before = path.read_bytes()
    assert run("--check") == 1
    out = capsys.readouterr().out
    assert message in out
    assert "DIFFERS" in out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0", "cell code-2 raised ZeroDivisionError: division by zero"),
        ("import sys\nprint('careful', file=sys.stderr)", "cell code-2 wrote to stderr: careful"),
        ("import os\nos._exit(1)", "cell code-2 did not finish"),
    ],
    ids=["raises", "stderr", "dies"],
)
def test_a_failing_cell_leaves_the_file_and_gives_status_1(tmp_path, run, capsys, source, message):
    cells = [("code-1", "code", "x = 1", []), ("code-2", "code", source, [])]
    path = write(tmp_path, "98_small.ipynb", cells)
    before = path.read_bytes()
    assert run() == 1
    out = capsys.readouterr().out
    assert message in out
    assert "not in order: 98_small" in out
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["98_small.ipynb"]


def test_two_at_a_time_without_touching_the_notebooks(tmp_path, capsys):
    paths = [
        write(tmp_path, "97_first.ipynb", lesson_cells(text="old\n")),
        write(tmp_path, "98_bad.ipynb", [("code-1", "code", "1 / 0", [])]),
        write(tmp_path, "supplement/more.ipynb", lesson_cells(text="old\n")),
    ]
    before = [path.read_bytes() for path in paths]
    outcomes = run_notebooks.run_all(paths, "execute", jobs=2)
    assert [outcome.path for outcome in outcomes] == paths
    assert [outcome.result for outcome in outcomes] == ["executed", "FAILED", "executed"]
    assert [outcomes[i].notebook.cells[1].outputs[0].text for i in (0, 2)] == ["6\n", "6\n"]
    assert [path.read_bytes() for path in paths] == before
    assert capsys.readouterr().out.count(" min  executed") == 2


def test_lessons_are_found_by_number_name_and_path(tmp_path):
    first = write(tmp_path, "01_one.ipynb", [])
    second = write(tmp_path, "02_two.ipynb", [])
    extra = write(tmp_path, "supplement/more.ipynb", [])
    find = run_notebooks.find
    assert find([], tmp_path, supplement=False) == [first, second]
    assert find([], tmp_path, supplement=True) == [first, second, extra]
    assert find(["02", "01_one.ipynb", "02_two"], tmp_path, supplement=False) == [second, first]
    assert find([str(extra)], tmp_path, supplement=False) == [extra]
    with pytest.raises(SystemExit, match="no lesson is called '07'; there are: 01_one, 02_two"):
        find(["07"], tmp_path, supplement=False)


def test_no_lessons_is_no_error(run, capsys):
    assert run() == 0
    assert "there are no lessons" in capsys.readouterr().out


def test_no_job_at_all_is_refused(run):
    with pytest.raises(SystemExit) as stopped:
        run("--jobs", "0")
    assert stopped.value.code == 2


def test_a_write_that_is_cut_short_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "98_small.ipynb"
    path.write_text("old", encoding="utf-8")

    def killed(source, target):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notebook_form.Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            notebook_form.write_atomically(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
    if os.name == "posix":
        path.chmod(0o640)
        notebook_form.write_atomically(path, "new")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_differences_tell_what_changed():
    old, new = small_lesson(), small_lesson()
    assert notebook_differences.differences(old, new) == []
    cells = {cell.id: cell for cell in new.cells}
    cells["check-1"].outputs = []
    cells["figure-1"].outputs = [picture()]
    cells["figure-1"].outputs[0].metadata["image/png"]["alt"] = "Something else, just as long"
    cells["stub-1"].outputs = [picture()]
    cells["slider-1"].outputs[0].data["text/plain"] = "Figure: changed\nand longer"
    cells["control"].execution_count = 7
    other = "{'alt': 'Something else, just as long'}"
    assert notebook_differences.differences(old, new) == [
        "cell check-1: 'stream' is committed, now None",
        f"cell figure-1: \"image/png {{'alt': '{ALT}'}}\" is committed, now \"image/png {other}\"",
        f"cell slider-1: 'Figure: {ALT}' is committed, now 'Figure: changed'",
        "cell stub-1: 'stream' is committed, now 'display_data'",
        "cell control: 'execution count 9' is committed, now 'execution count 7'",
    ]


def test_frames_of_a_slider_are_kept_and_compared_as_pictures():
    def explored(changed=0, levels=0, word="2"):
        notebook = small_lesson()
        (cell,) = [cell for cell in notebook.cells if cell.id == "slider-1"]
        frames = {"words": ["1", word], "name": "q", "png": png(80, 30, changed, levels)}
        cell.outputs[0].metadata["image/png"]["frames"] = frames
        return notebook_form.normalise(notebook)

    compare = notebook_differences.differences
    assert compare(explored(), explored(1, 1)) == []
    read = nbformat.reads(notebook_form.to_text(explored()), as_version=4)  # keys in order
    assert compare(read, explored()) == []
    (reason,) = compare(explored(), explored(600, 90))
    assert reason.startswith("cell slider-1: the picture changed")
    (reason,) = compare(explored(), explored(word="3"))
    assert "'words': ['1', '3']" in reason


def test_a_folded_cell_is_folded_in_jupyterlab_too():
    notebook = small_lesson()
    notebook.cells[8].metadata["tags"] = [notebook_form.FOLDED]
    tidy = notebook_form.normalise(notebook)
    assert tidy.cells[8].metadata == {"tags": ["hide-input"], "jupyter": {"source_hidden": True}}


def test_front_matter_is_empty_where_a_notebook_has_none():
    empty = {"title": "", "claim": "", "minutes": ""}
    assert notebook_form.front_matter(notebook_of([])) == empty
    assert notebook_form.front_matter(small_lesson()) == {
        "title": "98 · Small",
        "claim": "By the end you will have shown that two is two.",
        "minutes": "20",
    }


def test_the_tool_stands_alone():
    assert Path(run_notebooks.__file__).parent == run_notebooks.ROOT / "tools" / "lessons"
