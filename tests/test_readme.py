"""The Python of README and docs runs as printed: all blocks in order, in one namespace."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


def python_blocks(text):
    return re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


def test_readme_code_runs(monkeypatch, tmp_path):
    # A plain folder: the code must not depend on where the reader stands, nor leave files here.
    pytest.importorskip("torch", reason="extra `lessons` is absent: the guide model needs torch")
    monkeypatch.chdir(tmp_path)
    blocks = python_blocks(README.read_text(encoding="utf-8"))
    assert blocks, "README.md shows no Python"
    namespace = {"__name__": "readme"}
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"README.md, Python block {number}", "exec"), namespace)  # noqa: S102 - our own text


@pytest.mark.parametrize(("page", "texts"), [("measured_tables", 3), ("models_as_they_are", 7)])
def test_a_page_prints_what_it_shows(page, texts, monkeypatch, tmp_path):
    pytest.importorskip("pandas", reason="extra `plots` is absent: tables need pandas")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(python|text)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    assert [kind for kind, _ in blocks].count("text") == texts
    namespace = {"__name__": "page"}
    printed = ""
    for number, (kind, block) in enumerate(blocks, start=1):
        if kind == "text":
            assert block == printed
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block, f"{page}.md, block {number}", "exec"), namespace)  # noqa: S102 - our own text
        printed = said.getvalue()


def test_readme_links_lead_somewhere():
    text = README.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    missing = [t for t in targets if "://" not in t and not (ROOT / t).exists()]
    assert not missing, f"README.md links to nothing at {missing}"
