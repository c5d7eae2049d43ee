"""Sequences that are copies or relatives of each other, whose noise may be shared as well."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes

CHANCE = 0.01  # pairs of unrelated sequences that may share a stretch, expected
COMMON = 0.9  # share of one letter from which on a position is a flank
SHARE = 0.05  # of the sequences: fewer relatives do little harm


def stretch_length(codes: Codes) -> int:
    """Return how many letters in a row two unrelated sequences (n, L) hardly ever share.

    n^2 L^2 / 2 pairs of places agree in w letters with probability c^w, c the sum of the squared
    frequencies of letters; w is the smallest for which fewer than 0.01 pairs are expected to.

    >>> from shapzero_lite.letters import DNA
    >>> stretch_length(DNA.random(60, 30, seed=0))
    14
    """
    frequencies = np.bincount(codes.ravel()) / codes.size
    agree = min(float((frequencies**2).sum()), 0.99)  # one letter alone: any stretch is shared
    return max(1, int(np.ceil(np.log(codes.size**2 / 2 / CHANCE) / -np.log(agree))))


def related(codes: Codes) -> NDArray[np.bool_]:
    """Return which sequences (n,) share a long stretch with another, or all letters but one.

    Positions at which nine of ten sequences have the same letter are left out: a common flank, or
    the wild type of a mutational scan, says nothing.

    >>> from shapzero_lite.letters import DNA
    >>> codes = DNA.random(60, 30, seed=0)
    >>> codes[1, 5:25] = codes[0, :20]
    >>> np.flatnonzero(related(codes))
    array([0, 1])
    """
    letters = range(int(codes.max()) + 1)
    common = np.max([(codes == c).mean(axis=0) for c in letters], axis=0) >= COMMON
    codes = codes[:, ~common]
    n, length = codes.shape
    if not length:
        return np.zeros(n, bool)
    w = stretch_length(codes)
    found = np.zeros(n, bool)
    # Texts as numbers: two different ones agree with probability 2^-64 or so.
    digits = np.random.default_rng(0).integers(0, 2**63, length, np.uint64)
    if w <= length:
        places = length - w + 1
        texts = sum(digits[i] * codes[:, i : i + places] for i in range(w))
        kind = np.unique(texts, return_inverse=True)[1].reshape(-1)
        pairs = np.unique(kind * n + np.repeat(np.arange(n), places))
        holders = np.bincount(pairs // n)[pairs // n]
        found[pairs[holders > 1] % n] = True
    if length <= 2 * w:  # longer ones that differ in one letter share a stretch
        whole = codes @ digits
        for column in range(length):
            others = whole - digits[column] * codes[:, column]
            _, kind, count = np.unique(others, return_inverse=True, return_counts=True)
            found |= count[kind.reshape(-1)] > 1
    return found


def warn_of_relatives(codes: Codes) -> None:
    """Warn when sequences (n, L) stand there twice, or when at least 5 % of them have relatives."""
    again = len(codes) - len(np.unique(codes, axis=0))
    if again:
        warnings.warn(
            f"{again} of {len(codes)} sequences stand there more than once. The test takes the "
            "noise of copies to be independent; if it is not, average y over copies first, or "
            "give each set of copies a group (groups=)",
            stacklevel=3,
        )
        return
    count = int(related(codes).sum())
    if count >= max(3, SHARE * len(codes)):
        warnings.warn(
            f"{count} of {len(codes)} sequences have a relative among the others: they share "
            f"{stretch_length(codes)} letters in a row, or all letters but one. Where relatives "
            "share noise, as windows that overlap do, p-values are far too small: name the "
            "families by groups=, or keep one of each",
            stacklevel=3,
        )
