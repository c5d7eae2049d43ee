r"""Finding frequencies in bins, and peeling them off: the decoder of q-SFT.

A bin that holds one frequency k with coefficient F (a single-ton) shows U_d = F omega**<d, k>
over its delays d. Delays of one block differ in one position, so each entry of k is the phase
of a ratio and no equation has to be inverted, whatever q is. What is found is subtracted
("peeled") from its bins of all patterns, which turns other bins into single-tons.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes
from shapzero_lite.sketching.qsft.subsampling import Pattern
from shapzero_lite.spectra.fourier import roots_of_unity
from shapzero_lite.spectra.frequencies import distinct, summed, sums_at

Complex = NDArray[np.complexfloating]

# Bins looked at together: bounds the working memory to a few tens of MB.
_BLOCK = 4096
# Rounds of peeling that may pass without the energy falling by this factor: where bins hold more
# than their single-ton, misread ones are put in and taken out again for ever.
_STALLED, _FALL = 3, 0.999


class Bins:
    """What is left in the bins of several patterns when a spectrum is taken away.

    ``values[c]`` are the answers (P, n + 1, q^b) to pattern c. They are real, so bin -j is the
    conjugate of bin j and only one of the two is looked at; k and -k are found together.
    """

    def __init__(self, patterns: list[Pattern], values: list[NDArray[np.floating]]) -> None:
        self.patterns = patterns
        self._found = [(np.zeros((0, patterns[0].n), np.uint8), np.zeros(0, np.complex128))]
        self.groups = [_Group(p, v) for p, v in zip(patterns, values, strict=True)]

    def replace_values(self, c: int, values: NDArray[np.floating]) -> None:
        """Put other answers in the place of those to pattern c."""
        self.groups[c] = _Group(self.patterns[c], values)
        self.groups[c].subtract(self.k, self.F)

    @property
    def k(self) -> Codes:
        """The frequencies found, (s, n), each once."""
        return self._summed()[0]

    @property
    def F(self) -> NDArray[np.complex128]:
        """Their coefficients, (s,)."""
        return self._summed()[1]

    def _summed(self) -> tuple[Codes, NDArray[np.complex128]]:
        if len(self._found) > 1:  # added up when asked for, not in every round of peeling
            k, F = (np.concatenate(part) for part in zip(*self._found, strict=True))
            self._found = [summed(k, F)]
        return self._found[0]

    @property
    def largest(self) -> float:
        """The largest mean square of a bin."""
        return max(float(g.energy.max()) for g in self.groups)

    def change(self, k: Codes, F: NDArray[np.complex128]) -> None:
        """Add coefficients to what was found and take them from all bins."""
        if not len(k):
            return
        for group in self.groups:
            group.subtract(k, F)
        self._found.append((k, F))

    def peel(self, threshold: float, tolerance: float, rounds: int = 30) -> int:
        """Peel single-tons until none is left; return how many frequencies were met.

        A bin is one when the frequency k read from it belongs there (M^T k = j), its coefficient
        has |F|² >= ``threshold``, and what else is in the bin is at most ``tolerance`` |F|².
        """
        met, least, waited = 0, np.inf, 0
        for _ in range(rounds):
            left = sum(float(g.energy.sum()) for g in self.groups)
            waited = 0 if left < _FALL * least else waited + 1
            if waited == _STALLED:
                break
            least = min(left, least)
            found = [g.single_tons(threshold, tolerance) for g in self.groups]
            k, F, weight = (np.concatenate(part) for part in zip(*found, strict=True))
            if not len(k):
                break
            # One frequency seen by several patterns: the mean, bins with little else in them
            # counting more.
            unique, place = distinct(k)
            F = sums_at(place, weight * F) / np.bincount(place, weight)
            self.change(*with_mirrored(unique, F, self.patterns[0].q))
            met += len(unique)
        return met

    def drop_small(self, threshold: float) -> None:
        """Give back to the bins what was found with |F|² below ``threshold``."""
        k, F = self._summed()
        small = np.abs(F) ** 2 < threshold
        self.change(k[small], -F[small])
        self._found = [(k[~small], F[~small])]

    def refit(self, steps: int = 30) -> None:
        """Least squares for the coefficients found, over all answers: conjugate gradients.

        Frequencies that never share a bin are already at the optimum; others correct each other.
        By Parseval a square over the q^b bins of a delay counts q^b times over its answers.
        """
        if not len(self.k):
            return
        phases, places, weights = [], [], [p.n_bins for p in self.patterns]
        for pattern in self.patterns:
            phases.append(pattern.phases(self.k).reshape(len(self.k), -1))
            bins, place = np.unique(pattern.bin_of(self.k), return_inverse=True)
            order = place.argsort(kind="stable")  # so that a bin's frequencies stand together
            places.append((bins, place, order, np.searchsorted(place[order], np.arange(len(bins)))))

        def normal(F: NDArray[np.complex128]) -> NDArray[np.complex128]:
            out = np.zeros_like(F)
            for ph, (_, place, order, first), weight in zip(phases, places, weights, strict=True):
                U = np.add.reduceat((F[:, None] * ph)[order], first)
                out += weight * np.einsum("sd,sd->s", U[place], ph.conj())
            return out

        right = np.zeros_like(self.F)
        for ph, (bins, place, *_), group, weight in zip(
            phases, places, self.groups, weights, strict=True
        ):
            left = group.U[bins].reshape(len(bins), -1)
            right += weight * np.einsum("sd,sd->s", left[place], ph.conj())
        change = np.zeros_like(self.F)
        residual, direction = right.copy(), right.copy()
        square = float(np.vdot(residual, residual).real)
        target = 1e-24 * square
        for _ in range(steps):
            if square <= target or square == 0:
                break
            forward = normal(direction)
            step = square / float(np.vdot(direction, forward).real)
            change += step * direction
            residual -= step * forward
            previous, square = square, float(np.vdot(residual, residual).real)
            direction = residual + square / previous * direction
        self.change(self.k, change)


class _Group:
    """The bins of one pattern, and what was read from each since it last changed."""

    def __init__(self, pattern: Pattern, values: NDArray[np.floating]) -> None:
        self.pattern = pattern
        self.U = pattern.bins(values)  # (q^b, P, n + 1)
        every = np.arange(pattern.n_bins)
        self.half = every <= pattern.mirrored_bins()
        self.energy = _mean_square(self.U)
        self.changed = self.half.copy()
        self.k = np.zeros((len(every), pattern.n), np.uint8)
        self.F = np.zeros(len(every), np.complex128)
        self.rest = np.full(len(every), np.inf)

    def subtract(self, k: Codes, F: NDArray[np.complex128]) -> None:
        for start in range(0, len(k), _BLOCK):
            part = slice(start, start + _BLOCK)
            bins = self.pattern.bin_of(k[part])
            terms = (F[part, None, None] * self.pattern.phases(k[part])).astype(self.U.dtype)
            np.subtract.at(self.U, bins, terms)
            self.energy[bins] = _mean_square(self.U[bins])
            self.changed[bins] = self.half[bins]

    def single_tons(
        self, threshold: float, tolerance: float
    ) -> tuple[Codes, NDArray[np.complex128], NDArray[np.float64]]:
        look = np.flatnonzero(self.changed & (self.energy >= threshold))
        for start in range(0, len(look), _BLOCK):
            self._read(look[start : start + _BLOCK])
        self.changed[look] = False
        power = np.abs(self.F) ** 2
        alone = self.half & ~self.changed & (power >= threshold) & (self.rest <= tolerance * power)
        single = np.flatnonzero(alone)
        # The floor keeps weights finite where a bin is a single-ton to the last digit.
        weight = 1 / (self.rest[single] + 1e-9 * power[single])
        return self.k[single], self.F[single], weight

    def _read(self, bins: NDArray[np.int64]) -> None:
        """Read k, F and the mean square of the rest from bins as if each were a single-ton."""
        pattern, V = self.pattern, self.U[bins]  # (a, P, n + 1)
        q = pattern.q
        # First against delay 0 of each block, then against the mean of all delays of the block
        # with the phases just read taken out: n + 1 answers instead of one as the reference.
        reference = V[:, :, 0]
        for last in (False, True):
            ratio = np.einsum("apr,ap->ar", V[:, :, 1:], reference.conj())
            turns = np.rint(np.angle(ratio) * (q / (2 * np.pi))).astype(np.int64)
            if not last:
                undo = roots_of_unity(q).conj().astype(V.dtype)[turns % q]
                reference = V[:, :, 0] + np.einsum("apr,ar->ap", V[:, :, 1:], undo)
        k = turns * (1 if pattern.step == 1 else -1) % q
        F = np.einsum("apr,apr->a", V, pattern.phases(k).conj()) / V[0].size
        here = pattern.bin_of(k) == bins
        self.k[bins] = k
        self.F[bins] = np.where(here, F, 0)
        self.rest[bins] = np.maximum(self.energy[bins] - np.abs(F) ** 2, 0)


def with_mirrored(
    k: Codes, F: NDArray[np.complex128], q: int
) -> tuple[Codes, NDArray[np.complex128]]:
    """Return k and -k with F and its conjugate, as a real function has them."""
    mirrored = (q - k) % q
    own = (mirrored == k).all(axis=1)
    F = np.where(own, F.real, F)
    # k and -k may both have been read (in two patterns): the mean of the two then.
    unique, place = distinct(np.concatenate([k, mirrored]))
    return unique, sums_at(place, np.concatenate([F, F.conj()])) / np.bincount(place)


def _mean_square(U: Complex) -> NDArray[np.float64]:
    flat = U.reshape(len(U), -1)
    square = np.einsum("ad,ad->a", flat.real, flat.real) + np.einsum(
        "ad,ad->a", flat.imag, flat.imag
    )
    return square.astype(np.float64) / flat.shape[1]
