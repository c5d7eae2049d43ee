"""A regulatory function of n letters: four motifs anywhere, cooperation, a sigmoid.

Factor m (of 4) scores a window of six letters with a matrix s (6, 4): normal numbers of standard
deviation 0.5, one letter a place, drawn at random, 2 higher. It sits on a window with probability
σ(3 (score - t)), on all of them independently, so that its occupancy is

    o_m = 1 - prod over windows (1 - σ(3 (score - t_m))),        σ(z) = 1 / (1 + exp(-z)),

where t_m is such that a random sequence of n letters has 0.7 sites of it in the mean. The answer is

    f = σ(2 o_1 + 1.5 o_2 - 2 o_3 + o_4 + 2.5 o_1 o_2 - 1.5):

three activators of which two help each other, and a repressor. No place of a sequence is special.
"""

import numpy as np

import shapzero_lite as sz

WIDTH, FACTORS, SITES, STEEP = 6, 4, 0.7, 3.0
EFFECTS, TOGETHER, CONSTANT = np.array([2.0, 1.5, -2.0, 1.0]), 2.5, -1.5
_ROWS = 4_096

Array = np.ndarray


class Regulatory:
    """The function; ``seed`` draws its motifs.

    >>> Regulatory(40, seed=0)(np.zeros((2, 40), np.uint8)).round(3)
    array([0.182, 0.182])
    """

    alphabet = sz.DNA

    def __init__(self, n: int = 40, seed: int = 0) -> None:
        self.n, rng = n, np.random.default_rng(seed)
        scores = rng.normal(0, 0.5, (FACTORS, WIDTH, 4))
        best = rng.integers(0, 4, (FACTORS, WIDTH))
        np.put_along_axis(
            scores, best[:, :, None], 2 + np.take_along_axis(scores, best[:, :, None], 2), 2
        )
        every = sz.DNA.all_sequences(WIDTH)
        table = scores[:, np.arange(WIDTH), every].sum(axis=2)  # (factors, 4^6)
        self._empty = np.stack([self._log_empty(row) for row in table])

    def _log_empty(self, scores: Array) -> Array:
        """Log probability that a factor does not sit on a window, for every window (4^6,)."""
        low, high = scores.min() - 9, scores.max() + 9
        for _ in range(60):  # halve: fewer sites the higher the threshold
            middle = (low + high) / 2
            bound = 1 / (1 + np.exp(-STEEP * (scores - middle)))
            few = bound.mean() * (self.n - WIDTH + 1) < SITES
            low, high = (low, middle) if few else (middle, high)
        return np.log1p(-bound)

    def __call__(self, codes: Array) -> Array:
        """Return the answers (N,) to codes (N, n)."""
        out = np.empty(len(codes))
        for start in range(0, len(codes), _ROWS):
            rows = codes[start : start + _ROWS].astype(np.int64)
            places = self.n - WIDTH + 1
            window = sum(rows[:, i : i + places] * 4 ** (WIDTH - 1 - i) for i in range(WIDTH))
            o = 1 - np.exp(self._empty[:, window].sum(axis=2))  # (factors, rows)
            latent = EFFECTS @ o + TOGETHER * o[0] * o[1] + CONSTANT
            out[start : start + _ROWS] = 1 / (1 + np.exp(-latent))
        return out
