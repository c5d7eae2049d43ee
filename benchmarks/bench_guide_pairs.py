"""Pairs of the guide-RNA sketch against a fair baseline, and what equal neighbours do in cells.

    python benchmarks/bench_guide_pairs.py [--write]     (SHAPZERO_LITE_DATA: the reference data)

The sketch's pairs explain more of a held-out gene's measurements than a ridge on letters does
(bench_guide_case). But a ridge may have pairs, too. Here it gets the letters, the pairs of
neighbouring positions, and the composition of the window: how often each letter occurs, and the
products of these counts. Penalties are chosen by transfer between the two other genes. Then the
reading that equal neighbours are bad because windows of low complexity are: what the letters of a
gene leave unexplained of its own measurements, against the number of equal neighbours.
"""

import sys

from tables import markdown, publish

# isort: split
import numpy as np
from guide_screen import DRAWS, SKETCH, part_of, stretches
from make_guide_cnn import SCREEN, fit_network, pearson, read_screen, standardised

import shapzero_lite as sz
from shapzero_lite.models import GuideModel

PENALTIES = (10, 30, 100, 300, 1_000, 3_000)
OWN = 100  # penalty of the letters' fit to a gene itself

LEFT = """\
Number of equal neighbours in a window, correlated with the gene's measurements and with what its
own letters leave unexplained:"""

Array = np.ndarray


def letters(codes: Array) -> Array:
    """Return the letters as indicators, (N, 4 n)."""
    return np.eye(4)[codes].reshape(len(codes), -1)


def neighbours(codes: Array) -> Array:
    """Return the pairs of neighbouring letters as indicators, (N, 16 (n - 1))."""
    return np.eye(16)[codes[:, :-1] * 4 + codes[:, 1:]].reshape(len(codes), -1)


def composition(codes: Array) -> Array:
    """Return the counts of the letters and the products of two of them, (N, 14), to scale."""
    counts = np.eye(4)[codes].sum(axis=1)
    first, second = np.triu_indices(4)
    both = np.hstack([counts, counts[:, first] * counts[:, second]])
    return (both - both.mean(axis=0)) / both.std(axis=0)


KINDS = {
    "ridge on letters": (letters,),
    "and neighbouring pairs": (letters, neighbours),
    "and composition": (letters, neighbours, composition),
}


def ridge(X: Array, y: Array, fresh: Array, penalty: float) -> Array:
    """Return the predictions of a ridge regression with a free constant."""
    mean = X.mean(axis=0)
    A = X - mean
    weights = np.linalg.solve(A.T @ A + penalty * np.eye(A.shape[1]), A.T @ (y - y.mean()))
    return (fresh - mean) @ weights + y.mean()


def transferred(X: dict[str, Array], y: dict[str, Array], gene: str) -> Array:
    """Return the held-out gene's predictions; the penalty is chosen on the two other genes."""
    others = [name for name in X if name != gene]
    quality = [
        sum(pearson(ridge(X[a], y[a], X[b], penalty), y[b]) for a, b in (others, reversed(others)))
        for penalty in PENALTIES
    ]
    whole = np.vstack([X[name] for name in others]), np.hstack([y[name] for name in others])
    return ridge(*whole, X[gene], PENALTIES[int(np.argmax(quality))])


def main() -> int:
    """Measure, and publish."""
    import torch

    torch.set_num_threads(1)
    screen = read_screen(sz.data.path(SCREEN))
    chosen = sz.models.guide_rna().provenance["leave_one_gene_out"]["network"]
    y = {gene: standardised(efficacy) for gene, (_, efficacy) in screen.items()}
    tables: dict[str, dict[str, Array]] = {
        kind: {gene: np.hstack([make(x) for make in makes]) for gene, (x, _) in screen.items()}
        for kind, makes in KINDS.items()
    }
    rows, equal, gains, falls = [], [], [], []
    for gene, (codes, _) in screen.items():
        others = [name for name in screen if name != gene]
        fitted = np.vstack([screen[g][0] for g in others]), np.hstack([y[g] for g in others])
        setting = {key: chosen[gene][key] for key in ("epochs", "dropout")}
        model = GuideModel(fit_network(*fitted, **setting, seed=0), {})
        spectrum = sz.sketch(model, budget=SKETCH, method="samples", progress=False).spectrum
        guesses = {kind: transferred(X, y, gene) for kind, X in tables.items()}
        guesses["sketch, letters"] = part_of(spectrum, 1).evaluate(codes)
        guesses["sketch, and pairs"] = part_of(spectrum, 2).evaluate(codes)
        number = stretches(codes)
        count = number.max() + 1
        drawn = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), DRAWS)
        times = [np.repeat(np.arange(len(codes)), draw[number]) for draw in drawn]
        best, ours = guesses["and composition"], guesses["sketch, and pairs"]
        differences = [
            pearson(ours[t], y[gene][t]) ** 2 - pearson(best[t], y[gene][t]) ** 2 for t in times
        ]
        gains.append(np.quantile(differences, [0.025, 0.975]))
        shares = [f"{pearson(guess, y[gene]) ** 2:.3f}" for guess in guesses.values()]
        rows.append([gene, *shares, "{:+.3f} to {:+.3f}".format(*gains[-1])])

        own = ridge(letters(codes), y[gene], letters(codes), OWN)
        same = (codes[:, 1:] == codes[:, :-1]).sum(axis=1)
        falls.append(pearson(same, y[gene] - own))
        some = [pearson(same[t], (y[gene] - own)[t]) for t in times]
        low, high = np.quantile(some, [0.025, 0.975])
        equal.append([gene, f"{pearson(same, y[gene]):.2f}", f"{falls[-1]:.2f}",
                      f"{low:.2f} to {high:.2f}"])  # fmt: skip
    headings = ["held-out gene", *guesses, "sketch's pairs less the last ridge (95 %)"]
    parts = [
        "Share of the measured variance that is explained (squared correlation), held out by gene:",
        markdown(headings, rows),
        LEFT,
        markdown(["gene", "measurements", "left by letters", "95 %"], equal),
    ]
    shares = [(float(row[3]), float(row[5])) for row in rows]
    claims = [
        ("the sketch's pairs explain at least as much as the fair ridge, in every gene",
         ", ".join(f"{ours:.3f} and {fair:.3f}" for fair, ours in shares),
         all(ours >= fair for fair, ours in shares)),
        ("more equal neighbours, weaker than the letters say, in every gene",
         ", ".join(f"{r:.2f}" for r in falls), max(falls) < 0),
    ]  # fmt: skip
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
