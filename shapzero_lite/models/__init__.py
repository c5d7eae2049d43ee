"""Models to explain: ours, shipped, and yours, wrapped.

Each function returns a callable from codes (N, n) to N floats with attributes ``n`` and
``alphabet``, so that ``sz.sketch(sz.models.toy())`` needs nothing else. ``TorchModel`` and
``SklearnModel`` make such a callable of a module or an estimator of your own; ``tiger``,
``indelphi`` and ``huggingface`` run your copy of a published model (``docs/adapters/``).
"""

from shapzero_lite.models.adapters.huggingface import huggingface
from shapzero_lite.models.adapters.indelphi import indelphi
from shapzero_lite.models.adapters.tiger import tiger
from shapzero_lite.models.end_joining import dna_repair
from shapzero_lite.models.guide_cnn import guide_rna
from shapzero_lite.models.landscapes import protein
from shapzero_lite.models.microhomology import microhomology_score, out_of_frame_score
from shapzero_lite.models.planted import toy
from shapzero_lite.models.sklearn_model import SklearnModel
from shapzero_lite.models.torch_model import TorchModel

__all__ = [
    "SklearnModel",
    "TorchModel",
    "dna_repair",
    "guide_rna",
    "huggingface",
    "indelphi",
    "microhomology_score",
    "out_of_frame_score",
    "protein",
    "tiger",
    "toy",
]
