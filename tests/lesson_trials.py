"""What is tried on a lesson while it runs, in the kernel that runs it (see lesson_items.py).

At each stub: as committed, with the function of notebooks/solutions in place of the learner's,
with a mutant of it, with known mistakes, each of which must be told by name, and with the cheats
of wrong_answers.py. After the last cell, what a reader does after Run All: every value of every
slider, and the solutions once more, for a later cell may have bound a name that a stub reads.
"""

import ast
import contextlib
import inspect
import io
import json
import re
import runpy
import warnings
from dataclasses import dataclass
from functools import cache
from itertools import product
from math import prod
from numbers import Number
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from wrong_answers import WRONG, cheat_by_heart, cheat_that_equals_everything

from shapzero_lite.teach._frames import MOST_FRAMES
from shapzero_lite.teach._mistakes import MISTAKES

EXERCISE = re.compile(r"#\s*exercise\s+(\d+\.\d+)\s*")
EXPLORED = []  # (draw, choices) of every call of explore


@dataclass
class Tried:
    """What the stub of one exercise printed or raised: committed, solved, mutated."""

    cell: str
    committed: str
    solved: str
    mutant: BaseException | None
    hint: str
    refused: list[tuple]  # of each wrong answer: its name, words it must be told, what it was told


# ---- in the kernel of a lesson


def begin(shell):
    """Turn warnings of all cells that follow into errors, and note what its sliders draw."""
    from shapzero_lite import teach

    strict, explore = contextlib.ExitStack(), teach.explore

    def before(info):
        strict.enter_context(warnings.catch_warnings())
        warnings.simplefilter("error")

    def noted(draw, alt, *, panel_height=2.8, panels=4, **choices):
        EXPLORED.append((draw, choices))
        explore(draw, alt, panel_height=panel_height, panels=panels, **choices)

    shell.events.register("pre_run_cell", before)
    shell.events.register("post_run_cell", lambda result: strict.close())
    teach.explore = noted


def start_over(shell):
    """Forget the names and figures of the run before."""
    from matplotlib import pyplot as plt

    EXPLORED.clear()
    plt.close("all")
    shell.run_line_magic("reset", "-f")


def check_exercise(path, name, namespace):
    """Check the exercise in a cell of a notebook: what holds of it stands below, at `check`."""
    cell, number, solutions = _found(path, name)
    check(number, try_stub(cell, dict(namespace), solutions))


def check_sliders():
    """Draw the values of every slider: see `settings`."""
    assert EXPLORED, "no cell called explore"
    from matplotlib.figure import Figure

    for draw, choices in EXPLORED:
        for values in settings(choices):
            ax = Figure().subplots()
            draw(ax, **values)
            assert ax.has_data() or ax.child_axes, f"nothing is drawn at {values}"


def check_solution(path, name, namespace):
    """Check that the solution is right in a namespace: the one after the last cell."""
    cell, number, solutions = _found(path, name)
    said = run_stub(cell, dict(namespace), solutions[number])
    assert said == f"{number}: correct", said


@cache
def _lesson(path):
    """Return (cells by id, solutions) of a notebook."""
    path = Path(path)
    number = int(re.match(r"\d+", path.name).group())
    solutions = solutions_in(path.parent / "solutions" / f"ex{number:02d}.py")
    # Not by nbformat: it takes two seconds of every kernel to import.
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: SimpleNamespace(id=cell["id"], source="".join(cell["source"])) for cell in cells
    }, solutions


def _found(path, name):
    cells, solutions = _lesson(path)
    return cells[name], number_of(cells[name]), solutions


def settings(choices):
    """Return all combinations of the sliders' values; where they are many, each value once.

    A slider over hundreds of sequences draws one row of an array after the other: of more than 25
    values, of which a page has a frame each, the first, the last, and some between.
    """
    grids = {name: list(values) for name, values in choices.items()}
    for name, values in grids.items():
        some = np.linspace(0, len(values) - 1, min(len(values), MOST_FRAMES))
        grids[name] = [values[i] for i in some.astype(int)]
    first = {name: values[0] for name, values in grids.items()}
    if prod(map(len, grids.values())) <= 20:
        return [dict(zip(grids, combined, strict=True)) for combined in product(*grids.values())]
    return [first] + [
        {**first, name: value} for name, values in grids.items() for value in values[1:]
    ]


# ---- one exercise


def number_of(cell):
    """Return the number of the exercise in a stub."""
    (number,) = re.findall(r"""answer\(\s*["'](\d+\.\d+)["']""", cell.source)
    return number


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


def try_stub(cell, namespace, solutions):
    """Run a stub as committed and with right and wrong answers; return what came of it."""
    number = number_of(cell)
    assert number in solutions, f"no '# exercise {number}' among the solutions"
    _same_signature(cell, solutions[number])
    solved = run_stub(cell, dict(namespace), solutions[number])
    mutant = None
    try:
        run_stub(cell, dict(namespace), mutant_of(solutions[number]))
    except Exception as error:  # noqa: BLE001  (`check` says which kind it must be)
        mutant = error
    refused = [
        (wrong.__name__, words, _refusal(cell, dict(namespace), wrong))
        for wrong, words in wrong_for(number, solutions[number])
    ]
    committed = run_stub(cell, namespace)
    return Tried(cell.id, committed, solved, mutant, _hint(cell, namespace), refused)


def check(number, tried):
    """Committed unanswered, the solution is accepted, a wrong answer is told so, with the hint."""
    assert tried.committed == f"{number}: not answered yet", f"cell {tried.cell} as committed"
    assert tried.solved == f"{number}: correct", f"cell {tried.cell} with the solution"
    assert isinstance(tried.mutant, AssertionError), (
        f"cell {tried.cell}: a wrong answer gave {tried.mutant!r}"
    )
    assert tried.hint, f"cell {tried.cell}: no hint"
    assert tried.hint in str(tried.mutant), f"cell {tried.cell}: the hint is not shown"

    for wrong, words, message in tried.refused:
        for word in words:
            assert word in message, f"{number}, {wrong}: {message}"
        assert tried.hint in message, f"{number}, {wrong} gets no hint: {message}"


def wrong_for(number, solution):
    """Return [(wrong function, words that its message must have)] for an exercise."""
    known = [(wrong, [f"It looks as if {words}."]) for wrong, words in MISTAKES.get(number, [])]
    cheats = [cheat_that_equals_everything]
    if inspect.signature(solution).parameters:
        cheats.append(cheat_by_heart(solution))
    return [*known, *WRONG.get(number, []), *((cheat, ["not yet"]) for cheat in cheats)]


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
