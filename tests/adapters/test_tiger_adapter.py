"""The TIGER adapter with TensorFlow, on a SavedModel of the same signature: `make test-adapters`.

With the real files in a folder that SHAPZERO_LITE_TIGER names, and the reference data, the values
that the SHAP zero paper recorded are compared too.
"""

import os
import pickle
import shutil

import numpy as np
import pytest
import tiger_stand_in

import shapzero_lite as sz
from shapzero_lite.models.adapters import licence_notes

tf = pytest.importorskip("tensorflow", reason="extra `tiger` is absent: run make test-adapters")

INPUT = "sequence_sequential_with_non_sequence_bypass_input"
RNG = np.random.default_rng(7)
HIDDEN = RNG.normal(size=(208, 12)).astype(np.float32)
LAST = (RNG.normal(size=(12, 1)) / 4).astype(np.float32)


@pytest.fixture(autouse=True)
def unsaid(monkeypatch):
    monkeypatch.setattr(licence_notes, "_SAID", set())


def save(folder, width=208):
    """A SavedModel that takes (N, width) and returns a small network's answer (N, 1)."""
    module = tf.Module()
    module.hidden, module.last = tf.Variable(HIDDEN[:width]), tf.Variable(LAST)

    @tf.function(input_signature=[tf.TensorSpec((None, width), tf.float32, name=INPUT)])
    def answer(x):
        return {"dense_2": tf.tanh(x @ module.hidden) @ module.last}

    tf.saved_model.save(module, str(folder / "model"), {"serving_default": answer})
    tiger_stand_in.write_tables(folder)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save(tmp_path_factory.mktemp("tiger"))


def by_hand(target):
    """The stand-in's answer for one target, letter by letter."""
    guide = "NNN" + target[3:].translate(str.maketrans("ACGT", "TGCA"))
    x = np.array([float(a == b) for a in target + guide for b in "ACGT"])
    return float((np.tanh(x @ HIDDEN) @ LAST)[0])


@pytest.fixture(scope="module")
def targets():
    return sz.DNA.decode(sz.DNA.random(50, 26, seed=1))


def test_log_fold_change_is_what_the_network_says(folder, targets):
    model = sz.models.tiger(folder, "log-fold-change", batch_size=16)
    np.testing.assert_allclose(model(targets), [by_hand(t) for t in targets], atol=1e-5)


def test_score_is_the_logistic_curve(folder, targets):
    model = sz.models.tiger(folder)
    lfc = np.array([by_hand(t) for t in targets]) * 1.25  # the slope without mismatches
    wanted = 1 - 1 / (1 + np.exp(-8.0 * lfc + 4.0))
    np.testing.assert_allclose(model(targets), wanted, atol=1e-5)
    assert model(targets).dtype == np.float64


def test_any_folder_around_the_model_will_do(folder, targets, tmp_path):
    (tmp_path / "clone").mkdir()
    shutil.copytree(folder, tmp_path / "clone" / "hugging_face")
    wanted = sz.models.tiger(folder)(targets)
    for place in (folder / "model", str(tmp_path / "clone")):
        np.testing.assert_array_equal(sz.models.tiger(place)(targets), wanted)


def test_attributes_and_a_worker_process(folder, targets):
    model = sz.models.tiger(folder)
    assert (model.alphabet, model.n, model.output) == (sz.DNA, 26, "score")
    assert repr(model) == "Tiger(score, n=26, alphabet='ACGT')"
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - what a process pool does
    np.testing.assert_array_equal(again(targets), model(targets))


def test_it_can_be_sketched(folder):
    sketch = sz.sketch(sz.models.tiger(folder), budget=2000, seed=0)
    assert sketch.spectrum.n == 26


def test_another_version_is_refused(tmp_path):
    save(tmp_path, width=104)
    with pytest.raises(ValueError, match=r"TIGER v2\.0 takes \(None, 208\)"):
        sz.models.tiger(tmp_path)


def test_a_damaged_model_is_refused(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    (tmp_path / "copy" / "model" / "saved_model.pb").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="cannot load"):
        sz.models.tiger(tmp_path / "copy")


def test_wrong_targets(folder):
    model = sz.models.tiger(folder)
    with pytest.raises(ValueError, match="length 23"):
        model(["A" * 23])
    with pytest.raises(ValueError, match="'N'"):
        model(["N" * 26])


def test_licence_note_is_written_once(folder, capsys):
    for _ in range(2):
        sz.models.tiger(folder)
    written = capsys.readouterr()
    assert written.err.count("Copyright 2023 New York Genome Center") == 1
    assert written.out == ""


def test_recorded_values():
    """Needs the reader's own copy of TIGER, which this project may not pass on."""
    real = os.environ.get("SHAPZERO_LITE_TIGER")
    name = "guide_rna/tiger_recorded_test.npz"
    if not real or not sz.data.available(name):
        pytest.skip("SHAPZERO_LITE_TIGER names no copy of TIGER, or no reference data")
    with np.load(sz.data.path(name), allow_pickle=False) as file:
        order = np.array(["ACGT".index(a) for a in str(file["letters"])], np.uint8)
        codes, values = order[file["sequences"]], file["values"] + file["mean"]
    np.testing.assert_allclose(sz.models.tiger(real)(codes), values, atol=1e-5)
