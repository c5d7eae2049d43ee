r"""A network that stands for a model: a few convolutions, whose answers are free.

A member of the ensemble is two convolutions along the sequence, a dense layer and one number,

.. math:: g(x) = w^T \sigma(D\, \sigma(C_2 * \sigma(C_1 * \mathrm{onehot}(x)))),
          \qquad \sigma(z) = \max(z, 0),

and the network is the mean of its members. It is nothing but arrays, and NumPy computes it: PyTorch
is needed to train one (module ``distil``), not to load, ask or explain it.
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

# Channels of both convolutions, letters that a filter reads, units of the dense layer.
CHANNELS, WIDTH, UNITS = 64, 5, 128
# The weights of a member, in the order in which they are used.
_NAMES = ("first", "first_bias", "second", "second_bias", "dense", "dense_bias", "last")
# Rows at once: the windows of a convolution then fit into the cache of a processor.
_ROWS = 256

Member = tuple[NDArray[np.float32], ...]


def shapes(n: int, q: int) -> list[tuple[int, ...]]:
    """Return the shapes of a member's weights, for n positions and q letters.

    A filter is (letters it reads, channels in, channels out), and never longer than what it reads.

    >>> shapes(26, 4)[0], shapes(26, 4)[4], shapes(3, 20)[2]
    ((5, 4, 64), (1152, 128), (1, 64, 64))
    """
    first = min(WIDTH, n)
    second = min(WIDTH, n - first + 1)
    left = n - first - second + 2
    filters = [(first, q, CHANNELS), (CHANNELS,), (second, CHANNELS, CHANNELS), (CHANNELS,)]
    return [*filters, (left * CHANNELS, UNITS), (UNITS,), (UNITS + 1,)]


@dataclass(frozen=True, eq=False)
class Network:
    """A distilled network, and how good it is; called with codes (N, n), it returns (N,) answers.

    ``members``: the weights of each, of ``shapes(n, q)``, float32. Answers are ``centre`` plus
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
            out[start : start + _ROWS] = sum(_answers(member, x) for member in self.members)
        return self.centre + self.scale / len(self.members) * out

    def __repr__(self) -> str:
        many = f"{len(self.members)} members, n={self.n}, q={self.alphabet.q}"
        return f"Network({many}, R² {self.r2:.3f})"

    # -- a part of a sketch's file ---------------------------------------------------------
    def parts(self) -> tuple[dict[str, Any], Arrays]:
        """Return what a file keeps of the network: numbers for its header, and arrays by name."""
        header = {
            "members": len(self.members),
            "centre": self.centre,
            "scale": self.scale,
            "r2": self.r2,
            "r2_interval": list(self.r2_interval),
        }
        arrays: Arrays = {
            f"network_{number}_{name}": weights
            for number, member in enumerate(self.members)
            for name, weights in zip(_NAMES, member, strict=True)
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
        count, due = header["members"], shapes(n, alphabet.q)
        if not (type(count) is int and count > 0 and np.isfinite(numbers).all() and low <= high):
            raise ValueError(
                f"its network has {count} members, numbers {numbers}, R² {low}..{high}"
            )
        members = []
        for number in range(count):
            member = tuple(arrays[f"network_{number}_{name}"] for name in _NAMES)
            if [w.shape for w in member] != due or any(w.dtype != np.float32 for w in member):
                found = [f"{w.dtype} {w.shape}" for w in member]
                raise ValueError(f"member {number} of its network holds {found}, not float32 {due}")
            members.append(member)
        errors = arrays.get("network_standard_error")
        if errors is not None and (
            errors.shape != (n,) or errors.dtype.kind != "f" or (errors < 0).any()
        ):
            msg = f"network_standard_error is {errors.dtype} {errors.shape}, not float ({n},)"
            raise ValueError(msg)
        centre, scale, r2 = numbers
        return cls(tuple(members), centre, scale, alphabet, n, r2, (low, high), errors)


def _answers(member: Member, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Answers (N,) of one member to one-hot rows (N, n, q)."""
    first, first_bias, second, second_bias, dense, dense_bias, last = member
    h = _convolved(_convolved(x, first, first_bias), second, second_bias)
    h = np.maximum(h.reshape(len(x), -1) @ dense + dense_bias, 0)
    return h @ last[:-1] + last[-1]


def _convolved(
    h: NDArray[np.float32], filters: NDArray[np.float32], bias: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Rows (N, m, channels) after a convolution (width, channels, out) and max(z, 0)."""
    width, channels, out = filters.shape
    windows = sliding_window_view(h, width, axis=1).transpose(0, 1, 3, 2)  # (N, m', width, in)
    flat = windows.reshape(-1, width * channels) @ filters.reshape(-1, out)
    flat += bias
    return np.maximum(flat, 0, out=flat).reshape(*windows.shape[:2], out)
