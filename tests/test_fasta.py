import gzip

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


@pytest.mark.parametrize("mark", ["\v", "\f", "\x1c", "\x1e", "\x85", "\u2028", "\u2029"])
def test_only_line_ends_end_a_line(tmp_path, mark):
    # Found here: str.splitlines ended the header there, and "GATTACA" became letters.
    path = write(tmp_path, f">one of{mark}GATTACA\nACGT\r>two\r\nTT\nGA")
    assert sz.read_fasta(path) == {"one": "ACGT", "two": "TTGA"}


@pytest.mark.parametrize("mark", ["\v", "\x1c", "\x1f", "\x85", "\xa0", "\u2028", "\0", "é"])
def test_what_is_no_letter_is_refused_with_its_line(tmp_path, mark):
    # Found here: white space of any kind vanished from a sequence, which was then a letter short.
    path = write(tmp_path, f">one\nAC\n{mark}GT\n")
    with pytest.raises(ValueError, match=r"line 3: .* is not a letter") as info:
        sz.read_fasta(path)
    assert repr(mark) in str(info.value)


def test_gzip_and_utf_16_are_read(tmp_path):
    path = tmp_path / "some.fasta.gz"
    path.write_bytes(gzip.compress(b">one\nAC") + gzip.compress(b"GT\n"))  # as bgzip writes
    assert sz.read_fasta(path) == {"one": "ACGT"}
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match="begins like a gzip file and is not a whole one"):
        sz.read_fasta(path)
    assert sz.read_fasta(write(tmp_path, ">one\nACGT\n", "utf-16")) == {"one": "ACGT"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (">a\n>b gène\nAC\n".encode("latin-1"), r"line 2: the byte 0xE8 is not UTF-8 \(Latin-1"),
        (">a\nAC\n".encode("utf-16")[:-1], "is not UTF-16"),
        (">a\nAC\n".encode("utf-16-le"), r"line 2: '\\x00' is not a letter"),
        (b"\x89PNG\r\n", "line 1: the byte 0x89 is not UTF-8"),
    ],
)
def test_bytes_that_are_not_the_text_are_named(tmp_path, content, message):
    path = tmp_path / "some.fasta"
    path.write_bytes(content)
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
