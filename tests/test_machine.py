"""The reader's own SHAP zero: right answers are kept, and run in place of ours."""

import asyncio
import copy
import os
from pathlib import Path

import nbformat
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.teach import _machine, answer, yours
from shapzero_lite.teach._mistakes import MISTAKES
from shapzero_lite.teach._reveal import solution_of

SOLUTIONS = Path(__file__).parents[1] / "notebooks" / "solutions"

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
        answers = [repr(ours(*probe)) for probe in _machine.probes(name)]
        assert len(answers) == 1 or len(set(answers)) > 1, name
    kinds = {_machine.OURS["kind_of"](*probe) for probe in _machine.probes("kind_of")}
    assert kinds == {"zero", "single", "multi"}
    ((bins, matrices, q, tau),) = _machine.probes("peel")
    found = _machine.OURS["peel"](bins, matrices, q, tau)
    assert found == pytest.approx({(0, 0, 0): 0.5, (1, 0, 2): 1 + 1j, (3, 0, 2): 1 - 1j})


@pytest.mark.parametrize(
    "name",
    [
        "swap_loss",
        "sign_epistasis",
        "block_share",
        "together",
        "map_against",
        "certified",
        "single_letters",
    ],
)
def test_the_probes_refuse_every_known_wrong_answer(name):
    for wrong, words in MISTAKES[_machine.PARTS[name]]:
        pairs = [(wrong(*p), _machine.OURS[name](*p)) for p in _machine.probes(name)]
        assert any(_machine.difference(*two, 1e-6, 1e-9) is not None for two in pairs), words


def test_the_solutions_chain_into_a_shap_zero(tmp_path, capsys):
    text = ["import numpy as np"]
    for name, number in _machine.PARTS.items():
        source = SOLUTIONS / f"ex{number.partition('.')[0].zfill(2)}.py"
        text.append(solution_of(source.read_text(encoding="utf-8"), number))
        assert f"def {name}(" in text[-1]
    (tmp_path / "my_shap_zero.py").write_text("\n\n\n".join(text) + "\n", encoding="utf-8")
    parts = {name: yours(name) for name in _machine.PARTS}
    said_by_all = capsys.readouterr().out.splitlines()
    assert said_by_all == [f"{name}: yours, from my_shap_zero.py" for name in parts]

    rng = np.random.default_rng(4)
    k = np.array([[0, 0, 0, 0], [1, 0, 2, 0], [3, 0, 2, 0], [0, 1, 1, 3], [0, 3, 3, 1]])
    z = rng.normal(size=2) + 1j * rng.normal(size=2)
    planted = sz.Spectrum(k, [0.7, z[0], z[0].conj(), z[1], z[1].conj()], alphabet=sz.DNA)
    bins, matrices = [], [rng.integers(0, 4, (4, 2)) for _ in range(3)]
    steps = np.concatenate([np.zeros((1, 4), int), np.eye(4, dtype=int)])
    grid = np.indices((4, 4)).reshape(2, -1).T
    for H in matrices:
        asked = (grid @ H.T + steps[:, None]) % 4  # (5, 16, 4)
        answers = planted.evaluate(asked.reshape(-1, 4).astype(np.uint8)).reshape(5, 16)
        bins.append((answers @ np.exp(-0.5j * np.pi * (grid @ grid.T))).T / 16)
    found = parts["peel"](copy.deepcopy(bins), matrices, 4, 1e-12)
    assert set(found) == set(map(tuple, k.tolist()))
    x = np.array([3, 1, 2, 0])
    values = parts["closed_form"](np.array(list(found)), np.array(list(found.values())), x, 4)
    exact = sz.exact_shapley(planted.evaluate, x.astype(np.uint8), alphabet=sz.DNA)
    np.testing.assert_allclose(values, exact, atol=1e-12)
    fx = planted.evaluate(x[None].astype(np.uint8))[0] + 0.5
    whole, gaps = parts["shap_zero"](
        bins, matrices, x[None], np.array([fx]), 4, 1e-12, parts["peel"], parts["closed_form"]
    )
    np.testing.assert_allclose(whole, [exact], atol=1e-12)
    np.testing.assert_allclose(gaps, [0.5])


def test_a_live_notebook_keeps_the_answer_and_shows_fields_for_a_guess(tmp_path, capsys):
    nbclient = pytest.importorskip("nbclient", reason="extra `lessons` is absent: nbclient")
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    answered = (
        "import numpy as np\nfrom shapzero_lite.teach import answer, guess, yours\n\n\n"
        "def hash_of(k, H, q):\n    return H.T @ k % q  # mine\n\n\n"
        "cases = [((np.array([2, 1]), np.array([[1], [3]]), 4), [1])]\n"
        f'answer("{_machine.PARTS["hash_of"]}", hash_of, cases)\nyours("hash_of")'
    )
    cells = [nbformat.v4.new_code_cell(text) for text in (answered, 'guess("a", "How many?")')]
    notebook = nbformat.v4.new_notebook(cells=cells)
    environment = {k: v for k, v in os.environ.items() if k != "SHAPZERO_STATIC"}
    client = nbclient.NotebookClient(
        notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}},
        extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    asyncio.run(client.async_execute(env=environment))
    printed = "".join(o.text for o in cells[0].outputs if o.output_type == "stream")
    assert "hash_of: yours, from exercise" in printed
    assert any("widget-view" in mime for o in cells[1].outputs for mime in o.get("data", {}))
    assert "return H.T @ k % q  # mine" in (tmp_path / "my_shap_zero.py").read_text()
    assert said(capsys)[1] == "hash_of: yours, from my_shap_zero.py"
