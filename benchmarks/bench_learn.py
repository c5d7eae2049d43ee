"""The learner on two real targets: R², time, memory and size, beside pairs alone and boosted trees.

    python benchmarks/bench_learn.py [--write]

Every fit runs in a process of its own, so that the peak memory (ru_maxrss: Linux and macOS), with
Python and the samples included, is that of one fit. The recorded answers of TIGER are reference
data (``tools/reference/fetch.py``); without them that target is left out.
"""

import json
import subprocess
import sys

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz

QUERIES, TEST = "guide_rna/tiger_recorded_queries.npz", "guide_rna/tiger_recorded_test.npz"
# Samples, number of seeds, least R², most seconds of a fit, most coefficients.
TIGER = [
    (10_000, 3, 0.56, None, None),
    (60_000, 3, 0.67, 60, 20_000),
    (400_000, 1, 0.76, 600, 60_000),
]
REPAIR = [(60_000, 1, None, 60, 20_000), (250_000, 1, None, 600, 60_000)]
# The others are fitted to one draw of at most this many rows: trees slow down, pairs are full.
MOST_BESIDE = 60_000
MEMORY, EVALUATION = 6e9, 5.0
# Boosting stops when a tenth of its rows has not improved for 30 trees.
TREES = {
    "learning_rate": 0.1,
    "max_leaf_nodes": 63,
    "max_iter": 2000,
    "l2_regularization": 1.0,
    "early_stopping": True,
    "n_iter_no_change": 30,
}

Array = np.ndarray
Rows = tuple[Array, Array]


def recorded(count: int, seed: int) -> tuple[Rows, Rows]:
    """Return ``count`` of the 3,981,312 recorded queries drawn at random, and the test rows.

    Point l of a matrix M and a delay D stands for the sequence M l + D mod 4.
    """
    with np.load(sz.data.path(QUERIES), allow_pickle=False) as file:
        matrices, delays, values = (file[k] for k in ("subsampling", "delays", "values"))
    with np.load(sz.data.path(TEST), allow_pickle=False) as file:
        fresh = file["sequences"].astype(np.uint8), file["values"].real.astype(float)
    rng = np.random.default_rng(seed)
    c, group, delay, point = np.unravel_index(
        rng.choice(values.size, count, replace=False), values.shape
    )
    digits = np.stack(np.unravel_index(point, (4,) * matrices.shape[2]), axis=1)
    codes = np.einsum("ijk,ik->ij", matrices[c].astype(int), digits) + delays[c, group, delay]
    return ((codes % 4).astype(np.uint8), values[c, group, delay, point].real.astype(float)), fresh


def asked(count: int, seed: int) -> tuple[Rows, Rows]:
    """Return ``count`` random sequences with the repair model's answers, and 10,000 fresh ones."""
    model = sz.models.dna_repair()
    draws = (
        sz.DNA.random(count, model.n, seed=seed),
        sz.DNA.random(10_000, model.n, seed=10**6 + seed),
    )
    return tuple((codes, model(codes)) for codes in draws)


def r_squared(fresh: Rows, predicted: Array) -> float:
    """Return the share of the variance of the fresh rows that is predicted."""
    return float(1 - ((fresh[1] - predicted) ** 2).mean() / fresh[1].var())


def fit(target: str, method: str, count: int, seed: int) -> dict[str, float]:
    """Fit once, and return R² on the fresh rows, seconds, peak bytes and size."""
    import resource

    (codes, values), fresh = (recorded if target == "TIGER" else asked)(count, seed)
    start = clock()
    if method == "trees":
        from sklearn.ensemble import HistGradientBoostingRegressor

        categorical = np.ones(codes.shape[1], bool)
        made = HistGradientBoostingRegressor(
            categorical_features=categorical, random_state=seed, **TREES
        ).fit(codes, values)
        predict, size = made.predict, made.n_iter_
    else:
        order = {"max_order": 2} if method == "pairs" else {}
        made = sz.sketch_from_samples(codes, values, alphabet=sz.DNA, seed=seed, **order)
        predict, size = made.spectrum.evaluate, len(made.spectrum)
    taken = clock() - start
    r2 = r_squared(fresh, predict(fresh[0]))
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    some = sz.DNA.random(10_000, codes.shape[1], seed=seed + 7)
    start = clock()
    predict(some)
    return {"r2": r2, "fit": taken, "bytes": peak, "size": size, "evaluate": clock() - start}


