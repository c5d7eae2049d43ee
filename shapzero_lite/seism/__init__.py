"""SEISM: select sequence motifs that go with a phenotype, and test them honestly.

Whoever searches thousands of motifs for the best one finds a good one in noise, too. The p-values
here compare the phenotype with replicates that would have led to the same motifs.

Idea: Villié, Veber, de Castro and Jacob, "Neural networks beyond explainability: Selective
inference for sequence motifs", Transactions on Machine Learning Research 2023, arXiv 2212.12542.
This is a reconstruction from the abstract and the theory, with choices of our own: the null that
conditions on (P_V y, ||y||), the sampler on great circles, the serial p-value. The authors' text
and code were not at hand; do not take our numbers for theirs.
"""

# ruff: noqa: PT028  (`test` is the verb of this module, no test of pytest's)
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._checks import same_rows, seed_of, whole
from shapzero_lite.letters import DNA, Alphabet, as_codes
from shapzero_lite.seism.adjustment import known_causes
from shapzero_lite.seism.conditional_null import Region, serial_p_value, walk
from shapzero_lite.seism.corrections import forward_stop, holm
from shapzero_lite.seism.effect_intervals import effects, known_noise
from shapzero_lite.seism.exchangeable_null import Exchangeable
from shapzero_lite.seism.gradient import Ascent
from shapzero_lite.seism.motifs import activations
from shapzero_lite.seism.phenotypes import checked_phenotype, rank_inverse_normal, transformed
from shapzero_lite.seism.relatives import warn_of_relatives
from shapzero_lite.seism.rivals import data_split_p_values, max_t_p_value, naive_p_values
from shapzero_lite.seism.selection import dictionary
from shapzero_lite.seism.simulation import planted
from shapzero_lite.seism.stepwise import Selection, bases, stepwise
from shapzero_lite.seism.truncated_line import line_p_value

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Region",
    "Selection",
    "activations",
    "data_split_p_values",
    "dictionary",
    "effects",
    "line_p_values",
    "max_t_p_value",
    "naive_p_values",
    "p_values",
    "planted",
    "rank_inverse_normal",
    "select",
    "test",
    "walk",
]

TRANSFORMS = (None, "rank")
NULLS = (None, "gaussian", "exchangeable")


