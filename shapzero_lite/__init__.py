"""shapzero-lite: explain black-box models of DNA, RNA and protein, exactly where possible.

sequences -> queries -> sketch -> Spectrum -> explanation -> plots
"""

import importlib
from typing import Any

from shapzero_lite import data
from shapzero_lite.explainer import Explainer, Explanation
from shapzero_lite.fasta import read_fasta, windows
from shapzero_lite.fourier import fourier_transform, inverse_fourier_transform
from shapzero_lite.indices import Interactions, interactions
from shapzero_lite.mobius import inverse_mobius_transform, mobius_transform
from shapzero_lite.queries import ModelError
from shapzero_lite.sequences import DNA, PROTEIN, RNA, Alphabet
from shapzero_lite.shapley import base_value, exact_shapley, shapley_values
from shapzero_lite.planning import Plan, plan
from shapzero_lite.quality import Sketch
from shapzero_lite.sketching import sketch, sketch_from_samples
from shapzero_lite.spectrum import Spectrum

__version__ = "0.1.0"
__all__ = [
    "DNA",
    "PROTEIN",
    "RNA",
    "Alphabet",
    "Explainer",
    "Explanation",
    "Interactions",
    "ModelError",
    "Plan",
    "Sketch",
    "Spectrum",
    "base_value",
    "data",
    "exact_shapley",
    "fourier_transform",
    "interactions",
    "inverse_fourier_transform",
    "inverse_mobius_transform",
    "mobius_transform",
    "models",
    "plan",
    "plots",
    "read_fasta",
    "shapley_values",
    "sketch",
    "sketch_from_samples",
    "teach",
    "windows",
]

# Loaded when first used: they bring matplotlib, torch or a method that most readers never call.
_LAZY = ("analysis", "baselines", "gama", "models", "plots", "qsft", "seism", "teach")


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return importlib.import_module(f"shapzero_lite.{name}")
    msg = f"module 'shapzero_lite' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
