"""Pages of the site that are written from what is there: API, gallery, solutions, citation.

Each function returns {file name inside the source folder of the site: its text or bytes}, so that
nothing here can drift from the package or the lessons.
"""

from __future__ import annotations

import ast
import base64
import importlib
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import notebook_form

Pages = dict[str, str | bytes]

# The chapters of the package, in the order of its first sentence, and what stands beside them.
CHAPTERS = {
    "letters": "Letters",
    "queries": "Queries",
    "spectra": "Spectra",
    "spectra.mobius": "Möbius",
    "sketching": "Sketching",
    "sketching.qsft": "q-SFT",
    "explaining": "Explaining",
    "report": "Report",
    "models": "Models",
    "baselines": "Baselines",
    "gama": "GAMA",
    "seism": "SEISM",
    "plots": "Plots",
    "teach": "In a lesson",
    "data": "Data",
}
PICTURE = "image/png"
CAPTION = re.compile(r"\*\*Figure [^*]*\*\*.*?[.?](?=\s|$)", re.DOTALL)  # its first sentence
LINK = re.compile(r"\[([^\]]+)\]\([^)\s]+\)")  # a card of the gallery is a link, and holds none


def public_names(module: ModuleType) -> list[str]:
    """Return what a module offers: its ``__all__``, or what it defines without an underscore."""
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = [
            name
            for name, thing in vars(module).items()
            if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        ]
    return sorted(listed, key=str.lower)


def api() -> Pages:
    """Return a page for each chapter and their index; every name is told once, by its docstring.

    A name that ``sz`` itself offers goes by that name on the page of its chapter.
    """
    import shapzero_lite as sz

    pages: Pages = {}
    told: dict[int, str] = {}  # by identity: what a page above has an entry for
    for chapter, title in CHAPTERS.items():
        module = importlib.import_module(f"shapzero_lite.{chapter}")
        lines = _titled(title)
        lines += [f".. automodule:: shapzero_lite.{chapter}", "   :no-members:", ""]
        listed, entries = [], []
        for name in public_names(module):
            thing = getattr(module, name)
            ours = name in sz.__all__ and getattr(sz, name) is thing
            full = f"shapzero_lite.{name}" if ours else f"{module.__name__}.{name}"
            if id(thing) not in told:
                entries += [*_entry(full, thing), ""]
            if hasattr(thing, "__name__"):
                listed.append(told.setdefault(id(thing), full))
        lines += [*_summary(listed), *entries]
        pages[f"api/{chapter}.rst"] = "\n".join(lines)
    names = [name for name in sz.__all__ if hasattr(getattr(sz, name), "__code__") or
             isinstance(getattr(sz, name), type)]  # fmt: skip
    lines = [
        *_titled("API reference"),
        "Every public name, from its docstring; the examples are doctests that ``make test`` runs.",
        "``import shapzero_lite as sz`` loads NumPy and tqdm only, and offers:",
        "",
        *_summary([f"shapzero_lite.{name}" for name in sorted(names, key=str.lower)]),
        "The chapters hold these names and more. Those after *Explaining* load when first used.",
        "",
        ".. toctree::",
        "   :maxdepth: 1",
        "",
        *(f"   {chapter}" for chapter in CHAPTERS),
        "",
    ]
    pages["api/index.rst"] = "\n".join(lines)
    return pages


def _titled(title: str) -> list[str]:
    return [title, "=" * len(title), ""]


def _summary(names: list[str]) -> list[str]:
    head = [".. currentmodule:: None", "", ".. autosummary::", "   :signatures: none"]
    return [*head, "", *(f"   ~{n}" for n in names), ""]


def _entry(name: str, thing: object) -> list[str]:
    if isinstance(thing, type):
        return [f".. autoclass:: {name}", "   :members:"]
    if hasattr(thing, "__code__"):
        return [f".. autofunction:: {name}"]
    if isinstance(thing, Mapping):
        keys = ", ".join(f"``{key!r}``" for key in thing)
        return [f".. py:data:: {name}", "", f"   A table by name: {keys}."]
    return [f".. py:data:: {name}", f"   :value: {thing!r}"]


def lesson_title(path: Path) -> str:
    """Return the title of a notebook as Markdown, or its file name."""
    return notebook_form.front_matter(notebook_form.read(path))["title"] or path.stem


