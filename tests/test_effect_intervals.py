"""Intervals for effects, by routes that share nothing with them: draws, Student's interval."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import integrate, stats

from shapzero_lite import DNA, seism
from shapzero_lite.seism import Region
from shapzero_lite.seism.effect_intervals import (
    _of_angles,
    _of_points,
    log_cosine_mass,
    log_normal_mass,
)
from shapzero_lite.seism.stepwise import bases, standardised, stepwise
from shapzero_lite.seism.truncated_line import Line


def drawn(n=40, seed=0, effect=0.0, k=2, length=16):
    """Sequences, and noise of length one each plus ``effect`` times the activation of TA."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, (n, length)).astype(np.uint8)
    phi = seism.activations(codes, np.eye(4)[DNA.encode(["TACG"[:k]])])[0]
    return codes, effect * phi + rng.normal(size=n), phi


def test_one_candidate_gives_students_interval():
    codes, y, _ = drawn(seed=1)
    candidates = seism.dictionary(codes, 2)
    alone = type(candidates)(**{
        **candidates.__dict__,
        "atoms": candidates.atoms[[3]],
        "activations": candidates.activations[[3]],
        "labels": np.zeros(1, np.int64),
        "cells": candidates.cells[3:4],
        "centres": candidates.centres[[3]],
    })  # fmt: skip
    row = seism.effects(stepwise(alone, y, 1), 0.95).loc[1]
    fit = stats.linregress(candidates.activations[3], y)
    half = stats.t.ppf(0.975, len(y) - 2) * fit.stderr
    assert_allclose(
        [row["effect"], row["low"], row["high"]], fit.slope + half * np.array([0, -1, 1])
    )
    sigma = 0.7
    known = seism.effects(stepwise(alone, y, 1), 0.95, noise=sigma).loc[1]
    phi = candidates.activations[3] - candidates.activations[3].mean()
    half = stats.norm.ppf(0.975) * sigma / np.linalg.norm(phi)
    assert_allclose([known["low"], known["high"]], fit.slope + half * np.array([-1, 1]))
    assert_allclose(
        seism.line_p_values(stepwise(alone, y, 1), noise=sigma),
        2 * stats.norm.sf(abs(fit.slope) * np.linalg.norm(phi) / sigma),
    )


@pytest.mark.parametrize("number", [0, 1])
def test_the_law_of_an_effect_is_that_of_draws_that_are_selected_again(number):
    """Drawn: angles of the whole circle; kept: those whose phenotype selects the same words."""
    codes, y, _ = drawn(12, seed=2, k=1, length=6)
    chosen = seism.select(codes, y, number + 1, 1, least=2, transform=None)
    region = Region(chosen, number, "centre")
    line, rng = Line(region), np.random.default_rng(0)
    eta = region.rows[-1] / region.length
    w = region.start - (eta @ region.start) * eta
    w /= np.linalg.norm(w)
    for shift in (-0.4, 0.3):
        r = np.hypot(line.a - shift, line.c)
        t = rng.standard_t(region.dimension - 1, 1000)
        psi = np.arctan(t / np.sqrt(region.dimension - 1))
        kept = [
            angle for angle in psi
            if stepwise(
                chosen.candidates,
                region.fixed + (shift + r * np.sin(angle)) * eta + r * np.cos(angle) * w,
                number + 1,
            ).cells == chosen.cells
        ]  # fmt: skip
        seen = np.arctan2(line.a - shift, line.c)
        share, want = _of_angles(line)(shift), np.mean(np.array(kept) < seen)
        assert len(kept) > 100
        assert abs(share - want) < 4 * np.sqrt(0.25 / len(kept))


def test_the_law_with_known_noise_is_that_of_draws_that_are_selected_again():
    codes, y, _ = drawn(12, seed=2, k=1, length=6)
    chosen = seism.select(codes, y, 2, 1, least=2, transform=None)
    region = Region(chosen, 1, "centre")
    line, rng = Line(region), np.random.default_rng(0)
    eta = region.rows[-1] / region.length
    rest = region.fixed + region.radius * region.start - line.a * eta
    for shift in (-0.3, 0.2):
        x = shift + 0.5 * rng.normal(size=800)
        kept = [
            v for v in x if stepwise(chosen.candidates, rest + v * eta, 2).cells == chosen.cells
        ]
        assert len(kept) > 100
        want = np.mean(np.array(kept) < line.a)
        assert abs(_of_points(line, 0.5)(shift) - want) < 4 * np.sqrt(0.25 / len(kept))


