"""Refusing at once what this machine's memory cannot hold."""

from __future__ import annotations

import math
import os


def count_all(q: int, n: int) -> float:
    """Return q^n as a float, infinity where a float cannot hold it."""
    try:
        return float(q) ** n
    except OverflowError:
        return math.inf


def check_memory(
    n_bytes: float, what: str, otherwise: str = "fix some positions, or use a sparse Spectrum"
) -> None:
    """Raise ``ValueError`` stating the memory that ``what`` needs when the machine has less.

    ``otherwise``: what would do.
    """
    try:
        have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no sysconf on Windows: let NumPy try
        have = 2**63
    if n_bytes > have:
        need = n_bytes / 2**30
        size = f"{need:,.1f}" if need < 1e6 else f"{need:.1e}"
        raise ValueError(
            f"{what} would need {size} GiB of memory and this machine has "
            f"{have / 2**30:,.1f} GiB; {otherwise}"
        )
