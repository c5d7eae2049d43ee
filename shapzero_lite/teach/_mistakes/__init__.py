"""Known wrong answers to the exercises, and what each has forgotten.

:func:`answer` tries those of an exercise when an answer differs: an answer that equals one of them
is told so in place of the right one. They stand here, not in the notebooks, since a wrong answer
gives half of the right one away.
"""

from shapzero_lite.teach._mistakes import (  # noqa: F401  (they fill it)
    _aliasing,
    _backgrounds,
    _distilled,
    _dna_repair,
    _gama,
    _guide_rna,
    _learning,
    _own_model,
    _peeling,
    _protein_fitness,
    _seism,
    _shap_zero,
    _sharing,
    _transforms,
)
from shapzero_lite.teach._mistakes._known import MISTAKES

__all__ = ["MISTAKES"]