def test_intervals_hold_the_effect_as_often_as_they_say():
    """Share below the truth, uniform: for every level at once."""
    free, known, held = [], [], []
    for seed in range(120):
        effect = [0.0, 1.5, 4.0][seed % 3]
        codes, y, phi = drawn(seed=[1, seed], effect=effect)
        chosen = seism.select(codes, y, 1, 2, transform=None)
        line = Line(Region(chosen, 0, "centre"))
        unit = np.linalg.norm(y - y.mean())
        eta = chosen.activations[0] - chosen.activations[0].mean()
        mean = effect * float(phi @ eta) / np.linalg.norm(eta)  # of whatever word was selected
        known.append(_of_points(line, 1 / unit)(mean / unit))
        if effect == 0 or chosen.cells[0] == "TA":
            free.append(_of_angles(line)(mean / unit))
            row = seism.effects(chosen, 0.8).loc[1]
            truth = mean / np.linalg.norm(eta)
            held.append(row["low"] <= truth <= row["high"])
    assert len(free) > 80
    assert stats.kstest(free, "uniform").pvalue > 0.001
    assert stats.kstest(known, "uniform").pvalue > 0.001
    low, high = stats.binom.interval(0.999, len(held), 0.8)
    assert low <= sum(held) <= high


def test_the_share_below_falls_with_the_effect_and_meets_the_ends():
    codes, y, _ = drawn(seed=4)
    chosen = seism.select(codes, y, 2, 2, transform=None)
    table = seism.effects(chosen, 0.9)
    assert (table["low"] < table["high"]).all()
    for number in range(2):
        line = Line(Region(chosen, number, "centre"))
        below = _of_angles(line)
        shares = [below(shift) for shift in np.linspace(-3, 3, 25)]
        assert (np.diff(shares) <= 1e-9).all()
        unit = np.linalg.norm(y - y.mean()) / line.length
        ends = table.loc[number + 1, ["low", "high"]].to_numpy(float) / unit
        finite = np.isfinite(ends)
        want = np.array([0.95, 0.05])[finite]
        assert_allclose([below(end) for end in ends[finite]], want, atol=1e-6)


def test_effects_have_the_unit_of_the_phenotype():
    codes, y, _ = drawn(seed=5, effect=3.0)
    one = seism.effects(seism.select(codes, y, 1, 2, transform=None))
    other = seism.effects(seism.select(codes, 5e150 - 2e150 * y, 1, 2, transform=None))
    columns = ["effect", "low", "high"]
    assert_allclose(other[columns].to_numpy() / -2e150, one[["effect", "high", "low"]], rtol=1e-6)
    phi = one.loc[1, "motif"]
    phi = seism.activations(codes, np.eye(4)[DNA.encode([phi])])[0]
    assert_allclose(one.loc[1, "effect"], stats.linregress(phi, y).slope)


def test_masses_are_those_of_quadrature_and_of_scipy():
    low, high = np.array([-0.3, 0.9, -np.pi / 2]), np.array([0.2, 1.1, np.pi / 2])
    for power in (0, 1, 30):
        want = [
            integrate.quad(lambda x, m=power: np.cos(x) ** m, *ends)[0]
            for ends in zip(low, high, strict=True)
        ]
        assert_allclose(log_cosine_mass(low, high, power), np.log(want), rtol=1e-8)
    pieces = np.array([[-1.0, 2.0], [5.0, 6.0], [-np.inf, -3.0], [-np.inf, np.inf]])
    want = stats.norm.sf(pieces[:, 0]) - stats.norm.sf(pieces[:, 1])
    assert_allclose(log_normal_mass(pieces), np.log(want), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("selected", "options", "message"),
    [
        ({"transform": None}, {"level": 1.0}, "level is a probability below 1, not 1.0"),
        ({"transform": None}, {"level": 90}, "level is a probability below 1, not 90"),
        ({"transform": None}, {"level": 0}, "level is a number above 0, not 0"),
        ({"transform": None}, {"noise": -1}, "noise is a number above 0, not -1"),
        ({}, {"noise": 1.0}, "noise= is the standard deviation of y as it is.*transform=None"),
        ({"null": "exchangeable"}, {}, "no law for an effect: select with null='gaussian'"),
        ({"refine": True}, {}, "motifs from the dictionary"),
    ],
)
def test_intervals_that_cannot_be(selected, options, message):
    codes, y, _ = drawn(seed=6)
    with pytest.raises(ValueError, match=message):
        seism.effects(seism.select(codes, y, 1, 2, **selected), **options)


def test_known_noise_is_a_statement_about_one_motif_only():
    """What the others do beside it changes the t law's p, and leaves that of known noise."""
    codes, y, _ = drawn(seed=7)
    chosen = seism.select(codes, y, 1, 2, transform=None)
    region = Region(chosen, 0, "centre")
    line = Line(region)
    sigma = 1 / np.linalg.norm(y - y.mean())
    pieces = line.points() / sigma
    inside = [stats.norm.cdf(b) - stats.norm.cdf(a) for a, b in pieces]
    cut = abs(line.a) / sigma
    tail = [
        stats.norm.cdf(b) - stats.norm.cdf(a)
        for a, b in np.vstack([np.maximum(pieces, cut), np.minimum(pieces, -cut)])
    ]
    assert_allclose(seism.line_p_values(chosen, noise=1.0), sum(tail) / sum(inside), rtol=1e-8)
    assert len(bases(chosen.activations)) == 2
    assert_allclose(np.linalg.norm(standardised(y)), 1)
