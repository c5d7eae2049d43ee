from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import shapzero_lite as sz

CODES = sz.DNA.random(10, 4, seed=0)
VALUES = CODES.sum(axis=1).astype(float)


def asked(answer, codes=CODES, **options):
    return sz.Queries(answer, sz.DNA, **options)(codes)


@pytest.mark.parametrize(
    "form",
    [
        lambda v: v,
        lambda v: v.tolist(),
        lambda v: v[:, None],
        lambda v: v.astype(np.float32),
        lambda v: v.astype(int),
        lambda v: pd.Series(v, index=range(50, 50 + len(v))),
        lambda v: pd.DataFrame({"score": v}),
        tuple,
    ],
)
def test_one_number_a_sequence_in_any_container(form):
    got = asked(lambda x: form(x.sum(axis=1).astype(float)))
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got, VALUES)


def test_truth_values_count_as_zero_and_one():
    np.testing.assert_array_equal(asked(lambda x: x[:, 0] == 1), CODES[:, 0] == 1)


def test_torch_answers():
    torch = pytest.importorskip("torch")
    weight = torch.ones(4, dtype=torch.float64, requires_grad=True)

    def model(x):
        return torch.as_tensor(x).double() @ weight  # with a gradient

    np.testing.assert_array_equal(asked(model), VALUES)
    np.testing.assert_array_equal(asked(lambda x: model(x)[:, None]), VALUES)
    # Found here: NumPy has no bfloat16, and its TypeError came through.
    np.testing.assert_array_equal(asked(lambda x: model(x).bfloat16()), VALUES)


@pytest.mark.parametrize("batch_size", [1, 3, 10, 100])
def test_batches_are_at_most_that_large_and_in_order(batch_size):
    sizes = []

    def model(x):
        sizes.append(len(x))
        assert x.dtype == np.uint8
        return x.sum(axis=1)

    np.testing.assert_array_equal(asked(model, batch_size=batch_size), VALUES)
    assert sum(sizes) == 10
    assert max(sizes) <= batch_size


def test_a_model_that_writes_into_its_input_harms_nobody():
    codes = CODES.copy()

    def model(x):
        answer = x.sum(axis=1)
        x[:] = 0
        return answer

    np.testing.assert_array_equal(asked(model, codes, batch_size=3), VALUES)
    np.testing.assert_array_equal(codes, CODES)
    sk = sz.sketch(model, 3, sz.DNA, budget=64, progress=False)
    assert sk.spectrum.evaluate(["TTT"])[0] == pytest.approx(9)


def test_a_model_that_returns_the_same_buffer_each_time():
    buffer = np.empty(2)

    def model(x):
        buffer[: len(x)] = x.sum(axis=1)
        return buffer[: len(x)]

    np.testing.assert_array_equal(asked(model, batch_size=2), VALUES)


def columns(x):
    return np.stack([x.sum(axis=1), x[:, 0], x[:, 1]], axis=1)


def test_of_several_columns_one_must_be_chosen():
    with pytest.raises(sz.ModelError, match=r"shape \(10, 3\) .* choose one with output=0 … 2"):
        asked(columns)
    for output in (0, 1, 2):
        got = asked(columns, output=output)
        np.testing.assert_array_equal(got, columns(CODES)[:, output])
    with pytest.raises(sz.ModelError, match="output=3 was chosen, but the model returns 3 columns"):
        asked(columns, output=3)
    np.testing.assert_array_equal(asked(lambda x: x.sum(axis=1)[:, None], output=0), VALUES)
    np.testing.assert_array_equal(asked(lambda x: x.sum(axis=1), output=0), VALUES)


