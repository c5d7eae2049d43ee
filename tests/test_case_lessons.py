"""Lessons 08 to 10 with a model of the reader's: it is asked, and wrong values are named early."""

import papermill
import pytest
from lesson_notebooks import LESSONS
from test_parameters import run_with

CASES = [path for path in LESSONS if path.stem[:2] in {"08", "09", "10"}]
each = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
(PROTEIN_LESSON,) = [path for path in CASES if path.stem.startswith("10")]
ESM_TOKENS = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>"]
ESM_TOKENS.append("<mask>")


@pytest.fixture
def esm(tmp_path):
    """A folder with a tiny ESM-2 of random weights, long enough for the whole of GFP."""
    torch = pytest.importorskip("torch", reason="extra `plm` is absent: torch")
    transformers = pytest.importorskip("transformers", reason="extra `plm` is absent: transformers")
    folder = tmp_path / "esm"
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(ESM_TOKENS), encoding="utf-8")
    config = transformers.EsmConfig(
        vocab_size=len(ESM_TOKENS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=300, position_embedding_type="rotary",
        pad_token_id=1, mask_token_id=ESM_TOKENS.index("<mask>"), token_dropout=True,
        emb_layer_norm_before=False, initializer_range=0.5,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        transformers.EsmForMaskedLM(config).save_pretrained(folder)
    transformers.EsmTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def printed(notebook, name):
    """Return what a cell printed, without what went to stderr."""
    (cell,) = [cell for cell in notebook.cells if cell.id == name]
    return "".join(o.text for o in cell.outputs if o.get("name") == "stdout")


@pytest.mark.slow
def test_the_protein_lesson_runs_with_a_language_model(esm, tmp_path):
    values = {"model": "real", "model_folder": str(esm), "residues": "145 203", "queries": 1000}
    out = tmp_path / "out"
    out.mkdir()
    notebook = run_with(PROTEIN_LESSON, values, out)
    lines = printed(notebook, "code-5").splitlines()
    # Two residues have 400 variants, all asked about; the wild type scores 0 by definition.
    assert lines[1] == "sketch of f: R² 1.00, order 2"
    assert "model 0.00, sketch " in lines[3].replace("-0.00", "0.00")
    said = [line.split()[0] for line in printed(notebook, "check-5").splitlines()]
    assert said == ["exact", "sketch", "corrected"]


@pytest.mark.slow
@each
@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"scale": "huge"}, "laptop.*paper"),
        ({"model": "real"}, "model_folder"),
    ],
    ids=["scale", "no-folder"],
)
def test_a_wrong_value_is_named_before_anything_is_computed(path, values, wanted, tmp_path):
    with pytest.raises(
        papermill.PapermillExecutionError, match=f"ValueError: .*{wanted}"
    ) as caught:
        run_with(path, values, tmp_path)
    assert caught.value.exec_count <= 4  # parameters, the values given, imports, model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ({"model": "real", "model_folder": "./nowhere"}, "FileNotFoundError.*there is no folder"),
        ({"residues": "145 Y148"}, "TypeError: positions are whole numbers.*'Y148'"),
    ],
    ids=["folder", "letter"],
)
def test_the_protein_lesson_names_what_is_not_there(values, wanted, tmp_path):
    with pytest.raises(papermill.PapermillExecutionError, match=wanted) as caught:
        run_with(PROTEIN_LESSON, values, tmp_path)
    assert caught.value.exec_count <= 3
