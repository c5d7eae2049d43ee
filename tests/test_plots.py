import itertools
from dataclasses import replace
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

import shapzero_lite as sz
from shapzero_lite import plots


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


@pytest.fixture
def e():
    toy = sz.models.toy(n=7, seed=3)
    return sz.Explainer(toy.spectrum).explain(sz.DNA.random(12, 7, seed=0))


def labels(axis):
    return [tick.get_text() for tick in axis.get_ticklabels()]


def test_attribution_bars_have_the_values_and_the_letters(e):
    figure = plots.attribution(e, row=4, unit="log2 fold change")
    assert isinstance(figure, Figure)
    ax = figure.axes[0]
    heights = np.array([bar.get_height() for bar in ax.patches]).reshape(2, 7).sum(axis=0)
    np.testing.assert_allclose(heights, e.values[4])
    assert labels(ax.xaxis) == [f"{c}\n{i}" for i, c in enumerate(e.sequences[4], 1)]
    assert ax.get_ylabel() == "Shapley value (log2 fold change)"
    # the sign is also in the hatch, not in the colour alone
    assert {bar.get_hatch() for bar in ax.patches if bar.get_height() < 0} == {"///"}
    assert all(not bar.get_hatch() for bar in ax.patches if bar.get_height() > 0)
    figure.canvas.draw()


@pytest.mark.parametrize("n", [7, 40])  # in one row, and in two
def test_attribution_draws_standard_errors_where_it_is_asked_to(n):
    toy = sz.models.toy(n=n, seed=3)
    one = sz.Explainer(toy.spectrum).explain(sz.DNA.random(1, n, seed=0))
    one = replace(one, standard_error=0.1 + 0.01 * np.arange(n)[None])
    assert not [ax.collections for ax in plots.attribution(one).axes if ax.collections]
    figure = plots.attribution(one, errors=True)
    ends = np.concatenate([np.stack(ax.collections[0].get_segments()) for ax in figure.axes])
    known = np.stack([one.values[0] - one.standard_error[0], one.values[0] + one.standard_error[0]])
    np.testing.assert_allclose(ends[:, :, 1], known.T)
    nothing = replace(one, standard_error=None)
    assert not [ax for ax in plots.attribution(nothing, errors=True).axes if ax.collections]


def test_mean_attribution_is_the_mean_absolute_value(e):
    ax = plots.mean_attribution(e).axes[0]
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], e.mean_absolute())
    assert labels(ax.xaxis) == [str(i) for i in range(1, 8)]


def test_letter_means_are_means_and_empty_where_a_letter_never_stood(e):
    means = plots.letter_means(e)
    assert means.shape == (7, 4)
    for i in range(7):
        for c in range(4):
            here = e.values[e.codes[:, i] == c, i]
            if len(here):
                assert means[i, c] == pytest.approx(here.mean())
            else:
                assert np.isnan(means[i, c])
    one = sz.Explainer(e.spectrum).explain(e.codes[:1])
    assert np.isnan(plots.letter_means(one)).sum() == 7 * 3
    plots.position_letter_map(one).canvas.draw()


def test_the_map_has_a_row_a_letter(e):
    figure = plots.position_letter_map(e, unit="score")
    ax, bar = figure.axes
    np.testing.assert_allclose(ax.images[0].get_array().filled(np.nan), plots.letter_means(e).T)
    assert labels(ax.yaxis) == list("ACGT")
    assert bar.get_ylabel() == "mean value (score)"
    figure.canvas.draw()


@pytest.mark.parametrize("alphabet", [sz.DNA, sz.RNA, sz.PROTEIN])
def test_a_logo_of_every_alphabet(alphabet):
    matrix = np.random.default_rng(0).normal(size=(5, alphabet.q))
    matrix[0, 0] = np.nan
    figure = plots.logo(matrix, alphabet, label="mean value")
    assert figure.axes[0].get_ylabel() == "mean value"
    assert labels(figure.axes[0].xaxis) == list("12345")
    figure.canvas.draw()


