"""What the verdict of an analysis is worth: values of the sequences asked for, by eight models.

    python benchmarks/bench_verdict.py [--keep FILE [--only NAME]] [--write]

Eight kinds of models, sketches of one to four budgets and two seeds each, judged as lesson 13
does: by R² and by what the sketch misses on the sequences asked for. Those are the best variants,
the mutants of a wild type, or windows of EGFP, and not random ones. The truth is exact where all
sequences can be asked or the function is known; else from long paired walks around the best sketch,
as in bench_intervals.py. Of the noisy network it is that of its mean. With --keep a run that was
stopped goes on; --only then runs the models of that name alone, beside what is kept.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from itertools import product

from kept import Kept
from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.models import GFP_WILD_TYPE, _gfp
from shapzero_lite.models.encodings import encoded
from shapzero_lite.report.verdict import judge
from shapzero_lite.sketching.trust import ALONE, MEANS
from shapzero_lite.spectra import CurvedSum, Decomposition
from shapzero_lite.spectra.curve import Curve

ASKED_FOR, WALKS, SEEDS = 20, 10_000, (0, 1)
# What the two labels promise, of the values of single sequences and of mean |value| by position,
# and in which share of the runs.
HIGH, SHARE = 0.9, 0.95
SOME = 500, 1_000, 4_000, 16_000
PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--keep", help="a file of results: a run that was stopped goes on")
PARSER.add_argument("--only", default="", help="what the name of a model begins with")

Model = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Case:
    """A model, the sequences asked for, their true values."""

    model: Model
    codes: np.ndarray
    truth: np.ndarray
    alphabet: sz.Alphabet = sz.DNA
    letters: sz.Letters | None = None
    error: float = 0.0  # of the truth, in units of a typical value


def best(model: Model, alphabet: sz.Alphabet, n: int) -> np.ndarray:
    """Return the sequences with the highest answers, of all or of 50,000 random ones."""
    codes = alphabet.all_sequences(n) if alphabet.q**n <= 300_000 else alphabet.random(50_000, n, 7)
    return codes[np.argsort(-model(codes), kind="stable")[:ASKED_FOR]]


def windows(model: Model) -> Case:
    """Return a case of EGFP's windows, whose truth is from long walks."""
    text = next(iter(sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()))
    starts = np.linspace(0, len(text) - model.n, ASKED_FOR).astype(int)
    codes = model.alphabet.encode([text[s : s + model.n] for s in starts])
    known = sz.sketch(model, budget=60_000, method="samples", seed=9, progress=False)
    paid = sz.Explainer(known).explain(codes, model=model, extra=WALKS)
    error = float(np.sqrt((paid.standard_error**2).mean() / (paid.values**2).mean()))
    return Case(model, codes, paid.values, model.alphabet, error=error)


def tabled(model: Model, alphabet: sz.Alphabet, n: int, asked: Model | None = None) -> Case:
    """Return a case of the best variants of all, whose truth is exact; ``asked``: with noise."""
    values = model(alphabet.all_sequences(n)).reshape((alphabet.q,) * n)
    codes = best(model, alphabet, n)
    truth = sz.shapley_values(sz.Spectrum.from_values(values, alphabet), codes)
    return Case(asked or model, codes, truth, alphabet)


def gfp() -> Case:
    """Return GFP around its wild type, of which single mutants are asked for."""
    model = _gfp.read_brightness(sz.data.path("gfp_effects.npz"))
    letters = sz.Letters.around(GFP_WILD_TYPE, rate=3.5 / 238)
    rng = np.random.default_rng(5)
    codes = np.repeat(sz.PROTEIN.encode([GFP_WILD_TYPE]), ASKED_FOR, axis=0)
    place = rng.permutation(238)[: ASKED_FOR - 1]
    codes[np.arange(1, ASKED_FOR), place] += rng.integers(1, 20, ASKED_FOR - 1).astype(np.uint8)
    codes %= 20
    effects = model.effects.copy()
    effects[0] += model.bias
    curve = Curve(model.low, np.array([model.high - model.low]), np.zeros(1), 1.0)
    whole = CurvedSum(curve, effects, Decomposition({}, alphabet=sz.PROTEIN, n=238,
                                                    letters=letters))  # fmt: skip
    np.testing.assert_allclose(whole.evaluate(codes), model(codes))
    truth = sz.shapley_values(whole, codes)
    return Case(model, codes, truth, sz.PROTEIN, letters)


def hot(codes: np.ndarray) -> np.ndarray:
    """Return codes one-hot, flattened."""
    return encoded(codes, 4, "one-hot-flat", float)


def forest(n: int) -> Model:
    """Return a random forest that learnt 3,000 values of a planted function."""
    from sklearn.ensemble import RandomForestRegressor

    toy, codes = sz.models.toy(n=n, terms=30, max_order=3, seed=5), sz.DNA.random(3000, n, 5)
    fitted = RandomForestRegressor(30, min_samples_leaf=3, random_state=0).fit(
        hot(codes), toy(codes)
    )
    return lambda codes: fitted.predict(hot(codes))


