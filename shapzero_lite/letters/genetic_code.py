"""The standard genetic code (NCBI translation table 1): codon to amino acid, ``*`` for a stop."""

from itertools import product

# In the order TCAG of each of the three letters, the last fastest.
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
GENETIC_CODE = {
    "".join(codon): amino_acid
    for codon, amino_acid in zip(product("TCAG", repeat=3), _AMINO_ACIDS, strict=True)
}
