r"""The q-ary Fourier transform of a table of values.

A function of n letters out of q is a table of shape (q,)*n. With :math:`\omega = e^{2\pi i/q}`,

.. math:: f(x) = \sum_k F[k]\, \omega^{\langle k, x\rangle}, \qquad
          F[k] = q^{-n} \sum_x f(x)\, \omega^{-\langle k, x\rangle}.

Sources: Erginbas, Kang, Aghazadeh & Ramchandran 2023 (arXiv 2301.06200), which defines this pair;
Terras, Fourier Analysis on Finite Groups and Applications (1999) for the theory.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._memory import check_memory


def fourier_transform(values: ArrayLike) -> NDArray[np.complex128]:
    """Return the Fourier coefficients F, shape (q,)*n complex, of a table of the same shape.

    ``F[k] = q**-n * sum_x f(x) * omega**-<k, x>``, so F[0, …, 0] is the mean of the table.
    Cost n q^n log q, memory about 48 bytes a value. Raises ``ValueError`` for a table that is
    not (q,)*n, holds NaN or infinity, or needs more memory than the machine has.

    >>> F = fourier_transform([[1.0, 2.0], [3.0, 6.0]])
    >>> F.real.tolist()
    [[3.0, -1.0], [-1.5, 0.5]]
    """
    table = checked_table(values, bytes_each=48)
    return np.fft.fftn(table, norm="forward")


def inverse_fourier_transform(coefficients: ArrayLike) -> NDArray[np.complex128]:
    """Return the table f, shape (q,)*n complex, whose Fourier coefficients are given.

    ``f(x) = sum_k F[k] * omega**<k, x>``; of a real table's coefficients the imaginary part
    is rounding. Raises ``ValueError`` as ``fourier_transform`` does.

    >>> inverse_fourier_transform([[3.0, -1.0], [-1.5, 0.5]]).real.tolist()
    [[1.0, 2.0], [3.0, 6.0]]
    """
    table = checked_table(coefficients, bytes_each=48)
    return np.fft.ifftn(table, norm="forward")


@cache
def roots_of_unity(q: int) -> NDArray[np.complex128]:
    """Return omega**0, …, omega**(q-1), (q,) read-only, with omega = exp(2 pi i / q).

    >>> roots_of_unity(4).round(4).tolist()
    [(1+0j), 1j, (-1+0j), (-0-1j)]
    """
    table = np.exp(2j * np.pi * np.arange(q) / q)
    table.flags.writeable = False  # one array for all callers
    return table


def checked_table(values: ArrayLike, bytes_each: int) -> NDArray[np.generic]:
    """Return ``values`` as an array of numbers of shape (q,)*n, or say what is wrong with it."""
    table = np.asarray(values)
    if table.dtype.kind not in "biufc":
        raise TypeError(f"a table of numbers is needed, not an array of {table.dtype}")
    if table.ndim == 0 or len(set(table.shape)) != 1 or not 2 <= table.shape[0] <= 64:
        raise ValueError(
            "a table has shape (q,)*n, one axis a position and q = 2 to 64 letters on each; "
            f"got shape {table.shape} (a flat list of q**n values: .reshape((q,)*n) first)"
        )
    # Python's own product: NumPy's size would overflow for a table that can never exist.
    cells = float(table.shape[0]) ** table.ndim
    check_memory(bytes_each * cells, f"the transform of {table.shape[0]}^{table.ndim} values")
    finite = np.isfinite(table)
    if not finite.all():
        where = tuple(int(i) for i in np.argwhere(~finite)[0])
        msg = f"the table holds {table[where]} at index {where}; every value must be finite"
        raise ValueError(msg)
    return table
