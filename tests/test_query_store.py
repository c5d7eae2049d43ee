import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from asked_models import Bad, Counted, Noisy, other_waves, three_columns, waves

import shapzero_lite as sz
from shapzero_lite.queries import PROBE_COST, PROBES, StoreError
from shapzero_lite.queries.batches import Batches
from shapzero_lite.queries.probes import Probe, probe_codes
from shapzero_lite.queries.store import QueryStore

CODES = sz.DNA.random(95, 8, seed=1)


def asked(model, store, codes=CODES, total=None, **options):
    queries = sz.Queries(model, sz.DNA, store=store, **({"batch_size": 10} | options))
    queries.values = queries(codes, total)
    return queries


def ever(store, codes=CODES, size=10):
    with QueryStore(store, Batches(codes, sz.DNA, size)) as kept:
        return kept.evaluations


def files(store):
    return {p: p.read_bytes() for p in sorted(store.rglob("*")) if p.is_file()}


def test_what_is_in_the_store_is_not_asked_again(tmp_path):
    model = Counted(waves)
    first = asked(model, tmp_path / "a" / "store")
    assert len(model.batches) == 2 + 10
    assert (first.asked, first.evaluations, first.kept) == (PROBE_COST + 95, PROBE_COST + 95, 0)
    np.testing.assert_array_equal(first.values, waves(CODES))
    model = Counted(waves)
    again = asked(model, tmp_path / "a" / "store")
    # both rounds of probes, the 4 smallest and 4 largest answers, and nothing else
    assert len(model.batches) == 3
    order = np.argsort(waves(CODES), kind="stable")
    assert model.batches[2] == CODES[[*order[:4], *order[-4:]]].tobytes()
    assert (again.asked, again.evaluations, again.kept) == (PROBE_COST + 8, PROBE_COST + 95, 95)
    assert ever(tmp_path / "a" / "store") == 2 * PROBE_COST + 8 + 95
    assert again.values.tobytes() == first.values.tobytes()
    assert (first.noise, again.noise) == (0.0, 0.0)


def test_the_price_of_a_store_is_as_announced(tmp_path):
    assert PROBE_COST == 2 * PROBES == 32
    for store, price in ((None, 0), (tmp_path, PROBE_COST)):
        rows = Counted(waves)
        got = asked(rows, store)
        assert sum(map(len, rows.batches)) // 8 == got.asked == got.evaluations == 95 + price


SCRIPT = """
import sys
from concurrent.futures import ThreadPoolExecutor
import shapzero_lite as sz
sys.path.insert(0, sys.argv[2])
from asked_models import slow_waves

pool = ThreadPoolExecutor(2) if sys.argv[3] == "threads" else None
codes = sz.DNA.random(19_999, 8, seed=3)
sz.Queries(slow_waves, sz.DNA, batch_size=50, store=sys.argv[1], executor=pool)(codes)
"""


def marked(path):
    return np.count_nonzero(np.fromfile(path, "<u8")[1:])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
@pytest.mark.parametrize("how", ["here", "threads"])
def test_a_killed_run_goes_on_where_it_stopped(tmp_path, how):
    store = tmp_path / "store"
    command = [sys.executable, "-c", SCRIPT, store, Path(__file__).parent, how]
    root = str(Path(__file__).parents[1])
    paths = [root, os.environ.get("PYTHONPATH", "")]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)})
    begun = time.monotonic()
    while sum(map(marked, store.rglob("batches.u64"))) < 30:  # of 400 batches
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() - begun < 60
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL

    codes = sz.DNA.random(19_999, 8, seed=3)
    with QueryStore(store, Batches(codes, sz.DNA, 50)) as kept:
        finished, before = kept.finished.copy(), kept.evaluations
    assert 30 <= finished.sum() < 400
    rest = Counted(waves)
    got = asked(rest, store, codes, batch_size=50)
    wanted = [codes[50 * b : 50 * b + 50].tobytes() for b in np.flatnonzero(~finished)]
    assert len(rest.batches[2]) == 8 * 8  # of the kept, the extremes
    assert rest.batches[3:] == wanted
    assert got.values.tobytes() == asked(waves, None, codes, batch_size=50).values.tobytes()
    # What was under way when the run was killed was evaluated too, and is counted.
    assert before >= PROBE_COST + 50 * finished.sum()
    assert ever(store, codes, 50) == before + got.asked


