"""Solutions to the exercises of lesson 01, the q-ary Fourier transform."""

import numpy as np


# exercise 1.1
def coefficient(f, k):
    """Return F[k]: the mean over all x of f(x) times the wave of k backwards."""
    q = f.shape[0]
    omega = np.exp(2j * np.pi / q)
    return sum(f[x] * omega ** -np.dot(k, x) for x in np.ndindex(f.shape)) / f.size


# exercise 1.2
def share_of_order(frequencies, coefficients, order):
    """Return the energy at one order over the energy at all orders but 0."""
    orders = np.count_nonzero(frequencies, axis=1)
    energy = np.abs(coefficients) ** 2
    return energy[orders == order].sum() / energy[orders > 0].sum()


# exercise 1.3
def other_strand(F, k):
    """Return G[k] = omega^(k_1 + ... + k_n) F[l], where l is -k read backwards.

    <l, q-1-reversed x> = -(l_1 + ... + l_n) - <reversed l, x> modulo q, so the wave of l turns
    into the wave of k = -(l reversed), times omega^(k_1 + ... + k_n). Energies are those of the
    mirrored positions, and so are the Sobol indices: position i gets those of n + 1 - i.
    """
    q = F.shape[0]
    backwards = tuple(-entry % q for entry in reversed(k))
    return F[backwards] * np.exp(2j * np.pi * sum(k) / q)
