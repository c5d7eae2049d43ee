"""Pages that are written from what is there, and the check of links; nothing is built here."""

import base64
import importlib
import inspect
import pkgutil
import re
from types import ModuleType

import pytest
from lesson_notebooks import ALT, LESSONS, ROOT, SUPPLEMENT, notebook_of, picture, png

import shapzero_lite as sz

pytest.importorskip("latex2mathml", reason="extra `lessons` is absent: latex2mathml")

import build_site
import equations
import notebook_form
import run_notebooks
import site_links
import site_pages

# ---- the API


def entries(page):
    found = re.findall(r"^\.\. (?:autofunction|autoclass|py:data):: (\S+)$", page, re.MULTILINE)
    return set(found)


def own_names(module):
    """What a module lists, or else what it defines."""
    mine = inspect.getmembers(
        module, lambda thing: getattr(thing, "__module__", "") == module.__name__
    )
    return getattr(module, "__all__", [name for name, _ in mine if not name.startswith("_")])


def test_every_name_of_the_package_has_an_entry():
    written = set().union(*(entries(page) for page in site_pages.api().values()))
    wanted = {n for n in sz.__all__ if not isinstance(getattr(sz, n), ModuleType)}
    assert {f"shapzero_lite.{name}" for name in wanted} <= written


@pytest.mark.parametrize("chapter", site_pages.CHAPTERS)
def test_every_name_of_a_chapter_has_an_entry(chapter):
    module = importlib.import_module(f"shapzero_lite.{chapter}")
    wanted = set(own_names(module))
    assert wanted
    page = site_pages.api()[f"api/{chapter}.rst"]
    linked = re.findall(r"^   ~(\S+)$", page, re.MULTILINE)  # told there, or on another page
    assert {name.rpartition(".")[2] for name in [*entries(page), *linked]} == wanted
    assert set(linked) <= set().union(*(entries(other) for other in site_pages.api().values()))


def test_every_chapter_has_a_page_and_is_in_the_index():
    parts = {part.name for part in pkgutil.iter_modules(sz.__path__) if part.ispkg}
    offered = [getattr(sz, name) for name in sz.__all__]
    parts |= {m.__name__.partition(".")[2] for m in offered if isinstance(m, ModuleType)}
    assert parts <= set(site_pages.CHAPTERS)
    index = site_pages.api()["api/index.rst"].splitlines()
    assert {f"   {chapter}" for chapter in site_pages.CHAPTERS} <= set(index)


def test_a_constant_is_shown_with_its_value():
    page = site_pages.api()["api/letters.rst"]
    assert f".. py:data:: shapzero_lite.DNA\n   :value: {sz.DNA!r}" in page


# ---- gallery, solutions, citation, sections


def test_the_gallery_shows_every_figure_with_its_text_and_its_place(tmp_path):
    cells = [
        ("title", "text", "# 98 · Small\nText", []),
        ("figure-1", "code", "show(fig, alt=alt)", [picture()]),
        ("caption-1", "text", "**Figure 98.1.** What $q^2$\nshows ([01](01_a.ipynb)). More.", []),
        ("code-1", "code", "1 + 1", []),
        ("end", "text", "the end", []),
    ]
    path = tmp_path / "98_small.ipynb"
    path.write_text(notebook_form.to_text(notebook_of(cells)), encoding="utf-8")
    pages = site_pages.gallery([path])
    assert sorted(pages) == ["gallery.md", "gallery/98_small-1.png"]
    assert pages["gallery/98_small-1.png"] == base64.b64decode(png())
    for line in [
        "## 98 · Small",
        ":link: notebooks/98_small.html#figure-1",
        f":img-alt: {ALT}",
        "**Figure 98.1.** What $q^2$ shows (01).",  # a card is a link, and holds none
    ]:
        assert line in pages["gallery.md"].splitlines()


def test_no_figure_of_the_lessons_is_missing_in_the_gallery():
    figures = [
        output
        for path in LESSONS
        for cell in notebook_form.read(path).cells
        for output in cell.get("outputs", [])
        if site_pages.PICTURE in output.get("data", {})
    ]
    pages = site_pages.gallery(LESSONS)
    assert len(pages) == len(figures) + 1
    assert pages["gallery.md"].count("**Figure ") == len(figures)


