"""The analyst's notebook as functions: bad arguments, results, a kill, the command itself."""

import ast
import gzip
import inspect
import itertools
import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.report.command import OPTIONS
from shapzero_lite.report.regression import additive, regressions
from shapzero_lite.report.tables import write_tables

pd = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
pq = pytest.importorskip("pyarrow.parquet", reason="extra `lessons` is absent: pyarrow")
pytest.importorskip("matplotlib", reason="extra `lessons` is absent: matplotlib")

analysis = sz.report
ROOT = Path(__file__).resolve().parents[1]
MODULE = '''
"""A model as a reader would bring it."""
import numpy as np

ASKED = []
score = 3.5


def predict(sequences):
    """Numbers for a list of strings."""
    ASKED.extend(sequences)
    letters = np.array([list(s) for s in sequences])
    match = (letters[:, 0] == "G") & (letters[:, 3] == "C")
    return (letters == "A").sum(axis=1) - 2.0 * match + 0.5 * (letters[:, 1] == "T")


def predict_one(sequence):
    return float(predict([sequence])[0])


def predict_codes(codes):
    return predict(["".join("ACGT"[c] for c in row) for row in codes])


def columns(sequences):
    return np.stack([predict(sequences)] * 2, axis=1)


def nothing(sequences):
    return predict(sequences) * np.nan


def same(sequences):
    ASKED.extend(sequences)
    return [3.5] * len(sequences)


def rare(sequences):
    ASKED.extend(sequences)
    return [float("GATTACATAC" in s) * s.count("A") for s in sequences]


def forgets(sequences):
    predict(sequences)


def too_few(sequences):
    return predict(sequences)[:-1]


def refuses(sequences):
    raise KeyError("no weights")


def make():
    return predict


def make_badly():
    raise OSError("weights.bin is missing")


class Odd:
    n = "ten"

    def __call__(self, sequences):
        return predict(sequences)


odd = Odd()


class Net:
    def __call__(self, sequences):
        return predict(sequences)


class Fitted:
    def predict(self, x):
        return x


fitted = Fitted()
'''
_serial = itertools.count()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A module of its own for every test: its name, and what it was asked."""
    name = f"reader_package_{next(_serial)}"
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    return name


@pytest.fixture
def fasta(tmp_path):
    path = tmp_path / "my.fasta"
    path.write_text(">one\nACGTACGTAC\n>two\nGGGCCCTTTA\n>three\nTTTTTTTTTT\n", encoding="utf-8")
    return str(path)


def asked(package):
    return len(sys.modules[package].ASKED) if package in sys.modules else 0


def fasta_of(tmp_path, text):
    path = tmp_path / "wrong.fasta"
    path.write_text(text, encoding="utf-8")
    return str(path)


BAD = [
    ({"model": "{p}"}, "model='{p}' does not name a function: write package:name"),
    ({"model": "no_such_package:predict"}, "there is no module 'no_such_package'. Python looks"),
    ({"model": "{p}.sub:predict"}, "there is no module '{p}.sub'"),
    (
        {"model": "{p}:predct"},
        "'{p}' has no 'predct'; it has predict, predict_one, predict_codes, ",
    ),
    ({"model": "{p}:score"}, "model='{p}:score' is not a function but 3.5 (float)"),
    ({"model": "{p}:Net"}, "model='{p}:Net' is a class: add () to make an object of it"),
    ({"model": "{p}:fitted"}, "is a bare estimator (Fitted): wrap it, sz.models.SklearnModel"),
    ({"model": "{p}:make_badly()"}, "calling make_badly() raised OSError: weights.bin is missing"),
    ({"alphabet": "DANN"}, "alphabet='DANN' is not known: say DNA, RNA, PROTEIN, or the letters"),
    ({"alphabet": "RNA"}, "my.fasta: sequence 'one', position 4: 'T' is not a letter of this"),
    ({"takes": "text"}, "takes='text': say 'strings' (a list of them), 'string' (one at a time)"),
    ({"budget": "many"}, "budget is a whole number of at least 1, not 'many'"),
    ({"budget": -5}, "budget is a whole number of at least 1, not -5"),
    ({"budget": 0.5}, "budget is a whole number of at least 1, not 0.5"),
    ({"budget": True}, "budget is a whole number of at least 1, not True"),
    ({"budget": "nan"}, "budget is a whole number of at least 1, not 'nan'"),
    ({"budget": 1e400}, "budget is a whole number of at least 1, not inf"),
    ({"budget": 3}, "a budget of 3 queries is too small: 32 are needed to try the model"),
    (
        {"budget": 60},
        (
            "budget=60, of which 35 try and check the model: a budget of 25 queries is too small: "
            "method 'auto' needs at least 82 for n = 10 positions and 4 letters"
        ),
    ),
    (
        {"method": "guess"},
        "method is one of auto, enumerate, samples, curve, distil, qsft, both, not 'guess'",
    ),
    ({"order": 0}, "order is a whole number of at least 1, not 0"),
    ({"seed": "x"}, "seed is a whole number of at least 0, not 'x'"),
    ({"sequences": "none.fasta"}, "sequences='none.fasta' does not exist: a FASTA file is needed"),
    ({"sequences": "."}, "sequences='.' is a folder: a FASTA file is needed"),
    ({"window": 11}, "my.fasta: 'one' has 10 letters, fewer than the 11 of a window"),
    ({"model": "shapzero_lite.models:toy()", "window": 5}, "the model takes sequences of 8"),
    ({"model": "shapzero_lite.models:toy()", "alphabet": "letters:ACTG"}, "was made for ACGT"),
    ({"overwrite": "perhaps"}, "overwrite is True or False, not 'perhaps'"),
    ({"sequences": ""}, "the model does not say how many letters it takes: name a FASTA file, or"),
    (
        {"sequences": "", "alphabet": "PROTEIN", "window": 9},
        "the shipped EGFP is DNA: name a FASTA file in ACDEFGHIKLMNPQRSTVWY",
    ),
    ({"table": "variants.csv"}, "give a model or a table of measured variants, not both"),
]


@pytest.mark.parametrize(("wrong", "message"), BAD, ids=[str(w) for w, _ in BAD])
def test_a_bad_argument_is_answered_before_any_query(package, fasta, wrong, message):
    right = {"model": "{p}:predict", "sequences": fasta, "alphabet": "DNA", "budget": 500}
    both = {k: v.format(p=package) if isinstance(v, str) else v for k, v in (right | wrong).items()}
    with pytest.raises((ValueError, TypeError, FileNotFoundError)) as told:
        analysis.read_request(**both)
    assert message.format(p=package) in str(told.value)
    assert asked(package) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no FASTA record"),
        ("ACGT\n", "line 1: FASTA starts with a line '>name'"),
        (">a\n>b\nACGT\n", "line 1: the record 'a' has no letters"),
        (">a\nACGTAC\n>b\nACGNAC\n", "wrong.fasta: sequence 'b', position 4: 'N' is not a letter"),
        (
            ">a\nACGTAC\n>b\nACGTAC\n>c\nACG\n",
            (
                "all sequences must have the same length, but 'a' has 6 letters and 'c' has 3; "
                "window= cuts them into windows of one length"
            ),
        ),
    ],
    ids=["empty", "no name", "no letters", "wrong letter", "lengths"],
)
def test_a_wrong_file_of_sequences(package, tmp_path, text, message):
    path = fasta_of(tmp_path, text)
    with pytest.raises(ValueError, match=r".") as told:
        analysis.read_request(model=f"{package}:predict", sequences=path)
    assert message in str(told.value)
    assert asked(package) == 0


def test_a_module_that_cannot_be_imported_says_what_it_raised(package, tmp_path):
    (tmp_path / f"{package}_b.py").write_text("import not_there_at_all\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"importing .* raised ModuleNotFoundError: No module name"
    ):
        analysis.read_request(model=f"{package}_b:predict")


def test_a_model_that_ends_the_process_is_named(package, tmp_path):
    # Found here: sys:exit() ended the run without a word.
    with pytest.raises(ValueError, match=r"model='sys:exit\(\)': calling exit\(\) raised Syst"):
        analysis.read_request(model="sys:exit()")
    (tmp_path / f"{package}_c.py").write_text("raise SystemExit(2)\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"importing .* raised SystemExit: 2"):
        analysis.read_request(model=f"{package}_c:predict")
    fasta = fasta_of(tmp_path, ">a\nACGTAC\n")
    request = analysis.read_request(model="sys:exit", sequences=fasta, out=tmp_path / "out")
    with pytest.raises(ValueError, match=r"the model ended Python \(SystemExit: .*a function\?"):
        analysis.run(request, progress=False)


def test_a_bare_torch_module_is_told_how_to_be_wrapped():
    torch = pytest.importorskip("torch", reason="extra `lessons` is absent: torch")
    with pytest.raises(TypeError, match=r"is a bare torch module \(Linear\): wrap it, sz.models.T"):
        analysis.read_request(model=torch.nn.Linear(2, 1))


TABLE = "variant,score\nACG,1\nCCG,2.5\n"


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        (
            TABLE,
            {},
            "variants.csv has no column 'sequence' (variant); its columns are variant, score",
        ),
        (
            TABLE,
            {"sequence_column": "variant"},
            "has no column 'value' (value); its columns are variant, score",
        ),
        (
            TABLE + "TTT,\n",
            None,
            "variants.csv: 1 of 3 rows cannot be used\n  1 row with no value: row 3",
        ),
        (TABLE + "TT,1\n", None, "row 3 'TT' (2 characters, where a sequence has 3)"),
        (TABLE + "TXT,1\n", None, "row 3 'TXT' (position 2: 'X' is not a letter of this alphabet"),
        (
            TABLE + 'TTT,"0,5"\n',
            None,
            "1 row with a value that is no number: row 3 score='0,5' (write numbers as 1234.5)",
        ),
        (TABLE + "TTT,inf\n", None, "row 3 score='inf'\n  mend them, or on_bad='drop' leaves them"),
        (
            TABLE + ",1\n",
            None,
            "1 row with no variant that can be read: row 3 '' (empty, or no text)",
        ),
        (TABLE + "A2T,1\n", None, "row 3 'A2T' (position 2: '2' is not a letter of this alphabet"),
        (TABLE.replace(",", ";"), None, "Only one: a .csv is cut at commas, a .tsv at tabs; save"),
        (TABLE, None, "2 samples are too few for 3 positions and 4 letters: at least 40 are"),
        ("variant,score\n", None, "variants.csv has no row"),
        ("variant,score\nACG,1\nTTT,1\n", None, "the table holds 1 for all 2 sequences: a const"),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path, text, columns, message):
    path = tmp_path / "variants.csv"
    path.write_text(text, encoding="utf-8")
    names = {"sequence_column": "variant", "value_column": "score"} if columns is None else columns
    with pytest.raises(ValueError, match=r".") as told:
        analysis.read_request(table=path, **names)
    assert message in str(told.value)


@pytest.mark.parametrize(
    ("name", "takes", "spent", "message"),
    [
        ("nothing", "", 16, "the model returned nan for sequence 1 ("),
        ("too_few", "", 16, "the model returned shape (15,) for 16 sequences"),
        ("columns", "", 16, "one number a sequence is needed: choose one with output=0 … 1"),
        ("refuses", "", 0, "the model raised KeyError on sequences 1 to 16: 'no weights'"),
        (
            "forgets",
            "",
            16,
            "the model returned None for sequences 1 to 16: it has to return one num",
        ),
        ("predict_codes", "", 0, "given a list of strings; takes='string' gives one at a time"),
    ],
)
def test_answers_that_cannot_be_used_cost_sixteen_queries(
    package, fasta, tmp_path, name, takes, spent, message
):
    request = analysis.read_request(
        model=f"{package}:{name}", sequences=fasta, takes=takes, budget=500, out=tmp_path / "out"
    )
    assert asked(package) == 0
    with pytest.raises(sz.ModelError) as told:
        analysis.run(request, progress=False)
    assert message in str(told.value)
    tried = "The model was tried on 16 random sequences (16 queries; nothing else was spent)"
    assert tried in str(told.value)
    assert asked(package) == spent
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written(package, fasta, tmp_path):
    (tmp_path / "file").write_text("x")
    for out, message in (
        ("file", "out='file' is a file; a folder is needed"),
        ("file/results", "out='file/results' cannot be written to (Not a directory)"),
    ):
        with pytest.raises(ValueError, match=r".") as told:
            analysis.read_request(model=f"{package}:predict", sequences=fasta, out=out)
        assert str(told.value) == message
    assert asked(package) == 0


def test_a_wrong_window_of_a_table(tmp_path):
    path = tmp_path / "variants.csv"
    rows = "".join(f"{s},{r}\n" for r, s in enumerate(sz.DNA.decode(sz.DNA.random(200, 3, seed=1))))
    path.write_text("sequence,value\n" + rows, encoding="utf-8")
    with pytest.raises(ValueError, match="window=2, but the table holds sequences of 3 letters"):
        analysis.read_request(table=path, window=2)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf>one first\r\nacgta\r\ncgtac\r\n\r\n>two\r\nGGGCC CTTTA\r\n",
        b">one\nACGTACGTAC\n\n>two\nGGGCCCTTTA",
    ],
    ids=["of Windows", "no last line end"],
)
def test_a_file_of_sequences_as_people_have_it(package, tmp_path, raw):
    (tmp_path / "given.fasta").write_bytes(raw)
    given = analysis.read_request(model=f"{package}:odd", sequences="given.fasta").sequences
    assert given.names == ["one", "two"]
    assert sz.DNA.decode(given.codes) == ["ACGTACGTAC", "GGGCCCTTTA"]


def test_a_compressed_file_of_sequences_is_read(package, tmp_path):
    (tmp_path / "given.fasta.gz").write_bytes(gzip.compress(b">a\nACGTAC\n", mtime=0))
    given = analysis.read_request(model=f"{package}:predict", sequences="given.fasta.gz").sequences
    assert sz.DNA.decode(given.codes) == ["ACGTAC"]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (
            ">é\nACGT\n".encode("latin-1"),
            r"given.fasta, line 1: the byte 0xE9 is not UTF-8 \(Latin",
        ),
        (gzip.compress(b">a\nACGT\n", mtime=0)[:-4], "begins like a gzip file and is not a whole"),
    ],
    ids=["latin-1", "half of a gzip"],
)
def test_a_file_of_sequences_that_is_no_text(package, tmp_path, raw, message):
    (tmp_path / "given.fasta").write_bytes(raw)
    with pytest.raises(ValueError, match=message):
        analysis.read_request(model=f"{package}:predict", sequences="given.fasta")


@pytest.mark.parametrize("name", ["variants.csv", "variants.csv.gz", "variants.TSV"])
def test_a_table_as_people_have_it(tmp_path, name):
    x = sz.PROTEIN.random(300, 2, seed=0)
    x = np.concatenate([sz.PROTEIN.encode(["NA"]), x])  # "NA" is a variant, and no missing one
    y = x @ [1.0, 0.25]
    lines = [f"{s.lower()} , {v}" for s, v in zip(sz.PROTEIN.decode(x), y, strict=True)]
    text = "\r\n".join(["sequence, value ", *lines[:5], "", *lines[5:]])
    text = text.replace(",", "\t") if "TSV" in name else text
    raw = b"\xef\xbb\xbf" + text.encode()
    (tmp_path / name).write_bytes(gzip.compress(raw) if name.endswith("gz") else raw)
    made = analysis.read_request(table=tmp_path / name, alphabet="PROTEIN")
    _, first = np.unique(x, axis=0, return_index=True)  # a variant that stands twice is one
    first = np.sort(first)
    np.testing.assert_array_equal(made.measured.codes, x[first])
    np.testing.assert_allclose(made.measured.values, y[first], rtol=1e-15)
    assert made.sequences.names == [f"row {r + 1}" for r in first]


def test_sequences_of_digits_keep_their_zeros(tmp_path):
    bits = sz.Alphabet("01")
    x = bits.random(100, 7, seed=0)
    pd.DataFrame({"sequence": bits.decode(x), "value": x.sum(axis=1)}).to_csv(tmp_path / "b.csv")
    made = analysis.read_request(table=tmp_path / "b.csv", alphabet="letters:01")
    np.testing.assert_array_equal(made.measured.codes, pd.DataFrame(x).drop_duplicates())


@pytest.mark.parametrize(
    ("name", "takes"),
    [("predict", ""), ("predict_one", "string"), ("predict_codes", "codes"), ("make()", "strings")],
)
def test_strings_codes_and_factories_are_one_model(package, fasta, name, takes):
    request = analysis.read_request(
        model=f"{package}:{name}", sequences=fasta, takes=takes, budget="1,000"
    )
    made = analysis.run(request, progress=False)
    assert asked(package) == sum(made.verdict.queries.values()) <= 1000 == request.n_queries
    assert made.verdict.r2 > 0.999
    # By hand: letters are A with value 1, and 1/4 on average.
    assert made.shown.values[2, 9] == pytest.approx(-0.25, abs=1e-6)


def files_of(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


def test_everything_is_written_and_agrees(package, fasta, tmp_path):
    out = tmp_path / "deep" / "results"
    request = analysis.read_request(
        model=f"{package}:predict", sequences=fasta, budget=2000, out=out, order=3
    )
    assert str(request).endswith("results will be written to results/")
    made = analysis.run(request, progress=False)
    assert asked(package) == sum(made.verdict.queries.values()) <= 2000
    assert sorted(p.name for p in out.iterdir()) == sorted([*made.files, "answers", "request.json"])
    csv, parquet = (
        pd.read_csv(out / "explanations.csv"),
        pd.read_parquet(out / "explanations.parquet"),
    )
    pd.testing.assert_frame_equal(csv, parquet, check_dtype=False)
    assert csv["name"].tolist() == ["one", "two", "three"]
    values = csv.filter(like="position").to_numpy()
    spectrum = sz.Spectrum.load(out / "spectrum.npz")
    np.testing.assert_allclose(values, sz.shapley_values(spectrum, csv["sequence"]), atol=1e-12)
    filled = csv["gap"] + csv["base_value"] + values.sum(axis=1)
    np.testing.assert_allclose(csv["model_value"], filled)
    sets = pd.read_parquet(out / "interactions.parquet")
    truth = sz.interactions(spectrum, csv["sequence"], max_order=3)
    wanted = ["sequence_number", *(" ".join(str(i + 1) for i in T) for T in truth.subsets)]
    assert list(sets.columns) == wanted
    np.testing.assert_allclose(sets.iloc[:, 1:], truth.values, atol=1e-6)
    means = pd.read_csv(out / "interactions.csv")
    assert means["mean_absolute"].is_monotonic_decreasing
    assert means.set_index("positions").loc["1 4", "order"] == 2
    told = json.loads((out / "verdict.json").read_text(encoding="utf-8"))
    assert told["label"] == made.verdict.label == "good enough for single sequences"
    assert told["text"] + "\n" == (out / "verdict.txt").read_text(encoding="utf-8")
    assert all((out / f).read_bytes()[:4] == b"\x89PNG" for f in made.files if f.endswith("png"))


def test_results_there_are_not_replaced_unasked(package, fasta, tmp_path):
    out = tmp_path / "results"
    mine = {"model": f"{package}:predict", "sequences": fasta, "out": out}
    analysis.run(analysis.read_request(**mine, budget=800), progress=False)
    before, spent = files_of(out), asked(package)

    again = analysis.read_request(**mine, budget="800")
    assert again.out.state == (
        "results/ holds this analysis already: its kept answers are used again"
    )
    analysis.run(again, progress=False)
    assert files_of(out) == before
    # the trial, and 8 and 6 kept answers of both calls that "auto" makes here (the second has less
    # than 80 rows): the model is known again; 16 see that answers stay the same
    assert asked(package) - spent == 32 + 8 + 6 + 16

    for no in (False, "false"):  # papermill hands over -p overwrite false as a word
        with pytest.raises(ValueError, match=r"the results of another analysis \(budget 800, no"):
            analysis.read_request(**mine, budget=900, overwrite=no)
    assert files_of(out) == before
    other = analysis.read_request(**mine, budget=900, order=1, overwrite="true")
    assert other.out.state == "results/ holds another analysis, which will be replaced"
    made = analysis.run(other, progress=False)
    assert "strongest_pairs.png" not in made.files
    assert set(files_of(out)) == {*made.files, "request.json"}


@pytest.mark.parametrize("held", ["explanations.csv", "request.json", "answers/x", "unfinished/x"])
def test_what_is_somebody_elses_stays(package, fasta, tmp_path, held):
    file = tmp_path / "foreign" / held
    file.parent.mkdir(parents=True)
    file.write_text('{"mine": 1}')
    mine = {"model": f"{package}:predict", "sequences": fasta, "out": tmp_path / "foreign"}
    name = held.split("/")[0]
    for overwrite in (False, True)[: 1 if name.endswith("csv") else 2]:
        with pytest.raises(ValueError, match=rf"holds {name}, which no analysis of ours is known"):
            analysis.read_request(**mine, budget=900, overwrite=overwrite)
    assert file.read_text() == '{"mine": 1}'
    assert asked(package) == 0


def test_another_model_replaces_the_results_and_not_the_answers(package, fasta, tmp_path):
    out = tmp_path / "results"
    mine = {"sequences": fasta, "budget": 800, "out": out, "overwrite": True}

    def of(name):
        before = asked(package)
        request = analysis.read_request(model=f"{package}:{name}", **mine)
        return analysis.run(request, progress=False), asked(package) - before

    first, cost = of("predict")
    assert cost <= 800
    other, cost = of("rare")
    assert cost <= 800
    assert other.verdict.label == "nothing to explain"
    again, cost = of("predict")
    assert again.verdict == first.verdict
    # the trial, 8 and 6 kept answers of both calls, and 16 that stay the same; those of an hour ago
    # are still there
    assert cost == 32 + 8 + 6 + 16


def test_results_stay_whole_until_those_that_replace_them_are(package, fasta, tmp_path):
    out = tmp_path / "results"
    mine = {"model": f"{package}:predict", "sequences": fasta, "out": out}
    analysis.run(analysis.read_request(**mine, budget=800), progress=False)
    before = files_of(out)
    module = sys.modules[package]
    first = module.predict
    module.predict = lambda sequences: 2 * first(sequences)  # trained again, under the old name
    with pytest.raises(ValueError, match=r"the store '.*_predict' holds answers of another model"):
        analysis.run(analysis.read_request(**mine, budget=900, overwrite=True), progress=False)
    assert files_of(out) == before


def test_an_error_in_the_middle_says_what_is_kept(package, fasta, tmp_path):
    mine = {"model": f"{package}:predict", "sequences": fasta, "budget": 1500, "batch_size": 100}
    analysis.read_request(**mine)
    module = sys.modules[package]
    first = module.predict

    def breaks(sequences):
        if asked(package) > 700:
            msg = "CUDA out of memory"
            raise RuntimeError(msg)
        return first(sequences)

    module.predict = breaks
    with pytest.raises(sz.ModelError, match=r"RuntimeError on sequences .*: CUDA out") as told:
        analysis.run(analysis.read_request(**mine), progress=False)
    assert "no answer is kept, because out is empty: name a folder" in told.value.__notes__[-1]
    module.ASKED.clear()
    with pytest.raises(sz.ModelError) as told:
        analysis.run(analysis.read_request(**mine, out=tmp_path / "out"), progress=False)
    assert "answers are kept in the store" in told.value.__notes__[-1]
    assert [p.name for p in (tmp_path / "out").glob("*.csv")] == []
    module.predict, spent = first, asked(package)
    made = analysis.run(analysis.read_request(**mine, out=tmp_path / "out"), progress=False)
    # Asked again: the trial, 8 kept answers of both calls, 16 that stay the same; nothing else.
    assert asked(package) - spent <= 1500 - spent + 32 + 2 * 8 + 16
    assert "verdict.json" in made.files


def test_an_error_while_writing_leaves_nothing_half_written(package, fasta, tmp_path, monkeypatch):
    def breaks(*_):
        msg = "disk full"
        raise OSError(msg)

    monkeypatch.setattr("shapzero_lite.report.figures.write_figures", breaks)
    out = tmp_path / "results"
    request = analysis.read_request(
        model=f"{package}:predict", sequences=fasta, budget=800, out=out
    )
    with pytest.raises(OSError, match="disk full"):
        analysis.run(request, progress=False)
    assert sorted(p.name for p in out.iterdir()) == ["answers", "request.json"]


def test_another_model_in_the_same_unfinished_folder_is_refused(package, fasta, tmp_path):
    out = tmp_path / "results"
    mine = {"sequences": fasta, "budget": 800, "out": out}
    analysis.run(analysis.read_request(model=f"{package}:predict", **mine), progress=False)
    (out / "verdict.json").unlink()
    module = sys.modules[package]
    first = module.predict
    module.predict = lambda sequences: 2 * first(sequences)
    with pytest.raises(ValueError, match="holds answers of another model"):
        analysis.run(analysis.read_request(model=f"{package}:predict", **mine), progress=False)


# ---- tables, windows, verdicts


def test_measured_variants(tmp_path):
    toy = sz.models.toy(n=6, seed=1)
    x = sz.DNA.random(1500, 6, seed=3)
    y = toy(x) + np.random.default_rng(0).normal(0, 0.3, len(x))
    path = tmp_path / "variants.tsv"
    pd.DataFrame({"variant": sz.DNA.decode(x), "score": y}).to_csv(path, sep="\t", index=False)
    request = analysis.read_request(
        table=path, sequence_column="variant", value_column="score", out=tmp_path / "out"
    )
    made = analysis.run(request, progress=False)
    assert made.verdict.queries == {}
    assert 0.9 < made.verdict.r2 < 1
    assert "of what makes the measurements vary over variants like these" in made.verdict.text()
    assert "plain regression on the same rows, R²: letters" in made.verdict.text()
    assert "queries" not in made.verdict.text()
    table = pd.read_parquet(tmp_path / "out" / "explanations.parquet")
    rows = pd.DataFrame({"sequence": sz.DNA.decode(x), "y": y}).reset_index()
    means = rows.groupby("sequence", sort=False).agg(y=("y", "mean"), row=("index", "min"))
    np.testing.assert_allclose(table["model_value"], means["y"])
    assert table["sequence"].tolist() == means.index.tolist()
    assert table["name"].tolist() == [f"row {row + 1}" for row in means["row"]]
    assert "noise ceiling: no sketch can pass R²" in made.verdict.text()  # from what stands twice


def test_long_sequences_are_cut_into_windows_of_the_model(tmp_path):
    path = fasta_of(tmp_path, ">a desc\nACGTACGTAC\n>b\nttttttttt\n")
    request = analysis.read_request(
        model="shapzero_lite.models:toy()", sequences=path, step=2, budget=3000
    )
    given = request.sequences
    assert given.names == ["a", "a", "b"]
    assert given.starts.tolist() == [1, 3, 1]
    assert sz.DNA.decode(given.codes) == ["ACGTACGT", "GTACGTAC", "TTTTTTTT"]


def noise(codes):
    """Return a fixed, patternless number for every sequence: a hash of it."""
    mixed = np.zeros(len(codes), np.uint64)
    for column in codes.T.astype(np.uint64):
        mixed = (mixed ^ column) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed.astype(np.float64) / 2**64


def verdict_on(model, tmp_path, n=12, takes="codes", **options):
    path = tmp_path / "given.fasta"
    rows = sz.DNA.decode(sz.DNA.random(60, n, seed=9))
    path.write_text("".join(f">s{r}\n{s}\n" for r, s in enumerate(rows)), encoding="utf-8")
    request = analysis.read_request(model=model, sequences=path, takes=takes, **options)
    return analysis.run(request, progress=False).verdict


@pytest.mark.parametrize("method", ["auto", "samples", "qsft"])
def test_noise_has_nothing_to_explain(tmp_path, method):
    budget = 2500 if method == "auto" else 4000  # more rows would train a network on the noise
    verdict = verdict_on(noise, tmp_path, budget=budget, method=method)
    assert verdict.label == "nothing to explain"
    assert "so its values are noise" in verdict.text()
    assert sum(verdict.queries.values()) <= budget


@pytest.mark.parametrize("method", ["auto", "qsft", "both"])
def test_one_answer_to_everything_ends_in_a_verdict(package, fasta, tmp_path, method):
    request = analysis.read_request(
        model=f"{package}:same", sequences=fasta, budget=6000, method=method, out=tmp_path / "out"
    )
    made = analysis.run(request, progress=False)
    verdict = made.verdict
    assert verdict.label == "nothing to explain"
    assert verdict.constant == 3.5
    assert "the model answered 3.5 for all" in verdict.text()
    assert "see that the model gets its input" in str(verdict).replace("\n  ", " ")
    assert asked(package) == sum(verdict.queries.values()) <= 6000
    np.testing.assert_array_equal(made.shown.values, 0)
    assert made.with_rows(0.5) is made.sketch
    pictures = [f for f in made.files if f.endswith(("png", "svg"))]
    assert pictures == ["sketch_against_model.png", "sketch_against_model.svg"]
    told = json.loads((tmp_path / "out" / "verdict.json").read_text(encoding="utf-8"))
    assert (told["constant"], told["r2"]) == (3.5, None)
    assert set(pd.read_csv(tmp_path / "out" / "explanations.csv")["base_value"]) == {3.5}
    assert sz.Spectrum.load(tmp_path / "out" / "spectrum.npz").coefficients.tolist() == [3.5]


def test_all_sequences_with_one_answer(tmp_path):
    verdict = verdict_on(lambda x: np.ones(len(x)), tmp_path, n=5, budget=4**5 + 32)
    assert "the model answered 1 for all 1,024 sequences" in verdict.text()
    assert "a larger budget" not in verdict.text()


def test_own_sequences_that_alone_have_an_answer(package, tmp_path):
    path = fasta_of(tmp_path, ">a\nGATTACATACGG\n>b\nCCGATTACATAC\n>c\nACGTACGTACGT\n")
    request = analysis.read_request(model=f"{package}:rare", sequences=path, budget=900)
    verdict = analysis.run(request, progress=False).verdict
    assert verdict.label == "nothing to explain"
    assert "on 3 of your own sequences it answers otherwise, by 3.3" in verdict.text()
    assert "give a table of variants around one of yours" in verdict.text()


def test_one_answer_is_told_at_the_trial(package, fasta, monkeypatch):
    said = []
    monkeypatch.setattr("tqdm.auto.tqdm.write", said.append)
    for name in ("same", "predict"):
        request = analysis.read_request(model=f"{package}:{name}", sequences=fasta, budget=500)
        analysis.run(request, progress=True)
    assert len(said) == 1
    assert said[0].startswith("tried on a few different sequences, the model gave one and the same")


def test_a_model_that_answers_differently_each_time(tmp_path):
    rng = np.random.default_rng(0)
    verdict = verdict_on(lambda x: rng.normal(size=len(x)), tmp_path, budget=2000)
    assert verdict.label == "nothing to explain"
    assert verdict.noise > 0.2
    assert "asked again, an answer moves by" in verdict.text()


def test_all_sequences_asked_is_exact_and_needs_no_check(tmp_path):
    toy = sz.models.toy(n=5, seed=2)
    verdict = verdict_on(toy, tmp_path, n=5, takes="", budget=4**5 + 32)
    assert verdict.label == "exact"
    assert verdict.queries == {"to try the model": 32, "for the sketch": 1024}
    assert "every possible sequence was asked" in verdict.text()
    shares = np.cumsum(toy.spectrum.variance_by_order())
    assert verdict.regression["letters"] == pytest.approx(shares[0])
    assert verdict.regression["letters and pairs"] == pytest.approx(shares[1])


def test_qsft_has_a_regression_on_rows_of_its_own(tmp_path):
    toy = sz.models.toy(n=12, terms=8, seed=4)
    verdict = verdict_on(toy, tmp_path, takes="", budget=8000, method="qsft")
    assert verdict.method == "qsft"
    assert verdict.label == "good enough for single sequences"
    assert verdict.queries["for the regression"] == 800
    assert 0 < verdict.regression["letters"] < verdict.r2
    assert sum(verdict.queries.values()) <= 8000


def test_own_sequences_unlike_random_ones_lower_the_verdict(package, tmp_path):
    def model(codes):
        rare = (codes[:, :6] == 0).all(axis=1)  # one random sequence of 4096
        return codes[:, 7] * 1.0 + rare * np.tile([[40.0]], (len(codes), 1))[:, 0] * codes[:, 9]

    path = fasta_of(tmp_path, "".join(f">s{c}\nAAAAAAGGG{c}TT\n" for c in "ACGT"))
    request = analysis.read_request(model=model, takes="codes", sequences=path, budget=900)
    verdict = analysis.run(request, progress=False).verdict
    assert verdict.r2_interval[0] > 0.8 or verdict.r2 < 0.5  # what random rows say
    assert verdict.label == "not good enough"
    assert verdict.own["share"] < 0


def test_the_regression_is_scikit_learns(tmp_path):
    linear = pytest.importorskip("sklearn.linear_model", reason="extra `lessons`: scikit-learn")
    x, held = sz.DNA.random(400, 7, seed=0), sz.DNA.random(50, 7, seed=1)
    y = noise(x)
    hot = [(c[:, :, None] == np.arange(4)).reshape(len(c), -1).astype(float) for c in (x, held)]
    fitted = linear.LinearRegression().fit(hot[0], y)
    np.testing.assert_allclose(additive(x, y, held, 4), fitted.predict(hot[1]), atol=1e-8)


def test_no_regression_where_no_rows_are_random(tmp_path):
    toy = sz.models.toy(n=12, terms=8, seed=4)
    sketch = sz.sketch(toy, budget=3000, method="qsft", progress=False)
    assert regressions(sketch) == {}


# ---- many sequences


def test_tables_in_pieces_are_the_whole(tmp_path, monkeypatch):
    from shapzero_lite.report.inputs import Sequences

    spectrum = sz.models.toy(n=8, terms=60, seed=3).spectrum
    x = sz.DNA.random(50, 8, seed=3)
    given = Sequences([f"s{r}" for r in range(50)], np.ones(50, np.int64), x)
    monkeypatch.setattr("shapzero_lite.report.tables._NUMBERS", 700)
    monkeypatch.setattr("shapzero_lite.report.tables.MOST_SETS", 20)
    made = write_tables(tmp_path, sz.Explainer(spectrum), given, np.full(50, np.nan), 2)
    truth = sz.interactions(spectrum, x)
    assert (made.n_sets, made.n_sets_found) == (20, len(truth.subsets))
    found = pq.read_table(tmp_path / "interactions.parquet").to_pandas()
    assert found["sequence_number"].tolist() == list(range(1, 51))
    assert pq.ParquetFile(tmp_path / "interactions.parquet").num_row_groups == 2
    names = [" ".join(str(i + 1) for i in T) for T in truth.subsets]
    whole = pd.DataFrame(truth.values, columns=names)[found.columns[1:]]
    np.testing.assert_allclose(found.iloc[:, 1:], whole, atol=1e-6)
    table = pd.read_csv(tmp_path / "explanations.csv")
    assert table["model_value"].isna().all()
    np.testing.assert_allclose(
        table.filter(like="position"), sz.shapley_values(spectrum, x), atol=1e-12
    )


# ---- a kill

KILLED = """
import os, sys, time
import numpy as np
import shapzero_lite as sz
from shapzero_lite.sketching import training

