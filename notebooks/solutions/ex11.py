"""Solutions to the exercises of lesson 11."""

import numpy as np


# exercise 11.1
def two_letters(c, h):
    """Return what the second letter owes to the first in NL, NY, XY and on average, in nats.

    A letter that is drawn again is another one with chance 1 - c (of N) or c (of X), and then
    log h and log(1 - h) are exchanged. On average it is never negative: both factors with h
    change their signs at one half.
    """
    gain = np.log(h / (1 - h))
    return [(1 - c) * gain, -(1 - c) * gain, c * gain, 2 * c * (1 - c) * (2 * h - 1) * gain]


# exercise 11.2
def owed_to(model, s, t, i):
    """Return what letter t of a sequence owes to letter i, in nats: (11.3) before its mean.

    Where each letter copies the one before, the letter between stays and says all that the first
    could say of the last. In 0, 1, 1 the middle one is drawn as 1 once in ten times; each other
    draw costs log 8.
    """
    said, again = model(s), 0.0
    for a in range(said.shape[1]):
        other = [*s[:i], a, *s[i + 1 :]]
        again += np.exp(said[i, a]) * model(other)[t, s[t]]
    return said[t, s[t]] - again


# exercise 11.3
def two_scores(m, c):
    """Return the published score of both inputs, the second with c times its effect.

    In units of the first v the row mean is (1 + c^2) / 2. The second's medians are c m apart, and
    are divided by c^2. Ten times less effect, ten times the score.
    """
    mean = (1 + c**2) / 2
    return [m * mean, m * mean / c]


# exercise 11.4
def parity_owes(h):
    """Return mutual information of bits 1 and 3 of a parity, and what 3 owes to 1, in nats.

    Bit 3 is a fair coin whatever bit 1 is. Bit 1, drawn again, is flipped half of the time, and
    what was predicted with p is then predicted with 1 - p: on average half of E log(p / (1 - p)).
    At h = 0.95 that is 1.32; the network says 1.3.
    """
    return [0.0, (2 * h - 1) * np.log(h / (1 - h)) / 2]


# open question 11.5
# The same map of an untrained network, and of one trained on your sequences with the letters
# shuffled within each position: what stays hot is the method, the place or a frequent letter, no
# dependence. I count letters at each position, then pairs, then triples: a letter that nearly
# always stands in its place owes nothing to others. Then I order all eight combinations of the
# three letters, each kept or changed, and measure how they bind, with replicates, on a scale where
# effects could add up (lesson 10). If the single changes explain the others, the three matter, but
# not together.


# question 11 again
# (1) Nothing: the letter drawn again is N again, and L is predicted as before. What always stands
# there, counting knows. (2) No: where N is rare it is rarely written. On average the second owes
# most where N and X are equally frequent; by exercise 11.1 it goes as c(1 - c).

# question 11 letters
# (1) 7 and 9. At 7 both L at 9 and I at 11 lose nearly all: L still stands before I, but without N
# the network takes that for chance. Which letter hardly matters: after any but N the sequence is
# taken for one without the rule. (2) At 7 the draw is another letter in 17.5 %, and with A I at 11
# loses 2.7 nats: 0.175 * 2.7 = 0.47. At 9, after N, it is L again nearly always, another in 1.7 %,
# and I loses 0.8: 0.017 * 0.8 = 0.01. That debt is small twice over: the draw hardly ever changes
# anything, and where it does, less is lost. (3) With A at 9 the network gives I some 40 %, with
# others from 27 to 84 %: it predicts I from N alone. By the rule I would lose log(0.99 / 0.05) =
# 3.0 nats, not 0.8. N without L stands in 39 of the 4,000 sequences: few to learn it from.
