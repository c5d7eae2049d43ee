r"""Learn a curve over a sum of letter effects from rows, and whether there is one.

.. math:: \min_{z, g} \sum_r w_r \Big(y_r - g\Big(\sum_i z_i(x_{ri})\Big)\Big)^2
          + \lambda \sum_i \Big(u_i^2 + \sum_a v_i(a)^2\Big) / \mathrm{var}(\text{sum}),

z_i(a) = u_i + v_i(a) for every letter but the most frequent, whose effect is 0: a letter that few
rows have is drawn to what its position does. Gauss and Newton's steps by conjugate gradients, from
which the directions that the curve follows by itself are projected out (Golub & Pereyra 1973;
Kaufman 1975). The curve is logistic steps on a grid, finer and finer while rows outside are
predicted better, and so is the penalty chosen. Where measured values call for an increasing curve,
shares of variance and tests, module ``global_epistasis`` has them; here is a learner, of any curve,
whose work goes with the letters that differ from the common ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array, Codes
from shapzero_lite.letters import Letters
from shapzero_lite.sketching.ridge import split
from shapzero_lite.spectra import Curve
from shapzero_lite.spectra.curve import logistic

# Penalties tried, in rows, and widths of a step, in standard deviations of the sum.
_PENALTIES, _WIDTHS = (30.0, 10.0, 3.0, 1.0, 0.3, 0.03), (0.5, 0.25, 0.125)
_MOST_STEPS = 64
# Rows that are fitted, for each effect, and at least; more tell a curve nothing new.
_ROWS_AN_EFFECT, _ROWS = 12, 10_000
# Standard errors by which a curve must predict rows outside better than an additive fit.
_SHOWS = 2.0
# Rounds of steps, conjugate gradients in each, trials of a step; the share of the sum that a round
# must gain; what a finer curve or another penalty must gain outside.
_ROUNDS, _GRADIENTS, _TRIALS, _GAIN, _WORTH = 12, 40, 6, 0.005, 0.01


def fit_curve(
    codes: Codes, y: Array, letters: Letters, seed: int, weights: Array | None = None
) -> tuple[Curve, Array] | None:
    """Return the curve and the effects (n, q) that N rows tell, or None where they show no curve.

    ``letters``: those that the rows were drawn from; a letter that cannot occur has the mean effect
    of its position. A curve is shown by rows outside of the fit that it predicts better than a
    straight line does, an additive fit with a penalty of its own, by more than two standard errors.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(2000, 6, seed=0)
    >>> effects = np.random.default_rng(0).normal(size=(6, 4))
    >>> y = np.tanh(effects[np.arange(6), x].sum(axis=1))
    >>> g, z = fit_curve(x, y, Letters.uniform(6, DNA), seed=0)
    >>> bool(np.abs(g(z[np.arange(6), x].sum(axis=1)) - y).max() < 0.05)
    True
    """
    w = np.ones(len(y)) if weights is None else weights
    rng = np.random.default_rng([seed, 5])
    effects = int(letters.possible.sum()) - letters.n
    some = rng.permutation(len(y))[: max(_ROWS, _ROWS_AN_EFFECT * effects)]
    codes, y, w = codes[some], y[some], w[some]
    level = float(np.average(y, weights=w))
    spread = float(np.sqrt(np.average((y - level) ** 2, weights=w)))
    if effects == 0 or not spread > 0:
        return None
    common = letters.probabilities.argmax(axis=1)
    fit, check = split(codes, share=0.2 if len(codes) < 5000 else 0.1, seed=seed)
    y = (y - level) / spread
    inside, outside = (_Rows.of(codes[r], common, letters.q, y[r], w[r]) for r in (fit, check))

    def errors(found: _Fit | Array) -> Array:
        predicted = found(outside) if isinstance(found, _Fit) else outside.sums(found)
        return outside.w * (outside.y - predicted) ** 2

    theta = _linear(inside)
    slope = inside.sums(theta)
    straight = outside.y - np.average(inside.y - slope, weights=inside.w) - outside.sums(theta)
    best = None
    left = outside.w * straight**2
    for penalty in _PENALTIES:
        found = _descend(inside, theta, penalty, _WIDTHS[0])
        if found is None:
            break
        gain = left - errors(found)
        # The curve itself must show that it is needed, and so must a weaker penalty.
        needed = (_SHOWS if best is None else 1.0) * gain.std() / np.sqrt(len(gain))
        if gain.mean() <= needed:
            if best is None and penalty != _PENALTIES[-1]:
                continue
            break
        best, left, theta = (found, penalty), errors(found), found.theta
    if best is None:
        return None
    for width in _WIDTHS[1:]:
        found = _descend(inside, best[0].theta, best[1], width)
        if found is None or errors(found).mean() > (1 - _WORTH) * left.mean():
            break
        best, left = (found, best[1]), errors(found)
    everything = _Rows.of(codes, common, letters.q, y, w)
    found = _descend(everything, best[0].theta, best[1], best[0].width) or best[0]
    curve = Curve(
        level + spread * found.level, spread * found.steps, found.centres, found.curve_width
    )
    return curve, _effects(found.theta, found.offset, letters, common)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows by their letters that are not the common ones: which row, position, and column."""

    row: NDArray[np.int64]
    position: NDArray[np.int64]
    column: NDArray[np.int64]
    shape: tuple[int, int, int]  # rows, positions, letters
    y: Array
    w: Array

    @classmethod
    def of(cls, codes: Codes, common: NDArray[np.int64], q: int, y: Array, w: Array) -> _Rows:
        row, position = np.nonzero(codes != common)
        column = position * q + codes[row, position]
        return cls(row, position, column, (*codes.shape, q), y, w / w.mean())

    def sums(self, theta: Array) -> Array:
        """Return u_i + v_i(x_i) added up, (N,), of theta: v (n q,), then u (n,)."""
        N, n, q = self.shape
        effects = theta[: n * q][self.column] + theta[n * q :][self.position]
        return np.asarray(np.bincount(self.row, effects, N), np.float64)

    def adjoint(self, r: Array) -> Array:
        """Return the transpose of ``sums``."""
        _, n, q = self.shape
        at = r[self.row]
        each = np.bincount(self.column, at, n * q), np.bincount(self.position, at, n)
        return np.concatenate(each)


