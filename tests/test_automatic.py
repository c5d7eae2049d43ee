"""What "auto" chooses, what it asks to know, and what it never does twice."""

from dataclasses import dataclass

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.sketching import automatic, distil, plan, training
from shapzero_lite.sketching.network import Network
from shapzero_lite.sketching.qsft.sparsity import block, sparse_share


def rough(codes):
    """All orders, nothing sparse."""
    slopes = np.random.default_rng(3).standard_normal((codes.shape[1], 4))
    return np.exp(slopes[np.arange(codes.shape[1]), codes].sum(axis=1) / 3)


def rough_twice(codes):
    """All orders, and no curve over a sum of letter effects."""
    return rough(codes) + rough(3 - codes[:, ::-1])


def half_high(codes):
    """Half of it in pairs, half in a wave of eight letters, which no samples show."""
    pairs = sum((codes[:, i] == codes[:, i + 1]) * 1.0 for i in range(8))
    return pairs + 1.2 * np.cos(np.pi / 2 * (codes[:, ::2].astype(int).sum(axis=1)))


def hashed(codes):
    mixed = codes.astype(np.int64) @ (7 ** np.arange(codes.shape[1], dtype=np.int64))
    return np.sin(mixed.astype(float) ** 1.5)


@pytest.mark.parametrize(
    ("model", "low", "high"),
    [(half_high, 0.99, 1.01), (rough, 0.0, 0.7), (hashed, 0.0, 0.3)],
    ids=["sparse", "dense", "noise"],
)
@pytest.mark.parametrize("seed", range(3))
def test_one_block_tells_a_sparse_spectrum(model, low, high, seed):
    pattern = block(16, 4, 10_000, np.random.default_rng(seed))
    points = pattern.at(np.arange(pattern.n_bins))
    assert len(points) < 10_000 / 12
    mean = model(sz.DNA.random(1000, 16, seed=seed)).mean()
    assert low <= sparse_share(pattern, model(points), mean, 10_000) <= high


def test_a_wave_that_the_block_takes_for_a_constant_is_not_lost():
    # Found here: of even frequencies one block in 2^m is constant, and a parity went to samples.
    def parity(codes):
        return 1.0 - 2.0 * (codes[:, ::2].sum(axis=1) % 2)

    hidden = 0
    for seed in range(60):
        pattern = block(16, 4, 2_000, np.random.default_rng(seed))
        values = parity(pattern.at(np.arange(pattern.n_bins)))
        hidden += np.ptp(values) == 0
        assert sparse_share(pattern, values, 0.01, 2_000) > 0.99
    assert hidden > 0


def test_a_sparse_rest_goes_to_qsft_although_samples_show_something():
    # Found before: samples with an R² of 0.2 kept the whole budget, and what they cannot see.
    model = Counting(half_high)
    found = sz.sketch(model, 16, sz.DNA, 10_000, progress=False)
    assert (found.method, model.rows) == ("qsft", found.n_queries)
    assert found.n_queries <= 10_000
    assert found.r2 > 0.999
    by_samples = sz.sketch(half_high, 16, sz.DNA, 10_000, "samples", progress=False)
    assert by_samples.r2 < 0.8
    assert "samples on a part of the budget" in found.report()
    assert (found.standard_error < 1e-6).all()


def test_nothing_is_asked_twice_and_what_judges_is_never_fitted():
    seen = []

    def model(codes):
        seen.append(codes.copy())
        return rough(codes)

    found = sz.sketch(model, 6, sz.DNA, 2400, progress=False)  # 4,096 sequences in all
    (fitted, _), (held, _) = found.samples
    assert found.method == "samples"
    assert found.n_queries == sum(map(len, seen)) == 2400
    rows = np.concatenate([fitted, held])
    assert len(np.unique(rows, axis=0)) == len(rows) == 2400 - 2400 // 8
    assert found.n_held_out == 240


