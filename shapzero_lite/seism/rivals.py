"""What SEISM is compared with: a naive t-test, a data split, a permutation test of the maximum."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of, whole
from shapzero_lite.letters import DNA, Alphabet, Codes, as_codes
from shapzero_lite.seism.motifs import activations
from shapzero_lite.seism.phenotypes import checked_phenotype, scaled
from shapzero_lite.seism.selection import Dictionary, best_atoms, constant_basis, dictionary
from shapzero_lite.seism.stepwise import Selection, bases, standardised, stepwise


def partial_t_p_value(phi: Array, earlier: Array, y: Array) -> float:
    """Return the two-sided p-value of activation phi (n,) beside earlier ones (j, n).

    t = r sqrt(f / (1 - r^2)) with r the partial correlation and f = n - j - 2 degrees of freedom.
    Correct for motifs that were fixed before y was seen.

    Raises
    ------
    ValueError : phi adds nothing to the earlier activations.

    Examples
    --------
    >>> partial_t_p_value(np.arange(5.0), np.empty((0, 5)), np.array([0, 1, 1, 3, 2.0])).round(4)
    np.float64(0.0805)
    """
    from scipy.stats import t as student

    phis = np.vstack([earlier, phi])
    known, whole = bases(phis)[-2:]
    if whole.shape == known.shape:
        raise ValueError("the activation adds nothing to the constants and the earlier motifs")
    y = scaled(np.asarray(y, float))
    left = y - known @ (known.T @ y)
    r = float(whole[:, -1] @ left / np.linalg.norm(left))
    freedom = len(y) - whole.shape[1]
    t = abs(r) * np.sqrt(freedom / max(1 - r**2, np.finfo(float).tiny))
    return 2 * student.sf(t, freedom)


def naive_p_values(selection: Selection) -> Array:
    """Return t-test p-values (m,) that forget that the motifs were selected: WRONG, far too small.

    >>> candidates = dictionary(DNA.random(60, 30, seed=0), k=4)
    >>> noise = np.random.default_rng(0).normal(size=60)
    >>> bool(naive_p_values(stepwise(candidates, noise, 1))[0] < 0.05)
    True
    """
    phis, y = selection.activations, standardised(selection.y)
    known = [np.vstack([selection.base.T[1:], phis[:j]]) for j in range(len(phis))]
    return np.array([partial_t_p_value(*pair, y) for pair in zip(phis, known, strict=True)])


def data_split_p_values(
    codes: Codes,
    y: Array,
    n_motifs: int = 1,
    k: int = 5,
    seed: int = 0,
    alphabet: Alphabet = DNA,
) -> tuple[tuple[str, ...], Array]:
    """Return motifs selected on a random half of the sequences, and their p-values on the other.

    Exact, and easy; but half of the data selects, and half of the data tests. A motif that the
    second half shows in all sequences alike has p-value 1.

    >>> y = np.random.default_rng(0).normal(size=60)
    >>> names, p = data_split_p_values(DNA.random(60, 30, seed=0), y, k=4)
    >>> names, p.round(4)
    (('CCTT',), array([0.7131]))
    """
    codes = as_codes(codes, alphabet)
    y = checked_phenotype(y, len(codes), n_motifs)
    order = np.random.default_rng(seed_of(seed)).permutation(len(y))
    first, second = order[: len(y) // 2], order[len(y) // 2 :]
    chosen = stepwise(dictionary(codes[first], k, alphabet), y[first], n_motifs)
    there = activations(codes[second], chosen.centres, chosen.candidates.omega)
    p = np.ones(n_motifs)
    for j in range(n_motifs):
        known, whole = bases(there[: j + 1])[-2:]
        if whole.shape != known.shape:
            p[j] = partial_t_p_value(there[j], there[:j], y[second])
    return chosen.cells, p


def max_t_p_value(
    candidates: Dictionary, y: Array, permutations: int = 999, seed: int = 0
) -> float:
    """Return the p-value of the best atom's score among those of permuted phenotypes.

    p = (1 + #{max score of a permutation >= observed}) / (permutations + 1). Exact for
    exchangeable phenotypes, any distribution; but for the first motif only, and for the statement
    "no motif at all has an effect", not for a statement about the motif that was selected.

    >>> candidates = dictionary(DNA.random(60, 30, seed=0), k=4)
    >>> max_t_p_value(candidates, np.random.default_rng(0).normal(size=60))
    0.77
    """
    permutations = whole(permutations, "permutations")
    rng, y = (
        np.random.default_rng(seed_of(seed)),
        standardised(checked_phenotype(y, candidates.n, 1)),
    )
    roots, residual = best_atoms(candidates, y, constant_basis(len(y)))
    directions = residual * candidates.weights(residual)[:, None]
    permuted = rng.permuted(np.tile(y, (permutations, 1)), axis=1)
    best = np.abs(directions @ permuted.T).max(axis=0)
    return float((1 + (best >= roots.max() * (1 - 1e-12)).sum()) / (permutations + 1))
