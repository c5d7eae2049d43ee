"""Pictures that move, as far as Python goes: their state, their modules, their place on a page.

What they do under the hand is in browser/test_explorables_move.py.
"""

import html
import json
import re
from pathlib import Path

import matplotlib.pyplot as plt
import notebook_form
import numpy as np
import pytest
from lesson_notebooks import LESSONS
from matplotlib.text import Text

import shapzero_lite as sz
from shapzero_lite.teach import bend, bill, clock, cube, explorables, peeling, theatre
from shapzero_lite.teach.explorables import (
    _bend,
    _bill,
    _clock,
    _cube,
    _explorable,
    _peeling,
    _theatre,
)

plt.switch_backend("Agg")  # now: matplotlib looks for IPython when a backend is first used
ALT = "Hands of four letters on one clock"
FOLDER = Path(explorables.__file__).parent
SPECTRUM = sz.Spectrum(
    [[0, 0, 0], [1, 0, 0], [3, 0, 0], [2, 2, 0]], [1, 0.5 + 1j, 0.5 - 1j, 0.7], alphabet=sz.DNA
)
SHOWN = {
    "mean": {"values": [0, 1, 1, 0]},
    "reference": {"values": [3.0, 1.0, -1.0, 0.5]},
    "hidden": {"spectrum": SPECTRUM, "word": [1, 2, 3]},
    "bin": {"spectrum": SPECTRUM, "word": [0, 1, 0]},
}
HASHES = np.random.default_rng(0).integers(0, 16, (3, 32))
CORNERS = np.random.default_rng(1).normal(size=(2, 2, 2))
OWN = ("own letters", np.eye(4)[[1, 2, 3]])
WORTH = {"worse": (200, 150, 300), "better": (2000, 1500, 2500)}
DOUBLES = {"A1+C2": (1.0, 1.5, 3.0, 3.5, 0.5), "G1+T2": (-1.0, 2.0, 0.1, 3.9, 0.0)}
POINTS = np.array([[-3.0, 0.0], [-1.0, 0.1], [0.5, 0.4], [1.0, 2.5], [2.0, 4.0], [3.0, 4.2]])
BENT = {
    "curve": lambda z: 4 / (1 + np.exp(-3 * np.asarray(z))),
    "knots": [-2, -1, 0, 1, 2],
    "points": POINTS,
    "wild_type": (2.0, 4.0),
    "doubles": DOUBLES,
    "named": ["G1+T2", "A1+C2"],
}
MADE = {
    **{
        mode: (_clock, "clock", lambda mode=mode: clock(mode, ALT, **SHOWN[mode])) for mode in SHOWN
    },
    "cube": (_cube, "cube", lambda: cube(CORNERS, ALT, effect=3)),
    "square": (_cube, "cube", lambda: cube(CORNERS[0], ALT)),
    "theatre": (_theatre, "theatre", lambda: theatre(SPECTRUM, [1, 2, 3], ALT)),
    "morph": (_theatre, "theatre", lambda: theatre(SPECTRUM, [1, 2, 3], ALT, towards=OWN)),
    "bend": (_bend, "bend", lambda: bend(alt=ALT, **BENT)),
    "bill": (_bill, "bill", lambda: bill(30_000, WORTH, ALT)),
    "peeling": (_peeling, "peeling", lambda: peeling(HASHES, bins=16, n=5, alt=ALT)),
}


@pytest.fixture
def displayed(monkeypatch):
    """Pretend to be in a notebook without a kernel; collect what would be displayed."""
    collected = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw, metadata: collected.append(metadata)
    )
    return collected


@pytest.mark.parametrize(("_", "module", "make"), MADE.values(), ids=MADE)
def test_what_stands_on_paper_carries_the_state_for_a_page(_, module, make, displayed):
    held = make()
    (metadata,) = displayed
    made = metadata["image/png"]["explorable"]
    assert made["module"] == module
    assert json.loads(json.dumps(made["state"])) == vars(held)
    page = explorables.page_html(made)
    (state,) = re.findall(r'data-state="([^"]*)"', page)
    assert json.loads(html.unescape(state)) == vars(held)


