"""q-SFT: bins against the alias equation, recovery of planted spectra, budgets, refusals."""

import brute_force
import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite import qsft
from shapzero_lite.sketching import r_squared
from shapzero_lite.sketching.qsft.budgets import design_sizes, one_more
from shapzero_lite.sketching.qsft.peeling import Bins, distinct, with_mirrored
from shapzero_lite.sketching.qsft.subsampling import Pattern, draw_pattern, full_rank, patterns_of
from shapzero_lite.sketching.qsft.thresholds import HeldOut

ALL_Q = (2, 3, 4, 5, 20)


def planted(n, q, pairs, order, seed):
    """A real function's spectrum: ``pairs`` random k of order 1 to ``order``, each with its -k."""
    rng = np.random.default_rng(seed)
    found = {}
    while len(found) < pairs:
        k = np.zeros(n, np.int64)
        size = rng.integers(1, order + 1)
        k[rng.choice(n, size, replace=False)] = rng.integers(1, q, size)
        mirrored = (q - k) % q
        turn = 0 if (k == mirrored).all() else rng.random()  # its own mirror: a real number
        key = min(tuple(k.tolist()), tuple(mirrored.tolist()))
        found[key] = rng.uniform(0.5, 1.5) * np.exp(2j * np.pi * turn)
    k, F = np.array(list(found), np.uint8), np.array(list(found.values()))
    return sz.Spectrum(*with_mirrored(k, F, q), alphabet=sz.Alphabet.of_size(q))


def difference(sketch, truth):
    """The largest coefficient of the difference of two spectra."""
    return np.abs((sketch.spectrum - truth).coefficients).max()


def answers(truth, M, D):
    q, n = truth.q, truth.n
    codes = np.concatenate(list(qsft.queries(M, D, q, batch_size=1000)))
    return truth.evaluate(codes).reshape(len(M), D.shape[1], n + 1, -1)


# -- patterns ------------------------------------------------------------------------------
@pytest.mark.parametrize("q", ALL_Q)
@pytest.mark.parametrize("step", [1, -1])
def test_bins_are_the_sums_of_the_alias_equation(q, step):
    n, b = (4, 2) if q < 20 else (2, 1)
    rng = np.random.default_rng(q)
    table = rng.normal(size=(q,) * n)
    W = brute_force.fourier_matrix(q, n)
    F, every = W @ table.ravel(), brute_force.words(q, n)
    pattern = draw_pattern(n, q, b, 2, rng)
    pattern = Pattern(pattern.matrix, pattern.offsets, q, step % q)
    codes = np.concatenate(list(pattern.sequences(37)))
    values = table[tuple(codes.T.astype(int))].reshape(2, n + 1, q**b)
    U = pattern.bins(values)
    for place, j in enumerate(brute_force.words(q, b)):
        in_bin = ((every @ pattern.matrix.astype(int)) % q == j).all(axis=1)
        assert (pattern.bin_of(every)[in_bin] == place).all()
        for p, delays in enumerate(pattern.delays().astype(int)):
            for d, delay in enumerate(delays):
                phase = np.exp(2j * np.pi / q * (every[in_bin] @ delay))
                assert np.isclose(U[place, p, d], (F[in_bin] * phase).sum())


def test_sequences_have_the_layout_of_the_paper():
    M, D = qsft.design(5, 4, 2, patterns=2, repeats=2, seed=3)
    codes = np.concatenate(list(qsft.queries(M, D, 4, batch_size=7))).reshape(2, 2, 6, 16, 5)
    for number, l in enumerate(brute_force.words(4, 2)):
        expected = (M[1].astype(int) @ l + D[1, 0, 3]) % 4
        assert (codes[1, 0, 3, number] == expected).all()
    change = (D[:, :, 1:].astype(int) - D[:, :, :1]) % 4
    assert (change == np.eye(5, dtype=int)).all()


def test_batches_are_bounded_and_cover_the_design():
    M, D = qsft.design(6, 3, 2, seed=0)
    sizes = [len(batch) for batch in qsft.queries(M, D, 3, batch_size=50)]
    assert max(sizes) <= 50
    assert sum(sizes) == 3 * 3 * 7 * 9


@pytest.mark.parametrize("q", ALL_Q)
def test_no_sequence_of_a_block_stands_in_it_twice(q):
    pattern = draw_pattern(5, q, 2, 1, np.random.default_rng(1))
    points = pattern.at(np.arange(q**2))
    assert len(np.unique(points, axis=0)) == q**2


