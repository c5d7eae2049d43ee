"""The transformer is causal, seeded, and says what it cannot take."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

import shapzero_lite as sz
from shapzero_lite import gama

torch = pytest.importorskip("torch")


def test_later_tokens_change_nothing_before_them_and_positions_count():
    model = gama.transformer(5, width=8, seed=3).eval()
    rows = torch.from_numpy(gama.tokens(["ACDEF", "ACDWW"]))
    with torch.no_grad():
        one, two = model(rows)
        repeated = model(torch.ones(1, 6, dtype=torch.long))[0]
    assert_allclose(one[:4], two[:4], atol=1e-6)
    assert (one[4] - two[4]).abs().max() > 1e-3
    assert (repeated[0] - repeated[3]).abs().max() > 1e-3
    z = gama.integrated_gradients(model, ["ACDEF"], steps=3)
    assert np.abs(np.triu(z, 1)).max() < 1e-6 < np.abs(z).max()


def test_seeds_give_the_weights_and_leave_the_global_state_alone():
    before = torch.get_rng_state()
    one, two, other = (gama.transformer(4, width=8, seed=s).head.weight for s in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: gama.transformer(4, width=10), "multiple of 4, not 10"),
        (lambda: gama.transformer(0), "length is a whole number"),
        (lambda: gama.letter_resampling(gama.transformer(3, 8), ["ACDE"]), "made for 3 letters"),
        (
            lambda: gama.generate(gama.transformer(3, 8, alphabet=sz.DNA), 1, 2, alphabet=sz.RNA),
            "made for the letters ACGT",
        ),
    ],
)
def test_errors_say_what_was_given(call, says):
    with pytest.raises(ValueError, match=says):
        call()
