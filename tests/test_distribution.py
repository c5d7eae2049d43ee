"""Letters: kinds, readings, draws, the functions of one letter; what is refused."""

import brute_force
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


def test_every_position_may_have_an_alphabet_of_its_own():
    guide = [sz.DNA] * 6
    letters = Letters.of_alphabets([*guide, sz.PROTEIN], [*"123456", "residue 41"])
    assert letters.q == 20  # A, C, G and T stand in both
    assert letters.count == 4**6 * 20
    assert letters.positions[-1] == "residue 41"
    np.testing.assert_array_equal(
        letters.possible, [[a in own.letters for a in letters.alphabet.letters]
                           for own in (*guide, sz.PROTEIN)]
    )  # fmt: skip
    np.testing.assert_allclose(letters.probabilities.max(axis=1), [*[1 / 4] * 6, 1 / 20])
    assert Letters.of_alphabets([sz.RNA, sz.RNA]) == Letters.uniform(2, sz.RNA)
    for wrong in ([], [sz.DNA, "ACGT"]):
        with pytest.raises(TypeError, match="alphabets are a list of Alphabet, one for each"):
            Letters.of_alphabets(wrong)
    with pytest.raises(ValueError, match="all letters of an alphabet have the same length"):
        Letters.of_alphabets([sz.DNA, sz.Alphabet(["ATG", "TGG"])])


def two_inputs(letters):
    """A guide and a residue, as a pipeline takes them: strings, and two of them."""

    def model(codes):
        texts = letters.alphabet.decode(codes)
        guides, residues = [t[:-1] for t in texts], [t[-1] for t in texts]
        fit = sz.DNA.encode(guides) @ np.arange(1.0, len(guides[0]) + 1)
        bulk = sz.PROTEIN.encode(residues)[:, 0] ** 1.5 / 10
        return fit * (1 + bulk) + np.array([g[0] == "T" for g in guides]) * bulk

    return model


def test_a_model_of_two_inputs_is_explained_as_by_definition():
    letters = Letters.of_alphabets([sz.DNA, sz.DNA, sz.PROTEIN])
    model = two_inputs(letters)
    made = sz.sketch(model, letters=letters, budget=2000, progress=False)
    assert (made.good_for, made.n_queries) == ("exact", 4 * 4 * 20 + 16)
    texts = ["TGK", "AAW", "CTA"]
    e = sz.Explainer(made).explain(texts, model=model)
    np.testing.assert_allclose(e.gap, 0, atol=1e-10)
    every = letters.all_sequences()
    table = np.zeros((20,) * 3)
    table[tuple(every.T)] = model(every)
    for row, x in enumerate(letters.alphabet.encode(texts)):
        v = brute_force.game(lambda c: table[tuple(c.T)], x, 20, letters.probabilities)
        np.testing.assert_allclose(e.values[row], brute_force.shapley(v, 3), atol=1e-10)
        truth = brute_force.fsii(v, 3, 2)
        for pair in ((0, 1), (0, 2), (1, 2)):
            found = e.interactions[row].get(pair, 0.0)
            assert found == pytest.approx(truth[frozenset(pair)], abs=1e-9)
    with pytest.raises(ValueError, match="position 1: the letter W cannot occur there, only A, C"):
        sz.Explainer(made).explain(["WGK"])


def test_a_guide_and_a_residue_from_samples():
    letters = Letters.of_alphabets([*[sz.DNA] * 6, sz.PROTEIN])
    model = two_inputs(letters)
    seen = []

    def noted(codes):
        seen.append(letters.check(codes))
        return model(codes)

    made = sz.sketch(noted, letters=letters, budget=6000, method="samples", progress=False)
    assert sum(map(len, seen)) == made.n_queries == 6000
    assert made.r2 > 0.99
    codes = letters.draw(200, np.random.default_rng(1))
    found = sz.Explainer(made).explain(codes)
    # By hand: fit and bulk are sums of letters, so their product is a pair of each with bulk.
    g, a = np.arange(4.0), np.arange(20.0) ** 1.5 / 10
    first, texts = np.arange(1.0, 7), letters.alphabet.decode(codes)
    bulk = a[sz.PROTEIN.encode([t[6] for t in texts])[:, 0]] - a.mean()
    own = sz.DNA.encode([t[:6] for t in texts])
    centred = (own - g.mean()) * first
    t = (own[:, 0] == 3) - 0.25
    values = centred * (1 + a.mean()) + centred * bulk[:, None] / 2
    values[:, 0] += t * (a.mean() + bulk / 2)
    mean_fit = (g.mean() * first).sum()
    last = bulk * (mean_fit + 0.25) + (centred.sum(axis=1) + t) * bulk / 2
    truth = np.column_stack([values, last])
    error = ((found.values - truth) ** 2).mean() / (truth**2).mean()
    assert error < 0.01
