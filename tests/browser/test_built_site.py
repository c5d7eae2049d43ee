"""The site as built: its pages as files, and in Chromium, served below a sub-path and as files.

SHAPZERO_SITE names a site that is built already, of committed outputs (``build/site`` after
``make site``); else one is built here.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zlib
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
NOTEBOOKS = [*LESSONS, *sorted((ROOT / "notebooks" / "supplement").glob("*.ipynb"))]
SHOWN = ["index.html", "notebooks/04_aliasing.html", "api/sketching.html", "gallery.html"]
WIDTHS = [1400, 800, 390]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site with the committed outputs; its build ended without a warning."""
    for name in ("sphinx", "myst_nb", "pydata_sphinx_theme", "sphinx_design", "ziamath"):
        pytest.importorskip(name, reason=f"extra `site` is absent: {name}")
    if os.environ.get("SHAPZERO_SITE"):
        return (ROOT / os.environ["SHAPZERO_SITE"]).resolve()
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, str(ROOT / "tools" / "site" / "build_site.py"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "site"


@pytest.fixture(scope="module", params=["served", "from a folder"])
def address(request, site, tmp_path_factory):
    """Where the site is: below a path of a local server, or as files."""
    if request.param == "from a folder":
        yield f"{site.as_uri()}/"
        return
    top = tmp_path_factory.mktemp("top")
    shutil.copytree(site, top / "some" / "path")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(top)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/path/"
    server.shutdown()
    thread.join()
    server.server_close()


class Watched:
    """A page that notes what its console says and what it asks for."""

    def __init__(self, browser, address, **how):
        self.page = browser.new_context(**how).new_page()
        self.trouble = []
        self.page.on("console", self.said)
        self.page.on("pageerror", lambda error: self.trouble.append(f"raised {error}"))
        self.page.on("request", self.asked)
        self.page.on("requestfailed", self.failed)
        self.address = address

    def said(self, message):
        if message.type in {"error", "warning"}:
            self.trouble.append(f"console: {message.text}")

    def asked(self, request):
        if not request.url.startswith((self.address, "data:")):
            self.trouble.append(f"asked for {request.url}")

    def failed(self, request):
        if request.failure != "net::ERR_ABORTED":  # that one: the page was left before it came
            self.trouble.append(f"failed {request.url}: {request.failure}")

    def goto(self, name):
        self.page.goto(self.address + name, wait_until="load")
        return self.page


def pages_of(site):
    return sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    )


# ---- the pages as files


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_our_answers_are_folded_below_their_exercises(site, path):
    text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
    asked = re.findall(r"^## (Exercise|Open question) (\d+\.\d+)", text, re.MULTILINE)
    page = (site / "notebooks" / f"{path.stem}.html").read_text(encoding="utf-8")
    folded = re.findall(
        r'<details class="our-answer"><summary>Our answer to (exercise|open question) (\d+\.\d+)'
        r'</summary><pre tabindex="0">(?:def \w+\(|\w)', page
    )  # fmt: skip
    assert folded == [(kind.lower(), number) for kind, number in asked]
    assert len(folded) >= 1
    questions = re.findall(r"^Answers: `reveal\(", text, flags=re.MULTILINE)
    assert page.count("<summary>Our answer to the questions above</summary>") == len(questions)


class Body(HTMLParser):
    """The words of a page outside code and equations, its pictures and its links."""

    def __init__(self):
        super().__init__()
        self.inside, self.words, self.pictures, self.links, self.ids = [], [], [], [], set()
        self.named = []  # what stands for a picture and says so itself: the frames of a slider

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids.add(given.get("id"))
        if tag in {"code", "pre", "math", "script", "style", "title"}:
            self.inside.append(tag)
        if given.get("role") == "img" and "aria-label" in given:
            self.named.append(given["aria-label"])
        if tag == "img":
            self.pictures.append(given)
        if tag == "a":
            self.links.append(given)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if not self.inside:
            self.words.append(data)


def body(path):
    parsed = Body()
    parsed.feed(path.read_text(encoding="utf-8"))
    return parsed


