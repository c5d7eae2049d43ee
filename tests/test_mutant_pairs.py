"""Pairs of positions with one number each: by definition, and where they must not help."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import mutant_pairs
from shapzero_lite.sketching.mutant_pairs import MutantPairs, choose, common_or_not
from shapzero_lite.sketching.ridge import fit_spectrum
from shapzero_lite.spectra import Decomposition

WILD = "ACDEFGHIKLMN"


class Planted:
    """Effects of letters, and of pairs of positions that know only mutated or not."""

    def __init__(self, seed, strength=1.0):
        rng = np.random.default_rng(seed)
        self.wild = sz.PROTEIN.encode(WILD)[0]
        self.alone = rng.normal(size=(12, 20))
        self.both = np.triu(rng.normal(size=(12, 12)), 1) * strength

    def __call__(self, codes):
        changed = (codes != self.wild).astype(float)
        pairs = np.einsum("ri,ij,rj->r", changed, self.both, changed)
        return self.alone[np.arange(12), codes].sum(axis=1) + pairs


LETTERS = sz.Letters.around(WILD, rate=0.15)


def scan(rows, seed):
    return LETTERS.draw(rows, np.random.default_rng(seed))


def test_the_function_of_a_letter_has_mean_0_and_mean_square_1():
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(20), size=7)
    p[2] = np.eye(20)[3]  # a position that is fixed
    p[4, 5:] = 0
    p[4] /= p[4].sum()
    h = common_or_not(sz.Letters(p, sz.PROTEIN))
    assert np.abs((p * h).sum(axis=1)).max() < 1e-12
    free = np.delete(np.arange(7), 2)
    assert np.abs((p * h**2).sum(axis=1)[free] - 1).max() < 1e-12
    assert not h[2].any()
    assert not h[4, 5:].any()


def test_pairs_are_the_sum_that_they_say():
    rng = np.random.default_rng(1)
    codes = scan(50, seed=1)
    pairs = MutantPairs(common_or_not(LETTERS), np.triu(rng.normal(size=(12, 12)), 1))
    by_hand = [
        sum(
            pairs.c[i, j] * pairs.h[i, x[i]] * pairs.h[j, x[j]]
            for i in range(12)
            for j in range(i + 1, 12)
        )
        for x in codes
    ]
    assert np.abs(pairs.evaluate(codes) - by_hand).max() < 1e-12
    tables = pairs.tables()
    summed = sum(table[codes[:, i], codes[:, j]] for (i, j), table in tables.items())
    lost = 1 - sum((table[0, 0] / pairs.h[i, 0] / pairs.h[j, 0]) ** 2
                   for (i, j), table in tables.items()) / (pairs.c**2).sum()  # fmt: skip
    assert 0 <= lost < 1.001e-3  # the smallest pairs go, a thousandth of the variance
    assert np.abs(summed - by_hand).max() < 5


@pytest.mark.parametrize("penalty", [1e-2, 1.0])
def test_the_fit_is_the_ridge_fit_by_normal_equations(penalty):
    codes = scan(400, seed=2)
    y = Planted(2)(codes)
    roots = np.sqrt(np.random.default_rng(5).uniform(0.5, 1.5, len(y)))
    alone = np.random.default_rng(3).uniform(0.1, 1, size=12)
    start = MutantPairs(common_or_not(LETTERS), np.zeros((12, 12)))
    for _ in range(6):  # twenty steps each
        start = mutant_pairs.refit(start, (codes, roots * y, roots), penalty, alone)
    i, j = np.triu_indices(12, 1)
    h = start.h[np.arange(12), codes]
    share = alone / alone.mean() + 0.1
    A = roots[:, None] * h[:, i] * h[:, j]
    penalties = np.diag(penalty / np.sqrt(share[i] * share[j]) ** 2)
    by_hand = np.linalg.solve(A.T @ A / len(y) + penalties, A.T @ (roots * y) / len(y))
    assert np.abs(start.c[i, j] - by_hand).max() < 1e-4 * np.abs(by_hand).max()
    assert not np.tril(start.c).any()


def test_a_scan_with_few_rows_for_a_pair_of_letters_is_learnt():
    model, codes, fresh = Planted(3), scan(3_000, seed=3), scan(2_000, seed=9)
    truth = model(fresh)

    def r2(**options):
        found = fit_spectrum(
            codes, model(codes), sz.PROTEIN, seed=0, letters=LETTERS, **options
        ).evaluate(fresh)
        return 1 - ((truth - found) ** 2).mean() / truth.var()

    assert r2() > 0.97
    assert r2(max_order=1) < r2() - 0.1


def test_parts_of_pairs_have_mean_0_in_each_letter():
    codes = scan(3_000, seed=3)
    found = fit_spectrum(codes, Planted(3)(codes), sz.PROTEIN, seed=0, letters=LETTERS)
    exact = Decomposition.of(found, LETTERS)  # splits every table anew
    assert {len(T) for T in found.supports} == {1, 2}
    assert np.abs(exact.evaluate(codes) - found.evaluate(codes)).max() < 1e-9
    assert abs(exact.constant - found.constant) < 1e-9
    variance = [f.variance_by_order() for f in (found, exact)]
    assert variance[0] == pytest.approx(variance[1])


def test_noise_and_sums_get_no_pairs():
    codes = scan(3_000, seed=4)
    noise = np.random.default_rng(6).normal(size=3_000)
    y = Planted(4, strength=0.0)(codes) + 0.5 * noise
    learnt = fit_spectrum(codes, y, sz.PROTEIN, seed=0, letters=LETTERS)
    assert max(map(len, learnt.supports)) == 1
    outside = scan(500, seed=7), -noise[:500], np.ones(500)
    assert choose((codes, noise, np.ones(3_000)), outside, LETTERS, np.ones(12)) is None
