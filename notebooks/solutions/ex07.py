"""Solutions to the exercises of lesson 07."""

import numpy as np


# exercise 7.1
def shrunken(z, tau2, sigma2, N):
    """Return E[c | z] (p,): the signal's share of the variance of z, times z."""
    return z * tau2 / (tau2 + sigma2 / N)


# exercise 7.2
def variances(z, owner, s2):
    """Return the estimate of tau2 for every set: mean square less noise, not below 0."""
    return np.maximum(0.0, np.bincount(owner, z**2 - s2) / np.bincount(owner))


# exercise 7.3
def base_value(k, F, p):
    """Return the mean of f over independent letters with the chances p (n, q)."""
    n, q = p.shape
    letter = np.arange(q)
    psi = p @ np.exp(2j * np.pi * np.outer(letter, letter) / q)  # (n, q): psi[i, k_i]
    return (F * psi[np.arange(n), k].prod(axis=1)).sum().real
