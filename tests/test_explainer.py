import copy
import pickle
import sys

import numpy as np
import pytest

import shapzero_lite as sz

# shap and shapiq import functions of matplotlib that are to go; our own code may not.
COLOUR_MAPS = pytest.mark.filterwarnings(
    "ignore:The set_.* function will be deprecated:PendingDeprecationWarning"
)


def explained(n=6, count=5, model=None, **options):
    toy = sz.models.toy(n=n, alphabet=sz.Alphabet("TGCA"), seed=1)
    codes = toy.alphabet.random(count, n, seed=0)
    return toy, codes, sz.Explainer(toy.spectrum).explain(codes, model=model, **options)


def test_an_explanation_holds_what_the_functions_below_it_compute():
    toy, codes, e = explained(index="STII", max_order=3)
    np.testing.assert_array_equal(e.values, sz.shapley_values(toy.spectrum, codes))
    assert e.base_value == sz.base_value(toy.spectrum)
    expected = sz.interactions(toy.spectrum, codes, "STII", 3)
    assert e.interactions.subsets == expected.subsets
    np.testing.assert_array_equal(e.interactions.values, expected.values)
    assert e.sequences == toy.alphabet.decode(codes)
    assert len(e) == 5
    np.testing.assert_allclose(e.mean_absolute(), np.abs(e.values).mean(axis=0))


def test_strings_codes_and_columns_explain_the_same():
    toy, codes, e = explained()
    pd = pytest.importorskip("pandas")
    texts = toy.alphabet.decode(codes)
    explainer = sz.Explainer(toy.spectrum)
    for given in (texts, tuple(texts), pd.Series(texts), [t.lower() for t in texts]):
        np.testing.assert_array_equal(explainer.explain(given).values, e.values)
    assert explainer.explain(texts[0]).values.shape == (1, 6)


def test_the_gap_is_what_the_sketch_misses():
    toy, codes, exact = explained(model=sz.models.toy(n=6, alphabet=sz.Alphabet("TGCA"), seed=1))
    np.testing.assert_allclose(exact.gap, 0, atol=1e-10)

    def other(x):
        return toy(x) + 0.25 * x[:, 0]

    e = sz.Explainer(toy.spectrum).explain(codes, model=other)
    np.testing.assert_allclose(e.gap, 0.25 * codes[:, 0], atol=1e-10)
    np.testing.assert_allclose(e.model_values, other(codes))
    identity = e.base_value + e.values.sum(axis=1) + e.gap
    np.testing.assert_allclose(identity, e.model_values, atol=1e-12)
    assert sz.Explainer(toy.spectrum).explain(codes).gap is None


def test_the_gap_holds_against_other_backgrounds_too():
    toy, codes, _ = explained()
    rng = np.random.default_rng(0)
    for background in (rng.dirichlet(np.ones(4), 6), toy.alphabet.random(7, 6, seed=3)):
        explainer = sz.Explainer(toy.spectrum, background=background)
        e = explainer.explain(codes, model=toy)
        np.testing.assert_allclose(e.gap, 0, atol=1e-10)
        assert e.base_value == sz.base_value(toy.spectrum, background)
        found = sz.interactions(toy.spectrum, codes, background=background)
        np.testing.assert_array_equal(e.interactions.values, found.values)
        total = e.interactions.values.sum(axis=1) + e.base_value
        np.testing.assert_allclose(total, e.model_values, atol=1e-10)
        assert set(e.interactions_frame()["order"]) == {1, 2}


def test_a_background_changed_later_changes_nothing():
    toy, codes, _ = explained()
    for background in (np.full((6, 4), 0.25), toy.alphabet.random(7, 6, seed=3)):
        explainer = sz.Explainer(toy.spectrum, background=background)
        before = explainer.explain(codes)
        background[:] = background[0, 0] if background.dtype == np.uint8 else [1, 0, 0, 0]
        after = explainer.explain(codes)
        np.testing.assert_array_equal(after.values, before.values)
        np.testing.assert_array_equal(after.interactions.values, before.interactions.values)


def test_the_model_is_asked_once_about_each_sequence():
    asked = []

    def model(x):
        asked.append(x.copy())
        return x.sum(axis=1)

    _, codes, e = explained(model=model)
    _ = e.gap, e.to_frame(), e.interactions
    np.testing.assert_array_equal(np.concatenate(asked), codes)
    with pytest.raises(sz.ModelError, match="nan for sequence 1 "):
        explained(model=lambda x: np.full(len(x), np.nan))


