"""A file chooser and sliders for JupyterLab; elsewhere one line that says what would be there."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shapzero_lite.letters import Alphabet

if TYPE_CHECKING:
    import ipywidgets

    from shapzero_lite.report import Analysis

_BUDGETS = (1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 200_000, 1_000_000)
_UPLOADED = "uploaded: "
_FASTA = ("*.fa", "*.fasta", "*.fna", "*.faa")


def panel(**arguments: Any) -> ipywidgets.VBox | None:
    """Show a file chooser, sliders and a button that runs the analysis; return the widgets.

    ``arguments``: as for ``read_request``; they are where the widgets start. Choices: a FASTA
    file (one of the current folder, or uploaded), model, alphabet, budget, order of interactions,
    and, once it has run, the sequence shown. What is wrong is said under the button before any
    query. Returns None where there is no live notebook, or with SHAPZERO_STATIC=1.

    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> panel()
    In JupyterLab, a file chooser and sliders for budget, order and sequence stand here.
    """
    if os.environ.get("SHAPZERO_STATIC") == "1" or not _live():
        print(  # noqa: T201 - the reader of a page should know what is missing from it
            "In JupyterLab, a file chooser and sliders for budget, order and sequence stand here."
        )
        return None
    from IPython.display import display

    made = Panel(arguments)
    display(made.box)
    return made.box


class Panel:
    """The widgets, and what happens when they are used."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        import ipywidgets as w

        from shapzero_lite.report.budget import whole

        self.arguments = {**arguments}
        self.found: Analysis | None = None
        here = sorted(str(p) for pattern in _FASTA for p in Path().glob(pattern))
        wide = {"style": {"description_width": "9em"}, "layout": w.Layout(width="34em")}
        self.model = w.Text(self._word("model"), description="model", **wide)
        self.model.placeholder = "my_package:predict; empty: our guide RNA model"
        self.file = w.Combobox(
            value=self._word("sequences"), options=here, description="FASTA file", **wide
        )
        self.file.placeholder = "a file; empty: EGFP"
        self.upload = w.FileUpload(accept=".fa,.fasta,.fna,.faa,.txt", description="or upload")
        self.alphabet = w.Combobox(
            value=self._word("alphabet") or "DNA", options=["DNA", "RNA", "PROTEIN"],
            description="alphabet", **wide,
        )  # fmt: skip
        budget = whole("budget", arguments.get("budget") or 10_000, 1)
        self.budget = w.SelectionSlider(
            options=[(f"{b:,}", b) for b in sorted({*_BUDGETS, budget})], value=budget,
            description="budget", **wide,
        )  # fmt: skip
        order = whole("order", arguments.get("order") or 2, 1)
        self.order = w.IntSlider(order, 1, max(4, order), description="order", **wide)
        self.run = w.Button(description="explain", button_style="primary")
        self.said = w.Output()
        self.shown = w.IntSlider(1, 1, 1, description="sequence", continuous_update=False, **wide)
        self.picture = w.Output()
        self.upload.observe(self._sent, "value")
        self.run.on_click(self.explain)
        self.shown.observe(self.draw, "value")
        chosen = w.HBox([self.file, self.upload])
        self.box = w.VBox(
            [self.model, chosen, self.alphabet, self.budget, self.order, self.run, self.said,
             self.shown, self.picture]
        )  # fmt: skip

    def explain(self, _button: Any = None) -> None:
        """Read what was chosen, run, print the verdict or what is wrong, draw."""
        from shapzero_lite.report import read_request, run

        self.said.clear_output()
        self.picture.clear_output()
        self.found = None  # nothing old is drawn while this one runs, or when it fails
        self.run.disabled = True
        with self.said, tempfile.TemporaryDirectory() as folder:
            try:
                request = read_request(**self._chosen(Path(folder)))
                print(request)  # noqa: T201 - into the panel
                self.found = run(request)
                print(f"\n{self.found.verdict}")  # noqa: T201 - the same
            except (ValueError, TypeError, OSError, ImportError) as error:
                print(f"Not done: {error}")  # noqa: T201 - the same
            finally:
                self.run.disabled = False
        if self.found is not None:
            self.shown.max = len(self.found.shown)
            self.draw()

    def draw(self, _change: Any = None) -> None:
        """Draw the explanation of the sequence that the slider stands on."""
        if self.found is None:
            return
        import matplotlib.pyplot as plt
        from IPython.display import display

        from shapzero_lite import plots

        row = self.shown.value - 1
        figure = plots.attribution(self.found.shown, row)
        figure.suptitle(self.found.names[row], fontsize=9)
        self.picture.clear_output(wait=True)
        with self.picture:
            display(figure)
        plt.close(figure)

    def _chosen(self, folder: Path) -> dict[str, Any]:
        fields = {"model": self.model, "sequences": self.file, "alphabet": self.alphabet}
        # What nobody changed stays what it was: a function, say, and not its name.
        mine = {k: field.value for k, field in fields.items() if field.value != self._word(k)}
        mine |= {"budget": self.budget.value, "order": self.order.value}
        for sent in self.upload.value:
            if self.file.value == _UPLOADED + sent["name"]:
                path = folder / (re.sub(r"[^\w.-]", "_", Path(sent["name"]).name) or "upload")
                path.write_bytes(bytes(sent["content"]))
                mine["sequences"] = str(path)
        return self.arguments | mine

    def _sent(self, _change: Any) -> None:
        for sent in self.upload.value:
            self.file.value = _UPLOADED + sent["name"]

    def _word(self, name: str) -> str:
        """What stands in a text field at the start."""
        given = self.arguments.get(name) or ""
        if isinstance(given, Alphabet):
            return "letters:" + "".join(given.letters)
        return getattr(given, "__name__", str(given))


def _live() -> bool:
    try:
        import ipywidgets  # noqa: F401 - whether it is there
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
