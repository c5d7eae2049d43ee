"""A file chooser and fields for JupyterLab; elsewhere one line that says what would be there."""

from __future__ import annotations

import base64
import html
import io
import os
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from shapzero_lite.letters import Alphabet
from shapzero_lite.report.stoppable import Stoppable

if TYPE_CHECKING:
    import ipywidgets

    from shapzero_lite.report import Analysis

_BUDGETS = (1_000, 2_000, 5_000, 10_000, 20_000, 60_000, 200_000, 1_000_000)
_UPLOADED = "uploaded: "
_FASTA = ("*.fa", "*.fasta", "*.fna", "*.faa")


def panel(**arguments: Any) -> ipywidgets.VBox | None:
    """Return a file chooser, fields, a button that runs the analysis and one that stops it.

    A notebook shows them where they are the last line of a cell. ``arguments``: as for
    ``read_request``; they are where the fields start. Choices: a FASTA file (one of the current
    folder, or uploaded), model, alphabet, window, budget, order of interactions, and, once it has
    run, the sequence shown. What is wrong is said under the buttons before any query. What was
    asked before a stop is not asked again by the next run. Returns None where there is no live
    notebook, or with SHAPZERO_STATIC=1.

    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> panel()
    In JupyterLab, a file chooser and fields for budget, order and sequence stand here.
    """
    if os.environ.get("SHAPZERO_STATIC") == "1" or not _live():
        print(  # noqa: T201 - the reader of a page should know what is missing from it
            "In JupyterLab, a file chooser and fields for budget, order and sequence stand here."
        )
        return None
    return Panel(arguments).box


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
        self.window = w.BoundedIntText(
            whole("window", arguments.get("window") or 0, 0), 0, 1_000_000,
            description="window", **wide,
        )  # fmt: skip
        self.window.tooltip = "letters of a window; 0: as many as the model says, or all"
        budget = whole("budget", arguments.get("budget") or 10_000, 1)
        self.budget = w.Dropdown(
            options=[(f"{b:,}", b) for b in sorted({*_BUDGETS, budget})], value=budget,
            description="budget", **wide,
        )  # fmt: skip
        order = whole("order", arguments.get("order") or 2, 1)
        self.order = w.BoundedIntText(order, 1, max(4, order), description="order", **wide)
        self.run = w.Button(description="explain", button_style="primary")
        self.cancel = w.Button(description="cancel", disabled=True)
        self.asked = w.Label()
        self.said = w.HTML()
        self.shown = w.BoundedIntText(1, 1, 1, description="sequence", **wide)
        self.picture = w.HTML()
        self.asker = Stoppable(self._count)
        self.upload.observe(self._sent, "value")
        self.run.on_click(self.explain)
        self.cancel.on_click(lambda _button: self.asker.stop())
        self.shown.observe(self.draw, "value")
        chosen = w.HBox([self.file, self.upload])
        buttons = w.HBox([self.run, self.cancel, self.asked])
        self.box = w.VBox(
            [self.model, chosen, self.alphabet, self.window, self.budget, self.order, buttons,
             self.said, self.shown, self.picture]
        )  # fmt: skip

    def explain(self, _button: Any = None) -> None:
        """Read what was chosen, run, say the verdict or what is wrong, draw."""
        self.said.value = ""
        self.picture.value = ""
        self.found = None  # nothing old is drawn while this one runs, or when it fails
        self.run.disabled, self.cancel.disabled = True, False
        if _live():  # in a thread, so that the kernel hears the other button
            Thread(target=self._explain, daemon=True).start()
        else:
            self._explain()

    def _explain(self) -> None:
        from shapzero_lite.report import read_request, run

        try:
            with tempfile.TemporaryDirectory() as folder:
                request = read_request(**self._chosen(Path(folder)))
                self._say(request)
                self.most = request.n_queries
                if request.model is not None:
                    request = replace(request, model=self.asker.asking(request.model, request))
                self.found = run(request, progress=False)
                self.asker.forget()
                self._say(f"\n{self.found.verdict}")
        except KeyboardInterrupt:
            self._say(
                f"Stopped: {self.asker.n_kept:,} answers are kept, and explain goes on from there."
            )
        except (ValueError, TypeError, OSError, ImportError) as error:
            self._say(f"Not done: {error}")
        finally:
            self.run.disabled, self.cancel.disabled = False, True
            self.asked.value = ""
        if self.found is not None:
            self.shown.max = len(self.found.shown)
            self.draw()

    def draw(self, _change: Any = None) -> None:
        """Draw the explanation of the sequence whose number is chosen."""
        if self.found is None:
            return
        from matplotlib.figure import Figure

        from shapzero_lite import plots

        row = self.shown.value - 1
        figure = Figure(figsize=(7.5, 2.6), layout="constrained")
        plots.attribution(self.found.shown, row, ax=figure.subplots())
        figure.suptitle(self.found.names[row], fontsize=9)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110)
        alt = html.escape(f"Signed bars, one a letter, of sequence {self.found.names[row]}")
        png = base64.b64encode(buffer.getvalue()).decode("ascii")
        source = f"data:image/png;base64,{png}"
        self.picture.value = f'<img alt="{alt}" style="max-width: 100%" src="{source}">'

    def _count(self, asked: int) -> None:
        self.asked.value = f"{asked:,} of at most {self.most:,} queries"

    def _say(self, text: object) -> None:
        if _live():
            # breaks between words only; what an output prints is broken anywhere by JupyterLab
            style = "white-space: pre-wrap; word-break: normal"
            self.said.value += f'<pre style="{style}">{html.escape(str(text))}</pre>'
        else:
            print(text)  # noqa: T201 - there is no panel to write into

    def _chosen(self, folder: Path) -> dict[str, Any]:
        fields = {"model": self.model, "sequences": self.file, "alphabet": self.alphabet}
        # What nobody changed stays what it was: a function, say, and not its name.
        mine = {k: field.value for k, field in fields.items() if field.value != self._word(k)}
        numbers = {"window": self.window, "budget": self.budget, "order": self.order}
        mine |= {name: field.value for name, field in numbers.items()}
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
