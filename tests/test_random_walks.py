"""Corrected values against exact Shapley values, their errors against what they really are."""

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.explaining import walk_values
from shapzero_lite.explaining.free_level import FreeLevel
from shapzero_lite.explaining.random_walks import (
    least_extra,
    student_quantile,
    walked_positions,
)


def bent(codes):
    """Terms of every order, and no position like another."""
    return np.tanh(np.sin(codes.astype(float) @ np.arange(1.0, codes.shape[1] + 1)) + codes[:, 0])


def exact(model, codes, q):
    alphabet = sz.Alphabet.of_size(q)
    return np.stack([sz.exact_shapley(model, x, alphabet=alphabet) for x in codes])


@pytest.mark.parametrize(("q", "n", "extra"), [(4, 5, 20_000), (2, 8, 20_000), (5, 3, 4_000)])
def test_walks_find_the_exact_values_within_their_errors(q, n, extra):
    codes = sz.Alphabet.of_size(q).random(6, n, seed=n)
    values, errors, _ = walk_values(bent, codes, q, extra, seed=1)
    truth = exact(bent, codes, q)
    assert (errors < 0.1 * np.abs(truth).max()).all()
    np.testing.assert_array_less(np.abs(values - truth), 4 * errors + 1e-12)


def test_the_mean_of_many_small_runs_is_the_truth():
    codes = sz.DNA.random(3, 4, seed=0)
    truth = exact(bent, codes, 4)
    runs = np.stack([walk_values(bent, codes, 4, least_extra(4), s)[0] for s in range(1500)])
    error = runs.std(axis=0, ddof=1) / np.sqrt(len(runs))
    np.testing.assert_array_less(np.abs(runs.mean(axis=0) - truth), 4 * error)


def test_the_standard_errors_are_honest():
    codes = sz.DNA.random(4, 5, seed=2)
    truth = exact(bent, codes, 4)
    z = []
    for seed in range(200):
        values, errors, _ = walk_values(bent, codes, 4, 1000, seed)
        z.append((values - truth) / errors)
    z = np.array(z)
    assert (z**2).mean() == pytest.approx(1.0, abs=0.1)
    assert (np.abs(z) < 1.645).mean() == pytest.approx(0.9, abs=0.02)
    assert np.abs(z.mean(axis=0)).max() < 4 / np.sqrt(200)


@pytest.mark.parametrize("extra", [39, 40, 500, 1001])
@pytest.mark.parametrize("count", [1, 7])
def test_no_more_rows_are_asked_than_paid_for(extra, count):
    model = Counting(bent)
    codes = sz.DNA.random(count, 10, seed=0)
    values, errors, rows = walk_values(model, codes, 4, extra, seed=0)
    assert model.rows == rows <= extra * count
    assert rows > (extra - 19) * count  # and no pair that could be paid is left out
    assert values.shape == errors.shape == codes.shape


def test_the_sum_of_the_values_is_the_model_against_the_starts():
    # Every walk ends at x, so the sum is f(x) less the mean of f over the starts: its error too.
    codes = sz.DNA.random(5, 4, seed=3)
    values, errors, _ = walk_values(bent, codes, 4, 30_000, seed=5)
    mean = bent(sz.DNA.all_sequences(4)).mean()
    np.testing.assert_allclose(values.sum(axis=1), bent(codes) - mean, atol=0.02)
    assert (errors > 0).all()


def test_a_residual_of_order_one_costs_no_second_pair_of_orders():
    # The credit of a position then depends on the start alone, not on the order of the walk.
    def first_order(x):
        return np.array([0.0, 1.0, 5.0, 2.0])[x].sum(axis=1)

    codes = np.zeros((1, 6), np.uint8)
    values, errors, _ = walk_values(first_order, codes, 4, 50_000, seed=0)
    np.testing.assert_array_less(np.abs(values + 2.0), 4 * errors)


@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_a_wave_of_more_letters_makes_more_noise(m):
    def wave(x):
        return np.sqrt(2) * np.cos(np.pi / 2 * x.sum(axis=1))  # of variance 1

    starts, pairs = sz.DNA.random(4_000, m, seed=m), 4
    _, errors, _ = walk_values(wave, starts, 4, 1 + pairs * (2 * m - 1), seed=0)
    of_pair = (errors**2).mean(axis=0).sum() * pairs
    np.testing.assert_allclose(of_pair, m - 1 / m if m > 1 else 1, rtol=0.05)


def test_blocks_of_sequences_change_nothing_but_the_draw(monkeypatch):
    codes = sz.DNA.random(9, 4, seed=1)
    monkeypatch.setattr("shapzero_lite.explaining.random_walks._ROWS", 1)
    model = Counting(bent)
    values, errors, rows = walk_values(model, codes, 4, 4000, seed=0)
    assert model.rows == rows
    np.testing.assert_array_less(np.abs(values - exact(bent, codes, 4)), 5 * errors)


