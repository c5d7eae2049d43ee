"""A protein language model of the reader's choice, through ``transformers``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from shapzero_lite._checks import whole
from shapzero_lite.letters import PROTEIN
from shapzero_lite.models.adapters.language_files import load, tokens
from shapzero_lite.models.adapters.language_model import METHODS, LanguageModel
from shapzero_lite.models.adapters.licence_notes import remind


def huggingface(
    name_or_folder: str | Path | tuple[Any, Any],
    wild_type: str,
    positions: Sequence[int],
    method: str = "auto",
    *,
    batch_size: int = 32,
    device: str = "auto",
    both_directions: bool = False,
    revision: str | None = None,
) -> LanguageModel:
    """Return a protein language model as a callable on variants (N, n) of chosen positions.

    ``name_or_folder``: a folder with ``config.json``, tokenizer and ``.safetensors`` (read without
    the network), a name on the Hugging Face hub (downloaded once; ``revision`` fixes the version),
    or a pair (model, tokenizer) that you loaded. ``wild_type``: the whole protein.
    ``positions``: those that vary, counted from 1. ``method`` (formulas: ``LanguageModel``):

    - "masked-marginal" (masked models; Meier et al. 2021): all mutated positions masked at once,
      one pass of the model for each set of positions. "auto" takes it for a masked model.
    - "single-masked": each position masked alone. Additive: **every interaction is zero**.
    - "mutant-context": each position masked while the other mutations stand; n passes a variant.
      The only one of the three in which an effect depends on the letters elsewhere.
    - "causal" (causal models; "auto" takes it): log-likelihood, left to right, with
      ``both_directions`` averaged with right to left.

    At most ``batch_size`` rows are on ``device`` at once. Raises ``FileNotFoundError`` or
    ``OSError`` for a model that is not there, ``ImportError`` without ``transformers``,
    ``ValueError`` for pickled or incomplete weights, a tokenizer without one token for each
    letter, a method that does not suit the model, and positions or letters that are not there.

    Source: Meier et al., NeurIPS 34, 29287-29303 (2021), equation for masked marginals; Notin et
    al., ICML, PMLR 162, 16990-17017 (2022), for both directions.
    """
    wild_type = str(wild_type).upper()
    if not wild_type:
        raise ValueError("wild_type is the whole protein, at least one letter")
    PROTEIN.encode([wild_type])  # says which letter is none, and where
    chosen = _positions(positions, len(wild_type))
    if method != "auto" and method not in METHODS:
        raise ValueError(f"method is 'auto' or one of {', '.join(METHODS)}; not {method!r}")
    batch_size = whole(batch_size, "batch_size")
    module, tokenizer, kind = load(name_or_folder, revision)
    if method == "auto":
        if kind is None:
            raise ValueError(f"is {type(module).__name__} masked or causal? Give the method")
        method = "masked-marginal" if kind == "masked" else "causal"
    wanted = METHODS[method]
    read = tokens(tokenizer, wild_type, wanted)
    if kind not in (wanted, None) or (wanted == "masked" and read.mask is None):
        raise ValueError(f"{method!r} is for {wanted} models, and {type(module).__name__} is none")
    longest = getattr(module.config, "max_position_embeddings", None)
    if longest is not None and len(read.row) > longest:
        raise ValueError(
            f"the protein is {len(read.row)} tokens long, and the model reads {longest}: cut a "
            "window around the positions"
        )
    if not isinstance(name_or_folder, tuple):
        remind(
            str(name_or_folder),
            "you run your own copy of this model; its licence is the one on its model card.",
        )
    return LanguageModel(
        module,
        read,
        wild_type,
        chosen,
        method,
        batch_size=batch_size,
        device=device,
        both_directions=both_directions,
    )


def _positions(positions: Sequence[int], length: int) -> list[int]:
    chosen = list(positions)
    if not chosen or not all(isinstance(p, int | np.integer) for p in chosen):
        raise ValueError(f"positions are whole numbers counted from 1; got {positions!r}")
    if min(chosen) < 1 or max(chosen) > length or len(set(chosen)) < len(chosen):
        raise ValueError(f"positions are different numbers from 1 to {length}; got {positions!r}")
    return [int(p) for p in chosen]
