"""show, answer, reveal and explore: what the lessons rely on."""

import base64
import io
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from shapzero_lite.teach import CountedTable, answer, explore, reveal, show

plt.switch_backend("Agg")  # now: matplotlib looks for IPython when a backend is first used
ALT = "A rising line from nought to one"


@pytest.fixture
def displayed(monkeypatch):
    """Pretend to be in a notebook; collect what would be displayed."""
    collected = []
    monkeypatch.setattr("IPython.get_ipython", object)
    monkeypatch.setattr(
        "IPython.display.display",
        lambda data, raw, metadata: collected.append((data, metadata)),
    )
    return collected


def line(**style):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1], **style)
    return fig


def test_show_displays_a_png_with_its_alternative_and_closes_the_figure(displayed):
    assert show(line(), alt=ALT) is None
    ((data, metadata),) = displayed
    assert metadata == {"image/png": {"alt": ALT}}
    assert data["text/plain"] == f"Figure: {ALT}"
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert plt.get_fignums() == []


def test_show_gives_the_same_bytes_again_and_names_no_software(displayed):
    show(line(), alt=ALT)
    with plt.rc_context({"savefig.dpi": 30, "figure.dpi": 50}):
        show(line(), alt=ALT)
    first, second = (base64.b64decode(data["image/png"]) for data, _ in displayed)
    assert first == second
    for word in (b"tEXt", b"iTXt", b"tIME", b"atplotlib"):
        assert word not in first


def test_show_with_few_colours_is_the_same_picture_in_fewer_bytes(displayed):
    from PIL import Image

    show(line(), alt=ALT)
    show(line(), alt=ALT, colours=16)
    full, few = (base64.b64decode(data["image/png"]) for data, _ in displayed)
    assert len(few) < len(full)
    full, few = (Image.open(io.BytesIO(png)).convert("RGB") for png in (full, few))
    assert few.size == full.size
    assert len(few.getcolors()) <= 16
    difference = np.abs(np.asarray(few, int) - np.asarray(full, int))
    assert difference.mean() < 1
    with pytest.raises(ValueError, match="1 to 256, not 257"):
        show(line(), alt=ALT, colours=257)


def test_show_is_110_dots_per_inch(displayed):
    from PIL import Image

    show(line(), alt=ALT)
    with Image.open(io.BytesIO(base64.b64decode(displayed[0][0]["image/png"]))) as image:
        assert image.info["dpi"] == pytest.approx((110, 110), abs=0.1)


@pytest.mark.parametrize("alt", ["", "A line", " " * 30])
def test_show_refuses_a_short_alternative(alt):
    with pytest.raises(ValueError, match="too short: say in at least 20 characters"):
        show(plt.figure(), alt=alt)
    plt.close("all")


def test_show_refuses_an_axes():
    fig = plt.figure()
    with pytest.raises(TypeError, match=r"not Axes; try ax\.figure"):
        show(fig.gca(), alt=ALT)
    plt.close(fig)


