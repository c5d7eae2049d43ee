"""A curve over a sum is found where there is one, beside pairs too, and only there."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching.curve_fit import fit_curve
from shapzero_lite.spectra import CurvedSum, Decomposition, Spectrum

N_POSITIONS = 12
EFFECTS = np.random.default_rng(3).normal(size=(N_POSITIONS, 4))
PLACE = np.arange(N_POSITIONS)
UNIFORM = sz.Letters.uniform(N_POSITIONS, sz.DNA)
AROUND = sz.Letters.around("ACGTACGTACGT", rate=0.25)


def latent(codes):
    return EFFECTS[PLACE, codes].sum(axis=1)


CURVES = {
    "sigmoid": lambda codes: 1 / (1 + np.exp(-2 * latent(codes))),
    "floor": lambda codes: np.maximum(latent(codes), 0.5),
    "hump": lambda codes: np.exp(-((latent(codes) - 0.5) ** 2) / 4),
}


def r2(truth, found):
    return 1 - ((truth - found) ** 2).mean() / truth.var()


@pytest.mark.parametrize("letters", [UNIFORM, AROUND], ids=["uniform", "around"])
@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_a_planted_curve_is_found(curve, letters):
    codes = letters.draw(3000, np.random.default_rng(0))
    g, z = fit_curve(codes, curve(codes), letters, seed=0)
    fresh = letters.draw(2000, np.random.default_rng(1))
    assert r2(curve(fresh), g(z[PLACE, fresh].sum(axis=1))) > 0.985
    effects = [e - e.mean(axis=1, keepdims=True) for e in (EFFECTS, z)]
    assert abs(np.corrcoef(*map(np.ravel, effects))[0, 1]) > 0.98


def test_weights_and_noise():
    rng = np.random.default_rng(0)
    codes = UNIFORM.draw(4000, rng)
    y = CURVES["sigmoid"](codes) + rng.normal(0, 0.2, 4000)
    y[2000:] += rng.normal(0, 20, 2000)
    w = np.where(np.arange(4000) < 2000, 1.0, 1e-6)
    g, z = fit_curve(codes, y, UNIFORM, 0, w)
    assert r2(CURVES["sigmoid"](codes), g(z[PLACE, codes].sum(axis=1))) > 0.97


@pytest.mark.parametrize(
    "f",
    [
        latent,
        lambda codes: (codes[:, 0] == codes[:, 5]) * 1.0,
        lambda codes: np.random.default_rng(9).normal(size=len(codes)),
        lambda codes: np.ones(len(codes)),
    ],
    ids=["a sum", "a pair", "noise", "a constant"],
)
def test_no_curve_is_found_where_there_is_none(f):
    codes = UNIFORM.draw(3000, np.random.default_rng(0))
    assert fit_curve(codes, f(codes), UNIFORM, seed=0) is None
    fixed = sz.Letters.fixed("ACGT", [])
    assert fit_curve(np.array([[0, 1, 2, 3]] * 50, np.uint8), np.arange(50.0), fixed, 0) is None


def test_a_sketch_around_a_wild_type_takes_the_curve_and_its_values_are_the_models():
    model = CURVES["sigmoid"]
    letters = sz.Letters.around("ACGTACGTACGT", rate=0.25, first=37)
    made = sz.sketch(model, letters=letters, budget=4000, seed=1, progress=False)
    assert isinstance(made.spectrum, CurvedSum)
    assert made.r2 > 0.98
    assert made.letters == letters
    said = " ".join(str(made).split())
    assert "samples: 4,000 queries, a curve over a sum of 36 effects of letters" in said
    assert "variance of the sketch (order 6: and all above)" in said
    codes = letters.draw(6, np.random.default_rng(2))
    e = sz.Explainer(made).explain(codes, model=model)
    np.testing.assert_allclose(e.gap, model(codes) - made.spectrum.evaluate(codes), atol=1e-7)
    assert e.position_names[0] == "A37"
    assert e.standard_error.shape == e.values.shape
    assert e.interactions.values.shape == (6, 12 + 66)
    # Unbiased values of the model itself, by walks that correct the sketch.
    walked = sz.Explainer(made).explain(codes, model=model, extra=3000)
    assert np.abs(walked.values - e.values).max() < 0.03
    assert walked.standard_error.mean() < e.standard_error.mean()


def test_other_backgrounds_and_the_file(tmp_path):
    codes = AROUND.draw(3000, np.random.default_rng(0))
    y = CURVES["floor"](codes)
    made = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, letters=AROUND)
    assert isinstance(made.spectrum, CurvedSum)
    path = made.save(tmp_path / "sketch.npz")
    loaded = sz.Sketch.load(path)
    assert str(loaded) == str(made)
    for background in (None, UNIFORM, codes[:5], AROUND.probabilities):
        one, other = (
            sz.Explainer(s, background=background).explain(codes[:3]) for s in (made, loaded)
        )
        np.testing.assert_allclose(one.values, other.values, rtol=1e-9, atol=1e-12)
        total = one.base_value + one.values.sum(axis=1)
        np.testing.assert_allclose(total, made.spectrum.evaluate(codes[:3]), atol=1e-6)
    steps = made.learning_curve()
    assert steps[0].rows < steps[-1].rows == len(made.samples[0][0])
    assert 0.5 < steps[0].r2 <= steps[-1].r2


def test_pairs_beside_the_curve():
    rng = np.random.default_rng(5)
    tables = rng.normal(size=(3, 4, 4))

    def model(codes):
        pairs = sum(t[codes[:, i], codes[:, i + 4]] for i, t in enumerate(tables))
        return 4 / (1 + np.exp(-2 * latent(codes))) + 0.5 * pairs

    codes = UNIFORM.draw(4000, rng)
    made = sz.sketch_from_samples(codes, model(codes), alphabet=sz.DNA, method="curve")
    plain = sz.sketch_from_samples(codes, model(codes), alphabet=sz.DNA)
    assert isinstance(made.spectrum, CurvedSum)
    assert {(0, 4), (1, 5), (2, 6)} <= set(made.spectrum.rest.supports)
    assert isinstance(plain.spectrum, Spectrum)  # for uniform letters a curve is asked for
    assert made.r2 > 0.97 > plain.r2
    assert made.method == made.spectrum.provenance["method"] == "curve"


def test_without_a_curve_the_parts_stay():
    codes = AROUND.draw(2500, np.random.default_rng(0))
    y = 1.0 * (codes[:, 0] == codes[:, 3]) + (codes[:, 1] == 2)
    made = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, letters=AROUND, method="curve")
    assert isinstance(made.spectrum, Decomposition)
    assert made.r2 > 0.999
    # So they do where only low orders are asked for.
    low = sz.sketch_from_samples(
        codes, CURVES["floor"](codes), alphabet=sz.DNA, letters=AROUND, max_order=2
    )
    assert isinstance(low.spectrum, Decomposition)
    assert low.spectrum.order <= 2
