"""Solutions to the exercises of lesson 03."""

import numpy as np


# exercise 3.1
def marginal(v, i, S):
    """Return v(S with i) - v(S): index 1 on an axis means that the position is in."""
    without = [int(j in S) for j in range(v.ndim)]
    with_i = without.copy()
    with_i[i] = 1
    return v[tuple(with_i)] - v[tuple(without)]


# exercise 3.2
def three_values():
    """Return 1 + 4/2 - 6/3, 4/2 - 6/3, -6/3."""
    return [1, 0, -2]


# exercise 3.3
def walk_pair(v, order):
    """Return the mean of both walks, by position.

    One pair is exact for groups of one letter, and of two: each is last once, and gets half. Of a
    larger group the ends get half each, and those between them nothing, where all should get alike.
    """
    added = np.zeros(len(order))
    for walk in (order, order[::-1]):
        inside = [0] * len(order)
        for i in walk:
            before = v[tuple(inside)]
            inside[i] = 1
            added[i] += (v[tuple(inside)] - before) / 2
    return added


# exercise 3.4
def closed_form(k, F, x, q):
    """Return the values (n,): every wave at x, shared equally by the positions that it reads."""
    waves = (F * np.exp(2j * np.pi * (k @ x) / q)).real  # (s,)
    order = np.maximum((k != 0).sum(axis=1), 1)  # the constant has no position to give to
    return (waves / order) @ (k != 0)


# exercise 3.5
def mean_square(k, F):
    """Return the mean of phi_i squared (n,) by Parseval.

    phi_i is itself a function of x, with the coefficients F[k] / |k| where k_i is not 0.
    """
    order = np.maximum((k != 0).sum(axis=1), 1)
    return np.abs(F / order) ** 2 @ (k != 0)


# exercise 3.6
def six_numbers():
    """Return the dividends, what a pair gets, and the sum of SII.

    One player is paid 1; a pair takes 1 off, for 1 + 1 - 1 = 1; all three give 1 back. A pair keeps
    its -1 and gets, of the 1 of all three, a third by STII (there are three pairs), a half by SII.
    A single player has 1/3 by SII, its Shapley value, so all six make 3 (1/3) - 3/2.
    """
    return [1, -1, 1, -2 / 3, -1 / 2, -1 / 2]


# exercise 3.7
def half_hidden():
    """Return a(1) = v(1) - v(nobody), a(1, 2) by taking off all smaller sets, and (3.7).

    A hidden letter is that of x with chance 1/2 + 1/8 = 5/8, and any other with 1/8. With letter 1
    in, letter 2 must be its own: 3 (5/8) = 15/8. With nobody in, both are their own, or one of the
    three other pairs came up: 3 (25 + 3)/64 = 21/16. Both in give 3: both pay 3 - 2 (15/8) + 21/16.
    That is 9/16 for each set, and 9/16 + 9/32 = 27/32 for letter 1.
    """
    nobody, one, both = 3 * (25 + 3) / 64, 3 * 5 / 8, 3
    alone, together = one - nobody, both - 2 * one + nobody
    return [alone, together, alone + together / 2]


# open question 3.8
# Neither need be wrong: efficiency holds in every game, and another background is another game.
# Ask which letters stand in for the absent ones (uniform, a profile, a set of sequences), and for
# the base value. To find out, average the model over each background: the base value tells them
# apart. Then hide one letter, and see whose game it is. Values that fit no background are wrong.


# question 3 clock
# All that read the last letter: those of the stem (1 and n) and of the bonus (1, 2 and n). Here
# they point backwards, for these ends do not pair, and a random last letter would pair with chance
# 1/q. Hiding the letter brings that chance back, so v rises. Hide letter 4, and nothing happens: no
# wave reads it. One random letter in its support is enough to kill a wave.


# question 3 theatre
# (1) 5.25 = 3 + 2.25, when letter 2 and the last are in before letter 1, which then completes the
# stem and the bonus; nothing whenever letter 1 enters before the last letter, in half of all
# orders: whichever end enters second is paid for the stem. (2) To the closed form, (3.7): 2.25 for
# each end, 1.5 for letter 2, -0.75 for letter 3 and 0 for letter 4, but slowly: a hundred orders
# are still off by about 0.2.


# question 3 orders
# (1) No. What letter 2 earns as a G, 0.75, is just its half of what the equal letters 2 and 3 cost:
# a value of 0, and no dummy. At order 1 all bars are Shapley values, which fit best in the sense of
# (3.14) among all sums of single letters that are exact for nobody and for everybody. (2) From 3
# on, the largest order of any wave: then the dividends themselves fit exactly. With bonus 0 from 2
# on: bars go that hold nothing but a share of it: at order 2 four, the pairs of letter 2 with the
# two ends and the negative bars of the ends themselves; from order 3 on the bar of 1, 2 and n.
# Letter 4 never gets a bar, for no wave reads it.


# question 3 background
# (1) v of letter 1 alone rises: the last letter is there more often, and pairs. Its share
# falls, for much of what letter 1 brings is there already. (2) Nothing: the hairpin compared with
# itself has no difference to share. Towards another sequence y there would remain f(x) - f(y).
