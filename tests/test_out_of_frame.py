"""Bae's scores: against the published definition by brute force, its program's number, and data."""

import csv
import pickle
from math import exp

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite import data
from shapzero_lite.models import (
    microhomologies,
    microhomology_patterns,
    microhomology_score,
    out_of_frame_score,
)

MEASURED = "dna_repair/HEK293_heldout.csv"
SHAPES = [(40, 20), (60, 30), (80, 40), (30, 7), (25, 20), (12, 6), (4, 2)]


def by_definition(sequence, cut):
    """Sums of pattern scores, in frame and out of frame, from the words of the definition.

    All pairs of equal words, one on each side; a pair is left out when a longer pair with the
    same deletion holds both of its words at the same place.
    """
    n, sums = len(sequence), [0.0, 0.0]
    for deletion in range(1, n):
        pairs = [
            (i, m)
            for i in range(cut)
            for m in range(2, cut - i + 1)
            if cut <= i + deletion <= n - m
            and sequence[i : i + m] == sequence[i + deletion : i + deletion + m]
        ]
        for i, m in pairs:
            if any(a <= i and i + m <= a + longer for a, longer in pairs if longer > m):
                continue
            word = sequence[i : i + m]
            strong = word.count("G") + word.count("C")
            score = 100 * round(1 / exp(deletion / 20), 3) * (m - strong + 2 * strong)
            sums[deletion % 3 != 0] += score
    return sums


def repetitive(n, cut, seed):
    """Random sequences, some with few letters and some with a copy across the cut."""
    codes = sz.DNA.random(21, n, seed=seed)
    codes[10:15] %= 2  # A and C only: long and many microhomologies
    codes[15:20, cut:] = codes[15:20, : n - cut] if n <= 2 * cut else codes[15:20, cut:]
    codes[20] = 0
    return codes


@pytest.mark.parametrize(("n", "cut"), SHAPES)
def test_equals_the_definition(n, cut):
    codes = repetitive(n, cut, seed=n)
    sums = np.array([by_definition(text, cut) for text in sz.DNA.decode(codes)])
    total = sums.sum(axis=1)
    np.testing.assert_allclose(microhomology_score(n, cut)(codes), total, rtol=1e-12)
    expected = np.where(total > 0, 100 * sums[:, 1] / np.maximum(total, 1e-9), 0.0)
    np.testing.assert_allclose(out_of_frame_score(n, cut)(codes), expected, rtol=1e-12)
    assert total.max() > 0


def test_the_authors_program_on_its_own_example():
    # Supplementary Figure 3 carries this sequence (EMX1), to be cut after 30 letters. The two
    # numbers are what its steps give; the paper prints none.
    example = "GGAGGAAGGGCCTGAGTCCGAGCAGAAGAAGAAGGGCTCCCATCACATCAACCGGTGGCG"
    assert microhomology_score(60, 30)([example])[0] == pytest.approx(4662.9, abs=1e-9)
    assert out_of_frame_score(60, 30)([example])[0] == pytest.approx(50.74738896, abs=1e-8)


def test_by_hand():
    # left TGAC, right GACT: GAC at J = 3, A + 2 G + 2 C = 5, round(exp(-0.15), 3) = 0.861
    assert microhomology_patterns("TGACGACT", cut=4) == [(3, "GAC", 430.5)]
    assert microhomology_score(8, 4)(["TGACGACT"])[0] == pytest.approx(430.5)
    assert out_of_frame_score(8, 4)(["TGACGACT"])[0] == 0.0


def test_one_letter_is_no_microhomology():
    assert microhomology_score(4, 2)(["AACA", "ACTA", "ACAC"]).tolist() == [
        0,
        0,
        pytest.approx(271.5),
    ]


def test_without_microhomology_the_share_is_what_was_asked_for():
    codes = ["AAAACCCC", "ACACGTGT"]
    assert out_of_frame_score(8, 4)(codes).tolist() == [0, 0]
    assert out_of_frame_score(8, 4, without=200 / 3)(codes) == pytest.approx([200 / 3] * 2)


