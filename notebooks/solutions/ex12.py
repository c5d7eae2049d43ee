"""Solutions to the exercises of lesson 12."""

import numpy as np


# exercise 12.1
def false_alarm(level, M):
    """Return the probability that at least one of M independent p-values is below a level."""
    return 1 - (1 - level) ** M


# exercise 12.2
def on_the_circle(delta, M):
    """Return both p-values, (named in advance, given that the word is selected).

    T is as large within delta of the word's line, on both sides of both its ends: 4 delta degrees,
    of 360, or of the two arcs of 180 / M degrees each that select it.
    """
    return [delta / 90, M * delta / 90]


# exercise 12.3
def one_step(u, v, same, draws):
    """Return the next direction of a walk that keeps the selection.

    The range always contains 0, where u itself stands, which selects the same word; it shrinks
    towards u, and around u there is an arc that selects the same word. So it comes to an end.
    """
    high = angle = 2 * np.pi * draws[0]
    low = high - 2 * np.pi
    for draw in draws[1:]:
        if same(np.cos(angle) * u + np.sin(angle) * v):
            break
        low, high = (angle, high) if angle < 0 else (low, angle)
        angle = low + (high - low) * draw
    return np.cos(angle) * u + np.sin(angle) * v


# exercise 12.4
def publish(lab):
    """Return the test whose promise holds for a lab, and which answers its question.

    a: these data chose nothing, so nothing is to be repaired. b and d: compared with phenotypes
    that select the same word, after the same words. c: whichever word has the best score. e: with
    overlapping windows no test here keeps its promise. f, g: the smallest of several honest
    p-values is below 5 % more often than in 5 % of noise: choosing between tests, or between walks,
    is choosing again.
    """
    tests = {"a": "t", "b": "walk", "c": "max", "d": "walk", "e": "none", "f": "none", "g": "none"}
    return tests[lab]


# question 12 circle
# (1) By three: the thick part is the same, and it is divided by a third of the circle in place of
# all of it. (2) Where two words are about to change places: of all directions that select this
# word, none fits it worse. (3) The honest one, from 0.07 to 0.22: the arcs of this word are
# 18 degrees long in place of 60, and the factor is ten. What was named in advance does not depend
# on how many other words there are. With thirty, 2 degrees would be 0.67.


# question 12 effect
# (1) Flat: under the null a p-value is uniform. Of 60 data sets that is 3 in a bar, give or take 2.
# (2) At 0.6 about two in three, at 1.0 nearly all; at 0.4 one in six:
# beside the best of many words of noise a weak motif does not stand out.
