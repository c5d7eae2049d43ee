"""In-silico mutagenesis: every other letter at every position, one at a time."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.queries import Queries


def mutagenesis(asked: Queries, codes: Codes) -> Array:
    """Return f(x) minus the mean of f over the q - 1 other letters at each position, (N, n).

    n(q - 1) + 1 rows per sequence. It says what one change does to this sequence; a Shapley value
    what the letter does on average over what may stand at the other positions.

    >>> from shapzero_lite import DNA
    >>> count_g = Queries(lambda codes: (codes == 2).sum(axis=1), DNA)
    >>> mutagenesis(count_g, DNA.encode(["GA"])).round(4).tolist()
    [[1.0, -0.3333]]
    """
    n, q = codes.shape[1], asked.known_alphabet.q
    values = np.empty(codes.shape)
    place = np.repeat(np.arange(n), q - 1)
    shift = np.tile(np.arange(1, q), n)
    for r, x in enumerate(codes):
        rows = np.tile(x, (n * (q - 1) + 1, 1))
        rows[np.arange(1, len(rows)), place] = (x[place] + shift) % q
        answers = asked(rows)
        values[r] = answers[0] - answers[1:].reshape(n, q - 1).mean(axis=1)
    return values
