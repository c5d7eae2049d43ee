r"""Shapley values and interactions of a curve over a sum, at every order, in closed form.

A wave of the curve is a product over positions, and so is its game: with
:math:`e_i = e^{i\omega z_i(x_i)}` and its mean :math:`\psi_i` over the background, a coalition T is
worth :math:`\prod_{i \in T} e_i \prod_{i \notin T} \psi_i`. Hence, with
:math:`m_j(t) = t\, e_j + (1 - t)\, \psi_j` (Owen 1972),

.. math:: \varphi_i = \int_0^1 (e_i - \psi_i) \prod_{j \ne i} m_j(t)\, dt, \qquad
          I_{ij} = \int_0^1 w(t)\, (e_i - \psi_i)(e_j - \psi_j) \prod_{k \ne i,j} m_k(t)\, dt,

polynomials in t, exact by Gauss and Legendre; far fewer nodes do, because most positions change
little: their number is doubled until no value changes any more. The weight w(t) is 1 for
SII, 2 (1 - t) for STII, 6 t (1 - t) for FSII; BII stands at t = 1/2 and Moebius at t = 0. FSII of
one position has 4 - 6 t. The weights are ours, from the indices' sums over supersets (module
``_interactions``): t^(s-2) times w(t) has their integral.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Complex
from shapzero_lite._memory import check_memory
from shapzero_lite.explaining.few_directions import few_directions
from shapzero_lite.letters import Codes, Letters, commonest
from shapzero_lite.spectra import CurvedSum

# Complex numbers held at a time, in any one array.
_NUMBERS = 2**21
# Nodes tried first, and by how much twice as many may change a value, in sizes of all steps of the
# curve; sequences and, of pairs, positions it is tried on.
_NODES, _CHANGES, _TRIED, _PAIRED = 8, 1e-9, 4, 16
# What directions left out may change a value, in the same sizes; sequences that are not worth them.
_LOST, _ONE_BY_ONE = 1e-11, 12
# A factor that is 0 becomes this: products are then divided by it without harm.
_TINY = 1e-30

# Changes, and factors themselves, of letters at positions, (…, C).
Factors = Callable[[Any, Any], tuple[Complex, Complex]]
Rule = Callable[[int], tuple[Array, Array]]


def _over(weight: Callable[[Array], Array]) -> Rule:
    """Return the rule of an integral over [0, 1] with a weight: nodes and their weights."""

    def rule(count: int) -> tuple[Array, Array]:
        nodes, weights = np.polynomial.legendre.leggauss(count)
        t = (nodes + 1) / 2
        return t, weights / 2 * weight(t)

    return rule


def _at(t: float) -> Rule:
    return lambda _: (np.array([t]), np.ones(1))


_SHAPLEY = _over(np.ones_like)
# For sets of one position, and of two, where 2 is the largest order listed.
RULES: dict[str, tuple[Rule, Rule]] = {
    "FSII": (_over(lambda t: 4 - 6 * t), _over(lambda t: 6 * t * (1 - t))),
    "STII": (_at(0.0), _over(lambda t: 2 * (1 - t))),
    "SII": (_SHAPLEY, _SHAPLEY),
    "BII": (_at(0.5), _at(0.5)),
    "Moebius": (_at(0.0), _at(0.0)),
}
LARGEST = 2


def curve_base(source: CurvedSum, background: Letters | Codes | None) -> float:
    """Return the mean of the curve over a background; None: the letters of ``source``."""
    if isinstance(background, np.ndarray):
        return float(source.curve(source.sums(background)).mean())
    return source.mean_of_curve(background or source.letters)


def curve_values(source: CurvedSum, codes: Codes, background: Letters | Codes | None) -> Array:
    """Return the Shapley values (N, n) of the curve alone, for checked codes and background."""
    games = _Games.of(source, codes, background)

    def values(games: _Games, rows: Codes, count: int) -> Array:
        return games.values(rows, _SHAPLEY, count)

    return values(games, codes, games.nodes(source, codes, values))


def curve_interactions(
    source: CurvedSum,
    codes: Codes,
    index: str,
    max_order: int,
    background: Letters | Codes | None,
    wanted: Collection[tuple[int, ...]] | None = None,
) -> tuple[list[tuple[int, ...]], Array]:
    """Return the sets of at most ``max_order`` positions, and the values (N, sets) of the curve.

    ``wanted``: of the sets only these; None is all.
    """
    games = _Games.of(source, codes, background)
    acts = np.flatnonzero(np.ptp(source.effects, axis=1) > 0)
    sets: list[tuple[int, ...]] = [(i,) for i in acts.tolist() if wanted is None or (i,) in wanted]
    single = np.array(sets, np.int64).reshape(len(sets))
    alone, together = RULES[index]
    if max_order < LARGEST:  # sets of one position take all that larger ones would have
        alone = _SHAPLEY if index in ("FSII", "STII") else alone
    pairs = list(combinations(acts.tolist(), 2)) if max_order >= LARGEST else []
    if wanted is not None:
        pairs = [pair for pair in pairs if pair in wanted]

    def values(games: _Games, rows: Codes, count: int, some: Sequence[tuple[int, ...]]) -> Array:
        # The weights are polynomials of degree 2 at most: one node more.
        singles = games.values(rows, alone, count + 1)[:, single]
        if not some:
            return singles
        both = games.pairs(rows, together, count + 1, np.array(some))
        return np.concatenate([singles, both], axis=1)

    check_memory(16.0 * len(codes) * len(pairs), f"{len(pairs):,} pairs of every sequence")
    sets += pairs
    # The largest errors are of pairs of positions that change most.
    moved = np.abs(games.moved(source, codes)).max(axis=0, initial=0)[acts]
    far = np.sort(acts[np.argsort(-moved, kind="stable")[:_PAIRED]])
    some = list(combinations(far.tolist(), 2)) if pairs else []
    nodes = games.nodes(source, codes, lambda g, rows, count: values(g, rows, count, some))
    return sets, values(games, codes, nodes, pairs)


@dataclass(frozen=True, eq=False)
class _Games:
    """The waves of a curve, and what a position is worth to each before its letter is known."""

    turned: Complex  # e: exp(i w z_i(a)), (n, q, M)
    background: Letters | Codes
    amplitudes: Complex  # (M,)
    middle: Array  # (n,): mean effects over the background
    span: float  # of the curve

    @classmethod
    def of(cls, source: CurvedSum, codes: Codes, background: Letters | Codes | None) -> _Games:
        z, place = source.effects, np.arange(source.n)
        here = z[place, codes]  # (N, n)
        if isinstance(background, np.ndarray):
            there = z[place, background]  # (B, n)
            middle = there.mean(axis=0)
            # A sum of letters of both lies between the sums of the smaller and of the larger.
            ends = [float(source.sums(background).min()), float(source.sums(background).max())]
            for row in there:
                ends += [float(np.minimum(here, row).sum(axis=1).min(initial=ends[0]))]
                ends += [float(np.maximum(here, row).sum(axis=1).max(initial=ends[0]))]
            waves = source.curve.waves(min(ends), max(ends))
        else:
            background = letters = background or source.letters
            middle = (letters.probabilities * z).sum(axis=1)
            below = np.maximum(middle - here, 0).sum(axis=1).max(initial=0)
            above = np.maximum(here - middle, 0).sum(axis=1).max(initial=0)
            waves = source.waves(letters, float(below), float(above))
        M = len(waves.frequencies)
        check_memory(32.0 * z.size * M, f"{M:,} waves of every letter")
        turned = np.exp(1j * z[:, :, None] * waves.frequencies)
        return cls(turned, background, waves.amplitudes, middle, source.curve.span)

    def absent(self) -> Iterator[tuple[float, Complex]]:
        """Yield weights, and psi (n, M): one for letters, one for every sequence of a set."""
        if isinstance(self.background, np.ndarray):
            for row in self.background:
                yield 1 / len(self.background), self.turned[np.arange(len(row)), row]
        else:
            yield 1.0, np.einsum("ia,iam->im", self.background.probabilities, self.turned)

    def moved(self, source: CurvedSum, codes: Codes) -> Array:
        """Return by how much effects of sequences are off the mean of the background, (N, n)."""
        return source.effects[np.arange(source.n), codes] - self.middle

    def nodes(
        self, source: CurvedSum, codes: Codes, integrals: Callable[[_Games, Codes, int], Array]
    ) -> int:
        """Return how many nodes are enough: twice as many give the same ``integrals``.

        As many as are exact at most; tried on the sequences that are furthest from the background,
        and where that is a set, on those of it that are furthest from them.
        """
        exact = (source.n + 1) // 2
        if not len(codes):
            return exact
        far = np.abs(self.moved(source, codes)).sum(axis=1)
        some = codes[np.argsort(-far, kind="stable")[:_TRIED]]
        tried, z, place = self, source.effects, np.arange(source.n)
        if isinstance(self.background, np.ndarray):
            there, apart = z[place, self.background], np.zeros(len(self.background))
            for row in z[place, some]:
                apart = np.maximum(apart, np.abs(there - row).sum(axis=1))
            tried = replace(
                self, background=self.background[np.argsort(-apart, kind="stable")[:_TRIED]]
            )
        count, found = min(_NODES, exact), None
        while count < exact:
            more = min(2 * count, exact)
            found = integrals(tried, some, count) if found is None else found
            again = integrals(tried, some, more)
            if np.abs(again - found).max(initial=0) <= _CHANGES * self.span:
                break
            count, found = more, again
        return count

    def values(self, codes: Codes, rule: Rule, nodes: int) -> Array:
        """Return the integrals of one position, (N, n)."""
        out = np.zeros(codes.shape)
        common = commonest(codes)
        for share, psi in self.absent():
            for rows, P, waves, t in self._products(codes, rule, nodes, psi):
                change, _ = self._factors(np.arange(len(common)), common, psi, waves, t)
                found = (P @ change.T).real
                for i, letter, some in _others(codes[rows], common):
                    change, _ = self._factors(i, letter, psi, waves, t)
                    found[some, i] = (P[some] @ change).real
                out[rows] += share * found
        return out

    def pairs(self, codes: Codes, rule: Rule, nodes: int, pairs: NDArray[np.int64]) -> Array:
        """Return the integrals of two positions, (N, pairs)."""
        out = np.zeros((len(codes), len(pairs)))
        used, at = np.unique(pairs, return_inverse=True)
        at = at.reshape(pairs.shape)
        for share, psi in self.absent():
            for rows, P, waves, t in self._products(codes, rule, nodes, psi):
                if len(P) > _ONE_BY_ONE:
                    factors = partial(self._factors, psi=psi, waves=waves, t=t)
                    out[rows] += share * self._pairs_of_many(codes[rows], P, pairs, factors)
                    continue
                for number, x in enumerate(codes[rows]):
                    change, _ = self._factors(used, x[used], psi, waves, t)
                    both = ((change * P[number]) @ change.T).real
                    out[rows.start + number] += share * both[at[:, 0], at[:, 1]]
        return out

    def _pairs_of_many(
        self, codes: Codes, P: Complex, pairs: NDArray[np.int64], factors: Factors
    ) -> Array:
        """Return the pairs of rows that have the common letters almost everywhere, (N, pairs)."""
        common = commonest(codes)
        change, _ = factors(np.arange(len(common)), common)
        size = np.abs(change) ** 2
        largest = float(np.sqrt((size @ size.T).max()))
        near = few_directions(P, _LOST * self.span / max(largest, _TINY))
        found = np.empty((len(P), len(pairs)))
        step = max(1, _NUMBERS // P.shape[1])
        for start in range(0, len(pairs), step):
            i, j = pairs[start : start + step].T
            found[:, start : start + step] = near.real_products(change[i] * change[j])
        for i, letter, some in _others(codes, common):  # one letter that is not the common one
            has = (pairs == i).any(axis=1).nonzero()[0]
            beside = pairs[has].sum(axis=1) - i
            turned = P[some] * factors(i, letter)[0]
            if 2 * len(has) > len(change):  # a copy of so many would take longer than all
                found[np.ix_(some, has)] = (turned @ change.T).real[:, beside]
            else:
                found[np.ix_(some, has)] = (turned @ change[beside].T).real
        other = codes != common
        row, pair = np.nonzero(other[:, pairs[:, 0]] & other[:, pairs[:, 1]])
        for start in range(0, len(row), step):  # and two
            r, p = row[start : start + step], pair[start : start + step]
            i, j = pairs[p].T
            both = factors(i, codes[r, i])[0] * factors(j, codes[r, j])[0]
            found[r, p] = np.einsum("rc,rc->r", P[r], both).real
        return found

    def _products(
        self, codes: Codes, rule: Rule, nodes: int, psi: Complex
    ) -> Iterator[tuple[slice, Complex, slice, Array]]:
        """Yield rows, products of all factors times weights (rows, C), waves, and nodes t.

        C counts a wave at a node, nodes first; products over others are these, divided.
        """
        t, weights = rule(nodes)
        common = commonest(codes)
        most = max(1, _NUMBERS // (len(t) * len(common)))
        for first in range(0, len(self.amplitudes), most):
            waves = slice(first, min(first + most, len(self.amplitudes)))
            _, m = self._factors(np.arange(len(common)), common, psi, waves, t)
            product = np.outer(weights, self.amplitudes[waves]).ravel() * m.prod(axis=0)
            step = max(1, _NUMBERS // len(product))
            for start in range(0, len(codes), step):
                rows = slice(start, min(start + step, len(codes)))
                P = np.repeat(product[None], rows.stop - rows.start, axis=0)
                for i, letter, some in _others(codes[rows], common):
                    P[some] *= self._factors(i, letter, psi, waves, t)[1] / m[i]
                yield rows, P, waves, t

    def _factors(
        self, i: Any, letters: Any, psi: Complex, waves: slice, t: Array
    ) -> tuple[Complex, Complex]:
        """Return (e - psi) / m and m of letters at positions i, (…, C); no m is 0."""
        e, absent = self.turned[i, letters, waves], psi[i, waves]
        m = absent[..., None, :] + t[:, None] * (e - absent)[..., None, :]
        m[m == 0] = _TINY
        change = (e - absent)[..., None, :] / m
        shape = (*e.shape[:-1], len(t) * e.shape[-1])
        return change.reshape(shape), m.reshape(shape)


def _others(
    codes: Codes, common: NDArray[np.int64]
) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Yield position, letter and the rows that have it, for letters that are not the common."""
    for i in np.flatnonzero((codes != common).any(axis=0)):
        for letter in np.unique(codes[:, i]):
            if letter != common[i]:
                yield int(i), int(letter), np.flatnonzero(codes[:, i] == letter)