@pytest.mark.parametrize("row", [None, 0, 11])
def test_arcs_show_the_strongest_pairs(e, row):
    figure = plots.interaction_arcs(e, row, count=4)
    ax = figure.axes[0]
    found = e.interactions
    size = np.abs(found.values).mean(axis=0) if row is None else found.values[row]
    pairs = [(abs(v), T) for T, v in zip(found.subsets, size, strict=True) if len(T) == 2]
    strongest = sorted((v for v, _ in pairs), reverse=True)[:4]
    drawn = {
        (round(a.center[0] - a.width / 2), round(a.center[0] + a.width / 2)) for a in ax.patches
    }
    # sizes, because two pairs may be equally strong
    sizes = {T: v for v, T in pairs}
    np.testing.assert_allclose(sorted((sizes[T] for T in drawn), reverse=True), strongest)
    figure.canvas.draw()


def test_arcs_without_any_pair_are_an_empty_picture():
    single = sz.Spectrum([[1, 0, 0]], [1.0], alphabet=sz.DNA)
    figure = plots.interaction_arcs(sz.Explainer(single).explain(["ACG"]), 0)
    assert len(figure.axes[0].patches) == 0
    assert "0 pairs" in figure.axes[0].get_title()
    figure.canvas.draw()


def wide(n):
    """Return twenty mutants of a protein of n letters, explained, and the protein."""
    rng = np.random.default_rng(n)
    wild = sz.PROTEIN.decode(rng.integers(0, 20, (1, n), dtype=np.uint8))[0]
    letters = sz.Letters.around(wild, 3 / n)
    tables = {(i,): rng.normal(size=20) * rng.exponential() for i in range(n)}
    for _ in range(20):
        i, j = sorted(rng.choice(n, 2, replace=False).tolist())
        tables[i, j] = rng.normal(size=400)
    parts = sz.spectra.Decomposition(tables, alphabet=sz.PROTEIN, n=n, letters=letters)
    return sz.Explainer(parts).explain(letters.draw(20, rng)), wild


@pytest.mark.parametrize("n", [5, 40, 238, 300])
def test_pictures_of_any_length_can_be_read(n):
    """Letters of 8 points or more on a page of 1,024 pixels; none lies over another."""
    e, wild = wide(n)
    drawn = {
        "bars": plots.attribution(e),
        "means": plots.mean_attribution(e),
        "map": plots.position_letter_map(e, wild_type=wild),
        "arcs": plots.interaction_arcs(e, scale=True),
        "arcs of one": plots.interaction_arcs(e, 0),
        "matrix": plots.pair_matrix(e),
    }
    for name, figure in drawn.items():
        figure.canvas.draw()
        width, height = figure.get_size_inches()
        shrunk = min(1, 1024 / 96 / width)
        assert height < 2.2 * width, name
        texts = [t for t in figure.findobj(mpl.text.Text) if t.get_text().strip()]
        assert min(t.get_fontsize() for t in texts) * shrunk >= 8, name
        for ax in figure.axes:
            boxes = [t.get_window_extent() for t in ax.get_xticklabels() if t.get_text()]
            boxes = sorted(boxes, key=lambda box: box.x0)
            assert all(a.x1 <= b.x0 for a, b in itertools.pairwise(boxes)), name


@pytest.mark.parametrize("first", [1, 101])
def test_numbers_of_three_digits_do_not_run_together(first):
    wild = sz.DNA.decode(sz.DNA.random(1, 26, seed=0))[0]
    letters = sz.Letters.around(wild, 0.2, first=first)
    parts = sz.spectra.Decomposition(
        {(i, i + 2): np.arange(16.0) for i in range(24)}, alphabet=sz.DNA, n=26, letters=letters,
        provenance={"positions": letters.positions},
    )  # fmt: skip
    e = sz.Explainer(parts).explain([wild])
    drawn = (plots.mean_attribution(e), plots.interaction_arcs(e, scale=True),
             plots.pair_matrix(e), plots.attribution(e), plots.position_letter_map(e))  # fmt: skip
    for figure in drawn:
        figure.canvas.draw()
        ticks = [t for t in figure.axes[0].get_xticklabels() if t.get_text()]
        assert len(ticks) >= (26 if first == 1 else 5)
        assert ticks[-1].get_text().endswith(str(first + 25)) or first == 101
        boxes = [t.get_window_extent() for t in ticks]
        boxes = sorted(boxes, key=lambda box: box.x0)
        assert all(a.x1 <= b.x0 for a, b in itertools.pairwise(boxes))


