"""What the lessons need to teach: show and move figures, check an answer, reveal one, guess.

No other part of the package imports this one. matplotlib, ipywidgets and IPython load inside the
functions that use them, so the core works without them.
"""

from shapzero_lite.teach._answer import answer
from shapzero_lite.teach._calibration import calibration
from shapzero_lite.teach._counted import CountedTable
from shapzero_lite.teach._explore import explore
from shapzero_lite.teach._guesses import guess, told
from shapzero_lite.teach._machine import yours
from shapzero_lite.teach._reveal import reveal
from shapzero_lite.teach._show import show
from shapzero_lite.teach.explorables import bend, bill, clock, cube, peeling, theatre

__all__ = [
    "CountedTable", "answer", "bend", "bill", "calibration", "clock", "cube", "explore", "guess",
    "peeling", "reveal", "show", "theatre", "told", "yours",
]  # fmt: skip
