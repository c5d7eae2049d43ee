"""Solutions to the exercises of lesson 04, aliasing."""

import numpy as np


# exercise 4.1
def hash_of(k, H, q):
    """Return H^T k modulo q, one entry per column of H."""
    return np.asarray(H).T @ np.asarray(k) % q


# exercise 4.2
def bin_value(f, H, d, j):
    """Return U_d[j]: the mean over l of f(H l + d) times the wave of j backwards."""
    q, b = f.shape[0], H.shape[1]
    omega = np.exp(2j * np.pi / q)
    total = 0
    for l in np.ndindex((q,) * b):
        x = tuple((H @ np.array(l) + d) % q)
        total += f[x] * omega ** -np.dot(j, l)
    return total / q**b
