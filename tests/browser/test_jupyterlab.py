"""The lessons in JupyterLab, in a real browser with real keys, as `make lab` opens them.

axe-core looks at what our cells show: their outputs. JupyterLab's own frame has findings of its
own, which are not ours to mend.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 1000  # of Playwright, in milliseconds
PANEL = """import shapzero_lite as sz

sz.report.panel(model="slow_model:predict", budget=5000, batch_size=100, window=8)"""
GUESS = [
    'from shapzero_lite.teach import calibration, guess, told\n\nguess("a", "How many?")',
    'told("a", 20)\ncalibration(sketch=0.9)',
]
SLOW = """import time


def predict(sequences):
    time.sleep(0.2)
    with open("asked.txt", "a") as file:
        print(len(sequences), file=file)
    return [s.count("G") - s.count("A") for s in sequences]
"""
MOVES = """from shapzero_lite import DNA, Spectrum
from shapzero_lite.teach import bill, clock, peeling, theatre

hands = clock("mean", alt="Hands of the letters C and G on a clock", values=[0, 1, 1, 0])
few = Spectrum([[0, 0], [1, 3], [3, 1]], [1, 2, 2], alphabet=DNA)
play = theatre(few, [1, 1], alt="Two letters that are paid together")
mine = bill(1000, {"one": (10, 8, 20), "other": (100, 80, 130)}, alt="Two lines that cross")
bins = peeling([[0, 1, 1], [0, 0, 1]], 2, 3, alt="Two bins in each of two groups", load=1.5)"""
READY = """() => {
    const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
    return session?.isReady && session.session?.kernel?.status === "idle";
}"""
COMMAND = """(name) => {
    window.done = false;
    window.jupyterapp.commands.execute(name).finally(() => { window.done = true; });
}"""
WRITE = """([index, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = index;
    notebook.activeCell.model.sharedModel.setSource(source);
}"""
# axe-core leaves contrast out inside JupyterLab's scrolled panels ("inapplicable"), so its colours
# are asked one by one: every text's own colour on what is painted behind it.
CONTRAST = """(within) => {
    const {Color, getOwnBackgroundColor, flattenColors, getContrast} = axe.commons.color;
    const behind = (node) => {
        const painted = getOwnBackgroundColor(getComputedStyle(node));
        const opaque = painted.alpha === 1 || !node.parentElement;
        return opaque ? painted : flattenColors(painted, behind(node.parentElement));
    };
    const words = (node) => [...node.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    return [...document.querySelectorAll(within + " *")]
        .filter(node => words(node) && node.getClientRects().length)
        .map(node => {
            const ink = new Color();
            ink.parseString(getComputedStyle(node).color);
            return [getContrast(behind(node), ink), node.outerHTML.slice(0, 200)];
        });
}"""
SETTINGS = '{"windowingMode": "none"}'  # every cell is in the page, whether in view or not

pytestmark = pytest.mark.slow


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of the lessons; lesson 00 asks less."""
    top = tmp_path_factory.mktemp("lab")
    copied = shutil.copytree(ROOT / "notebooks", top / "notebooks")
    path = copied / "00_start_here.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [c for c in notebook.cells if c.id == "parameters"]
    for name, value in notebook.metadata.shapzero.other_parameters[0].items():
        cell.source = re.sub(rf"(?m)^({name}: \w+ = )[\w.]+", rf"\g<1>{value}", cell.source)
    nbformat.write(notebook, path)
    notebook.cells = [nbformat.v4.new_code_cell(PANEL)]
    nbformat.write(notebook, copied / "panel.ipynb")
    cells = [nbformat.v4.new_code_cell(text, id=name) for name, text in (("a", MOVES), ("b", ""))]
    notebook.cells = cells
    nbformat.write(notebook, copied / "explorables.ipynb")
    notebook.cells = [nbformat.v4.new_code_cell(text) for text in GUESS]
    nbformat.write(notebook, copied / "guess.ipynb")
    (copied / "slow_model.py").write_text(SLOW, encoding="utf-8")
    return copied


@pytest.fixture(scope="module")
def lab(folder):
    """The address of a running JupyterLab."""
    pytest.importorskip("jupyterlab", reason="extra `lessons` is absent: jupyterlab")
    home = folder.parent / "settings"
    tracker = home / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text(SETTINGS, encoding="utf-8")
    asks = home / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    asks.parent.mkdir(parents=True)
    asks.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    environment = {
        name: value for name, value in os.environ.items()
        if name not in ("SHAPZERO_STATIC", "MPLBACKEND", "JUPYTER_PATH")
    }  # fmt: skip
    environment |= {
        "JUPYTERLAB_SETTINGS_DIR": str(home),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder.parent / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    port = free_port()
    command = [sys.executable, "-m", "jupyter", "lab", str(folder), "--no-browser",
               f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=lesson",
               "--ServerApp.allow_root=True", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    with (folder.parent / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{address}/api?token=lesson", timeout=5).close()  # noqa: S310
                break
            assert server.poll() is None, (folder.parent / "lab.log").read_text()
            time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:  # a kernel that still computes
            server.kill()
            server.wait(30)


class Lesson:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page, address, path):
        self.page, self.trouble = page, []
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.trouble.append(f"raised {error}"))
        self.ids = [cell.id for cell in nbformat.read(path, as_version=4).cells]
        page.set_default_timeout(180 * SECONDS)
        page.goto(f"{address}/lab/tree/{path.name}?token=lesson&reset")
        page.locator(".jp-Notebook .jp-Cell").nth(len(self.ids) - 1).wait_for(state="attached")
        # the kernel is there and answers: before that, what is run is dropped without a word
        page.wait_for_function(READY)

    def said(self, message):
        if message.type == "error":
            self.trouble.append(f"console: {message.text} {message.location}")

    def cell(self, name):
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.ids.index(name))

    def command(self, name):
        """Let JupyterLab do what an entry of its menus does, and wait until it is done."""
        self.page.evaluate(COMMAND, name)
        self.page.wait_for_function("window.done")

    def write(self, name, source):
        """Put other text into a cell, and run it."""
        self.page.evaluate(WRITE, [self.ids.index(name), source])
        self.command("notebook:run-cell")

    def says(self, name, source, text):
        """Run a cell until its output holds the text: what was moved may still be on its way."""
        output = self.cell(name).locator(".jp-OutputArea-output").filter(has_text=text)
        for _ in range(5):
            self.write(name, source)
            for _ in range(20):
                if output.count():
                    return
                self.page.wait_for_timeout(0.25 * SECONDS)
        output.wait_for()


@pytest.fixture(scope="module")
def lesson(browser, lab, folder):
    """Lesson 00, run to its end."""
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    opened = Lesson(page, lab, folder / "00_start_here.ipynb")
    opened.command("notebook:run-all-cells")
    yield opened
    page.close()


def with_axe(page):
    """Load axe-core into the page."""
    axe = pytest.importorskip(
        "axe_playwright_python.base", reason="extra `browser` is absent: axe-playwright-python"
    )
    page.evaluate(Path(axe.AXE_FILE_PATH).read_text(encoding="utf-8"))


def serious(page, within):
    """Return what axe-core finds in those parts of the page, serious or critical."""
    with_axe(page)
    found = page.evaluate("(within) => axe.run({include: [within]})", within)
    return [
        (violation["id"], violation["impact"], node["html"][:200])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def test_lesson_00_runs_to_its_end_without_an_error(lesson):
    errors = lesson.page.locator("[data-mime-type='application/vnd.jupyter.error']")
    assert errors.count() == 0
    assert lesson.trouble == []
    assert "[" in lesson.cell("control").locator(".jp-InputPrompt").inner_text()
    assert "scrambled network 2" in lesson.cell("control").inner_text()


def test_every_picture_has_its_text(lesson):
    texts = lesson.page.locator(".jp-OutputArea img").evaluate_all("all => all.map(i => i.alt)")
    assert len(texts) >= 6
    assert all(len(text) >= 20 for text in texts)


def test_drawing_code_is_folded_and_the_picture_in_view_beside_its_slider(lesson):
    cell = lesson.cell("slider-1")
    assert not cell.locator(".cm-content").is_visible()
    slider = cell.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    boxes = [slider.bounding_box(), cell.locator("img").bounding_box()]
    assert boxes[1]["y"] + boxes[1]["height"] - boxes[0]["y"] < 768


def test_the_slider_moves_by_keyboard_has_a_name_and_says_its_value(lesson):
    cell = lesson.cell("slider-1")
    slider = cell.get_by_role("slider", name="guide rank")
    assert slider.get_attribute("aria-valuetext") == "1"
    picture = cell.locator("img")
    seen = {picture.get_attribute("src")}
    slider.focus()
    for word in ("1, C at 7", "1, T at 7"):
        lesson.page.keyboard.press("ArrowRight")
        lesson.page.wait_for_function(
            "([cell, seen]) => (now => now && !seen.includes(now.src))(cell.querySelector('img'))",
            arg=[cell.element_handle(), list(seen)],
        )
        assert slider.get_attribute("aria-valuetext") == word
        assert cell.locator("output").inner_text() == word
        seen.add(picture.get_attribute("src"))
    assert len(seen) == 3


def test_a_wrong_answer_is_a_message_in_view_and_a_right_one_is_correct(lesson):
    source = (
        "def gap_of(base, values, model_values):\n    return {}\n\n\n"
        "cases = [((base, values, predicted), gap)]\n"
        'answer("0.1", gap_of, cases, hint="Equation (0.4)")'
    )
    lesson.write("stub-1", source.format("model_values - base"))
    output = lesson.cell("stub-1").locator(".jp-OutputArea-output")
    output.filter(has_text="0.1: not yet").wait_for()
    text = output.inner_text()
    assert text.startswith("0.1: not yet. Case 1 of 1")
    assert text.rstrip().endswith("Hint: Equation (0.4)")
    assert "Traceback" not in text
    assert len(text.splitlines()) < 12
    box = output.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 768
    lesson.write("stub-1", source.format("model_values - base - values.sum(axis=1)"))
    output.filter(has_text="0.1: correct").wait_for()
    assert output.inner_text().strip() == "0.1: correct"


def test_the_outputs_have_no_serious_finding(lesson):
    assert serious(lesson.page, ".jp-Notebook .jp-OutputArea") == []


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_text_and_outputs_have_contrast_in_both_themes(lesson, theme):
    """What we write; the colours of code belong to JupyterLab's editor."""
    lesson.page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
    )
    light = str(theme == "JupyterLab Light").lower()
    lesson.page.locator(f"body[data-jp-theme-light='{light}']").wait_for(state="attached")
    lesson.page.wait_for_timeout(1 * SECONDS)  # colours fade from one theme into the other
    with_axe(lesson.page)
    for within, least in ((".jp-OutputArea", 10), (".jp-MarkdownOutput", 200)):
        measured = lesson.page.evaluate(CONTRAST, f".jp-Notebook {within}")
        assert len(measured) >= least
        assert [text for ratio, text in measured if ratio < 4.5] == []
    assert serious(lesson.page, ".jp-Notebook .jp-OutputArea") == []


def asked_of(folder):
    """How many sequences the slow model was asked so far."""
    return sum(map(int, (folder / "asked.txt").read_text().split()))


def test_the_panel_of_lesson_13_runs_stops_and_goes_on(browser, lab, folder):
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    opened = Lesson(page, lab, folder / "panel.ipynb")
    opened.command("notebook:run-all-cells")
    explain = page.get_by_role("button", name="explain")
    explain.wait_for()
    assert explain.count() == 1  # it stands there once
    cancel = page.get_by_role("button", name="cancel")
    assert cancel.is_disabled()
    explain.click()
    page.get_by_text(re.compile(r"[1-4],\d{3} of at most 5,000 queries")).wait_for()
    cancel.click()
    stopped = page.get_by_text(re.compile(r"Stopped: [\d,]+ answers are kept"))
    stopped.wait_for()
    assert "Traceback" not in page.locator(".jp-Notebook").inner_text()
    kept = int(re.search(r"Stopped: ([\d,]+)", stopped.inner_text()).group(1).replace(",", ""))
    assert 1000 <= kept < 5000
    assert asked_of(folder) == kept
    explain.click()
    picture = page.locator(".jp-Notebook .jp-OutputArea img")
    picture.wait_for()
    assert "Signed bars" in picture.get_attribute("alt")
    assert asked_of(folder) == 5000  # what was kept was not asked again
    assert opened.trouble == []
    assert serious(page, ".jp-Notebook .jp-OutputArea") == []
    page.close()


def test_what_the_learner_moves_is_a_value_in_python(browser, lab, folder):
    page = browser.new_page(viewport={"width": 1024, "height": 900})
    opened = Lesson(page, lab, folder / "explorables.ipynb")
    page.set_default_timeout(30 * SECONDS)
    opened.command("notebook:run-all-cells")
    page.get_by_role("radio", name="1").press("ArrowRight")
    page.get_by_text("F[2] = 0.00 + 0.00i").wait_for()
    for _ in range(2):
        page.get_by_role("slider", name="T", exact=True).press("ArrowRight")
    page.get_by_text("F[2] = −0.25 + 0.00i").wait_for()
    moved = "print('wave', hands.k, hands.values, round(hands.shown['F'][2][0], 4))"
    opened.says("b", moved, "wave 2 [0, 1, 1, 1] -0.25")
    opened.write("b", "hands.k = 3")
    page.get_by_text("F[3] =").wait_for()
    assert page.get_by_role("radio", name="3").is_checked()
    page.get_by_role("button", name="C2").press("Enter")
    page.get_by_role("slider", name="windows").press("ArrowRight")
    page.get_by_role("button", name="bin 0 of group 1").press("Enter")
    played = "print('entered', play.entered, 'of', play.names, mine.windows, bins.found)"
    opened.says("b", played, "entered [1] of ['C1', 'C2'] 51 [0]")
    assert serious(page, ".jp-Notebook .jp-OutputArea") == []
    assert opened.trouble == []
    page.close()


def test_an_interval_is_entered_by_keyboard_and_counted(browser, lab, folder):
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    opened = Lesson(page, lab, folder / "guess.ipynb")
    opened.command("notebook:run-all-cells")
    notebook = page.locator(".jp-Notebook")
    notebook.get_by_text("the answer is 20; no interval was entered").wait_for()
    for label, number in (("from", "15"), ("to", "25")):
        field = notebook.get_by_label(label, exact=True)
        field.fill(number)
        field.press("Tab")
    notebook.get_by_role("button", name="keep").press("Enter")
    notebook.get_by_text("kept: 15 to 25").wait_for()
    assert serious(page, ".jp-Notebook .jp-OutputArea") == []
    opened.write(opened.ids[1], GUESS[1])
    notebook.get_by_text("your interval, 15 to 25, holds it").wait_for()
    assert "1 of 1 hold the answer, 100 %" in notebook.inner_text()
    assert (folder / "my_guesses.json").is_file()
    assert opened.trouble == []
    page.close()
