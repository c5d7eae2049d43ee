"""The shipped DNA-repair model: which deletions and insertions follow a Cas9 cut.

Fitted by ``tools/fits/make_end_joining.py`` to the measured HEK293 targets of Shen et al. (2018);
how well it does on targets it has not seen is in its ``provenance``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._checks import path_of
from shapzero_lite.letters import DNA, Codes, as_codes

N_POSITIONS = 40
CUT = 20  # letters left of the cut
UNITS = "fraction, 0 to 1, of the repair outcomes (insertions, deletions) that shift the frame"
CITATION = (
    "Shen et al. 2018, Predictable and precise template-free CRISPR editing of pathogenic "
    "variants, Nature 563, 646-651, doi:10.1038/s41586-018-0686-x"
)
# Rows at a time: small enough that the weights of one block stay in the cache.
_BLOCK = 2048


def homology_window(J: int) -> tuple[int, int]:
    """Return the first i, from 0, and the number of i, with i left of the cut and i + J right."""
    return max(0, CUT - J), min(J, N_POSITIONS - J)


def microhomologies(sequence: Any, shortest: int = 1, longest: int = CUT) -> list[tuple[int, int]]:
    """Return the maximal microhomologies across the cut of one sequence, as pairs (J, m).

    A deletion of J letters spans the cut when it takes away i+1 .. i+J with i <= 20 <= i+J. It
    is held by a microhomology when letters left of the cut stand again J further on, right of
    it. For each J: take the i with i <= 20, i + J >= 21 (counted from 1) and x[i] = x[i+J], and
    cut them into runs of consecutive i that cannot be made longer. A run of m letters is a
    maximal microhomology (J, m); its m + 1 deletions leave the same product. Kept are
    ``shortest`` <= m, J <= ``longest``; for J <= 20 the 40 letters show every such deletion.
    Raises ``ValueError`` for several sequences.

    By hand: left of the cut ends in ACGT, right of it begins with ACGA. At J = 1 T meets A, at
    J = 2 GT meets AC, at J = 3 CGT meets ACG: no letter meets itself. At J = 4 ACGT meets ACGA:
    A, C and G do, T does not, so one run of 3.

    >>> sequence = "C" * 16 + "ACGT" + "ACGA" + "T" * 16
    >>> [(J, m) for J, m in microhomologies(sequence) if J <= 4]
    [(4, 3)]
    """
    codes = as_codes(sequence, DNA, n=N_POSITIONS)
    if len(codes) != 1:
        msg = f"the microhomologies of one sequence are listed at a time, not of {len(codes)}"
        raise ValueError(msg)
    x = codes[0]
    found = []
    for J in range(1, longest + 1):
        first, width = homology_window(J)
        same = x[first : first + width] == x[first + J : first + J + width]
        edges = np.flatnonzero(np.diff(same, prepend=False, append=False))
        lengths = edges[1::2] - edges[::2]
        found += [(J, int(m)) for m in lengths if m >= shortest]
    return found


def frameshift(homology: Array, left: NDArray[Any], p: Mapping[str, Any]) -> Array:
    """Return the frameshift frequency (N,) of sums over microhomologies ``homology`` (J, N).

    ``homology[J - 1]`` holds Σ exp(a m) at deletion length J, ``left`` (N,) the code of the base
    left of the cut, ``p`` the numbers b, c, d, e and u (A, C, G, T)::

        w_J         = homology_J exp(-J/b) + exp(c - J/d)        weight of deletions of length J
        w           = Σ_J w_J
        insertions  = 1 / (1 + exp(e log w - u[left]))           their share of all outcomes
        frameshift  = insertions + (1 - insertions) Σ_{J not divisible by 3} w_J / w

    Source: the quantities are those of Shen et al. (2018), the formula is ours.

    >>> p = {"b": 1.0, "c": 0.0, "d": 1e9, "e": 0.0, "u": [0, 0, 0, 0]}
    >>> frameshift(np.zeros((6, 1)), np.array([2]), p).round(3).tolist()  # 1/2 + 1/2 · 4/6
    [0.833]
    """
    J = np.arange(1, len(homology) + 1)[:, None]
    w = homology * np.exp(-J / p["b"]) + np.exp(p["c"] - J / p["d"])  # (J, N)
    total, in_frame = w.sum(0), w[2::3].sum(0)
    insertions = 1 / (1 + np.exp(p["e"] * np.log(total) - np.asarray(p["u"], float)[left]))
    return insertions + (1 - insertions) * (1 - in_frame / total)


@functools.lru_cache(maxsize=4)
def _run_sums(a: float, shortest: int) -> Array:
    # Entry v: sum of exp(a m) over the runs of m >= shortest ones in the binary digits of v.
    # Kept here rather than in the model, so that a model sent to a worker process stays small.
    weight = np.exp(a * np.arange(CUT + 1))
    weight[:shortest] = 0
    sums, top_run = np.zeros(2**CUT), np.zeros(2**CUT, np.uint8)
    for k in range(CUT):  # v = 2^k + w: one more digit 1, above the digits of w < 2^k
        lower, upper = slice(0, 2**k), slice(2**k, 2 ** (k + 1))
        top_run[upper] = 1
        if k:  # the new digit lengthens the run of those w whose digit k - 1 is 1
            top_run[2**k + 2 ** (k - 1) : 2 ** (k + 1)] += top_run[2 ** (k - 1) : 2**k]
        sums[upper] = sums[lower] + weight[top_run[upper]] - weight[top_run[upper] - 1]
    sums.flags.writeable = False
    return sums


class EndJoining:
    """A model of end joining to call: codes (N, 40) to the frameshift frequency (N,) float64.

    Attributes: ``alphabet`` (DNA: the strand whose PAM lies right of the cut), ``n`` (40; the cut
    is between positions 20 and 21, counted from 1), ``parameters`` (dict: a, b, c, d, e, u, and
    ``shortest`` and ``longest`` of ``microhomologies``), ``units``, ``citation``,
    ``provenance`` (dict: data, settings and the cross-validated table).
    """

    alphabet = DNA
    n = N_POSITIONS
    units = UNITS
    citation = CITATION

    def __init__(self, parameters: Mapping[str, Any], provenance: dict[str, Any]) -> None:
        p = {name: float(parameters[name]) for name in "abcde"}
        p |= {name: int(parameters[name]) for name in ("shortest", "longest")}
        self.parameters: dict[str, Any] = p | {"u": [float(u) for u in parameters["u"]]}
        numbers = [*p.values(), *self.parameters["u"]]
        if not np.isfinite(numbers).all() or len(self.parameters["u"]) != 4:
            msg = f"a to e and the four numbers u must be finite; got {dict(parameters)}"
            raise ValueError(msg)
        if min(p["b"], p["d"], p["shortest"]) <= 0 or not 3 <= p["longest"] < N_POSITIONS:
            raise ValueError(
                "b, d and shortest must be positive and longest in "
                f"3..{N_POSITIONS - 1}; got {dict(parameters)}"
            )
        self.provenance = provenance

    def __call__(self, codes: Any) -> Array:
        """Return the frameshift frequency (N,) of targets given as codes (N, 40).

        Strings are taken too. Raises ``TypeError`` for codes that are not whole numbers and
        ``ValueError`` for another length or a code above 3, naming sequence and position.
        """
        codes = as_codes(codes, DNA, n=N_POSITIONS)
        sums = _run_sums(self.parameters["a"], self.parameters["shortest"])
        values = np.empty(len(codes))
        for start in range(0, len(codes), _BLOCK):
            block = codes[start : start + _BLOCK]
            low, high = _bits(block & 1), _bits(block >> 1)
            homology = np.empty((self.parameters["longest"], len(block)))
            for J in range(1, len(homology) + 1):
                first, width = homology_window(J)
                # Digit i is 1 where x[i] differs from x[i + J] in either bit of its code.
                differ = (low ^ (low >> J)) | (high ^ (high >> J))
                same = (~differ >> first) & (2**width - 1)
                np.take(sums, same, out=homology[J - 1])
            values[start : start + _BLOCK] = frameshift(
                homology, block[:, CUT - 1], self.parameters
            )
        return values

    def __repr__(self) -> str:
        return "EndJoining(frameshift frequency after a Cas9 cut, n=40, alphabet='ACGT')"


def _bits(digits: Codes) -> NDArray[np.int64]:
    # 40 columns of 0 and 1 as one number a row, column i is binary digit i.
    packed = np.zeros((len(digits), 8), np.uint8)
    packed[:, : N_POSITIONS // 8] = np.packbits(digits, axis=1, bitorder="little")
    return packed.view("<i8")[:, 0]


def dna_repair(path: str | Path | None = None) -> EndJoining:
    """Return the shipped model of repair after a Cas9 cut, a callable on codes (N, 40).

    A target is 40 nt, 20 left and 20 right of the cut, 5' to 3' on the strand whose PAM (NGG)
    stands at positions 24-26, counted from 1. Output: fraction of the repair outcomes whose
    length shifts the reading frame, 0 to 1. Nine fitted numbers; formulas: ``microhomologies``,
    ``frameshift``. Uniformly random targets mostly lack a PAM; the model does not look at it.

    ``path``: another file made by ``tools/fits/make_end_joining.py``. Raises ``ValueError`` for a
    file that does not hold such a model.

    Fitted to 84 measured HEK293 targets of Shen et al., Nature 563, 646-651 (2018),
    doi:10.1038/s41586-018-0686-x; no other model's output took part.

    >>> model = dna_repair()
    >>> codes = model.alphabet.encode(["C" * 16 + "ACGT" + "ACGA" + "T" * 16])
    >>> print(f"{model(codes)[0]:.4f}")
    0.8678
    """
    if path is None:
        from shapzero_lite import data

        path = data.path("end_joining.json")
    path = path_of(path)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return EndJoining(stored["parameters"], stored["provenance"])
    except FileNotFoundError:
        raise
    except Exception as error:
        msg = f"{path} does not hold the numbers of a repair model ({type(error).__name__})"
        raise ValueError(msg) from error
