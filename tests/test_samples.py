"""What is accepted as samples, and how sequences are drawn."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import samples


def test_values_become_floats_one_a_sequence():
    codes = sz.DNA.random(4, 5, seed=0)
    for given in ([1, 2, 3, 4], np.array([1, 0, 1, 1], bool), np.arange(4, dtype=np.float32)):
        found = samples.checked_values(given, codes, sz.DNA)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, given)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_named_with_its_sequence(bad):
    codes = sz.DNA.encode(["ACGT", "TTTT", "GGGG"])
    with pytest.raises(ValueError, match=r"sequence 2 \(TTTT\) is .*; 2 of 3 values"):
        samples.checked_values([1.0, bad, bad], codes, sz.DNA)


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([1, 2], ValueError, r"3 sequences need 3 values; got shape \(2,\)"),
        ([[1], [2], [3]], ValueError, r"got shape \(3, 1\)"),
        (["1", "2", "3"], TypeError, "real numbers"),
        ([1j, 2, 3], TypeError, "real numbers"),
        ([None, 1, 2], TypeError, "real numbers"),
    ],
)
def test_values_of_another_kind_or_number_are_refused(values, error, message):
    with pytest.raises(error, match=message):
        samples.checked_values(values, sz.DNA.random(3, 4, seed=0), sz.DNA)


def test_a_seed_is_a_whole_number():
    assert samples.checked_seed(np.int64(7)) == 7
    for bad in (-1, 1.5, None, "1"):
        with pytest.raises(ValueError, match="seed is a whole number from 0"):
            samples.checked_seed(bad)


def test_constants_are_refused_and_nothing_else():
    with pytest.raises(ValueError, match="the samples hold 2 for all 3 sequences"):
        samples.refuse_constant(np.full(3, 2.0), "the samples hold")
    samples.refuse_constant(np.array([2.0, 2.0, 2.0 + 1e-15]), "the samples hold")


def test_too_few_rows_or_too_few_different_ones_are_refused():
    least = samples.least_samples(6, 4)
    assert least == 2 * 19 + 20
    samples.refuse_too_few(sz.DNA.random(least, 6, seed=0), 4)
    with pytest.raises(ValueError, match=f"57 samples are too few .* at least {least}"):
        samples.refuse_too_few(sz.DNA.random(least - 1, 6, seed=0), 4)
    repeated = np.repeat(sz.DNA.random(19, 6, seed=0), 10, axis=0)
    with pytest.raises(ValueError, match="190 samples are only 19 different sequences"):
        samples.refuse_too_few(repeated, 4)


@pytest.mark.parametrize(("n", "count"), [(3, 64), (3, 10), (8, 5000), (11, 3000)])
def test_small_spaces_are_drawn_without_repeats(n, count):
    codes = samples.draw(sz.DNA, n, count, np.random.default_rng(0))
    assert codes.shape == (count, n)
    assert codes.dtype == np.uint8
    assert len(np.unique(codes, axis=0)) == count
    assert codes.max() < 4


@pytest.mark.parametrize("n", [8, 30])
def test_draws_are_uniform_at_every_position_and_over_pairs(n):
    codes = samples.draw(sz.DNA, n, 20_000, np.random.default_rng(1))
    for column in codes.T:
        share = np.bincount(column, minlength=4) / len(codes)
        np.testing.assert_allclose(share, 0.25, atol=5 * np.sqrt(0.1875 / len(codes)))
    both = np.bincount(4 * codes[:, 0] + codes[:, 1], minlength=16) / len(codes)
    np.testing.assert_allclose(both, 1 / 16, atol=5 * np.sqrt(0.06 / len(codes)))


def test_a_complete_table_is_seen_in_any_order_and_repeats_are_averaged():
    every = sz.DNA.all_sequences(3)
    y = np.random.default_rng(0).normal(size=64)
    order = np.random.default_rng(1).permutation(64)
    table = samples.complete_table(every[order], y[order], 4)
    np.testing.assert_allclose(table.ravel(), y)
    twice = samples.complete_table(
        np.concatenate([every, every[:5]]), np.concatenate([y, y[:5] + 1]), 4
    )
    np.testing.assert_allclose(twice.ravel(), y + 0.5 * (np.arange(64) < 5))
    assert samples.complete_table(every[:-1], y[:-1], 4) is None
    missing = np.concatenate([every[:-1], every[:3]])
    assert samples.complete_table(missing, np.zeros(66), 4) is None


def test_a_design_far_from_uniform_is_noted_and_a_random_one_is_not():
    for seed in range(20):
        assert samples.design_notes(sz.DNA.random(500, 30, seed=seed), 4) == ()
    wild = np.repeat(sz.DNA.random(1, 30, seed=0), 500, axis=0)
    rng = np.random.default_rng(0)
    wild[np.arange(500), rng.integers(0, 30, 500)] = rng.integers(0, 4, 500)
    assert "far from uniform" in samples.design_notes(wild, 4)[0]
    y = wild @ np.arange(30.0)
    assert "far from uniform" in sz.sketch_from_samples(wild, y, alphabet=sz.DNA).report()