@dataclass(frozen=True, eq=False)
class _Fit:
    """Effects theta, of which the sum less ``offset`` has mean 0 and variance 1, and the curve."""

    theta: Array
    offset: float
    level: float
    steps: Array
    centres: Array
    width: float  # as asked; that of the curve is larger where the steps are too many
    loss: float
    sum: Array
    missed: Array

    @property
    def curve_width(self) -> float:
        return max(self.width, float(self.centres[-1] - self.centres[0]) / _MOST_STEPS)

    def __call__(self, rows: _Rows) -> Array:
        at = logistic(rows.sums(self.theta) - self.offset, self.centres, self.curve_width)
        return self.level + at @ self.steps


def _linear(rows: _Rows) -> Array:
    """Theta of an additive fit, with the smallest penalty but one."""
    middle = np.average(rows.y, weights=rows.w)

    def normal(v: Array) -> Array:
        s = rows.sums(v)
        s -= rows.w @ s / len(s)
        return rows.adjoint(rows.w * s) + _PENALTIES[-2] * v

    right = rows.adjoint(rows.w * (rows.y - middle))
    return _solve(normal, right, np.ones_like(right), 1e-6)


def _fitted(rows: _Rows, theta: Array, penalty: float, width: float) -> _Fit | None:
    """The best curve for a theta, which is scaled; None for sums that do not differ."""
    s, N = rows.sums(theta), len(rows.y)
    offset = float(rows.w @ s) / N
    spread = float(np.sqrt(rows.w @ (s - offset) ** 2 / N))
    if not spread > 1e-12:
        return None
    theta, s, offset = theta / spread, (s - offset) / spread, offset / spread
    low, high = float(s.min()), float(s.max())
    centres = np.linspace(low, high, int(np.clip((high - low) / width, 4, _MOST_STEPS)) + 1)
    found = _Fit(theta, offset, 0.0, centres, centres, width, 0.0, s, s)
    B = logistic(s, centres, found.curve_width)
    mean = rows.w @ B / N
    gram = (B * rows.w[:, None]).T @ B - N * np.outer(mean, mean)
    gram[np.diag_indices_from(gram)] += 1e-6 * N
    level = float(rows.w @ rows.y) / N
    steps = np.asarray(np.linalg.solve(gram, B.T @ (rows.w * (rows.y - level))), np.float64)
    level -= float(mean @ steps)
    missed = rows.y - level - B @ steps
    loss = float(rows.w @ missed**2 + penalty * theta @ theta)
    return replace(found, level=level, steps=steps, missed=missed, loss=loss)


