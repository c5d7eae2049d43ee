"""Sequences with a motif put into some of them, and a phenotype that follows the motif."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import DNA, Codes
from shapzero_lite.seism.motifs import activations, one_hot

TRUE_MOTIF = "TACGATACGA"
SHARE, PURITY = 0.4, 0.94


def planted(
    n: int,
    effect: float = 0.8,
    k: int = 5,
    length: int = 30,
    seed: int | list[int] = 0,
    *,
    motif: str | None = None,
    centred: bool = False,
) -> tuple[Codes, NDArray[np.float64]]:
    """Return codes (n, length) of DNA and a phenotype (n,) that rises with one motif.

    Bases are uniformly random; 40 % of the sequences get a copy of the motif at a random place,
    each letter right with probability 0.94 and else one of the other three. The phenotype is
    y = effect * standardised(phi) + noise, with noise from N(0, 1), so the motif explains
    effect^2 / (1 + effect^2) of its variance. phi is the activation of the motif as the
    probability matrix just described.

    Parameters
    ----------
    motif : k letters; by default the first k of TACGATACGA
    centred : phi is instead the activation of the k-mer itself: the centre of a mesh cell

    Examples
    --------
    >>> codes, y = planted(10)
    >>> codes.shape, y.shape
    ((10, 30), (10,))
    """
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, (n, length)).astype(np.uint8)
    letters = DNA.encode([motif or TRUE_MOTIF[:k]])[0]
    k = len(letters)
    for row in codes[: round(SHARE * n)]:
        wrong = rng.random(k) > PURITY
        place = rng.integers(length - k + 1)
        row[place : place + k] = np.where(wrong, letters + rng.integers(1, 4, k), letters) % 4
    matrix = one_hot(letters, 4)
    if not centred:
        matrix = np.where(matrix == 1, PURITY, (1 - PURITY) / 3)
    phi = activations(codes, matrix[None])[0]
    return codes, effect * (phi - phi.mean()) / phi.std() + rng.normal(size=n)