def select(
    X: Any,
    y: ArrayLike,
    n_motifs: int = 2,
    k: int | Sequence[int] = 5,
    *,
    alphabet: Alphabet = DNA,
    transform: str | None = "rank",
    null: str | None = None,
    groups: Any = None,
    covariates: ArrayLike | None = None,
    seed: int = 0,
    refine: bool = False,
    fineness: int = 1,
    **options: Any,
) -> Selection:
    """Return the motifs that go best with a phenotype, one after another.

    Parameters
    ----------
    X : N sequences of one length: strings, or codes (N, L)
    y : phenotype (N,), real numbers in any unit
    n_motifs : how many motifs
    k : letters in a motif; of several lengths, as in (4, 5, 6), motifs compete
    transform : "rank" puts Gaussian quantiles in the place of y (of what groups and covariates
        leave of it), ties broken by ``seed``; None takes y as it is, for Gaussian noise only
    null : what noise is. "gaussian": independent, one variance. "exchangeable": phenotypes of one
        group may change places, whatever their law (and, for later motifs, of sequences in which
        earlier motifs are equally present). By default the second for groups and for a phenotype
        of two values, unless motifs are refined or there are covariates; else the first
    groups : labels (N,) of families, batches or windows that overlap; compared within groups only
    covariates : numbers (N,) or (N, c), whose linear effects are taken out before any motif
    refine : motifs are refined by gradient from the best k-mers, not only k-mers themselves
    fineness : mesh of refined motifs, 1 (one letter a column) or 2 (also pairs of letters)
    options : of :func:`dictionary`: both_strands, omega, least, resolved, score, ridge

    Returns
    -------
    Selection : ``.motifs`` (n_motifs, k, q), ``.consensus``, ``.cells``, ``.scores``. Of several
        lengths, k is the longest, and shorter motifs end in columns of zeros.

    Raises
    ------
    ValueError, TypeError : too few sequences, k too long, a phenotype that is constant or misses
        values, or whose rows have other labels than the sequences; the message says which and
        what would do.

    Warns
    -----
    UserWarning : sequences have copies or relatives (and there are no groups), or the phenotype
        as it is (``transform=None``) is far from Gaussian.

    Examples
    --------
    >>> sequences, y = planted(100, seed=1)
    >>> chosen = select(sequences, y, n_motifs=1)
    >>> chosen.consensus, chosen.motifs.shape, chosen.scores.round(4)
    (('TACGA',), (1, 5, 4), array([0.4021]))
    """
    codes = as_codes(X, alphabet)
    same_rows(X, y, "phenotype")
    seed = seed_of(seed)
    if transform not in TRANSFORMS:
        raise ValueError(f"transform is None or 'rank', not {transform!r}")
    if not isinstance(refine, bool | np.bool_):
        raise TypeError(f"refine is True or False, not {refine!r}")
    if isinstance(fineness, bool) or fineness not in (1, 2):
        raise ValueError(f"the mesh has fineness 1 or 2, not {fineness!r}")
    if fineness != 1 and not refine:
        raise ValueError(
            f"fineness={fineness} is of the mesh of refined motifs: say refine=True as well"
        )
    if null not in NULLS:
        raise ValueError(f"null is 'gaussian', 'exchangeable' or None, not {null!r}")
    if null == "exchangeable" and (refine or covariates is not None):
        raise ValueError(
            "null='exchangeable' permutes k-mers' phenotypes: not with refine=True or covariates; "
            "use null='gaussian', or groups of equal covariates"
        )
    numbers, base = known_causes(X, len(codes), groups, covariates)
    values = checked_phenotype(y, len(codes), n_motifs, base.shape[1])
    if null is None:
        two = len(np.unique(values)) == 2
        permuted = (two or groups is not None) and not refine and covariates is None
    else:
        permuted = null == "exchangeable"
    values = transformed(values, transform, base, seed, exchangeable=permuted)
    blocks = None
    if permuted:
        blocks = np.zeros(len(codes), np.int64) if numbers is None else numbers
    if groups is None:
        warn_of_relatives(codes)
    candidates = dictionary(codes, k, alphabet, **options)
    if refine and (np.size(k) > 1 or len(candidates.strands) > 1):
        raise ValueError("motifs are refined at one k and on one strand: leave out refine=True")
    if n_motifs > len(candidates.cells):
        raise ValueError(
            f"only {len(candidates.cells)} cells are left in the mesh, fewer than the "
            f"{n_motifs} motifs asked for"
        )
    ascent = Ascent(candidates) if refine else None
    chosen = stepwise(
        candidates, values, n_motifs, ascent=ascent, fineness=fineness, base=base, blocks=blocks
    )
    return replace(chosen, transform=transform)


def p_values(
    selection: Selection, n_states: int = 1000, seed: int = 0, statistic: str | None = None
) -> NDArray[np.float64]:
    """Return an honest p-value (m,) for every selected motif.

    Motif j is tested beside the j - 1 before it, under the selected-model null: y is Gaussian with
    a mean made of a constant (groups, covariates) and those, see
    :mod:`shapzero_lite.seism.conditional_null`; or y is exchangeable where those are equally
    present, see :mod:`shapzero_lite.seism.exchangeable_null`. Another motif that drives y and was
    not selected before is no part of either null, and can make p-values small. The smallest
    possible value is 1 / (n_states + 1). Shifting y or multiplying it by a positive number changes
    nothing.

    Parameters
    ----------
    n_states : replicates; more give a finer p-value and more power. Valid for any number.
    statistic : "best" (atom of the mesh cell, the default) or "centre" (of the cell, the default
        and the only one for refined motifs). The same thing where every cell is one k-mer.

    Examples
    --------
    >>> sequences, y = planted(100, seed=1)
    >>> bool(p_values(select(sequences, y, n_motifs=1))[0] < 0.01)
    True
    """
    n_states, seed = whole(n_states, "n_states"), seed_of(seed)
    kind = Region if selection.blocks is None else Exchangeable
    return np.array([
        serial_p_value(kind(selection, j, statistic), n_states, np.random.default_rng([seed, j]))
        for j in range(len(selection))
    ])  # fmt: skip


