"""Solutions to the exercises of lesson 00, start here."""

import numpy as np


# exercise 0.1
def two_letters():
    """Return the means of 1 and 5 - 2, and of 5 - 1 and 2: each its own, and half of 2 together.

    With 3 for both nothing is left to share: in both orders letter 1 adds its own 1.
    """
    return [2, 3, 1]


# exercise 0.2
def least_explained(base, values, model_values, m):
    """Return the m rows whose f(x) - base - sum of the shares, (0.4), is largest in size."""
    gaps = model_values - base - values.sum(axis=1)  # (N,)
    return np.argsort(-np.abs(gaps))[:m]


# exercise 0.3
def best_change(means, x):
    """Return (position, letter) where the mean of a new letter most exceeds that of the old one.

    It is a worse bet than the sketch's own guess, because a mean over windows forgets the
    neighbours: part of every group is in it, averaged over letters that this sequence lacks. At the
    default parameters its bets on every fifth window raise the prediction by 0.24 on average, the
    sketch's by 0.47, and 0.52 is possible.
    """
    present = means[np.arange(len(x)), x]  # (n,)
    gain = means - present[:, None]  # (n, 4): 0 where the letter is already there
    position, letter = np.unravel_index(gain.argmax(), gain.shape)
    return int(position), int(letter)


# exercise 0.4
def three_positions():
    """Return the three lowest bars of the worst guide: the Cs at 6, 7 and 21.

    A low bar is a letter worth changing, but a single change is not its share: the network gains
    0.24, 0.37 or 0.13 from a random letter at 6, 7 or 21. It gains 0.82 from the letters that are
    best by mean share, G at all three. The network's own best there, T, T and A, would bring 1.63:
    a mean over windows forgets the neighbours. Some other triples win as well; the bars of one
    guide say little of another.
    """
    return [6, 7, 21]


# open question 0.5
# Guides that do not match: change a letter of the guide and keep the target, at each position, and
# measure, as [1] did. In our windows the guide always matches, and the network was fitted to such
# guides alone: a bar says that another target there, with another guide, would do worse.
# Both may have one cause, and lesson 08 compares the two, but these bars cannot show it.


# question 0 changes
# At the default parameters 15 of 78, at ten of the 26 positions; the Gs at 7 and 8 alone account
# for five. A few letters matter much, most of them little.


# question 0 worst
# (1) G helps: by 0.41, 0.38 and 0.20 at ranks 1, 10 and 200, and in all 194 guides that have it. C
# harms the worst guide, by 0.29, and 222 of the 237 guides that have it; A and T harm four fifths
# of theirs. It is the letter that decides. (2) Of many: 12 letters harm, together by 1.6, and the
# worst of them by 0.29. (3) For the very best: there the network says more than the sketch, by 0.29
# on average over the ten best and 0.09 over the best hundred. Further down, hundred by hundred, it
# says a little less than the sketch, by 0.03 to 0.10 on average; over the ten worst there is no
# difference to speak of, +0.02. A single gap says little: it is -0.42 at rank 200, where ten nearby
# have -0.11.
