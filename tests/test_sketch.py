import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import automatic
from shapzero_lite.sketching.samples import least_samples


class Counting:
    """A model that counts every sequence it is asked about."""

    def __init__(self, function):
        self.function = function
        self.count = 0

    def __call__(self, codes):
        self.count += len(codes)
        return self.function(codes)


def pairs(codes):
    return (codes[:, 0] == codes[:, 2]) * 2.0 + (codes[:, 1] == 3)


@pytest.mark.parametrize("method", ["auto", "enumerate", "samples"])
@pytest.mark.parametrize("budget", [256, 257, 1000, 5000])
@pytest.mark.parametrize("batch_size", [7, 8192])
def test_the_budget_is_a_hard_cap_and_n_queries_is_what_was_counted(method, budget, batch_size):
    model = Counting(pairs)
    sk = sz.sketch(model, 4, sz.DNA, budget, method, progress=False, batch_size=batch_size)
    assert model.count == sk.n_queries <= budget


@pytest.mark.parametrize("n", [5, 8])
def test_samples_ask_exactly_the_budget_hold_out_included(n):
    model = Counting(pairs)
    sk = sz.sketch(model, n, sz.DNA, 700, "samples", progress=False)
    assert model.count == sk.n_queries == 700
    assert sk.method == "samples"
    assert 0 < sk.n_held_out < 700
    assert sk.r2 > 0.95
    assert sk.spectrum.provenance["n_queries"] == 700


def test_auto_enumerates_when_the_budget_allows_and_is_then_exact():
    def model(codes):
        return np.sin(codes.astype(float) @ [1.0, 2.0, 3.0, 5.0])

    sk = sz.sketch(model, 4, sz.DNA, 256, progress=False)
    assert (sk.method, sk.n_held_out, sk.n_queries) == ("enumerate", 0, 256)
    assert (sk.r2, sk.r2_interval) == (1.0, (1.0, 1.0))
    every = sz.DNA.all_sequences(4)
    np.testing.assert_allclose(sk.spectrum.evaluate(every), model(every), atol=1e-10)
    fewer = sz.sketch(model, 4, sz.DNA, 255, progress=False)
    assert fewer.method == "samples"
    assert fewer.r2 < 0.9
    assert "exact" in sk.report()
    assert "exact" not in fewer.report()


