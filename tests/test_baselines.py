"""Other packages behind one signature: their values, their interactions, and every query."""

import functools
import random
import sys

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite import baselines
from shapzero_lite.baselines.coalitions import Game
from shapzero_lite.baselines.methods import check_queries

torch = pytest.importorskip("torch")
for package in ("captum", "lightgbm", "shapiq"):
    pytest.importorskip(package)

GAMES = ["kernel-shap", "permutation-shap", "shapiq-kernel", "shapiq-permutation", "svarm",
         "shap-iq", "regression-fsii", "proxy-spex"]  # fmt: skip
GRADIENTS = ["deep-lift", "deep-shap", "integrated-gradients"]
PAIRS = ["shap-iq", "regression-fsii", "proxy-spex"]
EFFICIENT = [m for m in GAMES if m not in {"svarm", "shap-iq", "proxy-spex"}]
# Relative squared errors of the Shapley values with 50,000 queries per sequence over 7 positions.
# All coalitions fit into that: what is left is the background of some 390 rows, and, where
# coalitions are sampled, the sample.
MOST_ERROR = dict.fromkeys(GAMES, 0.02) | {"proxy-spex": 0.1, "shapiq-permutation": 0.06}


class Recording:
    """A planted model that remembers how many rows it saw."""

    def __init__(self, inner):
        self.inner, self.rows, self.n, self.alphabet = inner, 0, inner.n, inner.alphabet

    def __call__(self, codes):
        self.rows += len(codes)
        return self.inner(codes)


@functools.cache
def toy():
    return sz.models.toy(n=7, terms=12, max_order=2, seed=5)


@functools.cache
def sequences():
    return toy().alphabet.random(3, 7, seed=8)


@functools.cache
def found(method, index="FSII", queries=50_000):
    return baselines.attribute(toy(), sequences(), method, queries=queries, index=index)


def error(values, truth):
    return float(((values - truth) ** 2).sum() / (truth**2).sum())


def network(encoding="one-hot-channels-first", seed=0, **kwargs):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        first = torch.nn.Conv1d(4, 6, 2) if "first" in encoding else torch.nn.Linear(20, 24)
        net = torch.nn.Sequential(
            first, torch.nn.Flatten(), torch.nn.ReLU(), torch.nn.Linear(24, 1)
        )
    options = {"alphabet": sz.DNA, "n": 5, "encoding": encoding, "device": "cpu"}
    return sz.models.TorchModel(net, **(options | kwargs))


def test_the_module_is_loaded_when_first_used_and_lists_its_methods():
    assert sz.baselines is baselines
    assert set(baselines.METHODS) == {*GAMES, *GRADIENTS, "mutagenesis"}
    with pytest.raises(
        ValueError, match=r"kernel-shap, permutation-shap, .*mutagenesis; not 'lime'"
    ):
        baselines.attribute(toy(), sequences(), "lime")


@pytest.mark.parametrize("method", GAMES)
def test_with_many_queries_the_values_are_the_shapley_values(method):
    truth = np.array([sz.exact_shapley(toy(), x, alphabet=sz.DNA) for x in sequences()])
    assert error(found(method).values, truth) < MOST_ERROR[method]
    assert found(method).method == method
    assert found(method).values.dtype == np.float64


@pytest.mark.parametrize(
    ("method", "index"), [(m, index) for m in PAIRS for index in baselines.METHODS[m].indices]
)
def test_interactions_are_those_of_the_spectrum(method, index):
    mine = found(method, index).interactions
    truth = sz.interactions(toy().spectrum, sequences(), index=index, max_order=2)
    assert (mine.index, mine.max_order) == (index, 2)
    # SHAP-IQ's FSII is of pairs only.
    wanted = [T for T in truth.subsets if len(T) == 2 or (method, index) != ("shap-iq", "FSII")]
    ours = np.array([[truth[r][T] for T in wanted] for r in range(3)])
    theirs = np.array([[mine[r].get(T, 0.0) for T in wanted] for r in range(3)])
    most = 0.2 if method == "proxy-spex" else 0.05
    assert error(theirs, ours) < most
    absent = [T for T in mine.subsets if T not in truth.subsets]
    spurious = [mine[r][T] for r in range(3) for T in absent]
    assert np.square(spurious).sum() < most * (ours**2).sum()
    assert mine.base_value == pytest.approx(toy().spectrum.constant, abs=0.5)


