"""TIGER, run by TensorFlow from the reader's own copy.

TIGER predicts how strongly a Cas13d guide knocks down its target. Its licence forbids passing the
program on, rewriting or adapting it, so nothing of it is here: this module lays out one-hot letters
as the SavedModel expects them, calls it, and leaves the rest to TensorFlow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import whole
from shapzero_lite.letters import DNA, Codes, as_codes
from shapzero_lite.models.adapters import restricted_pickle
from shapzero_lite.models.adapters.licence_notes import compare, folder_with, remind

N_POSITIONS = 26
CONTEXT = 3  # letters of the target before the 23 that the guide pairs with
WIDTH = 2 * 4 * N_POSITIONS  # numbers in one row of the model's input: target, then guide
CITATION = (
    "Wessels et al. 2024, Prediction of on-target and off-target activity of CRISPR-Cas13d guide "
    "RNAs using deep learning, Nature Biotechnology 42, 628-637, doi:10.1038/s41587-023-01830-8"
)
LICENCE = (
    "you run your own copy of TIGER, Copyright 2023 New York Genome Center, licensed to a single "
    "user for academic, non-commercial research; no redistribution, rewriting or adaptation. Cite "
    "Andrew Stirn, tiger, New York Genome Center (https://github.com/daklab/tiger)."
)
OUTPUTS = {
    "score": "guide score, 0 to 1; larger is a stronger knock-down",
    "log-fold-change": "log fold change as the network returns it; smaller is a stronger "
    "knock-down",
}
# SHA-256 of the two tables of the guide score, one after the other
_PUBLISHED = "f2c47c97429fc34d121ce989a67a6a368afe38ca1d1f022b727c06ee7d782a4a"
_GET = (
    "git clone --recursive the repository daklab/tiger from GitHub (git-lfs must be installed; its "
    "licence is for non-profit research) and give its folder hugging_face"
)


class Tiger:
    """TIGER to call: codes (N, 26) to its prediction for the perfectly matching guide, (N,).

    Attributes: ``alphabet`` (DNA: the target, 5' to 3'), ``n`` (26: 3 nt of context, then the 23
    that the guide pairs with), ``output``, ``units``, ``citation``, ``folder``. Pickles, so
    process pools take it: each worker loads the reader's copy again.
    """

    alphabet = DNA
    n = N_POSITIONS
    citation = CITATION

    def __init__(self, folder: str | Path, output: str = "score", batch_size: int = 8192) -> None:
        if output not in OUTPUTS:
            raise ValueError(f"output is one of {', '.join(OUTPUTS)}; not {output!r}")
        self.batch_size = whole(batch_size, "batch_size")
        self.folder = _found(folder)
        self.output, self.units = output, OUTPUTS[output]
        self.scale, self.shift = scoring(self.folder) if output == "score" else (1.0, 0.0)
        self._signature: Any = _signature(self.folder / "model")

    def __call__(self, codes: Any) -> NDArray[np.float64]:
        """Return the prediction (N,) for windows given as codes (N, 26) or strings.

        Raises ``TypeError`` for codes that are not whole numbers and ``ValueError`` for another
        length or letter, naming sequence and position.
        """
        tf = _import_tensorflow()
        codes = as_codes(codes, DNA, n=N_POSITIONS)
        if self._signature is None:  # in a worker process, where only the folder arrived
            self._signature = _signature(self.folder / "model")
        (name,) = self._signature.structured_input_signature[1]
        values = np.empty(len(codes))
        for start in range(0, len(codes), self.batch_size):
            batch = tf.constant(model_input(codes[start : start + self.batch_size]))
            (answer,) = self._signature(**{name: batch}).values()
            values[start : start + len(batch)] = answer.numpy()[:, 0]
        if self.output == "score":
            values = 1 / (1 + np.exp(-(self.scale * values + self.shift)))
        return values

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_signature": None}

    def __repr__(self) -> str:
        return f"Tiger({self.output}, n={N_POSITIONS}, alphabet='ACGT')"


def model_input(codes: Codes) -> NDArray[np.float32]:
    """Return codes (N, 26) as TIGER's input (N, 208), for the guide that pairs perfectly.

    First the target, position by position with A, C, G, T one-hot (26 x 4). Then the guide in the
    target's direction: zeros where it pairs with nothing (the 3 nt of context), then the
    complement of each of the 23 letters.

    >>> made = model_input(DNA.encode(["ACG" + "T" * 23]))
    >>> made.shape, made[0, :8].astype(int).tolist(), made[0, 112:120].astype(int).tolist()
    ((1, 208), [1, 0, 0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0, 0, 0])
    """
    letters = np.eye(4, dtype=np.float32)
    made = np.zeros((len(codes), 2, N_POSITIONS, 4), np.float32)
    made[:, 0] = letters[codes]
    made[:, 1, CONTEXT:] = letters[3 - codes[:, CONTEXT:]]  # A-T and C-G stand opposite in ACGT
    return made.reshape(len(codes), WIDTH)


def scoring(folder: Path) -> tuple[float, float]:
    """Return (scale, shift) of the guide score 1 / (1 + exp(-(scale lfc + shift))).

    scale is the first number of ``scoring_params.pkl`` times the correction for guides without
    mismatch in ``calibration_params.pkl``, shift the second. Both files are pickled data frames;
    they are read without running them. Raises ``FileNotFoundError`` or ``ValueError``.
    """
    names = ("calibration_params.pkl", "scoring_params.pkl")
    folder_with(folder, "TIGER's guide score", names, f"{_GET}, or ask for 'log-fold-change'")
    compare([folder / name for name in names], _PUBLISHED)
    tables = [restricted_pickle.load(folder / name, records=("pandas",)) for name in names]
    try:
        slopes, curve = (columns(table) for table in tables)
        (perfect,) = slopes["slope"][slopes["num_mismatches"] == 0]
        return float(curve["a"][0] * perfect), float(curve["b"][0])
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        msg = f"{' and '.join(names)} in {folder} are not those of TIGER v2.0 ({error!r})"
        raise ValueError(msg) from error


def columns(frame: Any) -> dict[str, NDArray[Any]]:
    """Return the columns of a pickled data frame that was kept as inert records.

    pandas stores blocks of columns of one type, each with the places of its columns, and the
    names apart. Raises ``AttributeError``, ``IndexError``, ``KeyError`` or ``TypeError`` for
    another layout.
    """
    blocks, axes = frame.state["_mgr"].args[:2]
    names = axes[0].args[1]["data"]
    found = {}
    for block in blocks:
        values, places = block.args[:2]
        for name, column in zip(names[places], values, strict=True):
            found[str(name)] = column
    return found


def _found(folder: str | Path) -> Path:
    """Return the folder that holds TIGER's SavedModel, also from the clone around it."""
    folder = folder_with(folder, "TIGER", (), _GET)
    inner = folder / "hugging_face"
    folder = inner if inner.is_dir() else folder
    if folder.name == "model" and (folder / "saved_model.pb").exists():
        folder = folder.parent
    needed = ("model/saved_model.pb", "model/variables/variables.index")
    folder_with(folder, "TIGER", needed, _GET)
    pointer = b"version https://git-lfs"
    with (folder / "model" / "saved_model.pb").open("rb") as file:
        if file.read(len(pointer)) == pointer:
            msg = f"{folder} holds the places of large files, not the files: run git lfs pull"
            raise ValueError(msg)
    return folder