def _descend(rows: _Rows, theta: Array, penalty: float, width: float) -> _Fit | None:
    """The fit that steps from ``theta`` reach, each with the curve fitted anew."""
    fit, damping, roots = _fitted(rows, theta, penalty, width), 1e-3, np.sqrt(rows.w)
    if fit is None:
        return None
    for _ in range(_ROUNDS):
        at = logistic(fit.sum, fit.centres, fit.curve_width)
        slope = roots * ((at * (1 - at)) @ fit.steps) / fit.curve_width
        follows = np.linalg.qr(roots[:, None] * np.c_[np.ones(len(at)), at])[0]

        def normal(v: Array, slope: Array = slope, follows: Array = follows) -> Array:
            u = slope * rows.sums(v)
            return rows.adjoint(slope * (u - follows @ (follows.T @ u))) + penalty * v

        right = rows.adjoint(slope * roots * fit.missed) - penalty * fit.theta
        held = penalty * float(fit.theta @ fit.theta) / len(at)  # the sum's variance is 1
        right += held * rows.adjoint(rows.w * fit.sum)
        size = rows.adjoint(slope**2) + penalty
        for _ in range(_TRIALS):
            step = _solve(
                lambda v: normal(v) + damping * size * v,  # noqa: B023 - used before it changes
                right, 1 / ((1 + damping) * size), 1e-4,
            )  # fmt: skip
            new = _fitted(rows, fit.theta + step, penalty, width)
            if new is not None and new.loss < fit.loss:
                break
            damping *= 10
        else:
            break
        damping, gain, fit = max(damping / 10, 1e-8), 1 - new.loss / fit.loss, new
        if gain < _GAIN:
            break
    return fit


def _solve(normal: Callable[[Array], Array], right: Array, inverse: Array, enough: float) -> Array:
    """Conjugate gradients for normal(x) = right, preconditioned by ``inverse``."""
    x, r = np.zeros_like(right), right
    d = inverse * r
    square = first = float(r @ d)
    for _ in range(_GRADIENTS):
        if square <= enough * first or square == 0:
            break
        forward = normal(d)
        step = square / float(d @ forward)
        x, r = x + step * d, r - step * forward
        before, square = square, float(r @ (inverse * r))
        d = inverse * r + square / before * d
    return x


def _effects(theta: Array, offset: float, letters: Letters, common: NDArray[np.int64]) -> Array:
    """Effects (n, q), of mean 0 over the letters but for what the offset leaves."""
    n, q = letters.n, letters.q
    z = theta[: n * q].reshape(n, q) + theta[n * q :, None]
    z[np.arange(n), common] = 0
    mean = (letters.probabilities * z).sum(axis=1, keepdims=True)
    z = np.where(letters.possible, z, mean) - mean
    z[0] += mean.sum() - offset
    return np.asarray(z)
