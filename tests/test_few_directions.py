"""Rows near few directions: products within what was asked, whole rows where they are not near."""

import numpy as np

from shapzero_lite.explaining.few_directions import few_directions


def test_what_is_left_out_is_within_what_was_asked():
    rng = np.random.default_rng(0)
    few = rng.normal(size=(20, 300)) + 1j * rng.normal(size=(20, 300))
    rows = rng.normal(size=(500, 20)) @ few
    columns = rng.normal(size=(7, 300)) + 1j * rng.normal(size=(7, 300))
    exact = (rows @ columns.T).real
    near = few_directions(rows, 1e-9)
    assert near.Q is not None
    longest = np.linalg.norm(columns, axis=1).max()
    assert np.abs(near.real_products(columns) - exact).max() <= 1e-9 * longest + 1e-10
    noisy = rows + 1e-6 * rng.normal(size=rows.shape)  # near no few directions, that closely
    whole = few_directions(noisy, 1e-9)
    assert whole.Q is None
    np.testing.assert_allclose(
        whole.real_products(columns), (noisy @ columns.T).real, rtol=1e-12, atol=1e-10
    )
    assert few_directions(noisy, 1e-3).Q is not None
    assert few_directions(rows[:40], 1e-9).Q is None  # too few rows to be worth it
