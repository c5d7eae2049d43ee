"""Bae's scores of a cut: how much microhomology, and how much of it shifts the frame.

Nothing is fitted here. The rule is that of Bae, Kweon, Kim & Kim, "Microhomology-based choice of
Cas9 nuclease target sites", Nature Methods 11, 705-706 (2014), with its supplementary program.
``dna_repair`` is the fitted model that stands beside them.
"""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import whole
from shapzero_lite.letters import DNA, as_codes

SHORTEST = 2  # letters of a microhomology
DECAY = 20.0  # letters of deletion over which a pattern's score falls by the factor e
CITATION = (
    "Bae, Kweon, Kim & Kim 2014, Microhomology-based choice of Cas9 nuclease target sites, "
    "Nature Methods 11, 705-706, doi:10.1038/nmeth.3015"
)
# What a letter of a microhomology counts, in the order A, C, G, T.
_WEIGHTS = np.array([1.0, 2.0, 2.0, 1.0])
_BLOCK = 8192


class MicrohomologyScore:
    """One of Bae's two scores as a model to call: codes (N, n) to (N,) float64.

    Attributes: ``alphabet`` (DNA), ``n``, ``cut`` (letters left of the cut), ``out_of_frame``
    (which of the two), ``without`` (what a sequence without microhomology gets), ``units``,
    ``citation``.
    """

    alphabet = DNA
    citation = CITATION

    def __init__(self, n: int, cut: int, *, out_of_frame: bool, without: float = 0.0) -> None:
        n, cut = whole(n, "n", None), whole(cut, "cut", None)
        if not SHORTEST <= cut <= n - SHORTEST:
            raise ValueError(
                f"the cut needs at least {SHORTEST} letters on each side: with n={n}, cut is "
                f"{SHORTEST}..{n - SHORTEST}, not {cut}"
            )
        self.n, self.cut = n, cut
        self.out_of_frame, self.without = bool(out_of_frame), float(without)
        self.units = (
            "percent of the microhomology score" if out_of_frame else "sum of pattern scores"
        )

    def __call__(self, codes: Any) -> Array:
        """Return the score (N,) of sequences or codes (N, n).

        Raises ``TypeError`` or ``ValueError`` for what is no DNA of n letters, naming sequence
        and position.
        """
        codes = as_codes(codes, DNA, n=self.n)
        sums = np.zeros((2, len(codes)))  # in frame, out of frame
        for start in range(0, len(codes), _BLOCK):
            x = codes[start : start + _BLOCK]
            weights = _WEIGHTS[x]
            for J in range(1, self.n):
                first, last = max(0, self.cut - J), min(self.cut, self.n - J)
                same = x[:, first:last] == x[:, first + J : last + J]
                # A maximal run scores the sum of its letters, so no run need be followed: what
                # counts is each letter that has a neighbour in its run.
                kept = np.zeros_like(same)
                kept[:, 1:] = same[:, 1:] & same[:, :-1]
                kept[:, :-1] |= kept[:, 1:]
                found = (kept * weights[:, first:last]).sum(axis=1)
                sums[int(J % 3 != 0), start : start + _BLOCK] += _factor(J) * found
        total = sums.sum(axis=0)
        if not self.out_of_frame:
            return total
        return np.where(total > 0, 100 * (sums[1] / np.where(total > 0, total, 1.0)), self.without)

    def __repr__(self) -> str:
        name = "out_of_frame_score" if self.out_of_frame else "microhomology_score"
        return f"{name}(n={self.n}, cut={self.cut})"


def microhomology_score(n: int = 40, cut: int = 20) -> MicrohomologyScore:
    """Return Bae's microhomology score, a callable from codes (N, n) to (N,).

    Two equal stretches of m >= 2 letters, one left and one right of the cut, from i and from
    i + J on, hold a deletion of J letters. Stretches within longer ones at the same J do not
    count again. With G letters G or C and A letters A or T::

        pattern score        = 100 round(exp(-J / 20), 3) (A + 2 G)
        microhomology score  = sum of pattern scores

    ``cut``: letters left of the cut. The authors recommend 60 to 80 letters cut in the middle;
    40 letters show fewer long deletions. Where text and program of the authors part: the program
    never looks for a stretch that fills all letters left of the cut, and finds two that are one
    shorter instead; here it is one stretch. Source: Bae et al. 2014, main text and Supplementary
    Figure 3. Raises ``ValueError`` for fewer than 2 letters on a side of the cut.

    >>> score = microhomology_score(n=8, cut=4)  # AC at i = 1 and i + 5; exp(-5/20) = 0.779
    >>> round(float(score(["ACTTGACG"])[0]), 1), microhomology_patterns("ACTTGACG", cut=4)
    (233.7, [(5, 'AC', 233.7)])
    """
    return MicrohomologyScore(n, cut, out_of_frame=False)


def out_of_frame_score(n: int = 40, cut: int = 20, *, without: float = 0.0) -> MicrohomologyScore:
    """Return Bae's out-of-frame score, a callable from codes (N, n) to (N,), 0 to 100.

    The share of the microhomology score, in percent, whose deletion length J is not a multiple
    of three::

        100 (sum of pattern scores with J not divisible by 3) / microhomology score

    Insertions and deletions without microhomology are not looked at. ``without``: the score of a
    sequence without any microhomology, where the definition is 0/0 and the authors' program
    prints nothing; 0 is what the public tool CRISPOR returns. Else as ``microhomology_score``.

    >>> out_of_frame_score(n=8, cut=4)(["ACTTGACG", "ACTTACGG", "AAAACCCC"]).tolist()
    [100.0, 100.0, 0.0]
    """
    return MicrohomologyScore(n, cut, out_of_frame=True, without=without)


def microhomology_patterns(sequence: Any, cut: int = 20) -> list[tuple[int, str, float]]:
    """Return the deletions that microhomology holds in one sequence, the highest score first.

    Each is (letters deleted J, microhomology, pattern score) by the rule of
    ``microhomology_score``; their scores add up to it. ``cut``: letters left of the cut. Raises
    ``ValueError`` for several sequences, and for fewer than 2 letters on a side of the cut.

    >>> microhomology_patterns("GGACGT" + "ACGTTT", cut=6)
    [(4, 'ACGT', 491.4)]
    """
    codes = as_codes(sequence, DNA)
    if len(codes) != 1:
        raise ValueError(f"the patterns of one sequence are listed at a time, not of {len(codes)}")
    x = codes[0]
    MicrohomologyScore(len(x), cut, out_of_frame=False)  # the same errors for a bad cut
    found = []
    for J in range(1, len(x)):
        first, last = max(0, cut - J), min(cut, len(x) - J)
        same = x[first:last] == x[first + J : last + J]
        edges = first + np.flatnonzero(np.diff(same, prepend=False, append=False))
        for begin, end in zip(edges[::2], edges[1::2], strict=True):
            if end - begin >= SHORTEST:
                score = _factor(J) * _WEIGHTS[x[begin:end]].sum()
                found.append((J, DNA.decode(x[None, begin:end])[0], round(float(score), 1)))
    return sorted(found, key=lambda pattern: -pattern[2])


def _factor(J: int) -> float:
    # Rounded as the authors' program rounds it.
    return 100 * round(exp(-J / DECAY), 3)