@pytest.mark.parametrize("other", [other_waves, lambda x: waves(x) + 1e-4, Noisy(0.1)])
def test_another_model_is_refused_and_nothing_is_mixed_in(tmp_path, other):
    asked(waves, tmp_path)
    before = asked(waves, tmp_path, CODES[:50])
    kept = files(tmp_path)
    for codes in (CODES, CODES[:50], CODES[5:]):
        with pytest.raises(StoreError, match="holds answers of another model"):
            asked(other, tmp_path, codes)
    after = files(tmp_path)
    for path, content in kept.items():
        if path.name != "batches.u64":  # counts the probes of the refused model
            assert after[path] == content
    assert asked(waves, tmp_path, CODES[:50]).values.tobytes() == before.values.tobytes()
    assert asked(waves, tmp_path, CODES[5:]).kept == 0


def rare(letter):
    """A thresholded model: 1 for few sequences, none of them a probe, and 0 for all others."""

    def model(codes):
        return 1.0 * ((codes[:, :2] == letter).all(axis=1) & (codes[:, 2] != letter))

    return model


def test_models_that_agree_on_the_probes_are_told_apart_by_what_is_kept(tmp_path):
    # Found here: of models that are mostly 0, a second one was given the answers of the first.
    codes = sz.DNA.random(500, 8, seed=2)
    one, other = rare(1), rare(2)
    first = asked(one, tmp_path, codes)
    assert 0 < first.values.sum() < 60
    probes = asked(other, None, probe_codes(sz.DNA, 8)).values
    np.testing.assert_array_equal(probes, one(probe_codes(sz.DNA, 8)))
    kept = files(tmp_path)
    with pytest.raises(StoreError, match=r"answer is kept differs by 1, .* Nothing was mixed"):
        asked(other, tmp_path, codes)
    assert all(files(tmp_path)[p] == c for p, c in kept.items() if p.name != "batches.u64")
    assert asked(one, tmp_path, codes).kept == 500


def test_kept_answers_of_a_few_rows_are_not_asked_again(tmp_path):
    asked(waves, tmp_path, CODES[:19])
    assert asked(waves, tmp_path, CODES[:19]).asked == PROBE_COST
    asked(waves, tmp_path, CODES[:45])
    assert asked(waves, tmp_path, CODES[:45]).asked == PROBE_COST + 4


@pytest.mark.parametrize("sigma", [0.05, 2.0])
def test_a_noisy_model_is_known_by_its_kept_extremes(tmp_path, sigma):
    codes = sz.DNA.random(5000, 8, seed=2)
    for _ in range(6):
        got = asked(Noisy(sigma), tmp_path, codes, batch_size=1000)
    assert got.asked == PROBE_COST + 16  # in two rounds
    assert got.kept == 5000


def test_without_the_answers_to_the_probes_nothing_kept_is_used(tmp_path):
    # Found here: the message advised to delete the file, and then any model was the first one.
    asked(waves, tmp_path)
    [file] = tmp_path.glob("model-*.json")
    content = file.read_bytes()
    file.unlink()
    for model in (waves, other_waves):
        for codes in (CODES, CODES[:50]):
            with pytest.raises(StoreError, match=r"which tells of which model, is gone: .*delete"):
                asked(model, tmp_path, codes)
    assert not list(tmp_path.glob("model-*.json"))
    file.write_bytes(content)
    assert asked(waves, tmp_path).kept == 95
    assert asked(three_columns, tmp_path, output=1).kept == 0  # of others nothing is kept


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity", "null", '"x"', "[1.0]"])
def test_a_damaged_file_of_probes_lets_no_model_in(tmp_path, bad):
    # Found here: with a NaN in it, every comparison was false and every model accepted.
    asked(waves, tmp_path)
    [file] = tmp_path.glob("model-*.json")
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole[:-3], encoding="utf-8")
    with pytest.raises(StoreError, match=r"is damaged: of which model .* delete all of"):
        asked(waves, tmp_path)
    file.write_text(whole, encoding="utf-8")
    about = json.loads(file.read_text(encoding="utf-8"))
    answers = json.dumps(about["answers"][0][3])
    file.write_text(file.read_text(encoding="utf-8").replace(answers, bad), encoding="utf-8")
    for model in (waves, other_waves):
        with pytest.raises(StoreError, match=r"is damaged: of which model .* delete all of"):
            asked(model, tmp_path)


def test_the_last_bits_do_not_make_another_model(tmp_path):
    asked(lambda x: waves(x).astype(np.float32), tmp_path)
    asked(lambda x: (waves(x) * (1 + 1e-6)).astype(np.float32), tmp_path)


