"""Functions of sequences as waves: dense transforms, and sparse spectra that evaluate fast."""

from shapzero_lite.spectra.blocks import term_blocks
from shapzero_lite.spectra.curve import Curve, Waves
from shapzero_lite.spectra.curved_sum import CurvedSum, Function
from shapzero_lite.spectra.decomposition import Decomposition
from shapzero_lite.spectra.fourier import fourier_transform, inverse_fourier_transform
from shapzero_lite.spectra.mobius import (
    inverse_mobius_transform,
    localised,
    mobius_transform,
    spectrum_to_mobius,
)
from shapzero_lite.spectra.spectrum import Spectrum

__all__ = [
    "Curve",
    "CurvedSum",
    "Decomposition",
    "Function",
    "Spectrum",
    "Waves",
    "fourier_transform",
    "inverse_fourier_transform",
    "inverse_mobius_transform",
    "localised",
    "mobius_transform",
    "spectrum_to_mobius",
    "term_blocks",
]
