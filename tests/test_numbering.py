"""Numbers of positions: neighbours, or a list, as GB1's four residues 39, 40, 41 and 54."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.letters import (
    WildType,
    position_numbers,
    read_numbers,
    said_numbers,
    written_numbers,
)
from shapzero_lite.letters.mutants import UnusableError

GB1 = (39, 40, 41, 54)


@pytest.mark.parametrize("given", [GB1, list(GB1), np.array(GB1), (n for n in GB1)])
def test_a_list_of_any_kind_is_taken(given):
    assert position_numbers(given, 4) == GB1
    assert position_numbers(-1, 3) == (-1, 0, 1)


@pytest.mark.parametrize(
    ("first", "error", "message"),
    [
        ([39, 40, 41], ValueError, "first lists 3 numbers of positions, and a sequence has 4: 39"),
        ([39, 41, 40, 54], ValueError, "numbers that do not increase: 39, 41, 40, 54"),
        ([39, 40, 40, 54], ValueError, "do not increase"),
        ([39, 40, 41, "54"], TypeError, "a number in first is a whole number, not '54'"),
        ("39", TypeError, "first is a whole number, of the first position, not '39'"),
        (1.5, TypeError, "first is a whole number, of the first position, not 1.5"),
    ],
)
def test_what_is_no_numbering_is_refused(first, error, message):
    with pytest.raises(error, match=message):
        position_numbers(first, 4)


def test_numbers_are_read_and_said():
    assert read_numbers("39-41, 54") == GB1
    assert read_numbers("-2-1") == (-2, -1, 0, 1)
    assert written_numbers(GB1) == "39,40,41,54"
    assert written_numbers((7, 8)) == "7"
    assert said_numbers(tuple(range(0, 40, 2))) == "0, 2, 4, 6, 8, 10, 12, 14, …"
    for text in ("", "V39", "41-39", "39,,40"):
        with pytest.raises(ValueError, match="is no position, nor a range as 40-44"):
            read_numbers(text)


def test_a_wild_type_and_its_letters_have_the_numbers_of_a_list():
    wild = WildType.of("VDGV", sz.PROTEIN, GB1)
    assert wild.name(wild.read("V39A:V54L")) == "V39A:V54L"
    with pytest.raises(UnusableError, match="positions are 39, 40, 41, 54"):
        wild.read("V42A")
    named = ("V39", "D40", "G41", "V54")
    assert sz.Letters.around("VDGV", 0.1, sz.PROTEIN, first=GB1).positions == named
    fixed = sz.Letters.fixed("VDGV", [40, 54], sz.PROTEIN, first=GB1)
    assert fixed.positions == named
    assert fixed.free.tolist() == [1, 3]
    with pytest.raises(ValueError, match=r"whole numbers from 39, 40, 41, 54; got \[42\]"):
        sz.Letters.fixed("VDGV", [42], sz.PROTEIN, first=GB1)


def test_the_numbers_of_positions_that_are_no_neighbours_are_found():
    wild = WildType.of("VDGV", sz.PROTEIN)
    for text in ("V39A", "D40C", "G41L", "V54L", "V39L"):
        with pytest.raises(UnusableError):
            wild.read(text)
    assert wild.other_first() == GB1
    assert WildType.of("VDGV", sz.PROTEIN, GB1).other_first() is None
    table = {"variant": ["V39A", "D40C", "G41L", "V54L"], "value": [1.0, 2, 3, 4]}
    pd = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
    with pytest.raises(ValueError, match="first=39,40,41,54 would agree with every row"):
        sz.read_variants(pd.DataFrame(table), wild_type="VDGV", alphabet=sz.PROTEIN)


@pytest.mark.parametrize("wild", [None, "ACGT"])
def test_a_list_goes_through_frames_exports_and_report(wild, tmp_path):
    pd = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
    for name in ("pyarrow", "matplotlib", "shap", "shapiq"):
        pytest.importorskip(name, reason=f"an extra is absent: {name}")
    codes = sz.DNA.all_sequences(4)
    values = codes[:, 0] * 1.0 + 3.0 * (codes[:, 1] == 2) * (codes[:, 3] == 1)
    table = pd.DataFrame({"sequence": sz.DNA.decode(codes), "value": values})
    table.to_csv(tmp_path / "t.csv", index=False)
    made = sz.report.run(
        sz.report.read_request(
            table=tmp_path / "t.csv",
            alphabet="DNA",
            wild_type=wild,
            first="39-41,54",
            out=tmp_path / "out" if wild else "",
        ),
        progress=False,
    )
    named = ["A39", "C40", "G41", "T54"] if wild else ["39", "40", "41", "54"]
    assert made.shown.position_names == named
    assert made.shown.position_numbers == ["39", "40", "41", "54"]
    assert set(named) <= set(made.shown.to_frame().columns)
    assert made.shown.to_shap().feature_names == named
    assert made.shown.letters(0) == ["A39", "A40", "A41", "A54"]
    assert len(made.shown.to_shapiq()) == len(made.shown)
    if wild:
        _files_have_the_numbers(tmp_path / "out", named)
    found = sz.read_variants(table, variant="sequence", alphabet=sz.DNA, first=list(GB1))
    e = sz.Explainer(sz.sketch_from_samples(found)).explain(["ACGT"])
    assert e.position_names == ["39", "40", "41", "54"]


def _files_have_the_numbers(out, named):
    import pandas as pd

    read = pd.read_csv
    assert "40 54" in read(out / "interactions.csv")["positions"].tolist()
    assert set(named) <= set(read(out / "explanations.csv").columns)
    changes = read(out / "single_changes.csv")["change"]
    assert {name[1:-1] for name in changes} == {"39", "40", "41", "54"}
    assert "G40·C54" in read(out / "letter_pairs.csv")["letters"].tolist()
    assert "G40·C54" in (out / "report.html").read_text(encoding="utf-8")
    for figure in ("change_map", "position_letter_map", "first_sequence", "mean_attribution"):
        drawn = (out / f"{figure}.svg").read_text(encoding="utf-8")
        assert ">54<" in drawn, figure
        assert ">42<" not in drawn, figure