training._MOST = 2  # passes of the network that "auto" tries, and that loses

def model(codes):
    with open("asked.txt", "a") as file:
        file.write(f"{len(codes)}\\n")
    time.sleep(float(sys.argv[1]))
    return np.sin(codes.astype(float) @ np.arange(1.0, codes.shape[1] + 1))

request = sz.report.read_request(
    model=model, takes="codes", sequences="my.fasta", budget=4000, batch_size=100, out="results"
)
print(request, flush=True)
sz.report.run(request, progress=False)
"""


def _run(folder, seconds):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])}
    return subprocess.Popen(
        [sys.executable, "script.py", str(seconds)],
        cwd=folder, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def _asked(folder):
    path = folder / "asked.txt"
    return sum(int(line) for line in path.read_text().split()) if path.is_file() else 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX systems")
def test_a_killed_run_goes_on_and_asks_nothing_twice(tmp_path):
    for name in ("whole", "killed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "script.py").write_text(KILLED, encoding="utf-8")
        (tmp_path / name / "my.fasta").write_text(">a\nACGTACGTACGT\n>b\nTTTTTTTTTTTT\n")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    process = _run(whole, 0)
    process.communicate(timeout=120)
    assert process.returncode == 0

    process = _run(killed, 0.05)
    limit = time.monotonic() + 120
    while _asked(killed) < 1500 and time.monotonic() < limit:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)
    process.stdout.close()
    before = _asked(killed)
    assert 1500 <= before < 3500
    assert {p.name for p in (killed / "results").iterdir()} == {"answers", "request.json"}

    process = _run(killed, 0)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "results/ holds this analysis unfinished: it goes on from there" in said
    # Asked again: the trial (32), 8 kept answers of each of the three calls that "auto" makes, and
    # the one batch that was on its way.
    assert _asked(killed) <= _asked(whole) + 32 + 3 * 8 + 16 + 100
    one, other = files_of(whole / "results"), files_of(killed / "results")
    assert one.keys() == other.keys()
    for name in one.keys() - {"explanations.parquet", "interactions.parquet"}:
        assert one[name] == other[name], name
    for name in ("explanations.parquet", "interactions.parquet"):
        tables = [pd.read_parquet(f / "results" / name) for f in (whole, killed)]
        pd.testing.assert_frame_equal(*tables)


# ---- in JupyterLab


def test_the_panel_explains_an_uploaded_file_and_says_what_is_wrong(package, fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    made = Panel({"model": f"{package}:predict", "budget": 1000})
    sent = b">u\nACGTACGTAC\n>v\nGGGCGGGGGG\n"
    made.upload.value = [
        {"name": "../mine.fasta", "type": "", "size": 3, "content": sent,
         "last_modified": pd.Timestamp(0).to_pydatetime()}
    ]  # fmt: skip
    made.run.click()
    assert made.found.names == ["u, from 1", "v, from 1"]
    assert made.shown.max == 2
    made.shown.value = 2
    assert "GOOD ENOUGH" in capsys.readouterr().out
    made.alphabet.value = "RNA"
    made.run.click()
    assert "Not done: mine.fasta: sequence 'u', position 4: 'T'" in capsys.readouterr().out
    assert made.found is None
    assert not made.run.disabled
    assert asked(package) <= 1000


def test_the_panel_keeps_what_nobody_changed(package, fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    given = []

    def mine(sequences):
        given.extend(sequences)
        return [s.count("A") for s in sequences]

    alphabet = sz.Alphabet("ACTG")
    made = Panel(
        {"model": mine, "sequences": Path(fasta), "alphabet": alphabet, "budget": "1e3", "order": 5}
    )
    assert (made.model.value, made.alphabet.value) == ("mine", "letters:ACTG")
    assert (made.budget.value, made.order.value) == (1000, 5)
    made.run.click()
    assert made.found.request.alphabet == alphabet
    assert len(given) <= 1000
    made.shown.value = 3
    # An upload is explained, until another file is chosen.
    made.upload.value = [
        {"name": "b.fa", "type": "", "size": 3, "content": b">u\nAAAAACCCCC\n",
         "last_modified": pd.Timestamp(0).to_pydatetime()}
    ]  # fmt: skip
    made.run.click()
    assert (made.found.names, made.shown.value) == (["u, from 1"], 1)
    made.file.value = fasta
    made.run.click()
    assert made.found.names[0] == "one, from 1"
    made.budget.value = 1000
    made.file.value = "none.fasta"
    before = len(given)
    made.run.click()
    assert made.found is None
    assert "Not done: sequences='none.fasta' does not exist" in capsys.readouterr().out
    assert len(given) == before


def test_the_panel_is_stopped_and_goes_on_without_asking_again(fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    given = []

    def mine(sequences):
        given.append(list(sequences))
        if stop_after and len(given) == stop_after:
            made.cancel.click()
        return [s.count("A") + 0.5 * s.count("G") for s in sequences]

    arguments = {"model": mine, "sequences": fasta, "budget": 1000, "batch_size": 100}
    stop_after = 5
    made = Panel(arguments)
    made.run.click()
    stopped, count = len(given), sum(map(len, given))
    assert stopped == stop_after
    assert f"Stopped: {count:,} answers are kept" in capsys.readouterr().out
    assert made.found is None
    assert (made.run.disabled, made.cancel.disabled) == (False, True)

    stop_after = 0
    made.run.click()
    assert made.found is not None
    resumed, given[:] = [*given], []
    whole = Panel(arguments)
    whole.run.click()
    assert resumed == given  # every batch once, and the same as without a stop
    assert str(made.found.verdict) == str(whole.found.verdict)
    made.run.click()  # a run that was whole leaves nothing behind
    assert given[len(resumed) :] == resumed


def test_an_interrupt_in_the_panel_is_one_line(fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    def mine(sequences):
        raise KeyboardInterrupt

    made = Panel({"model": mine, "sequences": fasta, "budget": 1000})
    made.run.click()
    assert capsys.readouterr().out.splitlines()[-1].startswith("Stopped: 0 answers are kept")
    assert not made.run.disabled


def test_the_panel_cuts_windows(fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    made = Panel({"model": lambda texts: [t.count("A") for t in texts], "sequences": fasta,
                  "budget": 1000})  # fmt: skip
    made.window.value = 6
    made.run.click()
    assert made.found.request.n == 6
    assert "of 6 letters" in capsys.readouterr().out


def test_the_picture_of_the_panel_has_a_text_alternative(fasta, capsys):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    from shapzero_lite.report.panel import Panel

    made = Panel({"model": lambda texts: [t.count("A") for t in texts], "sequences": fasta,
                  "budget": 1000})  # fmt: skip
    made.run.click()
    assert made.picture.value.startswith('<img alt="Signed bars, one a letter, of sequence one')


def test_a_live_notebook_shows_the_panel_once(monkeypatch):
    pytest.importorskip("ipywidgets", reason="extra `lessons` is absent: ipywidgets")
    monkeypatch.setenv("SHAPZERO_STATIC", "0")
    kernel = type("Shell", (), {"kernel": object()})()
    monkeypatch.setattr("IPython.get_ipython", lambda: kernel)
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda *objects: shown.extend(objects))
    assert analysis.panel(budget=2000).children
    assert shown == []  # the cell's last line shows what it returns


def test_without_a_notebook_the_panel_is_one_line(capsys):
    assert analysis.panel() is None
    assert capsys.readouterr().out.startswith("In JupyterLab, a file chooser and fields")


# ---- the command


def test_the_lesson_has_the_parameters_of_the_function_and_of_the_command():
    nbformat = pytest.importorskip("nbformat", reason="extra `lessons` is absent: nbformat")
    notebook = nbformat.read(ROOT / "notebooks" / "13_your_model.ipynb", 4)
    cell = next(c for c in notebook.cells if "parameters" in c["metadata"].get("tags", []))
    lines = [line for line in ast.parse(cell.source).body if isinstance(line, ast.AnnAssign)]
    told = {line.target.id: ast.literal_eval(line.value) for line in lines}
    taken = inspect.signature(analysis.read_request).parameters
    options = {name.replace("-", "_") for name, _, _ in OPTIONS} | {"out", "overwrite"}
    assert told.keys() - {"progress"} == taken.keys() == options
    other = {n for n in taken if told[n] != taken[n].default}
    # Smaller, and without a network, so that the page takes a minute.
    assert other == {"budget", "method"}
    source = "\n".join(c.source for c in notebook.cells if c["id"] in ("code-given", "code-1"))
    assert all(f'"{n}": {n}' in source or f"{n}={n}" in source for n in taken)  # each is handed on


def test_the_cell_below_the_readers_own_model_explains_it(capsys):
    nbformat = pytest.importorskip("nbformat", reason="extra `lessons` is absent: nbformat")
    notebook = nbformat.read(ROOT / "notebooks" / "13_your_model.ipynb", 4)
    cell = next(c for c in notebook.cells if c["id"] == "code-mine").source
    solution = runpy.run_path(str(ROOT / "notebooks" / "solutions" / "ex13.py"))["mine"]
    shown = {
        "sz": sz, "np": np, "seed": 0, "mine": solution, "compare": lambda *_: None,
        "show": lambda *_, alt: None,
    }  # fmt: skip
    exec(cell, shown)  # noqa: S102  (code of our own lesson)
    said = capsys.readouterr().out
    assert said.startswith("GOOD ENOUGH FOR SINGLE SEQUENCES")
    assert abs(shown["yours"].verdict.r2 - 0.95) < 0.02  # as the solution says
    assert abs(shown["yours"].verdict.regression["letters and pairs"] - 0.90) < 0.02
    values, defined = shown["by_command"], shown["by_definition"]
    assert set(np.argsort(-defined)[:2]) == {3, 4}  # T and A
    assert np.argmax(values) == 4
    assert values[0] < 0 > defined[0]  # G
    off, stated = np.sqrt(((values - defined) ** 2).mean()), shown["yours"].verdict.standard_error
    assert 0.04 < stated < 2 * off < 4 * stated < 0.4
    exec(cell, {"mine": lambda texts: ...})  # noqa: S102
    assert capsys.readouterr().out == "mine is not written yet\n"


@pytest.mark.slow
@pytest.mark.parametrize("source", ["model", "table"])
def test_the_command_of_the_lesson(tmp_path, source):
    pytest.importorskip("papermill", reason="extra `lessons` is absent: papermill")
    notebook = ROOT / "notebooks" / "13_your_model.ipynb"
    (tmp_path / "my_package.py").write_text(MODULE, encoding="utf-8")
    rows = sz.DNA.decode(sz.DNA.random(300, 10, seed=1))
    (tmp_path / "my.fasta").write_text("".join(f">s{r}\n{s}\n" for r, s in enumerate(rows)))
    x = sz.DNA.random(1500, 6, seed=2)
    pd.DataFrame({"mutant": sz.DNA.decode(x), "y": sz.models.toy(n=6, seed=1)(x)}).to_csv(
        tmp_path / "variants.csv"
    )
    words = {
        "model": "-p model my_package:predict -p sequences my.fasta -p alphabet DNA -p budget 3000",
        "table": "-p table variants.csv -p sequence_column mutant -p value_column y",
    }[source]
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", str(notebook), "out.ipynb"]
    done = subprocess.run(
        [*command, *words.split(), "-p", "out", "results/"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    names = {p.name for p in (tmp_path / "results").iterdir()}
    assert {
        "explanations.csv", "explanations.parquet", "interactions.csv", "interactions.parquet",
        "spectrum.npz", "verdict.json", "verdict.txt", "mean_attribution.png",
    } <= names  # fmt: skip
    same = [sys.executable, "-m", "shapzero_lite", "explain", "--out", "other"]
    same += ["--budget", "8000", "--method", "samples"]  # as the lesson has them where none is said
    for name, value in zip(words.split()[1::3], words.split()[2::3], strict=True):
        same += [f"--{name.replace('_', '-')}", value]
    again = subprocess.run(
        same, cwd=tmp_path, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        check=False, timeout=300,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr[-3000:]
    one, other = files_of(tmp_path / "results"), files_of(tmp_path / "other")
    assert one.keys() == other.keys()
    for name in one:  # the command and the notebook are the same thing
        if name.endswith((".csv", ".json", ".txt", ".npz")):
            assert one[name] == other[name], name
    table = pd.read_parquet(tmp_path / "results" / "explanations.parquet")
    assert len(table) == {"model": 300, "table": len(np.unique(x, axis=0))}[source]
    assert json.loads((tmp_path / "results" / "verdict.json").read_text())["label"].startswith(
        "good enough"
    )
