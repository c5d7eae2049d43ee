"""Solutions to the exercises of lesson 04, aliasing."""

import numpy as np


# exercise 4.1
def hash_and_alias():
    """Return 2 + 2 + 0 + 9 = 13 and 0 + 1 + 0 + 3 = 4, modulo 4, and a wave with that hash.

    Single positions have multiples of their row: (1,0), (2,0), (3,0) at 1, and at 2, 3 and 4 never
    (1,0). So it is 1 at position 1. Where this H asks, the two are one wave.
    """
    return [1, 0, 1, 0, 0, 0]


# exercise 4.2
def hash_of(k, H, q):
    """Return H^T k modulo q, one entry per column of H."""
    return np.asarray(H).T @ np.asarray(k) % q


# exercise 4.3
def column_for(waves, q):
    """Return the first column under which no two waves have one hash, or None.

    For 00, 20 and 02 with four letters the hashes are 0, 2 h_1 and 2 h_2: only 0 or 2, two bins for
    three waves. With five letters 2 has an inverse, and (1, 2) parts them. Five waves in four bins
    cannot all be alone, whatever they are.
    """
    waves = np.asarray(waves)
    for h in np.ndindex((q,) * waves.shape[1]):
        if len(set((waves @ h % q).tolist())) == len(waves):
            return h
    return None


# exercise 4.4
def bin_value(f, H, d, j):
    """Return U_d[j]: the mean over l of f(H l + d) times the wave of j backwards."""
    q, b = f.shape[0], H.shape[1]
    omega = np.exp(2j * np.pi / q)
    total = 0
    for l in np.ndindex((q,) * b):
        x = tuple((H @ np.array(l) + d) % q)
        total += f[x] * omega ** -np.dot(j, l)
    return total / q**b


# exercise 4.5
def three_chances():
    """Return (4.7) for the differences (2, 0, 0) and (1, 0, 0) modulo 4, and (2, 4, 0) modulo 5.

    g is 2, 1 and 1. With four letters a wave meets its own mirror image in 1 of 4 plain draws, four
    times as often as another wave; with a prime number of letters no pair is at a disadvantage. A
    real function has each mirror image, so that this costs many bins.
    """
    return [1 / 4, 1 / 16, 1 / 25]


# exercise 4.6
def part_two(k, other, d, e, u, v, q):
    """Return the solution of u = F[k] w^<k,d> + F[k'] w^<k',d>, and the same with v and e."""
    phases = np.exp(2j * np.pi / q * np.array([[k @ d, other @ d], [k @ e, other @ e]]))
    return np.linalg.solve(phases, [u, v])


# open question 4.7
# They are right if no other surrounding will ever be used: their table is exact for the C's. They
# may not call it the effect of a position, only its effect among C's: what belongs to a pair with a
# frozen letter looks like an effect of one letter. With four times as many, b = 3: not one more
# free position but a mixed matrix with three columns, in which every position varies and collisions
# are accidents; or several mixed matrices with b = 2, which seldom agree on a collision.


# question 4 lab
# Three sevenths of the variance, where the truth is none: the drop belongs to the pair of
# positions 1 and 6, and with C frozen at 6 only G at 1 pairs, so the pair looks like a first
# letter. What positions 3 and 4 do is not seen at all, for no such sequence is asked.


# question 4 wheel
# (1) 2 hours per frame, for 10 hours are one turn and 2 more: just what the wheel of 1 hour shows.
# (2) 2 and 4: the wheels part by 4 hours per step, so by 8 or 16, whole turns, between frames. At
# 1 and 3 they part by half a turn from frame to frame. (3) Half a turn apart, in every frame
# alike: one film, but for a constant turn, which a second film with another start betrays. A wheel
# of 7 hours per step would show 14 - 16 = -2 hours: it seems to turn backwards.


# question 4 fold
# (1) All of the second entry: every row is one bin, for no second letter but A was ever tried.
# (2) (0, 3), (2, 1) and (3, 2): k_1 + 3 k_2 is 1 modulo 4 for each. Four waves share every bin,
# whatever h with an odd entry; h only chooses which. (3) At l = 2 the walk is back at AA: two
# sequences, each asked twice, and two bins of eight waves. An h with even entries only wastes
# questions.


# question 4 hands
# (1) No: the questions tell the square, and many sets of hands end there. (2) The hand of k turns
# by k_i hours when the delay steps at position i: here each hand turns by one hour, that of 1 and 6
# for a step at 1 or at 6, that of 3 and 4 for a step at 3 or 4, the third at 2; no wave reads 5.
# (3) It grows from 0.15 to 0.25, for a step at 2, or shrinks to 0.11; only the step at 5 leaves it.
# For hands that turn together it would keep its length.


# question 4 bins
# (1) From b = 3 on, under matrix 1; of all twenty draws in 14 at b = 3, and in 19 at b = 4. (2)
# Mostly not. At b = 2, matrix 1 lets 6, 10 and 12 meet, and 7, 9 and 14: six pairs. None of them
# meets under 2, where it is 9 with 12 and 10 with 14. Under 3 two do, 6 with 10 and 7 with 9, and
# under 4 two others, 10 with 12 and 9 with 14. So a second matrix parts most of what the first
# cannot; the rest is chance, and a reason for a third. At b = 3 matrices 1 and 2 part all; 4, the
# worst, lays even the mean, 1, onto a wave of the pair, 13. At b = 1 every matrix crowds most of
# them, for 14 do not fit into 4 bins.
