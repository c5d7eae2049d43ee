"""inDelphi's parameter files as plain arrays: read without running them, checked, tabulated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.models.adapters import restricted_pickle
from shapzero_lite.models.adapters.licence_notes import compare, folder_with

LONGEST = 59  # longest deletion of the model, in nt
VERSIONS = ("0.20.0", "0.18.1")  # of the scikit-learn that wrote them; their numbers are the same
CELL_TYPES = {"HEK293": 1, "HCT116": 1, "K562": 1, "U2OS": 3, "mESC": 3}
_LETTERS = "ACGT"
_FEATURES = 10  # base left of the cut (4), base right of it (4), precision, log total weight
_GET = (
    "git clone the repository maxwshen/inDelphi-model from GitHub (its licence is for "
    "non-commercial academic use) and give its folder"
)
_NAMES = {
    "held": "aax_aag_nn.pkl",
    "free": "aax_aag_nn2.pkl",
    "standard": "Normalizer_{}.pkl",
    "rate": "rate_model_{}.pkl",
    "bases": "bp_model_{}.pkl",
}
# SHA-256 of the five files of a cell type, in the order of _NAMES, at commit 9ab67ca53e
_PUBLISHED = {
    ("0.20.0", "HEK293"): "83ab7d96b643b6bc20dd0fb6bd71bd18bd5539ae8d78ff9e8da44ea9b3a73a3d",
    ("0.20.0", "HCT116"): "a016e96fba7a2898a0a22ccbac3d303fcca86d1a48e5995c94e3c3a2a5af2237",
    ("0.20.0", "K562"): "0194f51257b5596f4c4857577036ab690bd8c011eb6043b0e048d065350fa616",
    ("0.20.0", "U2OS"): "6aad8c278e095006add230b0050cab944fc966d694285f7e52ec023685946cc5",
    ("0.20.0", "mESC"): "4e7a1d553664e8cd1562a4db502fe8b5bce1f3643e0c77428a0047fa526be0b6",
    ("0.18.1", "HEK293"): "9fed5f375a776660f95c8d870ca3e3552583ced86549fce801a62ca873b441f7",
    ("0.18.1", "HCT116"): "9c94ebbb8022834ef1d956140077dec8fa62773a9c1c197781673167332e1713",
    ("0.18.1", "K562"): "63d189eb1c452d48da5e405372222953282962867aa81afe6bd5906b4b17c624",
    ("0.18.1", "U2OS"): "2b81e648aa3111b5e6d9e222f56ac8ecd0399a84c829036716fcb9a2adbef7a5",
    ("0.18.1", "mESC"): "38eb6da5f56ad01867a866612c5cc59dcbd5f3b95ba0469200f657d10641e9f4",
}


@dataclass(frozen=True, eq=False)
class Parameters:
    """What inDelphi learned, for one cell type.

    ``held`` (60, 60): exp(psi(m, c/m)) of a microhomology of m letters, c of them C or G;
    ``free`` (59,): exp(psi_0(J)); ``standard`` (10, 2): mean and spread of the features;
    ``known`` (M, 10), ``rates`` (M,), ``neighbours``: the nearest-neighbour regression;
    ``bases`` (4, 4, 4, 4): share of the inserted base, last, after the bases at -2, -1 and +1.
    """

    cell_type: str
    version: str
    held: Array
    free: Array
    standard: Array
    known: Array
    rates: Array
    neighbours: int
    bases: Array


def parameters(folder: str | Path, cell_type: str) -> Parameters:
    """Return the checked parameters in a folder, for one cell type. Raises as ``indelphi``."""
    if cell_type not in CELL_TYPES:
        msg = f"inDelphi has parameters for {', '.join(CELL_TYPES)}; not for {cell_type!r}"
        raise ValueError(msg)
    folder, version = _version(folder_with(folder, "inDelphi's parameters", (), _GET))
    names = {part: name.format(cell_type) for part, name in _NAMES.items()}
    folder_with(folder, "inDelphi's parameters", names.values(), _GET)
    compare([folder / name for name in names.values()], _PUBLISHED[version, cell_type])
    read = {
        part: restricted_pickle.load(
            folder / name, records=("sklearn.neighbors",) if part == "rate" else ()
        )
        for part, name in names.items()
    }
    makers = {"held": _held, "free": _free, "standard": _standard, "bases": _bases}
    made: dict[str, Any] = {}
    for part, name in names.items():
        try:
            if part == "rate":
                made |= _neighbours(read[part], version)
            else:
                made[part] = makers[part](read[part])
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            msg = f"{folder / name} does not hold what inDelphi {version} has there: {error}"
            raise ValueError(msg) from error
    return Parameters(cell_type=cell_type, version=f"model-sklearn-{version}", **made)


def _version(folder: Path) -> tuple[Path, str]:
    """Return the folder that holds the files, and the version that its name says."""
    named = folder.resolve().name.removeprefix("model-sklearn-")
    if named in VERSIONS:
        return folder, named
    for version in VERSIONS:
        if (folder / f"model-sklearn-{version}").is_dir():
            return folder / f"model-sklearn-{version}", version
    there = ", ".join(sorted(p.name for p in folder.glob("model-sklearn-*"))) or named
    raise ValueError(
        f"{folder} is neither a copy of inDelphi-model nor its folder model-sklearn-"
        f"{' or model-sklearn-'.join(VERSIONS)}; found: {there}"
    )


def _numbers(array: Any, shape: tuple[int, ...], what: str) -> Array:
    """Return float64 numbers of this shape (-1: any length), all finite."""
    array = np.asarray(array)
    fits = array.ndim == len(shape) and all(
        w in (-1, s) for w, s in zip(shape, array.shape, strict=True)
    )
    if array.dtype.kind not in "fiu" or not fits:
        msg = f"{what} is {array.dtype} of shape {array.shape}, not numbers of shape {shape}"
        raise ValueError(msg)
    if not np.isfinite(array).all():
        raise ValueError(f"{what} holds numbers that are not finite")
    return array.astype(np.float64)


def network(layers: Any, inputs: Array) -> Array:
    """Return what a small network says (N,) of its inputs (N, D).

    ``layers``: pairs of weights (D, D') and biases (D',), each but the last followed by
    1 / (1 + exp(-2 x)).

    >>> network([(np.array([[1.0]]), np.zeros(1)), (np.array([[4.0]]), np.zeros(1))], np.eye(1))
    array([3.52318831])
    """
    values = inputs
    for number, (weight, bias) in enumerate(layers, start=1):
        weight = _numbers(weight, (values.shape[1], -1), f"weights of layer {number}")  # noqa: PLW2901
        values = values @ weight + _numbers(bias, (weight.shape[1],), f"bias of layer {number}")
        if number < len(layers):
            values = (np.tanh(values) + 1) / 2
    return _numbers(values, (len(inputs), 1), "the network's answer")[:, 0]


def _held(layers: Any) -> Array:
    m, c = np.tril_indices(LONGEST + 1)
    m, c = m[1:], c[1:]  # all but m = 0
    table = np.full((LONGEST + 1, LONGEST + 1), np.nan)
    table[m, c] = np.exp(network(layers, np.stack([m, c / m], axis=1)))
    return table


def _free(layers: Any) -> Array:
    return np.exp(network(layers, np.arange(1.0, LONGEST + 1)[:, None]))


def _standard(pairs: Any) -> Array:
    table = _numbers(pairs, (_FEATURES, 2), "the list of means and spreads")
    if (table[:, 1] <= 0).any():
        raise ValueError("a spread is not positive")
    return table


def _neighbours(record: Any, version: str) -> dict[str, Any]:
    state = record.state
    wrote = state.get("_sklearn_version")
    if wrote != version:
        raise ValueError(f"it was written by scikit-learn {wrote}, and the folder is for {version}")
    asked = {"weights": "distance", "effective_metric_": "euclidean"}
    if other := {k: state.get(k) for k, v in asked.items() if state.get(k) != v}:
        raise ValueError(f"its regression has {other}, and inDelphi's has {asked}")
    known = _numbers(state["_fit_X"], (-1, _FEATURES), "the table of known targets")
    rates = _numbers(state["_y"], (len(known),), "the list of their insertion rates")
    if len(known) < state["n_neighbors"] or rates.min() < 0 or rates.max() >= 1:
        msg = "insertion rates are 0 or more and below 1, and there are enough neighbours"
        raise ValueError(msg)
    return {"known": known, "rates": rates, "neighbours": int(state["n_neighbors"])}


def _bases(table: Any) -> Array:
    """Return the shares for all three bases around the cut; some cell types depend on one."""
    first = table["A"]["A"]
    if not isinstance(first, dict):  # the base left of the cut alone
        shares = _numbers([[table[b][i] for i in _LETTERS] for b in _LETTERS], (4, 4), "it")
        return np.broadcast_to(shares[None, :, None, :], (4, 4, 4, 4)).copy()
    rows = [
        [[[table[a][b][c][i] for i in _LETTERS] for c in _LETTERS] for b in _LETTERS]
        for a in _LETTERS
    ]
    return _numbers(rows, (4, 4, 4, 4), "it")
