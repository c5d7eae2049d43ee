"""Solutions to the exercises of lesson 07, learning a sketch."""

import numpy as np


# exercise 7.1
def truth_of_ten():
    """Return 1 and 1.5: (7.3) keeps half of 2; c varies by 1/4 + 1/4 about that, and 1 + 1/2 = 1.5.

    What looks large is smaller, and yet not all alike: a square has the spread in it too.
    """
    return [1.0, 1.5]


# exercise 7.2
def rows_to_keep(a, tau2, sigma2):
    """Return N with tau2 / (tau2 + sigma2 / N) = a; a tenth of tau2 needs ten times as many.

    Where tau2 is 0 nothing but noise is expected, so nothing is kept; as N grows, z itself.
    """
    return sigma2 / tau2 * a / (1 - a)


# exercise 7.3
def freedom(g, lam):
    """Return df: a wave counts by what it keeps. Without shrinkage p, orthonormal p / (1 + lam)."""
    return (g / (g + lam)).sum()


# exercise 7.4
def honest(c, Phi, y, df):
    """Return z, (7.5), and s2: what the fit misses, made as large as that of rows not seen.

    Without shrinkage residuals are orthogonal to all waves, so z is c: nothing was taken. Of no
    fit, z is the plain mean of step 2, with all other waves in its noise.
    """
    missed = (y - Phi @ c) / (1 - df / len(y))
    return c + Phi.T @ missed / len(y), missed @ missed / len(y) ** 2


# exercise 7.5
def variances(z, owner, s2):
    """Return the estimate of tau2 for every set: mean square less noise, not below 0.

    Before the maximum it is right on average, since E z**2 = tau2 + s2; after it, too large on
    average, for only what is too small is moved.
    """
    return np.maximum(0.0, np.bincount(owner, z**2 - s2) / np.bincount(owner))


# exercise 7.6
def r2_of_truth(r2, e):
    """Return R² against the function without noise: what is explained, of what can be.

    Our learner reached 0.69 on the crowd, with a fifth of noise: 0.69 / 0.8 = 0.86.
    """
    return r2 / (1 - e)


# open question 7.7
# For variants like those measured, one or two changes from this wild type. R² speaks of the rows
# it was scored on: of random sequences, of three changes or of another wild type it says nothing.
# I would ask for R² of single letters alone on the same rows held out, for if it is 0.94 too,
# nothing is shown about letters together; and for the agreement of replicates, which says how much
# of the missing 0.05 is noise and nobody's fault.


# question 7 ratio
# (1) At the stop 16, with R² 0.78 of the 0.90 that noise allows, where least squares has 0.74: the
# mean square of the waves is 13.7 times the noise of one, so (7.3) comes near even with one
# variance for all; from 10 to 30 the curve is almost flat. Step 4 learns such a variance from its
# rows alone, and does as well. (2) At the largest: on its own rows less shrinkage always looks
# better, up to 0.96. (3) At 1 all lie too flat, those that matter and those that do nothing
# (±0.09). At 1000 those that matter reach the line, but noise is kept (±0.15). 10 is a bargain:
# near the line, ±0.12. (4) Little: with ten times the rows R² is 0.88 or more from ratio 1 to 1000:
# data outvote a wrong prior.


# question 7 pull
# (1) The share, and where they start: at one lambda all three answers pull by the same part of the
# way, 0.57 at 0.1. A ridge fit is *linear* in the answers, so h depends on the sequences asked and
# on lambda, not on what was answered. (2) Less: 57 % of the way at 0.1, 38 % at 0.5, 10 % at 5.
# Where coefficients are dear, one answer moves them little.


# question 7 order
# (1) Two letters, at three: no column of theirs is this wave, and any two of its letters look
# like noise. The network fails there too (0.23), the trees at four. In any parity the first split
# gains nothing; trees get on by splits that gain by chance, and with each letter more such luck is
# rarer. (2) At five: 252 sets with 61,236 waves are more than ours looks at with 1,000 rows, at
# most 30 waves per row. It tries unions of strong smaller sets, and this wave has no strong part.
# The rows would tell: over them the mean of answers times this wave is 1, that of another wave
# about 1 / sqrt(1,000) = 0.03. It is a limit of the search, not of the data. (3) It does not climb.
# A wave alone in its bin is spelled by its delays, letter after letter (lesson 05), whether it
# reads one or ten.
