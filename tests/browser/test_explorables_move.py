"""Pictures that move, driven by keyboard in Chromium on a page without a kernel.

The numbers that a picture shows are compared with the package, for the same state.
"""

import json
import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.teach.explorables import (
    _bend,
    _bill,
    _clock,
    _cube,
    _peeling,
    _theatre,
    page_html,
    page_script,
)
from shapzero_lite.teach.explorables._clock import hands

plt.switch_backend("Agg")  # now: matplotlib looks for IPython when a backend is first used
PAGE = """<!doctype html><html lang="en"><title>Explorables</title>
<style>body {{ color: {ink}; background: {paper}; color-scheme: {theme}; }}</style>
<main><h1>Explorables</h1>{body}</main><script>{script}</script>"""
THEMES = {"light": ("#222", "#fff"), "dark": ("#ddd", "#121212")}
ALT = "What the picture shows at first"

pytestmark = pytest.mark.slow


@pytest.fixture
def opened(browser, tmp_path, monkeypatch):
    """Return a function that puts an explorable on a page; the page has nothing to complain of."""
    trouble, pages = [], []
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    for file in (_bend, _bill, _clock, _cube, _peeling, _theatre):
        monkeypatch.setattr(file, "_twin", lambda *_: plt.figure(figsize=(1, 1)))
    monkeypatch.setattr(_theatre, "_twin_of_backgrounds", _theatre._twin)

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
HASHES = np.random.default_rng(0).integers(0, 64, (3, 256))
CORNERS = np.random.default_rng(1).normal(size=(2, 2, 2)).round(2)
OWN = ("own letters", np.eye(4)[[1, 2, 3]])
WORTH = {"low": (270, 180, 390), "middle": (1000, 800, 1400), "high": (2700, 2200, 3400)}
BENT = {
    "curve": lambda z: 4 / (1 + np.exp(-3 * np.asarray(z))),
    "knots": [-2, -1, 0, 1, 2],
    "points": [[-3, 0], [-1, 0.1], [0.5, 0.4], [1, 2.5], [2, 4], [3, 4.2]],
    "wild_type": (2.0, 4.0),
    "doubles": {"A1+C2": (1, 1.5, 3, 3.5, 0.5), "G1+T2": (-1, 2, 0.1, 3.9, 0)},
    "named": ["G1+T2", "A1+C2"],
}
MADE = {
    "mean": lambda: sz.teach.clock("mean", ALT, values=[0, 1, 1, 0]),
    "reference": lambda: sz.teach.clock("reference", ALT, values=VALUES),
    "hidden": lambda: sz.teach.clock("hidden", ALT, spectrum=FEW, word=[1, 2, 3]),
    "bin": lambda: sz.teach.clock("bin", ALT, spectrum=BIN, word=[0, 1, 0, 2]),
    "cube": lambda: sz.teach.cube(CORNERS, ALT, letters="AT", effect=3),
    "theatre": lambda: sz.teach.theatre(FEW, [1, 2, 3], ALT),
    "morph": lambda: sz.teach.theatre(FEW, [1, 2, 3], ALT, towards=OWN),
    "bend": lambda: sz.teach.bend(alt=ALT, **BENT),
    "bill": lambda: sz.teach.bill(30_000, WORTH, ALT),
    "peeling": lambda: sz.teach.peeling(HASHES, bins=64, n=7, alt=ALT),
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


# ---- the cube


def agrees_with_the_package(page, corners):
    seen = state(page)
    reference = np.unravel_index(seen["reference"], corners.shape)
    effects, averaged = _cube.effects_of(corners, tuple(int(c) for c in reference))
    np.testing.assert_allclose(shown(page, "value"), corners[reference], atol=1e-8)
    np.testing.assert_allclose(shown(page, "effects"), effects, atol=1e-8)
    np.testing.assert_allclose(shown(page, "averaged"), averaged, atol=1e-8)
    face = _cube.face_of(_cube.sets_of(3)[seen["effect"]], tuple(int(c) for c in reference))
    said = re.findall(r"([+−]) ([AT]{3}) ", page.locator("output").inner_text())
    named = {"".join("AT"[c] for c in corner): sign for corner, sign in face.items()}
    assert {name: 1 if sign == "+" else -1 for sign, name in said} == named
    return effects


def test_effects_change_with_the_reference(opened):
    page = opened(MADE["cube"])
    pairs = [agrees_with_the_package(page, CORNERS)[3]]
    page.get_by_role("radio", name="AAA").focus()
    for corner in range(1, 8):
        page.keyboard.press("ArrowRight")
        assert state(page)["reference"] == corner
        pairs.append(agrees_with_the_package(page, CORNERS)[3])
    assert min(pairs) < 0 < max(pairs)
    words = page.locator("output").inner_text
    assert words().startswith("Seen from TTT, positions 1+2 mutated: + AAT")
    page.get_by_role("radio", name="1+2+3").check()
    assert state(page)["effect"] == 6
    assert "Averaged" not in words()  # there are no other letters
    assert page.locator("svg text", has_text="+").count() >= 4


def test_what_is_added_to_all_mutations_reaches_the_pairs_of_some_references(opened):
    page = opened(MADE["cube"])
    slider = page.get_by_role("slider", name="added to TTT")
    for _ in range(3):
        slider.press("ArrowRight")
    assert state(page)["extra"] == 0.75
    more = CORNERS.copy()
    more[1, 1, 1] += 0.75
    assert agrees_with_the_package(page, more)[3] == _cube.effects_of(CORNERS, (0, 0, 0))[0][3]
    page.get_by_role("radio", name="AAT").check()
    change = agrees_with_the_package(page, more)[3] - _cube.effects_of(CORNERS, (0, 0, 1))[0][3]
    np.testing.assert_allclose(change, 0.75)


def test_the_ring_can_be_dragged_from_corner_to_corner(opened):
    page = opened(MADE["cube"])
    box = page.locator(".sz-explorable svg").bounding_box()
    scale = box["width"] / 500
    ring, behind = (85, 232), (195, 172)  # AAA, AAT
    page.mouse.move(box["x"] + ring[0] * scale, box["y"] + ring[1] * scale)
    page.mouse.down()
    page.mouse.move(box["x"] + 140 * scale, box["y"] + 202 * scale, steps=3)
    page.mouse.move(box["x"] + behind[0] * scale, box["y"] + behind[1] * scale, steps=5)
    page.mouse.up()
    assert state(page)["reference"] == 1
    page.mouse.move(box["x"] + ring[0] * scale, box["y"] + ring[1] * scale)
    assert state(page)["reference"] == 1  # it was let go
    assert page.get_by_role("radio", name="AAT").is_checked()


# ---- theatre


def test_letters_that_enter_are_paid_what_they_add(opened):
    page = opened(MADE["theatre"])
    everything = sz.DNA.all_sequences(3)
    values, entered = [FEW.evaluate(everything).mean()], []
    for letter in ("G2", "T3", "C1"):
        page.get_by_role("button", name=letter).press("Enter")
        entered.append(int(letter[1]) - 1)
        mixed = everything.copy()
        mixed[:, entered] = np.array([1, 2, 3])[entered]
        values.append(FEW.evaluate(mixed).mean())
        assert state(page)["entered"] == entered
        np.testing.assert_allclose(shown(page, "v"), values[-1], atol=1e-8)
        np.testing.assert_allclose(shown(page, "added")[entered], np.diff(values), atol=1e-8)
    assert state(page)["orders"] == 1
    page.get_by_role("button", name="C1").press("Enter")  # who is in cannot enter again
    assert state(page)["entered"] == entered
    page.get_by_role("button", name="empty the stage").press("Space")
    assert state(page)["entered"] == []


def test_the_average_over_random_orders_comes_near_the_closed_form(opened):
    page = opened(MADE["theatre"])
    exact = sz.exact_shapley(FEW.evaluate, [1, 2, 3], alphabet=sz.DNA)
    np.testing.assert_allclose(shown(page, "closed"), exact, atol=1e-8)
    off = []
    for _ in range(10):
        page.get_by_role("button", name="100 random orders").press("Enter")
        off.append(np.abs(shown(page, "average") - exact).max())
    assert state(page)["orders"] == 1000
    assert off[-1] < 0.1 * np.abs(exact).max()
    again = opened(MADE["theatre"])
    again.get_by_role("button", name="100 random orders").press("Enter")
    assert np.abs(shown(again, "average") - exact).max() == off[0]  # the seed is in the state


def test_a_background_that_morphs_changes_the_game(opened):
    """Letters stay on the stage, payments of the other game go, and nothing is left at the end."""
    page = opened(MADE["morph"])
    page.get_by_role("button", name="100 random orders").press("Enter")
    page.get_by_role("button", name="empty the stage").press("Enter")
    page.get_by_role("button", name="G2").press("Enter")
    slider = page.get_by_role("slider", name="own letters")
    for step in range(1, 11):
        slider.press("ArrowRight")
        seen = state(page)
        assert (seen["background"], seen["orders"], seen["entered"]) == (step, 0, [1])
        mixed = (1 - step / 10) / 4 + step / 10 * OWN[1]
        exact = sz.exact_shapley(FEW.evaluate, [1, 2, 3], alphabet=sz.DNA, background=mixed)
        np.testing.assert_allclose(shown(page, "closed"), exact, atol=1e-8)
        mixed[1] = OWN[1][1]  # G is in
        np.testing.assert_allclose(shown(page, "v"), sz.base_value(FEW, mixed), atol=1e-8)
        words = page.locator("output").inner_text()
        assert words.startswith(f"Background: {10 * step} % own letters. G2 enters")
    slider.press("Home")
    for _ in range(5):
        slider.press("ArrowRight")
    exact = sz.shapley_values(FEW, np.array([[1, 2, 3]]), background=0.125 + 0.5 * OWN[1])[0]
    for _ in range(10):
        page.get_by_role("button", name="100 random orders").press("Enter")
    assert np.abs(shown(page, "average") - exact).max() < 0.1 * np.abs(exact).max()


def test_a_letter_can_be_dragged_onto_the_stage(opened):
    page = opened(MADE["theatre"])
    page.get_by_role("button", name="T3").drag_to(page.locator(".sz-explorable svg"))
    assert state(page)["entered"] == [2]


# ---- the bill


def test_the_break_even_moves_with_the_sketch_and_not_with_price(opened):
    page = opened(MADE["bill"])
    for place, (name, (each, low, high)) in enumerate(WORTH.items()):
        page.get_by_role("radio", name=name).check()
        assert state(page)["sketch"] == place
        for end, value in {"each": each, "low": low, "high": high}.items():
            assert shown(page, end) == value
        np.testing.assert_array_equal(
            shown(page, "even"), [30_000 // c + 1 for c in (each, high, low)]
        )
    before = state(page)["shown"]
    page.get_by_role("slider", name="cents").press("ArrowRight")
    assert state(page)["shown"] == before
    assert state(page)["price"] == 5.5
    words = page.locator("output").inner_text
    assert "The sketch is cheaper, at either end" in words()
    windows = page.get_by_role("slider", name="windows")
    windows.press("Home")
    assert state(page)["windows"] == 1
    assert "Walks are cheaper, at either end" in words()
    for _ in range(9):
        windows.press("ArrowRight")
    assert "nobody can tell" in words()


# ---- bend the curve


def test_a_line_that_is_bent_makes_epistasis_and_never_falls(opened):
    page = opened(MADE["bend"])
    words = page.locator("output").inner_text
    np.testing.assert_allclose(shown(page, "made"), 0, atol=1e-8)
    assert "100 % of the epistasis of 2 double mutants" in words()
    middle = page.get_by_role("slider", name="0.0", exact=True)
    for key in ("End", "Home", "ArrowRight"):
        middle.press(key)
        now = state(page)
        heights = np.array(now["heights"], float)
        assert (np.diff(heights) >= 0).all(), key
        measured, made = _bend.epistasis_of(now, heights)
        np.testing.assert_allclose(shown(page, "made"), made, atol=1e-8)
        np.testing.assert_allclose(
            now["shown"]["unmade"], ((measured - made) ** 2).sum() / (measured**2).sum(), rtol=1e-8
        )
        z, y = np.array(now["points"]).T
        left = ((y - _bend.line_of(now["knots"], heights, z)) ** 2).mean() / y.var()
        np.testing.assert_allclose(now["shown"]["left"], left, rtol=1e-8)
    page.get_by_role("button", name="our curve").press("Enter")
    assert state(page)["heights"] == state(page)["ours"]
    page.get_by_role("radio", name="A1+C2").check()
    assert "A1+C2: measured −2.00" in words()
    page.get_by_role("button", name="straight").press("Enter")
    assert state(page)["heights"] == state(page)["straight"]


def test_a_handle_can_be_dragged(opened):
    page = opened(MADE["bend"])
    page.get_by_role("button", name="our curve").press("Enter")
    handle = page.locator("circle[style*='ns-resize']").nth(2).bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 300)
    page.mouse.up()
    heights = state(page)["heights"]
    assert heights[0] == heights[1] == heights[2] < heights[3] == state(page)["ours"][3]


# ---- peeling


def test_bins_are_peeled_by_keys_until_one_is_stuck_and_a_group_is_bought(opened):
    page = opened(MADE["peeling"])
    bins = page.get_by_role("button", name="peel it")
    first = HASHES[0][:32]
    assert bins.count() == (np.bincount(first) == 1).sum()
    bins.first.focus()
    for peeled in range(1, 4):
        page.keyboard.press("Enter")  # the next one has the focus
        assert len(state(page)["found"]) == peeled
    page.get_by_role("button", name="to the end").press("Enter")
    assert sorted(state(page)["found"]) == _peeling.peeled(HASHES[:1, :32])
    words = page.locator("output").inner_text
    assert "Stuck" in words()
    page.get_by_role("button", name="buy a group").press("Enter")
    bins.first.press("Enter")
    last = state(page)["found"][-1]
    said = (f"bin {group[last]} of group {g}" for g, group in enumerate(HASHES[:2], 1))
    assert f"It left {', '.join(said)}." in words()  # and these are framed
    assert page.locator("rect[stroke-width='4']").count() == 2
    page.get_by_role("button", name="peel all").press("Enter")
    assert "left their bins" in words()
    page.get_by_role("button", name="to the end").press("Enter")
    assert sorted(state(page)["found"]) == list(range(32))
    assert f"The spectrum is whole. Your bill: {2 * 8 * 64:,} questions" in words()
    assert state(page)["shown"] == {"planted": 32, "open": 0, "singles": 0, "bill": 1024}
    page.get_by_role("button", name="start anew").press("Enter")
    assert page.locator("rect[stroke-width='4']").count() == 0


def test_three_groups_hold_until_the_cliff(opened):
    page = opened(MADE["peeling"])
    for _ in range(2):
        page.get_by_role("button", name="buy a group").press("Enter")
    load, share = page.get_by_role("slider", name="load"), {}
    for presses in (30, 10, 10):
        for _ in range(presses):
            load.press("ArrowRight")
        page.get_by_role("button", name="to the end").press("Enter")
        seen = state(page)
        planted = seen["shown"]["planted"]
        assert sorted(seen["found"]) == _peeling.peeled(HASHES[:, :planted])
        share[round(seen["load"], 2)] = len(seen["found"]) / planted
    assert share[2.0] == 1
    assert share[3.0] < 0.3
    load.press("ArrowRight")
    assert state(page)["found"] == []  # another load is another play
