"""Read numbers and containers out of somebody else's pickle file without running any of it.

A pickle is a small program for a stack machine, and Python's own reader calls whatever function
the file names. Published parameters often exist only in this form. This module walks over the same
instructions (decoded by the standard library's ``pickletools``, which decodes and does nothing
else) with a machine of its own, which cannot import anything and knows no function but those in the
table of `inert_objects`. An instruction or a name that is not listed does not exist here.

Objects of other classes (a data frame, a fitted regression) can be kept as inert `Record` objects
when the caller lists their module; nothing of that class is imported.
"""

from __future__ import annotations

import bz2
import codecs
import io
import pickletools
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shapzero_lite.inert_objects import Builder, Name, Record

__all__ = ["Name", "Record", "load", "loads", "unpack"]

LIMIT = 2**30  # bytes: largest unpacked stream, and largest sum of what is built from it
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_VALUES = frozenset(
    {
        *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
        *("STRING", "BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
        *("BYTEARRAY8", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    }
)
_EMPTY: dict[str, Callable] = {"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_SET": set}
_EMPTY["EMPTY_TUPLE"] = tuple
_SHORT_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}


def _pairs(items: list) -> list[tuple]:
    """Return the (key, value) pairs of a flat list."""
    if len(items) % 2:
        raise ValueError("a dict has a key without a value")
    return list(zip(items[::2], items[1::2], strict=True))


def _set(builder: Builder, target: dict, items: list) -> None:
    """Set the items of a flat list of keys and values."""
    target.update(builder.collect(dict, _pairs(items)))


# Instructions that take everything since the last mark and make one thing of it.
_COLLECT: dict[str, Callable] = {
    "TUPLE": lambda _, items: tuple(items),
    "LIST": lambda _, items: items,
    "FROZENSET": lambda builder, items: builder.collect(frozenset, items),
    "DICT": lambda builder, items: builder.collect(dict, _pairs(items)),
}
# Instructions that add to a container already on the stack: its type, and how.
_ADD: dict[str, tuple[type, Callable]] = {
    "APPEND": (list, lambda _, target, items: target.extend(items)),
    "APPENDS": (list, lambda _, target, items: target.extend(items)),
    "ADDITEMS": (set, lambda builder, target, items: target.update(builder.collect(set, items))),
    "SETITEM": (dict, _set),
    "SETITEMS": (dict, _set),
}


def load(path: str | Path, *, records: Sequence[str] = (), limit: int = LIMIT) -> Any:
    """Return the numbers and containers stored in a pickle file, plain or compressed.

    See `loads`; the error names the file.
    """
    path = Path(path)
    try:
        return loads(path.read_bytes(), records=records, limit=limit)
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def loads(data: bytes, *, records: Sequence[str] = (), limit: int = LIMIT) -> Any:
    """Return the numbers and containers stored in a pickle stream, and run nothing of it.

    Read are numbers, text, bytes, lists, tuples, dicts, sets and NumPy arrays of these; the stream
    may be compressed (zlib, gzip, bz2).

    Parameters
    ----------
    data : the whole stream.
    records : modules whose objects are kept as inert `Record` objects (name, arguments, state),
        for instance ``["pandas"]``; nothing is imported.
    limit : bytes that the stream may unpack to, and that may be built from it.

    Raises
    ------
    ValueError
        If the file asks for anything else (the message names it), is cut short, has something
        after its end, or is larger than `limit`.

    Examples
    --------
    >>> import pickle
    >>> loads(pickle.dumps({"order": 2, "values": [0.5, 1.5]}))
    {'order': 2, 'values': [0.5, 1.5]}
    >>> loads(pickle.dumps(print))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: this pickle is not read: it asks for builtins.print, and only numbers, text, ...
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise TypeError(f"a pickle stream is bytes, and this is {type(data).__name__}")
    stream = io.BytesIO(unpack(bytes(data), limit))
    try:
        value = _run(stream, Builder(records, limit))
    except RecursionError:
        raise ValueError("this pickle is not read: things are nested too deeply in it") from None
    except (ArithmeticError, LookupError, MemoryError, TypeError, AttributeError) as error:
        raise ValueError(f"this pickle is not read: it is damaged ({error!r})") from error
    except ValueError as error:
        raise ValueError(f"this pickle is not read: {error}") from error
    if stream.read(1):
        raise ValueError("this pickle is not read: something follows after its end")
    return value


def unpack(data: bytes, limit: int = LIMIT) -> bytes:
    """Return the uncompressed stream (zlib, gzip or bz2; anything else as it is).

    Raises
    ------
    ValueError
        If it is cut short, damaged, has something after its end, or unpacks to more than `limit`
        bytes; no more than `limit` + 1 bytes are ever made.
    """
    if data[:1] == b"x" or data[:2] == b"\x1f\x8b":
        packed: Any = zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)  # zlib or gzip, by the header
    elif data[:3] == b"BZh":
        packed = bz2.BZ2Decompressor()
    else:
        packed = None
    try:
        plain = data if packed is None else packed.decompress(data, limit + 1)
    except (zlib.error, OSError) as error:
        raise ValueError(f"the compressed stream is damaged: {error}") from error
    if len(plain) > limit:
        raise ValueError(f"it unpacks to more than {limit:,} bytes; pass a larger `limit`")
    if packed is not None and not packed.eof:
        raise ValueError("the compressed stream is cut short")
    if packed is not None and packed.unused_data:
        raise ValueError("something follows after the end of the compressed stream")
    return plain


def _instructions(stream: io.BytesIO) -> Iterator[tuple[pickletools.OpcodeInfo, Any]]:
    """Yield instruction and argument, up to STOP, as ``pickletools.genops`` does.

    That one believes that text in a file of Python 2 is ASCII. There it also held the bytes of an
    array, so it is read here as one letter a byte, like the text of the binary protocols.
    """
    while True:
        code = stream.read(1)
        opcode = pickletools.code2op.get(code.decode("latin-1"))
        if opcode is None:
            raise ValueError(f"at byte {stream.tell()} it is cut short, or no pickle")
        if opcode.name == "STRING":
            text = stream.readline().rstrip(b"\n")
            if len(text) < 2 or text[:1] not in (b"'", b'"') or text[:1] != text[-1:]:
                raise ValueError("it has text without quotes around it")
            yield opcode, codecs.escape_decode(text[1:-1])[0].decode("latin-1")
        else:
            yield opcode, opcode.arg.reader(stream) if opcode.arg else None
        if opcode.name == "STOP":
            return


def _run(stream: io.BytesIO, builder: Builder) -> Any:
    """Follow the instructions until STOP."""
    stack: list = []
    marks: list[list] = []  # the stacks below each open mark
    memo: dict[int, Any] = {}
    for opcode, argument in _instructions(stream):
        op = opcode.name
        if op in ("PROTO", "FRAME"):
            continue
        if op == "STOP":
            break
        if op == "MARK":
            marks.append(stack)
            stack = []
        elif op in _CONSTANTS:
            stack.append(_CONSTANTS[op])
        elif op in _VALUES:
            stack.append(argument)
        elif op in _EMPTY:
            stack.append(_EMPTY[op]())
        elif op in _SHORT_TUPLES:
            size = _SHORT_TUPLES[op]
            items = [stack.pop() for _ in range(size)]
            stack.append(tuple(items[::-1]))
        elif op in _COLLECT:
            items, stack = stack, marks.pop()
            stack.append(_COLLECT[op](builder, items))
        elif op in _ADD:
            if opcode.stack_before[-1] is pickletools.stackslice:
                items, stack = stack, marks.pop()
            else:  # one item, or one key and its value
                size = len(opcode.stack_before) - 1
                items = [stack.pop() for _ in range(size)][::-1]
            kind, add = _ADD[op]
            if type(stack[-1]) is not kind:
                raise ValueError(f"it adds items to a {type(stack[-1]).__name__}")
            add(builder, stack[-1], items)
        elif op in ("PUT", "BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif op == "MEMOIZE":
            memo[len(memo)] = stack[-1]
        elif op in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif op == "DUP":
            stack.append(stack[-1])
        elif op == "POP" and stack:
            stack.pop()
        elif op in ("POP", "POP_MARK"):
            stack = marks.pop()
        elif op == "GLOBAL":
            stack.append(builder.name(*argument.split(" ", 1)))
        elif op == "STACK_GLOBAL":
            name, module = stack.pop(), stack.pop()
            stack.append(builder.name(str(module), str(name)))
        elif op in ("REDUCE", "NEWOBJ"):
            arguments, what = stack.pop(), stack.pop()
            stack.append(builder.call(what, arguments))
        elif op == "BUILD":
            state = stack.pop()
            builder.build(stack[-1], state)
        else:
            raise ValueError(f"it uses the instruction {op}, which numbers do not need")
    if len(stack) != 1 or marks:
        raise ValueError("it is damaged: it does not end with exactly one object")
    if builder.unfilled:
        raise ValueError("it is damaged: it announces an array and never fills it")
    return stack[0]
