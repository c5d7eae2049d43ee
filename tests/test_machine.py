"""The reader's own SHAP zero: right answers are kept, and run in place of ours."""

import numpy as np
import pytest

from shapzero_lite.teach import _machine, answer, yours

CASES = [((np.array([2, 1]), np.array([[1], [3]]), 4), [1])]


def hash_of(k, H, q):
    """The reader's: term by term."""
    return np.array([sum(k[i] * H[i, m] for i in range(len(k))) % q for m in range(H.shape[1])])


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_machine, "_RIGHT", {})


@pytest.fixture
def live(monkeypatch):
    monkeypatch.setattr(_machine, "is_live", lambda: True)


def said(capsys, name="hash_of"):
    part = yours(name)
    return part, capsys.readouterr().out.strip()


def test_ours_runs_until_the_exercise_is_right_and_again_when_it_no_longer_is(capsys):
    number = _machine.PARTS["hash_of"]
    assert said(capsys)[1] == f"hash_of: ours, until exercise {number} is answered"
    answer(number, hash_of, CASES)
    assert said(capsys) == (hash_of, f"{number}: correct\nhash_of: yours, from exercise {number}")
    with pytest.raises(AssertionError):
        answer(number, lambda k, H, q: [0], CASES)
    part, words = said(capsys)
    assert part is _machine.OURS["hash_of"]
    assert "ours" in words
    answer(number, lambda k, H, q: ..., CASES)
    assert "ours" in said(capsys)[1]


def test_another_exercise_is_not_kept(tmp_path, live):
    answer("1.2", lambda: 1, [((), 1)])
    assert _machine._RIGHT == {}
    assert list(tmp_path.iterdir()) == []


def test_a_right_answer_waits_in_a_module_for_the_next_lesson(tmp_path, live, capsys, monkeypatch):
    answer(_machine.PARTS["hash_of"], hash_of, CASES)
    answer(_machine.PARTS["hash_of"], hash_of, CASES)
    text = (tmp_path / "my_shap_zero.py").read_text()
    assert text.count("def hash_of(") == 1
    assert "import numpy as np" in text
    monkeypatch.setattr(_machine, "_RIGHT", {})  # another kernel
    capsys.readouterr()
    part, words = said(capsys)
    assert words == "hash_of: yours, from my_shap_zero.py"
    assert part([2, 1], np.array([[1], [3]]), 4).tolist() == [1]
    assert "ours, until" in said(capsys, "peel")[1]


def test_nothing_is_written_when_nobody_sits_before_it(tmp_path):
    answer(_machine.PARTS["hash_of"], hash_of, CASES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def hash_of(k, H, q):\n    return np.asarray(k) @ H\n", "is not right"),
        ("def hash_of(k, H, q):\n    return helped(k)\n", "NameError: name 'helped'"),
        ("def hash_of(k, H, q:\n", "stopped with SyntaxError"),
    ],
)
def test_a_module_that_is_not_right_is_not_run_and_says_why(tmp_path, capsys, text, words):
    (tmp_path / "my_shap_zero.py").write_text(text)
    part, message = said(capsys)
    assert part is _machine.OURS["hash_of"]
    assert "hash_of: ours, for the one in my_shap_zero.py" in message
    assert words in message


def test_a_part_of_the_module_may_use_the_others_and_ours(tmp_path, capsys):
    (tmp_path / "my_shap_zero.py").write_text(
        "def kind_of(u, q, tau):\n"
        "    k = frequency_of(u, q)\n"
        "    F = np.mean(u * np.exp(-2j * np.pi / q * np.append(0, k)))\n"
        "    energy = np.mean(np.abs(u) ** 2)\n"
        "    if energy <= tau:\n"
        "        return 'zero'\n"
        "    return 'single' if energy - abs(F) ** 2 <= tau else 'multi'\n"
    )
    assert said(capsys, "kind_of")[1] == "kind_of: yours, from my_shap_zero.py"
    assert "ours, until" in said(capsys, "frequency_of")[1]


def test_no_other_part_is_known():
    with pytest.raises(ValueError, match=r"'hash' is no part .* closed_form, hash_of"):
        yours("hash")


def test_the_probes_tell_the_parts_apart():
    """A part that answers a constant, or leaves the last step out, is never taken."""
    for name, ours in _machine.OURS.items():
        answers = [repr(ours(*probe)) for probe in _machine._probes(name)]
        assert len(answers) == 1 or len(set(answers)) > 1, name
    kinds = {_machine.OURS["kind_of"](*probe) for probe in _machine._probes("kind_of")}
    assert kinds == {"zero", "single", "multi"}
    ((bins, matrices, q, tau),) = _machine._probes("peel")
    found = _machine.OURS["peel"](bins, matrices, q, tau)
    assert found == pytest.approx({(0, 0, 0): 0.5, (1, 0, 2): 1 + 1j, (3, 0, 2): 1 - 1j})
