"""A table that counts how often it is asked, and answers no more often than an exercise allows.

The lessons import ``CountedTable`` from :mod:`shapzero_lite.teach`.
"""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["CountedTable"]


class CountedTable:
    """A table of shape (q,)*n whose entries are looked up, ``table[x]``, at most ``most`` times.

    It is no array on purpose: whoever turns it into one has read all of it.

    Parameters
    ----------
    values : the entries, of any shape
    most : look-ups that are answered; an index that reads several entries costs as many

    Raises
    ------
    LookupError : more entries were read than ``most``.
    TypeError : the whole table was asked for, as an array or in a loop over it.

    Examples
    --------
    >>> table = CountedTable([[1.0, 2.0], [3.0, 4.0]], most=2)
    >>> float(table[0, 1] + table[1, 1]), table.asked
    (6.0, 2)
    >>> table[0, 0]
    Traceback (most recent call last):
    ...
    LookupError: look-up number 3, where 2 are allowed
    """

    def __init__(self, values: ArrayLike, most: int) -> None:
        self._values = np.array(values)
        self.most, self.asked = most, 0
        self.shape, self.ndim, self.size = self._values.shape, self._values.ndim, self._values.size

    def __getitem__(self, place: Any) -> Any:
        found = self._values[place]
        self.asked += np.size(found)
        if self.asked > self.most:
            raise LookupError(f"look-up number {self.asked}, where {self.most} are allowed")
        return found

    def _whole(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError(
            f"this table answers {self.most} look-ups, table[x], and is not read as a whole"
        )

    __array__ = __iter__ = _whole

    def __repr__(self) -> str:
        return f"table of shape {self.shape}, {self.most} look-ups"
