"""Solutions to the exercises of lesson 10."""

import numpy as np


# exercise 10.1
def epistasis(wt, a, b, ab):
    """Return how far the double mutant is from the sum of both effects."""
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
