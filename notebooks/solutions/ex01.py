"""Solutions to the exercises of lesson 01, the q-ary Fourier transform."""

import numpy as np


# exercise 1.1
def coefficient(f, k):
    """Return F[k]: the mean over all x of f(x) times the wave of k backwards."""
    q = f.shape[0]
    omega = np.exp(2j * np.pi / q)
    return sum(f[x] * omega ** -np.dot(k, x) for x in np.ndindex(f.shape)) / f.size


# exercise 1.2
def share_of_order(frequencies, coefficients, d):
    """Return the energy at order d over the energy at all orders but 0."""
    order = np.count_nonzero(frequencies, axis=1)
    energy = np.abs(coefficients) ** 2
    return energy[order == d].sum() / energy[order > 0].sum()


# exercise 1.3
def other_strand(F):
    """Return G[l] = omega^(l_1 + ... + l_n) F[k], where k is -l read backwards.

    <k, q-1-reversed x> = -(k_1 + ... + k_n) - <reversed k, x> modulo q, so the wave of k turns
    into the wave of l = -(k reversed), times omega^(l_1 + ... + l_n). Energies are those of the
    mirrored positions, and so are the Sobol indices: position i gets those of n + 1 - i.
    """
    q, n = F.shape[0], F.ndim
    minus = -np.arange(q) % q
    total = np.indices(F.shape).sum(axis=0)
    return F.T[np.ix_(*[minus] * n)] * np.exp(2j * np.pi * total / q)
