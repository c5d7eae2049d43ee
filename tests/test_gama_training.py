"""What training says of itself, what it refuses, and which sequences it holds out."""

import warnings

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import shapzero_lite as sz
from shapzero_lite import gama
from shapzero_lite.gama import counting, neighbours, synthetic

torch = pytest.importorskip("torch")
nn = torch.nn
CODES = sz.PROTEIN.random(6, 5, seed=3)


def test_clusters_are_chains_of_single_changes():
    rng = np.random.default_rng(0)
    codes = np.vstack([rng.integers(0, 3, (60, 6)), np.repeat([[0, 1, 2, 0, 1, 2]], 3, 0)])
    apart = (codes[:, None] != codes).sum(-1)
    linked = apart <= 1
    for _ in range(6):  # paths of up to 2 ** 6 links
        linked = linked @ linked
    expected = np.array([np.flatnonzero(row)[0] for row in linked])
    found = neighbours.clusters(codes)
    assert len(set(found)) == len(set(expected)) < len(codes)
    assert_array_equal(found[:, None] == found, expected[:, None] == expected)


def test_a_long_chain_is_one_cluster():
    chain = np.tri(40, 39, -1).astype(np.uint8)[np.random.default_rng(1).permutation(40)]
    assert neighbours.clusters(chain).max() == 0


# Which rows are held out is the question: one epoch shows it.
@pytest.mark.filterwarnings("ignore:the best of 1 epochs")
def test_no_near_neighbour_of_a_held_out_sequence_is_learned():
    rng = np.random.default_rng(0)
    parents = sz.PROTEIN.random(60, 8, seed=0)
    children = np.repeat(parents, 3, 0)
    children[np.arange(180), rng.integers(0, 8, 180)] = rng.integers(0, 20, 180)
    codes = np.vstack([parents, children])

    def nearest(split):
        held = gama.train(codes, hidden=2, epochs=1, heldout_share=0.2, split=split).heldout
        apart = (held[:, None] != codes).sum(-1)  # (held, N)
        learned = ~(apart == 0).any(0)
        assert 24 <= len(held) <= 48
        return apart[:, learned].min()

    assert nearest("cluster") > 1
    assert nearest("random") == 1


def test_one_large_cluster_cannot_be_held_out():
    single_changes = np.zeros((41, 8), np.uint8)
    single_changes[np.arange(40), np.arange(40) % 8] = 1 + np.arange(40) // 8
    with pytest.raises(ValueError, match=r"only 0 are .* 41 of 41 .* split=\"random\""):
        gama.train(single_changes)


def test_counting_by_hand():
    seen, asked = np.array([[0, 1], [0, 2], [1, 2]]), np.array([[0, 0], [2, 2]])
    p = [[2.5 / 4.5, 0.5 / 4.5], [0.5 / 4.5, 2.5 / 4.5]]
    assert_allclose(counting.log_likelihood(seen, asked, 3), np.log(p).sum(1))


def test_over_counting_is_the_difference_of_held_out_likelihoods():
    codes = synthetic.sequences("AND", (2, 4), 0.8, count=1500, length=6)
    fit = gama.train(codes, hidden=32)
    held = {bytes(row) for row in fit.heldout}
    learned = np.array([row for row in codes if bytes(row) not in held])
    by_network = gama.target_values(fit.model, fit.heldout, "log-likelihood").sum(1)
    ahead = by_network - counting.log_likelihood(learned, fit.heldout, 20)
    mean, error = fit.over_counting
    assert_allclose(mean, ahead.mean(), atol=1e-4)
    assert_allclose(error, ahead.std(ddof=1) / np.sqrt(len(ahead)), atol=1e-4)
    # All that there is to gain over counting is 0.4 nats.
    assert 0.2 < mean < synthetic.information("AND", 2, 0.8)[1] + 4 * error
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gama.letter_resampling(fit.model, fit.heldout[:3])


def test_a_network_that_lost_to_counting_says_so_when_it_is_attributed():
    codes = sz.PROTEIN.random(200, 6, seed=0)  # there is nothing to learn, and it learns all of it
    fit = gama.train(codes, hidden=64, epochs=40, learning_rate=0.02, keep="last")
    assert fit.best_epoch == 40 == len(fit.heldout_loss)
    assert fit.over_counting[0] < 0
    assert fit.train_loss[-1] < fit.heldout_loss[-1] - 0.5
    for call in (
        lambda: gama.score(fit.model, fit.reference, fit.heldout, steps=2),
        lambda: gama.letter_resampling(fit.model, fit.heldout),
    ):
        with pytest.warns(UserWarning, match=r"nats per sequence .* worse than counting"):
            call()


