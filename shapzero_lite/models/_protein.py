"""The shipped protein models: measured fitness landscapes as spectra, and GFP's brightness.

``make_pard3_spectra.py``, ``make_gb1_spectrum.py`` and ``make_gfp_effects.py`` in ``tools/fits``
made the files from published measurements; how well each does on variants it has not seen is in
its ``provenance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import _npz, data
from shapzero_lite.letters import PROTEIN, as_codes
from shapzero_lite.models._gfp import Brightness, read_brightness
from shapzero_lite.spectra import Spectrum, inverse_fourier_transform

FILES = {
    "pard3-pare3": "pard3_pare3_spectrum.npz",
    "pard3-pare2": "pard3_pare2_spectrum.npz",
    "gb1": "gb1_spectrum.npz",
    "gfp": "gfp_effects.npz",
}
FORMAT = "shapzero-lite landscape 1"


class Landscape:
    """A fitness landscape to call: codes (N, n) to its values (N,) float64.

    The model *is* its ``spectrum``, so everything that is computed from that is exact for the
    model. Attributes: ``name``, ``alphabet`` (PROTEIN), ``n``, ``positions`` (numbers of the
    residues, counted from 1 in the protein), ``wild_type`` (their letters), ``spectrum``,
    ``table`` ((20,)*n, the value of every variant), ``units``, ``citation``, ``provenance`` (dict:
    data, scale, and the table of held-out variants where there is one).
    """

    alphabet = PROTEIN

    def __init__(self, spectrum: Spectrum, header: dict[str, Any]) -> None:
        self.spectrum = spectrum
        self.n = spectrum.n
        self.name = str(header["name"])
        self.positions = tuple(int(p) for p in header["positions"])
        self.wild_type = str(header["wild_type"])
        self.units = str(header["units"])
        self.citation = str(header["citation"])
        self.provenance: dict[str, Any] = dict(header["provenance"])
        if len(self.positions) != self.n or len(self.wild_type) != self.n:
            got = f"{self.positions} and {self.wild_type!r}"
            raise ValueError(f"{self.n} positions and as many letters are needed; got {got}")

    def __call__(self, codes: Any) -> NDArray[np.float64]:
        """Return the values (N,) of variants given as codes (N, n) or strings.

        Raises ``TypeError``/``ValueError`` naming sequence and position that is wrong.
        """
        return self.table[tuple(as_codes(codes, PROTEIN, self.n).T)]

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """The values of all 20**n variants, (20,)*n read-only: made once, then looked up."""
        F = np.zeros((PROTEIN.q,) * self.n, complex)
        F[tuple(self.spectrum.frequencies.T)] = self.spectrum.coefficients
        values = np.ascontiguousarray(inverse_fourier_transform(F).real)
        values.flags.writeable = False
        return values

    def __repr__(self) -> str:
        where = " ".join(f"{a}{p}" for a, p in zip(self.wild_type, self.positions, strict=True))
        return f"Landscape({self.name!r}, wild type {where}, q=20)"


def protein(name: str, *, positions: Sequence[int] | None = None) -> Landscape | Brightness:
    """Return a shipped protein model, a callable from codes (N, n) over 20 amino acids to (N,).

    =============  ==================================================================== =======
    name           what the value is                                                    source
    =============  ==================================================================== =======
    "pard3-pare3"  antitoxin ParD3, positions 61, 64, 80, n = 3, all 8,000 variants:    [1]
                   log enrichment after 600 min with toxin ParE3, mean of two
                   replicates; stop codons 0, wild type DKE 1. Exact
    "pard3-pare2"  the same with toxin ParE2                                            [1]
    "gb1"          protein G domain B1, positions 39, 40, 41, 54, n = 4: log(fitness    [2]
                   + 0.01), fitness 0 at 0, wild type VDGV 1. A sketch of order 3
                   fitted to 90 % of the variants; 7 % were never measured
    "gfp"          green fluorescent protein at 1 to 10 ``positions`` of yours: log10   [3]
                   brightness, a sigmoid of a sum of mutation effects
    =============  ==================================================================== =======

    ``positions``: for "gfp" only, as in the literature (chromophore 65 to 67); every other
    residue stays wild type. The model then has n = len(positions), in the order given. ``seen``
    (n, 20) says which letters were measured there.

    Raises ``ValueError`` for another name, for positions where they do not belong or are
    missing, outside the measured part, repeated, or too many.

    Sources: [1] Lite et al. 2020, eLife 9, e60924. [2] Wu et al. 2016, eLife 5, e16965.
    [3] Sarkisyan et al. 2016, Nature 533, 397-401. Scales and fits are ours.

    >>> model = protein("pard3-pare3")
    >>> model(["DKE", "EKE"]).round(4).tolist()
    [1.0, 0.9931]
    """
    if name not in FILES:
        msg = f"the protein models are {', '.join(map(repr, FILES))}; there is no {name!r}"
        raise ValueError(msg)
    if name == "gfp":
        return read_brightness(data.path(FILES[name])).at(positions)
    if positions is not None:
        model = read_landscape(data.path(FILES[name]))
        fixed = ", ".join(map(str, model.positions))
        raise ValueError(f"{name!r} is a model of positions {fixed}: leave positions= out")
    return read_landscape(data.path(FILES[name]))


def write_landscape(path: Path, spectrum: Spectrum, header: dict[str, Any], dtype: Any) -> None:
    """Write a real function's spectrum: one of every pair k, -k, and what it is, as JSON.

    ``dtype``: complex128 keeps every digit, complex64 halves the file.
    """
    k, H = spectrum.half
    arrays = {"frequencies": k, "coefficients": H.astype(dtype)}
    _npz.write(path, FORMAT, header, arrays, compressed=True)


def read_landscape(path: str | Path) -> Landscape:
    """Return the landscape of a file that ``write_landscape`` wrote.

    Raises ``ValueError`` for a file that does not hold one; nothing in it is executed.
    """
    return _npz.read(path, FORMAT, _of_parts, otherwise="does not hold a protein landscape")


def _of_parts(header: dict[str, Any], arrays: _npz.Arrays) -> Landscape:
    # Re(H w) = F w + conj(F w) with F = H / 2, so both of a pair get half; where k and -k
    # are the same frequency the two halves add up again to the real part.
    k, H = arrays["frequencies"], arrays["coefficients"].astype(np.complex128)
    both = np.concatenate([k, (PROTEIN.q - k) % PROTEIN.q])
    F = np.concatenate([H, H.conj()]) / 2
    return Landscape(Spectrum(both, F, alphabet=PROTEIN), header)
