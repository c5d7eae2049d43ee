"""The verb `explain` of the command: the arguments of ``read_request`` as options of a shell."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

# Name, what it is in a word, help; names and meanings are those of ``read_request`` and lesson 13.
_MODEL = (
    "package:name of a function of sequences, or package:name() that makes one; this folder is "
    "searched too: predict of my_model.py is my_model:predict. The module is imported, which runs "
    "it"
)
_WHAT = (
    ("model", "NAME", _MODEL),
    ("table", "FILE", "measured variants instead of a model: csv, tsv or parquet"),
    ("sequences", "FILE",
     ("FASTA file of the sequences to explain (default: the table's variants; "
      "the wild type and its single mutants; our EGFP)")),
    ("alphabet", "LETTERS",
     ("DNA, RNA, PROTEIN, or letters:ACTG (default: the model's, the wild "
      "type's, else DNA)")),
    ("window", "N", "cut the sequences into windows of N letters; 0: as the model says, or whole"),
    ("step", "N", "letters from one window to the next (default: 1)"),
)  # fmt: skip
_AROUND = (
    ("wild-type", "LETTERS",
     ("letters, or a FASTA file of one sequence: mutants are read from it, "
      "and a model is explained around it")),
    ("first", "N",
     ("number of its first position (default: 1), or of all, as 39-41,54 where they are no "
      "neighbours")),
    ("letters", "WHICH",
     ("which sequences the answer is about: uniform (every sequence as likely as any "
      "other), around:0.02 (each letter of the wild "
      "type is changed with that probability), positions:37,40-44 (the others stay as in the wild "
      "type), sequences (letters as often as in the file), codons:CODING (what one nucleotide "
      "change of that sequence, or FASTA file, reaches), or a csv of probabilities with a column "
      "for each letter. Default: around the wild type; a table's own; else uniform")),
    ("background", "WHICH",
     ("what the value of a letter is compared with: the words of --letters, wild-type, or a "
      "FASTA file of sequences (default: the sequences of --letters)")),
)  # fmt: skip
_TABLE = (
    ("sequence-column", "NAME",
     "its column of sequences, or of mutants as A108D (default: sequence)"),
    ("value-column", "NAME", "its column of numbers; replicates: rep1,rep2 (default: value)"),
    ("error-column", "NAME", "its column of standard errors; of replicates, with commas too"),
    ("weight-column", "NAME", "or its column of weights"),
    ("wild-type-value", "NUMBER",
     "value of the wild type where it has no row, as 0 for log ratios"),
    ("stops", "WHAT", "rows with a stop: drop, or letter (default: drop)"),
    ("gaps", "WHAT", "rows with a gap: drop, or letter (default: drop)"),
    ("on-bad", "WHAT",
     ("rows that cannot be used: raise (say which, and stop), or drop and list them "
      "(default: raise)")),
)  # fmt: skip
_SPEND = (
    ("budget", "N", "sequences that the model may be asked about, in all (default: 60000)"),
    ("method", "NAME",
     ("how its answers are learnt: auto, enumerate, samples, curve, distil, qsft or both "
      "(default: auto, which may train a network for minutes; samples takes seconds)")),
    ("order", "N", "which letters act together: up to N of them (default: 2)"),
    ("check-designs", "N",
     ("put so many of the best single and double changes to the model, out of "
      "the budget (default: 0, at most 100)")),
    ("seed", "N", "of everything random (default: 0)"),
)  # fmt: skip
_ASK = (
    ("takes", "WHAT",
     ("what the model is called with: strings (a list), string (one) or codes (an array of "
      "numbers; default: strings, of our models codes)")),
    ("output", "N", "which of several outputs, from 0"),
    ("batch-size", "N", "sequences put to the model at once (default: 1024)"),
    ("workers", "N", "threads that ask (default: 1)"),
    ("retries", "N", "ask a batch that failed, or took too long, so often again (default: 0)"),
    ("timeout", "SECONDS", "give up a batch that takes longer (default: never)"),
)  # fmt: skip
GROUPS = {
    "what to explain": _WHAT,
    "around a wild type, and against what": _AROUND,
    "how a table is read": _TABLE,
    "what to spend, and on what": _SPEND,
    "how a model is asked": _ASK,
}
OPTIONS = tuple(option for group in GROUPS.values() for option in group)
_EXAMPLES = """\
examples:
  a model, on sequences of yours; first what it would ask, then the report in mine/
    shapzero-lite explain --model my_package:predict --sequences my.fasta --dry-run
    shapzero-lite explain --model my_package:predict --sequences my.fasta -o mine
  the same around one protein: all its single changes, and the best double ones
    shapzero-lite explain --model my_package:predict --wild-type protein.fasta
  a table of measured mutants, as A108D, whose numbers begin at 1
    shapzero-lite explain --table scan.csv --sequence-column variant
      --value-column score --wild-type protein.fasta --first 1
