import brute_force
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import ridge
from shapzero_lite.sketching.ridge import fit_spectrum, split


def r2(truth, estimate):
    return 1 - ((truth - estimate) ** 2).mean() / truth.var()


@pytest.mark.parametrize(("q", "n", "rows"), [(2, 8, 400), (3, 6, 600), (4, 6, 900), (5, 4, 900)])
def test_a_function_of_order_two_is_recovered(q, n, rows):
    alphabet = sz.Alphabet.of_size(q)
    k, F = brute_force.random_spectrum(q, n, 15, seed=q, max_order=2)
    codes = alphabet.random(rows, n, seed=1)
    fitted = fit_spectrum(codes, brute_force.evaluate(k, F, q, codes), alphabet, seed=0)
    new = alphabet.random(500, n, seed=2)
    truth = brute_force.evaluate(k, F, q, new)
    np.testing.assert_allclose(fitted.evaluate(new), truth, atol=1e-8 * np.abs(F).sum())
    assert fitted.asymmetry < 1e-10
    assert fitted.variance_by_order()[:2].sum() > 1 - 1e-10


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("shift", [0.0, -1e3, 1e7])
def test_the_units_and_a_constant_change_nothing_else(shift, scale):
    # Found here, in the first learner: a large constant set the stopping rule of the fit.
    codes = sz.DNA.random(600, 5, seed=3)
    y = (codes[:, 0] == 1) * (codes[:, 3] == 2) + 0.5 * (codes[:, 4] == 0)
    plain = fit_spectrum(codes, y, sz.DNA, seed=0)
    moved = fit_spectrum(codes, scale * (y + shift), sz.DNA, seed=0)
    expected = scale * (plain.evaluate(codes) + shift)
    np.testing.assert_allclose(moved.evaluate(codes), expected, rtol=1e-12, atol=1e-6 * scale)


def test_noise_alone_is_mostly_refused_by_the_penalty():
    rng = np.random.default_rng(0)
    codes = sz.DNA.random(600, 6, seed=0)
    fitted = fit_spectrum(codes, rng.normal(size=600), sz.DNA, seed=0)
    assert fitted.energy_by_order()[1:].sum() < 0.15


def test_letters_and_positions_that_never_vary_do_no_harm():
    codes = sz.DNA.random(800, 6, seed=4)
    codes[:, 2] = 3
    codes[codes[:, 4] == 1, 4] = 0
    y = 1.0 + (codes[:, 0] == 2) * (codes[:, 5] == 1)
    fitted = fit_spectrum(codes, y, sz.DNA, seed=0)
    assert r2(y, fitted.evaluate(codes)) > 0.99


def test_the_same_seed_gives_the_same_numbers_and_the_caller_keeps_his():
    codes, y = sz.DNA.random(300, 5, seed=1), np.random.default_rng(1).normal(size=300)
    kept_codes, kept_y = codes.copy(), y.copy()
    first = fit_spectrum(codes, y, sz.DNA, seed=5)
    second = fit_spectrum(codes, y, sz.DNA, seed=5)
    np.testing.assert_array_equal(first.coefficients, second.coefficients)
    np.testing.assert_array_equal(codes, kept_codes)
    np.testing.assert_array_equal(y, kept_y)


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5])
def test_no_sequence_stands_on_both_sides_of_a_split(share):
    codes = sz.DNA.random(2000, 4, seed=0)  # 256 sequences, so nearly every one repeated
    kept, held = split(codes, share, seed=1)
    assert sorted([*kept, *held]) == list(range(2000))
    kept_words = set(map(tuple, codes[kept].tolist()))
    held_words = set(map(tuple, codes[held].tolist()))
    assert not kept_words & held_words
    assert len(held_words) == max(1, round(share * len(kept_words | held_words)))
    again = split(codes, share, seed=1)
    np.testing.assert_array_equal(held, again[1])
    if share > 0.01:
        assert set(held.tolist()) != set(split(codes, share, seed=2)[1].tolist())


def test_of_many_rows_a_part_chooses_and_all_are_fitted(monkeypatch):
    rng = np.random.default_rng(0)
    model = sz.models.toy(n=8, terms=60, max_order=2, seed=1)
    codes, new = sz.DNA.random(9000, 8, seed=0), sz.DNA.random(3000, 8, seed=1)
    y, truth = model(codes) + 2 * rng.normal(size=9000), model(new)
    whole = fit_spectrum(codes, y, sz.DNA, seed=0)
    monkeypatch.setattr(ridge, "MOST_CHOOSING", 2000)
    seen = []
    with_order = ridge.with_order

    def watched(state, candidates, inside, outside, make):
        seen.append(len(inside.y) + len(outside.y))
        return with_order(state, candidates, inside, outside, make)

    monkeypatch.setattr(ridge, "with_order", watched)
    part = fit_spectrum(codes, y, sz.DNA, seed=0)
    assert set(seen) == {2000}
    few = fit_spectrum(codes[:2000], y[:2000], sz.DNA, seed=0)
    error = [((truth - s.evaluate(new)) ** 2).mean() for s in (whole, part, few)]
    assert error[1] < 1.1 * error[0] < 0.5 * error[2]


def test_more_coefficients_are_kept_only_where_rows_outside_say_so(monkeypatch):
    monkeypatch.setattr(ridge, "_KEPT", 40)
    codes, new = sz.DNA.random(6000, 8, seed=0), sz.DNA.random(2000, 8, seed=1)
    kept = []
    for terms in (10, 120):
        model = sz.models.toy(n=8, terms=terms, max_order=2, seed=1)
        fitted = fit_spectrum(codes, model(codes), sz.DNA, seed=0)
        kept.append(len(fitted))
        assert r2(model(new), fitted.evaluate(new)) > 0.99
    assert kept[0] == 40
    assert 40 < kept[1] <= 320
    assert len(fit_spectrum(codes, model(codes), sz.DNA, seed=0, max_coefficients=40)) == 40
