"""Functions of one letter that are orthonormal under its probabilities."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array


def orthonormal(p: Array) -> Array:
    """Return B (q, q): function j at letter c, the first constant, 0 beyond the letters that occur.

    >>> B = orthonormal(np.array([0.5, 0.5, 0, 0]))
    >>> B.round(4).tolist()
    [[1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 0.0]]
    """
    q = len(p)
    seen = np.flatnonzero(p > 0)
    letter = seen[:, None]
    up = np.arange(1, (q - 1) // 2 + 1)
    angle = 2 * np.pi * letter * up / q
    start = [np.ones((len(seen), 1)), np.cos(angle), np.sin(angle)]
    if q % 2 == 0:
        start.append(np.cos(np.pi * letter))
    # Cosines first: for uniform letters QR changes nothing but signs. A pivot would do no better.
    independent = np.concatenate(start, axis=1)
    if len(seen) < q:  # fewer letters than waves: any start that spans will do
        independent = np.concatenate([np.ones((len(seen), 1)), np.eye(len(seen))[:, :-1]], axis=1)
    root = np.sqrt(p[seen])[:, None]
    found, triangle = np.linalg.qr(root * independent)
    out = np.zeros((q, q))
    out[seen, : len(seen)] = found * np.sign(np.diag(triangle)) / root
    return out
