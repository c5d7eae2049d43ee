"""What is no next-letter model of this alphabet, and gradients that are no numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet


def logits_of(model: Any, rows: Any, alphabet: Alphabet) -> Any:
    """Return the logits (N, T, q + 2) of tokens (N, T), or say that the model has another alphabet.

    Raises ``ValueError`` for another shape, for a model that says it was made for other letters
    (an attribute ``alphabet``), and for logits of NaN.
    """
    q, own = alphabet.q, getattr(model, "alphabet", None)
    if isinstance(own, Alphabet) and own.letters != alphabet.letters and own.q == q:
        raise ValueError(
            f"the model was made for the letters {''.join(own.letters)}, and asked with "
            f"{''.join(alphabet.letters)}: say the alphabet that the model was made for"
        )
    needed = (*rows.shape, q + 2)
    tokens = f"an alphabet of {q} letters has {q + 2} tokens, start and end among them"
    try:
        logits = model(rows)
    except IndexError as error:  # fewer tokens in its embedding
        msg = f"the model cannot take the tokens of this alphabet ({error}): {tokens}"
        raise ValueError(msg) from error
    if getattr(logits, "shape", None) != needed:
        got = tuple(getattr(logits, "shape", ())) or type(logits).__name__
        raise ValueError(
            f"the model returned {got} where logits {needed} are needed: {tokens}. Say the "
            "alphabet that the model was made for, as in alphabet=sz.DNA"
        )
    if logits.isnan().any():
        raise ValueError("the model returned logits of nan: did its training diverge?")
    return logits


def token_embedding(model: Any, rows: Any, alphabet: Alphabet) -> Any:
    """Return the embedding layer of ``model`` that the tokens go through, by asking it once.

    Its attribute ``embedding`` where the tokens reach that, else the first that they reach. Raises
    ``ValueError`` that names each embedding and what it got when none does, as where the first
    holds positions, and for an embedding of another number of tokens than q + 2.
    """
    import torch
    from torch import nn

    layers = {name: m for name, m in model.named_modules() if isinstance(m, nn.Embedding)}
    own = getattr(model, "embedding", None)
    if isinstance(own, nn.Module):
        layers = {"embedding": own} | layers
    if not layers:
        raise ValueError(
            "this module has no torch.nn.Embedding: integrated gradients follow the embedded "
            "tokens, so let tokens pass through an attribute called embedding"
        )
    # Start, the first letter again and again, end: no row of positions looks like that.
    probe = rows[:1].clone()
    probe[:, 1:-1] = 1
    got: dict[str, Any] = {}
    hooks = [
        layer.register_forward_pre_hook(
            lambda _, inputs, name=name: got.setdefault(name, inputs[0].detach().clone())
        )
        for name, layer in layers.items()
    ]
    q = alphabet.q
    tokens = f"an alphabet of {q} letters has {q + 2}, start and end among them"
    was_training = model.training
    model.eval()  # dropout would draw from the global random state
    try:
        with torch.no_grad():
            logits_of(model, probe, alphabet)
    finally:
        model.train(was_training)
        for hook in hooks:
            hook.remove()
    for name, layer in layers.items():
        if name in got and got[name].shape == probe.shape and bool((got[name] == probe).all()):
            have = getattr(layer, "num_embeddings", q + 2)
            if have != q + 2:
                raise ValueError(
                    f"the model embeds {have} tokens in {name}, and {tokens}: say the alphabet "
                    "that the model was made for, or wrap it so that it takes these tokens"
                )
            return layer
    seen = "; ".join(
        f"{name}, {'shape ' + str(tuple(got[name].shape)) if name in got else 'nothing'}"
        for name in layers
    )
    raise ValueError(
        f"none of the model's embeddings is given the tokens as they are {tuple(probe.shape)} "
        f"({seen}; positions, perhaps): let tokens pass through an attribute called embedding"
    )


def finite(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return integrated gradients (N, T, T) that are all finite, or say which is not."""
    bad = np.argwhere(~np.isfinite(z))
    if len(bad):
        s, j, i = bad[0]
        raise ValueError(
            f"{len(bad):,} of {z.size:,} integrated gradients are not finite, the first of "
            f"sequence {s + 1}, output {j}, input {i}: {z[s, j, i]}; a score of them would be 0"
        )
    return z
