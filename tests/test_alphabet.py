import itertools
import pickle

import numpy as np
import pandas as pd
import pytest

import shapzero_lite as sz
from shapzero_lite.letters import as_codes

CODONS = ["".join(c) for c in itertools.product("TCAG", repeat=3)]


def test_codes_are_places_in_the_alphabet_whatever_the_order_of_the_letters():
    for letters in itertools.permutations("ACGT"):
        alphabet = sz.Alphabet("".join(letters))
        codes = alphabet.encode(["ACGT"])
        assert codes.dtype == np.uint8
        assert [letters[c] for c in codes[0]] == list("ACGT")
        assert alphabet.decode(codes) == ["ACGT"]


@pytest.mark.parametrize("q", [2, 3, 4, 5, 20, 62, 64])
def test_decode_inverts_encode_for_every_size(q):
    alphabet = sz.Alphabet.of_size(q)
    codes = alphabet.random(30, 11, seed=q)
    assert codes.max() < q
    np.testing.assert_array_equal(alphabet.encode(alphabet.decode(codes)), codes)


def test_an_alphabet_of_ascii_punctuation_has_no_special_letter():
    alphabet = sz.Alphabet("?.*-+ \\"[:5])
    np.testing.assert_array_equal(alphabet.encode(["?.*-+"]), [[0, 1, 2, 3, 4]])
    for bad in ("é", "Ω", "😀", "\ud800"):  # latin-1, beyond it, beyond 16 bits, half a pair
        with pytest.raises(ValueError, match=r"sequence 2, position 3: .* is not a letter"):
            alphabet.encode(["?.*-+", f"?.{bad}-+"])


def test_case_does_not_matter_unless_both_cases_are_letters():
    np.testing.assert_array_equal(sz.DNA.encode(["acGT"]), [[0, 1, 2, 3]])
    np.testing.assert_array_equal(sz.Alphabet("acgt").encode(["ACgt"]), [[0, 1, 2, 3]])
    assert sz.Alphabet("acgt").decode([[0, 1]]) == ["ac"]
    both = sz.Alphabet("aAcg")
    np.testing.assert_array_equal(both.encode(["aAcg"]), [[0, 1, 2, 3]])
    with pytest.raises(ValueError, match="position 2: 'C'"):
        both.encode(["aC"])


def test_codons_are_letters_of_three_characters():
    alphabet = sz.Alphabet(CODONS)
    assert (alphabet.q, alphabet.width) == (64, 3)
    codes = alphabet.encode(["ATGTAA", "atgtaa", "AtGtAa"])
    assert codes.shape == (3, 2)
    assert (codes == codes[0]).all()
    assert alphabet.decode(codes[:1]) == ["ATGTAA"]
    everything = "".join(CODONS)
    np.testing.assert_array_equal(alphabet.encode(everything)[0], np.arange(64))


def test_codon_errors_count_codons():
    alphabet = sz.Alphabet(CODONS)
    with pytest.raises(ValueError, match=r"sequence 1, position 2: 'NNN'"):
        alphabet.encode(["ATGNNN"])
    with pytest.raises(ValueError, match="3 characters long; a sequence of 4"):
        alphabet.encode(["ATGA"])


@pytest.mark.parametrize(
    ("alphabet", "text", "words"),
    [
        (sz.DNA, "ACGU", ["sequence 1, position 4", "'U'", "U is RNA", "sz.RNA"]),
        (sz.DNA, "ACGu", ["position 4", "U is RNA"]),
        (sz.RNA, "TCGU", ["sequence 1, position 1", "'T'", "T is DNA", "sz.DNA"]),
        (sz.DNA, "ACNT", ["position 3", "'N'", "any base"]),
        (sz.DNA, "AC-T", ["position 3", "gap"]),
        (sz.PROTEIN, "MKV*", ["position 4", "stop"]),
        (sz.PROTEIN, "MKXV", ["position 3", "'X'", "ACDEFGHIKLMNPQRSTVWY"]),
        (sz.DNA, "ACG T", ["position 4", "' '"]),
    ],
)
def test_an_unknown_letter_is_named_with_its_place_and_what_would_do(alphabet, text, words):
    with pytest.raises(ValueError, match="is not a letter of this alphabet") as info:
        alphabet.encode([text])
    for word in words:
        assert word in str(info.value)


def test_n_is_asparagine_in_a_protein():
    assert sz.PROTEIN.decode(sz.PROTEIN.encode("NNN")) == ["NNN"]


