"""What is known of a phenotype before any motif: groups of sequences, and covariates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import same_rows, unmasked
from shapzero_lite.seism.selection import constant_basis, with_direction


def group_numbers(groups: Any, n: int) -> NDArray[np.int64]:
    """Return the number (n,) of each sequence's group, from labels (n,) of any kind.

    Raises
    ------
    ValueError : another count or shape of labels, a missing one, or no group of two sequences.

    Examples
    --------
    >>> group_numbers(["b", "a", "b"], 3)
    array([1, 0, 1])
    """
    given = np.asarray(unmasked(groups, "groups"))
    if given.shape != (n,):
        raise ValueError(f"groups has one label for each of {n} sequences, not shape {given.shape}")
    names = [str(label) for label in given.tolist()]
    missing = [i for i, name in enumerate(names) if name in {"None", "nan", "<NA>", "NaT"}]
    if missing:
        raise ValueError(
            f"the group of sequence {missing[0] + 1} is missing: give it a group of its own"
        )
    number = np.unique(names, return_inverse=True)[1].reshape(-1)
    if number.max() + 1 == n:
        raise ValueError("every sequence is a group of its own: nothing can be compared in a group")
    return number.astype(np.int64)


def base_of(n: int, groups: NDArray[np.int64] | None, covariates: ArrayLike | None) -> Array:
    """Return an orthonormal basis (n, d) of the constants, the groups' means and the covariates.

    Raises
    ------
    ValueError, TypeError : covariates that are not n rows of finite numbers.

    Examples
    --------
    >>> base_of(4, np.array([0, 0, 1, 1]), [1.0, 2, 3, 4]).shape
    (4, 3)
    """
    base = constant_basis(n)
    if groups is not None:
        for g in range(groups.max()):  # the last follows from the others and the constant
            base = with_direction(base, (groups == g).astype(float))
    if covariates is None:
        return base
    given = np.asarray(unmasked(covariates, "covariates"))
    if given.dtype.kind in "cmM":
        raise TypeError(f"covariates are real numbers, not {given.dtype}")
    try:
        table = given.astype(float)
    except (TypeError, ValueError, OverflowError) as error:
        raise TypeError(f"covariates are numbers (labels go into groups=): {error}") from None
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != n:
        raise ValueError(f"covariates have a row for each of {n} sequences, not {table.shape}")
    bad = np.argwhere(~np.isfinite(table))
    if len(bad):
        raise ValueError(f"covariate {bad[0][1] + 1} of sequence {bad[0][0] + 1} is missing")
    for column in table.T:
        spread = column - column.mean()
        size = np.abs(spread).max()
        base = with_direction(base, spread / size) if size > 0 else base
    return base


def known_causes(
    X: Any, n: int, groups: Any, covariates: Any
) -> tuple[NDArray[np.int64] | None, Array]:
    """Return the groups' numbers (n,), or None, and the basis of all that is taken out first.

    >>> known_causes(["A", "C", "A"], 3, None, None)[1].shape
    (3, 1)
    """
    for values, what in ((groups, "groups"), (covariates, "covariates")):
        same_rows(X, values, what)
    numbers = None if groups is None else group_numbers(groups, n)
    return numbers, base_of(n, numbers, covariates)
