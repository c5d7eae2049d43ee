"""Models to explain: ours, shipped, and yours, wrapped.

Each function returns a callable from codes (N, n) to N floats with attributes ``n`` and
``alphabet``, so that ``sz.sketch(sz.models.toy())`` needs nothing else. ``TorchModel`` and
``SklearnModel`` make such a callable of a module or an estimator of your own; ``tiger``,
``indelphi`` and ``huggingface`` run your copy of a published model (``docs/adapters/``).
"""

from shapzero_lite.models._dna_repair import dna_repair, microhomologies
from shapzero_lite.models._gfp import GFP_WILD_TYPE
from shapzero_lite.models._guide_rna import GuideModel, guide_rna
from shapzero_lite.models._out_of_frame import (
    microhomology_patterns,
    microhomology_score,
    out_of_frame_score,
)
from shapzero_lite.models._protein import protein
from shapzero_lite.models._toy import toy
from shapzero_lite.models.adapters.huggingface import huggingface
from shapzero_lite.models.adapters.indelphi import indelphi
from shapzero_lite.models.adapters.tiger import tiger
from shapzero_lite.models.sklearn_model import SklearnModel
from shapzero_lite.models.torch_model import TorchModel

__all__ = [
    "GFP_WILD_TYPE",
    "GuideModel",
    "SklearnModel",
    "TorchModel",
    "dna_repair",
    "guide_rna",
    "huggingface",
    "indelphi",
    "microhomologies",
    "microhomology_patterns",
    "microhomology_score",
    "out_of_frame_score",
    "protein",
    "tiger",
    "toy",
]
