"""The reader of other people's pickle files: what it reads, and that it runs nothing of them."""

import bz2
import collections
import contextlib
import copyreg
import datetime as dt
import functools
import gzip
import operator
import os
import pickle
import pickletools
import struct
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapzero_lite.models.adapters import restricted_pickle as rp

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def same(a, b):
    """Equal values, types and shapes, all the way down."""
    if isinstance(b, np.ndarray) and b.dtype == object:
        return same(a.tolist(), b.tolist()) and a.shape == b.shape
    if isinstance(b, (np.ndarray, np.generic)):
        b = b.astype(b.dtype.newbyteorder("="))  # NumPy's own reader gives this machine's order too
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(b, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in b)
    return a == b


VALUES = [
    None,
    [True, False, 0, -1, 255, 65536, -(2**31), 2**63, -(10**30)],
    [0.0, -0.0, 1.5e-300, float("inf"), 3 + 4j],
    ["", "ACGU", "α → β", "a\nb\\", b"", b"\x00\xff", bytearray(b"xyz")],
    {"a": [1, (2, 3), {4, 5}], (0, 3): 1.0, 7: {"deeper": [[[]]]}},
    [set(), frozenset({1, 2}), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    list(range(3000)),
    np.arange(24.0).reshape(2, 3, 4),
    np.asfortranarray(np.arange(6, dtype=np.uint8).reshape(2, 3)),
    np.array(5),
    np.zeros((0, 3)),
    np.arange(4, dtype=">i4"),
    np.array([1 + 2j, 3]),
    np.array([True, False]),
    np.array(["ACGU", "G"]),
    np.array([b"ACGU", b"G"]),
    np.array([1, "two", None, [3, 4.0]], dtype=object),
    [np.float64(0.5), np.int64(3), np.complex128(1j), np.bool_(True), np.float32(2)],
    np.array([(1, 2.5), (3, 4.5)], dtype=[("left", "<i8"), ("value", "<f8")]),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", VALUES, ids=lambda v: type(v).__name__)
def test_numbers_and_containers_come_back_unchanged(value, protocol):
    assert same(rp.load(pickle.dumps(value, protocol)), value)


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    ),
    st.sampled_from(PROTOCOLS),
)
def test_any_nested_value_comes_back_unchanged(value, protocol):
    assert same(rp.load(pickle.dumps(value, protocol)), value)


def test_ordered_and_default_dicts_become_dicts():
    assert rp.load(pickle.dumps(collections.OrderedDict(b=1, a=2), 2)) == {"b": 1, "a": 2}
    assert rp.load(pickle.dumps(collections.defaultdict(list, {3: [1]}))) == {3: [1]}


def test_a_shared_object_stays_shared():
    row = [1, 2]
    first, second = rp.load(pickle.dumps([row, row]))
    assert first is second


def test_text_of_python_2_is_one_letter_a_byte():
    """There, text also held the bytes of an array, and protocol 0 wrote them with escapes."""
    text = bytes(range(256))
    quoted = b"S" + repr(text)[1:].encode() + b"\n."
    assert rp.load(quoted) == text.decode("latin-1")
    doubles = np.array([0.1, -2.5e300])
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
        b"(I1\n(I2\ntcnumpy\ndtype\n(S'f8'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nS"
        + repr(doubles.astype("<f8").tobytes())[1:].encode()
        + b"\ntb."
    )
    assert rp.load(array).tolist() == doubles.tolist()


@pytest.mark.parametrize("text", [b"", b"'", b"abc", b"'abc\"", b"'abc", b"'\\x4'"])
def test_text_of_python_2_without_its_quotes_is_refused(text):
    with pytest.raises(ValueError, match="this pickle is not read"):
        rp.load(b"S" + text + b"\n.")


def test_arrays_are_writable_and_own_their_numbers():
    for protocol in PROTOCOLS:
        array = rp.load(pickle.dumps(np.arange(3.0), protocol))
        array[0] = 9
        assert type(array) is np.ndarray


# ── nothing is run ────────────────────────────────────────────────────────────────────────────────


class Call:
    """Pickles as a call of any function."""

    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


def stream(*parts):
    """Return a protocol-2 stream of these instructions."""
    return b"\x80\x02" + b"".join(parts) + b"."


