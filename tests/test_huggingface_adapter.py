"""Protein language models: scores against probabilities worked out by hand, one pass at a time."""

import itertools
import pickle

import numpy as np
import pytest
import tiny_esm

import shapzero_lite as sz
from shapzero_lite.models.adapters import licence_notes

torch = pytest.importorskip("torch", reason="extra `plm` is absent: torch")
transformers = pytest.importorskip("transformers", reason="extra `plm` is absent: transformers")

WILD = "MKTAYIAKQRQISFVKSHFS"
POSITIONS = (3, 7, 12)


@pytest.fixture(autouse=True)
def unsaid(monkeypatch):
    monkeypatch.setattr(licence_notes, "_SAID", set())


def save(folder, module, tokenizer):
    module.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def esm(tmp_path_factory):
    return tiny_esm.write(tmp_path_factory.mktemp("esm"), layers=2, longest=66)


UNKNOWN, BEGIN, END = "<unk>", "<s>", "</s>"


def letter_tokenizer(words, spaces=False):
    """A tokenizer of these words, letter by letter, or of letters with spaces between them."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, UNKNOWN))
    between = pre_tokenizers.WhitespaceSplit() if spaces else pre_tokenizers.Split("", "isolated")
    made.pre_tokenizer = between
    special = {"unk_token": UNKNOWN, "bos_token": BEGIN, "eos_token": END}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, **special)


def gpt2(vocabulary):
    config = transformers.GPT2Config(
        vocab_size=vocabulary, n_positions=40, n_embd=16, n_layer=2, n_head=2,
        initializer_range=0.5, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    torch.manual_seed(1)
    return transformers.GPT2LMHeadModel(config)


@pytest.fixture(scope="module")
def causal(tmp_path_factory):
    """A folder with a tiny causal model that reads letter by letter."""
    words = [UNKNOWN, BEGIN, END, *sz.PROTEIN.letters]
    return save(tmp_path_factory.mktemp("causal"), gpt2(len(words)), letter_tokenizer(words))


def variant(letters, positions=POSITIONS):
    protein = list(WILD)
    for letter, position in zip(letters, positions, strict=True):
        protein[position - 1] = letter
    return "".join(protein)


VARIANTS = ["TAI", "AAI", "TWI", "AWI", "AWC", "GGG"]  # the first is the wild type


class ByHand:
    """Log probabilities from transformers' own objects, one sequence and one pass at a time."""

    def __init__(self, folder):
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.module = transformers.AutoModelForMaskedLM.from_pretrained(folder).eval()

    def __call__(self, protein, masked, position, letter):
        text = "".join("<mask>" if p in masked else a for p, a in enumerate(protein, start=1))
        with torch.no_grad():
            logits = self.module(**self.tokenizer(text, return_tensors="pt")).logits[0]
        token = self.tokenizer.convert_tokens_to_ids(letter)
        return torch.log_softmax(logits.double(), -1)[position, token].item()  # <cls> is 0


def masked_by_hand(folder, method, letters):
    p = ByHand(folder)
    x, w = variant(letters), WILD
    total = 0.0
    for position in POSITIONS:
        new, old = x[position - 1], w[position - 1]
        differ = {q for q in POSITIONS if x[q - 1] != w[q - 1]}
        if method == "mutant-context":
            total += p(x, {position}, position, new) - p(w, {position}, position, old)
        elif position in differ:
            masked = differ if method == "masked-marginal" else {position}
            total += p(w, masked, position, new) - p(w, masked, position, old)
    return total


@pytest.mark.parametrize("method", ["masked-marginal", "single-masked", "mutant-context"])
def test_masked_scores_are_the_formulas(esm, method):
    model = sz.models.huggingface(esm, WILD, POSITIONS, method, batch_size=2)
    wanted = [masked_by_hand(esm, method, letters) for letters in VARIANTS]
    np.testing.assert_allclose(model(VARIANTS), wanted, atol=2e-5)
    assert abs(model(VARIANTS[:1])[0]) < 1e-5


def test_attributes_and_default_of_a_masked_model(esm):
    model = sz.models.huggingface(str(esm), WILD.lower(), POSITIONS)
    assert model.method == "masked-marginal"
    assert (model.alphabet, model.n, model.wild_type) == (sz.PROTEIN, 3, "TAI")
    assert model.positions == POSITIONS
    assert not model.module.training
    assert repr(model) == "LanguageModel(EsmForMaskedLM, masked-marginal, T3 A7 I12)"


@pytest.mark.parametrize("method", ["masked-marginal", "single-masked", "mutant-context"])
def test_answers_do_not_depend_on_the_batch(esm, method):
    codes = sz.PROTEIN.random(30, 3, seed=0)
    some = sz.models.huggingface(esm, WILD, POSITIONS, method, batch_size=7)
    one = sz.models.huggingface(esm, WILD, POSITIONS, method, batch_size=1)
    np.testing.assert_allclose(some(codes), one(codes), atol=1e-5)
    np.testing.assert_allclose(some(codes[::-1])[::-1], some(codes), atol=1e-5)


