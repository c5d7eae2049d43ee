"""Exercises: their numbers and solutions, and what lesson_trials.py says of small ones.

Those of the lessons are tried where the lessons run: lesson_items.py.
"""

import contextlib
import copy
import io
import os
import re

import notebook_form
import numpy as np
import pytest
from lesson_notebooks import LESSONS, notebook_of, printed
from lesson_trials import check, perturbed, run_cell, settings, solutions_in, try_stub
from wrong_answers import WRONG

from shapzero_lite.teach import reveal
from shapzero_lite.teach._mistakes import MISTAKES


def numbered():
    """Return (notebook, exercise) for every stub, without running anything."""
    return [
        pytest.param(path, number, id=f"{path.stem}-{number}")
        for path in LESSONS
        for cell in notebook_form.read(path).cells
        if cell.cell_type == "code" and "exercise" in cell.metadata.get("tags", [])
        for number in re.findall(r"""answer\(\s*["'](\d+\.\d+)["']""", cell.source)
    ]


def test_wrong_answers_belong_to_exercises():
    assert set(WRONG) | set(MISTAKES) <= {param.values[1] for param in numbered()}


@pytest.mark.parametrize("path", LESSONS[1:7], ids=lambda path: path.stem)
def test_a_lesson_has_six_exercises_an_open_question_and_three_mistakes_for_each(path):
    numbers = [param.values[1] for param in numbered() if param.values[0] == path]
    assert 6 <= len(numbers) <= 8
    for number in numbers:
        words = {words for _, words in MISTAKES[number]}
        assert len(words) >= 3, f"{number}: {words}"
    text = "\n".join(cell.source for cell in notebook_form.read(path).cells)
    assert text.count("by_hand=True") in (2, 3, 4)
    (number,) = re.findall(r"## Open question (\d\.\d)", text)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        reveal(number, path.parent / "solutions")
    assert len(out.getvalue().split()) > 30


@pytest.mark.parametrize("path", LESSONS[:12], ids=lambda path: path.stem)
def test_a_lesson_has_one_open_question_and_an_answer_to_compare(path):
    text = "\n".join(cell.source for cell in notebook_form.read(path).cells)
    (number,) = re.findall(r"^## Open question (\d+\.\d+) ", text, re.MULTILINE)
    assert f'then compare: `reveal("{number}")`' in " ".join(text.split())
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        reveal(number, path.parent / "solutions")
    assert len(out.getvalue().split()) > 30


TOLD = {"00", "07", "08", "09", "10", "11", "12", "13", "14", "15"}
KNOWN = [path for path in LESSONS if path.stem[:2] in TOLD]


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.stem)
def test_three_mistakes_of_each_later_exercise_are_told_by_name(path):
    numbers = [param.values[1] for param in numbered() if param.values[0] == path]
    assert len(numbers) >= 2
    for number in numbers:
        assert len({words for _, words in MISTAKES[number]}) >= 3, number


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_solution_belongs_to_an_exercise(path):
    number = int(re.match(r"\d+", path.name).group())
    solutions = solutions_in(path.parent / "solutions" / f"ex{number:02d}.py")
    stubs = {param.values[1] for param in numbered() if param.values[0] == path}
    assert set(solutions) == stubs


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_question_that_names_an_answer_has_one_and_no_answer_lacks_its_question(path):
    text = "\n".join(cell.source for cell in notebook_form.read(path).cells)
    asked = re.findall(r"^Answers: `reveal\(\"([^\"]+)\"\)`$", text, flags=re.MULTILINE)
    solutions = path.parent / "solutions" / f"ex{path.stem[:2]}.py"
    known = re.findall(r"^# question (.+)$", solutions.read_text(encoding="utf-8"), re.MULTILINE)
    assert asked == known
    for name in known:
        assert int(name.split()[0]) == int(path.stem[:2])
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            reveal(name, path.parent / "solutions")
        assert len(out.getvalue().split()) >= 15, name


GUESSED = [*LESSONS[:7], *LESSONS[8:11]]


@pytest.mark.parametrize("path", GUESSED, ids=lambda path: path.stem)
def test_what_is_explored_is_guessed_before_told_after_and_answered(path):
    cells = notebook_form.read(path).cells
    places = [i for i, cell in enumerate(cells) if cell.id.startswith("explore-")]
    assert places
    for at, end in zip(places, [*places[1:], len(cells)], strict=True):
        assert "Answers: `reveal(" in cells[at].source, cells[at].id
        moves = next(i for i in range(at, end) if cells[i].id.startswith("slider-"))
        before = "\n".join(cell.source for cell in cells[at:moves])
        asked = re.findall(r'^guess\("([^"]+)"', before, re.MULTILINE)
        assert asked, f"{cells[at].id}: no field before the slider"
        told = "\n".join(c.source for c in cells[moves:] if c.cell_type == "code")
        assert all(f'told("{name}"' in told for name in asked), cells[at].id


