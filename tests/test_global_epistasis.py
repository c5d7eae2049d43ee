"""Global epistasis on the latent side: planted landscapes, and two that were measured whole."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

pytest.importorskip("scipy", reason="extra `lessons` is absent: the fit needs scipy")

from scipy.stats import false_discovery_control

import shapzero_lite as sz
from shapzero_lite.sketching import fit_global_epistasis
from shapzero_lite.sketching.latent_fit import Design, latent_fit, linear_fit
from shapzero_lite.sketching.specific_pairs import benjamini_hochberg

N, n = 2000, 6
CODES = sz.DNA.random(N, n, seed=1)


def additive_latent(seed=0):
    z = np.random.default_rng(seed).normal(size=(n, 4))[np.arange(n), CODES].sum(axis=1)
    return (z - z.mean()) / z.std()


CURVES = {
    "floor under half": lambda z: np.maximum(z, np.quantile(z, 0.5)),
    "floor under three quarters": lambda z: np.maximum(z, np.quantile(z, 0.75)),
    "ceiling over three quarters": lambda z: np.minimum(z, np.quantile(z, 0.25)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-4 * z)),
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_a_curve_over_a_sum_leaves_no_specific_interaction(curve):
    z, rng = additive_latent(), np.random.default_rng(2)
    y = curve(z)
    error = 0.15 * y.std()
    found = fit_global_epistasis(
        CODES, y + error * rng.normal(size=N), sz.DNA, errors=np.full(N, error), seed=0
    )
    assert found.shares["specific"] < 0.02
    assert_allclose(found.shares["noise"], 0.15**2 / (1 + 0.15**2), atol=0.005)
    assert_allclose(sum(found.shares.values()), 1)
    assert np.corrcoef(found.latent.evaluate(CODES), z)[0, 1] > 0.99
    assert ((found(CODES) - y) ** 2).mean() < 0.02 * y.var()


def test_effects_are_known_by_their_sign_though_the_curve_always_rises():
    found = fit_global_epistasis(CODES, -np.exp(additive_latent()), sz.DNA)
    assert np.corrcoef(found.latent.evaluate(CODES), additive_latent())[0, 1] < -0.99
    assert (np.diff(found.scale(np.linspace(-3, 3, 100))) >= 0).all()


def test_planted_pairs_are_found_behind_a_floor_and_the_others_have_honest_p_values():
    planted, found, named, others = {(0, 1), (2, 5), (3, 4)}, 0, [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        z = additive_latent(seed)
        for i, j in sorted(planted):
            z = z + 0.25 * rng.normal(size=(4, 4))[CODES[:, i], CODES[:, j]]
        y = np.maximum(z, np.quantile(z, 0.5))
        y += 0.15 * y.std() * rng.normal(size=N)
        fit = fit_global_epistasis(CODES, y, sz.DNA, pairs=True, seed=seed)
        discoveries = {pair.positions for pair in fit.specific_pairs(0.1)}
        found += len(discoveries & planted)
        named.append(len(discoveries - planted) / max(1, len(discoveries)))
        others += [pair.p_value for pair in fit.pairs if pair.positions not in planted]
        assert fit.shares["pairs"] > 0.02
        assert fit.latent.order == 2
    assert found >= 0.9 * 4 * len(planted)
    # Of 48 pairs that are not there a tenth may have p < 0.1, give or take two standard errors;
    # the share of false discoveries, whose mean is promised, is as noisy.
    assert np.mean(np.array(others) < 0.1) < 0.1 + 2 * np.sqrt(0.1 * 0.9 / len(others))
    assert np.mean(named) < 0.1 + 2 * np.std(named) / np.sqrt(len(named))


def test_where_no_pair_is_planted_next_to_none_is_found():
    y = np.maximum(additive_latent(3), 0) + 0.2 * np.random.default_rng(3).normal(size=N)
    found = fit_global_epistasis(CODES, y, sz.DNA, pairs=True, seed=3)
    assert len(found.specific_pairs(0.1)) <= 1
    assert found.shares["pairs"] < 0.01


@pytest.mark.parametrize(("name", "most"), [("pard3-pare3", 0.0485), ("pard3-pare2", 0.0435)])
def test_of_the_measured_antitoxin_little_is_left(name, most):
    model, every = sz.models.protein(name), sz.PROTEIN.all_sequences(3)
    found = fit_global_epistasis(every, model.table.ravel(), sz.PROTEIN)
    assert found.shares["specific"] < most
    as_measured = 1 - model.spectrum.variance_by_order()[0]
    assert_allclose(1 - found.shares["additive"], as_measured, atol=0.005)


def test_other_starts_end_in_the_same_place():
    y = sz.models.protein("pard3-pare3").table.ravel()
    every = sz.PROTEIN.all_sequences(3)
    design, w = Design(sz.Letters.uniform(3, sz.PROTEIN)), np.ones(len(y))
    matrix, penalty = design.matrix(every), design.penalty()
    starts = [linear_fit(matrix, t, w, penalty)[0] for t in (y, np.exp(4 * y))]
    ends = [((y - latent_fit(matrix, y, w, penalty, s)(matrix)) ** 2).mean() for s in starts]
    assert_allclose(ends[0], ends[1], rtol=1e-4)


def test_design_and_parts_are_the_same_function():
    letters = sz.Letters.from_sequences(CODES[:500, :3], sz.DNA)
    design = Design(letters, [(0, 1), (0, 2)])
    theta = np.random.default_rng(0).normal(size=design.width)
    parts = design.parts(theta, 0.5)
    assert parts.supports == [(0,), (1,), (2,), (0, 1), (0, 2)]
    every = sz.DNA.all_sequences(3)
    assert_allclose(parts.evaluate(every), design.matrix(every) @ theta - 0.5, atol=1e-12)
    rare = np.where(CODES[:, :3] == 3, 0, CODES[:, :3])  # T never occurs: mean of its position
    without = Design(sz.Letters.from_sequences(rare, sz.DNA), [(0, 1)])
    assert without.width == 3 * 2 + 2 * 2
    some = without.parts(np.random.default_rng(0).normal(size=without.width), 0.0)
    for T, flat in some.tables():
        assert_allclose(flat.reshape((4,) * len(T))[3], 0, atol=1e-12)
    # θ'Pθ of pairs: the squares of what is left of their tables about both means.
    pairs_only = np.where(np.arange(design.width) < 9, 0.0, theta)
    squares = sum(
        float((flat**2).sum()) for T, flat in design.parts(pairs_only, 0.0).tables() if len(T) == 2
    )
    assert_allclose(pairs_only @ design.penalty() @ pairs_only, squares)


def test_a_scan_around_a_wild_type():
    rng = np.random.default_rng(0)
    wild = sz.PROTEIN.random(1, 12, seed=0)[0]
    codes = sz.Letters.around(sz.PROTEIN.decode(wild[None])[0], 0.2, sz.PROTEIN).draw(4000, rng)
    effects = -rng.exponential(size=(12, 20))
    effects[np.arange(12), wild] = 0
    z = effects[np.arange(12), codes].sum(axis=1)
    y = 1 / (1 + np.exp(-3 - 2 * z)) + 0.05 * rng.normal(size=len(z))
    found = fit_global_epistasis(codes, y, sz.PROTEIN, errors=np.full(len(z), 0.05))
    assert found.shares["specific"] < 0.02
    assert found.shares["curve"] > 0.1


def test_benjamini_hochberg_is_scipys():
    p = np.random.default_rng(0).random(40) ** 2
    assert_allclose(benjamini_hochberg(p), false_discovery_control(p))


def test_weights_leave_out_what_they_make_light():
    z = additive_latent()
    y = np.tanh(z)
    bad = np.arange(N) % 10 == 0
    y[bad] = np.random.default_rng(0).normal(size=bad.sum())
    found = fit_global_epistasis(CODES, y, sz.DNA, weights=np.where(bad, 1e-6, 1.0))
    assert found.shares["specific"] < 0.01


def test_the_seed_decides_and_it_says_what_it_found():
    y = np.tanh(additive_latent()) + 0.1 * np.random.default_rng(0).normal(size=N)
    found, again = (fit_global_epistasis(CODES, y, sz.DNA, seed=7) for _ in range(2))
    assert found.shares == again.shares
    assert (found(CODES) == again(CODES)).all()
    assert "+ one increasing curve" in str(found)
    assert "specific interaction and noise" in str(found)
    assert repr(found).startswith("GlobalEpistasis(2,000 rows, R² 0.9")
    with pytest.raises(ValueError, match="pairs=True"):
        found.specific_pairs()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": np.ones(N)}, "rows of one value"),
        ({"values": np.arange(9.0)}, "2000 numbers"),
        ({"values": np.where(np.arange(N) == 4, np.nan, 1.0)}, "values must be finite; row 5"),
        ({"weights": np.zeros(N)}, "weights must be positive and finite; row 1"),
        ({"weights": np.ones(N), "errors": np.ones(N)}, "not both"),
        ({"seed": 0.5}, "seed is a whole number"),
        ({"values": ["a"] * N}, "values are 2000 numbers"),
    ],
)
def test_what_will_not_do_is_named(change, message):
    given = {"values": np.arange(float(N))} | change
    with pytest.raises(ValueError, match=message):
        fit_global_epistasis(CODES, given.pop("values"), sz.DNA, **given)


def test_few_rows_are_refused():
    with pytest.raises(ValueError, match="50 rows whose values differ are needed; got 20"):
        fit_global_epistasis(CODES[:20], np.arange(20.0), sz.DNA)
