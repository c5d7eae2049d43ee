"""Solutions to the exercises of lesson 05, bins and peeling."""

import numpy as np


# exercise 5.1
def read_by_hand():
    """Return the hours of 2/2i = -i, -2i/2i = -1 and 2i/2i = 1."""
    return [3, 2, 0]


# exercise 5.2
def frequency_of(u, q):
    """Return k of a bin with one coefficient: the turn of each delay, in hours."""
    turns = np.angle(u[1:] / u[0]) * q / (2 * np.pi)
    return np.rint(turns).astype(int) % q


# exercise 5.3
def kind_of(u, q, tau):
    """Return "zero", "single" or "multi".

    The hash H^T k = j would refuse an imitation whose k belongs in another bin: most (5.7). Where
    the weakest coefficient stands clear of the noise there are few; the control shows many.
    """
    energy = np.mean(np.abs(u) ** 2)
    if energy <= tau:
        return "zero"
    k = np.rint(np.angle(u[1:] * np.conj(u[0])) * q / (2 * np.pi)).astype(int) % q
    phases = np.exp(2j * np.pi / q) ** np.concatenate([[0], k])
    F = np.mean(u * phases.conj())
    return "single" if energy - abs(F) ** 2 <= tau else "multi"


# exercise 5.4
def found_on_paper():
    """Return 3: c and a are alone and free b; d and e share a bin in both groups."""
    return 3


# exercise 5.5
def peel(bins, matrices, q, tau):
    """Return {k: F}: take a single-ton, subtract it in every group, until nothing new is found."""
    bins, found, news = [np.array(U) for U in bins], {}, True

    def number(k, H):
        return k @ H % q @ q ** np.arange(H.shape[1])[::-1]

    while news:
        news = False
        for H, U in zip(matrices, bins, strict=True):
            for j, u in enumerate(U):
                if kind_of(u, q, tau) != "single":
                    continue
                k = frequency_of(u, q)
                row = tuple(k.tolist())
                if number(k, H) != j or row in found:
                    continue
                phases = np.exp(2j * np.pi / q * np.append(0, k))
                found[row] = np.mean(u / phases)
                news = True
                for G, V in zip(matrices, bins, strict=True):
                    V[number(k, G)] -= found[row] * phases
    return found


# exercise 5.6
def bill(s, n, q, load, C):
    """Return C (n + 1) q^b with the least b for which s / q^b is at most the load."""
    b = 0
    while s / q**b > load:
        b += 1
    return C * (n + 1) * q**b


# open question 5.7
# The bin reads 1 + i at the start and 1 - i after the step, a quarter turn back: k = 3 with
# F = 1 + i, and (5.4) leaves nothing. The hash of 3 mostly is another bin than that of 0 and 2.
# Where it is not, ask for a second step at the same position: the imitation would turn by another
# quarter, to -1 - i, while the two true ones turn to 1 + i, for 0 and 2 times 2 hours are none.


# question 5 questions
# 432 here: three groups of 16 bins, each bin under 9 delays. The number of all sequences, 65,536,
# does not enter; the number of coefficients (bins) and the length (delays) do. Two groups, for 288,
# find all in about half of the blind draws, and so in the pair of the picture, which was chosen
# with the secret in hand. One group, for 144, is enough once in a hundred draws, when all twelve
# stand alone; but nobody can know beforehand which.


# question 5 clock
# (1) No: it keeps its length only for steps at positions that no wave of the bin reads, here at 3,
# 6 and 8; elsewhere the hands do not all turn alike (at 7 all three turn, by 3, 2 and 3 hours). (2)
# The hours spell k, digit by digit: step at position i, and the hand moves by k_i hours. For the
# wave (0, 0, 0, 0, 3, 0, 3, 0) it stands still but for the steps at 5 and 7, where it goes 3 hours
# on, which is one back.


# question 5 rounds
# (1) On the left 7 and 13, on the right 1, 3, 5 and 15; peeled, they free one each of bins 6 and 14
# on the left. (2) Five rounds: four coefficients, then two in each of four more, one bin freeing
# the next. This pair was chosen for it: most need two or three. In large graphs rounds are few as
# well. (3) No: a bin with one edge keeps it until that coefficient is taken, whatever else is taken
# before, so what can be found is found in any order.


# question 5 game
# (1) At a load of 1 one group finds what stands alone, 0.28 in this draw, and two groups 0.97: the
# last two coefficients share a bin in both, however long you press. Three get to the end, for 3 x
# 15 x 64 = 2,880 questions. At 0.5 two are enough, for 1,920. (2) All are found, and suddenly less
# than half: between 2.28 and 2.4 in this draw. With very many bins the cliff stands in one place,
# computed below; 64 are few, so one draw falls somewhat sooner or later.
