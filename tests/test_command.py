"""The command `shapzero-lite`: its verbs, and what it says when something is wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import shapzero_lite as sz
from shapzero_lite import _command
from shapzero_lite._command import LESSONS, main


def notebook(path, code):
    """A small notebook with parameters, written by hand: nbformat may be absent."""
    parameters = 'number: int = 1  # doubled\nname: str = "a"  # any\nloud: bool = False'
    cells = [
        {"cell_type": "code", "id": id_, "metadata": {"tags": tags}, "source": source,
         "execution_count": None, "outputs": []}
        for id_, tags, source in [("parameters", ["parameters"], parameters), ("code", [], code)]
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def outputs(path):
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    return [o for cell in cells if cell["cell_type"] == "code" for o in cell["outputs"]]


def test_version_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "shapzero_lite", "--version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == f"shapzero-lite {sz.__version__}\n"


@pytest.mark.parametrize("verb", ["lessons", "lab", "run"])
def test_help_names_every_verb_and_each_has_help(verb, capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    assert f"    {verb} " in capsys.readouterr().out
    with pytest.raises(SystemExit, match="0"):
        main([verb, "--help"])
    assert "FOLDER" in capsys.readouterr().out


def test_lessons_are_copied_with_solutions(tmp_path, capsys):
    folder = tmp_path / "course"
    assert main(["lessons", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "19 files and 16 solutions are in" in said
    assert str(folder) in said
    copies = [path for path in folder.rglob("*") if path.is_file()]
    assert len(copies) == 35
    for copy in copies:
        assert copy.read_bytes() == (LESSONS / copy.relative_to(folder)).read_bytes()


def test_copied_lessons_reveal_their_solutions(tmp_path, capsys, monkeypatch):
    main(["lessons", str(tmp_path / "course")])
    solution = tmp_path / "course" / "solutions" / "ex01.py"
    text = solution.read_text(encoding="utf-8").replace("return ", "return mine or ", 1)
    solution.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "course")
    capsys.readouterr()
    sz.teach.reveal("1.1")
    assert "return mine or " in capsys.readouterr().out


def test_lessons_overwrite_nothing(tmp_path, capsys):
    (tmp_path / "03_shapley.ipynb").write_text("my work")
    assert main(["lessons", str(tmp_path)]) == 1
    assert "03_shapley.ipynb is there already. Nothing was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["03_shapley.ipynb"]
    (tmp_path / "03_shapley.ipynb").unlink()
    assert main(["lessons", str(tmp_path)]) == 0
    assert main(["lessons", str(tmp_path)]) == 1
    assert "README.md and 34 more files are there already" in capsys.readouterr().err


@pytest.fixture
def started(monkeypatch):
    """Commands that a verb started, in place of starting them."""
    commands = []

    def start(command, **settings):
        commands.append((command, settings["env"]))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(_command.subprocess, "run", start)
    return commands


def test_lab_copies_the_lessons_once(tmp_path, started, monkeypatch):
    pytest.importorskip("jupyterlab", reason="extra `lessons` is absent: jupyterlab")
    monkeypatch.chdir(tmp_path)
    assert main(["lab"]) == 0
    mine = tmp_path / "shapzero-lessons" / "00_start_here.ipynb"
    mine.write_text("my work")
    assert main(["lab", "shapzero-lessons", "--no-browser", "--port=8889"]) == 0
    assert mine.read_text() == "my work"
    command = [sys.executable, "-m", "jupyterlab", "shapzero-lessons"]
    assert [c for c, _ in started] == [command, [*command, "--no-browser", "--port=8889"]]
    assert started[0][1]["JUPYTER_PREFER_ENV_PATH"] == "1"


def test_other_verbs_refuse_options_that_they_do_not_know(tmp_path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["lessons", str(tmp_path / "course"), "--force"])
    assert "unknown arguments: --force" in capsys.readouterr().err
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize("arguments", [["lab", "new"], ["run", "04"]])
def test_missing_packages_are_named(arguments, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(_command, "find_spec", lambda name: None)
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1
    assert 'pip install "shapzero-lite[lessons]"' in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.fixture
def papermill():
    return pytest.importorskip("papermill", reason="extra `lessons` is absent: papermill")


def test_run_passes_parameters_and_keeps_the_lesson(tmp_path, papermill, capsys, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())  # run() writes into it
    lesson = notebook(tmp_path / "one.ipynb", "print(2 * number, name * 2, loud)")
    before = Path(lesson).read_bytes()
    out = tmp_path / "out"
    given = ["-p", "number", "21", "-p", "name", "12", "-p", "loud", "true"]
    assert main(["run", lesson, "--out", str(out), *given]) == 0
    (printed,) = outputs(out / "one.ipynb")
    assert "".join(printed["text"]) == "42 1212 True\n"
    assert Path(lesson).read_bytes() == before
    assert str(out / "one.ipynb") in capsys.readouterr().out
    assert main(["run", lesson, "--out", str(out)]) == 1
    assert "is there already: name another folder with --out" in capsys.readouterr().err


def test_run_says_which_cell_failed(tmp_path, papermill, capsys, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    lesson = notebook(tmp_path / "one.ipynb", "1 / (number - 1)")
    assert main(["run", lesson, "--out", str(tmp_path / "out")]) == 1
    assert "ZeroDivisionError: division by zero" in capsys.readouterr().err
    assert any(o["output_type"] == "error" for o in outputs(tmp_path / "out" / "one.ipynb"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["04", "99"], "no lesson is called '99'. The lessons: 00_start_here,"),
        (["4", "-p", "q", "3"], "lesson 4 has no parameter 'q'. Its parameters: letters, n, seed"),
        (["04_aliasing", "-p", "n", "many"], "n of lesson 04_aliasing is int, and not 'many'"),
    ],
)
def test_run_checks_all_before_it_starts(arguments, said, papermill, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["run", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_copied_lesson_runs_elsewhere(tmp_path, papermill, monkeypatch):
    monkeypatch.setattr(os, "environ", os.environ.copy())
    monkeypatch.chdir(tmp_path)
    assert main(["lessons", "course"]) == 0
    assert main(["run", "course/02_mobius.ipynb", "-p", "q", "3", "-o", "three"]) == 0
    assert not [o for o in outputs("three/02_mobius.ipynb") if o["output_type"] == "error"]
