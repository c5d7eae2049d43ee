"""Solutions to the exercises of lesson 02."""

import numpy as np


# exercise 2.1
def three_thresholds():
    """Return 1, 3 and 1 + 3.

    Beside the second mutation the first has the effect -1 + epistasis, and the second beside the
    first -3 + epistasis; both together -4 + epistasis. Between 1 and 3 the sign of one effect
    depends on the other letter (*sign epistasis*), above 3 of both (*reciprocal*): each harms
    alone. Only above 4 is what was lost made up for in all.
    """
    return [1, 3, 4]


# exercise 2.2
def only_wild_type():
    """Return (-1)^|m|: at CA 1 - 1 = 0, and at CC 1 - 1 - 1 + 1 = 0."""
    return [1, -1, 1]


# exercise 2.3
def words_with_effect(q, n):
    """Return 1 for the word 0, q - 1 for each position, (q - 1)^2 for each pair of neighbours."""
    return 1 + n * (q - 1) + (n - 1) * (q - 1) ** 2


# exercise 2.4
def seen_by_another(k, F_x, x, y, q):
    """Return F_x turned back by <k, x>, to the word 0, and on by <k, y>, (2.5)."""
    return F_x * np.exp(2j * np.pi * (k @ (y - x)) / q)


# exercise 2.5
def mobius_entry(k, F, m, q):
    """Return the sum over the waves that touch all of m, each with a factor per mutated position.

    Of the two waves the first reads position 1 alone. So M[(1, 0)] = 1 (-2) - 3 (-2), for
    omega^2 = -1, and M[(1, 1)] = -3 (-2)(-2). Without mutations all waves count, and no factor:
    M[0] = f(0). f is real, so each wave's mirror image gives the conjugate: the rest is rounding.
    """
    mutated = np.flatnonzero(m)
    touching = np.all(k[:, mutated] > 0, axis=1)
    factors = np.exp(2j * np.pi * k[:, mutated] * m[mutated] / q) - 1
    return (F * touching * factors.prod(axis=1)).sum().real


# exercise 2.6
def from_four_waves():
    """Return -2 * 1 - 2 * 0.5 for the waves (1, 0) and (1, 1), -2 * 1 for (1, 0), and 4 * 0.5.

    Each position that the word mutates gives a factor omega - 1 = -2. The values are 3.5, 4.5, 0.5
    and 3.5 at (0,0), (0,1), (1,0) and (1,1): 0.5 - 3.5 = -3, and 3.5 - 0.5 - 4.5 + 3.5 = 2. At the
    other letter of position 2 the mutation costs 1: -2 on average, half the epistasis above -3.
    """
    return [-3, -2, 2]


# open question 2.7
# Both are. M compares four sequences in one surrounding; with effects of three letters another
# surrounding gives another sign. Even in the same one it flips when at one position a letter is the
# mutant for one laboratory and the wild type for the other, since a difference changes its sign.
# (Read backwards at both positions, it flips twice and stays.) Both could publish the average over
# all surroundings, from the waves that read these two positions alone, with the letters named
# ("from A to C at 1"): it does not depend on where one stands.


# question 2 cube
# (1) Along an edge of position 1 it changes its sign and nothing else. That is direction: T to A
# has taken the place of A to T, and a difference read backwards changes its sign. The neighbours
# are those of before. Along an edge of position 3 the neighbours change, and the effect of the pair
# stays (1.76 at the back as at the front), for no three letters act together here. (2) Only from
# the four corners that carry the mutation at position 3: the face of the cube that pair 1+2 spans
# there holds the triple mutant, and the face without the third mutation does not. This is what an
# effect of three is: the effect of a pair depends on the third.


# question 2 references
# (1) Single effects change with their neighbours: in CGT and TTT all nine, 4 of them in sign; in
# AGA six, 2 of them in sign, for at position 2 the neighbours are A and A, as in AAA. Pairs do
# not change: no three letters act together, so no third letter matters to two. (2) All of them. f
# is a sum of terms that read one position or two neighbours; in the differences over any other
# set of positions each term cancels, whatever the other letters. (3) All pairs vanish. The
# diagonal is left, the same in every reference: neighbours matter no more, and the local and the
# averaged effect of figure 2.2 agree.


# question 2 clock
# (1) Hand k turns by k hours per letter, (2.5): hand 1 by one, hand 2 by two, hand 3 by three (with
# four letters, one back). Two letters turn hand 2 by four hours: with four letters all the way
# round, to where it was. (2) The lengths |F[k]| stay, whatever the reference, and so does the mean,
# F[0]. An effect is a difference between two letters, so another first letter gives another
# difference, of either sign.
