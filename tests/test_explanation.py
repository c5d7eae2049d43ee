"""An explanation is cut and walked through like an array of sequences."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import shapzero_lite as sz

PER_SEQUENCE = ("codes", "values", "model_values", "standard_error")


@pytest.fixture(scope="module")
def e():
    toy = sz.models.toy(n=6, terms=20, seed=3)
    sketch = sz.sketch(toy, budget=900, method="samples", progress=False)
    return sz.Explainer(sketch).explain(sz.DNA.random(9, 6, seed=1), model=toy, extra=200)


MASK = np.array([True, False] * 4 + [True])


@pytest.mark.parametrize(
    "rows",
    [0, -1, np.int64(3), slice(None, 4), slice(None, None, -2), MASK, [2, 2, 0]],
    ids=str,
)
@pytest.mark.parametrize("known", [False, True])
def test_a_part_has_all_fields_of_its_sequences(e, rows, known):
    if known:
        assert e.interactions.values.shape[0] == 9
    else:
        vars(e).pop("interactions", None)
    part = e[rows]
    chosen = np.atleast_1d(np.arange(9)[rows])
    assert isinstance(part, sz.explaining.Explanation)
    assert len(part) == len(chosen)
    for name in PER_SEQUENCE:
        np.testing.assert_array_equal(getattr(part, name), getattr(e, name)[chosen])
    np.testing.assert_array_equal(part.gap, e.gap[chosen])
    assert part.sequences == [e.sequences[r] for r in chosen]
    for name in ("spectrum", "base_value", "index", "max_order", "background", "degrees"):
        assert getattr(part, name) == getattr(e, name)
    for mine, theirs in zip(part.interval(), e.interval(), strict=True):
        np.testing.assert_array_equal(mine, theirs[chosen])
    np.testing.assert_allclose(part.interactions.values, e.interactions.values[chosen], atol=1e-12)
    assert part.interactions.subsets == e.interactions.subsets


def test_a_part_may_hold_no_sequence(e):
    part = e[np.zeros(9, bool)]
    assert len(part) == len(part.sequences) == 0
    assert part.values.shape == part.standard_error.shape == (0, 6)
    assert list(part) == []


def test_fields_that_are_not_known_stay_unknown():
    toy = sz.models.toy(n=4, seed=0)
    part = sz.Explainer(toy.spectrum)(["ACGT", "TTTT"])[1]
    assert part.model_values is part.standard_error is part.gap is None
    assert part.sequences == ["TTTT"]


def test_iteration_gives_one_sequence_at_a_time(e):
    assert [one.sequences for one in e] == [[s] for s in e.sequences]
    assert [len(one) for one in e] == [1] * 9
    np.testing.assert_array_equal(np.concatenate([one.values for one in e]), e.values)


@pytest.mark.parametrize("rows", [9, -10, "a", 1.0, (0, 1), None, np.ones(8, bool), [[0], [1]]])
def test_what_is_no_sequence_of_it_is_refused(e, rows):
    with pytest.raises(IndexError):
        e[rows]


def test_an_explainer_is_called_like_those_of_shap():
    toy = sz.models.toy(n=5, seed=0)
    explainer = sz.Explainer(toy.spectrum)
    called, asked = (f(["ACGTA"], model=toy, max_order=3) for f in (explainer, explainer.explain))
    np.testing.assert_array_equal(called.values, asked.values)
    np.testing.assert_array_equal(called.gap, asked.gap)
    assert called.max_order == 3


def test_the_standard_pictures(e):
    sketch_figure = sz.sketch(sz.models.toy(n=4, seed=0), budget=256, progress=False).plot()
    left, right = sketch_figure.axes
    np.testing.assert_allclose(sum(bar.get_height() for bar in left.patches), 1)
    assert len(right.patches) == 2 * 4
    one, several = e[2].plot(), e.plot()
    heights = np.array([bar.get_height() for bar in one.axes[0].patches]).reshape(2, -1).sum(axis=0)
    np.testing.assert_allclose(heights, e.values[2])
    means = [bar.get_height() for bar in several.axes[0].patches]
    np.testing.assert_allclose(means, e.mean_absolute())
    plt.close("all")


# ---- names of sequences and positions


def test_names_go_through_frames_pictures_and_exports(tmp_path):
    from shapzero_lite import plots

    pytest.importorskip("pandas", reason="extra `plots` is absent: pandas")
    path = tmp_path / "my.fasta"
    path.write_text(">wild\nGATTAC\n>one\nGATGAC\n", encoding="utf-8")
    letters = sz.Letters.fixed("GATTAC", [38, 40], first=37)
    sketch = sz.sketch(
        lambda c: c[:, 1] * 1.0 * c[:, 3], alphabet=sz.DNA, letters=letters, budget=100,
        progress=False,
    )  # fmt: skip
    sketch.save(tmp_path / "sketch.npz")
    for source in (sketch, sz.Sketch.load(tmp_path / "sketch.npz")):
        e = sz.Explainer(source).explain(sz.read_fasta(path))
        assert e.names == ("wild", "one")
        assert e.position_names == ["G37", "A38", "T39", "T40", "A41", "C42"]
    assert e[1].names == ("one",)
    assert e.letters(1) == ["G37", "A38", "T39", "G40", "A41", "C42"]
    frame = e.to_frame()
    assert frame["name"].tolist() == ["wild", "one"]
    np.testing.assert_array_equal(frame["A38"], e.values[:, 1])
    pairs = e.interactions_frame()
    assert pairs["positions"].tolist().count("38 40") == 2
    assert set(pairs["name"]) == {"wild", "one"}
    assert "A38" in str(e)
    assert "wild" in str(e)
    assert "wild" in e._repr_html_()
    ticks = plots.attribution(e, 1).axes[0].get_xticklabels()
    assert [t.get_text() for t in ticks] == [f"{c}\n{i}" for i, c in enumerate("GATGAC", 37)]
    for figure in (plots.mean_attribution(e), plots.position_letter_map(e)):
        named = [t.get_text() for t in figure.axes[0].get_xticklabels()]
        assert named == ["37", "38", "39", "40", "41", "42"]
    ticks = plots.interaction_arcs(e, 0).axes[0].get_xticklabels()
    assert [t.get_text() for t in ticks][:2] == ["G\n37", "A\n38"]
    plt.close("all")


def test_names_reach_shap():
    pytest.importorskip("shap", reason="extra `peers` is absent: shap")
    letters = sz.Letters.around("ACGT", 0.2, first=-1)
    assert letters.positions == ("A-1", "C0", "G1", "T2")
    sketch = sz.sketch(lambda c: c[:, 0] * 1.0, letters=letters, budget=300, progress=False)
    theirs = sz.Explainer(sketch).explain(["ACGT"]).to_shap()
    assert list(theirs.feature_names) == list(letters.positions)


def test_a_table_of_mutants_names_its_positions():
    pd = pytest.importorskip("pandas", reason="extra `plots` is absent: pandas")
    names = ["wt", *(f"{w}{i}{a}" for i, w in enumerate("MKA", 37) for a in "CDE")]
    table = pd.DataFrame({"variant": names, "value": range(10)})
    found = sz.read_variants(table, wild_type="MKA", alphabet=sz.PROTEIN, first=37)
    e = sz.Explainer(sz.sketch_from_samples(found)).explain(found.codes)
    assert e.position_names == ["M37", "K38", "A39"]
    with pytest.raises(ValueError, match="positions are 2 different names"):
        sz.Letters([[0.5, 0.5, 0, 0]] * 2, sz.DNA, ["A1", "A1"])
    with pytest.raises(ValueError, match="positions are different whole numbers from 37 to 40"):
        sz.Letters.fixed("ACGT", [2], first=37)
