"""Planted pairs: what each position and each pair tells; baselines against other packages."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import shapzero_lite as sz
from shapzero_lite import gama
from shapzero_lite.gama import couplings, planted_pairs

PLACES = {"copy": (2, 5), "class": (4, 1), "parity": (3, 1, 6)}
CASES = [
    (rule, alphabet) for rule in ("copy", "class", "parity") for alphabet in (sz.DNA, sz.PROTEIN)
]


def places(rule):
    *others, last = sorted(PLACES[rule])
    return (*others, last)


def information(codes, q, *groups):
    """Return what groups of positions tell of each other in nats, from frequencies."""

    def entropy(columns):
        _, count = np.unique(codes[:, columns], axis=0, return_counts=True)
        p = count / len(codes)
        return -(p * np.log(p)).sum()

    return sum(entropy(group) for group in groups) - entropy([p for group in groups for p in group])


@pytest.mark.parametrize(("rule", "alphabet"), CASES)
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_positions_tell_nothing_and_the_planted_ones_what_the_formula_says(rule, alphabet, share):
    q, N = alphabet.q, 60_000
    codes = planted_pairs.coupled(rule, places(rule), share, N, length=6, alphabet=alphabet, seed=1)
    counts = np.stack([(codes == a).sum(0) for a in range(q)])
    assert np.abs(counts / N - 1 / q).max() < 6 * np.sqrt(1 / q / N)
    # In classes there is no bias of small counts: two for parity, as they are for the others.
    coarse = codes % {"copy": q, "class": max(2, q // 4), "parity": 2}[rule]
    *others, last = [p - 1 for p in places(rule)]
    told = information(coarse, q, others, [last])
    assert_allclose(told, planted_pairs.dependence(rule, share, alphabet), atol=0.01)
    if rule == "parity":
        assert all(information(coarse, q, [one], [last]) < 1e-3 for one in others)
    free = [p for p in range(6) if p not in (*others, last)]
    assert information(coarse, q, free[:1], [last]) < 0.01


def test_rank_by_hand():
    M = np.array([[9, 9, 9, 9], [4, 9, 9, 9], [1, 5, 9, 9], [4, 2, 4, 9]])
    assert planted_pairs.rank(M, (2, 3)) == 1
    assert planted_pairs.rank(M, (1, 3, 4)) == 3  # 5, and a tie at 4
    assert planted_pairs.rank(M, (1, 3)) == 6


def test_mutual_information_is_that_of_scikit_learn_less_the_products():
    metrics = pytest.importorskip("sklearn.metrics")
    codes = planted_pairs.coupled("copy", (1, 3), 0.5, 300, length=5, alphabet=sz.DNA)
    M = np.array(
        [[metrics.mutual_info_score(codes[:, i], codes[:, j]) for j in range(5)] for i in range(5)]
    )
    np.fill_diagonal(M, 0)
    assert_allclose(couplings.mutual_information(codes, sz.DNA, corrected=False), M, atol=1e-12)
    np.fill_diagonal(M, np.nan)
    row = np.nanmean(M, 1)
    expected = np.nan_to_num(M - np.outer(row, row) / np.nanmean(M))
    assert_allclose(couplings.mutual_information(codes, sz.DNA), expected, atol=1e-12)


def test_couplings_of_two_letters_are_those_of_the_inverse_covariance():
    # An Ising model in the mean field: J is minus the inverse of the covariance of 0/1.
    ab = sz.Alphabet("AB")
    codes = planted_pairs.coupled("copy", (1, 3), 0.7, 5000, length=4, alphabet=ab, seed=2)
    x = 1.0 - codes  # 1 for the first letter
    f = 0.5 * x.mean(0) + 0.25
    second = 0.5 * x.T @ x / len(x) + 0.125
    np.fill_diagonal(second, f)
    J = -np.linalg.inv(second - np.outer(f, f))
    # With zero sums a coupling J of one pair of letters is J / 4 times (+1, -1; -1, +1).
    norm = np.abs(J) / 2
    np.fill_diagonal(norm, 0)
    row = norm.sum(1) / 3
    expected = norm - np.outer(row, row) * 12 / norm.sum()
    np.fill_diagonal(expected, 0)
    assert_allclose(couplings.potts(codes, ab), expected, atol=1e-9)


@pytest.mark.parametrize("alphabet", [sz.DNA, sz.PROTEIN])
@pytest.mark.parametrize("score", [couplings.mutual_information, couplings.potts])
def test_counting_pairs_finds_pairs_and_no_parity(alphabet, score):
    def ranks(rule, positions):
        drawn = (
            planted_pairs.coupled(rule, positions, 0.9, 4000, alphabet=alphabet, seed=s)
            for s in range(8)
        )
        return [planted_pairs.rank(score(codes, alphabet), positions) for codes in drawn]

    assert max(ranks("copy", (3, 9)) + ranks("class", (3, 9))) == 1
    assert np.median(ranks("parity", (3, 6, 9))) > 5


def test_potts_leaves_out_what_goes_through_a_third():
    rng = np.random.default_rng(0)
    codes = sz.DNA.random(20_000, 6, seed=0)
    for i in (1, 2):  # a chain of copies
        obeys = rng.random(len(codes)) < 0.8
        codes[obeys, i] = codes[obeys, i - 1]
    M, P = (score(codes, sz.DNA) for score in (couplings.mutual_information, couplings.potts))
    assert M[0, 2] / M[0, 1] > 2 * P[0, 2] / P[0, 1]


def test_a_transformer_finds_the_parity_that_no_pair_tells_of():
    pytest.importorskip("torch")
    positions = (2, 4, 5)
    codes = planted_pairs.coupled("parity", positions, 1.0, 4000, length=6, alphabet=sz.DNA)
    model = gama.transformer(6, alphabet=sz.DNA)
    how = {"epochs": 8, "alphabet": sz.DNA, "split": "random"}
    fit = gama.train(codes, model=model, **how)
    R = gama.letter_resampling(fit.model, fit.heldout, alphabet=sz.DNA).mean(0)[1:-1, 1:-1]
    assert fit.over_counting[0] > 0.4
    assert planted_pairs.rank(R, positions) == 1
    # A letter of the other kind, half of all that are drawn, makes what follows impossible.
    assert R[4, [1, 3]].min() > 0.5
    others = np.tril(np.ones((6, 6), bool), -1)
    others[4, [1, 3]] = False
    assert np.abs(R[others]).max() < 0.2


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: planted_pairs.coupled("xor", (1, 2)), "'xor'"),
        (lambda: planted_pairs.coupled("copy", (5, 2)), "last in the sequence"),
        (lambda: planted_pairs.coupled("parity", (1, 2)), "3 different"),
        (lambda: planted_pairs.coupled("copy", (1, 13)), "from 1 to 12"),
        (lambda: planted_pairs.coupled("copy", (1, 2), 1.2), "1.2"),
        (lambda: planted_pairs.coupled("parity", (1, 2, 3), alphabet=sz.Alphabet("ABC")), "3 let"),
        (lambda: couplings.potts(["ACD", "ACD"], pseudocount=0), "pseudocount"),
        (lambda: couplings.mutual_information(["AC", "CA"]), "3 or more positions"),
    ],
)
def test_errors_say_what_was_given(call, says):
    with pytest.raises(ValueError, match=says):
        call()