def test_long_bars_are_in_rows_of_one_scale():
    e, _ = wide(80)
    figure = plots.attribution(e, row=2)
    assert len({ax.get_ylim() for ax in figure.axes}) == 1
    heights = [np.add.reduce(np.reshape([b.get_height() for b in ax.patches], (2, -1)))
               for ax in figure.axes]  # fmt: skip
    np.testing.assert_allclose(np.concatenate(heights), e.values[2])
    names = [name for ax in figure.axes for name in labels(ax.xaxis)]
    assert names == [f"{c}\n{i}" for i, c in enumerate(e.sequences[2], 1)]


def test_the_title_tells_the_sum_from_the_value_of_the_model(e):
    total = e.base_value + e.values[4].sum()
    sketch = f"average {e.base_value:z.2f}, sum {total:z.2f}"
    assert plots.attribution(e, 4).axes[0].get_title() == sketch
    asked = sz.Explainer(e.spectrum).explain(e.codes, model=lambda c: e.spectrum.evaluate(c) + 1)
    title = plots.attribution(asked, 4).axes[0].get_title()
    assert title == f"{sketch}, model {total + 1:z.2f}"
    title = plots.attribution(asked, 4, said="measured").axes[0].get_title()
    assert title.endswith(f", measured {total + 1:z.2f}")


def test_the_wild_type_is_marked_in_a_map(e):
    from shapzero_lite.report.changes import single_changes

    wild = sz.DNA.encode(["GATTACA"])[0]
    changes = single_changes(e.spectrum, wild)
    for figure, marked in (
        (plots.change_map(changes, sz.DNA, "GATTACA"), "the letters before"),
        (plots.position_letter_map(e, wild_type=wild), "the wild type"),
    ):
        (rings,) = figure.axes[0].collections
        np.testing.assert_array_equal(rings.get_offsets(), np.stack([np.arange(7), wild], axis=1))
        assert figure.axes[0].get_xlabel() == f"position (rings: {marked})"
    drawn = plots.change_map(changes, sz.DNA, "GATTACA").axes[0].images[0].get_array()
    np.testing.assert_allclose(drawn, changes.T)


def test_the_matrix_has_every_pair_twice(e):
    cells = plots.pair_matrix(e).axes[0].images[0].get_array().filled(np.nan)
    np.testing.assert_array_equal(cells, cells.T)
    for T, values in zip(e.interactions.subsets, e.interactions.values.T, strict=True):
        if len(T) == 2:
            assert abs(cells[T]) == pytest.approx(np.abs(values).mean())
            assert np.sign(cells[T]) == np.sign(values.mean())
    one = plots.pair_matrix(e, 3).axes[0].images[0].get_array()
    T = next(T for T in e.interactions.subsets if len(T) == 2)
    assert one[T] == e.interactions[3].get(T, 0.0)


def test_the_scale_of_arcs_is_said(e):
    ax = plots.interaction_arcs(e, scale=True).axes[0]
    pairs = [v for T, v in zip(e.interactions.subsets, e.interactions.values.T, strict=True)
             if len(T) == 2]  # fmt: skip
    largest = max(np.abs(v).mean() for v in pairs)
    told = [text.get_text() for text in ax.get_legend().get_texts()]
    assert told == [f"{largest:.2g}", f"{largest / 3:.2g}"]
    lines = [line.get_linewidth() for line in ax.get_legend().get_lines()]
    assert lines[0] == max(arc.get_linewidth() for arc in ax.patches) > lines[1]


