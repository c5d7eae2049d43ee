"""Pictures that move, driven by keyboard in Chromium on a page without a kernel.

The numbers that a picture shows are compared with the package, for the same state.
"""

import json
import shutil

import matplotlib.pyplot as plt
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.teach.explorables import _clock, page_html, page_script
from shapzero_lite.teach.explorables._clock import hands

plt.switch_backend("Agg")  # now: matplotlib looks for IPython when a backend is first used
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
PAGE = """<!doctype html><html lang="en"><title>Explorables</title>
<style>body {{ color: {ink}; background: {paper}; color-scheme: {theme}; }}</style>
<main><h1>Explorables</h1>{body}</main><script>{script}</script>"""
THEMES = {"light": ("#222", "#fff"), "dark": ("#ddd", "#121212")}
ALT = "What the picture shows at first"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="extra `browser` is absent: playwright")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed")
    with api.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser, tmp_path, monkeypatch):
    """Return a function that puts an explorable on a page; the page has nothing to complain of."""
    trouble, pages = [], []
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    monkeypatch.setattr(_clock, "_twin", lambda state: plt.figure(figsize=(1, 1)))

    def show(make, theme="light", width=1400, calm=True):
        made = []
        monkeypatch.setattr("IPython.get_ipython", object)
        monkeypatch.setattr(
            "IPython.display.display",
            lambda data, raw, metadata: made.append(metadata["image/png"]["explorable"]),
        )
        for one in make if isinstance(make, list) else [make]:
            one()
        ink, paper = THEMES[theme]
        body = "".join(f'<img alt="{ALT}">{page_html(one)}' for one in made)
        path = tmp_path / "page.html"
        text = PAGE.format(ink=ink, paper=paper, theme=theme, body=body, script=page_script())
        path.write_text(text, encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            reduced_motion="reduce" if calm else "no-preference",
        )
        page = context.new_page()
        pages.append(page)
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield show
    for page in pages:
        page.context.close()
    assert trouble == []


def state(page):
    return json.loads(page.locator(".shapzero-explorable").get_attribute("data-state"))


def shown(page, name):
    return np.array(state(page)["shown"][name], float)


def complex_of(pairs):
    return np.asarray(pairs) @ [1, 1j]


# ---- one of each, as a lesson shows it

VALUES = [3.0, 1.0, -1.0, 0.5]
FEW = sz.Spectrum(
    [[0, 0, 0], [1, 0, 0], [3, 0, 0], [2, 2, 0], [0, 1, 3], [0, 3, 1]],
    [1, 0.5 + 1j, 0.5 - 1j, 0.7, 0.2j, -0.2j],
    alphabet=sz.DNA,
)
BIN = sz.Spectrum([[1, 0, 2, 3], [0, 3, 2, 1]], [1.2 - 0.5j, 0.7], alphabet=sz.DNA)
MADE = {
    "mean": lambda: sz.teach.clock("mean", ALT, values=[0, 1, 1, 0]),
    "reference": lambda: sz.teach.clock("reference", ALT, values=VALUES),
    "hidden": lambda: sz.teach.clock("hidden", ALT, spectrum=FEW, word=[1, 2, 3]),
    "bin": lambda: sz.teach.clock("bin", ALT, spectrum=BIN, word=[0, 1, 0, 2]),
}


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_serious_and_a_telephone_needs_no_scrolling(opened, theme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="extra `browser` is absent: axe"
    )
    page = opened(list(MADE.values()), theme, width=390)
    found = axe.Axe().run(page).response["violations"]
    assert [v for v in found if v["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    texts = page.locator(".sz-explorable svg text").evaluate_all(
        "all => all.map(t => t.getBoundingClientRect().height)"
    )
    assert min(texts) >= 12  # a line of 8 points or more
    twins = page.locator("img[alt]")
    assert twins.count() == len(MADE)
    assert not any(twin.is_visible() for twin in twins.all())  # they made room


def test_the_picture_says_what_it_shows(opened):
    page = opened(list(MADE.values()))
    groups = page.get_by_role("group", name=ALT)
    assert groups.count() == len(MADE)
    for group in groups.all():
        said = group.locator("output").inner_text()
        assert len(said) > 20
        assert group.locator("svg").get_attribute("aria-label") == said


def test_motion_ends_where_calm_begins(opened):
    """With motion the hands glide; what they show is there at once, and where they end the same."""
    tips = "all => all.map(c => [c.getAttribute('cx'), c.getAttribute('cy')].map(Number))"
    ends = []
    for calm in (True, False):
        page = opened(MADE["mean"], calm=calm)
        page.get_by_role("radio", name="3").check()
        page.wait_for_timeout(0 if calm else 700)
        ends.append(page.locator("svg circle").evaluate_all(tips))
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-6)


