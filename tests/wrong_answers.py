"""More wrong answers that a lesson's check must refuse, with words that its message must have.

Those named cheat take a way that the exercise forbids. Mistakes that the check knows by name are
in `shapzero_lite/teach/_mistakes/`; all of them are tried on the lesson's own stub.
"""

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


def refused(number, *words):
    """Register a wrong answer to an exercise, and words of the message that it must get."""

    def register(function):
        WRONG.setdefault(number, []).append((function, words))
        return function

    return register


@refused("1.3", "stopped with")
def cheat_by_counting_all(q, n, order):
    """List all frequencies: there are far too many."""
    return (np.count_nonzero(np.indices((q,) * n), axis=0) == order).sum()


@refused("1.5", "look-ups")
def cheat_by_going_back(F, k):
    """Rebuild f, turn the strand, transform again: the whole table is read."""
    f = np.fft.ifftn(np.asarray(F))
    return np.fft.fftn(np.flip(f).T)[k]


@refused("1.5", "look-up number 2, where 1 are allowed")
def cheat_by_going_back_slowly(F, k):
    """Rebuild f from one look-up after another."""
    return sum(F[at] for at in np.ndindex(F.shape))


@refused("2.2", "look-ups")
def cheat_by_all_values(M, x):
    """Compute the whole landscape in place of one value."""
    table = np.asarray(M)
    for axis in range(table.ndim):
        table = np.concatenate([table.take([0], axis), table.take([0], axis) + table], axis)
    return table[x]


@refused("3.2", "look-up number")
def cheat_by_asking_again(v, order):
    """Ask for nobody and everybody once for each walk."""
    added = np.zeros(len(order))
    for walk in (order, order[::-1]):
        there = [tuple(int(i in walk[:m]) for i in range(len(walk))) for m in range(len(walk) + 1)]
        added[list(walk)] += np.diff([v[S] for S in there]) / 2
    return added


@refused("4.3", "look-ups")
def cheat_by_transforming_all(f, H, d, j):
    """Fold the whole spectrum in place of asking q^b questions."""
    F, q = np.fft.fftn(np.asarray(f)) / f.size, f.shape[0]
    every = [k for k in np.ndindex(F.shape) if (np.array(k) @ H % q == j).all()]
    return sum(F[k] * np.exp(2j * np.pi * np.dot(k, d) / q) for k in every)


@refused("4.3", "look-up number")
def cheat_by_looking_everywhere(f, H, d, j):
    """Read all q^n values, one after another."""
    whole = np.array([f[x] for x in np.ndindex(f.shape)]).reshape(f.shape)
    return cheat_by_transforming_all(whole, H, d, j)


@refused("7.1", "not yet")
def shrunken_by_the_noise_of_a_row(z, tau2, sigma2, N):
    """Take the noise of one row for that of a coefficient."""
    return z * tau2 / (tau2 + sigma2)


@refused("7.1", "not yet")
def the_noise_kept(z, tau2, sigma2, N):
    """Keep the share of the noise in place of the signal's."""
    return z * (sigma2 / N) / (tau2 + sigma2 / N)


@refused("7.2", "not yet")
def rows_with_the_share_turned_round(a, tau2, sigma2):
    """Take a/(1 - a) the other way up."""
    return sigma2 / tau2 * (1 - a) / a


@refused("7.2", "not yet")
def rows_until_nothing_is_lost(a, tau2, sigma2):
    """Forget that 1 - a is lost."""
    return sigma2 / tau2 * a


@refused("7.3", "not yet")
def all_waves_free(g, lam):
    """Count every wave as one, however much it is shrunken."""
    return 1.0 * len(g)


@refused("7.3", "not yet")
def freedom_lost(g, lam):
    """Count what the shrinkage takes in place of what it leaves."""
    return (lam / (g + lam)).sum()


@refused("7.4", "not yet")
def residuals_of_the_fit(Phi, y, lam):
    """Fit once and leave nobody out."""
    return y - Phi @ np.linalg.solve(Phi.T @ Phi + np.diag(lam), Phi.T @ y)


@refused("7.4", "not yet")
def left_out_on_average(Phi, y, lam):
    """Divide all by the mean of 1 - h, where each row has its own."""
    H = Phi @ np.linalg.solve(Phi.T @ Phi + np.diag(lam), Phi.T)
    return (y - H @ y) / (1 - np.trace(H) / len(y))


@refused("7.4", "not yet")
def left_out_without_the_penalty(Phi, y, lam):
    """Forget lam in H."""
    H = Phi @ np.linalg.solve(Phi.T @ Phi, Phi.T)
    return (y - H @ y) / (1 - np.diag(H))


@refused("7.5", "not yet")
def without_the_noise(z, owner, s2):
    """Forget to take the noise off."""
    return np.bincount(owner, z**2) / np.bincount(owner)


@refused("7.5", "not yet")
def negative_variances(z, owner, s2):
    """Forget the maximum."""
    return np.bincount(owner, z**2 - s2) / np.bincount(owner)


@refused("7.6", "not yet")
def noise_added(r2, e):
    """Add the noise to what is explained."""
    return r2 + e


