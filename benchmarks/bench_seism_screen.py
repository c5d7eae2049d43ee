"""SEISM on a measured screen of Cas13d guides, whose windows overlap: which words, how sure?

python benchmarks/bench_seism_screen.py [--write]    needs guide_rna/ of the reference data
"""

import sys
import warnings
from collections import Counter

from guide_screen import SCREEN, chains, read_screen, stretches
from tables import markdown, publish

# isort: split
import numpy as np

import shapzero_lite as sz
from shapzero_lite import seism

GUIDES, K, STATES = 400, 4, 199
DRAWS, SHIFTS, FAR = 12, 60, 200  # windows that the phenotype is moved by, at least
APART = 20  # windows from one to the next where most are left out
THIN = f"one window in {APART}"
LEVEL = 0.05

Array = np.ndarray


def first(codes: Array, y: Array, groups: Array | None, states: int) -> tuple[str, bool, float]:
    """Return the first motif, whether knock-down rises with it, and its p-value."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # windows that overlap are what this is about
        chosen = seism.select(codes, y, 1, K, groups=groups, null="gaussian")
    phi = chosen.activations[0] - chosen.base @ (chosen.base.T @ chosen.activations[0])
    return chosen.consensus[0], bool(phi @ chosen.y > 0), float(seism.p_values(chosen, states)[0])


def rows_of(arm: str, count: int, seed: int) -> Array:
    """Return which of ``count`` windows are tested."""
    if arm == THIN:
        return np.arange(seed % APART, count, APART)
    return np.sort(np.random.default_rng(seed).choice(count, GUIDES, replace=False))


def row(gene: str, arm: str, codes: Array, y: Array, groups: Array | None) -> list[object]:
    """Return a line of the first table: the words of several draws, and of all guides."""
    drawn: Counter[str] = Counter()
    small = 0
    for seed in range(DRAWS):
        rows = rows_of(arm, len(y), seed)
        word, rises, p = first(codes[rows], y[rows], _of(groups, rows), STATES)
        drawn[word + (" rises" if rises else " falls")] += 1
        small += p <= LEVEL
    common = ", ".join(f"{name} {count}" for name, count in drawn.most_common(3))
    cells: list[object] = [gene, arm, len(rows), common, f"{small} of {DRAWS}"]
    if arm == THIN:
        return [*cells, ""]
    word, rises, p = first(codes, y, groups, STATES)
    return [*cells, f"{word} {'rises' if rises else 'falls'}, p = {p:.3f}"]


def false_alarms(arm: str, codes: Array, y: Array, groups: Array | None) -> int:
    """Return how many of SHIFTS phenotypes moved along the transcript give p <= 5 %.

    What neighbours share stays, and what any word has to do with it does not.
    """
    rng, alarms = np.random.default_rng(1), 0
    for seed in range(SHIFTS):
        rows = rows_of(arm, len(y), 1000 + seed)
        moved = np.roll(y, rng.integers(FAR, len(y) - FAR))[rows]
        alarms += first(codes[rows], moved, _of(groups, rows), 19)[2] <= LEVEL
    return alarms


def _of(groups: Array | None, rows: Array) -> Array | None:
    return None if groups is None else groups[rows]


def main() -> int:
    """Measure and publish."""
    if not sz.data.available(SCREEN):
        print(f"skipped: {SCREEN} is not here (see data/README.md)", file=sys.stderr)
        return 0
    rows, controls = [], []
    for gene, (windows, efficacy) in read_screen(sz.data.path(SCREEN)).items():
        order = np.concatenate(chains(windows))  # the file is in the order of the measurements
        codes, y = windows[order], efficacy[order]
        arms = {"none": None, "groups: stretches of 50": stretches(codes), THIN: None}
        for arm, groups in arms.items():
            rows.append(row(gene, arm, codes, y, groups))
            alarms = false_alarms(arm, codes, y, groups)
            controls.append([gene, arm, SHIFTS, f"{100 * alarms / SHIFTS:.0f} %"])
            print(*rows[-1], *controls[-1], file=sys.stderr, flush=True)
    headings = ["gene", "against overlap", "guides", f"words of {DRAWS} draws, and knock-down",
                "p ≤ 5 %", "all guides"]  # fmt: skip
    parts = [
        markdown(headings, rows),
        "The same test where knock-down was moved along the transcript: false alarms.",
        markdown(["gene", "against overlap", "shifts", "≤ 5 %"], controls),
    ]
    return publish(__file__, parts, [])


if __name__ == "__main__":
    sys.exit(main())
