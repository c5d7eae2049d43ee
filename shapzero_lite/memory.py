"""Refusing at once what this machine's memory cannot hold."""

from __future__ import annotations

import os


def check_memory(n_bytes: float, what: str) -> None:
    """Raise ``ValueError`` stating the memory that ``what`` needs when the machine has less."""
    try:
        have = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # no sysconf on Windows: let NumPy try
        have = 2**63
    if n_bytes > have:
        msg = (
            f"{what} would need {n_bytes / 2**30:,.1f} GiB of memory and this machine has "
            f"{have / 2**30:,.1f} GiB; fix some positions, or use a sparse Spectrum"
        )
        raise ValueError(msg)
