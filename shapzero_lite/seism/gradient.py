"""Refine motifs by projected gradient ascent on the association score: a CNN's training, in NumPy.

Deterministic and free of the phenotype's scale, because the test in
:mod:`shapzero_lite.seism.conditional_null` runs this selector again on replicates of the phenotype.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.seism.motifs import consensus, one_hot, windows_of
from shapzero_lite.seism.selection import Dictionary, best_atoms, with_direction


def simplex_projection(columns: Array) -> Array:
    """Return the nearest probability vectors to vectors (..., q).

    >>> simplex_projection(np.array([[0.5, 0.5, 0.4, -1.0]])).round(4)
    array([[0.3667, 0.3667, 0.2667, 0.    ]])
    """
    q = columns.shape[-1]
    ordered = np.sort(columns, axis=-1)[..., ::-1]
    excess = (np.cumsum(ordered, axis=-1) - 1) / np.arange(1, q + 1)
    last = (ordered > excess).sum(axis=-1, keepdims=True) - 1
    return np.maximum(columns - np.take_along_axis(excess, last, axis=-1), 0.0)


class Ascent:
    """Scores and gradients of any motif on fixed sequences; windows are turned one-hot once."""

    def __init__(self, candidates: Dictionary) -> None:
        self.candidates = candidates
        q = candidates.alphabet.q
        hot = one_hot(windows_of(candidates.codes, candidates.k), q)
        self.known: dict[str, Array | None] = {}  # activations of centres met so far
        self.windows = np.ascontiguousarray(hot.reshape(*hot.shape[:2], -1))  # (n, P, k q)

    def activation(self, z: Array) -> tuple[Array, Array]:
        """Return activations (m, n) of motifs (m, k q), and the windows (m, n, k q) that win."""
        overlap = self.windows @ z.T  # (n, P, m)
        place = overlap.argmax(axis=1)  # (n, m)
        winner = np.take_along_axis(self.windows, place[:, :, None], axis=1).swapaxes(0, 1)
        best = np.take_along_axis(overlap, place[:, None], axis=1)[:, 0].T  # (m, n)
        distance = (z**2).sum(axis=1)[:, None] + self.candidates.k - 2 * best
        return np.exp(-self.candidates.omega * distance), winner

    def score_and_gradient(self, z: Array, y: Array, basis: Array) -> tuple[Array, Array]:
        """Return scores (m,) and their gradients (m, k q) at motifs (m, k q).

        s = c^2 / N with c = phi . P y, N = ||P phi||^2 (+ ridge, or 1 for HSIC), so
        ds/dphi = 2 c / N P y - 2 c^2 / N^2 P phi, and dphi_i/dz = 2 omega phi_i (x_i - z).
        """
        phi, winner = self.activation(z)
        residual = phi - (phi @ basis) @ basis.T
        weights = self.candidates.weights(residual)
        c = residual @ y
        slope = 2 * (c * weights**2)[:, None] * y
        if self.candidates.score != "hsic":
            slope -= 2 * (c**2 * weights**4)[:, None] * residual
        pull = 2 * self.candidates.omega * slope * phi  # (m, n)
        gradient = (pull[:, None] @ winner)[:, 0] - pull.sum(axis=1)[:, None] * z
        return (c * weights) ** 2, gradient

    def centre(self, name: str, centre: Array) -> Array | None:
        """Return the activation (n,) of a cell's centre; None where too few sequences have it.

        As with k-mers, a cell is in the mesh when ``least`` sequences have a word of it.
        """
        if name not in self.known:
            enough = self.candidates.holding(centre) >= self.candidates.least
            self.known[name] = self.candidates.centre_activation(centre) if enough else None
        return self.known[name]

    def is_open(self, motif: Array, basis: Array, fineness: int, taken: Sequence[str]) -> bool:
        """Say whether a motif (k, q) lies in a cell that can be selected and tested."""
        name, centre = consensus(motif, self.candidates.alphabet, fineness)
        phi = None if name in taken else self.centre(name, centre)
        return phi is not None and with_direction(basis, phi) is not basis

    def best(
        self,
        y: Array,
        basis: Array,
        fineness: int = 1,
        taken: Sequence[str] = (),
        *,
        seeds: int = 3,
        steps: int = 12,
        size: float = 0.15,
    ) -> tuple[Array, float]:
        """Return the best motif (k, q) found from the best atoms, and its score.

        ``y`` (n,) has no part in the span of ``basis`` and length one. Steps along the unit
        gradient shrink linearly; the best iterate is kept, so a step too far does no harm, of
        those in a cell of the mesh that is not ``taken`` by a motif before.
        """
        q, k = self.candidates.alphabet.q, self.candidates.k
        roots, _ = best_atoms(self.candidates, y, basis)
        first = np.argsort(-roots, kind="stable")[:seeds]
        z = one_hot(self.candidates.atoms[first], q).reshape(len(first), -1)
        top, best = -1.0, z[0]
        for t in range(steps + 1):
            scores, gradient = self.score_and_gradient(z, y, basis)
            for i in np.flatnonzero(scores > top)[np.argsort(-scores[scores > top])]:
                if self.is_open(z[i].reshape(k, q), basis, fineness, taken):
                    top, best = float(scores[i]), z[i]
                    break
            length = np.linalg.norm(gradient, axis=1, keepdims=True)
            move = gradient / np.where(length > 0, length, 1.0)
            z = z + size * np.sqrt(k) * (1 - t / (steps + 1)) * move
            z = simplex_projection(z.reshape(-1, k, q)).reshape(len(first), -1)
        return best.reshape(k, q), top
