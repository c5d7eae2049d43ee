"""Which sequences are meant: independent letters, with probabilities of their own by position.

A question about a model is a question about sequences of some kind: random ones, mutants of a wild
type, a family. ``Letters`` says which. Uniform letters are one case; a letter of probability 0
cannot occur; a position whose letter is certain is fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import whole
from shapzero_lite._memory import check_memory
from shapzero_lite.letters.alphabet import PROTEIN, Alphabet, as_codes
from shapzero_lite.letters.basis import orthonormal
from shapzero_lite.letters.codes import Codes, letter_counts
from shapzero_lite.letters.frame import by_letter
from shapzero_lite.letters.genetic_code import amino_acids_reached, codons_of
from shapzero_lite.letters.mutants import WildType
from shapzero_lite.letters.numbering import said_numbers


class Letters:
    """Independent letters: ``probabilities`` (n, q), whose rows sum to 1, over an ``alphabet``.

    ``positions``: their names, or None for numbers from 1. Raises ``ValueError`` naming the
    position whose probabilities are negative, not finite, or do not sum to 1.

    >>> from shapzero_lite import DNA
    >>> letters = Letters([[0.5, 0.5, 0, 0], [0, 0, 1, 0]], DNA)
    >>> letters.n, letters.count, letters.free.tolist()
    (2, 2.0, [0])
    """

    def __init__(
        self,
        probabilities: ArrayLike,
        alphabet: Alphabet,
        positions: Sequence[str] | None = None,
    ) -> None:
        if not isinstance(alphabet, Alphabet):
            raise TypeError(f"alphabet must be an Alphabet such as sz.DNA, not {alphabet!r}")
        if hasattr(probabilities, "columns"):
            probabilities = by_letter(probabilities, alphabet)
        given = np.asarray(probabilities)
        if given.dtype.kind not in "fiu" or given.ndim != 2 or given.shape[1] != alphabet.q:
            raise ValueError(
                f"probabilities are numbers of shape (n, {alphabet.q}), a row for each position; "
                f"got {given.dtype} of shape {given.shape}"
            )
        p = given.astype(np.float64)  # a copy: it becomes read-only
        sums = p.sum(axis=1)
        wrong = ~((p >= 0).all(axis=1) & (np.abs(sums - 1) < 1e-6))
        if wrong.any() or not len(p):
            i = int(np.flatnonzero(wrong)[0]) if len(p) else 0
            raise ValueError(
                f"position {i + 1}: probabilities must not be negative and must sum to 1; got "
                f"{given[i].tolist() if len(p) else 'no position'}"
            )
        p /= sums[:, None]
        p.flags.writeable = False
        self.probabilities: Array = p
        self.alphabet = alphabet
        self.positions = None if positions is None else tuple(map(str, positions))
        if self.positions is not None and len(set(self.positions)) != len(p):
            raise ValueError(f"positions are {len(p)} different names; got {positions!r:.80}")

    # -- kinds ----------------------------------------------------------------------------
    @classmethod
    def uniform(cls, n: int, alphabet: Alphabet) -> Letters:
        """Return uniform letters: every sequence of length n is as likely as every other.

        >>> from shapzero_lite import DNA
        >>> Letters.uniform(3, DNA).is_uniform
        True
        """
        n = whole(n, "n", why=", the length of the sequences")
        return cls(np.full((n, alphabet.q), 1 / alphabet.q), alphabet)

    @classmethod
    def of_alphabets(
        cls, alphabets: Sequence[Alphabet], positions: Sequence[str] | None = None
    ) -> Letters:
        """Return uniform letters where every position has an alphabet of its own.

        The common alphabet has the letters of all, in the order in which they come; at a position
        those of the other alphabets cannot occur. All letters are of one length. A letter that
        stands in two alphabets has one code: what it means, its position says.

        >>> from shapzero_lite import DNA
        >>> letters = Letters.of_alphabets([DNA, DNA, Alphabet("CSY")], ["g1", "g2", "residue 41"])
        >>> letters.alphabet, letters.count
        (Alphabet('ACGTSY'), 48.0)
        """
        if not alphabets or not all(isinstance(own, Alphabet) for own in alphabets):
            msg = f"alphabets are a list of Alphabet, one for each position; got {alphabets!r:.80}"
            raise TypeError(msg)
        common = Alphabet(list(dict.fromkeys(a for own in alphabets for a in own.letters)))
        p = np.array([np.isin(common.letters, own.letters) / own.q for own in alphabets])
        return cls(p, common, positions)

    @classmethod
    def around(
        cls,
        wild_type: Any,
        rate: ArrayLike,
        alphabet: Alphabet | None = None,
        *,
        first: int | Sequence[int] = 1,
    ) -> Letters:
        """Return letters around a wild type: position i keeps its letter with 1 - rate_i.

        ``wild_type``: one sequence; ``rate``: a number, or one for each position, from 0 to 1;
        the other q - 1 letters are equally likely. Without ``alphabet`` it is DNA or RNA if the
        letters allow it, else protein. The first position has the number ``first``, or all have
        those of a list: positions are named as A37, and so in explanations.

        >>> Letters.around("ACG", rate=0.3).probabilities[0].round(4).tolist()
        [0.7, 0.1, 0.1, 0.1]
        """
        wild = WildType.of_any(wild_type, alphabet, first, "wild_type")
        n, q = len(wild.codes), wild.alphabet.q
        rates = np.broadcast_to(np.asarray(rate, np.float64), n)
        if not ((rates >= 0) & (rates <= 1)).all():
            msg = f"rate is a share of mutants between 0 and 1, one for each position; got {rate!r}"
            raise ValueError(msg)
        p = np.repeat(rates[:, None] / (q - 1), q, axis=1)
        p[np.arange(n), wild.codes] = 1 - rates
        return cls(p, wild.alphabet, wild.positions)

    @classmethod
    def fixed(
        cls,
        template: Any,
        positions: Sequence[int],
        alphabet: Alphabet | None = None,
        *,
        first: int | Sequence[int] = 1,
    ) -> Letters:
        """Return uniform letters at ``positions`` of a template, all others fixed as they are.

        ``positions`` are counted from ``first``, or are of those that it lists, as in the names of
        mutations, and named as A37.

        >>> Letters.fixed("ACGTAC", [2, 5]).count
        16.0
        """
        wild = WildType.of_any(template, alphabet, first, "template")
        known = all(isinstance(i, int | np.integer) and i in wild.place for i in positions)
        if not known or len(set(positions)) != len(positions):
            which = f"from {said_numbers(wild.numbers)}"
            msg = f"positions are different whole numbers {which}; got {positions}"
            raise ValueError(msg)
        p = np.eye(wild.alphabet.q)[wild.codes]
        p[np.isin(wild.numbers, positions)] = 1 / wild.alphabet.q
        return cls(p, wild.alphabet, wild.positions)

    @classmethod
    def from_sequences(
        cls, aligned: Any, alphabet: Alphabet, *, pseudocount: float = 0.0, weights: Any = None
    ) -> Letters:
        """Return the letters' own frequencies in aligned sequences: a profile.

        ``pseudocount`` is added to the count of every letter at every position; with 0, letters
        that were never seen cannot occur. ``weights``: (N,) positive numbers that count rows.

        >>> from shapzero_lite import DNA
        >>> Letters.from_sequences(["AC", "AG", "AG", "AG"], DNA).probabilities[1].tolist()
        [0.0, 0.25, 0.75, 0.0]
        """
        codes = as_codes(aligned, alphabet)
        if not pseudocount >= 0 or not np.isfinite(pseudocount):
            msg = f"pseudocount is a number from 0 on, added to every count; got {pseudocount!r}"
            raise ValueError(msg)
        w = None if weights is None else np.asarray(weights, np.float64)
        counts = letter_counts(codes, alphabet.q, w) + pseudocount
        return cls(counts / counts.sum(axis=1, keepdims=True), alphabet)

    @classmethod
    def from_codons(cls, wild_type: str, rate: float = 0.9) -> Letters:
        """Return the amino acids that one nucleotide change of a coding sequence reaches.

        ``wild_type``: a DNA or RNA sequence, three letters for each amino acid, without stops.
        Each position is changed with probability ``rate``, by one of the nine nucleotide changes
        of its codon that do not make a stop, all equally likely; silent changes keep the letter.

        >>> p = Letters.from_codons("ATG", rate=0.9).probabilities[0]
        >>> {a: round(float(v), 1) for a, v in zip(PROTEIN.letters, p) if v}
        {'I': 0.3, 'K': 0.1, 'L': 0.2, 'M': 0.1, 'R': 0.1, 'T': 0.1, 'V': 0.1}
        """
        if not 0 <= rate <= 1:
            msg = f"rate is the share of changed positions, between 0 and 1; got {rate!r}"
            raise ValueError(msg)
        reached = [amino_acids_reached(codon, rate) for codon in codons_of(wild_type)]
        return cls([[p.get(a, 0.0) for a in PROTEIN.letters] for p in reached], PROTEIN)

    # -- readings -------------------------------------------------------------------------
    @property
    def n(self) -> int:
        """Length of the sequences."""
        return len(self.probabilities)

    @property
    def q(self) -> int:
        """Letters of the alphabet."""
        return self.alphabet.q

    @cached_property
    def possible(self) -> NDArray[np.bool_]:
        """Whether a letter can occur at a position, (n, q)."""
        return self.probabilities > 0

    @cached_property
    def free(self) -> NDArray[np.int64]:
        """The positions where more than one letter can occur, counted from 0."""
        return np.flatnonzero(self.possible.sum(axis=1) > 1)

    @property
    def count(self) -> float:
        """How many sequences can occur; infinity where a float cannot hold it."""
        with np.errstate(over="ignore"):
            return float(np.prod(self.possible.sum(axis=1), dtype=np.float64))

    @property
    def is_uniform(self) -> bool:
        """Whether all letters are equally likely everywhere."""
        return bool(np.allclose(self.probabilities, 1 / self.q, rtol=0, atol=1e-12))

    def __repr__(self) -> str:
        kind = "uniform" if self.is_uniform else f"{len(self.free)} of {self.n} positions free"
        return f"Letters(n={self.n}, q={self.q}, {kind})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Letters)
            and self.alphabet == other.alphabet
            and np.array_equal(self.probabilities, other.probabilities)
        )

    def __hash__(self) -> int:
        return hash((self.alphabet, self.probabilities.tobytes()))

    @cached_property
    def basis(self) -> Array:
        """Orthonormal functions of one letter at every position, (n, q, q).

        ``basis[i, c, j]`` is function j at letter c: function 0 is 1, the others have mean 0 and
        mean square 1 under the letters, and are uncorrelated. A position with r letters has r - 1
        of them; what is left of the array is 0.
        """
        out = np.zeros((self.n, self.q, self.q))
        rows, which = np.unique(self.probabilities, axis=0, return_inverse=True)
        for number, p in enumerate(rows):
            out[which.ravel() == number] = orthonormal(p)
        return out

    def draw(self, count: int, rng: np.random.Generator) -> Codes:
        """Return ``count`` independent sequences as codes (count, n).

        >>> Letters.around("ACGT", 0.0).draw(1, np.random.default_rng(0)).tolist()
        [[0, 1, 2, 3]]
        """
        if self.is_uniform:
            return rng.integers(0, self.q, size=(count, self.n), dtype=np.uint8)
        codes = np.empty((count, self.n), np.uint8)
        edges = np.cumsum(self.probabilities, axis=1)
        last = self.q - 1 - self.possible[:, ::-1].argmax(axis=1)  # against rounding at the end
        for i in range(self.n):
            letter = np.searchsorted(edges[i], rng.random(count), side="right")
            codes[:, i] = np.minimum(letter, last[i])
        return codes

    def all_sequences(self) -> Codes:
        """Return every sequence that can occur, (count, n), the last position fastest.

        >>> Letters.fixed("AC", [2]).all_sequences().tolist()
        [[0, 0], [0, 1], [0, 2], [0, 3]]
        """
        check_memory(2.0 * self.n * self.count, f"all {self.count:,.0f} sequences")
        kinds = [np.flatnonzero(self.possible[i]).astype(np.uint8) for i in self.free]
        codes = np.empty((int(self.count), self.n), np.uint8)
        codes[:] = self.possible.argmax(axis=1)
        for i, column in zip(self.free, np.meshgrid(*kinds, indexing="ij"), strict=True):
            codes[:, i] = column.ravel()
        return codes

    def weights(self, codes: Codes) -> Array:
        """Return the probability of every sequence, (N,)."""
        return self.probabilities[np.arange(self.n), codes].prod(axis=1)

    def check(self, codes: Codes) -> Codes:
        """Return codes (N, n) that can all occur, or raise ``ValueError`` naming what cannot."""
        if codes.shape[1] != self.n:
            msg = f"sequences of length {codes.shape[1]} were given; length {self.n} is needed here"
            raise ValueError(msg)
        bad = ~self.possible[np.arange(self.n), codes]
        if bad.any():
            r, i = np.argwhere(bad)[0]
            letters = np.array(self.alphabet.letters)
            raise ValueError(
                f"sequence {r + 1}, position {i + 1}: the letter "
                f"{letters[codes[r, i]]} cannot occur there, only "
                f"{', '.join(letters[self.possible[i]])}"
            )
        return codes


def as_letters(letters: Any, alphabet: Alphabet | None) -> Letters:
    """Return ``Letters``, from themselves or from probabilities (n, q) of an alphabet.

    Raises ``ValueError`` where the two alphabets differ, ``TypeError`` where none is known.
    """
    if isinstance(letters, Letters):
        if alphabet not in (None, letters.alphabet):
            msg = f"the letters are of {letters.alphabet}, but {alphabet} was said elsewhere"
            raise ValueError(msg)
        return letters
    if alphabet is None:
        raise TypeError("probabilities alone do not say which letters they are of: give alphabet=")
    return Letters(letters, alphabet)
