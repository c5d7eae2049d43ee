"""The shipped guide-RNA model: six small convolutional networks, averaged.

Fitted by ``tools/fits/make_guide_cnn.py`` to the measured Cas13d flow-cytometry screen of
Wessels et al. (2020); how well it does on a gene it has not seen is in its ``provenance``.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite import _npz
from shapzero_lite.letters import DNA, as_codes

if TYPE_CHECKING:
    import torch

    Weights = dict[str, NDArray[np.float32]]

N_POSITIONS = 26  # 3 nt of 5' context, then the 23 nt that the guide pairs with
UNITS = (
    "standard deviations of -(log fold change) among the guides of one gene; "
    "0 is the gene's mean guide, larger is a stronger knock-down"
)
CITATION = (
    "Wessels et al. 2020, Massively parallel Cas13 screens reveal principles for guide RNA "
    "design, Nature Biotechnology 38, 722-727, doi:10.1038/s41587-020-0456-9"
)
# Rows per forward pass: small enough that the activations of one batch stay in the cache.
_BATCH = 512


def _import_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        msg = 'the guide-RNA network needs PyTorch: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg) from error
    return torch


@functools.cache
def _network_class() -> type[torch.nn.Module]:
    # A class with a torch base can only be made once torch is there, and importing this module
    # must not need torch; hence the class inside a function, reached through __getattr__ below.
    _import_torch()
    import torch
    from torch import nn

    class GuideCNN(nn.Module):
        """Average of K networks: convolution, ReLU, pairwise mean, hidden layer, ReLU, sum.

        Input: one-hot float tensor (N, 4, 26), rows A, C, G, T. Output: (N,), in ``UNITS``.
        With x the one-hot window and h, o the layers of network k::

            h_k[c, t] = mean over u in {2t, 2t+1} of ReLU(b_k[c] + sum_a,s W_k[c, a, s] x[a, u+s])
            o_k       = b''_k + sum_j V''_k[j] ReLU(b'_k[j] + sum_c,t V'_k[c, t, j] h_k[c, t])
            f(x)      = mean over k of o_k

        The two ReLU are modules used once each and the batch comes first everywhere, as methods
        that hook into layers (DeepLIFT) expect.
        """

        def __init__(
            self,
            networks: int = 6,
            filters: int = 16,
            width: int = 5,
            hidden: int = 32,
            dropout: float = 0.0,
        ) -> None:
            super().__init__()
            features = filters * ((N_POSITIONS - width + 1) // 2)
            self.networks = networks
            self.width = width
            # One convolution holds the filters of all networks, as they read the same input. It
            # is a linear layer over the windows of ``width`` letters: several times faster than
            # Conv1d when there are 4 channels and 26 positions.
            self.convolution = nn.Linear(4 * width, networks * filters)
            self.relu_1, self.relu_2 = nn.ReLU(), nn.ReLU()
            self.dropout = nn.Dropout(dropout)
            scaled = {"features": features**-0.5, "hidden": hidden**-0.5}
            self.hidden_weight = nn.Parameter(
                torch.randn(networks, features, hidden) * scaled["features"]
            )
            self.hidden_bias = nn.Parameter(torch.zeros(networks, hidden))
            self.output_weight = nn.Parameter(torch.randn(networks, hidden) * scaled["hidden"])
            self.output_bias = nn.Parameter(torch.zeros(networks))

        def each_network(self, x: torch.Tensor) -> torch.Tensor:
            """Return what every network says, (N, K), for one-hot windows (N, 4, 26)."""
            N, K = len(x), self.networks
            pieces = x.unfold(2, self.width, 1).transpose(1, 2).reshape(N, -1, 4 * self.width)
            h = self.relu_1(self.convolution(pieces))  # (N, 22, K * filters)
            n_pairs = h.shape[1] // 2
            h = h[:, : 2 * n_pairs].reshape(N, n_pairs, 2, -1).mean(2)  # (N, 11, K * filters)
            h = h.reshape(N, n_pairs, K, -1).transpose(1, 2).reshape(N, K, -1)
            h = self.dropout(h)  # (N, K, features): position by position, filter fastest
            h = torch.einsum("nkf,kfj->nkj", h, self.hidden_weight) + self.hidden_bias
            h = self.dropout(self.relu_2(h))  # (N, K, hidden)
            return (h * self.output_weight).sum(2) + self.output_bias

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            """Return the predicted efficacy (N,) of one-hot windows (N, 4, 26)."""
            return self.each_network(x).mean(1)

    # Under its own name in this module, so that copy and pickle find the class again.
    GuideCNN.__qualname__ = "GuideCNN"
    return GuideCNN


def __getattr__(name: str) -> Any:
    if name == "GuideCNN":
        return _network_class()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


class GuideModel:
    """A guide-RNA model to call: codes (N, 26) to predicted efficacy (N,) float64, in NumPy.

    ``GuideModel(weights, provenance)``, where ``weights`` is a dict of float32 arrays under the
    names of a ``GuideCNN``, or such a torch module, whose numbers it then shares.

    Attributes: ``alphabet`` (DNA: windows of the target, sense strand), ``n`` (26), ``weights``,
    ``module`` (the same numbers as a torch network, for gradients), ``units``, ``citation``,
    ``provenance`` (dict: data, settings and the table of held-out genes).
    """

    alphabet = DNA
    n = N_POSITIONS
    units = UNITS
    citation = CITATION

    def __init__(self, weights: Weights | torch.nn.Module, provenance: dict[str, Any]) -> None:
        if not isinstance(weights, dict):
            # Tensors on the processor and their arrays are one memory.
            state = weights.state_dict()
            weights = {name: tensor.detach().cpu().numpy() for name, tensor in state.items()}
        self.weights = weights
        self.provenance = provenance

    @property
    def module(self) -> torch.nn.Module:
        """The network in torch, in evaluation mode; it shares its memory with ``weights``.

        Raises ``ImportError`` without PyTorch.
        """
        torch = _import_torch()
        networks, features, hidden = self.weights["hidden_weight"].shape
        width = self.weights["convolution.weight"].shape[1] // 4
        filters = features // ((N_POSITIONS - width + 1) // 2)
        # On "meta" the network is a shape without numbers: nothing is drawn at random, so the
        # reader's random generator stays as it is.
        with torch.device("meta"):
            module = _network_class()(networks, filters, width, hidden)
        state = {name: torch.from_numpy(array) for name, array in self.weights.items()}
        module.load_state_dict(state, assign=True)
        return module.requires_grad_(requires_grad=False).eval()

    def __call__(self, codes: Any) -> NDArray[np.float64]:
        """Return the predicted efficacy (N,) of windows given as codes (N, 26).

        Strings are taken too. Raises ``TypeError`` for codes that are not whole numbers and
        ``ValueError`` for another length or a code above 3, naming sequence and position.
        """
        codes = as_codes(codes, DNA, n=N_POSITIONS)
        return _forward(self.weights, codes)

    def __repr__(self) -> str:
        return "GuideModel(Cas13d guide efficacy, n=26, alphabet='ACGT')"


def _forward(weights: Weights, codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the mean over networks (N,) of codes (N, 26), by the formula of ``GuideCNN``.

    What the filters say of a word of 5 letters is computed once and looked up: for all 1,024 words,
    or for those that are there, where they are fewer.
    """
    V, W = weights["hidden_weight"], weights["convolution.weight"]
    K, width = len(V), W.shape[1] // 4
    windows = np.lib.stride_tricks.sliding_window_view(codes, width, axis=1)  # (N, 22, width)
    number: NDArray[np.intp] = np.zeros(windows.shape[:2], np.intp)
    if number.size < 4**width:
        words = windows.reshape(-1, width)
        number += np.arange(len(words)).reshape(number.shape)
    else:
        words = DNA.all_sequences(width)
        for i in range(width):
            number = 4 * number + windows[:, :, i]  # a word's letters read as a number, (N, 22)
    one_hot = np.eye(4, dtype=np.float32)[words].transpose(0, 2, 1)  # (words, 4, width)
    said = np.maximum(one_hot.reshape(-1, 4 * width) @ W.T + weights["convolution.bias"], 0)
    said = said.reshape(len(said), K, -1).transpose(1, 0, 2).copy()  # (K, words, filters)
    pairs = number[:, : number.shape[1] // 2 * 2].reshape(len(codes), -1, 2)  # (N, 11, 2)
    values = np.empty(len(codes))
    for start in range(0, len(codes), _BATCH):
        even, odd = np.moveaxis(pairs[start : start + _BATCH], 2, 0).copy()
        h = np.empty((K, len(even), V.shape[2]), np.float32)
        for k in range(K):
            both = said[k].take(even, axis=0)  # (rows, 11, filters)
            both += said[k].take(odd, axis=0)
            both /= 2
            np.matmul(both.reshape(len(even), -1), V[k], out=h[k])
        h += weights["hidden_bias"][:, None]
        np.maximum(h, 0, out=h)  # (K, rows, hidden)
        o = (h * weights["output_weight"][:, None]).sum(2) + weights["output_bias"][:, None]
        values[start : start + _BATCH] = o.mean(0)
    return values


def guide_rna(path: str | Path | None = None) -> GuideModel:
    """Return the shipped model of Cas13d guide efficacy, a callable on codes (N, 26).

    A window is 26 nt of the target RNA in DNA letters, 5' to 3': 3 nt of context, then the
    23 nt that the guide pairs with. Output: standard deviations of -(log fold change) among the
    guides of one gene, so larger means a stronger knock-down.

    ``path``: another file made by ``tools/fits/make_guide_cnn.py``. Raises ``ValueError`` for a
    file that does not hold such a model.

    Fitted to the CD46, CD55 and TFRC screens of Wessels et al., Nature Biotechnology 38,
    722-727 (2020), doi:10.1038/s41587-020-0456-9.

    >>> model = guide_rna()
    >>> codes = model.alphabet.encode(["TCACATGGTCCTGCTGGAGTTCGTGA"])  # a window of EGFP
    >>> print(f"{model(codes)[0]:.2f}")
    1.80
    """
    if path is None:
        from shapzero_lite import data

        path = data.path("guide_cnn.npz")
    return _npz.read(
        path,
        None,
        _with_weights,
        otherwise="does not hold the weights of a guide-RNA model",
        header_name="provenance",
    )


def _with_weights(provenance: dict[str, Any], arrays: _npz.Arrays) -> GuideModel:
    weights = {name: array.astype(np.float32, order="C") for name, array in arrays.items()}
    _forward(weights, np.zeros((1, N_POSITIONS), np.uint8))  # raises where they do not fit
    return GuideModel(weights, provenance)


def write_guide(path: Path, arrays: _npz.Arrays, provenance: dict[str, Any]) -> None:
    """Write the weights of a network by name, and what it is, as JSON."""
    _npz.write(path, None, provenance, arrays, header_name="provenance", compressed=True)
