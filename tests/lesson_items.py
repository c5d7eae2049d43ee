"""A lesson as a file of tests: every cell (nbval), and what is tried between and after them.

One kernel runs a lesson once. nbval compares what its cells print with what is committed; before
each exercise, and after the last cell, lesson_trials.py tries in the same kernel what a reader
would. Then its names are forgotten, and the lesson runs with other values of its parameters, as
they stand in its metadata, `shapzero.other_parameters`: a list of {parameter: value}.
"""

from pathlib import Path

import pytest
from lesson_trials import number_of
from nbval.plugin import IPyNbFile
from papermill import inspect_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

ROOT = Path(__file__).resolve().parents[1]
# No name of ours among the lesson's.
FIND = f"__import__('sys').path.append({str(ROOT / 'tests')!r})"
CALL = "__import__('lesson_trials')."


class Lesson(IPyNbFile):
    """The cells of one lesson, its exercises, and its sliders."""

    def collect(self):
        """Yield the cells in their order, an exercise before its cell, and what comes last."""
        stubs = []
        for item in super().collect():
            if "exercise" in item.cell.metadata.get("tags", []):
                stubs.append((number_of(item.cell), repr(item.cell.id)))
                yield self._trial("exercise", *stubs[-1])
            yield item
        if any(c.cell_type == "code" and "explore(" in c.source for c in self.nb.cells):
            yield Trial.from_parent(self, name="sliders", call="check_sliders()")
        for number, cell in stubs:
            yield self._trial("solution", number, cell)
        for values in self.nb.metadata.get("shapzero", {}).get("other_parameters", []):
            named = ",".join(f"{name}={value}" for name, value in values.items())
            yield WithOthers.from_parent(self, name=f"with {named}", values=values)

    def _trial(self, kind, number, cell):
        call = f"check_{kind}({str(self.path)!r}, {cell}, get_ipython().user_ns)"
        return Trial.from_parent(self, name=f"{kind} {number}", call=call)

    def setup(self):
        """Start the kernel."""
        super().setup()
        assert self.run(f"{FIND}; {CALL}begin(get_ipython())") == ""

    def run(self, code):
        """Run code in the kernel; return the traceback where it raised, or what is on stderr."""
        written = []

        def noted(message):
            if message["content"].get("name") == "stderr":
                written.append(message["content"]["text"])

        limit = self.config.option.nbval_cell_timeout
        reply = self.kernel.kc.execute_interactive(
            code, store_history=False, timeout=limit, output_hook=noted
        )["content"]
        return "\n".join(reply["traceback"] if reply["status"] == "error" else written)


class Trial(pytest.Item):
    """A function of lesson_trials.py, called in the kernel of the lesson."""

    def __init__(self, call, **rest):
        super().__init__(**rest)
        self.call = call

    def runtest(self):
        """Fail with the traceback of the kernel."""
        raised = self.parent.run(CALL + self.call)
        if raised:
            pytest.fail(raised, pytrace=False)

    def reportinfo(self):
        """Return where the test stands, and its name."""
        return self.path, 0, self.name


class WithOthers(pytest.Item):
    """The lesson with other values of its parameters: no cell raises, warns or writes to stderr."""

    def __init__(self, values, **rest):
        super().__init__(**rest)
        self.values = values

    def runtest(self):
        """Run the cells, with papermill's cell of values below the lesson's own."""
        unknown = set(self.values) - set(inspect_notebook(str(self.path)))
        assert not unknown, f"{self.path.name} has no parameter {sorted(unknown)}"
        assert self.parent.run(f"{CALL}start_over(get_ipython())") == ""
        notebook = parameterize_notebook(load_notebook_node(str(self.path)), self.values)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                said = self.parent.run(cell.source)
                if said:
                    pytest.fail(f"cell {cell.get('id')}: {said}", pytrace=False)

    def reportinfo(self):
        """Return where the test stands, and its name."""
        return self.path, 0, self.name