def test_a_sketch_explains_like_its_spectrum():
    toy = sz.models.toy(n=4)
    sk = sz.sketch(toy, budget=256, progress=False)
    a, b = sz.Explainer(sk).explain("ACGT"), sz.Explainer(sk.spectrum).explain("ACGT")
    np.testing.assert_array_equal(a.values, b.values)
    np.testing.assert_allclose(a.values, sz.shapley_values(toy.spectrum, "ACGT"), atol=1e-10)
    for source in (None, toy, "spectrum.npz", 3):
        with pytest.raises(TypeError, match="needs a Sketch or a Spectrum, not"):
            sz.Explainer(source)


def test_bad_orders_are_refused_when_asked_for_and_not_when_read():
    toy, codes, _ = explained()
    explainer = sz.Explainer(toy.spectrum)
    for options in ({"index": "fsii"}, {"max_order": 0}, {"max_order": 1.5}):
        with pytest.raises(ValueError, match="index is one of|max_order is a whole number"):  # noqa: RUF043
            explainer.explain(codes, **options)
    assert explainer.explain(codes, max_order=10**6).max_order == 6


def test_explanations_can_be_compared_and_kept_in_sets():
    # Found here: == compared arrays and raised, hash() raised.
    _, _, e = explained()
    assert e == e  # noqa: PLR0124
    assert e != explained()[2]
    assert len({e, e}) == 1
    assert e.interactions == e.interactions


def test_the_table_has_a_row_a_sequence_and_its_columns_in_order():
    toy, codes, e = explained(model=lambda x: x.sum(axis=1))
    frame = e.to_frame()
    positions = [f"position {i}" for i in range(1, 7)]
    assert list(frame) == ["sequence", "base_value", "model_value", "gap", *positions]
    assert frame["sequence"].tolist() == toy.alphabet.decode(codes)
    np.testing.assert_array_equal(frame[positions].to_numpy(), e.values)
    np.testing.assert_array_equal(frame["gap"], e.gap)
    assert (frame["base_value"] == e.base_value).all()
    assert list(explained()[2].to_frame()) == ["sequence", "base_value", *positions]
    frame.loc[0, "position 1"] = 99.0
    assert e.values[0, 0] != 99


def test_the_long_table_of_interactions_names_positions_from_one_and_letters():
    toy, codes, e = explained()
    frame = e.interactions_frame()
    subsets = e.interactions.subsets
    assert list(frame) == ["sequence_number", "positions", "letters", "order", "value"]
    assert len(frame) == 5 * len(subsets)
    for r in (0, 4):
        rows = frame[frame["sequence_number"] == r + 1]
        text = toy.alphabet.decode(codes[r : r + 1])[0]
        for T, (_, row) in zip(subsets, rows.iterrows(), strict=True):
            assert row["positions"] == " ".join(str(i + 1) for i in T)
            assert row["letters"] == " ".join(text[i] for i in T)
            assert row["order"] == len(T)
            assert row["value"] == e.interactions[r][T]


@COLOUR_MAPS
def test_shaps_own_plots_accept_the_explanation():
    shap = pytest.importorskip("shap")
    import matplotlib.pyplot as plt

    toy, codes, e = explained(count=30)
    theirs = e.to_shap()
    assert isinstance(theirs, shap.Explanation)
    np.testing.assert_array_equal(theirs.values, e.values)
    np.testing.assert_allclose(
        theirs.base_values + theirs.values.sum(axis=1), toy(codes), atol=1e-10
    )
    assert list(theirs.feature_names) == [f"position {i}" for i in range(1, 7)]
    assert "".join(theirs.display_data[3]) == e.sequences[3]
    for draw in (
        lambda: shap.plots.bar(theirs, show=False),
        lambda: shap.plots.beeswarm(theirs, show=False, color_bar=False, plot_size=None),
        lambda: shap.plots.waterfall(theirs[0], show=False),
        lambda: shap.plots.heatmap(theirs, show=False),
    ):
        draw()
        shown = [label.get_text() for label in plt.gca().get_yticklabels()]
        assert any("position" in text for text in shown)
        plt.close("all")
    theirs.values[:] = 0  # their copy
    assert np.abs(e.values).max() > 0


@COLOUR_MAPS
@pytest.mark.parametrize("index", ["FSII", "STII", "SII", "BII", "Moebius"])
def test_shapiq_gets_every_value(index):
    shapiq = pytest.importorskip("shapiq")
    _, codes, e = explained(index=index, max_order=2)
    theirs = e.to_shapiq()
    assert len(theirs) == len(codes)
    for r, one in enumerate(theirs):
        assert isinstance(one, shapiq.InteractionValues)
        assert (one.index, one.max_order, one.n_players) == (index, 2, 6)
        assert one.baseline_value == pytest.approx(e.base_value)
        for T, value in e.interactions[r].items():
            assert one[T] == pytest.approx(value, abs=1e-12)
        assert one[()] == pytest.approx(e.base_value)
        missing = next(
            (i, j) for i in range(6) for j in range(i) if (j, i) not in e.interactions[r]
        )
        assert one[missing] == 0
    pairs = theirs[0].get_n_order_values(2)
    assert pairs.shape == (6, 6)
    for (i, j), value in ((T, v) for T, v in e.interactions[0].items() if len(T) == 2):
        assert pairs[i, j] == pairs[j, i] == pytest.approx(value)


