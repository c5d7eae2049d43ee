"""What ``method="auto"`` ends with, beside every method that it chooses from, at the same budget.

    python benchmarks/bench_auto.py PART [--keep FILE] [--write]

PART: "sparse" (seconds), "noisy", "models", "regulatory-40", "-100", "-200" or "gfp" (a network is
trained twice for each function: minutes, for GFP and long sequences ten and more). R² is that on
fresh sequences (of a distilled sketch, the network's). q-SFT is for uniform letters. An R² above
0.99 leaves nothing to lose: only samples are then run beside it. --keep: what is in the file is
not run again, and each sketch is added as it ends.
"""

import argparse
import sys
from functools import partial

from kept import Kept
from tables import clock, markdown, publish, random_spectrum, seconds

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite.models import GFP_WILD_TYPE, _gfp

# What auto may lose.
MOST_LOST = 0.01
FRESH, SEED = 5_000, 1

PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--keep", help="a file of results: a run that was stopped goes on")

Array = np.ndarray
Model = object


class Of:
    """A model of a function, with its n and alphabet."""

    def __init__(self, function: object, n: int, alphabet: sz.Alphabet = sz.DNA) -> None:
        self.function, self.n, self.alphabet = function, n, alphabet

    def __call__(self, codes: Array) -> Array:
        """Return the answers (N,)."""
        return self.function(codes)


def planted(n: int, waves: int, order: int, alphabet: sz.Alphabet = sz.DNA) -> sz.Spectrum:
    """Return a real spectrum of ``waves`` waves of one order, variance 1."""
    found = random_spectrum(alphabet, n, 2 * waves, order, SEED, symmetric=True)
    return (1 / np.sqrt((np.abs(found.coefficients) ** 2).sum())) * found


def hashed(codes: Array) -> Array:
    """Return a patternless number of variance about 1 for every sequence."""
    mixed = codes.astype(np.int64) @ (7 ** np.arange(codes.shape[1], dtype=np.int64))
    return np.sqrt(2) * np.sin(np.abs(mixed).astype(float) ** 1.5)


def forest() -> Of:
    """Return a random forest that learnt 3,000 values of a planted spectrum of 14 letters."""
    from sklearn.ensemble import RandomForestRegressor

    codes = sz.DNA.random(3000, 14, seed=0)
    one_hot = np.eye(4)
    made = RandomForestRegressor(60, min_samples_leaf=3, random_state=0)
    made.fit(one_hot[codes].reshape(len(codes), -1), sz.models.toy(n=14, terms=30, seed=2)(codes))
    return Of(lambda x: made.predict(one_hot[x].reshape(len(x), -1)), 14)


def sparse() -> list[tuple[str, object, int, sz.Letters | None]]:
    """Return functions with few waves: name, model, budget, letters."""
    pairs, high = planted(20, 40, 2), planted(20, 20, 8)
    return [
        ("toy, 40 waves up to order 4", sz.models.toy(n=12, terms=40, max_order=4), 5_000, None),
        ("planted, 40 waves of order 10", Of(planted(20, 40, 10).evaluate, 20), 20_000, None),
        ("half pairs, half order 8", Of(lambda x: pairs.evaluate(x) + high.evaluate(x), 20),
         20_000, None),
        ("parity of eight letters", Of(planted(20, 1, 8).evaluate, 20), 10_000, None),
    ]  # fmt: skip


def noisy() -> list[tuple[str, object, int, sz.Letters | None]]:
    """Return a function of which a fifth is noise."""
    high = planted(20, 20, 8)
    model = Of(lambda x: high.evaluate(x) + hashed(x) / 2, 20)
    return [("order 8, a fifth noise", model, 20_000, None)]


def models() -> list[tuple[str, object, int, sz.Letters | None]]:
    """Return the shipped models of DNA and RNA, and a forest."""
    return [
        ("guide", sz.models.guide_rna(), 6_000, None),
        ("repair", sz.models.dna_repair(), 6_000, None),
        ("random forest", forest(), 6_000, None),
    ]


def gfp() -> list[tuple[str, object, int, sz.Letters | None]]:
    """Return the shipped model of GFP around its wild type."""
    model = _gfp.read_brightness(sz.data.path("gfp_effects.npz"))
    around = sz.Letters.around(GFP_WILD_TYPE, rate=0.015, alphabet=sz.PROTEIN)
    return [("GFP around its wild type", model, 12_000, around)]


def regulatory(n: int) -> list[tuple[str, object, int, sz.Letters | None]]:
    """Return the regulatory function of ``n`` letters."""
    from regulatory import Regulatory

    return [(f"regulatory, n = {n}", Regulatory(n), 10_000, None)]


PARTS = {"sparse": sparse, "noisy": noisy, "models": models, "gfp": gfp}
PARTS |= {f"regulatory-{n}": partial(regulatory, n) for n in (40, 100, 200)}


def reached(model: object, budget: int, letters: sz.Letters | None, method: str) -> tuple:
    """Return R² on fresh sequences, the method that was kept, and the seconds."""
    begun = clock()
    made = sz.sketch(
        model, model.n, model.alphabet, budget, method, SEED, letters=letters, progress=False
    )
    taken = clock() - begun
    meant = letters or sz.Letters.uniform(model.n, model.alphabet)
    codes = meant.draw(FRESH, np.random.default_rng(10**6))
    truth, answers = model(codes), made.network or made.spectrum.evaluate
    return float(1 - ((truth - answers(codes)) ** 2).mean() / truth.var()), made.method, taken


def kept_of(results: Kept, case: tuple, method: str) -> tuple:
    """Return ``reached`` of one of the functions, from the file where it is there."""
    name, model, budget, letters = case
    return results.of([name, budget, method], partial(reached, model, budget, letters, method))


def main(part: str) -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    results, rows, lost = Kept(KNOWN.keep, [FRESH, SEED]), [], {}
    for case in PARTS[part]():
        name, _, budget, letters = case
        run = partial(kept_of, results, case)
        r2, kept, taken = run("auto")
        others = ["samples"]
        if r2 <= 1 - MOST_LOST:
            others += ["distil"] if letters else ["distil", "qsft"]
        found = {method: run(method)[0] for method in others}
        lost[name] = max(found.values()) - r2
        cells = [f"{found[m]:.3f}" if m in found else "–" for m in ("samples", "distil", "qsft")]
        rows.append([name, f"{budget:,}", *cells, f"{r2:.3f}", kept, seconds(taken)])
        print(rows[-1], file=sys.stderr, flush=True)
    headings = ["function", "budget", "samples", "distil", "q-SFT", "auto", "kept", "auto took"]
    worst = max(lost, key=lost.__getitem__)
    claims = [
        (f"auto at most {MOST_LOST} below the best of them", f"{lost[worst]:+.3f} ({worst})",
         lost[worst] <= MOST_LOST),
    ]  # fmt: skip
    return publish(f"bench_auto_{part}", [markdown(headings, rows)], claims)


if __name__ == "__main__":
    KNOWN, sys.argv[1:] = PARSER.parse_known_args()
    if len(sys.argv) < 2 or sys.argv[1] not in PARTS:
        sys.exit(f"say which part: {', '.join(PARTS)}")
    sys.exit(main(sys.argv.pop(1)))
