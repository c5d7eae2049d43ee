"""Equations as MathML, made when a page is built: no script and no network shows them.

As a Sphinx extension, which ``site/conf.py`` names, this is the renderer called "mathml"; an
equation that cannot be converted is a warning, and so ends a build.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from latex2mathml.converter import convert
from math_spacing import spaced

TAG = re.compile(r"\\tag\{([^}]*)\}")
SIZES = re.compile(r"(?<!\\left)(?<!\\right)\\([lr])[vV]ert(?![a-zA-Z])")
BAR = re.compile(r"<mo>(&#x0007C;|&#x02016;)</mo>")
CLOSING = re.compile(r"[.,;:?!)\]’”…%-]+")  # what no line may begin with


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
    if "\\overline" in tex:  # the converter's line is as short as a letter
        raise ValueError(f"no MathML for \\overline in the equation {tex!r}: write ^*")
    # The converter takes both for an operator between two terms, with the space of one.
    sides = iter("prefix" if side == "l" else "postfix" for side in SIZES.findall(tex))
    return spaced(BAR.sub(lambda bar: f'<mo form="{next(sides)}">{bar.group(1)}</mo>', result))


def equation(tex: str) -> str:
    """Return a displayed equation as HTML, its number at the right."""
    number = TAG.search(tex)
    body = mathml(TAG.sub("", tex).strip(), "block")
    tag = f'<span class="equation-number">({number.group(1)})</span>' if number else ""
    return f'<div class="equation" tabindex="0">{body}{tag}</div>'


def keep_together(app: Any, doctree: Any, page: str) -> None:
    """Let no line begin with the full stop after an equation."""
    from docutils import nodes

    for math in list(doctree.findall(nodes.math)):
        parent, place = math.parent, math.parent.index(math)
        after = parent[place + 1] if place + 1 < len(parent) else None
        stop = CLOSING.match(after.astext()) if isinstance(after, nodes.Text) else None
        if stop:
            kept = nodes.inline("", "", math.deepcopy(), nodes.Text(stop[0]), classes=["kept"])
            parent[place : place + 2] = [kept, nodes.Text(after.astext()[stop.end() :])]


def _inline(translator: Any, node: Any) -> None:
    _write(translator, node, mathml)


def _block(translator: Any, node: Any) -> None:
    _write(translator, node, equation)


def _write(translator: Any, node: Any, show: Any) -> None:
    from docutils.nodes import SkipNode
    from sphinx.util import logging

    try:
        translator.body.append(show(node.astext().strip()))
    except ValueError as error:
        logging.getLogger(__name__).warning("%s", error, location=node)
        translator.body.append(f"<code>{translator.encode(node.astext())}</code>")
    raise SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Register the renderer with Sphinx."""
    app.connect("doctree-resolved", keep_together)
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
