"""How an encoder's outputs become one embedding, as the model's own folder says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sciml_magics.errors import ModelError
from sciml_magics.models.head_files import has_head, read_modules, step_name
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.text_input import MOST_TOKENS

Pooling = Literal["mean", "cls", "max"]

# The root of the length scales an embedding, which normalising undoes.
_POOLINGS: Mapping[str, Pooling] = {
    "mean": "mean",
    "mean_sqrt_len_tokens": "mean",
    "mean_tokens": "mean",
    "cls": "cls",
    "cls_token": "cls",
    "max": "max",
    "max_tokens": "max",
}
# Beside the RoBERTas, these count positions from after the number of the padding token.
_COUNT_FROM_PADDING = ("camembert", "mpnet", "longformer", "luke", "ibert", "xmod", "esm")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How token outputs are pooled, and how long a text may be.

    Parameters
    ----------
    pooling
        ``"mean"`` over all tokens, the first one (``"cls"``), or the ``"max"`` of every dimension.
    max_length
        Most tokens of a window, special tokens included.
    """

    pooling: Pooling
    max_length: int


def read_recipe(files: ModelFiles) -> Recipe:
    """The recipe of a sentence-transformers folder; the mean of all tokens for any other.

    Raises
    ------
    ModelError
        If the folder asks for a step that is not known here.
    """
    return Recipe(_pooling(files), _max_length(files))


def _pooling(files: ModelFiles) -> Pooling:
    chosen: Pooling = "mean"
    modules = read_modules(files.path)
    # A head makes no part of the embedding that it reads.
    for module in modules[:-1] if has_head(files) else modules:
        step = step_name(module)
        if step == "Pooling":
            config = _json(files.path / module["path"] / "config.json") or {}
            chosen = _known_pooling(files.id, config)
        elif step not in ("Transformer", "Normalize"):
            raise ModelError(
                f"model '{files.id}' turns its embeddings by a '{step}' step, which is not "
                "supported: choose a model that pools by mean, max or the first token"
            )
    return chosen


def _known_pooling(model: str, config: Mapping[str, Any]) -> Pooling:
    mode = config.get("pooling_mode")
    if mode is None:
        prefix = "pooling_mode_"
        mode = [
            key.removeprefix(prefix) for key, on in config.items() if key.startswith(prefix) and on
        ]
    modes = [mode] if isinstance(mode, str) else list(mode)
    if len(modes) != 1 or modes[0] not in _POOLINGS:
        raise ModelError(
            f"model '{model}' pools by {' and '.join(modes) or 'nothing'}, which is not supported: "
            "choose one that pools by mean, max or the first token"
        )
    return _POOLINGS[modes[0]]


def _max_length(files: ModelFiles) -> int:
    limits = [
        (_json(files.path / "sentence_bert_config.json") or {}).get("max_seq_length"),
        (_json(files.path / "tokenizer_config.json") or {}).get("model_max_length"),
        _positions(files.config),
    ]
    known = [MOST_TOKENS] + [
        int(limit) for limit in limits if isinstance(limit, int | float) and 0 < limit < 1e6
    ]
    return min(known)


def _positions(config: Mapping[str, Any]) -> int | None:
    positions = config.get("max_position_embeddings")
    if not isinstance(positions, int) or positions <= 0:
        return None
    kind = str(config.get("model_type", ""))
    if "roberta" in kind or kind in _COUNT_FROM_PADDING:
        return positions - int(config.get("pad_token_id") or 0) - 1
    return positions


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}") from error
