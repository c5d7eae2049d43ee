"""Guess first: intervals are kept and counted; without a reader nothing is entered."""

import json
from math import comb

import numpy as np
import pytest
from matplotlib import pyplot as plt

from shapzero_lite.teach import _calibration, _guesses, calibration, guess, told

FIGURE = "Figure: How often intervals hold the answer, by how sure one is: "


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_guesses, "_RECORD", {})


@pytest.fixture
def live(monkeypatch):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    monkeypatch.setattr(_guesses, "is_live", lambda: True)
    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    return shown


def enter(form, low, high):
    _, (first, second, button), said = (
        form.children[0], form.children[1].children, form.children[2],
    )  # fmt: skip
    first.value, second.value = low, high
    button.click()
    return said.value


def test_on_paper_the_question_stands_there_and_the_answer_says_that_nobody_guessed(capsys):
    guess("1 pairs", "Which share?")
    told("1 pairs", 0.4)
    calibration(pairs=0.92)
    out = capsys.readouterr().out
    assert out.startswith("Which share?\n")
    assert "the answer is 0.4; no interval was entered\n" in out
    drawn = f"{FIGURE}pairs, and exactly as often\n"
    assert out.endswith(f"you   no interval was entered\npairs hold 92 %\n{drawn}")


def test_an_interval_is_kept_and_judged(live, tmp_path, capsys):
    guess("1 pairs", "Which share?")
    (form,) = live
    fields = form.children[1].children
    assert [field.description for field in fields] == ["from", "to", "keep"]
    assert enter(form, 0.5, 0.2) == "0.5 is more than 0.2: exchange them"
    assert not (tmp_path / "my_guesses.json").exists()
    assert enter(form, 0.2, 0.5) == "kept: 0.2 to 0.5"
    told("1 pairs", 0.4)
    assert capsys.readouterr().out == "the answer is 0.4; your interval, 0.2 to 0.5, holds it\n"
    kept = json.loads((tmp_path / "my_guesses.json").read_text())
    assert kept == {"1 pairs": {"low": 0.2, "high": 0.5, "truth": 0.4}}


def test_lesson_06_counts_what_earlier_lessons_kept(live, tmp_path, capsys, monkeypatch):
    for name, low, high, truth in [("a", 0, 1, 0.5), ("b", 2, 3, 4), ("c", 5, 5, 5)]:
        guess(name, "?")
        enter(live[-1], low, high)
        told(name, truth)
    guess("d", "not told yet")
    enter(live[-1], 0, 1)
    monkeypatch.setattr(_guesses, "_RECORD", {})  # another kernel
    capsys.readouterr()
    calibration(sketch=0.9)
    drawn = f"{FIGURE}you, sketch, and exactly as often\n"
    said = capsys.readouterr().out
    assert said == f"you    2 of 3 hold the answer, 67 %\nsketch hold 90 %\n{drawn}"
    enter(live[-1], 0, 2)
    assert set(json.loads((tmp_path / "my_guesses.json").read_text())) == set("abcd")


def test_what_is_not_a_guess_in_the_file_is_refused_and_the_rest_left_out(live, tmp_path, capsys):
    path = tmp_path / "my_guesses.json"
    path.write_text('{"a": {"low": 1}, "b": {"low": 0, "high": 2, "truth": 1}}')
    calibration()
    assert "you 1 of 1 hold the answer, 100 %" in capsys.readouterr().out
    for text in ("no json", "[1]", '{"a": {"low": "x"}}', '{"a": 3}'):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"my_guesses\.json does not hold guesses"):
            calibration()


def drawn_with(monkeypatch, answers, **others):
    """Return the figure of calibration for intervals of width 2 about 0, and answers."""
    figures = []
    monkeypatch.setattr(_calibration, "show", lambda fig, alt: figures.append(fig))
    guesses = {str(m): {"low": -1, "high": 1, "truth": t} for m, t in enumerate(answers)}
    monkeypatch.setattr(_guesses, "_RECORD", guesses)
    calibration(**others)
    plt.close(figures[0])  # `show` would have
    return figures[0]


def test_a_reader_who_knows_her_doubt_draws_the_diagonal(monkeypatch):
    sure = np.random.default_rng(0).normal(0, 1 / 1.6449, 4000)  # 90 % within 1 of 0
    (ax,) = drawn_with(monkeypatch, sure).axes
    (yours,) = [line for line in ax.lines if line.get_label() == "you"]
    assert np.abs(yours.get_xdata() - yours.get_ydata()).max() < 0.03
    assert ax.get_title().endswith("about right")


@pytest.mark.parametrize(
    ("spread", "message"),
    [(2.0, "too short"), (0.1, "wider than need be")],
    ids=["too sure", "not sure enough"],
)
def test_the_title_says_which_way_the_reader_errs(monkeypatch, spread, message):
    answers = spread * np.random.default_rng(1).normal(size=40)
    (ax,) = drawn_with(monkeypatch, answers).axes
    held = int((np.abs(answers) <= 1).sum())
    assert ax.get_title() == f"Your 90 % intervals hold {held} of 40: {message}"
    (yours,) = [line for line in ax.lines if line.get_label() == "you"]
    above = yours.get_ydata() >= yours.get_xdata()
    assert above.mean() > 0.9 if spread < 1 else above.mean() < 0.1


def test_the_band_holds_nine_in_ten_of_those_who_are_as_often_right_as_sure():
    assert _calibration._band(1, 0.5) == (0, 1)
    for count in (3, 10, 30):
        for level in (0.5, 0.9):
            low, high = (round(end * count) for end in _calibration._band(count, level))
            chance = [comb(count, m) * level**m * (1 - level) ** (count - m) for m in range(31)]
            assert sum(chance[low : high + 1]) >= 0.9
            assert sum(chance[:low]) < 0.05
            assert sum(chance[high + 1 :]) <= 0.05 + 1e-12


def test_other_intervals_are_curves_or_points_with_letters_that_can_be_read(monkeypatch):
    fig = drawn_with(monkeypatch, [0.5, 3], pairs={0.9: 0.92, 0.5: 0.6}, sketch=0.85)
    lines = {line.get_label(): line for line in fig.axes[0].lines}
    assert lines["pairs"].get_xydata().tolist() == [[0.5, 0.6], [0.9, 0.92]]
    assert lines["sketch"].get_xydata().tolist() == [[0.9, 0.85]]
    texts = fig.findobj(lambda part: hasattr(part, "get_fontsize") and part.get_text())
    assert min(text.get_fontsize() for text in texts) >= 8
    with pytest.raises(ValueError, match=r"pairs has no share at the level 0\.9, only at \[0\.5\]"):
        calibration(pairs={0.5: 0.6})
