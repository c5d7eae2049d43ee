"""Motifs as matrices of letter probabilities: where they occur, how strongly, and their names."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import positive
from shapzero_lite.letters import DNA, Alphabet, Codes

# Two-letter codes of the International Union of Pure and Applied Chemistry.
PAIR_NAMES = {"AC": "M", "AG": "R", "AT": "W", "CG": "S", "CT": "Y", "GT": "K", "AU": "W"} | {
    "CU": "Y",
    "GU": "K",
}


def windows_of(codes: Codes, k: int) -> Codes:
    """Return all windows (n, P, k) of sequences (n, L).

    >>> windows_of(DNA.encode(["ACGT"]), 3)
    array([[[0, 1, 2],
            [1, 2, 3]]], dtype=uint8)
    """
    return np.lib.stride_tricks.sliding_window_view(codes, k, axis=1)


def one_hot(kmers: Codes, q: int) -> Array:
    """Return probability matrices (M, k, q), all weight on one letter, of k-mers (M, k)."""
    return np.eye(q)[kmers]


def reverse_complement(codes: Codes, alphabet: Alphabet = DNA) -> Codes:
    """Return the other strand (n, L), read in its own direction.

    >>> DNA.decode(reverse_complement(DNA.encode(["AACG"]), DNA))
    ['CGTT']
    """
    partner = {"A": "T", "C": "G", "G": "C", "T": "A"}
    if "U" in alphabet.letters:
        partner |= {"A": "U", "U": "A"}
    if not all(partner.get(letter) in alphabet.letters for letter in alphabet.letters):
        raise ValueError(f"both strands are those of DNA or RNA, not of {alphabet!r}")
    table = alphabet.encode(["".join(partner[letter] for letter in alphabet.letters)])[0]
    return table[codes[:, ::-1]]


def activations(codes: Codes, motifs: ArrayLike, omega: float = 1.0) -> Array:
    """Return how strongly each of M motifs is present in each of n sequences, (M, n) in (0, 1].

    phi_z(x) = max over windows p of exp(-omega ||z - x[p:p+k]||^2), x one-hot: the best match
    anywhere. ||z - x||^2 = ||z||^2 + k - 2 <z, x>, so it is a convolution and a maximum: the first
    layer of a convolutional network with a Gaussian activation.

    >>> activations(DNA.encode(["ACGT", "AAAA"]), one_hot(DNA.encode(["AC"]), 4)).round(4)
    array([[1.    , 0.1353]])
    """
    omega = positive(omega, "omega")
    z = np.asarray(motifs, float)  # (M, k, q)
    count, k, q = z.shape
    if codes.max(initial=0) >= q:
        raise ValueError(f"motifs of {q} letters a column, but sequences have code {codes.max()}")
    seen = one_hot(windows_of(codes, k), q).reshape(len(codes), -1, k * q)
    flat = z.reshape(count, k * q)
    best = np.full((count, len(codes)), -np.inf)
    for p in range(seen.shape[1]):  # window by window: (M, n) in memory, never (M, n, P)
        np.maximum(best, flat @ seen[:, p].T, out=best)
    length = (z**2).sum(axis=(1, 2))[:, None]
    return np.exp(-omega * (length + k - 2 * best))


def occurring_kmers(codes: Codes, k: int, least: int = 3) -> tuple[Codes, NDArray[np.int64]]:
    """Return the k-mers (M, k) found in at least ``least`` sequences, and in how many each is.

    >>> kmers, counts = occurring_kmers(DNA.encode(["ACGT", "ACAA"]), 2, least=2)
    >>> DNA.decode(kmers), counts
    (['AC'], array([2]))
    """
    return distinct_words(windows_of(codes, k), least)


def distinct_words(windows: Codes, least: int) -> tuple[Codes, NDArray[np.int64]]:
    """Return the words (M, k) in windows (n, P, k) of ``least`` sequences, and in how many.

    >>> distinct_words(windows_of(DNA.encode(["AAC", "AAA"]), 2), 2)
    (array([[0, 0]], dtype=uint8), array([2]))
    """
    n, positions, k = windows.shape
    number = np.repeat(np.arange(n), positions)
    once = np.unique(np.column_stack([number, windows.reshape(-1, k)]), axis=0)[:, 1:]
    kmers, counts = np.unique(once, axis=0, return_counts=True)
    kept = counts >= least
    return kmers[kept].astype(np.uint8), counts[kept]


def containing(codes: Codes, motif: Array) -> NDArray[np.bool_]:
    """Return which sequences (n, L) have a window whose letters all have weight in a motif.

    >>> containing(DNA.encode(["ACGT", "AAGA", "TTTT"]), consensus(np.eye(4)[[0, 1]], DNA)[1])
    array([ True, False, False])
    """
    windows = windows_of(codes, len(motif))
    fits = (motif > 0)[np.arange(len(motif)), windows]  # (n, P, k)
    return np.any(np.all(fits, axis=2), axis=1)


def within(motif: Array) -> Array:
    """Return a motif (k, q) without the columns of zeros that fill it up to the longest."""
    return motif[motif.any(axis=1)]


def padded_one_hot(atoms: Codes, q: int) -> Array:
    """Return matrices (M, k, q) of atoms (M, k), zero in the columns beyond an atom's end."""
    return np.eye(q + 1)[atoms][..., :q]


def consensus(motif: Array, alphabet: Alphabet, fineness: int = 1) -> tuple[str, Array]:
    """Return name and centre (k, q) of the mesh cell in which a motif (k, q) lies.

    ``fineness`` 1: each column goes to its likeliest letter. 2: to the nearest of one letter and
    two letters with probability one half each, named by their IUPAC code where there is one.

    >>> consensus(np.array([[0.9, 0.1, 0, 0], [0.5, 0, 0, 0.5]]), DNA, fineness=2)[0]
    'AW'
    """
    letters = [[c] for c in range(alphabet.q)]
    if fineness == 2:
        letters += [[a, b] for a in range(alphabet.q) for b in range(a + 1, alphabet.q)]
    lattice = np.array([np.eye(alphabet.q)[chosen].mean(axis=0) for chosen in letters])
    nearest = ((motif[:, None] - lattice) ** 2).sum(axis=-1).argmin(axis=1)
    words = ["".join(alphabet.letters[c] for c in letters[i]) for i in nearest]
    known = PAIR_NAMES if alphabet.q == 4 else {}
    return "".join(w if len(w) == 1 else known.get(w, f"[{w}]") for w in words), lattice[nearest]
