"""Exercises: committed unanswered, the solution is accepted, a wrong answer gets the hint.

A lesson's code runs once, cell by cell, in one namespace. At each stub the cell runs as committed,
then with the function of notebooks/solutions in place of the learner's, then with a mutant of it,
and with known mistakes, each of which must be told by name, and the cheats of wrong_answers.py.
"""

import ast
import contextlib
import copy
import inspect
import io
import os
import re
import runpy
import warnings
from dataclasses import dataclass
from functools import cache
from numbers import Number

import matplotlib as mpl
import notebook_form
import numpy as np
import pytest
from lesson_notebooks import LESSONS, notebook_of, printed
from wrong_answers import WRONG, cheat_that_equals_everything

from shapzero_lite.teach import reveal
from shapzero_lite.teach._mistakes import MISTAKES

EXERCISE = re.compile(r"#\s*exercise\s+(\d+\.\d+)\s*")


@dataclass
class Tried:
    """What the stub of one exercise printed or raised: committed, solved, mutated."""

    cell: str
    committed: str
    solved: str
    mutant: BaseException | None
    hint: str
    refused: list[str]  # what each wrong answer was told


def solutions_in(path):
    """Return {"2.1": function} from a file of solutions."""
    lines = path.read_text(encoding="utf-8").splitlines()
    namespace = runpy.run_path(str(path))
    found = {}
    for number, line in enumerate(lines):
        match = EXERCISE.fullmatch(line)
        if match:
            name = re.match(r"def (\w+)", lines[number + 1])
            assert name, f"{path.name}: no function below '# exercise {match.group(1)}'"
            assert match.group(1) not in found, f"{path.name}: {line} stands there twice"
            found[match.group(1)] = namespace[name.group(1)]
    return found


def perturbed(value):
    """Return an answer that is wrong, of the same type and shape where there is one."""
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return ~value if value.dtype.kind == "b" else value + 1
    if isinstance(value, Number):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, dict):
        return {key: perturbed(part) for key, part in value.items()} or {"wrong": 1}
    if isinstance(value, list | tuple):
        return type(value)(perturbed(part) for part in value) or type(value)([1])
    if isinstance(value, set | frozenset):
        return value ^ {"wrong"}
    return "wrong"


def mutant_of(function):
    """Return a function that gives function's answers, perturbed."""

    def mutant(*args, **kwargs):
        return perturbed(function(*args, **kwargs))

    mutant.__name__ = function.__name__
    return mutant


def run_cell(code, name, namespace):
    exec(compile(code, f"<{name}>", "exec"), namespace)  # noqa: S102  (code of our own lessons)


def run_stub(cell, namespace, answer=None):
    """Run a stub cell, with answer in place of its function; return what it printed."""
    tree = ast.parse(cell.source)
    if answer is not None:
        (learner,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        tree.body.remove(learner)
        namespace[learner.name] = answer
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run_cell(tree, cell.id, namespace)
    return out.getvalue().strip()


def try_exercises(notebook, folder, solutions):
    """Run the lesson in its folder; return {"2.1": Tried} for its stubs."""
    tried = {}
    namespace = {"__name__": "__main__"}
    # A lesson sets the suite's look, which must not reach the tests that come after.
    with contextlib.chdir(folder), mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            if "exercise" not in cell.metadata.get("tags", []):
                with contextlib.redirect_stdout(io.StringIO()):
                    run_cell(cell.source, cell.id, namespace)
                continue
            number = re.search(r"""answer\(\s*["'](\d+\.\d+)["']""", cell.source).group(1)
            assert number in solutions, f"no '# exercise {number}' among the solutions"
            _same_signature(cell, solutions[number])
            solved = run_stub(cell, dict(namespace), solutions[number])
            mutant = None
            try:
                run_stub(cell, dict(namespace), mutant_of(solutions[number]))
            except Exception as error:  # noqa: BLE001  (the test says which kind it must be)
                mutant = error
            refused = [_refusal(cell, dict(namespace), wrong) for wrong, _ in wrong_for(number)]
            committed = run_stub(cell, namespace)
            hint = _hint(cell, namespace)
            tried[number] = Tried(cell.id, committed, solved, mutant, hint, refused)
    return tried


def wrong_for(number):
    """Return [(wrong function, words that its message must have)] for an exercise."""
    known = [(wrong, [f"It looks as if {words}."]) for wrong, words in MISTAKES.get(number, [])]
    return [*known, *WRONG.get(number, []), (cheat_that_equals_everything, ["not yet"])]


def _refusal(cell, namespace, wrong):
    """Return what a wrong answer is told, or what the cell printed when it was accepted."""
    try:
        return run_stub(cell, namespace, wrong)
    except AssertionError as error:
        return str(error)


def _same_signature(cell, solution):
    (learner,) = [n for n in ast.parse(cell.source).body if isinstance(n, ast.FunctionDef)]
    wanted = list(inspect.signature(solution).parameters)
    assert learner.name == solution.__name__, f"{cell.id}: the solution has another name"
    assert [a.arg for a in learner.args.args] == wanted, f"{cell.id}: other arguments"
    assert inspect.getdoc(solution), f"the solution {solution.__name__} is not documented"


def _hint(cell, namespace):
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.keyword) and node.arg == "hint":
            return eval(ast.unparse(node.value), dict(namespace))  # noqa: S307  (our own lesson)
    return ""


