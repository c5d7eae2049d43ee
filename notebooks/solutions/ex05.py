"""Solutions to the exercises of lesson 05, bins and peeling."""

import numpy as np


# exercise 5.1
def frequency_of(u, q):
    """Return k of a bin with one coefficient: the turn of each delay, in hours."""
    turns = np.angle(u[1:] / u[0]) * q / (2 * np.pi)
    return np.rint(turns).astype(int) % q


# exercise 5.2
def kind_of(u, q, tau):
    """Return "zero", "single" or "multi"; the hash H^T k = j would refuse most imitations."""
    energy = np.mean(np.abs(u) ** 2)
    if energy <= tau:
        return "zero"
    k = np.rint(np.angle(u[1:] * np.conj(u[0])) * q / (2 * np.pi)).astype(int) % q
    phases = np.exp(2j * np.pi / q) ** np.concatenate([[0], k])
    F = np.mean(u * phases.conj())
    return "single" if energy - abs(F) ** 2 <= 1e-6 * abs(F) ** 2 else "multi"
