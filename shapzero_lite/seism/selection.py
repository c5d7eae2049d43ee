"""The candidates among which motifs are chosen by how well their activation goes with a phenotype.

A motif is a matrix of letter probabilities (k, q); how strongly it is present in a sequence is a
number, its activation (:mod:`shapzero_lite.seism.motifs`). Notation: n sequences of length L,
P = L - k + 1 windows in each, M k-mers that occur ("atoms"), y (n,) the phenotype. Everything in
:class:`Dictionary` comes from the sequences alone, so the inference in
:mod:`shapzero_lite.seism.conditional_null` may treat it as fixed.

Source of the idea: Villié, Veber, de Castro and Jacob, arXiv 2212.12542 (SEISM). The formulas and
the recipe are our reconstruction from the abstract, not a copy of their procedure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import positive, whole
from shapzero_lite.letters import DNA, Alphabet, Codes, as_codes
from shapzero_lite.seism.motifs import (
    activations,
    containing,
    distinct_words,
    occurring_kmers,
    one_hot,
    padded_one_hot,
    reverse_complement,
    windows_of,
    within,
)

SCORES = ("normalised", "hsic", "ridge")
BYTES = 32  # at the peak of a test, for each number of (M, n): four arrays of float64
SPEED = 2e10  # multiplications and additions a second, one core
VANISHING = 1e-9  # below this share of its length a projected activation counts as zero


@dataclass(frozen=True)
class Dictionary:
    """The candidates: atoms (M, k), their activations (M, n), and the mesh cell of each atom.

    ``labels`` (M,) numbers the cells; ``centres`` (C, k, q) is one motif for each cell, the atom
    whose activation varies most, and stands for the cell in every test. ``counts`` (M,): in how
    many sequences an atom is. Of several lengths, k is the longest; shorter atoms end in code q
    and their centres in columns of zeros. ``strands``: the codes, and where both strands count the
    reverse complements; a motif is then as active as on the better of the two, and of an atom and
    its reverse complement only one, the first in the alphabet, is listed.
    """

    codes: Codes
    alphabet: Alphabet
    atoms: Codes
    counts: NDArray[np.int64]
    activations: Array
    labels: NDArray[np.int64]
    cells: tuple[str, ...]
    centres: Array
    omega: float
    score: str
    ridge: float
    least: int
    strands: tuple[Codes, ...]

    @property
    def n(self) -> int:
        """How many sequences."""
        return len(self.codes)

    @property
    def k(self) -> int:
        """How many columns a motif has."""
        return self.atoms.shape[1]

    def weights(self, residual: Array) -> Array:
        """Return the factor that turns |<activation, y>| into the root of the score.

        ``residual`` (..., n): activations with the earlier motifs taken out. A residual of
        (nearly) zero gets factor zero: nothing is left of that atom.
        """
        energy = (residual**2).sum(axis=-1)
        alive = energy > VANISHING**2 * self.n
        if self.score == "hsic":
            return alive.astype(float)
        penalty = self.ridge if self.score == "ridge" else 0.0
        return np.where(alive, 1 / np.sqrt(np.where(alive, energy + penalty, 1.0)), 0.0)

    def centre_activation(self, centre: Array) -> Array:
        """Return the activation (n,) of one motif (k, q) in the sequences."""
        motif = within(centre)[None]
        return np.max([activations(codes, motif, self.omega)[0] for codes in self.strands], axis=0)

    def holding(self, motif: Array) -> int:
        """Return how many sequences contain a word of a motif (k, q), on any of the strands."""
        motif = within(motif)
        return int(np.any([containing(codes, motif) for codes in self.strands], axis=0).sum())


def dictionary(
    codes: Codes,
    k: int | Sequence[int],
    alphabet: Alphabet = DNA,
    *,
    omega: float = 1.0,
    least: int = 3,
    resolved: int | None = None,
    both_strands: bool = False,
    score: str = "normalised",
    ridge: float = 1.0,
    most_gib: float = 2.0,
) -> Dictionary:
    """Return candidates and mesh for sequences (n, L), from the sequences alone.

    Parameters
    ----------
    k : length of a motif, or several lengths that compete
    omega : how fast the activation falls with the distance between motif and window
    least : a k-mer is a candidate when at least so many sequences have it
    resolved : cells tell motifs apart by the consensus of their first ``resolved`` columns, so
        0 gives one cell and k (the default) a cell for each k-mer
    both_strands : a motif counts on either strand (DNA or RNA), as one with its reverse complement
    score : "normalised" (r squared), "hsic" (plain inner product) or "ridge"
    ridge : penalty of the ridge score
    most_gib : memory in GiB that selection and test may take, estimated before it is taken

    Raises
    ------
    ValueError : k is longer than the sequences, no k-mer occurs often enough and varies, omega
        or ridge is negative, or more memory than ``most_gib`` would be needed.

    Examples
    --------
    >>> candidates = dictionary(DNA.random(50, 20, seed=0), k=2)
    >>> candidates.activations.shape, len(candidates.cells)
    ((16, 50), 16)
    >>> dictionary(DNA.random(50, 20, seed=0), k=(2, 3), both_strands=True).activations.shape
    (42, 50)
    """
    codes, lengths = as_codes(codes, alphabet), _lengths(k)
    k, least, omega = max(lengths), whole(least, "least"), positive(omega, "omega")
    if min(lengths) < 1 or k > codes.shape[1]:
        wrong = k if k > codes.shape[1] else min(lengths)
        raise ValueError(
            f"a motif of k = {wrong} letters does not fit into sequences of {codes.shape[1]} "
            "letters"
        )
    if score not in SCORES:
        raise ValueError(f"the score is one of {', '.join(SCORES)}, not {score!r}")
    ridge = positive(ridge, "ridge", or_zero=True)
    if resolved is not None and len(lengths) > 1:
        raise ValueError("a mesh of coarser cells (resolved) is for one k, not for several")
    resolved = k if resolved is None else whole(resolved, "resolved", None)
    if not 0 <= resolved <= k:
        raise ValueError(f"a mesh resolves 0 to {k} columns of a motif, not {resolved}")
    strands = (codes, reverse_complement(codes, alphabet)) if both_strands else (codes,)
    found = [_listed(strands, length, alphabet, omega, least, most_gib) for length in lengths]
    atoms = np.vstack([
        np.pad(kmers, ((0, 0), (0, k - kmers.shape[1])), constant_values=alphabet.q)
        for kmers, _, _ in found
    ])  # fmt: skip
    counts, phi = np.concatenate([c for _, c, _ in found]), np.vstack([p for _, _, p in found])
    # A k-mer that every sequence has says nothing about any phenotype.
    varies = np.ptp(phi, axis=1) > VANISHING if len(atoms) else np.zeros(0, bool)
    atoms, counts, phi = atoms[varies], counts[varies], phi[varies]
    if not len(atoms):
        raise ValueError(
            f"no {'- or '.join(map(str, lengths))}-mer is in at least {least} sequences without "
            "being in all of them alike; use a smaller k, more sequences, or sequences that differ"
        )
    prefixes, labels = np.unique(atoms[:, :resolved], axis=0, return_inverse=True)
    labels = labels.reshape(-1) if resolved else np.zeros(len(atoms), np.int64)
    # Not the mean of a cell's atoms: that can have the same activation in every sequence.
    variance = phi.var(axis=1)
    typical = [
        max(np.flatnonzero(labels == c), key=variance.__getitem__) for c in range(labels.max() + 1)
    ]
    centres = padded_one_hot(atoms[typical], alphabet.q)
    beginnings = prefixes if resolved else prefixes[:1, :0]
    words = ["".join(alphabet.letters[c] for c in row if c < alphabet.q) for row in beginnings]
    cells = tuple(word + "." * (k - resolved) for word in words)
    return Dictionary(
        codes, alphabet, atoms, counts, phi, labels, cells, centres, omega, score, ridge, least,
        strands,
    )  # fmt: skip


def _lengths(k: int | Sequence[int]) -> list[int]:
    several: Sequence[int] = [k] if isinstance(k, str) or np.ndim(k) == 0 else k  # type: ignore[assignment, list-item]
    lengths = [whole(length, "k", None) for length in several]
    if not lengths:
        raise ValueError("k is a length, or several; an empty list was given")
    return sorted(set(lengths))


def _listed(
    strands: tuple[Codes, ...], k: int, alphabet: Alphabet, omega: float, least: int, most: float
) -> tuple[Codes, NDArray[np.int64], Array]:
    """Return the k-mers (M, k) of sequences, in how many each is, and activations (M, n)."""
    n, length = strands[0].shape
    positions = (length - k + 1) * len(strands)
    _afford(BYTES * n * positions * (k + 1), most, f"listing all {k}-mers")
    if len(strands) == 1:
        atoms, counts = occurring_kmers(strands[0], k, least)
    else:
        windows = np.concatenate([windows_of(codes, k) for codes in strands], axis=1)
        atoms, counts = distinct_words(windows, least)
        partners = reverse_complement(atoms, alphabet)
        first = [tuple(own) <= tuple(other) for own, other in zip(atoms, partners, strict=True)]
        atoms, counts = atoms[first], counts[first]
    cells = len(atoms) * n
    minutes = 2 * cells * positions * k * alphabet.q / SPEED / 60
    _afford(
        BYTES * cells,
        most,
        f"{len(atoms):,} {k}-mers in {n:,} sequences (and about {minutes:.1f} minutes "
        "for their activations)",
    )
    phi = activations(strands[0], one_hot(atoms, alphabet.q), omega)
    for codes in strands[1:]:
        np.maximum(phi, activations(codes, one_hot(atoms, alphabet.q), omega), out=phi)
    return atoms, counts, phi


def _afford(need: float, most_gib: float, what: str) -> None:
    if need > positive(most_gib, "most_gib") * 2**30:
        raise ValueError(
            f"{what} would need about {need / 2**30:.1f} GiB of memory, more than "
            f"most_gib={most_gib:g}; use a smaller k, a larger `least`, shorter or fewer "
            "sequences, or allow more"
        )


def with_direction(basis: Array, direction: Array) -> Array:
    """Return an orthonormal basis (n, d + 1) of a basis (n, d) and one more direction (n,).

    A direction that already lies in the span adds nothing.
    """
    left = direction - basis @ (basis.T @ direction)
    left -= basis @ (basis.T @ left)  # twice is enough: rounding of the first pass goes
    length = np.linalg.norm(left)
    if length <= VANISHING * np.sqrt(len(direction)):
        return basis
    return np.column_stack([basis, left / length])


def constant_basis(n: int) -> Array:
    """Return the basis (n, 1) of the constants: every score ignores the mean of y."""
    return np.full((n, 1), 1 / np.sqrt(n))


def first_of_best(roots: Array) -> int:
    """Return the first atom whose score is the largest, rounding aside.

    A phenotype with ties has exact ties of scores, too; which rounding error is the larger must
    not decide.

    >>> first_of_best(np.array([0.1, 0.3, 0.3 + 1e-16]))
    1
    """
    return int(np.flatnonzero(roots >= roots.max() * (1 - 1e-9))[0])


def best_atoms(candidates: Dictionary, y: Array, basis: Array) -> tuple[Array, Array]:
    """Return the root of every atom's score (M,), and its residual activation (M, n).

    s(a, y) = (P phi_a . y)^2 / ||P phi_a||^2, where P takes the span of ``basis`` (n, d) out.
    """
    phi = candidates.activations
    residual = phi - (phi @ basis) @ basis.T
    return np.abs(residual @ y) * candidates.weights(residual), residual