def test_small_spaces_are_asked_without_repeats():
    seen = []

    def model(codes):
        seen.extend(map(tuple, codes.tolist()))
        return pairs(codes)

    sz.sketch(model, 6, sz.DNA, 3000, "samples", progress=False)
    # First 16 see whether answers stay the same; the last ones redraw letters of held-out ones.
    main = seen[16 : 16 + 3000 - 3000 // 8]
    assert len(seen) == 3000
    assert len(set(main)) == len(main)


@pytest.mark.parametrize("n", [6, 8])
def test_a_budget_too_small_names_the_least_that_would_do(n):
    least = least_samples(n, 4)
    model = Counting(pairs)
    with pytest.raises(
        ValueError, match=rf"at least {least:,} for n = {n} positions and 4 letters"
    ):
        sz.sketch(model, n, sz.DNA, least - 1, progress=False)
    assert model.count == 0
    sk = sz.sketch(model, n, sz.DNA, least, progress=False)  # and it does
    assert model.count == sk.n_queries == least


def test_enumeration_beyond_the_budget_names_what_it_needs():
    with pytest.raises(ValueError, match="'enumerate' needs at least 4,096"):
        sz.sketch(pairs, 6, sz.DNA, 4095, "enumerate", progress=False)
    # Found here: Python refuses to print a number of 6,000 digits, and said so instead.
    with pytest.raises(ValueError, match=r"needs at least 4\^10000"):
        sz.sketch(pairs, 10_000, sz.DNA, 4095, "enumerate", progress=False)


def test_a_space_smaller_than_the_least_sample_is_enumerated():
    model = Counting(lambda codes: codes.sum(axis=1))
    sk = sz.sketch(model, 2, sz.DNA, 16, "samples", progress=False)
    assert (sk.method, sk.n_queries, model.count) == ("enumerate", 16, 16)


@pytest.mark.parametrize("method", ["enumerate", "samples"])
def test_a_constant_model_is_refused(method):
    with pytest.raises(ValueError, match=r"1.5 for all .* constant has nothing to explain"):
        sz.sketch(lambda x: np.full(len(x), 1.5), 4, sz.DNA, 256, method, progress=False)


def test_answers_that_cannot_be_used_are_refused_through_sketch():
    for answer, message in (
        (lambda x: np.where(x[:, 0] == 1, np.nan, 1.0), r"nan for sequence 65 \(CAAA\)"),
        (lambda x: x, r"shape \(256, 4\).*choose one with output"),
        (lambda x: x.sum(axis=1) * 1j, "complex"),
        (lambda x: 1 / 0, "ZeroDivisionError"),
    ):
        with pytest.raises(sz.ModelError, match=message):
            sz.sketch(answer, 4, sz.DNA, 256, progress=False)


def test_an_output_column_can_be_chosen():
    sk = sz.sketch(lambda x: x[:, :2], 3, sz.DNA, 64, progress=False, output=1)
    np.testing.assert_allclose(sk.spectrum.evaluate(["ACG", "ATG"]), [1, 3], atol=1e-10)


@pytest.mark.parametrize("method", ["enumerate", "samples"])
def test_the_seed_decides_and_global_generators_are_left_alone(method):
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    model = sz.models.toy(n=5, seed=1)
    runs = [sz.sketch(model, budget=1024 if method == "enumerate" else 900, method=method,
                      seed=seed, progress=False) for seed in (3, 3, 4)]  # fmt: skip
    np.testing.assert_array_equal(runs[0].spectrum.coefficients, runs[1].spectrum.coefficients)
    assert (runs[0].r2, runs[0].r2_interval) == (runs[1].r2, runs[1].r2_interval)
    if method == "samples":
        drawn = [run.spectrum.coefficients for run in runs]
        assert drawn[0].shape != drawn[2].shape or not np.array_equal(drawn[0], drawn[2])
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"n": None}, TypeError, "n is a whole number"),
        ({"n": 0}, ValueError, "n is a whole number of at least 1, not 0"),
        ({"n": 4.0}, TypeError, "n is a whole number"),
        ({"budget": 6e4}, TypeError, "budget is a whole number"),
        ({"budget": 0}, ValueError, "budget"),
        ({"budget": -5}, ValueError, "budget"),
        ({"budget": True}, (TypeError, ValueError), "budget"),
        ({"alphabet": None}, TypeError, "alphabet=sz.DNA"),
        ({"alphabet": "ACGT"}, TypeError, "alphabet"),
        ({"method": "qsft?"}, ValueError, "method is one of auto, enumerate, samples"),
        ({"seed": -1}, ValueError, "seed is a whole number"),
        ({"seed": None}, ValueError, "seed is a whole number"),
        ({"seed": 1.5}, ValueError, "seed is a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"batch_size": "8192"}, TypeError, "batch_size is a whole number .*: write batch_size=8"),
        ({"max_order": 2.0}, TypeError, "max_order is a whole number .*: write max_order=2"),
        ({"max_order": 0}, ValueError, "max_order is a whole number of at least 1, not 0"),
        ({"store": ""}, ValueError, "store is empty"),
        ({"n": 30, "budget": 10**12}, ValueError, "1,000,000,000,000 queries of 30 .*smaller budg"),
        ({"n": 30, "budget": 10**12, "method": "qsft"}, ValueError, "GiB; give a smaller budget"),
        ({"model": None}, TypeError, "callable"),
    ],
)
def test_arguments_that_cannot_be_are_refused_before_any_query(options, error, message):
    model = Counting(pairs)
    asked = {"model": model, "n": 4, "alphabet": sz.DNA, "budget": 300} | options
    with pytest.raises(error, match=message):
        sz.sketch(**asked, progress=False)
    assert model.count == 0


def test_n_and_alphabet_may_come_from_the_model():
    sk = sz.sketch(sz.models.toy(n=3, alphabet=sz.RNA), budget=64, progress=False)
    assert sk.spectrum.alphabet == sz.RNA
    assert sk.spectrum.n == 3


