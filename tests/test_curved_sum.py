"""A curve over a sum: its waves, its values by definition, what it shares with parts, its file."""

import tracemalloc

import brute_force as bf
import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.explaining._interactions import INDICES
from shapzero_lite.explaining.curve_values import (
    _SHAPLEY,
    RULES,
    _Games,
    curve_interactions,
    curve_values,
)
from shapzero_lite.spectra import Curve, CurvedSum, Decomposition

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def drawn(q, n, seed, *, rest=False):
    """A curved sum of random letters, one of them fixed, some of which cannot occur."""
    rng = np.random.default_rng(seed)
    alphabet = sz.Alphabet(LETTERS[:q])
    p = rng.dirichlet(np.full(q, 0.7), n)
    p[-1] = np.eye(q)[1]
    if q > 2:
        p[0, 2] = 0
        p[0] /= p[0].sum()
    letters = sz.Letters(p, alphabet)
    tables = {}
    if rest:
        tables = {(0, 1): rng.normal(size=(q, q)), (1,): rng.normal(size=q), (): np.array(0.4)}
    parts = Decomposition.of(Decomposition(tables, alphabet=alphabet, n=n), letters)
    curve = Curve(0.3, rng.normal(size=6), np.sort(rng.normal(size=6)), 0.25)
    return CurvedSum(curve, rng.normal(size=(n, q)), parts)


SIZES = [(2, 6), (3, 5), (4, 4), (5, 4), (20, 3), (2, 2)]


@pytest.mark.parametrize(("low", "high"), [(-3.0, 4.0), (-40.0, 90.0), (7.0, 7.5)])
def test_waves_are_the_curve_between_the_ends(low, high):
    curve = drawn(2, 3, 0).curve
    waves = curve.waves(low, high)
    s = np.linspace(low, high, 3001)
    assert np.abs(waves(s) - curve(s)).max() <= 2 * waves.error + 1e-14
    assert waves.error < 2e-9 * curve.span


def test_a_curve_is_flat_beyond_its_steps_and_does_not_overflow():
    curve = Curve(1.0, np.array([2.0, -0.5]), np.array([0.0, 3.0]), 0.1)
    np.testing.assert_allclose(curve(np.array([-1e9, 1.5, 1e9])), [1.0, 3.0, 2.5], atol=1e-5)


@pytest.mark.parametrize("kind", ["own", "others", "uniform", "a set"])
@pytest.mark.parametrize(("q", "n"), SIZES)
def test_values_are_those_of_the_definition(q, n, kind):
    f = drawn(q, n, seed=q * n, rest=n > 2)
    rng = np.random.default_rng(1)
    own = f.letters
    if kind == "uniform":  # nothing is known of letters that cannot occur
        own = sz.Letters.uniform(n, f.alphabet)
        tables = dict(f.rest.tables()) | {(): f.rest.constant}
        rest = Decomposition(tables, alphabet=f.alphabet, n=n, letters=own)
        f = CurvedSum(f.curve, f.effects, Decomposition.of(rest, own))
    codes = own.draw(4, rng)
    background = {
        "own": None,
        "uniform": None,
        "a set": own.draw(5, rng),
        "others": own.probabilities**2 / (own.probabilities**2).sum(axis=1, keepdims=True),
    }[kind]
    against = own.probabilities if background is None else background
    found = sz.shapley_values(f, codes, background)
    for x, phi in zip(codes, found, strict=True):
        v = bf.game(f.evaluate, x, q, against)
        np.testing.assert_allclose(phi, bf.shapley(v, n), atol=2e-9)
        assert sz.base_value(f, background) == pytest.approx(v[frozenset()], abs=2e-9)
    total = found.sum(axis=1) + sz.base_value(f, background)
    np.testing.assert_allclose(total, f.evaluate(codes), atol=5e-9)


@pytest.mark.parametrize(("q", "n"), SIZES)
def test_the_series_itself_is_explained_up_to_rounding(q, n):
    f = drawn(q, n, seed=3)
    codes = f.letters.draw(3, np.random.default_rng(2))
    middle = (f.letters.probabilities * f.effects).sum(axis=1)
    beyond = f.effects[np.arange(n), codes] - middle
    ends = [np.maximum(side, 0).sum(axis=1).max() for side in (-beyond, beyond)]
    waves = f.waves(f.letters, *ends)
    found = curve_values(f, codes, None)
    for x, phi in zip(codes, found, strict=True):
        v = bf.game(lambda rows: waves(f.sums(rows)), x, q, f.letters.probabilities)
        np.testing.assert_allclose(phi, bf.shapley(v, n), atol=1e-10)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("index", INDICES)
