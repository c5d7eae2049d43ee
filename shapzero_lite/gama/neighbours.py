"""Which sequences are near neighbours: chains of single changes, kept on one side of a split."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import Codes


def clusters(codes: Codes) -> NDArray[np.int64]:
    """Return for each of N sequences the number of its cluster, (N,), counted from 0.

    Sequences that differ at no position or at one are in one cluster, and so are the neighbours of
    neighbours (single linkage at Hamming distance 1). Time and memory are of order N L.

    >>> from shapzero_lite.letters import DNA
    >>> clusters(DNA.encode(["AAA", "GGG", "ACA", "CCA", "AAA"])).tolist()
    [0, 1, 0, 0, 0]
    """
    codes = np.ascontiguousarray(codes)
    label = np.arange(len(codes))
    # Equal but for position i: equal without it. Each gets the least label of its group, until
    # no label changes; as many rounds as the longest chain has links, at the most.
    alike = [
        np.unique(np.delete(codes, i, 1), axis=0, return_inverse=True)[1].reshape(-1)
        for i in range(codes.shape[1])
    ]
    while True:
        before = label.copy()
        for group in alike:
            least = np.full(len(codes), len(codes))
            np.minimum.at(least, group, label)
            label = least[group]
        label = label[label]  # the label of one's label: long chains take few rounds
        if (label == before).all():
            return np.unique(label, return_inverse=True)[1].reshape(-1)


def split(
    codes: Codes, share: float, rng: np.random.Generator, *, whole_clusters: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of held-out and of kept sequences, a random ``share`` held out.

    ``whole_clusters``: in an order drawn from ``rng``, each cluster that still fits is held out
    whole. Raises ``ValueError`` when less than half of the share can be had like that.

    >>> held, kept = split(np.zeros((4, 2)), 0.5, np.random.default_rng(0), whole_clusters=False)
    >>> len(held), len(kept)
    (2, 2)
    """
    order = rng.permutation(len(codes))
    wanted = max(1, round(share * len(codes)))
    if not whole_clusters:
        return order[:wanted], order[wanted:]
    label = clusters(codes)[order]
    size = np.bincount(label)
    _, first = np.unique(label, return_index=True)
    room, chosen = wanted, np.zeros(len(size), bool)
    for cluster in label[np.sort(first)]:
        if size[cluster] <= room:
            chosen[cluster] = True
            room -= int(size[cluster])
    out = chosen[label]
    if 2 * out.sum() < wanted:
        raise ValueError(
            f"of {wanted:,} sequences to hold out, only {out.sum():,} are in clusters that can be "
            f"held out whole: {size.max():,} of {len(codes):,} are linked by single changes. To "
            'hold out near neighbours of what is learned, say split="random"'
        )
    return order[out], order[~out]
