"""Solutions to the exercises of lesson 08, guide RNA."""

import numpy as np


# exercise 8.1
def block_share(m, s):
    """Return the share (8.3) of the positions s to s + 6, from 1, of a map m (26, 4).

    Add the same number to all four letters of a position, and their mean moves with them: no
    V changes, and so no share.
    """
    V = m.var(axis=1)  # (26,)
    return V[s - 1 : s + 6].sum() / V.sum()


# exercise 8.2
def together(table):
    """Return what two letters do together, (4, 4), from the means of f for every two: (8.4).

    The mean of each row is taken off, then that of each column. So every row and column of the
    result sums to 0: a letter that is good company for one is bad company for another.
    """
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


# exercise 8.3
def map_against(table, w, p):
    """Return the mean Shapley value of each first letter (4,): windows as w, missing letters as p.

    It is table @ (w + p) / 2, less a constant. In a sum w and p move all four letters alike, so V
    stays: a block that changes its place is the work of pairs. Letters that stand and letters that
    are drawn count half each, so V stays, too, when w and p change places. (Exactly, if no
    more than two letters act together, and w does not depend on the first letter.)
    """
    first = table @ p - p @ table @ p  # the second letter is missing
    second = table @ w - p @ table @ w  # the second letter stands
    return (first + second) / 2


# exercise 8.4
def swap_loss(f, x, i):
    """Return how much less f predicts, on average over the three other letters at i (from 1).

    15/32: let in first, G at 7 lifts the mean from 1/16 to 1/4, by 3/16; last, beside its G at 8,
    from 1/4 to 1, by 3/4. The mean is 15/32. A swap asks only the last turn, and never draws G
    again, as the background does 1 time in 4: 3/4 divided by 3/4 is 1.
    """
    rows = np.repeat(x[None], 4, axis=0)
    rows[:, i - 1] = np.arange(4)
    here, y = x[i - 1], f(rows)
    return float(y[here] - np.delete(y, here).mean())


# open question 8.5
# I ask for a map like it of the measurements, without a model, on genes the model did not see,
# and for the map against the letters of my own gene in place of uniform ones. If G at 7 leads in
# both, order pairs of guides that differ in that letter alone, which no natural target offers: put
# the target in a reporter, change its letter 7 and the guide with it, and compare the knock-down,
# many pairs, since folding and neighbours change too. A map of a model says what the model uses.


# question 8 letters
# (1) G: its bar lies above 0, so it helps in 19 of 20 windows. The bars of A, C and T at 7 cross 0.
# (2) At 5 to 9. The letters beside it: at 7 and 8 C beside C subtracts 0.15
# (figure 8.6). The sketch's error, 0.02, makes no such bar, but may make the shortest ones.
# Bars of one sign: A at 2, 3, 9 to 11 and 19 to 21; C at 2, 11, 12, 15, 17 and 20 to 26;
# G at 1 to 3, 6 to 10, 21, 23, 25 and 26; T at 1, 2, 17 and 22 to 26.


# question 8 background
# (1) C and G come down, A and T go up: from 5 to 11 by 0.05 to 0.06 on average (C and T at 9 most,
# by 0.07 and 0.08), late by 0.02 to 0.03, where G hardly moves. EGFP has much C and little T:
# beside C, C and G lose, and beside T they gain. (2) From 0.4 on, by a hair: there 19 to 25 hold
# 39.0 %, 6 to 12 38.7 %. Up to 0.3 an early one leads. (3) At 8 G is best and comes down,
# A is worst and goes up: they come nearer, V falls from 0.015 to 0.010. At 24 T is best and goes
# up, C is worst and comes down: they part, V grows from 0.009 to 0.013. At 7 the order stays G, T,
# A, C all the way.