def test_rank_counts_every_prime_factor():
    assert full_rank(np.array([[1, 0], [0, 1], [2, 2]]), 4)
    assert not full_rank(np.array([[2, 0], [0, 1], [2, 2]]), 4)  # 2 divides zero modulo 4
    assert not full_rank(np.array([[5], [15]]), 20)
    assert full_rank(np.array([[4], [5]]), 20)  # neither is a unit, together they are


def test_prediction_is_the_spectrum_at_the_sequences():
    truth = planted(6, 4, 5, 3, seed=0)
    pattern = draw_pattern(6, 4, 2, 2, np.random.default_rng(0))
    codes = np.concatenate(list(pattern.sequences(1000)))
    values = pattern.predict(truth.frequencies, truth.coefficients)
    assert np.allclose(values.ravel(), truth.evaluate(codes))


# -- decoding ------------------------------------------------------------------------------
@pytest.mark.parametrize("q", ALL_Q)
@pytest.mark.parametrize("repeats", [1, 2])
def test_planted_spectrum_is_recovered_exactly(q, repeats):
    b = {2: 6, 3: 4, 4: 3, 5: 3, 20: 2}[q]
    truth = planted(12, q, 6, 3, seed=q) + sz.Spectrum(
        np.zeros((1, 12), np.uint8), [7.0], alphabet=sz.Alphabet.of_size(q)
    )
    M, D = qsft.design(12, q, b, repeats=repeats, seed=1)
    values = answers(truth, M, D)
    sk = qsft.decode(M, D, values, truth.alphabet)
    assert difference(sk, truth) < 1e-9
    assert sk.r2 == pytest.approx(1)
    assert sk.n_queries == values.size


def test_delays_may_subtract_the_identity():
    truth = planted(10, 4, 8, 3, seed=2)
    M, D = qsft.design(10, 4, 3, seed=2)
    D[:, :, 1:] = (2 * D[:, :, :1] - D[:, :, 1:]) % 4
    sk = qsft.decode(M, D, answers(truth, M, D), truth.alphabet)
    assert difference(sk, truth) < 1e-9


def test_single_precision_answers_and_a_large_mean():
    truth = planted(12, 4, 10, 3, seed=5)
    M, D = qsft.design(12, 4, 3, seed=5)
    values = (answers(truth, M, D) + 100).astype(np.float32)
    sk = qsft.decode(M, D, values, truth.alphabet)
    assert sk.spectrum.constant == pytest.approx(100, abs=1e-3)
    assert sk.r2 > 0.999999


def test_spectrum_of_a_real_model_is_conjugate_symmetric():
    truth = planted(12, 5, 20, 3, seed=0)
    M, D = qsft.design(12, 5, 2, seed=0)
    noise = np.random.default_rng(0).normal(size=(3, 3, 13, 25))
    sk = qsft.decode(M, D, answers(truth, M, D) + noise, truth.alphabet)
    assert len(sk.spectrum) > 1
    assert sk.spectrum.asymmetry < 1e-9


def test_noise_is_not_taken_for_signal_and_r2_is_honest():
    truth = planted(20, 4, 20, 3, seed=1)
    M, D = qsft.design(20, 4, 4, seed=1)
    clean = answers(truth, M, D)
    noisy = clean + np.random.default_rng(1).normal(scale=clean.std(), size=clean.shape)
    sk = qsft.decode(M, D, noisy, truth.alphabet)
    assert set(map(bytes, truth.frequencies)) <= set(map(bytes, sk.spectrum.frequencies))
    codes = truth.alphabet.random(4000, 20, seed=9)
    error = ((truth.evaluate(codes) - sk.spectrum.evaluate(codes)) ** 2).mean()
    fresh = 1 - (error + clean.var()) / (2 * clean.var())
    assert sk.r2_interval[0] - 0.02 <= fresh <= sk.r2_interval[1] + 0.02


def test_rows_held_out_are_not_in_the_fit():
    M, D = qsft.design(6, 4, 2, repeats=2, seed=0)
    patterns = patterns_of(M, D, 4)
    values = [np.random.default_rng(c).normal(size=(2, 7, 16)) for c in range(3)]
    held = HeldOut(patterns, values, np.random.default_rng(0))
    assert [len(p.offsets) for p in held.patterns] == [2, 2, 1]
    one, two = (set(map(bytes, rows[0])) for rows in (held.tune, held.test))
    block = set(map(bytes, patterns[2].at(np.arange(7 * 16, 2 * 7 * 16))))
    assert one | two <= block
    assert not set(held.tune[1]) & set(held.test[1])


