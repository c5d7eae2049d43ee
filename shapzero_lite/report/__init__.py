"""Your own model, analysed: arguments checked, queries kept, tables, figures and a verdict.

``read_request`` checks everything that can be checked without asking the model; ``run`` asks,
explains, judges and writes. Lesson 13 is this package as a notebook. ``write_explanations`` writes
the tables of any explainer for any number of sequences.
"""

from shapzero_lite.report._read_request import read_request
from shapzero_lite.report._run import run
from shapzero_lite.report.analysis import Analysis
from shapzero_lite.report.panel import panel
from shapzero_lite.report.reader_model import FromStrings
from shapzero_lite.report.request import Request
from shapzero_lite.report.tables import write_explanations
from shapzero_lite.report.verdict import Verdict

__all__ = [
    "Analysis",
    "FromStrings",
    "Request",
    "Verdict",
    "panel",
    "read_request",
    "run",
    "write_explanations",
]
