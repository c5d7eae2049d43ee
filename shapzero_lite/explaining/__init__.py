"""From a spectrum to Shapley values and interactions: exact, or corrected by a few queries."""

from shapzero_lite.explaining._interactions import Interactions, interactions
from shapzero_lite.explaining.explainer import Explainer
from shapzero_lite.explaining.explanation import Explanation
from shapzero_lite.explaining.random_walks import walk_values
from shapzero_lite.explaining.shapley import (
    base_value,
    coalition_values,
    exact_shapley,
    shapley_values,
    shapley_values_by_mobius,
)

__all__ = [
    "Explainer",
    "Explanation",
    "Interactions",
    "base_value",
    "coalition_values",
    "exact_shapley",
    "interactions",
    "shapley_values",
    "shapley_values_by_mobius",
    "walk_values",
]
