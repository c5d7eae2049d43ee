"""The table of claims: every number is one that a cell printed, and the committed page is it."""

import ast
import re

import claims
import notebook_form
import pytest
from lesson_notebooks import ROOT, notebook_of, printed

ROWS = claims.rows()
NUMBERED = [row for row in ROWS if row.here]


@pytest.mark.parametrize("row", NUMBERED, ids=lambda row: f"{row.source} {row.here}")
def test_the_number_is_the_one_that_was_printed(row):
    said = claims.printed(row.source)
    assert re.search(rf"(?<![\d.,]){re.escape(row.here)}(?!\d)", said)
    (line,) = [
        line for line in claims.PAGE.read_text("utf-8").splitlines() if line.startswith(start(row))
    ]
    assert f" | {row.here} | " in line


def start(row):
    """A claim may stand twice, in other words no two begin alike with number and source."""
    mark = f"**{row.verdict}**" if row.verdict == "differs" else row.verdict
    return f"| {row.says} | {row.published} | {row.here} | {mark} | {claims.link(row.source)} |"


def test_the_committed_page_is_what_the_outputs_give(capsys):
    assert claims.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_every_paper_and_every_verdict_is_there():
    assert {row.paper for row in ROWS} == {"SHAP zero", "GAMA", "SEISM"}
    assert {row.verdict for row in ROWS} == set(claims.VERDICTS)
    assert all(row.note for row in ROWS if not row.source)


def test_links_of_the_page_lead_to_files():
    for target in re.findall(r"\]\(([^)]+)\)", claims.PAGE.read_text("utf-8")):
        assert (claims.PAGE.parent / target).resolve().is_file()


# ---- numbers that lessons quote


def test_lesson_09_quotes_what_the_supplement_prints():
    lesson = notebook_form.read(claims.notebook("09_dna_repair"))
    (limits,) = [cell.source for cell in lesson.cells if cell.id == "limits"]
    (quoted,) = re.findall(r"inDelphi's own scores reach \$r\$ (0\.\d{2})", limits)
    printed = re.search(r"Model +[\d.]+ +([\d.]+)", claims.printed("accuracy/check-2"))
    assert f"{float(printed[1]):.2f}" == quoted


def test_lesson_08_draws_the_table_of_the_benchmark():
    cells = {
        cell.id: cell.source for cell in notebook_form.read(claims.notebook("08_guide_rna")).cells
    }
    drawn = ast.literal_eval(re.search(r"gains = (\{.*?\n\})", cells["figure-pairs"], re.DOTALL)[1])
    measured = claims.printed("bench_guide_pairs")
    for gene in ("CD46", "CD55", "TFRC"):
        fair, left = re.findall(rf"\| {gene} \| (.*) \|", measured)
        _, _, composition, single, pairs, _ = fair.split(" | ")
        assert [f"{share:.3f}" for share in drawn[gene][:2]] == [single, pairs]
        assert f"{drawn[gene][-1]:.3f}" == composition
        assert left.split(" | ")[1].replace("-", "−") in cells["pairs-which-way"]


def test_the_supplement_says_what_distilled_networks_reach():
    cells = notebook_form.read(claims.notebook("paper_sketch")).cells
    (verdict,) = [cell.source for cell in cells if cell.id == "verdict"]
    reached = [
        f"{float(re.search(r'network, [^|]*[|] ([0-9.]+)', claims.printed(block))[1]):.2f}"
        for block in (f"bench_distil_tiger-{count}" for count in (10_000, 60_000, 400_000))
    ]
    assert f"reaches {reached[0]}, {reached[1]} and {reached[2]} " in verdict


# ---- a small list of our own


@pytest.fixture
def given(tmp_path):
    """Return a function: the rows of one claim, about a notebook that printed a line."""
    folder = tmp_path / "notebooks" / "supplement"
    folder.mkdir(parents=True)
    notebook = notebook_of([("check-1", "code", "print(r)", [printed("r 0.845, of 1,038\n")])])
    (folder / "small.ipynb").write_text(notebook_form.to_text(notebook), encoding="utf-8")
    (tmp_path / "benchmarks").mkdir()
    line = "| walk | 4.65 % | 3.90 to 6.17 % |"
    table = f"<!-- bench_small: begin -->\n{line}\n<!-- bench_small: end -->\n"
    (tmp_path / "benchmarks" / "README.md").write_text(table, encoding="utf-8")

    def rows(text):
        path = folder / "claims.toml"
        path.write_text(f'[[claim]]\npaper = "P"\nsays = "it"\n{text}\n', encoding="utf-8")
        return claims.rows(path, tmp_path)

    return rows


FROM = "from = 'small/check-1'\nfind = 'r (?P<here>[\\d.]+)'\n"
WALK = "from = 'bench_small'\nfind = 'walk . (?P<here>[\\d.]+)"


@pytest.mark.parametrize(
    ("text", "here", "verdict"),
    [
        (FROM + 'published = "0.84"', "0.845", "matches"),
        (FROM + 'published = "0.83"', "0.845", "differs"),
        (FROM + 'published = "0.845"', "0.845", "matches"),
        (FROM + 'published = "0.8456"', "0.845", "differs"),
        (FROM + 'published = "high"\nabove = 0.8', "0.845", "matches"),
        (FROM + 'published = "low"\nbelow = 0.8', "0.845", "differs"),
        (FROM.replace("(?P<here>[\\d.]+)", ".* of (?P<here>[\\d,]+)") + 'published = "1,038"',
         "1,038", "matches"),
        (WALK + " % . (?P<low>[\\d.]+) to (?P<high>[\\d.]+)'\npublished = \"5\"",
         "4.65", "matches"),
        (WALK + "[^.]+(?P<paper>[\\d.]+) to'", "4.65", "differs"),
        ('published = "9"\nnote = "no data"', "", "cannot be checked"),
    ],
)  # fmt: skip
def test_the_verdict_follows_from_the_numbers(given, text, here, verdict):
    (row,) = given(text)
    assert (row.here, row.verdict) == (here, verdict)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (FROM.replace("r (", "rho (") + 'published = "1"', "does not print rho"),
        (FROM.replace("check-1", "check-2") + 'published = "1"', "no cell check-2"),
        ("from = 'bench_other'\nfind = 'x'", "no block bench_other"),
        ('published = "1"', "no note says why"),
        (FROM + "typed = 3", "no such key, ['typed']"),
    ],
)
def test_a_number_that_is_not_printed_is_an_error(given, text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        given(text)


def test_wrong_arguments_get_the_usage(capsys):
    assert claims.main(["--other"]) == 2
    assert "claims.md" in capsys.readouterr().err


def test_the_list_names_where_it_lies():
    assert claims.CLAIMS.relative_to(ROOT).as_posix() == "notebooks/supplement/claims.toml"
