"""Rules of truth: what a lesson shows was computed by what it says, and every reader can read it.

A rule takes a notebook and its number and yields a line, which names the cell, for each breach.
One breach fails the tests. Rules about how a lesson reads are in rules_of_taste.py.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

import notebook_form
from lesson_cells import (
    code_cells,
    markdown_cells,
    named,
    pictures,
    tagged,
    texts,
)
from nbformat import NotebookNode

SHORTEST_ALT = 20
# What a second run, another machine or another user would print differently.
UNSTABLE = {
    "an absolute path": r"(?<![\w.:/<])/(?:home|root|tmp|usr|work|opt|var|Users|mnt|private)/"
    r"|\b[A-Za-z]:\\\\?\w",
    "the address of an object": r"\b0x[0-9a-fA-F]{6,}\b",
    "a time of day": r"\b\d{1,2}:\d{2}:\d{2}\b",
    "a date and time": r"\b\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}",
    "a duration": r"(?i)\b(?:took|elapsed|wall time|cpu times?)\b[^\n]*\d"
    r"|\b\d+(?:\.\d+)? ?(?:ns|µs|us|ms)\b",
}

# What shapzero_lite.teach has that moves; a method may have the same name.
MOVES = r"(?<!def )(?<![.\w])(?:bend|bill|clock|cube|explore|peeling|theatre)\("

Rule = Callable[[NotebookNode, int], Iterator[str]]


def ids(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Cell ids are names, each used once."""
    seen = set()
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z]+(-[a-z0-9_]+)*", cell.id):
            yield f"cell {cell.id}: the id is not a name such as theory-1"
        if cell.id in seen:
            yield f"cell {cell.id}: the id is used twice"
        seen.add(cell.id)


