"""The shipped repair model: against its definition by enumerating products, errors, provenance."""

import csv
import itertools
import json
import math
import pickle
import time

import numpy as np
import pytest

from shapzero_lite import data
from shapzero_lite.letters import DNA
from shapzero_lite.models import _dna_repair

MEASURED = "dna_repair/HEK293_heldout.csv"


@pytest.fixture(scope="module")
def model():
    return _dna_repair.dna_repair()


def microhomologies_from_products(x, longest):
    """(J, m) by cutting: m + 1 deletions of J letters leave the same product.

    Another road than comparing letters: it makes every deletion that takes a letter on either
    side of the cut, or ends at it, and looks at what remains.
    """
    found = []
    for J in range(1, longest + 1):
        kept = [s for s in range(20 - J, 21) if s >= 0 and s + J <= 40]  # letters kept on the left
        products = [tuple(x[:s]) + tuple(x[s + J :]) for s in kept]
        for _, same in itertools.groupby(products):
            m = len(list(same)) - 1
            if m:
                found.append((J, m))
    return found


def by_definition(p, x):
    """The frameshift frequency of one target, term by term in plain Python."""
    weights = {J: math.exp(p["c"] - J / p["d"]) for J in range(1, p["longest"] + 1)}
    for J, m in microhomologies_from_products(x, p["longest"]):
        if m >= p["shortest"]:
            weights[J] += math.exp(p["a"] * m - J / p["b"])
    total = sum(weights.values())
    logit = p["u"][x[19]] - p["e"] * math.log(total)
    insertions = 1 / (1 + math.exp(-logit))
    shifting = sum(w for J, w in weights.items() if J % 3)
    return insertions + (1 - insertions) * shifting / total


def with_homology(seed):
    """Targets with a planted copy across the cut, so that long microhomologies occur too."""
    rng = np.random.default_rng(seed)
    codes = DNA.random(60, 40, seed=seed)
    for row in codes[:40]:
        m, left = int(rng.integers(2, 15)), int(rng.integers(0, 6))
        right = 20 + int(rng.integers(0, 6))
        copied = row[20 - left - m : 20 - left][: 40 - right]
        row[right : right + len(copied)] = copied
    codes[40:44] = np.arange(4)[:, None]  # one letter throughout: runs as long as they get
    return codes


def test_attributes_and_shape(model):
    f = model(DNA.random(7, 40, seed=0))
    assert f.shape == (7,)
    assert f.dtype == np.float64
    assert (model.n, model.alphabet) == (40, DNA)
    assert "fraction" in model.units
    assert "Shen et al. 2018" in model.citation


def test_microhomologies_are_classes_of_equal_products():
    for x in with_homology(1):
        for longest in (20, 39):
            assert _dna_repair.microhomologies(x, 1, longest) == microhomologies_from_products(
                x, longest
            )


def test_microhomologies_drops_the_short_and_the_far():
    n_kept = 0
    for x in with_homology(2):
        everything = _dna_repair.microhomologies(x, 1, 39)
        kept = [(J, m) for J, m in everything if m >= 3 and J <= 12]
        assert _dna_repair.microhomologies(x, 3, 12) == kept
        n_kept += len(kept)
    assert n_kept > 30


def test_every_spanning_deletion_belongs_to_one_product():
    # J + 1 deletions of J <= 20 letters span the cut; every letter of homology merges two
    x = with_homology(3)[5]
    for J in range(1, 21):
        products = {(*x[:s], *x[s + J :]) for s in range(20 - J, 21)}
        merged = sum(m for j, m in _dna_repair.microhomologies(x) if j == J)
        assert len(products) == J + 1 - merged


def test_equals_the_definition(model):
    codes = np.vstack([with_homology(4), DNA.random(60, 40, seed=5)])
    expected = [by_definition(model.parameters, row) for row in codes.tolist()]
    np.testing.assert_allclose(model(codes), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("shortest", "longest"), [(1, 39), (2, 20), (3, 30), (2, 5)])
def test_equals_the_definition_with_other_numbers(shortest, longest):
    p = {"a": 0.7, "b": 6.0, "c": 0.4, "d": 11.0, "e": 0.9, "u": [0.1, -2.0, 1.0, 0.3]}
    p |= {"shortest": shortest, "longest": longest}
    codes = with_homology(6)
    expected = [by_definition(p, row) for row in codes.tolist()]
    actual = _dna_repair.EndJoining(p, {})(codes)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-12)


def test_a_perfect_in_frame_homology_lowers_the_frameshift(model):
    apart = "ACTTGACCTAGGCATTACCG" + "TTGAACGGTCATAGCTACCA"
    # deletion of 6 letters with 6 letters of microhomology: TTACCG stands again right of the cut
    held = apart[:20] + "TTACCG" + apart[26:]
    # deletion of 7 letters with the same homology shifts the frame
    shifted = apart[:20] + "C" + "TTACCG" + apart[27:]
    f = model([apart, held, shifted])
    assert f[1] < 0.3 < f[0]
    assert f[2] > 0.8
    assert _dna_repair.microhomologies(held, 6) == [(6, 6)]
    assert _dna_repair.microhomologies(shifted, 6) == [(7, 6)]