def test_points_hidden_without_repeats_do_not_reach_the_fit():
    M, D = qsft.design(8, 4, 2, repeats=1, seed=0)
    truth = planted(8, 4, 4, 2, seed=0)
    values = answers(truth, M, D)
    held = HeldOut(patterns_of(M, D, 4), list(values), np.random.default_rng(0))
    spoiled = values.copy()
    spoiled[2][:, :, held.hidden] += 100.0
    level = qsft.best_level(held.patterns, list(spoiled), held.tune, truth.alphabet, held.hidden)
    other = qsft.best_level(held.patterns, list(values), held.tune, truth.alphabet, held.hidden)
    assert distinct(level.k)[0].tolist() == distinct(other.k)[0].tolist()
    assert np.allclose(level.F, other.F)
    assert any("share its offset" in note for note in qsft.decode(M, D, values, sz.DNA).notes)


def test_least_squares_tells_colliding_frequencies_apart():
    truth = planted(8, 4, 12, 3, seed=4)
    rng = np.random.default_rng(4)
    patterns = [draw_pattern(8, 4, 2, 3, rng) for _ in range(3)]
    bins = Bins(patterns, [p.predict(truth.frequencies, truth.coefficients) for p in patterns])
    bins.change(truth.frequencies, 0.5 * truth.coefficients)
    for _ in range(5):
        bins.refit()
    assert np.allclose(bins.F, truth.coefficients)
    assert bins.largest < 1e-12


def test_same_seed_same_answer_and_global_generator_untouched():
    truth = planted(12, 4, 10, 3, seed=0)
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, two = (
        qsft.sketch_by_qsft(truth.evaluate, 12, sz.DNA, 5000, seed=3).spectrum for _ in range(2)
    )
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    assert np.array_equal(one.frequencies, two.frequencies)
    assert np.array_equal(one.coefficients, two.coefficients)
    first, other = (qsft.design(8, 4, 2, seed=s)[0] for s in (0, 1))
    assert not np.array_equal(first, other)


# -- budgets -------------------------------------------------------------------------------
@pytest.mark.parametrize("q", ALL_Q)
def test_a_budget_is_never_exceeded(q):
    truth = planted(8, q, 6, 2, seed=q)
    least = 3 * 9 * q + 40
    for budget in (least, least + 1, 3000, 7777, 20_000):
        model = Counting(truth.evaluate)
        sk = qsft.sketch_by_qsft(model, 8, truth.alphabet, budget)
        assert model.rows == sk.n_queries <= budget
    with pytest.raises(ValueError, match=f"at least {least:,}"):
        qsft.sketch_by_qsft(truth.evaluate, 8, truth.alphabet, least - 1)


def test_noise_spends_the_budget_but_not_more():
    rng = np.random.default_rng(0)
    model = Counting(lambda codes: codes[:, 0] + rng.normal(size=len(codes)))
    sk = qsft.sketch_by_qsft(model, 10, sz.DNA, 6000)
    assert 5000 < model.rows == sk.n_queries <= 6000
    assert sk.r2 == pytest.approx(1.25 / 2.25, abs=0.12)


def test_one_more_pattern_frees_what_collided():
    stuck = 0
    for seed in range(12):
        truth = planted(20, 4, 50, 4, seed)
        M, D = qsft.design(20, 4, 3, repeats=1, seed=seed)
        three = qsft.decode(M, D, answers(truth, M, D), truth.alphabet)
        stuck += difference(three, truth) > 1e-3
        sk = qsft.sketch_by_qsft(truth.evaluate, 20, truth.alphabet, 8000, seed=seed)
        assert difference(sk, truth) < 1e-8
    assert stuck > 0


def test_one_more_pattern_keeps_to_what_is_left():
    rng = np.random.default_rng(0)
    first = draw_pattern(10, 4, 3, 2, rng)
    assert one_more(first, 64, 11 * 64 - 1, 8, rng) is None
    assert one_more(first, 64, 11 * 64, 8, rng).n_queries == 11 * 64
    assert one_more(first, 1, 500, 8, rng).n_queries <= 500


def test_plan_leaves_room_for_the_checks():
    for budget in (200, 1000, 10_000, 10**6):
        b, repeats, rows = design_sizes(8, 4, budget)
        assert 3 * repeats * 9 * 4**b + 2 * rows <= budget


