"""Solutions of lesson 09, DNA repair."""

import numpy as np


# exercise 9.1
def products(x, cut, J):
    """Return how many different sequences the J + 1 deletions of J letters at the cut leave.

    The deletion that begins at s + 1 keeps letter s, where that of s has letter s + J: they leave
    the same if these two are equal, so every unequal pair makes one product more. Compared are the
    J pairs of letters J apart, one on each side of the cut: for J = 1 to 20 these are the 210 pairs
    that act directly in the model.
    """
    return 1 + sum(int(x[i] != x[i + J]) for i in range(cut - J, cut))


# exercise 9.2
def equality_waves(i, j, n, q):
    """Return the frequencies (q - 1, n) of 1[x_i = x_j], without the constant."""
    k = np.zeros((q - 1, n), int)
    k[:, i] = np.arange(1, q)
    k[:, j] = q - k[:, i]
    return k


# exercise 9.3
def cancelling(k, F, q):
    """Return the share of the energy, without the constant, where k sums to 0 modulo q.

    For random pairs a third at q = 4: each k_i has q - 1 values, and so has k_j, of which one
    cancels it: q - 1 of (q - 1)**2. On four letters 21 of 3**4 = 81 cancel, 0.26: of the 27 ways
    to choose three frequencies 6 cancel by themselves, and no fourth is left for them; the other 21
    have one each.
    """
    energy = np.abs(F) ** 2 * k.any(axis=1)
    return energy[k.sum(axis=1) % q == 0].sum() / energy.sum()


# exercise 9.4
def of_a_word(m, q):
    """Return the Shapley value of each letter of a word of m letters that stands twice.

    All 2 m letters are needed alike, so they share 1 less the mean of f. That mean is q**-m, for
    m equalities have to hold, whatever the letters are.
    """
    return (1 - q**-m) / (2 * m)


# open question 9.5
# That the sketch reads this model right, and nothing more: a formula built on microhomology must
# have such pairs, whatever cells do. More would say repair outcomes of targets made for it, the two
# letters of a pair changed to another equal pair, and to an unequal one, all else alike: in cells
# the deletion has to stay with the first change and go with the second. Or ask of the 84 measured
# targets, each left out of a fit in turn, whether equal pairs predict what letters alone do not.


# question 9 copies
# (1) At J = 3, 6, 9, …: a copy makes the deletion of J letters more frequent, and a deletion of
# whole codons keeps the frame. At the others the deletion that it favours shifts the frame, so the
# mean rises. (2) Yes, but little: 0.04 at J = 3, since every target has many such pairs by chance;
# two letters do 0.09. (3) Long deletions are rare whatever the letters say: the model lets their
# weight fall with J, and a copy multiplies a small weight.


# question 9 mutant
# (1) At A17 (to G: 0.61), which both words hold, CGAGGG and GGCGA; next at A23 (0.55), its partner
# six further on. The thick dashed arc falls into thin ones, words that hold less. (2) Both changes
# break CGAGGG. With T at 18 the other word, at J = 12, grows from GGCGA to GGCGATG, seven letters,
# and keeps the frame in its place; with A it stays at five. (3) It has other equals right of the
# cut, at 22, 25, 26, 28 and 31 (J = 4, 7, 8, 10, 13), and these break the frame: it pulls both
# ways. (4) T30 to G, 0.14: CGAGGG stays, and the word at J = 12 grows to GGCGAGG, seven letters. A
# weight grows with e to the length.
