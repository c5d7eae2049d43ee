"""What a sketch is good for: the thresholds, and that a sketch and a verdict say the same."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.report.verdict import judge
from shapzero_lite.sketching import trust
from shapzero_lite.sketching.trust import (
    ADVICE,
    ALONE,
    EXACT,
    LETTERS,
    MEANING,
    MEANS,
    NOTHING,
    POOR,
    SCAN,
    label,
)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((0.9, 0.8), {}, ALONE),
        ((0.9, 0.799), {}, MEANS),
        ((0.9, 0.5), {}, MEANS),
        ((0.9, 0.499), {}, POOR),
        ((0.06, 0.01), {}, POOR),
        ((0.04, 0.02), {}, POOR),
        ((0.04, 0.019), {}, NOTHING),
        ((-0.2, -0.5), {}, NOTHING),
        ((float("nan"), 0.9), {}, NOTHING),
        ((0.9, 0.85), {"own": 0.6}, MEANS),
        ((0.9, 0.85), {"own": -3.0}, POOR),
        ((0.9, 0.55), {"own": 0.99}, MEANS),
        ((1.0, 1.0), {"exact": True}, EXACT),
        ((1.0, 1.0), {"exact": True, "measured": True}, ALONE),
        ((float("nan"), 1.0), {"exact": True}, NOTHING),
        ((float("nan"), float("nan")), {"exact": True, "measured": True, "method": SCAN}, LETTERS),
    ],
)
def test_labels(arguments, options, said):
    assert label(*arguments, **options) == said


def test_every_label_means_something_and_those_below_the_best_say_what_to_do():
    assert set(MEANING) == {EXACT, ALONE, MEANS, POOR, NOTHING, LETTERS}
    assert set(ADVICE) == {MEANS, POOR, NOTHING}
    assert trust.GOOD_ENOUGH < trust.SINGLE


@pytest.mark.parametrize("budget", [100, 300, 1500, 256])
def test_a_sketch_and_a_verdict_on_it_say_the_same(budget):
    model = sz.models.toy(n=4 if budget == 256 else 9, terms=60, max_order=3, seed=1)
    sketch = sz.sketch(model, budget=budget, progress=False)
    verdict = judge(sketch, regression={}, own=None, noise=0.0, queries={})
    assert sketch.good_for == verdict.label
    assert f"{verdict.label}: {trust.meaning(verdict.label)}" in " ".join(str(sketch).split())
    assert trust.meaning(verdict.label) in verdict.text()
    to_do = ADVICE.get(verdict.label, "")
    assert to_do in " ".join(str(sketch).split())
    assert to_do in verdict.text()


def test_of_so_few_answers_the_ceiling_is_not_known():
    told = trust.of_noise(0.3, 0.8, (0.0, 1.0))
    assert "no sketch can pass" not in told
    assert "is not known from so few answers, and values are those of" in told
    assert "R² 0.80 (95 % interval 0.70 to 0.90), and" in trust.of_noise(0.3, 0.8, (0.7, 0.9))
    assert "R² 0.80, and values" in trust.of_noise(0.3, 0.8)


def test_a_noisy_model_asked_too_little_is_told_as_not_known():
    toy, rng = sz.models.toy(n=10, terms=4, max_order=2, seed=3), np.random.default_rng(0)
    noisy = sz.sketch(
        lambda x: toy(x) + rng.normal(size=len(x)), 10, sz.DNA, 480, "qsft", progress=False
    )
    assert noisy.noise.interval == (0, 1)
    verdict = judge(noisy, regression={}, own=None, noise=0.0, queries={})
    for text in (" ".join(str(noisy).split()), verdict.text()):
        assert "asked again, an answer moves by" in text
        assert "which R² that leaves is not known" in text
        assert "no sketch can pass" not in text
    quiet = sz.sketch(toy, 10, sz.DNA, 480, "qsft", progress=False)
    assert quiet.noise.noise == 0
    assert "asked again" not in str(quiet)