def test_the_seed_decides():
    codes = sz.DNA.random(2, 5, seed=1)
    first, again, other = (walk_values(bent, codes, 4, 200, seed)[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("extra", [0, 1, 19, 38, -5])
def test_too_few_extra_queries_name_the_least(extra):
    model = Counting(bent)
    assert least_extra(10) == 39
    with pytest.raises(ValueError, match=rf"extra={extra} .* 39 pay for two pairs"):
        walk_values(model, sz.DNA.random(1, 10, seed=0), 4, extra, seed=0)
    assert model.rows == 0


# -- through the explainer ---------------------------------------------------------------
def sketched(budget=3000):
    model = Counting(lambda x: 3 * bent(x), n=7, alphabet=sz.DNA)
    return model, sz.sketch(model, budget=budget, method="samples", progress=False)


@pytest.mark.parametrize("shrink", [False, True])
def test_corrected_explanations_keep_to_extra_and_count_it(shrink):
    model, made = sketched()
    codes = sz.DNA.random(20, 7, seed=9)
    before = model.rows
    e = sz.Explainer(made).explain(codes, model=model, extra=300, shrink=shrink)
    assert model.rows - before == e.n_queries <= 300 * 20
    assert e.standard_error.shape == e.values.shape
    np.testing.assert_allclose(e.model_values, model.function(codes))


def test_correction_is_unbiased_and_shrinking_lowers_the_error_of_both():
    model, made = sketched()
    codes = sz.DNA.random(60, 7, seed=4)
    truth = exact(model.function, codes, 4)
    explainer = sz.Explainer(made)
    alone = explainer.explain(codes)
    plain = explainer.explain(codes, model=model, extra=150)
    shrunken = explainer.explain(codes, model=model, extra=150, shrink=True)

    def error(e):
        return ((e.values - truth) ** 2).mean()

    assert error(shrunken) < min(error(alone), error(plain))

    def held(e, truth):
        low, high = e.interval(0.9)
        return ((low <= truth) & (truth <= high)).mean()

    assert 0.8 <= held(alone, truth) <= 0.97
    assert 0.8 <= held(plain, truth) <= 0.97
    # What single letters leave is one number for all sequences: from 60 it is hardly told, and
    # intervals are wide for a model of which they leave little; 2,000 tell it.
    assert held(shrunken, truth) >= 0.8
    many = sz.DNA.random(2_000, 7, seed=4)
    e = explainer.explain(many, model=model, extra=150, shrink=True)
    assert 0.8 <= held(e, exact(model.function, many, 4)) <= 0.97
    long = explainer.explain(codes[:4], model=model, extra=20_000)
    assert (np.abs(long.values - truth[:4]) < 4 * long.standard_error).mean() > 0.99


def test_a_spectrum_alone_can_be_corrected_too():
    toy = sz.models.toy(n=6, seed=2)
    codes = sz.DNA.random(30, 6, seed=0)
    truth = sz.shapley_values(toy.spectrum, codes)
    explainer = sz.Explainer(0.5 * toy.spectrum)
    assert explainer.explain(codes).standard_error is None
    e = explainer.explain(codes, model=toy, extra=1000, shrink=True)
    assert ((e.values - truth) ** 2).mean() < 0.2 * ((0.5 * truth) ** 2).mean()


def test_one_position_is_corrected_too():
    model = Counting(lambda x: x[:, 0] ** 2.0, n=1, alphabet=sz.DNA)
    made = sz.sketch(model, alphabet=sz.DNA, progress=False)
    codes = np.array([[0], [3]], np.uint8)
    before = model.rows
    e = sz.Explainer(0.5 * made.spectrum).explain(codes, model=model, extra=2000)
    assert model.rows - before == e.n_queries <= 4000
    assert (np.abs(e.values - [[-3.5], [5.5]]) < 4 * e.standard_error).all()


def test_extra_without_a_model_or_with_too_little_says_what_would_do():
    model, made = sketched()
    explainer = sz.Explainer(made)
    codes = sz.DNA.random(1, 7, seed=0)
    with pytest.raises(ValueError, match="give model=f"):
        explainer.explain(codes, extra=500)
    with pytest.raises(ValueError, match="shrink=True is about the queries of extra="):
        explainer.explain(codes, model=model, shrink=True)
    with pytest.raises(ValueError, match=r"extra=26 .* 27 pay for two pairs"):
        explainer.explain(codes, model=model, extra=26)
    before = model.rows
    assert explainer.explain(codes, model=model, extra=27).n_queries == 27 == model.rows - before


def test_a_correction_against_another_background_is_unbiased_for_it():
    model, made = sketched()
    background = np.random.default_rng(0).dirichlet(np.ones(4), size=7)
    codes = sz.DNA.random(2, 7, seed=0)
    e = sz.Explainer(made, background=background).explain(codes, model=model, extra=20_000)
    f = model.function
    truth = [sz.exact_shapley(f, x, alphabet=sz.DNA, background=background) for x in codes]
    np.testing.assert_array_less(np.abs(e.values - truth), 4 * e.standard_error + 1e-12)


@pytest.mark.parametrize("share", [0.6, 0.9, 0.95, 0.975])
@pytest.mark.parametrize("degrees", [1, 2, 3, 5, 8, 100, np.inf])
def test_students_quantile_is_scipys(share, degrees):
    stats = pytest.importorskip("scipy.stats")
    assert student_quantile(share, degrees) == pytest.approx(stats.t.ppf(share, degrees), rel=0.015)
    assert student_quantile(1 - share, degrees) == pytest.approx(-student_quantile(share, degrees))


@pytest.mark.parametrize("kind", ["letters", "set"])
def test_walks_from_any_background_find_its_values(kind):
    letters = sz.Letters(
        [[0.7, 0.1, 0.1, 0.1], [0, 0, 1, 0], [0.5, 0, 0.5, 0], [0.1, 0.2, 0.3, 0.4]], sz.DNA
    )
    codes = letters.draw(4, np.random.default_rng(0))
    background = letters if kind == "letters" else sz.DNA.random(30, 4, seed=5)
    values, errors, _ = walk_values(bent, codes, 4, 20_000, seed=1, background=background)
    given = letters.probabilities if kind == "letters" else background
    truth = [sz.exact_shapley(bent, x, alphabet=sz.DNA, background=given) for x in codes]
    np.testing.assert_array_less(np.abs(values - truth), 4 * errors + 1e-12)
    if kind == "letters":
        assert not values[:, 1].any()


def test_fixed_positions_are_never_walked():
    letters = sz.Letters.fixed("ACGTACGTAC", [2, 5])
    seen = Counting(bent)
    codes = letters.draw(3, np.random.default_rng(0))
    extra = least_extra(2)
    _, _, rows = walk_values(seen, codes, 4, extra, seed=0, background=letters)
    assert rows == seen.rows == 3 * extra


def planted(x):
    return 1.0 * (x[:, 0] == 1) + 2.0 * (x[:, 1] == 2)


NOTHING = sz.Spectrum([[0] * 3], [0.0], alphabet=sz.DNA)


@pytest.mark.parametrize("shrink", [False, True])
def test_a_sequence_with_another_letter_than_the_fixed_one_is_walked_there(shrink):
    letters = sz.Letters([[1, 0, 0, 0], [0.25] * 4, [0.25] * 4], sz.DNA)
    model = Counting(planted)
    explainer = sz.Explainer(NOTHING, background=letters)
    e = explainer.explain(["CGA", "AGA"], model=model, extra=4000, shrink=shrink)
    truth = np.array([[1, 1.5, 0], [0, 1.5, 0]])
    np.testing.assert_array_less(np.abs(e.values - truth), 4 * e.standard_error + 0.005)
    assert model.rows == e.n_queries <= 8000
    # With the letter of the background everywhere, that position costs nothing again.
    codes = sz.DNA.encode(["AGA", "ACT"])
    assert walked_positions(codes, letters).tolist() == [1, 2]
    assert walked_positions(codes[:0], letters).tolist() == [1, 2]
    assert walked_positions(codes, None).tolist() == [0, 1, 2]
    explainer.explain(codes, model=planted, extra=least_extra(2), shrink=shrink)
    with pytest.raises(ValueError, match="11 pay for two pairs of walks over 3 positions"):
        explainer.explain(["CGA"], model=planted, extra=least_extra(2), shrink=shrink)


@pytest.mark.parametrize("shrink", [False, True])
def test_against_one_sequence_as_letters(shrink):
    explainer = sz.Explainer(NOTHING, background=sz.Letters.around("AAA", 0, sz.DNA))
    model = Counting(planted)
    e = explainer.explain(["AAA"], model=model, extra=100, shrink=shrink)
    assert model.rows == e.n_queries == 1
    assert not e.values.any()
    assert not e.standard_error.any()
    assert e.degrees == np.inf
    both = explainer.explain(["CGA", "AAA"], model=model, extra=100, shrink=shrink)
    np.testing.assert_allclose(both.values, [[1, 2, 0], [0, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(both.interval(0.9), [both.values] * 2, atol=1e-12)


def test_what_walks_miss_of_the_sum_goes_to_positions_that_act():
    letters = sz.Letters([[1, 0, 0, 0], [0.25] * 4, [0.25] * 4], sz.DNA)
    codes = sz.DNA.encode(["CGA", "AGA"])
    values, _, _ = walk_values(planted, codes, 4, 60, 0, background=letters, mean=0.5)
    np.testing.assert_allclose(values.sum(axis=1), planted(codes) - 0.5)
    assert values[1, 0] == 0


def test_free_walks_of_letters_that_are_fixed():
    start = sz.Letters.around("AAA", 0, sz.DNA)
    level = FreeLevel(planted, lambda x: 0.0 * x[:, 0], (3, 4), start, None, seed=0)
    codes = sz.DNA.encode(["CGA", "AAA"])
    for values, errors, _ in (level.by_walks(codes, 4, 0), level.by_letters(codes, 0)):
        np.testing.assert_allclose(values, [[1, 2, 0], [0, 0, 0]], atol=1e-9)
        assert errors.max() < 1e-9
    values, errors, degrees = level.by_walks(codes[1:], 4, 0)
    assert (values.any(), errors.any(), degrees) == (False, False, np.inf)