def test_does_not_depend_on_the_batch_and_is_deterministic(model):
    codes = DNA.random(5000, 40, seed=7)
    f = model(codes)
    assert np.array_equal(_dna_repair.dna_repair()(codes), f)
    parts = [model(codes[i : i + 777]) for i in range(0, 5000, 777)]
    np.testing.assert_allclose(np.concatenate(parts), f, rtol=0, atol=1e-14)


def test_codes_of_any_integer_type_memory_order_and_text(model):
    codes = DNA.random(9, 40, seed=8)
    f = model(codes)
    assert np.array_equal(model(codes.astype(np.int64)), f)
    assert np.array_equal(model(np.asfortranarray(codes)), f)
    assert np.array_equal(model(DNA.decode(codes)), f)


def test_half_a_million_sequences_a_second(model):
    codes = DNA.random(250_000, 40, seed=9)
    model(codes[:1000])  # the table of run sums is made once
    seconds = []
    for _ in range(3):
        start = time.process_time()
        model(codes)
        seconds.append(time.process_time() - start)
    assert len(codes) / min(seconds) > 500_000


def test_travels_to_a_worker_process(model):
    sent = pickle.dumps(model)
    assert len(sent) < 10_000  # the table stays here
    codes = DNA.random(20, 40, seed=10)
    assert np.array_equal(pickle.loads(sent)(codes), model(codes))  # noqa: S301 - made a line above


def test_far_from_additive_and_within_bounds(model):
    codes = DNA.random(8000, 40, seed=11)
    f = model(codes)
    assert f.min() > 0
    assert f.max() < 1
    X = np.column_stack([np.ones(len(codes)), np.eye(4)[codes][:, :, 1:].reshape(len(codes), -1)])
    beta = np.linalg.lstsq(X[:6000], f[:6000])[0]
    r2 = 1 - np.var(f[6000:] - X[6000:] @ beta) / np.var(f[6000:])
    assert r2 < 0.3  # what matters is which letters meet across the cut


@pytest.mark.parametrize(
    ("codes", "error", "words"),
    [
        (np.zeros((2, 39), np.uint8), ValueError, "length 40"),
        (np.zeros((2, 3, 40), np.uint8), ValueError, "shape"),
        (np.zeros((0, 40), np.uint8), ValueError, "at least one"),
        (np.zeros((2, 40)), TypeError, "whole numbers"),
        (np.full((2, 40), 4, np.uint8), ValueError, "sequence 1, position 1"),
        (["ACGU" * 10], ValueError, "U is RNA"),
    ],
)
def test_errors(model, codes, error, words):
    with pytest.raises(error, match=words):
        model(codes)


def test_a_file_that_is_no_model(tmp_path, model):
    foreign = tmp_path / "foreign.json"
    for text in (
        "{}",
        "no json",
        json.dumps({"parameters": {"a": 1}, "provenance": {}}),
        json.dumps({"parameters": model.parameters | {"b": -1}, "provenance": {}}),
        json.dumps({"parameters": model.parameters | {"u": [1, 2, 3]}, "provenance": {}}),
    ):
        foreign.write_text(text)
        with pytest.raises(ValueError, match="does not hold the numbers"):
            _dna_repair.dna_repair(foreign)
    with pytest.raises(FileNotFoundError):
        _dna_repair.dna_repair(tmp_path / "absent.json")


@pytest.mark.parametrize("bad", [{"longest": 40}, {"shortest": 0}, {"d": 0}, {"e": math.nan}])
def test_numbers_that_make_no_model(model, bad):
    with pytest.raises(ValueError, match="must be"):
        _dna_repair.EndJoining(model.parameters | bad, {})


def test_file_is_small_and_says_where_it_comes_from(model):
    assert data.path("end_joining.json").stat().st_size <= 10_000
    provenance = model.provenance
    assert "Shen et al. 2018" in provenance["citation"]
    assert {"what", "source", "seed", "setting", "loss", "prior", "made_by"} <= set(provenance)
    table = provenance["cross_validated"]
    assert table["end joining"]["pearson"] >= 0.76
    for name, row in table.items():
        if not name.startswith("end joining"):
            assert table["end joining"]["pearson"] > row["pearson"] + 0.2


def test_on_the_measured_targets(model):
    if not data.available(MEASURED):
        pytest.skip("needs the reference data: SHAPZERO_LITE_DATA does not hold " + MEASURED)
    with data.path(MEASURED).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    f = model([row["Left_seq"] + row["Right_seq"] for row in rows])
    measured = np.array([float(row["Frameshift frequency"]) for row in rows])
    assert len(rows) == 84
    stated = model.provenance["pearson_on_fitted_targets"]
    assert np.corrcoef(f, measured)[0, 1] >= stated
    assert stated > model.provenance["cross_validated"]["end joining"]["pearson"]


def test_microhomologies_of_several_sequences_are_refused():
    with pytest.raises(ValueError, match="one sequence are listed at a time, not of 2"):
        _dna_repair.microhomologies(DNA.random(2, 40, seed=0))
