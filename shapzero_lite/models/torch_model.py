"""A PyTorch module as a model to explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._checks import whole
from shapzero_lite.letters import Alphabet, as_codes
from shapzero_lite.models.encodings import ENCODINGS, check_alphabet, check_encoding, encoded
from shapzero_lite.models.torch_parcel import packed, unpacked

if TYPE_CHECKING:
    import torch


class TorchModel:
    """A callable from codes (N, n) to what a torch module says, (N,) or (N, columns) float64.

    ``module`` takes a batch in the form ``encoding`` names ("one-hot-channels-first" (N, q, n),
    "one-hot-channels-last" (N, n, q), "one-hot-flat" (N, n·q) or "indices" (N, n) int64; one-hot
    in the type of the module's parameters) and returns one tensor (N,) or (N, columns).
    ``output`` chooses a column, counted from 0. The module is put into evaluation mode and moved
    to ``device``, and stays so; "auto" is a CUDA device when there is one. At most ``batch_size``
    rows are on the device at once. Pickles, so process pools and Dask take it. Attributes
    ``alphabet`` and ``n`` (None when not said), as ``sz.sketch`` wants them. Raises ``TypeError``
    for what is not a module, ``ValueError`` for a form that the module cannot take, naming those
    it can.

    >>> import torch
    >>> from shapzero_lite import DNA
    >>> conv = torch.nn.Conv1d(4, 2, 3)
    >>> net = torch.nn.Sequential(conv, torch.nn.AdaptiveMaxPool1d(1), torch.nn.Flatten())
    >>> TorchModel(net, alphabet=DNA, device="cpu")(DNA.random(5, 10, seed=0)).shape
    (5, 2)
    """

    def __init__(
        self,
        module: torch.nn.Module,
        *,
        alphabet: Alphabet,
        n: int | None = None,
        encoding: str = "one-hot-channels-first",
        device: str = "auto",
        output: int | None = None,
        batch_size: int = 1024,
    ) -> None:
        torch = _import_torch()
        if not isinstance(module, torch.nn.Module):
            what = "the class; make an object of it" if isinstance(module, type) else repr(module)
            raise TypeError(f"module is a torch.nn.Module with its weights, not {what:.80}")
        check_alphabet(alphabet, n)
        check_encoding(encoding)
        if output is not None:
            output = whole(output, "output", None, why=", a column counted from 0")
        self.module = module.eval()
        self.alphabet = alphabet
        self.n = n
        self.encoding = encoding
        self.device = device
        self.output = output
        self.batch_size = whole(batch_size, "batch_size")
        self._ready = False

    def __call__(self, codes: Any) -> NDArray[np.float64]:
        """Return the module's answers (N,), or (N, columns) when it has several and none chosen.

        Codes (N, n) or strings. Raises as said for the class.
        """
        torch = _import_torch()
        codes = as_codes(codes, self.alphabet, n=self.n)
        if not self._ready:  # at the first call: in a worker, that is the worker's device
            self.module.to(_device(self.device, torch))
            self._ready = True
        if self.module.training:  # a training step in between has switched dropout on again
            self.module.eval()
        parts = []
        with torch.no_grad():
            for start in range(0, len(codes), self.batch_size):
                batch = codes[start : start + self.batch_size]
                parts.append(self._columns(self._forward(batch, self.encoding), len(batch)))
        return np.concatenate(parts)

    def _forward(self, codes: NDArray[np.uint8], encoding: str) -> Any:
        torch = _import_torch()
        place, dtype = _place_and_type(self.module, torch)
        # One byte a number until it is on the device: a quarter of the way there.
        x = torch.from_numpy(encoded(codes, self.alphabet.q, encoding, np.uint8)).to(place)
        try:
            return self.module(x if encoding == "indices" else x.to(dtype))
        except torch.OutOfMemoryError as error:
            msg = (
                f"{len(codes)} sequences at once are too many for the device: a smaller batch_size"
            )
            raise MemoryError(f"{msg}, below {self.batch_size}, would do ({error})") from error
        except Exception as error:
            if encoding != self.encoding:  # only being tried, below
                raise
            raise ValueError(self._cannot_take(error, codes, tuple(x.shape))) from error

    def _cannot_take(self, error: Exception, codes: Any, shape: tuple[int, ...]) -> str:
        does = [e for e in ENCODINGS if e != self.encoding and self._takes(codes[:2], e)]
        first = str(error).strip().split("\n")[0]
        todo = (
            " or ".join(f"encoding={e!r}" for e in does) + " would do"
            if does
            else "no other encoding would do: was the module made for "
            f"{self.alphabet.q} letters and {codes.shape[1]} positions?"
        )
        return (
            f"the module cannot take {self.encoding!r} of shape {shape} "
            f"({type(error).__name__}: {first}); {todo}"
        )

    def _takes(self, codes: Any, encoding: str) -> bool:
        try:
            self._columns(self._forward(codes, encoding), len(codes))
        except Exception:  # noqa: BLE001 - whatever it is, that encoding does not do
            return False
        return True

    def _columns(self, answer: Any, count: int) -> NDArray[np.float64]:
        torch = _import_torch()
        if not isinstance(answer, torch.Tensor):
            raise TypeError(
                f"the module returned {type(answer).__name__}, not one tensor: wrap it in a module "
                "whose forward returns the tensor to explain"
            )
        if answer.dtype.is_complex or answer.ndim not in (1, 2) or len(answer) != count:
            raise ValueError(
                f"the module returned {answer.dtype} of shape {tuple(answer.shape)} for {count} "
                f"sequences; real numbers ({count},) or ({count}, columns) are needed"
            )
        # NumPy has no bfloat16; float64 holds every number of the smaller types
        values = answer.detach().cpu().double().numpy()
        if values.ndim == 2 and values.shape[1] == 1 and self.output in (None, 0, -1):
            return values[:, 0]
        if self.output is None:
            return values
        columns = values.shape[1] if values.ndim == 2 else 1
        if not -columns <= self.output < columns:
            msg = f"output={self.output} was chosen, but the module returns {columns} columns"
            raise ValueError(msg)
        return values[:, self.output] if values.ndim == 2 else values

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_ready": False, "module": packed(self.module)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.module = unpacked(self.module)

    def __repr__(self) -> str:
        name = type(self.module).__name__
        return f"TorchModel({name}, encoding={self.encoding!r}, output={self.output})"


def _import_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        msg = 'TorchModel needs PyTorch: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg) from error
    return torch


def _device(name: str, torch: Any) -> Any:
    if name != "auto":
        return torch.device(name)
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _place_and_type(module: Any, torch: Any) -> tuple[Any, Any]:
    """Where a module computes and in which type: as its first floating parameter or buffer."""
    for tensor in (*module.parameters(), *module.buffers()):
        if tensor.is_floating_point():
            return tensor.device, tensor.dtype
    return torch.device("cpu"), torch.float32
