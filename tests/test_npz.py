"""The package's files: whole or not at all, and nothing in them is trusted or executed."""

import io
import json
import zipfile
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite import _npz, data

FORM = "test 1"


def read(path, form=FORM):
    return _npz.read(path, form, lambda *parts: parts, otherwise="is not a whole test file")


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("form", [FORM, None])
def test_what_is_written_is_read(tmp_path, compressed, form):
    header = {"a": [1, 2.5, None], "name": "Ψ"}
    arrays = {"x": np.arange(6.0).reshape(2, 3), "y": np.zeros(0, np.uint8), "z": np.array([True])}
    path = _npz.write(tmp_path / "a", form, header, arrays, compressed=compressed)
    got, found = read(path, form)
    assert got == header
    assert list(found) == list(arrays)
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    wrong = "its format is test 1" if form else "it has no 'format'"
    with pytest.raises(ValueError, match=wrong):
        read(path, "test 2")
    with pytest.raises(ValueError, match="its format is test 1") if form else nullcontext():
        read(path, None)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"x": np.array([None])}, "Object arrays cannot be loaded"),
        ({"x": np.array([1.0, np.nan])}, "its 'x' holds a number that is not finite"),
        ({"x": np.array([1j, complex(0, np.inf)])}, "its 'x' holds a number that is not finite"),
        ({"x": np.array(["a"])}, "its 'x' holds <U1, not numbers"),
        ({"header": np.array("[]")}, "its header is a list"),
        ({"header": np.array("{")}, "Expecting property name"),
        ({"header": None}, "it has no 'header'"),
        ({"format": None}, "it has no 'format'"),
        ({"format": np.array("other 3")}, "its format is other 3"),
    ],
)
def test_an_error_names_the_file_and_what_is_wrong(tmp_path, changes, reason):
    fields = {"format": np.array(FORM), "header": np.array("{}"), "x": np.ones(2)} | changes
    np.savez(tmp_path / "a.npz", **{k: v for k, v in fields.items() if v is not None})
    with pytest.raises(ValueError, match="is not a whole test file") as info:
        read(tmp_path / "a.npz")
    assert str(tmp_path / "a.npz") in str(info.value)
    assert reason in str(info.value)


def test_no_archive_and_an_archive_of_more_than_the_memory_are_refused(tmp_path, monkeypatch):
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(ValueError, match="it is no whole npz archive"):
        read(tmp_path / "a.npz")
    path = _npz.write(tmp_path / "b.npz", FORM, {}, {"x": np.zeros(2**20)}, compressed=True)
    assert path.stat().st_size < 20_000
    monkeypatch.setattr("os.sysconf", lambda name: {"SC_PAGE_SIZE": 4096}.get(name, 1000))
    with pytest.raises(ValueError, match=r"reading it would need 0.0 GiB"):
        read(path)


def test_what_make_refuses_is_said_of_the_file(tmp_path):
    path = _npz.write(tmp_path / "a.npz", FORM, {}, {})

    def refuses(_header, _arrays):
        message = "three are needed"
        raise ValueError(message)

    with pytest.raises(ValueError, match=r"a\.npz is not ours \(three are needed\)"):
        _npz.read(path, FORM, refuses, otherwise="is not ours")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "absent.npz")


def test_a_failed_write_leaves_no_file(tmp_path, monkeypatch):
    def fails(*_, **__):
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(np, "savez_compressed", fails)
    with pytest.raises(OSError, match="disk full"):
        _npz.write(tmp_path / "a.npz", FORM, {}, {}, compressed=True)
    with pytest.raises(TypeError):
        _npz.write(tmp_path / "a.npz", FORM, {"a": np.int64(3)}, {})
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_files_are_read_and_written_again_the_same(tmp_path):
    from shapzero_lite.models import _gfp

    shipped = data.path("gfp_effects.npz")
    _gfp.write_brightness(tmp_path / "again.npz", _gfp.read_brightness(shipped))
    with np.load(shipped) as old, np.load(tmp_path / "again.npz") as new:
        assert old.files == new.files
        assert all(old[name].tobytes() == new[name].tobytes() for name in old.files)


# -- a sketch's file ----------------------------------------------------------------------
@pytest.fixture(scope="module")
def made():
    model = sz.models.toy(n=6, terms=30, seed=1)
    return sz.sketch(model, budget=900, method="samples", progress=False, seed=3)


def assert_same(a, b):
    mine, theirs = (sketch.spectrum.parts()[1] for sketch in (a, b))
    assert {k: v.tobytes() for k, v in mine.items()} == {k: v.tobytes() for k, v in theirs.items()}
    assert type(a.spectrum) is type(b.spectrum)
    assert a.spectrum.provenance == b.spectrum.provenance
    assert a.letters == b.letters
    assert a.spectrum.alphabet == b.spectrum.alphabet
    for name in ("r2", "r2_interval", "n_queries", "method", "n_held_out", "seed", "notes"):
        assert getattr(a, name) == getattr(b, name)
    if a.standard_error is None:
        assert b.standard_error is None
    else:
        assert a.standard_error.tobytes() == b.standard_error.tobytes()
    assert (a.samples is None) == (b.samples is None)
    if a.samples is not None:
        for mine, theirs in zip(a.samples, b.samples, strict=True):
            assert [part.tobytes() for part in mine] == [part.tobytes() for part in theirs]


def test_a_sketch_comes_back_with_all_that_was_paid_for(made, tmp_path):
    back = sz.Sketch.load(made.save(tmp_path / "sketch.npz"))
    assert_same(made, back)
    assert back.queries is None
    assert str(back) == str(made)
    assert back.learning_curve((2,)) == made.learning_curve((2,))
    x = sz.DNA.random(3, 6, seed=0)
    mine, theirs = (sz.Explainer(s).explain(x) for s in (made, back))
    np.testing.assert_array_equal(mine.values, theirs.values)
    np.testing.assert_array_equal(mine.standard_error, theirs.standard_error)