def line_p_values(selection: Selection, noise: float | None = None) -> NDArray[np.float64]:
    """Return p-values (m,) by the truncated t law: same null, no random numbers, less power.

    The statistic is "centre", and motifs are not refined.

    Parameters
    ----------
    noise : known standard deviation of y around its mean, as from replicates, in the unit of y.
        Then by the truncated normal law, and another null, s(z_j, mean of y) = 0: beside the motifs
        before it, motif j goes with nothing in the mean, whatever else may move y.

    >>> line_p_values(select(*planted(100, seed=1), n_motifs=1)).round(4)
    array([0.])
    >>> sequences, y = planted(60, 0.0, k=4, seed=1)
    >>> line_p_values(select(sequences, y, 1, 4, transform=None), noise=1.0).round(4)
    array([0.9458])
    """
    known = None if noise is None else known_noise(selection, noise)
    regions = [Region(selection, j, "centre") for j in range(len(selection))]
    return np.array([line_p_value(region, known) for region in regions])


def test(
    sequences: Any,
    y: ArrayLike,
    n_motifs: int = 2,
    k: int | Sequence[int] = 5,
    seed: int = 0,
    *,
    n_states: int = 1000,
    statistic: str | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Return a table of motifs that go with a phenotype, with honest p-values; a row a motif.

    Columns: ``motif`` (consensus), ``p_value``, ``p_holm`` (the same, corrected for testing
    ``n_motifs`` motifs), ``fdr`` (keep the motifs up to the last at which it is at most 0.1, and at
    most a tenth of those are false, on average: ForwardStop), ``score`` (share of the variance that
    the motifs before it left), ``effect`` (sign: does the phenotype rise or fall with the motif;
    :func:`effects` says how much), ``sequences`` (how many contain it), ``naive_p_value`` (a t-test
    that forgets the selection: for comparison only, it is far too small).

    Parameters and errors are those of :func:`select` and :func:`p_values`.

    >>> table = test(*planted(100, seed=1))
    >>> list(table["motif"]), bool(table.loc[1, "p_value"] < 0.01)
    (['TACGA', 'ACATC'], True)
    """
    import pandas as pd

    chosen = select(sequences, y, n_motifs, k, seed=seed, **options)
    p = p_values(chosen, n_states, seed, statistic)
    words = chosen.centres if chosen.refined else chosen.motifs
    known = bases(chosen.activations, chosen.base)
    left = [b @ (b.T @ chosen.y) for b in known]  # what constants and earlier motifs explain
    slopes = [phi @ (chosen.y - a) for phi, a in zip(chosen.activations, left, strict=False)]
    return pd.DataFrame(
        {
            "motif": chosen.consensus,
            "p_value": p,
            "p_holm": holm(p),
            "fdr": forward_stop(p),
            "score": chosen.scores,
            "effect": ["rises" if slope > 0 else "falls" for slope in slopes],
            "sequences": [chosen.candidates.holding(word) for word in words],
            "naive_p_value": naive_p_values(chosen),
        },
        index=pd.RangeIndex(1, len(chosen) + 1, name="step"),
    )


# pytest would take it for a test; the type of a function does not know the attribute
test.__test__ = False  # type: ignore[attr-defined]
