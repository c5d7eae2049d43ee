"""inDelphi, from the reader's own copy of its parameter files.

The files are pickles. They are read by ``restricted_pickle``, which rebuilds numbers and
containers and runs nothing; the fitted regression inside them stays an inert record. The model
is then evaluated from its published description (Shen et al. 2018, Methods, "inDelphi
architecture"), in arrays over all targets at once. Neither program nor parameters are shipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import DNA, Codes, as_codes
from shapzero_lite.models.adapters.indelphi_files import LONGEST, Parameters, parameters
from shapzero_lite.models.adapters.licence_notes import remind

CITATION = (
    "Shen et al. 2018, Predictable and precise template-free CRISPR editing of pathogenic "
    "variants, Nature 563, 646-651, doi:10.1038/s41586-018-0686-x"
)
LICENCE = (
    "you run your own copy of inDelphi's parameters. Their licence allows research, education and "
    "other non-commercial use by members of academic and US government institutions, and no "
    "redistribution; results fall under it too. Cite Shen et al., Nature 563, 646 (2018)."
)
# 20 fixed letters on either side of the 40 that vary: what the SHAP zero paper's runs had there.
SHAP_ZERO_FLANKS = ("AATCCCAAGAAACCACGCGT", "ACGTTCCTAAGATTTAGAGA")
OUTPUTS = {
    "frameshift": "percent of all outcomes whose length shifts the reading frame",
    "insertion": "percent of all outcomes that are 1-nt insertions",
    "microhomology": "percent of all outcomes that are deletions with microhomology",
    "highest-insertion": "percent of all outcomes that are the most frequent 1-nt insertion",
    "length": "mean length of the insertion or deletion, in nt",
}
_BLOCK = 512  # targets at a time: the table of distances to the neighbours is the largest array
_SPAN = 28  # deletion lengths whose spread counts as precision


class Indelphi:
    """inDelphi to call: codes (N, n) to one summary of the repair outcomes, (N,) float64.

    With m letters and G+C fraction g of each maximal microhomology at deletion length J = 1..59,
    and psi, psi_0 two networks with two hidden layers of 16 units 1 / (1 + exp(-2 x))::

        w_J       = sum over microhomologies of exp(psi(m, g) - J/4) + exp(psi_0(J) - J/4)
        precision = 1 - entropy(w_1 .. w_28, normalised) / log 28
        r         = 5 nearest neighbours, weighted by 1 / distance, of (base left of the cut,
                    base right of it, precision, log sum_J w_J), each standardised
        insertion = r / (1 - r) parts on one part of deletions, shared between four bases

    Attributes: ``alphabet`` (DNA), ``n``, ``cut`` (letters left of it), ``flanks`` (fixed
    letters on either side), ``output``, ``units``, ``cell_type``, ``citation``, ``provenance``.
    """

    alphabet = DNA
    citation = CITATION

    def __init__(
        self, fitted: Parameters, n: int, cut: int, flanks: tuple[str, str], output: str
    ) -> None:
        self.fitted, self.n, self.cut, self.flanks, self.output = fitted, n, cut, flanks, output
        self.units = OUTPUTS[output]
        self.cell_type = fitted.cell_type
        self.provenance = {"files": fitted.version, "cell_type": fitted.cell_type, "cut": cut}
        self._left, self._right = (DNA.encode(f)[0] if f else np.zeros(0, np.uint8) for f in flanks)

    def __call__(self, codes: Any) -> Array:
        """Return the chosen summary (N,) of targets given as codes (N, n) or strings.

        Raises ``TypeError`` for codes that are not whole numbers and ``ValueError`` for another
        length or letter, naming sequence and position.
        """
        codes = as_codes(codes, DNA, n=self.n)
        values = np.empty(len(codes))
        for start in range(0, len(codes), _BLOCK):
            block = codes[start : start + _BLOCK]
            sides = [np.tile(side, (len(block), 1)) for side in (self._left, self._right)]
            values[start : start + _BLOCK] = self._summary(np.hstack([sides[0], block, sides[1]]))
        return values

    def _summary(self, x: Codes) -> Array:
        cut = len(self._left) + self.cut
        held, free = deletion_weights(x, cut, self.fitted)
        w = held[0] + free
        total = w.sum(1)
        r = nearest(features(x, cut, w, self.fitted), self.fitted)
        bases = self.fitted.bases[x[:, cut - 2], x[:, cut - 1], x[:, cut]]  # (N, 4)
        bases = bases * (r / (1 - r))[:, None]
        whole = 1 + bases.sum(1)  # the deletions together are 1
        J = np.arange(1, LONGEST + 1)
        if self.output == "insertion":
            part = bases.sum(1)
        elif self.output == "highest-insertion":
            part = bases.max(1)
        elif self.output == "microhomology":  # one as long as the deletion takes psi_0's share too
            part = (held[0] + np.where(held[1], free, 0)).sum(1) / total
        elif self.output == "length":
            return (bases.sum(1) + (w * J).sum(1) / total) / whole
        else:
            part = bases.sum(1) + w[:, J % 3 != 0].sum(1) / total
        return 100 * part / whole

    def __repr__(self) -> str:
        return f"Indelphi({self.output}, {self.cell_type}, n={self.n}, cut={self.cut})"


def deletion_weights(
    x: Codes, cut: int, fitted: Parameters
) -> tuple[tuple[Array, NDArray[np.bool_]], Array]:
    """Return the weights of deletions by length: ((with microhomology, full), without).

    ``with microhomology`` (N, 59): sum over the maximal microhomologies; ``full`` (N, 59) bool:
    one of them is as long as the deletion; ``without`` (59,). A microhomology at length J is a
    run of matches between the J letters left of the cut and the J letters right of it. A deletion
    that is longer than what is given left of the cut gets none, as in inDelphi.
    """
    N, L = x.shape
    strong = (x == 1) | (x == 2)  # C or G
    held, full = np.zeros((N, LONGEST)), np.zeros((N, LONGEST), bool)
    for J in range(1, min(cut, LONGEST) + 1):
        width = min(J, L - cut)
        left, right = slice(cut - J, cut - J + width), slice(cut, cut + width)
        match = np.zeros((N, width + 2), np.int8)
        match[:, 1:-1] = x[:, left] == x[:, right]
        steps = np.diff(match)
        row, start = np.nonzero(steps == 1)
        end = np.nonzero(steps == -1)[1]
        count = np.zeros((N, width + 1), np.int64)
        count[:, 1:] = np.cumsum(strong[:, left], axis=1)
        m, c = end - start, count[row, end] - count[row, start]
        held[:, J - 1] = np.bincount(row, fitted.held[m, c], N) * np.exp(-J / 4)
        full[row[m == J], J - 1] = True
    return (held, full), fitted.free * np.exp(-np.arange(1, LONGEST + 1) / 4)


def features(x: Codes, cut: int, w: Array, fitted: Parameters) -> Array:
    """Return the standardised features (N, 10) that the share of insertions depends on."""
    N = np.arange(len(x))
    p = w[:, :_SPAN] / w[:, :_SPAN].sum(1, keepdims=True)
    plain = np.zeros((len(x), 10))
    plain[N, x[:, cut - 1]] = 1
    plain[N, 4 + x[:, cut]] = 1
    plain[:, 8] = 1 + (p * np.log(p)).sum(1) / np.log(_SPAN)
    plain[:, 9] = np.log(w.sum(1))
    return (plain - fitted.standard[:, 0]) / fitted.standard[:, 1]


def nearest(points: Array, fitted: Parameters) -> Array:
    """Return the mean rate of the nearest known targets, weighted by 1 / distance, (N,)."""
    square = np.zeros((len(points), len(fitted.known)))
    for column in range(points.shape[1]):  # one at a time: (N, M) instead of (N, M, 10)
        square += (points[:, column, None] - fitted.known[:, column]) ** 2
    near = np.argpartition(square, fitted.neighbours - 1, axis=1)[:, : fitted.neighbours]
    distance = np.sqrt(np.take_along_axis(square, near, axis=1))
    same = distance == 0  # those at distance 0 speak alone
    weight = np.where(same.any(1, keepdims=True), same, 1 / np.where(same, 1, distance))
    return (weight * fitted.rates[near]).sum(1) / weight.sum(1)


def indelphi(
    folder: str | Path,
    cell_type: str = "HEK293",
    output: str = "frameshift",
    *,
    n: int = 40,
    cut: int | None = None,
    flanks: tuple[str, str] = SHAP_ZERO_FLANKS,
) -> Indelphi:
    """Return inDelphi with the parameters in your copy, a callable on codes (N, n).

    ``folder``: a clone of inDelphi-model, or its subfolder ``model-sklearn-0.20.0`` or
    ``model-sklearn-0.18.1``. ``cell_type``: "HEK293", "HCT116", "K562", "U2OS" or "mESC".
    ``output``: one of ``OUTPUTS``; percent of all repair outcomes, but "length" in nt. A target
    has ``n`` letters, ``cut`` of them (default n // 2) left of the cut, between ``flanks`` that
    never change (default: those of the SHAP zero paper; ``("", "")`` with n = 120 for none).

    Raises ``FileNotFoundError`` for a folder or file that is not there, ``ValueError`` for files
    of another version, a file that is no plain parameters (nothing in it is run), and for a cell
    type, output, length, cut or letter that is not known.

    Source: Shen et al., Nature 563, 646-651 (2018), doi:10.1038/s41586-018-0686-x. Nothing of
    inDelphi comes with this package: see ``docs/adapters/indelphi.md``.
    """
    if output not in OUTPUTS:
        raise ValueError(f"output is one of {', '.join(OUTPUTS)}; not {output!r}")
    cut = n // 2 if cut is None else cut
    if not isinstance(flanks, (tuple, list)) or len(flanks) != 2:
        raise ValueError(f"flanks are two strings, left and right of the target; got {flanks!r}")
    if not 0 < cut < n or cut + len(flanks[0]) < 2:
        msg = f"the cut lies inside the target, with 2 letters left of it; got n={n}, cut={cut}"
        raise ValueError(msg)
    fitted = parameters(folder, cell_type)
    remind("inDelphi", LICENCE)
    return Indelphi(fitted, n, cut, (str(flanks[0]), str(flanks[1])), output)
