"""A few queries a sequence that lean towards damped letter changes: error, and what is said."""

import numpy as np
import pytest
from asked_models import Counting

import shapzero_lite as sz
from shapzero_lite.explaining.paid_level import letters_paid, rows_paid, shrunk_values
from shapzero_lite.explaining.random_walks import least_extra, walk_values

N = 6


def steep(codes):
    """Position 0 acts through high orders, the last alone: no two positions are alike."""
    first = (codes[:, :4] == 1).sum(axis=1) % 2 * 2.0 - 1
    return first + 0.3 * codes[:, 4] * (codes[:, 0] == 2) + 0.2 * codes[:, 5]


@pytest.fixture(scope="module")
def codes():
    return sz.DNA.random(60, N, seed=0)


@pytest.fixture(scope="module")
def truth(codes):
    return np.stack([sz.exact_shapley(steep, x, alphabet=sz.DNA) for x in codes])


@pytest.mark.parametrize("n", [1, 2, 6, 26])
@pytest.mark.parametrize("q", [2, 4, 20])
@pytest.mark.parametrize("more", [0, 1, 30, 400, 5000])
def test_what_is_paid_is_within_what_is_allowed_and_pays_for_two_pairs(n, q, more):
    extra = least_extra(n) + more
    letters = letters_paid(extra, n, q)
    assert 0 <= letters <= q - 1
    assert extra - letters * n >= least_extra(n)
    paid = rows_paid(extra, n, q, shrink=True)
    assert extra - (2 * n - 1) < paid <= extra
    alphabet = sz.Alphabet.of_size(q)
    model = Counting(lambda x: x.sum(axis=1) ** 2.0, n=n, alphabet=alphabet)
    some = alphabet.random(3, n, seed=0)
    shrunk_values(model, some, q, extra, 0, model.function(some), None)
    assert model.rows <= 3 * (paid - 1)


def test_too_few_are_refused_as_for_walks():
    with pytest.raises(ValueError, match="22 queries per sequence are too few: 23 pay"):
        rows_paid(22, N, 4, shrink=True)


@pytest.mark.parametrize("extra", [120, 300])
def test_the_error_is_a_fraction_of_that_of_walks_and_said(codes, truth, extra):
    here = steep(codes)
    walks, _, _ = walk_values(steep, codes, 4, extra, 1, here)
    errors, stated, inside = [], [], []
    for seed in range(8):
        found, error, degrees = shrunk_values(steep, codes, 4, extra, seed, here, None)
        errors.append(((found - truth) ** 2).mean())
        stated.append((error**2).mean())
        inside.append(np.abs(found - truth) <= 1.645 * error)
        assert degrees >= 1
    assert np.mean(errors) < 0.6 * ((walks - truth) ** 2).mean()
    assert 0.4 < np.mean(errors) / np.mean(stated) < 1.5
    assert 0.84 < np.mean(inside) < 0.96


def test_with_many_queries_the_values_are_those_of_the_walks(codes, truth):
    found, error, _ = shrunk_values(steep, codes, 4, 40_000, 3, steep(codes), None)
    assert np.abs(found - truth).max() < 0.1
    assert (np.abs(found - truth) < 5 * error + 1e-9).all()


def test_one_sequence_is_no_special_case(codes, truth):
    inside = []
    for row in range(30):
        x = codes[row : row + 1]
        found, error, _ = shrunk_values(steep, x, 4, 200, row, steep(x), None)
        assert (error > 0).all()
        inside.append(np.abs(found - truth[row]) <= 1.645 * error)
    assert 0.8 < np.mean(inside) < 0.97


def test_fixed_letters_are_left_and_impossible_ones_are_not_asked():
    letters = sz.Letters(
        [
            [0, 0, 1, 0],
            [0.5, 0.5, 0, 0],
            [0.25] * 4,
            [0.1, 0.2, 0.3, 0.4],
            [0.25] * 4,
            [0, 0, 0, 1],
        ],
        sz.DNA,
    )
    codes = letters.draw(12, np.random.default_rng(0))

    def asked(rows):
        letters.check(rows)
        return steep(rows)

    values, errors, _ = shrunk_values(asked, codes, 4, 300, 0, steep(codes), letters)
    assert not values[:, [0, 5]].any()
    assert not errors[:, [0, 5]].any()
    truth = np.stack(
        [
            sz.exact_shapley(steep, x, alphabet=sz.DNA, background=letters.probabilities)
            for x in codes
        ]
    )
    assert (np.abs(values - truth) <= 5 * errors + 1e-9).mean() > 0.98