def test_hands_are_what_the_package_computes():
    values = np.array([3.0, 1.0, -1.0, 0.5])
    state = {"mode": "mean", "letters": "ACGT", "values": values}
    centres = [_clock.hands({**state, "k": k}).mean() for k in range(4)]
    np.testing.assert_allclose(centres, sz.fourier_transform(values), atol=1e-12)
    waves = {"letters": "ACGT", "waves": SPECTRUM.frequencies, "re": SPECTRUM.coefficients.real}
    waves |= {"im": SPECTRUM.coefficients.imag, "mode": "hidden", "word": [1, 2, 3]}
    whole = _clock.hands({**waves, "hidden": [False] * 3}).sum()
    np.testing.assert_allclose(whole, SPECTRUM.evaluate(np.array([[1, 2, 3]]))[0], atol=1e-12)
    nobody = _clock.hands({**waves, "hidden": [True] * 3}).sum()
    np.testing.assert_allclose(nobody, 1, atol=1e-12)  # the mean


def test_each_colour_of_the_clock_starts_and_ends_on_one_level(monkeypatch):
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    x = sz.DNA.all_sequences(3)
    f = 1.0 * (x[:, 0] == x[:, 2]) + 2.0 * (x[:, 1] == 2) * (x[:, 2] == 1)
    held = clock(
        "hidden", ALT, spectrum=sz.Spectrum.from_values(f.reshape(4, 4, 4), sz.DNA), word=[1, 2, 3]
    )
    heights = np.cumsum(_clock.hands(vars(held))).imag
    reads = [tuple(np.flatnonzero(k)) for k in np.asarray(held.waves)]
    last = [a != b for a, b in zip(reads, [*reads[1:], None], strict=True)]
    assert sum(last) == len(set(reads)) == 5  # the mean, two letters, two pairs: none comes back
    np.testing.assert_allclose(heights[last], 0, atol=1e-12)


@pytest.mark.parametrize(("file", "module", "make"), MADE.values(), ids=MADE)
def test_letters_of_the_twin_have_8_points_or_more(file, module, make, monkeypatch):
    drawn = []
    monkeypatch.setattr(
        file, "explorable", lambda module, alt, state, draw, **_: drawn.append(draw())
    )
    make()
    texts = [text for text in drawn[0].findobj(Text) if text.get_text()]
    assert len(texts) >= 4
    assert min(text.get_fontsize() for text in texts) >= 8
    plt.close("all")


@pytest.mark.parametrize(
    ("mode", "what", "message"),
    [
        ("median", {}, "no mode 'median'; it has mean"),
        ("mean", {"values": [1, 2, 3]}, r"a value for each of 'ACGT', not \(3,\)"),
        ("reference", {}, "a value for each"),
        ("bin", {"spectrum": SPECTRUM, "word": [1]}, "a word as long as it"),
        ("hidden", {"word": [1]}, "needs a spectrum"),
    ],
)
def test_the_clock_says_what_it_needs(mode, what, message):
    with pytest.raises(ValueError, match=message):
        clock(mode, ALT, **what)


def test_dividends_are_the_shares_of_the_values():
    play = theatre(SPECTRUM, [1, 2, 3], ALT)
    shares = np.zeros(3)
    for group, pay in zip(play.groups, play.pays, strict=True):
        shares[group] += pay / len(group)
    np.testing.assert_allclose(
        shares, sz.exact_shapley(SPECTRUM.evaluate, [1, 2, 3], alphabet=sz.DNA), atol=1e-8
    )
    np.testing.assert_allclose(play.base, 1, atol=1e-8)  # the mean


def test_every_background_on_the_way_has_its_own_game():
    play = theatre(SPECTRUM, [1, 2, 3], ALT, towards=OWN)
    rows = [[play.base, *play.pays], *play.others]
    for share, (base, *pays) in zip(np.linspace(0, 1, 11), rows, strict=True):
        mixed = (1 - share) / 4 + share * OWN[1]
        shares = np.zeros(3)
        for group, pay in zip(play.groups, pays, strict=True):
            shares[group] += pay / len(group)
        exact = sz.exact_shapley(SPECTRUM.evaluate, [1, 2, 3], alphabet=sz.DNA, background=mixed)
        np.testing.assert_allclose(shares, exact, atol=1e-8)
        np.testing.assert_allclose(base, sz.base_value(SPECTRUM, mixed), atol=1e-8)
    np.testing.assert_allclose(rows[-1][1:], 0, atol=1e-8)  # nothing is left to explain
    with pytest.raises(ValueError, match=r"a background \(3, 4\), not \(4, 4\)"):
        theatre(SPECTRUM, [1, 2, 3], ALT, towards=("four", np.eye(4)))


