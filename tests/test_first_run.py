"""What `make run` leaves behind: guides along EGFP explained, as table, figures and page."""

import csv
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

GENETIC_CODE = dict(
    zip(
        (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)
EGFP = (
    "MVSKGEELFTGVVPILVELDGDVNGHKFSVSGEGEGDATYGKLTLKFICTTGKLPVPWPTLVTTLTYGVQCFSRYPDHMKQHDFFKSAMPE"
    "GYVQERTIFFKDDGNYKTRAEVKFEGDTLVNRIELKGIDFKEDGNILGHKLEYNYNSHNVYIMADKQKNGIKVNFKIRHNIEDGSVQLADH"
    "YQQNTPIGDGPVLLPDNHYLSTQSALSKDPNEKRDHMVLLEFVTAAGITLGMDELYK*"
)


def test_egfp_file_translates_to_egfp():
    lines = (ROOT / "data" / "egfp_cds.fasta").read_text(encoding="utf-8").splitlines()
    gene = "".join(line for line in lines if not line.startswith(">"))
    assert len(gene) == 720
    assert "".join(GENETIC_CODE[gene[i : i + 3]] for i in range(0, 720, 3)) == EGFP


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder that the explanation (without the lessons) leaves, and what it printed."""
    for name, extra in [("torch", "lessons"), ("pandas", "plots"), ("seaborn", "plots")]:
        pytest.importorskip(name, reason=f"extra `{extra}` is absent: {name}")
    out = tmp_path_factory.mktemp("build")
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "first_run.py"), "--no-lessons", "--out", str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out, done.stdout


@pytest.fixture(scope="module")
def rows(built):
    with (built[0] / "egfp_guides.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_table_has_every_window_once(rows):
    assert len(rows) == 720 - 26 + 1
    gene = "".join(row["window"][0] for row in rows) + rows[-1]["window"][1:]
    assert len(gene) == 720
    for row in rows:
        first = int(row["target_from"])
        assert row["window"][3:] == gene[first - 1 : int(row["target_to"])]


def test_base_values_and_gap_add_up_to_the_model(rows):
    for row in rows:
        total = float(row["base_value"]) + sum(float(row[f"value_{i}"]) for i in range(1, 27))
        # six digits are written; 28 terms
        assert total + float(row["gap"]) == pytest.approx(float(row["model_value"]), abs=1e-4)


class Page(HTMLParser):
    """Collects what a page links to, and its pictures."""

    def __init__(self):
        super().__init__()
        self.links, self.pictures = [], []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.pictures.append(attributes)


def test_page_is_whole_and_says_how_good_the_sketch_is(built):
    out, said = built
    text = (out / "index.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    targets = page.links + [picture["src"] for picture in page.pictures]
    assert all((out / target).is_file() for target in targets if "://" not in target)
    assert len(page.pictures) == 4
    assert all(len(picture["alt"]) >= 40 for picture in page.pictures)
    for shown in (text, said):
        assert re.search(r"R² = \d\.\d{3} \(95 % interval \d\.\d{3} to \d\.\d{3}\)", shown)
    assert not re.search(r"(src|href)=.https?:", text)  # readable without the network
