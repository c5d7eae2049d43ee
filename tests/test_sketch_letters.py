"""Sketches for letters that are not uniform: of a model, and of samples."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import samples

WILD = sz.DNA.encode(["ACGTACGTAC"])[0]


def planted(codes):
    """Order 1 and 2 around the wild type, units of their own."""
    changed = (np.asarray(codes) != WILD).astype(float)
    bent = changed[:, 2] * changed[:, 7] * (codes[:, 7] == 0)
    return 5 + changed @ np.linspace(-1, 1, 10) + 2 * bent


@pytest.fixture(scope="module")
def around():
    letters = sz.Letters.around("ACGTACGTAC", rate=0.2)
    return sz.sketch(planted, letters=letters, budget=6000, seed=0, progress=False)


def test_a_sketch_around_a_wild_type_is_of_its_letters(around):
    letters = around.letters
    assert letters == sz.Letters.around("ACGTACGTAC", rate=0.2)
    assert around.n_queries <= 6000
    assert around.r2 > 0.99
    fresh = letters.draw(4000, np.random.default_rng(9))
    truth, found = planted(fresh), around.spectrum.evaluate(fresh)
    r2 = 1 - ((truth - found) ** 2).mean() / truth.var()
    assert around.r2_interval[0] - 0.01 < r2 < around.r2_interval[1] + 0.01
    assert around.spectrum.constant == pytest.approx(truth.mean(), abs=0.1)


def test_its_values_are_those_of_the_model_for_these_letters(around):
    codes = around.letters.draw(5, np.random.default_rng(1))
    e = sz.Explainer(around).explain(codes, model=planted)
    # Exact: planted effects and the letters' own mean.
    table = planted(sz.DNA.all_sequences(10)).reshape((4,) * 10)
    exact = sz.spectra.Decomposition.from_values(table, around.letters)
    np.testing.assert_allclose(e.values, sz.shapley_values(exact, codes), atol=0.15)
    assert np.abs(e.gap).max() < 0.3
    strongest = e.interactions.strongest(1, order=2)[0][0]
    assert strongest == (2, 7)
    corrected = sz.Explainer(around).explain(codes, model=planted, extra=500)
    error = np.abs(corrected.values - sz.shapley_values(exact, codes))
    assert (error <= 5 * corrected.standard_error + 1e-6).mean() > 0.95


def test_what_cannot_occur_is_not_asked_and_not_explained():
    seen = []

    def model(codes):
        seen.append(codes.copy())
        return planted(codes)

    letters = sz.Letters.fixed("ACGTACGTAC", [1, 3, 8, 10])
    made = sz.sketch(model, letters=letters, budget=5000, progress=False)
    assert (made.method, made.n_queries, made.r2) == ("enumerate", 272, 1.0)
    asked = letters.check(np.concatenate(seen))
    assert (len(asked), len(np.unique(asked, axis=0))) == (272, 256)
    e = sz.Explainer(made).explain(letters.draw(3, np.random.default_rng(0)), model=planted)
    np.testing.assert_allclose(e.gap, 0, atol=1e-10)
    assert not e.values[:, [1, 3, 4, 5, 6, 8]].any()
    with pytest.raises(ValueError, match="sequence 1, position 2: the letter A cannot occur"):
        sz.Explainer(made).explain(["AAGTACGTAC"])


def test_a_sketch_of_letters_survives_its_file(around, tmp_path):
    path = around.save(tmp_path / "around.npz")
    again = sz.Sketch.load(path)
    codes = around.letters.draw(50, np.random.default_rng(2))
    assert again.letters == around.letters
    np.testing.assert_array_equal(again.spectrum.evaluate(codes), around.spectrum.evaluate(codes))
    np.testing.assert_array_equal(again.standard_error, around.standard_error)
    parts = around.spectrum
    loaded = sz.spectra.Decomposition.load(parts.save(tmp_path / "parts.npz"))
    np.testing.assert_array_equal(loaded.evaluate(codes), parts.evaluate(codes))
    curve = again.learning_curve(parts=(4,))
    assert curve[0].rows < curve[1].rows


def test_the_same_seed_asks_the_same_sequences():
    letters = sz.Letters.around("ACGTACGTAC", rate=0.1)
    made = [sz.sketch(planted, letters=letters, budget=1500, seed=3, progress=False) for _ in "ab"]
    codes = letters.draw(20, np.random.default_rng(0))
    values = [m.spectrum.evaluate(codes) for m in made]
    np.testing.assert_array_equal(*values)


def test_draws_without_repeats_are_weighted_to_the_letters():
    letters = sz.Letters.around("ACGT", rate=0.2)
    codes, times = samples.draw_from(letters, 100, np.random.default_rng(0))
    assert len(np.unique(codes, axis=0)) == len(codes) <= 100
    share = np.average(codes == WILD[:4], axis=0, weights=times)
    np.testing.assert_allclose(share, 0.8, atol=0.06)


def test_samples_around_a_wild_type_are_read_as_such():
    letters = sz.Letters.around("ACGTACGTAC", rate=0.15)
    codes = letters.draw(3000, np.random.default_rng(0))
    y = planted(codes)
    made = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    assert made.letters == sz.Letters.from_sequences(codes, sz.DNA)
    assert made.spectrum.constant == pytest.approx(y.mean(), abs=0.02)
    assert made.r2 > 0.95
    assert "their own frequencies are meant" in made.notes[0]
    given = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, letters=letters.probabilities)
    assert given.letters == letters


def test_uniform_samples_stay_a_spectrum():
    codes = sz.DNA.random(600, 6, seed=0)
    y = (codes[:, 0] == codes[:, 3]) * 1.0
    made = sz.sketch_from_samples(codes, y, alphabet=sz.DNA)
    uniform = sz.Letters.uniform(6, sz.DNA)
    again = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, letters=uniform)
    assert made.letters is None
    assert isinstance(made.spectrum, sz.Spectrum)
    np.testing.assert_array_equal(made.spectrum.coefficients, again.spectrum.coefficients)
    asked = sz.sketch(planted, letters=sz.Letters.uniform(10, sz.DNA), budget=500, progress=False)
    assert isinstance(asked.spectrum, sz.Spectrum)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (
            lambda: sz.sketch(planted, letters=np.full((10, 4), 0.25), budget=500),
            TypeError,
            "give alphabet=",
        ),
        (
            lambda: sz.sketch(
                planted, alphabet=sz.RNA, letters=sz.Letters.around("ACGT", 0.1), budget=500
            ),
            ValueError,
            "ACGU",
        ),
        (
            lambda: sz.sketch(planted, 5, letters=sz.Letters.around("ACGT", 0.1), budget=500),
            ValueError,
            "5",
        ),
        (
            lambda: sz.sketch(
                planted, letters=sz.Letters.around("ACGT", 0.1), method="qsft", budget=5000
            ),
            ValueError,
            "for uniform letters",
        ),
        (
            lambda: sz.sketch_from_samples(
                ["AAAA"] * 30,
                np.arange(30.0),
                alphabet=sz.DNA,
                letters=sz.Letters.around("CCCC", 0),
            ),
            ValueError,
            "position 1: the letter A cannot occur",
        ),
    ],
)
def test_what_is_refused(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_a_decomposition_is_drawn_and_shown_like_a_spectrum(around):
    """Its figure, and the card of an Explainer made from it without the sketch."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="extra `plots` is absent: matplotlib")
    shares, positions = around.plot().axes
    assert len(shares.patches) == around.spectrum.order
    heights = [bar.get_height() for bar in positions.patches[: around.spectrum.n]]
    np.testing.assert_allclose(heights, around.spectrum.sobol_total())
    plt.close("all")
    shown = sz.Explainer(around.spectrum)._repr_html_()
    assert repr(around.spectrum) in shown
    assert f"base value: {around.spectrum.constant:.4g}" in shown
