"""Letter resampling: how much worse a letter is foretold when an earlier one is drawn again.

The model is a black box, tokens in and logits out: no gradient, no embedding, no baseline, no path.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from shapzero_lite.gama.checked import finite, logits_of
from shapzero_lite.gama.counting import warn_if_worse
from shapzero_lite.gama.lstm import seeded, tokens
from shapzero_lite.letters import PROTEIN, Alphabet

# Sequences in one pass: about 20 MB for an LSTM with 64 units on 18 tokens.
ROWS = 1000


def letter_resampling(
    model: Any, sequences: Any, *, alphabet: Alphabet = PROTEIN, progress: bool = False
) -> NDArray[np.float64]:
    """Return R (N, T, T), T = L + 2, in nats: what token t of a sequence owes to a letter i before.

        R[s, t, i] = log p(s_t | s_<t) - Σ over letters a of p(a | s_<i) log p(s_t | s_<t, s_i = a)

    for letters i < t; 0 elsewhere. The second term is the mean over letters drawn from the model
    itself, given what precedes them, the q letters scaled to one; it is summed, not sampled, so
    there is no noise. Letters between i and t stay as they are.

    0 where the model's token t does not depend on letter i. On average over sequences of the model
    it is the mean divergence of p(· | s_<t) from the same with letter i drawn again, so never below
    zero; of other sequences it can be. A letter that always stands there counts nothing: that is
    what counting is for. Of three letters with parity the last owes the same to each of the others,
    though no two of them tell anything.

    Cost: N L q sequences through the model, q times L forward passes each. ``model``: any torch
    callable from tokens (N, T) to logits (N, T, q + 2) whose output j depends on tokens 0..j only.
    Raises ``ValueError`` for a model of another alphabet and for log-probabilities that are not
    finite. Warns for a network that ``train`` found worse than counting.

    >>> from shapzero_lite.gama.lstm import network
    >>> R = letter_resampling(network(hidden=4), ["ACD", "DCA"])
    >>> R.shape, bool((np.triu(R) == 0).all())
    ((2, 5, 5), True)
    """
    import torch

    warn_if_worse(model)
    rows = torch.from_numpy(tokens(sequences, alphabet))
    (count, T), q = rows.shape, alphabet.q
    R = np.zeros((count, T, T))
    was_training = getattr(model, "training", False)
    if isinstance(model, torch.nn.Module):
        model.eval()
    bar = tqdm(total=count, desc="letter resampling", disable=not progress)
    try:
        with seeded(0), torch.no_grad():
            for part in torch.arange(count).split(max(1, ROWS // q)):
                R[part] = _of_rows(model, rows[part], alphabet)
                bar.update(len(part))
    finally:
        bar.close()
        if isinstance(model, torch.nn.Module):
            model.train(was_training)
    return finite(R)


def _of_rows(model: Any, rows: Any, alphabet: Alphabet) -> NDArray[np.float64]:
    """Return R (N, T, T) of tokens (N, T)."""
    import torch

    (count, T), q = rows.shape, alphabet.q
    log_p = logits_of(model, rows, alphabet).double().log_softmax(-1)  # (N, T, q + 2)
    here = _foretold(log_p, rows)  # (N, T)
    R = np.zeros((count, T, T))
    letters = torch.arange(1, q + 1)
    for i in range(1, T - 1):
        drawn = log_p[:, i - 1, 1 : q + 1].softmax(-1)  # (N, q)
        changed = rows.repeat_interleave(q, 0)
        changed[:, i] = letters.repeat(count)
        after = logits_of(model, changed, alphabet).double().log_softmax(-1)
        mean = (drawn[..., None] * _foretold(after, changed).unflatten(0, (count, q))).sum(1)
        R[:, i + 1 :, i] = (here - mean)[:, i + 1 :].numpy()
    return R


def _foretold(log_p: Any, rows: Any) -> Any:
    """Return the log-probability (N, T) of each token given those before it; 0 for the start."""
    import torch

    chosen = log_p[:, :-1].gather(-1, rows[:, 1:, None])[..., 0]
    return torch.cat([torch.zeros_like(chosen[:, :1]), chosen], 1)