# ---- the clock


def test_letters_turn_a_hand_and_their_centre_of_mass_is_the_coefficient(opened):
    page = opened(MADE["mean"])
    page.get_by_role("radio", name="1").focus()
    page.keyboard.press("ArrowRight")
    assert state(page)["k"] == 2
    page.get_by_role("slider", name="T").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert state(page)["values"] == [0, 1, 1, 1]
    np.testing.assert_allclose(
        complex_of(shown(page, "F")), sz.fourier_transform(np.array([0, 1, 1, 1.0])), atol=1e-9
    )
    assert "F[2] = −0.25 + 0.00i" in page.locator("output").inner_text()


def test_another_reference_turns_hands_and_keeps_lengths(opened):
    page = opened(MADE["reference"])
    lengths = np.abs(complex_of(shown(page, "F")))
    page.get_by_role("radio", name="A").focus()
    for letter in range(1, 4):
        page.keyboard.press("ArrowRight")
        seen = state(page)
        assert seen["reference"] == letter
        table = np.roll(VALUES, -letter)
        F = complex_of(shown(page, "F"))
        np.testing.assert_allclose(F, sz.fourier_transform(table), atol=1e-8)
        np.testing.assert_allclose(F, hands(seen), atol=1e-8)
        np.testing.assert_allclose(np.abs(F), lengths, atol=1e-8)
        np.testing.assert_allclose(shown(page, "M"), sz.mobius_transform(table)[1:], atol=1e-8)


def test_hiding_a_letter_leaves_the_mean_over_it(opened):
    page = opened(MADE["hidden"])
    everything = sz.DNA.all_sequences(3)
    hidden = []
    for position in range(3):
        page.get_by_role("checkbox").nth(position).focus()
        page.keyboard.press("Space")
        hidden.append(position)
        seen = state(page)
        assert seen["hidden"] == [i in hidden for i in range(3)]
        mixed = everything.copy()
        kept = [i for i in range(3) if i not in hidden]
        mixed[:, kept] = np.array([1, 2, 3])[kept]
        np.testing.assert_allclose(shown(page, "v"), FEW.evaluate(mixed).mean(), atol=1e-8)
        np.testing.assert_allclose(shown(page, "pays").sum(), hands(seen).sum().real, atol=1e-8)
    assert "v = 1.00" in page.locator("output").inner_text()


def test_delays_spell_the_frequency_of_a_wave_alone(opened):
    page = opened(MADE["bin"])
    assert "several waves" in page.locator("output").inner_text()
    page.get_by_role("checkbox", name="0 3 2 1").focus()
    page.keyboard.press("Space")
    page.get_by_role("radio", name="start").focus()
    for delay in range(1, 5):
        page.keyboard.press("ArrowRight")
        seen = state(page)
        assert seen["delay"] == delay
        np.testing.assert_allclose(
            complex_of(shown(page, "U"))[delay], hands(seen).sum(), atol=1e-8
        )
    assert "they spell k = 1 0 2 3" in page.locator("output").inner_text()
    np.testing.assert_allclose(np.round(shown(page, "hours")) % 4, [1, 0, 2, 3])
