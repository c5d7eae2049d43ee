"""The course for nbgrader: what it holds, and what nbgrader makes of it.

Its notebooks are checked without nbgrader; `make test-course` has nbgrader, and grades students.
"""

import csv
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import make_course
import nbformat
import notebook_form
import pytest
from lesson_notebooks import LESSONS, STUB, notebook_of
from notebook_form import LessonError
from test_exercises import numbered

from shapzero_lite.teach import answer

ROOT = Path(__file__).resolve().parents[1]
ROLES = {"grade", "solution", "locked", "task"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The whole course."""
    out = tmp_path_factory.mktemp("course")
    make_course.make(LESSONS, out)
    return out


def source(course, stem):
    return nbformat.read(course / "source" / stem / f"{stem}.ipynb", as_version=4)


def part(cell):
    return cell.metadata.get("nbgrader", dict.fromkeys(ROLES, False))


def without_answers(notebook):
    """Cut the answers out, as nbgrader does."""
    for cell in notebook.cells:
        cut = r"(?ms)^( *)(?:###|<!--) BEGIN SOLUTION.*?END SOLUTION[^\n]*$"
        cell.source = re.sub(cut, r"\1return ...", cell.source)
    return notebook


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_metadata_is_what_nbgrader_asks_for(course, path):
    """Version 3 of its schema, and what it checks beside the schema."""
    made = source(course, path.stem)
    nbformat.validate(made)
    names = Counter()
    for cell in made.cells:
        given = part(cell)
        assert all(isinstance(given[role], bool) for role in ROLES)
        assert ("BEGIN SOLUTION" in cell.source) == ("END SOLUTION" in cell.source)
        assert ("BEGIN SOLUTION" in cell.source) == given["solution"]
        if "nbgrader" not in cell.metadata:
            assert cell.cell_type == "markdown", f"{cell.id} would not be restored"
            continue
        assert set(given) - ROLES - {"points"} == {"grade_id", "schema_version", "cell_type"}
        assert given["schema_version"] == 3
        assert given["cell_type"] == cell.cell_type
        assert re.fullmatch(r"[\w-]+", given["grade_id"])
        names[given["grade_id"]] += 1
        assert ("points" in given) == given["grade"]
        assert given.get("points", 1) > 0
        assert given["locked"] or given["solution"]
        if cell.cell_type == "markdown":
            assert given["grade"]
            assert given["solution"]
    assert set(names.values()) == {1}


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_students_get_the_lesson_s_exercises_with_points_and_no_answer(course, path):
    students = without_answers(source(course, path.stem))
    stubs = [cell for cell in notebook_form.read(path).cells if "answer(" in cell.source]
    stubs = [cell for cell in stubs if "exercise" in cell.metadata.get("tags", [])]
    numbers = [param.values[1] for param in numbered() if param.values[0] == path]
    by_name = {part(cell).get("grade_id"): cell for cell in students.cells}
    for stub, number in zip(stubs, numbers, strict=True):
        name = number.replace(".", "-")
        halves = [by_name[f"{word}-{name}"].source for word in ("answer", "check")]
        halves[1] = halves[1].removeprefix("from shapzero_lite.teach import answer\n\n")
        assert "\n\n\n".join(halves) == stub.source  # nothing lost, nothing added
    text = "\n".join(cell.source for cell in students.cells)
    assert text.count(" point") >= len(numbers)
    assert "`reveal(" not in text
    asked = re.findall(r"^## Open question (\d+)\.(\d+) .*, 3 points$", text, flags=re.MULTILINE)
    assert [f"open-{a}-{b}" for a, b in asked] == [
        name for name in by_name if name and re.fullmatch(r"open-\d+-\d+", name)
    ]


def test_the_answer_key_has_every_answer(course):
    for path in LESSONS:
        key = (course / "answer_key" / f"{path.stem}.md").read_text(encoding="utf-8")
        numbers = [param.values[1] for param in numbered() if param.values[0] == path]
        assert re.findall(r"^## Exercise (\S+)", key, flags=re.MULTILINE) == numbers
        assert key.count("```python\ndef ") == len(numbers)
        assert "SOLUTION" not in key


def test_a_hard_exercise_is_worth_more(course):
    points = {
        part(cell)["grade_id"]: part(cell)["points"]
        for cell in source(course, "01_fourier").cells
        if part(cell)["grade"]
    }
    assert points == {
        "check-1-1": 1, "check-1-2": 1, "check-1-3": 2, "check-1-4": 2, "check-1-5": 2,
        "check-1-6": 3, "open-1-7": 3,
    }  # fmt: skip


def test_what_a_solution_imports_comes_with_it():
    exercise = "## Exercise 98.1 · twice · easy, 3 minutes\nWrite it."
    cells = [("imports", "code", "import numpy as np", []), ("exercise-1", "text", exercise, [])]
    lesson = notebook_of([*cells, ("stub-1", "exercise", STUB.format(1), [])])
    ours = "import math\nimport numpy as np\n\n\n# exercise 98.1\ndef double(x):\n"
    ours += '    """Return 2x."""\n    return math.fsum(np.array([x, x]))\n'
    (filled,) = [c for c in make_course.assignment(lesson, ours).cells if part(c)["solution"]]
    assert "    import math\n" in filled.source
    assert "import numpy" not in filled.source
    with pytest.raises(LessonError, match=r"no '# exercise 98\.1'"):
        make_course.assignment(lesson, "")
    lesson.cells[1].source = "## Exercise 98.1 · twice"
    with pytest.raises(LessonError, match="cell stub-1 has no check, or its exercise no heading"):
        make_course.assignment(lesson, ours)


def test_an_empty_answer_fails_where_nbgrader_executes(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    cases = [((2,), 4)]
    for empty in (lambda x: ..., lambda x: ... + x):
        with pytest.raises(AssertionError, match=r"2\.1: not answered yet"):
            answer("2.1", empty, cases)
    answer("2.1", lambda x: 2 * x, cases)


# ---- under nbgrader

STUDENTS = {
    "right": lambda cell, ours: ours,
    "wrong": lambda cell, ours: cell.replace("return ...", "return 'wrong'"),
    "empty": lambda cell, ours: cell,
    "cheat": lambda cell, ours: cell + "\n\n\ndef answer(*_, **__):\n    print('correct')",
    "half": lambda cell, ours: ours if "def three_thresholds" in cell else cell,
}


def nbgrader(course, *arguments):
    """Run nbgrader in the course, with a kernel of this environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_PREFER_ENV_PATH": "1"}
    programs = str(Path(sys.executable).parent)  # nbgrader calls alembic, which lies there
    environment["PATH"] = os.pathsep.join([programs, os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "nbgrader", *arguments],
        cwd=course, env=environment, capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]


def hand_in(course, stem, student, change):
    """Fill in the released lesson, one answer after another, and hand it in."""
    released = nbformat.read(course / "release" / stem / f"{stem}.ipynb", as_version=4)
    ours = {part(cell).get("grade_id"): cell.source for cell in source(course, stem).cells}
    for cell in released.cells:
        if part(cell)["solution"] and cell.cell_type == "code":
            cell.source = change(cell.source, ours[part(cell)["grade_id"]])
        if student == "cheat" and part(cell)["grade"] and part(cell)["locked"]:
            cell.source = "print('correct')"  # nbgrader puts back what is locked
    target = course / "submitted" / student / stem / f"{stem}.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(nbformat.writes(released), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None,
    reason="extra `course` is absent: nbgrader (make test-course has it)",
)
def test_nbgrader_releases_the_lesson_and_grades_what_is_handed_in(tmp_path):
    stem = os.environ.get("SHAPZERO_COURSE_LESSON", "02_mobius")
    (path,) = [path for path in LESSONS if path.stem == stem]
    make_course.make([path], tmp_path)
    nbgrader(tmp_path, "generate_assignment", stem)
    released = (tmp_path / "release" / stem / f"{stem}.ipynb").read_text(encoding="utf-8")
    assert "SOLUTION" not in released
    expected = without_answers(source(tmp_path, stem))
    for cell, made in zip(json.loads(released)["cells"], expected.cells, strict=True):
        if part(made)["solution"] and made.cell_type == "code":
            assert "".join(cell["source"]) == made.source
    for student, change in STUDENTS.items():
        hand_in(tmp_path, stem, student, change)
    nbgrader(tmp_path, "autograde", stem, "--create")
    nbgrader(tmp_path, "export")
    with (tmp_path / "grades.csv").open(encoding="utf-8") as table:
        rows = {row["student_id"]: row for row in csv.DictReader(table)}
    parts = [part(cell) for cell in expected.cells]
    automatic = sum(p["points"] for p in parts if p["grade"] and not p["solution"])
    first = 1 if stem == "02_mobius" else 0
    scores = {student: float(row["score"]) for student, row in rows.items()}
    assert scores == {"right": automatic, "wrong": 0, "empty": 0, "cheat": 0, "half": first}
    worth = sum(p.get("points", 0) for p in parts)
    assert {float(row["max_score"]) for row in rows.values()} == {worth}
