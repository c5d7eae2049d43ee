"""SEISM where a phenotype has two values: false alarms, and power beside max-T, like with like.

    python benchmarks/bench_seism_two_values.py [--nulls N] [--power N] [--keep PREFIX] [--write]

--keep: results go into files of these names, and a run that was stopped goes on.
"""

import argparse
import sys
from functools import partial

from kept import Kept
from seism_repetitions import error_rates, repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.seism.selection import best_atoms
from shapzero_lite.seism.stepwise import standardised, stepwise

LEVEL, PLANTED, PERCENT = 0.05, "TACGA", (50, 20, 10, 5)
FEW, STATES = 19, 99  # of the walk, under the null and where a word is planted
TRIES, CHUNK = 20_000, 2000
TRIED = (50,)  # % cases: 140 tries select the same word; with 20 % some 30, too few for p <= 5 %
COLUMNS = (
    "this word, swaps", "this word, tries", "some word, swaps", "some word, max-T",
    "this word, ranks, ties broken", "score, this word", "score, some word",
)  # fmt: skip


def null(seed: int) -> tuple[float, ...]:
    """Return p of the first of words of 4 letters; 60 sequences, each share of cases, at random."""
    rng = np.random.default_rng([22, seed])
    codes = rng.integers(0, 4, (60, 30)).astype(np.uint8)
    place = rng.permutation(60)
    candidates, anywhere = seism.dictionary(codes, 4), np.zeros(60, int)
    return tuple(
        float(seism.p_values(stepwise(candidates, y, 1, blocks=anywhere), FEW, seed)[0])
        for y in (place < round(60 * percent / 100) for percent in PERCENT)
    )


def by_tries(chosen: seism.Selection, seed: int) -> tuple[float, float, float]:
    """Return p of the selected word among permutations that select it too, without any walk.

    And the scores (r squared) that one in 20 of those exceeds, and one in 20 of all permutations.
    """
    rng, y = np.random.default_rng([57, seed]), standardised(chosen.y).astype(np.float32)
    roots, residual = best_atoms(chosen.candidates, y, chosen.base)
    rows = (residual * chosen.candidates.weights(residual)[:, None]).astype(np.float32)
    scores, words = [], []
    for _ in range(TRIES // CHUNK):
        x = np.abs(rows @ rng.permuted(np.tile(y, (CHUNK, 1)), axis=1).T)
        scores.append(x.max(axis=0))
        words.append((x >= scores[-1] * (1 - 1e-5)).argmax(axis=0))  # the first of equal ones
    every, word = np.concatenate(scores), chosen.candidates.labels == chosen.labels[0]
    own = every[np.concatenate(words) == np.flatnonzero(word)]
    p = (1 + (own >= roots.max() * (1 - 1e-5)).sum()) / (1 + len(own))
    least = [np.quantile(x, 1 - LEVEL) ** 2 if len(x) else np.nan for x in (own, every)]
    return float(p), float(least[0]), float(least[1])


def planted(seed: int, cases: float) -> tuple[float, ...]:
    """Return p of TACGA, planted in 100 sequences with an effect of half the noise.

    Of the selected word by swaps and by tries; of *some word matters* by swaps, all words in one
    cell, and by max-T; of the selected word by ranks, ties broken. Then the scores of by_tries.
    """
    codes, y = seism.planted(100, 0.5, seed=[53, seed], motif=PLANTED)
    y = (y > np.quantile(y, 1 - cases)).astype(float)
    chosen = seism.select(codes, y, 1, 5)
    in_one = seism.select(codes, y, 1, 5, resolved=0)
    broken = seism.select(codes, y, 1, 5, null="gaussian", seed=seed)
    tried, *scores = by_tries(chosen, seed)
    p = [float(seism.p_values(one, STATES, seed)[0]) for one in (chosen, in_one, broken)]
    most = seism.max_t_p_value(chosen.candidates, y, STATES, seed)
    return p[0], tried, p[1], most, p[2], *scores


def main() -> int:
    """Measure and publish."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--nulls", type=int, default=2000, help="data sets of noise")
    parser.add_argument("--power", type=int, default=150, help="data sets with a word")
    parser.add_argument("--keep", help="files of results")
    known, sys.argv[1:] = parser.parse_known_args()

    def kept(name: str, *settings: object) -> Kept:
        return Kept(known.keep and f"{known.keep}_{name}.jsonl", settings)

    nulls, power, claims = [], [], []
    columns = np.array(repeated(null, known.nulls, kept=kept("null", FEW))).T
    for percent, p in zip(PERCENT, columns, strict=True):
        _, share, low, high = error_rates(p, (LEVEL,))[0]
        between = f"{100 * low:.2f} to {100 * high:.2f} %"
        nulls.append([f"{percent} % cases", f"{len(p):,}", f"{100 * share:.2f} %", between])
        what = f"{percent} % cases: false alarms at 5% in the exact binomial 99.9 % interval"
        claims.append((what, f"{100 * share:.2f} % in {between}", low <= share <= high))
    for percent in PERCENT[:2]:
        run = partial(planted, cases=percent / 100)
        store = kept(f"power_{percent}", STATES, TRIES)
        found = np.array(repeated(run, known.power, kept=store), float)
        share, scores = (found[:, :5] <= LEVEL).mean(axis=0), np.nanmedian(found[:, 5:], axis=0)
        cells = [*(f"{v:.2f}" for v in share), *(f"{v:.3f}" for v in scores)]
        some, most = share[2:4]
        claims.append((
            f"{percent} % cases, some word: swaps at most 0.05 below max-T",
            f"{some:.2f} and {most:.2f}", bool(some >= most - 0.05),
        ))  # fmt: skip
        if percent in TRIED:
            claims.append((
                f"{percent} % cases, this word: swaps at most 0.05 below tries",
                cells[0] + " and " + cells[1], bool(share[0] >= share[1] - 0.05),
            ))  # fmt: skip
        else:
            cells[1] = cells[5] = "too few"
        power.append([f"{percent} % cases", *cells])
    parts = [
        "Under the null:",
        markdown(["phenotype", "repetitions", "≤ 5 %", "99.9 % interval"], nulls),
        (
            f"A planted motif, effect 0.5, share of p ≤ 5 % in {known.power} repetitions, and the "
            "score that p ≤ 5 % takes (median):"
        ),
        markdown(["phenotype", *COLUMNS], power),
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
