"""A small LSTM that predicts the next letter: tokens, network, sampling.

Tokens are 0 = start, 1..q = the letters in the order of the alphabet, q + 1 = end, so a sequence of
L letters is a row of T = L + 2 tokens. torch is imported inside the functions, and its global
random state and number of threads are as before when a function returns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import seed_of, whole
from shapzero_lite.gama.checked import logits_of
from shapzero_lite.letters import PROTEIN, Alphabet, as_codes


def tokens(sequences: Any, alphabet: Alphabet = PROTEIN) -> NDArray[np.int64]:
    """Return the tokens (N, L + 2) of N sequences, given as strings or codes.

    Raises what ``Alphabet.encode`` raises, naming sequence and position.

    >>> tokens(["ACD"])
    array([[ 0,  1,  2,  3, 21]])
    """
    codes = as_codes(sequences, alphabet).astype(np.int64) + 1
    ends = np.zeros((len(codes), 1), np.int64)
    return np.hstack([ends, codes, ends + alphabet.q + 1])


def network(hidden: int = 64, alphabet: Alphabet = PROTEIN, seed: int = 0) -> Any:
    """Return an untrained torch module, tokens (N, T) to logits (N, T, q + 2).

    One-hot tokens (a frozen identity embedding), one LSTM layer, a linear head: the architecture
    of the GAMA paper (arXiv 2506.23182), there with 1,024 hidden units.

    >>> import torch
    >>> network(hidden=8)(torch.tensor([[0, 5, 21]])).shape
    torch.Size([1, 3, 22])
    """
    hidden, seed = whole(hidden, "hidden"), seed_of(seed)
    import torch
    from torch import nn

    size = alphabet.q + 2

    class NextLetter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding.from_pretrained(torch.eye(size), freeze=True)
            self.lstm = nn.LSTM(size, hidden, batch_first=True)
            self.head = nn.Linear(hidden, size)
            self.alphabet = alphabet  # so that another one of as many letters is refused

        def forward(self, x: Any) -> Any:
            return self.head(self.lstm(self.embedding(x))[0])

    with seeded(seed):
        return NextLetter()


def generate(
    model: Any, count: int, length: int, *, seed: int = 0, alphabet: Alphabet = PROTEIN
) -> list[str]:
    """Return ``count`` sequences of ``length`` letters drawn from the model, letter by letter.

    Every letter is drawn from the model's probabilities of the q letters given the letters so far;
    start and end are left out and the rest is scaled to one, so that all sequences have one length.

    >>> len(generate(network(hidden=4), 3, 6)[0])
    6
    """
    count, length, seed = whole(count, "count"), whole(length, "length"), seed_of(seed)
    import torch

    q, rng = alphabet.q, np.random.default_rng(seed)
    rows = np.zeros((count, 1), np.int64)
    with seeded(seed), torch.no_grad():
        model.eval()
        for _ in range(length):
            logits = logits_of(model, torch.from_numpy(rows), alphabet)[:, -1, 1 : q + 1]
            logits = logits.double().numpy()
            # The largest of logit + Gumbel noise is a draw from the softmax of the logits.
            drawn = (logits + rng.gumbel(size=logits.shape)).argmax(1)
            rows = np.hstack([rows, drawn[:, None] + 1])
    return alphabet.decode((rows[:, 1:] - 1).astype(np.uint8))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch and use one thread inside the block; put both back afterwards."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)
