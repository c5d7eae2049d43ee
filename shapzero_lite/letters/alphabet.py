"""Letters to numbers and back: alphabets, encoding, checked codes.

Everything else in the package sees a set of sequences as an array of codes, shape (N, n),
one row a sequence, entries 0..q-1 in the order of the alphabet's letters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from shapzero_lite._checks import seed_of, unmasked, whole
from shapzero_lite._memory import check_memory, count_all
from shapzero_lite.letters.codes import Codes, checked_codes, looks_one_hot, texts_of

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-"
# What people most often have in hand when a letter is refused.
_HINTS = {
    ("T", "U"): "T is DNA: use sz.DNA, or replace T by U",
    ("U", "T"): "U is RNA: use sz.RNA, or replace U by T",
    ("N", ""): "N (any base) has no code: drop or resolve such sequences first",
    ("-", ""): "a gap has no code: give it a letter, as in sz.Alphabet(letters + '-')",
    ("*", ""): "a stop has no code: drop such sequences, or sz.Alphabet(letters + '*')",
}
_NO_BASES = set("DEFHIKLMPQRSVWY")
_OF_PROTEINS = "if these are proteins, use sz.PROTEIN"


class Alphabet:
    """An ordered set of 2 to 64 letters; the place of a letter is its code.

    ``letters`` is a string of single characters, or a list of equally long words (codons).
    Upper and lower case are the same letter unless the alphabet holds both.

    >>> Alphabet("ACTG").encode(["actg"])
    array([[0, 1, 2, 3]], dtype=uint8)
    """

    __slots__ = ("_code_of", "_fold", "letters", "q", "width")

    def __init__(self, letters: str | Sequence[str]) -> None:
        words = tuple(letters)
        if not 2 <= len(words) <= 64:
            raise ValueError(f"an alphabet has 2 to 64 letters, not {len(words)}: {letters!r}")
        if not all(isinstance(w, str) and w.isascii() and w and not w.isspace() for w in words):
            raise TypeError(f"letters are non-empty ASCII strings, not {letters!r}")
        if len({len(w) for w in words}) != 1:
            raise ValueError(f"all letters of an alphabet have the same length; got {list(words)}")
        twice = sorted({w for w in words if words.count(w) > 1})
        if twice:
            raise ValueError(f"the letter {twice[0]!r} stands twice in the alphabet {letters!r}")
        self.letters: tuple[str, ...] = words
        self.q = len(words)
        self.width = len(words[0])
        self._fold = len({w.upper() for w in words}) == len(words)
        self._code_of = {w: c for c, w in enumerate(words)}
        if self._fold:
            for c, w in enumerate(words):
                self._code_of |= {w.upper(): c, w.lower(): c}

    @classmethod
    def of_size(cls, q: int) -> Alphabet:
        """Return an alphabet of q letters for teaching, 0, 1, 2 and so on.

        >>> Alphabet.of_size(3).letters
        ('0', '1', '2')
        """
        q = whole(q, "q", None)
        return cls(_DIGITS[:q]) if 2 <= q <= 64 else cls(["?"] * q)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alphabet) and self.letters == other.letters

    def __hash__(self) -> int:
        return hash(self.letters)

    def __repr__(self) -> str:
        inside = "".join(self.letters) if self.width == 1 else list(self.letters)
        return f"Alphabet({inside!r})"

    def encode(self, sequences: Any) -> Codes:
        """Return the codes (N, n) uint8 of N sequences of one length n.

        ``sequences``: one string, a list, an array or a pandas column of strings, or an
        (N, n) array of single letters. Raises ``ValueError`` naming sequence number, position
        (both counted from 1) and letter.

        >>> DNA.encode(["ACGT", "ttga"])
        array([[0, 1, 2, 3],
               [3, 3, 2, 0]], dtype=uint8)
        """
        texts = texts_of(sequences)
        n_characters = len(texts[0])
        for r, text in enumerate(texts):
            if len(text) != n_characters:
                raise ValueError(
                    f"all sequences must have the same length: sequence 1 has {n_characters} "
                    f"characters, sequence {r + 1} has {len(text)}"
                )
        if n_characters == 0:
            raise ValueError("sequence 1 is empty")
        if n_characters % self.width:
            raise ValueError(
                f"letters of this alphabet are {self.width} characters long; a sequence of "
                f"{n_characters} characters cannot be divided into them"
            )
        if self.width > 1:
            return self._encode_words(texts)
        joined = "".join(texts)
        table = np.full(256, 255, np.uint8)
        for word, code in self._code_of.items():
            table[ord(word)] = code
        # Characters outside latin-1 become "?" unless that is a letter, then a control character.
        raw = joined.encode("latin-1", "replace" if "?" not in self._code_of else "ignore")
        if len(raw) == len(joined):
            codes = table[np.frombuffer(raw, np.uint8)].reshape(len(texts), n_characters)
            if not (codes == 255).any():
                return codes
        return self._refuse(texts)

    def _encode_words(self, texts: list[str]) -> Codes:
        w = self.width
        rows = [[t[i : i + w] for i in range(0, len(t), w)] for t in texts]
        try:
            return np.array([[self._code_of[x] for x in row] for row in rows], np.uint8)
        except KeyError:
            pass
        # Mixed case inside one word ("aTg") is legal too when case does not matter.
        if self._fold:
            rows = [[x.upper() for x in row] for row in rows]
        if all(x in self._code_of for row in rows for x in row):
            return np.array([[self._code_of[x] for x in row] for row in rows], np.uint8)
        return self._refuse(texts)

    def _refuse(self, texts: list[str]) -> Codes:
        w = self.width
        for r, text in enumerate(texts):
            for i in range(0, len(text), w):
                word = text[i : i + w]
                if (word.upper() if self._fold and w > 1 else word) in self._code_of:
                    continue
                have = "".join(self.letters) if w == 1 else ", ".join(self.letters)
                msg = (
                    f"sequence {r + 1}, position {i // w + 1}: {word!r} is not a letter of "
                    f"this alphabet ({have})"
                )
                for (bad, partner), hint in _HINTS.items():
                    if word.upper() == bad and (not partner or partner in self.letters):
                        msg += f"; {hint}"
                if word.upper() in _NO_BASES and set("ACG").issubset(self.letters) and self.q < 8:
                    msg += f"; {_OF_PROTEINS}"
                raise ValueError(msg)
        raise ValueError("these sequences hold characters that no alphabet can have")

    def decode(self, codes: ArrayLike) -> list[str]:
        """Return the sequences that the codes (N, n) stand for, a list of N strings.

        >>> DNA.decode([[0, 1, 2, 3]])
        ['ACGT']
        """
        rows = as_codes(codes, self)
        return ["".join(self.letters[c] for c in row) for row in rows.tolist()]

    def random(self, count: int, n: int, seed: int) -> Codes:
        """Return ``count`` uniformly random sequences of length n as codes (count, n).

        >>> DNA.random(2, 5, seed=0)
        array([[1, 2, 3, 3, 3],
               [3, 0, 2, 0, 3]], dtype=uint8)
        """
        count, n = whole(count, "count", 0), whole(n, "n")
        rng = np.random.default_rng(seed_of(seed))
        return rng.integers(0, self.q, size=(count, n), dtype=np.uint8)

    def all_sequences(self, n: int) -> Codes:
        """Return all q^n sequences of length n as codes (q^n, n), the last position fastest.

        A column of values in this order, reshaped to (q,)*n, is the table of the function.
        Raises ``ValueError`` stating the memory needed when it does not fit.

        >>> DNA.all_sequences(2)[:5].tolist()
        [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0]]
        """
        n = whole(n, "n")
        # twice: the grid, and the copy with one row a sequence
        check_memory(2 * n * count_all(self.q, n), f"all {self.q}^{n} sequences")
        return np.indices((self.q,) * n, np.uint8).reshape(n, -1).T.copy()


DNA = Alphabet("ACGT")
RNA = Alphabet("ACGU")
PROTEIN = Alphabet("ACDEFGHIKLMNPQRSTVWY")


def as_codes(codes: Any, alphabet: Alphabet, n: int | None = None) -> Codes:
    """Return (N, n) uint8 codes, from codes or from anything ``Alphabet.encode`` takes.

    Raises ``TypeError`` for numbers that are not whole, ``ValueError`` for codes outside
    0..q-1, no sequence at all, or a length other than ``n``; each says where.

    >>> as_codes("ACGT", DNA).shape
    (1, 4)
    """
    if not isinstance(alphabet, Alphabet):
        raise TypeError(f"alphabet must be an Alphabet such as sz.DNA, not {alphabet!r}")
    codes = unmasked(codes, "codes")
    if isinstance(codes, Mapping):
        raise TypeError("a dictionary was given: take its sequences, as in list(records.values())")
    if isinstance(codes, bytes | bytearray):
        codes = codes.decode("ascii", "replace")
    if hasattr(codes, "detach"):  # a torch tensor, perhaps on a device
        codes = codes.detach().cpu().numpy()
    elif hasattr(codes, "columns"):  # a data frame: iterating it would give the column names
        codes = codes.to_numpy()
    looks = codes.dtype.kind if hasattr(codes, "dtype") else None
    array = np.asarray(codes) if looks in ("i", "u", "f", "c", "b") else None
    if array is None and looks is None and not isinstance(codes, str):
        codes = list(codes) if isinstance(codes, Iterable) else codes
        if isinstance(codes, list) and codes and not any(isinstance(c, str) for c in codes):
            try:
                array = np.asarray(codes)
            except ValueError as error:
                raise ValueError("rows of codes must all have the same length") from error
            array = None if array.dtype.kind in "OUS" else array
    if array is None:
        found = alphabet.encode(codes)
    else:
        found = checked_codes(array, alphabet.q)
    if n is not None and found.shape[1] != n:
        msg = f"sequences of length {found.shape[1]} were given; length {n} is needed here"
        if (
            found.shape[1] == n * alphabet.q
            and array is not None
            and looks_one_hot(found, alphabet.q)
        ):
            msg += f": they look one-hot; codes are x.reshape(-1, {n}, {alphabet.q}).argmax(axis=2)"
        raise ValueError(msg)
    return found
