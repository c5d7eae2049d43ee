"""Which letters are meant, and measured tables as they come, behind the report and its command."""

import argparse
import inspect
import re
import sys

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite._command import main
from shapzero_lite.letters import WildType
from shapzero_lite.report.command import GROUPS, OPTIONS, declare
from shapzero_lite.report.meant import read_letters, read_wild_type

pd = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
pytest.importorskip("pyarrow", reason="extra `lessons` is absent: pyarrow")
pytest.importorskip("matplotlib", reason="extra `lessons` is absent: matplotlib")

WILD = "MKALRSTVWY"
KNOWN = WildType.of(WILD, sz.PROTEIN, 37)


def meant(word, wild=KNOWN, given=None, **options):
    options = {"alphabet": sz.PROTEIN, "n": 10, "table": False} | options
    return read_letters(word, wild, given=given, **options)


def test_words_are_the_letters_of_the_library():
    for word, wanted in (
        ("around:0.02", sz.Letters.around(WILD, 0.02)),
        ("around", sz.Letters.around(WILD, 1 / 3)),  # 4 of 10 would be more than a third
        ("", sz.Letters.around(WILD, 1 / 3)),
        ("positions:38,40-42", sz.Letters.fixed(WILD, [2, 4, 5, 6])),
        (sz.Letters.around(WILD, 0.1), sz.Letters.around(WILD, 0.1)),
        (sz.Letters.around(WILD, 0.1).probabilities, sz.Letters.around(WILD, 0.1)),
    ):
        assert meant(word).letters == wanted
    long = WildType.of(WILD * 4, sz.PROTEIN)
    found = meant("", long, n=40)
    assert found.letters == sz.Letters.around(WILD * 4, 0.1)
    assert found.said == "around the wild type, 4 of its 40 letters changed on average"
    assert meant("uniform").letters is meant("", None).letters is None
    rows = sz.PROTEIN.random(30, 10, seed=0)
    found = meant("sequences:0.5", given=rows).letters
    assert found == sz.Letters.from_sequences(rows, sz.PROTEIN, pseudocount=0.5)
    coding = "ATGAAGGCTCTGCGTTCTACTGTTTGGTAT"
    found = meant(f"codons:{coding}")
    assert found.letters == sz.Letters.from_codons(coding, 1 / 3)
    assert found.said == "one nucleotide changed, in 3.33 of the 10 codons on average"


def test_letters_are_read_from_a_file_by_the_names_of_its_columns(tmp_path):
    known = sz.Letters.around(WILD, 0.1)
    letters = list(sz.PROTEIN.letters)
    frame = pd.DataFrame(known.probabilities, columns=letters)[letters[::-1]]
    frame.to_csv(tmp_path / "p.csv", index=False)
    frame.to_csv(tmp_path / "p.tsv", index=False, sep="\t")
    for name in ("p.csv", "p.tsv"):
        found = meant(str(tmp_path / name))
        np.testing.assert_allclose(found.letters.probabilities, known.probabilities, atol=1e-12)
        assert found.said == f"the probabilities of {name}"
    frame.rename(columns={"W": "position"}).to_csv(tmp_path / "wrong.csv", index=False)
    with pytest.raises(ValueError, match="columns of a data frame of probabilities are named by"):
        meant(str(tmp_path / "wrong.csv"))