@pytest.mark.parametrize(("q", "n"), [(2, 6), (3, 4), (20, 3)])
def test_interactions_are_those_of_the_definition(q, n, index, order):
    f = drawn(q, n, seed=5, rest=True)
    codes = f.letters.draw(2, np.random.default_rng(3))
    for background in (None, f.letters.draw(3, np.random.default_rng(4))):
        found = sz.interactions(f, codes, index, order, background)
        against = f.letters.probabilities if background is None else background
        for r, x in enumerate(codes):
            v = bf.game(f.evaluate, x, q, against)
            for T, expected in bf.INDICES[index](v, n, order).items():
                got = found[r].get(tuple(sorted(T)), 0.0)
                assert got == pytest.approx(expected, abs=5e-9), T
            assert found.base_value == pytest.approx(v[frozenset()], abs=2e-9)


def test_every_index_has_its_rule_and_larger_sets_are_refused():
    f = drawn(3, 4, 0)
    assert set(RULES) == set(INDICES)
    with pytest.raises(ValueError, match=r"max_order=3: a curve over a sum .* at most 2 pos"):
        sz.interactions(f, f.letters.draw(1, np.random.default_rng(0)), "SII", 3)
    with pytest.raises(ValueError, match="max_order=3"):
        sz.Explainer(f).explain(f.letters.draw(1, np.random.default_rng(0)), max_order=3)


