"""Definitions, written as plainly and as slowly as they stand in the papers: the tests' oracles.

Nothing here uses shapzero_lite. A game is a dictionary from frozenset of players to its value.
"""

from itertools import chain, combinations, permutations, product
from math import comb, factorial

import numpy as np


def subsets(players):
    players = sorted(players)
    sets = chain.from_iterable(combinations(players, size) for size in range(len(players) + 1))
    return [frozenset(s) for s in sets]


def words(q, n):
    """All q^n words in the order of a table's entries, (q^n, n)."""
    return np.array(list(product(range(q), repeat=n)))


def fourier_matrix(q, n):
    """W (q^n, q^n) with F = W f for flattened tables: q^-n omega^-<k, x>."""
    every = words(q, n)
    return np.exp(-2j * np.pi / q * ((every @ every.T) % q)) / q**n


def mobius_inverse_matrix(q, n):
    """Z (q^n, q^n) of zeros and ones with f = Z M: Z[x, m] = 1 where every m_i is 0 or x_i."""
    every = words(q, n)
    return np.array([[all(m in (0, x) for m, x in zip(a, b, strict=True)) for a in every]
                     for b in every], float)  # fmt: skip


def evaluate(frequencies, coefficients, q, codes):
    """Re sum_k F[k] omega^<k, x>, one exponential a term."""
    turns = np.asarray(codes, np.int64) @ np.asarray(frequencies, np.int64).T % q
    return (np.exp(2j * np.pi * turns / q) @ np.asarray(coefficients)).real


def random_spectrum(q, n, terms, seed, max_order=None):
    """Distinct frequencies with complex coefficients, not conjugate-symmetric."""
    rng = np.random.default_rng(seed)
    rows = {(0,) * n}
    while len(rows) < min(terms, q**n):
        row = rng.integers(0, q, n)
        if max_order is not None:
            row[rng.permutation(n)[rng.integers(0, max_order + 1) :]] = 0
        rows.add(tuple(row.tolist()))
    k = np.array(sorted(rows))
    return k, rng.normal(size=len(k)) + 1j * rng.normal(size=len(k))


def game(f, x, q, background=None):
    """v(S) = E[f(x_S, U_rest)] for every S: f is a callable from codes (N, n) to (N,).

    background: None, floats (n, q), or whole numbers (B, n).
    """
    x = np.asarray(x)
    n = len(x)
    if background is not None and np.asarray(background).dtype.kind != "f":
        rows, weights = np.asarray(background), None
    else:
        p = np.full((n, q), 1 / q) if background is None else np.asarray(background)
        rows = words(q, n)
        weights = np.prod([p[i, rows[:, i]] for i in range(n)], axis=0)
    v = {}
    for S in subsets(range(n)):
        mixed = rows.copy()
        mixed[:, list(S)] = x[list(S)]
        answers = f(mixed.astype(np.uint8))
        v[S] = float(answers.mean() if weights is None else answers @ weights)
    return v


def shapley(v, n):
    """The mean marginal contribution over all n! orders."""
    phi = np.zeros(n)
    for order in permutations(range(n)):
        before = frozenset()
        for i in order:
            phi[i] += v[before | {i}] - v[before]
            before |= {i}
    return phi / factorial(n)


def dividends(v, n):
    """a(T) = sum over S ⊆ T of (-1)^(|T|-|S|) v(S)."""
    return {T: sum((-1) ** (len(T) - len(S)) * v[S] for S in subsets(T)) for T in subsets(range(n))}


def derivative(v, T, S):
    """The discrete derivative of v with respect to T at S, S and T disjoint."""
    return sum((-1) ** (len(T) - len(L)) * v[S | L] for L in subsets(T))


def _wanted(n, order):
    return [T for T in subsets(range(n)) if 1 <= len(T) <= order]


def sii(v, n, order):
    out = {}
    for T in _wanted(n, order):
        t = len(T)
        out[T] = sum(
            factorial(len(S)) * factorial(n - len(S) - t) / factorial(n - t + 1)
            * derivative(v, T, S) for S in subsets(set(range(n)) - T)
        )  # fmt: skip
    return out


def bii(v, n, order):
    return {
        T: np.mean([derivative(v, T, S) for S in subsets(set(range(n)) - T)])
        for T in _wanted(n, order)
    }


def stii(v, n, order):
    out = {}
    for T in _wanted(n, order):
        if len(T) < order:
            out[T] = derivative(v, T, frozenset())
        else:
            out[T] = order / n * sum(
                derivative(v, T, S) / comb(n - 1, len(S)) for S in subsets(set(range(n)) - T)
            )  # fmt: skip
    return out


def fsii(v, n, order):
    """Weighted least squares with the Shapley kernel, exact at the empty and the full set."""
    sets = [T for T in subsets(range(n)) if len(T) <= order]
    coalitions = [S for S in subsets(range(n)) if 0 < len(S) < n]
    A = np.array([[T <= S for T in sets] for S in coalitions], float).reshape(-1, len(sets))
    w = np.array([(n - 1) / (comb(n, len(S)) * len(S) * (n - len(S))) for S in coalitions])
    y = np.array([v[S] for S in coalitions])
    full = frozenset(range(n))
    C = np.array([[T <= S for T in sets] for S in (frozenset(), full)], float)
    d = np.array([v[frozenset()], v[full]])
    # Stationary point of the Lagrangian: one linear system.
    top = np.concatenate([A.T @ (w[:, None] * A), C.T], axis=1)
    bottom = np.concatenate([C, np.zeros((2, 2))], axis=1)
    right = np.concatenate([A.T @ (w * y), d])
    solution = np.linalg.solve(np.concatenate([top, bottom]), right)
    return {T: solution[c] for c, T in enumerate(sets) if T}


def moebius(v, n, order):
    a = dividends(v, n)
    return {T: a[T] for T in _wanted(n, order)}


INDICES = {"FSII": fsii, "STII": stii, "SII": sii, "BII": bii, "Moebius": moebius}


def closed_variance(table, S):
    """Var(E[f | x_S]) of uniform letters, from the table (q,)*n."""
    rest = tuple(i for i in range(table.ndim) if i not in S)
    return float(np.var(table.mean(axis=rest)))


def anova_variances(table):
    """The variance of every ANOVA term, by inclusion-exclusion of closed variances."""
    closed = {S: closed_variance(table, S) for S in subsets(range(table.ndim))}
    return dividends(closed, table.ndim)
