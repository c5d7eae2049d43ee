"""Solutions to the exercises of lesson 02."""

import numpy as np


# exercise 2.1
def double_epistasis(f_wild, f_a, f_b, f_ab):
    """Return the effect of both mutations minus the two single effects.

    (f_ab - f_wild) - (f_a - f_wild) - (f_b - f_wild): one wild type remains, with sign plus.
    """
    return f_ab - f_a - f_b + f_wild


# exercise 2.2
def one_pass(table, axis):
    """Return the table after M[c] <- M[c] - M[0] for all c other than 0 along one axis."""
    moved = np.moveaxis(np.array(table, float), axis, 0)
    moved[1:] -= moved[:1]  # the entries at letter 0 stay as they are
    return np.moveaxis(moved, 0, axis)


# exercise 2.3
def mobius_of_one_position(F):
    """Return M[c] = sum over k of F[k] (omega^(kc) - 1) for c > 0, and M[0] = sum of F."""
    q = len(F)
    letters = np.arange(q)
    brackets = np.exp(2j * np.pi * np.outer(letters, letters) / q) - 1  # (q, q): c, k
    brackets[0] = 1
    return (brackets @ F).real
