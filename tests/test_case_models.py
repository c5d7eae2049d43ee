"""Lessons 08 and 09 with the reader's own files: a folder like inDelphi's, a screen of guides.

The files are made here: random numbers in the structure of inDelphi's, and a screen in which a
few letters are planted, so that it is known what must be found.
"""

import csv
import gzip
import re

import numpy as np
import pytest
import test_indelphi_adapter as stand_in
from lesson_notebooks import LESSONS, printed_by
from test_parameters import refused, run_with

import shapzero_lite as sz

GUIDES, REPAIR = (next(p for p in LESSONS if p.stem.startswith(name)) for name in ("08", "09"))
GENES = ("CD46", "CD55", "TFRC")


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def indelphi(tmp_path):
    """A folder like a clone of inDelphi-model, with random numbers in it."""
    folder = tmp_path / "indelphi"
    numbers = stand_in.made_up(np.random.default_rng(5))
    stand_in.write(folder / "model-sklearn-0.20.0", numbers)
    return folder


@pytest.fixture
def screen(tmp_path):
    """A screen of three genes: G at 7 raises the efficacy, T lowers it, A at 20 raises it."""
    path = tmp_path / "screen.csv.gz"
    rng = np.random.default_rng(1)
    with gzip.open(path, "wt", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, ["gene", "seq", "lfc"])
        table.writeheader()
        for number, gene in enumerate(GENES):
            codes = sz.DNA.random(400, 26, seed=number)
            strength = 2.0 * (codes[:, 6] == 2) - (codes[:, 6] == 3) + (codes[:, 19] == 0)
            strength = strength + 0.3 * rng.normal(size=len(codes))
            for word, value in zip(sz.DNA.decode(codes), strength, strict=True):
                table.writerow({"gene": gene, "seq": word, "lfc": f"{-value:.4f}"})
    return path


@pytest.mark.slow
def test_the_repair_lesson_asks_a_folder_like_indelphis(indelphi, out):
    values = {"model": "real", "model_folder": str(indelphi), "budget": 4000, "rows_truth": 50_000}
    notebook = run_with(REPAIR, values, out)
    asked = printed_by(notebook, "imports")
    assert asked.startswith("Indelphi(frameshift, HEK293, n=40, cut=20): 4,000 questions")
    # The same folder, asked here: EGFP's target of the cold open.
    target = "TTCAGCGTGTCCGGCGAGGGCGAGGGCGATGCCACCTACG"
    (value,) = sz.models.indelphi(indelphi)([target])
    said = printed_by(notebook, "cold-open-target")
    assert f"frameshift by the model: {value:.2f}," in said
    assert "an answer is: percent of all outcomes" in said
    # Microhomology is what this model weighs, too: most of what pairs hold is across the cut.
    (share,) = re.findall(r"hold (\S+) of the true energy", printed_by(notebook, "check-4"))
    assert float(share) > 0.9
    (r,) = re.findall(r"random targets: r = ([\d.]+)", printed_by(notebook, "result-table"))
    assert float(r) > 0.7


@pytest.mark.slow
def test_the_guide_lesson_explains_unseen_genes_of_a_screen(screen, out):
    pytest.importorskip("torch", reason="extra `lessons` is absent: torch")
    notebook = run_with(GUIDES, {"screen": str(screen), "budget": 8000, "n_windows": 1}, out)
    printed = printed_by(notebook, "check-3").splitlines()
    lines, over, mixed = printed[:6:2], printed[1:6:2], printed[6:-1]
    assert re.search(r"plain means .* 5 to 11 hold \d+%$", printed[-1])
    assert [line.split(":")[0] for line in lines] == list(GENES)
    assert len(over) == len(GENES)
    said = "our map over its windows and the measured one: r = "
    assert all(abs(float(line.removeprefix(said))) <= 1 for line in over)
    # Windows of each against letters of each, from the least C in place of T to the most.
    shares = [float(line.split("%")[0]) for line in mixed]
    assert (len(mixed), shares) == (25, sorted(shares))
    assert mixed[-1].startswith("+19.9% C less T: EGFP against EGFP ")
    turned = printed_by(notebook, "control-turned")
    in_twenty, largest = (int(word) for word in re.findall(r"(\d+)%", turned))
    assert 7 / 26 < in_twenty / 100 <= largest / 100 < 1
    for line in lines:
        (r, rows) = re.findall(r"r = (\S+), \((\d+), 26\)", line)[0]
        # The same letters are planted in all genes; the rest of the 104 effects is noise.
        assert (float(r) > 0.8, rows) == (True, "400"), line


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "values", "wanted"),
    [
        (GUIDES, {"model": "tigre"}, "ValueError: .*shipped.*real.*'tigre'"),
        (GUIDES, {"model": "real", "model_folder": "./nowhere"}, "FileNotFoundError: .*nowhere"),
        (GUIDES, {"screen": "./nowhere.csv.gz"}, "ValueError: screen: .*nowhere"),
        (GUIDES, {"budget": 100}, "ValueError: budget: 8,000 or more.* 100"),
        (GUIDES, {"n_windows": 0}, "ValueError: .*n_windows: 1 or more.* 0"),
        (REPAIR, {"model": "in-delphi"}, "ValueError: .*shipped.*real"),
        (REPAIR, {"model": "real", "model_folder": "./nowhere"}, "FileNotFoundError: .*nowhere"),
        (REPAIR, {"rows_truth": 0}, "ValueError: .*rows_truth.* 0"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_wrong_value_is_named_before_anything_is_computed(path, values, wanted):
    count, said = refused(path, values)
    assert re.match(wanted, said, re.DOTALL), said
    assert count <= 4  # parameters, the values given, imports, model
