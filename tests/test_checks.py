from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import shapzero_lite as sz
from shapzero_lite._checks import path_of, positive, same_rows, seed_of, unmasked, whole


@pytest.mark.parametrize("three", [3, np.int64(3), np.uint8(3), np.array(3)])
def test_whole_numbers_of_any_kind(three):
    assert whole(three, "n") == 3
    assert type(whole(three, "n")) is int


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "n is a whole number of at least 1, not True"),
        (np.True_, "n is a whole number of at least 1, not np.True_"),
        ("3", "n is a whole number of at least 1, not '3': write n=3"),
        ("6e4", "n is a whole number of at least 1, not '6e4': write n=60000"),
        (3.0, "n is a whole number of at least 1, not 3.0: write n=3"),
        (2.5, "n is a whole number of at least 1, not 2.5"),
        (float("nan"), "n is a whole number of at least 1, not nan"),
        (float("inf"), "n is a whole number of at least 1, not inf"),
        ("many", "n is a whole number of at least 1, not 'many'"),
        (None, "n is a whole number of at least 1, not None"),
        ([3], "n is a whole number of at least 1, not [3]"),
        (3j, "n is a whole number of at least 1, not 3j"),
    ],
)
def test_what_is_no_whole_number_is_refused_with_what_would_do(value, message):
    for error in (TypeError, ValueError):  # whoever catches either of them
        with pytest.raises(error) as info:
            whole(value, "n")
        assert str(info.value) == message


def test_a_long_value_is_shown_in_part():
    with pytest.raises(TypeError, match=r"… \(ndarray\)"):
        whole(np.arange(1000), "n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((0, "n"), "n is a whole number of at least 1, not 0"),
        ((-1, "seed", 0), "seed is a whole number from 0, not -1"),
        ((9, "k", 1, 8), "k is a whole number from 1 to 8, not 9"),
        ((0, "k", 1, 8), "k is a whole number from 1 to 8, not 0"),
    ],
)
def test_a_number_outside_is_refused(given, message):
    with pytest.raises(ValueError) as info:  # noqa: PT011  (the message is compared whole)
        whole(*given)
    assert str(info.value) == message
    assert not isinstance(info.value, TypeError)


def test_the_limit_in_words():
    with pytest.raises(ValueError, match="order is a whole number from 1 to n = 4, not 5"):
        whole(5, "order", 1, 4, limit="n = 4")


@pytest.mark.parametrize("bad", [-1, None, 1.5, True, "x", np.random.default_rng(0)])
def test_a_seed_is_a_whole_number(bad):
    with pytest.raises(ValueError, match="seed is a whole number from 0, so that the result can"):
        seed_of(bad)
    assert seed_of(np.int64(7)) == 7


@pytest.mark.parametrize("bad", [-1, 0, np.nan, np.inf, True, False, "1", None, 1j])
def test_what_is_no_positive_number_is_refused(bad):
    with pytest.raises(ValueError, match="omega is a number above 0, not "):
        positive(bad, "omega")
    assert positive(np.float32(0.5), "omega") == 0.5


@pytest.mark.parametrize("bad", [-1e-9, np.nan, np.inf, False, "0"])
def test_zero_where_it_may_be(bad):
    with pytest.raises(ValueError, match="ridge is a number from 0 on, not "):
        positive(bad, "ridge", or_zero=True)
    assert positive(np.int64(0), "ridge", or_zero=True) == 0


def test_masked_values():
    values = np.ma.masked_array(np.arange(6).reshape(2, 3))
    assert unmasked(values, "codes") is values
    values[1, 2] = np.ma.masked
    with pytest.raises(ValueError, match="codes: 1 of 6 are masked, the first at index 1, 2"):
        unmasked(values, "codes")


def test_rows_of_two_tables():
    one, other = pd.Series([1, 2], index=["a", "b"]), pd.Series([3, 4], index=["b", "a"])
    with pytest.raises(ValueError, match="sequences and values have rows of different labels"):
        same_rows(one, other, "values")
    for sequences, values in ((one, other[["a", "b"]]), (one, [3, 4]), ([1, 2], other)):
        same_rows(sequences, values, "values")


def test_paths():
    assert path_of("a/b") == path_of(Path("a/b")) == Path("a/b")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("", "store is empty: give"),
        ("  ", "store is empty: give"),
        ("a\0b", "store holds a character that no path has"),
        (None, "store is the name of a file or folder, a text or a Path, not None"),
        (3, "a text or a Path, not 3"),
        (True, "a text or a Path, not True"),
        (b"a", "a text or a Path, not b'a'"),
        (["a"], r"a text or a Path, not \['a'\]"),
    ],
)
def test_what_is_no_path_is_refused(value, message):
    with pytest.raises(ValueError, match=message):
        path_of(value, "store")


def test_an_open_file_is_answered_with_its_name(tmp_path):
    path = tmp_path / "some.npz"
    with path.open("wb") as file, pytest.raises(TypeError, match=r"give its name, .*some\.npz"):
        path_of(file)


SPECTRUM = sz.Spectrum([[0, 0, 0], [1, 3, 0]], [2.0, 0.5], alphabet=sz.DNA)
COUNTS = [
    ("count", lambda value: sz.DNA.random(value, 4, seed=0)),
    ("n", lambda value: sz.DNA.random(4, value, seed=0)),
    ("seed", lambda value: sz.DNA.random(4, 4, seed=value)),
    ("n", sz.DNA.all_sequences),
    ("q", sz.Alphabet.of_size),
    ("n", lambda value: sz.Letters.uniform(value, sz.DNA)),
    ("n", lambda value: sz.windows("ACGT", value)),
    ("step", lambda value: sz.windows("ACGT", 2, value)),
    ("max_order", lambda value: sz.interactions(SPECTRUM, ["ACG"], max_order=value)),
    ("n", lambda value: sz.models.toy(n=value)),
    ("terms", lambda value: sz.models.toy(terms=value)),
    ("max_order", lambda value: sz.models.toy(max_order=value)),
    ("seed", lambda value: sz.models.toy(seed=value)),
    ("cut", lambda value: sz.models.out_of_frame_score(cut=value)),
]


@pytest.mark.parametrize("value", ["3", 3.0, True, None, [3], np.nan])
@pytest.mark.parametrize(("name", "call"), COUNTS)
def test_whole_numbers_of_public_functions(name, call, value):
    with pytest.raises(TypeError, match=f"^{name} is a whole number"):
        call(value)


@pytest.mark.parametrize(("name", "call"), COUNTS)
def test_numpy_integers_are_whole_numbers_everywhere(name, call):
    assert call(np.int64(3)) is not None, name


PATHS = {
    "read_fasta": sz.read_fasta,
    "Spectrum.load": sz.Spectrum.load,
    "Spectrum.save": SPECTRUM.save,
    "Sketch.load": sz.Sketch.load,
    "dna_repair": lambda path: sz.models.dna_repair(path or 0),
    "guide_rna": lambda path: sz.models.guide_rna(path or 0),
    "tiger": sz.models.tiger,
    "indelphi": sz.models.indelphi,
}


@pytest.mark.parametrize("value", [None, 3, "", ["a"]])
@pytest.mark.parametrize("name", PATHS)
def test_paths_of_public_functions(name, value):
    with pytest.raises(ValueError, match="is the name of a file or folder|is empty"):  # noqa: RUF043
        PATHS[name](value)