def test_effects_of_the_cube_are_what_the_package_computes():
    """An averaged effect is a Fourier coefficient, so a new reference leaves its size."""
    sizes = []
    for reference in np.ndindex(CORNERS.shape):
        effects, averaged = _cube.effects_of(CORNERS, reference)
        seen = np.roll(CORNERS, tuple(-c for c in reference), (0, 1, 2))
        F = sz.fourier_transform(seen).real
        for i, one in enumerate(_cube.sets_of(3)):
            word = tuple(int(p in one) for p in range(3))
            np.testing.assert_allclose(effects[i], sz.mobius_transform(seen)[word], atol=1e-12)
            np.testing.assert_allclose(averaged[i], (-2) ** len(one) * F[word], atol=1e-12)
        sizes.append(np.abs(averaged))
    np.testing.assert_allclose(sizes, [sizes[0]] * 8, atol=1e-12)


def test_the_corners_of_a_face_add_up_to_the_effect_of_its_set():
    for reference in np.ndindex(CORNERS.shape):
        effects, _ = _cube.effects_of(CORNERS, reference)
        for effect, one in zip(effects, _cube.sets_of(3), strict=True):
            face = _cube.face_of(one, reference)
            assert len(face) == 2 ** len(one)
            np.testing.assert_allclose(
                sum(sign * CORNERS[corner] for corner, sign in face.items()), effect, atol=1e-12
            )


def test_the_cube_says_what_it_needs():
    for values, letters in (([1, 2], "AC"), (CORNERS, "ACG")):
        with pytest.raises(ValueError, match=r"two letters at two or three positions, not \(2,"):
            cube(values, ALT, letters=letters)
    with pytest.raises(ValueError, match="effects 0 to 2, not 3"):
        cube(CORNERS[0], ALT, effect=3)


def test_a_straight_line_makes_no_epistasis_and_a_curve_over_the_sum_all_of_its_own():
    held = bend(alt=ALT, **BENT)
    np.testing.assert_allclose(_bend.epistasis_of(vars(held), held.straight)[1], 0, atol=1e-8)
    slope, height = np.polyfit(*POINTS.T, 1)
    np.testing.assert_allclose(held.straight, height + slope * np.array(BENT["knots"]), atol=1e-8)
    heights, at = [0, 1, 1, 3, 4], np.linspace(-2, 2, 41)
    inside = np.interp(at, BENT["knots"], heights)
    np.testing.assert_allclose(_bend.line_of(BENT["knots"], heights, at), inside)
    np.testing.assert_allclose(_bend.line_of(BENT["knots"], heights, [-4, 3]), [-2, 5])
    # Measured as the line says: all epistasis is the line's, (2, 1, 2.5 - 2) and (2, -1, -1).
    made = dict.fromkeys(DOUBLES)
    for name, (a, b, *_) in DOUBLES.items():
        sums = [a, b, a + b - 2]
        made[name] = (a, b, *_bend.line_of(BENT["knots"], heights, sums))
    held = bend(alt=ALT, **{**BENT, "doubles": made, "wild_type": (2.0, 4.0)})
    measured, by_line = _bend.epistasis_of(vars(held), heights)
    np.testing.assert_allclose(measured, by_line, atol=0.02)  # hundredths are kept
    np.testing.assert_allclose(measured, [2 - 3 - 3.5 + 4, 1 - 1 - 4 + 4], atol=0.02)


