r"""A function that is a curve over a sum of letter effects, and parts of few positions beside it.

.. math:: f(x) = g\Big(\sum_i z_i(x_i)\Big) + r(x).

Letters that only add up, seen through a curve, interact at every order: as parts (module
``decomposition``) such a function is endless, and it is short as what it is. Over independent
letters a wave of the curve has the mean :math:`\prod_j \psi_j(\omega)`,
:math:`\psi_j(\omega) = \sum_a p_j(a) e^{i\omega z_j(a)}`; of sums that are rarer than 1e-12, by
Chernoff's bound, the series knows nothing.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite import _npz
from shapzero_lite._arrays import Array
from shapzero_lite.letters import Letters, as_codes
from shapzero_lite.spectra.curve import Curve, Waves
from shapzero_lite.spectra.curve_energy import Energies, energies
from shapzero_lite.spectra.decomposition import Decomposition
from shapzero_lite.spectra.spectrum import Spectrum

FORMAT = "shapzero-lite curved sum 1"
# Sums that are rarer need not be inside the interval of a series.
_RARE = 1e-12


class CurvedSum:
    """A ``curve`` over a sum of ``effects`` (n, q), and the parts of the ``rest``.

    ``rest``: a ``Decomposition`` for the independent letters that are meant. ``provenance`` is the
    rest's.

    >>> from shapzero_lite import DNA
    >>> rest = Decomposition({}, alphabet=DNA, n=2, letters=Letters.uniform(2, DNA))
    >>> f = CurvedSum(
    ...     Curve(0.0, np.ones(1), np.zeros(1), 1.0), np.array([[0, 0, 0, 9.0]] * 2), rest
    ... )
    >>> f.evaluate(["AA", "AT"]).round(4).tolist(), round(f.constant, 4)
    ([0.5, 0.9999], 0.7187)
    """

    def __init__(self, curve: Curve, effects: Array, rest: Decomposition) -> None:
        if rest.letters is None:
            raise ValueError("the rest of a curved sum is a decomposition for independent letters")
        self.curve, self.effects, self.rest = curve, effects, rest
        self.alphabet, self.n = rest.alphabet, rest.n
        self.letters: Letters = rest.letters

    @property
    def q(self) -> int:
        """Number of letters."""
        return self.alphabet.q

    @property
    def provenance(self) -> dict[str, Any]:
        """Where it comes from: a dictionary that is saved with it."""
        return self.rest.provenance

    @property
    def order(self) -> int:
        """Positions that act together: all that the curve sees, or the largest part of the rest."""
        return max(int((np.ptp(self.effects, axis=1) > 0).sum()), self.rest.order)

    def __len__(self) -> int:
        """Numbers in it: effects but one a position, steps of the curve and their level, parts."""
        return self._n_effects + len(self.curve.steps) + len(self.rest)

    @property
    def _n_effects(self) -> int:
        return int((self.letters.possible.sum(axis=1) - 1).sum())

    def __repr__(self) -> str:
        parts = f"{len(self.rest.supports):,} parts beside it"
        return f"CurvedSum({len(self.curve.steps)} steps, {parts}, n={self.n}, q={self.q})"

    def said(self) -> str:
        """Return in words what it is."""
        parts = f" and {len(self.rest):,} coefficients beside it" if self.rest.supports else ""
        return f"a curve over a sum of {self._n_effects:,} effects of letters{parts}"

    def sums(self, codes: Any) -> Array:
        """Return the sum of effects, (N,), of sequences or codes (N, n)."""
        codes = as_codes(codes, self.alphabet, self.n)
        out = np.zeros(len(codes))
        for i in range(self.n):
            out += self.effects[i, codes[:, i]]
        return out

    def evaluate(self, codes: Any) -> Array:
        """Return f(x), (N,), for sequences or codes (N, n)."""
        codes = as_codes(codes, self.alphabet, self.n)
        return self.curve(self.sums(codes)) + self.rest.evaluate(codes)

    def waves(self, letters: Letters, below: float = 0.0, above: float = 0.0) -> Waves:
        """Return the curve as a series for sums of letters drawn from ``letters``.

        ``below``, ``above``: by so much sums can be smaller or larger than those.
        """
        p = letters.probabilities
        middle = float((p * self.effects).sum())
        low, high = (reach(sign * self.effects, p) for sign in (-1, 1))
        return self.curve.waves(middle - low - below, middle + high + above)

    def mean_of_curve(self, letters: Letters) -> float:
        """Return the mean of the curve over independent letters."""
        waves = self.waves(letters)
        mean = np.ones(len(waves.frequencies), np.complex128)
        for p, z in zip(letters.probabilities, self.effects, strict=True):
            mean *= p @ np.exp(1j * np.outer(z, waves.frequencies))
        return float((mean @ waves.amplitudes).real)

    @cached_property
    def constant(self) -> float:
        """The mean of f over its letters."""
        return self.mean_of_curve(self.letters) + self.rest.constant

    # -- how its variance splits -------------------------------------------------------------
    @cached_property
    def _energies(self) -> Energies:
        waves = self.waves(self.letters)
        return energies(self.curve, self.effects, self.rest, self.letters, waves)

    def energy_by_order(self) -> Array:
        """Return the mean square of each order; entry 0 is mean², the last is of all higher ones.

        At most ``curve_energy.ORDERS`` + 1 numbers; what curve and rest share is estimated.
        """
        return np.concatenate([[self.constant**2], self._energies.by_order])

    def variance_by_order(self) -> Array:
        """Return the share of the variance at orders 1, 2, …, the last with all higher ones."""
        energy = self._energies.by_order
        return energy / energy.sum() if energy.sum() > 0 else energy

    def sobol_first(self) -> Array:
        """Return the first-order Sobol index of every position, (n,)."""
        return self._energies.first / max(self._energies.by_order.sum(), 1e-300)

    def sobol_total(self) -> Array:
        """Return the total Sobol index of every position, (n,): all variance that i is part of."""
        return self._energies.total / max(self._energies.by_order.sum(), 1e-300)

    # -- files ----------------------------------------------------------------------------
    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write curve, effects, rest and provenance to one npz file, whole or not at all."""
        return _npz.write(path, FORMAT, *self.parts())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> CurvedSum:
        """Return what ``save`` wrote; everything is checked, nothing is executed.

        Raises ``ValueError`` for a truncated or foreign file.
        """
        return _npz.read(path, FORMAT, cls.of_parts, otherwise="is not a whole curved-sum file")

    def parts(self) -> tuple[dict[str, Any], _npz.Arrays]:
        """Return the header and the arrays that a file of it holds."""
        header, arrays = self.rest.parts()
        curve = self.curve
        arrays |= {
            "curve_effects": self.effects,
            "curve_steps": curve.steps,
            "curve_centres": curve.centres,
        }
        return header | {"curve": {"level": curve.level, "width": curve.width}}, arrays

    @classmethod
    def of_parts(cls, header: dict[str, Any], arrays: _npz.Arrays) -> CurvedSum:
        """Return the function of what ``parts`` returned, or say what does not fit."""
        level, width = (float(header["curve"][name]) for name in ("level", "width"))
        names = ("curve_effects", "curve_steps", "curve_centres")
        effects, steps, centres = (arrays[name].astype(np.float64) for name in names)
        others = {name: array for name, array in arrays.items() if name not in names}
        rest = Decomposition.of_parts(header, others)
        if effects.shape != (rest.n, rest.q) or steps.ndim != 1 or steps.shape != centres.shape:
            msg = f"effects {effects.shape} of a curve of {steps.shape} steps at {centres.shape}"
            raise ValueError(f"{msg}, for sequences of {rest.n} positions and {rest.q} letters")
        if not len(steps):
            raise ValueError("a curve without a step")
        if not (np.isfinite(level) and 0 < width < np.inf and (np.diff(centres) > 0).all()):
            raise ValueError(f"a curve of level {level} and width {width}, centres {centres}")
        return cls(Curve(level, steps, centres, width), effects, rest)


# What a sketch may be, and what is explained.
Function = Spectrum | Decomposition | CurvedSum


def reach(effects: Array, p: Array) -> float:
    """Return r: a sum of independent effects is more than r above its mean once in 1e12.

    ``effects``, ``p`` (n, q). Chernoff's bound, or the largest sum there is; positions whose
    letter is known change nothing of it.

    >>> bool(4 < reach(np.array([[1.0, -1.0]]).repeat(100, 0) / 10, np.full((100, 2), 0.5)) < 8)
    True
    """
    seen = p > 0
    above = np.where(seen, effects - (p * effects).sum(axis=1, keepdims=True), 0.0)
    most = float(above.max(axis=1).sum())
    largest = float(np.abs(above).max())
    if largest == 0 or most <= 0:
        return 0.0
    # log E exp(rate * sum) by position, the largest exponent taken out.
    best = most
    for rate in np.geomspace(1e-3, 1e3, 120) / largest:
        top = rate * above.max(axis=1)
        logs = top + np.log((p * np.exp(rate * above - top[:, None])).sum(axis=1))
        best = min(best, (float(logs.sum()) - np.log(_RARE)) / rate)
    return best
