"""Solutions to the exercises of lesson 10."""

import numpy as np


# exercise 10.1
def epistasis(wt, a, b, ab):
    """Return how far the double mutant is from the sum of both effects.

    The four numbers multiply, 2 * 3 = 6, so as logarithms they add up: no epistasis is left.
    """
    return ab - a - b + wt


# exercise 10.2
def triple(v):
    """Return the dividend of all three positions from coalition values (2, 2, 2)."""
    return np.diff(np.diff(np.diff(v, axis=0), axis=1), axis=2).item()


# exercise 10.3
def sign_epistasis(t):
    """Return whether two letters of position 1 change order with the letter at position 2."""
    signs = np.sign(t[:, None, :] - t[None, :, :])  # (q, q, q): letters a, b and c
    return bool(((signs > 0).any(axis=2) & (signs < 0).any(axis=2)).any())


# question 10 scale
# (1) Order two: with ParE2 from 33.9 to 12.8 %, with ParE3 from 19.9 to 10.6 %. (2) Not at the log,
# but between: 2.2 % at p = 0.25 with ParE2, 2.8 % at p = 0.5 with ParE3. The log stretches the dead
# end, so what is at the floor begins to look like an interaction. (3) ParE2's: order one grows from
# 62 to 84 %, with ParE3 from 77 to 85 %. Fewer variants live with ParE2, so the linear scale sees a
# few peaks in a plain.