def test_a_column_that_is_not_there_is_not_ignored():
    # Found here: output=5 of a model with one number a sequence went through silently.
    with pytest.raises(
        sz.ModelError, match="output=5 was chosen, but the model returns one number"
    ):
        asked(lambda x: x.sum(axis=1), output=5)
    for output in ("1", 1.0):
        with pytest.raises(TypeError, match="output is a whole number, a column counted"):
            asked(columns, output=output)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda x: x, r"shape \(10, 4\) for 10 sequences"),
        (lambda x: x.sum(axis=1)[:-1], r"shape \(9,\) for 10 sequences; one number a sequence"),
        (lambda x: x.sum(axis=1)[None], r"shape \(1, 10\)"),
        (lambda x: np.zeros((10, 1, 1)), r"shape \(10, 1, 1\)"),
        (lambda x: np.zeros((10, 0)), r"shape \(10, 0\)"),
        (lambda x: 1.0, r"shape \(\)"),
        (lambda x: None, "returned None for sequences 1 to 10: it has to return one number a seq"),
        (lambda x: {"score": 1}, r"shape \(\)"),
        (lambda x: [[1], [1, 2]], "not an array of numbers"),
        (lambda x: x.sum(axis=1) + 1j, "complex128 values .* real part"),
        (lambda x: ["high"] * len(x), "<U4 values for sequences 1 to 10; real numbers"),
        (lambda x: [None] * len(x), "object values"),
    ],
)
def test_answers_that_cannot_be_used(answer, message):
    with pytest.raises(sz.ModelError, match=message) as info:
        asked(answer)
    assert isinstance(info.value, ValueError)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_sequence_without_a_finite_answer_is_named(bad):
    def model(x):
        return np.where((x == CODES[6]).all(axis=1) | (x == CODES[8]).all(axis=1), bad, 1.0)

    text = sz.DNA.decode(CODES[6:7])[0]
    for size in (4, 100):
        with pytest.raises(sz.ModelError, match=rf"{bad} for sequence 7 \({text}\)"):
            asked(model, batch_size=size)
    with pytest.raises(sz.ModelError, match="2 of 10 answers in this batch are not finite"):
        asked(model)


def test_an_exception_inside_the_model_keeps_its_cause():
    def model(x):
        if (x == CODES[7]).all(axis=1).any():
            raise KeyError("no such weight")
        return np.zeros(len(x))

    message = "the model raised KeyError on sequences 7 to 9: 'no such weight'"
    with pytest.raises(sz.ModelError, match=message) as info:
        asked(model, batch_size=3)
    assert isinstance(info.value.__cause__, KeyError)
    assert info.value.__cause__.__traceback__ is not None


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_is_not_an_error_of_the_model(signal):
    def model(_):
        raise signal

    with pytest.raises(signal):
        asked(model)


def test_what_is_not_a_model_is_refused():
    for model in (None, 3, "model", sz.models.toy().spectrum):
        with pytest.raises(TypeError, match="a model is a callable"):
            asked(model)
    for size in (0, -1):
        with pytest.raises(ValueError, match="batch_size is a whole number of at least 1, not"):
            asked(columns, batch_size=size)
    # Found here: an object was made of every batch.
    with pytest.raises(TypeError, match=r"not the class Model: make an object of it, Model\(…\)"):
        asked(type("Model", (), {"__init__": lambda self, codes: None}))


@pytest.mark.parametrize("size", ["8", 8.0, True, np.nan])
def test_a_number_of_another_kind_is_refused(size):
    for name in ("batch_size", "output", "in_flight"):
        with pytest.raises(TypeError, match=f"{name} is a whole number"):
            sz.Queries(columns, sz.DNA, **{name: size})


@pytest.mark.parametrize("store", ["", " ", 3, b"store"])
def test_a_store_is_a_path(store):
    # Found here: store="" was the working folder, and what was in it was read.
    with pytest.raises(ValueError, match="store is "):
        sz.Queries(columns, sz.DNA, store=store)


def test_a_generator_is_told_to_be_an_array():
    for answer in (lambda x: (1.0 for _ in x), lambda x: map(float, x[:, 0]), iter):
        with pytest.raises(sz.ModelError, match=r"return an array, np\.array\(list"):
            asked(answer)


def test_masked_answers_are_refused_and_others_are_none():
    def masked(codes):
        return np.ma.masked_array(codes.sum(axis=1), codes[:, 0] == CODES[3, 0])

    with pytest.raises(sz.ModelError, match=r"answers: \d+ of 10 are masked"):
        asked(masked)
    np.testing.assert_array_equal(asked(lambda x: np.ma.masked_array(x.sum(axis=1))), VALUES)


