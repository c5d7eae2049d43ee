"""Letters to numbers and back: alphabets, checked codes, FASTA files and windows."""

from shapzero_lite.letters.alphabet import DNA, PROTEIN, RNA, Alphabet, as_codes
from shapzero_lite.letters.codes import Codes
from shapzero_lite.letters.fasta import read_fasta, windows

__all__ = ["DNA", "PROTEIN", "RNA", "Alphabet", "Codes", "as_codes", "read_fasta", "windows"]
