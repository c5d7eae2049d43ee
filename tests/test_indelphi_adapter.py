"""inDelphi from parameter files: against its definition, outcome by outcome, on a stand-in.

The stand-in has the names and the structure of the real files (Python 2 pickles of arrays, dicts
and a fitted scikit-learn regression) and random numbers in them. With the real files in a folder
that SHAPZERO_LITE_INDELPHI names, and the reference data, the recorded values are compared too.
"""

import hashlib
import io
import math
import os
import pickle
import sys
import types
from itertools import pairwise
from pathlib import Path
from typing import ClassVar
from unittest import mock

import numpy as np
import pytest

import shapzero_lite as sz
from shapzero_lite.models.adapters import indelphi_files, licence_notes
from shapzero_lite.models.adapters.indelphi import OUTPUTS, SHAP_ZERO_FLANKS, nearest

LETTERS = "ACGT"


@pytest.fixture(autouse=True)
def unsaid(monkeypatch):
    monkeypatch.setattr(licence_notes, "_SAID", set())


class Python2(pickle._Pickler):
    """Writes bytes as Python 2 wrote its text: quoted, with escapes."""

    dispatch: ClassVar = dict(pickle._Pickler.dispatch)

    def save_bytes(self, data):
        self.write(b"S" + repr(data)[1:].encode() + b"\n")
        self.memoize(data)

    dispatch[bytes] = save_bytes


def written(thing):
    """A stream as Python 2 and an old NumPy would have written it."""
    stream = io.BytesIO()
    Python2(stream, 0).dump(thing)
    return stream.getvalue().replace(b"cnumpy._core", b"cnumpy.core")


def regression(known, rates, version):
    """A pickled nearest-neighbour regression; its classes exist while it is written only."""
    names = ["sklearn", "sklearn.neighbors", "sklearn.neighbors.regression"]
    fakes = {name: types.ModuleType(name) for name in names}
    fitted = type("KNeighborsRegressor", (), {"__module__": names[-1]})
    fakes[names[-1]].KNeighborsRegressor = fitted
    made = fitted()
    made.__dict__ = {
        "n_neighbors": 5, "weights": "distance", "effective_metric_": "euclidean",
        "effective_metric_params_": {}, "_fit_method": "kd_tree", "_fit_X": known, "_y": rates,
        "_sklearn_version": version,
    }  # fmt: skip
    with mock.patch.dict(sys.modules, fakes):
        return written(made)


