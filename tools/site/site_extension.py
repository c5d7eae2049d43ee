"""Sphinx extension: what a page of ours needs and Sphinx, myst-nb and the theme leave out."""

from __future__ import annotations

import ast
import html
import inspect
import os
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import notebook_form
from site_pages import PICTURE

from shapzero_lite.teach._frames import slider_html
from shapzero_lite.teach._reveal import solution_of
from shapzero_lite.teach.explorables import page_html, page_script

# Where the outputs of a notebook's page are from, by what tools/site/build_site.py saw happen.
OUTPUTS = {
    "executed": "Outputs: from this very build.",
    "FAILED": "This notebook failed when the site was built; below are its committed outputs.",
}


def name_cells(app: Any, doctree: Any) -> None:
    """Let every code cell be linked to by its id, and give pictures the text of their output."""
    from docutils import nodes

    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = notebook_form.read(path).cells
    fold_answers(doctree, path.parent / "solutions" / f"ex{path.name[:2]}.py")
    for block in doctree.findall(nodes.container):
        if block.get("nb_element") != "cell_code":
            continue
        cell = cells[block["cell_index"]]
        block["ids"].append(cell.id)
        shown = [output for output in cell.outputs if PICTURE in output.get("data", {})]
        for picture, output in zip(block.findall(nodes.image), shown, strict=True):
            about = output.metadata[PICTURE]
            picture["alt"] = about["alt"]
            if "frames" in about:  # behind the panels; frames.js shows it in their place
                slider = nodes.raw("", slider_html(about["frames"], about["alt"]), format="html")
                picture.parent.insert(picture.parent.index(picture) + 1, slider)
            if "explorable" in about:  # behind its static twin; explorables.js shows it instead
                moving = nodes.raw("", page_html(about["explorable"]), format="html")
                picture.parent.insert(picture.parent.index(picture) + 1, moving)


def fold_answers(doctree: Any, solutions: Path) -> None:
    """Put our answer, folded, below the words that tell how to reveal it."""
    from docutils import nodes

    if not solutions.is_file():
        return
    known = solutions.read_text(encoding="utf-8")
    for part in list(doctree.findall(nodes.paragraph)):
        asked = re.search(r'reveal\("([^"]+)"\)', part.astext())
        answer = solution_of(known, asked[1]) if asked else None
        if asked is None or answer is None:
            continue
        number = re.match(r"(Exercise|Open question) \d+\.\d+", part.parent[0].astext())
        about = number[0] if number else "the questions above"
        folded = nodes.raw("", answer_html(about, answer), format="html")
        part.parent.insert(part.parent.index(part) + 1, folded)


def answer_html(asked: str, answer: str) -> str:
    """Return an answer as HTML that opens when its first line is chosen."""
    opens = f"<summary>Our answer to {asked[0].lower()}{asked[1:]}</summary>"
    text = f'<pre tabindex="0">{html.escape(answer, quote=False)}</pre>'
    return f'<details class="our-answer">{opens}{text}</details>'


def link_notebook(app: Any, page: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Tell lesson-links.html where a notebook can be opened, and where its outputs are from."""
    if not (Path(app.srcdir) / f"{page}.ipynb").is_file():
        return
    at = f"{app.config.repository}/blob/{app.config.repository_branch}/{page}.ipynb"
    lab = f"{app.config.repository}/{app.config.repository_branch}?urlpath=lab/tree/{page}.ipynb"
    solutions = f"notebooks/solutions/ex{Path(page).name.partition('_')[0]}"
    outcome = ast.literal_eval(os.environ.get("SITE_OUTCOMES", "{}")).get(page)
    context["lesson"] = {
        "binder": f"https://mybinder.org/v2/gh/{lab}",
        "colab": f"https://colab.research.google.com/github/{at}",
        "file": f"_sources/{page}.ipynb",
        "solutions": solutions if solutions in app.env.all_docs else "",
        "outputs": OUTPUTS.get(outcome, ""),
        "failed": outcome == "FAILED",
    }


def plain_words(
    app: Any, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Let |x| in a docstring be the size of x, and a colon in a property's text a colon.

    reST takes the first for a substitution, napoleon what is before the second for a type.
    """
    if what == "property":
        lines[:] = [*(inspect.getdoc(thing) or "").splitlines(), ""]
    kept = r"(``.*?``|:math:`.*?`|^\s*(?:>>>|\.\.).*)|\|"
    lines[:] = [re.sub(kept, lambda found: found.group(1) or r"\|", line) for line in lines]


def copy_files(app: Any, error: Exception | None) -> None:
    """Put beside the pages the scripts of sliders and explorables, and a font of mathematics.

    ziamath carries the font (SIL Open Font Licence).
    """
    if error is None and app.builder.format == "html":
        font = files("ziamath.fonts") / "STIXTwoMath-Regular.ttf"
        script = files("shapzero_lite.teach") / "frames.js"
        for path in (font, script):
            shutil.copy(str(path), Path(app.outdir) / "_static")
        moving = Path(app.outdir) / "_static" / "explorables.js"
        moving.write_text(page_script(), encoding="utf-8")


def setup(app: Any) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_config_value("repository", "", "html", str)
    app.add_config_value("repository_branch", "main", "html", str)
    app.connect("doctree-read", name_cells)
    app.connect("html-page-context", link_notebook)
    app.connect("autodoc-process-docstring", plain_words, priority=600)  # after napoleon
    app.connect("build-finished", copy_files)
    for script in ("frames.js", "explorables.js"):
        app.add_js_file(script, loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