def form(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The notebook is in the form that the runner writes."""
    try:
        tidy = notebook_form.normalise(notebook)
    except notebook_form.LessonError as error:
        yield str(error)
        return
    if tidy.metadata != notebook.metadata:
        yield f"metadata: {dict(notebook.metadata)} is not what run_notebooks.py writes"
    for cell, wanted in zip(notebook.cells, tidy.cells, strict=True):
        if cell != wanted:
            yield f"cell {cell.id}: is not as run_notebooks.py writes it"


def executed(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Executed from top to bottom: counts 1..n, no stderr, no error."""
    for count, cell in enumerate(code_cells(notebook), start=1):
        if cell.execution_count != count:
            yield f"cell {cell.id}: execution count {cell.execution_count}, not {count}"
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                yield f"cell {cell.id}: an error or stderr is among the outputs"


def checked_everywhere(notebook: NotebookNode, number: int) -> Iterator[str]:
    """No cell is hidden from nbval."""
    for cell in notebook.cells:
        marks = f"{cell.source} {cell.metadata.get('tags', [])}"
        found = re.search(r"(?i)nbval[_-][a-z_-]+|raises-exception|skip-execution", marks)
        if found:
            yield f"cell {cell.id}: {found.group()} hides it from the check"


def stable_outputs(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Outputs hold nothing that another run or another machine would print differently."""
    for cell in code_cells(notebook):
        for text in texts(cell):
            for what, pattern in UNSTABLE.items():
                found = re.search(pattern, text)
                if found:
                    yield f"cell {cell.id}: {what} in the output, {found.group()!r}"


def text_alternatives(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every picture has a text alternative."""
    for cell in notebook.cells:
        alternatives = [alt for _, alt in pictures(cell)]
        if cell.cell_type == "markdown":
            alternatives += re.findall(r"!\[([^\]]*)\]\(", cell.source)
        for alt in alternatives:
            if len(alt.strip()) < SHORTEST_ALT:
                yield f"cell {cell.id}: the text alternative {alt!r} is too short"


def parameters(notebook: NotebookNode, number: int) -> Iterator[str]:
    """One cell is tagged parameters; each line is typed and has a comment."""
    cells = tagged(notebook, "parameters")
    if [cell.id for cell in cells] != ["parameters"]:
        yield f"cell parameters: the tag is on {[cell.id for cell in cells]}"
    for cell in cells:
        for node in ast.parse(cell.source).body:
            line = cell.source.splitlines()[node.end_lineno - 1]
            if not isinstance(node, ast.AnnAssign) or node.value is None:
                yield f"cell {cell.id}: write {line!r} like 'q: int = 4  # letters'"
            elif not re.search(r"#\s*\w", line):
                yield f"cell {cell.id}: no comment in {line!r}"


def other_parameters(notebook: NotebookNode, number: int) -> Iterator[str]:
    """metadata.shapzero.other_parameters names values to try, of parameters that exist."""
    others = notebook.metadata.get("shapzero", {}).get("other_parameters", [])
    if not others:
        yield "metadata.shapzero.other_parameters: no other values to run the lesson with"
    cells = tagged(notebook, "parameters")
    known = {name for c in cells for name in re.findall(r"^(\w+) *[:=]", c.source, re.MULTILINE)}
    for values in others:
        for name in values:
            if name not in known:
                yield f"metadata.shapzero.other_parameters: {name} is not in cell parameters"


def equations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every equation can be shown offline."""
    from equations import equation, mathml

    for cell in markdown_cells(notebook):
        # Backticks quote code, where a dollar is a dollar.
        source = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
        shown = re.findall(r"\$\$(.*?)\$\$", source, flags=re.DOTALL)
        source = re.sub(r"\$\$.*?\$\$", " ", source, flags=re.DOTALL)
        for tex, convert in [
            *((tex, equation) for tex in shown),
            *((tex, mathml) for tex in re.findall(r"(?<!\\)\$(.+?)(?<!\\)\$", source, re.DOTALL)),
        ]:
            try:
                convert(tex.strip())
            except ValueError as error:
                yield f"cell {cell.id}: {error}"


def equation_numbers(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every (n.m) in a comment of the code has its tag in the text; tags are used once."""
    tags = re.findall(r"\\tag\{([^}]*)\}", "\n".join(c.source for c in markdown_cells(notebook)))
    for tag in sorted(set(tags)):
        if tags.count(tag) > 1:
            yield f"equation ({tag}) is numbered twice"
        if not re.fullmatch(rf"{number}\.\d+", tag):
            yield f"equation ({tag}) does not carry the number of the lesson, {number}"
    for cell in code_cells(notebook):
        for token in tokenize.generate_tokens(io.StringIO(cell.source + "\n").readline):
            if token.type == tokenize.COMMENT:
                for tag in re.findall(r"\((\d+\.\d+)\)", token.string):
                    if tag not in tags:
                        yield f"cell {cell.id}: equation ({tag}) has no tag in the text"


def stubs(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every exercise is followed by its stub, which is not answered yet; no solution is shown."""
    marked = tagged(notebook, "exercise")
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        if re.fullmatch(r"exercise-\w+", cell.id):
            wanted = cell.id.replace("exercise", "stub", 1)
            if following is None or following.id != wanted:
                yield f"cell {cell.id}: is not followed by {wanted}"
    for cell in code_cells(notebook):
        is_stub = cell.id.startswith("stub-")
        if is_stub != (cell in marked):
            yield f"cell {cell.id}: stubs, and only they, are tagged exercise"
        if is_stub:
            yield from _stub(cell, number)
        if re.search(r"^[^#\n]*\breveal\(", cell.source, flags=re.MULTILINE):
            yield f"cell {cell.id}: calls reveal, so that the solution would be printed"


def _stub(cell: NotebookNode, number: int) -> Iterator[str]:
    tree = ast.parse(cell.source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    if len(functions) != 1 or "..." not in ast.unparse(functions[0]):
        yield f"cell {cell.id}: needs one function that returns ..."
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "answer"
    ]
    if len(calls) != 1:
        yield f"cell {cell.id}: calls answer {len(calls)} times, not once"
        return
    name = getattr(calls[0].args[0], "value", "") if calls[0].args else ""
    if not re.fullmatch(rf"{number}\.\d+", str(name)):
        yield f"cell {cell.id}: exercise {name!r} does not carry the number {number}"
    hints = [word.value for word in calls[0].keywords if word.arg == "hint"]
    if not hints or not getattr(hints[0], "value", "given"):
        yield f"cell {cell.id}: no hint"
    if "".join(texts(cell)).strip() != f"{name}: not answered yet":
        yield f"cell {cell.id}: is not committed as 'not answered yet'"


def static_twins(notebook: NotebookNode, number: int) -> Iterator[str]:
    """What moves is committed as panels too, so that print and a preview show it."""
    for cell in code_cells(notebook):
        if re.search(MOVES, cell.source) and not list(pictures(cell)):
            yield f"cell {cell.id}: the static twin is missing (SHAPZERO_STATIC=1)"


def control(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The control is code that would notice if the wrong thing passed."""
    cells = [cell for cell in named(notebook, "control") if cell.cell_type == "code"]
    if not any(re.search(r"\bassert|\bexcept\b|raises\(", cell.source) for cell in cells):
        yield "cell control: no code with an assertion"


def citations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Limits are listed; the references name their sources by address, arXiv number or DOI."""
    for cell in named(notebook, "references")[-1:]:
        if not re.search(r"https?://|arXiv|doi", cell.source, flags=re.IGNORECASE):
            yield f"cell {cell.id}: no address, arXiv number or DOI"
    for name in ("limits", "references"):
        if not named(notebook, name):
            yield f"cell {name}: missing"


OF_ALL: list[Rule] = [
    ids, form, executed, checked_everywhere, stable_outputs, text_alternatives, parameters,
    equations, citations,
]  # fmt: skip
OF_LESSONS: list[Rule] = [
    *OF_ALL, other_parameters, equation_numbers, stubs, static_twins, control,
]  # fmt: skip