def test_mixed_lengths_name_the_sequence_and_both_lengths():
    with pytest.raises(ValueError, match="sequence 1 has 4 characters, sequence 3 has 5"):
        sz.DNA.encode(["ACGT", "TTGA", "ACGTA"])


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([], ValueError, "the list is empty"),
        ((), ValueError, "empty"),
        (np.array([], str), ValueError, "empty"),
        ("", ValueError, "sequence 1 is empty"),
        ([""], ValueError, "sequence 1 is empty"),
        ([None], TypeError, "sequence 1 is not text but None"),
        (["ACGT", None], TypeError, "sequence 2 is not text but None"),
        (["ACGT", float("nan")], TypeError, "sequence 2 is not text but nan"),
        (["ACGT", 5], TypeError, "sequence 2 is not text but 5"),
        (None, TypeError, "not as NoneType"),
        (7, TypeError, "not as int"),
        (object(), TypeError, "not as object"),
    ],
)
@pytest.mark.parametrize("reader", [sz.DNA.encode, lambda given: as_codes(given, sz.DNA)])
def test_what_is_not_a_set_of_sequences_is_refused(reader, given, error, message):
    with pytest.raises(error, match=message):
        reader(given)


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, iter, pd.Index])
def test_sequences_come_in_many_containers(kind):
    codes = as_codes(kind(["ACGT", "TTGA"]), sz.DNA)
    np.testing.assert_array_equal(codes, [[0, 1, 2, 3], [3, 3, 2, 0]])


@pytest.mark.parametrize("dtype", ["object", "string", "str", "category"])
def test_pandas_columns_of_every_text_type(dtype):
    column = pd.DataFrame({"guide": pd.Series(["ACGT", "TTGA"], index=[9, 4], dtype=dtype)})
    np.testing.assert_array_equal(
        as_codes(column["guide"], sz.DNA), sz.DNA.encode(["ACGT", "TTGA"])
    )


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
@pytest.mark.parametrize("dtype", ["object", "string"])
def test_a_missing_value_in_a_column_is_named(dtype, missing):
    with pytest.raises(TypeError, match="sequence 2 is not text"):
        as_codes(pd.Series(["ACGT", missing, "AAAA"], dtype=dtype), sz.DNA)


def test_bytes_and_arrays_of_single_letters():
    expected = [[0, 1, 2, 3], [3, 3, 2, 0]]
    letters = np.array([list("ACGT"), list("TTGA")])
    for given in (letters, letters.astype("S1"), letters.astype(object), [b"ACGT", b"TTGA"]):
        np.testing.assert_array_equal(as_codes(given, sz.DNA), expected)
        np.testing.assert_array_equal(sz.DNA.encode(given), expected)
    np.testing.assert_array_equal(as_codes(b"ACGT", sz.DNA), expected[:1])
    np.testing.assert_array_equal(as_codes(pd.DataFrame(letters), sz.DNA), expected)


def test_a_missing_letter_in_an_array_of_letters_is_named():
    # Found here: None became the text "None", and the error spoke of a letter N.
    with pytest.raises(TypeError, match="sequence 2, position 1: None is not a letter"):
        sz.DNA.encode(np.array([["A", "C"], [None, "C"]], dtype=object))


def test_a_dictionary_or_frame_is_never_read_by_its_names():
    # Found here: the record names of read_fasta, or a frame's column names, were encoded.
    with pytest.raises(TypeError, match="dictionary"):
        as_codes({"ACGT": "TTTT"}, sz.DNA)
    with pytest.raises(TypeError, match="dict"):
        sz.DNA.encode({"ACGT": "TTTT"})
    frame = pd.DataFrame([[3, 2], [1, 0]], columns=["A", "C"])
    np.testing.assert_array_equal(as_codes(frame, sz.DNA), [[3, 2], [1, 0]])


def test_codes_pass_through_as_uint8():
    for dtype in (np.uint8, np.int8, np.int64, np.uint64):
        codes = as_codes(np.array([[0, 3]], dtype), sz.DNA)
        assert codes.dtype == np.uint8
        np.testing.assert_array_equal(codes, [[0, 3]])
    np.testing.assert_array_equal(as_codes([[0, 3], [1, 1]], sz.DNA), [[0, 3], [1, 1]])
    np.testing.assert_array_equal(as_codes([0, 3, 1], sz.DNA), [[0, 3, 1]])