@dataclass(frozen=True, eq=False)
class Told(Network):
    """Not trained: it answers as the function does that the test names."""

    answers = staticmethod(rough_twice)

    def __call__(self, codes):
        return type(self).answers(codes)


class Guessing(Told):
    answers = staticmethod(lambda codes: np.zeros(len(codes)))


class Diverged(Told):
    answers = staticmethod(lambda codes: np.full(len(codes), np.nan))


@pytest.mark.parametrize("letters", [None, sz.Letters.around("ACGTACGTAC", rate=0.5)])
def test_a_network_is_kept_where_it_knows_more_on_the_same_rows(monkeypatch, letters):
    fitted = []

    def train(kind):
        def trained(codes, y, alphabet, seed, weights, *, progress):
            fitted.append(len(codes))
            return kind((), 0.0, 1.0, alphabet, codes.shape[1])

        monkeypatch.setattr(automatic, "trained", trained)
        options = {"letters": letters, "progress": False, "seed": 1}
        return sz.sketch(rough_twice, 10, sz.DNA, 3000, **options)

    monkeypatch.setattr(automatic, "find_spec", lambda name: name)
    better, worse, lost = train(Told), train(Guessing), train(Diverged)
    assert (lost.method, lost.network) == ("samples", None)
    assert (better.method, better.network.r2) == ("distil", 1.0)
    assert (worse.method, worse.network) == ("samples", None)
    assert "samples without a network reached R² 0." in better.report()
    assert "a network reached R²" in worse.report()
    assert better.n_held_out == worse.n_held_out
    assert better.n_queries == worse.n_queries
    (rows, _), _ = worse.samples
    assert fitted == [len(rows)] * 3
    assert better.network.standard_error.max() < 1e-9


@pytest.mark.parametrize("model", [rough, hashed])
def test_a_network_that_is_trained_in_earnest_is_judged_as_samples_are(model, monkeypatch, capsys):
    pytest.importorskip("torch", reason="extra `lessons` is absent: networks train in PyTorch")
    for name in ("_MOST", "_FEWEST"):
        monkeypatch.setattr(training, name, 2)  # passes
    monkeypatch.setattr(distil, "_MOST_FREE", 4000)
    found = sz.sketch(model, 10, sz.DNA, 3000, progress=True)
    assert "training" in capsys.readouterr().err
    assert found.n_queries == 3000
    assert any("network" in note for note in found.notes)
    known = found.network or found
    fresh = sz.DNA.random(4000, 10, seed=5)
    answers = (found.network or found.spectrum.evaluate)(fresh)
    left = ((model(fresh) - answers) ** 2).mean() / model(fresh).var()
    low, high = known.r2_interval
    assert low - 0.1 < 1 - left < high + 0.1
    if model is hashed:  # where one of the two is kept by chance, it is not believed
        assert known.r2 < 0.05
        assert found.good_for == "nothing to explain"


def test_without_pytorch_a_note_says_that_no_network_was_tried(monkeypatch):
    monkeypatch.setattr(automatic, "find_spec", lambda name: None)
    found = sz.sketch(rough, 10, sz.DNA, 3000, progress=False)
    assert found.method == "samples"
    assert "PyTorch is not installed" in found.report()
    few = sz.sketch(rough, 10, sz.DNA, 1000, progress=False)  # too few rows for one anyway
    assert "PyTorch" not in few.report()


def test_a_plan_tells_how_long_a_network_would_train(monkeypatch):
    from shapzero_lite.sketching import _plan

    options = {"n": 26, "alphabet": sz.DNA, "budget": 10_000}
    monkeypatch.setattr(_plan, "find_spec", lambda name: name)
    told = plan(**options)
    assert told.training_seconds > told.fit_seconds > 0
    assert "where samples leave much to learn, a network too, about " in str(told)
    assert plan(**options, method="samples").training_seconds == 0
    assert plan(**options | {"budget": 2000}).training_seconds == 0
    monkeypatch.setattr(_plan, "find_spec", lambda name: None)
    assert plan(**options).training_seconds == 0
