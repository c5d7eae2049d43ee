"""Solutions to the exercises of lesson 12."""

import numpy as np


# exercise 12.1
def false_alarm(level, M):
    """Return the probability that at least one of M independent p-values is below a level."""
    return 1 - (1 - level) ** M


# exercise 12.2
def serial_p(states, observed):
    """Return the share of states, the observed one among them, that are at least as extreme.

    The two extra ones are the observed phenotype itself: with N = 0 it stands alone, and p is 1.
    """
    return (1 + np.sum(states >= observed)) / (len(states) + 1)


# exercise 12.3
def same_selection(phi, y, chosen):
    """Say whether a row of phi has the largest squared correlation with y.

    The mean m goes with the bar, the factor c with the lengths, its sign with the square.
    """
    phi = phi - phi.mean(axis=1, keepdims=True)
    scores = (phi @ (y - y.mean())) ** 2 / (phi**2).sum(axis=1)
    return bool(scores.argmax() == chosen)


# question 12 effect
# (1) Flat: under the null a p-value is uniform, whatever the mesh. Of 60 data sets that is 3 in
# a bar, give or take 2. (2) At 0.6 about two in three, at 1.0 nearly all; at 0.4 one in six. (3)
# Power, but little here: at effect 0.6 the share below 5 % is 0.65 for words of their own and 0.70
# for one cell, a difference of three data sets in 60, which chance makes as well.
