"""Imports of the package go one way: along the chapters, never back, and in no circle."""

import ast
from pathlib import Path

import pytest

import shapzero_lite

ROOT = Path(shapzero_lite.__file__).parent
# A chapter may import those before it; what has no place of its own stands beside.
ORDER = ["letters", "queries", "spectra", "sketching", "explaining", "report"]


def name_of(path):
    parts = ("shapzero_lite", *path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path):
    """Modules of the package imported when this one is: not in functions, not for types."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    todo = list(tree.body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shapzero_lite"):
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else node.module
        elif isinstance(node, ast.If | ast.Try | ast.ClassDef):
            todo += ast.iter_child_nodes(node)


FILES = [p for p in sorted(ROOT.rglob("*.py")) if "shipped" not in p.parts]
MODULES = {name_of(p) for p in FILES}
ARROWS = {name_of(p): set(imports_of(p)) - {name_of(p)} for p in FILES}


def chapter(module):
    return module.split(".")[1] if "." in module else ""


def test_the_reader_of_imports_sees_them():
    assert "shapzero_lite.letters" in ARROWS["shapzero_lite.spectra.spectrum"]
    assert sum(map(len, ARROWS.values())) > 250


@pytest.mark.parametrize("place", range(len(ORDER)))
def test_no_chapter_imports_a_later_one(place):
    later = {*ORDER[place + 1 :], "plots", "teach"} - (
        {"plots"} if ORDER[place] == "report" else set()
    )
    found = [
        f"{module} imports {other}"
        for module, others in ARROWS.items()
        if chapter(module) == ORDER[place]
        for other in others
        if chapter(other) in later
    ]
    assert not found


def test_the_neighbours_are_imported_by_nobody_below():
    found = [
        f"{module} imports {other}"
        for module, others in ARROWS.items()
        if chapter(module) in ORDER
        for other in others
        if chapter(other) in {"baselines", "gama", "seism", "teach"}
    ]
    assert not found


def test_there_is_no_circle():
    # A package stands for its __init__, and importing a module runs the packages around it.
    left = {m: {o for o in others if o in MODULES} for m, others in ARROWS.items()}
    while True:
        free = [m for m, others in left.items() if not others & left.keys()]
        if not free:
            break
        for m in free:
            del left[m]
    assert not left
