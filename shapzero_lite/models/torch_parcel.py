"""A torch module on its way to another process, its weights as plain arrays.

PyTorch sends tensors between processes through shared memory, one open file a tensor: a network of
some hundred layers in a few tasks uses up the 1,024 files that a process may have open. Arrays
travel inside the message instead, to other machines too.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class _Array:
    """A tensor as its bytes, which also hold types that NumPy has not (bfloat16)."""

    raw: NDArray[np.uint8]
    shape: tuple[int, ...]
    dtype: torch.dtype
    requires_grad: bool
    parameter: bool


def packed(module: torch.nn.Module) -> torch.nn.Module:
    """Return a copy of a module with arrays in the place of its parameters and buffers.

    The copy is good for sending only; ``unpacked`` makes a module of it again. Weights that two
    layers share stay shared. On the CPU, as the receiver may have no other device.
    """
    import torch

    # deepcopy looks here before it copies anything: who stands in it already is not copied.
    stands_for: dict[int, Any] = {}
    for tensor in (*module.parameters(), *module.buffers()):
        flat = tensor.detach().cpu().contiguous().reshape(-1)
        stands_for[id(tensor)] = _Array(
            flat.view(torch.uint8).numpy().copy(),
            tuple(tensor.shape),
            tensor.dtype,
            tensor.requires_grad,
            isinstance(tensor, torch.nn.Parameter),
        )
    return copy.deepcopy(module, stands_for)


def unpacked(module: torch.nn.Module) -> torch.nn.Module:
    """Put tensors back in the place of the arrays, in the module itself, and return it.

    >>> import torch
    >>> unpacked(packed(torch.nn.Linear(3, 2))).weight.shape
    torch.Size([2, 3])
    """
    made: dict[int, Any] = {}
    for part in module.modules():
        for tensors in (part._parameters, part._buffers):  # noqa: SLF001 - assignment refuses arrays
            for name, held in tensors.items():
                if isinstance(held, _Array):
                    if id(held) not in made:
                        made[id(held)] = _tensor(held)
                    tensors[name] = made[id(held)]
    return module


def _tensor(held: _Array) -> torch.Tensor:
    import torch

    tensor = torch.from_numpy(held.raw.copy()).view(held.dtype).reshape(held.shape)
    if held.parameter:
        return torch.nn.Parameter(tensor, requires_grad=held.requires_grad)
    return tensor.requires_grad_(held.requires_grad)
