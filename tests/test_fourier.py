import brute_force
import numpy as np
import pytest

import shapzero_lite as sz

SHAPES = [(2, 1), (2, 6), (3, 4), (4, 3), (5, 3), (20, 2), (64, 1)]


def table(q, n, seed=0, kind=float):
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(q,) * n)
    return values + 1j * rng.normal(size=(q,) * n) if kind is complex else values


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_the_transform_is_the_matrix_of_the_definition(q, n, kind):
    f = table(q, n, kind=kind)
    F = sz.fourier_transform(f)
    assert F.shape == f.shape
    assert F.dtype == np.complex128
    np.testing.assert_allclose(F.ravel(), brute_force.fourier_matrix(q, n) @ f.ravel(), atol=1e-12)


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_forth_and_back_is_where_we_started(q, n, kind):
    f = table(q, n, seed=1, kind=kind)
    np.testing.assert_allclose(sz.inverse_fourier_transform(sz.fourier_transform(f)), f, atol=1e-12)
    np.testing.assert_allclose(sz.fourier_transform(sz.inverse_fourier_transform(f)), f, atol=1e-12)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_parseval_and_the_mean(q, n):
    f = table(q, n, seed=2)
    F = sz.fourier_transform(f)
    assert (np.abs(F) ** 2).sum() == pytest.approx((f**2).mean(), rel=1e-12)
    assert F[(0,) * n] == pytest.approx(f.mean(), abs=1e-12)


@pytest.mark.parametrize(("q", "n"), SHAPES)
def test_a_real_table_has_a_conjugate_symmetric_transform(q, n):
    F = sz.fourier_transform(table(q, n, seed=3))
    mirrored = F[np.ix_(*[-np.arange(q) % q] * n)]
    np.testing.assert_allclose(F, mirrored.conj(), atol=1e-12)


def test_the_callers_table_is_left_alone():
    f = table(4, 3)
    before = f.copy()
    sz.fourier_transform(f)
    sz.inverse_fourier_transform(f)
    np.testing.assert_array_equal(f, before)


def test_whole_numbers_and_truth_values_are_tables_too():
    expected = sz.fourier_transform([[0.0, 1.0], [1.0, 1.0]])
    for kind in (bool, int, np.uint8, np.float32):
        np.testing.assert_allclose(sz.fourier_transform(np.array([[0, 1], [1, 1]], kind)), expected)


TRANSFORMS = [
    sz.fourier_transform,
    sz.inverse_fourier_transform,
    sz.mobius_transform,
    sz.inverse_mobius_transform,
]


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (3.0, ValueError, r"got shape \(\)"),
        (np.zeros((4, 3)), ValueError, r"got shape \(4, 3\)"),
        (np.zeros((1, 1)), ValueError, "q = 2 to 64"),
        (np.zeros(65), ValueError, "q = 2 to 64"),
        (np.zeros(4**6), ValueError, "reshape"),
        (np.zeros((0, 0)), ValueError, "q = 2 to 64"),
        ([["a", "b"], ["c", "d"]], TypeError, "a table of numbers"),
        ([[None, 1], [2, 3]], TypeError, "object"),
        ([[1.0, np.nan], [0.0, 0.0]], ValueError, r"nan at index \(0, 1\)"),
        ([[1.0, 0.0], [np.inf, 0.0]], ValueError, r"inf at index \(1, 0\)"),
    ],
)
def test_what_is_not_a_table_is_refused(transform, given, error, message):
    with pytest.raises(error, match=message):
        transform(given)


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_a_table_too_large_states_the_memory_before_it_is_touched(transform):
    # a view of one number with 4^20 entries: 8 TiB if anybody copied it
    huge = np.broadcast_to(0.0, (4,) * 20)
    with pytest.raises(ValueError, match=r"the transform of 4\^20 values would need .* GiB"):
        transform(huge)