def made_up(rng):
    """Random numbers in the shapes of inDelphi's parameters."""

    def layers(inputs):
        sizes = [inputs, 16, 16, 1]
        return [(rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in pairwise(sizes)]

    def shares():
        return dict(zip(LETTERS, rng.dirichlet(np.ones(4)).tolist(), strict=True))

    known = np.zeros((40, 10))
    known[np.arange(40), rng.integers(0, 4, 40)] = 1
    known[np.arange(40), rng.integers(4, 8, 40)] = 1
    known[:, 8], known[:, 9] = rng.uniform(0, 0.6, 40), rng.normal(2, 1, 40)
    spread = known.std(0)
    return {
        "nn": layers(2),
        "nn2": layers(1),
        "Normalizer": list(zip(known.mean(0), spread, strict=True)),
        "known": np.asfortranarray((known - known.mean(0)) / spread),
        "rates": rng.uniform(0.02, 0.7, 40),
        "one": {a: shares() for a in LETTERS},
        "three": {a: {b: {c: shares() for c in LETTERS} for b in LETTERS} for a in LETTERS},
    }


@pytest.fixture(scope="module")
def numbers():
    return made_up(np.random.default_rng(5))


def write(folder, numbers, version="0.20.0"):
    folder.mkdir(parents=True)
    (folder / "aax_aag_nn.pkl").write_bytes(written(numbers["nn"]))
    (folder / "aax_aag_nn2.pkl").write_bytes(written(numbers["nn2"]))
    fitted = regression(numbers["known"], numbers["rates"], version)
    for cell, table in {"HEK293": "one", "mESC": "three"}.items():
        (folder / f"Normalizer_{cell}.pkl").write_bytes(written(numbers["Normalizer"]))
        (folder / f"rate_model_{cell}.pkl").write_bytes(fitted)
        (folder / f"bp_model_{cell}.pkl").write_bytes(written(numbers[table]))


@pytest.fixture
def clone(tmp_path, numbers):
    """A folder like a clone of inDelphi-model."""
    for version in ("0.18.1", "0.20.0"):
        write(tmp_path / f"model-sklearn-{version}", numbers, version)
    return tmp_path


# ---- the definition, outcome by outcome


def network(layers, inputs):
    values = list(inputs)
    for i, (weight, bias) in enumerate(layers):
        values = [
            sum(v * w for v, w in zip(values, column, strict=True)) + b
            for column, b in zip(weight.T, bias, strict=True)
        ]
        if i < len(layers) - 1:
            values = [1 / (1 + math.exp(-2 * v)) for v in values]
    return values[0]


def deletions(target, cut, numbers):
    """Weights {(length, product or None): weight}; None stands for those without microhomology.

    A microhomology of m letters is what makes m + 1 different deletions leave the same product.
    """
    found = {}
    for J in range(1, 60):
        products = {}
        for s in range(J + 1):
            if cut >= J and cut + s <= len(target):
                left = target[: cut - J + s]
                products.setdefault(left + target[cut + s :], []).append(s)
        alone = math.exp(network(numbers["nn2"], [J]) - 0.25 * J)
        found[J, None] = alone
        for product, shifts in products.items():
            if (m := len(shifts) - 1) == 0:
                continue
            homology = target[cut - J + shifts[0] : cut - J + shifts[-1]]
            assert len(homology) == m
            strong = sum(a in "CG" for a in homology) / m
            found[J, product] = math.exp(network(numbers["nn"], [m, strong]) - 0.25 * J)
            if m == J:  # every deletion of this length is held by it
                found[J, product] += found.pop((J, None))
    return found


def outcomes(target, cut, numbers, table):
    """Percent of each outcome: {("del", length, product) or ("ins", 1, base): percent}."""
    neighbors = pytest.importorskip("sklearn.neighbors", reason="extra `lessons` is absent")
    weights = deletions(target, cut, numbers)
    total = sum(weights.values())
    by_length = [sum(w for (J, _), w in weights.items() if j == J) for j in range(1, 29)]
    p = [w / sum(by_length) for w in by_length]
    precision = 1 + sum(q * math.log(q) for q in p) / math.log(28)
    features = [float(target[cut - 1] == a) for a in LETTERS]
    features += [float(target[cut] == a) for a in LETTERS] + [precision, math.log(total)]
    scaled = [(f - m) / s for f, (m, s) in zip(features, numbers["Normalizer"], strict=True)]
    fitted = neighbors.KNeighborsRegressor(5, weights="distance")
    fitted.fit(np.ascontiguousarray(numbers["known"]), numbers["rates"])
    (rate,) = fitted.predict([scaled])
    if table == "one":
        shares = numbers["one"][target[cut - 1]]
    else:
        shares = numbers["three"][target[cut - 2]][target[cut - 1]][target[cut]]
    parts = {("del", *key): w / total for key, w in weights.items()}
    parts |= {("ins", 1, base): s * rate / (1 - rate) for base, s in shares.items()}
    whole = sum(parts.values())
    return {key: 100 * part / whole for key, part in parts.items()}


SUMMARY = {
    "frameshift": lambda k, p: p if k[0] == "ins" or k[1] % 3 else 0,
    "insertion": lambda k, p: p if k[0] == "ins" else 0,
    "microhomology": lambda k, p: p if k[0] == "del" and k[2] is not None else 0,
    "length": lambda k, p: p / 100 * k[1],
}


def summary(found, output):
    if output == "highest-insertion":
        return max(p for key, p in found.items() if key[0] == "ins")
    return sum(SUMMARY[output](key, p) for key, p in found.items())


TARGETS = [
    "ACGT" * 10,  # repeats: microhomologies as long as the deletion
    "A" * 40,
    "C" * 16 + "ACGTACGA" + "T" * 16,
    *sz.DNA.decode(sz.DNA.random(5, 40, seed=3)),
]


@pytest.mark.parametrize(("cell", "table"), [("HEK293", "one"), ("mESC", "three")])
@pytest.mark.parametrize(("n", "cut", "flanks"), [(40, 20, SHAP_ZERO_FLANKS), (40, 27, ("", ""))])
def test_every_output_is_the_definition(clone, numbers, cell, table, n, cut, flanks):
    found = [
        outcomes(flanks[0] + target + flanks[1], len(flanks[0]) + cut, numbers, table)
        for target in TARGETS
    ]
    for output in OUTPUTS:
        model = sz.models.indelphi(clone, cell, output, n=n, cut=cut, flanks=flanks)
        wanted = [summary(each, output) for each in found]
        np.testing.assert_allclose(model(TARGETS), wanted, rtol=1e-9, err_msg=output)


def test_long_targets_without_flanks(clone, numbers):
    targets = sz.DNA.decode(sz.DNA.random(2, 120, seed=8))
    model = sz.models.indelphi(clone, n=120, flanks=("", ""))
    wanted = [summary(outcomes(t, 60, numbers, "one"), "frameshift") for t in targets]
    np.testing.assert_allclose(model(targets), wanted, rtol=1e-9)


def test_known_targets_at_distance_zero_speak_alone(clone):
    neighbors = pytest.importorskip("sklearn.neighbors", reason="extra `lessons` is absent")
    fitted = sz.models.indelphi(clone).fitted
    fitted.known[7] = fitted.known[3]
    points = np.array([fitted.known[3], fitted.known[5], fitted.known[5] + 0.1])
    independent = neighbors.KNeighborsRegressor(5, weights="distance")
    independent.fit(np.ascontiguousarray(fitted.known), fitted.rates)
    np.testing.assert_allclose(nearest(points, fitted), independent.predict(points), rtol=1e-9)
    assert nearest(points, fitted)[0] == pytest.approx(fitted.rates[[3, 7]].mean())


def test_attributes_and_speed_of_a_block(clone):
    model = sz.models.indelphi(clone)
    assert (model.n, model.alphabet, model.cut) == (40, sz.DNA, 20)
    assert repr(model) == "Indelphi(frameshift, HEK293, n=40, cut=20)"
    assert model.provenance["files"] == "model-sklearn-0.20.0"
    codes = sz.DNA.random(1200, 40, seed=1)  # more than two blocks
    values = model(codes)
    assert values.shape == (1200,)
    np.testing.assert_array_equal(model(codes[700:720]), values[700:720])
    assert 0 < values.min() < values.max() < 100
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - what a process pool does
    np.testing.assert_array_equal(again(codes[:9]), values[:9])


def test_both_versions_give_the_same(clone):
    codes = sz.DNA.random(20, 40, seed=2)
    both = [sz.models.indelphi(clone / f"model-sklearn-{v}") for v in ("0.18.1", "0.20.0")]
    np.testing.assert_array_equal(both[0](codes), both[1](codes))
    assert both[0].provenance["files"] == "model-sklearn-0.18.1"


def test_licence_note_is_written_once(clone, capsys):
    for _ in range(2):
        sz.models.indelphi(clone)
    written_out = capsys.readouterr()
    assert written_out.err.count("non-commercial") == 1
    assert written_out.out == ""


def test_recorded_values():
    """Needs the reader's own copy of inDelphi, which this project may not pass on."""
    folder = os.environ.get("SHAPZERO_LITE_INDELPHI")
    name = "dna_repair/indelphi_recorded_test.npz"
    if not folder or not sz.data.available(name):
        pytest.skip("SHAPZERO_LITE_INDELPHI names no copy of inDelphi, or no reference data")
    with np.load(sz.data.path(name), allow_pickle=False) as file:
        order = [LETTERS.index(a) for a in str(file["letters"])]
        codes, values = np.array(order, np.uint8)[file["sequences"]], file["values"]
    found = sz.models.indelphi(folder)(codes)
    np.testing.assert_allclose(found - np.mean(found - values), values, atol=1e-9)


# ---- files that are not read


class Call:
    def __init__(self, function, *args):
        self.call = (function, args)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("name", ["aax_aag_nn.pkl", "rate_model_HEK293.pkl", "bp_model_HEK293.pkl"])
def test_a_malicious_pickle_is_refused(clone, name):
    marker = clone / "executed"
    path = clone / "model-sklearn-0.20.0" / name
    path.write_bytes(pickle.dumps(Call(os.system, f"touch {marker}"), 2))
    with pytest.raises(ValueError, match=rf"{name}.*(posix|nt)\.system.*Nothing in it was run"):
        sz.models.indelphi(clone)
    assert not marker.exists()


def test_a_call_hidden_in_the_regression_is_refused(clone):
    marker = clone / "executed"
    path = clone / "model-sklearn-0.20.0" / "rate_model_HEK293.pkl"
    hidden = written([Call(os.system, f"touch {marker}")])
    path.write_bytes(path.read_bytes()[:-1] + b"0" + hidden)  # the object, POP, then the call
    with pytest.raises(ValueError, match=r"(posix|nt)\.system"):
        sz.models.indelphi(clone)
    assert not marker.exists()


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder.*maxwshen/inDelphi-model"):
        sz.models.indelphi(tmp_path / "nowhere")
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError, match="is a file"):
        sz.models.indelphi(tmp_path / "file")


