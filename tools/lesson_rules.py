"""The contract of a lesson, as rules that name the cell that breaks them.

    python tools/lesson_rules.py notebooks/01_fourier.ipynb      # all rules, without executing

A rule takes a notebook and its number and yields one line for each breach. LESSON_RULES hold for
the lessons, SUPPLEMENT_RULES for notebooks that re-make published results. The rules about outputs
are in lesson_output_rules.py.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import notebook_form
from lesson_output_rules import (
    checked_everywhere,
    code_cells,
    executed,
    form,
    markdown_cells,
    pictures,
    sizes,
    stable_outputs,
    text_alternatives,
    texts,
    words,
)
from nbformat import NotebookNode

FIRST = ("title", "goals", "parameters", "imports", "cold-open")
BODY = ("theory", "code", "check", "figure", "caption", "explore", "slider", "exercise", "stub")
LAST = ("control", "result", "limits", "summary", "references")
CODE_LINES = 25
WORDS = (600, 1800)
THEORY_WORDS = 150

Rule = Callable[[NotebookNode, int], Iterator[str]]


def _named(notebook: NotebookNode, name: str) -> list[NotebookNode]:
    """Return the cells whose id is name, or name and a suffix."""
    return [cell for cell in notebook.cells if re.fullmatch(rf"{name}(-.*)?", cell.id)]


def ids(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Cell ids are names, each used once."""
    seen = set()
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z]+(-[a-z0-9_]+)*", cell.id):
            yield f"cell {cell.id}: the id is not a name such as theory-1"
        if cell.id in seen:
            yield f"cell {cell.id}: the id is used twice"
        seen.add(cell.id)


def sections(notebook: NotebookNode, number: int) -> Iterator[str]:
    """All sections of a lesson are there, in order, and every id belongs to one."""
    order = [cell.id for cell in notebook.cells]
    known = "|".join((*FIRST, *BODY, *LAST))
    places = []
    for name in (*FIRST, *LAST):
        cells = _named(notebook, name)
        if not cells:
            yield f"cell {name}: missing"
        else:
            places.append((order.index(cells[0].id), name))
    for (here, name), (then, following) in pairwise(places):
        if here > then:
            yield f"cell {following}: comes before {name}"
    begins, ends = {name: place for place, name in places}, len(order)
    for name in BODY:
        cells = _named(notebook, name)
        if not cells:
            yield f"cell {name}-1: missing"
    for position, name in enumerate(order):
        match = re.fullmatch(rf"({known})(-[a-z0-9_-]+)?", name)
        if not match:
            yield f"cell {name}: belongs to no section"
        elif match.group(1) in BODY and not (
            begins.get("cold-open", -1) < position < begins.get("references", ends)
        ):
            yield f"cell {name}: stands outside the body of the lesson"


