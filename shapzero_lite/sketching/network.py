r"""A network that stands for a model: a few convolutions, whose answers are free.

A member of the ensemble is one or more convolutions along the sequence, each with a maximum over
neighbouring places or over all of them, a dense layer and one number,

.. math:: g(x) = w^T \sigma(D\, \max \sigma(C_2 * \max \sigma(C_1 * \mathrm{onehot}(x)))),
          \qquad \sigma(z) = \max(z, 0),

and the network is the mean of its members. A maximum over all places forgets where a motif stands:
what is learnt of it at one place holds at all (module ``distil`` chooses the design). A design of
pairs convolves not the letters but which of them meet at a distance: of positions i and i + d the
products of their (embedded) letters, i = 1 ... n - d, laid end to end for d = 1, 2, ... A filter
then sees a word that stands again further on, at whatever places. A network is nothing but arrays,
and NumPy computes it: PyTorch is needed to train one, not to load, ask or explain it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite._npz import Arrays
from shapzero_lite.letters import Alphabet, as_codes

# What the weights of a member are called in a file: of each convolution, then of the rest.
_CONVOLUTIONS, _REST = ("first", "second", "third"), ("dense", "dense_bias", "last")
_EMBEDDINGS = ("left", "right")
# Rows at once: the windows of a convolution then fit into the cache of a processor.
_ROWS = 256


@dataclass(frozen=True)
class Design:
    """The layers of a member: at most three convolutions, then a dense one of ``units``.

    A convolution is (letters or places that a filter reads, filters, places that a maximum is taken
    over): 1 leaves all places, 4 every fourth, 0 takes the maximum over all of them. ``pairs``: the
    first reads the products of the letters of two positions, along every distance.
    """

    convolutions: tuple[tuple[int, int, int], ...]
    units: int = 128
    pairs: bool = False

    def __post_init__(self) -> None:
        whole = [number for layer in self.convolutions for number in layer] + [self.units]
        fits = 1 <= len(self.convolutions) <= len(_CONVOLUTIONS) and self.units > 0
        fits = fits and all(type(number) is int and number >= 0 for number in whole)
        fits = fits and type(self.pairs) is bool
        if not (fits and all(width * filters for width, filters, _ in self.convolutions)):
            raise ValueError(f"no network has convolutions {self.convolutions}, units {self.units}")

    def read(self, n: int) -> int:
        """Return how many places the first convolution reads, of n positions.

        Of pairs those of every distance, with as many zeros before and after each as keep a filter
        from reading two distances at once.

        >>> PLAIN.read(26), Design(((5, 8, 1),), pairs=True).read(26)
        (26, 429)
        """
        if not self.pairs:
            return n
        gap = self.convolutions[0][0] - 1
        return max(n * (n - 1) // 2 + n * gap, gap + 1)

    def places(self, n: int) -> list[tuple[int, int]]:
        """Return (width, places left) of every convolution over n positions.

        A filter is never longer than what it reads.

        >>> Design(((5, 64, 1), (5, 64, 1))).places(26), Design(((9, 96, 0),)).places(40)
        ([(5, 22), (5, 18)], [(9, 1)])
        """
        found, n = [], self.read(n)
        for longest, _, pool in self.convolutions:
            width = min(longest, n)
            n = -(-(n - width + 1) // pool) if pool else 1
            found.append((width, n))
        return found

    def shapes(self, n: int, q: int) -> list[tuple[int, ...]]:
        """Return the shapes of the weights, for n positions and q letters.

        A filter is (what it reads, channels in, channels out), and each layer has a bias.

        >>> Design(((9, 96, 0),)).shapes(40, 4)
        [(9, 4, 96), (96,), (96, 128), (128,), (129,)]
        """
        found: list[tuple[int, ...]] = [(q, q)] * 2 if self.pairs else []
        places, channels = self.places(n), q
        for (width, _), (_, filters, _) in zip(places, self.convolutions, strict=True):
            found += [(width, channels, filters), (filters,)]
            channels = filters
        return [*found, (places[-1][1] * channels, self.units), (self.units,), (self.units + 1,)]

    def products(self, n: int, q: int) -> int:
        """Return how many products one answer takes, for n positions and q letters.

        >>> Design(((9, 96, 0),)).products(40, 4) == (40 - 8) * 9 * 4 * 96 + 96 * 128
        True
        """
        total, channels, places = 0, q, self.places(n)
        n = self.read(n)
        for (width, left), (_, filters, _) in zip(places, self.convolutions, strict=True):
            total += (n - width + 1) * width * channels * filters
            n, channels = left, filters
        return total + n * channels * self.units

    @property
    def names(self) -> list[str]:
        """What the weights are called in a file, in the order in which they are used.

        >>> Design(((9, 96, 0),)).names
        ['first', 'first_bias', 'dense', 'dense_bias', 'last']
        """
        several = _CONVOLUTIONS[: len(self.convolutions)]
        embeddings = _EMBEDDINGS if self.pairs else ()
        return [*embeddings, *(name + end for name in several for end in ("", "_bias")), *_REST]


# Two convolutions that keep all places; the design of every file that names none.
PLAIN = Design(((5, 64, 1), (5, 64, 1)))


@dataclass(frozen=True, eq=False)
class Member:
    """A design and its weights, float32, of ``design.shapes(n, q)``."""

    design: Design
    weights: tuple[NDArray[np.float32], ...]

    def __call__(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return answers (N,) to one-hot rows (N, n, q)."""
        *convolutions, dense, dense_bias, last = self.weights
        if self.design.pairs:
            left, right, *convolutions = convolutions
            x = _paired(x @ left, x @ right, len(convolutions[0]) - 1)
        for (_, _, pool), filters, bias in zip(
            self.design.convolutions, convolutions[::2], convolutions[1::2], strict=True
        ):
            x = _convolved(x, filters, bias, pool)
        h = np.maximum(x.reshape(len(x), -1) @ dense + dense_bias, 0)
        return h @ last[:-1] + last[-1]


