"""What a sketch misses is planted here, so the error that is estimated can be counted."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching.value_errors import partners, standard_errors


def planted(q, n, orders, seed, count=60):
    """A residual: waves of the given orders, position 0 oftener than the last."""
    rng = np.random.default_rng(seed)
    weight = np.linspace(2.0, 0.5, n)
    k = np.zeros((count, n), np.uint8)
    for row in k:
        d = rng.choice(orders)
        row[rng.choice(n, d, replace=False, p=weight / weight.sum())] = rng.integers(1, q, d)
    F = rng.normal(size=count) + 1j * rng.normal(size=count)
    both = np.concatenate([k, (q - k) % q])
    made = sz.Spectrum(both, np.concatenate([F, F.conj()]), alphabet=sz.Alphabet.of_size(q))
    assert made.asymmetry < 1e-12
    return made


def exact_errors(residual):
    """The root mean square, over all sequences, of the Shapley value of every position."""
    k, power = residual.frequencies, np.abs(residual.coefficients) ** 2
    d = np.maximum(residual.orders, 1)
    return np.sqrt(((k != 0) * (power / d**2)[:, None]).sum(axis=0))


def estimate(residual, rows, seed, held=2000):
    n, letters = residual.n, sz.Letters.uniform(residual.n, residual.alphabet)
    # Another seed: the same one would redraw the very letters that stand there.
    codes = residual.alphabet.random(held, n, seed=seed + 1000)
    beside, kind = partners(codes, letters, rows, np.random.default_rng(seed))
    return standard_errors(residual.evaluate(codes), residual.evaluate(beside), kind, letters)


def test_the_oracle_of_these_tests_is_the_mean_square_over_all_sequences():
    residual = planted(4, 4, [1, 2, 3], seed=0)
    values = sz.shapley_values(residual, sz.DNA.all_sequences(4))
    # A position's energy counts |R[k]|²/|k|² of every k, k and -k alike.
    np.testing.assert_allclose(
        np.sqrt((values**2).mean(axis=0)), exact_errors(residual), rtol=1e-10
    )


@pytest.mark.parametrize(
    ("q", "n", "orders"),
    [(4, 12, [3]), (4, 12, [2, 3, 4]), (2, 20, [2, 3, 4, 5]), (5, 8, [1, 2]), (3, 10, [4, 5])],
)
def test_errors_of_a_planted_residual_are_found_at_every_position(q, n, orders):
    # Many waves, so that every position has about the same mix of orders, as is assumed.
    residual = planted(q, n, orders, seed=n, count=800)
    truth = exact_errors(residual)
    found = np.mean([estimate(residual, 20_000, seed) for seed in range(3)], axis=0)
    assert np.sqrt((found**2).sum()) == pytest.approx(np.sqrt((truth**2).sum()), rel=0.15)
    np.testing.assert_allclose(found, truth, rtol=0.25)
    assert np.corrcoef(found, truth)[0, 1] > 0.9


def test_few_rows_are_no_worse_than_a_factor():
    residual = planted(4, 20, [2, 3, 4], seed=7)
    truth = np.sqrt((exact_errors(residual) ** 2).sum())
    found = [np.sqrt((estimate(residual, 600, seed, 200) ** 2).sum()) for seed in range(20)]
    assert np.median(found) == pytest.approx(truth, rel=0.2)
    assert min(found) > 0.55 * truth
    assert max(found) < 1.8 * truth


def test_errors_scale_with_the_units():
    residual = planted(4, 8, [2, 3], seed=3)
    np.testing.assert_allclose(
        estimate(1e5 * residual, 2000, 0), 1e5 * estimate(residual, 2000, 0), rtol=1e-10
    )


def test_a_position_that_nothing_depends_on_gets_little():
    residual = planted(4, 10, [2, 3], seed=4)
    k = residual.frequencies.copy()
    k[:, 6] = 0
    found = estimate(sz.Spectrum(k, residual.coefficients, alphabet=sz.DNA), 20_000, seed=1)
    assert found[6] < 0.25 * np.median(found)


def test_nothing_missed_is_an_error_of_nothing():
    codes = sz.DNA.random(100, 6, seed=0)
    letters = sz.Letters.uniform(6, sz.DNA)
    kind = partners(codes, letters, 200, np.random.default_rng(0))[1]
    found = standard_errors(np.zeros(100), np.zeros(200), kind, letters)
    assert np.isfinite(found).all()
    assert (found < 1e-100).all()


@pytest.mark.parametrize("count", [1, 7, 23, 24, 25, 500, 2001])
@pytest.mark.parametrize("held", [1, 10, 300])
def test_partners_are_as_many_as_asked_and_only_the_said_letters_differ(count, held):
    q, n = 4, 12
    codes = sz.DNA.random(held, n, seed=held)
    kept = codes.copy()
    beside, kind = partners(codes, sz.Letters.uniform(n, sz.DNA), count, np.random.default_rng(1))
    assert beside.shape == (count, n)
    assert beside.dtype == np.uint8
    assert kind.shape == (count, 2)
    np.testing.assert_array_equal(codes, kept)
    row, position = kind.T
    assert ((row >= 0) & (row < held)).all()
    assert ((position >= -1) & (position < n)).all()
    assert (beside < q).all()
    one = position >= 0
    elsewhere = np.arange(n) != position[:, None]
    assert ((beside == codes[row]) | ~elsewhere)[one].all()
    # Of those of one letter, all positions get the same number.
    drawn = np.bincount(position[one], minlength=n)
    assert (drawn == drawn[0]).all()


def test_redrawn_letters_are_uniform_and_some_are_kept_at_every_rate():
    codes = np.zeros((50, 10), np.uint8)
    letters = sz.Letters.uniform(10, sz.DNA)
    beside, kind = partners(codes, letters, 40_000, np.random.default_rng(0))
    one = kind[:, 1] >= 0
    drawn = beside[one, kind[one, 1]]
    share = np.bincount(drawn, minlength=4) / len(drawn)
    np.testing.assert_allclose(share, 0.25, atol=4 * np.sqrt(0.25 * 0.75 / len(drawn)))
    changed = (beside[~one] != 0).mean(axis=1)
    # Kept with log-uniform probability from 0.05 to 1, which is 0.317 on average.
    expected = 0.75 * (1 - 0.95 / np.log(20))
    assert changed.mean() == pytest.approx(expected, abs=0.01)
    assert changed.std() > 0.2


def test_a_fixed_position_is_neither_redrawn_nor_wrong():
    letters = sz.Letters([[1, 0, 0, 0], [0.5, 0.5, 0, 0], [0.1, 0.2, 0.3, 0.4]], sz.DNA)
    rng = np.random.default_rng(0)
    codes = letters.draw(300, rng)
    beside, kind = partners(codes, letters, 2000, rng)
    letters.check(beside)
    assert set(kind[:, 1]) == {-1, 1, 2}
    missed = lambda x: (x[:, 2] == 3) - 0.4  # noqa: E731
    found = standard_errors(missed(codes), missed(beside), kind, letters)
    assert found[0] == 0
    assert found[1] < 0.2 * found[2]
    # Over all sequences the value of position 3 has the variance of the letter: 0.4 × 0.6.
    assert found[2] == pytest.approx(np.sqrt(0.24), rel=0.15)


def test_few_redraws_lean_on_where_interactions_were_found():
    n, letters = 20, sz.Letters.uniform(20, sz.DNA)
    known, beyond = (planted(4, n, [3], seed=seed, count=400) for seed in (5, 6))
    together = known.sobol_total() - known.sobol_first()
    truth, off = exact_errors(beyond), {"alone": [], "leaning": []}
    for seed in range(20):
        codes = sz.DNA.random(200, n, seed=seed + 1000)
        beside, kind = partners(codes, letters, 400, np.random.default_rng(seed))
        # The squares have heavy tails, as those of real models have: a few rows miss a lot.
        heavy = np.random.default_rng(seed + 500).pareto(2.5, 200)
        here = beyond.evaluate(codes) * heavy
        there = beyond.evaluate(beside) * heavy[kind[:, 0]]
        for name, likely in (("alone", None), ("leaning", together)):
            found = standard_errors(here, there, kind, letters, likely)
            off[name].append(np.log(found / truth).std())
    assert np.mean(off["leaning"]) < 0.5 * np.mean(off["alone"])


def test_interactions_that_tell_nothing_are_not_leaned_on():
    n, letters, beyond = 20, sz.Letters.uniform(20, sz.DNA), planted(4, 20, [3], 6, count=400)
    elsewhere = np.where(np.arange(n) % 2, 1.0, 1e-6)
    off = {"alone": [], "misled": []}
    for seed in range(10):
        codes = sz.DNA.random(500, n, seed=seed + 1000)
        beside, kind = partners(codes, letters, 1600, np.random.default_rng(seed))
        rows = beyond.evaluate(codes), beyond.evaluate(beside), kind, letters
        for name, likely in (("alone", None), ("misled", elsewhere)):
            off[name].append(np.log(standard_errors(*rows, likely) / exact_errors(beyond)).std())
    assert np.mean(off["misled"]) < 1.5 * np.mean(off["alone"])


@pytest.mark.parametrize("likely", [np.zeros(10), np.full(10, -1e-18)])
def test_without_interactions_found_nothing_is_leaned_on(likely):
    residual, letters = planted(4, 10, [2, 3], seed=4), sz.Letters.uniform(10, sz.DNA)
    codes = sz.DNA.random(100, 10, seed=3)
    beside, kind = partners(codes, letters, 400, np.random.default_rng(0))
    rows = residual.evaluate(codes), residual.evaluate(beside), kind, letters
    np.testing.assert_array_equal(standard_errors(*rows, likely), standard_errors(*rows))


def test_without_redraws_of_one_letter_nothing_is_leaned_on():
    letters, residual = sz.Letters.uniform(8, sz.DNA), planted(4, 8, [2, 3], seed=1)
    codes = sz.DNA.random(20, 8, seed=0)
    beside, kind = partners(codes, letters, 10, np.random.default_rng(0))  # fewer than positions
    assert (kind[:, 1] == -1).all()
    rows = residual.evaluate(codes), residual.evaluate(beside), kind, letters
    found = standard_errors(*rows, np.arange(8.0))
    np.testing.assert_array_equal(found, standard_errors(*rows))
    assert (found > 0).all()
