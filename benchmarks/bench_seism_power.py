"""SEISM's power beside a data split, a permutation test of the maximum, and the truncated t.

python benchmarks/bench_seism_power.py [--write]
"""

import sys
from functools import partial

from seism_repetitions import repeated
from tables import markdown, publish

# isort: split
import numpy as np

from shapzero_lite import seism
from shapzero_lite.letters import DNA

N, K, STATES, REPETITIONS, LEVEL = 100, 5, 1000, 400, 0.05
EFFECTS = (0.0, 0.4, 0.5, 0.6)
MESH_EFFECT = 0.4  # where the number of cells is varied


def planted(effect: float, seed: int) -> tuple[str, np.ndarray, np.ndarray]:
    """Return a random motif, and sequences and a phenotype in which it matters."""
    letters = np.random.default_rng([4, seed]).integers(0, 4, (1, K)).astype(np.uint8)
    motif = DNA.decode(letters)[0]
    return motif, *seism.planted(N, effect, seed=[5, seed], motif=motif)


def one(seed: int, effect: float) -> tuple[float, ...]:
    """Return whether the motif is right, and p by walk, truncated t, split and max-T."""
    motif, codes, y = planted(effect, seed)
    chosen = seism.select(codes, y, 1, K, transform=None)
    split, p_split = seism.data_split_p_values(codes, y, 1, K, seed)
    return (
        chosen.cells[0] == motif,
        seism.p_values(chosen, STATES, seed)[0],
        seism.line_p_values(chosen)[0],
        split[0] == motif,
        p_split[0],
        seism.max_t_p_value(chosen.candidates, y, STATES - 1, seed),
    )


def by_mesh(seed: int, resolved: int) -> tuple[float, float]:
    """Return the number of cells, and p of the best atom, when cells are told by a few columns."""
    _, codes, y = planted(MESH_EFFECT, seed)
    chosen = seism.select(codes, y, 1, K, resolved=resolved, transform=None)
    cells = float(len(chosen.candidates.cells))
    return cells, seism.p_values(chosen, STATES, seed, statistic="best")[0]


def main() -> int:
    """Measure and publish."""
    rows, power, right = [], {}, {}
    for effect in EFFECTS:
        found = np.array(repeated(partial(one, effect=effect), REPETITIONS), float)
        p = found[:, [1, 2, 4, 5]] <= LEVEL
        power[effect], right[effect] = p.mean(axis=0), found[:, 0].mean()
        both = (p[:, 0] & (found[:, 0] == 1)).mean(), (p[:, 2] & (found[:, 3] == 1)).mean()
        cells = [*power[effect], right[effect], found[:, 3].mean(), *both]
        rows.append([effect, *(f"{value:.2f}" for value in cells)])
    headings = ["effect", "SEISM, walk", "truncated t", "data split", "max-T"]
    headings += ["correct, all data", "correct, half", "SEISM and correct", "split and correct"]
    mesh_rows = []
    for resolved in (0, 1, 2, 3, K):
        run = partial(by_mesh, resolved=resolved)
        found = np.array(repeated(run, REPETITIONS // 2))
        mesh_rows.append([f"{found[:, 0].mean():.0f}", f"{(found[:, 1] <= LEVEL).mean():.2f}"])
    claims = []
    for effect in (0.4, 0.5):
        walk, split = power[effect][0], power[effect][2]
        claims.append((
            f"effect {effect}: power at least 0.15 above the data split's",
            f"{walk:.2f} and {split:.2f}",
            walk - split >= 0.15,
        ))  # fmt: skip
    claims.append(("effect 0.6: power ≥ 0.90", f"{power[0.6][0]:.2f}", power[0.6][0] >= 0.90))
    claims.append(("effect 0.5: correct k-mer ≥ 0.85", f"{right[0.5]:.2f}", right[0.5] >= 0.85))
    parts = [
        f"{REPETITIONS} repetitions; share of p ≤ {LEVEL:.0%}, then share of correct k-mers:",
        markdown(headings, rows),
        f"Number of cells (effect {MESH_EFFECT}, statistic best, {REPETITIONS // 2} repetitions):",
        markdown(["cells", "power"], mesh_rows),
    ]
    return publish(__file__, parts, claims)


if __name__ == "__main__":
    sys.exit(main())
