"""One ridge fit over a block design, and the variances that its unshrunken coefficients tell."""

from __future__ import annotations

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.sketching.block_design import BlockDesign

# The prior variance of the constant, in units of the variance of the values: none to speak of.
FREE = 1e6


def ridge_fit(
    design: BlockDesign,
    y: Array,
    penalties: Array,
    c: Array,
    *,
    steps: int = 10,
    tolerance: float = 1e-3,
    squares: Array | None = None,
) -> tuple[Array, Array, float]:
    """Minimise mean (y - A c)² + sum of penalty c²; return c, the residual, and df / N.

    Preconditioned conjugate gradients from c. The degrees of freedom df solve
    df = sum of h / (h + penalty / (1 - df / N)), h the mean squares of the columns.
    """
    squares = design.mean_squares() if squares is None else squares
    count = len(y)
    shrunk, penalty = 0.0, penalties[design.owner]
    for _ in range(50):
        moved = min(float((squares / (squares + penalty / (1 - shrunk))).sum()) / count, 0.98)
        shrunk, before = (shrunk + moved) / 2, shrunk
        if abs(shrunk - before) < 1e-4:
            break
    penalty = penalty * (1 - shrunk)
    scale = np.maximum(squares, 1e-9) + penalty
    residual = y - design.apply(c)
    g = design.adjoint(residual) / count - penalty * c
    z = g / scale
    d, gz = z.copy(), float(g @ z)
    target = tolerance * gz
    for _ in range(steps):
        if gz <= max(target, 1e-300):
            break
        forward = design.apply(d)
        curved = design.adjoint(forward) / count + penalty * d
        step = gz / float(d @ curved)
        c = c + step * d
        residual -= step * forward
        g -= step * curved
        z = g / scale
        before, gz = gz, float(g @ z)
        d = z + gz / before * d
    return c, residual, shrunk


def variances_of(
    design: BlockDesign, c: Array, residual: Array, squares: Array, noise: float
) -> Array:
    """Return tau² (s,) of every support from the unshrunken coefficients and their noise."""
    h = np.maximum(squares, 1e-3)  # a wave that hardly varies says nothing
    z = c + design.adjoint(residual) / len(design) / h
    sizes = design.sizes
    excess = np.bincount(design.owner, z**2 - noise / h) / sizes
    doubt = 2 * (np.maximum(excess, 0) + noise) ** 2 / sizes
    order = np.array([len(T) for T in design.supports])
    span = np.array([T[-1] - T[0] if T else 0 for T in design.supports])
    _, group = np.unique(np.stack([order, span]), axis=1, return_inverse=True)
    group = group.ravel()
    count = np.bincount(group)
    mean = np.bincount(group, excess) / count
    between = np.bincount(group, (excess - mean[group]) ** 2 - doubt) / count
    trust = np.maximum(between, 0)[group]
    trust = np.where(count[group] > 2, trust / (trust + doubt), 1.0)  # too few to pool
    pooled = mean[group] + trust * (excess - mean[group])
    return np.where(order == 0, FREE, np.maximum(pooled, 1e-3 * noise + 1e-300))
