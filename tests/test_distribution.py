"""Letters: kinds, readings, draws, the functions of one letter; what is refused."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.letters import Letters
from shapzero_lite.sketching import letter_basis

PROFILE = Letters([[0.5, 0.5, 0, 0], [0.1, 0.2, 0.3, 0.4], [0, 0, 1, 0], [0.25] * 4], sz.DNA)


def test_the_functions_of_one_letter_are_orthonormal():
    for letters in (
        PROFILE,
        Letters.around("MKV", 0.1),
        Letters.uniform(3, sz.Alphabet.of_size(5)),
    ):
        ranks = letters.possible.sum(axis=1)
        for p, B, rank in zip(letters.probabilities, letters.basis, ranks, strict=True):
            expected = np.diag((np.arange(letters.q) < rank).astype(float))
            np.testing.assert_allclose(B.T @ (p[:, None] * B), expected, atol=1e-12)
            np.testing.assert_allclose(B[p > 0, 0], 1, atol=1e-12)
            assert not B[p == 0].any()


@pytest.mark.parametrize("q", [2, 3, 4, 5, 20])
def test_uniform_letters_have_the_basis_of_the_lessons(q):
    basis = Letters.uniform(2, sz.Alphabet.of_size(q)).basis
    np.testing.assert_allclose(basis[1], letter_basis(q), atol=1e-12)


def test_draws_have_the_frequencies_and_nothing_impossible():
    codes = PROFILE.draw(40_000, np.random.default_rng(0))
    assert PROFILE.check(codes) is codes
    seen = Letters.from_sequences(codes, sz.DNA)
    np.testing.assert_allclose(seen.probabilities, PROFILE.probabilities, atol=0.01)
    assert np.array_equal(codes, PROFILE.draw(40_000, np.random.default_rng(0)))


def test_all_sequences_are_those_that_can_occur():
    every = PROFILE.all_sequences()
    assert len(every) == PROFILE.count == 32
    assert len(np.unique(every, axis=0)) == 32
    PROFILE.check(every)
    assert PROFILE.free.tolist() == [0, 1, 3]


def test_around_keeps_the_wild_type_at_its_rate():
    letters = Letters.around("MKV", rate=[0.0, 0.5, 0.1])
    assert letters.alphabet == sz.PROTEIN
    kept = letters.probabilities[np.arange(3), sz.PROTEIN.encode("MKV")[0]]
    np.testing.assert_allclose(kept, [1, 0.5, 0.9])
    assert letters.count == 400
    assert letters == Letters.around("MKV", rate=[0.0, 0.5, 0.1])
    assert hash(letters) == hash(Letters.around("MKV", rate=[0.0, 0.5, 0.1]))


def test_codons_reach_what_one_nucleotide_change_reaches():
    letters = Letters.from_codons("TGGATG", rate=0.2)  # W, M
    reached = {a for a, p in zip(sz.PROTEIN.letters, letters.probabilities[0], strict=True) if p}
    assert reached == set("WRGSLC")  # TGG: CGG AGG GGG, TTG TCG, TGT TGC; TAG and TGA are stops
    assert letters.probabilities[0, sz.PROTEIN.letters.index("W")] == pytest.approx(0.8)
    np.testing.assert_allclose(letters.probabilities.sum(axis=1), 1)


def test_a_profile_counts_weights_and_pseudocounts():
    letters = Letters.from_sequences(["A", "C"], sz.DNA, weights=[3, 1])
    np.testing.assert_allclose(letters.probabilities, [[0.75, 0.25, 0, 0]])
    letters = Letters.from_sequences(["A", "C"], sz.DNA, pseudocount=1)
    np.testing.assert_allclose(letters.probabilities, [[1 / 3, 1 / 3, 1 / 6, 1 / 6]])


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Letters([[0.5, 0.5]], sz.DNA), ValueError, r"shape \(n, 4\)"),
        (lambda: Letters([[0.5, 0.6, 0, 0]], sz.DNA), ValueError, "position 1: .* sum to 1"),
        (lambda: Letters([[1, 0, 0, 0], [np.nan] * 4], sz.DNA), ValueError, "position 2"),
        (lambda: Letters(np.zeros((0, 4)), sz.DNA), ValueError, "no position"),
        (lambda: Letters([[1, 0, 0, 0]], "ACGT"), TypeError, "such as sz.DNA"),
        (
            lambda: Letters.uniform(0, sz.DNA),
            ValueError,
            "n is a whole number of at .* not 0",
        ),
        (lambda: Letters.around("ACGT", 1.5), ValueError, "between 0 and 1"),
        (lambda: Letters.around(["AC", "GT"], 0.1, sz.DNA), ValueError, "2 were given"),
        (lambda: Letters.around([0, 1], 0.1), TypeError, "say alphabet="),
        (lambda: Letters.fixed("ACGT", [0]), ValueError, r"from 1 to 4; got \[0\]"),
        (lambda: Letters.fixed("ACGT", [2, 2]), ValueError, "different whole numbers"),
        (lambda: Letters.from_codons("TAA"), ValueError, "codon 1 is 'TAA'"),
        (lambda: Letters.from_codons("TGGA"), ValueError, "codon 2 is 'A'"),
        (lambda: Letters.from_sequences(["AC"], sz.DNA, pseudocount=-1), ValueError, "got -1"),
        (
            lambda: PROFILE.check(sz.DNA.encode(["GAGT"])),
            ValueError,
            "position 1: the letter G cannot occur there, only A, C",
        ),
        (lambda: PROFILE.check(sz.DNA.encode(["GAG"])), ValueError, "length 4 is needed"),
    ],
)
def test_what_is_refused(make, error, says):
    with pytest.raises(error, match=says):
        make()
