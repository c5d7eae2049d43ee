"""Solutions to the exercises of lesson 08, guide RNA."""


# exercise 8.1
def spacer(i):
    """Return the spacer nucleotide at window position i (from 1), 0 for the 3 of context: (8.1).

    Spacer nucleotide 1, at the end that Cas13d holds, pairs with the last letter of the window.
    """
    return 27 - i if i > 3 else 0


# exercise 8.2
def together(table):
    """Return what two letters do together, (4, 4), from the means of f for every two: (8.4).

    Every row and column of the result sums to 0: a letter that is good company for one is bad
    company for another.
    """
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
