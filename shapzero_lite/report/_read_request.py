"""From arguments, which may be text of a shell, to a request checked whole: nothing is asked."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any

import numpy as np

from shapzero_lite._checks import positive
from shapzero_lite._checks import whole as whole_number
from shapzero_lite.letters import Alphabet, WildType, position_numbers, read_numbers
from shapzero_lite.report.background import read_background
from shapzero_lite.report.budget import share_budget, whole, yes_or_no
from shapzero_lite.report.designs import MOST_DESIGNS
from shapzero_lite.report.folder import ResultFolder
from shapzero_lite.report.inputs import Sequences, read_alphabet, read_sequences
from shapzero_lite.report.meant import Meant, read_letters, read_wild_type, with_single_mutants
from shapzero_lite.report.measured import read_measured, refuse_without_table
from shapzero_lite.report.reader_model import load_model, takes_codes
from shapzero_lite.report.request import Request

OUR_MODEL = "shapzero_lite.models:guide_rna()"
# More single mutants than this are not explained unasked.
_MOST_MUTANTS = 10_000


def read_request(
    *,
    model: Any = "",
    sequences: Any = "",
    table: Any = "",
    sequence_column: str = "sequence",
    value_column: str | list[str] = "value",
    error_column: str | list[str] = "",
    weight_column: str | list[str] = "",
    wild_type: Any = "",
    wild_type_value: Any = None,
    first: Any = 1,
    stops: str = "drop",
    gaps: str = "drop",
    on_bad: str = "raise",
    letters: Any = "",
    background: Any = "",
    alphabet: Any = "",
    window: Any = 0,
    step: Any = 1,
    budget: Any = 60_000,
    method: str = "auto",
    takes: str = "",
    output: Any = None,
    order: Any = 2,
    seed: Any = 0,
    check_designs: Any = 0,
    batch_size: Any = 1024,
    workers: Any = 1,
    retries: Any = 0,
    timeout: Any = None,
    out: Any = "",
    overwrite: bool = False,
) -> Request:
    """Return a checked ``Request``; the model is imported, and asked nothing.

    ``model``: "package:name", "package:name()" or a callable (module ``reader_model``); "" and no
    table is our guide RNA model. ``table``: a file of measured variants instead of a model, read
    by ``read_variants``: ``sequence_column`` holds mutants or sequences, ``value_column``,
    ``error_column`` and ``weight_column`` one name, or those of replicates with commas between;
    ``wild_type_value``, ``stops``, ``gaps`` and ``on_bad`` as there. ``wild_type``: letters or a
    FASTA file of one sequence. ``first``: the number of the first position, or those of all, as a
    list or as text "39-41,54". ``sequences``: a
    FASTA file; "" is the table's variants, the wild type with its single mutants, or the shipped
    EGFP. ``letters``: which sequences are meant (module ``meant``): "uniform", "around:0.02",
    "positions:37,40-44", "sequences", "codons:CODING", a file of probabilities, ``Letters`` or
    probabilities (n, q); "" is around a wild type, a table's own, or uniform. ``background``:
    against what values are told (module ``background``): the same words, "wild-type", a FASTA
    file, or what an ``Explainer`` takes; "" is the letters meant. ``window``: letters of a window;
    0 is as many as the model says, else whole sequences. ``budget``: queries in all. ``order``: of
    the interactions. ``batch_size``: rows put to the model at once, and what a kill can cost.
    ``retries``, ``timeout`` (seconds): of a batch, as in ``Queries``. ``out``: a folder; ""
    writes nothing. ``overwrite``: replace the results of another analysis there. Numbers may be
    text, as a shell gives them. Raises ``ValueError``, ``TypeError`` or ``FileNotFoundError``
    saying which argument is wrong, and what would do.

    >>> print(read_request(budget=5000))
    695 sequences of 26 letters (ACGT) to explain
    letters meant: uniform, every sequence as likely as any other
    model shapzero_lite.models:guide_rna(), called with codes
    at most 5,000 queries: 32 to try the model, 200 of these sequences, 4,768 for the sketch
    nothing will be written
    """
    model, sequences, table, wild_type, background, out = (
        "" if a is None else a for a in (model, sequences, table, wild_type, background, out)
    )
    if model != "" and table != "":
        raise ValueError("give a model or a table of measured variants, not both")
    window = whole("window", window, 0)
    step, budget, order, seed, check_designs, batch_size, workers, retries = (
        whole(name, value, least)
        for name, value, least in (
            ("step", step, 1),
            ("budget", budget, 1),
            ("order", order, 1),
            ("seed", seed, 0),
            ("check_designs", check_designs, 0),
            ("batch_size", batch_size, 1),
            ("workers", workers, 1),
            ("retries", retries, 0),
        )
    )
    first, timeout = _numbers_of_first(first), _seconds(timeout)
    if check_designs > MOST_DESIGNS or (check_designs and table != ""):
        what = "of a table there is no model to ask" if table != "" else "at most 100"
        raise ValueError(f"check_designs={check_designs}: {what}")
    output = None if output in (None, "") else whole("output", output, 0)
    overwrite = yes_or_no("overwrite", overwrite)
    of_table = {
        "error_column": error_column, "weight_column": weight_column, "stops": stops,
        "gaps": gaps, "on_bad": on_bad, "wild_type_value": wild_type_value,
    }  # fmt: skip
    _check_packages(written=out != "", table=table != "")
    text = "" if wild_type == "" else read_wild_type(wild_type)
    measured, wanted, name, called = None, None, "", "none"
    if table != "":
        known = read_alphabet(alphabet, wild=text)
        measured, variants = read_measured(
            table, known, text, first, sequence_column, value_column, of_table
        )
        known, wild, n = measured.alphabet, measured.wild, measured.codes.shape[1]
        _check_length(window, n, "the table holds")
        given = variants if sequences == "" else read_sequences(sequences, known, n, step)
        meant = read_letters(letters, wild, known, n, given.codes, table=True)
    else:
        refuse_without_table(of_table)
        found, name = load_model(OUR_MODEL if model == "" else model)
        known = read_alphabet(alphabet, found, text)
        wanted, called = takes_codes(found, known, takes)
        wild = WildType.of(text, known, first) if text else None
        own = getattr(found, "n", None)
        own = int(own) if isinstance(own, int | np.integer) else None  # .n may mean anything
        _check_length(window, own, "the model takes")
        if wild is not None:
            own = _of_one_length(wild, own or window or None)
        given, meant = _to_explain(sequences, letters, wild, known, window or own, step)
    n = given.codes.shape[1]
    numbers = position_numbers(first, n) if wild is None else wild.numbers
    against = read_background(background, wild, known, given.codes, meant, table=table != "")
    order = min(order, n)
    kept = out != ""
    planned, checked, designs, beside = None, 0, 0, 0
    if wanted is not None:
        planned, checked, designs, beside = share_budget(
            budget, given, known, method, kept=kept, letters=meant.letters, designs=check_designs
        )
    made = Request(
        wanted, name, called, known, given, measured, meant, against, wild, numbers, planned,
        checked, designs, beside, order, seed, output, batch_size, workers, retries, timeout, None,
    )  # fmt: skip
    if not kept:
        return made
    folder = ResultFolder(out)
    made = replace(made, out=folder)
    folder.check(made.describe(), overwrite=overwrite)
    return made


def _to_explain(
    sequences: Any,
    letters: Any,
    wild: WildType | None,
    alphabet: Alphabet,
    n: int | None,
    step: int,
) -> tuple[Sequences, Meant]:
    """The sequences of a file, or the wild type and its single mutants; and the letters meant."""
    if sequences == "" and wild is not None:
        meant = read_letters(letters, wild, alphabet, len(wild.codes), None, table=False)
        names, codes = with_single_mutants(wild, meant.letters)
        kept = len(codes) if len(codes) <= _MOST_MUTANTS else 1
        return Sequences.of_variants(names[:kept], codes[:kept]), meant
    given = read_sequences(sequences, alphabet, n, step)
    n = given.codes.shape[1]
    return given, read_letters(letters, wild, alphabet, n, given.codes, table=False)


def _numbers_of_first(first: Any) -> int | tuple[int, ...]:
    """The number of the first position, or a list of those of all."""
    try:
        if isinstance(first, str):
            listed = read_numbers(first)
            first = listed if len(listed) > 1 else listed[0]
        if isinstance(first, list | tuple | np.ndarray):
            return tuple(whole_number(number, "first", None) for number in first)
        return whole_number(first, "first", None)
    except ValueError:
        msg = f"first is the number of the first position, a whole one, not {first!r}; where they "
        raise ValueError(f"{msg}are no neighbours, the numbers of all, as 39-41,54") from None


def _seconds(timeout: Any) -> float | None:
    if timeout in (None, ""):
        return None
    try:
        return positive(float(timeout) if isinstance(timeout, str) else timeout, "timeout")
    except ValueError:
        msg = f"timeout is a positive number of seconds for a batch, not {timeout!r}"
        raise ValueError(msg) from None


def _of_one_length(wild: WildType, own: int | None) -> int:
    n = len(wild.codes)
    if own is not None and own != n:
        raise ValueError(f"the wild type has {n} letters, and the sequences have {own}")
    return n


def _check_length(window: int, own: int | None, who: str) -> None:
    if window and own is not None and window != own:
        msg = f"window={window}, but {who} sequences of {own} letters: leave window at 0"
        raise ValueError(msg)


def _check_packages(*, written: bool, table: bool) -> None:
    need = ["pandas"] * (table or written) + ["pyarrow", "matplotlib"] * written
    missing = [name for name in need if importlib.util.find_spec(name) is None]
    if missing:
        msg = f'this needs {" and ".join(missing)}: pip install "shapzero-lite[lessons]"'
        raise ImportError(msg)