VALUES = [
    3,
    0.25,
    1 + 2j,
    "ACGT",
    True,
    None,
    (3, 4),
    [1.5, 2.5],
    ["AC", "GT"],
    [(0,), (0, 1)],
    {"mean": 2.0, "parts": [1, 2]},
    {(0, 1): 0.5},
    np.arange(6.0).reshape(2, 3),
    np.array([1j, 2.0]),
    np.array([np.nan, 1.0]),
    np.array(["A", "C"]),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_answer_accepts_equal_values_of_every_kind(value, capsys):
    answer("3.2", lambda: value, cases=[((), value)])
    assert capsys.readouterr().out == "3.2: correct\n"


@pytest.mark.parametrize("value", VALUES, ids=repr)
@pytest.mark.parametrize("wrong", [17, "GATTACA", [9, 9, 9], {"mean": 3.0}, int], ids=str)
def test_answer_refuses_other_values_of_every_kind(value, wrong):
    with pytest.raises(AssertionError, match="Hint: look again"):
        answer("3.2", lambda: wrong, cases=[((), value)], hint="look again")


def test_answer_accepts_a_list_for_an_array_and_rounding():
    answer("3.2", lambda: [1.0, 2.0 + 1e-12], cases=[((), np.array([1.0, 2.0]))])
    answer("3.2", lambda: np.array([1, 2]), cases=[((), [1, 2])])
    answer("3.2", lambda: np.float32(0.1), cases=[((), 0.1)])


@pytest.mark.parametrize(
    "unfinished", [..., (1, ...), {"a": ...}, [[...]], np.asarray(...)], ids=repr
)
def test_answer_recognises_an_unanswered_exercise(unfinished, capsys):
    answer("3.2", lambda: unfinished, cases=[((), 1)])
    answer("3.2", lambda: 2 * ..., cases=[((), 1)])
    assert capsys.readouterr().out == "3.2: not answered yet\n" * 2


def test_answer_names_the_first_case_that_differs_with_four_digits():
    with pytest.raises(AssertionError) as caught:
        answer("3.2", lambda x: x / 3, cases=[((0,), 0), ((1,), 2 / 3), ((2,), 5)], hint="twice")
    assert str(caught.value) == (
        "3.2: not yet. Case 2 of 3, input (1).\n  expected 0.6667\n  got      0.3333\nHint: twice"
    )


def test_answer_says_where_arrays_differ_and_when_shapes_do():
    expected = np.zeros((2, 3))
    wrong = expected.copy()
    wrong[1, 2] = 1e-4
    with pytest.raises(AssertionError, match=r"1 of 6 entries differ, first at index \(1, 2\)"):
        answer("3.2", lambda: wrong, cases=[((), expected)])
    with pytest.raises(AssertionError, match=r"shape \(2, 3\) was expected, not \(3, 2\)"):
        answer("3.2", lambda: expected.T, cases=[((), expected)])
    with pytest.raises(AssertionError, match=r"they differ at 'b'"):
        answer("3.2", lambda: {"a": 1, "b": 2}, cases=[((), {"a": 1, "b": 3})])


def test_answer_reports_what_stopped_the_function():
    def learner(x):
        return 1 / x

    with pytest.raises(AssertionError, match=r"stopped with ZeroDivisionError.*\n.*Case 2") as e:
        answer("3.2", learner, cases=[((1,), 1), ((0,), 0)], hint="careful at nought")
    assert isinstance(e.value.__cause__, ZeroDivisionError)
    assert "Hint: careful at nought" in str(e.value)


def test_answer_shows_the_learners_own_line_where_it_stopped():
    def learner(x):
        y = x + 1
        return int("nine") + y

    with pytest.raises(AssertionError, match=r"\n  Line \d+: return int\(\"nine\"\) \+ y"):
        answer("3.2", learner, cases=[((1,), 1)])


def test_a_notebook_shows_the_message_alone_and_the_cell_still_fails():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))
    shown = []
    shell._showtraceback = lambda kind, value, lines: shown.append((kind, value, lines))
    shell.push({"answer": answer})
    result = shell.run_cell("answer('3.2', lambda: 1, cases=[((), 2)], hint='count again')")
    assert not result.success
    assert isinstance(result.error_in_exec, AssertionError)
    ((kind, _, lines),) = shown
    assert issubclass(kind, AssertionError)
    assert lines == [
        "3.2: not yet. Case 1 of 1, input ().", "  expected 2", "  got      1",
        "Hint: count again",
    ]  # fmt: skip


def test_answer_prints_little_of_much_and_a_tuple_as_it_is():
    table = np.arange(8000.0).reshape(20, 20, 20)
    many = [[0.125] * 50] * 50
    with pytest.raises(AssertionError) as caught:
        answer("3.2", lambda *_: table, cases=[((table, many, (1,)), table + 1)], hint="here")
    text = str(caught.value)
    assert len(text.splitlines()) <= 6
    assert "array of shape (20, 20, 20): 0, 1, 2, 3, …" in text
    assert len(text) < 1000
    assert text.endswith("Hint: here")
    with pytest.raises(AssertionError, match=r"input \(\(1,\), \[2\]\)"):
        answer("3.2", lambda *_: 0, cases=[(((1,), [2]), 1)])


