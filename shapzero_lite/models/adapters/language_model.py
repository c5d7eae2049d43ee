"""The score of a protein variant under a masked or a causal language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite._arrays import Array
from shapzero_lite.letters import PROTEIN, Codes, as_codes
from shapzero_lite.models.adapters.language_files import Tokens

# What each way of scoring needs: a model that fills masks, or one that continues.
METHODS = {
    "masked-marginal": "masked",
    "single-masked": "masked",
    "mutant-context": "masked",
    "causal": "causal",
}
UNITS = "log probability, in nats, relative to the wild type (0); larger is more likely"
_KEPT = 2**16  # sets of mutated positions whose probabilities are remembered


class LanguageModel:
    """A protein language model to call: codes (N, n) of variants to scores (N,) float64.

    With x the variant, w the wild type, i running over the chosen positions, D those where the two
    differ, and p the model's probability of a letter given what it sees::

        masked-marginal   sum over i in D of  log p(x_i | w with D masked) - log p(w_i | the same)
        single-masked     sum over i in D of  log p(x_i | w with i masked) - log p(w_i | the same)
        mutant-context    sum over i of  log p(x_i | x with i masked) - log p(w_i | w with i masked)
        causal            sum over all t of  log p(x_t | x_1 .. x_t-1) - log p(w_t | w_1 .. w_t-1)

    Attributes: ``alphabet`` (PROTEIN), ``n``, ``positions`` (counted from 1), ``wild_type``
    (its letters there), ``method``, ``units``, ``module`` (the torch model).
    """

    alphabet = PROTEIN
    units = UNITS

    def __init__(
        self,
        module: Any,
        read: Tokens,
        wild_type: str,
        positions: Sequence[int],
        method: str,
        *,
        batch_size: int = 32,
        device: str = "auto",
        both_directions: bool = False,
    ) -> None:
        torch = _import_torch()
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self.module = module.eval().to(device)
        self.read, self.method, self.batch_size = read, method, batch_size
        self.both_directions = both_directions
        self.n, self.positions = len(positions), tuple(positions)
        self.wild_type = "".join(wild_type[p - 1] for p in positions)
        self._length = len(wild_type)
        self._codes = PROTEIN.encode([self.wild_type])[0]  # (n,)
        self._columns = read.start + np.array(positions) - 1  # of the positions in a row of tokens
        self._tables: dict[bytes, Array] = {}
        self._base = 0.0
        if method in ("mutant-context", "causal"):
            self._base = float(self(self._codes[None])[0])

    def __call__(self, codes: Any) -> Array:
        """Return the scores (N,) of variants given as codes (N, n) or strings of n letters.

        Raises ``TypeError`` for codes that are not whole numbers and ``ValueError`` for another
        length or letter, naming sequence and position.
        """
        codes = as_codes(codes, PROTEIN, n=self.n)
        if self.method == "masked-marginal":
            return self._marginal(codes)
        if self.method == "single-masked":
            each = np.eye(self.n, dtype=bool)
            for start in range(0, self.n, self.batch_size):
                self._fill(each[start : start + self.batch_size])
            table = np.array([self._table(masked)[i] for i, masked in enumerate(each)])
            return table[np.arange(self.n), codes].sum(1)
        raw = self._in_context if self.method == "mutant-context" else self._causal
        return raw(codes) - self._base

    def _marginal(self, codes: Codes) -> Array:
        patterns, which = np.unique(codes != self._codes, axis=0, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        groups = np.split(
            order, np.cumsum(np.bincount(which.ravel(), minlength=len(patterns)))[:-1]
        )
        values = np.zeros(len(codes))
        for start in range(0, len(patterns), self.batch_size):
            batch = patterns[start : start + self.batch_size]
            self._fill(batch)
            for pattern, group in zip(batch, groups[start : start + len(batch)], strict=True):
                terms = self._table(pattern)[np.arange(self.n), codes[group]]  # (group, n)
                values[group] = terms[:, pattern].sum(1)
        return values

    @property
    def _mask(self) -> int:
        if self.read.mask is None:
            raise ValueError(f"method {self.method!r} needs a tokenizer with a mask token")
        return self.read.mask

    def _table(self, masked: NDArray[np.bool_]) -> Array:
        """Return log p(letter) - log p(wild type) (n, 20), with these positions masked."""
        if masked.tobytes() not in self._tables:
            self._fill(masked[None])
        return self._tables[masked.tobytes()]

    def _fill(self, patterns: NDArray[np.bool_]) -> None:
        """Ask the model about the sets of masked positions that are not known yet."""
        new = [p for p in patterns if p.tobytes() not in self._tables]
        if len(self._tables) + len(new) > _KEPT:
            self._tables.clear()
            new = list(patterns)
        if not new:
            return
        rows = np.tile(self.read.row, (len(new), 1))
        at, position = np.nonzero(np.array(new))
        rows[at, self._columns[position]] = self._mask
        log_p = self._log_p(rows)[:, self._columns][..., self.read.letters]  # (rows, n, 20)
        wild = np.take_along_axis(log_p, self._codes[None, :, None].astype(np.int64), axis=2)
        for pattern, table in zip(new, log_p - wild, strict=True):
            self._tables[pattern.tobytes()] = table

    def _in_context(self, codes: Codes) -> Array:
        """Return sum over the positions of log p(x_i | all of x but i), (N,)."""
        rows = self._rows(codes)
        values = np.zeros(len(rows))
        for start in range(0, len(rows) * self.n, self.batch_size):
            task = np.arange(start, min(start + self.batch_size, len(rows) * self.n))
            row, place, one = task // self.n, self._columns[task % self.n], np.arange(len(task))
            asked = rows[row]
            letter = asked[one, place]
            asked[one, place] = self._mask
            np.add.at(values, row, self._log_p(asked)[one, place, letter])
        return values

    def _causal(self, codes: Codes) -> Array:
        """Return sum over the letters of log p(letter | those before it), (N,)."""
        rows = self._rows(codes)
        first = max(self.read.start, 1)  # nothing predicts the first token of all
        letters = slice(self.read.start, self.read.start + self._length)
        values = np.zeros(len(codes))
        for start in range(0, len(rows), self.batch_size):
            batch = rows[start : start + self.batch_size]
            turned = batch.copy()
            turned[:, letters] = batch[:, letters][:, ::-1]
            for one in (batch, turned) if self.both_directions else (batch,):
                log_p = self._log_p(one)[:, first - 1 : letters.stop - 1]
                read = one[:, first : letters.stop, None]
                values[start : start + len(batch)] += np.take_along_axis(log_p, read, 2).sum((1, 2))
        return values / 2 if self.both_directions else values

    def _rows(self, codes: Codes) -> NDArray[np.int64]:
        rows = np.tile(self.read.row, (len(codes), 1))
        rows[:, self._columns] = self.read.letters[codes]
        return rows

    def _log_p(self, rows: NDArray[np.int64]) -> Array:
        """Return log probabilities (rows, T, vocabulary) of one batch."""
        torch = _import_torch()
        ids = torch.from_numpy(rows).to(next(self.module.parameters()).device)
        with torch.no_grad():
            logits = self.module(input_ids=ids, attention_mask=torch.ones_like(ids)).logits
        return torch.log_softmax(logits.double(), dim=-1).cpu().numpy()

    def __repr__(self) -> str:
        where = " ".join(f"{a}{p}" for a, p in zip(self.wild_type, self.positions, strict=True))
        return f"LanguageModel({type(self.module).__name__}, {self.method}, {where})"


def _import_torch() -> Any:
    try:
        import torch
    except ImportError as error:
        msg = 'protein language models need PyTorch: pip install "shapzero-lite[plm]"'
        raise ImportError(msg) from error
    return torch