def test_missing_file_is_named(clone):
    (clone / "model-sklearn-0.20.0" / "bp_model_HEK293.pkl").unlink()
    with pytest.raises(FileNotFoundError, match=r"lacks bp_model_HEK293\.pkl"):
        sz.models.indelphi(clone)
    with pytest.raises(FileNotFoundError, match=r"lacks Normalizer_K562\.pkl, rate_model_K562"):
        sz.models.indelphi(clone, "K562")


def test_another_version_of_scikit_learn(tmp_path, numbers):
    write(tmp_path / "model-sklearn-1.2.0", numbers, "1.2.0")
    with pytest.raises(ValueError, match=r"model-sklearn-0\.20\.0.*found: model-sklearn-1\.2\.0"):
        sz.models.indelphi(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="found: empty"):
        sz.models.indelphi(tmp_path / "empty")


def test_files_in_the_wrong_folder(tmp_path, numbers):
    write(tmp_path / "model-sklearn-0.18.1", numbers, "0.20.0")
    with pytest.raises(ValueError, match=r"scikit-learn 0\.20\.0, and the folder is for 0\.18\.1"):
        sz.models.indelphi(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("aax_aag_nn.pkl", [(np.ones((3, 16)), np.ones(16))], r"weights of layer 1 .*\(3, 16\)"),
        ("aax_aag_nn2.pkl", [(np.ones((1, 2)), np.full(2, np.nan))], "not finite"),
        ("aax_aag_nn2.pkl", "words", "does not hold"),
        ("aax_aag_nn2.pkl", [(np.ones((1, 2)), np.ones(2))], r"answer.*\(59, 2\)"),
        ("Normalizer_HEK293.pkl", [(0.0, 1.0)] * 9, r"means and spreads.*\(9, 2\)"),
        ("Normalizer_HEK293.pkl", [(0.0, 0.0)] * 10, "spread is not positive"),
        ("rate_model_HEK293.pkl", {"a": 1}, "does not hold"),
        ("bp_model_HEK293.pkl", {"A": {"A": 1.0}}, "does not hold"),
    ],
)
def test_other_content_is_refused(clone, name, content, message):
    (clone / "model-sklearn-0.20.0" / name).write_bytes(pickle.dumps(content, 2))
    with pytest.raises(ValueError, match=rf"{name} .*{message}"):
        sz.models.indelphi(clone)


