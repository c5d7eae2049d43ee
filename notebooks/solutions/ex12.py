"""Solutions to the exercises of lesson 12."""

import numpy as np


# exercise 12.1
def false_alarm(level, M):
    """Return the probability that at least one of M independent p-values is below a level."""
    return 1 - (1 - level) ** M


# exercise 12.2
def serial_p(states, observed):
    """Return the share of states, the observed one among them, that are at least as extreme."""
    return (1 + np.sum(states >= observed)) / (len(states) + 1)


# exercise 12.3
def same_selection(phi, y, chosen):
    """Say whether a row of phi has the largest squared correlation with y."""
    phi = phi - phi.mean(axis=1, keepdims=True)
    scores = (phi @ (y - y.mean())) ** 2 / (phi**2).sum(axis=1)
    return bool(scores.argmax() == chosen)
