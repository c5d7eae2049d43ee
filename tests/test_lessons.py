"""Every lesson keeps the rules of truth in tools/lessons, and every rule can fail.

Rules of taste are tested on a small lesson only: `make lessons-report` says what the others break.
"""

import base64
import copy
from pathlib import Path

import check_lessons
import lesson_cells
import notebook_form
import pytest
import rules_of_taste
import rules_of_truth
from lesson_notebooks import LESSONS, ROOT, SUPPLEMENT, printed, small_lesson
from nbformat.v4 import new_markdown_cell, new_output

RULES = [*rules_of_truth.OF_LESSONS, *rules_of_taste.OF_LESSONS]
NAMED = {rule.__name__: rule for rule in RULES}


@pytest.mark.parametrize("path", [*LESSONS, *SUPPLEMENT], ids=lambda path: path.stem)
def test_keeps_the_rules_of_truth(path):
    breaches = check_lessons.breaches(path)
    assert not breaches, "\n".join([path.name, *breaches])


def test_the_first_four_lessons_exist():
    if LESSONS:
        numbers = {check_lessons.lesson_number(path) for path in LESSONS}
        assert {0, 1, 2, 3} <= numbers


def test_lessons_are_listed_in_the_index_of_the_folder():
    readme = ROOT / "notebooks" / "README.md"
    if LESSONS and readme.is_file():
        text = readme.read_text(encoding="utf-8")
        assert [path.name for path in [*LESSONS, *SUPPLEMENT] if path.name not in text] == []


def test_a_lesson_in_order_breaks_no_rule():
    for rule in RULES:
        assert list(rule(small_lesson(), 98)) == [], rule.__name__


# One way to break each rule: rule, cell, what is done to the cell, what the message names.
def _print(text, name="stdout"):
    return lambda cell: cell.outputs.append(new_output("stream", name=name, text=text))


def _source(old, new):
    def change(cell):
        assert old in cell.source
        cell.source = cell.source.replace(old, new)

    return change


def _set(name, value):
    return lambda cell: cell.__setitem__(name, value)


def _alt(cell):
    cell.outputs[0].metadata["image/png"]["alt"] = "Bars"


def _huge(cell):
    cell.outputs[0].data["image/png"] = base64.b64encode(b"x" * 61 * 1024).decode()


BROKEN = [
    ("ids", "theory-1", _set("id", "a1b2C3"), "a1b2C3"),
    ("ids", "theory-2", _set("id", "theory-1"), "twice"),
    ("sections", "limits", _set("id", "theory-9"), "limits: missing"),
    ("sections", "goals", _set("id", "aims"), "aims"),
    ("title", "title", _source("By the end", "At the end"), "no claim"),
    ("title", "title", _source("20 minutes", "soon"), "minutes"),
    ("title", "title", _source("Needs", "Wants"), "needs"),
    ("title", "goals", _set("source", "## Goals\n- one\n- two"), "2 goals"),
    ("parameters", "parameters", _set("metadata", {}), "the tag is on"),
    ("parameters", "parameters", _source("q: int =", "q ="), "like"),
    ("parameters", "parameters", _source("# letters in the alphabet", ""), "no comment"),
    ("other_parameters", "parameters", _set("source", "r: int = 4  # letters"), "q is not in"),
    ("lengths", "code-1", _set("source", "x = 1\n" * 26), "26 lines"),
    ("word_counts", "theory-1", _set("source", "word " * 151), "151 words"),
    ("word_counts", "theory-1", _set("source", "word " * 2101), "not 600 to 2100"),
    ("sizes", "figure-1", _huge, "62464 bytes"),
    ("sizes", "limits", _set("source", "x" * 410_000), "the notebook"),
    ("executed", "check-1", _set("execution_count", 9), "count 9"),
    ("executed", "check-1", _print("Warning: old", "stderr"), "stderr"),
    ("checked_everywhere", "check-1", _set("source", "# NBVAL_SKIP\n1"), "NBVAL_SKIP"),
    (
        "checked_everywhere",
        "check-1",
        _set("metadata", {"tags": ["nbval-ignore-output"]}),
        "nbval-ignore",
    ),
    ("text_alternatives", "figure-1", _alt, "'Bars'"),
    ("captions", "caption-1", _set("id", "theory-5"), "no caption"),
    ("text_alternatives", "limits", _set("source", "![](picture.png)"), "too short"),
    ("equation_numbers", "code-1", _source("(98.1)", "(98.7)"), "(98.7) has no tag"),
    ("equation_numbers", "theory-1", _source("98.1", "97.1"), "(97.1) does not carry"),
    ("equation_numbers", "theory-2", _source("98.2", "98.1"), "twice"),
    ("equations", "theory-1", _source("\\frac", "\\fraction"), "\\fraction"),
    ("exercises", "exercise-1", _source("easy", "nice"), "easy, medium or hard"),
    ("exercises", "exercise-1", _source("3 minutes", "a while"), "minutes"),
    ("stubs", "stub-1", _set("metadata", {}), "tagged exercise"),
    ("stubs", "stub-1", _source("...", "1"), "returns ..."),
    ("stubs", "stub-1", _source("hint=", "hits="), "no hint"),
    ("stubs", "stub-1", _source("98.1", "97.1"), "does not carry"),
    ("stubs", "stub-1", _set("outputs", [printed("98.1: correct\n")]), "not answered yet"),
    ("stubs", "stub-2", _set("id", "code-9"), "not followed by stub-2"),
    ("stubs", "check-1", _set("source", 'reveal("98.1")'), "calls reveal"),
    ("explorations", "slider-1", _source("explore(", "draw("), "no cell calls explore"),
    ("static_twins", "slider-1", _set("outputs", []), "static twin"),
    ("explorations", "explore-1", _source("?", "."), "two questions"),
    ("control", "control", _set("source", "print(1)"), "assertion"),
    ("citations", "references", _set("source", "A book."), "no address"),
    ("stable_outputs", "check-1", _print("/home/someone/lesson"), "absolute path"),
    ("stable_outputs", "check-1", _print("<Axes at 0x7f2a1b3c4d>"), "address"),
    ("stable_outputs", "check-1", _print("it took 3.2 s"), "duration"),
    ("stable_outputs", "check-1", _print("at 12:30:01"), "time of day"),
    ("form", "check-1", _set("metadata", {"execution": {"iopub.status.busy": "now"}}), "check-1"),
    ("form", "check-1", _set("source", "x = 1\n"), "check-1"),
]