def gallery(lessons: list[Path]) -> Pages:
    """Return the gallery: every figure of the lessons, its caption, and the way to its place."""
    pages: Pages = {}
    lines = ["# Gallery", "", "Every figure of the lessons; each leads to its place and its code."]
    for path in lessons:
        lines += ["", f"## {lesson_title(path)}", "", "::::{grid} 1 2 2 3", ":gutter: 3", ""]
        number = 0
        for cell, after in pairwise(notebook_form.read(path).cells):
            caption = CAPTION.match(after.source)
            for output in cell.get("outputs", []):
                if PICTURE not in output.get("data", {}):
                    continue
                number += 1
                name = f"gallery/{path.stem}-{number}.png"
                pages[name] = base64.b64decode(output.data[PICTURE])
                lines += [
                    ":::{grid-item-card}",
                    f":link: notebooks/{path.stem}.html#{cell.id}",
                    f":link-alt: To this figure in lesson {path.stem.partition('_')[0]}",
                    f":img-top: {name}",
                    f":img-alt: {' '.join(output.metadata[PICTURE]['alt'].split())}",
                    "",
                    LINK.sub(r"\1", " ".join(caption.group(0).split())) if caption else "",
                    ":::",
                ]
        lines.append("::::")
    return {"gallery.md": "\n".join([*lines, ""]), **pages}


def contents(folder: Path) -> Pages:
    """Return the pages that open a section, with the list that orders what is below them.

    On GitHub these pages are read as they are; the list would only be noise there.
    """
    pages: Pages = {}
    for name, below in {
        "notebooks/README.md": ["[0-9]*.ipynb"],
        "notebooks/supplement/README.md": ["claims.md", "*.ipynb"],
        "docs/adapters/README.md": ["[a-z]*.md"],
    }.items():
        page = folder / name
        found = [path.stem for pattern in below for path in sorted(page.parent.glob(pattern))]
        if name == "notebooks/README.md":
            found.append("solutions/index")
        lines = ["", "```{toctree}", ":hidden:", "", *found, "```", ""]
        pages[name] = page.read_text(encoding="utf-8") + "\n".join(lines)
    return pages


def solutions(folder: Path) -> Pages:
    """Return a page of solutions for each lesson that has some, and the page that lists them."""
    pages: Pages = {}
    rows = []
    for path in sorted(folder.glob("ex*.py")):
        number = path.stem.removeprefix("ex")
        text = path.read_text(encoding="utf-8")
        summary = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
        pages[f"notebooks/solutions/{path.stem}.md"] = (
            f"---\norphan: true\n---\n\n# Solutions to lesson {number}\n\n"
            f'In a notebook, `reveal("{int(number)}.1")` prints one of them.\n\n'
            f"```{{literalinclude}} {path.name}\n:language: python\n```\n"
        )
        rows.append(f"- [Lesson {number}]({path.stem}.md): {summary}")
    pages["notebooks/solutions/index.md"] = "\n".join(
        [
            "# Solutions",
            "",
            "Try first: every exercise says right or wrong in its notebook, and gives a hint.",
            "",
            *rows,
            "",
        ]
    )
    return pages


def citation(path: Path) -> Pages:
    """Return the entries of a CITATION.cff, the software first, as a BibTeX file to include."""
    import yaml

    given = yaml.safe_load(path.read_text(encoding="utf-8"))
    entries = []
    for item in [given, *given.get("references", [])]:
        people = [
            f"{one['family-names']}, {one['given-names']}" if "name" not in one else
            f"{{{one['name']}}}"
            for one in item["authors"]
        ]  # fmt: skip
        fields = {
            "title": f"{{{item['title']}}}",
            "author": " and ".join(people),
            "year": item.get("year"),
            "version": item.get("version"),
            "url": item.get("url", item.get("repository-code")),
            "note": item.get("notes"),
        }
        key = people[0].strip("{").partition(",")[0].replace(" ", "-").rstrip("}")
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        kind = "software" if item["type"] == "software" else "misc"
        entries.append("\n".join([f"@{kind}{{{key},", *lines, "}"]))
    return {"citation.bib": "\n\n".join(entries) + "\n"}