def test_the_bent_line_without_a_browser_names_the_four_variants_of_the_first_double():
    left = _bend._twin(vars(bend(alt=ALT, **BENT))).axes[0]
    places = {text.get_text(): text.xy for text in left.texts}
    assert list(places) == ["WT", "G1", "T2", "both"]
    # Both: its sum, -1 + 2 - 2 = -1, and what was measured.
    assert list(places.values()) == [(2.0, 4.0), (-1.0, 0.1), (2.0, 3.9), (-1.0, 0.0)]
    plt.close("all")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"knots": [0, 1]}, r"three knots or more that rise, not \[0, 1\]"),
        ({"knots": [0, 2, 1]}, "three knots or more that rise"),
        ({"points": [1, 2]}, "two numbers a point"),
        ({"doubles": {"A1+C2": (1, 2)}}, "five a double"),
        ({"named": ["A1+A2"]}, r"no double mutant for one of \['A1\+A2'\]"),
    ],
)
def test_bend_says_what_it_needs(what, message):
    with pytest.raises(ValueError, match=message):
        bend(alt=ALT, **{**BENT, **what})


def test_theatre_and_bill_say_what_they_need():
    with pytest.raises(ValueError, match=r"a word of 3 codes, not \(2,\)"):
        theatre(SPECTRUM, [1, 2], ALT)
    for worth in ({"a": (1, 1, 1)}, {"a": (1, 1, 1), "b": (0, 0, 1)}):
        with pytest.raises(ValueError, match="two sketches or more, three positive numbers"):
            bill(100, worth, ALT)
    with pytest.raises(ValueError, match="estimate, lower end, upper end"):
        bill(100, {"a": (1, 2, 3), "b": (2, 1, 3)}, ALT)


def test_peeling_finds_what_the_decoder_s_graph_lets_go():
    """Three coefficients in a circle of bins stay; one that hangs on by a bin of its own goes."""
    circle = np.array([[0, 0, 1, 2], [3, 4, 3, 5], [6, 7, 7, 8]])
    assert _peeling.peeled(circle) == [0, 1, 2, 3]  # 2 is alone in group 1, then all are
    assert _peeling.peeled(np.array([[0, 0, 1], [2, 2, 3]])) == [2]
    with pytest.raises(ValueError, match="bins 0 to 3 of the same coefficients"):
        peeling([[0, 4]], bins=4, n=3, alt=ALT)
    with pytest.raises(ValueError, match="2 coefficients for 2 bins, not 3 x"):
        peeling([[0, 1]], bins=2, n=3, alt=ALT, load=3)


def test_a_short_text_is_refused():
    with pytest.raises(ValueError, match="too short"):
        clock("mean", "Hands", values=[0, 1, 1, 0])


def test_live_it_is_a_widget_with_the_state_as_traits(monkeypatch):
    pytest.importorskip("anywidget", reason="extra `lessons` is absent: anywidget")
    shown = []
    monkeypatch.setenv("SHAPZERO_STATIC", "0")
    monkeypatch.setattr("IPython.get_ipython", type("Shell", (), {"kernel": 1}))
    monkeypatch.setattr("IPython.display.display", shown.append)
    held = clock("mean", ALT, values=[0, 1, 1, 0])
    assert shown == [held]
    assert (held.k, held.values, held.alt) == (1, [0, 1, 1, 0], ALT)
    held.set_state({"k": 2})  # what the browser sends
    assert held.k == 2
    assert "export default" in held._esm
    assert "import " not in held._esm


def test_modules_are_small_and_every_one_is_known():
    found = {path.stem for path in FOLDER.glob("*.js")} - {"parts", "mount"}
    assert found == set(_explorable.MODULES)
    for path in FOLDER.glob("*.js"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path.name


def test_lessons_carry_their_explorables():
    carried = {}
    for path in LESSONS:
        for cell in notebook_form.read(path).cells:
            for output in cell.get("outputs", []):
                made = output.get("metadata", {}).get("image/png", {}).get("explorable")
                if made:
                    carried.setdefault(path.stem[:2], []).append(made["module"])
    for number in ("01", "02", "03", "04", "05"):
        assert "clock" in carried[number], number
    assert "bend" in carried["10"]
    assert "cube" in carried["02"]
    assert "theatre" in carried["03"]
    assert "bill" in carried["06"]
    assert "peeling" in carried["05"]
