"""What the scripts that fit a shipped file share: arguments, and features of a regression."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def arguments(doc: str | None, out: Path, *, seeded: bool = False) -> argparse.Namespace:
    """Return ``data`` (folder of the reference data), ``out`` and, if asked for, ``seed``.

    Ends the script with a message when nobody said where the reference data are.
    """
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    folder = os.environ.get("SHAPZERO_LITE_DATA")
    parser.add_argument("--data", type=Path, default=Path(folder) if folder else None)
    parser.add_argument("--out", type=Path, default=out)
    if seeded:
        parser.add_argument("--seed", type=int, default=0)
    found = parser.parse_args()
    if found.data is None:
        parser.error("say where the reference data are: --data FOLDER, or SHAPZERO_LITE_DATA")
    return found


def letter_features(codes: NDArray[np.uint8], *, pairs: bool) -> NDArray[np.float64]:
    """Return one-hot DNA letters (N, 4n) and, if asked for, adjacent pairs (16(n - 1) more)."""
    features = np.eye(4)[codes].reshape(len(codes), -1)
    if not pairs:
        return features
    adjacent = np.eye(16)[4 * codes[:, :-1] + codes[:, 1:]].reshape(len(codes), -1)
    return np.hstack([features, adjacent])
