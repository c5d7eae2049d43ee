"""Models that answer differently when they are asked again, by chance or by their batch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.report.verdict import judge
from shapzero_lite.sketching import plan, repeats
from shapzero_lite.sketching._plan import AGAIN
from shapzero_lite.sketching.replicates import NoiseCeiling

TOY = sz.models.toy(n=5, seed=2)
SPREAD = float(TOY(sz.DNA.all_sequences(5)).std())


class Noisy:
    """The toy model and noise that is ``size`` times its spread, normal or in another ``kind``."""

    def __init__(self, size, seed=0, kind="normal", model=TOY):
        self.size, self.kind, self.model = size * SPREAD, kind, model
        self.rng = np.random.default_rng(seed)

    def __call__(self, codes):
        y = self.model(codes)
        if self.kind == "heavy":
            return y + self.size * self.rng.standard_t(5, len(y)) / np.sqrt(5 / 3)
        if self.kind == "larger where y is":
            return y * (1 + self.size * self.rng.normal(size=len(y)) / SPREAD)
        if self.kind == "once a call":
            return y + self.size * self.rng.normal()
        return y + self.size * self.rng.normal(size=len(y))


def sketched(model, budget=6000, n=5, **options):
    return sz.sketch(model, n, sz.DNA, budget, progress=False, **options)


@pytest.mark.parametrize("count", [32, 300])
@pytest.mark.parametrize("ceiling", [0.1, 0.43, 0.9])
@pytest.mark.parametrize("kind", ["normal", "heavy", "flat"])
def test_the_interval_of_the_ceiling_holds(count, ceiling, kind):
    """400 times: pairs of answers whose ceiling is known; the interval says 95 %."""
    rng = np.random.default_rng([count, int(100 * ceiling)])
    held = 0
    for _ in range(400):
        f = rng.normal(size=count)
        noise = rng.normal(size=(2, count))
        if kind == "heavy":
            noise = rng.standard_t(6, size=(2, count)) / np.sqrt(1.5)
        if kind == "flat":
            f = rng.uniform(-1, 1, size=count) * np.sqrt(3)
        found = repeats.ceiling_of(f + np.sqrt(1 / ceiling - 1) * noise)
        assert found.interval[0] <= found.r2 <= found.interval[1]
        held += found.interval[0] <= ceiling <= found.interval[1]
    assert held >= 0.88 * 400


@pytest.mark.parametrize("budget", [5000, 60_000])
@pytest.mark.parametrize("n", [3, 5])
def test_noise_is_not_exact_though_every_sequence_was_asked(n, budget):
    # Found here: "exact", intervals of no width, and 83 % of the variance in interactions.
    rng = np.random.default_rng(n)
    model = Counting(lambda codes: rng.normal(size=len(codes)))
    made = sketched(model, budget, n)
    assert made.good_for == "nothing to explain"
    assert made.n_held_out > 0
    assert made.spectrum.variance_by_order()[1:].sum() in (0.0, 1.0)  # nothing, or a whole of it
    assert made.spectrum.energy_by_order()[1:].sum() < 0.2
    assert made.noise.interval[0] < 0.05
    assert made.noise.noise == pytest.approx(1, abs=0.3)
    assert (made.standard_error > 0.05).all()
    assert model.rows == made.n_queries <= budget
    assert "no sketch can pass R² 0." in " ".join(str(made).split())


@pytest.mark.parametrize("kind", ["normal", "heavy", "larger where y is"])
def test_a_noisy_table_is_learnt_up_to_its_ceiling(kind):
    held, inside, r2 = 0, [], []
    rows = sz.DNA.random(400, 5, seed=1)
    truth = sz.shapley_values(TOY.spectrum, rows)
    for seed in range(6):
        made = sketched(Noisy(1.15, seed, kind), 30_000, seed=seed)  # every sequence: 1,024
        # E of noise² over variance; where noise grows with y, by its mean square
        y = TOY(sz.DNA.all_sequences(5))
        noise = (1.15**2) * ((y**2).mean() if kind == "larger where y is" else y.var())
        ceiling = y.var() / (y.var() + noise)
        held += made.noise.interval[0] <= ceiling <= made.noise.interval[1]
        assert made.r2_interval[0] < ceiling
        assert made.good_for != "exact"
        r2.append(made.r2)
        e = sz.Explainer(made).explain(rows)
        low, high = e.interval(0.9)
        inside.append(((low <= truth) & (truth <= high)).mean())
    assert held >= 5
    assert np.mean(inside) > 0.9  # noise counts as missed, so they are rather too wide
    assert 0.55 * ceiling < np.mean(r2) < ceiling + 0.05


@pytest.mark.parametrize("budget", [1152, 1300, 6000])
def test_a_noisy_model_is_told_within_the_budget(budget, tmp_path):
    for store in (None, tmp_path):
        model = Counting(Noisy(1.0, 5))
        made = sketched(model, budget, store=store)
        assert model.rows == made.n_queries <= budget
        assert made.noise.noise == pytest.approx(SPREAD, rel=0.5)
        assert "asked again, an answer moves by" in " ".join(str(made).split())


def test_letters_that_are_meant_are_those_asked_again():
    few = sz.Letters.around("ACGTA", rate=[0.3, 0, 0.3, 0, 0.3])
    made = sz.sketch(Noisy(0.3), letters=few, budget=4000, progress=False)
    assert made.letters == few
    assert 0 < made.noise.noise < SPREAD
    assert made.n_held_out > 0
    seen = []

    def model(codes):
        seen.append(few.check(codes))
        return TOY(codes)

    made = sz.sketch(model, letters=few, budget=4000, progress=False)
    assert (made.good_for, sum(map(len, seen))) == ("exact", 64 + 16)


def test_a_model_that_answers_alike_costs_sixteen():
    told = plan(n=5, alphabet=sz.DNA, budget=3000)
    assert told.queries == {"ask all sequences": 1024, AGAIN: 16}
    model = Counting(TOY)
    made = sketched(model, 3000)
    assert made.noise == NoiseCeiling(1.0, (1.0, 1.0), 0.0, 8)
    assert (model.rows, made.n_queries, made.good_for, made.notes) == (1040, 1040, "exact", ())
    assert "asked again" not in str(made)
    alone = sketched(TOY, 1024)
    assert alone.noise is None
    assert alone.notes == (
        "each was asked once: a budget of 1,112 also sees whether answers stay the same",
    )
    assert sketched(TOY, 1112).notes == ()


def by_maximum(y):
    return y / np.abs(y).max()


def by_mean(y):
    return y - y.mean()


def by_rank(y):
    return np.argsort(np.argsort(y)).astype(float)


@pytest.mark.parametrize("of_batch", [by_maximum, by_mean, by_rank])
@pytest.mark.parametrize("options", [{}, {"batch_size": 2}, {"store": True}, {"threads": True}])
def test_answers_that_depend_on_the_batch_are_refused(of_batch, options, tmp_path):
    model = Counting(lambda codes: of_batch(TOY(codes)))
    options = dict(options)
    with ThreadPoolExecutor(2) as pool:
        if options.pop("threads", False):
            options["executor"] = pool
        if options.pop("store", False):
            options["store"] = tmp_path
        with pytest.raises(sz.ModelError, match=r"depends on the others .*net.eval\(\).*batch_s"):
            sketched(model, 3000, **options)
    assert model.rows == 24  # and nothing else was spent


def test_one_at_a_time_nothing_depends_on_the_batch():
    made = sketched(lambda codes: TOY(codes) + (len(codes) - 1), 2000, batch_size=1)
    assert made.noise.noise == 0


def test_batch_normalisation_left_in_training_mode():
    torch = pytest.importorskip("torch", reason="PyTorch is absent (extra lessons)")
    torch.manual_seed(0)
    layers = torch.nn.Linear(20, 8), torch.nn.BatchNorm1d(8), torch.nn.ReLU(), torch.nn.Linear(8, 1)
    net = torch.nn.Sequential(*layers)

    def model(codes):
        with torch.no_grad():
            return net(torch.nn.functional.one_hot(torch.as_tensor(codes).long(), 4)
                       .flatten(1).float())[:, 0]  # fmt: skip

    with pytest.raises(sz.ModelError, match=r"batch normalisation in evaluation mode \(net.eval"):
        sketched(model, 3000)
    net.eval()
    assert sketched(model, 3000).noise.noise == 0


@pytest.mark.parametrize("relative", [1e-7, 1e-6])
def test_the_last_places_of_a_number_may_depend_on_the_batch(relative):
    # What a matrix product does for another number of rows.
    made = sketched(lambda codes: TOY(codes) * (1 + relative * (len(codes) % 7)), 3000)
    assert made.noise.noise == 0


@pytest.mark.parametrize("size", [0.01, 1.0])
def test_noise_that_is_drawn_once_a_call_is_noise_and_not_the_batch(size):
    for seed in range(5):
        assert sketched(Noisy(size, seed, "once a call"), 3000).noise.noise > 0


def test_noise_is_kept_in_the_file(tmp_path):
    made = sketched(Noisy(0.5), 3000)
    again = sz.Sketch.load(made.save(tmp_path / "noisy.npz"))
    assert again.noise == made.noise
    assert str(again) == str(made)
    for wrong in ({"r2": 2.0}, {"interval": [0.5, 0.1]}, {"noise": -1.0}, {"repeated": 1.5}):
        parts = {"r2": 0.5, "interval": [0.4, 0.6], "noise": 1.0, "repeated": 30} | wrong
        with pytest.raises(ValueError, match="noise is "):
            NoiseCeiling.of_parts(parts)


def test_a_verdict_says_the_same_as_the_sketch():
    made = sketched(Noisy(1.0), 30_000)
    verdict = judge(made, regression={}, own=None, noise=0.0, queries={})
    assert verdict.label == made.good_for != "exact"
    assert (verdict.noise, verdict.ceiling) == (made.noise.noise, made.noise.interval)
    low = made.noise.interval[0]
    assert f"no sketch can pass R² {made.noise.r2:.2f} (95 % interval {low:.2f}" in verdict.text()


def test_a_model_that_fails_on_the_first_few_says_so():
    with pytest.raises(sz.ModelError, match="returned nan for sequence 1 ") as info:
        sketched(lambda codes: np.full(len(codes), np.nan), 3000)
    assert "a few sequences that tried the model beforehand" in info.value.__notes__[0]
