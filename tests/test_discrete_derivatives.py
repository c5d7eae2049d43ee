"""Interactions by random discrete derivatives against those of the exact spectrum."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.explaining.discrete_derivatives import derivative_values

N, Q = 5, 3
LETTERS = sz.Alphabet.of_size(Q)
BACKGROUNDS = {
    "uniform": None,
    "letters": sz.Letters(np.random.default_rng(0).dirichlet(np.ones(Q), N), LETTERS),
    "a set": LETTERS.random(4, N, seed=9),
}


def bent(codes):
    """Terms of every order, and no position like another."""
    return np.tanh(np.sin(codes.astype(float) @ np.arange(1.0, codes.shape[1] + 1)) + codes[:, 0])


@pytest.fixture(scope="module")
def spectrum():
    table = bent(LETTERS.all_sequences(N)).reshape((Q,) * N)
    return sz.Spectrum.from_values(table, LETTERS)


@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
@pytest.mark.parametrize(
    ("index", "order"),
    [("FSII", 1), ("FSII", 2), ("FSII", 3), ("STII", 2), ("STII", 3), ("SII", 2), ("SII", 3),
     ("BII", 2), ("Moebius", 2)],
)  # fmt: skip
def test_values_are_those_of_all_sequences(spectrum, background, index, order):
    codes = LETTERS.random(3, N, seed=1)
    exact = sz.interactions(spectrum, codes, index, order, background)
    sets = [T for T in exact.subsets if len(T) == order][:4]
    truth = np.array([[row[T] for T in sets] for row in (exact[r] for r in range(3))])
    found, errors = derivative_values(bent, codes, Q, sets, index, 4000, 5, background)
    assert (np.abs(found - truth) < 4.5 * errors + 1e-12).all()
    assert 0 < errors.max() < 0.05


def test_errors_are_what_the_values_scatter_by_and_blocks_change_nothing(monkeypatch):
    codes = LETTERS.random(20, N, seed=2)
    truth, _ = derivative_values(bent, codes, Q, [(0, 1)], "SII", 20_000, 0)
    monkeypatch.setattr("shapzero_lite.explaining.discrete_derivatives._ROWS", 300)
    z = []
    for seed in range(20):
        found, errors = derivative_values(bent, codes, Q, [(0, 1)], "SII", 60, seed + 1)
        z.append((found - truth) / errors)
    assert np.mean(np.square(z)) == pytest.approx(1.0, abs=0.25)


def test_no_sets_are_no_columns():
    values, errors = derivative_values(bent, LETTERS.random(2, N, seed=0), Q, [], "SII", 10, 0)
    assert values.shape == errors.shape == (2, 0)


def test_draws_of_one_sequence_are_asked_in_blocks(monkeypatch):
    monkeypatch.setattr("shapzero_lite.explaining.discrete_derivatives._ROWS", 300)
    codes, rows = LETTERS.random(2, N, seed=1), []

    def noting(asked):
        rows.append(len(asked))
        return bent(asked)

    found, errors = derivative_values(noting, codes, Q, [(0, 2)], "SII", 4001, 0)
    assert max(rows) == 300
    assert sum(rows) == 2 * 4001 * 4
    monkeypatch.undo()
    truth, unsure = derivative_values(bent, codes, Q, [(0, 2)], "SII", 16_000, 1)
    assert (np.abs(found - truth) < 4.5 * np.hypot(errors, unsure)).all()
    np.testing.assert_allclose(errors, 2 * unsure, rtol=0.1)