@pytest.mark.parametrize(
    ("word", "options", "message"),
    [
        ("round", {}, "letters='round' is not known: say uniform, around, around:RATE, positions:"),
        ("around:much", {}, "letters='around:much': 'much' is not a number"),
        ("around:2", {}, "rate is a share of mutants between 0 and 1"),
        ("around:0.1", {"wild": None}, "are those of a wild type: give wild_type="),
        ("positions:1-3", {}, "'1-3' is not within 37 to 46"),
        ("positions:A37", {}, "'A37' is no position, nor a range as 40-44"),
        ("sequences", {}, "are those of a family: name its file, sequences="),
        ("codons:ATGAAG", {"alphabet": sz.DNA}, "letters='codons:ATGAAG' are amino acids, and"),
        ("codons:ATGAAG", {}, "are of 2 positions, and the sequences have 10"),
        ("positions:37", {"given": sz.PROTEIN.encode(["MRALRSTVWY"])},
         "of the sequences to explain, sequence 1, position 2: the letter R cannot occur there"),
        (sz.Letters.uniform(3, sz.PROTEIN), {}, "are of 3 positions, and the sequences have 10"),
    ],
)  # fmt: skip
def test_wrong_words_are_told(word, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        meant(word, **options)


def test_a_wild_type_is_letters_or_a_file_of_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.fasta").write_text(">wild\nMKA\nLRS\n", encoding="utf-8")
    (tmp_path / "two.fasta").write_text(">a\nMKA\n>b\nMKL\n", encoding="utf-8")
    assert read_wild_type("MKA LRS") == read_wild_type("one.fasta") == "MKALRS"
    with pytest.raises(ValueError, match=r"'two\.fasta' holds 2 sequences: one is needed"):
        read_wild_type("two.fasta")
    with pytest.raises(FileNotFoundError, match=r"'none\.fasta' is no file, and no letters"):
        read_wild_type("none.fasta")
    with pytest.raises(TypeError, match="wild_type is letters, or a FASTA file"):
        read_wild_type(3)


def test_the_command_has_the_arguments_of_the_function():
    taken = set(inspect.signature(sz.report.read_request).parameters)
    assert {name.replace("-", "_") for name, _, _ in OPTIONS} | {"out", "overwrite"} == taken


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"on_bad": "drop"}, "on_bad='drop' is of a table, and there is none: give table="),
        ({"error_column": "se"}, "error_column='se' is of a table"),
        ({"wild_type": "ACGT"}, "the wild type has 4 letters, and the sequences have 8"),
        ({"wild_type": "ACGTACGU"}, "wild_type: sequence 1, position 8: 'U' is not a letter"),
        ({"letters": "around:0.1"}, "are those of a wild type: give wild_type="),
        ({"first": "one"}, "first is the number of the first position, a whole one, not 'one'"),
        ({"wild_type": "ACGTACGT", "letters": "around:0.1", "method": "qsft"},
         "method 'qsft' is for uniform letters"),
    ],
)  # fmt: skip
def test_wrong_arguments_cost_nothing(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        sz.report.read_request(**{"model": "shapzero_lite.models:toy()", "window": 8} | arguments)


# ---- against what values are told


def pairs_of_eight(codes):
    return (codes == 0).sum(axis=1) + 2.0 * (codes[:, 0] == 2) * (codes[:, 4] == 0)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("wild-type", "the wild type"),
        ("around:0.2", "around the wild type, 1.6 of its 8 letters changed on average"),
        ("sequences", "the frequencies of the letters in the 25 sequences"),
        ("others.fasta", "the 3 sequences of others.fasta"),
        (["GATTACAA", "CATTACAT"], "2 sequences"),
        (sz.Letters.around("GATTACAT", 0.3), "independent letters"),
        ("uniform", "uniform, every sequence as likely as any other"),
        ("", ""),
    ],
)
def test_values_are_told_against_a_background(word, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "others.fasta").write_text(">a\nGATTACAA\n>b\nCATTACAT\n>c\nAAAAAAAA\n")
    given = {"model": pairs_of_eight, "takes": "codes", "wild_type": "GATTACAT", "first": 37,
             "budget": 2000, "method": "samples", "letters": "uniform"}  # fmt: skip
    request = sz.report.read_request(**given, background=word)
    assert request.background.said == said
    assert (f"values are against: {said}" in str(request)) == bool(said)
    made = sz.report.run(request, progress=False)
    wild = sz.DNA.encode(["GATTACAT"])
    against = {
        "wild-type": wild,
        "around:0.2": sz.Letters.around("GATTACAT", 0.2),
        "sequences": sz.Letters.from_sequences(request.sequences.codes, sz.DNA),
        "others.fasta": ["GATTACAA", "CATTACAT", "AAAAAAAA"],
        "uniform": None,
        "": None,
    }.get(word, word) if isinstance(word, str) else word  # fmt: skip
    alone = sz.Explainer(made.sketch, background=against).explain(wild)
    np.testing.assert_allclose(made.shown.values[0], alone.values[0], atol=1e-12)
    assert made.shown.base_value == pytest.approx(alone.base_value, abs=1e-12)
    # errors are those of the letters asked for, and of no other background
    assert (made.verdict.standard_error is None) == (against is not None)
    if word == "wild-type":
        assert made.shown.base_value == pytest.approx(pairs_of_eight(wild)[0], abs=0.05)
        np.testing.assert_allclose(made.shown.values[0], 0, atol=1e-12)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"background": "round"}, "background='round' is not known: say uniform, around, around:"),
        ({"background": "round"}, "for each letter, wild-type, or a FASTA file"),
        ({"background": "wild-type", "wild_type": ""}, "is that of a wild type: give wild_type="),
        ({"background": ["ACG"]}, "8"),
        ({"background": "uniform", "letters": "positions:2"},
         "background= holds what the letters meant exclude: sequence 1, position 1: the letter A"),
        ({"retries": -1}, "retries is a whole number of at least 0, not -1"),
        ({"timeout": 0}, "timeout is a positive number of seconds for a batch, not 0"),
        ({"timeout": "soon"}, "timeout is a positive number of seconds for a batch, not 'soon'"),
    ],
)  # fmt: skip
def test_wrong_backgrounds_retries_and_times_cost_nothing(given, message):
    known = {"model": "shapzero_lite.models:toy()", "wild_type": "GATTACAT", "letters": "uniform"}
    with pytest.raises(ValueError, match=re.escape(message)):
        sz.report.read_request(**known | given)


