"""What an analyst gets: changes and pairs of letters, the page, the command, one run a folder."""

import base64
import html
import itertools
import json
import re
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite._command import main
from shapzero_lite.report import page_tables
from shapzero_lite.report.analysis import of_more
from shapzero_lite.report.changes import Changes, best_doubles, single_changes
from shapzero_lite.report.designs import Designs
from shapzero_lite.report.folder import FIGURES, NAMES
from shapzero_lite.report.inputs import Sequences
from shapzero_lite.report.pairs import letter_pairs, strongest, with_spread

pandas = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
pytest.importorskip("pyarrow", reason="extra `lessons` is absent: pyarrow")
pytest.importorskip("matplotlib", reason="extra `lessons` is absent: matplotlib")

MODEL = """
import time


def predict(sequences):
    with open("asked.txt", "a") as file:
        print(len(sequences), file=file)
    time.sleep({pause})
    return [s.count("A") + 2.0 * (s[0] == "G") * (s[3] == "C") for s in sequences]


def broken(sequences):
    raise TypeError("wants something else")
"""
FASTA = ">one&<b>\nGATCATTG\n>two\nCATTACAT\n>three\nGCACGAAA\n"


@pytest.fixture
def folder(tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    name = f"mine_{abs(hash(request.node.name)):x}"  # a module is imported once for all tests
    (tmp_path / f"{name}.py").write_text(MODEL.format(pause=0), encoding="utf-8")
    (tmp_path / "my.fasta").write_text(FASTA, encoding="utf-8")
    return tmp_path, name


def asked(path):
    file = path / "asked.txt"
    return sum(map(int, file.read_text().split())) if file.exists() else 0


@pytest.fixture(scope="module")
def spectrum():
    rng = np.random.default_rng(5)
    return sz.Spectrum.from_values(rng.normal(size=(4,) * 5), sz.DNA)


def test_single_changes_are_differences_of_the_sketch(spectrum):
    codes = sz.DNA.encode(["GATTA"])[0]
    found = single_changes(spectrum, codes)
    for i, c in itertools.product(range(5), range(4)):
        other = codes.copy()
        other[i] = c
        wanted = spectrum.evaluate(other[None])[0] - spectrum.evaluate(codes[None])[0]
        assert found[i, c] == pytest.approx(wanted, abs=1e-12)


def test_the_best_doubles_are_the_best_of_all(spectrum):
    codes = sz.DNA.encode(["GATTA"])[0]
    every = sz.DNA.all_sequences(5)
    gains = spectrum.evaluate(every) - spectrum.evaluate(codes[None])[0]
    two = (every != codes).sum(axis=1) == 2
    pairs, found = best_doubles(spectrum, codes, single_changes(spectrum, codes))
    assert len(found) == 90 == two.sum()  # fewer than would be cut
    np.testing.assert_allclose(found, np.sort(gains[two])[::-1], atol=1e-12)
    made = codes.copy()
    made[pairs[0, :, 0]] = pairs[0, :, 1]
    np.testing.assert_array_equal(made, every[two][gains[two].argmax()])
    assert (pairs[:, 0, 0] < pairs[:, 1, 0]).all()


def test_a_sequence_of_one_letter_has_no_doubles():
    one = sz.Spectrum.from_values([0.0, 1.0, 2.0, 3.0], sz.DNA)
    pairs, gains = best_doubles(one, np.zeros(1, np.uint8), np.array([[0.0, 1, 2, 3]]))
    assert pairs.shape == (0, 2, 2)
    assert len(gains) == 0


def test_designs_are_the_best_of_single_and_double_changes(spectrum):
    codes = sz.DNA.encode(["GATTA"])[0]
    changes = Changes.of(spectrum, codes, first=7)
    found = Designs.of(spectrum, changes)
    every = sz.DNA.all_sequences(5)
    one_or_two = every[np.isin((every != codes).sum(axis=1), (1, 2))]
    best = np.sort(spectrum.evaluate(one_or_two))[::-1][:100]
    np.testing.assert_allclose(found.sketch, best, atol=1e-12)
    for name, row in zip(found.names, found.codes, strict=True):
        made = list("GATTA")
        for word in name.split():
            assert made[int(word[1:-1]) - 7] == word[0]
            made[int(word[1:-1]) - 7] = word[-1]
        assert sz.DNA.decode(row) == ["".join(made)]
    asked = []

    def model(rows):
        asked.append(rows)
        return -spectrum.evaluate(rows)

    known = found.asked(model, 12)
    np.testing.assert_array_equal(asked[0], found.codes[:12])
    assert np.isnan(known.known[12:]).all()
    assert (np.diff(known.known[:12]) <= 0).all()  # by the model, which says the opposite
    assert known.names[:12] == found.names[:12][::-1]
    assert known.names[12:] == found.names[12:]


def test_letters_that_few_variants_have_are_no_headline(spectrum, tmp_path):
    codes = sz.DNA.encode(["GATTA"])[0]
    seen = np.full((5, 4), 5)
    first = Changes.of(spectrum, codes).places[0]  # the best change of all: one row's word
    seen[tuple(first)] = 1
    all_of, common = Changes.of(spectrum, codes), Changes.of(spectrum, codes, seen=seen)
    assert common.single == all_of.single[1:]
    best = all_of.single[0][0]
    assert best in " ".join(Designs.of(spectrum, all_of).names)
    assert best not in " ".join([*Designs.of(spectrum, common).names, *dict(common.double)])
    common.write(tmp_path)
    table = (tmp_path / "single_changes.csv").read_text().splitlines()
    assert table[0] == "change,adds,variants"
    assert len(table) == 1 + 15
    assert table[1].startswith(f"{best},")
    assert table[1].endswith(",1")
    once = np.ones((5, 4), int)  # a scan of single mutants, and one letter in more variants
    once[tuple(all_of.places[3])] = 9
    scan = Changes.of(spectrum, codes, seen=once)
    assert scan.single == all_of.single
    assert scan.double == all_of.double


def test_pairs_of_letters_are_means_over_the_sequences_that_have_both(spectrum):
    codes = sz.DNA.random(60, 5, seed=1)
    shown = sz.Explainer(spectrum).explain(codes, max_order=2)
    rows = letter_pairs(shown)
    sizes = [row[1] for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    table = {row[0]: row for row in rows}
    column = shown.interactions.subsets.index((1, 4))
    both = (codes[:, 1] == 0) & (codes[:, 4] == 3)
    values = shown.interactions.values[:, column]
    _, size, mean, spread, count = table["A2·T5"]
    assert count == both.sum() > 1
    assert (size, mean, spread) == pytest.approx(
        (np.abs(values).mean(), values[both].mean(), values[both].std())
    )


def test_a_page_takes_its_means_over_more_sequences_where_pairs_are_few(spectrum):
    codes = sz.DNA.random(3000, 5, seed=2)
    given = Sequences.of_variants([f"row {i}" for i in range(3000)], codes)
    explainer = sz.Explainer(spectrum)
    shown = explainer.explain(codes[given.spread(500)])
    request = SimpleNamespace(sequences=given, order=2)
    wide = of_more(request, explainer, shown)
    np.testing.assert_array_equal(wide.codes, codes)
    assert min(row[4] for row in letter_pairs(wide)) > 100
    assert wide.names[7] == "row 7"
    few = replace(given, codes=given.codes[:500], names=given.names[:500])
    same = explainer.explain(few.codes)
    assert of_more(SimpleNamespace(sequences=few, order=2), explainer, same) is same


def test_pairs_are_ranked_by_mean_size_and_rare_ones_are_left_out():
    rows = [("A1·C2", 0.2, 0.1, 0.05, 9), ("A1·G2", 0.2, -0.3, 0.021, 5), ("T1·G2", 0.2, 2, 0, 1)]
    best = strongest(rows)
    assert [row[0] for row in best] == ["A1·G2", "A1·C2"]
    assert [with_spread(row, best) for row in best] == ["-0.300 ± 0.021", "+0.100 ± 0.050"]
    assert strongest(rows[2:]) == rows[2:]
    assert with_spread(rows[2], rows) == "+2.00"  # of one sequence there is no spread


def test_the_command_writes_a_report_and_goes_on(folder, capsys):
    path, name = folder
    given = ["explain", "--model", f"{name}:predict", "--sequences", "my.fasta",
             "--budget", "2000", "--out", "found"]  # fmt: skip
    assert main([*given, "--dry-run"]) == 0
    assert "at most 2,000 queries" in capsys.readouterr().out
    assert asked(path) == 0
    assert not (path / "found").exists()
    assert main(given) == 0
    said = capsys.readouterr().out
    assert "GOOD ENOUGH FOR SINGLE SEQUENCES" in said
    assert said.rstrip().endswith("report.html")
    spent = asked(path)
    assert 0 < spent <= 2000
    assert main(given) == 0  # answers are kept
    # the trial, 8 kept answers of each of the three calls that "auto" makes, 16 that stay the same
    assert asked(path) - spent == 32 + 3 * 8 + 16
    page = (path / "found" / "report.html").read_text(encoding="utf-8")
    assert "one&amp;&lt;b&gt;, from 1" in page
    assert "<b>" not in page
    assert "A" in page
    assert "G1·C4" in page  # what was planted
    assert page.index("G1·C4") < page.index("What a change would do")
    assert set(re.findall(r'(?:src|href)="(\w+:)', page)) == {"data:"}  # nothing from elsewhere
    assert "<script" not in page
    for figure in re.findall(r"<img[^>]*>", page):
        assert re.search(r'alt="[^"]{20,}"', figure)
    module = name
    for name in FIGURES:  # each is in the page once, in the smaller of its two forms
        files = {kind: (path / "found" / f"{name}.{kind}").read_bytes() for kind in ("svg", "png")}
        assert files["png"].startswith(b"\x89PNG")
        assert b"<script" not in files["svg"]
        inside = {kind: base64.b64encode(data).decode() in page for kind, data in files.items()}
        small = min(files, key=lambda kind: len(files[kind]))
        assert inside == {"svg": small == "svg", "png": small == "png"}
    asked_of, believe, letters = first_screen(page)
    total = sum(verdict_of(path / "found")["queries"].values())
    assert f"make {module}:predict answer as it does" in asked_of
    assert f"3 sequences of 8 letters make {module}" in asked_of
    assert f"asked about {total:,} sequences" in asked_of
    assert believe.startswith("Good enough for single sequences: ")
    assert f"(R² {verdict_of(path / 'found')['r2']:.3f})" in believe
    assert believe.endswith(" it is off by 0.00 (root mean square).")  # as the answers are written
    assert "G1·C4 +" in letters
    assert "one standard error to either side" in page
    assert "letters that the sketch knows nothing of" not in page  # it knows them all
    assert "Rings: the wild type." not in page  # there is none
    widths = re.findall(r'<img alt="[^"]*" style="width:(\d+)pt"', page)
    assert len(widths) == len(FIGURES)
    changes = (path / "found" / "single_changes.csv").read_text().splitlines()
    assert len(changes) == 1 + 8 * 3
    best, adds = changes[1].split(",")
    assert best in {"T3A", "C4A", "T6A", "T7A", "G8A", "G1A"}
    assert float(adds) == pytest.approx(1, abs=0.05)
    linked = re.findall(r'href="([^"]+)"', page)
    assert {*linked, "report.html"} == {
        p.name for p in (path / "found").iterdir() if p.is_file() and p.name != "request.json"
    }


def first_screen(page):
    """The three sentences at the head of a page, which stand before all else."""
    head = page[: page.index("<h2>")]
    assert re.findall("<dt>(.*?)</dt>", head) == ["Asked", "Believe it?", "Letters"]
    return [html.unescape(text) for text in re.findall("<dd>(.*?)</dd>", head)]


def verdict_of(folder):
    return json.loads((folder / "verdict.json").read_text(encoding="utf-8"))


def test_a_table_of_noise_is_not_to_be_explained_and_its_first_screen_says_so(tmp_path):
    rng = np.random.default_rng(3)
    codes = sz.DNA.random(300, 5, seed=3)
    table = pandas.DataFrame(
        {"sequence": sz.DNA.decode(codes), "value": rng.normal(size=len(codes)).round(3)}
    )
    table = table.drop_duplicates("sequence")
    table.to_csv(tmp_path / "noise.csv", index=False)
    given = {"table": tmp_path / "noise.csv", "out": tmp_path / "out"}
    made = sz.report.run(sz.report.read_request(**given), progress=False)
    assert made.verdict.label in ("nothing to explain", "not good enough")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    _, believe, letters = first_screen(page)
    assert believe.endswith("Do not explain with it.")
    assert letters.startswith("Not to be relied on. ")


def test_designs_above_all_that_was_measured_are_told():
    codes = sz.DNA.encode(["AC", "AG", "AT"])
    known = np.array([np.nan, np.nan, 0.5])
    found = Designs(["C2A", "C2G", "C2T"], codes, sz.DNA, np.array([2.0, 1.5, 0.5]), known)
    table = SimpleNamespace(values=np.array([0.25, 1.0]))
    request = SimpleNamespace(measured=table, model=None)
    page = SimpleNamespace(request=request, designs=found, said="measured")
    text = page_tables.designs(page)
    assert "of 2 the sketch says more than the highest that was measured, 1.00: nothing" in text
    table.values[1] = 2.0
    assert "than the highest" not in page_tables.designs(page)


def run_here(**given):
    sys.path.insert(0, "")
    try:
        return sz.report.run(sz.report.read_request(**given), progress=False)
    finally:
        sys.path.remove("")


def test_designs_are_put_to_the_model_where_asked(folder):
    path, name = folder
    given = {"model": f"{name}:predict", "sequences": "my.fasta", "budget": 1500, "out": "found"}
    made = run_here(**given, check_designs="20")
    assert "20 of its best designs" in str(made.request)
    with pytest.raises(ValueError, match="check_designs=101: at most 100"):
        sz.report.read_request(**given, check_designs=101)
    assert asked(path) == sum(made.verdict.queries.values()) <= 1500
    assert made.verdict.queries["of the best designs"] == 20
    rows = [line.split(",") for line in (path / "found" / "designs.csv").read_text().splitlines()]
    assert rows[0] == ["rank", "changes", "sequence", "sketch", "model"]
    values = [(text, float(sketch), float(model)) for _, _, text, sketch, model in rows[1:21]]
    for text, sketch, model in values:
        truth = text.count("A") + 2.0 * (text[0] == "G") * (text[3] == "C")
        assert model == truth
        assert sketch == pytest.approx(truth, abs=0.3)
    assert [v[2] for v in values] == sorted([v[2] for v in values], reverse=True)
    assert all(row[4] == "" for row in rows[21:])
    page = (path / "found" / "report.html").read_text(encoding="utf-8")
    assert "20 of them were put to the model and stand first, by its answers" in page


def test_values_have_standard_errors(folder):
    path, name = folder
    given = {"model": f"{name}:predict", "sequences": "my.fasta", "out": "found", "order": 1}
    made = run_here(**given, budget=900, method="samples")
    table = pandas.read_csv(path / "found" / "explanations.csv")
    errors = table.filter(regex="^standard_error [1-8]$")
    assert errors.shape == (3, 8)
    np.testing.assert_allclose(errors, np.tile(made.sketch.standard_error, (3, 1)))


def test_the_command_explains_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    codes = sz.DNA.random(600, 6, seed=0)
    rows = [f"{s},{s.count('A')}" for s in sz.DNA.decode(codes)]
    (tmp_path / "t.csv").write_text("\n".join(["sequence,value", *rows]), encoding="utf-8")
    assert main(["explain", "--table", "t.csv"]) == 0
    said = capsys.readouterr().out
    assert "no model is asked" in said
    assert "from 600 rows of t.csv\nevery row was used" in said
    page = (tmp_path / "explained" / "report.html").read_text(encoding="utf-8")
    asked_of, believe, letters = first_screen(page)
    told = verdict_of(tmp_path / "explained")
    there = len(set(rows))
    assert f"{there} measured variants of 6 letters high or low, in t.csv" in asked_of
    assert f"R² {told['r2']:.2f}" in believe
    best = re.search("add most, on average: (.*?); ", letters)[1]
    assert re.fullmatch(r"A\d \+[\d.]+, A\d \+[\d.]+, A\d \+[\d.]+", best)
    for wrong in ("the model", "standard error to either", "made the model say", "not asked"):
        assert wrong not in page
    assert "Rows that the fit did not see: what was measured, and what the sketch says" in page
    assert f"the highest of all {there}" in page
    lines = (tmp_path / "explained" / "designs.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "rank,changes,sequence,sketch,measured"
    measured = set(rows)
    known = [line.split(",") for line in lines[1:] if not line.endswith(",")]
    assert len(known) > 5
    for _, _, text, _, value in known:
        assert f"{text},{value}" in measured
    assert main(["explain", "--table", "t.csv", "--check-designs", "5", "--out", "b"]) == 1
    assert "of a table there is no model to ask" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to explain: give --model package:name or --table FILE"),
        (["--model", "no_such:predict"], "no_such"),
        (
            ["--model", "{name}:predict", "--budget", "plenty"],
            "budget is a whole number of at least 1, not 'plenty'",
        ),
        (["--model", "{name}:broken", "--sequences", "my.fasta"], "wants something else"),
        (["--table", "gone.csv"], "gone.csv"),
    ],
)
def test_what_is_wrong_is_one_line(folder, capsys, arguments, said):
    path, name = folder
    assert main(["explain", *(a.format(name=name) for a in arguments)]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith("shapzero-lite: ")
    assert "Traceback" not in error
    assert asked(path) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_second_run_in_the_same_folder_is_refused_and_nothing_is_lost(folder):
    path, name = folder
    (path / f"{name}.py").write_text(MODEL.format(pause=0.15), encoding="utf-8")
    command = [sys.executable, "-m", "shapzero_lite", "explain", "--model", f"{name}:predict",
               "--sequences", "my.fasta", "--budget", "1500", "--batch-size", "50",
               "--out", "found"]  # fmt: skip
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while asked(path) < 100 and first.poll() is None:
        pass
    second = subprocess.run([*command, "--seed", "1"], capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "out='found' is being filled by another run: wait for it" in second.stderr
    _, trouble = first.communicate(timeout=120)
    assert first.returncode == 0, trouble
    request = json.loads((path / "found" / "request.json").read_text(encoding="utf-8"))
    assert request["seed"] == 0
    files = {p.name for p in (path / "found").iterdir() if p.is_file()}
    assert files == {*NAMES, "request.json"} - {"rows_not_used.csv"}  # that is of a table


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_what_another_run_wrote_since_the_check_is_not_replaced(folder):
    _, name = folder
    given = {"model": f"{name}:predict", "sequences": "my.fasta", "budget": 600, "out": "found"}
    sys.path.insert(0, "")
    try:
        late = sz.report.read_request(**given)
        sz.report.run(sz.report.read_request(**given, seed=3), progress=False)
        with pytest.raises(ValueError, match="holds the results of another analysis"):
            sz.report.run(late, progress=False)
    finally:
        sys.path.remove("")