# -- samples -----------------------------------------------------------------------------
def test_r2_is_that_of_the_rows_held_out_and_no_row_is_on_both_sides():
    # 20^6 sequences: drawn, not taken from the list of all
    model = sz.models.toy(n=6, alphabet=sz.PROTEIN, max_order=2, seed=2)
    sk = sz.sketch(model, budget=600, seed=5, progress=False)
    (codes, y), (held, truth) = sk.samples
    np.testing.assert_array_equal(y, model(codes))
    error = truth - sk.spectrum.evaluate(held)
    assert sk.r2 == pytest.approx(1 - (error**2).sum() / ((truth - truth.mean()) ** 2).sum())
    assert not set(map(tuple, codes.tolist())) & set(map(tuple, held.tolist()))
    assert len(held) == sk.n_held_out


@pytest.mark.parametrize("method", ["qsft", "both", "auto", "samples"])
def test_every_method_keeps_the_budget_and_counts_what_it_asked(method):
    model = Counting(sz.models.toy(n=12, terms=6, max_order=3, seed=1))
    sk = sz.sketch(model, 12, sz.DNA, 5000, method, progress=False)
    assert model.count == sk.n_queries <= 5000
    assert sk.spectrum.provenance["n_queries"] == sk.n_queries
    assert sk.r2 > 0.999
    low, high = sz.Explainer(sk).explain(sz.DNA.random(5, 12, seed=0)).interval()
    assert (low <= high).all()


def test_where_samples_show_nothing_the_rest_goes_to_qsft():
    model = Counting(sz.models.toy(n=14, terms=1, max_order=14, seed=5))
    assert model.function.spectrum.order > 6
    sk = sz.sketch(model, 14, sz.DNA, 12_000, progress=False)
    assert (sk.method, model.count) == ("qsft", sk.n_queries)
    assert sk.n_queries <= 12_000
    assert sk.r2 > 0.999
    assert "samples on a part of the budget" in sk.report()


def test_a_poor_sketch_says_so_and_the_learning_curve_rises():
    model = sz.models.toy(n=10, terms=60, max_order=4, seed=3)
    poor = sz.sketch(model, budget=150, progress=False)
    assert not poor.good_enough
    assert "not good enough: less than half of the variance is sure" in poor.report()
    fine = sz.sketch(model, budget=6000, method="samples", progress=False)
    assert fine.good_enough
    curve = fine.learning_curve()
    assert [s.rows for s in curve] == sorted(s.rows for s in curve)
    assert curve[0].r2 < curve[-1].r2 == fine.r2
    assert all(s.spread >= 0 for s in curve)


def test_strings_and_codes_and_frames_are_the_same_samples():
    pd = pytest.importorskip("pandas")
    codes = sz.DNA.random(300, 6, seed=0)
    frame = pd.DataFrame({"guide": sz.DNA.decode(codes), "score": pairs(codes)})
    a = sz.sketch_from_samples(codes, pairs(codes), alphabet=sz.DNA)
    b = sz.sketch_from_samples(frame["guide"], frame["score"], alphabet=sz.DNA)
    np.testing.assert_array_equal(a.spectrum.coefficients, b.spectrum.coefficients)
    assert a.n_queries == 300


def test_r2_is_what_new_rows_confirm_and_the_interval_covers_it():
    rng = np.random.default_rng(0)
    model = sz.models.toy(n=6, terms=15, max_order=2, seed=3)
    new = sz.DNA.random(20_000, 6, seed=99)
    truth = model(new)
    covered = 0
    for seed in range(20):
        codes = sz.DNA.random(700, 6, seed=seed)
        y = model(codes) + rng.normal(size=700)
        sk = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, seed=seed)
        noisy = truth + rng.normal(size=len(truth))
        real = 1 - ((noisy - sk.spectrum.evaluate(new)) ** 2).mean() / noisy.var()
        low, high = sk.r2_interval
        assert low <= sk.r2 <= high
        assert high - low < 0.7
        covered += low <= real <= high
    assert covered >= 16  # 95 % of 20 is 19; fewer than 16 would happen by chance once in 400


def test_an_interval_from_very_few_held_out_rows_is_still_a_number():
    # Found here: a bootstrap draw of one row alone has no spread, and the division overflowed.
    for seed in range(6):
        codes = sz.DNA.random(58, 6, seed=seed)
        sk = sz.sketch_from_samples(codes, pairs(codes), alphabet=sz.DNA, seed=seed)
        assert sk.n_held_out <= 8
        assert np.isfinite(sk.r2_interval).all()
        assert sk.r2_interval[0] <= sk.r2_interval[1] <= 1


