"""The operator of module blocks against the design matrix written out."""

from itertools import combinations, product
from math import comb

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import BlockDesign, cover, letter_basis


def written_out(codes, supports, q):
    """A (N, p): a column for every product of basis functions, supports in turn."""
    basis = letter_basis(q)
    columns = []
    for T in supports:
        for waves in product(range(1, q), repeat=len(T)):
            column = np.ones(len(codes))
            for i, wave in zip(T, waves, strict=True):
                column = column * basis[codes[:, i], wave]
            columns.append(column)
    return np.stack(columns, axis=1)


def mixed_supports(n, most, seed):
    """Some supports of every order up to ``most``, the constant among them, in no order."""
    rng = np.random.default_rng(seed)
    every = [T for d in range(most + 1) for T in combinations(range(n), d)]
    chosen = rng.permutation(len(every))[: max(3, len(every) // 2)]
    return [every[i] for i in chosen if every[i]] + [()]


CASES = [(2, 9, 4), (3, 6, 3), (4, 6, 4), (5, 4, 2), (20, 3, 1)]


@pytest.fixture(params=CASES, ids=lambda case: f"q{case[0]}")
def case(request):
    q, n, most = request.param
    codes = sz.Alphabet.of_size(q).random(150, n, seed=q)
    supports = mixed_supports(n, most, seed=n)
    return q, codes, supports, written_out(codes, supports, q)


@pytest.mark.parametrize("packed", [True, False])
def test_the_operator_is_that_of_the_matrix(case, packed):
    q, codes, supports, A = case
    design = BlockDesign(codes, supports, q, packed=packed)
    assert (len(design), len(design.owner)) == A.shape
    np.testing.assert_array_equal(design.sizes, [(q - 1) ** len(T) for T in supports])
    rng = np.random.default_rng(0)
    c, r = rng.normal(size=A.shape[1]), rng.normal(size=A.shape[0])
    np.testing.assert_allclose(design.apply(c), A @ c, atol=1e-10)
    np.testing.assert_allclose(design.adjoint(r), A.T @ r, atol=1e-10)
    np.testing.assert_allclose(design.mean_squares(), (A**2).mean(axis=0), atol=1e-12)
    assert design.apply(c) @ r == pytest.approx(c @ design.adjoint(r))
    # One wave at a time, so that no two can have changed places.
    for column in rng.choice(A.shape[1], min(12, A.shape[1]), replace=False):
        unit = np.arange(A.shape[1]) == column
        np.testing.assert_allclose(design.apply(1.0 * unit), A[:, column], atol=1e-12)


@pytest.mark.parametrize("packed", [True, False])
def test_other_codes_are_evaluated_with_the_same_coefficients(case, packed):
    q, codes, supports, A = case
    design = BlockDesign(codes, supports, q, packed=packed)
    c = np.random.default_rng(1).normal(size=A.shape[1])
    other = sz.Alphabet.of_size(q).random(37, codes.shape[1], seed=99)
    expected = written_out(other, supports, q) @ c
    np.testing.assert_allclose(design.apply(c, other), expected, atol=1e-10)
    np.testing.assert_allclose(design.apply(c), A @ c, atol=1e-10)  # its own rows are unchanged


def test_rows_numbered_at_each_use_give_the_same(monkeypatch):
    codes = sz.DNA.random(100, 8, seed=0)
    supports = mixed_supports(8, 3, seed=1)
    kept = BlockDesign(codes, supports, 4)
    monkeypatch.setattr("shapzero_lite.sketching.block_design.KEEP", 0)
    made = BlockDesign(codes, supports, 4)
    assert kept._numbers is not None
    assert made._numbers is None
    c = np.random.default_rng(2).normal(size=len(kept.owner))
    np.testing.assert_array_equal(kept.apply(c), made.apply(c))
    r = np.random.default_rng(3).normal(size=100)
    np.testing.assert_array_equal(kept.adjoint(r), made.adjoint(r))


@pytest.mark.parametrize("kept", [True, False])
def test_rows_in_parts_by_several_threads_give_the_same_to_the_last_bit(monkeypatch, kept):
    codes, supports = sz.DNA.random(101, 6, seed=0), mixed_supports(6, 4, 0)
    whole = BlockDesign(codes, supports, 4)
    c = np.random.default_rng(0).normal(size=len(whole.owner))
    f, sums = whole.apply(c), whole.adjoint(codes[:, 0] - 1.5)
    module = "shapzero_lite.sketching.block_design."
    for name, value in {"_ROWS": 10, "_PARTS_ALONE": 2, "_TABLES": 2}.items():
        monkeypatch.setattr(module + name, value)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    if not kept:
        monkeypatch.setattr(module + "KEEP", 0)
    parted = BlockDesign(codes, supports, 4)
    np.testing.assert_array_equal(parted.apply(c), f)
    np.testing.assert_array_equal(parted.apply(c, codes[3:]), f[3:])
    np.testing.assert_array_equal(parted.adjoint(codes[:, 0] - 1.5), sums)


def test_over_all_sequences_the_waves_are_orthonormal():
    every = sz.DNA.all_sequences(4)
    supports = [T for d in range(5) for T in combinations(range(4), d)]
    A = written_out(every, supports, 4)
    np.testing.assert_allclose(A.T @ A / len(every), np.eye(256), atol=1e-12)
    np.testing.assert_allclose(BlockDesign(every, supports, 4).mean_squares(), 1, atol=1e-12)


@pytest.mark.parametrize("q", [2, 3, 4, 5, 6, 20])
def test_the_functions_of_a_letter_are_orthonormal_and_the_first_is_one(q):
    B = letter_basis(q)
    np.testing.assert_allclose(B.T @ B / q, np.eye(q), atol=1e-12)
    np.testing.assert_array_equal(B[:, 0], 1)


@pytest.mark.parametrize(
    ("n", "size", "supports"),
    [
        (7, 4, [T for d in range(4) for T in combinations(range(7), d)]),
        (12, 6, list(combinations(range(12), 3))),
        (5, 9, [(), (0, 4), (1,)]),
        (9, 3, mixed_supports(9, 3, seed=5)),
        (4, 2, [()]),
    ],
)
def test_every_support_lies_in_exactly_one_block(n, size, supports):
    blocks = cover(supports, n, size)
    owned = [T for _, own in blocks for T in own]
    assert sorted(owned) == sorted(supports)
    for positions, own in blocks:
        assert list(positions) == sorted(set(positions))
        assert len(positions) == min(size, n)
        assert min(positions) >= 0
        assert max(positions) < n
        assert all(set(T) <= set(positions) for T in own)


def test_blocks_are_well_filled():
    # 220 triples, 20 in a block of six: 11 blocks at least, and a greedy cover needs few more.
    blocks = cover(list(combinations(range(12), 3)), 12, 6)
    assert comb(12, 3) / 20 <= len(blocks) <= 2.2 * comb(12, 3) / 20
