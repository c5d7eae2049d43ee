"""More wrong answers that a lesson's check must refuse, with words that its message must have.

Those named cheat take a way that the exercise forbids. Mistakes that the check knows by name are
in `shapzero_lite/teach/_mistakes/`; all of them are tried on the lesson's own stub.
"""

import copy

import numpy as np

WRONG = {}


class Everything:
    """Equals whatever it is compared with."""

    __hash__ = None

    def __eq__(self, other):
        return True


def cheat_that_equals_everything(*_):
    """Answer every exercise at once."""
    return Everything()


def cheat_by_heart(solution):
    """Return an answer learnt by heart: right in the first case, the same in all others."""
    learnt = []

    def cheat(*arguments):
        if not learnt:
            learnt.append(solution(*arguments))
        return copy.deepcopy(learnt[0])

    return cheat


def refused(number, *words):
    """Register a wrong answer to an exercise, and words of the message that it must get."""

    def register(function):
        WRONG.setdefault(number, []).append((function, words))
        return function

    return register


@refused("1.5", "stopped with")
def cheat_by_counting_all(q, n, order):
    """List all frequencies: there are far too many."""
    return (np.count_nonzero(np.indices((q,) * n), axis=0) == order).sum()


@refused("1.6", "look-ups")
def cheat_by_going_back(F, k):
    """Rebuild f, turn the strand, transform again: the whole table is read."""
    f = np.fft.ifftn(np.asarray(F))
    return np.fft.fftn(np.flip(f).T)[k]


@refused("1.6", "look-up number 2, where 1 are allowed")
def cheat_by_going_back_slowly(F, k):
    """Rebuild f from one look-up after another."""
    return sum(F[at] for at in np.ndindex(F.shape))


@refused("2.5", "stopped with")
def cheat_by_the_whole_table(k, F, m, q):
    """Rebuild f from all its waves and transform it by passes."""
    whole = np.zeros((q,) * len(m), complex)
    whole[tuple(k.T)] = F
    M = np.fft.ifftn(whole, norm="forward").real
    for axis in range(len(m)):
        rows = np.moveaxis(M, axis, 0)
        rows[1:] -= rows[0]
    return M[tuple(m)]


@refused("4.4", "look-ups")
def cheat_by_transforming_all(f, H, d, j):
    """Fold the whole spectrum in place of asking q^b questions."""
    F, q = np.fft.fftn(np.asarray(f)) / f.size, f.shape[0]
    every = [k for k in np.ndindex(F.shape) if (np.array(k) @ H % q == j).all()]
    return sum(F[k] * np.exp(2j * np.pi * np.dot(k, d) / q) for k in every)


@refused("4.4", "look-up number")
def cheat_by_looking_everywhere(f, H, d, j):
    """Read all q^n values, one after another."""
    whole = np.array([f[x] for x in np.ndindex(f.shape)]).reshape(f.shape)
    return cheat_by_transforming_all(whole, H, d, j)


@refused("6.1", "stopped with", "peel once")
def cheat_by_peeling_for_each_guide(bins, matrices, guides, answers, q, tau, peel, closed_form):
    """Pay anew for every guide: the values are right, but nothing is shared."""
    values, gaps = [], []
    for x, fx in zip(guides, answers, strict=True):
        found = peel(copy.deepcopy(bins), matrices, q, tau)
        k = np.array(list(found), int).reshape(-1, len(x))
        values.append(closed_form(k, np.array(list(found.values())), x, q))
        gaps.append(fx - np.real(found.get((0,) * len(x), 0)) - values[-1].sum())
    return np.array(values), np.array(gaps)


@refused("7.4", "not yet")
def cheat_by_the_plain_mean(c, Phi, y, df):
    """Take the mean of step 2, which needs no fit, and the noise of what the fit misses."""
    missed = (y - Phi @ c) / (1 - df / len(y))
    return Phi.T @ y / len(y), missed @ missed / len(y) ** 2


@refused("8.4", "not yet")
def cheat_by_one_letter_for_all(f, x, i):
    """Put A there, whatever stands there."""
    swapped = np.array(x)
    swapped[i - 1] = 0
    return float(np.subtract(*f(np.stack([x, swapped]))))


@refused("9.1", "look-up number")
def cheat_by_building_products(x, cut, J):
    """Build all products, as the cold open does."""
    word = [x[i] for i in range(x.size)]
    return len({"".join(word[:s] + word[s + J :]) for s in range(cut - J, cut + 1)})


@refused("9.4", "not yet")
def cheat_for_dna(m, q):
    """Know the three values for four letters, and nothing else."""
    return (0.375, 0.234375, 0.1640625)[m - 1] if q == 4 else 0.0


@refused("10.4", "not yet")
def cheat_by_stopping_at_the_floor(wt, a, b, low, high):
    """Add up what was measured, and stop where the sigmoid does."""
    return min(max(a + b - wt, low), high)


@refused("11.1", "not yet")
def cheat_for_a_fair_first_letter(c, h):
    """Know the case c = 1/2 only, where the four differ by their signs."""
    gain = np.log(h / (1 - h)) / 2
    return [gain, -gain, gain, (2 * h - 1) * gain]


@refused("11.2", "not yet")
def cheat_for_two_kinds_of_letters(model, s, t, i):
    """Know that of two letters the other one is drawn, when it is not the same."""
    said, other = model(s), [*s[:i], 1 - s[i], *s[i + 1 :]]
    return (1 - np.exp(said[i, s[i]])) * (said[t, s[t]] - model(other)[t, s[t]])


@refused("11.3", "not yet")
def cheat_by_what_a_score_should_be(m, c):
    """Let the score go with the effect, as one would wish."""
    return [m, c * m]


@refused("11.4", "not yet")
def cheat_by_pairs(h):
    """Say that nothing is owed where no pair tells anything."""
    return [0.0, 0.0]


@refused("12.2", "not yet")
def cheat_for_three_words(delta, M):
    """Know the picture of three words, and nothing else."""
    return [delta / 90, delta / 30]


@refused("12.4", "not yet")
def cheat_by_always_refusing(lab):
    """Publish nothing: no promise is broken, and no question answered."""
    return "none"


@refused("13.1", "not yet")
def cheat_by_the_first_line(r2, low, own, *beside):
    """Believe all of a report that is good enough for averages."""
    return [low >= 0.5 >= own] * 3


@refused("13.2", "not yet")
def cheat_for_one_and_two(a, b):
    """Know the values of the toy as it is."""
    return [0.75 * a, -0.25 * a, 0.6875]


@refused("13.3", "not yet")
def cheat_without_ta(texts):
    """Count C alone: right of every text without TA."""
    return [float(text.count("C")) for text in texts]


@refused("13.4", "not yet")
def cheat_for_the_best_alone(expected, checked, wild_type, count):
    """Order the one variant that the model likes best."""
    return [int(np.nanargmax(checked))] if np.nanmax(checked) > wild_type else []


@refused("14.3", "look-up number")
def cheat_by_asking_for_x_again(h, x):
    """Average over all four letters of each position, x's own among them every time."""
    rows = np.repeat(x[None], 4 * len(x), axis=0)
    rows[np.arange(len(rows)), np.arange(len(rows)) // 4] = np.tile(np.arange(4), len(x))
    return h(x[None])[0] - h(rows).reshape(-1, 4).mean(axis=1)