def test_r2_of_pure_noise_is_not_above_zero():
    found = []
    for seed in range(10):
        codes = sz.DNA.random(600, 6, seed=seed)
        y = np.random.default_rng(seed).normal(size=600)
        sk = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, seed=seed)
        found.append(sk.r2)
        assert sk.r2_interval[0] < 0.05
    assert np.mean(found) < 0.02
    assert max(found) < 0.15


def test_repeated_sequences_cannot_leak_their_noise_into_the_held_out_rows():
    # Each of 200 sequences has a value of its own, pure noise, and stands there five times: a
    # split by rows would let a fit remember the values of the rows it is tested on.
    rng = np.random.default_rng(1)
    words = sz.DNA.random(200, 8, seed=1)
    again = np.repeat(np.arange(200), 5)
    y = rng.normal(size=200)[again]
    sk = sz.sketch_from_samples(words[again], y, alphabet=sz.DNA)
    assert sk.n_held_out == 100  # a tenth of the sequences, five rows each
    assert sk.r2 < 0.05


def test_the_held_out_rows_never_enter_the_fit(monkeypatch):
    from shapzero_lite.sketching import of_rows as sketching

    seen = {}
    original = sketching.fit_spectrum

    def fit_spectrum(codes, values, alphabet, *, seed, **options):
        seen["codes"] = codes.copy()
        return original(codes, values, alphabet, seed=seed, **options)

    monkeypatch.setattr(sketching, "fit_spectrum", fit_spectrum)
    codes = sz.DNA.random(900, 5, seed=0)  # 1,024 sequences: many stand twice
    y = np.random.default_rng(0).normal(size=900)
    sk = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    fitted = set(map(tuple, seen["codes"].tolist()))
    held = [r for r in range(900) if tuple(codes[r].tolist()) not in fitted]
    assert len(held) == sk.n_held_out == 900 - len(seen["codes"])
    residual = y[held] - sk.spectrum.evaluate(codes[held])
    r2 = 1 - (residual**2).sum() / ((y[held] - y[held].mean()) ** 2).sum()
    assert sk.r2 == pytest.approx(r2, abs=1e-12)
    # values of held-out rows change r2 and nothing else
    changed = y.copy()
    changed[held] += 10 * np.random.default_rng(1).normal(size=len(held))
    other = sz.sketch_from_samples(codes, changed, alphabet=sz.DNA)
    np.testing.assert_array_equal(other.spectrum.coefficients, sk.spectrum.coefficients)
    assert other.r2 != sk.r2


def test_every_possible_sequence_gives_the_exact_transform_repeats_averaged():
    codes = np.concatenate([sz.DNA.all_sequences(3), sz.DNA.random(30, 3, seed=0)])
    codes = codes[np.random.default_rng(0).permutation(len(codes))]
    y = np.random.default_rng(1).normal(size=len(codes))
    sk = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    assert (sk.method, sk.n_queries, sk.n_held_out) == ("enumerate", 94, 0)
    for word in sz.DNA.all_sequences(3)[::7]:
        here = (codes == word).all(axis=1)
        assert sk.spectrum.evaluate(word)[0] == pytest.approx(y[here].mean(), abs=1e-10)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda x, y: (x, np.where(np.arange(100) == 41, np.nan, y)), ValueError, "sequence 42 "),
        (lambda x, y: (x, np.where(np.arange(100) > 97, np.inf, y)), ValueError, "2 of 100 values"),
        (lambda x, y: (x, y[:-1]), ValueError, r"100 sequences need 100 values; got shape \(99,\)"),
        (lambda x, y: (x, y[:, None]), ValueError, r"got shape \(100, 1\)"),
        (lambda x, y: (x, y + 1j), TypeError, "complex128"),
        (lambda x, y: (x, ["high"] * 100), TypeError, "real numbers"),
        (lambda x, y: (x, [None] * 100), TypeError, "object"),
        (lambda x, y: (x, np.full(100, 2.0)), ValueError, "the samples hold 2 for all 100"),
        (lambda x, y: (x[:50], y[:50]), ValueError, r"50 samples are too few .* 58"),
        (lambda x, y: (x.astype(float), y), TypeError, "float64"),
        (lambda x, y: (x + 1, y), ValueError, "code 4"),
        (lambda x, y: ([], []), ValueError, "empty"),
        (lambda x, y: (["ACGT", "ACG"], [1, 2]), ValueError, "same length"),
        (lambda x, y: (np.repeat(x[:1], 100, axis=0), y), ValueError, "only 1 different"),
        (lambda x, y: (np.repeat(x[:2], 50, axis=0), y), ValueError, "only 2 different"),
    ],
)
def test_samples_that_cannot_be_used_are_refused(change, error, message):
    # Found here: one or two distinct sequences left nothing to fit and crashed NumPy.
    codes, y = sz.DNA.random(100, 6, seed=0), np.random.default_rng(0).normal(size=100)
    given = change(codes, y)
    with pytest.raises(error, match=message):
        sz.sketch_from_samples(*given, alphabet=sz.DNA)


