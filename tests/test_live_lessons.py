"""What a reader does after Run All: sliders moved, exercises answered, links followed.

Static mode draws at once and answers nothing, so these tests look at what interactive cells read
later: a name that a later cell binds again would change the picture, or refuse a right answer.
After the last cell, lesson_items.py moves the sliders and answers the exercises.
"""

import ast
import re
import symtable

import notebook_differences
import notebook_form
import pytest
from lesson_notebooks import LESSONS, notebook_of


def bound(tree):
    """Return the names that a cell's own lines bind (not those of functions inside)."""
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
        # A function and a comprehension have names of their own.
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda | ast.comprehension):
            waiting.extend(ast.iter_child_nodes(node))
    return names


def read_inside(table):
    """Return the global names that a function reads, with all functions inside it."""
    names = {s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}
    return names.union(*map(read_inside, table.get_children()))


def read_later(cell):
    """Return (names that the cell reads when it is used again, {function: names that it reads})."""
    table = symtable.symtable(cell.source, cell.id, "exec")
    functions = {child.get_name(): read_inside(child) for child in table.get_children()}
    used = set()
    # The reader runs a whole cell again: an exercise, and what takes the answer to one.
    if "exercise" in cell.metadata.get("tags", []) or "yours(" in cell.source:
        own = {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}
        outer = {s.get_name() for s in table.get_symbols() if s.is_referenced()}
        used = outer.union(*functions.values()) - own
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "explore":
            used |= {getattr(node.args[0], "id", "lambda")}
    return used, functions


def bound_again(notebook):
    """Yield (cell, name, later cell): what an interactive cell reads, and a later cell binds."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    functions = {}
    for number, cell in enumerate(cells):
        used, own = read_later(cell)
        functions |= own
        waiting, reads = list(used), set()
        while waiting:
            name = waiting.pop()
            if name not in reads:
                reads.add(name)
                waiting.extend(functions.get(name, ()))
        # The function that draws is handed over: its name may be used again.
        reads -= {name for name in used & set(own) if name not in functions_read(own)}
        for later in cells[number + 1 :]:
            for name in sorted(reads & bound(ast.parse(later.source))):
                yield cell.id, name, later.id


def functions_read(functions):
    """Return all names that functions read."""
    return set().union(*functions.values())


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_no_later_cell_binds_a_name_that_an_interactive_cell_reads(path):
    found = [
        f"{cell} reads {name}, which {later} binds again"
        for cell, name, later in bound_again(notebook_form.read(path))
    ]
    assert not found, "\n".join([path.name, *found])


SLIDER = """def draw(ax, k):
    ax.plot(scaled(k))


explore(draw, alt=alt, k=[1, 2])"""
SCALED = """def scaled(k):
    return [k * limit]


def moved(k):
    return k + offset"""
STUB = """def double(x):
    return ...


cases = [((v,), 2 * v) for v in inputs]
answer("98.1", double, cases, hint="x + x")"""


@pytest.mark.parametrize(
    ("later", "found"),
    [
        ("limit = 3", [("slider-1", "limit", "code-2")]),
        ("def scaled(k):\n    return k", [("slider-1", "scaled", "code-2")]),
        ("for limit in range(3):\n    print(limit)", [("slider-1", "limit", "code-2")]),
        ("import numpy as inputs", [("stub-1", "inputs", "code-2")]),
        ("offset = 3", [("code-1b", "offset", "code-2")]),
        ("v = 1\nk = 2\ncases = []", []),
        ("def draw(ax, k):\n    limit = 3", []),
        ("print([limit for limit in inputs])", []),
    ],
)
def test_a_name_bound_again_is_found(later, found):
    cells = [
        ("code-1", "code", "limit = offset = 2\n\n\n" + SCALED, []),
        ("code-1b", "code", 'shown = yours("double")(moved(1))', []),
        ("slider-1", "code", SLIDER, []),
        ("stub-1", "exercise", STUB, []),
        ("code-2", "code", later, []),
    ]
    assert list(bound_again(notebook_of(cells))) == found


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_links_lead_to_a_lesson(path):
    """JupyterLab shows the folder of the lessons and nothing above it."""
    notebook = notebook_form.read(path)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for link in re.findall(r"\]\((?!https?:)([^)#\s]+)[^)]*\)", text):
        assert (path.parent / link).is_file(), link
        assert ".." not in link, link


def test_every_lesson_leads_to_the_next_and_back_to_the_map():
    for path, following in zip(LESSONS, [*LESSONS[1:], None], strict=True):
        (summary,) = [c for c in notebook_form.read(path).cells if c.id == "summary"]
        if following is not None:
            assert re.search(rf"\*\*Next:\*\* \[[^]]+\]\({following.name}\)", summary.source), path
        if path != LESSONS[0]:
            assert f"[All lessons]({LESSONS[0].name})" in summary.source, path


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_exercise_says_how_to_see_a_solution(path):
    notebook = notebook_form.read(path)
    (imports,) = [cell for cell in notebook.cells if cell.id == "imports"]
    assert re.search(r"from shapzero_lite\.teach import (?:\([^)]*|.*)\breveal\b", imports.source)
    for text, stub in zip(notebook.cells, notebook.cells[1:], strict=False):
        if "exercise" in stub.metadata.get("tags", []):
            (name,) = re.findall(r"""answer\(\s*["'](\d+\.\d+)["']""", stub.source)
            assert f'`reveal("{name}")`' in text.source, text.id


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_long_drawing_code_is_folded_and_nothing_is_written_smaller_than_8_points(path):
    for cell in notebook_form.read(path).cells:
        if cell.cell_type != "code":
            continue
        lines = len(cell.source.splitlines())
        kind = cell.id.partition("-")[0]
        if lines >= {"slider": 10, "figure": 13}.get(kind, 99):
            assert notebook_form.FOLDED in cell.metadata.get("tags", []), (
                f"{cell.id}: {lines} lines"
            )
            assert cell.metadata.jupyter.source_hidden
        for size in re.findall(r"(?:fontsize|labelsize|font_size)=(\d+(?:\.\d+)?)", cell.source):
            assert float(size) >= 8, f"{cell.id}: {size} points"


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_exploration_carries_the_frames_of_its_slider(path):
    for cell in notebook_form.read(path).cells:
        if cell.cell_type == "code" and "explore(" in cell.source:
            (shown,) = [o for o in cell.outputs if "image/png" in o.get("data", {})]
            made = shown.metadata["image/png"]["frames"]
            size = notebook_differences._pixels(made["png"]).shape[:2]
            assert size == (made["height"], made["width"] * len(made["words"]))
            assert len(set(made["words"])) == len(made["words"]) > 1
