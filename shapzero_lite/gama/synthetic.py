"""Sequences with a planted rule, to see whether an attribution finds where it was planted.

The synthetic benchmark of the GAMA paper (arXiv 2506.23182), rebuilt from its facts: 16 letters,
tokens 12, 10, 8, 6 at two, three or four positions, joined by AND, OR or XOR. Uses NumPy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN, Alphabet, Codes, as_codes

Logic = Literal["AND", "OR", "XOR"]
LENGTH = 16
LETTERS = "NLIG"  # tokens 12, 10, 8 and 6 of the paper, start being token 0
PLACEMENTS = (
    *((2, 4), (7, 9), (13, 15)),
    *((2, 4, 6), (7, 9, 11), (12, 14, 16)),
    *((2, 3, 4, 5), (6, 7, 8, 9), (11, 12, 13, 14)),
)


def carries(codes: Codes, logic: Logic, positions: Sequence[int]) -> NDArray[np.bool_]:
    """Return for each sequence (N,) whether it follows the rule at ``positions``, from 1.

    AND: every planted letter stands in its place; OR: at least one; XOR: exactly one.

    >>> carries(PROTEIN.encode(["NLA", "NAA", "AAA"]), "XOR", (1, 2)).tolist()
    [False, True, False]
    """
    planted = PROTEIN.encode(LETTERS[: len(positions)])[0]
    there = (codes[:, np.array(positions) - 1] == planted).sum(1)
    if logic == "AND":
        return there == len(positions)
    if logic == "OR":
        return there >= 1
    if logic == "XOR":
        return there == 1
    raise ValueError(f"the rule is 'AND', 'OR' or 'XOR', not {logic!r}")


def sequences(
    logic: Logic,
    positions: Sequence[int],
    share: float = 1.0,
    count: int = 6000,
    *,
    length: int = LENGTH,
    seed: int = 0,
) -> Codes:
    """Return codes (count, length) of proteins, a ``share`` of which follow the planted rule.

    Which of the allowed combinations of planted and not planted letters a signal sequence has is
    drawn uniformly; all other letters are uniform, and so are the rest of the sequences, drawn
    again while they follow the rule by chance. Raises ``ValueError`` for positions that are not 1
    to 4 different whole numbers in 1..length, or a share outside 0..1.

    Source: the facts of the generator of arXiv 2506.23182. Two differences: ``count`` is the whole
    set, not the signal part; and a letter that must not be there is never there by chance either.

    >>> codes = sequences("AND", (2, 4), share=0.5, count=100)
    >>> int(carries(codes, "AND", (2, 4)).sum())
    50
    """
    places = np.array(positions)
    inside = places.dtype.kind == "i" and ((places >= 1) & (places <= length)).all()
    if not (1 <= len(places) <= len(LETTERS) and inside and len(set(positions)) == len(places)):
        msg = f"1 to 4 different positions in 1..{length} can be planted, not {tuple(positions)}"
        raise ValueError(msg)
    if not 0 <= share <= 1 or count < 1:
        msg = f"the share lies in 0..1 and the count is 1 or more; got {share=}, {count=}"
        raise ValueError(msg)
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, PROTEIN.q, (count, length), dtype=np.uint8)
    signal = round(share * count)
    planted = PROTEIN.encode(LETTERS[: len(places)])[0]
    # What may stand there: row by row, planted letter (True) or any other (False).
    choices = np.array(list(product([True, False], repeat=len(places))))
    mock = np.where(choices, planted, (planted + 1) % PROTEIN.q).astype(np.uint8)
    full = np.zeros((len(mock), length), np.uint8)
    full[:, places - 1] = mock
    choices = choices[carries(full, logic, positions)]
    drawn = choices[rng.integers(0, len(choices), signal)]  # (signal, positions)
    other = rng.integers(1, PROTEIN.q, drawn.shape)  # added to the planted letter: never it
    codes[:signal, places - 1] = np.where(drawn, planted, (planted + other) % PROTEIN.q)
    while (again := signal + np.flatnonzero(carries(codes[signal:], logic, positions))).size:
        codes[again] = rng.integers(0, PROTEIN.q, (len(again), length), dtype=np.uint8)
    return codes[rng.permutation(count)]


def information(logic: Logic, count: int, share: float) -> tuple[float, float]:
    """Return entropy and dependence, in nats, of the sequences that ``sequences`` draws.

    ``count`` letters are planted. Dependence (total correlation): by how much the entropies of the
    single positions add up to more than that of the sequence, that is, all that any model can learn
    about a letter from the others. It is zero for AND at share 1, where the planted letters are
    always there, and for OR at share 1 - 2^-count, where every combination is equally frequent.

    >>> [round(information("OR", 2, share)[1], 4) + 0.0 for share in (1.0, 0.8, 0.75)]
    [0.1744, 0.0026, 0.0]
    """
    there = np.array(list(product([True, False], repeat=count)))  # (2 ** count, count)
    letters = np.where(there, 0, 1).astype(np.uint8)
    planted = PROTEIN.encode(LETTERS[:count])[0]
    follows = carries((planted + letters) % PROTEIN.q, logic, range(1, count + 1))
    q = PROTEIN.q
    chance = (1 / q) ** there.sum(1) * (1 - 1 / q) ** (~there).sum(1) * ~follows
    p = share * follows / follows.sum() + (1 - share) * chance / chance.sum()  # (2 ** count,)

    def entropy_of(p: NDArray[np.float64]) -> float:
        return float(-(p * np.log(np.where(p > 0, p, 1.0))).sum())

    each = p @ there  # (count,): how often each planted letter stands in its place
    # A letter that is not the planted one is any of the others; so is it with no rule at all.
    others = (1 - each).sum() * np.log(q - 1) + (LENGTH - count) * np.log(q)
    single = sum(entropy_of(np.array([e, 1 - e])) for e in each)
    return entropy_of(p) + others, single - entropy_of(p)


def strongest(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each letter position (L,) the largest entry of its column of a score (T, T)."""
    return np.asarray(matrix)[1:, 1:-1].max(0)


