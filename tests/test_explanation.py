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