"""


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the options, in groups."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EXAMPLES
    for title, options in GROUPS.items():
        group = parser.add_argument_group(title)
        for name, metavar, text in options:
            short = ["-m"] if name == "model" else []
            group.add_argument(*short, f"--{name}", metavar=metavar, default=None, help=text)
    group = parser.add_argument_group("where the report goes")
    group.add_argument(
        "-o", "--out", metavar="FOLDER", default="explained",
        help="where results go; the same command goes on there after a stop (default: %(default)s)",
    )  # fmt: skip
    group.add_argument(
        "--overwrite", action="store_true", help="replace the results of another analysis there"
    )
    group.add_argument(
        "--dry-run", action="store_true",
        help="say what would be asked and spent, and ask nothing (the model is imported)",
    )  # fmt: skip


def explain(chosen: argparse.Namespace) -> int:
    """Explain a model of yours, or a table of measurements, and write a report into a folder."""
    try:
        return _explained(chosen)
    except (ValueError, TypeError, OSError, ImportError) as trouble:
        raise ValueError(as_options(str(trouble))) from trouble


def _explained(chosen: argparse.Namespace) -> int:
    from shapzero_lite.report import read_request, run

    names = [name.replace("-", "_") for name, _, _ in OPTIONS]
    given = {name: getattr(chosen, name) for name in names}
    given = {name: value for name, value in given.items() if value is not None}
    if not {"model", "table"} & given.keys():
        raise ValueError("nothing to explain: give --model package:name or --table FILE")
    sys.path.insert(0, str(Path.cwd()))  # a model beside the reader is found, as in a notebook
    try:
        out = "" if chosen.dry_run else chosen.out
        request = read_request(**given, out=out, overwrite=chosen.overwrite)
        print(request)
        if request.measured is not None:
            print(request.measured)
        if chosen.dry_run:
            return 0
        found = run(request, progress=sys.stderr.isatty())
    finally:
        sys.path.remove(str(Path.cwd()))
    print(f"\n{found.verdict}\n\nOpen {Path(chosen.out) / 'report.html'}")
    return 0


def as_options(text: str) -> str:
    """Return what the library says, with its arguments written as the options of a shell.

    >>> as_options("mend them, or on_bad='drop' leaves them out; mutants need wild_type=")
    'mend them, or --on-bad drop leaves them out; mutants need --wild-type'
    """
    names = "|".join(name.replace("-", "_") for name, _, _ in OPTIONS)
    roles = {"variant": "sequence-column", "value": "value-column"}  # what ``read_variants`` says

    def option(found: re.Match[str]) -> str:
        value = (found[2] or "").strip("'")
        return f"--{found[1].replace('_', '-')}{' ' * bool(value)}{value}"

    text = re.sub(rf"\b({names})=('[^']*'|-?[\w.]+)?", option, text)
    text = re.sub(r"\((variant|value)\)", lambda role: f"(--{roles[role[1]]})", text)
    text = re.sub(r"\bsz\.(DNA|RNA|PROTEIN)\b", r"--alphabet \1", text)
    return text.replace("overwrite=True", "--overwrite")
