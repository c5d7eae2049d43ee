"""Read numbers and containers out of somebody else's pickle file without running any of it.

A pickle is a small program, and Python's reader calls whatever it names. Here a name stands in one
table of makers that do no harm whatever they are given, or its module is listed and the object is
kept as an inert record, or the file is refused. That is not all: the reader written in C also takes
extension codes from a cache, changes what a file points at, and reserves the memory that a file
speaks of. So this is the one written in Python, with such instructions left out or guarded.
"""

from __future__ import annotations

import io
import math
import pickle
import pickletools
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

_KEYS = (str, bytes, int, float, complex, type(None), np.generic)
_LEFT_OUT = "INST OBJ PERSID BINPERSID EXT1 EXT2 EXT4 NEWOBJ_EX NEXT_BUFFER READONLY_BUFFER"


class Record:
    """An object that is not rebuilt: what its class would have been called with, and set to."""

    def __init__(self, name: str, *args: Any) -> None:
        self.name, self.args = name, args
        self.state: Any = None


def load(file: str | Path | bytes, records: Sequence[str] = (), *, limit: int = 2**30) -> Any:
    """Return the numbers, text, containers and arrays in a pickle (a path, or its bytes).

    ``records``: modules whose objects become a `Record`; nothing is imported. Raises ``ValueError``
    that names what else the file asks for, or says that it is damaged, or that its size and what
    is built of it come to more than ``limit`` bytes.

    >>> load(pickle.dumps({"order": 2, "values": [0.5, 1.5]}))
    {'order': 2, 'values': [0.5, 1.5]}
    >>> load(pickle.dumps(print))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: this pickle is not read: it asks for builtins.print, and only numbers, text, ...
    """
    which = "this pickle" if isinstance(file, bytes) else Path(file).name
    reader = _Reader(file if isinstance(file, bytes) else Path(file).read_bytes(), records, limit)
    try:
        value = reader.load()
        if reader.stack or reader.metastack or reader.unfilled or reader.read(1):
            raise UnpicklingError("something is unfinished, or follows after its end")
    except Exception as error:
        why = error if isinstance(error, UnpicklingError) else f"it is damaged ({error!r})"
        raise ValueError(f"{which} is not read: {why}") from error
    return value


