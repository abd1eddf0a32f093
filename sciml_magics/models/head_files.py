"""Folders of an encoder with a linear head on its embeddings, as sentence-transformers keeps them.

The encoder lies at the root, and the last of its ``modules.json`` is a ``Dense`` layer whose
outputs are logits, one for each label of ``config.json``. The encoder reads texts, or images where
it is one of `PAIRED`. Imports nothing heavy.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sciml_magics.errors import ModelError
from sciml_magics.models.loading import ModelFiles, file_sha256

Weights = npt.NDArray[np.float32]

DENSE = "Dense"
WEIGHTS = "model.safetensors"
WEIGHT, BIAS = "linear.weight", "linear.bias"
# Architectures that put images and texts into one space.
PAIRED = ("CLIPModel", "SiglipModel")
PROBLEMS = ("single_label_classification", "multi_label_classification")

# What a head, or its calibration, writes into an encoder's configuration: no part of the encoder.
OF_HEAD = ("id2label", "label2id", "num_labels", "problem_type", "temperature")
# Written by whatever saved the configuration last.
OF_WRITER = ("transformers_version", "_name_or_path", "dtype", "torch_dtype")
_TOKENIZER = (
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab*",
    "merges.txt",
    "*.model",
)


def read_modules(folder: Path) -> list[Mapping[str, Any]]:
    """The steps of a sentence-transformers folder; none of any other folder.

    Raises
    ------
    ModelError
        If they cannot be read.
    """
    path = folder / "modules.json"
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read {path}: {error}") from error
    return list(found)


def step_name(module: Mapping[str, Any]) -> str:
    """Name of a step's class.

    Examples
    --------
    >>> step_name({"type": "sentence_transformers.models.Pooling"})
    'Pooling'
    """
    return str(module["type"]).rpartition(".")[2]


def has_head(files: ModelFiles) -> bool:
    """Whether a folder ends with a head: a dense layer over normalised embeddings, with labels.

    Of an encoder of texts; see `has_image_head`.
    """
    return _ends_with_head(files) and not is_paired(files)


def has_image_head(files: ModelFiles) -> bool:
    """Whether a folder ends with a head on embeddings of images."""
    return _ends_with_head(files) and is_paired(files)


def is_paired(files: ModelFiles) -> bool:
    """Whether a model puts images and texts into one space."""
    return any(name.endswith(PAIRED) for name in files.architectures)


def reads_images(files: ModelFiles) -> bool:
    """Whether a model has embeddings of images: one of `PAIRED`, or a classifier of images."""
    # Not only the ending: some are called …ForImageClassificationWithTeacher.
    return is_paired(files) or any("ForImageClassification" in name for name in files.architectures)


def _ends_with_head(files: ModelFiles) -> bool:
    if files.config.get("problem_type") not in PROBLEMS or "id2label" not in files.config:
        return False
    steps = [step_name(module) for module in read_modules(files.path)]
    return steps[-2:] == ["Normalize", DENSE]


def read_head(files: ModelFiles) -> tuple[Weights, Weights]:
    """Weights ``[labels, dimension]`` and bias ``[labels]`` of a head.

    Raises
    ------
    ModelError
        If they cannot be read, or are not one row for each label.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = files.path / str(read_modules(files.path)[-1]["path"]) / WEIGHTS
    try:
        found = load_file(path)
        weight, bias = found[WEIGHT], found[BIAS]
    except (OSError, KeyError, SafetensorError) as error:
        raise ModelError(f"model '{files.id}': the head cannot be read: {error}") from error
    labels = len(files.label_names)
    if weight.ndim != 2 or weight.shape[0] != labels or bias.shape != (labels,):
        raise ModelError(
            f"model '{files.id}': its head has {len(weight):,} outputs for {labels:,} labels"
        )
    return weight.astype(np.float32), bias.astype(np.float32)


def encoder_key(files: ModelFiles, pooling: str, max_length: int) -> str:
    """Hash of everything that decides an encoder's embeddings, the head left out.

    An encoder has the same key alone and under any head, so that its embeddings are computed once.

    Parameters
    ----------
    files
        The encoder, with or without a head.
    pooling, max_length
        As of its `sciml_magics.models.engine.recipe.Recipe`.
    """
    left_out = {*OF_HEAD, *OF_WRITER}
    config = {key: value for key, value in files.config.items() if key not in left_out}
    told = json.dumps([config, pooling, max_length], sort_keys=True)
    digest = hashlib.sha256(told.encode("ascii"))
    paths = {path for pattern in _TOKENIZER for path in files.path.glob(pattern)}
    for path in sorted(paths | set(files.weights)):
        digest.update(f"{path.name}\0{file_sha256(path)}\n".encode())
    return digest.hexdigest()[:32]
