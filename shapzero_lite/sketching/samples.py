"""Samples that a sketch can be made from: what is accepted, drawn, and held out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import unmasked
from shapzero_lite._memory import count_all
from shapzero_lite.letters import Alphabet, Codes, Letters, letter_counts, looks_one_hot

# Numbers up to here, and differences down to its inverse, can be squared and summed.
_LARGEST = 1e140


class ConstantError(ValueError):
    """All answers are the same: ``value`` for ``count`` sequences, after ``queries`` of them."""

    def __init__(self, value: float, count: int, who: str) -> None:
        super().__init__(
            f"{who} {value:g} for all {count:,} sequences: a constant has nothing to explain "
            "(every Shapley value is 0). Does the model see its input?"
        )
        self.value, self.count, self.queries = value, count, count


def checked_values(values: ArrayLike, codes: Codes, alphabet: Alphabet) -> Array:
    """Return one finite number a sequence, (N,) float64, or say which is not."""
    y = np.asarray(unmasked(values, "values"))
    if y.dtype.kind not in "biuf":
        raise TypeError(f"values are real numbers, one a sequence; an array of {y.dtype} was given")
    if y.shape != (len(codes),):
        msg = f"{len(codes):,} sequences need {len(codes):,} values; got shape {y.shape}"
        raise ValueError(msg)
    finite = np.isfinite(y)
    if not finite.all():
        r = int(np.flatnonzero(~finite)[0])
        raise ValueError(
            f"the value of sequence {r + 1} ({alphabet.decode(codes[r : r + 1])[0]}) is {y[r]}; "
            f"{int((~finite).sum()):,} of {len(y):,} values are not finite: drop those rows"
        )
    return y.astype(np.float64)


def checked_weights(weights: ArrayLike, codes: Codes, alphabet: Alphabet) -> Array:
    """Return one positive finite weight a sequence, (N,) float64, or say which is not."""
    w = checked_values(weights, codes, alphabet)
    if (w <= 0).any():
        r = int(np.flatnonzero(w <= 0)[0])
        msg = f"the weight of sequence {r + 1} is {w[r]:g}; weights are positive: drop rows instead"
        raise ValueError(msg)
    return w


def refuse_constant(y: NDArray[np.floating], who: str) -> None:
    """Raise ``ConstantError`` when all values are the same: there is nothing to explain.

    And ``ValueError`` when they differ so little or so much that their squares are lost: R² and
    every fit are made of squares.
    """
    if np.ptp(y) == 0:
        raise ConstantError(float(y[0]), len(y), who)
    low, high = float(y.min()), float(y.max())
    size = max(abs(low), abs(high))
    if size > _LARGEST or high - low < 1 / _LARGEST:
        power = -int(np.floor(np.log10(size if size > _LARGEST else high - low)))
        raise ValueError(
            f"{who} numbers from {low:g} to {high:g}: their squares do not fit into a float. "
            f"Multiply all by 1e{power}, or take logarithms"
        )


def refuse_one_hot(given: Any, codes: Codes, q: int) -> None:
    """Raise ``ValueError`` for samples that are one-hot vectors, flattened, and not codes."""
    if len(codes) >= 20 and np.asarray(given).dtype.kind in "iu" and looks_one_hot(codes, q):
        n = codes.shape[1] // q
        raise ValueError(
            f"the samples look one-hot, {n} positions of {q} numbers: codes are "
            f"x.reshape(-1, {n}, {q}).argmax(axis=2). If they are codes, give strings, "
            "alphabet.decode(codes)"
        )


def refuse_too_few(codes: Codes, q: int, *, own_letters: bool = False) -> None:
    """Raise ``ValueError`` for samples that cannot be both fitted and held out.

    ``own_letters``: of a mutational scan most letters are rare, and R² tells what it can say.
    """
    least = least_samples(codes.shape[1], q)
    if len(codes) < least and not own_letters:
        raise ValueError(
            f"{len(codes):,} samples are too few for {codes.shape[1]} positions and {q} letters: "
            f"at least {least:,} are needed to fit order 1 and to keep rows for an honest R²"
        )
    distinct = len(np.unique(codes, axis=0))
    if distinct < 20:
        raise ValueError(
            f"the {len(codes):,} samples are only {distinct} different sequences: at least 20 are "
            "needed, so that some can stay out of the fit for an honest R²"
        )


def least_samples(n: int, q: int) -> int:
    """Return the fewest samples taken: two for each number of order 1, and 20 to hold out.

    >>> least_samples(26, 4)
    178
    """
    return 2 * (1 + int(n) * (q - 1)) + 20


def least_of(letters: Letters) -> int:
    """Return ``least_samples`` for letters of which some positions have only a few, or one.

    >>> least_of(Letters.fixed("ACGT", [2]))
    28
    """
    return least_samples(int(letters.possible.sum()) - letters.n, 2)


def draw(alphabet: Alphabet, n: int, count: int, rng: np.random.Generator) -> Codes:
    """Return uniformly random sequences; without repeats where the space is small enough."""
    if count_all(alphabet.q, n) > 2**22:
        return rng.integers(0, alphabet.q, size=(count, n), dtype=np.uint8)
    rank = rng.permutation(alphabet.q**n)[:count]
    return np.stack(np.unravel_index(rank, (alphabet.q,) * n), axis=1).astype(np.uint8)


def draw_from(
    letters: Letters, count: int, rng: np.random.Generator
) -> tuple[Codes, NDArray[np.int64]]:
    """Return at most ``count`` different sequences, and how often each was drawn.

    Drawn independently, so that sums weighted by the numbers are means over the letters; what was
    drawn before is not asked again. Fewer than ``count`` where eight times as many draws hold no
    more.

    >>> codes, times = draw_from(Letters.around("ACGT", 0.1), 10, np.random.default_rng(0))
    >>> len(codes), int(times[0]), codes[0].tolist()
    (10, 17, [0, 1, 2, 3])
    """
    drawn = letters.draw(8 * count, rng)
    _, first, which = np.unique(drawn, axis=0, return_index=True, return_inverse=True)
    first, which = first.astype(np.int64), which.ravel()
    # Stop at the draw that would be one sequence too many.
    stop = np.sort(first)[count] if len(first) > count else len(drawn)
    times = np.bincount(which[:stop], minlength=len(first))
    order = np.argsort(first, kind="stable")
    order = order[times[order] > 0]
    return drawn[first[order]], times[order]


def complete_table(codes: Codes, y: Array, q: int, weights: Array | None = None) -> Array | None:
    """Return the table (q,)*n of weighted mean values when every sequence was given, else None."""
    n = codes.shape[1]
    if count_all(q, n) > len(codes):
        return None
    place = np.ravel_multi_index(tuple(codes.T.astype(np.int64)), (q,) * n)
    w = np.ones(len(y)) if weights is None else weights
    counts = np.bincount(place, w, minlength=q**n)
    return (np.bincount(place, w * y) / counts).reshape((q,) * n) if counts.all() else None


def design_notes(codes: Codes, q: int) -> tuple[str, ...]:
    """Return a note when letters are far from uniform: all that is said is of such sequences."""
    largest = float(letter_counts(codes, q).max())
    # Ten standard deviations of a uniform count: never by chance, always for a mutational scan.
    if largest < len(codes) / q + 10 * np.sqrt(len(codes) / q):
        return ()
    note = "the letters of these samples are far from uniform: their own frequencies are meant"
    return (f"{note}, and values and R² hold for sequences like them, not for random ones",)
