"""Fit the shipped model of GFP's brightness, test it on held-out variants, write the file.

    SHAPZERO_LITE_DATA=<reference data> python tools/fits/make_gfp_effects.py

Data: log10 brightness of 54,024 variants of avGFP (Sarkisyan et al. 2016); 2,310 with a stop codon
are left out, so 51,714 variants with 1 to 15 changed residues. Model: ``models.brightness``. The
effect of a letter is a part of its position plus a part of its own, both shrunk towards 0::

    loss = Σ (f - measured)² + penalty_position Σ m² + penalty_letter Σ d²,   e = m + d

so that a letter never seen gets the effect of its position. Fitted by L-BFGS.

What was chosen how. A tenth of the variants, drawn by the seed, is the test: used once, at the
end. A ninth of the others chooses the two penalties (GRID), and the penalty of the linear model
beside it, which is the same without the sigmoid. Then all but the test are fitted again: that
fit is shipped, so the table holds for the file itself. Last row: no variant with any of a
twentieth of the mutations is fitted, and those variants are the test. Same seed, same machine:
same file.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fitting
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack
from scipy.stats import spearmanr

from shapzero_lite.letters import PROTEIN
from shapzero_lite.models import GFP_WILD_TYPE
from shapzero_lite.models._gfp import CITATION, UNITS, Brightness, read_brightness, write_brightness
from shapzero_lite.models._protein import FILES

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

MEASURED = "protein/avgfp_sarkisyan2016.csv.gz"
OUT = Path(__file__).parents[2] / "data" / FILES["gfp"]
LENGTH, q = len(GFP_WILD_TYPE), PROTEIN.q
# Position 0 of the scan is the serine after the methionine: residue 2.
SHIFT = 2
GRID = [(position, letter) for position in (0.003, 0.01, 0.03) for letter in (0.01, 0.03, 0.1)]
LINEAR_GRID = [(penalty, penalty) for penalty in (0.3, 1.0, 3.0, 10.0)]


@dataclass(frozen=True, eq=False)
class Scan:
    """Brightness (N,) and the mutations of each variant as a sparse (N, LENGTH * q + LENGTH)."""

    y: Array
    design: csr_matrix  # a column a letter at a position, then a column a position
    n_mutations: NDArray[np.int64]


def read_scan(path: Path) -> Scan:
    """Return the variants without a stop; raise when the wild type is not ours."""
    with gzip.open(path, "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "*" not in row["variant"]]
    variant, position, letter = [], [], []
    for number, row in enumerate(rows):
        for mutation in row["variant"].split(","):
            residue = int(mutation[1:-1]) + SHIFT
            wild = GFP_WILD_TYPE[residue - 1]
            if wild != mutation[0]:
                raise ValueError(f"{mutation}: residue {residue} of the wild type is {wild}")
            variant.append(number)
            position.append(residue - 1)
            letter.append(int(PROTEIN.encode([mutation[-1]])[0, 0]))
    at, ones = np.array(position), np.ones(len(variant))
    letters = csr_matrix((ones, (variant, q * at + letter)), shape=(len(rows), LENGTH * q))
    places = csr_matrix((ones, (variant, at)), shape=(len(rows), LENGTH))
    y = np.array([float(row["score"]) for row in rows])
    return Scan(y, hstack([letters, places]).tocsr(), np.bincount(variant))


def fit(scan: Scan, rows: Rows, penalties: tuple[float, float], *, sigmoid: bool = True) -> Array:
    """Return low, high, bias, then the parts of letters and of positions."""
    design, y = scan.design[rows], scan.y[rows]
    transposed, N = design.T.tocsr(), len(y)
    ridge = np.repeat([penalties[1], penalties[0]], [LENGTH * q, LENGTH])

    def loss(theta: Array) -> tuple[float, Array]:
        low, high, bias, w = theta[0], theta[1], theta[2], theta[3:]
        z = bias + design @ w
        s = (1 + np.tanh(z / 2)) / 2 if sigmoid else z
        slope = (high - low) * s * (1 - s) if sigmoid else np.ones(N)
        misfit = (low + (high - low) * s if sigmoid else z) - y
        back = misfit * slope
        curve = [misfit @ (1 - s), misfit @ s] if sigmoid else [0.0, 0.0]
        gradient = np.concatenate([[*curve, back.sum()], transposed @ back + ridge * w])
        return float(misfit @ misfit + ridge @ w**2) / N, 2 * gradient / N

    start = np.concatenate([[y.min(), y.max(), 3.0 if sigmoid else y.mean()], np.zeros(len(ridge))])
    start[-LENGTH:] = -0.5 if sigmoid else 0.0
    options = {"maxiter": 3000, "maxfun": 6000}
    return minimize(loss, start, jac=True, method="L-BFGS-B", options=options).x


def predict(theta: Array, design: csr_matrix, *, sigmoid: bool = True) -> Array:
    """Return the brightness (N,) of variants."""
    z = theta[2] + design @ theta[3:]
    return theta[0] + (theta[1] - theta[0]) * (1 + np.tanh(z / 2)) / 2 if sigmoid else z


def as_model(theta: Array, seen: NDArray[np.bool_], provenance: dict[str, Any]) -> Brightness:
    """Return the fit as the model of all 238 positions that is shipped."""
    own = theta[3 : 3 + LENGTH * q].reshape(LENGTH, q)
    effects = own + theta[3 + LENGTH * q :, None]
    wild = PROTEIN.encode([GFP_WILD_TYPE])[0]
    effects[np.arange(LENGTH), wild] = 0
    known = seen.copy()
    known[np.arange(LENGTH), wild] = True
    curve = (theta[2], theta[0], theta[1])
    return Brightness(effects.astype(np.float32), known, curve, range(1, LENGTH + 1), provenance)


def scores(truth: Array, predicted: Array) -> dict[str, float]:
    """Return Pearson, Spearman and R², three digits, and the number of variants."""
    r2 = 1 - np.square(truth - predicted).sum() / np.square(truth - truth.mean()).sum()
    return {
        "pearson": round(float(np.corrcoef(truth, predicted)[0, 1]), 3),
        "spearman": round(float(spearmanr(truth, predicted).statistic), 3),
        "r2": round(float(r2), 3),
        "variants": len(truth),
    }


def main() -> None:
    """Choose, test, print the table, write the file."""
    arguments = fitting.arguments(__doc__, OUT, seeded=True)
    scan = read_scan(arguments.data / MEASURED)
    N = len(scan.y)
    shuffled = np.random.default_rng(arguments.seed).permutation(N)
    test, rest = shuffled[: N // 10], shuffled[N // 10 :]
    check, inner = rest[: len(rest) // 9], rest[len(rest) // 9 :]

    def chosen(grid: list[tuple[float, float]], *, sigmoid: bool) -> tuple[float, float]:
        errors = []
        for penalties in grid:
            f = predict(fit(scan, inner, penalties, sigmoid=sigmoid), scan.design[check],
                        sigmoid=sigmoid)  # fmt: skip
            errors.append(float(np.square(f - scan.y[check]).mean()))
        return grid[int(np.argmin(errors))]

    setting, linear_setting = chosen(GRID, sigmoid=True), chosen(LINEAR_GRID, sigmoid=False)
    theta = fit(scan, rest, setting)
    linear = fit(scan, rest, linear_setting, sigmoid=False)
    table: dict[str, Any] = {}
    for name, rows in {
        "all held-out variants": test,
        "of these, 1 or 2 mutations": test[scan.n_mutations[test] <= 2],
        "of these, 5 or more": test[scan.n_mutations[test] >= 5],
        "of these, 8 or more": test[scan.n_mutations[test] >= 8],
    }.items():
        table[name] = {
            "sigmoid": scores(scan.y[rows], predict(theta, scan.design[rows])),
            "linear": scores(
                scan.y[rows], predict(linear, scan.design[rows], sigmoid=False)
            ),
        }  # fmt: skip

    # Mutations that no fitted variant has: what the effect of the position alone is worth.
    counts = np.asarray(scan.design[:, : LENGTH * q].sum(axis=0)).ravel()
    measured = np.flatnonzero(counts)
    rng = np.random.default_rng(arguments.seed)
    hidden = rng.choice(measured, len(measured) // 20, replace=False)
    has_hidden = np.asarray(scan.design[:, hidden].sum(axis=1)).ravel() > 0
    without = np.flatnonzero(~has_hidden)
    new = np.flatnonzero(has_hidden)
    by_position = fit(scan, without, setting)
    blind = scan.design[new].tolil()
    for column in hidden:  # the same fit, told that the hidden mutations do nothing
        rows = np.flatnonzero(blind[:, [column]].toarray().ravel())
        blind[rows, LENGTH * q + column // q] = 0
    table["variants with a mutation never fitted"] = {
        "sigmoid": scores(scan.y[new], predict(by_position, scan.design[new])),
        "its effect taken as 0": scores(scan.y[new], predict(by_position, blind.tocsr())),
    }

    print(f"{N:,} variants, {len(measured):,} mutations; penalties {setting}, {linear_setting}")
    print(f"{'':40s}{'':24s}Pearson  Spearman     R²  variants")
    for rows_name, methods in table.items():
        for method, row in methods.items():
            print(
                f"  {rows_name:38s}  {method:22s}  {row['pearson']:7.3f}  {row['spearman']:8.3f}  "
                f"{row['r2']:5.3f}  {row['variants']:8,}"
            )
    fitted = np.asarray(scan.design[rest][:, : LENGTH * q].sum(axis=0)).reshape(LENGTH, q) > 0
    provenance = {
        "what": "sigmoid of a sum of mutation effects, fitted to the log10 brightness of "
        f"{len(rest):,} variants; {len(test):,} others are the test",
        "output": UNITS,
        "source": f"{MEASURED}: measured, as stored with nn4dms; variants with a stop left out",
        "citation": CITATION,
        "made_by": "tools/fits/make_gfp_effects.py",
        "loss": "sum of squared errors + penalties * squares of position and letter parts",
        "penalties": {"position": setting[0], "letter": setting[1]},
        "seed": arguments.seed,
        "mutations_seen": int(fitted.sum()),
        "numbering": "methionine is 1, chromophore 65 to 67; residue = number in the scan + 2",
        "held_out": table,
    }
    model = as_model(theta, fitted, provenance)
    write_brightness(arguments.out, model)
    shipped = read_brightness(arguments.out)
    codes = np.tile(PROTEIN.encode([GFP_WILD_TYPE])[0], (len(test), 1))
    variant, column = scan.design[test][:, : LENGTH * q].nonzero()
    codes[variant, column // q] = column % q
    again = scores(scan.y[test], shipped(codes))
    if again != table["all held-out variants"]["sigmoid"]:
        raise AssertionError(f"the model that is shipped is not the one that was tested: {again}")
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes; {fitted.sum():,} "
          f"mutations fitted, wild type {shipped([GFP_WILD_TYPE])[0]:.3f}, low {shipped.low:.3f}, "
          f"high {shipped.high:.3f}, bias {shipped.bias:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
