"""Attributions by gradients, for networks in PyTorch, with the package captum.

Missing letters: the baseline of DeepLIFT and of integrated gradients is the mean letter (1/q in
every channel), that of DeepLiftShap a set of uniformly random sequences. A position's attribution
is the sum over its q channels.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite.letters import Codes
from shapzero_lite.queries import ModelError, Queries

# More steps change nothing, and their places and weights take time to find.
MOST_STEPS = 300
_ROWS = 2048


def deep_lift(network: Any, codes: Codes, queries: int, seed: int) -> Array:
    """DeepLIFT, rescale rule (Shrikumar, Greenside & Kundaje, ICML 2017)."""
    captum = _import_captum()
    method = captum.DeepLift(network)
    return _in_parts(network, codes, _ROWS // 2, method.attribute)


def deep_shap(network: Any, codes: Codes, queries: int, seed: int) -> Array:
    """DeepLIFT averaged over random references (Lundberg & Lee 2017): queries // 4 of them."""
    captum = _import_captum()
    method = captum.DeepLiftShap(network)
    count = queries // 4  # x and reference, forward and backward
    rng = np.random.default_rng(seed)

    def attribute(x: Any, baselines: Any) -> Any:
        letters = rng.integers(0, network.q, (count, codes.shape[1]), dtype=np.uint8)
        return method.attribute(x, network.one_hot(letters))

    return _in_parts(network, codes, 1, attribute)


def integrated_gradients(network: Any, codes: Codes, queries: int, seed: int) -> Array:
    """Integrated gradients (Sundararajan, Taly & Yan, ICML 2017), Gauss-Legendre points."""
    captum = _import_captum()
    method = captum.IntegratedGradients(network)
    steps = min(queries // 2, MOST_STEPS)

    def attribute(x: Any, baselines: Any) -> Any:
        return method.attribute(x, baselines, n_steps=steps)

    return _in_parts(network, codes, max(1, _ROWS // steps), attribute)


def network_of(asked: Queries, method: str) -> Any:
    """Return the model's network as a module from one-hot (N, q, n) to (N,) that counts rows.

    ``rows``: forward and backward rows together. Raises ``TypeError`` for a model without
    ``.module``, ``ValueError`` for one that takes letters as indices (no gradient there).
    """
    model, alphabet = asked.model, asked.known_alphabet
    module = getattr(model, "module", None)
    if module is None:
        raise TypeError(
            f"{method!r} needs gradients: a model with a PyTorch network in its attribute "
            f".module, such as sz.models.TorchModel; {type(model).__name__} has none"
        )
    import torch

    inner: torch.nn.Module = module
    form = getattr(model, "encoding", "one-hot-channels-first")
    if form == "indices":
        raise ValueError(f"{method!r} needs one-hot letters; this network takes indices")
    output = getattr(model, "output", None) if asked.output is None else asked.output
    floating = [p for p in module.parameters() if p.is_floating_point()]
    where = {"device": floating[0].device, "dtype": floating[0].dtype} if floating else {}

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = inner.eval()
            self.q, self.rows, self.finite = alphabet.q, 0, True

        def one_hot(self, letters: Codes) -> Any:
            channels = np.arange(alphabet.q)[:, None]
            return torch.tensor(letters[:, None, :] == channels).to(
                **{"dtype": torch.float32} | where
            )

        def forward(self, x: Any) -> Any:
            self.rows += len(x)
            if form != "one-hot-channels-first":
                x = x.transpose(1, 2)
                x = x.flatten(1) if form == "one-hot-flat" else x
            answer = self.inner(x)
            if answer.ndim == 2:
                several = answer.shape[1] > 1 and output is None
                if several:
                    msg = f"the network has {answer.shape[1]} outputs: TorchModel(…, output=0)"
                    raise ValueError(msg)
                answer = answer[:, output or 0]
            self.finite &= bool(answer.isfinite().all())
            if answer.requires_grad:
                answer.register_hook(self._backward)
            return answer

        def _backward(self, gradient: Any) -> None:
            self.rows += len(gradient)

    return Network()


def _in_parts(network: Any, codes: Codes, size: int, attribute: Callable[[Any, Any], Any]) -> Array:
    import torch

    values = np.empty(codes.shape)
    for start in range(0, len(codes), size):
        part = slice(start, min(start + size, len(codes)))
        x = network.one_hot(codes[part])
        mean_letter = torch.full_like(x, 1 / network.q)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Setting forward, backward hooks", UserWarning)
            found = attribute(x.requires_grad_(), mean_letter)
        values[part] = found.detach().sum(1).double().cpu().numpy()
        if not (network.finite and np.isfinite(values[part]).all()):
            raise ModelError(
                f"the network's answers or gradients for sequences {start + 1} to {part.stop} are "
                "not all finite"
            )
    return values


def _import_captum() -> Any:
    try:
        import captum.attr
    except ImportError as error:
        msg = 'gradient methods need captum: pip install "shapzero-lite[peers]"'
        raise ImportError(msg) from error
    return captum.attr
