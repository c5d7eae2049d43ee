"""One door to a sketch: pay for the queries once, get a spectrum and how good it is.

``sketch`` asks a model; ``sketch_from_samples`` takes measured data or queries already made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.learn import MOST_ORDER, fit_spectrum, split
from shapzero_lite.memory import count_all
from shapzero_lite.queries import Model, ask
from shapzero_lite.sequences import Alphabet, Codes, as_codes
from shapzero_lite.spectrum import Spectrum

METHODS = ("auto", "enumerate", "samples")


@dataclass(frozen=True, eq=False)
class Sketch:
    """A spectrum and what is known about its quality.

    ``r2``: share of the variance explained on rows that never entered the fit, a float;
    ``r2_interval``: its 95 % bootstrap interval over those rows; ``n_queries``: every model
    evaluation made (or every sample given), checks and hold-out included; ``n_held_out``: the
    rows behind ``r2``, 0 when all sequences were asked and the spectrum is exact.
    """

    spectrum: Spectrum
    r2: float
    r2_interval: tuple[float, float]
    n_queries: int
    method: str
    n_held_out: int
    seed: int
    notes: tuple[str, ...] = field(default=())

    def report(self) -> str:
        """Return what a reader should know before explaining anything with this sketch."""
        low, high = self.r2_interval
        shares = ", ".join(
            f"order {d} {share:.0%}" for d, share in enumerate(self.spectrum.variance_by_order(), 1)
        )
        quality = (
            f"exact: all {self.n_queries:,} sequences were asked"
            if self.n_held_out == 0
            else f"R² {self.r2:.3f} (95 % interval {low:.3f} to {high:.3f}) on "
            f"{self.n_held_out:,} rows outside the fit"
        )
        lines = [
            f"{self.method}: {self.n_queries:,} queries, {len(self.spectrum):,} coefficients",
            quality,
            f"variance of the sketch: {shares or 'none'}",
            *self.notes,
        ]
        return "\n".join(lines)


def sketch(
    model: Model,
    n: int | None = None,
    alphabet: Alphabet | None = None,
    budget: int = 60_000,
    method: str = "auto",
    seed: int = 0,
    *,
    progress: bool = True,
    batch_size: int = 8192,
    output: int | None = None,
    max_order: int = MOST_ORDER,
) -> Sketch:
    """Return a sketch of a model from at most ``budget`` queries, the rows for its R² included.

    ``model``: a callable from codes (N, n) to N numbers; ``n`` and ``alphabet`` may be left out
    when it has them as attributes. ``method``: "enumerate" asks all q^n sequences (exact),
    "samples" asks uniformly random ones and learns the spectrum from them (module ``learn``),
    "auto" enumerates when the budget allows. ``max_order`` bounds what is learnt from samples.
    ``output`` chooses a column of a model with several. Raises ``ValueError`` for a budget that
    is too small (naming the least that would do), a constant model, or answers that are not
    finite real numbers.

    >>> from shapzero_lite import DNA
    >>> s = sketch(lambda x: (x == 2).sum(axis=1), 4, DNA, budget=256, progress=False)
    >>> s.n_queries, s.r2, s.spectrum.order
    (256, 1.0, 1)
    """
    n = getattr(model, "n", None) if n is None else n
    alphabet = getattr(model, "alphabet", None) if alphabet is None else alphabet
    if not isinstance(alphabet, Alphabet):
        msg = f"say the alphabet of the sequences, for example alphabet=sz.DNA (got {alphabet!r})"
        raise TypeError(msg)
    for name, number in (("n", n), ("budget", budget)):
        if not isinstance(number, int | np.integer) or isinstance(number, bool) or number < 1:
            msg = f"{name} is a whole number of at least 1, not {number!r}"
            raise ValueError(msg) if isinstance(number, int | np.integer) else TypeError(msg)
    if method not in METHODS:
        msg = f"method is one of {', '.join(METHODS)}, not {method!r}"
        raise ValueError(msg)
    seed = _checked_seed(seed)
    total = alphabet.q ** int(n)
    if method == "auto":
        method = "enumerate" if total <= budget else "samples"
    least = total if method == "enumerate" else min(total, least_samples(n, alphabet.q))
    if budget < least:
        need = f"{least:,}" if least < 10**15 else f"{alphabet.q}^{n}"
        msg = (
            f"a budget of {budget:,} queries is too small: method {method!r} needs at least "
            f"{need} for n = {n} positions and {alphabet.q} letters"
        )
        raise ValueError(msg)
    asking = {"batch_size": batch_size, "output": output, "progress": progress}
    if method == "enumerate":
        codes = alphabet.all_sequences(n)
        values = ask(model, codes, alphabet, **asking)
        _refuse_constant(values, "the model answered")
        return _exact(values, n, alphabet, seed)
    codes = _distinct_random(alphabet, int(n), int(budget), total, seed)
    values = ask(model, codes, alphabet, **asking)
    return sketch_from_samples(codes, values, alphabet=alphabet, seed=seed, max_order=max_order)


def sketch_from_samples(
    codes: Any,
    values: ArrayLike,
    *,
    alphabet: Alphabet,
    seed: int = 0,
    max_order: int = MOST_ORDER,
) -> Sketch:
    """Return a sketch from samples: measured data, or queries already made.

    ``codes``: (N, n) codes or strings; ``values``: (N,) numbers. A tenth of the distinct
    sequences (at most 5,000 rows) is held out for ``r2``; a spectrum is learnt from the rest, of
    order at most ``max_order`` (module ``learn``). When every possible sequence is there, the
    spectrum is the exact transform instead (repeats averaged). Raises ``ValueError`` naming the
    row of a NaN, for different lengths of the two, constant values, or too few rows.

    >>> from shapzero_lite import DNA
    >>> x = DNA.random(500, 6, seed=1)
    >>> s = sketch_from_samples(x, x[:, 0] * (x[:, 5] == 1), alphabet=DNA)
    >>> round(s.r2, 4), s.n_queries, s.n_held_out
    (1.0, 500, 50)
    """
    codes = as_codes(codes, alphabet)
    y = _checked_values(values, codes, alphabet)
    _refuse_constant(y, "the samples hold")
    seed = _checked_seed(seed)
    n, q = codes.shape[1], alphabet.q
    if count_all(q, n) <= len(codes):
        place = np.ravel_multi_index(tuple(codes.T.astype(np.int64)), (q,) * n)
        counts = np.bincount(place, minlength=q**n)
        if counts.all():
            return _exact(np.bincount(place, y) / counts, n, alphabet, seed, len(codes))
    least = least_samples(n, q)
    if len(codes) < least:
        msg = (
            f"{len(codes):,} samples are too few for {n} positions and {q} letters: at least "
            f"{least:,} are needed to fit order 1 and to keep rows for an honest R²"
        )
        raise ValueError(msg)
    distinct = len(np.unique(codes, axis=0))
    if distinct < 20:
        msg = (
            f"the {len(codes):,} samples are only {distinct} different sequences: at least 20 are "
            "needed, so that some can stay out of the fit for an honest R²"
        )
        raise ValueError(msg)
    fit, held = split(codes, share=min(0.1, 5000 / len(codes)), seed=seed)
    spectrum = fit_spectrum(codes[fit], y[fit], alphabet, seed=seed + 1, max_order=max_order)
    r2, interval = _r2(y[held], spectrum.evaluate(codes[held]), seed)
    notes = _design_notes(codes, q)
    provenance = {"method": "samples", "n_queries": len(codes), "seed": seed, "r2": r2}
    spectrum.provenance.update(provenance)
    return Sketch(spectrum, r2, interval, len(codes), "samples", len(held), seed, notes)


def least_samples(n: int, q: int) -> int:
    """Return the fewest samples taken: two for each number of order 1, and 20 to hold out."""
    return 2 * (1 + int(n) * (q - 1)) + 20


def _exact(
    values: NDArray[np.float64], n: int, alphabet: Alphabet, seed: int, n_queries: int | None = None
) -> Sketch:
    asked = len(values) if n_queries is None else n_queries
    provenance = {"method": "enumerate", "n_queries": asked, "r2": 1.0}
    table = values.reshape((alphabet.q,) * n)
    spectrum = Spectrum.from_values(table, alphabet, provenance)
    measured = "every sequence was given, so no row could be held out: noise in the values is kept"
    notes = () if n_queries is None else (measured,)
    return Sketch(spectrum, 1.0, (1.0, 1.0), asked, "enumerate", 0, seed, notes)


def _distinct_random(alphabet: Alphabet, n: int, count: int, total: int, seed: int) -> Codes:
    """Uniformly random sequences; without repeats where the space is small enough to matter."""
    if total > 2**22:
        return alphabet.random(count, n, seed)
    rank = np.random.default_rng(seed).permutation(total)[:count]
    return np.stack(np.unravel_index(rank, (alphabet.q,) * n), axis=1).astype(np.uint8)


def _checked_values(values: ArrayLike, codes: Codes, alphabet: Alphabet) -> NDArray[np.float64]:
    y = np.asarray(values)
    if y.dtype.kind not in "biuf":
        msg = f"values are real numbers, one a sequence; an array of {y.dtype} was given"
        raise TypeError(msg)
    if y.shape != (len(codes),):
        msg = f"{len(codes):,} sequences need {len(codes):,} values; got shape {y.shape}"
        raise ValueError(msg)
    finite = np.isfinite(y)
    if not finite.all():
        r = int(np.flatnonzero(~finite)[0])
        msg = (
            f"the value of sequence {r + 1} ({alphabet.decode(codes[r : r + 1])[0]}) is {y[r]}; "
            f"{int((~finite).sum()):,} of {len(y):,} values are not finite: drop those rows"
        )
        raise ValueError(msg)
    return y.astype(np.float64)


def _checked_seed(seed: Any) -> int:
    if not isinstance(seed, int | np.integer) or seed < 0:
        msg = f"seed is a whole number from 0, so that the result can be repeated; got {seed!r}"
        raise ValueError(msg)
    return int(seed)


def _refuse_constant(y: NDArray[np.float64], who: str) -> None:
    if np.ptp(y) == 0:
        msg = (
            f"{who} {y[0]:g} for all {len(y):,} sequences: a constant has nothing to explain "
            "(every Shapley value is 0). Does the model see its input?"
        )
        raise ValueError(msg)


def _r2(
    y: NDArray[np.float64], predicted: NDArray[np.float64], seed: int
) -> tuple[float, tuple[float, float]]:
    """R² on held-out rows, and its 95 % percentile interval over 1,000 bootstrap draws."""
    error, square = (y - predicted) ** 2, (y - y.mean()) ** 2
    if square.sum() == 0:
        return (1.0 if error.sum() == 0 else 0.0), (-np.inf, 1.0)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(y), np.full(len(y), 1 / len(y)), size=1000)
    # The mean moves with the draw: sum w (y - m_w)² = sum w (y - m)² - N (m_w - m)².
    centred = y - y.mean()
    spread = draws @ square - (draws @ centred) ** 2 / len(y)
    told = spread > 1e-12 * square.sum()  # of few rows, a draw may hold one row only
    ratios = 1 - (draws @ error)[told] / spread[told]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(1 - error.sum() / square.sum()), (float(low), float(high))


def _design_notes(codes: Codes, q: int) -> tuple[str, ...]:
    """A note when letters are far from uniform: R² then speaks of such sequences only."""
    largest = max(float(np.bincount(column, minlength=q).max()) for column in codes.T)
    # Ten standard deviations of a uniform count: never by chance, always for a mutational scan.
    if largest < len(codes) / q + 10 * np.sqrt(len(codes) / q):
        return ()
    note = "the letters of these samples are far from uniform: R² holds for sequences like them"
    return (f"{note}, not for random ones",)
