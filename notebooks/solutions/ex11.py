"""Solutions to the exercises of lesson 11."""

import numpy as np


# exercise 11.1
def gap(z, y_sequence, y_baseline):
    """Return the largest difference of the sum of parts and the change of the target."""
    return np.abs(z.sum(-1) - (y_sequence - y_baseline)).max()


# exercise 11.2
def entry(z, z0, j, i):
    """Return the score of output j and input i from standardised integrated gradients."""
    v = z.var(0, ddof=1) + z0.var(0, ddof=1)
    t = v[j].sum() / (j + 1)
    difference = abs(np.median(z[:, j, i]) - np.median(z0[:, j, i]))
    return difference * t / v[j, i]


# exercise 11.3
def owes(P):
    """Return letter resampling (11.6) of two letters, in nats, from their probabilities.

    It is the divergence of the pair from independent letters, which is the mutual information, and
    the divergence the other way round, which is not negative either.
    """
    p = P.sum(axis=1, keepdims=True)
    told = np.log(P / p)
    return (P * (told - (p * told).sum(axis=0))).sum()


# question 11 shares
# (1) The network is sure of N at 7, so a letter drawn again is N again, and nothing is foretold
# worse. That these letters always stand there, counting knows. (2) Position 7 only foretells: no
# planted letter precedes it. 9 and 11 are foretold, by 7; 9 could foretell 11 but hardly does:
# whoever has read 7 expects 11 already. (3) Nothing but noise: letters that are independent owe
# nothing to each other, and what a network makes of chance is small.
