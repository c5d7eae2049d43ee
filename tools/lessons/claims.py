"""One table of the papers' claims, from what notebooks and benchmarks printed; it cannot drift.

    python tools/lessons/claims.py            write notebooks/supplement/claims.md
    python tools/lessons/claims.py --check    say whether it is what the outputs give; status 1

notebooks/supplement/claims.toml says for each claim where its number is printed. Nothing is typed
in but what was published: a number that is no longer printed there is an error.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import notebook_form

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = ROOT / "notebooks" / "supplement" / "claims.toml"
PAGE = CLAIMS.with_suffix(".md")
KEYS = {"paper", "says", "published", "from", "find", "above", "below", "note"}
VERDICTS = ("matches", "differs", "cannot be checked")


@dataclass(frozen=True)
class Row:
    """A claim beside the number that was printed here; `here` is empty where there is none."""

    paper: str
    says: str
    published: str
    here: str
    verdict: str
    source: str
    note: str


def printed(source: str, root: Path = ROOT) -> str:
    """Return what a cell ("notebook/cell") printed, or a block of benchmarks/README.md holds."""
    stem, _, cell_id = source.partition("/")
    if not cell_id:
        text = (root / "benchmarks" / "README.md").read_text(encoding="utf-8")
        found = re.search(f"<!-- {stem}: begin -->(.*)<!-- {stem}: end -->", text, re.DOTALL)
        if found is None:
            raise ValueError(f"benchmarks/README.md has no block {stem}")
        return found[1]
    cells = [c for c in notebook_form.read(notebook(stem, root)).cells if c.id == cell_id]
    if not cells:
        raise ValueError(f"{stem} has no cell {cell_id}")
    return "".join(o.text for o in cells[0].get("outputs", []) if o.output_type == "stream")


def notebook(stem: str, root: Path = ROOT) -> Path:
    """Return where a notebook of this name lies: in the supplement, or a lesson."""
    folder = root / "notebooks"
    path = folder / "supplement" / f"{stem}.ipynb"
    return path if path.exists() else folder / f"{stem}.ipynb"


def number(text: str) -> float:
    """Return a printed number, which may have commas between thousands."""
    return float(text.replace(",", ""))


def verdict(claim: dict, published: str, found: re.Match[str]) -> str:
    """Return whether our number keeps the bound, or else rounds to the published one."""
    here = number(found["here"])
    groups = found.groupdict()
    if "low" in groups:
        kept = number(groups["low"]) <= here <= number(groups["high"])
    elif "above" in claim or "below" in claim:
        kept = claim.get("above", -float("inf")) < here < claim.get("below", float("inf"))
    else:
        half = 0.5 * 10.0 ** -len(published.partition(".")[2])
        kept = abs(here - number(published)) <= half + 1e-12
    return VERDICTS[0] if kept else VERDICTS[1]


def rows(path: Path = CLAIMS, root: Path = ROOT) -> list[Row]:
    """Return every claim of the list with its number; ValueError names one that is not printed."""
    made = []
    for claim in tomllib.loads(path.read_text(encoding="utf-8"))["claim"]:
        if unknown := set(claim) - KEYS:
            raise ValueError(f"{claim['says']}: no such key, {sorted(unknown)}")
        published, here, source = claim.get("published", ""), "", claim.get("from", "")
        result = VERDICTS[2]
        if source:
            found = re.search(claim["find"], printed(source, root))
            if found is None:
                raise ValueError(f"{claim['says']}: {source} does not print {claim['find']}")
            here = found["here"]
            published = published or found["paper"]
            result = verdict(claim, published, found)
        elif not claim.get("note"):
            raise ValueError(f"{claim['says']}: it cannot be checked, and no note says why")
        what = claim["paper"], claim["says"], published
        made.append(Row(*what, here, result, source, claim.get("note", "")))
    return made


def link(source: str) -> str:
    """Return a link from the page to where a number was printed."""
    stem, _, cell_id = source.partition("/")
    if not cell_id:
        return f"[`{stem}`](../../benchmarks/README.md)" if stem else ""
    above = "" if notebook(stem).parent == PAGE.parent else "../"
    return f"[{stem}]({above}{stem}.ipynb), `{cell_id}`"


def page(table: list[Row]) -> str:
    """Return the page as Markdown, a table for each paper."""
    counts = Counter(row.verdict for row in table)
    text = ", ".join(f"{counts[name]} {name}" for name in VERDICTS)
    lines = [
        "# Every claim in one table",
        "",
        "Made by `tools/lessons/claims.py` from what the notebooks of this folder, the lessons and",
        "the benchmarks printed: the number in the column *here* stands in the output of the cell",
        "that is named. It matches if it rounds to the published one, or keeps the bound written.",
        "",
        f"{len(table)} rows: {text}.",
    ]
    for paper in dict.fromkeys(row.paper for row in table):
        lines += ["", f"## {paper}", "", "| claim | paper | here | verdict | printed by | remark |"]
        lines += ["| --- | --- | --- | --- | --- | --- |"]
        for row in table:
            if row.paper == paper:
                mark = f"**{row.verdict}**" if row.verdict == VERDICTS[1] else row.verdict
                cells = (row.says, row.published, row.here, mark, link(row.source), row.note)
                lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or compare it with what the outputs give."""
    given = sys.argv[1:] if arguments is None else arguments
    if given not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    text = page(rows())
    if not given:
        notebook_form.write_atomically(PAGE, text)
    elif PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE.name} is not what the outputs give; run tools/lessons/claims.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
