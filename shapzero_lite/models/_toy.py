"""A model whose spectrum is known, because we planted it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import seed_of, whole
from shapzero_lite.letters import DNA, Alphabet, Codes
from shapzero_lite.spectra import Spectrum


class PlantedModel:
    """A callable from codes (N, n) to the values (N,) of its ``spectrum``, which is the truth."""

    def __init__(self, spectrum: Spectrum) -> None:
        self.spectrum = spectrum
        self.alphabet = spectrum.alphabet
        self.n = spectrum.n

    def __call__(self, codes: Codes) -> NDArray[np.float64]:
        """Return the values (N,) of the planted spectrum."""
        return self.spectrum.evaluate(codes)

    def __repr__(self) -> str:
        return f"PlantedModel({self.spectrum!r})"


def toy(
    n: int = 8,
    alphabet: Alphabet = DNA,
    *,
    terms: int = 20,
    max_order: int = 3,
    seed: int = 0,
) -> PlantedModel:
    """Return a model with a planted sparse spectrum: ``terms`` random real characters.

    Orders are uniform on 1..max_order, amplitudes uniform on 0.5..1.5 with random phase, and a
    constant of 1. Raises ``ValueError`` for an order that n positions cannot have.

    >>> model = toy(n=4, terms=2, seed=1)
    >>> model(DNA.encode(["ACGT"])).round(2).tolist()
    [-1.22]
    """
    n, terms, max_order = (
        whole(value, name, 0)
        for name, value in (("n", n), ("terms", terms), ("max_order", max_order))
    )
    if not 1 <= max_order <= n or terms < 1:
        msg = f"terms >= 1 and max_order in 1..n are needed; got terms={terms}, {max_order=}, {n=}"
        raise ValueError(msg)
    rng = np.random.default_rng(seed_of(seed))
    frequencies = np.zeros((terms + 1, n), np.uint8)
    for row in frequencies[1:]:
        positions = rng.choice(n, size=rng.integers(1, max_order + 1), replace=False)
        row[positions] = rng.integers(1, alphabet.q, size=len(positions))
    phases = rng.uniform(0, 2 * np.pi, terms)
    coefficients = np.concatenate([[1.0], rng.uniform(0.5, 1.5, terms) * np.exp(1j * phases)])
    half = Spectrum(frequencies, coefficients / 2, alphabet=alphabet)
    mirrored = (alphabet.q - half.frequencies) % alphabet.q
    other = Spectrum(mirrored, half.coefficients.conj(), alphabet=alphabet)
    return PlantedModel(half + other)
