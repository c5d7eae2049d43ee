"""The committed notebooks, and a small lesson in memory that keeps every rule."""

import base64
import contextlib
import io
import warnings
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SUPPLEMENT = sorted((ROOT / "notebooks" / "supplement").glob("*.ipynb"))
ALT = "Three bars of equal height, one for each letter"
STUB = """def double(x):
    return ...


answer("98.{}", double, cases=[((2,), 4), ((3,), 6)], hint="Add x to itself.")"""


def png(width=40, height=30, changed=0, levels=0):
    """Return a grey picture as base64; so many pixels are raised by so many levels."""
    import numpy as np
    from PIL import Image

    pixels = np.full((height, width, 3), 120, dtype=np.uint8)
    pixels.reshape(-1, 3)[:changed] += np.uint8(levels)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="png")
    return base64.b64encode(buffer.getvalue()).decode()


def picture(data=None):
    """Return the output of a cell that shows a picture."""
    return new_output(
        "display_data",
        data={"image/png": data or png(), "text/plain": f"Figure: {ALT}"},
        metadata={"image/png": {"alt": ALT}},
    )


def printed(text):
    """Return the output of a cell that prints."""
    return new_output("stream", name="stdout", text=text)


def printed_by(notebook, name):
    """Return what a cell printed, without what went to stderr."""
    (cell,) = [cell for cell in notebook.cells if cell.id == name]
    return "".join(o.text for o in cell.outputs if o.get("name") == "stdout")


def notebook_of(cells, shapzero=None):
    """Return an executed notebook in the committed form from (id, kind or tag, source, outputs)."""
    made, count = [], 0
    for name, kind, source, outputs in cells:
        if kind == "text":
            made.append(new_markdown_cell(source, id=name))
            continue
        count += 1
        cell = new_code_cell(source, id=name, execution_count=count, outputs=outputs)
        if kind != "code":
            cell.metadata["tags"] = [kind]
        made.append(cell)
    notebook = nbformat.v4.new_notebook(cells=made)
    notebook.nbformat_minor = 5
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    notebook.metadata["language_info"] = {"name": "python"}
    if shapzero is not None:
        notebook.metadata["shapzero"] = shapzero
    return notebook


def run_here(notebook, folder):
    """Run a notebook's cells in this process; return (what they print, cells begun, error or None).

    It ends with the first cell that raises or warns. Cells begun are counted as a kernel counts.
    """
    import matplotlib as mpl

    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    namespace, out, count = {"__name__": "__main__"}, io.StringIO(), 0
    with (
        contextlib.chdir(folder),
        mpl.rc_context(),  # a lesson's look stays in it
        warnings.catch_warnings(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(out),
    ):
        warnings.simplefilter("error")
        for count, cell in enumerate(code, start=1):
            try:
                exec(compile(cell.source, f"<{cell.id}>", "exec"), namespace)  # noqa: S102  (ours)
            except Exception as error:  # noqa: BLE001  (the test says which it must be)
                return out.getvalue(), count, error
    return out.getvalue(), count, None


def small_lesson():
    """Return a lesson that keeps every rule; its numbers are 98.m."""
    filler = "plain words to reach the length of a lesson " * 15
    title = (
        "# 98 · Small\n\n**By the end you will have shown that** two is two.\n\n"
        "**Time:** 20 minutes. **Needs:** nothing. [Next](00_start_here.ipynb)"
    )
    exercise = "## Exercise 98.{} · easy, 3 minutes\nWrite `double`."
    return notebook_of(
        [
            ("title", "text", title, []),
            ("goals", "text", "## Goals\n- one\n- two\n- three\n- four", []),
            ("parameters", "parameters", "q: int = 4  # letters in the alphabet", []),
            ("imports", "code", "from shapzero_lite.teach import answer, explore, show", []),
            ("cold-open", "text", filler, []),
            ("theory-1", "text", "One half: $$\\frac{1}{2} \\tag{98.1}$$ and $q$.", []),
            ("code-1", "code", "half = 1 / 2  # (98.1)", []),
            ("check-1", "code", "print(half)", [printed("0.5\n")]),
            ("figure-1", "code", "show(fig, alt=alt)", [picture()]),
            ("caption-1", "text", "The bars are equally high, all of them.", []),
            ("theory-2", "text", "$$a = b \\tag{98.2}$$ " + filler[:400], []),
            ("explore-1", "text", "What changes? Why?", []),
            ("slider-1", "code", "explore(draw, alt=alt, q=[1, 2])", [picture()]),
            ("caption-slider-1", "text", "The panels show the same bars twice.", []),
            ("exercise-1", "text", exercise.format(1), []),
            ("stub-1", "exercise", STUB.format(1), [printed("98.1: not answered yet\n")]),
            ("exercise-2", "text", exercise.format(2), []),
            ("stub-2", "exercise", STUB.format(2), [printed("98.2: not answered yet\n")]),
            ("control", "code", "assert half != 1", []),
            ("result", "text", filler[:450] + ".", []),
            ("limits", "text", filler, []),
            ("summary", "text", filler, []),
            ("references", "text", filler + " arXiv 2410.19236", []),
        ],
        shapzero={"other_parameters": [{"q": 5}]},
    )
