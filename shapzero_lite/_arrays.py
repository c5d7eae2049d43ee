"""The arrays that everything here takes and returns, by name."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Codes = NDArray[np.uint8]  # letters of sequences as numbers 0..q-1, (N, n)
Complex = NDArray[np.complex128]
