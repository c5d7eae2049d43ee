"""A protein language model and its letters, loaded without running anything of the files.

Weights come from ``.safetensors`` files only, code from the ``transformers`` package only, and a
folder is read without asking the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shapzero_lite.letters import PROTEIN

# Weights that may be absent from a file: scoring does not use them, or they are not learned.
_UNUSED = ("contact_head", "pooler", "position_ids", "inv_freq")


@dataclass(frozen=True, eq=False)
class Tokens:
    """A protein as a language model reads it: token numbers.

    ``row`` (T,): the wild type with what the tokenizer puts around it; ``start``: where its first
    letter stands in ``row``; ``letters`` (20,): the token of each letter; ``mask``: the mask token,
    None when there is none.
    """

    row: NDArray[np.int64]
    start: int
    letters: NDArray[np.int64]
    mask: int | None


def load(source: Any, revision: str | None) -> tuple[Any, Any, str | None]:
    """Return (model, tokenizer, kind), with kind "masked", "causal" or None (not known).

    Raises as ``huggingface`` says.
    """
    if isinstance(source, tuple):
        if len(source) != 2 or not hasattr(source[0], "eval") or not callable(source[1]):
            raise TypeError("a loaded model is given as the pair (model, tokenizer)")
        return (*source, kind_of([type(source[0]).__name__]))
    local = _is_folder(source)  # a folder that is not there is said even without transformers
    transformers = _import_transformers()
    options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": local}
    if revision is not None:
        options["revision"] = revision
    name = str(Path(source).expanduser()) if local else str(source)
    with _quiet(transformers):
        try:
            config = transformers.AutoConfig.from_pretrained(name, **options)
            kind = kind_of(config.architectures or [])
            if kind is None:
                msg = f"it is a {config.architectures}, neither a masked nor a causal model"
                raise ValueError(msg)
            tokenizer = transformers.AutoTokenizer.from_pretrained(name, **options)
            reader = getattr(
                transformers, "AutoModelForMaskedLM" if kind == "masked" else "AutoModelForCausalLM"
            )
            model, told = reader.from_pretrained(
                name, use_safetensors=True, output_loading_info=True, **options
            )
        except OSError as error:
            raise type(error)(_why_not(name, local, error)) from error
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{name} cannot be loaded by transformers {transformers.__version__}: {error}. A "
                "model that brings its own code is not run from here; load it yourself if you "
                "trust it, and give the pair (model, tokenizer)"
            ) from error
    rotary = getattr(config, "position_embedding_type", None) == "rotary"
    unused = (*_UNUSED, "position_embeddings") if rotary else _UNUSED
    absent = sorted(k for k in told["missing_keys"] if not any(u in k for u in unused))
    if absent:
        raise ValueError(
            f"the weights in {name} are not whole: {', '.join(absent[:3])} … would be random. Was "
            "the model saved without its head?"
        )
    return model.float(), tokenizer, kind


def kind_of(architectures: list[str]) -> str | None:
    """Return "masked" or "causal", by the name of the class.

    >>> kind_of(["EsmForMaskedLM"]), kind_of(["GPT2LMHeadModel"]), kind_of(["EsmModel"])
    ('masked', 'causal', None)
    """
    for name in architectures:
        if name.endswith("ForMaskedLM"):
            return "masked"
        if name.endswith(("ForCausalLM", "LMHeadModel")):
            return "causal"
    return None


def tokens(tokenizer: Any, wild_type: str, kind: str) -> Tokens:
    """Return the wild type as tokens, one for each letter.

    Raises ``ValueError`` that names the letter when a letter has no token of its own, and the
    token when one stands for several letters: then a substitution is not a change of one token.
    """
    vocabulary = tokenizer.get_vocab()
    lacking = [a for a in PROTEIN.letters if vocabulary.get(a) in (None, tokenizer.unk_token_id)]
    if lacking:
        msg = f"the tokenizer has no token of its own for the letter {', '.join(lacking)}"
        raise ValueError(msg)
    special = set(tokenizer.all_special_tokens)
    several = [
        t for t in vocabulary if len(t) > 1 and t not in special and set(t) <= set(PROTEIN.letters)
    ]
    if several:
        raise ValueError(
            f"the tokenizer has {len(several)} tokens for several letters at once, such as "
            f"{min(several)!r}; a model that reads letter by letter is needed"
        )
    letters = np.array([vocabulary[a] for a in PROTEIN.letters])
    wanted = letters[PROTEIN.encode([wild_type])[0]].tolist()
    for text in (wild_type, " ".join(wild_type)):  # some tokenizers want spaces between letters
        row = list(tokenizer(text)["input_ids"])
        for start in range(len(row) - len(wanted) + 1):
            if row[start : start + len(wanted)] == wanted:
                begin = getattr(tokenizer, "bos_token_id", None)
                # In front of a causal model's protein, so that the first letter is predicted too.
                front = [begin] if kind == "causal" and start == 0 and begin is not None else []
                read = np.array([*front, *row])
                return Tokens(read, start + len(front), letters, tokenizer.mask_token_id)
    made = tokenizer.convert_ids_to_tokens(row)
    msg = f"the tokenizer makes {made[:8]} … of the protein, not one token for each letter"
    raise ValueError(msg)


def _is_folder(source: Any) -> bool:
    """Tell a folder from a name on the Hugging Face hub, and check what the folder holds."""
    if not isinstance(source, (str, Path)):
        msg = f"give a folder, a name such as 'facebook/esm2_t6_8M_UR50D' or a pair, not {source!r}"
        raise TypeError(msg)
    folder = Path(source).expanduser()
    if not folder.is_dir():
        text = str(source)
        path = isinstance(source, Path) or text[:1] in ("/", ".", "~") or "\\" in text
        if path or text.count("/") > 1:
            msg = f"there is no folder {folder}: download a model into it (docs/adapters)"
            raise FileNotFoundError(msg)
        return False
    if not (folder / "config.json").exists():
        raise FileNotFoundError(f"{folder} lacks config.json: is it the folder of a model?")
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(p.name for p in folder.iterdir() if p.suffix in (".bin", ".pt", ".pth"))
        if pickled:
            raise ValueError(
                f"the weights in {folder} are in {pickled[0]}, a pickle, which can run code when "
                "it is loaded and is not read here; take the model's .safetensors"
            )
        raise FileNotFoundError(f"{folder} lacks model.safetensors")
    return True


def _why_not(name: str, local: bool, error: Exception) -> str:
    said = str(error).strip().split("\n")[0]
    if local:
        return f"the model in {name} cannot be read: {said}"
    return (
        f"{name!r} is no folder here, and it could not be had from the Hugging Face hub: {said}. "
        "Without a network give the folder of a model downloaded before; a model without "
        ".safetensors is not read"
    )


@contextmanager
def _quiet(transformers: Any) -> Iterator[None]:
    """Keep bars and remarks about unused weights off standard error while a model is loaded."""
    logging = transformers.utils.logging
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _import_transformers() -> Any:
    try:
        import transformers
    except ImportError as error:
        msg = 'protein language models need transformers: pip install "shapzero-lite[plm]"'
        raise ImportError(msg) from error
    return transformers
