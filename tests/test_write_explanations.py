"""Any number of sequences to files: the same values as in memory, a piece at a time."""

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.report import tables, write_explanations

pd = pytest.importorskip("pandas", reason="extra `lessons` is absent: pandas")
pytest.importorskip("pyarrow", reason="extra `lessons` is absent: pyarrow")


def test_pieces_hold_what_one_explanation_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "_MOST_ROWS", 100)
    letters = sz.Letters.around("ACGTAC", 0.3, first=37)
    model = sz.models.toy(n=6, terms=20, max_order=3, seed=1)
    sketch = sz.sketch(model, letters=letters, budget=5000, progress=False)
    explainer, explained = sz.Explainer(sketch), sz.Explainer.explain
    codes = letters.draw(730, np.random.default_rng(0))
    expected = explainer.explain(codes)
    seen = []

    def spied(self, rows, **how):
        seen.append(len(rows))
        return explained(self, rows, **how)

    monkeypatch.setattr(sz.Explainer, "explain", spied)
    named = {f"s{row}": text for row, text in enumerate(sz.DNA.decode(codes))}
    written = write_explanations(explainer, named, tmp_path / "new" / "out")
    assert max(seen) <= 100  # 200 sequences are looked at only where sets are very many
    assert written.n_sequences == 730
    frame = pd.read_parquet(tmp_path / "new" / "out" / "explanations.parquet")
    assert frame["name"].tolist() == list(named)
    np.testing.assert_array_equal(frame[expected.position_names], expected.values)
    np.testing.assert_allclose(written.totals, expected.base_value + expected.values.sum(axis=1))
    sets = pd.read_parquet(tmp_path / "new" / "out" / "interactions.parquet")
    numbers, subsets = expected.position_numbers, expected.interactions.subsets
    columns = [" ".join(numbers[i] for i in T) for T in subsets]
    assert list(sets.columns[1:]) == columns
    np.testing.assert_allclose(sets.iloc[:, 1:], expected.interactions.values, atol=1e-6)
    again = write_explanations(explainer, codes, tmp_path / "new" / "out", max_order=1)
    assert (again.n_sequences, again.n_sets_found) == (730, 6)


def test_what_is_wrong_is_told_before_a_file_is_there(tmp_path):
    explainer = sz.Explainer(sz.models.toy(n=6, seed=0).spectrum)
    for given, message in (
        ([], "no sequence"), (["ACGTAX"], "position 6"), (["ACGT"], "length"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            write_explanations(explainer, given, tmp_path / "out")
    with pytest.raises(ValueError, match="folder is empty"):
        write_explanations(explainer, ["ACGTAC"], "")
    with pytest.raises(ValueError, match="max_order is a whole number"):
        write_explanations(explainer, ["ACGTAC"], tmp_path / "out", max_order=0)
    assert not (tmp_path / "out").exists()