def test_answer_protects_the_cases_from_the_function():
    shared = np.arange(3.0)

    def learner(x):
        x += 1
        return x.sum()

    answer("3.2", learner, cases=[((shared,), 6), ((shared,), 6)])
    assert shared.tolist() == [0, 1, 2]


def test_answer_refuses_cases_that_are_written_wrongly():
    with pytest.raises(ValueError, match="has no cases"):
        answer("3.2", lambda: 1, cases=[])
    with pytest.raises(TypeError, match="write the arguments as a tuple"):
        answer("3.2", lambda x: x, cases=[(1, 1)])
    with pytest.raises(ValueError, match="not the number of an exercise"):
        answer("second", lambda: 1, cases=[((), 1)])


SOLUTIONS = '''"""Solutions."""

import numpy as np


# exercise 7.1
def double(x):
    """Return twice x."""
    return x + x


# exercise 7.10
def triple(x):
    """Return three times x."""
    return 3 * x
'''


def test_reveal_prints_one_function(tmp_path, capsys, monkeypatch):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "ex07.py").write_text(SOLUTIONS)
    monkeypatch.chdir(tmp_path)
    reveal("7.1")
    assert capsys.readouterr().out == (
        'def double(x):\n    """Return twice x."""\n    return x + x\n'
    )
    reveal("7.10", folder=tmp_path / "solutions")
    assert capsys.readouterr().out.startswith("def triple(x):")


def test_reveal_looks_in_the_working_folder_and_nowhere_else(tmp_path, capsys, monkeypatch):
    """A folder that was handed out without solutions has none, whatever is installed or above."""
    handed_out = tmp_path / "course" / "notebooks"
    handed_out.mkdir(parents=True)
    for place in (tmp_path, tmp_path / "course", tmp_path / "notebooks"):
        (place / "solutions").mkdir(parents=True)
        (place / "solutions" / "ex01.py").write_text(SOLUTIONS.replace("7.1", "1.1"))
    monkeypatch.chdir(handed_out)
    reveal("1.1")  # the package of this very test lies beside solutions
    assert capsys.readouterr().out == "1.1: no solution was handed out with this copy\n"
    monkeypatch.chdir(tmp_path)
    reveal("1.1")
    assert capsys.readouterr().out.startswith("def double(x):")


def test_reveal_says_when_there_is_no_solution(tmp_path, capsys):
    (tmp_path / "ex07.py").write_text(SOLUTIONS)
    reveal("7.2", folder=tmp_path)
    reveal("8.1", folder=tmp_path)
    out = capsys.readouterr().out
    assert out.count("no solution was handed out with this copy") == 2
    with pytest.raises(ValueError, match="not the number of an exercise"):
        reveal("../7")


def test_explore_draws_at_most_four_panels(monkeypatch):
    seen, figures = [], []
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    monkeypatch.setattr(
        "shapzero_lite.teach._explore.show", lambda fig, alt: figures.append((fig, alt))
    )

    def draw(ax, order, letter):
        seen.append((order, letter))
        ax.plot([0, order])

    explore(draw, alt=ALT, order=range(1, 11), letter=["G", "A"])
    assert seen == [(1, "G"), (4, "G"), (7, "G"), (10, "G")]
    ((fig, alt),) = figures
    assert alt == ALT
    assert [ax.get_title() for ax in fig.axes] == [f"order = {k}" for k in (1, 4, 7, 10)]
    plt.close(fig)


def test_explore_keeps_a_title_and_draws_a_single_value(monkeypatch):
    figures = []
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    monkeypatch.setattr("shapzero_lite.teach._explore.show", lambda fig, alt: figures.append(fig))
    explore(lambda ax, k: ax.set_title("mine"), alt=ALT, panel_height=1.5, k=np.array([3]))
    assert [ax.get_title() for ax in figures[0].axes] == ["mine"]
    assert figures[0].get_figheight() == 1.5
    plt.close(figures[0])


