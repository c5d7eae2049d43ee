"""Choose motifs one after another by how well their activation goes with a phenotype.

A motif is a matrix of letter probabilities (k, q); how strongly it is present in a sequence is a
number, its activation. Notation: n sequences of length L, P = L - k + 1 windows in each, M k-mers
that occur ("atoms"), y (n,) the phenotype. Everything in :class:`Dictionary` comes from the
sequences alone, so the inference in :mod:`shapzero_lite.seism.conditional_null` may treat it as
fixed.

Source of the idea: Villié, Veber, de Castro and Jacob, arXiv 2212.12542 (SEISM). The formulas and
the recipe are our reconstruction from the abstract, not a copy of their procedure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import positive, whole
from shapzero_lite.letters import DNA, Alphabet, Codes

SCORES = ("normalised", "hsic", "ridge")
# Two-letter codes of the International Union of Pure and Applied Chemistry.
PAIR_NAMES = {"AC": "M", "AG": "R", "AT": "W", "CG": "S", "CT": "Y", "GT": "K", "AU": "W"} | {
    "CU": "Y",
    "GU": "K",
}
BYTES = 32  # at the peak of a test, for each number of (M, n): four arrays of float64
SPEED = 2e10  # multiplications and additions a second, one core
VANISHING = 1e-9  # below this share of its length a projected activation counts as zero


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
    n, length = codes.shape
    seen = windows_of(codes, k).reshape(-1, k)
    number = np.repeat(np.arange(n), length - k + 1)
    once = np.unique(np.column_stack([number, seen]), axis=0)[:, 1:]
    kmers, counts = np.unique(once, axis=0, return_counts=True)
    kept = counts >= least
    return kmers[kept].astype(np.uint8), counts[kept]


def containing(codes: Codes, motif: Array) -> int:
    """Return how many sequences (n, L) have a window whose letters all have weight in a motif.

    >>> containing(DNA.encode(["ACGT", "AAGA", "TTTT"]), consensus(np.eye(4)[[0, 1]], DNA)[1])
    1
    """
    windows = windows_of(codes, len(motif))
    fits = (motif > 0)[np.arange(len(motif)), windows]  # (n, P, k)
    return int(np.any(np.all(fits, axis=2), axis=1).sum())


@dataclass(frozen=True)
class Dictionary:
    """The candidates: atoms (M, k), their activations (M, n), and the mesh cell of each atom.

    ``labels`` (M,) numbers the cells; ``centres`` (C, k, q) is one motif for each cell, the atom
    whose activation varies most, and stands for the cell in every test. ``counts`` (M,): in how
    many sequences an atom is.
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
        return activations(self.codes, centre[None], self.omega)[0]


def dictionary(
    codes: Codes,
    k: int,
    alphabet: Alphabet = DNA,
    *,
    omega: float = 1.0,
    least: int = 3,
    resolved: int | None = None,
    score: str = "normalised",
    ridge: float = 1.0,
    most_gib: float = 2.0,
) -> Dictionary:
    """Return candidates and mesh for sequences (n, L), from the sequences alone.

    Parameters
    ----------
    k : length of a motif
    omega : how fast the activation falls with the distance between motif and window
    least : a k-mer is a candidate when at least so many sequences have it
    resolved : cells tell motifs apart by the consensus of their first ``resolved`` columns, so
        0 gives one cell and k (the default) a cell for each k-mer
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
    """
    k, least = whole(k, "k", None), whole(least, "least")
    if not 1 <= k <= codes.shape[1]:
        raise ValueError(
            f"a motif of k = {k} letters does not fit into sequences of {codes.shape[1]} letters"
        )
    if score not in SCORES:
        raise ValueError(f"the score is one of {', '.join(SCORES)}, not {score!r}")
    ridge = positive(ridge, "ridge", or_zero=True)
    resolved = k if resolved is None else whole(resolved, "resolved", None)
    if not 0 <= resolved <= k:
        raise ValueError(f"a mesh resolves 0 to {k} columns of a motif, not {resolved}")
    positions = codes.shape[1] - k + 1
    _afford(BYTES * codes.shape[0] * positions * (k + 1), most_gib, f"listing all {k}-mers")
    atoms, counts = occurring_kmers(codes, k, least)
    cells = len(atoms) * codes.shape[0]
    minutes = 2 * cells * positions * k * alphabet.q / SPEED / 60
    _afford(
        BYTES * cells,
        most_gib,
        f"{len(atoms):,} {k}-mers in {codes.shape[0]:,} sequences (and about {minutes:.1f} minutes "
        "for their activations)",
    )
    phi = activations(codes, one_hot(atoms, alphabet.q), omega)
    # A k-mer that every sequence has says nothing about any phenotype.
    varies = np.ptp(phi, axis=1) > VANISHING if len(atoms) else np.zeros(0, bool)
    atoms, counts, phi = atoms[varies], counts[varies], phi[varies]
    if not len(atoms):
        raise ValueError(
            f"no {k}-mer is in at least {least} sequences without being in all of them alike; "
            "use a smaller k, more sequences, or sequences that differ"
        )
    prefixes, labels = np.unique(atoms[:, :resolved], axis=0, return_inverse=True)
    labels = labels.reshape(-1) if resolved else np.zeros(len(atoms), np.int64)
    # Not the mean of a cell's atoms: that can have the same activation in every sequence.
    variance = phi.var(axis=1)
    typical = [
        max(np.flatnonzero(labels == c), key=variance.__getitem__) for c in range(labels.max() + 1)
    ]
    centres = one_hot(atoms[typical], alphabet.q)
    beginnings = alphabet.decode(prefixes) if resolved else [""]
    cells = tuple(text + "." * (k - resolved) for text in beginnings)
    return Dictionary(
        codes, alphabet, atoms, counts, phi, labels, cells, centres, omega, score, ridge, least
    )


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