@pytest.mark.parametrize("package", ["pandas", "shap", "shapiq"])
def test_nothing_heavy_is_needed_before_it_is_asked_for(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    _, _, e = explained()
    assert e.values.shape == (5, 6)
    convert = {"pandas": e.to_frame, "shap": e.to_shap, "shapiq": e.to_shapiq}[package]
    with pytest.raises(ImportError, match=package):
        convert()


def test_codon_sequences_are_explained_codon_by_codon():
    alphabet = sz.Alphabet(["AAA", "CCC", "GGG", "TTT"])
    spectrum = sz.Spectrum([[0, 0], [2, 2]], [1.0, 3.0], alphabet=alphabet)
    e = sz.Explainer(spectrum).explain(["AAACCC"])
    assert e.to_frame()["sequence"].tolist() == ["AAACCC"]
    assert e.interactions_frame()["letters"].tolist() == ["AAA CCC"]
    np.testing.assert_allclose(e.values, [[-1.5, -1.5]])


# ---- the way the sketch was asked
class TwoColumns:
    """The toy in column 1; notes how many rows it is asked, and can be killed."""

    def __init__(self, stop_after=10**9):
        self.toy, self.rows, self.left = sz.models.toy(n=6, seed=1), 0, stop_after

    def __call__(self, codes):
        self.rows += len(codes)
        self.left -= len(codes)
        if self.left < 0:
            raise KeyboardInterrupt
        return np.stack([codes[:, 0] * 1.0, self.toy(codes) + (codes == 1).all(axis=1)], axis=1)


CODES = sz.DNA.random(40, 6, seed=8)


def test_the_model_of_a_sketch_is_asked_for_the_same_output(tmp_path):
    model = TwoColumns()
    sketch = sz.sketch(model, 6, sz.DNA, 2000, output=1, progress=False)
    assert sketch.spectrum.provenance["output"] == 1
    explainer = sz.Explainer(sketch)
    column = model(CODES)[:, 1]
    np.testing.assert_array_equal(explainer.explain(CODES, model=model).model_values, column)
    other = explainer.explain(CODES, model=lambda x: model(x)[:, 1])  # chosen by hand, as before
    np.testing.assert_array_equal(other.model_values, column)
    sketch.spectrum.save(tmp_path / "spectrum.npz")
    loaded = sz.Explainer(sz.Spectrum.load(tmp_path / "spectrum.npz"))
    np.testing.assert_array_equal(loaded.explain(CODES, model=model).model_values, column)
    assert pickle.loads(pickle.dumps(sketch.spectrum)) is not None  # noqa: S301 - our own
    assert copy.copy(sketch).queries is None


def test_a_correction_is_asked_as_its_queries_say_and_goes_on_after_a_kill(tmp_path, capsys):
    def queries(model, store):
        return sz.Queries(model, sz.DNA, 6, output=1, batch_size=100, store=tmp_path / store)

    model = TwoColumns()
    whole = queries(model, "whole")
    sketch = sz.sketch(whole, budget=2000)
    plain = sz.Explainer(sketch).explain(CODES, model=model, extra=200)
    assert sketch.queries is whole
    before, spent = whole.evaluations, model.rows
    e = sz.Explainer(sketch).explain(CODES, model=whole, extra=200)
    np.testing.assert_allclose(e.values, plain.values, atol=1e-12)  # other batches: last bits
    assert e.n_queries == whole.evaluations - before == model.rows - spent <= 200 * 40

    killed = queries(TwoColumns(stop_after=2000 + 3000), "killed")
    explainer = sz.Explainer(sz.sketch(killed, budget=2000))
    with pytest.raises(KeyboardInterrupt):
        explainer.explain(CODES, model=killed, extra=200)
    resumed = queries(TwoColumns(), "killed")
    resumed.progress = True
    again = explainer.explain(CODES, model=resumed, extra=200)
    assert again.values.tobytes() == e.values.tobytes()
    assert again.n_queries == e.n_queries + 32
    assert resumed.kept > 0
    again = 8 + 4  # of two designs, kept answers that are asked once more
    assert resumed.asked == resumed.evaluations - resumed.kept + again < e.n_queries - 2500
    shown = capsys.readouterr().err
    assert "explaining: 100%|" in shown
    assert f"{e.n_queries}/{e.n_queries}" in shown
    assert "asking" not in shown
