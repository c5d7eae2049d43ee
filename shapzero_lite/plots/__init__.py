"""Pictures of spectra and explanations; every function returns a matplotlib Figure.

Sign is shown twice, by colour and by hatch or line style, so that no reading needs colour. Up to 36
positions stand in one row with every letter; more go into rows, or only some numbers are written.
Needs the extra ``plots`` (matplotlib, seaborn, logomaker).
"""

import matplotlib.pyplot as plt

from shapzero_lite.plots.letters import attribution, logo, mean_attribution
from shapzero_lite.plots.maps import change_map, letter_means, position_letter_map
from shapzero_lite.plots.pairs import interaction_arcs, pair_bars, pair_matrix
from shapzero_lite.plots.panels import DOWN, NEUTRAL, STYLE, UP
from shapzero_lite.plots.spectra import agreement, overview, sobol_indices, variance_by_order

__all__ = [
    "DOWN",
    "NEUTRAL",
    "STYLE",
    "UP",
    "agreement",
    "attribution",
    "change_map",
    "interaction_arcs",
    "letter_means",
    "logo",
    "mean_attribution",
    "overview",
    "pair_bars",
    "pair_matrix",
    "position_letter_map",
    "sobol_indices",
    "use_style",
    "variance_by_order",
]


def use_style() -> None:
    """Make the suite's look the default of this Python process."""
    plt.style.use(STYLE)
