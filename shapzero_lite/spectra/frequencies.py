"""Frequencies (s, n) with coefficients (s,): checked, repeated ones added up, k and -k as one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Complex
from shapzero_lite.letters import Codes


def checked(frequencies: Any, coefficients: Any, q: int) -> tuple[Codes, Complex]:
    """Return copies of both, every frequency once: in order where some are repeated, else as given.

    Raises ``TypeError``/``ValueError`` naming the row that is wrong.
    """
    k, F = np.asarray(frequencies), np.asarray(coefficients)
    if k.dtype.kind not in "iu" or F.dtype.kind not in "iufc":
        msg = f"whole frequencies and numeric coefficients are needed; got {k.dtype}, {F.dtype}"
        raise TypeError(msg)
    if k.ndim != 2 or k.shape[1] == 0 or F.shape != k.shape[:1]:
        msg = f"frequencies (s, n) and coefficients (s,) are needed; got {k.shape}, {F.shape}"
        raise ValueError(msg)
    bad = ((k < 0) | (k >= q)).any(axis=1)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise ValueError(
            f"frequency {row + 1} is {k[row].tolist()}; entries must lie in "
            f"0..{q - 1} for an alphabet of {q} letters"
        )
    if not np.isfinite(F).all():
        row = int(np.flatnonzero(~np.isfinite(F))[0])
        raise ValueError(f"coefficient {row + 1} is {F[row]}; every coefficient must be finite")
    return _once(np.array(k, np.uint8, order="C"), F.astype(np.complex128))


def distinct(k: Codes) -> tuple[Codes, NDArray[np.int64]]:
    """Return the distinct rows of k (s, n) in order, and the place of each row among them.

    As ``np.unique(axis=0)``, but each row is compared as one string of bytes, which is faster.

    >>> rows, place = distinct(np.array([[1, 2], [0, 3], [1, 2]], np.uint8))
    >>> rows.tolist(), place.tolist()
    ([[0, 3], [1, 2]], [1, 0, 1])
    """
    rows = np.ascontiguousarray(k, np.uint8).view(np.dtype((np.void, k.shape[1]))).ravel()
    _, first, place = np.unique(rows, return_index=True, return_inverse=True)
    return k[first], place


def sums_at(place: NDArray[np.int64], F: Complex) -> Complex:
    """Return the sum of the coefficients of every place."""
    return np.bincount(place, F.real) + 1j * np.bincount(place, F.imag)


def summed(k: Codes, F: Complex) -> tuple[Codes, Complex]:
    """Return the distinct frequencies in order, the coefficients of repeated ones added up."""
    unique, place = distinct(k)
    return unique, sums_at(place, F)


def half_spectrum(k: Codes, F: Complex, q: int) -> tuple[Codes, Complex]:
    """Return one of every pair k, -k, with coefficient F[k] + conj F[-k]: the same function.

    ``Re(F[k] w) + Re(F[-k] conj w) = Re((F[k] + conj F[-k]) w)``, so half of the terms do.
    """
    mirrored = (q - k) % q
    # The first position where k and -k differ decides which of the two is kept.
    differ = k != mirrored
    first = differ.argmax(axis=1)
    rows = np.arange(len(k))
    swap = differ.any(axis=1) & (k[rows, first] > mirrored[rows, first])
    kept, H = np.where(swap[:, None], mirrored, k), np.where(swap, F.conj(), F)
    return _once(kept, H)


def _once(k: Codes, F: Complex) -> tuple[Codes, Complex]:
    unique, place = distinct(k)
    return (unique, sums_at(place, F)) if len(unique) < len(k) else (k, F)


def largest_asymmetry(k: Codes, F: Complex, q: int) -> float:
    """Return the largest |F[k] - conj F[-k]| of distinct frequencies."""
    both = np.concatenate([k, (q - k) % q])
    return float(np.abs(summed(both, np.concatenate([F, -F.conj()]))[1]).max(initial=0))


def strongest_waves(k: Codes, F: Complex, q: int, energy: float) -> NDArray[np.bool_]:
    """Return which of distinct frequencies are the fewest that hold a share of sum |F|², (s,).

    k and -k are one wave of the function: half of a pair would halve its amplitude. The constant
    always stays and does not count.
    """
    constant = ~k.any(axis=1)
    power = np.abs(F) ** 2 * ~constant
    number = distinct(np.concatenate([k, (q - k) % q]))[1].reshape(2, -1)
    wave = number.min(axis=0)
    wave_power = np.bincount(wave, power)
    by_size = np.argsort(-wave_power, kind="stable")
    held = np.cumsum(wave_power[by_size])
    # A relative tolerance, so that energy=1.0 is met in floating point too.
    count = int(np.searchsorted(held, energy * held[-1] * (1 - 1e-15))) + 1 if len(held) else 0
    return np.asarray(np.isin(wave, by_size[:count]) | constant)
