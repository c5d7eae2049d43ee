"""What the TIGER adapter does before TensorFlow is asked: its input, its tables, its errors."""

import os
import pickle
import sys

import numpy as np
import pytest
import tiger_stand_in

import shapzero_lite as sz
from shapzero_lite.models.adapters.tiger import model_input, scoring


def test_input_is_target_then_complement():
    targets = sz.DNA.decode(sz.DNA.random(20, 26, seed=0))
    made = model_input(sz.DNA.encode(targets))
    assert made.dtype == np.float32
    pairs = str.maketrans("ACGT", "TGCA")
    for row, target in zip(made, targets, strict=True):
        guide = "NNN" + target[3:].translate(pairs)
        by_hand = [float(base == letter) for base in target + guide for letter in "ACGT"]
        assert row.tolist() == by_hand


def test_numbers_of_the_guide_score(tmp_path):
    tiger_stand_in.write_tables(tmp_path)
    assert scoring(tmp_path) == (-8.0 * 1.25, 4.0)


def test_tables_that_are_not_the_published_ones_are_read_and_named(tmp_path, capsys):
    tiger_stand_in.write_tables(tmp_path)
    scoring(tmp_path)
    assert "scoring_params.pkl are not the published files" in capsys.readouterr().err


@pytest.mark.parametrize("content", [{"a": 1}, [1.0], "words"])
def test_other_tables_are_refused(tmp_path, content):
    tiger_stand_in.write_tables(tmp_path)
    (tmp_path / "scoring_params.pkl").write_bytes(pickle.dumps(content))
    with pytest.raises(ValueError, match=r"scoring_params\.pkl .* not those of TIGER v2\.0"):
        scoring(tmp_path)


def test_a_table_with_other_columns_is_refused(tmp_path):
    tiger_stand_in.write_tables(tmp_path)
    other = tiger_stand_in.frame(["x", "y"], tiger_stand_in.SCORING[1])
    (tmp_path / "scoring_params.pkl").write_bytes(other)
    with pytest.raises(ValueError, match="KeyError"):
        scoring(tmp_path)


class Call:
    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


def test_a_malicious_table_is_refused(tmp_path):
    tiger_stand_in.write_tables(tmp_path)
    marker = tmp_path / "executed"
    hostile = pickle.dumps(Call(os.system, f"touch {marker}"))
    (tmp_path / "scoring_params.pkl").write_bytes(hostile)
    with pytest.raises(ValueError, match=r"scoring_params\.pkl.*(posix|nt)\.system.*was run"):
        scoring(tmp_path)
    assert not marker.exists()


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder.*daklab/tiger"):
        sz.models.tiger(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"lacks model/saved_model\.pb"):
        sz.models.tiger(tmp_path)


def test_a_clone_without_its_large_files(tmp_path):
    (tmp_path / "model" / "variables").mkdir(parents=True)
    (tmp_path / "model" / "variables" / "variables.index").touch()
    (tmp_path / "model" / "saved_model.pb").write_text("version https://git-lfs.github.com/spec/v1")
    with pytest.raises(ValueError, match="git lfs pull"):
        sz.models.tiger(tmp_path)


def test_score_without_its_tables(tmp_path):
    (tmp_path / "model" / "variables").mkdir(parents=True)
    for name in ("saved_model.pb", "variables/variables.index"):
        (tmp_path / "model" / name).touch()
    with pytest.raises(FileNotFoundError, match=r"lacks calibration_params.*log-fold-change"):
        sz.models.tiger(tmp_path)


def test_without_tensorflow(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    (tmp_path / "model" / "variables").mkdir(parents=True)
    for name in ("saved_model.pb", "variables/variables.index"):
        (tmp_path / "model" / name).touch()
    with pytest.raises(ImportError, match=r"shapzero-lite\[tiger\]"):
        sz.models.tiger(tmp_path, "log-fold-change")


def test_wrong_options(tmp_path):
    with pytest.raises(ValueError, match="score, log-fold-change; not 'mood'"):
        sz.models.tiger(tmp_path, "mood")
    with pytest.raises(ValueError, match="batch_size"):
        sz.models.tiger(tmp_path, batch_size=0)
