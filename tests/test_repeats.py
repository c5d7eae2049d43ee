"""Models that answer differently when they are asked again, by chance or by their batch."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.report.verdict import judge
from shapzero_lite.sketching import _plan, distil, plan, repeats, training
from shapzero_lite.sketching._plan import AGAIN, CALIBRATION
from shapzero_lite.sketching.replicates import NoiseCeiling
from shapzero_lite.sketching.trust import of_ceiling

EVERY = sz.DNA.all_sequences(5)
TOY = sz.models.toy(n=5, seed=2)
SPREAD = float(TOY(EVERY).std())
# Too many sequences to ask all of them.
LONG = sz.models.toy(n=10, terms=12, max_order=2, seed=3)
LONG_SPREAD = float(np.sqrt(LONG.spectrum.energy_by_order()[1:].sum()))
AROUND = sz.Letters.around("ACGTACGTAC", rate=0.4)
# How a sketch is made that does not ask all sequences: method, letters.
WAYS = [("samples", None), ("samples", AROUND), ("qsft", None), ("both", None), ("auto", None)]


class Noisy:
    """The toy model and noise that is ``size`` times its spread, normal or in another ``kind``."""

    def __init__(self, size, seed=0, kind="normal", model=TOY):
        self.size, self.kind, self.model = (
            size * (SPREAD if model is TOY else LONG_SPREAD),
            kind,
            model,
        )
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


def sketched_long(model, budget, method, letters=None, **options):
    n, alphabet = (10, sz.DNA) if letters is None else (None, None)
    return sz.sketch(model, n, alphabet, budget, method, letters=letters, progress=False, **options)


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
            noise = rng.standard_t(4, size=(2, count)) / np.sqrt(2)
        if kind == "flat":
            f = rng.uniform(-1, 1, size=count) * np.sqrt(3)
        found = repeats.ceiling_of(f + np.sqrt(1 / ceiling - 1) * noise)
        assert found.interval[0] <= found.r2 <= found.interval[1]
        held += found.interval[0] <= ceiling <= found.interval[1]
    assert 0.9 * 400 <= held <= 0.97 * 400


def test_few_that_differ_give_no_interval():
    pairs = np.zeros((2, 30))
    assert repeats.ceiling_of(pairs) == NoiseCeiling(0.0, (0.0, 1.0), 0.0, 30)
    pairs[:, 0] = 1.0
    assert repeats.ceiling_of(pairs) == NoiseCeiling(1.0, (0.0, 1.0), 0.0, 30)
    pairs[:, 1:] = np.arange(29.0)
    pairs[0, 3] += 1  # noise in one answer only
    found = repeats.ceiling_of(pairs)
    assert (found.interval, found.noise) == ((0.0, 1.0), pytest.approx(np.sqrt(1 / 60)))


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
    held, inside, r2, expected, errors, learnt = 0, [], [], [], [], []
    rows = sz.DNA.random(400, 5, seed=1)
    y = TOY(EVERY)
    truth = sz.shapley_values(TOY.spectrum, rows)
    for seed in range(6):
        made = sketched(Noisy(1.15, seed, kind), 30_000, seed=seed)  # every sequence: 1,024
        # E of noise² over variance; where noise grows with y, by its mean square
        noise = (1.15**2) * ((y**2).mean() if kind == "larger where y is" else y.var())
        ceiling = y.var() / (y.var() + noise)
        held += made.noise.interval[0] <= ceiling <= made.noise.interval[1]
        assert made.r2_interval[0] < ceiling
        assert made.good_for != "exact"
        # What of the model is missed is known, and so is the R² on noisy answers in the long run.
        missed = ((made.spectrum.evaluate(EVERY) - y) ** 2).mean()
        expected.append(1 - (noise + missed) / (y.var() + noise))
        learnt.append(1 - missed / y.var())
        r2.append(made.r2)
        errors.append((made.r2_interval[1] - made.r2_interval[0]) / 3.92)
        assert abs(r2[-1] - expected[-1]) < 3 * errors[-1]
        e = sz.Explainer(made).explain(rows)
        low, high = e.interval(0.9)
        inside.append(((low <= truth) & (truth <= high)).mean())
    assert held >= 5
    assert np.mean(inside) > 0.9  # noise counts as missed, so they are rather too wide
    assert max(expected) < ceiling  # nobody foretells noise
    assert abs(np.mean(r2) - np.mean(expected)) < 2.5 * np.sqrt(np.mean(np.square(errors)) / 6)
    assert np.mean(learnt) > 0.66  # one noisy answer a sequence, to 1,024 of them


@pytest.mark.parametrize("budget", [1152, 1300, 6000])
def test_a_noisy_model_is_told_within_the_budget(budget, tmp_path):
    for store in (None, tmp_path):
        model = Counting(Noisy(1.0, 5))
        made = sketched(model, budget, store=store)
        assert model.rows == made.n_queries <= budget
        assert made.noise.noise == pytest.approx(SPREAD, rel=0.5)
        assert "asked again, an answer moves by" in " ".join(str(made).split())


@pytest.mark.parametrize(("method", "letters"), WAYS)
def test_every_method_recognises_noise(method, letters):
    model = Counting(Noisy(1.15, 1, model=LONG))
    budget = 2400  # too few for "auto" to train a network
    told = plan(LONG, budget=budget, method=method, letters=letters)
    assert (told.n_again, told.n_queries) == (16, budget)
    assert "\n16 that measure the errors ask a few sequences again\n" in str(told)
    made = sketched_long(model, budget, method, letters)
    assert model.rows == made.n_queries <= budget
    if method != "qsft":  # which asks only as many patterns as it needs
        assert made.n_queries > 0.95 * budget
    noise = made.noise
    assert noise.repeated == 32
    assert noise.noise == pytest.approx(1.15 * LONG_SPREAD, rel=0.3)
    y = LONG(AROUND.draw(20_000, np.random.default_rng(0)) if letters else
             sz.DNA.random(20_000, 10, seed=0))  # fmt: skip
    ceiling = y.var() / (y.var() + (1.15 * LONG_SPREAD) ** 2)
    assert noise.interval[0] <= ceiling <= noise.interval[1]
    assert made.r2_interval[0] < ceiling
    assert made.standard_error is not None
    assert made.n_held_out > 0
    said = " ".join(str(made).split())
    assert f"no sketch can pass R² {noise.r2:.2f} (95 % interval {noise.interval[0]:.2f}" in said
    assert of_ceiling(made.r2, made.r2_interval[1], noise.r2, noise.interval[0]) in said


@pytest.mark.parametrize(("method", "letters"), WAYS)
def test_pure_noise_is_nothing_to_explain_by_any_method(method, letters):
    for seed in range(2):
        rng = np.random.default_rng(seed)
        made = sketched_long(lambda x: rng.normal(size=len(x)), 1600, method, letters, seed=seed)  # noqa: B023 - called at once
        assert made.good_for == "nothing to explain"
        assert not made.good_enough
        assert made.noise.noise == pytest.approx(1, abs=0.25)
        assert made.noise.interval[0] == 0


def test_r2_is_said_beside_what_noise_leaves():
    assert of_ceiling(0.41, 0.44, 0.43, 0.38) == "R² 0.41 is all that a ceiling of 0.43 leaves"
    assert of_ceiling(0.45, 0.48, 0.43, 0.38) == "R² 0.45 is all that noise leaves"
    assert of_ceiling(0.3, 0.4, 0.43, 0.38).endswith("70% of what a ceiling of 0.43 leaves, and "
                                                     "may be all of it")  # fmt: skip
    assert of_ceiling(0.3, 0.35, 0.43, 0.38).endswith("70% of what a ceiling of 0.43 leaves")
    assert of_ceiling(-0.01, 0.02, 0.0, 0.0).endswith("all that a ceiling of 0.00 leaves")


@pytest.mark.parametrize(("method", "letters"), WAYS)
def test_a_model_that_answers_alike_keeps_its_design(method, letters, monkeypatch):
    seen = []

    def model(codes):
        seen.append(codes.copy())
        return np.abs(LONG(codes)) ** 1.5

    def asked():
        rows = np.concatenate(seen)
        seen.clear()
        return rows

    how = (model, 1600, method, letters)
    made, now = sketched_long(*how, max_order=2), asked()
    assert made.noise == NoiseCeiling(1.0, (1.0, 1.0), 0.0, 8)
    assert "asked again" not in str(made)
    monkeypatch.setattr(_plan, "LEAST_ERRORS", 10**6)  # never asks again
    before, rows = sketched_long(*how, max_order=2), asked()
    assert before.noise is None
    assert (made.r2, made.r2_interval) == (before.r2, before.r2_interval)
    np.testing.assert_array_equal(made.spectrum.evaluate(rows), before.spectrum.evaluate(rows))
    rms = (np.sqrt((found.standard_error**2).mean()) for found in (made, before))
    assert next(rms) == pytest.approx(next(rms), rel=0.08)  # 184 rows tell them, and 200
    # Sixteen more at the beginning, and so many fewer of those that measure errors.
    first = [row.tobytes() for row in now[:16]]
    assert len(set(first)) == len(set(first[:8])) == 8
    after, whole = iter(now[16:].tolist()), rows.tolist()
    assert len(now) == len(rows) == made.n_queries
    kept = next(after, None)
    for row in whole:  # in the same order, none of them another one
        if row == kept:
            kept = next(after, None)
    assert kept is None


def test_a_budget_that_is_too_small_to_ask_again_says_so(tmp_path):
    note = "a larger budget also sees whether answers stay the same when they are asked again"
    assert plan(LONG, budget=447, method="samples").n_again == 0
    made = sketched_long(LONG, 447, "samples")
    assert (made.noise, made.notes) == (None, (note,))
    told = plan(LONG, budget=448, method="samples")
    assert (told.n_again, told.queries[CALIBRATION]) == (16, 56)
    made = sketched_long(LONG, 448, "samples")
    assert (made.noise.noise, made.notes) == (0, ())
    # The noise of so few is known by 32 pairs, for which the fit gives some rows.
    made = sketched_long(Noisy(1.15, 1, model=LONG), 448, "samples")
    assert (made.noise.repeated, made.n_queries) == (32, 448)
    # The probes of a store tell that there is noise, and not how much.
    made = sketched_long(Noisy(1.15, model=LONG), 447, "samples", store=tmp_path)
    assert made.noise.noise > 0
    assert (made.noise.interval, made.notes) == ((0, 1), ())


def test_a_run_that_is_resumed_is_not_taken_for_a_noisy_one(tmp_path):
    class Stops(Counting):
        def __call__(self, codes):
            if self.rows > 700:
                raise KeyboardInterrupt
            return super().__call__(codes)

    for size, folder in ((0.0, "one"), (1.15, "other")):
        options = {"store": tmp_path / folder, "batch_size": 200}
        stopped = Stops(Noisy(size, 1, model=LONG))
        with pytest.raises(KeyboardInterrupt):
            sketched_long(stopped, 1600, "samples", **options)
        model = Counting(Noisy(size, 2, model=LONG))
        made = sketched_long(model, 1600, "samples", **options)
        assert made.n_queries == 1600
        assert (made.noise.noise > 0) == (size > 0)
        # Asked again: the probes, kept answers, and what sees whether answers stay the same.
        again = 32 + (8 + 16 if size == 0 else 16 + 16 + 8 + 64)
        assert model.rows <= 1600 - stopped.rows + again
        model = Counting(Noisy(size, 3, model=LONG))
        assert sketched_long(model, 1600, "samples", **options).r2 == made.r2
        assert model.rows == again


def test_another_output_of_a_noisy_model_is_not_asked_again():
    noisy, rng = Noisy(1.15, 1, model=LONG), np.random.default_rng(5)

    def two(codes):
        return np.stack([noisy(codes), LONG(codes) + rng.normal(size=len(codes))], axis=1)

    asked = sz.Queries(two, sz.DNA, 10, keep=True)
    one, other = asked.for_output(0), asked.for_output(1)
    first, second = (sz.sketch(of, budget=1600, method="samples") for of in (one, other))
    assert (one.asked, other.asked, first.n_queries, second.n_queries) == (1600, 0, 1600, 1600)
    assert first.noise.noise != second.noise.noise > 0


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


@pytest.mark.parametrize("of_batch", [by_maximum, by_mean, by_rank])
@pytest.mark.parametrize(("method", "letters"), [*WAYS, ("curve", None), ("distil", None)])
def test_every_method_refuses_answers_that_depend_on_the_batch(of_batch, method, letters):
    model = Counting(lambda codes: of_batch(LONG(codes)))
    with pytest.raises(sz.ModelError, match=r"depends on the others in its batch"):
        sketched_long(model, 3000, method, letters)
    assert model.rows == 24


def test_a_network_of_noisy_answers(monkeypatch):
    pytest.importorskip("torch", reason="PyTorch is absent (extra lessons)")
    monkeypatch.setattr(training, "schedule", lambda rows: (1, 64))  # how good it is: test_distil
    monkeypatch.setattr(distil, "free_answers", lambda rows: 500)
    made = sketched_long(Noisy(1.15, 1, model=LONG), 600, "distil")
    assert (made.noise.repeated, made.n_queries) == (32, 600)
    assert made.network.standard_error is not None


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


def test_half_precision_that_rounds_by_company_is_not_refused():
    # A GPU may take another way for another number of rows.
    def model(codes):
        return TOY(codes) + 0.003 * SPREAD * np.sin(np.arange(len(codes)) + len(codes))

    made = sketched(model, 3000)
    assert (made.noise.noise, made.n_queries) == (0, 1048)


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