MARKER = "executed"
HOSTILE = {
    "os.system": Call(os.system, f"touch {MARKER}"),
    "subprocess": Call(subprocess.call, ["touch", MARKER]),
    "eval": Call(eval, f"open({MARKER!r}, 'w')"),
    "exec": Call(exec, f"open({MARKER!r}, 'w')"),
    "open": Call(open, MARKER, "w"),
    "import": Call(__import__, "antigravity"),
    "getattr": Call(getattr, Call(__import__, "os"), "system"),
    "partial": functools.partial(print, 1),
    "attrgetter": operator.attrgetter("system"),
    "map": Call(map, print, [1]),
    "globals": Call(globals),
    "numpy.load": Call(np.load, "secret.npy", None, True),
    "numpy.fromfile": Call(np.fromfile, "/etc/passwd"),
    "numpy.memmap": Call(np.memmap, MARKER),
    "date": dt.date(2020, 1, 1),
    "path": Path("x"),
    "a class": Call,
    "a type": int,
    "a function": len,
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_asks_for_anything_else_is_refused(name, protocol, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for value in (HOSTILE[name], [1, {"deep": (HOSTILE[name],)}]):
        with pytest.raises(ValueError, match=r"it asks for .* Nothing in it was run"):
            rp.load(pickle.dumps(value, protocol))
    assert not (tmp_path / MARKER).exists()


def test_the_message_names_the_file_and_what_it_asks_for(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(HOSTILE["os.system"]))
    with pytest.raises(
        ValueError, match=r"^model\.pkl is not read: it asks for (posix|nt)\.system"
    ):
        rp.load(path)


@pytest.mark.parametrize(
    "name",
    [
        b"numpy.core.multiarray\nos.system",
        b"numpy\nf2py.os.system",
        b"numpy\n__builtins__",
        b"numpy.core.multiarray\n_reconstruct.__globals__",
        b"numpy.core.multiarray\nfromfile",
        b"numpy.testing._private.utils\nrunstring",
        b"numpy\nload",
        b"builtins\ngetattr",
        b"__builtin__\neval",
        b"shapzero_lite.models.adapters.restricted_pickle\nload",
        b"collections\nnamedtuple",
        b"_codecs\nlookup",
        b"copyreg\n__newobj__",
        b"copyreg\nadd_extension",
    ],
)
def test_names_beside_the_allowed_ones(name):
    with pytest.raises(ValueError, match="it asks for"):
        rp.load(stream(b"c", name, b"\n", b")R"))


DTYPE = b"cnumpy\ndtype\nU\x02i8\x85R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
EMPTY = DTYPE.replace(b"i8", b"S0")  # elements of no bytes
SCALAR = b"cnumpy.core.multiarray\nscalar\n"
ARRAY = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"


def filled(shape, dtype, data):
    """Return an array whose state is (1, shape, dtype, False, data)."""
    return stream(ARRAY, b"(K\x01", shape, dtype, b"\x89", data, b"tb")


def test_the_pieces_below_make_an_array_when_they_are_right():
    data = struct.pack("<q", 7)
    assert rp.load(filled(b"K\x01\x85", DTYPE, b"U\x08" + data)).tolist() == [7]
    assert rp.load(stream(SCALAR, DTYPE, b"U\x08", data, b"\x86R")) == 7


@pytest.mark.parametrize(
    ("pickled", "message"),
    [
        # an array of objects given as raw bytes, and the file's flags (K\x00) say: no objects
        (filled(b"K\x01\x85", DTYPE.replace(b"i8", b"O8"), b"U\x08AAAAAAAA"), "its elements"),
        (stream(SCALAR, DTYPE.replace(b"i8", b"O8"), b"U\x08AAAAAAAA\x86R"), "its elements"),
        # more or fewer elements than the shape says; NumPy reads past the end of a short list
        (filled(b"K\xff\x85", DTYPE, b"U\x08AAAAAAAA"), "its elements"),
        (filled(b"K\x09\x85", DTYPE.replace(b"i8", b"O8"), b"]"), "its elements"),
        (filled(b"J\xff\xff\xff\xff\x85", DTYPE, b"U\x00"), "shape"),
        (filled(b"\x8a\x08" + b"\xff" * 7 + b"\x7f\x85", EMPTY, b"U\x00"), "shape"),
        (filled(b"K\x01\x85", b"K\x07", b"U\x08AAAAAAAA"), "damaged"),
        (filled(b"K\x01\x85", DTYPE.replace(b"i8", b"zz"), b"U\x08AAAAAAAA"), "type 'zz'"),
        (filled(b"K\x01\x85", DTYPE.replace(b"i8", b"M8"), b"U\x08AAAAAAAA"), "type 'M8'"),
        # changing things after they were made
        (stream(b"cnumpy.core.multiarray\n_reconstruct\n}U\x08__code__K\x01sb"), "change a method"),
        (stream(b"c_codecs\nencode\nN}U\x0c__defaults__K\x01\x85s\x86b"), "change a partial"),
        (stream(b"cbuiltins\nslice\n}U\x04stopK\x01sb"), "change a type"),
        (stream(b"]}U\x05clearK\x01sb"), "change a list"),
        (stream(b"}N}U\x01xK\x01s\x86b"), "change a dict"),
        (stream(ARRAY, b"(K\x01K\x00\x85", DTYPE, b"\x89U\x00tb}b"), "change a ndarray"),
        (stream(ARRAY, b"}U\x04dataK\x01sb"), "damaged"),
        (stream(ARRAY), "unfinished"),
        # calling what is not a name, building what was only mentioned, adding to no container
        (stream(b"K\x01)R"), "not callable"),
        (stream(b"cnumpy\nndarray\n)R"), "not callable"),
        (stream(b"cnumpy\nndarray\n)\x81"), "not callable"),
        (stream(b"K\x01K\x02a"), "no attribute 'append'"),
        (stream(b"cnumpy\ndtype\n(K\x01e"), "no attribute 'append'"),
        (stream(b"]K\x00K\x01s"), "adds items to a list"),
        (stream(b"](K\x01\x90"), "adds items to a list"),
        (stream(b"ccopy_reg\n_reconstructor\nc__builtin__\nobject\n\x85R"), "not callable"),
        # instructions that numbers do not need
        (stream(b"(U\x02lsios\nsystem\n"), "instruction INST"),
        (stream(b"(cnumpy\nndarray\no"), "instruction OBJ"),
        (stream(b"Pevil\n"), "instruction PERSID"),
        (stream(b"K\x01Q"), "instruction BINPERSID"),
        (stream(b"\x82\x01"), "instruction EXT1"),
        (stream(b"cnumpy\nndarray\n)}\x92"), "instruction NEWOBJ_EX"),
        (stream(b"\x97"), "instruction NEXT_BUFFER"),
        (stream(b"\x98"), "instruction READONLY_BUFFER"),
        (stream(b"\xff"), "instruction 255"),
        # text that would be encoded by something else than latin1
        (stream(b"c_codecs\nencode\nX\x01\x00\x00\x00aX\x05\x00\x00\x00rot13\x86R"), "damaged"),
        # a number where bytes belong would become as many zeros
        (stream(b"cbuiltins\nbytes\nK\x09\x85R"), "damaged"),
        (stream(b"cbuiltins\nbytearray\nK\x09\x85R"), "damaged"),
        # a stack that does not fit
        (stream(b""), "damaged"),
        (stream(b"K\x01K\x02"), "unfinished"),
        (stream(b"(K\x01"), "unfinished"),
        (stream(b"h\x09"), "not found|damaged"),
        (stream(b"}(K\x01u"), "damaged"),
        (stream(b"}]K\x01s"), "list inside a key"),
        (stream(b"t"), "damaged"),
    ],
)
def test_hand_made_streams(pickled, message):
    with pytest.raises(ValueError, match=message):
        rp.load(pickled)


# ── size ──────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def at_most(size):
    """Fail if more than so many bytes are held at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress, bz2.compress])
def test_a_compressed_bomb_is_not_unpacked(pack):
    bomb = pack(bytes(50_000_000))
    with at_most(5_000_000), pytest.raises(ValueError, match="this pickle is not read"):
        rp.load(bomb)


def test_one_block_used_many_times_counts_every_time():
    block = b"B" + struct.pack("<I", 80_000) + bytes(80_000) + b"q\x01"
    shape = b"\x85"
    array = ARRAY + b"(K\x01M\x10\x27" + shape + DTYPE + b"\x89h\x01tb"  # 10,000 numbers
    pickled = b"\x80\x03" + block + b"0](" + array * 1000 + b"e."
    assert len(pickled) < 300_000
    with pytest.raises(ValueError, match="larger `limit`"):
        rp.load(pickled, limit=10_000_000)


NESTED = b")" + b"2\x86" * 200  # a tuple of the same tuple twice, 200 deep: 2**200 in all
FIELD = b"cnumpy\ndtype\nU\x03V16\x85R(K\x03U\x01|N%s}%sK\x10K\x01K\x00tb"


@pytest.mark.parametrize(
    "pickled",
    [
        stream(b"}", NESTED, b"K\x01s"),
        stream(b"}(", NESTED, b"K\x01u"),
        stream(b"(", NESTED, b"K\x01d"),
        stream(b"\x8f(", NESTED, b"\x90"),
        stream(b"(", NESTED, b"\x91"),
        stream(b"cbuiltins\nset\n]", NESTED, b"a\x85R"),
        stream(b"cbuiltins\nfrozenset\n]", NESTED, b"a\x85R"),
        stream(b"ccollections\nOrderedDict\n]", NESTED, b"K\x01\x86a\x85R"),
        filled(NESTED, DTYPE, b"U\x00"),
        filled(b"N\x85\x8a\x06" + b"\xff" * 5 + b"\x01\x86", DTYPE, b"U\x00"),
        filled(b")", b"cnumpy\ndtype\n" + NESTED + b"\x85R", b"U\x00"),
        filled(b")", FIELD % (NESTED + b"\x85", b""), b"U\x00"),
        stream(b"c_codecs\nencode\nU\x01a", NESTED, b"\x86R"),
    ],
)
def test_what_would_take_years_to_hash_or_to_show_is_refused(pickled):
    with pytest.raises(ValueError, match="this pickle is not read"):
        rp.load(pickled)
    rp.load(stream(NESTED))  # as a value it is small: the parts are shared


@pytest.mark.parametrize("own", [True, False])
def test_types_of_types_of_types_are_refused(own):
    """Rows whose two fields are rows whose two fields …: 2**60 in all, or without end."""
    two = b"(U\x01aU\x01bt", b"(U\x01ah\x07K\x00\x86U\x01bh\x07K\x00\x86u"
    row = FIELD.replace(b"R(", b"Rq\x07(") if own else FIELD + b"q\x07"
    pickled = DTYPE + b"q\x070" + row % two * (1 if own else 60)
    with pytest.raises(ValueError, match="this pickle is not read"):
        rp.load(filled(b")", pickled, b"U\x00"), limit=10**6)


def test_a_list_cannot_be_doubled_through_a_slice_of_itself():
    twice = b"h\x01cbuiltins\nslice\nK\x00K\x00\x86Rh\x01s0"
    with pytest.raises(ValueError, match="adds items to a list"):
        rp.load(stream(b"]q\x01K\x01a", twice * 40))


def test_short_instructions_that_make_large_things_count():
    with at_most(5_000_000), pytest.raises(ValueError, match="larger `limit`"):
        rp.load(stream(b"(", b"\x8f" * 100_000, b"t"), limit=2_000_000)  # empty sets


LONG = (
    b"X"
    + struct.pack("<I", 200_000)
    + b"listed."
    + b"x" * 199_993
    + b"q\x01X\x01\x00\x00\x00yq\x02"
)


@pytest.mark.parametrize(
    "pickled",
    [
        stream(LONG, b"(", b"h\x01h\x02\x93" * 500, b"t"),  # one long name, 500 times
        stream(b"(", b"N" * 20_000, b"tq\x01(", b"clisted\ny\nh\x01R" * 500, b"t"),  # arguments
    ],
)
def test_what_a_record_copies_counts(pickled):
    with at_most(9_000_000), pytest.raises(ValueError, match="larger `limit`"):
        rp.load(pickled, records="listed", limit=6_000_000)


def test_text_is_not_made_a_number():
    with pytest.raises(ValueError, match="damaged"):
        rp.load(stream(b"cbuiltins\ncomplex\nU\x011\x85R"))  # a long one takes long, each time


def test_an_extension_code_that_is_in_the_cache_is_refused():
    """Python keeps what a code stood for, and then asks `find_class` no more."""
    copyreg.add_extension("builtins", "eval", 0xF0)
    try:
        pickled = pickle.dumps(eval, 2)
        assert pickle.loads(pickled) is eval  # noqa: S301 - from now on it is in the cache
        with pytest.raises(ValueError, match="instruction EXT1"):
            rp.load(pickled)
    finally:
        copyreg.remove_extension("builtins", "eval", 0xF0)
        copyreg.clear_extension_cache()


def test_the_instructions_of_any_python_are_those_of_protocol_5():
    names = {rp._NAMES[code] for code in rp._HANDLERS}
    assert len(names) == 58
    assert not names & set(rp._LEFT_OUT.split())


@pytest.mark.parametrize(
    "claim",
    [
        *(b"\x8e" + struct.pack("<Q", size) for size in (2**30, 2**62)),  # BINBYTES8
        *(b"\x96" + struct.pack("<Q", size) for size in (2**30, 2**62)),  # BYTEARRAY8
        *(b"\x8d" + struct.pack("<Q", size) for size in (2**30, 2**63)),  # BINUNICODE8
        b"B" + struct.pack("<I", 2**32 - 1),
        b"\x8b" + struct.pack("<i", 2**31 - 1),  # LONG4
        b"r" + struct.pack("<I", 2**32 - 1),  # LONG_BINPUT on an empty stack
        b"\x95" + struct.pack("<Q", 2**63),  # FRAME
    ],
)
def test_a_claimed_size_alone_reserves_nothing(claim):
    with at_most(10**6), pytest.raises(ValueError, match="this pickle is not read"):
        rp.load(b"\x80\x05" + claim)


def test_a_memo_number_alone_reserves_nothing():
    with at_most(10**6):
        assert rp.load(stream(b"K\x05r" + struct.pack("<I", 2**32 - 1))) == 5


def test_deep_nesting_does_not_end_the_interpreter():
    value = rp.load(b"\x80\x02" + b"]" * 100_000 + b"a" * 99_999 + b".")
    assert value[0][0][0] != []


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_truncation_is_answered(protocol):
    whole = pickle.dumps({"x": np.arange(5), "y": ["ACGU", 1.5, 10**20]}, protocol)
    for end in range(len(whole)):
        with pytest.raises(ValueError, match="this pickle is not read"):
            rp.load(whole[:end])


def test_what_follows_the_end_is_refused():
    for protocol in PROTOCOLS:
        with pytest.raises(ValueError, match="follows after its end"):
            rp.load(pickle.dumps([1], protocol) + b"x")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes_give_an_answer_or_a_value_error(data):
    whole = bytearray(pickle.dumps({"x": np.arange(5), "y": [1.5, {"z": (1, 2)}]}))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ValueError):
        rp.load(bytes(whole), limit=10**6)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([o.code for o in pickletools.opcodes]), max_size=30), st.binary())
def test_random_instructions_give_an_answer_or_a_value_error(codes, rest):
    data = "".join(codes).encode("latin-1") + rest + b"."
    with contextlib.suppress(ValueError):
        rp.load(data, limit=10**6)


def test_neither_bytes_nor_a_path():
    with pytest.raises(TypeError, match="bytearray"):
        rp.load(bytearray(pickle.dumps(1)))


# ── objects of other classes, as records ─────────────────────────────────────────────────────────


class Fitted:
    """Stands for a fitted regression."""

    def __init__(self):
        self.slope, self.points = 2.0, np.arange(3)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_listed_module_gives_inert_records(protocol):
    record = rp.load(pickle.dumps([Fitted()], protocol), records=[__name__])[0]
    assert isinstance(record, rp.Record)
    assert str(record.name) == f"{__name__}.Fitted"
    assert record.state["slope"] == 2.0
    assert record.state["points"].tolist() == [0, 1, 2]


def test_a_listed_module_is_not_imported():
    pickled = stream(b"cnobody_has_this_module.deep\nThing\n)R}U\x01xK\x05sb")
    record = rp.load(pickled, records="nobody_has_this_module")
    assert (str(record.name), record.state) == ("nobody_has_this_module.deep.Thing", {"x": 5})
    assert not [name for name in sys.modules if name.startswith("nobody_has")]
    with pytest.raises(ValueError, match="nobody_has"):
        rp.load(pickled, records=["nobody"])  # a module, not the beginning of its name


def test_listing_os_runs_nothing_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record = rp.load(pickle.dumps(HOSTILE["os.system"]), records=["posix", "nt", "os"])
    assert record.args == (f"touch {MARKER}",)
    assert not (tmp_path / MARKER).exists()
