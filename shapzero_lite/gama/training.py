"""Training a next-letter model on positive sequences, and what it learned beyond counting.

torch is imported inside the functions, and its global random state and number of threads are as
before when a function returns.
"""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from tqdm import tqdm

from shapzero_lite._checks import positive, seed_of, whole
from shapzero_lite.gama.checked import logits_of
from shapzero_lite.gama.counting import log_likelihood
from shapzero_lite.gama.lstm import network, seeded, tokens
from shapzero_lite.gama.neighbours import split as split_off
from shapzero_lite.letters import PROTEIN, Alphabet, Codes


@dataclass(frozen=True)
class Training:
    """What ``train`` returns.

    ``model``: the network with the best held-out likelihood, or the last one; ``reference``: the
    same network at its random initialisation; ``train_loss`` and ``heldout_loss``: one number an
    epoch, in nats a token (held-out: after the epoch); ``best_epoch``, counted from 1;
    ``heldout``: (n_heldout, L) codes that training never saw. ``over_counting``: by how many nats a
    sequence the model is better on these than counting the training letters at each position, the
    mean and its standard error. Below zero, it has lost to counting.
    """

    model: Any
    reference: Any
    train_loss: tuple[float, ...]
    heldout_loss: tuple[float, ...]
    best_epoch: int
    heldout: Codes
    over_counting: tuple[float, float]


def train(
    sequences: Any,
    *,
    hidden: int = 64,
    epochs: int = 20,
    batch: int = 32,
    learning_rate: float = 3e-3,
    heldout_share: float = 0.1,
    patience: int = 8,
    keep: Literal["best", "last"] = "best",
    split: Literal["cluster", "random"] = "cluster",
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
    ``patience`` epochs, or after ``epochs``; the best epoch's weights are kept.
    ``keep="last"``: all epochs, and the last one's weights, as the GAMA paper trains; such a
    network may know its training sequences by heart. ``split="cluster"``: sequences that differ at
    one position only, and their neighbours' neighbours, are held out together or not at all;
    ``"random"``: each for itself. The same seed gives the same weights.

    Warns when the best of the ``epochs`` is the last allowed and the last quarter of them still
    brought 0.05 nats per sequence, so that more would help. Raises ``ValueError`` for fewer than 10
    sequences, a ``heldout_share`` outside 0..0.5, counts below 1, a loss that is no number, or
    clusters too large to hold out.

    >>> train(sequences=PROTEIN.random(60, 4, seed=0), hidden=8).heldout.shape
    (6, 4)
    """
    rows = tokens(sequences, alphabet)
    if len(rows) < 10:
        raise ValueError(f"training needs at least 10 sequences, {len(rows)} were given")
    if not 0 < heldout_share <= 0.5:
        msg = f"heldout_share is a share of the sequences, above 0 and at most 0.5: {heldout_share}"
        raise ValueError(msg)
    if keep not in ("best", "last"):
        raise ValueError(f"keep is 'best' or 'last', not {keep!r}")
    if split not in ("cluster", "random"):
        raise ValueError(f"split is 'cluster' or 'random', not {split!r}")
    epochs, batch = whole(epochs, "epochs"), whole(batch, "batch")
    patience, seed = whole(patience, "patience"), seed_of(seed)
    learning_rate = positive(learning_rate, "learning_rate")
    import torch

    reference = copy.deepcopy(network(hidden, alphabet, seed) if model is None else model).eval()
    with seeded(seed), torch.no_grad():
        logits_of(reference, torch.from_numpy(rows[:1]), alphabet)
    rng = np.random.default_rng(seed)
    codes = (rows[:, 1:-1] - 1).astype(np.uint8)
    out, stay = split_off(codes, heldout_share, rng, whole_clusters=split == "cluster")
    held, kept = torch.from_numpy(rows[out]), rows[stay]
    losses: tuple[list[float], list[float]] = ([], [])
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
                loss = _losses(model, part).mean()
                loss.backward()
                optimizer.step()
                schedule.step()
                summed += loss.item() * len(part)
            losses[0].append(summed / len(kept))
            model.eval()
            with torch.no_grad():
                each = torch.cat([_losses(model, part) for part in held.split(1024)])
            losses[1].append(float(each.double().mean()))
            if not np.isfinite([losses[0][-1], losses[1][-1]]).all():
                raise ValueError(
                    f"the loss is {losses[0][-1]} in training and {losses[1][-1]} held out, epoch "
                    f"{epoch}: lower learning_rate={learning_rate}, or look into the model"
                )
            bar.set_postfix(heldout=f"{losses[1][-1]:.3f}")
            if losses[1][-1] <= min(losses[1]) or keep == "last":
                best, best_epoch, of_best = copy.deepcopy(model.state_dict()), epoch, each
            elif epoch - best_epoch >= patience:
                break
        bar.close()
        model.load_state_dict(best)
    # Of the end, counting is certain; the network pays for it.
    ahead = -of_best.numpy().astype(float) * (rows.shape[1] - 1)
    ahead -= log_likelihood(codes[stay], codes[out], alphabet.q)
    over = float(ahead.mean()), float(ahead.std() / np.sqrt(max(1, len(ahead) - 1)))
    model.over_counting = over
    if keep == "best":
        _warn_at_the_cap(losses[1], best_epoch, epochs, rows.shape[1] - 1)
    return Training(
        model.eval(), reference, tuple(losses[0]), tuple(losses[1]), best_epoch, codes[out], over
    )


def _losses(model: Any, rows: Any) -> Any:
    """Return for each row the mean negative log-likelihood of tokens 1..T-1 given those before."""
    from torch.nn.functional import cross_entropy

    each = cross_entropy(model(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten(), reduction="none")
    return each.unflatten(0, (len(rows), -1)).mean(1)


def _warn_at_the_cap(heldout: list[float], best_epoch: int, epochs: int, length: int) -> None:
    """Warn where training was cut off; steps that shrink end every training with small gains."""
    if best_epoch < epochs:
        return
    late = (heldout[-1 - epochs // 4] - heldout[-1]) * length
    if epochs < 4 or late > 0.05:
        still = "" if epochs < 4 else f", and the last quarter still brought {late:.2g} nats"
        warnings.warn(
            f"the best of {epochs} epochs is the last{still}: training stopped before the network "
            f"had learned what it can. Give epochs={max(60, 3 * epochs)}",
            stacklevel=3,
        )
