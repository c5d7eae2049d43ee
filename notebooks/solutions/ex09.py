"""Solutions of lesson 09, DNA repair."""

import numpy as np


# exercise 9.1
def equality_waves(i, j, n, q):
    """Return the frequencies (q - 1, n) of 1[x_i = x_j], without the constant."""
    k = np.zeros((q - 1, n), int)
    k[:, i] = np.arange(1, q)
    k[:, j] = q - k[:, i]
    return k


# exercise 9.2
def cancelling(k, F, q):
    """Return the share of the energy, without the constant, where k sums to 0 modulo q."""
    energy = np.abs(F) ** 2 * k.any(axis=1)
    return energy[k.sum(axis=1) % q == 0].sum() / energy.sum()