def network(n: int) -> Model:
    """Return a network of one hidden layer with random weights."""
    rng = np.random.default_rng(6)
    first, second = rng.normal(size=(4 * n, 24)) / np.sqrt(n), rng.normal(size=24)
    return lambda codes: np.tanh(2 * hot(codes) @ first) @ second


def noisy(model: Model, codes: np.ndarray) -> Model:
    """Return a model whose answers hold noise, as much again as half of its variance."""
    rng, size = np.random.default_rng(8), np.sqrt(model(codes).var() / 2)
    return lambda codes: model(codes) + size * rng.normal(size=len(codes))


def planted() -> Case:
    """Return sixty planted waves of 16 letters; the best of 50,000 sequences are asked for."""
    model = sz.models.toy(n=16, terms=60, max_order=4, seed=2)
    codes = best(model, sz.DNA, 16)
    return Case(model, codes, sz.shapley_values(model.spectrum, codes))


def noisy_network() -> Case:
    """Return a network with noise on its answers."""
    mean = network(9)
    return tabled(mean, sz.DNA, 9, noisy(mean, sz.DNA.random(5_000, 9, 3)))


def cases() -> dict[str, tuple[tuple[int, ...], Callable[[], Case]]]:
    """Return the eight: how large their sketches are, and what makes them, which takes time."""
    made, protein = sz.models, sz.models.protein
    return {
        "guide, 26 letters": (
            (1_000, 4_000, 10_000, 40_000), lambda: windows(made.guide_rna())),
        "repair, 40 letters": ((10_000, 40_000), lambda: windows(made.dna_repair())),
        "GFP around its wild type": ((10_000,), gfp),
        "GB1": ((1_000, 4_000, 16_000, 60_000),
                lambda: tabled(protein("gb1"), sz.PROTEIN, 4)),
        "ParD3 with ParE3": ((400, 1_000, 2_000, 6_000),
                             lambda: tabled(protein("pard3-pare3"), sz.PROTEIN, 3)),
        "60 planted waves, 16 letters": (SOME, planted),
        "random forest, 9 letters": (SOME, lambda: tabled(forest(9), sz.DNA, 9)),
        "noisy network, 9 letters": (SOME, noisy_network),
    }  # fmt: skip


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Return Pearson's r of all entries, 0 where one side is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


def judged(
    name: str, make: Callable[[], Case], budget: int, seed: int
) -> tuple[str, list[object], float, float]:
    """Return the label of a run, its row, r of single values, r of mean |value| by position."""
    case = make()
    checked = case.codes[: budget // 20]
    made = sz.sketch(
        case.model, case.codes.shape[1], case.alphabet, budget - len(checked), "samples", seed,
        progress=False, letters=case.letters,
    )  # fmt: skip
    own = case.model(checked), made.spectrum.evaluate(checked)
    told = judge(made, regression={}, own=own, noise=0.0, queries={})
    values = sz.Explainer(made).explain(case.codes).values
    single = correlation(values, case.truth)
    mean = correlation(np.abs(values).mean(axis=0), np.abs(case.truth).mean(axis=0))
    low, high = made.r2_interval
    row = [name, f"{budget:,}", seed, f"{made.r2:.2f} ({low:.2f} to {high:.2f})",
           f"{told.own['share']:.2f}", told.label, f"{single:.2f}", f"{mean:.2f}",
           f"{case.error:.0%}" if case.error else "exact"]  # fmt: skip
    return told.label, row, single, mean


def main(keep: str | None, only: str) -> int:
    """Measure, and publish."""
    kept = Kept(keep, [ASKED_FOR, WALKS])
    rows, found = [], {ALONE: [], MEANS: []}
    for name, (budgets, make) in cases().items():
        once = cache(make)
        for budget, seed in product(budgets, SEEDS):
            condition = [name, budget, seed]
            if condition not in kept and not name.startswith(only):
                continue
            run = partial(judged, name, once, budget, seed)
            label, row, single, mean = kept.of(condition, run)
            print(*row, sep="  ", file=sys.stderr, flush=True)
            rows.append(row)
            if label in found:
                found[label].append((name, single if label == ALONE else mean))
    headings = ["model", "budget", "seed", "R² (95 % interval)", "share, asked for", "verdict",
                "r, single values", "r, mean \\|value\\| by position", "truth"]  # fmt: skip
    claims = []
    for label, what in ((ALONE, "single values correlate"), (MEANS, "mean size correlates")):
        high = [r >= HIGH for _, r in found[label]]
        kinds = len({name for name, _ in found[label]})
        said = f"{sum(high)} of {len(high)} runs, {kinds} models"
        if high:
            said += f"; {min(r for _, r in found[label]):.2f} at worst"
        claims.append((f"{label}: {what} ≥ {HIGH} in {SHARE:.0%} of the runs", said,
                       sum(high) >= SHARE * len(high)))  # fmt: skip
    return publish(__file__, [markdown(headings, rows)], claims)


if __name__ == "__main__":
    KNOWN, sys.argv[1:] = PARSER.parse_known_args()
    sys.exit(main(KNOWN.keep, KNOWN.only))
