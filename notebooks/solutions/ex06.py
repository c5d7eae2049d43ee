"""Solutions to the exercises of lesson 06, SHAP zero whole."""

import numpy as np


# exercise 6.1
def affordable_pairs(budget, n):
    """Return the largest P with 1 + P (2n - 1) <= budget."""
    return (budget - 1) // (2 * n - 1)


# exercise 6.2
def break_even(once, each):
    """Return the first number of windows at which paying ``once`` is cheaper: equation (6.4).

    At once / each exactly both cost the same, so the next whole number is meant, never that one.
    """
    return int(once // each) + 1


# exercise 6.3
def saving(r2, order_left, order_all):
    """Return one over (6.7): with that share of the variance, as many times fewer queries do."""
    return order_all / ((1 - r2) * order_left)


# exercise 6.4
def relative_error(values, truth, se):
    """Return the relative squared error with the noise of the truth taken off: equation (6.3).

    Without that, a perfect explanation would score mean(se**2) / mean(truth**2) instead of 0.
    """
    noise = (se**2).mean()
    return (((values - truth) ** 2).mean() - noise) / ((truth**2).mean() - noise)


# exercise 6.5
def cheaper_from(once, repair, each):
    """Return the first W with once < (each - repair) W; a window that saves nothing never pays."""
    return int(once // (each - repair)) + 1 if each > repair else None


# exercise 6.6
def shap_zero(bins, matrices, x, q, tau, peel, closed_form):
    """Return the closed form of what peeling finds."""
    found = peel(bins, matrices, q, tau)
    k = np.array(list(found), int).reshape(-1, len(x))
    return closed_form(k, np.array(list(found.values())), x, q)


# open question 6.7
# How many queries the sketch took; the error of its values against long walks, on a few windows
# like those explained, with an interval; and R² and error of plain regression on letters and pairs
# for the same number of queries. I believe values whose error was measured on such windows, not an
# R² over random sequences. If regression does as well, the design bought nothing: advise that.
