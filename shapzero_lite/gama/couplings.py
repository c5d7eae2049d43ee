"""Which positions vary together, without any network: mutual information and a Potts model.

What a next-letter model has to beat on pairs. Both count pairs of letters only, so of three letters
with parity they see nothing. Uses NumPy only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN, Alphabet, as_codes


def mutual_information(
    sequences: Any, alphabet: Alphabet = PROTEIN, *, corrected: bool = True
) -> NDArray[np.float64]:
    """Return the mutual information (L, L) of pairs of positions in nats, 0 on i = j.

    ``corrected``: the average product correction (APC) takes away what a position has with all
    others alike: M[i, j] - mean_i mean_j / mean. An entry may then be negative. Source: Dunn, Wahl,
    Gloor 2008, Bioinformatics 24, 333. False: the mutual information itself, never negative.

    >>> mutual_information(["AAC", "CCA", "AAA", "CCC"])[0].argmax()
    np.int64(1)
    """
    single, pair = _frequencies(sequences, alphabet)
    independent = single[:, :, None, None] * single  # (L, q, L, q)
    ratio = np.divide(pair, independent, where=pair > 0, out=np.ones_like(pair))
    M: NDArray[np.float64] = (pair * np.log(ratio)).sum((1, 3))
    return _corrected(M) if corrected else np.where(np.eye(len(M), dtype=bool), 0.0, M)


def potts(
    sequences: Any, alphabet: Alphabet = PROTEIN, pseudocount: float = 0.5
) -> NDArray[np.float64]:
    """Return the couplings (L, L) of a Potts model of the sequences, mean field, corrected (APC).

    Direct coupling analysis: the inverse of the covariance of the letters' indicators is minus the
    couplings J[i, a, j, b]; a pair's score is the Frobenius norm of J over letters, shifted so that
    each row and column adds up to zero. ``pseudocount``: the share of uniform frequencies that is
    mixed in. Unlike mutual information it leaves out what two positions have through a third.

    Source: Morcos et al. 2011, PNAS 108, E1293 (mean field, pseudocount 1/2); Ekeberg et al. 2013,
    Phys. Rev. E 87, 012707 (norm and APC).

    >>> potts(["AAC", "CCA", "AAA", "CCC"])[0].argmax()
    np.int64(1)
    """
    if not 0 < pseudocount < 1:
        raise ValueError(f"the pseudocount is a share, above 0 and below 1, not {pseudocount}")
    single, pair = _frequencies(sequences, alphabet)
    L, q = single.shape
    single = (1 - pseudocount) * single + pseudocount / q
    pair = (1 - pseudocount) * pair + pseudocount / q**2
    for i in range(L):
        pair[i, :, i] = np.diag(single[i])
    covariance = pair - single[:, :, None, None] * single
    # The last letter is one minus the others: left out, its couplings are zero.
    inverse = np.linalg.inv(covariance[:, :-1, :, :-1].reshape(L * (q - 1), -1))
    J = np.zeros((L, q, L, q))
    J[:, :-1, :, :-1] = -inverse.reshape(L, q - 1, L, q - 1)
    J = J - J.mean(1, keepdims=True)
    J = J - J.mean(3, keepdims=True)
    return _corrected(np.sqrt((J**2).sum((1, 3))))


def _frequencies(
    sequences: Any, alphabet: Alphabet
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each letter (L, q) and each pair of letters (L, q, L, q) stands there."""
    codes = as_codes(sequences, alphabet)
    N, L = codes.shape
    if L < 3:
        raise ValueError(f"pairs are compared over 3 or more positions; got sequences of {L}")
    hot = (codes[:, :, None] == np.arange(alphabet.q)).reshape(N, -1).astype(float)
    return hot.mean(0).reshape(L, -1), (hot.T @ hot / N).reshape(L, alphabet.q, L, alphabet.q)


def _corrected(M: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return M (L, L) less the average product, without the diagonal."""
    off = ~np.eye(len(M), dtype=bool)
    row = (M * off).sum(1) / (len(M) - 1)
    mean = M[off].mean()
    return np.where(off, M - np.outer(row, row) / (mean if mean > 0 else 1.0), 0.0)
