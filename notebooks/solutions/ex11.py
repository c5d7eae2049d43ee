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
    """Return mutual information of bit 3 with both others, and what 3 owes to 1, in nats.

    Bit 3 is a fair coin, log 2; where both others are known, one with chance h. At h = 0.95 that is
    the 0.49 that there is to learn. Bit 1, drawn again, is flipped half of the time, and what was
    predicted with p is then predicted with 1 - p: on average half of E log(p / (1 - p)). At 0.95
    that is 1.32; the network says 1.3. Twice that is more than 0.49: debts are no shares of it.
    """
    both = np.log(2) + h * np.log(h) + (1 - h) * np.log(1 - h)
    return [both, (2 * h - 1) * np.log(h / (1 - h)) / 2]


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
# (1) With A at 7 I at 11 loses 2.7 nats, and the draw is another letter in 17.5 %: about 0.175 *
# 2.7 = 0.47. With A at 9 it loses 0.8, and there, after N, the draw is another letter in only 1.7
# %: about 0.01. 11 owes to 7. (2) After N nearly every draw at 9 is L again: who knows N knows L,
# and hardly needs it. Counting 9 with 11 does not know what N has said already.
# Figure 11.1 has 0.05, the mean over all sequences: most of it from the 1 % with N and not L, where
# the draw puts L back, I is expected, and what stands at 11 is predicted worse. By the planted
# chances it is 0.10: there I is surer after N and L (99.94 %, not 99.3 %), and after N without L no
# likelier than any other letter (5 %, not 43 %).