def test_torch_codes_are_taken():
    torch = pytest.importorskip("torch")
    np.testing.assert_array_equal(as_codes(torch.tensor([[0, 3]]), sz.DNA), [[0, 3]])
    with pytest.raises(TypeError, match="float32"):
        as_codes(torch.zeros(1, 2), sz.DNA)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ([[0.0, 1.0]], TypeError, "array of float64 .*one-hot"),
        (np.zeros((1, 4), np.float32), TypeError, "array of float32"),
        (np.zeros((1, 4), bool), TypeError, "array of bool"),
        (np.zeros((1, 4), complex), TypeError, "complex"),
        ([[0, 1], [2, 4]], ValueError, r"sequence 2, position 2: code 4 is outside 0\.\.3"),
        ([[0, -1]], ValueError, "sequence 1, position 2: code -1"),
        ([[0, 256]], ValueError, "code 256 is outside"),
        ([[0, 1], [2]], ValueError, "same length"),
        (np.zeros((0, 4), int), ValueError, "at least one sequence"),
        (np.zeros((4, 0), int), ValueError, "shape"),
        (np.zeros((1, 2, 3), int), ValueError, r"\(1, 2, 3\)"),
        (np.array(3), ValueError, "shape"),
    ],
)
def test_what_is_not_codes_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        as_codes(given, sz.DNA)


def test_another_length_is_refused():
    with pytest.raises(ValueError, match="length 3 were given; length 4 is needed"):
        as_codes("ACG", sz.DNA, 4)


@pytest.mark.parametrize(
    ("letters", "error", "message"),
    [
        ("A", ValueError, "2 to 64"),
        ("", ValueError, "2 to 64"),
        ([str(i).zfill(2) for i in range(65)], ValueError, "not 65"),
        ("ACGA", ValueError, "'A' stands twice"),
        (["A", "CG"], ValueError, "same length"),
        (["A", ""], TypeError, "non-empty"),
        ("A ", TypeError, "ASCII"),
        ("Aé", TypeError, "ASCII"),
        ([0, 1], TypeError, "strings"),
    ],
)
def test_what_is_not_an_alphabet_is_refused(letters, error, message):
    with pytest.raises(error, match=message):
        sz.Alphabet(letters)


@pytest.mark.parametrize("q", [-1, 0, 1, 65])
def test_an_alphabet_of_an_impossible_size_is_a_value_error(q):
    with pytest.raises((ValueError, TypeError), match="2 to 64"):
        sz.Alphabet.of_size(q)


def test_alphabets_are_equal_by_letters_in_order_and_can_be_pickled():
    assert sz.Alphabet("ACGT") == sz.DNA
    assert hash(sz.Alphabet(list("ACGT"))) == hash(sz.DNA)
    assert sz.Alphabet("ACTG") != sz.DNA
    assert sz.DNA != "ACGT"
    # process pools send alphabets to their workers
    assert pickle.loads(pickle.dumps(sz.DNA)) == sz.DNA  # noqa: S301
    assert repr(sz.DNA) == "Alphabet('ACGT')"


@pytest.mark.parametrize(("q", "n"), [(2, 1), (2, 7), (3, 4), (4, 3), (20, 2)])
def test_all_sequences_are_all_different_and_in_table_order(q, n):
    codes = sz.Alphabet.of_size(q).all_sequences(n)
    assert codes.shape == (q**n, n)
    assert codes.dtype == np.uint8
    np.testing.assert_array_equal(codes, list(itertools.product(range(q), repeat=n)))


@pytest.mark.parametrize(("alphabet", "n"), [(sz.PROTEIN, 40), (sz.DNA, 40), (sz.DNA, 600)])
def test_too_many_sequences_state_the_memory(alphabet, n):
    # 4^600 has no float: found here as an OverflowError.
    with pytest.raises(ValueError, match=rf"all {alphabet.q}\^{n} sequences would need .* GiB"):
        alphabet.all_sequences(n)


def test_sequences_of_no_position_are_refused():
    with pytest.raises(ValueError, match="n is a whole number of at least 1, not 0"):
        sz.DNA.all_sequences(0)


def test_random_sequences_depend_on_the_seed_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, second = sz.PROTEIN.random(500, 6, seed=3), sz.PROTEIN.random(500, 6, seed=3)
    np.testing.assert_array_equal(first, second)
    assert (first != sz.PROTEIN.random(500, 6, seed=4)).any()
    np.testing.assert_array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    counts = np.bincount(sz.PROTEIN.random(4000, 10, seed=0).ravel(), minlength=20)
    assert len(counts) == 20
    assert np.abs(counts - 2000).max() < 5 * np.sqrt(2000)