def test_training_that_is_cut_off_says_so():
    codes = synthetic.sequences("AND", (2, 4), count=400)
    with pytest.warns(UserWarning, match=r"the best of 4 epochs is the last, .* Give epochs=60"):
        fit = gama.train(codes, epochs=4)
    assert fit.best_epoch == 4
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        gama.train(codes, hidden=16, epochs=40, learning_rate=0.02)


@pytest.mark.filterwarnings("error")
def test_the_last_epoch_is_kept_when_asked_for():
    codes = sz.PROTEIN.random(60, 5, seed=0)
    fit = gama.train(codes, hidden=32, epochs=30, learning_rate=0.02, patience=1, keep="last")
    rows = torch.from_numpy(gama.tokens(fit.heldout))
    with torch.no_grad():
        logits = fit.model(rows[:, :-1]).log_softmax(-1)
    loss = -float(logits.gather(-1, rows[:, 1:, None]).mean())
    assert_allclose(loss, fit.heldout_loss[-1], rtol=1e-5)
    assert loss > min(fit.heldout_loss)


def test_a_loss_that_is_no_number_is_refused():
    class Breaks(nn.Module):
        """Finite logits, whose gradient is nan: weights are nan after one step."""

        def __init__(self):
            super().__init__()
            self.head = nn.Linear(22, 22)

        def forward(self, x):
            y = self.head(nn.functional.one_hot(x, 22).float())
            return y + (y * 0).sqrt()

    with pytest.raises(ValueError, match="nan held out, epoch 1: lower learning_rate"):
        gama.train(CODES.repeat(3, 0), model=Breaks(), split="random")


class Positional(nn.Module):
    """Its embedding is one of positions; tokens go in as one-hot numbers."""

    def __init__(self):
        super().__init__()
        self.places = nn.Embedding(30, 22)
        self.head = nn.Linear(22, 22)

    def forward(self, x):
        return self.head(nn.functional.one_hot(x, 22) + self.places(torch.arange(x.shape[1])))


class PositionsFirst(Positional):
    """The first embedding is one of positions, the second one of tokens, both (N, T)."""

    def __init__(self):
        super().__init__()
        self.letters = nn.Embedding(22, 22)

    def forward(self, x):
        return self.head(self.letters(x) + self.places(torch.arange(x.shape[1]).expand(x.shape)))


class Many(nn.Module):
    """33 tokens, as protein language models have, and 22 logits."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(33, 4)
        self.head = nn.Linear(4, 22)

    def forward(self, x):
        return self.head(self.embedding(x))


@pytest.mark.parametrize("call", [gama.integrated_gradients, gama.target_values])
def test_embeddings_that_do_not_get_the_tokens_are_named(call):
    with pytest.raises(ValueError, match=r"none .* given the tokens .*places, shape \(7,\)"):
        call(Positional(), CODES)
    with pytest.raises(ValueError, match=r"embeds 33 tokens in embedding, .* 20 letters has 22"):
        call(Many(), CODES)


def test_tokens_are_followed_where_positions_are_embedded_first():
    torch.manual_seed(0)
    model = PositionsFirst()
    z = gama.integrated_gradients(model, CODES, steps=3)
    ends = [gama.target_values(model, CODES, alpha=a) for a in (1, 0)]
    assert np.abs(z).max() > 0
    assert_allclose(z.sum(-1), ends[0] - ends[1], atol=1e-5)
    assert model.training


@pytest.mark.parametrize("use", ["score", "resampling", "train", "generate"])
def test_another_alphabet_of_as_many_letters_is_refused(use):
    model, codes = gama.network(4, sz.DNA), sz.DNA.random(20, 5, seed=0)
    how = {"alphabet": sz.RNA}
    call = {
        "score": lambda: gama.score(model, model, codes, steps=2, **how),
        "resampling": lambda: gama.letter_resampling(model, codes, **how),
        "train": lambda: gama.train(codes, model=model, **how),
        "generate": lambda: gama.generate(model, 2, 3, **how),
    }[use]
    with pytest.raises(ValueError, match="made for the letters ACGT, and asked with ACGU"):
        call()


@pytest.mark.parametrize(
    ("options", "says"),
    [({"keep": "first"}, "'first'"), ({"split": "none"}, "'none'")],
)
def test_other_options_are_refused(options, says):
    with pytest.raises(ValueError, match=says):
        gama.train(CODES.repeat(3, 0), **options)
