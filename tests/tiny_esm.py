"""A tiny ESM-2: the published one's files, tokens and kind of positions, and random weights."""

import pytest

TOKENS = ["<cls>", "<pad>", "<eos>", "<unk>", *"LAGVSERTIDPKQNFYMHWCXBUZO.-", "<null_1>", "<mask>"]


def write(folder, layers, longest):
    """Write the model into a folder and return it; skip the test where the extra is absent."""
    torch = pytest.importorskip("torch", reason="extra `plm` is absent: torch")
    transformers = pytest.importorskip("transformers", reason="extra `plm` is absent: transformers")
    (folder / "vocab.txt").write_text("\n".join(TOKENS), encoding="utf-8")
    config = transformers.EsmConfig(
        vocab_size=len(TOKENS), hidden_size=16, num_hidden_layers=layers, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=longest, position_embedding_type="rotary",
        pad_token_id=1, mask_token_id=TOKENS.index("<mask>"), token_dropout=True,
        emb_layer_norm_before=False, initializer_range=0.5,
    )  # fmt: skip
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        transformers.EsmForMaskedLM(config).save_pretrained(folder)
    transformers.EsmTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder
