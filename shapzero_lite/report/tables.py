"""The tables of results, written in pieces: 100,000 sequences never stand in memory together."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from shapzero_lite._arrays import Array
from shapzero_lite._checks import path_of, whole
from shapzero_lite.explaining import Explainer, Explanation, interactions
from shapzero_lite.explaining._interactions import Subset
from shapzero_lite.letters import as_codes
from shapzero_lite.report.inputs import Sequences

# Numbers in memory at a time, and rows at most.
_NUMBERS, _MOST_ROWS = 2**22, 8192
# Sets of positions with a column of their own in the table of interactions.
MOST_SETS = 3000


@dataclass(frozen=True, eq=False)
class Written:
    """What the tables hold: sequences, sets of positions, and how many sets there were.

    ``totals`` (N,): base value and values of every sequence, summed: what the sketch says of it.
    """

    n_sequences: int
    n_sets: int
    n_sets_found: int
    totals: Array


def write_explanations(
    explainer: Explainer,
    sequences: Any,
    folder: str | os.PathLike[str],
    *,
    max_order: int = 2,
) -> Written:
    """Explain any number of sequences into files, some thousand at a time; needs ``lessons``.

    ``sequences``: strings, codes (N, n), or a dictionary of names and sequences; of them n bytes
    each stand in memory, and of the results a piece. ``folder`` is made where it is not there; its
    files are those of ``write_tables``, and older ones of these names are replaced. Raises
    what ``explain`` raises for a sequence that is wrong, before a file is written.

    >>> import tempfile, shapzero_lite as sz
    >>> explainer = sz.Explainer(sz.models.toy(n=6, seed=0).spectrum)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_explanations(explainer, sz.DNA.random(20_000, 6, seed=0), folder)
    ...     sorted(path.name for path in Path(folder).iterdir())[:2], written.n_sequences
    (['explanations.csv', 'explanations.parquet'], 20000)
    """
    path, source = path_of(folder, "folder"), explainer.spectrum
    names = None
    if isinstance(sequences, Mapping):
        names, sequences = list(map(str, sequences)), list(sequences.values())
    codes = as_codes(sequences, source.alphabet, source.n)
    if not len(codes):
        raise ValueError("there is no sequence to explain")
    if source.letters is not None:
        source.letters.check(codes)
    names = names or [f"sequence {row}" for row in range(1, len(codes) + 1)]
    order = min(whole(max_order, "max_order"), explainer.largest_order)
    path.mkdir(parents=True, exist_ok=True)
    unknown = np.full(len(codes), np.nan)
    return write_tables(path, explainer, Sequences.of_variants(names, codes), unknown, order)


def write_tables(
    folder: Path,
    explainer: Explainer,
    given: Sequences,
    answers: Array,
    order: int,
) -> Written:
    """Write the explanations and interactions of N sequences into ``folder``.

    ``answers`` (N,): the model's own, NaN where it was not asked. Files:

    - explanations.csv and .parquet, one row a sequence: name, start (from 1), sequence,
      base_value, model_value, gap (empty where the model was not asked), position 1 … n, and where
      they are known the standard errors of these n values;
    - interactions.parquet, one row a sequence in the same order: its number (from 1), and a
      column a set of positions, "3 7" for positions 3 and 7, float32;
    - interactions.csv, one row a set: positions, order, mean |value|, mean value, over all
      sequences, the strongest first.

    When there are more than ``MOST_SETS`` sets, those of largest mean |value| over 200 of the
    sequences are kept.
    """
    subsets, n_found = _sets(explainer, given, order)
    place = {T: c for c, T in enumerate(subsets)}
    sums, totals = np.zeros((2, len(subsets))), np.zeros(len(given))
    one = explainer.explain(given.codes[:1])
    with _Tables(folder, one, subsets) as tables:
        for start, explained in _pieces(explainer, given, order, len(subsets)):
            rows = slice(start, start + len(explained))
            tables.explanations(given, rows, explained, answers[rows])
            totals[rows] = explained.base_value + explained.values.sum(axis=1)
            values = np.zeros((len(explained), len(subsets)))
            found = interactions(
                explained.spectrum, explained.codes, explained.index, explained.max_order,
                explained.background, sets=subsets,
            )  # fmt: skip
            values[:, [place[T] for T in found.subsets]] = found.values
            sums += np.abs(values).sum(axis=0), values.sum(axis=0)
            tables.interactions(start, values)
    _write_means(folder / "interactions.csv", subsets, sums / len(given), one.position_numbers)
    return Written(len(given), len(subsets), n_found, totals)


class _Tables:
    """The three files that grow with the sequences."""

    def __init__(self, folder: Path, like: Explanation, subsets: list[Subset]) -> None:
        import pyarrow as pa
        from pyarrow import csv, parquet

        numbers = ["base_value", "model_value", "gap", *like.position_names]
        if like.standard_error is not None:
            numbers += _errors_of(like)
        kinds = {"name": pa.string(), "start": pa.int64(), "sequence": pa.string()}
        self._explained = pa.schema(kinds | dict.fromkeys(numbers, pa.float64()))
        numbers = like.position_numbers
        sets = [(" ".join(numbers[i] for i in T), pa.float32()) for T in subsets]
        self._acting = pa.schema([("sequence_number", pa.int64()), *sets])
        with ExitStack() as stack:
            # Values are rarely equal: a dictionary of them would only take time.
            how = {"compression": "zstd", "use_dictionary": ["name"], "write_statistics": False}
            self._parquet = stack.enter_context(
                parquet.ParquetWriter(folder / "explanations.parquet", self._explained, **how)
            )
            self._csv = stack.enter_context(
                csv.CSVWriter(
                    folder / "explanations.csv",
                    self._explained,
                    write_options=csv.WriteOptions(quoting_style="needed"),
                )
            )
            how["use_dictionary"] = False
            self._sets = stack.enter_context(
                parquet.ParquetWriter(folder / "interactions.parquet", self._acting, **how)
            )
            self._stack = stack.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def explanations(
        self, given: Sequences, rows: slice, explained: Explanation, answers: Array
    ) -> None:
        """Append the explanations of some sequences to both files."""
        import pyarrow as pa

        frame = replace(explained, model_values=answers).to_frame()
        frame.insert(0, "name", given.names[rows])
        frame.insert(1, "start", given.starts[rows])
        if explained.standard_error is not None:
            errors = type(frame)(explained.standard_error, columns=_errors_of(explained))
            frame = frame.join(errors)  # at once: column by column it would be in pieces
        table = pa.Table.from_pandas(frame, self._explained, preserve_index=False)  # NaN: empty
        table = table.replace_schema_metadata(None)
        self._parquet.write_table(table)
        self._csv.write_table(table)

    def interactions(self, start: int, values: Array) -> None:
        """Append the interactions (rows, sets) of the sequences from ``start`` on."""
        import pyarrow as pa

        numbers = np.arange(start + 1, start + 1 + len(values))
        columns = [pa.array(c) for c in (numbers, *values.T.astype(np.float32))]
        self._sets.write_table(pa.Table.from_arrays(columns, schema=self._acting))


def _errors_of(explained: Explanation) -> list[str]:
    """Names of the columns of standard errors."""
    return [f"standard_error {name.removeprefix('position ')}" for name in explained.position_names]


def _pieces(
    explainer: Explainer, given: Sequences, order: int, sets: int
) -> Iterator[tuple[int, Explanation]]:
    step = int(np.clip(_NUMBERS // max(1, sets), 1, _MOST_ROWS))
    for start in range(0, len(given), step):
        yield start, explainer.explain(given.codes[start : start + step], max_order=order)


def _sets(explainer: Explainer, given: Sequences, order: int) -> tuple[list[Subset], int]:
    """The sets of positions that get a column, by order and position, and how many there are."""
    some = given.codes[given.spread(1)]
    subsets = explainer.explain(some, max_order=order).interactions.subsets
    if len(subsets) <= MOST_SETS:
        return subsets, len(subsets)
    some = given.codes[given.spread(200)]
    values = explainer.explain(some, max_order=order).interactions.values
    strongest = np.argsort(-np.abs(values).mean(axis=0), kind="stable")[:MOST_SETS]
    return [subsets[c] for c in np.sort(strongest)], len(subsets)


def _write_means(path: Path, subsets: list[Subset], means: Array, numbers: list[str]) -> None:
    import pyarrow as pa
    from pyarrow import csv

    by = np.argsort(-means[0], kind="stable")
    columns = {
        "positions": [" ".join(numbers[i] for i in subsets[c]) for c in by],
        "order": [len(subsets[c]) for c in by],
        "mean_absolute": means[0][by],
        "mean": means[1][by],
    }
    csv.write_csv(pa.table(columns), path, csv.WriteOptions(quoting_style="needed"))
