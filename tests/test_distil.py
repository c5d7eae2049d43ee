"""Distilled sketches: a network, the spectrum of its answers, and the walks between them."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.sketching import distil, of_rows, training
from shapzero_lite.sketching.network import PLAIN, Design, Member, Network

torch = pytest.importorskip("torch", reason="extra `lessons` is absent: networks train in PyTorch")

N_POSITIONS = 6


def motif(codes):
    """A pattern at any place, which cooperates with the first letter."""
    hits = ((codes[:, :-1] == 1) & (codes[:, 1:] == 2)).sum(axis=1)
    return np.tanh(hits - 1.0 + (codes[:, 0] == codes[:, 5])) + 3.0


@pytest.fixture(scope="module", autouse=True)
def one_thread_few_passes():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_MOST", 3)
        patch.setattr(training, "_FEWEST", 3)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def sketch():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_MOST", 40)
        return sz.sketch(motif, N_POSITIONS, sz.DNA, 1500, "distil", progress=False)


@pytest.fixture(scope="module")
def rough(sketch):
    """The same sketch with the first order of its spectrum only: the walks have work to do."""
    return replace(sketch, spectrum=first_order(sketch.spectrum))


def first_order(spectrum):
    kept = (spectrum.frequencies != 0).sum(axis=1) <= 1
    chosen = spectrum.frequencies[kept], spectrum.coefficients[kept]
    return sz.Spectrum(*chosen, alphabet=spectrum.alphabet)


# All places; a maximum of every third, of all, and of both one after the other.
DESIGNS = [
    PLAIN,
    Design(((9, 8, 3),), 16),
    Design(((7, 8, 0),), 16),
    Design(((5, 8, 3), (2, 6, 1), (3, 4, 0)), 5),
    Design(((4, 3, 2),), 5, pairs=True),
]
IDS = ["plain", "third", "all", "both", "pairs"]


def drawn(n, alphabet, design=PLAIN, seed=0):
    """A network that was never trained, its biases drawn too."""
    rng = np.random.default_rng(seed)
    members = tuple(
        Member(
            design,
            tuple(
                rng.normal(0, 0.3, shape).astype(np.float32)
                for shape in design.shapes(n, alphabet.q)
            ),
        )
        for _ in range(2)
    )
    return Network(members, 0.5, 2.0, alphabet, n)


def pairs_by_definition(codes, left, right, gap):
    """Products of the letters of every two positions, (N, channels, places), one at a time."""
    n, zero = codes.shape[1], np.zeros((len(codes), left.shape[1]), np.float32)
    found = [zero] * gap
    for d in range(1, n):
        found += [left[codes[:, i]] * right[codes[:, i + d]] for i in range(n - d)] + [zero] * gap
    return torch.from_numpy(np.stack(found if n > 1 else [zero] * (gap + 1), axis=2))


@pytest.mark.parametrize("design", DESIGNS, ids=IDS)
@pytest.mark.parametrize("n", [1, 3, 5, 8, 26, 200])
@pytest.mark.parametrize("alphabet", [sz.RNA, sz.PROTEIN], ids=["RNA", "PROTEIN"])
def test_numpy_and_layers_of_pytorch_agree(n, alphabet, design):
    network, codes = drawn(n, alphabet, design), alphabet.random(300, n, seed=1)
    x = torch.from_numpy(np.eye(alphabet.q, dtype=np.float32)[codes]).permute(0, 2, 1)
    total = 0
    for member in network.members:
        *convolutions, dense, dense_bias, last = member.weights
        h = x
        if design.pairs:
            left, right, *convolutions = convolutions
            h = pairs_by_definition(codes, left, right, len(convolutions[0]) - 1)
        for number, (_, _, pool) in enumerate(design.convolutions):
            filters, bias = convolutions[2 * number : 2 * number + 2]
            layer = torch.nn.Conv1d(filters.shape[1], filters.shape[2], filters.shape[0])
            layer.weight.data = torch.from_numpy(filters.transpose(2, 1, 0).copy())
            layer.bias.data = torch.from_numpy(bias)
            h = torch.nn.MaxPool1d(pool or layer(h).shape[2], ceil_mode=True)(layer(h).relu())
        h = h.permute(0, 2, 1).reshape(len(codes), -1)
        h = torch.nn.functional.linear(
            h, torch.from_numpy(dense.T.copy()), torch.from_numpy(dense_bias)
        ).relu()
        total = total + h @ torch.from_numpy(last[:-1].copy()) + float(last[-1])
    expected = 0.5 + 2.0 * total.detach().numpy() / 2
    np.testing.assert_allclose(network(codes), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("design", DESIGNS, ids=IDS)
def test_training_and_answering_are_the_same_function(design):
    network, codes = drawn(30, sz.DNA, design), sz.DNA.random(50, 30, seed=2)
    x = torch.from_numpy(np.eye(4, dtype=np.float32)[codes]).permute(0, 2, 1)
    for member in network.members:
        weights = [torch.from_numpy(w) for w in member.weights]
        found = training._answers(torch, design, weights, x, dropped=0.0).numpy()
        np.testing.assert_allclose(found, member(np.eye(4, dtype=np.float32)[codes]), atol=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        ((), 8),
        (((3, 8, 1),), 0),
        (((0, 8, 1),), 8),
        (((3, 8, -1),), 8),
        (((3, 8.0, 1),), 8),
        (((3, 8, 1),) * 4, 8),
    ],
)
def test_a_design_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="no network has convolutions"):
        Design(*wrong)


@pytest.mark.parametrize(("n", "alphabet"), [(2, sz.PROTEIN), (60, sz.PROTEIN), (200, sz.DNA)])
def test_short_and_long_sequences_train(n, alphabet):
    codes = alphabet.random(64, n, seed=0)
    made = training.trained(codes, codes[:, 0] * 1.0, alphabet, seed=0)
    for member in made.members:
        assert member.design in training.candidates(n, alphabet.q)
        assert [w.shape for w in member.weights] == member.design.shapes(n, alphabet.q)
    assert made(codes).std() > 0


def anywhere(codes):
    """Whether ACG stands anywhere."""
    places = np.lib.stride_tricks.sliding_window_view(codes, 3, axis=1)
    return (places == [0, 1, 2]).all(axis=2).any(axis=1) * 1.0


def at_its_place(codes):
    """A function of the letters of three places."""
    return np.tanh(codes[:, 3] - 1.5 + (codes[:, 10] == codes[:, 12]))


@pytest.mark.parametrize(("model", "pooled"), [(anywhere, True), (at_its_place, False)])
def test_the_design_follows_the_model(model, pooled):
    codes = sz.DNA.random(3_000, 40, seed=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_FEWEST", 8)
        patch.setattr(training, "_MOST", 8)
        network = training.trained(codes, model(codes), sz.DNA, seed=0)
    for member in network.members:
        assert (member.design.convolutions[-1][2] == 0) is pooled
    fresh = sz.DNA.random(2_000, 40, seed=1)
    left = model(fresh) - network(fresh)
    assert 1 - left.var() / model(fresh).var() > 0.5


def test_a_gpu_is_used_where_there_is_one_and_only_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert training.device_of(torch) == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert training.device_of(torch) == "cpu"
    codes = sz.DNA.random(60, 4, seed=0)
    assert np.isfinite(training.trained(codes, codes[:, 0] * 1.0, sz.DNA, seed=0)(codes)).all()


def test_what_is_learnt_is_the_model(sketch):
    every = sz.DNA.all_sequences(N_POSITIONS)
    truth = motif(every)
    left = ((sketch.network(every) - truth) ** 2).mean() / truth.var()
    assert 1 - left > 0.8
    low, high = sketch.network.r2_interval
    assert low - 0.05 < 1 - left < high + 0.05
    assert sketch.method == sketch.spectrum.provenance["method"] == "distil"
    assert sketch.n_queries == 1500


def test_where_all_answers_of_the_network_are_few_the_spectrum_is_exact(sketch):
    every = sz.DNA.all_sequences(N_POSITIONS)
    network = sketch.network(every)
    np.testing.assert_allclose(sketch.spectrum.evaluate(every), network, atol=1e-5)
    # So is the one of order 2 not, which is learnt from those answers.
    second = distil.spectrum_of(sketch.network, 10_000, 0, 2, None)
    assert second.order == 2
    left = ((second.evaluate(every) - network) ** 2).mean() / network.var()
    assert 0.01 < left < 0.5


def test_free_walks_converge_to_the_values_of_the_network(rough):
    codes = sz.DNA.random(4, N_POSITIONS, seed=3)
    truth = np.stack([sz.exact_shapley(rough.network, x, alphabet=sz.DNA) for x in codes])
    explainer = sz.Explainer(rough)
    errors = []
    for walks in (0, 16, 2500):
        e = explainer.explain(codes, walks=walks)
        errors.append(np.abs(e.values - truth).max())
    assert errors[0] > 0.02  # the spectrum alone is far off
    assert errors[2] < 0.01
    assert errors[2] < errors[1] < errors[0]
    assert (np.abs(e.values - truth) < 5 * e.walk_error + 1e-6).all()


BACKGROUNDS = {
    "uniform": None,
    "letters": sz.Letters.around("ACGTAC", rate=0.4),
    "one letter fixed": sz.Letters.fixed("ACGTAC", [1, 2, 3, 4, 6]),
    "a set": sz.DNA.random(7, N_POSITIONS, seed=9),
}


@pytest.mark.parametrize("walks", [2, 16, None])
@pytest.mark.parametrize("background", BACKGROUNDS.values(), ids=BACKGROUNDS)
def test_values_and_base_add_up_to_the_network(rough, background, walks):
    codes = sz.DNA.random(5, N_POSITIONS, seed=4)
    if isinstance(background, sz.Letters):
        codes = background.draw(5, np.random.default_rng(1))
    e = sz.Explainer(rough, background=background).explain(codes, walks=walks)
    total = e.base_value + e.values.sum(axis=1)
    np.testing.assert_allclose(total, rough.network(codes), atol=1e-5)


def test_the_base_value_is_the_mean_of_the_network(rough):
    every = sz.DNA.all_sequences(N_POSITIONS)
    seen = rough.network(every)
    e = sz.Explainer(rough).explain(every[:1])
    assert abs(e.base_value - seen.mean()) < 5 * seen.std() / np.sqrt(16_384)
    few = sz.DNA.random(7, N_POSITIONS, seed=9)  # of a set, all are asked
    e = sz.Explainer(rough, background=few).explain(every[:1])
    assert e.base_value == pytest.approx(rough.network(few).mean(), abs=1e-5)


def test_the_error_of_the_walks_is_what_they_scatter_by(rough):
    codes = sz.DNA.random(60, N_POSITIONS, seed=5)
    explainer = sz.Explainer(rough)
    truth = explainer.explain(codes, walks=1500, seed=1).values
    e = explainer.explain(codes, walks=12, seed=2)
    ratio = ((e.values - truth) ** 2).mean() / (e.walk_error**2).mean()
    assert 0.7 < ratio < 1.4


def test_errors_of_network_and_walks_add_up(rough):
    codes = sz.DNA.random(3, N_POSITIONS, seed=6)
    explainer = sz.Explainer(rough)
    e = explainer.explain(codes, walks=8)
    expected = np.sqrt(rough.network.standard_error**2 + e.walk_error**2)
    np.testing.assert_allclose(e.standard_error, expected)
    assert 7 <= e.degrees < np.inf
    alone = explainer.explain(codes, walks=0)
    assert alone.walk_error is None
    np.testing.assert_array_equal(alone.standard_error[0], rough.standard_error)
    assert (rough.network.standard_error != rough.standard_error).all()
    assert e[1].walk_error.shape == (1, N_POSITIONS)


def test_single_letters_come_nearer_than_walks_of_more_answers(rough):
    codes = sz.DNA.random(40, N_POSITIONS, seed=11)
    truth = np.stack([sz.exact_shapley(rough.network, x, alphabet=sz.DNA) for x in codes])
    explainer = sz.Explainer(rough)
    alone, letters, walks = (explainer.explain(codes, walks=w) for w in (0, None, 2))
    error = [((e.values - truth) ** 2).mean() for e in (alone, letters, walks)]
    assert error[1] < 0.2 * error[0]  # 18 answers
    assert error[1] < 0.2 * error[2]  # 22 answers
    # Stated is no less than what the check can tell from nothing, here rather more than it is.
    assert 0.1 < error[1] / (letters.walk_error**2).mean() < 1.5
    assert 20 < letters.degrees < np.inf
    again = sz.Explainer(rough).explain(codes)
    np.testing.assert_array_equal(again.values, letters.values)


@pytest.mark.parametrize("index", ["FSII", "STII", "SII"])
def test_pairs_of_the_network_are_found_beyond_the_spectrum(rough, index):
    codes = sz.DNA.random(3, N_POSITIONS, seed=12)
    every = sz.DNA.all_sequences(N_POSITIONS)
    table = rough.network(every).reshape((4,) * N_POSITIONS)
    exact = sz.interactions(sz.Spectrum.from_values(table, sz.DNA), codes, index, 2)
    explainer, pairs = sz.Explainer(rough), [(0, 5), (2, 1)]
    found = explainer.network_interactions(codes, sets=pairs, index=index, draws=3000)
    assert found.subsets == [(0, 5), (1, 2)]
    truth = np.array([[exact[row][T] for T in found.subsets] for row in range(3)])
    assert np.abs(truth).max() > 0.05  # of which the spectrum, of order 1, has nothing
    assert (np.abs(found.values - truth) < 4.5 * found.standard_error).all()
    assert found.standard_error.max() < 0.03
    assert "1, 6" in str(found)


def test_the_strongest_pairs_are_chosen_and_bad_sets_are_refused(sketch, rough):
    codes = sz.DNA.random(4, N_POSITIONS, seed=13)
    explainer = sz.Explainer(sketch)
    known = explainer.explain(codes, walks=0).interactions
    found = explainer.network_interactions(codes, sets=3, draws=2)
    assert found.subsets == [T for T, _ in known.strongest(3, order=2)]
    # The spectrum is exact here, so nothing is beyond it.
    exact = np.array([[known[row][T] for T in found.subsets] for row in range(4)])
    np.testing.assert_allclose(found.values, exact, atol=1e-5)
    for sets in ([(0, 0)], [(0, 1, 2)], [(0, 6)]):
        with pytest.raises(ValueError, match="sets of 2 different positions from 0 to 5 are meant"):
            explainer.network_interactions(codes, sets=sets)
    with pytest.raises(ValueError, match="draws"):
        explainer.network_interactions(codes, draws=1)
    with pytest.raises(ValueError, match="method='distil' has a network"):
        sz.Explainer(sketch.spectrum).network_interactions(codes)


def test_paid_walks_correct_the_network_without_bias(rough):
    codes = sz.DNA.random(3, N_POSITIONS, seed=7)
    truth = np.stack([sz.exact_shapley(motif, x, alphabet=sz.DNA) for x in codes])
    explainer, asked = sz.Explainer(rough), []

    def counted(rows):
        asked.append(len(rows))
        return motif(rows)

    e = explainer.explain(codes, walks=500, model=counted, extra=5000)
    assert e.n_queries == sum(asked) <= 3 * 5000
    assert (np.abs(e.values - truth) < 5 * e.standard_error).all()
    assert e.standard_error.max() < 0.02
    # The network is the base of the correction: from the rough spectrum, as many say less.
    from_spectrum = explainer.explain(codes, walks=0, model=motif, extra=5000)
    assert (e.standard_error**2).mean() < (from_spectrum.standard_error**2).mean()


def test_a_seed_gives_the_same_network_and_leaves_pytorch_as_it_was():
    codes = sz.DNA.random(200, 5, seed=0)
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    first, again, other = (training.trained(codes, motif5(codes), sz.DNA, s) for s in (1, 1, 2))
    assert torch.equal(torch.rand(3), expected)
    np.testing.assert_array_equal(first(codes), again(codes))
    assert not np.allclose(first(codes), other(codes))
    one, two = (member.weights[0] for member in first.members)
    assert not np.allclose(one, two)


def motif5(codes):
    return (codes[:, 0] == codes[:, 3]) * 1.0


def test_answers_without_structure_are_not_called_learnt():
    codes = sz.DNA.random(600, 7, seed=0)
    y = np.random.default_rng(1).permutation(np.tanh(codes.sum(axis=1) - 10.0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_MOST", 40)
        sk = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, method="distil")
    assert sk.network.r2 < 0.05
    assert not sk.good_enough
    assert sk.good_for == "nothing to explain"
    assert "values are noise" in " ".join(str(sk).split())


def of_no_structure(codes):
    """A number for every sequence that neighbours do not share: the fraction of a large product."""
    key = np.cumprod(codes + 2.0, axis=1) @ np.sqrt(np.arange(2.0, codes.shape[1] + 2))
    return np.modf(np.abs(np.sin(key)) * 1e4)[0]


@pytest.mark.parametrize("kind", ["shuffled", "no structure"])
def test_the_choice_of_a_design_makes_nothing_out_of_nothing(kind):
    codes = sz.DNA.random(600, 20, seed=0)
    assert len(training.candidates(20, 4)) > 1
    if kind == "shuffled":
        y = np.random.default_rng(1).permutation(at_its_place(codes))
        made = sz.sketch_from_samples(codes, y, alphabet=sz.DNA, method="distil")
    else:
        made = sz.sketch(of_no_structure, 20, sz.DNA, 600, "distil", progress=False)
    assert made.network.r2 < 0.05
    assert not made.good_enough
    assert made.good_for == "nothing to explain"
    assert "values are noise" in " ".join(str(made).split())


def test_what_is_printed_tells_network_and_spectrum_apart(sketch):
    bad = replace(sketch, r2=0.4, r2_interval=(0.3, 0.5))
    said = " ".join(str(bad).split())
    assert f"network: R² {sketch.network.r2:.3f}" in said
    assert "spectrum: R² 0.400 (95 % interval 0.300 to 0.500) on the same rows" in said
    assert "interactions the spectrum's: not good enough" in said
    assert bad.good_for == sketch.good_for
    assert "learning_curve" not in said


def test_a_file_keeps_spectrum_and_network_and_needs_no_pytorch(sketch, tmp_path):
    path = sketch.save(tmp_path / "sketch.npz")
    codes = sz.DNA.random(5, N_POSITIONS, seed=8)
    loaded = sz.Sketch.load(path)
    np.testing.assert_array_equal(loaded.network(codes), sketch.network(codes))
    for name in ("r2", "r2_interval", "centre", "scale"):
        assert getattr(loaded.network, name) == getattr(sketch.network, name)
    np.testing.assert_array_equal(loaded.network.standard_error, sketch.network.standard_error)
    assert str(loaded) == str(sketch)
    expected = sz.Explainer(sketch).explain(codes)
    found = sz.Explainer(loaded).explain(codes)
    np.testing.assert_array_equal(found.values, expected.values)
    np.testing.assert_array_equal(found.standard_error, expected.standard_error)
    program = (
        f"import sys, shapzero_lite as sz; s = sz.Sketch.load({str(path)!r}); "
        "sz.Explainer(s).explain(['ACGTAC']); print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize("damage", ["missing", "shape", "float64", "count", "design", "errors"])
def test_a_file_that_does_not_fit_together_is_refused(sketch, tmp_path, damage):
    path = sketch.save(tmp_path / "sketch.npz")
    with np.load(path) as file:
        fields = {name: file[name] for name in file.files}
    if damage == "missing":
        del fields["network_1_dense"]
    elif damage == "shape":
        fields["network_0_first"] = fields["network_0_first"][1:]
    elif damage == "float64":
        fields["network_0_last"] = fields["network_0_last"].astype(float)
    elif damage == "count":
        header = str(fields["header"]).replace('"members": 2', '"members": 0')
        fields["header"] = np.array(header)
    elif damage == "design":
        header = str(fields["header"]).replace("[[5, 64, 1]", "[[4, 64, 1]")
        fields["header"] = np.array(header)
    else:
        fields["network_standard_error"] = -fields["network_standard_error"]
    np.savez(path, **fields)
    with pytest.raises(ValueError, match=r"is not a whole sketch file .*network"):
        sz.Sketch.load(path)


def test_files_from_before_there_were_designs_load(sketch, tmp_path):
    path = sketch.save(tmp_path / "sketch.npz")
    with np.load(path) as file:
        fields = {name: file[name] for name in file.files}
    header = json.loads(str(fields["header"]))
    assert header["network"].pop("designs")
    np.savez(path, **fields | {"header": np.array(json.dumps(header))})
    codes = sz.DNA.random(5, N_POSITIONS, seed=9)
    np.testing.assert_array_equal(sz.Sketch.load(path).network(codes), sketch.network(codes))


def test_parts_of_every_design_come_back():
    for design in DESIGNS:
        network, codes = drawn(20, sz.PROTEIN, design), sz.PROTEIN.random(9, 20, seed=0)
        network = replace(network, r2=0.5, r2_interval=(0.4, 0.6))
        header, arrays = network.parts()
        again = Network.of_parts(json.loads(json.dumps(header)), arrays, sz.PROTEIN, 20)
        assert [member.design for member in again.members] == [design] * 2
        np.testing.assert_array_equal(again(codes), network(codes))


def test_what_cannot_be_is_refused(sketch, monkeypatch):
    codes = sz.DNA.random(200, 5, seed=0)
    with pytest.raises(ValueError, match="one of samples, curve, distil, not 'qsft'"):
        sz.sketch_from_samples(codes, motif5(codes), alphabet=sz.DNA, method="qsft")
    plain = sz.Explainer(sketch.spectrum)
    with pytest.raises(ValueError, match="walks=8: only a sketch by method='distil'"):
        plain.explain(["ACGTAC"], walks=8)
    assert plain.explain(["ACGTAC"], walks=0).walk_error is None
    with pytest.raises(ValueError, match="walks=1 pair gives no standard error"):
        sz.Explainer(sketch).explain(["ACGTAC"], walks=1)
    with pytest.raises(ValueError, match="a learning curve is of samples"):
        sketch.learning_curve()
    with pytest.raises(ValueError, match="'distil' needs at least"):
        sz.plan(n=26, alphabet=sz.DNA, budget=20, method="distil")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ImportError, match=r"needs PyTorch: pip install .*lessons"):
        sz.sketch(motif5, 5, sz.DNA, 500, "distil", progress=False)


def test_a_plan_says_what_is_asked():
    told = sz.plan(n=5, alphabet=sz.DNA, budget=500, method="distil")
    asked = []

    def counted(rows):
        asked.append(len(rows))
        return motif5(rows)

    made = sz.sketch(counted, 5, sz.DNA, 500, "distil", progress=False)
    assert sum(asked) == made.n_queries == told.n_queries == 500
    assert (made.n_held_out, len(made.samples[0][0])) == (
        told.queries["hold out for R²"], told.queries["fit"],
    )  # fmt: skip
    more = sz.plan(n=26, alphabet=sz.DNA, budget=60_000, method="distil")
    plain = sz.plan(n=26, alphabet=sz.DNA, budget=60_000, method="samples")
    assert more.queries == plain.queries
    assert more.fit_seconds > 2 * plain.fit_seconds
    # All sequences cost no more: exact, and no network.
    assert sz.plan(n=4, alphabet=sz.DNA, budget=256, method="distil").method == "enumerate"


def test_other_letters_and_weights():
    letters = sz.Letters.around("ACGTACGT", rate=0.2)
    made = sz.sketch(
        motif, letters=letters, alphabet=sz.DNA, budget=400, method="distil", progress=False
    )
    assert made.letters == letters
    codes = letters.draw(4, np.random.default_rng(0))
    e = sz.Explainer(made).explain(codes)
    np.testing.assert_allclose(e.base_value + e.values.sum(axis=1), made.network(codes), atol=1e-5)
    assert made.network.standard_error.shape == (8,)
    # Rows of all but no weight are as if they were not there.
    x = sz.DNA.random(300, 5, seed=1)
    y = np.where(np.arange(300) < 150, motif5(x), 1 - motif5(x))
    w = np.where(np.arange(300) < 150, 1.0, 1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_MOST", 30)
        network = training.trained(x, y, sz.DNA, 0, w)
    assert np.corrcoef(network(x), motif5(x))[0, 1] > 0.5


def test_rows_are_held_out_as_for_samples():
    x = sz.DNA.random(400, 6, seed=2)
    y = motif(x)
    one, other = (
        sz.sketch_from_samples(x, y, alphabet=sz.DNA, method=m, seed=3)
        for m in ("samples", "distil")
    )
    np.testing.assert_array_equal(one.samples[1][0], other.samples[1][0])
    assert other.network.standard_error is None
    e = sz.Explainer(other).explain(x[:2])
    assert e.standard_error is None
    assert e.walk_error is not None
    held = of_rows.held_rows(x, 40, 3)
    np.testing.assert_array_equal(x[held], other.samples[1][0])
