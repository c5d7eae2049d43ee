import io
import json
import os
import pickle
import signal
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.spectra.spectrum import FORMAT


def some_spectrum(seed=0, **provenance):
    rng = np.random.default_rng(seed)
    k = rng.integers(0, 4, (20, 6), dtype=np.uint8)
    F = rng.normal(size=20) + 1j * rng.normal(size=20)
    # smallest, largest and signed zero: bit for bit means these too
    F[:4] = [5e-324, 1.7e308, complex(0.0, -0.0), complex(-0.0, 1 / 3)]
    return sz.Spectrum(k, F, alphabet=sz.Alphabet("TGCA"), provenance=provenance)


def assert_same(a, b):
    assert a.frequencies.tobytes() == b.frequencies.tobytes()
    assert a.coefficients.tobytes() == b.coefficients.tobytes()
    assert a.frequencies.shape == b.frequencies.shape
    assert a.alphabet == b.alphabet
    assert a.provenance == b.provenance


def test_saved_and_loaded_is_the_same_bit_for_bit(tmp_path):
    spectrum = some_spectrum(note="Ψ", seed=3, parts=[1, 2.5, None, {"deep": True}])
    path = spectrum.save(tmp_path / "a.npz")
    assert path == tmp_path / "a.npz"
    assert_same(sz.Spectrum.load(path), spectrum)
    assert_same(sz.Spectrum.load(str(path)), spectrum)
    spectrum.save(str(tmp_path / "no ending"))  # the name is taken as it is
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.npz", "no ending"]


def test_codons_and_no_terms_survive_too(tmp_path):
    alphabet = sz.Alphabet(["AAA", "CCC", "GGG"])
    spectrum = sz.Spectrum(np.zeros((0, 5), np.uint8), [], alphabet=alphabet)
    assert_same(sz.Spectrum.load(spectrum.save(tmp_path / "a.npz")), spectrum)


def test_a_sketch_with_a_numpy_seed_can_be_saved(tmp_path):
    # Found here: JSON cannot hold a NumPy number.
    sk = sz.sketch(
        sz.models.toy(n=4), budget=200, seed=np.int64(3), method="samples", progress=False
    )
    assert_same(sz.Spectrum.load(sk.spectrum.save(tmp_path / "a.npz")), sk.spectrum)


def test_the_file_can_be_read_by_others(tmp_path):
    path = some_spectrum().save(tmp_path / "a.npz")
    assert path.stat().st_mode & stat.S_IRGRP


def test_every_truncation_is_refused(tmp_path):
    path = some_spectrum(a=1).save(tmp_path / "a.npz")
    raw = path.read_bytes()
    for length in [*range(0, len(raw), 37), len(raw) - 1]:
        path.write_bytes(raw[:length])
        with pytest.raises(ValueError, match="not a whole spectrum file") as info:
            sz.Spectrum.load(path)
        assert str(path) in str(info.value)


def test_a_flipped_byte_is_refused_or_harmless(tmp_path):
    # Found here: NotImplementedError, RuntimeError and EOFError came through, and the broken
    # file stayed open (a ResourceWarning, which is an error in these tests).
    spectrum = sz.Spectrum([[0, 1], [2, 3]], [1.5, 2 - 1j], alphabet=sz.DNA, provenance={"a": 1})
    path = spectrum.save(tmp_path / "a.npz")
    raw = path.read_bytes()
    refused = 0
    for place in range(0, len(raw), 2):
        broken = bytearray(raw)
        broken[place] ^= 0xFF
        path.write_bytes(broken)
        try:
            loaded = sz.Spectrum.load(path)
        except ValueError as error:
            refused += 1
            assert "not a whole spectrum file" in str(error)  # noqa: PT017
        else:
            assert_same(loaded, spectrum)
    assert refused > len(raw) / 4


class Malicious:
    def __reduce__(self):
        return (Path.touch, (Path("executed"),))


def members(**changes):
    header = {"letters": list("ACGT"), "provenance": {}}
    fields = {
        "format": np.array(FORMAT),
        "header": np.array(json.dumps(header)),
        "frequencies": np.array([[0, 1]], np.uint8),
        "coefficients": np.array([1.0 + 0j]),
    } | changes
    return {name: value for name, value in fields.items() if value is not None}


def header(**changes):
    return np.array(json.dumps({"letters": list("ACGT"), "provenance": {}} | changes))


def test_the_plain_members_make_a_spectrum(tmp_path):
    np.savez(tmp_path / "a.npz", **members())
    assert len(sz.Spectrum.load(tmp_path / "a.npz")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"format": None},
        {"format": np.array("shapzero-lite spectrum 99")},
        {"header": None},
        {"header": np.array("{not json")},
        {"header": np.array("[1, 2]")},
        {"header": np.array("[" * 100_000)},
        {"header": header(letters="A")},
        {"header": header(letters=[0, 1, 2, 3])},
        {"header": header(letters=None)},
        {"header": header(provenance=[1])},
        {"header": header(provenance="abc")},
        {"header": np.array(json.dumps({"letters": "ACGT"}))},
        {"frequencies": None},
        {"frequencies": np.array([[0, 4]], np.uint8)},
        {"frequencies": np.array([[0.0, 1.0]])},
        {"frequencies": np.array([0, 1], np.uint8)},
        {"frequencies": np.array([[0, 1], [1, 1]], np.uint8)},
        {"coefficients": None},
        {"coefficients": np.array([np.nan])},
        {"coefficients": np.array(["1"])},
    ],
)
def test_an_npz_with_other_members_is_refused(tmp_path, changes):
    np.savez(tmp_path / "a.npz", **members(**changes))
    with pytest.raises(ValueError, match="not a whole spectrum file"):
        sz.Spectrum.load(tmp_path / "a.npz")