@pytest.mark.parametrize(
    ("rule", "cell", "change", "message"),
    BROKEN,
    ids=[f"{rule}-{cell}-{message}" for rule, cell, _, message in BROKEN],
)
def test_a_broken_lesson_is_caught(rule, cell, change, message):
    notebook = copy.deepcopy(small_lesson())
    (found,) = [one for one in notebook.cells if one.id == cell]
    change(found)
    assert message in "\n".join(NAMED[rule](notebook, 98))


def test_other_versions_in_the_metadata_are_caught():
    notebook = small_lesson()
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    assert "3.11.7" in "\n".join(rules_of_truth.form(notebook, 98))


def test_every_rule_is_broken_by_one_of_these():
    assert {rule for rule, *_ in BROKEN} == set(NAMED)


def test_a_formula_is_one_word_and_a_displayed_equation_none():
    assert lesson_cells.words("The sum $a + b + c$ is\n\n$$x = y$$\n\n**small**.") == 5


def test_the_words_of_references_and_of_an_optional_end_are_not_counted():
    notebook = small_lesson()
    (references,) = [cell for cell in notebook.cells if cell.id == "references"]
    before = lesson_cells.words_to_read(notebook)
    references.source += " word" * 3000
    at = notebook.cells.index(references)
    for words in ("## Optional: more" + " word" * 3000, "word " * 3000):
        notebook.cells.insert(at, new_markdown_cell(words))
        at += 1
    assert lesson_cells.words_to_read(notebook) == before
    assert list(rules_of_taste.word_counts(notebook, 98)) == []


@pytest.fixture
def committed(tmp_path):
    """Return a function that writes the small lesson with other sources of its cells."""

    def write(**sources):
        notebook = small_lesson()
        for cell in notebook.cells:
            cell.source = sources.get(cell.id, cell.source)
        path = Path(tmp_path) / "98_small.ipynb"
        path.write_text(notebook_form.to_text(notebook), encoding="utf-8")
        return path

    return write


def test_a_failing_notebook_lists_all_that_is_wrong_with_it(committed):
    path = committed(parameters="q = 4", control="print(1)")
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert check_lessons.breaches(path) == [
        "parameters: cell parameters: write 'q = 4' like 'q: int = 4  # letters'",
        "control: cell control: no code with an assertion",
        "form: the file was not written by run_notebooks.py; run it before you commit",
    ]


def test_the_command_reports_taste_and_fails_for_truth_only(committed, capsys):
    assert check_lessons.main([str(committed(title="# 98"))]) == 0
    out = capsys.readouterr().out
    assert "taste: title: cell title: no claim" in out
    assert "notebooks: 1; breaches of truth: 0, of taste: 4" in out
    assert check_lessons.main([str(committed(control="print(1)"))]) == 1
    assert "truth: control: cell control: no code" in capsys.readouterr().out