def test_insertion_rates_below_one(clone, numbers):
    path = clone / "model-sklearn-0.20.0" / "rate_model_HEK293.pkl"
    path.write_bytes(regression(numbers["known"], np.ones(40), "0.20.0"))
    with pytest.raises(ValueError, match="below 1"):
        sz.models.indelphi(clone)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell_type": "HeLa"}, "HEK293, HCT116, K562, U2OS, mESC; not for 'HeLa'"),
        ({"output": "mood"}, "frameshift, insertion"),
        ({"cut": 40}, "cut lies inside"),
        ({"cut": 1, "flanks": ("", "")}, "2 letters left"),
        ({"flanks": "ACGT"}, "two strings"),
        ({"flanks": ("ACGN", "")}, "position 4"),
    ],
)
def test_wrong_arguments(clone, options, message):
    with pytest.raises(ValueError, match=message):
        sz.models.indelphi(clone, **options)


def test_wrong_targets(clone):
    model = sz.models.indelphi(clone)
    with pytest.raises(ValueError, match="length 39"):
        model(["A" * 39])
    with pytest.raises(ValueError, match="'N'"):
        model(["A" * 39 + "N"])


def test_files_that_are_not_the_published_ones_are_read_and_named_once(clone, capsys):
    for _ in range(2):
        sz.models.indelphi(clone)
    said = capsys.readouterr().err
    assert said.count("bp_model_HEK293.pkl are not the published files; values may differ") == 1


def test_files_with_the_published_digest_are_not_named(clone, capsys, monkeypatch):
    folder = clone / "model-sklearn-0.20.0"
    names = [name.format("HEK293") for name in indelphi_files._NAMES.values()]
    digest = hashlib.sha256(b"".join((folder / name).read_bytes() for name in names)).hexdigest()
    monkeypatch.setitem(indelphi_files._PUBLISHED, ("0.20.0", "HEK293"), digest)
    sz.models.indelphi(clone)
    assert "published files" not in capsys.readouterr().err


def test_flanks_of_the_paper():
    """As the SHAP zero scripts draw them: seed 42, letters in the order A, C, T, G."""
    import random

    drawn = random.Random(42)  # noqa: S311 - theirs
    letters = "".join("ACTG"[drawn.randint(0, 3)] for _ in range(40))
    assert (letters[:20], letters[20:]) == SHAP_ZERO_FLANKS


def test_no_page_of_the_documentation_is_missing():
    folder = Path(__file__).parent.parent / "docs" / "adapters"
    for name in ("tiger", "indelphi", "huggingface"):
        assert (folder / f"{name}.md").is_file()
