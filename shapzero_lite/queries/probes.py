"""Telling one model from another, and whether it answers the same twice.

Sixteen fixed sequences are asked twice. The differences between the two rounds tell the noise of a
model that is not deterministic; the answers, kept, tell one model from another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Alphabet, Codes

PROBES = 16
# Evaluations that one measurement of the noise costs.
PROBE_COST = 2 * PROBES
_SEED = 20_16
# Two variances from 16 differences each differ by more than this once in 10^6 (F distribution with
# 16 and 16 degrees of freedom).
_RATIO = 16.0
# Standard deviations by which an extreme answer of very many may differ, asked again.
_OF_EXTREMES = 12.0
# The last bits of answers change with the device and the number of rows in a batch: this many
# units in the last place of the largest answer count as no difference.
_LAST_PLACES = 256


@dataclass(frozen=True, eq=False)
class Probe:
    """The answers (2, 16) of a model to the probe sequences, two rounds of them."""

    answers: NDArray[np.float64]

    @property
    def noise(self) -> float:
        """Standard deviation of one answer about the model's mean; 0.0 for a deterministic one.

        σ = √(mean of (a − b)² / 2) over the 16 pairs of answers a, b to the same sequence;
        differences in the last bits of the numbers count as none.

        >>> round(Probe(np.array([[1.0] * 16, [1.2, 0.8] * 8])).noise, 3)
        0.141
        """
        first, second = self.answers
        sigma = np.sqrt(np.mean((first - second) ** 2) / 2)
        return float(sigma) if sigma > self.rounding else 0.0

    @property
    def rounding(self) -> float:
        """What counts as rounding: 256 units in the last place of the largest answer."""
        with np.errstate(over="ignore"):
            single = (self.answers == self.answers.astype(np.float32)).all()
        unit = np.finfo(np.float32 if single else np.float64).epsneg
        return float(_LAST_PLACES * unit * np.abs(self.answers).max())

    def why_not(self, other: Probe) -> str | None:
        """Return why ``other`` cannot be this model asked again; None when it can be.

        Mean answers may differ by 4 σ (root mean square over the 16 sequences) with σ the noise
        measured in ``self``, and the two noises by a factor of 4 each way: the same model goes
        beyond either about once in a million. Two models that agree on the 16 sequences within
        that cannot be told apart.
        """
        rounding = max(self.rounding, other.rounding)
        apart = self.answers.mean(axis=0) - other.answers.mean(axis=0)
        rms = float(np.sqrt(np.mean(apart**2)))
        allowed = max(np.sqrt(_RATIO) * self.noise, rounding)
        if rms > allowed:
            return (
                f"its answers to the 16 probe sequences differ by {rms:.3g} (root mean square), "
                f"and {allowed:.3g} is what noise and rounding allow"
            )
        low, high = sorted((self.noise, other.noise))
        if high > rounding and high > np.sqrt(_RATIO) * low:
            return (
                f"asked twice, it varies by {other.noise:.3g} where the earlier one varied by "
                f"{self.noise:.3g} (is dropout on?)"
            )
        return None

    def why_not_kept(self, kept: NDArray[np.float64], noise: float) -> str | None:
        """Return why these answers (rounds, rows) cannot be those kept (rows,); None: they can.

        The kept ones were chosen as the largest and smallest of many, so noise has moved them by up
        to about five standard deviations already: twelve are allowed, of the noise of the probes
        or of these answers.
        """
        if len(self.answers) > 1:
            noise = max(noise, self.noise)
        rounding = Probe(np.vstack([self.answers, kept])).rounding
        apart = float(np.abs(self.answers.mean(axis=0) - kept).max())
        if apart <= max(_OF_EXTREMES * noise, rounding):
            return None
        return (
            f"an answer to a sequence whose answer is kept differs by {apart:.3g}, and "
            f"{max(_OF_EXTREMES * noise, rounding):.3g} is what noise and rounding allow"
        )


def probe_codes(alphabet: Alphabet, n: int) -> Codes:
    """Return the probe sequences (16, n), the same ones for ever.

    >>> from shapzero_lite import DNA
    >>> probe_codes(DNA, 5).shape
    (16, 5)
    """
    return alphabet.random(PROBES, n, _SEED)