def additive_remainder(model):
    """Largest second difference over pairs of mutations: 0 for an additive score."""
    wild, other = model.wild_type, "GWC"
    f = {}
    for which in itertools.product([False, True], repeat=3):
        x = "".join(b if m else a for a, b, m in zip(wild, other, which, strict=True))
        f[which] = model([x])[0]
    none = (False, False, False)
    alone = {i: f[tuple(j == i for j in range(3))] - f[none] for i in range(3)}
    return max(abs(f[which] - f[none] - sum(alone[i] for i in range(3) if which[i])) for which in f)


def test_single_masks_have_no_interactions_and_the_others_do(esm):
    def of(method):
        return additive_remainder(sz.models.huggingface(esm, WILD, POSITIONS, method))

    assert of("single-masked") < 1e-5
    assert of("masked-marginal") > 1e-2
    assert of("mutant-context") > 1e-2


def test_masked_marginal_asks_once_for_each_set_of_positions(esm, monkeypatch):
    model = sz.models.huggingface(esm, WILD, POSITIONS)
    rows = []
    ask = model._log_p
    monkeypatch.setattr(model, "_log_p", lambda r: rows.append(len(r)) or ask(r))
    model(sz.PROTEIN.all_sequences(3))
    assert sum(rows) == 2**3
    model(sz.PROTEIN.all_sequences(3))
    assert sum(rows) == 2**3


def test_a_forgotten_set_of_positions_is_asked_again(esm, monkeypatch):
    from shapzero_lite.models.adapters import language_model

    codes = sz.PROTEIN.random(40, 3, seed=2)
    wanted = sz.models.huggingface(esm, WILD, POSITIONS)(codes)
    monkeypatch.setattr(language_model, "_KEPT", 2)
    model = sz.models.huggingface(esm, WILD, POSITIONS, batch_size=2)
    np.testing.assert_allclose(model(codes), wanted, atol=1e-5)
    assert len(model._tables) <= 2


def causal_by_hand(folder, protein):
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    module = transformers.AutoModelForCausalLM.from_pretrained(folder).eval()
    ids = [tokenizer.bos_token_id, *tokenizer.convert_tokens_to_ids(list(protein))]
    total = 0.0
    for t in range(1, len(ids)):  # one pass for each letter: nothing after it is seen
        with torch.no_grad():
            logits = module(torch.tensor([ids[:t]])).logits[0, -1]
        total += torch.log_softmax(logits.double(), -1)[ids[t]].item()
    return total


@pytest.mark.parametrize("both", [False, True])
def test_causal_scores_are_the_formula(causal, both):
    model = sz.models.huggingface(causal, WILD, POSITIONS, batch_size=4, both_directions=both)
    assert model.method == "causal"

    def by_hand(protein):
        forward = causal_by_hand(causal, protein)
        return (forward + causal_by_hand(causal, protein[::-1])) / 2 if both else forward

    wanted = [by_hand(variant(letters)) - by_hand(WILD) for letters in VARIANTS]
    np.testing.assert_allclose(model(VARIANTS), wanted, atol=1e-4)


def test_the_first_letter_counts_when_there_is_a_beginning(causal):
    model = sz.models.huggingface(causal, WILD, [1])
    (change,) = model(["W"])
    assert change == pytest.approx(
        causal_by_hand(causal, "W" + WILD[1:]) - causal_by_hand(causal, WILD), abs=1e-4
    )


def test_a_loaded_pair_is_taken(causal):
    pair = (
        transformers.AutoModelForCausalLM.from_pretrained(causal),
        transformers.AutoTokenizer.from_pretrained(causal),
    )
    given = sz.models.huggingface(pair, WILD, POSITIONS)
    read = sz.models.huggingface(causal, WILD, POSITIONS)
    np.testing.assert_allclose(given(VARIANTS), read(VARIANTS), atol=1e-6)


def test_a_tokenizer_that_wants_spaces_between_letters():
    words = [UNKNOWN, BEGIN, END, *sz.PROTEIN.letters]
    given = [
        sz.models.huggingface((gpt2(len(words)), letter_tokenizer(words, spaces)), WILD, POSITIONS)
        for spaces in (False, True)
    ]
    np.testing.assert_array_equal(given[0](VARIANTS), given[1](VARIANTS))


def test_it_can_be_sketched_and_sent_to_a_process(esm):
    model = sz.models.huggingface(esm, WILD, POSITIONS)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own
    np.testing.assert_array_equal(again(VARIANTS), model(VARIANTS))
    codes = sz.PROTEIN.all_sequences(3)
    spectrum = sz.Spectrum.from_values(model(codes).reshape(20, 20, 20), sz.PROTEIN)
    found = sz.interactions(spectrum, sz.PROTEIN.encode(["AWC"]), max_order=2)
    assert max(abs(found.values[0])) > 0


def test_the_random_generator_is_left_alone(esm):
    before = torch.get_rng_state()
    sz.models.huggingface(esm, WILD, POSITIONS)(VARIANTS)
    assert torch.equal(before, torch.get_rng_state())