def test_a_noisy_model_is_noticed_and_known_again(tmp_path):
    for sigma in (0.01, 1.0):
        runs = [asked(Noisy(sigma), tmp_path / str(sigma)) for _ in range(20)]
        # √(χ² with 16 degrees of freedom / 16) lies within these in all but 1 of 10^5 cases
        assert all(0.3 * sigma < run.noise < 1.9 * sigma for run in runs)
        assert len({run.values.tobytes() for run in runs}) == 1
    with pytest.raises(StoreError, match="differ by"):
        asked(Noisy(0.01, scale=2.0), tmp_path / "0.01")
    for model in (waves, Noisy(0.3)):
        with pytest.raises(StoreError, match=r"differ by|varies by .*dropout"):
            asked(model, tmp_path / "0.01")


def test_a_model_that_answers_the_same_within_a_call_but_not_between_calls(tmp_path):
    rng = np.random.default_rng(0)
    assert sz.Queries(lambda x: waves(x) + rng.normal(), sz.DNA, 8).measure_noise().noise > 0.1


def test_two_probes_that_are_the_same_model():
    rng = np.random.default_rng(5)
    f = rng.normal(size=16)
    pairs = [Probe(f + rng.normal(0, 0.3, (2, 16))) for _ in range(300)]
    assert all(a.why_not(b) is None for a, b in itertools.pairwise(pairs))
    assert Probe(np.full((2, 16), 1e300)).noise == 0.0


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 20},
        {"output": 0},
        {"label": "seed 1"},
        {"codes": CODES[::-1]},
        {"codes": CODES[:-1]},
        {"codes": sz.DNA.random(95, 9, seed=1)},
    ],
)
def test_plans_are_kept_apart_in_one_store(tmp_path, change):
    first = asked(waves, tmp_path)
    assert asked(waves, tmp_path, **change).kept == 0
    assert asked(waves, tmp_path, **change).kept == len(change.get("codes", CODES))
    assert asked(waves, tmp_path).values.tobytes() == first.values.tobytes()


def test_columns_of_one_model_are_kept_apart(tmp_path):
    for _ in range(2):
        for output in (0, 1, 2):
            got = asked(three_columns, tmp_path, output=output)
            np.testing.assert_array_equal(got.values, three_columns(CODES)[:, output])


def test_sequences_made_when_needed_are_the_same_plan(tmp_path):
    calls = []

    def codes_of(start, stop):
        calls.append(stop - start)
        return CODES[start:stop]

    made = asked(waves, None, codes_of, total=95)
    assert max(calls) == 10
    np.testing.assert_array_equal(made.values, waves(CODES))
    asked(waves, tmp_path)
    assert asked(waves, tmp_path, codes_of, total=95).kept == 95


@pytest.mark.parametrize(
    ("codes_of", "total", "message"),
    [
        (lambda a, b: CODES[a:b], None, "total is a whole number of at least 1, how many"),
        (lambda a, b: CODES[a:b], 0, "total is a whole number of at least 1, how many"),
        (
            lambda a, b: CODES[a : max(b - 1, 1)],
            95,
            r"codes_of\(0, 10\) returned 9 sequences, not 10",
        ),
        (lambda a, b: CODES[a:b] + 3, 95, "sequences 1 to 10: .*outside 0..3"),
        (lambda a, b: CODES[a:b, : 8 if a < 20 else 7], 95, "21 to 30: .* length 8 is needed"),
        (CODES, 10, "total=10 was said, but 95"),
    ],
)
def test_a_function_that_makes_wrong_sequences(codes_of, total, message):
    with pytest.raises(ValueError, match=message):
        asked(waves, None, codes_of, total=total)


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_was_good_is_kept_when_a_batch_is_bad(tmp_path, value, executor):
    model = Bad(CODES[57:58], value)
    text = sz.DNA.decode(CODES[57:58])[0]
    with pytest.raises(sz.ModelError, match=rf"{value} for sequence 58 \({text}\)") as info:
        asked(model, tmp_path, executor=executor)
    (note,) = info.value.__notes__
    assert note.endswith("of 95 answers are kept in the store")
    repaired = Counted(waves)
    got = asked(repaired, tmp_path)
    assert got.kept >= 50
    assert CODES[50:60].tobytes() in repaired.batches
    np.testing.assert_array_equal(got.values, waves(CODES))


def test_a_failure_at_the_probes_is_told_from_one_of_the_design(tmp_path):
    with pytest.raises(sz.ModelError, match="nan for sequence 1 ") as info:
        asked(lambda x: np.full(len(x), np.nan), tmp_path)
    assert info.value.__notes__ == [
        "the numbers are those of the probe sequences, not of your design"
    ]


