"""Simulated binders: sequences of low energy, and what every residue contributes to it.

A small energy model in the style of lattice simulations of antibody binding (Absolut!, Robert et
al. 2022): residues touch residues of an epitope, and a contact's energy depends on both letters.
Ours has no lattice; which residues touch is given, and hydrophobicity and charge give the energy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN, Codes, as_codes

# Kyte & Doolittle 1982, hydropathy of A, C, D, ... in the order of PROTEIN's letters.
HYDROPATHY = np.array(
    [
        *(1.8, 2.5, -3.5, -3.5, 2.8, -0.4, -3.2, 4.5, -3.9, 3.8),
        *(1.9, -3.5, -1.6, -3.5, -4.5, -0.8, -0.7, 4.2, -0.9, -1.3),
    ]
)
CHARGE = np.array([{"D": -1, "E": -1, "K": 1, "R": 1}.get(a, 0) for a in PROTEIN.letters])
# For each of 11 residues the epitope residues that it touches.
CONTACTS = ("", "L", "VF", "LIV", "", "E", "KI", "", "VFL", "I", "")


@dataclass(frozen=True)
class Binders:
    """Codes (N, L) of the binders and the energy (N, L) that each residue contributes."""

    codes: Codes
    energies: NDArray[np.float64]


def residue_energies(
    sequences: object, contacts: tuple[str, ...] = CONTACTS
) -> NDArray[np.float64]:
    """Return the energy (N, L) of every residue, in units of kT; negative binds.

    A contact of letters a, b: -(the product of their hydropathies, where both are positive) / 8,
    plus 2 for equal and minus 2 for opposite charges. Raises ``ValueError`` for another length
    than that of ``contacts``.

    >>> residue_energies(["AAIAAAAAAAA"])[0, :3].round(2).tolist()
    [0.0, -0.86, -3.94]
    """
    codes = as_codes(sequences, PROTEIN, len(contacts))
    greasy = np.maximum(HYDROPATHY, 0)
    pair = -np.outer(greasy, greasy) / 8 + 2 * np.outer(CHARGE, CHARGE)  # (20, 20)
    table = np.stack([pair[:, PROTEIN.encode(c)[0]].sum(1) if c else 0 * greasy for c in contacts])
    return table[np.arange(len(contacts)), codes] + 0.0


def binders(
    count: int = 2000,
    share: float = 0.01,
    contacts: tuple[str, ...] = CONTACTS,
    seed: int = 0,
) -> Binders:
    """Return the ``share`` of lowest energy of count / share uniformly random sequences.

    Only the sum counts, so a residue that binds badly is made up for by others: that is what
    couples the positions of the binders.

    >>> binders(count=50).energies.mean(0).round(1).tolist()[:4]
    [0.0, -1.0, -2.1, -6.2]
    """
    if count < 1 or not 0 < share <= 1:
        msg = f"1 or more binders and a share in 0..1 are needed; got {count=}, {share=}"
        raise ValueError(msg)
    codes = PROTEIN.random(round(count / share), len(contacts), seed)
    energies = residue_energies(codes, contacts)
    best = np.sort(np.argpartition(energies.sum(1), count - 1)[:count])
    return Binders(codes[best], energies[best])
