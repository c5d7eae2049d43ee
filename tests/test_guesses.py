"""Guess first: intervals are kept and counted; without a reader nothing is entered."""

import json

import pytest

from shapzero_lite.teach import _guesses, calibration, guess, told


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
    assert out.endswith("you   no interval was entered\npairs hold 92 %\n")


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
    assert capsys.readouterr().out == "you    2 of 3 hold the answer, 67 %\nsketch hold 90 %\n"
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