def test_long_sequences_are_samples_too():
    # Found here: 4^600 has no float, and an OverflowError came instead of a sketch.
    codes = sz.DNA.random(100, 600, seed=0)
    y = 1.0 * (codes[:, 17] == 2)
    with pytest.raises(ValueError, match="100 samples are too few for 600 positions"):
        sz.sketch_from_samples(codes, y, alphabet=sz.DNA)


def test_a_design_far_from_uniform_is_noted():
    uniform = sz.DNA.random(700, 6, seed=0)
    scan = uniform.copy()
    scan[np.random.default_rng(0).random(scan.shape) < 0.7] = 0
    notes = [sz.sketch_from_samples(x, pairs(x), alphabet=sz.DNA).notes for x in (uniform, scan)]
    assert notes[0] == ()
    assert "far from uniform" in notes[1][0]


def test_the_report_says_what_a_reader_must_know():
    sk = sz.sketch(sz.models.toy(n=7, seed=1), budget=1000, method="samples", progress=False)
    text = sk.report()
    for part in ("1,000 queries", f"R² {sk.r2:.3f}", "95 % interval", "outside the fit", "order 1"):
        assert part in text


def test_weights_count_a_row_as_often_as_they_say():
    # A row of weight 3 is three rows: the same least squares, whatever the penalties choose.
    rng = np.random.default_rng(1)
    codes = sz.DNA.random(1500, 4, seed=1)[:, :3]
    y = pairs(codes) + rng.normal(size=1500)
    w = rng.integers(1, 4, size=1500)
    weighted = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, weights=w)
    repeated = np.repeat(np.arange(1500), w)
    plain = sz.sketch_from_samples(codes[repeated], y[repeated], alphabet=sz.DNA)
    every = sz.DNA.all_sequences(3)
    np.testing.assert_allclose(
        weighted.spectrum.evaluate(every), plain.spectrum.evaluate(every), atol=1e-10
    )


def test_weights_silence_bad_rows():
    rng = np.random.default_rng(2)
    codes = sz.DNA.random(2000, 8, seed=2)
    bad = rng.random(2000) < 0.3
    y = pairs(codes) + np.where(bad, 20.0, 0.1) * rng.normal(size=2000)
    told = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, weights=np.where(bad, 1 / 400, 100.0))
    untold = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    new = sz.DNA.random(2000, 8, seed=3)
    error = [((s.spectrum.evaluate(new) - pairs(new)) ** 2).mean() for s in (told, untold)]
    assert error[0] < 0.01
    assert error[1] > 0.5
    assert told.r2 > 0.95
    with pytest.raises(ValueError, match="weight of sequence 2 is 0"):
        sz.sketch_from_samples(
            codes, y, alphabet=sz.DNA, weights=np.arange(2000)[::-1] * 0 + (np.arange(2000) != 1)
        )


def test_a_small_budget_is_not_taken_from_samples_that_would_do(monkeypatch):
    # Found on the repair model: a thousand early rows say little about 40 positions, and the rest
    # of the budget went to a q-SFT that found nothing.
    monkeypatch.setattr(automatic, "find_spec", lambda name: None)  # no network
    model = sz.models.dna_repair()
    sk = sz.sketch(model, budget=5000, seed=2, progress=False)
    assert sk.method == "samples"
    assert sk.r2 > 0.45
