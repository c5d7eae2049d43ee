"""Rules of taste: how a lesson is cut, named and worded. Their breaches are reported, none fails.

A rule takes a notebook and its number and yields a line, which names the cell, for each remark.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from itertools import pairwise

import notebook_form
from lesson_cells import code_cells, markdown_cells, named, pictures, words, words_to_read
from nbformat import NotebookNode
from rules_of_truth import MOVES, Rule

FIRST = ("title", "goals", "parameters", "imports", "cold-open")
BODY = ("theory", "code", "check", "figure", "caption", "explore", "slider", "exercise", "stub")
LAST = ("control", "result", "limits", "summary", "references")
CODE_LINES = 25
# Not fewer: lessons squeezed into 1,800 words had sentences that students read three times.
WORDS = (600, 2100)
THEORY_WORDS = 150
CAPTION_WORDS = 5
PICTURE_BYTES = 60 * 1024
NOTEBOOK_BYTES = 400 * 1024


def sections(notebook: NotebookNode, number: int) -> Iterator[str]:
    """All sections of a lesson are there, in order, and every id belongs to one."""
    order = [cell.id for cell in notebook.cells]
    known = "|".join((*FIRST, *BODY, *LAST))
    begins: dict[str, int] = {}
    for name in (*FIRST, *LAST, *BODY):
        cells = named(notebook, name)
        if not cells:
            yield f"cell {name}: missing"
        elif name not in BODY:
            begins[name] = order.index(cells[0].id)
    for (name, here), (following, then) in pairwise(begins.items()):
        if here > then:
            yield f"cell {following}: comes before {name}"
    body = range(begins.get("cold-open", -1) + 1, begins.get("references", len(order)))
    for position, name in enumerate(order):
        match = re.fullmatch(rf"({known})(-[a-z0-9_-]+)?", name)
        if not match:
            yield f"cell {name}: belongs to no section"
        elif match.group(1) in BODY and position not in body:
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
    for cell in named(notebook, "goals")[:1]:
        count = len(re.findall(r"^\s*(?:[-*]|\d+\.)\s", cell.source, flags=re.MULTILINE))
        if not 4 <= count <= 6:
            yield f"cell {cell.id}: {count} goals, not 4 to 6"


def lengths(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Code cells have at most 25 lines."""
    for cell in code_cells(notebook):
        lines = len(cell.source.splitlines())
        if lines > CODE_LINES:
            yield f"cell {cell.id}: {lines} lines, at most {CODE_LINES}"


def word_counts(notebook: NotebookNode, number: int) -> Iterator[str]:
    """A lesson has 600 to 2100 words, its references and optional end aside; a theory cell 150."""
    total = words_to_read(notebook)
    if not WORDS[0] <= total <= WORDS[1]:
        yield f"all markdown cells but references: {total} words, not {WORDS[0]} to {WORDS[1]}"
    for cell in markdown_cells(notebook):
        count = words(cell.source)
        if cell.id.startswith("theory") and count > THEORY_WORDS:
            yield f"cell {cell.id}: {count} words, at most {THEORY_WORDS}"


def sizes(notebook: NotebookNode, number: int) -> Iterator[str]:
    """A picture has at most 60 KiB, a notebook 400 KiB."""
    for cell in code_cells(notebook):
        for picture, _ in pictures(cell):
            size = len(base64.b64decode(picture)) if not picture.startswith("<") else len(picture)
            if size > PICTURE_BYTES:
                yield f"cell {cell.id}: a picture of {size} bytes, at most {PICTURE_BYTES}"
    size = len(notebook_form.to_text(notebook).encode())
    if size > NOTEBOOK_BYTES:
        yield f"the notebook: {size} bytes, at most {NOTEBOOK_BYTES}"


def captions(notebook: NotebookNode, number: int) -> Iterator[str]:
    """The cell after a picture is its caption."""
    for cell, following in zip(notebook.cells, [*notebook.cells[1:], None], strict=True):
        captioned = following is not None and (
            following.cell_type == "markdown"
            and "caption" in following.id
            and words(following.source) >= CAPTION_WORDS
        )
        if list(pictures(cell)) and not captioned:
            yield f"cell {cell.id}: no caption cell after the picture"


def exercises(notebook: NotebookNode, number: int) -> Iterator[str]:
    """Two exercises or more; each says how hard it is and how many minutes it takes."""
    cells = [cell for cell in notebook.cells if re.fullmatch(r"exercise-\w+", cell.id)]
    if len(cells) < 2:
        yield f"{len(cells)} exercises, at least 2"
    for cell in cells:
        if not re.search(r"(?i)\b(easy|medium|hard)\b", cell.source):
            yield f"cell {cell.id}: does not say whether it is easy, medium or hard"
        if not re.search(r"\d+\s*(min\b|minutes?)", cell.source):
            yield f"cell {cell.id}: does not say how many minutes"


def explorations(notebook: NotebookNode, number: int) -> Iterator[str]:
    """At least one slider, or another thing that moves, with questions beside it."""
    if not any(re.search(MOVES, cell.source) for cell in code_cells(notebook)):
        yield "no cell calls explore, nor clock or the like"
        return
    asked = [c.source.count("?") for c in markdown_cells(notebook) if c.id.startswith("explore-")]
    if sum(asked) < 2:
        yield "cells explore-N: fewer than two questions beside the slider"


OF_ALL: list[Rule] = [lengths, sizes, captions]
OF_LESSONS: list[Rule] = [*OF_ALL, sections, title, word_counts, exercises, explorations]