def test_many_positions_need_few_nodes_and_add_up():
    rng = np.random.default_rng(0)
    n, alphabet = 120, sz.PROTEIN
    wild = alphabet.random(1, n, seed=1)
    letters = sz.Letters.around(alphabet.decode(wild)[0], rate=0.03)
    effects = rng.normal(-1, 1, size=(n, 20))
    effects[np.arange(n), wild[0]] = 0
    rest = Decomposition({}, alphabet=alphabet, n=n, letters=letters)
    f = CurvedSum(Curve(0.0, np.ones(1), np.array([-2.0]), 0.7), effects, rest)
    codes = np.concatenate([wild, letters.draw(5, rng), alphabet.random(2, n, seed=2)])
    phi = sz.shapley_values(f, codes)
    np.testing.assert_allclose(phi.sum(axis=1) + f.constant, f.evaluate(codes), atol=1e-8)
    # Against means over many orders and backgrounds, drawn.
    draws = letters.draw(3000, rng)
    x, walked = codes[1], np.zeros(n)
    for row in draws:
        order = rng.permutation(n)
        steps = np.cumsum(effects[order, x[order]] - effects[order, row[order]])
        s = effects[np.arange(n), row].sum() + np.concatenate([[0.0], steps])
        walked[order] += np.diff(f.curve(s))
    error = 4 * np.abs(phi[1]).max() / np.sqrt(3000)
    np.testing.assert_allclose(phi[1], walked / 3000, atol=error)
    sets, values = curve_interactions(f, codes[:2], "SII", 2, None)
    assert values.shape == (2, len(sets)) == (2, n + n * (n - 1) // 2)
    np.testing.assert_allclose(values[:, :n], phi[:2], atol=1e-9)


@pytest.mark.parametrize(("q", "n"), [(2, 8), (3, 4), (4, 4)])
def test_variance_by_order_and_position_is_that_of_the_table(q, n):
    for rest in (False, True):
        f = drawn(q, n, seed=7, rest=rest)
        f.curve = Curve(0.3, f.curve.steps, f.curve.centres, 0.5)
        table = Decomposition.from_values(f.evaluate(f.letters.all_sequences()), f.letters)
        assert f.constant == pytest.approx(table.constant, abs=1e-8)
        energy = table.energy_by_order()
        found = f.energy_by_order()
        last = min(len(found), len(energy)) - 1
        expected = np.append(energy[:last], energy[last:].sum())
        # What curve and rest share is a mean over 4,096 sequences.
        near = 0.05 * energy[1:].sum() if rest else 2e-3 * energy[1:].sum()
        np.testing.assert_allclose(found[: last + 1], expected, atol=near)
        assert f.variance_by_order().sum() == pytest.approx(1)
        near = 0.05 if rest else 2e-3
        np.testing.assert_allclose(f.sobol_first(), table.sobol_first(), atol=near)
        np.testing.assert_allclose(f.sobol_total(), table.sobol_total(), atol=near)


@pytest.mark.parametrize("width", [1e-12, 5e-324])
def test_steps_too_narrow_for_a_series_are_refused(width):
    with pytest.raises(ValueError, match=r"wide over a length of 1 would need .*wider steps"):
        Curve(0.0, np.ones(1), np.zeros(1), width).waves(-0.5, 0.5)


def test_letters_that_cannot_occur_are_refused():
    f = drawn(4, 4, 1)
    codes = f.letters.draw(2, np.random.default_rng(0))
    codes[1, 0] = 2
    with pytest.raises(ValueError, match="sequence 2, position 1: the letter C cannot occur"):
        sz.shapley_values(f, codes)
    with pytest.raises(ValueError, match="the letter A cannot occur there, only B"):
        sz.base_value(f, np.full((4, 4), 0.25))


def test_a_file_keeps_it_and_damage_is_refused(tmp_path):
    f = drawn(3, 4, 2, rest=True)
    f.provenance["method"] = "curve"
    path = f.save(tmp_path / "f.npz")
    loaded = CurvedSum.load(path)
    codes = f.letters.draw(6, np.random.default_rng(0))
    np.testing.assert_array_equal(loaded.evaluate(codes), f.evaluate(codes))
    assert loaded.provenance == f.provenance
    np.testing.assert_allclose(loaded.letters.probabilities, f.letters.probabilities, rtol=1e-15)
    assert (len(loaded), repr(loaded)) == (len(f), repr(f))
    with np.load(path) as file:
        fields = {name: file[name] for name in file.files}
    for name, value in {
        "curve_effects": fields["curve_effects"][1:],
        "curve_steps": fields["curve_steps"][1:],
        "curve_centres": fields["curve_centres"][::-1],
        "curve_steps and curve_centres": None,
        "header": np.array(str(fields["header"]).replace('"width": 0.25', '"width": 0.0')),
    }.items():
        new = {name: value}
        if value is None:
            new = dict.fromkeys(name.split(" and "), np.zeros(0))
        np.savez(path, **(fields | new))
        with pytest.raises(ValueError, match="is not a whole curved-sum file"):
            CurvedSum.load(path)
    none = Decomposition({}, alphabet=f.alphabet, n=4)
    with pytest.raises(ValueError, match="for independent letters"):
        CurvedSum(f.curve, f.effects, none)


def cancelling(n):
    """Effects of 1 and -1, and a sequence that has as many of either."""
    alphabet = sz.Alphabet("AB")
    letters = sz.Letters.uniform(n, alphabet)
    rest = Decomposition({}, alphabet=alphabet, n=n, letters=letters)
    f = CurvedSum(Curve(0.0, np.ones(1), np.zeros(1), 0.25), np.tile([-1.0, 1.0], (n, 1)), rest)
    return f, (np.arange(n) % 2)[None].astype(np.uint8)


@pytest.mark.parametrize("kind", ["letters", "a set"])
def test_nodes_are_enough_for_every_value_where_values_cancel(kind):
    f, x = cancelling(60)
    background = None if kind == "letters" else f.alphabet.random(6, 60, seed=1)
    games = _Games.of(f, x, background)
    exact = games.values(x, _SHAPLEY, 30)  # of polynomials of degree 59
    found = curve_values(f, x, background)
    np.testing.assert_allclose(found, exact, atol=1e-9 * f.curve.span)
    pairs = np.array([(0, 1), (0, 2), (7, 58)])
    for index in ("FSII", "STII", "SII"):
        sets, values = curve_interactions(f, x, index, 2, background)
        columns = [sets.index(tuple(pair)) for pair in pairs.tolist()]
        exact = games.pairs(x, RULES[index][1], 31, pairs)
        np.testing.assert_allclose(values[:, columns], exact, atol=1e-9 * f.curve.span)


def test_a_large_set_is_not_held_at_once():
    f, x = cancelling(40)
    background = f.alphabet.random(3000, 40, seed=0)
    tracemalloc.start()
    games = _Games.of(f, x, background)
    held = len(background) * 16 * games.turned[:, 0].size
    total = sum(share * psi.prod(axis=0) for share, psi in games.absent())
    assert tracemalloc.get_traced_memory()[1] < held / 10
    tracemalloc.stop()
    assert (total @ games.amplitudes).real == pytest.approx(sz.base_value(f, background), abs=1e-8)


@pytest.mark.parametrize("against", ["own letters", "a set"])
def test_pairs_of_many_sequences_are_those_of_each(against):
    rng = np.random.default_rng(6)
    n = 14
    wild = "".join(rng.choice(list("ACGT"), n))
    letters = sz.Letters.around(wild, rate=0.15)
    rest = Decomposition({}, alphabet=sz.DNA, n=n, letters=letters)
    f = CurvedSum(Curve(0.1, np.ones(1), np.zeros(1), 0.8), rng.normal(size=(n, 4)), rest)
    codes = letters.draw(600, rng)
    background = None if against == "own letters" else letters.draw(2, rng)
    some = [0, 17, 599]
    for index in ("FSII", "STII"):
        together = sz.interactions(f, codes, index, 2, background)
        one_by_one = sz.interactions(f, codes[some], index, 2, background)
        assert together.subsets == one_by_one.subsets
        np.testing.assert_allclose(together.values[some], one_by_one.values, atol=1e-9)
        wanted = [*together.subsets[3:5], *together.subsets[-4:], (0, 1, 2)]
        only = sz.interactions(f, codes, index, 2, background, sets=wanted)
        assert only.subsets == wanted[:-1]
        columns = [together.subsets.index(T) for T in only.subsets]
        np.testing.assert_allclose(only.values, together.values[:, columns], atol=1e-9)
