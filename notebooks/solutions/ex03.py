"""Solutions to the exercises of lesson 03."""

import numpy as np


# exercise 3.1
def marginal(v, i, S):
    """Return v(S with i) - v(S): index 1 on an axis means that the position is in."""
    without = [int(j in S) for j in range(v.ndim)]
    with_i = without.copy()
    with_i[i] = 1
    return v[tuple(with_i)] - v[tuple(without)]


# exercise 3.2
def closed_form(k, F, x, q):
    """Return the values (n,): every wave at x, shared equally by the positions that it reads."""
    waves = (F * np.exp(2j * np.pi * (k @ x) / q)).real  # (s,)
    order = np.maximum((k != 0).sum(axis=1), 1)  # the constant has no position to give to
    return (waves / order) @ (k != 0)


# exercise 3.3
def mean_square(k, F):
    """Return the mean of phi_i squared (n,) by Parseval.

    phi_i is itself a function of x, with the coefficients F[k] / |k| where k_i is not 0.
    """
    order = np.maximum((k != 0).sum(axis=1), 1)
    return np.abs(F / order) ** 2 @ (k != 0)