@refused("7.6", "not yet")
def noise_multiplied(r2, e):
    """Take the noise off twice."""
    return r2 * (1 - e)


@refused("14.1", "not yet")
def levels_that_start_anew(spectrum, network, model):
    """Take the spectrum off both times: the parts do not add up."""
    return [spectrum, network - spectrum, model - spectrum]


@refused("14.2", "not yet")
def credits_of_one_walk(h, x, start, order):
    """Forget the walk in reverse."""
    rows = np.array([np.where(np.isin(np.arange(len(x)), order[:m]), x, start) for m in range(4)])
    found = np.zeros(len(x))
    found[order] = np.diff(h(rows))
    return found


@refused("14.2", "not yet")
def credits_by_time(h, x, start, order):
    """Give the changes in the order of arrival, not of position."""
    total = np.zeros(len(x))
    for there in (order, order[::-1]):
        rows = [np.where(np.isin(np.arange(len(x)), there[:m]), x, start) for m in range(4)]
        total += np.diff(h(np.array(rows))) / 2
    return total


@refused("14.3", "not yet")
def pairs_from_the_size_of_the_bias(b2, sigma2):
    """Take the root of the bias, which is squared already."""
    return sigma2 / np.sqrt(b2)


@refused("14.3", "not yet")
def pairs_turned_round(b2, sigma2):
    """Divide the wrong way."""
    return b2 / sigma2


@refused("14.4", "not yet")
def split_by_variance(sigma2, cost, budget):
    """Forget the roots."""
    share = sigma2 / cost
    return budget * share / (cost @ share)


@refused("14.4", "not yet")
def split_of_pairs_not_money(sigma2, cost, budget):
    """Share out pairs as if each cost one."""
    share = np.sqrt(sigma2 / cost)
    return budget * share / share.sum()


@refused("14.5", "not yet")
def leaning_by_errors_not_variances(delta, se, typical):
    """Forget the squares."""
    return delta * typical / (typical + se)


@refused("14.5", "not yet")
def leaning_the_other_way(delta, se, typical):
    """Keep the share of the noise."""
    return delta * se**2 / (typical**2 + se**2)


@refused("14.6", "not yet")
def errors_added(free, paid):
    """Add standard errors."""
    return free + paid


@refused("14.6", "not yet")
def variance_of_the_sum(free, paid):
    """Forget the root."""
    return free**2 + paid**2


@refused("15.1", "not yet")
def filled_in_evenly(f, x, unread, p):
    """Give every filling the same weight."""
    rows = np.tile(x, (len(p) ** len(unread), 1))
    rows[:, unread] = np.array(list(np.ndindex((len(p),) * len(unread))))
    return f(rows).mean()


@refused("15.1", "not yet")
def filled_in_one_by_one(f, x, unread, p):
    """Fill one gap at a time, and average: pairs of gaps are forgotten."""
    found = []
    for i in unread:
        rows = np.tile(x, (len(p), 1))
        rows[:, i] = np.arange(len(p))
        found.append(f(rows) @ p)
    return np.mean(found)


@refused("15.2", "not yet")
def base_value_of_uniform_letters(k, F, p):
    """Take F[0], which is the mean over uniform letters only."""
    return F[(k == 0).all(axis=1)].sum().real


@refused("15.2", "not yet")
def base_value_with_waves_turned_back(k, F, p):
    """Give the waves the wrong sign."""
    n, q = p.shape
    psi = p @ np.exp(-2j * np.pi * np.outer(np.arange(q), np.arange(q)) / q)
    return (F * psi[np.arange(n), k].prod(axis=1)).sum().real


@refused("15.3", "not yet")
def shared_equally(a, b):
    """Give both half of what there is, as for uniform letters."""
    return [(a[0] * a[1] - b[0] * b[1]) / 2] * 2


@refused("15.3", "not yet")
def first_come(a, b):
    """Let the first letter always come first."""
    return [(a[0] - b[0]) * b[1], a[0] * (a[1] - b[1])]


@refused("15.4", "not yet")
def shift_turned_round(effects, p, p2):
    """Take the wrong one off."""
    return p2 @ effects - p @ effects


@refused("15.4", "not yet")
def shift_of_one_background(effects, p, p2):
    """Forget the background that is left."""
    return -p2 @ effects


@refused("15.5", "not yet")
def against_each_once(phi, x, B, weights):
    """Forget the weights."""
    return np.mean([phi(x, b) for b in B], axis=0)


@refused("15.5", "not yet")
def against_the_sum(phi, x, B, weights):
    """Forget to divide by the sum of the weights."""
    return np.asarray(weights) @ np.array([phi(x, b) for b in B])


@refused("15.6", "not yet")
def the_rest_to_other_letters(wild, keep, q):
    """Share what is left among the other letters only."""
    return np.where(np.eye(q)[wild] == 1, keep, (1 - keep) / (q - 1))


@refused("15.6", "not yet")
def frequencies_that_do_not_add_up(wild, keep, q):
    """Forget that the wild type's own letter may be drawn anew, and share with it nevertheless."""
    return np.where(np.eye(q)[wild] == 1, keep, (1 - keep) / q)