@cache
def exercises_of(path):
    number = int(re.match(r"\d+", path.name).group())
    solutions = path.parent / "solutions" / f"ex{number:02d}.py"
    if not solutions.is_file():
        pytest.fail(f"{path.name} has no {solutions.name} among notebooks/solutions")
    return try_exercises(notebook_form.read(path), path.parent, solutions_in(solutions))


def numbered():
    """Return (notebook, exercise) for every stub, without running anything."""
    return [
        pytest.param(path, number, id=f"{path.stem}-{number}")
        for path in LESSONS
        for cell in notebook_form.read(path).cells
        if cell.cell_type == "code" and "exercise" in cell.metadata.get("tags", [])
        for number in re.findall(r"""answer\(\s*["'](\d+\.\d+)["']""", cell.source)
    ]


@pytest.mark.parametrize(("path", "number"), numbered())
def test_exercise(path, number):
    tried = exercises_of(path)[number]
    assert tried.committed == f"{number}: not answered yet", f"cell {tried.cell} as committed"
    assert tried.solved == f"{number}: correct", f"cell {tried.cell} with the solution"
    assert isinstance(tried.mutant, AssertionError), (
        f"cell {tried.cell}: a wrong answer gave {tried.mutant!r}"
    )
    assert tried.hint, f"cell {tried.cell}: no hint"
    assert tried.hint in str(tried.mutant), f"cell {tried.cell}: the hint is not shown"

    for (wrong, words), message in zip(wrong_for(number), tried.refused, strict=True):
        for word in words:
            assert word in message, f"{number}, {wrong.__name__}: {message}"
        assert tried.hint in message, f"{number}, {wrong.__name__} gets no hint: {message}"


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
    assert text.count("by_hand=True") == 2
    (number,) = re.findall(r"## Open question (\d\.\d)", text)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        reveal(number, path.parent / "solutions")
    assert len(out.getvalue().split()) > 30


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_solution_belongs_to_an_exercise(path):
    number = int(re.match(r"\d+", path.name).group())
    solutions = solutions_in(path.parent / "solutions" / f"ex{number:02d}.py")
    stubs = {param.values[1] for param in numbered() if param.values[0] == path}
    assert set(solutions) == stubs


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


def test_a_stub_runs_committed_solved_and_mutated(tmp_path):
    tried = try_exercises(lesson(), tmp_path, {"98.1": double})["98.1"]
    assert tried.committed == "98.1: not answered yet"
    assert tried.solved == "98.1: correct"
    assert isinstance(tried.mutant, AssertionError)
    assert "Hint: x + x" in str(tried.mutant)


def test_a_solution_that_is_wrong_or_has_another_signature_is_caught(tmp_path):
    def double(x):
        """Return x."""
        return x

    with pytest.raises(AssertionError, match=r"98\.1: not yet"):
        try_exercises(lesson(), tmp_path, {"98.1": double})
    other = lesson(STUB.replace("def double(x)", "def double(y)"))
    with pytest.raises(AssertionError, match="other arguments"):
        try_exercises(other, tmp_path, {"98.1": double})
    with pytest.raises(AssertionError, match=r"no '# exercise 98\.1'"):
        try_exercises(lesson(), tmp_path, {})


def test_a_check_that_accepts_anything_is_caught(tmp_path):
    stub = STUB[: STUB.index("answer(")] + 'print("98.1: correct")  # answer("98.1")'
    tried = try_exercises(lesson(stub), tmp_path, {"98.1": double})["98.1"]
    assert tried.mutant is None


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
