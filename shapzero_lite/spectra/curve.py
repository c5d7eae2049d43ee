r"""A smooth curve over a number, and the same curve as a series of waves.

The curve is a level and logistic steps of one width,

.. math:: g(s) = g_0 + \sum_k \frac{c_k}{1 + e^{-(s - u_k) / h}},

flat beyond the outermost steps. On an interval it is a cosine series, whose terms fall as
:math:`e^{-\pi h \omega}`: some hundred of them are the curve up to rounding. Waves are what
products are made of, :math:`e^{i\omega \sum_j z_j} = \prod_j e^{i\omega z_j}`, and so a mean of the
curve over independent letters is a sum of products (module ``curved_sum``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shapzero_lite._arrays import Array, Complex
from shapzero_lite._memory import check_memory

# Widths beyond the outermost step at which the curve is flat, up to 2e-9 of the step.
_FLAT = 20.0
# Waves are left out while all of them together are below this share of all steps.
_LEFT_OUT = 1e-10
# Points at which curve and series are compared; numbers at once.
_POINTS, _NUMBERS = 1024, 2**20
# Memory that the transform needs for each of its points, whose number is then rounded up.
_BYTES_A_POINT = 64.0


@dataclass(frozen=True, eq=False)
class Waves:
    """The series Re sum of a exp(i w s): frequencies w and amplitudes a (M,), and how far off.

    ``error``: the largest difference from the curve, measured where the series stands for it.
    """

    frequencies: Array
    amplitudes: Complex
    error: float

    def __call__(self, s: Array) -> Array:
        """Return the series at s (N,)."""
        out = np.empty(len(s))
        step = max(1, _NUMBERS // len(self.frequencies))
        for at in range(0, len(s), step):
            turned = np.exp(1j * np.outer(s[at : at + step], self.frequencies))
            out[at : at + step] = (turned @ self.amplitudes).real
        return out


@dataclass(frozen=True, eq=False)
class Curve:
    """A level and logistic steps (K,) of one ``width`` at ``centres`` (K,), which increase.

    >>> g = Curve(1.0, np.array([2.0]), np.array([0.0]), 0.5)
    >>> g(np.array([-50.0, 0.0, 50.0])).tolist()
    [1.0, 2.0, 3.0]
    """

    level: float
    steps: Array
    centres: Array
    width: float

    @property
    def span(self) -> float:
        """The sum of the sizes of all steps: the curve is within so much of its level."""
        return float(np.abs(self.steps).sum())

    def __call__(self, s: Array) -> Array:
        """Return g(s), (N,)."""
        out = np.empty(len(s))
        step = max(1, _NUMBERS // len(self.centres))
        for at in range(0, len(s), step):
            out[at : at + step] = logistic(s[at : at + step], self.centres, self.width) @ self.steps
        return self.level + out

    def waves(self, low: float, high: float) -> Waves:
        """Return the series that is the curve from ``low`` to ``high``, its error measured.

        Its number of terms is about twice the length of the interval in widths of a step. Raises
        ``ValueError`` where that is more than this machine's memory holds.

        >>> g = Curve(1.0, np.array([2.0]), np.array([0.0]), 0.5)
        >>> waves = g.waves(-20, 20)
        >>> len(waves.frequencies), waves.error < 1e-8
        (184, True)
        """
        low = min(low, float(self.centres[0]) - _FLAT * self.width)
        high = max(high, float(self.centres[-1]) + _FLAT * self.width)
        length = high - low
        points = 6 * length / self.width
        check_memory(
            _BYTES_A_POINT * points,
            f"the series of a curve with steps {self.width:g} wide over a length of {length:g}",
            "give it wider steps",
        )
        J = 2 ** int(np.ceil(np.log2(points)))
        # The cosine transform: of the samples and their mirror image, a real FFT.
        values = self(low + length * (np.arange(J) + 0.5) / J) - self.level
        turned = np.fft.rfft(np.concatenate([values, values[::-1]]))[:J]
        cosines = (turned * np.exp(-0.5j * np.pi * np.arange(J) / J)).real / J
        cosines[0] = cosines[0] / 2 + self.level
        beyond = np.cumsum(np.abs(cosines[::-1]))[::-1]  # of this term and all later ones
        M = max(1, int(np.count_nonzero(beyond > _LEFT_OUT * self.span)))
        frequencies: Array = np.pi * np.arange(M, dtype=np.float64) / length
        amplitudes = cosines[:M] * np.exp(-1j * frequencies * low)
        found = Waves(frequencies, amplitudes, 0.0)
        s = np.concatenate(
            [
                np.linspace(low, high, _POINTS),
                np.linspace(self.centres[0] - self.width, self.centres[-1] + self.width, _POINTS),
            ]
        )
        error = float(np.abs(found(s) - self(s)).max())
        return Waves(frequencies, amplitudes, error)


def logistic(s: Array, centres: Array, width: float) -> Array:
    """Return every step at s, (N, K), each from 0 to 1."""
    # tanh does not overflow where exp would.
    return np.asarray((1 + np.tanh((s[:, None] - centres) / (2 * width))) / 2)
