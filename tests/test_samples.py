"""What is accepted as samples, and how sequences are drawn."""

import numpy as np
import pandas as pd
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


def test_masked_values_are_refused():
    # Found here: what is under the mask was taken.
    codes = sz.DNA.random(3, 4, seed=0)
    masked = np.ma.masked_array([1.0, 2.0, 999.0], [False, False, True])
    with pytest.raises(ValueError, match="values: 1 of 3 are masked, the first at index 2; drop"):
        samples.checked_values(masked, codes, sz.DNA)
    with pytest.raises(ValueError, match="codes: 1 of 12 are masked, the first at index 0, 0"):
        sz.DNA.decode(np.ma.masked_array(codes, np.arange(12).reshape(3, 4) == 0))


def toy_samples(count=400):
    codes = sz.DNA.random(count, 4, seed=0)
    return codes, sz.models.toy(n=4).spectrum.evaluate(codes)


@pytest.mark.parametrize("unit", [1e-300, 1e-200, 1e200, 1e300])
def test_values_whose_squares_are_lost_are_refused(unit):
    # Found here: of values of 1e-300 R² was 1.0, and nothing was in the spectrum.
    codes, y = toy_samples(200)
    with pytest.raises(ValueError, match=r"hold numbers from .* Multiply all by 1e.* or take log"):
        sz.sketch_from_samples(codes, unit * y, alphabet=sz.DNA)
    for method in ("enumerate", "samples", "qsft"):
        with pytest.raises(ValueError, match=r"answered numbers from .* do not fit"):
            sz.sketch(lambda x: unit * x.sum(axis=1), 4 if method == "enumerate" else 9, sz.DNA,
                      budget=2000, method=method, progress=False)  # fmt: skip


@pytest.mark.parametrize("unit", [2.0**-450, 2.0**450])
def test_values_of_any_other_size_are_learnt(unit):
    codes, y = toy_samples(200)
    one, other = (sz.sketch_from_samples(codes, u * y, alphabet=sz.DNA) for u in (1.0, unit))
    assert other.r2 == pytest.approx(one.r2, abs=1e-9)
    np.testing.assert_allclose(
        other.spectrum.evaluate(codes) / unit, one.spectrum.evaluate(codes), atol=1e-9
    )


def test_a_flattened_one_hot_is_not_taken_for_codes():
    # Found here: positions of 0 and 1 were learnt from, four times as many as there are.
    codes, y = toy_samples()
    hot = np.eye(4, dtype=np.uint8)[codes].reshape(len(codes), -1)
    with pytest.raises(ValueError, match=r"look one-hot, 4 positions of 4 numbers: codes are x"):
        sz.sketch_from_samples(hot, y, alphabet=sz.DNA)
    np.testing.assert_array_equal(hot.reshape(-1, 4, 4).argmax(axis=2), codes)  # as it says
    explainer = sz.Explainer(sz.models.toy(n=4).spectrum)
    with pytest.raises(ValueError, match=r"length 4 is needed here: they look one-hot; code"):
        explainer.explain(hot[:3])
    with pytest.raises(ValueError, match=r"length 4 is needed here$"):
        explainer.explain(np.zeros((3, 16), int))
    said = sz.DNA.decode(hot)  # to be letters
    sz.sketch_from_samples(said, y, alphabet=sz.DNA, max_order=1)


def test_rows_go_by_their_labels():
    codes, y = toy_samples()
    sequences = pd.Series(sz.DNA.decode(codes))
    values = pd.Series(y)
    shuffled = values.sample(frac=1, random_state=0)
    for how in ({"values": shuffled}, {"values": values, "weights": shuffled.abs() + 1}):
        with pytest.raises(ValueError, match="have rows of different labels, or in another order"):
            sz.sketch_from_samples(sequences, alphabet=sz.DNA, **how)
    got = sz.sketch_from_samples(sequences, shuffled.loc[sequences.index], alphabet=sz.DNA)
    want = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    np.testing.assert_array_equal(got.spectrum.coefficients, want.spectrum.coefficients)


def test_an_alphabet_is_no_text():
    with pytest.raises(TypeError, match=r"must be an Alphabet such as sz.DNA, not 'ACGT'"):
        sz.sketch_from_samples(["ACGT"] * 30, np.arange(30.0), alphabet="ACGT")


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
