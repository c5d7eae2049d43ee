"""Fit the shipped DNA-repair model, cross-validate it, write data/end_joining.json.

    SHAPZERO_LITE_DATA=<reference data> python tools/fits/make_end_joining.py

Data: measured frameshift frequency of 84 targets in HEK293 cells (Shen et al. 2018), 20 letters
left and 20 right of the cut. No prediction of another model takes part.

Loss: Σ (f - measured)² + penalty · Σ ((θ - PRIOR) / SPREAD)² over the nine numbers θ (b and d as
logarithms), by least squares from STARTS starting points: the prior, and draws around it.

What was chosen how. Prior and spread are round numbers written down before any fit. How
long deletions are counted, the shortest microhomology and the penalty (GRID) are chosen inside
every training fold by a cross-validation of its own, and so is the penalty of the two ridge
baselines; Bae's score has nothing to fit. The shipped fit uses all targets, with the setting
that cross-validation on all of them chooses. Same seed, same file.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fitting
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.stats import pearsonr, spearmanr
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold

from shapzero_lite.letters import DNA
from shapzero_lite.models import _dna_repair, out_of_frame_score

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Setting = dict[str, float]
Fit = Callable[[Rows, Rows], Array]  # rows to fit, rows to predict -> predictions

MEASURED = "dna_repair/HEK293_heldout.csv"
OUT = Path(__file__).parents[2] / "data" / "end_joining.json"
REPEATS, FOLDS, INNER_FOLDS, STARTS = 5, 12, 6, 6
GRID: list[Setting] = [
    {"longest": longest, "shortest": shortest, "penalty": penalty}
    for longest in (20, 30)  # whole window of every deletion; or beyond, with part of it unread
    for shortest in (1, 2)
    for penalty in (0.001, 0.003, 0.01, 0.03)
]
NAMES = ["a", "log b", "c", "log d", "e", "u A", "u C", "u G", "u T"]
PRIOR = np.array([0.5, math.log(10), 1.0, math.log(10), 0.5, 0, 0, 0, 0])
SPREAD = np.array([0.5, 1.0, 2.0, 1.0, 0.5, 1, 1, 1, 1])


def read_targets(path: Path) -> tuple[NDArray[np.uint8], Array]:
    """Return codes (84, 40) and the measured frameshift frequency (84,)."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = DNA.encode([row["Left_seq"] + row["Right_seq"] for row in rows])
    return codes, np.array([float(row["Frameshift frequency"]) for row in rows])


def count_runs(codes: NDArray[np.uint8], longest: int) -> Array:
    """Return the number (J, N, m) of maximal microhomologies of each length, m = 0..20."""
    counts = np.zeros((longest, len(codes), _dna_repair.CUT + 1))
    for r, row in enumerate(codes):
        for J, m in _dna_repair.microhomologies(row, longest=longest):
            counts[J - 1, r, m] += 1
    return counts


def as_parameters(theta: Array) -> dict[str, Any]:
    """Return the nine numbers under the names that the model uses."""
    a, log_b, c, log_d, e = (float(t) for t in theta[:5])
    return {"a": a, "b": math.exp(log_b), "c": c, "d": math.exp(log_d), "e": e, "u": theta[5:]}


def predict(theta: Array, counts: Array, left: NDArray[np.uint8], shortest: int) -> Array:
    """Return the frameshift frequency (N,) of counted microhomologies."""
    weight = np.exp(theta[0] * np.arange(counts.shape[2]))
    weight[:shortest] = 0
    return _dna_repair.frameshift(counts @ weight, left, as_parameters(theta))


def fit(
    counts: Array, left: NDArray[np.uint8], y: Array, setting: Setting, starts: Array
) -> list[tuple[float, Array]]:
    """Return (loss, nine numbers) from every start, the best first."""
    root = math.sqrt(setting["penalty"])
    shortest = int(setting["shortest"])

    def residuals(theta: Array) -> Array:
        misfit = predict(theta, counts, left, shortest) - y
        return np.concatenate([misfit, root * (theta - PRIOR) / SPREAD])

    found = [least_squares(residuals, start, max_nfev=200) for start in starts]
    return sorted(((2 * float(f.cost), f.x) for f in found), key=lambda pair: pair[0])