def test_the_environment_is_the_runners():
    assert os.environ["SHAPZERO_STATIC"] == "1"
    assert os.environ["OMP_NUM_THREADS"] == "1"


STUB = """def double(x):
    return ...


answer("98.1", double, cases=[((factor,), 6), ((np.ones(2),), np.full(2, 2.0))], hint="x + x")"""


def lesson(stub=STUB):
    return notebook_of(
        [
            ("imports", "code", "import numpy as np\nfrom shapzero_lite.teach import answer", []),
            ("code-1", "code", "factor = 3", []),
            ("stub-1", "exercise", stub, [printed("98.1: not answered yet\n")]),
            ("code-2", "code", "factor = 'changed later'", []),
        ]
    )


def double(x):
    """Return twice x."""
    return x + x


def tried_on(notebook, solutions):
    """Run a lesson up to its exercise, and try that."""
    namespace = {"__name__": "__main__"}
    for cell in notebook.cells:
        if "exercise" in cell.metadata.get("tags", []):
            return try_stub(cell, namespace, solutions)
        run_cell(cell.source, cell.id, namespace)
    raise ValueError("no exercise")


def test_a_stub_runs_committed_solved_and_mutated():
    tried = tried_on(lesson(), {"98.1": double})
    assert tried.committed == "98.1: not answered yet"
    assert tried.solved == "98.1: correct"
    assert isinstance(tried.mutant, AssertionError)
    assert "Hint: x + x" in str(tried.mutant)
    check("98.1", tried)


def test_a_solution_that_is_wrong_or_has_another_signature_is_caught():
    def double(x):
        """Return x."""
        return x

    with pytest.raises(AssertionError, match=r"98\.1: not yet"):
        tried_on(lesson(), {"98.1": double})
    other = lesson(STUB.replace("def double(x)", "def double(y)"))
    with pytest.raises(AssertionError, match="other arguments"):
        tried_on(other, {"98.1": double})
    with pytest.raises(AssertionError, match=r"no '# exercise 98\.1'"):
        tried_on(lesson(), {})


def test_a_check_that_accepts_anything_is_caught():
    stub = STUB[: STUB.index("answer(")] + 'print("98.1: correct")  # answer("98.1")'
    tried = tried_on(lesson(stub), {"98.1": double})
    assert tried.mutant is None
    with pytest.raises(AssertionError, match="as committed"):
        check("98.1", tried)


def test_solutions_are_found_by_their_comment(tmp_path):
    path = tmp_path / "ex98.py"
    path.write_text("import math\n\n\n# exercise 98.2\ndef root(x):\n    return math.sqrt(x)\n")
    assert solutions_in(path)["98.2"](9) == 3
    path.write_text("# exercise 98.2\nx = 1\n")
    with pytest.raises(AssertionError, match="no function below"):
        solutions_in(path)


@pytest.mark.parametrize(
    "value",
    [
        True,
        1,
        1.5,
        2j,
        "AC",
        [1, 2],
        (1, 2),
        {"a": 1},
        {},
        [],
        {1},
        None,
        np.ones(3),
        np.eye(2) > 0,
    ],
    ids=repr,
)
def test_a_perturbed_answer_is_never_accepted(value):
    from shapzero_lite.teach import answer

    with pytest.raises(AssertionError, match="Hint: look"):
        answer("1.1", lambda: perturbed(copy.deepcopy(value)), cases=[((), value)], hint="look")


def test_every_value_of_every_slider_is_drawn_once():
    pairs = settings({"k": [1, 2], "q": (4, 5)})
    assert pairs == [{"k": 1, "q": 4}, {"k": 1, "q": 5}, {"k": 2, "q": 4}, {"k": 2, "q": 5}]
    many = settings({"k": range(7), "q": [4, 5, 6]})
    assert [one["k"] for one in many if one["q"] == 4] == list(range(7))
    assert [one["q"] for one in many if one["k"] == 0] == [4, 5, 6]
    assert len(many) == 9
    rows = [one["row"] for one in settings({"row": range(1, 501)})]
    assert (rows[0], rows[-1], len(rows)) == (1, 500, 25)
