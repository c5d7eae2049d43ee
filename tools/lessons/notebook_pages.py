"""Lessons as web pages that can be read offline: equations as MathML, pictures with their text."""

from __future__ import annotations

import html
import re
from functools import cache

from jinja2 import DictLoader, pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from notebook_form import front_matter

TAG = re.compile(r"\\tag\{([^}]*)\}")
LINK = re.compile(r'(href="(?![a-z]+:)[^"#]+)\.ipynb(["#])')
# The lab template writes no alternative text and loads MathJax, RequireJS and Mermaid from the
# network; a page that is read offline wants the first and none of the others.
TEMPLATE = """
{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}
<style>
.jp-Notebook { max-width: 60rem; margin: auto; }
.jp-RenderedImage img { max-width: 100%; height: auto; }
math { font-size: 1.08em; }
.equation { display: flex; align-items: center; margin: 0.8em 0; padding: 0.2em 0;
  overflow-x: auto; overflow-y: hidden; }
.equation math { flex: 1; }
.equation-number { padding-left: 1em; }
</style>
{%- endblock -%}
{%- block data_png scoped -%}
<div class="jp-RenderedImage jp-OutputArea-output {{ extra_class }}">
<img src="data:image/png;base64,{{ output.data['image/png'] | escape_html }}"
alt="{{ (output | get_metadata('alt', 'image/png')) or '' | escape_html }}">
</div>
{%- endblock -%}
"""
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>shapzero-lite: the lessons</title>
<style>
body {{ font: 1rem/1.5 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }}
th, td {{ text-align: left; vertical-align: top; padding: 0.5rem 1rem 0.5rem 0 }}
tr {{ border-bottom: 1px solid #bbb }}
td.minutes {{ text-align: right }}
</style>
</head>
<body>
<main>
<h1>shapzero-lite</h1>
<p>{origin}</p>
<h2>Lessons</h2>
<table>
<thead><tr><th scope="col">Lesson</th><th scope="col">By the end</th>
<th scope="col">Minutes</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
{also}</main>
</body>
</html>
"""


@cache
def mathml(tex: str, display: str = "inline") -> str:
    """Return an equation as MathML; ValueError names the part that cannot be converted."""
    known = tex.replace("{aligned}", "{split}")  # the same layout, under the name it knows
    try:
        result = convert(known, display=display)
    except Exception as error:  # the package has a dozen exceptions and no common class
        raise ValueError(f"cannot read the equation {tex!r}: {type(error).__name__}") from error
    unknown = re.search(r"<m\w+[^>]*>(\\[A-Za-z]+)<", result)
    if unknown:
        raise ValueError(f"no MathML for {unknown.group(1)} in the equation {tex!r}")
    return result


def equation(tex: str) -> str:
    """Return a displayed equation as HTML, its number at the right."""
    number = TAG.search(tex)
    body = mathml(TAG.sub("", tex).strip(), "block")
    tag = f'<span class="equation-number">({number.group(1)})</span>' if number else ""
    return f'<div class="equation">{body}{tag}</div>'


class _Renderer(IPythonRenderer):
    """Writes equations as MathML, and as TeX where that is not possible."""

    def block_math(self, body: str) -> str:
        try:
            return equation(body)
        except ValueError:
            return f"<pre>{html.escape(body.strip())}</pre>"

    def inline_math(self, body: str) -> str:
        try:
            return mathml(body.strip())
        except ValueError:
            return f"<code>{html.escape(body)}</code>"

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")


class LessonExporter(HTMLExporter):
    """nbconvert's HTML exporter, for pages that need no network."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            extra_loaders=[DictLoader({"lesson.html.j2": TEMPLATE})],
            template_file="lesson.html.j2",
            **kwargs,
        )

    @pass_context
    def markdown2html(self, context: object, source: str) -> str:
        """Return a markdown cell as HTML."""
        renderer = _Renderer(escape=False, anchor_link_text=self.anchor_link_text)
        return MarkdownWithMath(renderer=renderer).render(source)


def page(notebook: NotebookNode, name: str) -> str:
    """Return a lesson as one HTML file; links to other lessons lead to their pages."""
    title = front_matter(notebook)["title"] or name
    text, _ = LessonExporter().from_notebook_node(
        notebook, resources={"metadata": {"name": re.sub(r"[$*`]", "", title)}}
    )
    return LINK.sub(r"\1.html\2", text)


def index(
    rows: list[tuple[str, dict[str, str], str]],
    also: list[tuple[str, str]] | None = None,
    *,
    executed: bool = True,
) -> str:
    """Return the page that leads to all others.

    ``rows`` holds, for each lesson, the address of its page, its front matter, and a remark that
    is empty when all is well; ``also`` holds titles and addresses of other results.
    """
    lines = []
    for address, front, remark in rows:
        title = html.escape(front["title"] or address)
        link = f'<a href="{html.escape(address)}">{title}</a>' if not remark else title
        note = f" <strong>{html.escape(remark)}</strong>" if remark else ""
        lines.append(
            f"<tr><td>{link}{note}</td><td>{html.escape(front['claim'])}</td>"
            f'<td class="minutes">{front["minutes"]}</td></tr>'
        )
    more = ""
    if also:
        items = "\n".join(
            f'<li><a href="{html.escape(address)}">{html.escape(title)}</a></li>'
            for title, address in also
        )
        more = f"<h2>Results</h2>\n<ul>\n{items}\n</ul>\n"
    origin = (
        "The lessons below have just been executed from their first cell to the last."
        if executed
        else "The lessons below are shown with the outputs that they were committed with."
    )
    return INDEX.format(origin=origin, rows="\n".join(lines), also=more)
