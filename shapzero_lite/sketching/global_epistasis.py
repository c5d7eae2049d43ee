"""Global epistasis: measured values as an increasing curve over a sum of letter effects.

y = g(φ(x)) + noise with one increasing curve g, fitted where it belongs, between the sum and the
measurement. Transforming the *response* instead cannot undo a floor or a ceiling: what is equal
there has lost its order, and no transform gives it back. Model, I-spline and the variance beside
the measurement error: Otwinowski, McCandlish & Plotkin, PNAS 115, E7550 (2018); with neural
networks: MAVE-NN (Tareen et al., Genome Biology 23, 98, 2022). Fit, shares on sequences outside of
it, and the test of pairs are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._arrays import Array
from shapzero_lite._checks import seed_of
from shapzero_lite._display import bar, wrapped
from shapzero_lite._memory import check_memory
from shapzero_lite.letters import Alphabet, Letters, as_codes
from shapzero_lite.sketching.cross_fit import FOLDS, Table
from shapzero_lite.sketching.latent_fit import Design
from shapzero_lite.sketching.monotone import MonotoneSpline
from shapzero_lite.sketching.specific_pairs import SpecificPair, amounts, benjamini_hochberg
from shapzero_lite.spectra import Decomposition

_FEWEST = 50


@dataclass(frozen=True, eq=False)
class GlobalEpistasis:
    """Measured values as ``scale(latent)``: letter effects that add up, and one increasing curve.

    ``latent``: the sum, of mean 0 and variance 1 over the table, in parts about the means of its
    own letters (a letter that the table lacks has the mean of its position). ``shares``: of the
    variance of the values, for sequences outside of the fit; they sum to 1: "additive" as
    measured, "curve" (what more a curve over a sum explains), "pairs" (what pairs under the curve
    add), "specific" (interaction that none of these explains) and "noise", which is part of
    "specific" where no errors were given. ``pairs``: the test of every pair, where asked for.
    """

    latent: Decomposition
    curve: MonotoneSpline
    shares: dict[str, float]
    pairs: tuple[SpecificPair, ...]
    rows: int
    penalty: float
    seed: int

    def scale(self, z: ArrayLike) -> Array:
        """Return the curve g at latent values z; constant beyond those of the table."""
        return self.curve(z)

    def __call__(self, codes: Any) -> Array:
        """Return the predicted values (N,) of sequences or codes (N, n)."""
        return self.scale(self.latent.evaluate(codes))

    @property
    def r2(self) -> float:
        """Share of the variance, of sequences outside of the fit, that the fit explains."""
        return 1 - self.shares["specific"] - self.shares.get("noise", 0.0)

    def specific_pairs(self, fdr: float = 0.1) -> list[SpecificPair]:
        """Return the pairs that interact specifically, at most ``fdr`` of them falsely expected.

        The most certain first. Raises ``ValueError`` where no pairs were fitted.
        """
        if not self.pairs:
            msg = "no pairs were fitted: fit_global_epistasis(..., pairs=True) tests them"
            raise ValueError(msg)
        found = [pair for pair in self.pairs if pair.q_value <= fdr]
        return sorted(found, key=lambda pair: (pair.p_value, pair.positions))

    def __repr__(self) -> str:
        return f"GlobalEpistasis({self.rows:,} rows, R² {self.r2:.3f}, {self.latent!r})"

    def __str__(self) -> str:
        names = {
            "additive": "letters add up, as measured",
            "curve": "+ one increasing curve",
            "pairs": "+ pairs under the curve",
            "specific": "specific interaction",
            "noise": "measurement error",
        }
        if "noise" not in self.shares:
            names["specific"] += " and noise"
        head = f"Global epistasis, {self.rows:,} sequences of {self.latent.n} positions"
        lines = [f"{head}: shares of the variance outside of the fit"]
        wide = max(map(len, names.values()))
        for key, share in self.shares.items():
            lines.append(f"  {names[key]:{wide}s}  {share:6.1%}  {bar(share)}".rstrip())
        if self.pairs:
            found = self.specific_pairs()
            named = ", ".join("-".join(str(1 + i) for i in pair.positions) for pair in found[:12])
            more = " …" if len(found) > 12 else ""
            lines.append(
                f"  {len(found)} of {len(self.pairs)} pairs of positions interact specifically, at "
                f"a false discovery rate of 0.1 (learnt on one half, tested on the other)"
                + (f": {named}{more}" if found else "")
            )
        return wrapped(lines)


def fit_global_epistasis(
    codes: Any,
    values: ArrayLike,
    alphabet: Alphabet,
    *,
    pairs: bool = False,
    weights: ArrayLike | None = None,
    errors: ArrayLike | None = None,
    seed: int = 0,
) -> GlobalEpistasis:
    """Return letter effects that add up, and the increasing curve through which they are seen.

    ``codes``: sequences or codes (N, n); ``values`` (N,). ``pairs``: fit all pairs of letters
    under the curve too, and test every pair of positions. ``errors``: standard errors of the
    values (N,); rows then weigh 1 / (error² + variance that is not error), and the errors' share
    of the variance is told apart. ``weights``: positive numbers (N,) instead. The ridge penalty is
    chosen on a fifth of the rows, drawn by ``seed``; the shares come from fits to four fifths, each
    for the fifth it has not seen. Raises ``ValueError`` naming a value, weight or error that will
    not do, or when fewer than 50 rows were given. Needs scipy.

    >>> from shapzero_lite import DNA
    >>> rng = np.random.default_rng(0)
    >>> x, effects = DNA.random(2000, 4, seed=0), rng.normal(size=(4, 4))
    >>> latent = effects[np.arange(4), x].sum(axis=1)
    >>> found = fit_global_epistasis(x, np.maximum(latent, -0.5), DNA)  # two thirds at a floor
    >>> found.shares["additive"] < 0.8, found.shares["specific"] < 0.01
    (True, True)
    """
    _need_scipy()
    codes, seed = as_codes(codes, alphabet), seed_of(seed)
    y = _column(values, len(codes), "values")
    if len(codes) < _FEWEST or not y.std() > 0:
        msg = f"{_FEWEST} rows whose values differ are needed; got {len(codes)}" + (
            " rows of one value" if len(codes) >= _FEWEST else ""
        )
        raise ValueError(msg)
    if weights is not None and errors is not None:
        msg = "give weights or errors, not both: errors make weights of their own"
        raise ValueError(msg)
    level, spread = float(y.mean()), float(y.std())
    y = (y - level) / spread
    w = np.ones(len(y)) if weights is None else _column(weights, len(y), "weights", positive=True)
    noise = None
    # A stream of its own: rows shuffled with the same seed would fall into folds by their letters.
    rng = np.random.default_rng([seed, len(y)])
    fold = rng.permutation(len(y)) % FOLDS
    letters = Letters.from_sequences(codes, alphabet)
    table = Table(Design(letters), codes, y, w / w.mean(), fold)
    if errors is not None:
        noise = (_column(errors, len(y), "errors", positive=True) / spread) ** 2
        table = table.weighing(1 / (noise + 0.1))
        left = table.cross_fit(table.linear_start)[0]
        extra = np.average((y - left) ** 2 - noise, weights=table.weights)
        table = table.weighing(1 / (noise + max(float(extra), 1e-3)))
    behind, fits, penalty = table.cross_fit(table.linear_start)
    shares = {"additive": table.explained(table.linear(penalty))}
    shares["curve"] = table.explained(behind) - shares["additive"]
    tests: tuple[SpecificPair, ...] = ()
    if pairs:
        design = Design(letters, list(combinations(range(letters.n), 2)))
        check_memory(40.0 * design.width**2, f"all pairs of letters of {letters.n} positions")
        wide = table.of(design)
        more = np.zeros(design.width - table.design.width)
        of_pairs, fits, penalty = wide.cross_fit(lambda k, _: np.r_[fits[k].theta, more])
        shares["pairs"] = wide.explained(of_pairs) - table.explained(behind)
        behind, table = of_pairs, wide
    left_over = 1 - table.explained(behind)
    if noise is not None:
        known = float(np.average(noise, weights=table.weights)) / table.variance
        shares["specific"] = left_over - min(known, left_over)
        shares["noise"] = min(known, left_over)
    else:
        shares["specific"] = left_over
    final = fits[-1]
    latent = table.design.parts(final.theta, final.offset)
    if pairs:
        t = amounts(design, codes, y, table.weights, table.ridge(penalty), rng)
        tests = _tests(design, latent, t)
    curve = MonotoneSpline(final.scale.knots, level + spread * final.scale.coefficients)
    return GlobalEpistasis(latent, curve, shares, tests, len(y), penalty, seed)


def _tests(design: Design, latent: Decomposition, t: Array) -> tuple[SpecificPair, ...]:
    from scipy.special import ndtr

    p_values = np.where(t == 0, 1.0, ndtr(-t))
    variance = dict(zip(latent.supports, latent.variances(), strict=True))
    total = sum(variance.values())
    return tuple(
        SpecificPair(pair, float(variance.get(pair, 0.0) / total), float(a), float(b), float(c))
        for pair, a, b, c in zip(
            design.pairs, t, p_values, benjamini_hochberg(p_values), strict=True
        )
    )


def _need_scipy() -> None:
    try:
        import scipy  # noqa: F401
    except ImportError as error:
        msg = 'a curve over a sum is fitted with scipy: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg) from error


def _column(given: ArrayLike, count: int, what: str, *, positive: bool = False) -> Array:
    column = np.asarray(given)
    if column.dtype.kind not in "fiu" or column.shape != (count,):
        msg = f"{what} are {count} numbers, one for each sequence; got {column.dtype} of shape "
        raise ValueError(f"{msg}{column.shape}")
    column = column.astype(np.float64)
    wrong = ~np.isfinite(column) | ((column <= 0) if positive else False)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        kind = "positive and finite" if positive else "finite"
        raise ValueError(f"{what} must be {kind}; row {i + 1} has {column[i]}")
    return column
