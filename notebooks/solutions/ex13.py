"""Solutions to the exercises of lesson 13."""

import numpy as np


# exercise 13.1
def believed(r2, low, own, plain, penalised, value, error):
    """Return which of three claims stand: averages, one letter of one sequence, letters together.

    The R² itself is asked by none of them: what is not sure may be luck. Under averages the command
    allows the strongest letters of one sequence, too; B asks for any letter, so it needs more. Had
    the letter been picked as the tallest of 26 bars, ask for three errors: of 26 empty bars one is
    more than two errors from 0, on average (lesson 12).

    Row by row, from 1: nearly this lesson's. What refuses B alone: 2 the lower end, 0.71; 4 the
    error, 0.05 is within two of it; 6 the sign; 8 `own`, 0.27; 9 both conditions. What refuses A
    and B: 5 the lower end, 0.48 (of an R² of 0.55); 7 `own`, 1.15; 10 both. What refuses C: 3
    letters do as well; 9 least squares beats it; 10 the penalty.

    Rows 5 and 7 are no contradiction. The last claim explains nothing: it sets predictions of the
    same rows side by side, so it may stand where the verdict is bad. But letters alone must have
    had their best chance. The last case is a pure sum of 20 positions of 20
    letters, measured 720 times, as much noise as signal: least squares on its 380 numbers has 0.02,
    a sketch 0.34 (0.15 to 0.47), and letters alone with a penalty 0.34 as well.
    """
    averages, single = low >= 0.5 and own <= 0.5, low >= 0.8 and own <= 0.2
    return [averages, single and value > 2 * error, low > max(plain, penalised)]


# exercise 13.2
def toy_values(a, b):
    """Return the Shapley values of A, T and G in GATTACAT.

    A quarter of random letters are A. The pair is there once in 16; what is left of b goes to G and
    C in equal parts, since both are treated alike: each alone lifts the mean from b / 16 to b / 4.
    And G is no A.
    """
    pair = (b - b / 16) / 2
    return [a - a / 4, -a / 4, pair - a / 4]


# exercise 13.3
def mine(texts):
    """Return a number for each text: a model of strings is asked about many at once.

    The command says from 4,000 queries: R² 0.95, good enough for single sequences, though a TA that
    may stand anywhere is more than a sum of pairs (plain regression: 0.90). Random sequences have
    1.14 of the 3 on average. What GATTACAT has above that, 1.86, goes mostly to A at 5 (1.14) and T
    at 4 (0.81): not in equal parts, since either may belong to a TA with another neighbour, too. C
    at 6 loses 0.25 of its 0.75, and G at 1 0.17: a T there would have made another TA. Each letter
    but C also loses the quarter of a C that a random letter has. Bars are off by 0.08, where 0.07
    is stated.
    """
    return [text.count("C") + 3.0 * ("TA" in text) for text in texts]


# exercise 13.4
def to_order(expected, checked, wild_type, count):
    """Return the variants to order: those that the model itself puts above the wild type.

    What the sketch expects has done its work when it said which changes to ask about.
    """
    better = np.flatnonzero(checked > wild_type)
    return better[np.argsort(-checked[better], kind="stable")][:count]


# exercise 13.5
def ceiling(a, b):
    """Return the largest R² that noise leaves possible, from two replicates.

    Where both have one mean and one variance, this is their correlation: what two measurements
    share is the true function.
    """
    noise = ((a - b) ** 2).mean() / 2
    return 1 - noise / ((a.var() + b.var()) / 2)


# exercise 13.6
def replicates_needed(c, wanted):
    """Return the least r with 1 / (1 + (1 - c) / (c r)) >= wanted."""
    return int(np.ceil(wanted / (1 - wanted) * (1 - c) / c - 1e-9))


# open question 13.7
# That the sketch is good where she does not stand: over random sequences it holds nine tenths, on
# her own r is 0.35, and it is her own that she wants to change. The first line cannot see that:
# both its conditions hold, with 0.90 and with 0.2² = 0.04 of a variance of 1. Only r says that
# among her own, which hardly differ, the sketch cannot tell which is better. Nor does she need a
# sketch: letters alone do as well, and pairs, which a double change is about, are hardly in it.
# With 1,000 queries I would put the best changes themselves to the model, or sketch anew around her
# wild type (letters around:0.02).


# question 13 share
# 0.84 here, with an interval from 0.81 to 0.86; letters alone hold 0.53, letters and pairs 0.81.
# That so few of so many sequences suffice is no wonder of sampling: a model that adds up letters
# and pairs has only 79 + 2,925 numbers to be learnt, and it is their count that the queries must
# grow with.


# question 13 rows
# (1) The tall ones stand from the start. A at 1, G at 3 and T at 25 change their sign, G at 4 does
# so twice. Such bars are small throughout, and end less than two standard errors from 0. (2) Hardly
# the five tallest: they move by 0.02 at most. Those at 7 and 23 grow by two fifths, and small ones
# (3, 4, 5, 15, 17) move by 0.04 or 0.05, more than the typical error of 0.03.
# (3) Six of 26: C at 2, 4 and 25, T at 12, A at 8, and, just so, G at 26. One of 26 empty bars
# would be, on average; so most of these are real, but the clearest (C at 2) lies only 3.2 errors
# from 0. No single letter decides here.