def test_a_damaged_batch_is_asked_again(tmp_path):
    first = asked(waves, tmp_path)
    (path,) = tmp_path.rglob("values.f64")
    content = bytearray(path.read_bytes())
    content[8 * 33 + 2] ^= 1
    path.write_bytes(content)
    rest = Counted(waves)
    again = asked(rest, tmp_path)
    assert rest.batches[3:] == [CODES[30:40].tobytes()]
    assert again.values.tobytes() == first.values.tobytes()


@pytest.mark.parametrize("name", ["plan.json", "values.f64", "batches.u64"])
def test_a_damaged_file_is_named(tmp_path, name):
    asked(waves, tmp_path)
    (path,) = tmp_path.rglob(name)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(StoreError, match=r"damaged.*delete it"):
        asked(waves, tmp_path)


def test_a_store_is_filled_by_one_run_at_a_time(tmp_path):
    pytest.importorskip("fcntl", reason="no file locks on this system")
    with (
        QueryStore(tmp_path, Batches(CODES, sz.DNA, 10)),
        pytest.raises(StoreError, match="another run is filling the store"),
    ):
        asked(waves, tmp_path)
    asked(waves, tmp_path)


def test_a_file_is_not_a_store(tmp_path):
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(StoreError, match="is a file; a store is a folder"):
        asked(waves, path)
    assert path.read_text() == "mine"


def test_progress_starts_from_what_is_kept(tmp_path, capsys):
    with pytest.raises(sz.ModelError):
        asked(Bad(CODES[90:91]), tmp_path)
    asked(waves, tmp_path, progress=True)
    shown = capsys.readouterr().err
    assert "| 90/95" in shown
    assert "| 95/95" in shown


def test_the_noise_is_measured_once(tmp_path):
    model = Counted(Noisy(0.01))
    queries = sz.Queries(model, sz.DNA, batch_size=10, store=tmp_path)
    assert queries.noise is None
    noise = queries.measure_noise(8).noise
    for codes in (CODES, CODES[:50]):
        queries(codes)
        assert queries.noise == noise
    assert queries.asked == queries.evaluations == PROBE_COST + 145
    assert queries.asked == sum(map(len, model.batches)) // 8
    with pytest.raises(StoreError, match="another model"):
        asked(waves, tmp_path)
    other = sz.Queries(waves, sz.DNA, 8, store=tmp_path)
    other.measure_noise()
    with pytest.raises(StoreError, match="another model"):
        other(CODES)


def test_answers_are_found_again_whatever_the_executor_makes_of_the_batch_size(tmp_path):
    with ThreadPoolExecutor(2) as two, ThreadPoolExecutor(5) as five:
        first = asked(waves, tmp_path, batch_size=None, executor=two)
        (about,) = tmp_path.rglob("plan.json")
        assert json.loads(about.read_text())["batch_size"] == 12  # 95 rows, four batches a worker
        for pool in (five, None):
            again = asked(waves, tmp_path, batch_size=None, executor=pool)
            assert (again.asked, again.kept) == (PROBE_COST + 8, 95)
            assert again.values.tobytes() == first.values.tobytes()
    assert asked(waves, tmp_path, batch_size=30).kept == 0  # said: these boundaries and no others


def test_a_store_of_the_first_format_is_still_read(tmp_path):
    # As version 0.1.0 wrote it: default batches of 8,192, probed on its own.
    about = {
        "letters": list("ACGT"), "n": 8, "total": 95, "batch_size": 8192, "output": None,
        "design": hashlib.sha256(CODES.tobytes()).hexdigest(), "label": None,
        "format": "shapzero-lite query store 1",
    }  # fmt: skip
    key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
    folder = tmp_path / f"plan-{key}"
    folder.mkdir()
    (folder / "plan.json").write_text(json.dumps(about, indent=1))
    raw = waves(CODES).astype("<f8").tobytes()
    (folder / "values.f64").write_bytes(raw)
    marks = np.array([127, (1 << 32) | zlib.crc32(raw)], "<u8")
    (folder / "batches.u64").write_bytes(marks.tobytes())
    model = {name: about[name] for name in ("letters", "n", "output")}
    key = hashlib.sha256(json.dumps(model, sort_keys=True).encode()).hexdigest()[:16]
    answers = [waves(probe_codes(sz.DNA, 8)).tolist()] * 2
    file = tmp_path / f"model-{key}.json"
    file.write_text(json.dumps({"format": about["format"], "answers": answers}))
    with ThreadPoolExecutor(2) as pool:
        got = asked(waves, tmp_path, batch_size=None, executor=pool)
    assert (got.asked, got.kept) == (PROBE_COST + 8, 95)
    np.testing.assert_array_equal(got.values, waves(CODES))