def title(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The title cell has title, claim, minutes, needs and a link; goals are 4 to 6."""
    first = notebook.cells[0]
    front = notebook_form.front_matter(notebook)
    if not front["title"]:
        yield f"cell {first.id}: no line '# title'"
    if "By the end you will have shown that" not in " ".join(first.source.replace("*", "").split()):
        yield f"cell {first.id}: no claim 'By the end you will have shown that ...'"
    if not front["minutes"]:
        yield f"cell {first.id}: does not say how many minutes"
    if "needs" not in first.source.lower():
        yield f"cell {first.id}: does not say what the lesson needs"
    if "](" not in first.source:
        yield f"cell {first.id}: has no link"
    for cell in _named(notebook, "goals")[:1]:
        count = len(re.findall(r"^\s*(?:[-*]|\d+\.)\s", cell.source, flags=re.MULTILINE))
        if not 4 <= count <= 6:
            yield f"cell {cell.id}: {count} goals, not 4 to 6"


def parameters(notebook: NotebookNode, number: int) -> Iterator[str]:
    """One cell is tagged parameters; each line is typed and has a comment."""
    tagged = [
        cell for cell in code_cells(notebook) if "parameters" in cell.metadata.get("tags", [])
    ]
    if [cell.id for cell in tagged] != ["parameters"]:
        yield f"cell parameters: the tag is on {[cell.id for cell in tagged]}"
    for cell in tagged:
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
    known = parameter_names(notebook)
    for values in others:
        for name in values:
            if name not in known:
                yield f"metadata.shapzero.other_parameters: {name} is not in cell parameters"


def parameter_names(notebook: NotebookNode) -> set[str]:
    """Return the names that the cell tagged parameters assigns."""
    names = set()
    for cell in code_cells(notebook):
        if "parameters" in cell.metadata.get("tags", []):
            for node in ast.parse(cell.source).body:
                targets = node.targets if isinstance(node, ast.Assign) else [node]
                names |= {
                    part.id
                    for target in targets
                    if isinstance(part := getattr(target, "target", target), ast.Name)
                }
    return names


def lengths(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Code cells have at most 25 lines."""
    for cell in code_cells(notebook):
        lines = len(cell.source.splitlines())
        if lines > CODE_LINES:
            yield f"cell {cell.id}: {lines} lines, at most {CODE_LINES}"


def word_counts(notebook: NotebookNode, number: int) -> Iterator[str]:
    """A lesson has 600 to 1800 words, a theory cell at most 150."""
    total = sum(words(cell.source) for cell in markdown_cells(notebook))
    if not WORDS[0] <= total <= WORDS[1]:
        yield f"all markdown cells: {total} words, not {WORDS[0]} to {WORDS[1]}"
    for cell in markdown_cells(notebook):
        count = words(cell.source)
        if cell.id.startswith("theory") and count > THEORY_WORDS:
            yield f"cell {cell.id}: {count} words, at most {THEORY_WORDS}"


def _comments(source: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def equation_numbers(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every (n.m) in a comment of the code has its tag in the text; tags are used once."""
    tags = re.findall(r"\\tag\{([^}]*)\}", "\n".join(c.source for c in markdown_cells(notebook)))
    for tag in sorted(set(tags)):
        if tags.count(tag) > 1:
            yield f"equation ({tag}) is numbered twice"
        if not re.fullmatch(rf"{number}\.\d+", tag):
            yield f"equation ({tag}) does not carry the number of the lesson, {number}"
    for cell in code_cells(notebook):
        for comment in _comments(cell.source):
            for tag in re.findall(r"\((\d+\.\d+)\)", comment):
                if tag not in tags:
                    yield f"cell {cell.id}: equation ({tag}) has no tag in the text"


def equations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Every equation can be shown offline."""
    from notebook_pages import equation, mathml

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


def exercises(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Two exercises or more, each with difficulty, minutes, a stub and a hint, not answered yet."""
    count = 0
    for position, cell in enumerate(notebook.cells):
        if re.fullmatch(r"exercise-\w+", cell.id):
            count += 1
            if not re.search(r"(?i)\b(easy|medium|hard)\b", cell.source):
                yield f"cell {cell.id}: does not say whether it is easy, medium or hard"
            if not re.search(r"\d+\s*(min\b|minutes?)", cell.source):
                yield f"cell {cell.id}: does not say how many minutes"
            wanted = cell.id.replace("exercise", "stub", 1)
            following = [c.id for c in notebook.cells[position + 1 : position + 2]]
            if following != [wanted]:
                yield f"cell {cell.id}: is not followed by {wanted}"
        tagged = "exercise" in cell.metadata.get("tags", [])
        if cell.cell_type == "code" and cell.id.startswith("stub-") != tagged:
            yield f"cell {cell.id}: stubs, and only they, are tagged exercise"
        if cell.cell_type == "code" and cell.id.startswith("stub-"):
            yield from _stub(cell, number)
    if count < 2:
        yield f"{count} exercises, at least 2"
    for cell in code_cells(notebook):
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


def explorations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """At least one slider with its static twin, and questions beside it."""
    sliders = [cell for cell in code_cells(notebook) if re.search(r"\bexplore\(", cell.source)]
    if not sliders:
        yield "no cell calls explore"
    for cell in sliders:
        if not list(pictures(cell)):
            yield f"cell {cell.id}: the static twin is missing (SHAPZERO_STATIC=1)"
    asked = sum(
        c.source.count("?") for c in markdown_cells(notebook) if c.id.startswith("explore-")
    )
    if sliders and asked < 2:
        yield "cells explore-N: fewer than two questions beside the slider"


def control(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The control is code that would notice if the wrong thing passed."""
    cells = [cell for cell in _named(notebook, "control") if cell.cell_type == "code"]
    if not any(re.search(r"\bassert|\bexcept\b|raises\(", cell.source) for cell in cells):
        yield "cell control: no code with an assertion"


def citations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The references name their sources by address, arXiv number or DOI; limits are listed."""
    for cell in _named(notebook, "references")[-1:]:
        if not re.search(r"https?://|arXiv|doi", cell.source, flags=re.IGNORECASE):
            yield f"cell {cell.id}: no address, arXiv number or DOI"
    for name in ("limits", "references"):
        if not _named(notebook, name):
            yield f"cell {name}: missing"


SUPPLEMENT_RULES: list[Rule] = [
    ids, lengths, sizes, executed, checked_everywhere, text_alternatives, equations, citations,
    stable_outputs, form, parameters,
]  # fmt: skip
LESSON_RULES: list[Rule] = [
    *SUPPLEMENT_RULES, sections, title, other_parameters, word_counts, equation_numbers,
    exercises, explorations, control,
]  # fmt: skip


def lesson_number(path: Path) -> int:
    """Return the number at the beginning of a lesson's file name; -1 without one."""
    match = re.match(r"\d+", path.name)
    return int(match.group()) if match else -1


def main(paths: list[str]) -> int:
    """Check notebooks; return 1 when a rule is broken."""
    broken = 0
    for path in map(Path, paths):
        notebook = notebook_form.read(path)
        rules = SUPPLEMENT_RULES if path.parent.name == "supplement" else LESSON_RULES
        for rule in rules:
            for breach in rule(notebook, lesson_number(path)):
                broken += 1
                print(f"{path.name}  {rule.__name__}  {breach}")
    print(f"{len(paths)} notebooks, {broken} breaches")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