def test_every_lesson_s_solutions_have_a_page():
    folder = ROOT / "notebooks" / "solutions"
    pages = site_pages.solutions(folder)
    for path in folder.glob("ex*.py"):
        assert f"{{literalinclude}} {path.name}" in pages[f"notebooks/solutions/{path.stem}.md"]
        assert f"({path.stem}.md)" in pages["notebooks/solutions/index.md"]


def test_sections_list_what_is_below_them_in_order():
    pages = site_pages.contents(ROOT)
    supplement = [ROOT / "notebooks" / "supplement" / "claims.md", *SUPPLEMENT]
    for name, below in [
        ("notebooks/README.md", LESSONS),
        ("notebooks/supplement/README.md", supplement),
    ]:
        listed = pages[name].partition(":hidden:")[2].split()
        assert [stem for stem in listed if "/" not in stem][:-1] == [p.stem for p in below]


def test_the_citation_names_software_and_paper():
    text = site_pages.citation(ROOT / "CITATION.cff")["citation.bib"]
    software, paper = text.split("\n\n")
    assert software.startswith("@software{")
    assert f"version = {{{sz.__version__}}}" in software
    assert "Tsui, Darin and Musharaf, Aryan" in paper
    assert "https://arxiv.org/abs/2410.19236" in paper


def test_an_executed_lesson_takes_the_committed_one_s_place(tmp_path):
    path = LESSONS[0]
    fresh = notebook_form.read(path)
    fresh.cells[0].source = "# 00 · Executed just now"
    outcome = run_notebooks.Outcome(path, "executed", True, fresh)
    build_site.stage(tmp_path / "source", [outcome])
    staged = tmp_path / "source" / "notebooks"
    assert notebook_form.read(staged / path.name).cells[0].source == "# 00 · Executed just now"
    assert (staged / LESSONS[1].name).read_bytes() == LESSONS[1].read_bytes()
    assert "## 00 · Executed just now" in (tmp_path / "source" / "gallery.md").read_text("utf-8")


# ---- equations


def test_an_equation_that_cannot_be_converted_is_named():
    with pytest.raises(ValueError, match=r"no MathML for \\fraction"):
        equations.mathml(r"\fraction{1}{2}")
    with pytest.raises(ValueError, match=r"no MathML for \\overline .* write \^\*"):
        equations.mathml(r"\overline{F[k]}")


def test_the_number_of_an_equation_stands_beside_it():
    shown = equations.equation(r"a = \frac{1}{2} \tag{98.1}")
    assert "<mfrac>" in shown
    assert '<span class="equation-number">(98.1)</span>' in shown
    assert "tag" not in equations.mathml("a")