def test_a_batch_that_failed_is_asked_again_by_the_command_too(tmp_path, monkeypatch, capsys):
    (tmp_path / "unsteady.py").write_text(
        "calls = []\ndef predict(texts):\n    calls.append(len(texts))\n"
        "    if len(calls) == 3:\n        raise ConnectionError('reset by peer')\n"
        "    return [text.count('A') + 0.5 * (text[0] == 'G') for text in texts]\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("shapzero_lite.queries.call._PAUSE", 0.0)
    rows = sz.DNA.decode(sz.DNA.random(30, 6, seed=1))
    (tmp_path / "my.fasta").write_text("".join(f">s{r}\n{s}\n" for r, s in enumerate(rows)))
    given = ["explain", "--model", "unsteady:predict", "--sequences", "my.fasta", "--budget",
             "800", "--method", "samples"]  # fmt: skip
    assert main([*given, "--out", "a"]) == 1
    assert "ConnectionError" in capsys.readouterr().err
    monkeypatch.delitem(sys.modules, "unsteady")
    more = ["--retries", "2", "--timeout", "60", "--background", "sequences", "--out", "b"]
    assert main([*given, *more]) == 0
    assert "values are against: the frequencies of the letters in the 30 seq" in (
        capsys.readouterr().out
    )


# ---- a model around its wild type


def test_a_model_is_explained_around_its_wild_type(tmp_path):
    """What is learnt, explained, numbered and written is of mutants of the wild type alone."""
    wild, asked = "GATTACAT", []

    def model(codes):
        asked.append(codes.copy())
        return (codes == 0).sum(axis=1) + 2.0 * (codes[:, 0] == 2) * (codes[:, 4] == 0)

    request = sz.report.read_request(
        model=model, takes="codes", wild_type=wild, letters="around:0.1", first=37, budget=2500,
        out=tmp_path / "out",
    )  # fmt: skip
    assert "letters meant: around the wild type, 0.8 of its 8 letters changed" in str(request)
    made = sz.report.run(request, progress=False)
    assert sum(map(len, asked)) == sum(made.verdict.queries.values()) <= 2500
    assert made.sketch.letters == sz.Letters.around(wild, 0.1)
    rows = np.concatenate(asked)[32:]  # after the trial
    # a tenth is drawn, and asked once however often it was; uniform letters would be 3/4
    assert (rows != sz.DNA.encode([wild])[0]).mean() < 0.35
    text = made.verdict.text()
    assert "letters meant: around the wild type, 0.8 of its 8 letters changed on average" in text
    assert "over sequences of the letters meant" in text
    assert made.request.sequences.names[:3] == ["wt", "G37A", "G37C"]
    assert len(made.request.sequences) == 1 + 3 * 8
    # by hand: the pair (G37, A41) adds 2 and its mutants lose it
    letters = sz.Letters.around(wild, 0.1)
    whole = sz.spectra.Decomposition.from_values(model(sz.DNA.all_sequences(8)), letters)
    truth = sz.shapley_values(whole, [wild])
    np.testing.assert_allclose(made.shown.values[0], truth[0], atol=0.1)
    changes = pd.read_csv(tmp_path / "out" / "single_changes.csv").set_index("change")["adds"]
    assert changes["G37A"] == pytest.approx(-1, abs=0.1)
    assert changes["A41C"] == pytest.approx(-3, abs=0.1)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Of the wild type, by the sketch" in page
    assert "The positions that matter most: " in page
    assert "these 5 of 8 hold" in page
    assert "What every single change would add to the wild type" in page
    assert "position_letter_map.svg" not in page  # of single mutants the map of changes says all
    assert "G37·A41" in page
    table = pd.read_csv(tmp_path / "out" / "explanations.csv")
    assert {"G37", "T44", "standard_error G37"} <= set(table.columns)
    assert "37 41" in pd.read_csv(tmp_path / "out" / "interactions.csv")["positions"].tolist()


def test_positions_of_a_wild_type_leave_the_others_alone(tmp_path):
    asked = []

    def model(codes):
        asked.append(codes.copy())
        return codes[:, 1] * 1.0 + codes[:, 2]

    request = sz.report.read_request(
        model=model, takes="codes", wild_type="ACGTA", letters="positions:8-9", first=7,
        budget=60, out=tmp_path / "out",
    )  # fmt: skip
    made = sz.report.run(request, progress=False)
    assert made.verdict.label == "exact"  # 16 sequences that can occur
    assert len(made.request.sequences) == 1 + 2 * 3
    assert (np.concatenate(asked)[64:, [0, 3, 4]] == [0, 3, 0]).all()  # after trial and store
    changes = pd.read_csv(tmp_path / "out" / "single_changes.csv")["change"]
    assert sorted(changes) == ["C8A", "C8G", "C8T", "G9A", "G9C", "G9T"]


# ---- a table as it comes


@pytest.fixture
def scan(tmp_path, monkeypatch):
    """Single and double mutants of ten residues, measured twice, with rows that cannot be used."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    effects = {f"{w}{i}{a}": rng.normal(-1, 1) for i, w in enumerate(WILD, 37)
               for a in sz.PROTEIN.letters if a != w}  # fmt: skip
    singles = list(effects)
    pairs = rng.permutation(len(singles))[:180].reshape(-1, 2)
    doubles = [[singles[a], singles[b]] for a, b in pairs if singles[a][:-1] != singles[b][:-1]]

    def write(with_doubles):
        names = ["p.="] + singles + [":".join(d) for d in doubles] * with_doubles
        truth = np.array([sum(effects.get(m, 0) for m in name.split(":")) for name in names])
        noisy = truth + rng.normal(0, 0.3, (2, len(truth)))
        frame = pd.DataFrame({"hgvs": names, "rep1": noisy[0], "rep2": noisy[1], "se": 0.3})
        frame.loc[len(frame)] = ["p.Ala39Ter", -3.1, -2.9, 0.3]
        frame.loc[len(frame)] = ["G39D", 0.2, 0.1, 0.3]
        frame.to_csv("scan.csv", index=False)
        return dict(zip(names, truth, strict=True))

    return write


GIVEN = ["explain", "--table", "scan.csv", "--sequence-column", "hgvs", "--value-column",
         "rep1, rep2", "--wild-type", WILD, "--first", "37"]  # fmt: skip


def test_a_scan_of_single_mutants_gets_a_report(scan, tmp_path, capsys):
    truth = scan(with_doubles=False)
    assert main(GIVEN) == 1
    said = capsys.readouterr().err
    assert "row 193 'G39D' (position 39 of the wild type is A)" in said
    assert "--on-bad drop leaves them out" in said
    assert not (tmp_path / "explained").exists()
    assert main([*GIVEN, "--on-bad", "drop"]) == 0
    said = capsys.readouterr().out
    assert "EFFECTS OF SINGLE LETTERS" in said
    out = tmp_path / "explained"
    page = (out / "report.html").read_text(encoding="utf-8")
    for words in (
        "of letters together nothing",
        "dropped: 1 row with a stop: row 192",
        "bad, not used: 1 row with another letter in the wild type: row 193",
        "191 variants were measured more than once",
        "Effects of single letters: as measured, noise included",
    ):
        assert words in page
    assert "the error of a small value is not known" not in page  # the label says nothing of it
    assert re.search(r"no sketch can pass R² 0\.\d\d on these values \(95 % interval 0\.\d\d", page)
    unused = pd.read_csv(out / "rows_not_used.csv")
    assert unused["row"].tolist() == [192, 193]
    assert unused["kind"].tolist() == ["a stop", "another letter in the wild type"]
    table = pd.read_csv(out / "explanations.csv").set_index("name")
    assert set(table.index) == {"wt", *truth} - {"p.="}
    changes = pd.read_csv(out / "single_changes.csv").set_index("change")["adds"]
    found = changes[[name for name in truth if name != "p.="]]
    assert np.corrcoef(found, [truth[name] for name in found.index])[0, 1] > 0.9


def test_a_table_with_doubles_is_learnt_with_errors_as_weights(scan, tmp_path):
    scan(with_doubles=True)
    request = sz.report.read_request(
        table="scan.csv", sequence_column="hgvs", value_column=["rep1"], error_column="se",
        wild_type=WILD, first="37", on_bad="drop", alphabet="PROTEIN", out=tmp_path / "out",
        wild_type_value="",
    )  # fmt: skip
    made = sz.report.run(request, progress=False)
    same = sz.read_variants(
        "scan.csv", variant="hgvs", value="rep1", error="se", wild_type=WILD, first=37,
        on_bad="drop",
    )  # fmt: skip
    sketch = sz.sketch_from_samples(same)
    assert made.sketch.r2 == sketch.r2 > 0.3
    assert made.verdict.notes[: len(sketch.notes)] == list(sketch.notes)
    assert any("by the stated errors" in note for note in made.verdict.notes)
    assert "letters of these samples are far from uniform" in made.verdict.text()


def test_a_table_with_another_numbering_is_refused(scan, capsys):
    """Found here: of 54,024 variants of GFP 67 were used, and a report was made of them."""
    scan(with_doubles=False)
    given = [*GIVEN[:-1], "38", "--on-bad", "drop"]
    assert main(given) == 1
    said = capsys.readouterr().err
    assert "of 193 rows cannot be used" in said
    assert "another number of its first position: --first" in said


def test_the_letters_of_a_table_can_be_said(scan, tmp_path):
    scan(with_doubles=True)
    given = {"table": "scan.csv", "sequence_column": "hgvs", "value_column": "rep1",
             "wild_type": WILD, "first": 37, "on_bad": "drop"}  # fmt: skip
    request = sz.report.read_request(**given, letters="around:0.05")
    made = sz.report.run(request, progress=False)
    assert made.sketch.letters == sz.Letters.around(WILD, 0.05)
    assert "letters meant: around the wild type, 0.5 of its 10 letters" in made.verdict.text()
    other = sz.report.read_request(**given, out=tmp_path / "a")
    sz.report.run(other, progress=False)
    with pytest.raises(ValueError, match=r"holds the results of another analysis \(other letters"):
        sz.report.read_request(**given, letters="around:0.05", out=tmp_path / "a")


def test_a_curve_has_pairs_at_most_and_the_report_says_so(tmp_path):
    effects = np.random.default_rng(2).normal(size=(10, 4))

    def model(codes):
        return 1 / (1 + np.exp(-2 * effects[np.arange(10), codes].sum(axis=1)))

    request = sz.report.read_request(
        model=model, takes="codes", wild_type="GATTACATGA", letters="around:0.2", order=3,
        budget=3000, out=tmp_path / "out",
    )  # fmt: skip
    done = sz.report.run(request, progress=False)
    assert type(done.sketch.spectrum).__name__ == "CurvedSum"
    assert done.shown.max_order == 2
    assert "at most 2 positions: the sketch is a curve" in " ".join(done.verdict.notes)
    assert (tmp_path / "out" / "report.html").exists()


# ---- the command in a biologist's words


PEPTIDES = ">a\nMKALR\n>b\nMKAVR\n"


@pytest.mark.parametrize(
    ("file", "given", "said"),
    [
        ("variant,score\nM1A,0.1\n", [], "no column 'sequence' (--sequence-column)"),
        (
            "sequence,value\nMKALR,0.1\nMKAVR,0.2\n",
            [],
            "not a letter of this alphabet (ACGT); if these are proteins, use --alphabet PROTEIN",
        ),
        ("sequence,value\nK2R,0.1\nACCCCC,0.2\n", [], "mutants need --wild-type"),
        ("sequence,value\nK2R,x\n", ["--wild-type", "MKALR"], "or --on-bad drop leaves them out"),
        ("sequence,value\nM6A,1\nL9V,2\n", ["--wild-type", "MKALR"], "--first 6 would agree"),
        ("a;b\n1;0,5\n", [], "a .csv is cut at commas, a .tsv at tabs; save it as one of them"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_in_options(
    tmp_path, monkeypatch, capsys, file, given, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text(file, encoding="utf-8")
    assert main(["explain", "--table", "t.csv", *given]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert not re.search(r"\b(on_bad|wild_type|first=|sz\.)", error)


def test_what_is_wrong_with_a_model_is_said_in_options(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lengths_of_peptides.py").write_text("predict = lambda s: [0.0] * len(s)\n")
    (tmp_path / "p.fasta").write_text(PEPTIDES, encoding="utf-8")
    given = ["--sequences", "p.fasta", "--dry-run"]
    assert main(["explain", "-m", "lengths_of_peptides.py:predict", *given]) == 1
    assert (
        "write the module without .py, as in lengths_of_peptides:predict" in capsys.readouterr().err
    )
    assert main(["explain", "-m", "lengths_of_peptides:predict", *given]) == 1
    assert "if these are proteins, use --alphabet PROTEIN" in capsys.readouterr().err
    given += ["--alphabet", "PROTEIN"]
    assert main(["explain", "-m", "lengths_of_peptides:predict", *given]) == 0


def test_help_is_in_groups_and_has_examples_that_parse(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["explain", "--help"])
    text = capsys.readouterr().out
    for title in (*GROUPS, "where the report goes", "examples"):
        assert f"{title}:\n" in text
    commands = re.findall(r"shapzero-lite (explain (?:.|\n      )+)", text.split("examples:")[1])
    assert len(commands) == 4
    for command in commands:
        parser = argparse.ArgumentParser()
        declare(parser)
        chosen = parser.parse_args(command.split()[1:])
        assert chosen.model or chosen.table