def test_explore_draws_as_many_panels_as_a_lesson_wants(monkeypatch):
    figures = []
    monkeypatch.setenv("SHAPZERO_STATIC", "1")
    monkeypatch.setattr("shapzero_lite.teach._explore.show", lambda fig, alt: figures.append(fig))
    explore(lambda ax, k: ax.plot([0, k]), alt=ALT, panels=6, k=range(6))
    assert [ax.get_title() for ax in figures[0].axes] == [f"k = {k}" for k in range(6)]
    plt.close(figures[0])


def test_explore_makes_one_slider_a_choice_when_live(monkeypatch):
    pytest.importorskip("anywidget", reason="extra `lessons` is absent: anywidget")
    made, drawn, shown = [], [], []
    kernel = type("Shell", (), {"kernel": object()})()
    monkeypatch.setenv("SHAPZERO_STATIC", "0")
    monkeypatch.setattr("IPython.get_ipython", lambda: kernel)
    monkeypatch.setattr("IPython.display.display", made.append)
    monkeypatch.setattr(
        "shapzero_lite.teach._explore.show", lambda fig, alt: shown.append(alt) or plt.close(fig)
    )
    explore(lambda ax, **values: drawn.append(values), alt=ALT, k=[1, 2, 3], letter=["G", "A"])
    (widget,) = made
    sliders = widget.children[:-1]
    assert [slider.description for slider in sliders] == ["k", "letter"]
    widget.update()
    assert drawn[-1] == {"k": 1, "letter": "G"}
    sliders[0].value = 3
    assert drawn[-1] == {"k": 3, "letter": "G"}
    assert set(shown) == {ALT}


def test_a_live_picture_is_html_with_its_text_as_well(displayed, monkeypatch):
    monkeypatch.setenv("SHAPZERO_STATIC", "0")
    show(line(), alt='Below "zero" & rising, a line')
    ((data, _),) = displayed
    assert data["text/html"] == (
        '<img alt="Below &quot;zero&quot; &amp; rising, a line" '
        f'src="data:image/png;base64,{data["image/png"]}">'
    )


def test_the_slider_follows_the_reader_and_the_code():
    pytest.importorskip("anywidget", reason="extra `lessons` is absent: anywidget")
    from shapzero_lite.teach._slider import slider

    made = slider("guide rank", [1, 59, 695])
    assert (made.value, made.index, made.words) == (1, 0, ["1", "59", "695"])
    made.set_state({"index": 2})  # what the browser sends
    assert made.value == 695
    made.value = 59
    assert made.index == 1


def test_a_static_exploration_carries_its_frames(displayed):
    from PIL import Image

    from shapzero_lite.teach._frames import slider_html

    def draw(ax, power, scale):
        ax.plot([0, 1, 2], [scale * x**power for x in (0, 1, 2)])
        ax.set_axis_off()  # most of the time would go into 50 times 20 ticks

    explore(draw, ALT, power=range(60), scale=[2, 3])
    explore(draw, ALT, power=range(60), scale=[2, 3])
    first, second = (metadata["image/png"]["frames"] for _, metadata in displayed)
    assert first == second
    assert (first["name"], len(first["words"])) == ("power", 25)
    assert (first["words"][0], first["words"][-1]) == ("0", "59")
    with Image.open(io.BytesIO(base64.b64decode(first["png"]))) as image:
        assert image.size == (25 * first["width"], first["height"])
    page = slider_html(first, ALT)
    assert f'role="img" aria-label="{ALT}"' in page
    assert '<input type="range" name="power" min="0" max="24" value="0">' in page
    assert first["png"] in page
    assert plt.get_fignums() == []


def test_explore_without_a_notebook_shows_the_panels(monkeypatch, capsys):
    monkeypatch.delenv("SHAPZERO_STATIC")
    explore(lambda ax, k: ax.plot([k]), alt=ALT, k=[1, 2])
    assert capsys.readouterr().out == f"Figure: {ALT}\n"


