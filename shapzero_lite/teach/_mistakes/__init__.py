"""Known wrong answers to the exercises, and what each has forgotten.

:func:`answer` tries those of an exercise when an answer differs: an answer that equals one of them
is told so in place of the right one. They stand here, not in the notebooks, since a wrong answer
gives half of the right one away.
"""

from shapzero_lite.teach._mistakes import (  # noqa: F401  (they fill it)
    _cases,
    _further,
    _learning,
    _own_model,
    _sharing,
    _sketching,
    _transforms,
)
from shapzero_lite.teach._mistakes._known import MISTAKES

__all__ = ["MISTAKES"]