def test_licence_note_is_written_once(esm, capfd):
    for _ in range(2):
        sz.models.huggingface(esm, WILD, POSITIONS)
    written = capfd.readouterr()
    assert written.err.count("licence") == 1
    assert "Loading" not in written.err
    assert written.out == ""


# ---- errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("MKB", [1]), "position 3: 'B'"),
        (("", [1]), "whole protein"),
        ((WILD, []), "counted from 1"),
        ((WILD, [0]), "from 1 to 20"),
        ((WILD, [21]), "from 1 to 20"),
        ((WILD, [3, 3]), "different numbers"),
        ((WILD, [1.5]), "whole numbers"),
        ((WILD, [1], "perplexity"), "'auto' or one of"),
        ((WILD, [1], "causal"), "causal models"),
        ((WILD * 4, [1]), "82 tokens long, and the model reads 66"),
    ],
)
def test_wrong_arguments(esm, arguments, message):
    with pytest.raises(ValueError, match=message):
        sz.models.huggingface(esm, *arguments)


def test_wrong_sequences(esm):
    model = sz.models.huggingface(esm, WILD, POSITIONS)
    with pytest.raises(ValueError, match="length 4"):
        model(["AAAA"])
    with pytest.raises(ValueError, match="'B'"):
        model(["ABA"])


def test_masked_scores_need_a_mask(causal):
    with pytest.raises(ValueError, match="GPT2LMHeadModel is none"):
        sz.models.huggingface(causal, WILD, POSITIONS, "masked-marginal")


@pytest.mark.parametrize("folder", ["./nowhere", "/nowhere/esm2", "models/esm2/t6", "~/nowhere"])
def test_a_folder_that_is_not_there(folder):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        sz.models.huggingface(folder, WILD, POSITIONS)


def test_a_name_without_a_network(monkeypatch):
    def refuse(*_, **options):
        assert options["local_files_only"] is False
        assert options["trust_remote_code"] is False
        message = "We couldn't connect to the hub"
        raise OSError(message)

    monkeypatch.setattr(transformers.AutoConfig, "from_pretrained", refuse)
    with pytest.raises(OSError, match=r"no folder here.*couldn't connect.*Without a network"):
        sz.models.huggingface("facebook/esm2_t6_8M_UR50D", WILD, POSITIONS)


def test_a_folder_is_read_without_the_network(esm, monkeypatch):
    import socket

    def refuse(*_, **__):
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    sz.models.huggingface(esm, WILD, POSITIONS)(VARIANTS)


def test_pickled_weights_are_refused(esm, tmp_path):
    for name in ("config.json", "vocab.txt", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((esm / name).read_bytes())
    with pytest.raises(FileNotFoundError, match=r"lacks model\.safetensors"):
        sz.models.huggingface(tmp_path, WILD, POSITIONS)
    (tmp_path / "pytorch_model.bin").write_bytes(b"anything")
    with pytest.raises(ValueError, match=r"pytorch_model\.bin, a pickle"):
        sz.models.huggingface(tmp_path, WILD, POSITIONS)


def test_code_in_a_folder_is_not_run(esm, tmp_path):
    import json

    for path in esm.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = json.loads((esm / "config.json").read_text(encoding="utf-8"))
    config |= {"model_type": "own", "auto_map": {"AutoConfig": "own.OwnConfig"}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w').close()\n")
    with pytest.raises(ValueError, match="brings its own code is not run"):
        sz.models.huggingface(tmp_path, WILD, POSITIONS)
    assert not (tmp_path / "executed").exists()


def test_weights_without_the_head_are_refused(esm, tmp_path):
    from safetensors.torch import load_file, save_file

    for path in esm.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = load_file(esm / "model.safetensors")
    kept = {name: w for name, w in weights.items() if "lm_head.dense" not in name}
    save_file(kept, tmp_path / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ValueError, match=r"not whole: lm_head\.dense\.bias"):
        sz.models.huggingface(tmp_path, WILD, POSITIONS)


def test_tokens_for_several_letters_are_refused():
    words = [UNKNOWN, BEGIN, END, *sz.PROTEIN.letters, "LL"]
    pair = (gpt2(len(words)), letter_tokenizer(words))
    with pytest.raises(ValueError, match="several letters at once, such as 'LL'"):
        sz.models.huggingface(pair, WILD, POSITIONS)


def test_a_letter_without_a_token_is_named():
    words = [UNKNOWN, BEGIN, END, *(a for a in sz.PROTEIN.letters if a != "W")]
    pair = (gpt2(len(words)), letter_tokenizer(words))
    with pytest.raises(ValueError, match="for the letter W"):
        sz.models.huggingface(pair, WILD, POSITIONS)


def test_a_folder_that_holds_another_kind_of_model(tmp_path):
    config = transformers.EsmConfig(vocab_size=33, hidden_size=8, num_hidden_layers=1,
        num_attention_heads=1, intermediate_size=8, pad_token_id=1, mask_token_id=32)  # fmt: skip
    transformers.EsmModel(config).save_pretrained(tmp_path)
    with pytest.raises(ValueError, match="neither a masked nor a causal model"):
        sz.models.huggingface(tmp_path, WILD, POSITIONS)
