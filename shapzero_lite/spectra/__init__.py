"""Functions of sequences as waves: dense transforms, and sparse spectra that evaluate fast."""

from shapzero_lite.spectra.decomposition import Decomposition
from shapzero_lite.spectra.fourier import fourier_transform, inverse_fourier_transform
from shapzero_lite.spectra.mobius import (
    inverse_mobius_transform,
    localised,
    mobius_transform,
    spectrum_to_mobius,
)
from shapzero_lite.spectra.spectrum import Spectrum, term_blocks

__all__ = [
    "Decomposition",
    "Spectrum",
    "fourier_transform",
    "inverse_fourier_transform",
    "inverse_mobius_transform",
    "localised",
    "mobius_transform",
    "spectrum_to_mobius",
    "term_blocks",
]
