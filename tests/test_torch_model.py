import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.models.encodings import ENCODINGS, encoded

torch = pytest.importorskip("torch", reason="extra `lessons` is absent: torch")
nn = torch.nn

CODES = sz.DNA.random(50, 10, seed=0)


def network(*layers, seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        built = [layer() for layer in layers]
        for parameter in (p for layer in built for p in layer.parameters()):
            nn.init.normal_(parameter, std=0.3)
    return nn.Sequential(*built)


def conv(columns=1):
    return network(
        lambda: nn.Conv1d(4, 6, 3), nn.ReLU, nn.Flatten, lambda: nn.Linear(6 * 8, columns)
    )


def wrapped(module, **options):
    return sz.models.TorchModel(module, **({"alphabet": sz.DNA, "device": "cpu"} | options))


def ask(model, codes, **options):
    return sz.Queries(model, sz.DNA, **options)(codes)


def sent(model):
    return pickle.loads(pickle.dumps(model))  # noqa: S301 - what a process pool does


def by_hand(module, x):
    with torch.no_grad():
        return module(torch.as_tensor(x)).double().numpy()


def test_encodings_are_what_they_say():
    first = encoded(CODES, 4, "one-hot-channels-first")
    last = encoded(CODES, 4, "one-hot-channels-last")
    flat = encoded(CODES, 4, "one-hot-flat")
    for r, i in np.ndindex(CODES.shape):
        wanted = np.eye(4)[CODES[r, i]]
        np.testing.assert_array_equal(first[r, :, i], wanted)
        np.testing.assert_array_equal(last[r, i], wanted)
        np.testing.assert_array_equal(flat[r, 4 * i : 4 * i + 4], wanted)
    assert encoded(CODES, 4, "indices").dtype == np.int64


MODULES = {
    "one-hot-channels-first": conv,
    "one-hot-channels-last": lambda: network(
        lambda: nn.Linear(4, 5), nn.Tanh, nn.Flatten, lambda: nn.Linear(50, 1)
    ),
    "one-hot-flat": lambda: network(lambda: nn.Linear(40, 7), nn.ReLU, lambda: nn.Linear(7, 1)),
    "indices": lambda: network(lambda: nn.Embedding(4, 3), nn.Flatten, lambda: nn.Linear(30, 1)),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("batch_size", [1, 7, 1024])
def test_the_answers_of_the_module(encoding, batch_size):
    module = MODULES[encoding]()
    model = wrapped(module, encoding=encoding, batch_size=batch_size)
    wanted = by_hand(module, encoded(CODES, 4, encoding))[:, 0]
    got = ask(model, CODES)
    np.testing.assert_allclose(got, wanted, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(model(sz.DNA.decode(CODES)), model(CODES))


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("given", ENCODINGS)
def test_a_wrong_form_is_refused_and_the_right_one_named(encoding, given):
    model = wrapped(MODULES[encoding](), encoding=given)
    if encoding == given:
        return
    with pytest.raises(
        sz.ModelError, match=rf"cannot take '{given}' .*encoding='{encoding}' would"
    ):
        ask(model, CODES)


def test_a_module_for_other_letters_is_told_from_a_wrong_form():
    model = wrapped(conv(), alphabet=sz.PROTEIN)
    with pytest.raises(ValueError, match=r"no other encoding would do: .* 20 letters and 10 pos"):
        model(sz.PROTEIN.random(3, 10, seed=0))
    with pytest.raises(ValueError, match=r"no other encoding would do: .* 4 letters and 11 pos"):
        wrapped(conv())(sz.DNA.random(3, 11, seed=0))


def test_columns():
    module = conv(3)
    wanted = by_hand(module, encoded(CODES, 4, "one-hot-channels-first"))
    for output in (0, 1, 2, -1):
        got = ask(wrapped(module, output=output), CODES)
        np.testing.assert_allclose(got, wanted[:, output], rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(ask(wrapped(module), CODES, output=output), got, rtol=1e-12)
    with pytest.raises(sz.ModelError, match="choose one with output=0 … 2"):
        ask(wrapped(module), CODES)
    with pytest.raises(ValueError, match="output=3 was chosen, but the module returns 3 columns"):
        wrapped(module, output=3)(CODES)
    squeezed = nn.Sequential(conv(), nn.Flatten(0))
    with pytest.raises(ValueError, match="output=1 was chosen, but the module returns 1 columns"):
        wrapped(squeezed, output=1)(CODES)
    assert wrapped(squeezed, output=0)(CODES).shape == (50,)


def test_dropout_is_off_and_stays_off():
    module = nn.Sequential(nn.Dropout(0.5), conv()).train()
    model = wrapped(module)
    first = model(CODES)
    module.train()  # another step of training
    np.testing.assert_array_equal(model(CODES), first)
    assert not any(p.grad is not None for p in module.parameters())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_input_follows_the_type_of_the_weights(dtype):
    module = conv().to(dtype)
    got = wrapped(module)(CODES)
    assert got.dtype == np.float64
    wanted = conv().double()(torch.as_tensor(encoded(CODES, 4, ENCODINGS[0], np.float64)))
    tolerance = {torch.float64: 1e-12, torch.float32: 1e-4, torch.bfloat16: 0.5}[dtype]
    np.testing.assert_allclose(got, wanted.detach()[:, 0].numpy(), atol=tolerance)


def test_a_module_without_weights():
    class Count(nn.Module):
        def forward(self, x):
            return x[:, 2].sum(1)

    np.testing.assert_array_equal(wrapped(Count())(CODES), (CODES == 2).sum(axis=1))


class Tied(nn.Module):
    """What is easily lost on the way: shared weights, buffers that are not saved, frozen ones."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 4, dtype=torch.bfloat16)
        self.b = nn.Linear(4, 4, dtype=torch.bfloat16)
        self.b.weight = self.a.weight
        self.a.bias.requires_grad_(requires_grad=False)
        self.register_buffer("scale", torch.tensor(3.0, dtype=torch.bfloat16), persistent=False)
        self.norm = nn.BatchNorm1d(10, dtype=torch.bfloat16)

    def forward(self, x):
        return self.norm(self.b(self.a(x))).sum((1, 2)) * self.scale


@pytest.mark.parametrize("again", [copy.deepcopy, sent])
def test_a_model_that_travels_is_the_same(again):
    model = wrapped(Tied(), encoding="one-hot-channels-last", n=10)
    before = model(CODES)
    other = again(model)
    np.testing.assert_array_equal(other(CODES), before)
    module = other.module
    assert module.a.weight is module.b.weight
    assert module.a.weight is not model.module.a.weight
    assert isinstance(module.a.weight, nn.Parameter)
    assert [p.requires_grad for p in module.parameters()] == [
        p.requires_grad for p in model.module.parameters()
    ]
    assert module.norm.num_batches_tracked.dtype == torch.int64
    np.testing.assert_array_equal(model(CODES), before)  # the one that stays is untouched


def test_more_tensors_than_a_process_may_open_files():
    resource = pytest.importorskip("resource", reason="no limits on this system")
    deep = network(
        nn.Flatten, *[lambda: nn.Linear(16, 16)] * 200, nn.Tanh, lambda: nn.Linear(16, 1)
    )
    model, codes = wrapped(deep), CODES[:, :4]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    context = multiprocessing.get_context("spawn")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, soft), hard))
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            got = ask(model, codes, executor=pool, batch_size=10)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    np.testing.assert_array_equal(got, ask(model, codes, batch_size=10))


def test_threads_share_a_module():
    model = wrapped(conv())
    with ThreadPoolExecutor(4) as pool:
        got = ask(model, CODES, executor=pool, batch_size=5)
    np.testing.assert_array_equal(got, ask(model, CODES, batch_size=5))


@pytest.mark.parametrize("device", ["cpu", *(["cuda"] if torch.cuda.is_available() else [])])
def test_a_module_answers_where_it_is_put(device):
    here = wrapped(conv())(CODES)
    model = wrapped(conv(), device=device)
    np.testing.assert_allclose(model(CODES), here, rtol=1e-2, atol=1e-2)
    assert next(model.module.parameters()).device.type == device
    moved = sent(model)
    assert not next(moved.module.parameters()).is_cuda  # until it is called
    np.testing.assert_array_equal(moved(CODES), model(CODES))


@pytest.mark.parametrize(
    ("module", "options", "error", "message"),
    [
        (nn.Linear, {}, TypeError, "not the class; make an object"),
        (lambda x: x, {}, TypeError, "module is a torch.nn.Module"),
        (nn.ReLU(), {"alphabet": "ACGT"}, TypeError, "for example alphabet=sz.DNA"),
        (nn.ReLU(), {"encoding": "one-hot"}, ValueError, "encoding is one of 'one-hot-channels-f"),
        (nn.ReLU(), {"n": 0}, ValueError, "n is a whole number of at least 1, the length"),
        (
            nn.ReLU(),
            {"output": "1"},
            TypeError,
            "counted from 0, not '1': write output=1",
        ),
        (
            nn.ReLU(),
            {"batch_size": 0},
            ValueError,
            "batch_size is a whole number of at",
        ),
    ],
)
def test_what_cannot_be_wrapped(module, options, error, message):
    with pytest.raises(error, match=message):
        wrapped(module, **options)


def test_answers_that_are_not_one_tensor_of_numbers():
    lstm = nn.LSTM(4, 3, batch_first=True)
    with pytest.raises(TypeError, match="returned tuple, not one tensor: wrap it"):
        wrapped(lstm, encoding="one-hot-channels-last")(CODES)
    with pytest.raises(ValueError, match=r"shape \(50, 4, 10\) for 50 sequences"):
        wrapped(nn.ReLU())(CODES)
    with pytest.raises(ValueError, match="length 10 were given; length 9 is needed"):
        wrapped(conv(), n=9)(CODES)


def test_a_sketch_of_a_module_needs_nothing_else():
    module = network(nn.Flatten, lambda: nn.Linear(16, 1))
    found = sz.sketch(wrapped(module, n=4), budget=256, progress=False)
    assert found.spectrum.variance_by_order()[0] > 0.999


# scikit-learn


def fitted(encoding="one-hot-flat"):
    ridge = pytest.importorskip("sklearn.linear_model").Ridge(alpha=1e-9)
    features = encoded(CODES, 4, encoding, np.float64)
    return ridge.fit(features, CODES[:, :3].sum(axis=1))


@pytest.mark.parametrize("encoding", ["one-hot-flat", "indices"])
def test_an_estimator(encoding):
    ridge = fitted(encoding)
    model = sz.models.SklearnModel(ridge, alphabet=sz.DNA, encoding=encoding)
    np.testing.assert_allclose(ask(model, CODES), CODES[:, :3].sum(axis=1), rtol=1e-5, atol=1e-5)
    other = {"one-hot-flat": "indices", "indices": "one-hot-flat"}[encoding]
    wrong = sz.models.SklearnModel(ridge, alphabet=sz.DNA, encoding=other)
    with pytest.raises(ValueError, match=rf"fitted to .*; encoding='{encoding}' would do"):
        wrong(CODES)
    with pytest.raises(ValueError, match="fitted to sequences of another length"):
        model(CODES[:, :9])


def test_a_classifier():
    trees = pytest.importorskip("sklearn.ensemble")
    labels = np.where(CODES[:, 0] > 1, "high", "low")
    forest = trees.RandomForestClassifier(20, random_state=0)
    forest.fit(encoded(CODES, 4, "one-hot-flat"), labels)
    wrap = {"estimator": forest, "alphabet": sz.DNA}
    high = sz.models.SklearnModel(**wrap, method="predict_proba", output=0)
    assert ((ask(high, CODES) > 0.5) == (labels == "high")).all()
    with pytest.raises(sz.ModelError, match="of a classifier take method='predict_proba'"):
        ask(sz.models.SklearnModel(**wrap), CODES)
    with pytest.raises(sz.ModelError, match="choose one with output=0 … 1"):
        ask(sz.models.SklearnModel(**wrap, method="predict_proba"), CODES)
    with pytest.raises(ValueError, match="output=2 was chosen, but predict_proba returns 2"):
        sz.models.SklearnModel(**wrap, method="predict_proba", output=2)(CODES)
    with pytest.raises(TypeError, match="an estimator with 'decision_function' is needed"):
        sz.models.SklearnModel(**wrap, method="decision_function")
    with pytest.raises(TypeError, match="a class, not a fitted object"):
        sz.models.SklearnModel(trees.RandomForestClassifier, alphabet=sz.DNA)


def test_an_estimator_fitted_to_a_data_frame_does_not_warn():
    pd = pytest.importorskip("pandas")
    linear = pytest.importorskip("sklearn.linear_model")
    names = [f"{i}{c}" for i in range(10) for c in "ACGT"]
    frame = pd.DataFrame(encoded(CODES, 4, "one-hot-flat"), columns=names)
    model = sz.models.SklearnModel(linear.Ridge().fit(frame, CODES[:, 0]), alphabet=sz.DNA)
    assert model(CODES).shape == (50,)


def test_an_estimator_in_other_processes():
    ridge = fitted()
    model = sz.models.SklearnModel(ridge, alphabet=sz.DNA)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        got = ask(model, CODES, executor=pool, batch_size=10)
    np.testing.assert_array_equal(got, ask(model, CODES, batch_size=10))


FORKED = """
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor

import torch

import shapzero_lite as sz

torch.set_num_threads(2)
torch.manual_seed(0)
layers = torch.nn.Conv1d(4, 64, 5), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(64 * 22, 1)
model = sz.models.TorchModel(torch.nn.Sequential(*layers), alphabet=sz.DNA, n=26, device="cpu")
codes = sz.DNA.random(2000, 26, seed=0)
here = model(codes)  # with torch's threads, which a forked process has not


def function(codes):
    return model(codes)


with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("fork")) as pool:
    for asked in (model, function):
        there = sz.Queries(asked, sz.DNA, executor=pool)(codes)
        print(abs(there - here).max() < 1e-5, torch.get_num_threads())
"""


@pytest.mark.skipif(
    "fork" not in multiprocessing.get_all_start_methods(), reason="no fork on this system"
)
def test_workers_forked_after_torchs_threads_were_used_do_not_wait_for_ever(tmp_path):
    script = tmp_path / "forked.py"
    script.write_text(FORKED, encoding="utf-8")
    root = str(Path(__file__).parents[1])
    paths = os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])
    free = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, script], env=free | {"PYTHONPATH": paths},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout == "True 2\nTrue 2\n", done.stderr
