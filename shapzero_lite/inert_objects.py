"""What a pickle file may ask for, and the inert thing that is built instead.

`restricted_pickle` reads the instructions; this module holds the only table of names that it knows.
Every entry makes a number, text, a container or a NumPy array out of parts that were checked, and
nothing is looked up by name. NumPy's own reader of data types is not used either: it believes flags
in the file, and with a wrong flag the bytes of an array become addresses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

_KEYS = (str, bytes, int, float, complex, type(None), np.generic)


@dataclass(frozen=True)
class Name:
    """The name of a class or function that a file mentions: two strings, never the thing itself."""

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Record:
    """An object that is not rebuilt: what its class would have been called with, and set to."""

    name: Name
    args: tuple = ()
    state: Any = None


class _DType:
    """A data type in the making; `resolved` is checked, unlike the flags that a file sets."""

    def __init__(self, code: Any) -> None:
        code = code.decode("latin-1") if isinstance(code, bytes) else code
        letters = str(code).lstrip("<>=|")
        if letters[:1] not in tuple("?biufcSUVO") or not (letters[1:] or "0").isdigit():
            raise ValueError(f"it has an array of type {code!r}; numbers and text only are read")
        self.resolved = np.dtype(code)

    def set_state(self, state: Any) -> None:
        """Take byte order and fields from (version, order, subarray, names, fields, size, …)."""
        if not isinstance(state, tuple) or len(state) < 7:
            raise ValueError("an array's data type is described by something else than NumPy's")
        order, subarray, names, fields, size = state[1:6]
        if subarray is not None:
            raise ValueError("it has an array of arrays of fixed shape, which is not read")
        if names:
            parts = [fields[n] for n in names]
            formats = [_plain(part[0]) for part in parts]
            if any(f.hasobject for f in formats):
                raise ValueError("it has an array whose rows hold objects, which is not read")
            offsets = [part[1] for part in parts]
            self.resolved = np.dtype(
                {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size}
            )
        elif order in ("<", ">"):
            self.resolved = self.resolved.newbyteorder(order)


def _plain(dtype: Any) -> np.dtype:
    """Return the checked data type; an array may name nothing else as its type."""
    if isinstance(dtype, _DType):
        return dtype.resolved
    raise ValueError("an array's data type is described by something else than NumPy's")


def _raw(data: Any) -> bytes:
    """Return bytes; Python 2 wrote them as text, one letter a byte."""
    data = data.encode("latin-1") if isinstance(data, str) else data
    if not isinstance(data, (bytes, bytearray)):
        raise ValueError(f"an array's numbers are stored as {type(data).__name__}, not as bytes")
    return bytes(data)


class Builder:
    """Build values from what a file names: one method a kind, `budget` bytes left to spend."""

    def __init__(self, records: Sequence[str], budget: int) -> None:
        self.records = (records,) if isinstance(records, str) else tuple(records)
        self.budget = budget
        self.unfilled: dict[int, np.ndarray] = {}  # arrays announced, their numbers still to come

    def spend(self, size: int) -> None:
        """Count what is built: one stored block may be used a million times by a few bytes."""
        self.budget -= size
        if self.budget < 0:
            raise ValueError("it would unpack to more than the limit; pass a larger `limit`")

    def name(self, module: str, name: str) -> Name:
        """Return the name, if it is known to be harmless or was listed by the caller."""
        if (module, name) in _CALLS or (module, name) in _TYPES or self.listed(module):
            return Name(module, name)
        raise ValueError(
            f"it asks for {module}.{name}, and only numbers, text, containers and NumPy arrays are "
            "read. Nothing in it was run"
        )

    def listed(self, module: str) -> bool:
        """Tell whether the caller wants objects of this module as records."""
        return any(module == r or module.startswith(r + ".") for r in self.records)

    def call(self, what: Any, args: Any) -> Any:
        """Do what the file means by calling `what`: look it up in the table, or keep a record."""
        if not isinstance(what, Name) or not isinstance(args, tuple):
            raise ValueError("it calls something that is not the name of a function")
        if (make := _CALLS.get((what.module, what.name))) is not None:
            return make(self, *args)
        if not self.listed(what.module):
            raise ValueError(f"it calls {what}, which is a type and is not built")
        return Record(what, args)

    def build(self, target: Any, state: Any) -> None:
        """Fill an array, a data type or a record; nothing else can be changed afterwards."""
        if isinstance(target, _DType):
            target.set_state(state)
        elif isinstance(target, Record):
            target.state = state
        elif isinstance(target, np.ndarray) and self.unfilled.pop(id(target), None) is not None:
            if not isinstance(state, tuple) or len(state) not in (4, 5):
                raise ValueError("an array's content is described by something else than NumPy's")
            shape, dtype, fortran, data = state[-4:]
            target.__setstate__((1, *self.checked(shape, _plain(dtype), data, fortran)))
        else:
            raise ValueError(f"it tries to change a {type(target).__name__} after making it")

    def checked(self, shape: Any, dtype: np.dtype, data: Any, fortran: Any = None) -> tuple:
        """Return (shape, dtype, order, data) whose sizes fit together."""
        shape = tuple(shape) if isinstance(shape, (tuple, list)) else (shape,)
        if len(shape) > 32 or not all(type(s) is int and s >= 0 for s in shape):
            raise ValueError(f"an array's shape is {shape}")
        count = prod(shape)
        if count and not dtype.itemsize:
            raise ValueError(f"an array of shape {shape} has elements of 0 bytes")
        if dtype.hasobject:  # a list of things already read; raw bytes here would be addresses
            if not isinstance(data, list) or len(data) != count:
                raise ValueError(f"an array of {count} objects does not come with {count} objects")
            self.spend(8 * count)
            return shape, dtype, bool(fortran), data
        data = _raw(data)
        if len(data) != count * dtype.itemsize:
            raise ValueError(
                f"an array of shape {shape} and type {dtype} needs {count * dtype.itemsize} bytes, "
                f"and the file has {len(data)}"
            )
        self.spend(len(data))
        return shape, dtype, bool(fortran), data

    def announce(self, *_: Any) -> np.ndarray:
        """Make the empty array that a later instruction fills."""
        array = np.zeros(0, dtype=np.int8)
        self.unfilled[id(array)] = array
        return array

    def array(self, data: Any, dtype: Any, shape: Any, order: Any = "C") -> np.ndarray:
        """Return an array from its bytes (protocol 5)."""
        dtype = _plain(dtype)
        if dtype.hasobject:
            raise ValueError("objects are stored as bytes")
        shape, *_, data = self.checked(shape, dtype, data)
        array = np.frombuffer(data, dtype).reshape(shape, order="F" if order == "F" else "C")
        return array.astype(dtype.newbyteorder("="))  # a copy, in this machine's byte order

    def scalar(self, dtype: Any, data: Any = b"") -> Any:
        """Return one NumPy number."""
        return self.array(data, dtype, ())[()]

    def collect(self, kind: type, items: Any = ()) -> Any:
        """Return a container of the things in a list, tuple or set."""
        if not isinstance(items, (list, tuple, set, frozenset, dict)):
            raise ValueError(f"a {kind.__name__} is made of a {type(items).__name__}")
        self.spend(8 * len(items))
        if kind is not dict:
            self.check_keys(items if kind in (set, frozenset) else ())
            return kind(items)
        pairs = [tuple(pair) for pair in (items.items() if isinstance(items, dict) else items)]
        self.check_keys(key for key, _ in pairs)
        return dict(pairs)

    def check_keys(self, keys: Iterable) -> None:
        """Allow numbers, text and flat tuples of these as keys of a dict or members of a set.

        A few bytes can describe a tuple of tuples of tuples whose hash takes years.
        """
        for key in keys:
            for part in key if type(key) is tuple else (key,):
                if not isinstance(part, _KEYS):
                    raise ValueError(f"a dict or set has a {type(part).__name__} inside a key")
                self.spend(sys.getsizeof(part) // 8)  # hashing reads it all, each time

    def octets(self, kind: type, data: Any = b"", encoding: Any = "latin1") -> Any:
        """Return bytes or a bytearray; protocol 2 stores them as text of one letter a byte."""
        if encoding not in ("latin1", "latin-1"):
            raise ValueError(f"it encodes a {type(data).__name__} as {encoding!r}, not as latin1")
        data = _raw(data)
        self.spend(len(data))
        return kind(data)

    def old_object(self, kind: Any, *_: Any) -> Record:
        """Return a record: protocols 0 to 2 name the class in the first argument."""
        if not isinstance(kind, Name) or not self.listed(kind.module):
            raise ValueError(f"it builds an object of {kind}")
        return Record(kind)

    def number(self, kind: type, *args: Any) -> Any:
        """Return a complex number or a slice, of numbers."""
        if not all(isinstance(a, (int, float, type(None))) for a in args):
            raise ValueError(f"a {kind.__name__} is made of something that is not a number")
        return kind(*args)


def _of(kind: type, method: Callable) -> Callable:
    """Return the method for one kind of value."""
    return lambda builder, *args: method(builder, kind, *args)


_TYPES = {("numpy", "ndarray")}  # may be mentioned, not called
_CALLS: dict[tuple[str, str], Callable] = {
    ("_codecs", "encode"): _of(bytes, Builder.octets),
    ("numpy", "dtype"): lambda *args: _DType(args[1]),
    ("collections", "OrderedDict"): _of(dict, Builder.collect),
    ("collections", "defaultdict"): lambda *_: {},  # its items follow; its factory is not kept
}
for _np in ("numpy.core", "numpy._core"):
    _CALLS[_np + ".multiarray", "_reconstruct"] = Builder.announce
    _CALLS[_np + ".multiarray", "scalar"] = Builder.scalar
    _CALLS[_np + ".numeric", "_frombuffer"] = Builder.array
for _py in ("builtins", "__builtin__"):
    _TYPES.add((_py, "object"))
    for _kind in (set, frozenset, list, tuple, dict):
        _CALLS[_py, _kind.__name__] = _of(_kind, Builder.collect)
    for _kind in (bytes, bytearray):
        _CALLS[_py, _kind.__name__] = _of(_kind, Builder.octets)
    for _kind in (complex, slice):
        _CALLS[_py, _kind.__name__] = _of(_kind, Builder.number)
for _py in ("copyreg", "copy_reg"):
    _CALLS[_py, "_reconstructor"] = Builder.old_object