@pytest.mark.parametrize("name", ["format", "header", "frequencies", "coefficients"])
def test_a_pickled_object_inside_is_refused_and_not_executed(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    hostile = np.array([Malicious()], dtype=object)
    np.savez(tmp_path / "a.npz", **members(**{name: hostile}))
    with pytest.raises(ValueError, match="not a whole spectrum file"):
        sz.Spectrum.load(tmp_path / "a.npz")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(Malicious()),
        b"",
        b"position,value\n1,2\n",
        b"\x93NUMPY",
        b"PK\x05\x06" + bytes(18),  # an empty archive
    ],
)
def test_foreign_files_are_refused_and_nothing_is_executed(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match="not a whole spectrum file"):
        sz.Spectrum.load("a.npz")
    assert not (tmp_path / "executed").exists()


def test_an_npy_file_and_a_foreign_archive_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("format", FORMAT)
    header = io.BytesIO()
    shape = {"descr": "<f8", "fortran_order": False, "shape": (2**46,)}
    np.lib.format.write_array_header_1_0(header, shape)
    with zipfile.ZipFile(tmp_path / "c.npz", "w") as archive:  # claims 512 TiB
        archive.writestr("format.npy", header.getvalue())
    for name in ("a.npy", "b.npz", "c.npz"):
        with pytest.raises(ValueError, match="not a whole spectrum file"):
            sz.Spectrum.load(tmp_path / name)


def test_a_file_that_cannot_be_opened_says_so(tmp_path):
    with pytest.raises(FileNotFoundError):
        sz.Spectrum.load(tmp_path / "a.npz")
    with pytest.raises(IsADirectoryError):
        sz.Spectrum.load(tmp_path)


def test_an_error_while_saving_keeps_the_old_file_and_leaves_no_other(tmp_path, monkeypatch):
    path = some_spectrum(1).save(tmp_path / "a.npz")
    old = path.read_bytes()

    def fails(*_, **__):
        message = "disk full"
        raise OSError(message)

    for owner, name in ((np, "savez"), (os, "fsync"), (Path, "replace")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fails)
            with pytest.raises(OSError, match="disk full"):
                some_spectrum(2).save(path)
        assert path.read_bytes() == old
        assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_provenance_that_json_cannot_hold_is_refused_before_writing(tmp_path):
    with pytest.raises(TypeError, match="JSON"):
        some_spectrum(what=object()).save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_while_saving_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        some_spectrum().save(tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


KILLED = """
import sys, time
import numpy as np
import shapzero_lite as sz

stage, path = sys.argv[1:]
new = sz.Spectrum([[1, 1, 1]], [9.0], alphabet=sz.DNA)

def stop(*_, **__):
    print("ready", flush=True)
    time.sleep(60)

if stage == "half written":
    def savez(file, **fields):
        file.write(b"PK half of it"); file.flush(); stop()
    np.savez = savez
else:
    import os
    os.fsync = stop
new.save(path)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("stage", ["half written", "before the rename"])
def test_a_killed_process_leaves_the_old_file_whole(tmp_path, stage):
    old = some_spectrum(7)
    path = old.save(tmp_path / "a.npz")
    command = [sys.executable, "-c", KILLED, stage, str(path)]
    root = str(Path(sz.__file__).parent.parent)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": root}
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        assert process.wait(timeout=30) == -signal.SIGKILL
    assert_same(sz.Spectrum.load(path), old)
    # what the killed one left behind is not in the way of the next
    new = some_spectrum(8)
    new.save(path)
    assert_same(sz.Spectrum.load(path), new)


def test_readers_beside_a_writer_always_see_a_whole_file(tmp_path):
    path = some_spectrum(0).save(tmp_path / "a.npz")
    writer = (
        "import sys, shapzero_lite as sz\n"
        "s = sz.Spectrum.load(sys.argv[1])\n"
        "print('ready', flush=True)\n"
        "[s.save(sys.argv[1]) for _ in range(200)]\n"
    )
    root = str(Path(sz.__file__).parent.parent)
    with subprocess.Popen(
        [sys.executable, "-c", writer, str(path)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": root},
    ) as process:
        process.stdout.readline()
        until = time.monotonic() + 20
        reads = 0
        while process.poll() is None and time.monotonic() < until:
            assert_same(sz.Spectrum.load(path), some_spectrum(0))
            reads += 1
        assert process.wait(timeout=30) == 0
    assert reads > 0