@pytest.mark.parametrize("n", [20, 40])
def test_hundred_coefficients_of_order_four(n):
    exact = 0
    for seed in range(5):
        truth = planted(n, 4, 50, 4, seed)
        sk = qsft.sketch_by_qsft(truth.evaluate, n, truth.alphabet, 500 * n, seed=seed)
        exact += difference(sk, truth) < 1e-9
    assert exact == 5


# -- refusals ------------------------------------------------------------------------------
def test_refusals_say_what_is_wrong():
    M, D = qsft.design(5, 4, 2, seed=0)
    y = np.random.default_rng(0).normal(size=(3, 3, 6, 16))
    bad = y.copy()
    bad[1, 2, 3, 4] = np.nan
    with pytest.raises(ValueError, match="pattern 2, block 3, delay 4, point 5"):
        qsft.decode(M, D, bad, sz.DNA)
    with pytest.raises(ValueError, match=r"answers of shape \(3, 3, 6, 16\)"):
        qsft.decode(M, D, y[:2], sz.DNA)
    with pytest.raises(ValueError, match=r"goes with delays \(3, P, 6, 5\)"):
        qsft.decode(M, D[:, :, :4], y, sz.DNA)
    with pytest.raises(ValueError, match=r"shape \(C, n, b\)"):
        qsft.decode(M[0], D, y, sz.DNA)
    with pytest.raises(ValueError, match="b at most n"):
        qsft.decode(np.ones((3, 5, 6), int), D, y, sz.DNA)
    with pytest.raises(ValueError, match=r"entries lie in 0\.\.3"):
        qsft.decode(M.astype(int) + 4, D, y, sz.DNA)
    with pytest.raises(ValueError, match="delays of pattern 2"):
        qsft.decode(M, np.concatenate([D[:1], D[1:, :, ::-1]]), y, sz.DNA)
    with pytest.raises(TypeError, match="whole numbers"):
        qsft.decode(M.astype(float), D, y, sz.DNA)
    with pytest.raises(TypeError, match="real numbers"):
        qsft.decode(M, D, y.astype(complex), sz.DNA)
    with pytest.raises(TypeError, match="Alphabet"):
        qsft.decode(M, D, y, "ACGT")
    with pytest.raises(ValueError, match="constant has nothing to explain"):
        qsft.decode(M, D, np.ones_like(y), sz.DNA)
    with pytest.raises(ValueError, match="constant has nothing to explain"):
        qsft.sketch_by_qsft(lambda codes: np.ones(len(codes)), 5, sz.DNA, 1000)
    with pytest.raises(ValueError, match="b lies between 1 and"):
        qsft.design(5, 4, 6)


def test_a_model_that_fails_is_named():
    with pytest.raises(sz.ModelError, match="not finite"):
        qsft.sketch_by_qsft(lambda codes: np.full(len(codes), np.nan), 5, sz.DNA, 1000)


def test_r_squared_of_a_constant_truth():
    assert r_squared(np.ones(5), np.ones(5), 0)[0] == 1
    assert r_squared(np.ones(5), np.zeros(5), 0)[0] == 0


# -- the paper's own queries ---------------------------------------------------------------
@pytest.mark.skipif(
    not sz.data.available("guide_rna/tiger_recorded_queries.npz"),
    reason="needs the reference data: tools/reference/fetch.py, then SHAPZERO_LITE_DATA",
)
def test_recorded_queries_of_the_paper_hold_more_than_it_found():
    recorded, test, published = (
        np.load(sz.data.path(f"guide_rna/tiger_{name}.npz"), allow_pickle=False)
        for name in ("recorded_queries", "recorded_test", "published_spectrum")
    )
    sk = qsft.decode(
        recorded["subsampling"], recorded["delays"], recorded["values"], sz.Alphabet("ACTG")
    )
    y = test["values"]
    error = y - sk.spectrum.evaluate(test["sequences"])
    r2 = 1 - (error**2).sum() / ((y - y.mean()) ** 2).sum()
    assert r2 >= 0.545
    assert sk.r2_interval[0] <= r2 <= sk.r2_interval[1]
    have = set(map(bytes, sk.spectrum.frequencies))
    power = np.abs(published["coefficients"]) ** 2
    shared = np.array([bytes(k) in have for k in published["frequencies"]])
    assert power[shared].sum() >= 0.9 * power.sum()
