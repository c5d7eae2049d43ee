"""What the repair model's pairs and motifs truly hold, and what a spectrum says they hold.

Strength of a pair of positions: its second-order Sobol index, the share of the variance in waves
that read these two positions and no other. Strength of a product of two pairs across the cut, such
as the motif {i, i + 1, i + J, i + 1 + J}: the share along the product of the two equalities. The
truth is estimated from fresh targets, without any sketch, and freed of the noise's share.
"""

import numpy as np

import shapzero_lite as sz
from shapzero_lite.queries import Model
from shapzero_lite.sketching import letter_basis

N, CUT, Q = 40, 20, 4
BLOCK = 50_000
LEFT, RIGHT = np.triu_indices(N, 1)  # the 780 pairs
# The pairs that the mechanism can use: a letter left of the cut, one right, at most 20 apart.
CAN_ACT = (LEFT < CUT) & (RIGHT >= CUT) & (RIGHT - LEFT <= 20)

Array = np.ndarray
Set = tuple[int, ...]


def true_strengths(model: Model, rows: int) -> tuple[dict[Set, float], dict[Set, float]]:
    """Return the strengths of the 780 pairs and of the products of two pairs, highest first."""
    B = letter_basis(Q)[:, 1:].astype(np.float32)
    i, j = LEFT[CAN_ACT], RIGHT[CAN_ACT]
    rng = np.random.default_rng(5)
    centre = model(sz.DNA.random(200_000, N, seed=9)).mean()
    waves, products, squares = np.zeros((N * 3, N * 3)), np.zeros((len(i), len(i))), 0.0
    for _ in range(rows // BLOCK):
        x = rng.integers(0, Q, size=(BLOCK, N), dtype=np.uint8)
        y = model(x) - centre
        squares += y @ y
        y = y.astype(np.float32)[:, None]
        P = B[x].reshape(BLOCK, -1)
        waves += (P * y).T @ P
        # 1[x_i = x_j] less its mean, with mean square 1
        equal = ((x[:, i] == x[:, j]) - np.float32(1 / Q)) * np.float32(Q / np.sqrt(Q - 1))
        products += (equal * y).T @ equal
    rows = rows // BLOCK * BLOCK
    variance = squares / rows
    C = (waves / rows).reshape(N, Q - 1, N, Q - 1)
    energy = (C**2).sum(axis=(1, 3)) - (Q - 1) ** 2 * variance / rows
    pairs = dict(zip(_sets(LEFT, RIGHT), energy[LEFT, RIGHT] / variance, strict=True))
    four: dict[Set, float] = {}
    energy = (products / rows) ** 2 - variance / rows
    for r, s in zip(*np.triu_indices(len(i), 1), strict=True):
        T = tuple(sorted({int(i[r]), int(j[r]), int(i[s]), int(j[s])}))
        if len(T) == 4:  # four positions can be two pairs in two ways: the stronger counts
            four[T] = max(four.get(T, -1.0), float(energy[r, s] / variance))
    return _ranked(pairs), _ranked(four)


def strengths(spectrum: sz.Spectrum, order: int) -> dict[Set, float]:
    """Return the share of the variance of every set of ``order`` positions, highest first."""
    of = spectrum.orders == order
    if not of.any():
        return {}
    sets = np.nonzero(spectrum.frequencies[of])[1].reshape(-1, order)
    unique, place = np.unique(sets, axis=0, return_inverse=True)
    energy = np.bincount(place.ravel(), np.abs(spectrum.coefficients[of]) ** 2, len(unique))
    energy /= spectrum.energy_by_order()[1:].sum()
    return _ranked(dict(zip(_sets(*unique.T), energy, strict=True)))


def opposite(spectrum: sz.Spectrum) -> float:
    """Return the share of the energy of order 2 with k_j = -k_i."""
    two = spectrum.orders == 2
    energy = np.abs(spectrum.coefficients[two]) ** 2
    cancel = spectrum.frequencies[two].sum(axis=1) % Q == 0
    return float(energy[cancel].sum() / max(energy.sum(), 1e-300))


def able(T: Set) -> bool:
    """Return whether two positions can be matched letters of a microhomology."""
    return T[0] < CUT <= T[1] and T[1] - T[0] <= 20


def two_letters(T: Set) -> bool:
    """Return whether four positions can be a microhomology of two neighbouring letters."""
    a, b, c, d = T
    return b == a + 1 and d == c + 1 and b < CUT <= c and c - a <= 20


def _sets(*columns: Array) -> list[Set]:
    return [tuple(map(int, T)) for T in zip(*columns, strict=True)]


def _ranked(found: dict[Set, float]) -> dict[Set, float]:
    return dict(sorted(found.items(), key=lambda item: -item[1]))