@pytest.mark.parametrize("method", EFFICIENT)
def test_values_add_up_to_the_answer_minus_the_mean_of_the_background(method):
    queries, rows = 3000, 20
    given = {"queries": queries, "background_rows": rows, "seed": 3}
    values = baselines.attribute(toy(), sequences(), method, **given).values
    for r, x in enumerate(sequences()):
        background = np.random.default_rng([3, r]).integers(0, 4, (rows, 7), dtype=np.uint8)
        gap = toy()(x[None])[0] - toy()(background).mean()
        assert values[r].sum() == pytest.approx(gap, abs=1e-5)


@pytest.mark.parametrize("queries", [130, 1000])
@pytest.mark.parametrize("method", [*GAMES, "mutagenesis"])
def test_every_row_is_counted_and_the_budget_is_kept(method, queries):
    model = Recording(toy())
    got = baselines.attribute(model, sequences(), method, queries=queries)
    assert got.queries == model.rows <= 3 * queries
    assert got.seconds > 0
    spends = {"mutagenesis": 0, "proxy-spex": 0.5, "shapiq-permutation": 0.5}
    assert got.queries >= spends.get(method, 0.7) * 3 * queries


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("method", GAMES)
def test_the_least_that_is_named_does_and_one_query_less_does_not(method, rows):
    few = {"background_rows": rows}
    with pytest.raises(ValueError, match=f"too few for '{method}' over 7 positions with {rows} ba"):
        baselines.attribute(toy(), sequences()[:1], method, queries=1, **few)
    with pytest.raises(ValueError, match="would do") as caught:
        check_queries(method, 7, 4, 5, rows, 2)
    least = int(str(caught.value).split(": ")[1].split()[0])
    assert check_queries(method, 7, 4, least, rows, 2) == rows
    with pytest.raises(ValueError, match=f"{least} would do"):
        check_queries(method, 7, 4, least - 1, rows, 2)


@pytest.mark.parametrize(("method", "least"), [("mutagenesis", 22), ("deep-lift", 4)])
def test_methods_of_a_fixed_price_name_it(method, least):
    with pytest.raises(ValueError, match=f"{least} would do"):
        baselines.attribute(toy(), sequences(), method, queries=least - 1)


def test_mutagenesis_is_the_mean_over_the_other_letters():
    x = sequences()[0]
    expected = []
    for i in range(7):
        others = np.tile(x, (3, 1))
        others[:, i] = [c for c in range(4) if c != x[i]]
        expected.append(toy()(x[None])[0] - toy()(others).mean())
    got = baselines.attribute(toy(), x[None], "mutagenesis", queries=22)
    np.testing.assert_allclose(got.values[0], expected, atol=1e-12)
    assert got.interactions is None


@pytest.mark.parametrize("method", ["deep-lift", "integrated-gradients"])
def test_gradients_add_up_to_the_answer_minus_that_of_the_mean_letter(method):
    model = sz.models.guide_rna()
    codes = model.alphabet.random(4, 26, seed=1)
    got = baselines.attribute(model, codes, method, queries=400)
    base = model.module(torch.full((1, 4, 26), 0.25)).item()
    np.testing.assert_allclose(got.values.sum(axis=1), model(codes) - base, atol=0.01)
    assert got.queries == {"deep-lift": 4, "integrated-gradients": 400}[method] * 4
    assert got.seconds > 0


