"""Integrated gradients of a next-letter model: what each input token adds to each output.

Any torch module from tokens (N, T) to logits (N, T, q + 2) will do. All outputs of many sequences
at all points of the path are one forward pass, and every output position is one backward pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from shapzero_lite._checks import whole
from shapzero_lite.gama.checked import finite, logits_of, token_embedding
from shapzero_lite.gama.counting import warn_if_worse
from shapzero_lite.gama.lstm import seeded, tokens
from shapzero_lite.letters import PROTEIN, Alphabet

Target = Literal["mean-logit", "log-prob", "log-likelihood"]
Rule = Literal["midpoint", "paper", "gauss"]
Baseline = Literal["zero", "mean-letter"]
# Sequences times steps in one pass: about 20 MB for an LSTM with 64 units on 18 tokens.
ROWS = 1000


def integrated_gradients(
    model: Any,
    sequences: Any,
    target: Target = "mean-logit",
    steps: int = 50,
    *,
    rule: Rule = "midpoint",
    baseline: Baseline = "zero",
    alphabet: Alphabet = PROTEIN,
    progress: bool = False,
) -> NDArray[np.float64]:
    """Return z (N, T, T), T = L + 2: what input token i adds to the target at output j.

        z[s, j, i] = (e_i - b_i) · mean over a of ∂ target_j / ∂ x_i  at x = b + a (e - b),

    where e are the embedded tokens of sequence s, b is the baseline and a runs from 0 to 1. The sum
    over i is target_j(e) - target_j(b), up to the error of the steps.

    ``target``: at output j ``"mean-logit"``, the mean of the q + 2 logits (the paper averages the
    gradients of all logits, which is the same), or ``"log-prob"``, the log-probability of the true
    token j + 1 (0 for the last output, which has none). ``"log-likelihood"`` (ours): row j is the
    log-probability *of* token j given those before it, 0 for the start, with a letter changed both
    where it is read and where it is asked for. So z has a diagonal, the letter's own, and the sum
    of all entries is the change of the sequence's log-likelihood.

    ``baseline``: ``"zero"``, the zero embedding (the paper's; with one-hot tokens z is the gradient
    at the letter that is there), or ``"mean-letter"``: the mean of the q letters' embeddings in
    place of every letter, start and end as they are. ``rule``: points in the middle of equal
    ``steps`` (``"midpoint"``; 50 are within 0.1 % for a trained LSTM), the paper's 0.001..1
    (``"paper"``, there 500), or Gauss-Legendre points (``"gauss"``: fewer where the network is
    smooth, as before training).

    ``model``: a torch module from tokens (N, T) to logits (N, T, q + 2) whose tokens go through
    its attribute ``embedding``, or else the first ``torch.nn.Embedding`` that gets them. Raises
    ``ValueError`` for one without or of another alphabet, for one whose embeddings get something
    else than the tokens (positions), and for gradients that are not finite. Warns for a network
    that ``train`` found worse than counting.

    Source: Sundararajan, Taly, Yan 2017 (arXiv 1703.01365); GAMA, arXiv 2506.23182.

    >>> from shapzero_lite.gama.lstm import network
    >>> integrated_gradients(network(hidden=4), ["ACD"], steps=5).shape
    (1, 5, 5)
    """
    import torch

    steps = whole(steps, "steps")
    warn_if_worse(model)
    alphas, weights = _path(rule, steps)
    a = torch.tensor(alphas, dtype=torch.float32)[None, :, None, None]
    w = torch.tensor(weights, dtype=torch.float32)[None, :, None, None]
    rows = torch.from_numpy(tokens(sequences, alphabet))
    count, T = rows.shape
    z = np.zeros((count, T, T))
    per_pass = max(1, ROWS // steps)
    bar = tqdm(total=count, desc="integrated gradients", disable=not progress)
    with _scalable(model, rows, alphabet) as feed, seeded(0):
        for start in range(0, count, per_pass):
            part = rows[start : start + per_pass]  # (N', T)
            e = feed.embed(part)  # (N', T, d)
            b = feed.start(part, e, baseline)  # (N', T, d)
            x = (b[:, None] + a * (e - b)[:, None]).flatten(0, 1)  # (N' steps, T, d)
            x.requires_grad_()
            logits = feed(part.repeat_interleave(steps, 0), x)
            here = z[start : start + len(part)]
            if target == "log-likelihood":
                hot, b_hot = _one_hot(part, logits.shape[-1], baseline, alphabet.q)
                soft = (b_hot[:, None] + a * (hot - b_hot)[:, None]).flatten(0, 1)
                y, log_p = _expected_log_prob(logits, soft)
                mean = (w * log_p.detach().unflatten(0, (len(part), steps))).sum(1)
                own = ((hot - b_hot) * mean).sum(-1)  # (N', T)
                here[:, np.arange(T), np.arange(T)] = own.double().numpy()
            else:
                y = _targets(logits, part, target)
            # Nothing asks for the start token, and no token follows the end.
            asked = range(target == "log-likelihood", T - (target == "log-prob"))
            for j in asked:
                (g,) = torch.autograd.grad(y[:, j].sum(), x, retain_graph=j < T - 1)
                mean = (w * g.unflatten(0, (len(part), steps))).sum(1)  # (N', T, d)
                here[:, j] += (mean * (e - b)).sum(-1).double().numpy()
            bar.update(len(part))
    bar.close()
    return finite(z)


def target_values(
    model: Any,
    sequences: Any,
    target: Target = "mean-logit",
    *,
    alpha: float = 1.0,
    baseline: Baseline = "zero",
    alphabet: Alphabet = PROTEIN,
) -> NDArray[np.float64]:
    """Return the target (N, T) at every output, ``alpha`` of the way from baseline to sequence.

    The difference of alpha = 1 and alpha = 0 is what integrated gradients share out
    (completeness); the last column of ``"log-prob"`` and the first of ``"log-likelihood"`` are 0.
    On the way, the latter is the mean of the log-probabilities of all tokens, weighted by how much
    of each stands there.

    >>> from shapzero_lite.gama.lstm import network
    >>> target_values(network(hidden=4), ["ACD"], "log-prob")[0, -1]
    np.float64(0.0)
    """
    import torch

    rows = torch.from_numpy(tokens(sequences, alphabet))
    with _scalable(model, rows, alphabet) as feed, seeded(0), torch.no_grad():
        e = feed.embed(rows)
        b = feed.start(rows, e, baseline)
        logits = feed(rows, b + alpha * (e - b))
        if target == "log-likelihood":
            hot, b_hot = _one_hot(rows, logits.shape[-1], baseline, alphabet.q)
            return _expected_log_prob(logits, b_hot + alpha * (hot - b_hot))[0].double().numpy()
        return _targets(logits, rows, target).double().numpy()


def _path(rule: str, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points (steps,) of the path in 0..1 and their weights, which add up to one."""
    equal = np.full(steps, 1 / steps)
    if rule == "midpoint":
        return (np.arange(steps) + 0.5) / steps, equal
    if rule == "paper":
        return np.linspace(0.001, 1, steps), equal
    if rule == "gauss":
        points, weights = np.polynomial.legendre.leggauss(steps)
        return (points + 1) / 2, weights / 2
    raise ValueError(f"rule is 'midpoint', 'paper' or 'gauss', not {rule!r}")