def elsewhere(target: str, method: str, count: int, seed: int) -> dict[str, float]:
    """Return ``fit`` of the same arguments, run in a fresh process."""
    command = [sys.executable, __file__, "--fit", target, method, str(count), str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def table_row(
    target: str, method: str, count: int, runs: list[dict[str, float]]
) -> tuple[list[str], dict[str, float]]:
    """Return a line of the table, and the mean R² beside the worst of everything else."""
    worst = {name: max(run[name] for run in runs) for name in runs[0]}
    worst["r2"] = float(np.mean([run["r2"] for run in runs]))
    spread = f" ± {np.std([run['r2'] for run in runs]):.3f}" if len(runs) > 1 else ""
    unit = "trees" if method == "trees" else "coefficients"
    return [
        target,
        f"{count:,}",
        method,
        f"{worst['r2']:.3f}{spread}",
        str(len(runs)),
        seconds(worst["fit"]),
        f"{worst['bytes'] / 1e9:.1f} GB",
        f"{int(worst['size']):,} {unit}",
        seconds(worst["evaluate"]),
    ], worst


def main() -> int:
    """Fit everything, and publish."""
    targets = [("TIGER", TIGER), ("repair", REPAIR)]
    if not sz.data.available(QUERIES):
        print("without the reference data, TIGER is left out (tools/reference/fetch.py)\n")
        targets = targets[1:]
    rows, claims = [], []
    for target, cases in targets:
        for count, seeds, least, most_seconds, most in cases:
            runs = [elsewhere(target, "ours", count, seed) for seed in range(seeds)]
            row, ours = table_row(target, "ours", count, runs)
            rows.append(row)
            where = f"{target}, {count:,} samples"
            beside = {}
            for method in ("pairs", "trees") if count <= MOST_BESIDE else ():
                other = [elsewhere(target, method, count, 0)]
                row, beside[method] = table_row(target, method, count, other)
                rows.append(row)
            if least is not None:
                claims.append((f"{where}: R² ≥ {least}", f"{ours['r2']:.3f}", ours["r2"] >= least))
            if beside:
                best = max(beside, key=lambda method: beside[method]["r2"])
                claims.append(
                    (
                        f"{where}: R² above that of pairs and of trees",
                        f"{ours['r2']:.3f}, the better of them {beside[best]['r2']:.3f} ({best})",
                        ours["r2"] > beside[best]["r2"],
                    )
                )
            limits = [
                ("fit", most_seconds, seconds),
                ("size", most, lambda size: f"{int(size):,} coefficients"),
                ("bytes", MEMORY, lambda size: f"{size / 1e9:.1f} GB"),
                ("evaluate", EVALUATION, lambda time: f"{seconds(time)} for 10,000 sequences"),
            ]
            said = [(show(ours[k]), show(limit), ours[k] <= limit)
                    for k, limit, show in limits if limit is not None]  # fmt: skip
            claims.append(
                (
                    f"{where}: at most {', '.join(limit for _, limit, _ in said)}",
                    ", ".join(measured for measured, _, _ in said),
                    all(ok for _, _, ok in said),
                )
            )
    headings = ["target", "samples", "method", "R², fresh rows", "draws", "fit", "peak memory",
                "size", "evaluate 10,000"]  # fmt: skip
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    if "--fit" in sys.argv:
        at = sys.argv.index("--fit")
        target, method, count, seed = sys.argv[at + 1 : at + 5]
        print(json.dumps(fit(target, method, int(count), int(seed))))
    else:
        sys.exit(main())
