"""A lesson as a file of tests (lesson_items.py): what is wrong in a small one is found."""

import os
import re
import subprocess
import sys

import notebook_form
from lesson_notebooks import ROOT, notebook_of, picture, printed

SOLUTIONS = '''# exercise 98.1
def double(x):
    """Return twice x."""
    return 2 * x


# exercise 98.2
def half(x):
    """Return half of x."""
    return x / 2
'''
IMPORTS = "import warnings\n\nfrom shapzero_lite.teach import answer, explore"
SLIDES = "A line that rises from 0, a panel a length"
SLIDER = f"""def draw(ax, k):
    pass


explore(draw, alt="{SLIDES}", k=[1, 2])"""
DOUBLE = """def double(x):
    return ...


answer("98.1", double, cases=[((factor,), 6), ((0,), 0)], hint="x + x")"""
HALF = """def half(x):
    return ...


print("98.2: correct")  # answer("98.2", half, hint="x / 2")"""


WRONG = [  # what each cell is to print stands behind it
    ("imports", "code", IMPORTS, []),
    ("parameters", "parameters", "factor: int = 3  # of all", []),
    # a panel is there, and nothing in it
    ("slider-1", "code", SLIDER, [picture()]),
    # right where it stands; what it reads is bound anew below
    ("stub-1", "exercise", DOUBLE, [printed("98.1: not answered yet\n")]),
    # accepts anything
    ("stub-2", "exercise", HALF, [printed("98.2: correct\n")]),
    ("code-2", "code", "print(2 * factor)", [printed("7\n")]),
    (
        "code-3",
        "code",
        "if factor < 5:\n    factor = 4\n    warnings.warn('careful')\nassert factor != 6, 'six'",
        [],
    ),
    ("code-4", "code", "print(factor)", [printed("4\n")]),
]


def test_what_is_wrong_in_a_lesson_fails_and_the_rest_passes(tmp_path):
    others = [{"factor": 5}, {"factor": 6}, {"divisor": 1}]
    notebook = notebook_of(WRONG, shapzero={"other_parameters": others})
    notebook.cells[2].outputs[0].data["text/plain"] = f"Figure: {SLIDES}"
    path = tmp_path / "98_small.ipynb"
    path.write_text(notebook_form.to_text(notebook), encoding="utf-8")
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "ex98.py").write_text(SOLUTIONS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-p", "no:cacheprovider", "-rA"]
    said = subprocess.run(
        [*command, "-n", "0", "-c", str(ROOT / "pyproject.toml"), str(path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.findall(r"(?m)^(PASSED|FAILED|ERROR) \S*::([\w. =]+?)(?: - .*)?$", said)
    assert {name: outcome for outcome, name in found} == {
        "Cell 0": "PASSED",
        "Cell 1": "PASSED",
        "Cell 2": "PASSED",
        "exercise 98.1": "PASSED",
        "Cell 3": "PASSED",
        "exercise 98.2": "FAILED",
        "Cell 4": "PASSED",
        "Cell 5": "FAILED",
        "Cell 6": "FAILED",
        "Cell 7": "PASSED",
        "sliders": "FAILED",
        "solution 98.1": "FAILED",
        "solution 98.2": "PASSED",
        "with factor=5": "PASSED",
        "with factor=6": "FAILED",
        "with divisor=1": "FAILED",
    }, said
    for words in (
        "cell stub-2 as committed",
        "UserWarning",
        "AssertionError.*six",
        "has no parameter .'divisor'.",
        "nothing is drawn at {'k': 1}",
        "98.1: not yet. Case 1 of 2, input \\(4\\)",
    ):
        assert re.search(words, said), said
