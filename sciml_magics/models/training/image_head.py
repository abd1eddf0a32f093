"""A linear head on vectors of images: how it is fitted, and the ordinary folder that it becomes.

A classifier's new head takes the place of its old one, so that transformers alone reads the
folder. CLIP and SigLIP have none: theirs is a layer of sentence-transformers, as on texts.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models.head_files import DENSE, is_paired, reads_images
from sciml_magics.models.image_weights import PROCESSORS, Final, final_layer
from sciml_magics.models.loading import WEIGHTS_INDEX, ModelFiles
from sciml_magics.models.safetensors_header import read_header
from sciml_magics.models.training.head import fit_head
from sciml_magics.models.training.head_folder import (
    COPIED,
    LinearHead,
    copy_index,
    head_config,
    take_over,
    write_head,
    write_json,
)
from sciml_magics.models.training.saving import new_folder
from sciml_magics.models.training.scores import Truth
from sciml_magics.models.vectors import Vectors
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import Training

# The first loads whatever of the two it is, in old and new versions of sentence-transformers.
_STEPS = (("", "CLIPModel"), ("1_Normalize", "Normalize"), (f"2_{DENSE}", DENSE))


def fit_image_head(vectors: Vectors, truth: Truth, task: Task, training: Training) -> LinearHead:
    """As `fit_head`, on vectors whose middle and spread are taken out first.

    Images lie close together in the space of CLIP, and far apart in that of some classifiers: the
    strengths of regularisation that are tried would suit neither. The head that is returned takes
    the vectors as they are.

    Parameters
    ----------
    vectors
        Shape ``[n, dimension]``.
    truth, task, training
        As of `fit_head`.
    """
    middle = vectors.mean(axis=0, dtype=np.float64)
    off = vectors - middle
    spread = float(np.sqrt(np.square(off).sum(axis=1).mean())) or 1.0
    found = fit_head((off / spread).astype(np.float32), truth, task, training)
    weight = found.weight / spread
    bias = found.bias - weight @ middle
    return LinearHead(
        found.labels,
        weight.astype(np.float32),
        bias.astype(np.float32),
        found.several,
        found.temperature,
    )


def check_takes_head(files: ModelFiles) -> None:
    """Raise `ModelError` unless a head on images can be put on a model."""
    if is_paired(files):
        return
    if not reads_images(files):
        found = ", ".join(files.architectures) or "no architecture"
        raise ModelError(
            f"model '{files.id}' is {found}, which has no embeddings of images: name a CLIP, "
            "SigLIP or image-classification model with --model"
        )
    final = final_layer(files)
    if final is None or not _has_bias(files, final):
        raise ModelError(
            f"model '{files.id}' has no single linear layer with a bias at its end whose place a "
            "new head could take: name another image model with --model"
        )


def save_image_head(files: ModelFiles, head: LinearHead, folder: Path) -> None:
    """Save a head on images and the model below it, all of it or nothing.

    Parameters
    ----------
    files
        The model below.
    head
        Reads its vectors.
    folder
        Made when all is written; it must not exist.

    Raises
    ------
    LearningError
        If the folder exists, or cannot be written.
    ModelError
        If the model takes no head.
    """
    check_takes_head(files)
    with new_folder(folder) as made:
        for pattern in (*COPIED, *PROCESSORS):
            for path in files.path.glob(pattern):
                shutil.copyfile(path, made / path.name)
        if is_paired(files):
            take_over(files.weights, made)
            copy_index(files, made)
            write_head(files, head, made, _STEPS)
        else:
            _replace_final(files, head, made)
            write_json(made / "config.json", head_config(files, head))


def _replace_final(files: ModelFiles, head: LinearHead, folder: Path) -> None:
    import torch
    from safetensors.torch import load_file, save

    final = final_layer(files)
    if final is None:
        raise LearningError(f"model '{files.id}' has no last layer to replace")
    names = f"{final.name}.weight", f"{final.name}.bias"
    # Vectors are what the layer reads, divided by this: see `ImageClassifier.features`.
    weight = head.weight / np.sqrt(head.weight.shape[1])
    new = dict(zip(names, (weight, head.bias), strict=True))
    for path in files.weights:
        held = new.keys() & read_header(path).tensors.keys()
        if not held:
            take_over([path], folder)
            continue
        tensors = load_file(path)
        for name in held:
            tensors[name] = torch.from_numpy(np.ascontiguousarray(new[name])).to(
                tensors[name].dtype
            )
        (folder / path.name).write_bytes(save(tensors, {"format": "pt"}))
    if (files.path / WEIGHTS_INDEX).is_file():
        copy_index(files, folder)


def _has_bias(files: ModelFiles, final: Final) -> bool:
    return any(f"{final.name}.bias" in read_header(path).tensors for path in files.weights)
