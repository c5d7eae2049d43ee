"""Where entropy is blind: every position uniform, letters that depend on others. Which pairs?

    python benchmarks/bench_gama_pairs.py [--draws 2] [--write]

An LSTM and a transformer learn sequences in which one letter copies another, is of its class, or
has the parity of two others, over 4 and 20 letters; scores of pairs are ranked, beside mutual
information and a Potts model, which need no network.
"""

import argparse
import sys
from itertools import product

from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite import gama
from shapzero_lite.gama import couplings, planted_pairs, synthetic

PARSER = argparse.ArgumentParser(add_help=False)
PARSER.add_argument("--draws", type=int, default=1, help="positions, sequences and networks")
KNOWN, sys.argv[1:] = PARSER.parse_known_args()
DRAWS = KNOWN.draws
LENGTH, SEQUENCES, SHARE, ATTRIBUTED, STEPS = 10, 10_000, 0.9, 200, 10
PLACES = {"copy": [(3, 6), (5, 9)], "class": [(2, 5), (6, 8)], "parity": [(3, 5, 6), (5, 7, 9)]}
TRAINING = {
    "LSTM": {"learning_rate": 0.01, "batch": 128, "epochs": 16, "patience": 16},
    "transformer": {"learning_rate": 0.003, "batch": 64, "epochs": 8},
}
FORMS = ("resampling", "gain", "published")
WITHOUT = {
    "mutual information": couplings.mutual_information,
    "Potts": couplings.potts,
}


def pairs_of(form: str, matrix: np.ndarray) -> np.ndarray:
    """Return a score (L, L) of pairs, the later position first.

    The published form's output j predicts token j + 1; the rows of the others are of token t.
    """
    return np.abs(matrix[:-2, 1:-1] if form == "published" else matrix[1:-1, 1:-1])


def case(rule: str, q: int, draw: int) -> tuple[dict, dict]:
    """Return the ranks of the planted pairs by method, and the nats learned by network."""
    alphabet = {4: sz.DNA, 20: sz.PROTEIN}[q]
    positions = PLACES[rule][draw % 2]
    codes = planted_pairs.coupled(
        rule, positions, SHARE, SEQUENCES, length=LENGTH, alphabet=alphabet, seed=draw
    )
    ranks = {name: planted_pairs.rank(f(codes, alphabet), positions) for name, f in WITHOUT.items()}
    # Of single positions only: a pair is as good as its positions are conserved.
    low = -synthetic.entropy(codes, alphabet)
    ranks["low entropy"] = planted_pairs.rank(low[:, None] + low, positions)
    learned = {}
    for network, how in TRAINING.items():
        model = None
        if network == "transformer":
            model = gama.transformer(LENGTH, alphabet=alphabet, seed=draw)
        # Most of all sequences of 10 nucleotides have a neighbour among 10,000.
        fit = gama.train(codes, model=model, alphabet=alphabet, split="random", seed=draw, **how)
        learned[network] = fit.over_counting[0]
        for form in FORMS:
            matrix = gama.score(
                fit.model,
                fit.reference,
                fit.heldout[:ATTRIBUTED],
                STEPS,
                form=form,
                rule="gauss",
                alphabet=alphabet,
            )
            ranks[network, form] = planted_pairs.rank(pairs_of(form, matrix), positions)
    return ranks, learned


def main() -> int:
    """Run all cases, and publish."""
    rows, found = [], {}
    for rule, q in product(PLACES, (4, 20)):
        alphabet = {4: sz.DNA, 20: sz.PROTEIN}[q]
        done = [case(rule, q, draw) for draw in range(DRAWS)]
        found[rule, q] = [ranks for ranks, _ in done]

        def cell(name: object, done: list = done) -> str:
            return ", ".join(str(ranks[name]) for ranks, _ in done)

        cells = [cell((network, form)) for network in TRAINING for form in FORMS]
        nats = [", ".join(f"{learned[n]:.2f}" for _, learned in done) for n in TRAINING]
        there = planted_pairs.dependence(rule, SHARE, alphabet)
        rows.append([rule, q, f"{there:.2f}", *nats, *cells, *map(cell, [*WITHOUT, "low entropy"])])
        print(*rows[-1], file=sys.stderr, flush=True)
    headings = ["rule", "letters", "nats there", *(f"learned, {name}" for name in TRAINING)]
    headings += [f"{form}, {network}" for network in TRAINING for form in FORMS]
    table = markdown([*headings, *WITHOUT, "low entropy"], rows)
    worst = {
        form: max(ranks["transformer", form] for cases in found.values() for ranks in cases)
        for form in FORMS
    }
    by_pairs = [min(r[name] for name in WITHOUT) for q in (4, 20) for r in found["parity", q]]
    claims = [
        (
            "resampling of a transformer ranks every planted pair first or second",
            f"worst ranks: {', '.join(f'{form} {rank}' for form, rank in worst.items())}",
            worst["resampling"] <= 2,
        ),
        (
            "counting pairs does not find parity: best rank of the two above 2",
            ", ".join(map(str, by_pairs)),
            min(by_pairs) > 2,
        ),
    ]
    text = (
        f"Rank of the weakest planted pair among the {LENGTH * (LENGTH - 1) // 2} pairs (1: all "
        f"planted pairs first), {SEQUENCES:,} sequences of {LENGTH} letters, of which "
        f"{SHARE:.0%} obey; positions "
        + "; ".join(f"{rule} {', '.join(map(str, PLACES[rule][:DRAWS]))}" for rule in PLACES)
        + ". Learned: held-out nats over counting."
    )
    return publish(__file__, [text, table], claims)


if __name__ == "__main__":
    sys.exit(main())