@pytest.mark.parametrize("encoding", ["one-hot-channels-first", "one-hot-flat"])
def test_references_are_random_sequences_for_deep_shap(encoding):
    model = network(encoding)
    codes = sz.DNA.random(2, 5, seed=1)
    got = baselines.attribute(model, codes, "deep-shap", queries=8000)
    mean = model(sz.DNA.all_sequences(5)).mean()
    np.testing.assert_allclose(got.values.sum(axis=1), model(codes) - mean, atol=0.05)
    assert got.queries == 2 * 8000
    truth = [sz.exact_shapley(model, x, alphabet=sz.DNA) for x in codes]
    assert np.corrcoef(got.values.ravel(), np.ravel(truth))[0, 1] > 0.9


@pytest.mark.parametrize("method", GRADIENTS)
def test_a_linear_network_has_one_right_answer(method):
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20, 1))
    with torch.no_grad():
        net[1].weight[:] = torch.linspace(-1, 1, 20)
    model = sz.models.TorchModel(net, alphabet=sz.DNA, n=5, device="cpu")
    codes = sz.DNA.random(3, 5, seed=1)
    truth = np.array([sz.exact_shapley(model, x, alphabet=sz.DNA) for x in codes])
    got = baselines.attribute(model, codes, method, queries=400).values
    np.testing.assert_allclose(got, truth, atol=0.2 if method == "deep-shap" else 1e-6)


def test_gradients_need_a_network_of_one_hot_letters_and_one_output():
    with pytest.raises(TypeError, match=r"TorchModel; PlantedModel has none"):
        baselines.attribute(toy(), sequences(), "deep-lift")
    looked_up = network("one-hot-flat")
    looked_up.encoding = "indices"
    with pytest.raises(ValueError, match="takes indices"):
        baselines.attribute(looked_up, ["ACGTA"], "deep-lift")
    two = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(20, 2))
    given = {"alphabet": sz.DNA, "n": 5, "device": "cpu"}
    with pytest.raises(ValueError, match="2 outputs"):
        baselines.attribute(sz.models.TorchModel(two, **given), ["ACGTA"], "deep-lift")
    second = sz.models.TorchModel(two, output=1, **given)
    truth = sz.exact_shapley(second, "ACGTA", alphabet=sz.DNA)
    got = baselines.attribute(second, ["ACGTA"], "deep-lift").values
    np.testing.assert_allclose(got[0], truth, atol=1e-6)


def broken(codes):
    answers = codes.sum(axis=1).astype(float)
    answers[codes[:, 0] == 2] = np.nan
    return answers


@pytest.mark.parametrize("method", [*GAMES, "mutagenesis"])
def test_answers_that_are_not_finite_are_our_error(method, capsys):
    with pytest.raises(sz.ModelError, match=r"the model returned nan for sequence \d+ \(G"):
        baselines.attribute(broken, ["ACGTACG"], method, alphabet=sz.DNA, queries=300)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("method", GRADIENTS)
def test_a_network_that_is_not_finite_is_our_error(method):
    model = network()
    with torch.no_grad():
        model.module[3].bias[:] = float("nan")
    with pytest.raises(sz.ModelError, match="sequences 1 to 1 are not all finite"):
        baselines.attribute(model, ["ACGTA"], method)


@pytest.mark.parametrize("method", [*GAMES, *GRADIENTS])
def test_a_seed_reproduces_and_global_generators_stay_as_they_are(method, capsys):
    def state():
        name, keys, *rest = np.random.get_state()  # noqa: NPY002
        return name, keys.tolist(), rest, random.getstate(), torch.get_rng_state().tolist()

    model = network() if method in GRADIENTS else toy()
    codes = sz.DNA.random(1 if method == "proxy-spex" else 2, model.n, seed=4)
    before = state()
    first, again, other = (
        baselines.attribute(model, codes, method, queries=200, seed=seed) for seed in (1, 1, 2)
    )
    assert state() == before
    np.testing.assert_array_equal(first.values, again.values)
    same = method in {"deep-lift", "integrated-gradients"}
    assert (first.values == other.values).all() == same
    assert capsys.readouterr() == ("", "")