def test_a_stretch_over_the_whole_left_side_is_one_stretch():
    # The authors' program looks for one letter less than the left side, and counts ACG and CGT.
    assert microhomology_score(8, 4)(["ACGTACGT"])[0] == pytest.approx(100 * 0.819 * 6)
    assert microhomology_patterns("ACGTACGT", cut=4) == [(4, "ACGT", 491.4)]


@pytest.mark.parametrize(("n", "cut"), SHAPES)
def test_patterns_add_up(n, cut):
    codes = repetitive(n, cut, seed=n + 1)
    scores, shares = microhomology_score(n, cut)(codes), out_of_frame_score(n, cut)(codes)
    for text, score, share in zip(sz.DNA.decode(codes), scores, shares, strict=True):
        found = microhomology_patterns(text, cut)
        assert sum(p[2] for p in found) == pytest.approx(score)
        assert 100 * sum(p[2] for p in found if p[0] % 3) == pytest.approx(share * score)
        assert [p[2] for p in found] == sorted((p[2] for p in found), reverse=True)
        for J, word, _ in found:
            assert any(
                text[i : i + len(word)] == text[i + J : i + J + len(word)] == word
                for i in range(max(0, cut - J), cut - len(word) + 1)
            )


def test_the_same_microhomologies_as_the_repair_model():
    for text in sz.DNA.decode(sz.DNA.random(50, 40, seed=3)):
        ours = [(J, len(word)) for J, word, _ in microhomology_patterns(text)]
        assert sorted(ours) == sorted(microhomologies(text, 2, 39))


def test_attributes_blocks_and_workers():
    model = sz.models.out_of_frame_score()
    codes = sz.DNA.random(9000, 40, seed=4)  # more than a block
    values = model(codes)
    assert (model.n, model.cut, model.alphabet, values.shape) == (40, 20, sz.DNA, (9000,))
    assert values.dtype == np.float64
    assert ((values >= 0) & (values <= 100)).all()
    np.testing.assert_array_equal(values[8000:], model(codes[8000:]))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model))(codes[:9]), values[:9])  # noqa: S301 - made here
    assert "Bae" in model.citation
    assert repr(sz.models.microhomology_score(60, 30)) == "microhomology_score(n=60, cut=30)"


def test_is_a_model_to_sketch():
    found = sz.sketch(microhomology_score(4, 2), budget=256, progress=False)
    # One word of two letters at J = 2, exp(-2/20) = 0.905: with chance 1/16 each, GC counted twice
    assert found.spectrum.constant == pytest.approx(90.5 * 3 / 16)
    assert found.r2 == 1.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: microhomology_score(40, 1), ValueError, "at least 2 letters on each side"),
        (lambda: out_of_frame_score(6, 5), ValueError, r"cut is 2\.\.4, not 5"),
        (lambda: microhomology_patterns("ACGT", cut=3), ValueError, "not 3"),
        (
            lambda: microhomology_patterns(["ACGT", "ACGT"], cut=2),
            ValueError,
            "one sequence .* not of 2",
        ),
        (lambda: microhomology_score(40, 20.5), TypeError, "cut is a whole number, not 20.5"),
        (lambda: microhomology_score()(["ACGT"]), ValueError, "length 40"),
        (lambda: microhomology_score(4, 2)(["ACGU"]), ValueError, "U is RNA"),
        (lambda: microhomology_score(4, 2)(np.zeros((1, 4))), TypeError, "whole numbers"),
    ],
)
def test_errors(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_on_the_measured_targets():
    if not data.available(MEASURED):
        pytest.skip("needs the reference data: SHAPZERO_LITE_DATA does not hold " + MEASURED)
    with data.path(MEASURED).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = [row["Left_seq"] + row["Right_seq"] for row in rows]
    measured = np.array([float(row["Frameshift frequency"]) for row in rows])
    r = np.corrcoef(out_of_frame_score()(codes), measured)[0, 1]
    table = sz.models.dna_repair().provenance["cross_validated"]
    assert r == pytest.approx(table["Bae's out-of-frame score"]["pearson"], abs=5e-4)
    assert table["end joining"]["pearson"] > r + 0.2
