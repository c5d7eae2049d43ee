"""The increasing spline: against what made the points, and against scipy's own spline."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

pytest.importorskip("scipy", reason="extra `lessons` is absent: the spline needs scipy")

from scipy.interpolate import BSpline

from shapzero_lite.sketching.monotone import MonotoneSpline

Z = np.sort(np.random.default_rng(0).normal(size=2000))


@pytest.mark.parametrize(
    "curve",
    [np.tanh, lambda z: np.maximum(z, 0.7), lambda z: np.minimum(z, -0.7), lambda z: 3 * z - 1],
    ids=["sigmoid", "floor", "ceiling", "line"],
)
def test_an_increasing_curve_is_found(curve):
    g = MonotoneSpline.fit(Z, curve(Z), np.ones(len(Z)))
    assert ((g(Z) - curve(Z)) ** 2).mean() < 1e-3 * curve(Z).var()
    assert (np.diff(g(np.linspace(-9, 9, 500))) >= -1e-12).all()


def test_a_falling_curve_is_answered_by_its_mean():
    g = MonotoneSpline.fit(Z, -Z, np.ones(len(Z)))
    assert_allclose(g(Z), (-Z).mean(), atol=1e-6)


def test_it_is_constant_beyond_its_ends_and_has_the_slope_of_scipys_spline():
    g = MonotoneSpline.fit(Z, np.exp(Z), np.ones(len(Z)))
    assert_allclose(g([Z[0] - 5, Z[-1] + 5]), g([Z[0], Z[-1]]))
    assert g.slope([Z[0] - 5, Z[-1] + 5]).tolist() == [0, 0]
    inside = np.linspace(-1, 1, 9)
    other = BSpline(g.knots, g.coefficients, 3)
    assert_allclose(g.slope(inside), other.derivative()(inside))


def test_points_of_one_place_have_their_mean():
    g = MonotoneSpline.fit(np.zeros(4), np.arange(4.0), np.ones(4))
    assert_allclose(g(0.0), 1.5, atol=1e-6)
    weighted = MonotoneSpline.fit(np.zeros(2), np.array([0.0, 1.0]), np.array([3.0, 1.0]))
    assert_allclose(weighted(0.0), 0.25, atol=1e-6)
