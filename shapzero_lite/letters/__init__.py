"""Letters to numbers and back: alphabets, codes, FASTA files, and which letters are meant."""

from shapzero_lite.letters.alphabet import DNA, PROTEIN, RNA, Alphabet, as_codes
from shapzero_lite.letters.codes import Codes, commonest, letter_counts, looks_one_hot
from shapzero_lite.letters.distribution import Letters, as_letters
from shapzero_lite.letters.fasta import read_fasta, windows
from shapzero_lite.letters.frame import by_letter
from shapzero_lite.letters.mutants import WildType
from shapzero_lite.letters.numbering import (
    position_numbers,
    read_numbers,
    said_numbers,
    written_numbers,
)

__all__ = [
    "DNA",
    "PROTEIN",
    "RNA",
    "Alphabet",
    "Codes",
    "Letters",
    "WildType",
    "as_codes",
    "as_letters",
    "by_letter",
    "commonest",
    "letter_counts",
    "looks_one_hot",
    "position_numbers",
    "read_fasta",
    "read_numbers",
    "said_numbers",
    "windows",
    "written_numbers",
]