def test_explore_needs_something_to_vary():
    with pytest.raises(ValueError, match="something to vary"):
        explore(lambda ax: None, alt=ALT)
    with pytest.raises(ValueError, match="no values to offer for k"):
        explore(lambda ax, k: None, alt=ALT, k=[])
    with pytest.raises(ValueError, match="too short"):
        explore(lambda ax, k: None, alt="Panels", k=[1])


@pytest.mark.parametrize("module", ["shapzero_lite.teach", "shapzero_lite.teach.explorables"])
def test_the_module_loads_nothing_heavy(module):
    heavy = {"anywidget", "ipywidgets", "matplotlib", "IPython", "torch"}
    script = f"import sys, {module}\nprint(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_a_counted_table_answers_as_often_as_it_says_and_not_as_a_whole():
    values = np.arange(9.0).reshape(3, 3)
    table = CountedTable(values, most=3)
    assert [table[1, 2], table[np.int64(2), np.int64(0)]] == [5, 6]
    assert (table.shape, table.ndim, table.size, table.asked) == ((3, 3), 2, 9, 2)
    with pytest.raises(LookupError, match="look-up number 5, where 3 are allowed"):
        table[0]  # three at once
    for whole in (np.asarray, list, np.sum, lambda t: np.array(t, dtype=float)):
        with pytest.raises(TypeError, match="answers 3 look-ups"):
            whole(CountedTable(values, most=3))


def test_every_case_gets_a_counted_table_of_its_own():
    table = CountedTable([1.0, 2.0], most=1)
    answer("4.2", lambda t, x: t[x], cases=[((table, 0), 1.0), ((table, 1), 2.0)])
    with pytest.raises(AssertionError, match="LookupError: look-up number 2"):
        answer("4.2", lambda t: t[0] + t[1], cases=[((table,), 3.0)], hint="one look-up")
    assert table.asked == 0


def test_a_number_by_hand_is_not_told_and_a_known_mistake_is_one_line(monkeypatch):
    monkeypatch.setattr(
        "shapzero_lite.teach._answer.MISTAKES", {"9.1": [(lambda *_: 7, "you forgot one")]}
    )
    with pytest.raises(AssertionError) as caught:
        answer("9.1", lambda: 5, cases=[((), 8)], hint="count", by_hand=True)
    assert str(caught.value) == "9.1: not yet. Hint: count"
    with pytest.raises(AssertionError) as caught:
        answer("9.1", lambda n: n, cases=[((6,), 8)], hint="count", by_hand=True)
    assert str(caught.value) == "9.1: not yet. It gives 6 for (6). Hint: count"
    for by_hand in (True, False):
        with pytest.raises(AssertionError) as caught:
            answer("9.1", lambda: 7, cases=[((), 8)], hint="count", by_hand=by_hand)
        assert str(caught.value) == "9.1: not yet. It looks as if you forgot one. Hint: count"


def test_reveal_prints_the_words_below_an_open_question(tmp_path, capsys):
    text = (
        "# open question 7.3\n# Two labs,\n# one landscape.\n\n\n# exercise 7.4\ndef f():\n    1\n"
    )
    (tmp_path / "ex07.py").write_text(text)
    reveal("7.3", folder=tmp_path)
    assert capsys.readouterr().out == "Two labs,\none landscape.\n"


def test_reveal_prints_the_words_below_a_question_by_its_name(tmp_path, capsys):
    text = "# question 7 clock\n# It turns\n# back.\n\n# question 7 clocks\n# Others.\n"
    (tmp_path / "ex07.py").write_text(text)
    reveal("7 clock", folder=tmp_path)
    reveal("7 bins", folder=tmp_path)
    assert capsys.readouterr().out == (
        "It turns\nback.\n7 bins: no solution was handed out with this copy\n"
    )
    for bad in ("7 ", "clock", "7  clock", "7 ../x"):
        with pytest.raises(ValueError, match="nor the name of a question"):
            reveal(bad, folder=tmp_path)