def _targets(logits: Any, rows: Any, target: str) -> Any:
    """Return the target (rows of logits, T); ``rows`` (N, T) repeat as often as needed."""
    import torch

    if target == "mean-logit":
        return logits.mean(-1)
    if target != "log-prob":
        raise ValueError(f"target is 'mean-logit', 'log-prob' or 'log-likelihood', not {target!r}")
    following = rows[:, 1:].repeat_interleave(len(logits) // len(rows), 0)
    chosen = logits[:, :-1].log_softmax(-1).gather(-1, following[..., None])[..., 0]
    return torch.cat([chosen, torch.zeros_like(chosen[:, :1])], 1)


def _one_hot(rows: Any, size: int, baseline: str, q: int) -> tuple[Any, Any]:
    """Return the tokens as weights (N, T, size) over all tokens, and those of the baseline."""
    import torch

    every = torch.eye(size)
    return every[rows], _start(rows, every[rows], every, baseline, q)


def _expected_log_prob(logits: Any, soft: Any) -> tuple[Any, Any]:
    """Return y (N, T) and log p (N, T, size) of token t given those before; 0 at the start.

    y is the log-probability of token t where ``soft`` (N, T, size) says how much of each token
    stands there.
    """
    import torch

    log_p = logits[:, :-1].log_softmax(-1)
    log_p = torch.cat([torch.zeros_like(log_p[:, :1]), log_p], 1)
    return (soft * log_p).sum(-1), log_p


def _start(rows: Any, embedded: Any, table: Any, baseline: str, q: int) -> Any:
    """Return the baseline in the space of ``embedded``; ``table`` holds every token's vector."""
    import torch

    if baseline == "zero":
        return torch.zeros_like(embedded)
    if baseline != "mean-letter":
        raise ValueError(f"baseline is 'zero' or 'mean-letter', not {baseline!r}")
    is_letter = ((rows >= 1) & (rows <= q))[..., None]
    return torch.where(is_letter, table[1 : q + 1].mean(0), embedded)


@contextmanager
def _scalable(model: Any, rows: Any, alphabet: Alphabet) -> Iterator[Any]:
    """Let the caller choose what leaves the model's token embedding.

    A hook on the embedding layer, so any architecture will do.
    """
    import torch

    q = alphabet.q
    layer = token_embedding(model, rows, alphabet)
    chosen: list[Any] = []

    class Feed:
        def embed(self, rows: Any) -> Any:
            return layer(rows).detach()

        def start(self, rows: Any, embedded: Any, baseline: str) -> Any:
            every = layer(torch.arange(q + 2)).detach()
            return _start(rows, embedded, every, baseline, q)

        def __call__(self, rows: Any, embedded: Any) -> Any:
            chosen[:] = [embedded]
            try:
                return logits_of(model, rows, alphabet)
            finally:
                chosen.clear()

    handle = layer.register_forward_hook(lambda *_: chosen[0] if chosen else None)
    was_training = model.training
    model.eval()
    try:
        yield Feed()
    finally:
        handle.remove()
        model.train(was_training)
