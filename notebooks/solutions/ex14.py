"""Solutions to the exercises of lesson 14, distil and certify."""

import numpy as np


# exercise 14.1
def gains(f, g, start, guide, order):
    """Return what f - g gains at each position along one walk.

    With g = f nothing is left to gain: a perfect network needs no paid walk. A bad one makes the
    gains larger, never wrong: what is taken off here, phi(g), the closed form and the free walks
    together have put in.
    """
    rows = np.repeat(np.array(start)[None], len(order) + 1, axis=0)
    for done, i in enumerate(order, 1):
        rows[done:, i] = guide[i]
    found = np.zeros(len(order))
    found[order] = np.diff(f(rows) - g(rows))
    return found


# exercise 14.2
def certified(closed, free, free_se, paid):
    """Return [values, standard errors] of one guide.

    0.74 / 0.045 = 16.4, so 17 pairs, 1 + 17 * 51 = 868 queries per guide: with the 1,500 a bill of
    11,916, a point on the blue line of figure 14.7. More free pairs take off 0.005 at most.
    """
    variance = free_se**2 + paid.var(axis=0, ddof=1) / len(paid)
    return [closed + free + paid.mean(axis=0), np.sqrt(variance)]


# exercise 14.3
def single_letters(h, x):
    """Return h(x) minus its mean over the four letters at each position, by 1 + 3 n answers.

    The mean over the letters of position i is that of waves, and a wave that reads i averages to
    zero over them: what is lost are these waves in full, whatever else they read. x's own letter
    is one of the four, and is asked for once.
    """
    n = len(x)
    rows = np.repeat(x[None], 3 * n, axis=0)
    rows[np.arange(3 * n), np.arange(3 * n) // 3] = (x[:, None] + np.array([1, 2, 3])).ravel() % 4
    return 0.75 * h(x[None])[0] - h(rows).reshape(n, 3).sum(axis=1) / 4


# exercise 14.4
def factor(parts):
    """Return phi_i over c_i, a mean of 1 / m: each order counts by what it adds.

    Parts of one sign: between 1/M and 1. Parts of both signs: still there (5, -1, 5 give 0.69) or
    any number (2, -1 give 1.5); 1 and -1 give c_i = 0 and phi_i = 1/2, no factor at all. Over many
    random sequences cross terms cancel and squares are left as weights, so an alpha by least
    squares is a mean of 1 / m again. Over eight real guides of one gene they cancel only roughly,
    if at all: one reason why nothing is promised.
    """
    order = np.arange(1, len(parts) + 1)
    return (parts / order).sum() / parts.sum()


# exercise 14.6
def mixed(tau2, s2):
    """Return the share of the walks and the mean square that stays.

    (7.3) with tau2 as signal, s2 as noise. What stays is (1 - share)^2 tau2 + share^2 s2, which is
    tau2 s2 / (tau2 + s2). Foretold: a share of 0.11, and 0.028; with the free walks' 0.005, 0.03.
    """
    return [tau2 / (tau2 + s2), tau2 * s2 / (tau2 + s2)]


# open question 14.5
# It is right where the bias of the network's values is below the error that you can live with, and
# R² over random sequences does not tell that: these are 200 real guides, which may hold more of
# what the network misses. (High orders are no reason: by (14.5) they make values smaller. It is
# walks that they make noisy.) Not all of them can be certified: 25 queries per guide do not pay for
# one pair of walks, 52, and an error bar takes two, 103; nor for single letters, 79. So keep a
# fifth, for guides drawn by lot. By single letters, 79 each, it is twelve guides: large c_i say
# that something is left to certify; how much, only by a guessed factor (a third to a half here):
# alpha is not in this budget, and no bar comes with it. By walks, 256 each, it is three guides,
# with bars: they tell the mean square of phi(f - g), less their squared standard errors, unbiased
# but roughly. Either answer is right if you say which. If little is left, explain all by free walks
# and say which guides were checked.


# question 14 helper
# (1) Model + 0.5: a walk sees only what an answer gains, and a constant drops out. (2) The network
# with its sign turned: what it gets right is doubled, not taken off, and the gains are 0.31 where
# none leaves 0.20 and the network 0.11. Such a helper costs more pairs for the same bar.


# question 14 pairs
# (1) Few pairs bring more chance than they take bias. From five on paying is expected to win, for
# both: a pair leaves 1.13 of the plain sketch, 0.74 of the network, and over the number of pairs
# that must be less than the bias, 0.26 and 0.17 (the orange part stands before both, bar and mark).
# They are equal at 4.4 pairs, of either: a better helper leaves less noise, but less bias, too. One
# run with five pairs, as in the race, cannot tell. (2) A third: 0.11 in place of the plain sketch's
# 0.16. With 2 free pairs the orange part is 0.16 / 2 = 0.08 long, and the network even loses, 0.19
# to 0.16. Do not save on free walks.


# question 14 alpha
# (1) About 0.43, the slope of the dots themselves: error 0.03. (2) From twice that on, 0.86. What
# is left, squared, is a parabola in alpha: as high at 0 as at twice its lowest point. With all of
# c_i, alpha = 1, the error is 0.28, where adding nothing leaves 0.17. Near its lowest point a
# parabola is flat, so that a factor from eight other guides (0.34 ± 0.07) costs little: 0.04, not
# 0.03.
