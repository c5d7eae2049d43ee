"""Letter resampling against its definition, over all sequences of a tiny model."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import shapzero_lite as sz
from shapzero_lite import gama

torch = pytest.importorskip("torch")
AB = sz.Alphabet("AB")
L, T, SIZE = 4, 6, 4
ALL = np.array(list(product([0, 1], repeat=L)), np.uint8)


def combinations_below(end):
    return [(t, i) for t in range(2, end) for i in range(1, t)]


class Table:
    """A black box: a table of random logits by what was read, but no module and no gradient.

    Token 4 depends on letters 1 and 3 only.
    """

    def __init__(self, seed=0):
        self.seed = seed

    def log_p(self, read):
        seen = (read[1], read[3]) if len(read) == 4 else tuple(read)
        rng = np.random.default_rng([self.seed, len(read), *seen])
        logits = 2 * rng.normal(size=SIZE)
        logits[[0, -1]] = -50  # letters until the end, so that all sequences add up to one
        if len(read) == L + 1:
            logits[-1] = 50
        return logits - np.log(np.exp(logits).sum())

    def __call__(self, rows):
        logits = [[self.log_p(row[: j + 1]) for j in range(len(row))] for row in rows.tolist()]
        return torch.from_numpy(np.array(logits))


def test_same_as_the_definition_letter_by_letter():
    model = Table()
    R = gama.letter_resampling(model, ALL, alphabet=AB)
    by_hand = np.zeros((len(ALL), T, T))
    for s, row in enumerate(gama.tokens(ALL, AB).tolist()):
        for t in range(T):
            for i in range(1, t):
                here = model.log_p(row[:t])[row[t]]
                chance = np.exp(model.log_p(row[:i])[1:3])
                chance /= chance.sum()
                for a in (1, 2):
                    other = [*row[:i], a, *row[i + 1 : t]]
                    if t <= L:
                        by_hand[s, t, i] += chance[a - 1] * (here - model.log_p(other)[row[t]])
    assert_allclose(R, by_hand, atol=1e-6)
    assert np.abs(R).max() > 0.1
    # Token 4 was made not to depend on letter 2, and no token on a later one.
    assert np.abs(R[:, 4, 2]).max() < 1e-12
    assert (np.triu(R) == 0).all()


def test_on_the_models_own_sequences_it_is_a_divergence():
    model = Table(seed=1)
    rows = gama.tokens(ALL, AB).tolist()
    p = np.exp([sum(model.log_p(row[:t])[row[t]] for t in range(1, L + 1)) for row in rows])
    assert_allclose(p.sum(), 1, atol=1e-6)
    mean = np.einsum("s,sti->ti", p, gama.letter_resampling(model, ALL, alphabet=AB))
    divergence = np.zeros((T, T))
    for row, chance in zip(rows, p, strict=True):
        for t, i in combinations_below(L + 1):
            here = model.log_p(row[:t])
            drawn = np.exp(model.log_p(row[:i])[1:3])
            for a, share in zip((1, 2), drawn / drawn.sum(), strict=True):
                other = model.log_p([*row[:i], a, *row[i + 1 : t]])
                divergence[t, i] += chance * share * (np.exp(here) * (here - other)).sum()
    assert_allclose(mean, divergence, atol=1e-6)
    assert mean.min() > -1e-9


@pytest.mark.parametrize("kind", ["network", "dropout"])
def test_modules_are_asked_as_they_are_used_and_left_as_they_were(kind):
    model = gama.network(6, AB, seed=1)
    if kind == "dropout":
        model = torch.nn.Sequential(model, torch.nn.Dropout(0.5))
    model.train()
    before = torch.get_rng_state()
    one, two = (gama.letter_resampling(model, ALL, alphabet=AB) for _ in range(2))
    assert_array_equal(one, two)
    assert model.training
    assert torch.equal(torch.get_rng_state(), before)


def test_many_passes_give_what_one_gives(monkeypatch):
    model = gama.network(6, AB, seed=1)
    whole = gama.letter_resampling(model, ALL, alphabet=AB)
    monkeypatch.setattr("shapzero_lite.gama.resampling.ROWS", 6)
    assert_allclose(gama.letter_resampling(model, ALL, alphabet=AB), whole, atol=1e-6)


def test_score_is_the_mean_less_that_of_the_reference():
    one, two = gama.network(6, AB, seed=1), gama.network(6, AB, seed=2)
    means = [gama.letter_resampling(m, ALL, alphabet=AB).mean(0) for m in (one, two)]
    score = gama.score(one, two, ALL, form="resampling", alphabet=AB)
    assert_allclose(score, means[0] - means[1], atol=1e-9)
    assert score.shape == (T, T)


def test_log_probabilities_that_are_none_are_refused():
    def infinite(rows):
        logits = torch.zeros((*rows.shape, SIZE))
        logits[..., 1] = -torch.inf
        return logits

    with pytest.raises(ValueError, match="not finite"):
        gama.letter_resampling(infinite, ALL, alphabet=AB)
    with pytest.raises(ValueError, match=r"logits \(.*, 22\) are needed"):
        gama.letter_resampling(Table(), sz.PROTEIN.random(2, 4, seed=0))