def _signature(path: Path) -> Any:
    tf = _import_tensorflow()
    try:
        signature = tf.saved_model.load(str(path)).signatures["serving_default"]
    except Exception as error:
        raise ValueError(f"TensorFlow {tf.__version__} cannot load {path}: {error}") from error
    ends = (signature.structured_input_signature[1], signature.structured_outputs)
    shapes = [[tuple(spec.shape) for spec in end.values()] for end in ends]
    if shapes != [[(None, WIDTH)], [(None, 1)]]:
        raise ValueError(
            f"{path} takes and returns arrays of shapes {shapes}; TIGER v2.0 takes "
            f"(None, {WIDTH}) and returns (None, 1): is it another version?"
        )
    return signature


def _import_tensorflow() -> Any:
    try:
        import tensorflow as tf
    except ImportError as error:
        raise ImportError(
            "TIGER needs TensorFlow, best in an environment of its own: "
            'pip install "shapzero-lite[tiger]"'
        ) from error
    return tf


def tiger(folder: str | Path, output: str = "score", *, batch_size: int = 8192) -> Tiger:
    """Return TIGER from your copy, a callable on codes (N, 26).

    ``folder``: TIGER's ``hugging_face`` folder, the clone around it, or the ``model`` folder in
    it. ``output``: "score" (guide score, 0 to 1, as in the SHAP zero paper) or
    "log-fold-change" (what the network returns). At most ``batch_size`` rows go to TensorFlow at
    once. A window is 26 nt of the target in DNA letters, 5' to 3': 3 nt of context, then the 23
    that the guide pairs with.

    Raises ``FileNotFoundError`` for a folder or file that is not there, ``ImportError`` without
    TensorFlow, ``ValueError`` for another version and for an output, length or letter that is
    not known.

    Source: Wessels et al., Nature Biotechnology 42, 628-637 (2024),
    doi:10.1038/s41587-023-01830-8. Nothing of TIGER comes with this package: see
    ``docs/adapters/tiger.md``.
    """
    made = Tiger(folder, output, batch_size)
    remind("TIGER", LICENCE)
    return made
