"""The shipped guide-RNA model: shapes, two other routes, errors, provenance."""

import builtins
import copy
import csv
import gzip
import json

import numpy as np
import pytest

from shapzero_lite import data
from shapzero_lite.letters import DNA
from shapzero_lite.models import _guide_rna

SCREEN = "guide_rna/cas13_flow_screen.csv.gz"
# Sums in float32, taken in another order for another batch size.
FLOAT32 = {"rtol": 0, "atol": 1e-5}


@pytest.fixture
def torch():
    return pytest.importorskip("torch", reason="extra `lessons` is absent: torch")


@pytest.fixture(scope="module")
def model():
    return _guide_rna.guide_rna()


@pytest.fixture(scope="module")
def shipped():
    with np.load(data.path("guide_cnn.npz"), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    return arrays, json.loads(str(arrays.pop("provenance")))


def by_definition(arrays, codes):
    """The formula of GuideCNN's docstring, one window and one filter position at a time."""
    w = {name: a.astype(float) for name, a in arrays.items()}
    K, features, hidden = w["hidden_weight"].shape
    filters = w["convolution.weight"].reshape(K, -1, 4, 5)  # (K, filters, letter, offset)
    bias = w["convolution.bias"].reshape(K, -1)
    n_filters = filters.shape[1]
    values = []
    for row in codes:
        outputs = []
        for k in range(K):
            h = np.empty((features // n_filters, n_filters))
            for t in range(len(h)):
                h[t] = np.mean(
                    [
                        np.maximum(bias[k] + sum(filters[k, :, row[u + s], s] for s in range(5)), 0)
                        for u in (2 * t, 2 * t + 1)
                    ],
                    axis=0,
                )
            # position by position, the filter fastest
            inner = h.ravel() @ w["hidden_weight"][k] + w["hidden_bias"][k]
            assert inner.shape == (hidden,)
            outputs.append(np.maximum(inner, 0) @ w["output_weight"][k] + w["output_bias"][k])
        values.append(np.mean(outputs))
    return np.array(values)


def test_attributes_and_shape(model):
    codes = DNA.random(7, 26, seed=0)
    f = model(codes)
    assert f.shape == (7,)
    assert f.dtype == np.float64
    assert (model.n, model.alphabet) == (26, DNA)
    assert "standard deviations" in model.units
    assert "Wessels et al. 2020" in model.citation


def test_equals_its_torch_network_which_shares_its_numbers(model, torch):
    codes = DNA.random(2000, 26, seed=7)
    module = model.module
    assert isinstance(module, _guide_rna.GuideCNN)
    assert not module.training
    assert not any(weights.requires_grad for weights in module.parameters())
    x = torch.from_numpy(np.eye(4, dtype=np.float32)[codes].transpose(0, 2, 1).copy())
    np.testing.assert_allclose(model(codes), module(x).numpy(), **FLOAT32)

    changed = copy.deepcopy(model)
    with torch.no_grad():
        for weights in changed.module.parameters():
            weights.mul_(-1)
    np.testing.assert_allclose(changed(codes), changed.module(x).numpy(), **FLOAT32)
    assert np.abs(changed(codes) - model(codes)).max() > 0.1
    fitted = _guide_rna.GuideModel(changed.module, {})  # as after training
    assert np.array_equal(fitted(codes), changed(codes))


def test_a_network_of_another_size(torch):
    module = _guide_rna.GuideCNN(networks=2, filters=3, width=4, hidden=5)  # 23 windows: odd
    model = _guide_rna.GuideModel(module, {})
    codes = DNA.random(30, 26, seed=8)
    x = torch.from_numpy(np.eye(4, dtype=np.float32)[codes].transpose(0, 2, 1).copy())
    for network in (module.eval(), model.module):
        np.testing.assert_allclose(model(codes), network(x).detach().numpy(), **FLOAT32)


def test_equals_the_definition(model, shipped):
    codes = DNA.random(40, 26, seed=1)
    np.testing.assert_allclose(model(codes), by_definition(shipped[0], codes), **FLOAT32)


def test_module_takes_one_hot_and_gives_gradients(model, torch):
    codes = DNA.random(5, 26, seed=2)
    x = torch.from_numpy(np.eye(4, dtype=np.float32)[codes].transpose(0, 2, 1).copy())
    x.requires_grad_()
    f = model.module(x)
    np.testing.assert_allclose(f.detach().numpy(), model(codes), **FLOAT32)
    f.sum().backward()
    assert x.grad.shape == (5, 4, 26)
    assert (x.grad.abs().sum(dim=(0, 1)) > 0).all()  # every position has a say


def test_deterministic_and_leaves_global_state_alone(model, torch):
    codes = DNA.random(1500, 26, seed=3)
    before = torch.get_rng_state(), torch.get_num_threads()
    again = _guide_rna.guide_rna()(codes)
    assert model.module is not model.module
    assert np.array_equal(model(codes), again)
    assert torch.equal(before[0], torch.get_rng_state())
    assert before[1] == torch.get_num_threads()
    assert np.array_equal(copy.deepcopy(model)(codes), again)


@pytest.mark.parametrize("size", [1, 3, 700])
def test_does_not_depend_on_the_batch(model, size):
    codes = DNA.random(1400, 26, seed=4)
    parts = [model(codes[i : i + size]) for i in range(0, 1400, size)]
    np.testing.assert_allclose(np.concatenate(parts), model(codes), **FLOAT32)


def test_codes_of_any_integer_type_memory_order_and_text(model):
    codes = DNA.random(9, 26, seed=5)
    f = model(codes)
    assert np.array_equal(model(codes.astype(np.int64)), f)
    assert np.array_equal(model(np.asfortranarray(codes)), f)
    assert np.array_equal(model(DNA.decode(codes)), f)


def test_not_additive_and_tame_on_random_sequences(model):
    codes = DNA.random(4000, 26, seed=6)
    f = model(codes)
    X = np.column_stack([np.ones(len(codes)), np.eye(4)[codes][:, :, 1:].reshape(len(codes), -1)])
    beta = np.linalg.lstsq(X[:3000], f[:3000])[0]
    r2 = 1 - np.var(f[3000:] - X[3000:] @ beta) / np.var(f[3000:])
    assert 0.3 < r2 < 0.8  # single letters explain part of it, and only part
    assert abs(f.mean()) < 0.5
    assert np.abs(f).max() < 6


@pytest.mark.parametrize(
    ("codes", "error", "words"),
    [
        (np.zeros((2, 25), np.uint8), ValueError, "length 26"),
        (np.zeros((2, 3, 26), np.uint8), ValueError, "shape"),
        (np.zeros((0, 26), np.uint8), ValueError, "at least one"),
        (np.zeros((2, 26)), TypeError, "whole numbers"),
        (np.full((2, 26), 4, np.uint8), ValueError, "sequence 1, position 1"),
        (["ACGU" * 6 + "AC"], ValueError, "U is RNA"),
    ],
)
def test_errors(model, codes, error, words):
    with pytest.raises(error, match=words):
        model(codes)


def test_a_file_that_is_no_model(tmp_path):
    foreign = tmp_path / "foreign.npz"
    np.savez(foreign, provenance=np.array("{}"), a=np.zeros(3))
    with pytest.raises(ValueError, match="does not hold the weights"):
        _guide_rna.guide_rna(foreign)
    (tmp_path / "text.npz").write_text("no archive")
    with pytest.raises(ValueError, match="does not hold the weights"):
        _guide_rna.guide_rna(tmp_path / "text.npz")
    with pytest.raises(FileNotFoundError):
        _guide_rna.guide_rna(tmp_path / "absent.npz")


def test_without_torch_it_answers_and_only_the_network_in_torch_is_refused(model, monkeypatch):
    codes = DNA.random(3, 26, seed=9)
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "torch":
            raise ModuleNotFoundError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r'pip install "shapzero-lite\[lessons\]"'):
        model.module  # noqa: B018 - the property raises
    assert np.array_equal(_guide_rna.guide_rna()(codes), model(codes))


def test_file_is_small_and_says_where_it_comes_from(shipped):
    assert data.path("guide_cnn.npz").stat().st_size <= 100_000
    provenance = shipped[1]
    assert "Wessels et al. 2020" in provenance["citation"]
    assert {"what", "source", "seed", "training", "network", "made_by"} <= set(provenance)
    table = provenance["leave_one_gene_out"]
    assert set(table["network"]) == {"CD46", "CD55", "TFRC", "mean"}
    assert table["network"]["mean"]["pearson"] >= 0.55
    for name in ("ridge, one-hot", "ridge, one-hot + adjacent pairs"):
        assert table["network"]["mean"]["pearson"] > table[name]["mean"]["pearson"] + 0.05


def test_on_the_measured_screen(model, shipped):
    if not data.available(SCREEN):
        pytest.skip("needs the reference data: SHAPZERO_LITE_DATA does not hold " + SCREEN)
    with gzip.open(data.path(SCREEN), "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if len(row["seq"]) == 26]
    for gene, stated in shipped[1]["pearson_on_fitted_genes"].items():
        mine = [row for row in rows if row["gene"] == gene]
        f = model([row["seq"] for row in mine])
        efficacy = -np.array([float(row["lfc"]) for row in mine])
        assert np.corrcoef(f, efficacy)[0, 1] >= stated
        assert stated > shipped[1]["leave_one_gene_out"]["network"][gene]["pearson"]
