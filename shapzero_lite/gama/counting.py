"""What any model of sequences has to beat: how often each letter stands at each position."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes


def log_likelihood(seen: Codes, asked: Codes, q: int) -> NDArray[np.float64]:
    """Return the log-probability (M,) of sequences (M, L), counting letters of (N, L) others.

    Each position for itself: (count + 1/2) / (N + q/2), the estimate of Krichevsky and Trofimov,
    1981, so a letter that was never seen is unlikely, not impossible.

    >>> log_likelihood(np.array([[0], [0], [1]]), np.array([[0]]), 2).round(3).tolist()
    [-0.47]
    """
    counts = np.stack([(seen == a).sum(0) for a in range(q)])  # (q, L)
    log_p = np.log((counts + 0.5) / (len(seen) + q / 2))
    return log_p[asked, np.arange(asked.shape[1])].sum(1)


def warn_if_worse(model: Any) -> None:
    """Warn when ``train`` found that ``model`` lost to counting: an attribution inherits that."""
    over = getattr(model, "over_counting", None)
    if over is not None and over[0] < 0:
        warnings.warn(
            f"on held-out sequences this network is {-over[0]:.2g} nats per sequence (standard "
            f"error {over[1]:.1g}) worse than counting letters at each position: what is "
            "attributed here is not what these sequences have in common. Train it longer, or on "
            "more sequences",
            stacklevel=3,
        )
