"""Train a model on examples: the one entrance for every method and every kind of task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.models.head_files import reads_images
from sciml_magics.models.loading import ModelFiles
from sciml_magics.tasks import Task
from sciml_magics.tasks.training import METHODS, Example, Fit, Method, Moment, Training, Watcher

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from transformers import TrainerCallback


def silent(moment: Moment) -> None:
    """Watch without a word."""


def train(
    files: ModelFiles,
    task: Task,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: Training,
    folder: Path,
    watch: Watcher = silent,
    *,
    callbacks: Sequence[TrainerCallback] = (),
    work: Path | None = None,
    vectors: npt.NDArray[np.float32] | None = None,
) -> Fit:
    """Train a model and save it as an ordinary folder.

    Parameters
    ----------
    files
        The base model.
    task
        What is asked: a label, labels or spans of texts; a label or labels of images.
    examples
        To learn from.
    validation
        To tell when to stop and which weights to keep; may be empty.
    training
        How to train.
    folder
        Where the model is saved; must not be there yet. It appears when it is complete.
    watch
        Told of every moment, a few times a second.
    callbacks
        Given to the Trainer of transformers as they are.
    work
        Where checkpoints live meanwhile, so that a training that was killed goes on when it is
        called again with the same arguments. Removed on success.
    vectors
        For a head: embeddings of the examples and then of the validation that are known already,
        shape ``[examples + validation, dimension]``; of texts they are computed where they are not
        given.

    Raises
    ------
    LearningError
        If there is too little to learn from, or training cannot go on.
    ModelError
        If the base model cannot be trained for this.
    """
    if training.method not in METHODS:
        raise LearningError(f"no method '{training.method}': choose one of {', '.join(METHODS)}")
    check_method(task, training.method)
    if task.input == "text" and reads_images(files):
        raise ModelError(
            f"model '{files.id}' reads images, and task '{task.name}' texts: choose an encoder of "
            "text"
        )
    if training.method == "head":
        from sciml_magics.models.training.head import train_head

        return train_head(
            files, task, examples, validation, training, folder, watch, vectors=vectors
        )
    if training.method == "fewshot":
        from sciml_magics.models.training.contrastive import train_fewshot

        return train_fewshot(files, task, examples, validation, training, folder, watch, work=work)
    from sciml_magics.models.training.finetuning import finetune

    return finetune(
        files, task, examples, validation, training, folder, watch, callbacks=callbacks, work=work
    )


def check_method(task: Task, method: Method) -> None:
    """Raise `LearningError` where a method cannot learn a task.

    Examples
    --------
    >>> check_method(Task("t", ("file",), input="image"), "lora")
    Traceback (most recent call last):
    sciml_magics.errors.LearningError: task 't' reads images, which 'lora' does not learn: use head
    """
    if task.input == "image" and method != "head":
        raise LearningError(
            f"task '{task.name}' reads images, which '{method}' does not learn: use head"
        )
