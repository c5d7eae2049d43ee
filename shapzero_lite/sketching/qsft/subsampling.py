r"""Subsampling patterns: which sequences q-SFT asks about, and what their answers add up to.

A pattern is a matrix M (n, b) over Z_q and P blocks of n + 1 delays. One delay d stands for the
q^b sequences M l + d mod q, and the transform of their answers over l is a row of q^b bins,

.. math:: U_d[j] = q^{-b} \sum_l f(Ml + d) \omega^{-\langle j, l\rangle}
                 = \sum_{k:\, M^T k = j} F[k] \omega^{\langle d, k\rangle}

(Erginbas et al., arXiv 2301.06200, section III). In words: all frequencies k that M cannot tell
apart fall into one bin, each with a phase that depends on the delay alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.letters import Codes
from shapzero_lite.spectra.fourier import roots_of_unity

# Matrices drawn for one pattern; the one that keeps single positions apart best is taken.
_DRAWS = 32


@dataclass(frozen=True, eq=False)
class Pattern:
    """One subsampling matrix and its delays: P * (n + 1) * q^b sequences.

    ``matrix`` (n, b) and ``offsets`` (P, n) uint8; delay 0 of block p is ``offsets[p]``, delay
    1 + i adds ``step`` to its position i (q - 1 subtracts 1).
    """

    matrix: Codes
    offsets: Codes
    q: int
    step: int = 1

    @property
    def n(self) -> int:
        """Length of the sequences."""
        return self.matrix.shape[0]

    @property
    def n_bins(self) -> int:
        """Bins of one delay: q^b."""
        return self.q ** self.matrix.shape[1]

    @property
    def n_queries(self) -> int:
        """Sequences to be asked about."""
        return len(self.offsets) * (self.n + 1) * self.n_bins

    # Products of small whole numbers are exact in floating point, and fast there.
    @cached_property
    def _matrix(self) -> NDArray[np.float64]:
        return self.matrix.astype(np.float64)

    @cached_property
    def _offsets(self) -> NDArray[np.float64]:
        return self.offsets.astype(np.float64)

    def delays(self) -> Codes:
        """Return all delays, (P, n + 1, n)."""
        steps = self.step * np.eye(self.n, dtype=np.int64)
        identity = np.concatenate([np.zeros((1, self.n), np.int64), steps])
        return ((self.offsets[:, None, :] + identity) % self.q).astype(np.uint8)

    def bin_of(self, k: NDArray[np.integer]) -> NDArray[np.int64]:
        """Return the number of the bin M^T k of every frequency k (s, n), (s,).

        The first entry of M^T k counts most, as the first digit of l does.

        >>> M = np.array([[1, 0], [0, 1], [1, 2]], np.uint8)
        >>> Pattern(M, np.zeros((1, 3), np.uint8), q=4).bin_of(np.array([[0, 0, 3]]))
        array([14])
        """
        digits = (np.asarray(k, np.float64) @ self._matrix).astype(np.int64) % self.q
        return digits @ _powers(self)

    def phases(self, k: NDArray[np.integer]) -> NDArray[np.complex128]:
        """Return omega**<d, k> for every frequency k (s, n) and delay d, (s, P, n + 1)."""
        base = (np.asarray(k, np.float64) @ self._offsets.T).astype(np.int64)  # (s, P), exact
        turns = np.repeat(base[:, :, None], self.n + 1, axis=2)
        turns[:, :, 1:] += self.step * np.asarray(k, np.int64)[:, None, :]
        turns %= self.q
        return roots_of_unity(self.q)[turns]

    def at(self, number: NDArray[np.integer]) -> Codes:
        """Return the sequences with these numbers in the order (block, delay, l), (N, n)."""
        delay, point = np.divmod(np.asarray(number), self.n_bins)
        digits = (point[:, None] // _powers(self) % self.q).astype(np.float64)
        linear = (digits @ self._matrix.T).astype(np.int64)
        return ((linear + self.delays().reshape(-1, self.n)[delay]) % self.q).astype(np.uint8)

    def sequences(self, batch_size: int) -> Iterator[Codes]:
        """Yield all sequences in their fixed order, ``batch_size`` at a time."""
        for start in range(0, self.n_queries, batch_size):
            yield self.at(np.arange(start, min(start + batch_size, self.n_queries)))

    def bins(self, values: NDArray[np.floating]) -> NDArray[np.complexfloating]:
        """Return the bins (q^b, P, n + 1) of the answers (P, n + 1, q^b): a q-ary FFT over l."""
        P, b = len(self.offsets), self.matrix.shape[1]
        table = values.reshape((P * (self.n + 1), *(self.q,) * b))
        U = np.fft.fftn(table, axes=range(1, b + 1), norm="forward")
        return np.ascontiguousarray(U.reshape(-1, self.n_bins).T).reshape(-1, P, self.n + 1)

    def predict(self, k: Codes, F: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Return Re sum_k F[k] omega**<k, x> at all sequences of the pattern, (P, n + 1, q^b)."""
        P, b = len(self.offsets), self.matrix.shape[1]
        U = np.zeros((self.n_bins, P * (self.n + 1)), np.complex128)
        if len(k):
            terms = F[:, None] * self.phases(k).reshape(len(k), -1)
            np.add.at(U, self.bin_of(k), terms)
        table = U.T.reshape((-1, *(self.q,) * b))
        return np.fft.ifftn(table, axes=range(1, b + 1), norm="forward").real.reshape(
            P, self.n + 1, self.n_bins
        )

    def mirrored_bins(self) -> NDArray[np.int64]:
        """Return the number of bin -j for every bin j, (q^b,)."""
        digits = np.arange(self.n_bins)[:, None] // _powers(self) % self.q
        return (self.q - digits) % self.q @ _powers(self)


