"""The shipped model of GFP's brightness: mutation effects that add up, seen through a sigmoid.

Fitted by ``tools/fits/make_gfp_effects.py`` to the deep mutational scan of Sarkisyan et al. (2016);
how well it does on variants it has not seen is in its ``provenance``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite import _npz
from shapzero_lite._arrays import Array
from shapzero_lite.letters import PROTEIN, as_codes

# The avGFP of the scan, Aequorea victoria GFP (UniProt P42212) with leucine at 64; M is 1.
GFP_WILD_TYPE = (
    "MSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTLSYGVQCFSRYPDHMKQHDFFKSAM"
    "PEGYVQERTIFFKDDGNYKTRAEVKFEGDTLVNRIELKGIDFKEDGNILGHKLEYNYNSHNVYIMADKQKNGIKVNFKIRHNIEDGSV"
    "QLADHYQQNTPIGDGPVLLPDNHYLSTQSALSKDPNEKRDHMVLLEFVTAAGITHGMDELYK"
)
UNITS = "log10 of the brightness; measured: wild type 3.72, variants without fluorescence 1.3"
CITATION = (
    "Sarkisyan et al. 2016, Local fitness landscape of the green fluorescent protein, "
    "Nature 533, 397-401, doi:10.1038/nature17995"
)
FORMAT = "shapzero-lite brightness 1"
# Ten positions of 20 letters are 10^13 variants; whoever wants more builds ``Brightness`` itself.
MOST_POSITIONS = 10


class Brightness:
    """A model of brightness to call: codes (N, n) to log10 brightness (N,) float64.

    With effects e (n, 20) of every letter at every position, 0 for the wild type's::

        latent(x) = bias + Σ_i e[i, x_i]
        f(x)      = low + (high - low) / (1 + exp(-latent(x)))

    The latent value is a sum, so without the sigmoid no two positions would interact.
    Attributes: ``alphabet`` (PROTEIN), ``n``, ``positions`` (counted from 1, the methionine),
    ``wild_type`` (their letters), ``effects`` (n, 20), ``seen`` (n, 20) bool: whether the letter
    was in the fitted variants, or is the wild type's. A letter never seen has the part of the
    effect that all letters of its position share, shrunk towards 0 like every part. ``bias``,
    ``low``, ``high``, ``units``, ``citation``, ``provenance`` (dict: data, settings and the table
    of held-out variants).

    Source: sigmoid of an additive trait, Sarkisyan et al. (2016) and Otwinowski, McCandlish &
    Plotkin, PNAS 115, E7550 (2018); prior and fit are ours.
    """

    alphabet = PROTEIN
    units = UNITS
    citation = CITATION

    def __init__(
        self,
        effects: ArrayLike,
        seen: ArrayLike,
        curve: tuple[float, float, float],
        positions: Sequence[int],
        provenance: dict[str, Any],
    ) -> None:
        self.effects = np.array(effects, np.float64)
        self.seen = np.array(seen, bool)
        self.bias, self.low, self.high = (float(number) for number in curve)
        self.positions = tuple(int(p) for p in positions)
        self.n = len(self.positions)
        self.wild_type = "".join(GFP_WILD_TYPE[p - 1] for p in self.positions)
        self.provenance = provenance
        shape = (self.n, PROTEIN.q)
        if self.effects.shape != shape or self.seen.shape != shape:
            raise ValueError(
                f"effects and seen have shape {shape}; got {self.effects.shape}, {self.seen.shape}"
            )
        if not np.isfinite([*self.effects.ravel(), self.bias, self.low, self.high]).all():
            raise ValueError("effects, bias, low and high must be finite")

    def latent(self, codes: Any) -> Array:
        """Return the additive trait (N,) below the sigmoid, of codes (N, n) or strings.

        >>> from shapzero_lite.models import protein
        >>> model = protein("gfp", positions=(66, 67))
        >>> bool(model.latent(["YG"])[0] == model.bias)
        True
        """
        codes = as_codes(codes, PROTEIN, self.n)
        return self.bias + self.effects[np.arange(self.n), codes].sum(axis=1)

    def __call__(self, codes: Any) -> Array:
        """Return the log10 brightness (N,) of variants given as codes (N, n) or strings.

        Raises ``TypeError``/``ValueError`` naming sequence and position that is wrong.
        """
        return self.curve(self.latent(codes))

    def curve(self, latent: ArrayLike) -> Array:
        """Return the brightness that belongs to latent values, low + (high - low) sigmoid."""
        # tanh does not overflow where exp(-latent) would.
        share = (1 + np.tanh(np.asarray(latent, np.float64) / 2)) / 2
        return self.low + (self.high - self.low) * share

    def at(self, positions: Sequence[int] | None) -> Brightness:
        """Return the model of some of its positions, the others wild type.

        Raises ``ValueError`` for none, more than 10, a repeated one, or one without
        measurements.
        """
        chosen = _checked(positions, self)
        rows = [self.positions.index(p) for p in chosen]
        curve = (self.bias, self.low, self.high)
        return Brightness(self.effects[rows], self.seen[rows], curve, chosen, self.provenance)

    def __repr__(self) -> str:
        where = [f"{a}{p}" for a, p in zip(self.wild_type, self.positions, strict=True)]
        named = " ".join(where) if self.n <= MOST_POSITIONS else f"{where[0]} to {where[-1]}"
        return f"Brightness(GFP, log10 brightness, {named}, q=20)"


def _checked(positions: Sequence[int] | None, model: Brightness) -> tuple[int, ...]:
    example = 'protein("gfp", positions=(64, 65, 66, 67, 145, 203))'
    if positions is None:
        raise ValueError(f"say which residues of GFP may change, as in {example}")
    chosen = tuple(np.atleast_1d(np.asarray(positions, dtype=object)).tolist())
    whole = [isinstance(p, int | np.integer) and not isinstance(p, bool) for p in chosen]
    if not all(whole):
        msg = f"positions are whole numbers, as in {example}; got {chosen[whole.index(False)]!r}"
        raise TypeError(msg)
    if not 1 <= len(chosen) <= MOST_POSITIONS:
        msg = f"1 to {MOST_POSITIONS} positions can be explained together; got {len(chosen)}"
        raise ValueError(msg)
    last = len(GFP_WILD_TYPE)
    wrong = [p for p in chosen if not 1 <= p <= last]
    if wrong:
        msg = f"GFP has residues 1 to {last} (the methionine is 1); there is no {wrong[0]}"
        raise ValueError(msg)
    twice = [p for p in chosen if chosen.count(p) > 1]
    if twice:
        raise ValueError(f"position {twice[0]} is given {chosen.count(twice[0])} times in {chosen}")
    for p in chosen:
        if not model.seen[model.positions.index(p)].sum() > 1:
            raise ValueError(
                f"no mutation of {GFP_WILD_TYPE[p - 1]}{p} was measured: nothing is known about it"
            )
    return tuple(int(p) for p in chosen)


def write_brightness(path: Path, model: Brightness) -> None:
    """Write the model of the whole protein: effects as float32, and what it is, as JSON."""
    arrays = {
        "effects": model.effects.astype(np.float32),
        "seen": model.seen,
        "curve": np.array([model.bias, model.low, model.high]),
    }
    _npz.write(path, FORMAT, model.provenance, arrays, header_name="provenance", compressed=True)


def read_brightness(path: str | Path) -> Brightness:
    """Return the model of the whole protein (238 positions) that ``write_brightness`` wrote.

    Raises ``ValueError`` for a file that does not hold one; nothing in it is executed.
    """
    otherwise = "does not hold a model of GFP's brightness"
    return _npz.read(path, FORMAT, _of_parts, otherwise=otherwise, header_name="provenance")


def _of_parts(provenance: dict[str, Any], arrays: _npz.Arrays) -> Brightness:
    bias, low, high = arrays["curve"].tolist()
    everywhere = range(1, len(GFP_WILD_TYPE) + 1)
    return Brightness(arrays["effects"], arrays["seen"], (bias, low, high), everywhere, provenance)