def test_large_backgrounds_are_no_reason_for_advice(caplog):
    given = {"queries": 2000, "background_rows": 120}
    baselines.attribute(toy(), sequences()[:1], "kernel-shap", **given)
    assert not caplog.records


def test_arguments_that_fit_no_method_are_refused_before_any_query():
    model = Recording(toy())
    for given, message in [
        ({"method": "regression-fsii", "index": "SII"}, "estimates FSII; not SII"),
        ({"method": "shap-iq", "index": "kSII"}, "index is one of"),
        ({"method": "shap-iq", "max_order": 9}, "max_order is a whole number from 1 to n = 7"),
        ({"method": "kernel-shap", "queries": 0}, "queries is a whole number"),
        ({"method": "kernel-shap", "background_rows": 2.5}, "background_rows is a whole number"),
    ]:
        with pytest.raises(ValueError, match=message):
            baselines.attribute(model, sequences(), **given)
    with pytest.raises(ValueError, match="length 7 is needed"):
        baselines.attribute(model, ["AC"], "kernel-shap")
    with pytest.raises(TypeError, match=r"alphabet=sz\.DNA"):
        baselines.attribute(broken, ["ACGT"], "mutagenesis")
    assert model.rows == 0
    with pytest.raises(ValueError, match="needs 40 coalitions; 4 positions have only 16"):
        baselines.attribute(broken, ["ACGT"], "proxy-spex", alphabet=sz.DNA)


def test_a_constant_model_has_nothing_to_attribute():
    def constant(codes):
        return np.ones(len(codes))

    for method in [m for m in GAMES if m != "proxy-spex"]:
        got = baselines.attribute(constant, ["ACGTACG"], method, alphabet=sz.DNA)
        np.testing.assert_allclose(got.values, 0, atol=1e-9)
    with pytest.raises(ValueError, match="no structure"):
        baselines.attribute(constant, ["ACGTACG"], "proxy-spex", alphabet=sz.DNA)


@pytest.mark.parametrize(
    ("method", "package"),
    [("kernel-shap", "shap"), ("svarm", "shapiq"), ("deep-lift", "captum.attr")],
)
def test_a_missing_package_is_named_with_the_extra(method, package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    model = network() if method == "deep-lift" else toy()
    with pytest.raises(ImportError, match=r"shapzero-lite\[peers\]"):
        baselines.attribute(model, sz.DNA.random(1, model.n, seed=0), method)


def test_short_sequences_of_a_large_alphabet_are_played_exactly():
    values = np.random.default_rng(0).normal(size=(20, 20, 20))
    codes = sz.PROTEIN.encode(["ACD", "WYV"])
    truth = [sz.exact_shapley(lambda x: values[tuple(x.T)], x, alphabet=sz.PROTEIN) for x in codes]
    for method in ("kernel-shap", "shapiq-kernel", "svarm", "shap-iq", "regression-fsii"):
        got = baselines.attribute(
            lambda x: values[tuple(x.T)], codes, method, alphabet=sz.PROTEIN, queries=20_000
        )
        assert error(got.values, np.array(truth)) < 0.02, method


def test_a_game_asks_about_no_coalition_twice():
    model = sz.Queries(toy(), sz.DNA)
    game = Game(model, sequences()[0], sz.DNA.random(5, 7, seed=0))
    sets = np.eye(7, dtype=bool)
    both = game(np.concatenate([sets, sets, np.ones((1, 7), bool)]))
    np.testing.assert_array_equal(both[:7], both[7:14])
    assert model.evaluations == 7 * 5 + 1
    assert game(sets[0]).shape == (1,)
    assert model.evaluations == 7 * 5 + 1
