"""What is no next-letter model of this alphabet, and gradients that are no numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def logits_of(model: Any, rows: Any, q: int) -> Any:
    """Return the logits (N, T, q + 2) of tokens (N, T), or say that the model has another alphabet.

    Raises ``ValueError`` for another shape, and for logits of NaN.
    """
    needed = (*rows.shape, q + 2)
    alphabet = f"an alphabet of {q} letters has {q + 2} tokens, start and end among them"
    try:
        logits = model(rows)
    except IndexError as error:  # fewer tokens in its embedding
        msg = f"the model cannot take the tokens of this alphabet ({error}): {alphabet}"
        raise ValueError(msg) from error
    if getattr(logits, "shape", None) != needed:
        got = tuple(getattr(logits, "shape", ())) or type(logits).__name__
        raise ValueError(
            f"the model returned {got} where logits {needed} are needed: {alphabet}. Say the "
            "alphabet that the model was made for, as in alphabet=sz.DNA"
        )
    if logits.isnan().any():
        raise ValueError("the model returned logits of nan: did its training diverge?")
    return logits


def takes_tokens(layer: Any, q: int) -> None:
    """Raise ``ValueError`` for an embedding of fewer tokens than an alphabet of q letters has."""
    have = getattr(layer, "num_embeddings", q + 2)
    if have < q + 2:
        raise ValueError(
            f"the model embeds {have} tokens, and an alphabet of {q} letters has {q + 2}, start "
            "and end among them: say the alphabet that the model was made for"
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
