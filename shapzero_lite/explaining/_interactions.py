r"""Interaction indices of a sparse spectrum, all from the Harsanyi dividends.

The dividend of a set T of positions is what its letters do together beyond all their subsets,
:math:`a_x(T) = \sum_{\mathrm{supp}(k) = T} \mathrm{Re}\, F[k] \omega^{\langle k,x\rangle}`,
and every index here is a fixed linear map of the dividends of the supersets of T:

=========  ==================================================================================
Moebius    a_T
FSII       a_T + (-1)^(l-|T|) |T|/(l+|T|) C(l,|T|) sum over S ⊋ T, |S| > l of
           C(|S|-1, l) / C(|S|+l-1, l+|T|) a_S             Faith-Shap of maximal order l
STII       a_T for |T| < l; sum over S ⊇ T of a_S / C(|S|, l) for |T| = l     Shapley–Taylor
SII        sum over S ⊇ T of a_S / (|S|-|T|+1)                    Shapley interaction index
BII        sum over S ⊇ T of a_S / 2^(|S|-|T|)                    Banzhaf interaction index
=========  ==================================================================================

Sources: Faith-Shap, Tsai, Yeh & Ravikumar, JMLR 24 (2023), th. 19; Shapley–Taylor, Sundararajan,
Dhamdhere & Agarwal, ICML 2020; SII and BII, Grabisch & Roubens, Int. J. Game Theory 28 (1999).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import _display
from shapzero_lite._checks import whole
from shapzero_lite.explaining.backgrounds import decomposed, kept_background
from shapzero_lite.explaining.curve_values import LARGEST, curve_base, curve_interactions
from shapzero_lite.letters import Codes, as_codes
from shapzero_lite.spectra import CurvedSum, Decomposition, Function, Spectrum, term_blocks

INDICES = ("FSII", "STII", "SII", "BII", "Moebius")
Subset = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Interactions:
    """Interaction values of N sequences, one column a set of positions (counted from 0).

    ``subsets``: list of tuples, by order and position; ``values``: (N, len(subsets)) in the
    units of f; ``standard_error`` (N, len(subsets)) of those that were estimated, None of exact
    ones; ``I[r]`` is sequence r as a dictionary. A set that is not listed has value 0.
    ``print(I)`` shows the strongest sets, their positions counted from 1.

    >>> I = Interactions([(0,), (0, 2)], np.array([[-0.5, -3.0]]), "SII", 2, 0.0)
    >>> print(I)
    Interactions (SII) of 1 sequence: 2 sets up to order 2, the strongest first
    positions  order  value
    1, 3           2  -3.00
    1              1  -0.50
    """

    subsets: list[Subset]
    values: NDArray[np.float64]
    index: str
    max_order: int
    base_value: float
    standard_error: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> dict[Subset, float]:
        return dict(zip(self.subsets, self.values[row].tolist(), strict=True))

    def __repr__(self) -> str:
        return (
            f"Interactions({self.index!r}, {len(self):,} sequences, {len(self.subsets):,} sets, "
            f"up to order {self.max_order})"
        )

    def __str__(self) -> str:
        return f"{self._title}\n{_display.table(*self._strongest(), left=[0])}"

    def _repr_html_(self) -> str:
        return _display.card(self._title, [], _display.table_html(*self._strongest()))

    @property
    def _title(self) -> str:
        sequences = "1 sequence" if len(self) == 1 else f"{len(self):,} sequences"
        return (
            f"Interactions ({self.index}) of {sequences}: {len(self.subsets):,} sets up to order "
            f"{self.max_order}, the strongest first"
        )

    def _strongest(self, count: int = 12) -> tuple[list[str], list[list[str]]]:
        """Head and rows of a table; of several sequences, the mean size of the value too."""
        if not len(self):
            return ["positions", "order", "value"], []
        size, mean = np.abs(self.values).mean(axis=0), self.values.mean(axis=0)
        chosen = np.argsort(-size, kind="stable")[:count]
        write = _display.numbers(size)
        rows = [
            [", ".join(str(i + 1) for i in T), str(len(T)), write(mean[c])]
            + [write(size[c]).lstrip("+")] * (len(self) > 1)
            for c, T in ((c, self.subsets[c]) for c in chosen)
        ]
        several = ["mean value", "mean |value|"]
        return ["positions", "order", *(several if len(self) > 1 else ["value"])], rows

    def strongest(self, count: int = 10, order: int | None = None) -> list[tuple[Subset, float]]:
        """Return the ``count`` sets of largest mean |value| over the sequences, with that mean.

        ``order``: only sets of that many positions.
        """
        mean = np.abs(self.values).mean(axis=0)
        ranked = sorted(zip(self.subsets, mean.tolist(), strict=True), key=lambda t: -t[1])
        return [t for t in ranked if order is None or len(t[0]) == order][:count]


def interactions(
    spectrum: Function,
    codes: Any,
    index: str = "FSII",
    max_order: int = 2,
    background: Any = None,
    *,
    sets: Iterable[Subset] | None = None,
) -> Interactions:
    """Return the exact interaction values of N sequences, columnar.

    ``index``: "FSII", "STII", "SII", "BII" or "Moebius" (shapiq's names); ``max_order``: the
    largest sets listed, and the l of FSII and STII; ``background``: as in ``shapley_values``;
    ``sets``: of the sets that are not 0 only these, which is less work than all. The formulas stand
    at the top of this module. Cost N s n for the dividends plus N times the (set, superset) pairs
    present; no dependence on q^order. Raises ``ValueError`` for another index or an order outside
    1..n.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[2, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> I = interactions(s, ["ACC"], index="SII")
    >>> I.subsets, I.values.round(4).tolist()
    ([(0,), (2,), (0, 2)], [[-0.5, -1.5, -3.0]])
    """
    check_index(index, max_order, spectrum.n)
    refuse_large_sets(spectrum, int(max_order))
    codes = as_codes(codes, spectrum.alphabet, spectrum.n)
    wanted = None if sets is None else {tuple(T) for T in sets}
    if isinstance(spectrum, CurvedSum):
        return _of_curve(spectrum, codes, index, int(max_order), background, wanted)
    supports, constant, blocks = _dividends(spectrum, codes, background)
    subsets, sources, targets, weights = _linear_map(supports, index, int(max_order), wanted)
    values = np.zeros((len(codes), len(subsets)))
    if subsets:
        # Pairs in the order of their target, so that one reduceat adds each target's sources.
        firsts = np.flatnonzero(np.diff(targets, prepend=-1))
        step = max(1, 2**22 // len(sources))
        for rows, dividends in blocks:  # (rows, supports)
            for at in range(0, len(dividends), step):
                some = dividends[at : at + step, sources] * weights
                into = slice(rows.start + at, rows.start + at + len(some))
                values[into] = np.add.reduceat(some, firsts, axis=1)
    return Interactions(subsets, values, index, int(max_order), constant)


def _of_curve(
    spectrum: CurvedSum,
    codes: Codes,
    index: str,
    max_order: int,
    background: Any,
    wanted: set[Subset] | None,
) -> Interactions:
    """Interactions of the rest and of the curve: every index is a linear map of the function."""
    rest = interactions(spectrum.rest, codes, index, max_order, background, sets=wanted)
    kept = kept_background(background, spectrum)
    sets, values = curve_interactions(spectrum, codes, index, max_order, kept, wanted)
    subsets = sorted({*sets, *rest.subsets}, key=lambda T: (len(T), T))
    column = {T: c for c, T in enumerate(subsets)}
    out = np.zeros((len(codes), len(subsets)))
    out[:, [column[T] for T in sets]] = values
    out[:, [column[T] for T in rest.subsets]] += rest.values
    base = rest.base_value + curve_base(spectrum, kept)
    return Interactions(subsets, out, index, max_order, base)


Blocks = Iterator[tuple[slice, NDArray[np.float64]]]


def _dividends(
    spectrum: Spectrum | Decomposition, codes: Codes, background: Any
) -> tuple[list[Subset], float, Blocks]:
    """The sets that have dividends, the constant, and blocks of dividends (rows, sets)."""
    if background is not None or isinstance(spectrum, Decomposition):
        parts = decomposed(spectrum, background, codes)
        return parts.supports, parts.constant, parts.blocks(codes)
    k, H, starts, supports = _by_support(spectrum)
    waves = term_blocks(codes, k, H, spectrum.q)
    blocks = ((rows, np.add.reduceat(terms, starts, axis=1)) for rows, terms in waves)
    return supports, spectrum.constant, blocks


def check_index(index: str, max_order: int, n: int) -> None:
    """Raise ``ValueError`` for an index that is not here, or an order outside 1..n."""
    if index not in INDICES:
        raise ValueError(f"index is one of {', '.join(INDICES)}, not {index!r}")
    whole(max_order, "max_order", 1, n, limit=f"n = {n}")


def refuse_large_sets(spectrum: Function, max_order: int) -> None:
    """Raise ``ValueError`` for sets of which a function has no closed form."""
    most = largest_order(spectrum)
    if max_order > most:
        raise ValueError(
            f"max_order={max_order}: a curve over a sum interacts at every order, and has closed "
            f"forms here for sets of at most {most} positions; give max_order={most}"
        )


def largest_order(spectrum: Function) -> int:
    """Return the most positions of an interaction: all, and of a curve over a sum two."""
    return min(spectrum.n, LARGEST) if isinstance(spectrum, CurvedSum) else spectrum.n


def _by_support(
    spectrum: Spectrum,
) -> tuple[NDArray[np.uint8], NDArray[np.complex128], NDArray[np.int64], list[Subset]]:
    """Return half spectrum sorted by support, first row of each support, the supports."""
    k, H = spectrum.half
    present = (k != 0).any(axis=1)
    k, H = k[present], H[present]
    by = np.lexsort((k != 0).T)
    k, H = k[by], H[by]
    new = np.ones(len(k), bool)
    new[1:] = ((k[1:] != 0) != (k[:-1] != 0)).any(axis=1)
    starts = np.flatnonzero(new)
    return k, H, starts, [tuple(np.flatnonzero(row).tolist()) for row in k[starts]]


def _linear_map(
    supports: list[Subset], index: str, max_order: int, wanted: set[Subset] | None = None
) -> tuple[list[Subset], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the sets listed, and (source support, target set, weight) sorted by target."""
    entries: dict[Subset, list[tuple[int, float]]] = {}
    for source, S in enumerate(supports):
        for T in _parts(S, index, max_order):
            weight = _weight(index, len(S), len(T), max_order)
            if weight != 0:
                entries.setdefault(T, []).append((source, weight))
    if wanted is not None:
        entries = {T: entries[T] for T in wanted & entries.keys()}
    subsets = sorted(entries, key=lambda T: (len(T), T))
    flat = [(source, target, w) for target, T in enumerate(subsets) for source, w in entries[T]]
    columns = zip(*flat, strict=True) if flat else ((), (), ())
    sources, targets, weights = (np.array(column) for column in columns)
    return subsets, sources.astype(np.int64), targets.astype(np.int64), weights.astype(float)


def _parts(S: Subset, index: str, max_order: int) -> Iterator[Subset]:
    if len(S) <= max_order:
        yield S
    spreads = {"Moebius": False, "FSII": len(S) > max_order, "STII": len(S) > max_order}
    if spreads.get(index, True):
        for size in range(1, min(len(S) - 1, max_order) + 1):
            yield from combinations(S, size)


def _weight(index: str, s: int, t: int, order: int) -> float:
    """Weight of the dividend of a set of s positions in the index of a subset of t of them."""
    if index == "SII":
        return 1 / (s - t + 1)
    if index == "BII":
        return 0.5 ** (s - t)
    if s <= order:
        return float(s == t)
    if index == "STII":
        return 1 / comb(s, order) if t == order else 0.0
    sign = -1 if (order - t) % 2 else 1
    spread = comb(s - 1, order) / comb(s + order - 1, order + t)
    return sign * t / (order + t) * comb(order, t) * spread
