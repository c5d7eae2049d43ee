"""Solutions to the exercises of lesson 10."""

import numpy as np


# exercise 10.1
def epistasis(wt, a, b, ab):
    """Return how far the double mutant is from the sum of both effects.

    The four numbers multiply, 2 * 3 = 6, so as logarithms they add up: no epistasis is left.
    """
    return ab - a - b + wt


# exercise 10.2
def dividend_of_all(v):
    """Return the dividend of all positions from coalition values (2,) * t.

    Why is a difference along each axis enough? Along one it is "keeps its letter" less "random".
    Along all axes in turn, each coalition comes once, with a minus for every position that is
    random: (-1)**(|T| - |S|), the sign in (10.2).
    """
    for _ in range(v.ndim):
        v = np.diff(v, axis=0)[0]
    return v.item()


# exercise 10.3
def sign_epistasis(t, least):
    """Return whether two letters of position 1 flip with the letter at position 2, beyond least."""
    d = t[:, None, :] - t[None, :, :]  # (q, q, q): letters a, b and c
    return bool(((d > least).any(axis=2) & (d < -least).any(axis=2)).any())


# exercise 10.4
def double_mutant(wt, a, b, low, high):
    """Return what the double mutant measures when effects add up below the sigmoid.

    In the second check nothing is specific: 2.8 is what the sigmoid makes. The odds (y - low) /
    (high - y), 24 for the wild type, fall to 9 and to 4, so together to 9 * 4 / 24 = 1.5. The plain
    sum is 0.35 above it, for it takes b's step near the ceiling, where little of it is seen.

    Once a is known, the step from b to ab is as long as from wt to a, in z: near a floor or a
    ceiling hardly anything of it is seen.
    """
    z = [np.log((y - low) / (high - y)) for y in (wt, a, b)]
    return low + (high - low) / (1 + np.exp(-(z[1] + z[2] - z[0])))


# open question 10.5
# The same list on the log scale, and after a curve over the sum was taken off: what keeps its sign
# and its rank there is no matter of the scale. How far replicates agree, and how far dead proteins
# spread, for the strongest of many noisy numbers are mostly noise, and most noise is at the floor;
# and intervals or a false discovery rate for the ten. And rows that no fit saw: does a model with
# these pairs predict them better than the curve over a sum alone? Two letters whose order flips
# with the partner (sign epistasis), both differences well beyond the noise, and not all through one
# variant (take means over a third position), I believe first: no increasing curve over a sum makes
# that. Without a margin noise alone makes most flips.


# question 10 floor
# (1) Nothing: letters only add up. (2) From 5 % of the variance with a quarter at the floor to 56 %
# with nine tenths. At the floor a step costs nothing, above it something; no transform of what was
# measured tells the one from the other, since all at the floor read the same. Every two letters of
# a position lie somewhere both at the floor, so only a constant would leave nothing (why: below the
# guess); the higher the floor, the more of the steps it swallows. (3) It asks for the sum first.
# Below the floor sums differ, though measurements do not, and the sums are learnt from the company
# in which a letter still shows.


# question 10 curve
# (1) Near the diagonal, where they harm each other most often a little above it: of the mean square
# epistasis of all 1,083 double mutants our curve leaves 4 %, in its fit. (2) Y61 alone leaves 7.0
# of 7.0, G64 6.3, both together 0.8: each stays on the plateau, where a step hardly shows; two
# steps together go over the edge. P61 alone leaves 0.7, P64 1.8, both 0.5: one goes down to the
# floor nearly alone; the other can take little more, where added up they would end at -4.5, far
# below it. So the double is better than the sum: positive. (3) Over all variants M80 lowers the sum
# of effects (by 0.4), and with P61 the measurement rises, from 0.7 to 3.3: a line that never falls
# cannot rise where the sum falls. As g of PKM is then at most g of PKE, the curve's epistasis is at
# most g of DKE less g of DKM: 7.0 - 6.7 = 0.3 as measured, not 3.0. Beside K64, M80 harms with each
# of the 19 other letters at 61, with some by more than 0.6, beyond the noise. Exercise 10.3 looks
# for such pairs. Or PKM is one bad measurement: of the 1,261 proteins cut short, all dead, three
# read more than 3, too. See after exercise 10.3.