@dataclass(frozen=True, eq=False)
class Network:
    """A distilled network, and how good it is; called with codes (N, n), it returns (N,) answers.

    ``members``: designs and weights. Answers are ``centre`` plus
    ``scale`` times the mean of the members. ``r2``: share of the variance of the model explained on
    rows that never entered the training, ``r2_interval`` its 95 % bootstrap interval;
    ``standard_error``: (n,) typical error of the network's own Shapley values as those of the
    model, or None where no model was there to measure it.
    """

    members: tuple[Member, ...]
    centre: float
    scale: float
    alphabet: Alphabet
    n: int
    r2: float = float("nan")
    r2_interval: tuple[float, float] = (float("nan"), float("nan"))
    standard_error: Array | None = None

    def __call__(self, codes: Any) -> Array:
        """Return the network's answers (N,) float64 to codes (N, n) or strings."""
        codes = as_codes(codes, self.alphabet, self.n)
        one_hot = np.eye(self.alphabet.q, dtype=np.float32)
        out = np.zeros(len(codes))
        for start in range(0, len(codes), _ROWS):
            x = one_hot[codes[start : start + _ROWS]]
            out[start : start + _ROWS] = sum(member(x) for member in self.members)
        return self.centre + self.scale / len(self.members) * out

    def __repr__(self) -> str:
        many = f"{len(self.members)} members, n={self.n}, q={self.alphabet.q}"
        return f"Network({many}, R² {self.r2:.3f})"

    # -- a part of a sketch's file ---------------------------------------------------------
    def parts(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a file keeps of the network: numbers for its header, and arrays by name."""
        header = {
            "members": len(self.members),
            "designs": [
                [m.design.convolutions, m.design.units, m.design.pairs] for m in self.members
            ],
            "centre": self.centre,
            "scale": self.scale,
            "r2": self.r2,
            "r2_interval": list(self.r2_interval),
        }
        arrays: Arrays = {
            f"network_{number}_{name}": weights
            for number, member in enumerate(self.members)
            for name, weights in zip(member.design.names, member.weights, strict=True)
        }
        if self.standard_error is not None:
            arrays["network_standard_error"] = self.standard_error
        return header, arrays

    @classmethod
    def of_parts(
        cls, header: dict[str, Any], arrays: Arrays, alphabet: Alphabet, n: int
    ) -> Network:
        """Return the network of ``parts``; raises ``ValueError`` for what does not fit together."""
        low, high = (float(end) for end in header["r2_interval"])
        numbers = [float(header[name]) for name in ("centre", "scale", "r2")]
        count = header["members"]
        if not (type(count) is int and count > 0 and np.isfinite(numbers).all() and low <= high):
            raise ValueError(
                f"its network has {count} members, numbers {numbers}, R² {low}..{high}"
            )
        # Files of before there were designs have the one; those of before pairs, none.
        told = header.get("designs", [[PLAIN.convolutions, PLAIN.units]] * count)
        members = []
        for number, (convolutions, units, *pairs) in zip(range(count), told, strict=True):
            design = Design(tuple(tuple(layer) for layer in convolutions), units, *pairs)
            due = design.shapes(n, alphabet.q)
            weights = tuple(arrays[f"network_{number}_{name}"] for name in design.names)
            if [w.shape for w in weights] != due or any(w.dtype != np.float32 for w in weights):
                found = [f"{w.dtype} {w.shape}" for w in weights]
                raise ValueError(f"member {number} of its network holds {found}, not float32 {due}")
            members.append(Member(design, weights))
        errors = arrays.get("network_standard_error")
        if errors is not None and (
            errors.shape != (n,) or errors.dtype.kind != "f" or (errors < 0).any()
        ):
            msg = f"network_standard_error is {errors.dtype} {errors.shape}, not float ({n},)"
            raise ValueError(msg)
        centre, scale, r2 = numbers
        return cls(tuple(members), centre, scale, alphabet, n, r2, (low, high), errors)


def _paired(left: NDArray[np.float32], right: NDArray[np.float32], gap: int) -> NDArray[np.float32]:
    """Products (N, places, channels) of letters at each distance, ``gap`` zeros around it."""
    rows, n, channels = left.shape
    out = np.zeros((rows, max(n * (n - 1) // 2 + n * gap, gap + 1), channels), np.float32)
    start = gap
    for d in range(1, n):
        np.multiply(left[:, : n - d], right[:, d:], out=out[:, start : start + n - d])
        start += n - d + gap
    return out


def _convolved(
    h: NDArray[np.float32], filters: NDArray[np.float32], bias: NDArray[np.float32], pool: int
) -> NDArray[np.float32]:
    """Rows (N, m, channels) after a convolution (width, channels, out), maxima and max(z, 0)."""
    width, channels, out = filters.shape
    windows = sliding_window_view(h, width, axis=1).transpose(0, 1, 3, 2)  # (N, m', width, in)
    flat = windows.reshape(-1, width * channels) @ filters.reshape(-1, out)
    h = flat.reshape(*windows.shape[:2], out)
    if pool != 1:  # the maximum first: what follows keeps the order, and is then less work
        h = np.maximum.reduceat(h, range(0, h.shape[1], pool or h.shape[1]), axis=1)
    h += bias
    return np.maximum(h, 0, out=h)
