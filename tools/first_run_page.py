"""The page that a first run ends with: links to the lessons, the guides, the figures."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING

from first_run_pictures import BEST, CONTEXT, WINDOW, Picture, best_guides

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parent.parent

STYLE = """
:root { color-scheme: light dark; }
body { font: 17px/1.55 system-ui, sans-serif; max-width: 58rem; margin: 0 auto; padding: 1.5rem;
       color: #1c2430; background: #fff; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 1rem 0 .3rem; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; padding-top: .8rem; border-top: 1px solid #d8dde4; }
a { color: #0b5cad; }
.lead { font-size: 1.1rem; color: #48525f; margin-top: 0; }
ol.lessons { padding-left: 0; list-style: none; display: grid; gap: .6rem; margin: 0;
             grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
ol.lessons a { display: block; padding: .8rem 1rem; border: 1px solid #d8dde4; border-radius: .5rem;
               text-decoration: none; height: 100%; box-sizing: border-box; }
ol.lessons a:hover, ol.lessons a:focus { border-color: #0b5cad; text-decoration: underline; }
figure { margin: 1.4rem 0; }
figure img { width: 100%; height: auto; background: #fff; }
figcaption { color: #48525f; font-size: .95rem; }
.note { background: #f1f5f9; border-left: 4px solid #0b5cad; padding: .7rem 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid #e3e7ec; }
th:first-child, td:first-child { text-align: left; }
td.window { font-family: ui-monospace, monospace; letter-spacing: .06em; text-align: left; }
td.window i { color: #5d6875; font-style: normal; }
@media (prefers-color-scheme: dark) {
  body { color: #e4e9f0; background: #14181e; } a { color: #7db8f5; }
  .lead, figcaption, td.window i { color: #aab4c0; } .note { background: #1e252e; }
  h2, ol.lessons a, th, td { border-color: #37414d; }
}
"""


def lessons_in(folder: Path) -> list[tuple[str, str]]:
    """Return (title, file name) of every lesson page, with the title from its notebook."""
    found = []
    for page in sorted(folder.glob("[0-9]*.html")):  # not the runner's own index
        title = page.stem.replace("_", " ")
        notebook = ROOT / "notebooks" / f"{page.stem}.ipynb"
        if notebook.exists():
            for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
                first = "".join(cell["source"]).strip().splitlines()[:1]
                if cell["cell_type"] == "markdown" and first and first[0].startswith("# "):
                    title = first[0].removeprefix("# ")
                    break
        found.append((title, page.relative_to(folder).as_posix()))
    return found


def index_page(
    summary: str, table: pd.DataFrame, pictures: list[Picture], lessons: Path, *, failed: bool
) -> str:
    """Return the page that links everything; nothing on it is fetched from elsewhere."""
    tiles = "\n".join(
        f'<li><a href="lessons/{html.escape(file)}">{html.escape(title)}</a></li>'
        for title, file in lessons_in(lessons)
    )
    rows = "\n".join(
        f"<tr><td>{guide.target_from}–{guide.target_to}</td>"
        f'<td class="window"><i>{guide.window[:CONTEXT]}</i>{guide.window[CONTEXT:]}</td>'
        f"<td>{guide.model_value:.3f}</td><td>{guide.gap:+.3f}</td></tr>"
        for guide in best_guides(table).itertuples()
    )
    figures = "\n".join(
        f'<figure><img src="{picture.file}" alt="{html.escape(picture.alt)}">'
        f"<figcaption><strong>{picture.title}.</strong> {html.escape(picture.alt)}</figcaption>"
        "</figure>"
        for picture in pictures
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>shapzero-lite: your first run</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>Your first run</h1>
<p class="lead">Everything on this page was computed on this machine a moment ago.</p>
<h2>Lessons</h2>
<ol class="lessons">
{tiles or "<li>This run made no pages of lessons.</li>"}
</ol>
{'<p class="note">At least one lesson failed: the terminal says which.</p>' if failed else ""}
<h2>Guide RNAs along EGFP, explained</h2>
<p>The guide model that comes with this suite predicts how strongly a Cas13d guide RNA knocks down
its target, in standard deviations: 0 is an average guide, and larger is stronger. It was fitted to
measured guides against three human genes, never to EGFP. Here it looks at every window of {WINDOW}
nucleotides along EGFP, and each prediction is split into a Shapley value per position: what the
letter there adds, compared with a random letter.</p>
<p class="note">{html.escape(summary)}</p>
<p>All windows with all values: <a href="egfp_guides.csv">egfp_guides.csv</a>.</p>
<h3>The {BEST} best windows</h3>
<div class="scroll">
<table>
<thead><tr><th scope="col">target, nt</th><th scope="col" style="text-align: left">window (context
in grey)</th><th scope="col">predicted</th><th scope="col">gap</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</div>
{figures}
</main>
</body>
</html>
"""
