"""Solutions to the exercises of lesson 01, the q-ary Fourier transform."""

from math import comb

import numpy as np


# exercise 1.1
def c_or_t():
    """Return F: C points to (-i)^k, T to i^k; at k = 1 and 3 they cancel, at 2 both are -1."""
    return [0.5, 0, -0.5, 0]


# exercise 1.2
def coefficient(f, k):
    """Return F[k]: the mean over all x of f(x) times the wave of k backwards."""
    q = f.shape[0]
    omega = np.exp(2j * np.pi / q)
    return sum(f[x] * omega ** -np.dot(k, x) for x in np.ndindex(f.shape)) / f.size


# exercise 1.3
def averaged_over(F, i):
    """Return F with 0 for every wave that sees position i: averaging over its letter kills it."""
    kept = np.zeros_like(F)
    here = tuple(0 if axis == i else slice(None) for axis in range(F.ndim))
    kept[here] = F[here]
    return kept


# exercise 1.4
def share_of_order(frequencies, coefficients, order):
    """Return the energy at one order over the energy at all orders but 0."""
    orders = np.count_nonzero(frequencies, axis=1)
    energy = np.abs(coefficients) ** 2
    return energy[orders == order].sum() / energy[orders > 0].sum()


# exercise 1.5
def waves_of_order(q, n, order):
    """Return the choices of positions times those of entries: q - 1, for 0 sees nothing.

    The guide has 14 waves of 1 + 18 + 135 = 154 up to order 2.
    """
    return comb(n, order) * (q - 1) ** order


# exercise 1.6
def other_strand(F, k):
    """Return H[k] = omega^(k_1 + ... + k_n) F[m], where m is -k read backwards.

    <m, q-1-reversed x> = -(m_1 + ... + m_n) - <reversed m, x> modulo q, so the wave of m turns
    into the wave of k = -(m reversed), times omega^(k_1 + ... + k_n). Energies are those of the
    mirrored positions, and so are the Sobol indices: position i gets those of n + 1 - i.
    """
    q = F.shape[0]
    backwards = tuple(-entry % q for entry in reversed(k))
    return F[backwards] * np.exp(2j * np.pi * sum(k) / q)


# open question 1.7
# R² falls by the total index of position 1, 0.3: the pair of positions 1 and 6 goes with it.
# Agrees: change letter 1 alone and average over all other letters; the mean score does not move.
# Does not: fix letter 6 at G and change letter 1; at C the guide folds and loses 0.4. The first
# index asks what a position does on average over the others, the total index also what it does with
# them.


# question 1 clock
# (1) For ACGT it becomes -0.25: running backwards C points down and T up, they cancel, and G alone
# is left, (−1)/4. A function of one more letter can have less of a wave. (2) Only F[0], the value
# itself: a constant has no other wave. (3) For instance A and G 1, C and T -1: wave 2 itself. Any
# other choice is a multiple of it.


# question 1 kept
# (1) At the default parameters first two waves of position 2: the first table fills. Then three
# of the pair 1+6: the four cells whose letters can pair. Then four of positions 3 and 4 alone,
# two each: in the middle table rows and columns, added. Last four of the pair 3+4: C or G at both
# no longer counts more than at one. k and -k are equally large, so they come together. (2) Its
# energy is spread over all frequencies: fourteen of 4,096 explain 0.03 of it.
