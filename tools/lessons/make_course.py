"""Make a course for nbgrader out of the lessons: each exercise with its points and its check.

    python tools/lessons/make_course.py --out build/course          all lessons
    python tools/lessons/make_course.py --out build/course 01 02    only these

Writes `source/`, the lessons with our answers between the marks at which
`nbgrader generate_assignment` cuts them out, `answer_key/`, what a teacher reads, and
`nbgrader_config.py`. All of it comes from the lessons and their solutions, so there is nothing to
keep in step. How to go on: notebooks/teaching.md.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from pathlib import Path

import nbformat
import notebook_form
from lesson_settings import SETTINGS
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from notebook_form import LessonError
from run_notebooks import ROOT, find

from shapzero_lite.teach._reveal import solution_of

POINTS = {"easy": 1, "medium": 2, "hard": 3}
OPEN = 3  # points of an open question, which a person grades
EXERCISE = re.compile(
    r"^## Exercise (?P<number>\d+\.\d+) · .+ · (?P<level>easy|medium|hard), \d+ minutes"
    r"(, optional)?"
)
QUESTION = re.compile(r"^## Open question (?P<number>\d+\.\d+) · .+")
CHECKED = re.compile(r"""^answer\(\s*["'](\d+\.\d+)["']""", flags=re.MULTILINE)
BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"
CONFIG = '''"""Settings of nbgrader for the lessons of shapzero-lite, from `make course`."""

import os

# As where the lessons' own outputs were made: one thread, and figures in place of sliders.
os.environ.update({environment})

c = get_config()  # noqa: F821  (nbgrader defines it)
c.CourseDirectory.course_id = "shapzero-lite"
c.ClearSolutions.code_stub = {{"python": "return ..."}}
c.ClearSolutions.text_stub = "*Your answer*"
c.Execute.timeout = 600  # seconds a cell may take
# Students may set other parameters and draw anew; what is graded is run with ours.
c.LockCells.lock_readonly_cells = False
c.OverwriteCells.add_missing_cells = True
'''


def assignment(notebook: NotebookNode, solutions: str) -> NotebookNode:
    """Return a lesson as nbgrader's source: answers, checks with points, the rest read-only.

    Raises LessonError when an exercise has no heading, no check or no solution of ours.
    """
    points = {
        heading["number"]: POINTS[heading["level"]]
        for cell in notebook.cells
        if (heading := EXERCISE.match(cell.source))
    }
    (imports,) = (cell.source for cell in notebook.cells if cell.id == "imports")
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cells += _words(cell, points, solutions)
        elif "exercise" in cell.metadata.get("tags", []):
            cells += _exercise(cell, points, solutions, imports)
        else:
            made = new_code_cell(cell.source, id=cell.id, metadata=cell.metadata)
            cells.append(_graded(made, cell.id, locked=True))
    metadata = {name: notebook.metadata[name] for name in ("kernelspec", "language_info")}
    return new_notebook(cells=cells, metadata=metadata)


def _graded(cell: NotebookNode, name: str, points: int = 0, **roles: bool) -> NotebookNode:
    """Give a cell its part in nbgrader, in version 3 of its metadata."""
    part = {"grade": False, "solution": False, "locked": False, "task": False, **roles}
    part |= {"grade_id": name, "schema_version": 3, "cell_type": cell.cell_type}
    if part["grade"]:
        part["points"] = points
    cell.metadata["nbgrader"] = part
    return cell


def _words(cell: NotebookNode, points: dict[str, int], solutions: str) -> list[NotebookNode]:
    """Return words with points at the headings, and without the way to our answers."""
    heading, question = EXERCISE.match(cell.source), QUESTION.match(cell.source)
    source = re.sub(r"\s*(?:Stuck\?|Answers:) `reveal\([^)]*\)`", "", cell.source)
    source = re.sub(r",\s+then compare: `reveal\([^)]*\)`", "", source)
    if heading:
        worth = points[heading["number"]]
        told = heading.group().removesuffix(", optional")
        told += f", {worth} point{'s' * (worth > 1)}"
        return [new_markdown_cell(told + source[heading.end() :], id=cell.id)]
    made = [new_markdown_cell(source, id=cell.id)]
    if question:
        number = question["number"]
        made[0].source = source.replace(question.group(), f"{question.group()}, {OPEN} points", 1)
        ours = _known(solutions, number)
        name = f"open-{number.replace('.', '-')}"
        words = f"<!-- {BEGIN} -->\n{ours}\n<!-- {END} -->"
        answer = new_markdown_cell(words, id=name)
        made.append(_graded(answer, name, OPEN, grade=True, solution=True))
    return made


def _exercise(
    cell: NotebookNode, points: dict[str, int], solutions: str, imports: str
) -> list[NotebookNode]:
    """Return the cell that a student fills in, with our answer, and the cell that checks it."""
    numbers = CHECKED.findall(cell.source)
    if len(numbers) != 1 or numbers[0] not in points:
        raise LessonError(f"cell {cell.id} has no check, or its exercise no heading with its level")
    (number,) = numbers
    learner = ast.parse(cell.source).body[0]
    if not isinstance(learner, ast.FunctionDef) or ast.unparse(learner.body) != "return ...":
        raise LessonError(f"cell {cell.id} does not begin with a function that returns `...`")
    lines = cell.source.splitlines()
    head = lines[: learner.body[0].lineno - 1]
    text = _known(solutions, number)
    function = ast.parse(text).body[0]
    body = text.splitlines()[function.body[0].lineno - 1 :]
    read = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    needed = [
        f"    {line}"
        for node in ast.parse(solutions).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and (line := ast.unparse(node)) not in imports
        and read & {name.asname or name.name for name in node.names}
    ]
    ours = [*head, f"    ### {BEGIN}", *needed, *body, f"    ### {END}"]
    # A student's cell may have given `answer` another meaning.
    check = "from shapzero_lite.teach import answer\n\n"
    check += "\n".join(lines[learner.end_lineno :]).strip("\n")
    name = number.replace(".", "-")
    filled = new_code_cell("\n".join(ours), id=f"answer-{name}")
    checks = new_code_cell(check, id=f"check-{name}")
    return [
        _graded(filled, filled.id, solution=True),
        _graded(checks, checks.id, points[number], grade=True, locked=True),
    ]


def _known(solutions: str, number: str) -> str:
    """Return our answer to an exercise or an open question."""
    ours = solution_of(solutions, number)
    if ours is None:
        raise LessonError(f"no '# exercise {number}' among the solutions")
    return ours


def answer_key(notebook: NotebookNode, solutions: str) -> str:
    """Return a page with the exercises of a lesson, their points and our answers."""
    parts = [f"# {notebook_form.front_matter(notebook)['title']}: answers"]
    for cell in assignment(notebook, solutions).cells:
        if re.match(r"## (Exercise|Open question)", cell.source):
            parts.append(cell.source)
        elif cell.metadata.get("nbgrader", {}).get("solution"):
            kept = [line for line in cell.source.splitlines() if BEGIN not in line]
            text = "\n".join(line for line in kept if END not in line)
            parts.append(f"```python\n{text}\n```" if cell.cell_type == "code" else text)
    return "\n\n".join(parts) + "\n"


def make(paths: list[Path], out: Path) -> int:
    """Write the course into a folder; return how many points its exercises have."""
    total = 0
    for path in paths:
        notebook = notebook_form.read(path)
        solutions = path.parent / "solutions" / f"ex{path.stem[:2]}.py"
        known = solutions.read_text(encoding="utf-8")
        made = assignment(notebook, known)
        nbformat.validate(made)
        target = out / "source" / path.stem / path.name
        notebook_form.write_atomically(target, notebook_form.to_text(made))
        key = out / "answer_key" / f"{path.stem}.md"
        notebook_form.write_atomically(key, answer_key(notebook, known))
        parts = [cell.metadata.get("nbgrader", {}) for cell in made.cells]
        total += sum(part.get("points", 0) for part in parts)
    config = CONFIG.format(environment=SETTINGS)
    notebook_form.write_atomically(out / "nbgrader_config.py", config)
    return total


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="lessons by number or name; default all")
    parser.add_argument("--out", type=Path, default=Path("build/course"), help="folder to write")
    options = parser.parse_args(arguments)
    paths = find(options.names, ROOT / "notebooks", supplement=False)
    try:
        points = make(paths, options.out)
    except LessonError as error:
        print(error)
        return 1
    print(f"{len(paths)} lessons, {points} points, in {options.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
