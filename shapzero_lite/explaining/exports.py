"""An explanation as data frames, and as what shap and shapiq draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import shap
    import shapiq

    from shapzero_lite.explaining.explanation import Explanation


def frame(e: Explanation) -> pd.DataFrame:
    """Return a table, one row a sequence."""
    import pandas as pd

    columns: dict[str, Any] = {} if e.names is None else {"name": list(e.names)}
    columns |= {"sequence": e.sequences, "base_value": e.base_value}
    if e.model_values is not None:
        columns |= {"model_value": e.model_values, "gap": e.gap}
    columns |= dict(zip(e.position_names, e.values.T, strict=True))
    return pd.DataFrame(columns)


def interactions_frame(e: Explanation) -> pd.DataFrame:
    """Return a long table, one row a sequence and set of positions."""
    import pandas as pd

    found, letters, numbers = e.interactions, e.spectrum.alphabet.letters, e.position_numbers
    sets = [" ".join(numbers[i] for i in T) for T in found.subsets]
    words = [" ".join(letters[c] for c in row[list(T)]) for row in e.codes for T in found.subsets]
    columns: dict[str, Any] = {"sequence_number": np.repeat(np.arange(1, len(e) + 1), len(sets))}
    if e.names is not None:
        columns["name"] = np.repeat(np.array(e.names, dtype=object), len(sets))
    columns |= {
        "positions": sets * len(e),
        "letters": words,
        "order": [len(T) for T in found.subsets] * len(e),
        "value": found.values.ravel(),
    }
    return pd.DataFrame(columns)


def to_shap(e: Explanation) -> shap.Explanation:
    """Return a ``shap.Explanation``."""
    import shap

    letters = e.spectrum.alphabet.letters
    return shap.Explanation(
        values=e.values.copy(),
        base_values=np.full(len(e), e.base_value),
        data=e.codes.astype(float),
        display_data=np.array([[letters[c] for c in row] for row in e.codes], dtype=object),
        feature_names=e.position_names,
    )


def to_shapiq(e: Explanation) -> list[shapiq.InteractionValues]:
    """Return one ``shapiq.InteractionValues`` a sequence."""
    import shapiq

    found = e.interactions
    lookup = {(): 0} | {T: c for c, T in enumerate(found.subsets, 1)}
    return [
        shapiq.InteractionValues(
            values=np.concatenate([[e.base_value], row]),
            index=found.index,
            max_order=found.max_order,
            min_order=0,
            n_players=e.values.shape[1],
            interaction_lookup=dict(lookup),
            estimated=False,
            baseline_value=e.base_value,
        )
        for row in found.values
    ]
