"""Is this phenotype fit for a Gaussian test? Checks in plain words, and a remedy by ranks."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of, unmasked, whole

SKEWED = 1.5  # or five standard errors, sqrt(6 / n), of the sample skewness of Gaussian values
HEAVY = 6.0  # excess kurtosis: 60 Gaussian values never come near, the law of t with 3 often does


def rank_inverse_normal(y: ArrayLike, seed: int | None = 0) -> Array:
    """Return Gaussian quantiles in the order of y, shape (n,); ties are broken at random.

    The i-th smallest of n values becomes Phi^-1((i - 0.5) / n). If the values are exchangeable
    under the null, so are the ranks. Any distribution then has nearly the right shape; breaking
    ties costs power, much of it for a phenotype of two values. Only ``seed`` decides the ties; with
    None, equal values share the quantile of their mean rank.

    >>> rank_inverse_normal([10.0, -3.0, 1e6]).round(4)
    array([ 0.    , -0.9674,  0.9674])
    """
    from scipy.stats import norm, rankdata

    values = checked_values(y)
    if seed is None:
        rank = rankdata(values)
    else:
        tie = np.random.default_rng(seed_of(seed)).permutation(len(values))
        rank = np.empty(len(values))
        rank[np.lexsort((tie, values))] = np.arange(1, len(values) + 1)
    return norm.ppf((rank - 0.5) / len(values))


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
    except (TypeError, ValueError, OverflowError) as error:
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


def unit_of(y: Array) -> float:
    """Return the length of y (n,) less its mean: what standardising divides by.

    >>> unit_of(np.array([1e200, 3e200])) / 1e200
    1.4142135623730951
    """
    z = scaled(y)
    return float(np.ldexp(np.linalg.norm(z - z.mean()), np.frexp(np.abs(y).max())[1]))


def checked_phenotype(y: ArrayLike, count: int, n_motifs: int, known: int = 1) -> Array:
    """Return y (n,) if motifs can be selected for it beside ``known`` columns (constant, groups).

    Raises
    ------
    ValueError : missing values, too few sequences, a constant phenotype.
    """
    values = checked_values(y, count)
    if whole(n_motifs, "n_motifs", None) < 1:
        raise ValueError(f"ask for at least one motif, not {n_motifs}")
    if count < n_motifs + known + 2:
        beside = f" beside {known - 1} columns of groups and covariates" if known > 1 else ""
        raise ValueError(
            f"{count} sequences are too few for {n_motifs} motifs{beside}: at least "
            f"{n_motifs + known + 2} are needed, and tens for any power"
        )
    z = scaled(values)
    # A spread at the level of rounding of a large constant is a constant too.
    if np.ptp(z) <= 1e-12 * np.abs(z).max():
        raise ValueError(
            f"the phenotype is the same ({values[0]:g}) for all sequences: nothing to explain"
        )
    return values


def transformed(
    values: Array, transform: str | None, base: Array, seed: int, *, exchangeable: bool
) -> Array:
    """Return the phenotype (n,) that is tested, for values (n,) and known causes (n, d).

    "rank" takes what the known causes leave and gives it Gaussian quantiles; None keeps the
    values. Permutations need no ties broken: there, two values stay two, and ties share a rank.
    """
    two = len(np.unique(values)) == 2
    if transform is None or (exchangeable and two):
        if not exchangeable:
            _refuse_or_warn(values, two=two)
        return values
    if base.shape[1] > 1:
        z = scaled(values)
        values = z - base @ (base.T @ z)
    return rank_inverse_normal(values, None if exchangeable else seed)


def _refuse_or_warn(values: Array, *, two: bool) -> None:
    if two:
        raise ValueError(
            "the phenotype has only two values. The Gaussian test compares it with noise on a "
            "sphere; with yes-or-no data that goes wrong badly when one of them is rare (false "
            "alarms in nearly half of all data sets at the 5 % level). Leave out null='gaussian' "
            "(its permutations are exact), or use transform='rank', which gives up power"
        )
    z = scaled(values)
    z = (z - z.mean()) / z.std()
    skewness, excess = float((z**3).mean()), float((z**4).mean()) - 3
    if abs(skewness) > max(SKEWED, 5 * np.sqrt(6 / len(z))) or excess > HEAVY:
        warnings.warn(
            f"the phenotype is far from Gaussian (skewness {skewness:.1f}, excess kurtosis "
            f"{excess:.1f}): p-values would be too small; use transform='rank'",
            stacklevel=5,
        )
