"""`dir(sz)` and editors know every name that a reader is shown."""

import ast
import importlib
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

import shapzero_lite as sz

pytest.importorskip("matplotlib", reason="extra `plots` is absent: sz.plots and sz.teach need it")

ROOT = Path(__file__).parent.parent
PAGES = [
    *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md"),
    *ROOT.glob("benchmarks/*.md"), *ROOT.glob("notebooks/**/*.md"),
    *ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("notebooks/solutions/*.py"),
]  # fmt: skip
NAME = re.compile(r"\bsz\.([A-Za-z]\w*)(?:\.(\w+))?")
IMPORT = re.compile(r"^\s*from (shapzero_lite[\w.]*) import ([\w, ]+)", re.MULTILINE)


def text_of(path):
    """What a reader sees: of a notebook the cells, not pictures in base 64."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text


def shown(path):
    return NAME.findall(text_of(path))


def test_the_pages_are_found():
    assert len(PAGES) > 40
    assert ("models", "guide_rna") in shown(ROOT / "README.md")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_dir_knows_the_names_that_a_page_shows(path):
    assert {first for first, _ in shown(path)} <= set(dir(sz))
    for first, second in shown(path):
        if second and isinstance(getattr(sz, first), ModuleType):
            assert hasattr(getattr(sz, first), second), f"sz.{first}.{second}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_that_a_page_shows_work(path):
    for module, names in IMPORT.findall(text_of(path)):
        found = importlib.import_module(module)
        for name in names.replace(" ", "").split(","):
            assert hasattr(found, name) or importlib.import_module(f"{module}.{name}")


def test_dir_holds_what_there_is():
    assert dir(sz) == sorted(set(dir(sz)))
    for name in dir(sz):
        assert getattr(sz, name) is not None


def test_type_checkers_see_what_is_loaded_when_first_used():
    source = Path(sz.__file__).read_text(encoding="utf-8")
    (block,) = [
        node for node in ast.parse(source).body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]  # fmt: skip
    imported = {alias.name for node in block.body for alias in node.names}
    assert imported == set(sz._LAZY)
    assert imported < set(sz.__all__)
