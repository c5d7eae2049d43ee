"""Shapley values of N sequences, and what can be read from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.explaining._interactions import Interactions, interactions
from shapzero_lite.explaining.random_walks import student_quantile
from shapzero_lite.letters import Codes
from shapzero_lite.spectra import Spectrum

if TYPE_CHECKING:
    import pandas as pd
    import shap
    import shapiq


@dataclass(frozen=True, eq=False)
class Explanation:
    """Shapley values of N sequences, and what can be read from them.

    ``values`` (N, n) in the units of the model; ``base_value`` the mean of the sketch over the
    background; ``model_values`` (N,) the model's own answers, or None; ``standard_error``
    (N, n) of the values as those of the model, or None where no model was there to measure it;
    ``n_queries`` asked for this explanation alone; ``degrees`` of freedom of the standard error,
    one less than the pairs of walks that it is from, infinite for that of a sketch.
    """

    spectrum: Spectrum
    codes: Codes
    values: NDArray[np.float64]
    base_value: float
    model_values: NDArray[np.float64] | None
    index: str
    max_order: int
    uniform: bool
    standard_error: NDArray[np.float64] | None = None
    n_queries: int = 0
    degrees: float = np.inf

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def sequences(self) -> list[str]:
        """The N sequences as text."""
        return self.spectrum.alphabet.decode(self.codes)

    @cached_property
    def interactions(self) -> Interactions:
        """Interaction values against the uniform background, columnar.

        Raises ``ValueError`` for an explanation against another background.
        """
        if not self.uniform:
            msg = (
                "interactions are defined here for the uniform background; make the Explainer "
                "without background= to read them"
            )
            raise ValueError(msg)
        return interactions(self.spectrum, self.codes, self.index, self.max_order)

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
            msg = (
                "no error is known for a sketch from measured samples, by q-SFT, or against "
                "another background: use sz.sketch(method='samples'), or "
                "explain(…, model=f, extra=500)"
            )
            raise ValueError(msg)
        if not 0 < level < 1:
            msg = f"level is a share between 0 and 1, not {level}"
            raise ValueError(msg)
        half = student_quantile((1 + level) / 2, self.degrees) * self.standard_error
        return self.values - half, self.values + half

    @property
    def position_names(self) -> list[str]:
        """Names of the positions, counted from 1."""
        return [f"position {i + 1}" for i in range(self.values.shape[1])]

    def mean_absolute(self) -> NDArray[np.float64]:
        """Return the mean |value| of every position over the sequences, (n,)."""
        return np.abs(self.values).mean(axis=0)

    def to_frame(self) -> pd.DataFrame:
        """Return a table, one row a sequence: sequence, base value, model and gap, values."""
        import pandas as pd

        columns: dict[str, Any] = {"sequence": self.sequences, "base_value": self.base_value}
        if self.model_values is not None:
            columns |= {"model_value": self.model_values, "gap": self.gap}
        columns |= dict(zip(self.position_names, self.values.T, strict=True))
        return pd.DataFrame(columns)

    def interactions_frame(self) -> pd.DataFrame:
        """Return a long table: sequence number, positions from 1, letters, order, value."""
        import pandas as pd

        found = self.interactions
        letters = self.spectrum.alphabet.letters
        sets = [" ".join(str(i + 1) for i in T) for T in found.subsets]
        words = [
            " ".join(letters[c] for c in row[list(T)]) for row in self.codes for T in found.subsets
        ]
        return pd.DataFrame(
            {
                "sequence_number": np.repeat(np.arange(1, len(self) + 1), len(sets)),
                "positions": sets * len(self),
                "letters": words,
                "order": [len(T) for T in found.subsets] * len(self),
                "value": found.values.ravel(),
            }
        )

    def to_shap(self) -> shap.Explanation:
        """Return a ``shap.Explanation`` that shap's own plots accept (extra ``peers``)."""
        import shap

        return shap.Explanation(
            values=self.values.copy(),
            base_values=np.full(len(self), self.base_value),
            data=self.codes.astype(float),
            display_data=np.array([list(row) for row in self._letters()], dtype=object),
            feature_names=self.position_names,
        )

    def to_shapiq(self) -> list[shapiq.InteractionValues]:
        """Return one ``shapiq.InteractionValues`` a sequence (extra ``peers``)."""
        import shapiq

        found = self.interactions
        lookup = {(): 0} | {T: c for c, T in enumerate(found.subsets, 1)}
        return [
            shapiq.InteractionValues(
                values=np.concatenate([[self.base_value], row]),
                index=found.index,
                max_order=found.max_order,
                min_order=0,
                n_players=self.values.shape[1],
                interaction_lookup=dict(lookup),
                estimated=False,
                baseline_value=self.base_value,
            )
            for row in found.values
        ]

    def _letters(self) -> list[list[str]]:
        letters = self.spectrum.alphabet.letters
        return [[letters[c] for c in row] for row in self.codes]
