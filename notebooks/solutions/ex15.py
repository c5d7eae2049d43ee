"""Solutions to the exercises of lesson 15, backgrounds."""

from itertools import product

import numpy as np


# exercise 15.1
def filled_in(f, x, unread, p):
    """Return the mean of f over the letters that were not read, drawn with the chances p (q,)."""
    fillings = np.array(list(product(range(len(p)), repeat=len(unread))))
    rows = np.tile(x, (len(fillings), 1))
    rows[:, unread] = fillings
    return f(rows) @ np.asarray(p)[fillings].prod(axis=1)


# exercise 15.2
def base_value(k, F, p):
    """Return the mean of f over independent letters with the chances p (n, q).

    Every letter is drawn, so none of x is left in it.
    """
    n, q = p.shape
    letter = np.arange(q)
    psi = p @ np.exp(2j * np.pi * np.outer(letter, letter) / q)  # (n, q): psi[i, k_i]
    return (F * psi[np.arange(n), k].prod(axis=1)).sum().real


# exercise 15.3
def two_shares(a, b):
    """Return both shares: the integral of the other's factor is the mean of its a and b.

    They are equal where a1 b2 = b1 a2, as when both b are 0.
    """
    return [(a[0] - b[0]) * (a[1] + b[1]) / 2, (a[1] - b[1]) * (a[0] + b[0]) / 2]


# exercise 15.4
def against(phi, x, p):
    """Return the mean of the values against every sequence, each with its chance: (15.4).

    A guide of 26 letters would need 4^26 baselines, 4.5e15: hence (15.3).
    """
    n, q = p.shape
    every = np.array(list(product(range(q), repeat=n)))  # (q^n, n)
    chance = p[np.arange(n), every].prod(axis=1)  # they add up to 1
    return chance @ np.array([phi(x, b) for b in every])


# exercise 15.5
def shift(effects, p, p2):
    """Return how much a share changes from p to p2: x cancels, so it is the same for every x."""
    return p @ effects - p2 @ effects


# exercise 15.6
def chances_of(wild, keep, q):
    """Return keep for the wild type's letter, and what is left shared by all q letters.

    With keep 0.9 and four letters the wild type's has the chance 0.9 + 0.1 / 4 = 0.925.
    """
    return keep * np.eye(q)[wild] + (1 - keep) / q


# open question 15.7
# Both: they compare with different sequences. The caption names the background and its base
# value, to which the shares have to be added. Take the two pictures as printed: for every guide,
# base value plus shares must give the same prediction. And both must come out of one sketch
# again; then the part of its waves of order 1 differs by the same number for all guides, foretold
# by (15.5) from g_i and the letters' frequencies. Interactions make the rest, and may shift all
# guides, too. Which picture to print depends on the sequences that a reader could order instead.


# question 15 towards
# (1) That at 9 turns from taking to giving, that at 10 the other way. Two things change at once:
# what a letter is compared with, first the average letter, then the weakest guide's; and the
# letters around it, first random ones, then those of the two guides. At 10 the first alone,
# letters around it still random, takes the bar from 0.18 to -0.04; the second takes it on to
# -0.22 (G is better than C by 0.05 in our guide, by 0.41 in the weakest). At 9 the first alone
# takes it from -0.04 to -0.19: among random sequences the network gives 0.24 more with the
# weakest guide's C than with our T. The second turns it to 0.34, since between the two guides it
# is the other way round: interactions, as at (3). (2) Waves read several positions: one of order
# 2 has both letters of the weakest guide with chance mix^2. It is -0.21. Were whole sequences
# mixed, half the weakest guide and half random ones, (15.4) would put it half way, at -0.44. (3)
# That at 21 rises by 0.25 of the one and by 0.21 of the other. That at 7 rises by 0.13 of the
# best guide and by 0.62 of the other; that at 10 falls by 0.40 of the best, and rises by 0.20 of
# the other. Interactions make the difference.
