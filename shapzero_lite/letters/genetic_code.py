"""The standard genetic code (NCBI translation table 1): codon to amino acid, ``*`` for a stop."""

from itertools import product

# In the order TCAG of each of the three letters, the last fastest.
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
GENETIC_CODE = {
    "".join(codon): amino_acid
    for codon, amino_acid in zip(product("TCAG", repeat=3), _AMINO_ACIDS, strict=True)
}


def codons_of(coding: str) -> list[str]:
    """Return the codons of a DNA or RNA sequence, or say which is a stop or none.

    >>> codons_of("augGCC")
    ['ATG', 'GCC']
    """
    text = str(coding).upper().replace("U", "T")
    codons = [text[i : i + 3] for i in range(0, len(text), 3)]
    bad = [i for i, codon in enumerate(codons) if GENETIC_CODE.get(codon, "*") == "*"]
    if bad or not codons:
        what = f"codon {bad[0] + 1} is {codons[bad[0]]!r}" if bad else "no codon was given"
        raise ValueError(f"a coding sequence of whole codons without stops is needed: {what}")
    return codons


def neighbours(codon: str) -> list[str]:
    """Return the amino acids of the codons one nucleotide away, stops left out.

    >>> "".join(sorted(neighbours("ATG")))
    'IIIKLLRTV'
    """
    changed = (codon[:j] + base + codon[j + 1 :] for j in range(3) for base in "ACGT")
    amino_acids = [GENETIC_CODE[other] for other in changed if other != codon]
    return [a for a in amino_acids if a != "*"]


def amino_acids_reached(codon: str, rate: float) -> dict[str, float]:
    """Return how likely each amino acid is when a codon is changed with probability ``rate``.

    By one of the nine nucleotide changes that do not make a stop, all equally likely.

    >>> {a: round(p, 1) for a, p in amino_acids_reached("ATG", 0.9).items()}
    {'L': 0.2, 'V': 0.1, 'K': 0.1, 'T': 0.1, 'R': 0.1, 'I': 0.3, 'M': 0.1}
    """
    reached = neighbours(codon)
    own = GENETIC_CODE[codon]
    chances = dict.fromkeys([*reached, own], 0.0)
    for a in reached:
        chances[a] += rate / len(reached)
    chances[own] += 1 - rate
    return chances
