"""Pictures that move under the hand: one small ES module each, in notebooks and on pages.

In a notebook anywidget runs the module, and what the learner sets are values in Python. A page of
the site runs the same module without a kernel. On paper stands a figure of where it begins.
"""

from shapzero_lite.teach.explorables._bend import bend
from shapzero_lite.teach.explorables._bill import bill
from shapzero_lite.teach.explorables._clock import clock
from shapzero_lite.teach.explorables._cube import cube
from shapzero_lite.teach.explorables._explorable import page_html, page_script
from shapzero_lite.teach.explorables._peeling import peeling
from shapzero_lite.teach.explorables._theatre import theatre

__all__ = ["bend", "bill", "clock", "cube", "page_html", "page_script", "peeling", "theatre"]
