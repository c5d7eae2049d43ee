"""shapzero-lite: explain black-box models of DNA, RNA and protein, exactly where possible.

letters -> queries -> spectra -> sketching -> explaining -> report
"""

import importlib
from typing import TYPE_CHECKING, Any

from shapzero_lite import data
from shapzero_lite.letters import DNA, PROTEIN, RNA, Alphabet, Letters, read_fasta, windows
from shapzero_lite.queries import ModelError, Queries
from shapzero_lite.spectra import (
    Spectrum,
    fourier_transform,
    inverse_fourier_transform,
    inverse_mobius_transform,
    mobius_transform,
)
from shapzero_lite.sketching import (
    Plan,
    Sketch,
    Variants,
    plan,
    read_variants,
    sketch,
    sketch_from_samples,
)
from shapzero_lite.explaining import (
    Explainer,
    Explanation,
    Interactions,
    base_value,
    exact_shapley,
    interactions,
    shapley_values,
)

if TYPE_CHECKING:  # what _LAZY loads, for editors and type checkers
    from shapzero_lite import baselines, gama, models, plots, report, seism, teach
    from shapzero_lite.sketching import qsft
    from shapzero_lite.spectra import mobius

__version__ = "0.2.0"
__all__ = [
    "DNA",
    "PROTEIN",
    "RNA",
    "Alphabet",
    "Explainer",
    "Explanation",
    "Interactions",
    "Letters",
    "ModelError",
    "Plan",
    "Queries",
    "Sketch",
    "Spectrum",
    "Variants",
    "base_value",
    "baselines",
    "data",
    "exact_shapley",
    "fourier_transform",
    "gama",
    "interactions",
    "inverse_fourier_transform",
    "inverse_mobius_transform",
    "mobius",
    "mobius_transform",
    "models",
    "plan",
    "plots",
    "qsft",
    "read_fasta",
    "read_variants",
    "report",
    "seism",
    "shapley_values",
    "sketch",
    "sketch_from_samples",
    "teach",
    "windows",
]

# Loaded when first used: they bring matplotlib, torch or a method that most readers never call.
_LAZY = {
    name: f"shapzero_lite.{name}"
    for name in ("baselines", "gama", "models", "plots", "report", "seism", "teach")
} | {"mobius": "shapzero_lite.spectra.mobius", "qsft": "shapzero_lite.sketching.qsft"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return importlib.import_module(_LAZY[name])
    raise AttributeError(f"module 'shapzero_lite' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