def draw_pattern(n: int, q: int, b: int, repeats: int, rng: np.random.Generator) -> Pattern:
    """Return a random pattern whose q^b points l give q^b different sequences.

    M l takes every value once exactly when M has rank b modulo every prime that divides q (for
    q = 4 and 20 a rank over the rational numbers says nothing). Of ``_DRAWS`` such matrices the
    one is kept that puts the fewest frequencies of order 0 and 1 into one bin.

    >>> p = draw_pattern(6, 4, 2, 3, np.random.default_rng(0))
    >>> p.n_queries, len(np.unique(next(p.sequences(16)), axis=0))
    (336, 16)
    """
    if not 1 <= b <= n:
        raise ValueError(f"b lies between 1 and the length n = {n} of the sequences, not {b}")
    order_one = np.zeros((n * (q - 1) + 1, n), np.uint8)
    rows = np.arange(n * (q - 1))
    order_one[rows, rows // (q - 1)] = 1 + rows % (q - 1)
    offsets = rng.integers(0, q, size=(repeats, n), dtype=np.uint8)
    drawn = []
    for _ in range(_DRAWS):
        M = rng.integers(0, q, size=(n, b), dtype=np.uint8)
        while not full_rank(M, q):
            M = rng.integers(0, q, size=(n, b), dtype=np.uint8)
        drawn.append(Pattern(M, offsets, q))
    return max(drawn, key=lambda pattern: len(np.unique(pattern.bin_of(order_one))))


def patterns_of(subsampling: ArrayLike, delays: ArrayLike, q: int) -> list[Pattern]:
    """Return the patterns of a design in the paper's layout, M (C, n, b) and D (C, P, n + 1, n).

    Raises ``TypeError``/``ValueError`` for shapes that do not fit together, entries outside
    0..q-1, and delays that are not an offset and its neighbours at one position each.

    >>> M, D = np.ones((1, 2, 1), int), np.array([[[[3, 0], [0, 0], [3, 1]]]])
    >>> patterns_of(M, D, 4)[0].n_queries
    12
    """
    M, D = np.asarray(subsampling), np.asarray(delays)
    for name, array in (("subsampling", M), ("delays", D)):
        if array.dtype.kind not in "iu":
            msg = f"{name} holds whole numbers 0..{q - 1}; an array of {array.dtype} was given"
            raise TypeError(msg)
    if M.ndim != 3 or D.ndim != 4 or 0 in M.shape or 0 in D.shape:
        raise ValueError(
            "subsampling has shape (C, n, b) and delays (C, P, n + 1, n); "
            f"got {M.shape} and {D.shape}"
        )
    C, n, b = M.shape
    if D.shape != (C, D.shape[1], n + 1, n) or b > n:
        msg = (
            f"subsampling {M.shape} goes with delays ({C}, P, {n + 1}, {n}); got {D.shape}"
            if b <= n
            else f"subsampling has shape (C, n, b) with b at most n; got {M.shape}"
        )
        raise ValueError(msg)
    for name, array in (("subsampling", M), ("delays", D)):
        if array.min() < 0 or array.max() >= q:
            msg = f"{name} holds {array.min()}..{array.max()}; entries lie in 0..{q - 1}"
            raise ValueError(msg)
    M, D = M.astype(np.uint8), D.astype(np.int64)
    return [Pattern(M[c], D[c, :, 0].astype(np.uint8), q, _step(D[c], q, c)) for c in range(C)]


def _step(D: NDArray[np.int64], q: int, c: int) -> int:
    """1 when the delays of a pattern (P, n + 1, n) add the identity, q - 1 when they subtract."""
    change = (D[:, 1:] - D[:, :1]) % q
    identity = np.eye(D.shape[2], dtype=np.int64)
    for step in (1, q - 1):
        if (change == step * identity).all():
            return step
    raise ValueError(
        f"the delays of pattern {c + 1} are not an offset followed by the offset plus (or minus) "
        "1 at one position each: without these steps no frequency can be read from a bin"
    )


def full_rank(M: NDArray[np.integer], q: int) -> bool:
    """Return whether l -> M l mod q takes no value twice: rank b modulo every prime factor of q.

    >>> full_rank(np.array([[1], [0]]), 4), full_rank(np.array([[2], [0]]), 4)
    (True, False)
    """
    return all(_rank(M, p) == M.shape[1] for p in range(2, q + 1) if _prime_factor(p, q))


def _powers(pattern: Pattern) -> NDArray[np.int64]:
    """Weights of the digits of l or j: the first digit counts most."""
    return pattern.q ** np.arange(pattern.matrix.shape[1])[::-1]


def _prime_factor(p: int, q: int) -> bool:
    return q % p == 0 and all(p % d for d in range(2, p))


def _rank(M: NDArray[np.integer], p: int) -> int:
    """Rank over the field of p elements, by elimination."""
    A = np.array(M, np.int64) % p
    rank = 0
    for column in range(A.shape[1]):
        rows = np.flatnonzero(A[rank:, column])
        if not len(rows):
            continue
        A[[rank, rank + rows[0]]] = A[[rank + rows[0], rank]]
        A[rank] = A[rank] * pow(int(A[rank, column]), -1, p) % p
        others = np.arange(len(A)) != rank
        A[others] = (A[others] - A[others, column][:, None] * A[rank]) % p
        rank += 1
    return rank
