"""Mutant notation: what is read, under which numbers, and what is refused for which reason."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.letters import WildType
from shapzero_lite.letters import mutants as words

WILD = "MKALRS"
STOPPED = sz.Alphabet([*sz.PROTEIN.letters, "*", "-"])


def read(text, *, first=37, alphabet=sz.PROTEIN, wild=WILD):
    return alphabet.decode(WildType.of(wild, alphabet, first).read(text))[0]


@pytest.mark.parametrize(
    "text", ["wt", "WT", "=", "p.=", "p.(=)", "_wt", " wildtype ", "wild type", "MKALRS", "mkalrs",
             "A39A", "p.Ala39=", "A39="],
)  # fmt: skip
def test_the_wild_type_has_many_names(text):
    assert read(text) == WILD


@pytest.mark.parametrize(
    "text", ["A39D", "a39d", "p.Ala39Asp", "p.(Ala39Asp)", "Ala39Asp", "ala39asp", "MKDLRS",
             "NP_005148.2:p.Ala39Asp"],
)  # fmt: skip
def test_one_substitution(text):
    assert read(text) == "MKDLRS"


@pytest.mark.parametrize(
    "text",
    ["A39D:K38R", "K38R,A39D", "A39D; K38R", "A39D/K38R", "A39D_K38R", "A39D K38R", "A39D|K38R",
     "A39D+K38R", "p.[Ala39Asp;Lys38Arg]", "p.Ala39Asp:p.Lys38Arg", "K38R:A39D:L40=", "MRDLRS"],
)  # fmt: skip
def test_more_than_one(text):
    assert read(text) == "MRDLRS"


def test_bases_are_written_either_way():
    for text in ("c.3G>T", "3G>T", "G3T", "n.3G>T", "ACTT"):
        assert read(text, alphabet=sz.DNA, wild="ACGT", first=1) == "ACTT"


def test_numbers_below_one():
    assert read("K-1R", first=-2) == "MRALRS"
    assert WildType.of(WILD, sz.PROTEIN, -2).positions[:4] == ("M-2", "K-1", "A0", "L1")


@pytest.mark.parametrize("text", ["A39*", "p.Ala39Ter", "Ala39*", "MK*LRS"])
def test_a_stop_is_a_letter_where_the_alphabet_has_it(text):
    assert read(text, alphabet=STOPPED) == "MK*LRS"
    with pytest.raises(words.UnusableError) as caught:
        read(text)
    assert caught.value.kind == words.A_STOP


@pytest.mark.parametrize("text", ["A39-", "A39del", "p.Ala39del", "MK-LRS"])
def test_and_so_is_a_gap(text):
    assert read(text, alphabet=STOPPED) == "MK-LRS"
    with pytest.raises(words.UnusableError) as caught:
        read(text)
    assert caught.value.kind == words.A_GAP


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("G39D", words.OTHER_WILD_TYPE, "position 39 of the wild type is A"),
        ("A3D", words.OUTSIDE, "positions are 37 to 42"),
        ("A43D", words.OUTSIDE, "positions are 37 to 42"),
        ("A39D:A39K", words.TWICE, "position 39 is changed twice"),
        ("A39J", words.OTHER_LETTER, "'J' is not a letter"),
        ("A39X", words.OTHER_LETTER, "if X is a stop here"),
        ("Ala39Foo", words.OTHER_LETTER, "'Foo' is no amino acid"),
        ("A39_K41del", words.NO_VARIANT, "'A39' in it is no substitution"),
        ("p.Ala39fs", words.OTHER_LENGTH, "letters come or go"),
        ("A39insG", words.OTHER_LENGTH, "letters come or go"),
        ("39D", words.NO_VARIANT, "no substitution such as A108D"),
        ("A39D:", words.NO_VARIANT, "'' in it"),
        ("MKALR", words.OTHER_LENGTH, "5 characters, where a sequence has 6"),
        ("MKALRB", words.OTHER_LETTER, "position 6: 'B'"),
        ("??", words.NO_VARIANT, "2 characters"),
    ],
)
def test_what_cannot_be_used_says_why(text, kind, message):
    with pytest.raises(words.UnusableError, match=message.replace("?", r"\?")) as caught:
        read(text)
    assert caught.value.kind == kind


def test_names_are_read_back():
    wild = WildType.of(WILD, STOPPED, 37)
    for codes in (wild.codes, *STOPPED.random(50, 6, seed=0)):
        np.testing.assert_array_equal(wild.read(wild.name(codes)), codes)
    assert wild.name(wild.codes) == "wt"
    assert wild.name(wild.read("MRALR*")) == "K38R:S42*"


def test_the_number_of_the_first_position_is_found():
    wild = WildType.of(WILD, sz.PROTEIN)
    for text in ("K38R", "A39D", "S42D"):
        with pytest.raises(words.UnusableError):
            wild.read(text)
    assert wild.other_first() == 37
    with pytest.raises(words.UnusableError):
        wild.read("W40D")  # no wild type of these letters has it
    assert wild.other_first() is None


def test_letters_that_are_digits_are_no_numbers_of_positions():
    assert read("0110", alphabet=sz.Alphabet("01"), wild="0000") == "0110"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("MKB", ValueError, "wild_type: sequence 1, position 3: 'B'"),
        (["MK"], TypeError, "wild_type is one sequence, a text of letters, not list"),
    ],
)
def test_a_wild_type_is_a_text_of_letters(given, error, message):
    with pytest.raises(error, match=message):
        WildType.of(given, sz.PROTEIN)
    with pytest.raises(ValueError, match="first is a whole number, of the first position, not"):
        WildType.of("MK", sz.PROTEIN, first=1.5)
