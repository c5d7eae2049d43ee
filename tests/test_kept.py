"""A benchmark that was stopped goes on where it was."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[1] / "benchmarks" / "kept.py"
SPEC = importlib.util.spec_from_file_location("kept", FILE)
kept = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(kept)


def run(path, conditions, settings=("n", 3), fail_at=None):
    """Return results and which conditions were run; ``fail_at`` stops like an interrupt."""
    ran = []

    def one(condition):
        if condition == fail_at:
            raise KeyboardInterrupt
        ran.append(condition)
        return {"missed": [condition[0] / 3, float("nan")]}

    results = kept.Kept(path, settings)
    found = [results.of(c, lambda c=c: one(c)) for c in conditions]
    return found, ran


def test_what_is_in_the_file_is_not_run_again(tmp_path):
    path, conditions = tmp_path / "done.jsonl", [(1, "AND"), (2, "OR"), (4, "OR")]
    with pytest.raises(KeyboardInterrupt):
        run(path, conditions, fail_at=(4, "OR"))
    found, ran = run(path, conditions)
    assert ran == [(4, "OR")]
    assert [f["missed"][0] for f in found] == [1 / 3, 2 / 3, 4 / 3]  # to the last digit
    assert [1, "AND"] in kept.Kept(path, ["n", 3])
    assert run(None, conditions)[1] == conditions


def test_a_line_that_was_cut_off_is_run_again_and_the_next_is_whole(tmp_path):
    path = tmp_path / "done.jsonl"
    run(path, [(1, "AND"), (2, "OR")])
    path.write_text(path.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    assert run(path, [(1, "AND"), (2, "OR")])[1] == [(2, "OR")]
    assert run(path, [(1, "AND"), (2, "OR")])[1] == []


def test_results_of_other_settings_are_refused(tmp_path):
    path = tmp_path / "done.jsonl"
    run(path, [(1, "AND")])
    with pytest.raises(SystemExit, match=r"other settings.*3.*not.*4"):
        run(path, [(1, "AND")], settings=("n", 4))
