"""Fit once, explain many: from a sketch to Shapley values, interactions and tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shapzero_lite.correction import pairs_paid, student_quantile, walk_values
from shapzero_lite.indices import Interactions, check_index, interactions
from shapzero_lite.quality import Sketch
from shapzero_lite.queries import Model, ask
from shapzero_lite.sequences import Codes, as_codes
from shapzero_lite.shapley import base_value, shapley_values
from shapzero_lite.spectrum import Spectrum

if TYPE_CHECKING:
    import pandas as pd
    import shap
    import shapiq


class Explainer:
    """Explains any number of sequences from one sketch (or one spectrum).

    ``source``: a ``Sketch`` or a ``Spectrum``. ``background``: None for uniform letters, floats
    (n, q) for independent letters, whole numbers (B, n) or strings for a set of sequences.

    >>> from shapzero_lite import DNA
    >>> s = Spectrum([[0, 0, 0], [2, 0, 2]], [1.0, 3.0], alphabet=DNA)
    >>> e = Explainer(s).explain(["ACC"])
    >>> e.values.round(4).tolist(), e.base_value
    ([[-1.5, 0.0, -1.5]], 1.0)
    """

    def __init__(self, source: Sketch | Spectrum, *, background: ArrayLike | None = None) -> None:
        spectrum = source.spectrum if isinstance(source, Sketch) else source
        if not isinstance(spectrum, Spectrum):
            msg = f"an Explainer needs a Sketch or a Spectrum, not {type(source).__name__}"
            raise TypeError(msg)
        self.spectrum = spectrum
        self.sketch = source if isinstance(source, Sketch) else None
        self.background = background
        self.base_value = base_value(spectrum, background)

    def explain(
        self,
        sequences: Any,
        *,
        model: Model | None = None,
        extra: int = 0,
        shrink: bool = False,
        seed: int = 0,
        index: str = "FSII",
        max_order: int = 2,
    ) -> Explanation:
        """Return the explanation of N sequences (strings, or codes (N, n)).

        ``model``: when given, it is asked once about each sequence and ``gap`` holds
        f(x) - base - sum of values, what the sketch misses. ``extra``: this many more queries a
        sequence correct the values (module ``correction``): they are then unbiased for the model
        itself, with standard errors; ``shrink=True`` returns instead the combination of sketch
        and correction with the smaller expected error, which leans towards the sketch. ``index``,
        ``max_order``: of the interactions, which are those of the sketch and are computed when
        first read. Raises ``ValueError`` naming the sequence and position that is wrong, or
        ``extra`` below the least that gives a standard error.

        >>> from shapzero_lite import models
        >>> toy = models.toy(n=6, seed=2)
        >>> e = Explainer(0.5 * toy.spectrum).explain(["ACGTAC"], model=toy, extra=2000)
        >>> truth = shapley_values(toy.spectrum, ["ACGTAC"])
        >>> bool((abs(e.values - truth) < 4 * e.standard_error).all())
        True
        """
        alphabet, n = self.spectrum.alphabet, self.spectrum.n
        codes = as_codes(sequences, alphabet, n)
        max_order = min(max_order, n)
        check_index(index, max_order, n)
        values = shapley_values(self.spectrum, codes, self.background)
        errors = self._typical_errors(codes)
        pairs = pairs_paid(extra, n) if extra else np.inf  # too few are refused before any query
        if extra and (model is None or self.background is not None):
            msg = "extra= asks the model and is defined for the uniform background: give model=f"
            raise ValueError(msg)
        answers, spent = None, 0
        if model is not None:
            answers, spent = ask(model, codes, alphabet), len(codes)
        if extra:
            values, errors, spent = self._corrected(
                codes, values, model, answers, extra, shrink, seed
            )
        return Explanation(
            spectrum=self.spectrum,
            codes=codes,
            values=values,
            base_value=self.base_value,
            model_values=answers,
            index=index,
            max_order=max_order,
            uniform=self.background is None,
            standard_error=errors,
            degrees=pairs - 1,
            n_queries=spent,
        )

    def _typical_errors(self, codes: Codes) -> NDArray[np.float64] | None:
        known = None if self.sketch is None else self.sketch.standard_error
        if known is None or self.background is not None:
            return None
        return np.broadcast_to(known, codes.shape).copy()

    def _corrected(
        self,
        codes: Codes,
        values: NDArray[np.float64],
        model: Model,
        answers: NDArray[np.float64],
        extra: int,
        shrink: bool,
        seed: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        """Values with the correction, their standard errors, and the queries spent."""
        alphabet = self.spectrum.alphabet

        def residual(rows: Codes) -> NDArray[np.float64]:
            return ask(model, rows, alphabet) - self.spectrum.evaluate(rows)

        here = answers - self.spectrum.evaluate(codes)
        delta, errors, spent = walk_values(residual, codes, alphabet.q, extra, seed, here)
        if not shrink:
            return values + delta, errors, spent
        typical = self._typical_errors(codes)
        noise = errors**2
        if typical is None:  # what the corrections scatter by beyond their own noise
            beyond = np.maximum((delta**2 - noise).mean(axis=0), 0)
            typical = np.broadcast_to(np.sqrt(beyond), codes.shape)
        weight = typical**2 / np.maximum(typical**2 + noise, 1e-300)
        return values + weight * delta, np.sqrt(weight) * errors, spent


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