def test_sketches_without_errors_or_samples_come_back_too(tmp_path):
    exact = sz.sketch(sz.models.toy(n=4, seed=0), budget=256, progress=False)
    x = sz.DNA.random(500, 6, seed=0)
    measured = sz.sketch_from_samples(x, x[:, 0] * 1.0, alphabet=sz.DNA, seed=np.int64(2))
    x[:, 3:] = 0  # far from uniform: with a note
    noted = sz.sketch_from_samples(x, x[:, 0] * 1.0, alphabet=sz.DNA)
    assert noted.notes
    flat = sz.Sketch(
        sz.Spectrum([[0, 0]], [3.5], alphabet=sz.Alphabet(["AAA", "CCC"])),
        float("nan"), (float("-inf"), 1.0), 70, "samples", 7, 0,
    )  # fmt: skip
    for sketch in (exact, measured, noted):
        assert_same(sketch, sz.Sketch.load(sketch.save(tmp_path / "a.npz")))
    back = sz.Sketch.load(flat.save(tmp_path / "a.npz"))
    assert np.isnan(back.r2)
    assert back.r2_interval == flat.r2_interval
    assert "nothing to explain" in str(back)


def changed(path, to, header=(), **arrays):
    """The file with parts of its header and its arrays replaced; None takes one away."""
    with np.load(path, allow_pickle=False) as file:
        fields = {name: file[name] for name in file.files} | arrays
    told = json.loads(str(fields["header"])) | dict(header)
    fields["header"] = np.array(json.dumps({k: v for k, v in told.items() if v is not None}))
    np.savez(to, **{k: v for k, v in fields.items() if v is not None})
    return to


@pytest.mark.parametrize(
    ("header", "arrays", "reason"),
    [
        ({"r2": None}, {}, "it has no 'r2'"),
        ({"r2": "good"}, {}, "could not convert"),
        ({"r2": 1.5}, {}, "r2 1.5"),
        ({"r2_interval": [0.9, 0.1]}, {}, r"0.9..0.1"),
        ({"r2_interval": [0.9]}, {}, "not enough values"),
        ({"n_queries": -1}, {}, "-1"),
        ({"seed": 1.5}, {}, "1.5"),
        ({"n_held_out": True}, {}, "True"),
        ({"letters": "AC"}, {}, "frequency"),
        ({}, {"standard_error": np.zeros(5)}, r"standard_error is float64 \(5,\)"),
        ({}, {"standard_error": -np.ones(6)}, "standard_error"),
        ({}, {"standard_error": np.full(6, np.nan)}, "not finite"),
        ({}, {"fitted_values": np.zeros(3)}, "values"),
        ({}, {"fitted_values": None}, "it has no 'fitted_values'"),
        ({}, {"held_out_codes": np.full((90, 6), 4, np.uint8)}, "position"),
        ({}, {"held_out_codes": np.zeros((90, 5), np.uint8)}, "5"),
        ({}, {"held_out_values": np.array([None] * 90)}, "Object arrays"),
        ({}, {"coefficients": None}, "it has no 'coefficients'"),
        ({}, {"format": np.array("shapzero-lite spectrum 1")}, "its format is"),
    ],
)
def test_a_hostile_sketch_file_is_refused(made, tmp_path, header, arrays, reason):
    path = changed(made.save(tmp_path / "a.npz"), tmp_path / "b.npz", header, **arrays)
    with pytest.raises(ValueError, match="is not a whole sketch file.*" + reason) as info:
        sz.Sketch.load(path)
    assert str(path) in str(info.value)


def test_a_truncated_sketch_file_is_refused_and_an_old_one_kept(made, tmp_path, monkeypatch):
    path = made.save(tmp_path / "a.npz")
    raw = path.read_bytes()
    for length in [*range(0, len(raw), len(raw) // 20), len(raw) - 1]:
        (tmp_path / "b.npz").write_bytes(raw[:length])
        with pytest.raises(ValueError, match="is not a whole sketch file"):
            sz.Sketch.load(tmp_path / "b.npz")

    def fails(*_):
        message = "disk full"
        raise OSError(message)

    (tmp_path / "b.npz").unlink()
    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        made.save(path)
    assert path.read_bytes() == raw
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


def test_a_spectrum_file_is_no_sketch_file_and_the_other_way(made, tmp_path):
    made.spectrum.save(tmp_path / "spectrum.npz")
    made.save(tmp_path / "sketch.npz")
    with pytest.raises(ValueError, match="its format is shapzero-lite spectrum 1"):
        sz.Sketch.load(tmp_path / "spectrum.npz")
    with pytest.raises(ValueError, match="its format is shapzero-lite sketch 1"):
        sz.Spectrum.load(tmp_path / "sketch.npz")


def test_an_entry_that_is_no_array_is_refused(tmp_path):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.array(FORM))
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("format.npy", buffer.getvalue())
        archive.writestr("header", "{}")
    with pytest.raises(ValueError, match="is not a whole test file"):
        read(tmp_path / "a.npz")


def test_a_single_array_is_called_one(tmp_path):
    path = tmp_path / "values.npy"
    np.save(path, np.zeros(3))
    with pytest.raises(ValueError, match=r"is not a whole test file \(it is one array, as numpy"):
        read(path)
    with pytest.raises(ValueError, match=r"is not a whole spectrum file.* \(it is one array"):
        sz.Spectrum.load(path)