class _Reader(pickle._Unpickler):  # noqa: SLF001 - only the reader written in Python can be guarded
    """Python's reader, to which this object says what each instruction and each name means."""

    # of Python's reader, and not of the one in C that the type checker knows
    stack: list[Any]
    metastack: list[list[Any]]
    read: Callable[[int], bytes]
    load_binbytes8: Callable[[], None]

    def __init__(self, data: bytes, records: Sequence[str], limit: int) -> None:
        super().__init__(io.BytesIO(data), encoding="latin-1")  # Python 2 kept arrays in text
        self.records = (records,) if isinstance(records, str) else records
        self.limit, self.left = limit, limit - len(data)
        self.unfilled: dict[int, np.ndarray] = {}  # arrays announced, their numbers still to come
        # It asks this object what an instruction does, and not the table of its class.
        self.dispatch = self  # type: ignore[assignment, misc]
        self.makers: dict[str, Any] = {
            "numpy.dtype": partial(Record, "numpy.dtype"),
            "numpy.core.multiarray._reconstruct": self.announce,
            "numpy.core.multiarray.scalar": lambda dtype, data: self.array((), dtype, 0, data)[()],
            "numpy.core.numeric._frombuffer": lambda b, d, s, o: self.array(s, d, o == "F", b),
            "builtins.set": partial(self.collect, set),
            "builtins.frozenset": partial(self.collect, frozenset),
            "builtins.bytes": partial(self.octets, bytes),
            "builtins.bytearray": partial(self.octets, bytearray),
            "builtins.complex": lambda real, imag: complex(real=real, imag=imag),
            "builtins.slice": slice,
            "_codecs.encode": partial(self.octets, bytes),
            "collections.OrderedDict": partial(self.collect, dict),
            "collections.defaultdict": lambda _: {},  # what makes its new values is not kept
            "copyreg._reconstructor": lambda name, *_: name(),
            **dict.fromkeys(("numpy.ndarray", "builtins.object", "builtins.list"), "not called"),
        }

    def __getitem__(self, code: int) -> Callable:
        """Return what the next instruction does, if it is allowed with what is on the stack."""
        self.spend(256)  # one byte of a file can make a set of 216
        if code not in _HANDLERS:
            raise UnpicklingError(f"it uses the instruction {_NAMES.get(code, code)}")
        if code in _KEYED:
            self.keys(*_KEYED[code](self.stack, self.metastack))
        return _HANDLERS[code]

    def spend(self, size: int) -> None:
        """Count what is built: one stored block may be used a million times by a few bytes."""
        self.left -= size
        if self.left < 0:
            raise UnpicklingError(f"it makes more than {self.limit:,} bytes; pass a larger `limit`")

    def keys(self, target: Any, keys: Iterable) -> None:
        """Allow numbers, text and flat tuples of them: the hash of a nested one can take years."""
        if type(target) not in (dict, set):
            raise UnpicklingError(f"it adds items to a {type(target).__name__}")
        for part in (p for key in keys for p in (key if type(key) is tuple else (key,))):
            if not isinstance(part, _KEYS):
                raise UnpicklingError(f"a dict or set has a {type(part).__name__} inside a key")
            self.spend(sys.getsizeof(part))  # hashing reads it all, each time

    def find_class(self, module: str, name: str) -> Any:
        """Return the maker that stands for a name, or for a record if its module is listed."""
        self.spend(len(module) + len(name))
        new = {"__builtin__": "builtins", "copy_reg": "copyreg"}.get(module, module)
        if (known := f"{new}.{name}".replace("numpy._core.", "numpy.core.")) in self.makers:
            return self.makers[known]
        if any(f"{module}.".startswith(f"{listed}.") for listed in self.records):
            return partial(Record, f"{module}.{name}")
        raise UnpicklingError(
            f"it asks for {module}.{name}, and only numbers, text, containers and NumPy arrays are "
            "read. Nothing in it was run"
        )

    def load_reduce(self) -> None:
        """Call a maker; its arguments are copied, so they count."""
        arguments = self.stack.pop()
        self.spend(8 * len(arguments))
        self.stack[-1] = self.stack[-1](*arguments)

    def load_build(self) -> None:
        """Set a record's state or fill an array that was announced; nothing else is changed."""
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, Record):
            target.state = state
        elif self.unfilled.pop(id(target), None) is not None:
            shape, kind, fortran, data = state[-4:]
            self.array(shape, kind, fortran, data, target)
        else:
            raise UnpicklingError(f"it tries to change a {type(target).__name__} after making it")

    def load_bytearray8(self) -> None:
        """Take the bytes that are there; Python's own makes room for as many as are claimed."""
        self.load_binbytes8()
        self.stack[-1] = bytearray(self.stack[-1])

    def collect(self, kind: type, items: Any = ()) -> Any:
        """Return a set of the items, or a dict of the pairs."""
        self.keys(set(), [key for key, _ in items] if kind is dict else items)
        return kind(items)

    def octets(self, kind: type, data: Any = b"", code: Any = "latin1") -> Any:
        """Return bytes or a bytearray; old protocols store them as text, one letter a byte."""
        if isinstance(data, str) and code in ("latin1", "latin-1"):
            data = data.encode("latin-1")
        self.spend(len(data))
        return kind(memoryview(data))  # kind(10**12) would be as many zeros

    def announce(self, *_: Any) -> np.ndarray:
        """Return an array that a later instruction fills."""
        array = np.zeros(0)
        return self.unfilled.setdefault(id(array), array)

    def dtype(self, record: Record) -> np.dtype:
        """Return a data type from its letters, byte order and fields.

        NumPy also believes flags in a file, and a wrong one turns bytes into addresses of objects.
        """
        code = record.args[0]
        state: Any = record.state or (3, "|", None, None, None, None)
        _, order, subarray, names, fields, size = state[:6]
        if not re.fullmatch("[<>=|]?[?biufcSUVO][0-9]{0,9}", code) or subarray is not None:
            raise UnpicklingError(f"it has an array of type {code!r}; numbers and text are read")
        if not names:
            return np.dtype(code).newbyteorder(order)
        self.keys({}, names)
        formats = [self.dtype(fields[name][0]) for name in names]
        if any(part.hasobject or part.names for part in formats):
            raise UnpicklingError("it has an array whose rows hold objects or rows")
        offsets = [fields[name][1] for name in names]
        return np.dtype(
            {"names": list(names), "formats": formats, "offsets": offsets, "itemsize": size}
        )

    def array(self, shape: Any, kind: Any, fortran: Any, data: Any, into: Any = None) -> np.ndarray:
        """Return an array once shape, type and elements agree: NumPy reads past a short list."""
        dtype = self.dtype(kind)
        data = data.encode("latin-1") if isinstance(data, str) else data
        held, width = (list, 1) if dtype.hasobject else ((bytes, bytearray), dtype.itemsize)
        if not width or not all(type(size) is int and size >= 0 for size in shape):
            raise UnpicklingError(f"an array of type {dtype} has an impossible shape")
        if not isinstance(data, held) or len(data) != math.prod(shape) * width:
            raise UnpicklingError(f"an array of shape {shape} and type {dtype} lacks its elements")
        self.spend(math.prod(shape) * dtype.itemsize)
        array = np.zeros(0) if into is None else into
        data = data if dtype.hasobject else bytes(data)
        filled: Any = (1, tuple(shape), dtype, bool(fortran), data)
        array.__setstate__(filled)
        return array


_NAMES = {ord(op.code): op.name for op in pickletools.opcodes if op.proto <= 5}
_HANDLERS: dict[int, Callable] = {
    c: _Reader.dispatch[c] for c, name in _NAMES.items() if name not in _LEFT_OUT.split()
}
_HANDLERS[pickle.REDUCE[0]] = _HANDLERS[pickle.NEWOBJ[0]] = _Reader.load_reduce
_HANDLERS[pickle.BUILD[0]] = _Reader.load_build
_HANDLERS[pickle.BYTEARRAY8[0]] = _Reader.load_bytearray8
_KEYED: dict[int, Callable] = {  # container and keys, of the instructions that hash
    pickle.SETITEM[0]: lambda stack, below: (stack[-3], stack[-2:-1]),
    pickle.SETITEMS[0]: lambda stack, below: (below[-1][-1], stack[::2]),
    pickle.ADDITEMS[0]: lambda stack, below: (below[-1][-1], stack),
    pickle.DICT[0]: lambda stack, below: ({}, stack[::2]),
    pickle.FROZENSET[0]: lambda stack, below: ({}, stack),
}