def test_progress_goes_to_standard_error_only_when_wanted(capsys):
    asked(lambda x: x.sum(axis=1), progress=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "asking" in captured.err
    asked(lambda x: x.sum(axis=1))
    assert capsys.readouterr().err == ""


class Wave:
    """A model that says what it takes, and answers with two columns."""

    alphabet, n = sz.RNA, 6

    def __call__(self, codes):
        first = np.cos(codes @ np.arange(1.0, 7)) + (codes[:, 0] == codes[:, 3])
        return np.stack([codes.sum(axis=1), first], axis=1)


def test_what_the_model_says_of_itself_is_read_and_not_contradicted():
    queries = sz.Queries(Wave(), output=1)
    assert (queries.alphabet, queries.n) == (sz.RNA, 6)
    assert queries(["ACGUAC"]).shape == (1,)
    with pytest.raises(ValueError, match="length 6 is needed"):
        queries(["ACGU"])
    refused = (
        lambda: sz.Queries(Wave(), sz.DNA),
        lambda: sz.sketch(Wave(), 6, sz.DNA),
        lambda: sz.sketch(queries, alphabet=sz.DNA),
        lambda: sz.exact_shapley(Wave(), "ACGTAC", alphabet=sz.DNA),
        lambda: sz.baselines.attribute(Wave(), "ACGTAC", "mutagenesis", alphabet=sz.DNA),
        lambda: sz.Explainer(sz.models.toy(n=6).spectrum).explain("ACGTAC", model=queries),
    )
    for call in refused:
        with pytest.raises(ValueError, match=r"alphabet=.*ACGT.* was given, .* says .*ACGU"):
            call()
    with pytest.raises(ValueError, match="n=5 was given, but the model says n=6"):
        sz.Queries(Wave(), n=5)
    with pytest.raises(TypeError, match=r"sz.Queries\(…, store=…\)"):
        sz.sketch(queries, budget=4096, store="folder")
    with pytest.raises(TypeError, match="say what the codes stand for"):
        sz.Queries(len)(["ACGT"])
    assert queries.asked == 1


def test_every_verb_takes_queries_and_they_count_it_all():
    queries = sz.Queries(Wave(), output=1)
    sketch = sz.sketch(queries, budget=4096, method="enumerate", progress=False)
    assert sz.plan(queries, budget=4096).queries == {"ask all sequences": 4096}
    x = ["ACGUAC", "GGGUUU"]
    values = sz.Explainer(sketch).explain(x, model=queries).values
    truth = [sz.exact_shapley(queries, one) for one in x]
    np.testing.assert_allclose(values, truth, atol=1e-10)
    found = sz.baselines.attribute(queries, x, "mutagenesis")
    assert found.queries == 2 * 19
    assert queries.evaluations == queries.asked == 3 * 4096 + 2 + 38
    assert queries.seconds > 0
    inside = sz.sketch(queries.__call__, 6, sz.RNA, 4096, progress=False)  # as a plain callable
    np.testing.assert_array_equal(inside.spectrum.coefficients, sketch.spectrum.coefficients)


def test_what_was_asked_how_and_what_it_cost_is_printed(tmp_path):
    with ThreadPoolExecutor(3) as pool:
        queries = sz.Queries(Wave(), output=1, executor=pool, store=tmp_path / "kept")
        queries(sz.RNA.random(50, 6, seed=0))
        queries(sz.RNA.random(50, 6, seed=0))
    lines = str(queries).splitlines()
    assert lines[0] == "Wave: 6 positions of ACGU"
    assert lines[1] == (
        "how: output 1, at most 8,192 at a time, 3 workers (ThreadPoolExecutor), kept in 'kept'"
    )
    assert lines[2].startswith("cost: 132 evaluations, 50 of them from the store; 82 asked here in")
    assert lines[2].endswith("; noise 0")
    assert repr(queries) == "<Queries of Wave, 132 evaluations>"


def test_batches_left_to_us_give_every_worker_some():
    sizes = []

    def model(x):
        sizes.append(len(x))
        return x.sum(axis=1)

    codes = sz.DNA.random(10_000, 4, seed=0)
    with ThreadPoolExecutor(8) as pool:
        got = asked(model, codes, executor=pool)
    assert max(sizes) == 313
    np.testing.assert_array_equal(got, asked(model, codes))
    assert sizes[-2:] == [8192, 1808]