def main() -> None:
    """Print the cross-validated table, then fit all targets and write the file."""
    arguments = fitting.arguments(__doc__, OUT, seeded=True)
    seed = arguments.seed
    codes, y = read_targets(arguments.data / MEASURED)
    left = codes[:, _dna_repair.CUT - 1]
    counts = count_runs(codes, max(int(setting["longest"]) for setting in GRID))
    draws = np.random.default_rng(seed).normal(size=(STARTS - 1, len(PRIOR)))
    starts = np.vstack([PRIOR, PRIOR + SPREAD * draws])

    def with_setting(setting: Setting, starts: Array) -> Fit:
        mine = counts[: int(setting["longest"])]

        def fitted(train: Rows, test: Rows) -> Array:
            theta = fit(mine[:, train], left[train], y[train], setting, starts)[0][1]
            return predict(theta, mine[:, test], left[test], int(setting["shortest"]))

        return fitted

    def chosen(rows: Rows) -> Setting:
        splits = list(KFold(INNER_FOLDS, shuffle=True, random_state=seed).split(rows))
        # One start is enough to rank settings; all starts are used for the fit that counts.
        errors = [
            sum(
                np.square(with_setting(setting, starts[:1])(rows[a], rows[b]) - y[rows[b]]).sum()
                for a, b in splits
            )
            for setting in GRID
        ]
        return GRID[int(np.argmin(errors))]

    choices: list[Setting] = []

    def end_joining_nested(train: Rows, test: Rows) -> Array:
        choices.append(chosen(train))
        return with_setting(choices[-1], starts)(train, test)

    def ridge(*, pairs: bool) -> Fit:
        X = fitting.letter_features(codes, pairs=pairs)

        def fitted(train: Rows, test: Rows) -> Array:
            # leave-one-out inside the training rows chooses the penalty
            return RidgeCV(10.0 ** np.arange(-1, 4)).fit(X[train], y[train]).predict(X[test])

        return fitted

    bae = out_of_frame_score()(codes)
    methods: dict[str, Fit] = {
        "end joining": end_joining_nested,
        "Bae's out-of-frame score": lambda train, test: bae[test],
        "ridge, one-hot": ridge(pairs=False),
        "ridge, one-hot + adjacent pairs": ridge(pairs=True),
    }
    final = chosen(np.arange(len(y)))
    methods["end joining, setting chosen on all targets"] = with_setting(final, starts)

    table: dict[str, dict[str, Any]] = {}
    print(f"{REPEATS} x {FOLDS}-fold, {len(y)} targets{'':14s}Pearson  Spearman  Pearson by repeat")
    for name, method in methods.items():
        scores = []
        for repeat in range(REPEATS):
            f = np.empty(len(y))
            folds = KFold(FOLDS, shuffle=True, random_state=seed + repeat)
            for train, test in folds.split(codes):
                f[test] = method(train, test)
            scores.append((pearsonr(f, y).statistic, spearmanr(f, y).statistic))
        r, rho = np.mean(scores, axis=0)
        each = [round(float(score[0]), 3) for score in scores]
        table[name] = {
            "pearson": round(float(r), 3),
            "spearman": round(float(rho), 3),
            "pearson_by_repeat": each,
        }
        print(f"  {name:42s}{r:6.3f}  {rho:8.3f}   {each}")
    print("chosen inside the folds:")
    for setting in GRID:
        if setting in choices:
            print(f"  {choices.count(setting):3d} times {setting}")

    mine = counts[: int(final["longest"])]
    fits = fit(mine, left, y, final, starts)
    theta = fits[0][1]
    n_same = sum(loss < fits[0][0] + 1e-6 for loss, _ in fits)
    print(
        f"\nshipped fit: {final}; {n_same} of {STARTS} starts reach the same loss {fits[0][0]:.4f}"
    )
    # Rounded for reading; everything below is measured on what is written.
    numbers = as_parameters(theta)
    parameters = {name: round(value, 4) for name, value in numbers.items() if name != "u"}
    parameters |= {"u": [round(float(u), 4) for u in numbers["u"]]}
    parameters |= {name: int(final[name]) for name in ("shortest", "longest")}
    shipped = _dna_repair.EndJoining(parameters, {})
    exact = predict(theta, mine, left, int(final["shortest"]))
    if np.abs(shipped(codes) - exact).max() > 1e-3:
        raise AssertionError("the model that is shipped is not the one that was fitted")
    provenance = {
        "what": "end joining after a Cas9 cut, nine numbers fitted to the measured frameshift "
        "frequency of 84 targets in HEK293 cells; 20 letters on each side of the cut",
        "output": _dna_repair.UNITS,
        "source": f"{MEASURED}: measured, Shen et al. 2018 source data as stored in the shapzero "
        "repository; no prediction of another model took part",
        "citation": _dna_repair.CITATION,
        "made_by": "tools/fits/make_end_joining.py",
        "loss": "sum of squared errors + penalty * sum(((theta - prior) / spread)^2)",
        "prior": dict(zip(NAMES, PRIOR.round(4).tolist(), strict=True)),
        "spread": dict(zip(NAMES, SPREAD.tolist(), strict=True)),
        "setting": final,
        "seed": seed,
        "cross_validation": f"{REPEATS} x {FOLDS}-fold, setting chosen inside each training fold",
        "cross_validated": table,
        # On the targets it was fitted to: no measure of skill, only a fingerprint of the file.
        "pearson_on_fitted_targets": math.floor(1000 * pearsonr(shipped(codes), y).statistic)
        / 1000,
    }
    text = json.dumps({"parameters": parameters, "provenance": provenance}, indent=2)
    arguments.out.write_text(text + "\n", encoding="utf-8")
    uniform = shipped(DNA.random(100_000, _dna_repair.N_POSITIONS, seed=1))
    print(f"{arguments.out.name}: {arguments.out.stat().st_size:,} bytes, {parameters}")
    for name, f in (("measured", y), ("fitted", shipped(codes)), ("uniformly random", uniform)):
        print(
            f"  {name:16s}  mean {f.mean():.3f}  sd {f.std():.3f}  "
            f"min {f.min():.3f}  max {f.max():.3f}"
        )


if __name__ == "__main__":
    main()
