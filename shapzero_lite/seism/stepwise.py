"""The stepwise selection: motif after motif, and what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.seism.gradient import Ascent
from shapzero_lite.seism.motifs import consensus, padded_one_hot, within
from shapzero_lite.seism.phenotypes import scaled
from shapzero_lite.seism.selection import (
    Dictionary,
    best_atoms,
    constant_basis,
    first_of_best,
    with_direction,
)


@dataclass(frozen=True)
class Selection:
    """Selected motifs, in the order of their selection.

    ``motifs`` (m, k, q) probability matrices (of several lengths, the shorter end in zeros),
    ``consensus`` their names, ``cells`` the mesh cells they fell in, ``centres`` (m, k, q) the
    motifs that stand for those cells in the test, ``activations`` (m, n) of the centres,
    ``scores`` (m,): the share of the phenotype's variance, after the motifs before it, that the
    motif's score explains (normalised score). ``y`` (n,): the phenotype after its transform.
    ``base`` (n, d): constants, groups, covariates, taken out before any motif. ``blocks`` (n,):
    within which the null permutes; None for the Gaussian null.
    ``transform`` is that of :func:`shapzero_lite.seism.select`.
    """

    motifs: Array
    consensus: tuple[str, ...]
    cells: tuple[str, ...]
    centres: Array
    activations: Array
    scores: Array
    labels: tuple[int, ...]
    refined: bool
    fineness: int
    candidates: Dictionary
    y: Array
    base: Array
    blocks: NDArray[np.int64] | None
    transform: str | None = None

    def __len__(self) -> int:
        return len(self.cells)


def standardised(y: Array) -> Array:
    """Return y (n,) less its mean, of length one: all that any score sees, up to a factor."""
    y = scaled(np.asarray(y, float))
    centred = y - y.mean()
    # Twice, because the mean of a large common number leaves its rounding behind.
    centred -= centred.mean()
    return centred / np.linalg.norm(centred)


def bases(activations: Array, base: Array | None = None) -> list[Array]:
    """Return bases (n, d + s) of ``base`` (constants) and the first s activations, s = 0..m."""
    found = [constant_basis(activations.shape[1]) if base is None else base]
    for phi in activations:
        found.append(with_direction(found[-1], phi))
    return found


def stepwise(
    candidates: Dictionary,
    y: Array,
    n_motifs: int,
    *,
    ascent: Ascent | None = None,
    fineness: int = 1,
    base: Array | None = None,
    blocks: NDArray[np.int64] | None = None,
) -> Selection:
    """Return the motifs chosen greedily for a phenotype y (n,).

    Step j takes the motif with the highest score on what the centres of the cells before it leave
    of y. It is the centre that is taken out, not the motif itself: within one cell the projection
    must not depend on y (otherwise the region of y with the same selection has no simple form).
    A cell is what the mesh takes for one motif, so none is selected twice: in a coarse mesh the
    best atom is not the centre, and would mostly be the best again.

    With ``ascent`` the motifs are refined by gradient, and ``fineness`` is that of the mesh.
    ``base`` and ``blocks``: of :class:`Selection`.
    """
    base = constant_basis(candidates.n) if base is None else base
    basis, left = base, standardised(y)
    if base.shape[1] > 1:
        left = left - base @ (base.T @ left)
        if np.linalg.norm(left) < 1e-9:
            raise ValueError(
                "groups and covariates explain all of the phenotype: nothing is left for motifs"
            )
        left /= np.linalg.norm(left)
    steps: list[tuple] = []
    for _ in range(n_motifs):
        if ascent is None:
            roots, _ = best_atoms(candidates, left, basis)
            roots[np.isin(candidates.labels, [step[-1] for step in steps])] = -1.0
            a = first_of_best(roots)
            label, score = int(candidates.labels[a]), float(roots[a] ** 2)
            motif = padded_one_hot(candidates.atoms[a], candidates.alphabet.q)
            cell, centre = candidates.cells[label], candidates.centres[label]
            name, _ = consensus(within(motif), candidates.alphabet)
        else:
            motif, score = ascent.best(left, basis, fineness, [step[2] for step in steps])
            cell, centre = consensus(motif, candidates.alphabet, fineness)
            name, label = cell, -1
        phi = candidates.centre_activation(centre)
        steps.append((motif, name, cell, centre, phi, score, label))
        basis = with_direction(basis, phi)
        left = left - basis @ (basis.T @ left)
        length = np.linalg.norm(left)
        if length < 1e-12:
            raise ValueError(
                f"after {len(steps)} motifs nothing is left of the phenotype; ask for fewer motifs"
            )
        left /= length
    motifs, names, cells, centres, phis, scores, labels = zip(*steps, strict=True)
    return Selection(
        np.array(motifs), names, cells, np.array(centres), np.array(phis),
        np.array(scores), labels, ascent is not None, fineness, candidates, np.asarray(y),
        base, blocks,
    )  # fmt: skip
