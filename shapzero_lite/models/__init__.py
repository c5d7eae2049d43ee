"""Models to explain: ours, shipped.

Each function returns a callable from codes (N, n) to N floats with attributes ``n`` and
``alphabet``, so that ``sz.sketch(sz.models.toy())`` needs nothing else.
"""

from shapzero_lite.models.end_joining import dna_repair
from shapzero_lite.models.guide_cnn import guide_rna
from shapzero_lite.models.planted import toy

__all__ = ["dna_repair", "guide_rna", "toy"]
