"""A small LSTM that predicts the next letter: tokens, network, training, sampling.

Tokens are 0 = start, 1..q = the letters in the order of the alphabet, q + 1 = end, so a sequence of
L letters is a row of T = L + 2 tokens. torch is imported inside the functions, and its global
random state and number of threads are as before when a function returns.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from shapzero_lite._checks import positive, seed_of, whole
from shapzero_lite.gama.checked import logits_of
from shapzero_lite.letters import PROTEIN, Alphabet, Codes, as_codes


@dataclass(frozen=True)
class Training:
    """What ``train`` returns.

    ``model``: the network with the best held-out likelihood; ``reference``: the same network at its
    random initialisation; ``train_loss`` and ``heldout_loss``: one number an epoch, in nats a
    token (held-out: after the epoch); ``best_epoch``, counted from 1; ``heldout``: (n_heldout, L)
    codes that training never saw.
    """

    model: Any
    reference: Any
    train_loss: tuple[float, ...]
    heldout_loss: tuple[float, ...]
    best_epoch: int
    heldout: Codes


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

        def forward(self, x: Any) -> Any:
            return self.head(self.lstm(self.embedding(x))[0])

    with seeded(seed):
        return NextLetter()


def train(
    sequences: Any,
    *,
    hidden: int = 64,
    epochs: int = 20,
    batch: int = 32,
    learning_rate: float = 3e-3,
    heldout_share: float = 0.1,
    patience: int = 8,
    seed: int = 0,
    model: Any = None,
    alphabet: Alphabet = PROTEIN,
    progress: bool = False,
) -> Training:
    """Fit a next-token model to positive sequences (N, L), stopping on held-out likelihood.

    Loss: mean over the L + 1 predicted tokens of -log p(token j + 1 | tokens 0..j). Adam, whose
    steps shrink from ``learning_rate`` to 2 % of it along half a cosine over the ``epochs``: at
    equal steps the noise of the last batches hides rules that are worth less than 0.1 nats.
    ``model``: any torch module from tokens to logits instead of the LSTM (it is not changed; its
    present weights are the reference). Training ends when the held-out loss has not fallen for
    ``patience`` epochs, or after ``epochs``; the best epoch's weights are kept. The same seed gives
    the same weights. Raises ``ValueError`` for fewer than 10 sequences, a ``heldout_share`` outside
    0..0.5, or counts below 1.

    >>> train(["ACDA"] * 60, hidden=8, epochs=2).heldout.shape
    (6, 4)
    """
    rows = tokens(sequences, alphabet)
    if len(rows) < 10:
        raise ValueError(f"training needs at least 10 sequences, {len(rows)} were given")
    if not 0 < heldout_share <= 0.5:
        msg = f"heldout_share is a share of the sequences, above 0 and at most 0.5: {heldout_share}"
        raise ValueError(msg)
    epochs, batch = whole(epochs, "epochs"), whole(batch, "batch")
    patience, seed = whole(patience, "patience"), seed_of(seed)
    learning_rate = positive(learning_rate, "learning_rate")
    import torch

    reference = copy.deepcopy(network(hidden, alphabet, seed) if model is None else model).eval()
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(rows))
    held_count = max(1, round(heldout_share * len(rows)))
    held, kept = torch.from_numpy(rows[order[:held_count]]), rows[order[held_count:]]
    losses: tuple[list[float], list[float]] = ([], [])
    with seeded(seed), torch.no_grad():
        logits_of(reference, held[:1], alphabet.q)
    with seeded(seed):
        model = copy.deepcopy(reference)
        best, best_epoch = copy.deepcopy(model.state_dict()), 0
        optimizer = torch.optim.Adam(
            [p for p in model.parameters() if p.requires_grad], lr=learning_rate
        )
        updates = epochs * -(-len(kept) // batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda t: 0.51 + 0.49 * np.cos(np.pi * t / updates)
        )
        bar = tqdm(range(1, epochs + 1), desc="training", disable=not progress)
        for epoch in bar:
            model.train()
            summed = 0.0
            shuffled = torch.from_numpy(kept[rng.permutation(len(kept))])
            for part in shuffled.split(batch):
                optimizer.zero_grad(set_to_none=True)
                loss = _loss(model, part)
                loss.backward()
                optimizer.step()
                schedule.step()
                summed += loss.item() * len(part)
            losses[0].append(summed / len(kept))
            model.eval()
            with torch.no_grad():
                losses[1].append(
                    sum(_loss(model, p).item() * len(p) for p in held.split(1024)) / held_count
                )
            bar.set_postfix(heldout=f"{losses[1][-1]:.3f}")
            if losses[1][-1] <= min(losses[1]):
                best, best_epoch = copy.deepcopy(model.state_dict()), epoch
            elif epoch - best_epoch >= patience:
                break
        bar.close()
        model.load_state_dict(best)
    codes = (held.numpy()[:, 1:-1] - 1).astype(np.uint8)
    return Training(model.eval(), reference, tuple(losses[0]), tuple(losses[1]), best_epoch, codes)


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
            logits = logits_of(model, torch.from_numpy(rows), q)[:, -1, 1 : q + 1].double().numpy()
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


def _loss(model: Any, rows: Any) -> Any:
    """Return the mean negative log-likelihood of tokens 1..T-1, each given those before it."""
    from torch.nn.functional import cross_entropy

    return cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
