"""Solutions to the exercises of lesson 06, SHAP zero whole."""

import numpy as np


# exercise 6.1
def shap_zero(bins, matrices, guides, answers, q, tau, peel, closed_form):
    """Return the closed form of what peeling finds once, and the gaps that it leaves.

    A large gap tells that waves are missed; values look the same either way. A small one at one x
    proves nothing, for waves that are missed may cancel there: ask about a few x, a question each.
    """
    found = peel(bins, matrices, q, tau)
    k = np.array(list(found), int).reshape(-1, np.shape(guides)[1])
    F = np.array(list(found.values()))
    values = np.array([closed_form(k, F, x, q) for x in guides])
    mean = np.real(found.get((0,) * k.shape[1], 0))
    return values, answers - mean - values.sum(axis=1)


# exercise 6.2
def break_even(once, error, each, walked):
    """Return (6.4) at the price of walks with the sketch's error, by (6.5).

    Beside the window, asked once, a window of walks costs each - 1, in proportion to 1 / error.
    """
    c = 1 + (each - 1) * walked / error
    return int(once // c) + 1


# exercise 6.3
def repair(exact, of_f, of_sketch):
    """Return the sketch's values plus what the walks say it missed, and the error of that: (6.6).

    Both ran the same walks, so their luck cancels where the sketch is right; nothing is left of it
    if the sketch is perfect.
    """
    missed = of_f - of_sketch
    se = missed.std(axis=0, ddof=1) / np.sqrt(len(missed))
    return np.array([exact + missed.mean(axis=0), se])


# open question 6.4
# How many queries the sketch took; the error of its values against long walks, on a few windows
# like those explained, with an interval; and R² and error of a sketch fitted to as many random
# sequences, letters and pairs of letters. I believe values whose error was measured on such
# windows, not an R² over random sequences. If the fit does as well, the design bought nothing:
# advise that.


# exercise 6.5
def four_squares():
    """Return the mean square errors of both letters, as they are and as D shares them out.

    The wave of letter 1 owes it all, 4; that of both letters owes each half, a square of 4 / 4 = 1.
    So 5 and 1, together D = 6. V is 4 + 4 = 8 and 4, so 4 and 2: letter 2 gets too much, for all
    that is missed there reads two letters, at letter 1 only half of it.
    """
    return [5, 1, 4, 2]


# exercise 6.6
def saving(r2, order_left, order_all):
    """Return one over (6.8): with that share of the variance, as many times fewer queries do."""
    return order_all / ((1 - r2) * order_left)


# exercise 6.7
def cheaper_from(once, share, each):
    """Return the first W with once < each (1 - share) W; what leaves more than it takes never pays.

    The alien's share is 1.9: it makes every window dearer.
    """
    return int(once // (each * (1 - share))) + 1 if share < 1 else None


# question 6 factor
# At 0.5 a few more waves, 78 for 67, but R² falls to 0.49 from 0.52: bins that hold only rests of
# many small waves pass for single-tons too. At 8 just 29 waves, R² 0.42: what is thrown away is
# true. Between, the choice hardly matters: 1 has R² 0.51. Lesson 05: too low takes noise for waves,
# too high loses them; the second costs more here.


# question 6 guides
# (1) Most tall ones: within a fifth in guide 1 letters 6, 8 and 11, in guide 190 letters 6, 11 and
# 12. But in both letter 9 gets half of its truth, letter 7 twice to three times it; in guide 569
# letters 9 and 10 even have the wrong sign. Small ones are nothing or noise. (2) Seven: 1, 3, 13,
# 14, 15, 18 and 19. No wave that q-SFT found reads them, so no guide can get anything there; the
# truth there is about half as large as elsewhere, and in guide 569 letter 18 is among the three
# strongest. (3) Two letters: those seven get their values, and pairs of letters, which q-SFT kept
# few of, correct the tall ones. Six functions: 15, 18 and 19 get values, 1, 3, 13 and 14 none;
# letter 18 of guide 569, whose truth is -0.19, gets -0.01.


# question 6 worth
# The error of walks falls as one over the queries, so 970 x 0.10 / 0.39, about 250; 270 by (6.5),
# which knows the variance better than twelve short walks. With other windows of this gene anything
# from 180 to 390. A sketch of 28,838 queries that is worth so little per window must be spread over
# a hundred windows before it pays.


# question 6 bill
# (1) The two fitted ones, from window 17 and 11 on; q-SFT does not, it needs 110. (2) Between the
# ends of the bar: for q-SFT from the 75th to the 160th window, for two letters from the 12th to the
# 24th, for three from the 9th to the 14th. A test by short walks is 11,640 queries more, once, and
# moves the three to 170, 22 and 15, with longer bars: the answer to (1) stays. (3) The price of a
# query stretches both sides alike: the money changes, the break-even stays. It would move if
# fitting, or somebody's time, had a price too.