def test_bars_of_pairs_have_their_names_lengths_and_spreads():
    names, means, spreads = ["A1·C2", "G3·T4", "A5·A6"], [0.5, -0.25, 0.0], [0.1, 0.0, 0.2]
    ax = plots.pair_bars(names, means, spreads, unit="log-odds").axes[0]
    assert labels(ax.yaxis) == names
    bottom, top = ax.get_ylim()
    assert top < 0  # the first is on top
    assert bottom > len(names) - 1
    assert [bar.get_width() for bar in ax.patches] == means
    assert [bar.get_hatch() for bar in ax.patches] == ["", "///", ""]
    (lines,) = [c for c in ax.collections if isinstance(c, mpl.collections.LineCollection)]
    ends = [[a[0], b[0]] for a, b in lines.get_segments()]
    np.testing.assert_allclose(ends, [[0.4, 0.6], [-0.25, -0.25], [-0.2, 0.2]])
    assert ax.get_xlabel() == "mean value of the pair, ± spread (log-odds)"


def test_bars_of_pairs_without_spreads_of_none_and_of_other_lengths():
    ax = plots.pair_bars(["A1·C2"], [0.5]).axes[0]
    assert ax.get_xlabel() == "mean value of the pair"
    assert len(ax.patches) == 1
    assert not ax.collections
    figure = plots.pair_bars([], [], [])
    figure.canvas.draw()
    assert len(figure.axes[0].patches) == 0
    with pytest.raises(ValueError, match="2 names need as many means and spreads, not "):
        plots.pair_bars(["A1·C2", "G3·T4"], [0.5])
    with pytest.raises(ValueError, match="1 names need as many"):
        plots.pair_bars(["A1·C2"], [0.5], [0.1, 0.2])


def test_variance_bars_of_one_spectrum_and_of_several(e):
    other = sz.models.toy(n=5, max_order=2, seed=7).spectrum
    ax = plots.variance_by_order(e.spectrum).axes[0]
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights, e.spectrum.variance_by_order())
    ax = plots.variance_by_order({"ours": e.spectrum, "other": other}).axes[0]
    assert len(ax.patches) == 5
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["ours", "other"]
    assert len({bar.get_hatch() for bar in ax.patches}) == 2
    constant = sz.Spectrum([[0, 0]], [1.0], alphabet=sz.DNA)
    plots.variance_by_order(constant).canvas.draw()


def test_variance_of_many_orders_has_twelve_bars_and_all_of_it():
    shares = np.arange(40.0, 0, -1) / 820
    many = SimpleNamespace(order=40, variance_by_order=lambda: shares)
    ax = plots.variance_by_order({"": many}).axes[0]
    heights = [bar.get_height() for bar in ax.patches]
    np.testing.assert_allclose(heights[:11], shares[:11])
    assert heights[11] == pytest.approx(shares[11:].sum())
    assert labels(ax.xaxis) == [*map(str, range(1, 12)), "12+"]


def test_agreement_gives_the_correlation():
    rng = np.random.default_rng(0)
    x = rng.normal(size=50)
    y = x + rng.normal(size=50)
    ax = plots.agreement(x, y, labels=("measured", "predicted")).axes[0]
    assert ax.get_title() == f"r = {np.corrcoef(x, y)[0, 1]:.3f}"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("measured", "predicted")


def test_a_constant_agrees_with_nothing_and_does_not_warn():
    figure = plots.agreement([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
    figure.canvas.draw()


def test_pictures_go_into_axes_that_are_given_and_leave_the_style_alone(e):
    before = dict(mpl.rcParams)
    figure, axes = plt.subplots(1, 5)
    drawn = [
        plots.attribution(e, ax=axes[0]),
        plots.mean_attribution(e, ax=axes[1]),
        plots.interaction_arcs(e, ax=axes[2]),
        plots.variance_by_order(e.spectrum, ax=axes[3]),
        plots.agreement(e.values, e.values, ax=axes[4]),
    ]
    assert all(one is figure for one in drawn)
    plots.mean_attribution(e)
    assert dict(mpl.rcParams) == before


def test_the_style_can_be_made_the_default():
    with mpl.rc_context():
        plots.use_style()
        plt.subplots()


def test_the_core_does_not_import_matplotlib():
    import subprocess
    import sys

    code = (
        "import sys, shapzero_lite\n"
        "heavy = {'matplotlib', 'pandas', 'torch', 'shap', 'shapiq', 'sklearn', 'scipy', 'pooch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=str(plots.STYLE.parent.parent),
    )  # fmt: skip
    assert ran.stdout.strip() == "[]"
