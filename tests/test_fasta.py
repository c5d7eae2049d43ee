import pytest

import shapzero_lite as sz


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "some.fasta"
    path.write_bytes(text.encode(encoding))
    return path


def test_records_over_several_lines(tmp_path):
    path = write(tmp_path, "\n>one first record\nACGT\nAC GT\n\n>two\r\nTTGA\r\n")
    assert sz.read_fasta(path) == {"one": "ACGTACGT", "two": "TTGA"}
    assert sz.read_fasta(str(path)) == sz.read_fasta(path)


def test_a_byte_order_mark_and_a_nameless_record(tmp_path):
    assert sz.read_fasta(write(tmp_path, ">\nACGT\n", "utf-8-sig")) == {"record_1": "ACGT"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ACGT\n", "line 1: FASTA starts with a line '>name', not 'ACGT'"),
        ("\n\nACGT\n>a\nAC\n", "line 3: FASTA starts"),
        (">a\nAC\n>b\nAC\n>a\nAC\n", "line 5: the name 'a' stands twice"),
        (">a\nAC\n>b\n\n>c\nAC\n", "line 3: the record 'b' has no letters"),
        (">a\n", "line 1: the record 'a' has no letters"),
        ("", "no FASTA record"),
        ("\n \n", "no FASTA record"),
    ],
)
def test_a_broken_file_is_refused_with_the_line(tmp_path, text, message):
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=message) as info:
        sz.read_fasta(path)
    assert str(path) in str(info.value)


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError):
        sz.read_fasta("no/such/file.fasta")


def test_windows_tile_a_sequence():
    assert list(sz.windows("ACGTA", 3)) == ["ACG", "CGT", "GTA"]
    assert list(sz.windows("ACGTACG", 3, step=3)) == ["ACG", "TAC"]
    assert list(sz.windows("ACG", 3)) == ["ACG"]


@pytest.mark.parametrize(
    "arguments", [("ACG", 4), ("ACG", 0), ("", 1), ("ACG", 2, 0), ("ACG", 2, -1)]
)
def test_windows_that_cannot_be_are_refused_at_once(arguments):
    # Found here: a negative step gave no window at all, and nothing was checked before the loop.
    with pytest.raises(ValueError, match=r"windows|step"):
        sz.windows(*arguments)


def test_the_shipped_sequence_tiles_into_guides():
    [cds] = sz.read_fasta(sz.data.path("egfp_cds.fasta")).values()
    guides = list(sz.windows(cds, 26))
    assert len(guides) == len(cds) - 25
    assert sz.DNA.encode(guides).shape == (len(guides), 26)