def test_the_bars_of_a_size_open_and_close():
    shown = equations.mathml(r"\lvert S\rvert + \lvert T\rvert")
    bars = re.findall(r'form="(\w+)"[^>]*>\|', shown)
    assert bars == ["prefix", "postfix"] * 2


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        ("a = -1", '<mo>=</mo><mo form="prefix">−</mo><mn>1</mn>'),
        ("(-q)", '<mo stretchy="false">(</mo><mo form="prefix">−</mo>'),
        ("2, -i", '<mo>,</mo><mo form="prefix">−</mo>'),
        (r"\langle -a\rangle", '<mi>⟨</mi><mo form="prefix">−</mo>'),
        (r"\lvert -a\rvert", '<mo form="prefix" stretchy="false">|</mo><mo form="prefix">−</mo>'),
        ("(x) - 1", '<mo stretchy="false">)</mo><mo>−</mo>'),
        ("|x| - 1", 'form="postfix">|</mo><mo>−</mo>'),
        ("k' - 1", '<mi>k</mi><mo form="postfix" lspace="0" rspace="0">′</mo></mrow><mo>−</mo>'),
        ("|x|^2", '<msup><mo stretchy="false" form="postfix">|</mo><mn>2</mn></msup>'),
        ("a | b", '<mo stretchy="false">|</mo>'),  # a single bar parts: "given"
        (r"v(\emptyset)", "<mi>∅</mi>"),
        (r"2\operatorname{Var} f", "<mn>2</mn>THIN<mi>Var</mi>THIN<mi>f</mi>"),
        (r"\operatorname{supp}(k)", '<mi>supp</mi><mo stretchy="false">(</mo>'),
        (r"\max_x f", "<msub><mi>max</mi><mi>x</mi></msub>THIN<mi>f</mi>"),
        (r"\operatorname{E} f", '<mi mathvariant="normal">E</mi><mi>f</mi>'),
        (r"\log p", "<mi>log</mi>THIN<mi>p</mi>"),
        (r"\log\tfrac{1}{2}", "<mi>log</mi>THIN<mstyle"),
        (r"\operatorname{mean} |f|", '<mi>mean</mi>THIN<mo stretchy="false" form="prefix">|'),
        (r"\lVert y\rVert^2", '<msup><mo form="postfix" stretchy="false">‖</mo><mn>2</mn></msup>'),
        (r"p(a \mid s_{<t})", '<mo lspace="0" rspace="0">&lt;</mo>'),
        (r"\hat f", '<mi>f</mi><mo stretchy="false" lspace="0" rspace="0">ˆ</mo>'),
        (r"p(a)\log p", '<mo stretchy="false">)</mo>THIN<mi>log</mi>THIN<mi>p</mi>'),
        (r"1, \ldots, n", "<mo>,</mo><mi>…</mi><mo>,</mo>"),
        (r"a + \ldots + b", "<mo>+</mo><mi>…</mi><mo>+</mo>"),
        (r"\Bigl(a\Bigr)^2", "<msup><mrow><mo stretchy="),
        (r"a \pmod q", '<mo stretchy="false">(</mo><mi>mod</mi>'),
        ("+", '<mo lspace="0" rspace="0">+</mo>'),
        (r"a \bmod q", "<mi>a</mi><mo>mod</mo><mi>q</mi>"),
    ],
)
def test_signs_bars_names_and_primes_stand_as_tex_sets_them(tex, part):
    shown = equations.mathml(tex)
    assert part.replace("THIN", '<mspace width="0.17em" />') in shown


def test_what_is_under_a_displayed_minimum_stands_below_it():
    tex = r"\min_{c} f \tag{98.2}"
    assert "<munder><mi>min</mi>" in equations.equation(tex)
    assert "<msub><mi>min</mi>" in equations.mathml(r"\min_{c} f")


def test_a_full_stop_stays_on_the_line_of_its_equation():
    pytest.importorskip("sphinx", reason="extra `site` is absent: sphinx")
    from docutils import nodes

    page = nodes.section()
    for after in (").  Then", " and", None):
        paragraph = nodes.paragraph("", "so ", nodes.math("", "a"))
        paragraph += [] if after is None else [nodes.Text(after)]
        page += paragraph
    equations.keep_together(None, page, "page")
    assert [p.astext() for p in page] == ["so a).  Then", "so a and", "so a"]
    (kept,) = page.findall(nodes.inline)
    assert kept["classes"] == ["kept"]
    assert kept.astext() == "a)."


# ---- links


def site_of(folder, **pages):
    for name, body in pages.items():
        (folder / f"{name}.html").write_text(f"<html><body>{body}</body></html>", encoding="utf-8")
    return folder


def test_links_that_lead_somewhere_are_no_trouble(tmp_path):
    (tmp_path / "a picture.png").write_bytes(b"x")
    site_of(
        tmp_path,
        index='<h1 id="top">x</h1><a href="other.html#there">x</a><a href="#top">x</a>'
        '<img src="a%20picture.png"><img src="data:image/png;base64,xx">'
        '<a href="https://example.org/">out</a><a href="mailto:a@example.org">x</a>',
        other='<p id="there"></p>',
    )
    assert site_links.broken(tmp_path) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<a href="nowhere.html">x</a>', "index.html: no file for nowhere.html"),
        ('<a href="#nowhere">x</a>', "index.html: no place for #nowhere"),
        ('<img src="gone.png">', "index.html: no file for gone.png"),
        (
            '<script src="https://cdn.example.org/x.js"></script>',
            "index.html: loads https://cdn.example.org/x.js from a network",
        ),
        (
            '<link rel="stylesheet" href="//fonts.example.org/x.css">',
            "index.html: loads //fonts.example.org/x.css from a network",
        ),
    ],
)
def test_a_link_to_nowhere_and_a_load_from_a_network_are_named(tmp_path, body, message):
    assert site_links.broken(site_of(tmp_path, index=body)) == [message]
