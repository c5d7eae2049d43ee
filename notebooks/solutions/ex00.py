"""Solutions to the exercises of lesson 00, start here."""

import numpy as np


# exercise 0.1
def gap_of(base, values, model_values):
    """Return f(x) - base - sum of the shares, one number a sequence: equation (0.4)."""
    return model_values - base - values.sum(axis=1)


# exercise 0.2
def best_change(means, x):
    """Return (position, letter) where the mean of a new letter most exceeds that of the old one.

    It is a worse bet than the sketch's own guess, because a mean over windows forgets the
    neighbours: part of every group is in it, averaged over letters that this sequence lacks.
    """
    present = means[np.arange(len(x)), x]  # (n,)
    gain = means - present[:, None]  # (n, 4): 0 where the letter is already there
    position, letter = np.unravel_index(gain.argmax(), gain.shape)
    return int(position), int(letter)
