"""Solutions to the exercises of lesson 03."""

import numpy as np


# exercise 3.1
def weights_and_value():
    """Return 0! 2!/3!, twice 1! 1!/3!, 2! 0!/3!, and 1.5 (1/3 + 1/6 + 1/6) + 3.75 (1/3) = 2.25.

    Letter 2 is first in two of the six orders, last in two, and second in one after either end.
    More than 1.5, because letter 3 is random here: its own G costs letter 2 half of 1.5.
    """
    return [1 / 3, 1 / 6, 1 / 6, 1 / 3, 2.25]


# exercise 3.2
def five_values():
    """Return the shares of four dividends, with 3/4 for the stem, which holds, and -1/4 else.

    2: 1 (-1/4) + 4 (-1/4)(1/4) = -0.5. 1 5: 3 (3/4) + 4 (1/4)(3/4) = 3. 1 2 5, the bonus that does
    not come: 4 (-1/4)(3/4) = -0.75. 2 3, unequal letters: -2 (-1/4) = 0.5. So letter 1 earns
    3/2 - 0.75/3, letter 2 -0.5 - 0.75/3 + 0.5/2, letter 3 0.5/2; in all 2.25, from 0.75 to 3.
    """
    return [1.25, -0.5, 0.25, 0, 1.25]


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


# open question 3.7
# Neither need be wrong: efficiency holds in every game, and another background is another game.
# Ask which letters stand in for the absent ones (uniform, a profile, a set of sequences), and for
# the base value. Then average the model over each background: if that is not the base value which
# was stated, the background is another one. If it is, that proves little: two backgrounds may share
# an average, and a wrong rule may be efficient, as the control shows. So hide one letter as well,
# and see whose game it is. Values that fit no background are wrong.


# question 3 clock
# All that read the last letter: those of the stem (1 and n) and of the bonus (1, 2 and n). Here
# they point backwards, for these ends do not pair, and a random last letter would pair with chance
# 1/q. Hiding the letter brings that chance back, so v rises: by the two dividends that go, of the
# stem 3 (-1/4) + 4 (1/4)(-1/4) = -1 and of the bonus 4 (3/4)(-1/4) = -0.75, so 1.75. Hide letter 4,
# and nothing happens: no wave reads it. One random letter in its support is enough to kill a wave.


# question 3 theatre
# (1) 5.25 = 3 + 2.25, when letter 2 and the last are in before letter 1, which then completes the
# stem and the bonus; nothing whenever letter 1 enters before the last letter, in half of all
# orders: whichever end enters second is paid for the stem. (2) To the closed form, (3.7): 2.25 for
# each end, 1.5 for letter 2, -0.75 for letter 3 and 0 for letter 4, but slowly: a hundred orders
# are still off by about 0.2. (3) Nothing, and no dummy. As a G it earns 1 (3/4) = 0.75; just as
# much, half of 1.5, the equal letters 2 and 3 cost it. A dummy adds nothing to any coalition;
# letter 2 adds 0.75 when it enters before letter 3, and takes 0.75 off when it enters after it.


# question 3 background
# (1) v rises, at 50 % from 0.75 to 3.19. Most of it is the average itself, 2.16 now in place of
# 0.75: own letters fulfil the rules more often. Letter 1, entering first, adds the other 1.03, for
# the last letter is often there to pair with. Its share falls all the same, to 1.78: where it comes
# late and is paid for stem and bonus, less is left to add. (2) Nothing: the hairpin compared with
# itself has no difference to share. Towards another sequence y there would remain f(x) - f(y).
