"""The space inside a MathML equation that TeX gives it and the converter leaves out.

latex2mathml writes every sign, bar and name as an operator between two terms, with the space of
one: |k| comes out as | k |, and -1 after an equals sign as - 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from xml.etree import ElementTree as ET

_ROWS = {"math", "mrow", "mstyle", "mtd", "msqrt"}  # of any number of parts, side by side
_SCRIPTED = {"msub", "msup", "msubsup", "munder", "mover", "munderover"}
_LIMITS = {"msub": "munder"}  # below a displayed max or min, not beside it
_CLOSING = set(")]}|‖⟩!′")
_SIGNS = {"−", "+"}
_TERMS = {"mi", "mn", "mfrac", "mstyle"}
_THIN = "0.17em"
_XMLNS = "http://www.w3.org/1998/Math/MathML"


def spaced(shown: str) -> str:
    """Return a MathML equation whose signs, bars, names and primes stand as TeX sets them."""
    head, _, rest = shown.partition(f' xmlns="{_XMLNS}"')
    root = ET.fromstring(head + rest)  # noqa: S314 - the converter's own text
    for row in [part for part in root.iter() if part.tag in _ROWS]:
        _bars(row)
        _names(row, displayed=root.get("display") == "block")
        _signs(row)
    _primes(root)
    _brackets(root)
    _hats(root)
    _scripts(root)
    root.set("xmlns", _XMLNS)
    return ET.tostring(root, encoding="unicode")


def _core(part: ET.Element) -> ET.Element:
    """Return what a script is attached to."""
    while part.tag in _SCRIPTED:
        part = part[0]
    return part


def _operators(row: ET.Element) -> Iterator[ET.Element]:
    return (core for core in map(_core, row) if core.tag == "mo")


def _bars(row: ET.Element) -> None:
    """A bar opens or closes, and is as high as a letter."""
    bars = [mo for mo in _operators(row) if mo.text in {"|", "‖"} and mo.get("stretchy") != "true"]
    free = [mo for mo in bars if mo.text == "|" and "form" not in mo.attrib]
    if len(free) % 2 == 0:  # else one is no fence: "given", say
        for bar, side in zip(free, cycle(("prefix", "postfix"))):
            bar.set("form", side)
    for bar in bars:
        if "form" in bar.attrib:
            bar.set("stretchy", "false")


def _signs(row: ET.Element) -> None:
    """A sign after another operator or an opening bracket belongs to what follows it."""
    before: ET.Element | None = None
    for part in row:
        core = _core(part)
        if core.tag == "mo" and core.text in _SIGNS and before is not None:
            opens = before.get("form") == "prefix" or before.text == "⟨"
            joins = before.tag == "mo" and before.text not in _CLOSING
            if opens or joins:
                core.set("form", "prefix")
        before = core


def _names(row: ET.Element, *, displayed: bool) -> None:
    """Var, max and the like are no operators; a thin space parts them from their neighbours."""
    parts: list[ET.Element] = []
    name = False  # is the last part one?
    for part in row:
        core, word = _core(part), _core(part).text or ""
        if name and (core.tag in _TERMS or core.get("form") == "prefix"):
            parts.append(ET.Element("mspace", width=_THIN))
        name = core.tag in {"mi", "mo"} and word.isalpha() and len(word) > 1 and word != "mod"
        if name and parts and _closes(_core(parts[-1])):
            parts.append(ET.Element("mspace", width=_THIN))
        if name and displayed and word in {"max", "min"}:
            part.tag = _LIMITS.get(part.tag, part.tag)
        if core.tag == "mo" and (name or (word.isalpha() and len(word) == 1)):
            core.tag = "mi"
            if not name:
                core.set("mathvariant", "normal")  # upright, as longer names are by themselves
        elif word in {"∅", "…"}:
            core.tag = "mi"
        parts.append(part)
    row[:] = parts


def _closes(core: ET.Element) -> bool:
    return core.tag in _TERMS or core.text in _CLOSING


def _primes(root: ET.Element) -> None:
    """A prime stands high by itself: raised again, it floats."""
    for part in root.iter("msup"):
        if part[1].text == "′":
            part.tag = "mrow"
            part[1].tag = "mo"
            part[1].attrib.update(form="postfix", lspace="0", rspace="0")


def _brackets(root: ET.Element) -> None:
    """A bracket is as high as was said, with a power or without."""
    for part in [*root.iter("msup")]:
        if part[0].get("minsize"):  # in a row of its own: else a browser forgets the size
            row = ET.Element("mrow")
            row.append(part[0])
            part[0] = row
    for bracket in root.iter("mo"):
        if bracket.text in {"(", ")"} and not bracket.get("minsize"):
            bracket.attrib.setdefault("stretchy", "false")


def _hats(root: ET.Element) -> None:
    for part in root.iter("mover"):
        if part[1].text == "^":
            part[1].text = "ˆ"
            part[1].set("stretchy", "false")


def _scripts(root: ET.Element) -> None:
    """Inside a script, and alone, no operator has space."""
    for part in root.iter():
        if part.tag in _SCRIPTED:
            for script in part[1:]:
                for operator in script.iter("mo"):
                    operator.attrib.update(lspace="0", rspace="0")
        elif part.tag in _ROWS and len(part) == 1 and part[0].tag == "mo":
            part[0].attrib.update(lspace="0", rspace="0")
