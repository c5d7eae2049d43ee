"""Shapley values of N sequences, and what can be read from them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.explaining import exports, shown
from shapzero_lite.explaining._interactions import Interactions, interactions
from shapzero_lite.explaining.random_walks import student_quantile
from shapzero_lite.letters import Codes, Letters
from shapzero_lite.spectra import Function

if TYPE_CHECKING:
    import pandas as pd
    import shap
    import shapiq
    from matplotlib.figure import Figure

# The name of a position: the wild type's letter, if any, and a number.
_NUMBER = re.compile(r"[A-Za-z*-]?(-?\d+)")


@dataclass(frozen=True, eq=False)
class Explanation:
    """Shapley values of N sequences, and what can be read from them.

    ``values`` (N, n) in the units of the model; ``base_value`` the mean over the background of the
    sketch, or of its network where the values are the network's; ``model_values`` (N,) the model's
    own answers, or None; ``standard_error`` (N, n) of the values as those of the model, or None
    where no model was there to measure it; ``n_queries`` asked for this explanation alone;
    ``degrees`` of freedom of the standard error, one less than the pairs of walks that it is from,
    infinite for that of a sketch; ``walk_error`` (N, n): of a distilled sketch, the part of the
    standard error that is the free walks', and smaller with more of them, or None; ``names`` (N,)
    of the sequences and ``positions`` (n,), such as A37, where they are known. ``e[3]``,
    ``e[:10]`` and ``e[mask]`` are the explanations of those sequences, and so is each ``for one in
    e``.

    >>> import shapzero_lite as sz
    >>> toy = sz.models.toy(n=3, terms=3, max_order=2, seed=0)
    >>> e = sz.Explainer(toy.spectrum).explain(["ACG", "TTT", "GCA"])
    >>> print(e[1:])
    Explanation of 2 sequences, n = 3, against uniform letters: base value 1
    number  sequence     sum  strongest letters
         1  TTT       +0.457  T1 -0.54, T2 0.00, T3 0.00
         2  GCA       -0.324  G1 -1.25, C2 -0.04, A3 -0.04
    """

    spectrum: Function
    codes: Codes
    values: NDArray[np.float64]
    base_value: float
    model_values: NDArray[np.float64] | None
    index: str
    max_order: int
    background: Letters | Codes | None
    standard_error: NDArray[np.float64] | None = None
    n_queries: int = 0
    degrees: float = np.inf
    walk_error: NDArray[np.float64] | None = None
    names: tuple[str, ...] | None = None
    positions: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> Explanation:
        chosen = np.atleast_1d(np.arange(len(self))[rows])
        if chosen.ndim > 1:
            msg = "an explanation is indexed by sequence: a number, a slice, or one array of them"
            raise IndexError(msg)
        new = replace(
            self,
            codes=self.codes[chosen],
            values=self.values[chosen],
            model_values=None if self.model_values is None else self.model_values[chosen],
            standard_error=None if self.standard_error is None else self.standard_error[chosen],
            walk_error=None if self.walk_error is None else self.walk_error[chosen],
            names=None if self.names is None else tuple(self.names[row] for row in chosen),
        )
        if "interactions" in vars(self):  # made already: not made again for every part
            known = self.interactions
            vars(new)["interactions"] = replace(known, values=known.values[chosen])
        return new

    def __iter__(self) -> Iterator[Explanation]:
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        N, n = self.values.shape
        return f"Explanation({N:,} sequences, n={n}, base value {self.base_value:.4g})"

    def __str__(self) -> str:
        return shown.text(self)

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, known: str = "model") -> str:
        """Return what a notebook shows: the letters of a few sequences, with their values.

        ``known``: what ``model_values`` are called, as "measured".
        """
        return shown.html(self, known)

    @property
    def in_html(self) -> int:
        """How many of the sequences their HTML shows."""
        return shown.in_html(self)

    def plot(self) -> Figure:
        """Return a figure: the values of one sequence, or the mean |value| of several.

        Needs the extra ``plots``; more pictures are in ``shapzero_lite.plots``.
        """
        from shapzero_lite import plots

        return plots.attribution(self) if len(self) == 1 else plots.mean_attribution(self)

    @cached_property
    def sequences(self) -> list[str]:
        """The N sequences as text."""
        return self.spectrum.alphabet.decode(self.codes) if len(self) else []

    @cached_property
    def interactions(self) -> Interactions:
        """Interaction values against the same background, columnar."""
        return interactions(self.spectrum, self.codes, self.index, self.max_order, self.background)

    @property
    def gap(self) -> NDArray[np.float64] | None:
        """f(x) - base - sum of values, (N,): what the sketch misses; None without a model."""
        if self.model_values is None:
            return None
        return self.model_values - self.base_value - self.values.sum(axis=1)

    def interval(self, level: float = 0.9) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return lower and upper ends (N, n), (N, n) that hold the model's own value.

        Of all (sequence, position) pairs together, about the share ``level`` is inside; the ends
        are quantiles of Student's t with ``degrees`` of freedom. Raises ``ValueError`` where no
        error is known: a sketch from samples alone, without a model.
        """
        if self.standard_error is None:
            raise ValueError(
                "no error is known for a sketch from measured samples, by q-SFT, or against "
                "another background: use sz.sketch(method='samples'), or "
                "explain(…, model=f, extra=500)"
            )
        if not 0 < level < 1:
            raise ValueError(f"level is a share between 0 and 1, not {level}")
        half = student_quantile((1 + level) / 2, self.degrees) * self.standard_error
        return self.values - half, self.values + half

    @property
    def position_names(self) -> list[str]:
        """Names of the positions: "A37" where they are known, else "position 1" and so on."""
        if self.positions is not None:
            return list(self.positions)
        return [f"position {i + 1}" for i in range(self.values.shape[1])]

    @property
    def position_numbers(self) -> list[str]:
        """What stands beside a letter for its position: 37 of A37, else its number from 1."""
        if self.positions is None:
            return [str(i + 1) for i in range(self.values.shape[1])]
        numbers = [_NUMBER.fullmatch(name) for name in self.positions]
        return [
            name if number is None else number[1]
            for name, number in zip(self.positions, numbers, strict=True)
        ]

    def name(self, row: int) -> str:
        """Return the name of a sequence, or its number from 1."""
        return f"sequence {row + 1}" if self.names is None else self.names[row]

    def mean_absolute(self) -> NDArray[np.float64]:
        """Return the mean |value| of every position over the sequences, (n,)."""
        return np.abs(self.values).mean(axis=0)

    def to_frame(self) -> pd.DataFrame:
        """Return a table, one row a sequence: name, sequence, base value, model and gap, values.

        Names where they are known; model and gap where it was asked.
        """
        return exports.frame(self)

    def interactions_frame(self) -> pd.DataFrame:
        """Return a long table: sequence number, positions, letters, order, value.

        With names, where they are known.
        """
        return exports.interactions_frame(self)

    def to_shap(self) -> shap.Explanation:
        """Return a ``shap.Explanation`` that shap's own plots accept (extra ``peers``)."""
        return exports.to_shap(self)

    def to_shapiq(self) -> list[shapiq.InteractionValues]:
        """Return one ``shapiq.InteractionValues`` a sequence (extra ``peers``).

        They hold no names: ``e.letters(row)`` are for ``feature_names`` of shapiq's plots.
        """
        return exports.to_shapiq(self)

    def letters(self, row: int) -> list[str]:
        """Return the letters of a sequence, each with the number of its position, as in A37."""
        words = zip(self.codes[row], self.position_numbers, strict=True)
        return [f"{self.spectrum.alphabet.letters[c]}{number}" for c, number in words]
