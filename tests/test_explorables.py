"""Pictures that move, as far as Python goes: their state, their modules, their place on a page.

What they do under the hand is in browser/test_explorables_move.py.
"""

import html
import json
import re
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import notebook_form
import numpy as np
import pytest
from lesson_notebooks import LESSONS
from matplotlib.text import Text

import shapzero_lite as sz
from shapzero_lite.teach import clock, explorables
from shapzero_lite.teach.explorables import _clock, _explorable

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


@pytest.fixture
def displayed(monkeypatch):
    """Pretend to be in a notebook without a kernel; collect what would be displayed."""
    collected = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr(
        "IPython.display.display", lambda data, raw, metadata: collected.append(metadata)
    )
    return collected


@pytest.mark.parametrize("mode", SHOWN)
def test_what_stands_on_paper_carries_the_state_for_a_page(mode, displayed):
    held = clock(mode, ALT, **SHOWN[mode])
    (metadata,) = displayed
    made = metadata["image/png"]["explorable"]
    assert made["module"] == "clock"
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


@pytest.mark.parametrize("mode", SHOWN)
def test_letters_of_the_twin_have_8_points_or_more(mode, monkeypatch):
    drawn = []
    monkeypatch.setattr(_clock, "explorable", lambda module, alt, state, draw: drawn.append(draw()))
    clock(mode, ALT, **SHOWN[mode])
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


def test_it_loads_nothing_heavy():
    script = (
        "import sys, shapzero_lite.teach.explorables\n"
        "print(sorted({'matplotlib', 'anywidget', 'IPython', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