def test_no_page_shows_marks_instead_of_what_they_mean(site):
    for name in pages_of(site):
        text = " ".join("".join(body(site / name).words).split())
        # $a$ and *word*; prices and footnotes have a space or nothing on one side
        assert not re.findall(r"\$\S[^$]{0,80}\S\$|(?<![\w*(])\*\w[\w ]*\w\*(?!\w)", text), name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_s_page_has_its_figures_texts_and_ways_out(site, path):
    page = body((site / path.relative_to(ROOT)).with_suffix(".html"))
    cells = nbformat.read(path, as_version=4).cells
    alts = [
        output.metadata["image/png"]["alt"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    figures = [picture for picture in page.pictures if "logo" not in picture.get("class", "")]
    strips = [picture for picture in figures if picture["src"].startswith("data:")]
    framed = [
        output.metadata["image/png"]["alt"]
        for cell in cells
        for output in cell.get("outputs", [])
        if "frames" in output.get("metadata", {}).get("image/png", {})
    ]
    # The strip of frames is named by what it stands in, and the panels before it have the text.
    assert page.named == framed
    assert [strip["alt"] for strip in strips] == [""] * len(framed)
    shown = [picture["alt"] for picture in figures if picture not in strips]
    assert [" ".join(alt.split()) for alt in shown] == [" ".join(alt.split()) for alt in alts]
    assert {cell.id for cell in cells if cell.cell_type == "code"} <= page.ids
    links = {link["href"]: link for link in page.links}
    name = path.relative_to(ROOT).as_posix()
    assert any("mybinder.org" in href and href.endswith(name) for href in links)
    assert any("colab.research.google.com" in href and href.endswith(name) for href in links)
    (download,) = [href for href, link in links.items() if "download" in link and name in href]
    copy = (site / path.relative_to(ROOT)).parent / download
    assert json.loads(copy.read_text("utf-8")) == json.loads(path.read_text("utf-8"))


def test_lessons_lead_to_the_next_and_the_one_before(site):
    for before, after in pairwise(LESSONS):
        text = (site / "notebooks" / f"{before.stem}.html").read_text("utf-8")
        assert re.search(rf'class="right-next"\s+href="{after.stem}\.html"', text), before.stem
        text = (site / "notebooks" / f"{after.stem}.html").read_text("utf-8")
        assert re.search(rf'class="left-prev"\s+href="{before.stem}\.html"', text), after.stem


def test_every_public_name_can_be_found_in_the_api(site):
    import shapzero_lite as sz

    inventory = zlib.decompress((site / "objects.inv").read_bytes().split(b"zlib.\n", 1)[1])
    known = {line.split(" ", 1)[0] for line in inventory.decode().splitlines()}
    names = [name for name in sz.__all__ if not isinstance(getattr(sz, name), ModuleType)]
    wanted = {f"shapzero_lite.{name}" for name in names}
    for chapter in [sz.models, sz.baselines, sz.report, sz.qsft, sz.gama, sz.seism, sz.teach]:
        wanted |= {f"{chapter.__name__}.{name}" for name in chapter.__all__}
    assert wanted <= known, wanted - known


def test_docstrings_show_their_doctests(site):
    text = (site / "api" / "explaining.html").read_text("utf-8")
    assert text.count('<span class="gp">&gt;&gt;&gt; </span>') > 20


# ---- in a browser


# The pages are the same files at both addresses: how wide they are, one of them tells.
def test_no_page_complains_asks_elsewhere_or_is_wider_than_the_window(site, address, browser):
    watched = Watched(browser, address)
    for name in pages_of(site):
        page = watched.goto(name)
        assert not watched.trouble, name
        if address.startswith("http:"):
            continue
        for width in WIDTHS if name in SHOWN else WIDTHS[-1:]:
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})


def test_what_moves_in_a_lesson_moves_here_without_a_kernel(site, address, browser):
    watched = Watched(browser, address)
    seen = 0
    for path in LESSONS:
        if "shapzero-explorable" not in (site / "notebooks" / f"{path.stem}.html").read_text(
            "utf-8"
        ):
            continue
        page = watched.goto(f"notebooks/{path.stem}.html")
        for place in page.locator(".shapzero-explorable").all():
            assert place.locator("svg").is_visible()
            states = {place.get_attribute("data-state")}
            place.locator("input, button").first.focus()
            for key in ("Space", "ArrowRight"):
                page.keyboard.press(key)
                states.add(place.get_attribute("data-state"))
            assert len(states) > 1, path.stem
            seen += 1
        assert not watched.trouble, path.stem
    assert seen >= 2


def test_search_finds_aliasing(address, browser):
    watched = Watched(browser, address)
    page = watched.goto("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("aliasing")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li a", has_text="04 · Aliasing")
    found.first.click()
    page.wait_for_url("**/04_aliasing.html*")
    assert not watched.trouble


# The pages are the same files at both addresses, and a test above sees that all they ask for is
# there: what axe-core finds depends on the theme, or on the address, not on the two together.
@pytest.mark.parametrize(
    ("address", "theme"), [("served", "dark"), ("from a folder", "light")], indirect=["address"]
)
def test_axe_finds_nothing_serious(address, browser, theme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="extra `browser` is absent: axe"
    )
    watched = Watched(browser, address, color_scheme=theme)
    for name in [*SHOWN, "search.html", "benchmarks/README.html"]:
        found = axe.Axe().run(watched.goto(name)).response["violations"]
        bad = [v for v in found if v["impact"] in {"serious", "critical"}]
        told = [f"{v['id']}: {node['html'][:160]}" for v in bad for node in v["nodes"]]
        assert not told, "\n".join([name, *told])


def test_figures_stand_on_white_and_output_keeps_its_columns(address, browser):
    watched = Watched(browser, address, color_scheme="dark")
    page = watched.goto("notebooks/04_aliasing.html")
    style = "all => all.map(one => getComputedStyle(one)[{}])"
    backs = page.locator(".bd-article img").evaluate_all(style.format('"backgroundColor"'))
    assert set(backs) == {"rgb(255, 255, 255)"}
    spaces = page.locator(".cell_output pre").evaluate_all(style.format('"whiteSpace"'))
    assert set(spaces) == {"pre"}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 255, 255)"


def test_equations_are_drawn_in_the_font_that_comes_with_them(address, browser):
    page = Watched(browser, address).goto("notebooks/04_aliasing.html")
    assert page.locator("math").count() > 50
    state = """document.fonts.ready.then(() => [...document.fonts]
        .filter(font => font.family.includes("STIX")).map(font => font.status))"""
    assert page.evaluate(state) == ["loaded"]