def misses(matrix: NDArray[np.float64], positions: Sequence[int]) -> int:
    """Return how many planted positions a GAMA score (L + 2, L + 2) misses.

    Missed: the largest entry of the position's column is below the 95th percentile of the entries
    (output j >= input i, both letters) between positions that were not planted.

    >>> score = np.tril(np.ones((6, 6)))
    >>> score[3, 2] = 5.0
    >>> misses(score, (2,))
    0
    """
    largest = strongest(matrix)
    planted = np.array(positions) - 1
    free = np.setdiff1d(np.arange(len(largest)), planted) + 1
    j, i = np.meshgrid(free, free, indexing="ij")
    line = np.percentile(np.asarray(matrix)[j, i][i <= j], 95)
    return int((largest[planted] < line).sum())


def roc_area(matrix: NDArray[np.float64], positions: Sequence[int]) -> float:
    """Return the area under the ROC curve of planted against other positions.

    The chance that a planted position's largest entry exceeds that of another position; ties count
    one half.

    >>> score = np.tril(np.ones((6, 6)))
    >>> score[3, 2] = 5.0
    >>> roc_area(score, (2,))
    1.0
    """
    largest = strongest(matrix)
    planted = np.array(positions) - 1
    a, b = largest[planted][:, None], np.delete(largest, planted)[None, :]
    return float(((a > b) + 0.5 * (a == b)).mean())


def entropy(sequences: Any, alphabet: Alphabet = PROTEIN) -> NDArray[np.float64]:
    """Return the Shannon entropy (L,) in bits of the letters at each position.

    The baseline that any attribution has to beat: it knows of no model.

    >>> entropy(["AC", "AD"]).tolist()
    [0.0, 1.0]
    """
    codes = as_codes(sequences, alphabet)
    p = (codes[:, :, None] == np.arange(alphabet.q)).mean(0)  # (L, q)
    return -(p * np.log2(np.where(p > 0, p, 1.0))).sum(1) + 0.0
