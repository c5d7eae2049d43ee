"""Pay once: from queries or measured samples to a spectrum, and how good it is."""

from shapzero_lite.sketching._plan import Plan, plan
from shapzero_lite.sketching._read_variants import read_variants
from shapzero_lite.sketching._sketch import sketch
from shapzero_lite.sketching._sketch_from_samples import sketch_from_samples
from shapzero_lite.sketching.block_design import BlockDesign, cover, letter_basis
from shapzero_lite.sketching.global_epistasis import GlobalEpistasis, fit_global_epistasis
from shapzero_lite.sketching.network import Network
from shapzero_lite.sketching.result import Sketch
from shapzero_lite.sketching.score import r_squared
from shapzero_lite.sketching.variants import Variants

__all__ = [
    "BlockDesign",
    "GlobalEpistasis",
    "Network",
    "Plan",
    "Sketch",
    "Variants",
    "cover",
    "fit_global_epistasis",
    "letter_basis",
    "plan",
    "r_squared",
    "read_variants",
    "sketch",
    "sketch_from_samples",
]
