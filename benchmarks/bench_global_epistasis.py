"""What is left as specific interaction when one curve over a sum may explain the rest.

    python benchmarks/bench_global_epistasis.py [--write]

Ours fits the curve between the sum and the measurement. Two ways transform the response instead
and then add up letters: a power (Yeo & Johnson, by scikit-learn, as in gpmap; Sailer & Harms,
Genetics 2017), and the increasing transform that comes closest to a sum (alternating with isotonic
regression, as ACE does). MAVE-NN fits the curve on the latent side too, with TensorFlow; it runs
in an environment of its own whose Python SHAPZERO_LITE_MAVENN names, and its column is empty
where that is not set. Shares are of the rows fitted and, where it says so, of others: for MAVE-NN
a tenth of the rows that it does not fit, for ours all rows, each by a fit to four fifths without.
"""

import csv
import gzip
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tables import clock, markdown, publish, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.models import GFP_WILD_TYPE
from shapzero_lite.sketching import fit_global_epistasis
from shapzero_lite.sketching.latent_fit import Design, linear_fit

Array = np.ndarray
Rows = tuple[sz.Alphabet, Array, Array]
CURVES = {
    "no curve": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-4 * z)),
    "floor, half of the rows": lambda z: np.maximum(z, np.quantile(z, 0.5)),
    "floor, three quarters": lambda z: np.maximum(z, np.quantile(z, 0.75)),
    "ceiling, three quarters": lambda z: np.minimum(z, np.quantile(z, 0.25)),
}
NOISE = 0.01  # of the variance
# Shares of the variance that may be left by ours, of the rows fitted.
MOST = {"ParD3 with ParE3": 0.048, "ParD3 with ParE2": 0.043, "GB1": 0.216}
GFP = "protein/avgfp_sarkisyan2016.csv.gz"


def planted(count: int, n: int, seed: int) -> tuple[Array, Array]:
    """Return random DNA and a sum of letter effects of variance 1."""
    codes = sz.DNA.random(count, n, seed=seed)
    z = np.random.default_rng(seed).normal(size=(n, 4))[np.arange(n), codes].sum(axis=1)
    return codes, (z - z.mean()) / z.std()


def noisy(y: Array, seed: int) -> Array:
    """Return values with measurement noise of a share NOISE of the whole."""
    rng = np.random.default_rng(1000 + seed)
    return y + np.sqrt(NOISE / (1 - NOISE)) * y.std() * rng.normal(size=len(y))


def measured_gfp() -> Rows:
    """Return all variants of the scan without a stop, and their log10 brightness."""
    with gzip.open(sz.data.path(GFP), "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if "*" not in row["variant"]]
    codes = np.repeat(sz.PROTEIN.encode([GFP_WILD_TYPE]), len(rows), axis=0)
    for number, row in enumerate(rows):
        for change in row["variant"].split(","):
            codes[number, int(change[1:-1]) + 1] = sz.PROTEIN.letters.index(change[-1])
    return sz.PROTEIN, codes, np.array([float(row["score"]) for row in rows])


def landscapes() -> Iterator[tuple[str, Rows]]:
    """Yield a name, and alphabet, codes and values."""
    for name, curve in CURVES.items():
        codes, z = planted(3000, 8, 0)
        yield f"planted: {name}", (sz.DNA, codes, noisy(curve(z), 0))
    for name, model in (("ParD3 with ParE3", "pard3-pare3"), ("ParD3 with ParE2", "pard3-pare2")):
        table = sz.models.protein(model).table
        yield name, (sz.PROTEIN, sz.PROTEIN.all_sequences(3), table.ravel())
    table = sz.models.protein("gb1").table
    yield "GB1", (sz.PROTEIN, sz.PROTEIN.all_sequences(4), table.ravel())
    if sz.data.available(GFP):
        yield "GFP, measured", measured_gfp()


def transformed(rows: Rows) -> tuple[float, float]:
    """Return what a power and what the best increasing transform of the response leave."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.preprocessing import PowerTransformer

    alphabet, codes, y = rows
    design = Design(sz.Letters.from_sequences(codes, alphabet))
    matrix, penalty, ones = design.matrix(codes), design.penalty(), np.ones(len(y))

    def added(t: Array) -> Array:
        theta, intercept = linear_fit(matrix, t, ones, penalty)
        return matrix @ theta + intercept

    def left(t: Array) -> float:
        return float(((t - added(t)) ** 2).mean() / t.var())

    power = PowerTransformer().fit_transform(y[:, None]).ravel()
    best = (y - y.mean()) / y.std()
    for _ in range(20):
        best = IsotonicRegression().fit_transform(y, added(best))
        best = (best - best.mean()) / best.std()
    return left(power), left(best)


def mavenn(rows: Rows) -> float | None:
    """Return the share that MAVE-NN leaves of the rows it did not fit, or None without it."""
    python = os.environ.get("SHAPZERO_LITE_MAVENN")
    alphabet, codes, y = rows
    # Its time grows with rows and letters: what would take an hour is left out.
    if not python or codes.size > 100_000:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "rows.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(zip(alphabet.decode(codes), y.tolist(), strict=True))
        script = Path(__file__).with_name("mavenn_peer.py")
        said = subprocess.run(
            [python, str(script), str(table), "".join(alphabet.letters)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(said.stdout.split()[-1])


def main() -> int:
    """Measure and publish."""
    table, claims = [], []
    for name, rows in landscapes():
        alphabet, codes, y = rows
        start = clock()
        fit = fit_global_epistasis(codes, y, alphabet)
        took = clock() - start
        shares, ours = fit.shares, fit.shares["specific"]
        fitted = float(((y - fit(codes)) ** 2).mean() / y.var())
        power, best = transformed(rows)
        peer = mavenn(rows)
        table.append(
            [name, f"{len(y):,}", f"{1 - shares['additive']:.1%}", f"{power:.1%}", f"{best:.1%}",
             f"**{fitted:.1%}**", "" if peer is None else f"{peer:.1%}", f"**{ours:.1%}**",
             seconds(took)]
        )  # fmt: skip
        most = MOST.get(name, 0.02 + NOISE if name.startswith("planted") else 1.0)
        if most < 1:
            claims.append((f"{name}: at most {most:.1%} left", f"{fitted:.1%}", fitted <= most))
        print(*table[-1], sep="  ", file=sys.stderr, flush=True)
    headings = [
        "landscape", "rows", "letters add up, as measured", "response, power",
        "response, best increasing", "ours", "MAVE-NN, other rows", "ours, other rows",
        "ours, time",
    ]  # fmt: skip
    parts = [
        f"Share of the variance that is left (of the planted ones, noise is {NOISE:.0%}):",
        markdown(headings, table),
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
