"""Sequences in which every position is uniform, and only pairs or threes of letters tell anything.

Counting letters is blind here, and so is any score of single positions: what is asked for is which
positions belong together. Uses NumPy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import seed_of, whole
from shapzero_lite.letters import PROTEIN, Alphabet, Codes

Dependence = Literal["copy", "class", "parity"]


def coupled(
    rule: Dependence,
    positions: Sequence[int],
    share: float = 0.9,
    count: int = 4000,
    *,
    length: int = 12,
    alphabet: Alphabet = PROTEIN,
    seed: int = 0,
) -> Codes:
    """Return codes (count, length) whose letter at the last of ``positions`` obeys the others.

    ``"copy"``, two positions: the same letter. ``"class"``, two: a letter of the same class, that
    is with the same remainder of its code by a quarter of q (by 2 at least). ``"parity"``, three:
    its code is even or odd as the sum of the other two, so no two of the three tell anything. Each
    sequence obeys with the chance ``share``; else its letters are uniform, as each position is.

    Raises ``ValueError`` for another rule, positions that are not two (three) different ones in
    1..length with the obedient one last, a share outside 0..1 or a q that the rule does not divide.

    >>> bool((np.diff(coupled("copy", (2, 5), 1.0, 50)[:, [1, 4]]) == 0).all())
    True
    """
    count, seed = whole(count, "count"), seed_of(seed)
    fitting = _fitting(rule, alphabet.q)
    needed = 3 if rule == "parity" else 2
    places = [whole(p, "a position", 1, length) - 1 for p in positions]
    if len(places) != needed or len(set(places)) != needed or max(places) != places[-1]:
        msg = f"{rule} takes {needed} different positions, the obedient one last in the sequence"
        raise ValueError(f"{msg}; got {tuple(positions)}")
    if not 0 <= share <= 1:
        raise ValueError(f"the share lies in 0..1; got {share}")
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, alphabet.q, (count, length), dtype=np.uint8)
    obeys = rng.random(count) < share
    classes = alphabet.q // fitting  # as many as there are remainders
    asked = codes[:, places[:-1]].sum(1, dtype=int) % classes
    obedient = asked + classes * rng.integers(0, fitting, count)
    codes[obeys, places[-1]] = obedient[obeys]
    return codes


def dependence(rule: Dependence, share: float, alphabet: Alphabet = PROTEIN) -> float:
    """Return by how many nats the obedient letter is better foretold than by counting.

    With m of q letters that obey: the mean of log(q p), where p is (1 - share) / q + share / m for
    those and (1 - share) / q for others.

    >>> round(dependence("copy", 1.0), 3), round(dependence("parity", 1.0), 3)
    (2.996, 0.693)
    """
    q, m = alphabet.q, _fitting(rule, alphabet.q)
    p = np.full(q, (1 - share) / q)
    p[:m] += share / m
    return float((p * np.log(np.where(p > 0, q * p, 1.0))).sum())


def rank(matrix: NDArray[np.float64], positions: Sequence[int]) -> int:
    """Return the rank of the pairs that the last of ``positions`` forms with the others.

    ``matrix`` (L, L) scores pairs, the later position first; only entries below the diagonal count.
    1: every planted pair scores higher than every other pair; else one more than the number of
    other pairs that score no lower than the weakest planted one.

    >>> rank(np.array([[0, 0, 0], [3, 0, 0], [1, 2, 0]]), (2, 3))
    2
    """
    matrix = np.asarray(matrix, float)
    *others, last = (p - 1 for p in positions)
    other = np.tril(np.ones(matrix.shape, bool), -1)
    other[last, others] = False
    return int(1 + (matrix[other] >= matrix[last, others].min()).sum())


def _fitting(rule: str, q: int) -> int:
    """Return how many of q letters obey."""
    classes = {"copy": q, "class": max(2, q // 4), "parity": 2}
    if rule not in classes:
        raise ValueError(f"the rule is 'copy', 'class' or 'parity', not {rule!r}")
    if q % classes[rule]:
        raise ValueError(f"{q} letters do not fall into {classes[rule]} classes of one size")
    return q // classes[rule]
