"""Write an encoder and a linear head on its embeddings as a folder of sentence-transformers."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sciml_magics.models.engine.recipe import read_recipe
from sciml_magics.models.head_files import (
    BIAS,
    DENSE,
    OF_HEAD,
    PROBLEMS,
    WEIGHT,
    WEIGHTS,
    Weights,
)
from sciml_magics.models.loading import WEIGHTS_INDEX, ModelFiles
from sciml_magics.models.training.saving import new_folder

_STEPS = (
    ("", "Transformer"),
    ("1_Pooling", "Pooling"),
    ("2_Normalize", "Normalize"),
    (f"3_{DENSE}", DENSE),
)
# Files of the tokenizer, as they are.
COPIED = (
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab*",
    "merges.txt",
    "*.model",
)


@dataclass(frozen=True, slots=True)
class LinearHead:
    """Logits of embeddings: their product with `weight`, and `bias` added.

    Parameters
    ----------
    labels
        Names of the outputs.
    weight
        float32, shape ``[labels, dimension]``.
    bias
        float32, shape ``[labels]``.
    several
        Whether each label applies by itself, rather than exactly one of them.
    temperature
        Logits are divided by it before they become probabilities.
    """

    labels: tuple[str, ...]
    weight: Weights
    bias: Weights
    several: bool
    temperature: float = 1.0


def save_head(files: ModelFiles, head: LinearHead, folder: Path) -> None:
    """Save a head and the encoder that it was made from, all of it or nothing.

    Parameters
    ----------
    files
        The encoder. Its weights are linked, or copied where that cannot be.
    head
        What is put on top.
    folder
        Made when all is written; it must not exist.

    Raises
    ------
    LearningError
        If the folder exists, or cannot be written.
    """
    with new_folder(folder) as made:
        take_over(files.weights, made)
        copy_index(files, made)
        write_encoder(files, head.weight.shape[1], made)
        write_head(files, head, made)


def write_encoder(files: ModelFiles, dimension: int, folder: Path) -> None:
    """Write all of an encoder but its weights: configuration, tokenizer, pooling."""
    for pattern in COPIED:
        for path in files.path.glob(pattern):
            shutil.copyfile(path, folder / path.name)
    recipe = read_recipe(files)
    write_json(folder / "config.json", _bare(files))
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": recipe.max_length})
    modes = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens"}
    chosen = {f"pooling_mode_{name}": mode == recipe.pooling for mode, name in modes.items()}
    (folder / "1_Pooling").mkdir()
    width = {"word_embedding_dimension": dimension}
    write_json(folder / "1_Pooling" / "config.json", {**width, **chosen})
    (folder / "2_Normalize").mkdir()
    _write_modules(folder, _STEPS[:-1])


def write_head(
    files: ModelFiles,
    head: LinearHead,
    folder: Path,
    steps: Sequence[tuple[str, str]] = _STEPS,
) -> None:
    """Put a head on an encoder whose files are in the folder.

    Parameters
    ----------
    files, head
        The encoder, and what is put on top.
    folder
        Holds the encoder.
    steps
        Folder and class of each step of sentence-transformers, the head's last.
    """
    from safetensors.numpy import save

    dense = folder / steps[-1][0]
    dense.mkdir()
    labels, dimension = head.weight.shape
    told = {
        "in_features": dimension,
        "out_features": labels,
        "bias": True,
        "activation_function": "torch.nn.modules.linear.Identity",
    }
    write_json(dense / "config.json", told)
    (dense / WEIGHTS).write_bytes(save({WEIGHT: head.weight, BIAS: head.bias}))
    write_json(folder / "config.json", head_config(files, head))
    _write_modules(folder, steps)


def head_config(files: ModelFiles, head: LinearHead) -> dict[str, Any]:
    """The configuration of a model with a head on it."""
    names = dict(enumerate(head.labels))
    return {
        **_bare(files),
        "id2label": {str(at): name for at, name in names.items()},
        "label2id": {name: at for at, name in names.items()},
        "problem_type": PROBLEMS[head.several],
        "temperature": head.temperature,
    }


def copy_index(files: ModelFiles, folder: Path) -> None:
    """Copy what tells the shards of the weights, where they come in several."""
    if (index := files.path / WEIGHTS_INDEX).is_file():
        shutil.copyfile(index, folder / WEIGHTS_INDEX)


def take_over(weights: Sequence[Path], folder: Path) -> None:
    """Link files of weights into a folder, or copy them where that cannot be."""
    for path in weights:
        try:
            # A snapshot of the Hub is made of symbolic links: the file itself is wanted.
            os.link(path.resolve(), folder / path.name)
        except OSError:
            shutil.copyfile(path, folder / path.name)


def _bare(files: ModelFiles) -> dict[str, Any]:
    """The configuration without what a head writes into it."""
    return {key: value for key, value in files.config.items() if key not in OF_HEAD}


def _write_modules(folder: Path, steps: Sequence[tuple[str, str]]) -> None:
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{name}"}
        for at, (path, name) in enumerate(steps)
    ]
    write_json(folder / "modules.json", modules)


def write_json(path: Path, value: Any) -> None:
    """Write a JSON value for people to read as well."""
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")
