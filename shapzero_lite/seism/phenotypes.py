"""Is this phenotype fit for a Gaussian test? Checks in plain words, and a remedy by ranks."""

from __future__ import annotations

import warnings
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of, unmasked, whole

SKEWED = 1.5  # or five standard errors, sqrt(6 / n), of the sample skewness of Gaussian values
HEAVY = 6.0  # excess kurtosis: 60 Gaussian values never come near, the law of t with 3 often does


def rank_inverse_normal(y: ArrayLike, seed: int = 0) -> Array:
    """Return Gaussian quantiles in the order of y, shape (n,); ties are broken at random.

    The i-th smallest of n values becomes Phi^-1((i - 0.5) / n). If the values are exchangeable
    under the null, so are the ranks. Any distribution then has nearly the right shape; breaking
    ties costs power, much of it for a phenotype of two values. Only ``seed`` decides the ties.

    >>> rank_inverse_normal([10.0, -3.0, 1e6]).round(4)
    array([ 0.    , -0.9674,  0.9674])
    """
    values = checked_values(y)
    tie = np.random.default_rng(seed_of(seed)).permutation(len(values))
    order = np.lexsort((tie, values))
    quantile = NormalDist().inv_cdf
    result = np.empty(len(values))
    result[order] = [quantile((i + 0.5) / len(values)) for i in range(len(values))]
    return result


def checked_values(y: ArrayLike, count: int | None = None) -> Array:
    """Return y as an array (n,) of finite numbers, one for each of ``count`` sequences.

    Raises ``ValueError`` or ``TypeError`` that names the first value that is missing.

    >>> checked_values([1.0, float("nan")])
    Traceback (most recent call last):
    ...
    ValueError: the phenotype of sequence 2 is missing (nan): drop such sequences first
    """
    given = np.asarray(unmasked(y, "the phenotype"))
    if given.dtype.kind in "cmM":
        raise TypeError(
            f"a phenotype is one real number for each sequence, not {given.dtype} (of complex "
            "values take the real part, the size or the angle)"
        )
    try:
        values = given.astype(float)
    except (TypeError, ValueError) as error:
        raise TypeError(f"a phenotype is one number for each sequence: {error}") from None
    if values.ndim != 1:
        raise ValueError(
            f"a phenotype has one number for each sequence, shape (n,), not {values.shape}"
        )
    if count is not None and len(values) != count:
        raise ValueError(f"there are {count} sequences, but {len(values)} values of the phenotype")
    bad = np.flatnonzero(~np.isfinite(values))
    if len(bad):
        others = f", and {len(bad) - 1} more" if len(bad) > 1 else ""
        raise ValueError(
            f"the phenotype of sequence {bad[0] + 1} is missing ({values[bad[0]]}){others}: "
            "drop such sequences first"
        )
    return values


def scaled(y: Array) -> Array:
    """Return y (n,) times the power of two that brings its largest number to 0.5..1: exactly.

    No score depends on the unit of y, and squares of 1e200 and of 1e-200 are lost.

    >>> scaled(np.array([3e200, -4e200])).round(4)
    array([ 0.4899, -0.6532])
    """
    return np.ldexp(y, -np.frexp(np.abs(y).max())[1])


def fit_for_test(y: ArrayLike, count: int, n_motifs: int) -> Array:
    """Return y (n,) if the Gaussian test may be applied to it; warn when it is far from Gaussian.

    Raises
    ------
    ValueError : missing values, fewer than n_motifs + 3 sequences, a constant phenotype, or one
        with two values such as 0 and 1.
    """
    values = checked_values(y, count)
    if whole(n_motifs, "n_motifs", None) < 1:
        raise ValueError(f"ask for at least one motif, not {n_motifs}")
    if count < n_motifs + 3:
        raise ValueError(
            f"{count} sequences are too few for {n_motifs} motifs: at least "
            f"{n_motifs + 3} are needed, and tens for any power"
        )
    z = scaled(values)
    # A spread at the level of rounding of a large constant is a constant too.
    if np.ptp(z) <= 1e-12 * np.abs(z).max():
        raise ValueError(
            f"the phenotype is the same ({values[0]:g}) for all sequences: nothing to explain"
        )
    if len(np.unique(values)) == 2:
        raise ValueError(
            "the phenotype has only two values. The test compares it with Gaussian noise on a "
            "sphere; with yes-or-no data that goes wrong badly when one of them is rare (false "
            "alarms in nearly half of all data sets at the 5 % level). Use "
            "transform='rank', which is safe but gives up power, or a measured quantity"
        )
    z = (z - z.mean()) / z.std()
    skewness, excess = float((z**3).mean()), float((z**4).mean()) - 3
    if abs(skewness) > max(SKEWED, 5 * np.sqrt(6 / count)) or excess > HEAVY:
        warnings.warn(
            f"the phenotype is far from Gaussian (skewness {skewness:.1f}, excess kurtosis "
            f"{excess:.1f}): p-values would be too small; use transform='rank'",
            stacklevel=4,
        )
    return values
