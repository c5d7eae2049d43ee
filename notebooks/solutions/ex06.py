"""Solutions to the exercises of lesson 06, SHAP zero whole."""


# exercise 6.1
def break_even(once, each):
    """Return the first number of windows at which paying ``once`` is cheaper: equation (6.4).

    At once / each exactly both cost the same, so the next whole number is meant, never that one.
    """
    return int(once // each) + 1


# exercise 6.2
def relative_error(values, truth, se):
    """Return the relative squared error with the noise of the truth taken off: equation (6.3).

    Without that, a perfect explanation would score mean(se**2) / mean(truth**2) instead of 0.
    """
    noise = (se**2).mean()
    return (((values - truth) ** 2).mean() - noise) / ((truth**2).mean() - noise)
