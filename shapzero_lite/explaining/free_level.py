"""From the values of a spectrum to those of what answers for free: by letter changes, or walks.

A distilled network knows more than the spectrum of its answers. Its Shapley values are those of the
spectrum, exact, plus those of network - spectrum, whose answers cost nothing but time. Walks
estimate them without bias; one letter at a time tells nearly all of them much sooner (module
``letter_changes``), with an error that walks of a sample measure.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.explaining.letter_changes import Damping, chances_of, damping, letter_changes
from shapzero_lite.explaining.random_walks import walk_values, walked_positions
from shapzero_lite.letters import Codes, Letters

# Rows that the mean is taken over.
_MEAN_ROWS = 16_384
# Sequences that letter changes are checked on; answers that walks of them may take; the fewest
# pairs of walks of each.
_CHECKED, _CHECK_ROWS, _FEWEST_PAIRS = 40, 50_000, 8
# Answers about single letters in one call of ``explain``: for more sequences, fewer letters each.
_MOST_ROWS = 1_000_000

# Values (N, n), their standard errors (N, n), degrees of freedom of these.
Found = tuple[Array, Array, float]


class FreeLevel:
    """What is added to the values of a spectrum, so that they are those of ``answers``.

    ``answers``, ``known``: callables from codes (N, n) to (N,), what answers for free and the
    spectrum; ``shape``: n and q; ``start``: the background, ``Letters`` or codes (B, n), None for
    uniform letters; ``meant``: the letters that both were learnt for, None for uniform ones.
    """

    def __init__(
        self,
        answers: Callable[[Codes], Array],
        known: Callable[[Codes], Array],
        shape: tuple[int, int],
        start: Letters | Codes | None,
        meant: Letters | None,
        seed: int,
    ) -> None:
        self._answers, self._known = answers, known
        self._n, self._q = shape
        self._start, self._meant, self._seed = start, meant, seed
        self._made: dict[int, Damping] = {}

    def residual(self, rows: Codes) -> Array:
        """Return what is beyond the spectrum, (N,)."""
        return self._answers(rows) - self._known(rows)

    @cached_property
    def mean(self) -> float:
        """The mean of that over the background, over at most _MEAN_ROWS of its rows."""
        return float(self.residual(self._drawn(self._start, _MEAN_ROWS, 4)).mean())

    def by_walks(self, codes: Codes, pairs: int, seed: int) -> Found:
        """Return the values by ``pairs`` of walks a sequence: unbiased, 2n - 1 answers a pair.

        n counts the positions that walks visit (``walked_positions``).
        """
        walked = len(walked_positions(codes, self._start))
        rows = pairs * (2 * walked - 1) + 1
        stream = [seed, 1]  # paid walks are drawn from [seed]
        found, errors, _ = walk_values(
            self.residual, codes, self._q, rows, stream, background=self._start, mean=self.mean
        )
        return found, errors, pairs - 1.0 if walked else np.inf

    def by_letters(self, codes: Codes, seed: int) -> Found:
        """Return the values by changes of single letters, and their typical error.

        All other letters of a position are tried, or as many as keep N sequences to _MOST_ROWS
        answers: at least one.
        """
        letters = max(1, _MOST_ROWS // max(1, codes.size))
        made, here = self._damping(letters), self.residual(codes)
        changes = self._changes(codes, here, letters, np.random.default_rng([seed, 1]))
        errors = np.broadcast_to(made.error, codes.shape).copy()
        return made.values(changes, here - self.mean), errors, _CHECKED - 1.0

    def _damping(self, letters: int) -> Damping:
        """The factor for so many letters a position, and its error, from walks of a sample."""
        letters = min(letters, self._q - 1)
        if letters not in self._made:
            codes = self._drawn(self._meant, _CHECKED, 5)
            pairs = max(_FEWEST_PAIRS, _CHECK_ROWS // (_CHECKED * (2 * self._n - 1)))
            here = self.residual(codes)
            rng = np.random.default_rng([self._seed, 6])
            changes = self._changes(codes, here, letters, rng)
            walks, errors, _ = self.by_walks(codes, pairs, self._seed)
            self._made[letters] = damping(changes, walks, errors, here - self.mean)
        return self._made[letters]

    def _changes(self, codes: Codes, here: Array, letters: int, rng: np.random.Generator) -> Array:
        start = self._start.probabilities if isinstance(self._start, Letters) else self._start
        chances = chances_of(start, self._n, self._q)
        return letter_changes(self.residual, codes, here, chances, letters, rng)

    def _drawn(self, source: Letters | Codes | None, count: int, stream: int) -> Codes:
        """At most ``count`` sequences of a set, as many of letters."""
        rng = np.random.default_rng([self._seed, stream])
        if source is None:
            return rng.integers(0, self._q, size=(count, self._n), dtype=np.uint8)
        if isinstance(source, Letters):
            return source.draw(count, rng)
        return rng.permutation(source)[:count]
