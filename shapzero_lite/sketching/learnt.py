"""Coefficients of a block design as what is kept of them: a spectrum, or parts as tables."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Alphabet, Letters
from shapzero_lite.sketching.block_design import BlockDesign, Support, letter_basis
from shapzero_lite.spectra import Decomposition, Spectrum

# Cells of all tables of a decomposition; the sets of least energy go first.
_MOST_CELLS = 2**25


def to_spectrum(
    design: BlockDesign, c: Array, centre: float, alphabet: Alphabet, n: int, limit: int
) -> Spectrum:
    """Return the ``limit`` largest Fourier coefficients of a fit for uniform letters."""
    q = alphabet.q
    # C (q-1, q-1): the Fourier coefficients k = 1..q-1 of every basis function of one letter.
    C = np.fft.fft(letter_basis(q)[:, 1:], axis=0, norm="forward")[1:]
    orders = np.array([len(T) for T in design.supports])
    constant = centre + c[design.owner == design.supports.index(())].sum()
    words, parts = [np.zeros((1, n), np.uint8)], [np.array([constant + 0j])]
    for d in np.unique(orders[orders > 0]):
        of_order = orders == d
        F = c[of_order[design.owner]].reshape(-1, *(q - 1,) * d).astype(complex)
        for _ in range(d):  # each pass turns the next axis into frequencies and puts it last
            F = np.tensordot(F, C, axes=([1], [1]))
        F = F.ravel()
        support = np.array([T for T in design.supports if len(T) == d])
        size = np.abs(F)
        keep = np.flatnonzero(size >= np.partition(size, -limit)[-limit] if len(F) > limit else F)
        word = np.zeros((len(keep), n), np.uint8)
        letters = np.indices((q - 1,) * d).reshape(d, -1).T + 1
        which, wave = np.divmod(keep, (q - 1) ** d)
        word[np.arange(len(keep))[:, None], support[which]] = letters[wave]
        words.append(word)
        parts.append(F[keep])
    frequencies, F = np.concatenate(words), np.concatenate(parts)
    largest = np.argsort(-np.abs(F[1:]), kind="stable")[: limit - 1] + 1
    chosen = np.concatenate([[0], np.sort(largest)])
    return Spectrum(frequencies[chosen], F[chosen], alphabet=alphabet)


def to_decomposition(
    design: BlockDesign,
    c: Array,
    centre: float,
    letters: Letters,
    pairs: dict[Support, Array],
) -> Decomposition:
    """Return the parts of a fit as tables: products of the functions of one letter, summed.

    ``pairs``: parts of two positions that the design does not hold, as tables (q, q).
    """
    orders = np.array([len(T) for T in design.supports])
    starts = np.cumsum(design.sizes) - design.sizes
    constant = np.array(centre + c[design.owner == design.supports.index(())].sum())
    tables: dict[Support, Array] = {(): constant} | pairs
    cells = float(letters.q) ** 2 * len(pairs)
    largest = np.argsort(-np.bincount(design.owner, c**2, len(orders)), kind="stable")
    for number in largest:
        T = design.supports[number]
        cells += float(letters.q) ** len(T)
        if not T or (cells > _MOST_CELLS and len(T) > 1):
            continue
        part = c[starts[number] : starts[number] + design.sizes[number]]
        part = part.reshape([design.ranks[i] for i in T])
        for i in T:  # each pass turns the first axis from functions into letters, and puts it last
            functions = letters.basis[i][:, 1 : design.ranks[i] + 1]
            part = np.tensordot(part, functions, axes=([0], [1]))
        tables[T] = part
    return Decomposition(tables, alphabet=letters.alphabet, n=letters.n, letters=letters)
