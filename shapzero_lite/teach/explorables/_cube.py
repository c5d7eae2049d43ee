"""The cube of mutants: two letters at each position, and effects that change with the reference."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite.spectra import mobius_transform
from shapzero_lite.teach.explorables._explorable import explorable


def cube(values: ArrayLike, alt: str, letters: str = "AC", effect: int = 0) -> Any:
    """Let the learner carry the reference from corner to corner; return what holds the setting.

    Set: ``.reference`` (a place in ``.names``), ``.effect`` (a place in ``.sets``), ``.extra``,
    what is added to the genotype with all mutations. ``.shown`` holds ``value``, of the reference,
    and for each set of positions ``effects``, the Möbius coefficient seen from there, and
    ``averaged``, its mean over all letters at the other positions.

    Parameters
    ----------
    values : (2, 2) or (2, 2, 2), of the genotypes; 1 is the second letter
    alt : what the picture shows at first, for a reader who cannot see it; at least 20 characters
    letters : the two letters
    effect : the set of positions that is shown first; sets go by size, then by position

    Raises
    ------
    ValueError : another shape, other than two letters, or a set that is not there.

    Examples
    --------
    >>> import os
    >>> os.environ["SHAPZERO_STATIC"] = "1"
    >>> held = cube([[3, 2], [2, 4]], alt="A square of four genotypes, AA above all")
    Figure: A square of four genotypes, AA above all
    >>> held.names, held.sets
    (['AA', 'AC', 'CA', 'CC'], [[0], [1], [0, 1]])
    """
    table = np.asarray(values, float)
    if table.shape not in {(2, 2), (2, 2, 2)} or len(letters) != 2:
        raise ValueError(
            f"cube needs two letters at two or three positions, not {table.shape} and {letters!r}"
        )
    sets = sets_of(table.ndim)
    if not 0 <= effect < len(sets):
        raise ValueError(f"cube has effects 0 to {len(sets) - 1}, not {effect}")
    state = {
        "names": ["".join(word) for word in product(letters, repeat=table.ndim)],
        "values": table.ravel(),
        "sets": [list(one) for one in sets],
        "reference": 0,
        "effect": effect,
        "extra": 0.0,
    }
    return explorable("cube", alt, state, lambda: _twin(state, table, sets))


def sets_of(n: int) -> list[tuple[int, ...]]:
    """Return the sets of positions, by size, then by position."""
    return [one for size in range(1, n + 1) for one in combinations(range(n), size)]


def effects_of(table: Any, reference: tuple[int, ...]) -> tuple[Any, Any]:
    """Return for each set its effect seen from a reference, and averaged over letters elsewhere."""
    n = table.ndim
    axes = tuple(range(n))
    seen = mobius_transform(np.roll(table, tuple(-c for c in reference), axes))
    effects, averaged = [], []
    for one in sets_of(n):
        word = tuple(int(i in one) for i in axes)
        effects.append(seen[word])
        others = tuple(i for i in axes if i not in one)
        means = np.roll(table, tuple(-c for c in reference), axes).mean(others, keepdims=True)
        averaged.append(mobius_transform(means.squeeze(others))[(1,) * len(one)])
    return np.array(effects), np.array(averaged)


def face_of(chosen: tuple[int, ...], reference: tuple[int, ...]) -> dict[tuple[int, ...], int]:
    """Return the corners of the face that a set spans from a reference, with their signs."""
    steps = product(*[(0, 1) if i in chosen else (0,) for i in range(len(reference))])
    return {
        tuple(np.bitwise_xor(reference, step).tolist()): (-1) ** (len(chosen) - sum(step))
        for step in steps
    }


def _twin(state: dict[str, Any], table: Any, sets: list[tuple[int, ...]]) -> Any:
    """Draw the genotypes, and their effects, from the first corner and from its neighbour."""
    from matplotlib import pyplot as plt

    n = table.ndim
    corners = list(np.ndindex(table.shape))
    shift = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.45]])[:n]
    references = [(0,) * n, (1,) + (0,) * (n - 1)]
    seen = [effects_of(table, reference)[0] for reference in references]
    reach = 1.4 * max(np.abs(effects).max() for effects in seen) or 1.0
    fig, axes = plt.subplots(2, 2, figsize=(7.2, 4.6), height_ratios=[3, 2], layout="constrained")
    for (above, below), reference, effects in zip(axes.T, references, seen, strict=True):
        chosen = sets[state["effect"]]
        signs = face_of(chosen, reference)
        for corner, i in product(corners, range(n)):
            other = tuple(1 - c if j == i else c for j, c in enumerate(corner))
            if corner[i] != reference[i]:  # a step towards the reference
                continue
            ends = np.array([corner, other]) @ shift
            compared = i == chosen[0] and corner in signs and other in signs
            above.plot(*ends.T, color="black" if compared else "#C8C8C8",
                       lw=2.5 if compared else 1, zorder=1)  # fmt: skip
            if compared:
                said = f"{table[other] - table[corner]:+z.2f}".replace("-", "\N{MINUS SIGN}")
                paper = {"fc": "white", "ec": "none", "pad": 1}
                above.text(*ends.mean(axis=0), said, ha="center", va="center", fontsize=9,
                           weight="bold", bbox=paper)  # fmt: skip
        for corner, name in zip(corners, state["names"], strict=True):
            x, y = np.array(corner) @ shift
            sign = signs.get(corner, 0)
            colour = {0: "#949494", 1: "#0173B2", -1: "#D55E00"}[sign]
            above.plot(x, y, "o", color=colour, mec="black", ms=11 if sign else 7)
            if sign:
                ends = np.array([-0.03, 0.03])
                above.plot(x + ends, [y, y], color="white", lw=1.6)
                if sign > 0:
                    above.plot([x, x], y + ends, color="white", lw=1.6)
            if corner == reference:
                above.plot(x, y, "o", color="none", mec="#DE8F05", mew=3, ms=16)
            back = n == 3 and corner[2]
            side, up = ("left" if back else "right"), (0.12 if corner[1] else -0.2)
            where = x + (0.04 if back else -0.04)
            above.text(
                where, y + up, f"{name} {table[corner]:.2f}".replace("-", "−"), ha=side, fontsize=8
            )
        above.set(xlim=(-0.5, 2.0), ylim=(-0.25, 1.75), aspect="equal")
        above.axis("off")
        name = state["names"][corners.index(reference)]
        word = "+".join(str(i + 1) for i in chosen)
        said = f"{effects[state['effect']]:+z.2f}".replace("-", "\N{MINUS SIGN}")
        above.set_title(f"from {name}: {word} is {said}", fontsize=10)
        at = np.arange(len(sets))
        colours = np.where(effects < 0, "#D55E00", "#0173B2").astype(object)
        colours[at != state["effect"]] = "none"
        below.bar(at, effects, 0.6, color=colours, edgecolor="black", lw=0.8)
        below.axhline(0, color="black", lw=0.8)
        for place, effect in enumerate(effects):
            down = effect < 0
            said, off = f"{effect:z.2f}".replace("-", "−"), (0, -3 if down else 3)
            below.annotate(
                said, (place, effect), off, textcoords="offset points", ha="center",
                va="top" if down else "bottom", fontsize=8,
            )  # fmt: skip
        words = ["+".join(str(i + 1) for i in one) for one in sets]
        below.set_xticks(at, words, fontsize=8)
        below.get_xticklabels()[state["effect"]].set_fontweight("bold")
        below.set(ylim=(-reach, reach), xlabel="mutated positions")
    axes[1, 0].set_ylabel("effect")
    return fig
