"""A small causal transformer that predicts the next letter: what an LSTM does not learn in time."""

from __future__ import annotations

from typing import Any

from shapzero_lite._checks import seed_of, whole
from shapzero_lite.gama.lstm import seeded
from shapzero_lite.letters import PROTEIN, Alphabet


def transformer(
    length: int, width: int = 32, layers: int = 2, alphabet: Alphabet = PROTEIN, seed: int = 0
) -> Any:
    """Return an untrained torch module, tokens (N, T) to logits (N, T, q + 2), T <= ``length`` + 2.

    Embedded tokens and positions, ``layers`` of causal attention with four heads (``width`` is a
    multiple of four), a linear head. Give it to ``train(..., model=...)``. Of three letters with
    parity it learns in a few passes what an LSTM of its size does not (benchmarks/README.md).

    >>> import torch
    >>> transformer(length=4, width=8)(torch.tensor([[0, 5, 21]])).shape
    torch.Size([1, 3, 22])
    """
    length, layers = whole(length, "length"), whole(layers, "layers")
    width, seed = whole(width, "width", 4), seed_of(seed)
    if width % 4:
        raise ValueError(f"the width is shared by four heads, so a multiple of 4, not {width}")
    import torch
    from torch import nn

    size, longest = alphabet.q + 2, length + 2

    class NextLetter(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(size, width)
            self.places = nn.Parameter(torch.randn(longest, width))
            layer = nn.TransformerEncoderLayer(
                width, 4, 2 * width, dropout=0.0, batch_first=True, norm_first=True
            )
            self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
            self.head = nn.Linear(width, size)
            self.alphabet = alphabet

        def forward(self, x: Any) -> Any:
            T = x.shape[1]
            if longest < T:
                raise ValueError(f"made for {longest - 2} letters, given {T - 2}: say length=")
            h = self.embedding(x) + self.places[:T]
            mask = nn.Transformer.generate_square_subsequent_mask(T)
            return self.head(self.layers(h, mask=mask, is_causal=True))

    with seeded(seed):
        return NextLetter()
