"""Solutions to the exercises of lesson 00, start here."""

import numpy as np


# exercise 0.1
def two_letters():
    """Return the means of 1 and 5 - 2, and of 5 - 1 and 2: each its own, and half of 2 together.

    With 3 for both nothing is left to share: in both orders letter 1 adds its own 1.
    """
    return [2, 3, 1]


# exercise 0.2
def tables_to_shares():
    """Return 1 + 0.6 - 0.2 + 0.4, each letter's own and half of 0.4, and -0.2 + half of -0.4.

    The bars of AC add up, 1 + 0.8 + 0 = 1.8. In GC the bar of C has moved, though C is still there.
    """
    return [1.8, 0.8, 0, -0.4]


# exercise 0.3
def best_change(means, x):
    """Return (position, letter) where the mean of a new letter most exceeds that of the old one.

    It is a worse bet than the sketch's own guess. A mean over windows forgets the neighbours: part
    of every group is in it, averaged over letters that this sequence lacks. And a share holds only
    a part of each group, where a change replaces all of it. At the default parameters its bets on
    every fifth window raise the prediction by 0.24 on average, the sketch's by 0.47, and 0.52 is
    possible.
    """
    present = means[np.arange(len(x)), x]  # (n,)
    gain = means - present[:, None]  # (n, 4): 0 where the letter is already there
    position, letter = np.unravel_index(gain.argmax(), gain.shape)
    return int(position), int(letter)


# exercise 0.4
def three_positions():
    """Return three low bars of the worst guide that are not all neighbours: the Cs at 6, 7 and 21.

    A low bar is a letter worth changing, but a single change is not its share: the network gains
    0.24, 0.37 or 0.13 from a random letter at 6, 7 or 21. It gains 0.82 from the letters that are
    best by mean share, G at all three. The network's own best there, T, T and A, would bring 1.63:
    a mean over windows forgets the neighbours. The block 6, 7, 8 looks as good in the figure; with
    G there the network gains 0.14, 0.27 and 0.25 one by one, but 0.47 together, for neighbours work
    together. Spread the bets: 7, 8 and 21 gain 0.91, and 7, 19 and 21, the best of all triples,
    1.01. One triple in 46 wins; the bars of one guide say little of another.
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
# (1) Those near 7: what a group of letters is paid is shared by its members, and it has another
# letter now, as in exercise 0.2. With T at 7 the best guide loses 0.10 at 6 and 0.07 at 9, with C
# 0.06 at 10. With A the worst gains 0.15 at 6, 0.15 at 8 and 0.11 at 9. Farther than four letters
# off no bar of these two moves by more than 0.03. So a bar is a letter's among these neighbours. Of
# all guides, G at 7 helps all 194 that have it, and C harms 222 of 237; A and T harm four fifths of
# theirs. (2) Of many: the bars below 0 add up to -1.6, and the lowest, the C at 7, is -0.29 of it.
# Another letter at 7 lifts the prediction from -1.00 to -0.72 (G), -0.40 (T) or -0.38 (A) and no
# further: below the average guide. Exercise 0.4 changes three letters.
