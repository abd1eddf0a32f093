"""A base model made ready for training: its way of reading, its weights, and a head for a task."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch
import transformers
from torch import nn

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles
from sciml_magics.models.pretrained import load_tokenizer, quietly, readable
from sciml_magics.models.text_input import framing, room, text_limit
from sciml_magics.models.training.lessons import Lesson, Reading

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

Model = TypeVar("Model", bound=nn.Module)

_TOKENIZER = (
    "tokenizer*.json",
    "vocab*",
    "merges.txt",
    "*.model",
    "special_tokens_map.json",
    "added_tokens.json",
)
_SHOWN = 3
# Models of transformers that have a head, and what it is for.
_HEADS = {
    "AutoModelForSequenceClassification": (
        "MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING",
        "labels of texts",
    ),
    "AutoModelForTokenClassification": (
        "MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING",
        "spans of texts",
    ),
}


@dataclass(frozen=True, slots=True)
class Base(Generic[Model]):
    """A model to be trained.

    Parameters
    ----------
    model
        Its weights in fp32, with a head for the lesson.
    whole
        Names of the modules that an adapter has to carry along whole: the head, and what else was
        drawn at random or changed.
    fresh
        Names of the weights that were drawn at random.
    """

    model: Model
    whole: tuple[str, ...]
    fresh: tuple[str, ...]


def read_with(files: ModelFiles, most: int | None) -> tuple[Reading, PreTrainedTokenizerFast]:
    """How a base model reads texts, and its tokenizer.

    Parameters
    ----------
    files
        The base model.
    most
        Most tokens of a text, special ones included; ``None`` for the model's own limit.

    Raises
    ------
    ModelError
        If there is no tokenizer, or nothing fits beside the special tokens.
    """
    tokenizer = load_tokenizer(files)
    with readable(files):
        config = transformers.AutoConfig.from_pretrained(
            files.path, trust_remote_code=False, local_files_only=True
        )
    text = config.get_text_config()
    limit = min(text_limit(config, tokenizer), most or 10**9)
    frame = framing(tokenizer.backend_tokenizer, pair=False)
    room(limit, len(frame), "special tokens", files.id)
    known = [text.pad_token_id, tokenizer.pad_token_id, tokenizer.eos_token_id]
    reading = Reading(
        tokenizer=tokenizer.backend_tokenizer,
        framing=frame,
        limit=limit,
        blank=next((int(token) for token in known if token is not None), 0),
        left=text.model_type == "xlnet",
        segmented="token_type_ids" in tokenizer.model_input_names and _reads_kinds(config),
        model=files.id,
        config=files.config,
    )
    return reading, tokenizer


def load_base(
    files: ModelFiles, lesson: Lesson, blank: int, attention: str | None
) -> Base[PreTrainedModel]:
    """Load a base model with a head for a lesson.

    A head that the base model has is kept if it has the same labels, else drawn anew.

    Parameters
    ----------
    files
        The base model.
    lesson
        What it will learn.
    blank
        The token that fills up shorter rows.
    attention
        How attention is computed, by its name in transformers; ``None`` leaves that open.

    Raises
    ------
    ModelError
        If transformers has no such model with a head for this, or weights are absent.
    """
    names = dict(enumerate(lesson.names))
    labels = {"id2label": names, "label2id": {name: at for at, name in names.items()}}
    with quietly(), readable(files):
        config = transformers.AutoConfig.from_pretrained(
            files.path, trust_remote_code=False, local_files_only=True
        )
        _check_known(files, config, lesson.auto_class)
        known = list(config.id2label.values()) if getattr(config, "id2label", None) else []
        config.update({**labels, **lesson.settings(), "pad_token_id": blank})
        model, found = getattr(transformers, lesson.auto_class).from_pretrained(
            files.path,
            config=config,
            dtype=torch.float32,
            attn_implementation=attention,
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    heads = tuple(_heads(model))
    # Mismatched ones come with their shapes.
    keys = [*found["missing_keys"], *(_first(key) for key in found["mismatched_keys"])]
    _check_there(files, model, keys)
    fresh = {key for key in keys if key in dict(model.named_parameters())}
    if known != list(lesson.names):
        fresh |= _draw_outputs(model, heads, len(names))
    changed = lesson.prepare(model)
    inside = {key.rpartition(".")[0] for key in fresh}
    others = {one for one in inside | set(changed) if one.split(".")[0] not in heads}
    return Base(model, (*heads, *sorted(others)), tuple(sorted(fresh)))


def copy_tokenizer(files: ModelFiles, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Put a base model's tokenizer into the folder of what was trained from it."""
    if not (files.path / "tokenizer.json").is_file():
        tokenizer.save_pretrained(folder)
        return
    for pattern in _TOKENIZER:
        for path in files.path.glob(pattern):
            copyfile(path, folder / path.name)


def _check_known(files: ModelFiles, config: Any, auto_class: str) -> None:
    known, what = _HEADS[auto_class]
    if type(config) not in getattr(transformers, known):
        found = ", ".join(files.architectures) or type(config).__name__
        raise ModelError(
            f"model '{files.id}' ({found}) cannot learn {what}: choose an encoder of text such as "
            "BERT, RoBERTa, DeBERTa or ModernBERT"
        )


def _first(key: Any) -> str:
    return key if isinstance(key, str) else str(key[0])


def _reads_kinds(config: Any) -> bool:
    made: Any = transformers.MODEL_MAPPING.get(type(config), None)
    made = made[0] if isinstance(made, tuple) else made
    return made is not None and "token_type_ids" in inspect.signature(made.forward).parameters


def _heads(model: PreTrainedModel) -> list[str]:
    """Names of the parts beside the encoder that have weights."""
    return [
        name
        for name, part in model.named_children()
        if name != model.base_model_prefix and any(True for _ in part.parameters())
    ]


def _check_there(files: ModelFiles, model: PreTrainedModel, absent: Sequence[str]) -> None:
    """Refuse a base model whose encoder is not all there; a pooler may be learned."""
    prefix = f"{model.base_model_prefix}."
    gone = sorted(key for key in absent if key.startswith(prefix) and "pooler" not in key)
    if gone:
        raise ModelError(
            f"model '{files.id}' lacks {len(gone):,} weights of {type(model).__name__} "
            f"({', '.join(gone[:_SHOWN])}): choose another base model"
        )


def _draw_outputs(model: PreTrainedModel, heads: Sequence[str], outputs: int) -> set[str]:
    """Draw the last layer of the head anew: its outputs stood for other labels."""
    drawn = set()
    for head in heads:
        for name, layer in model.get_submodule(head).named_modules():
            if isinstance(layer, nn.Linear) and layer.out_features == outputs:
                nn.init.normal_(layer.weight, std=getattr(model.config, "initializer_range", 0.02))
                whole = f"{head}.{name}" if name else head
                drawn.add(f"{whole}.weight")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)
                    drawn.add(f"{whole}.bias")
    return drawn
