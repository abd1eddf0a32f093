"""Which model learning begins with, and which ones answered a task so far."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from sciml_magics.errors import ModelError
from sciml_magics.learning.registry import Registry
from sciml_magics.models import ModelFiles, find_model
from sciml_magics.review.scope import models_of
from sciml_magics.store import Store
from sciml_magics.store.responses import asked
from sciml_magics.store.trained import Trained
from sciml_magics.tasks import Input, ModelIdentity, Task

# Families whose weights can learn a task; others suggest, and the embedded model learns from them.
_TEACHABLE: Mapping[Input, tuple[str, ...]] = {
    "text": ("encoder", "encoder_head", "sequence_classifier", "token_classifier"),
    "image": ("clip", "image_head", "image_classifier"),
}


def base_model(store: Store, task: Task, wanted: str | None, current: Trained | None) -> ModelFiles:
    """The model that learning begins with.

    Parameters
    ----------
    wanted
        What a person named: a model that was trained for the task by its short name, or any other.
    current
        The promoted model, whose base is taken where nobody named one; without it what suggested
        last, where it can learn, else the embedded model, which reads texts.

    Raises
    ------
    ModelError
        If the model cannot be found, or was changed since it was trained here; or if the task
        reads images, and there is none to begin with.
    """
    registry = Registry(store)
    own = registry.all(task)
    if wanted is not None:
        named = {one.name: one for one in own}
        return registry.files(named[wanted]) if wanted in named else find_model(wanted)
    if current is not None:
        placed = {one.made.folder: one for one in own}
        base = current.made.base
        if base in placed:
            return registry.files(placed[base])
        return _found_again(base, current.made.base_revision)
    trained = {(one.model.id, one.model.revision) for one in own}
    for identity in models_that_ran(store, task):
        known = (identity.id, identity.revision)
        if identity.family in _TEACHABLE[task.input] and known not in trained:
            with suppress(ModelError):
                return _found_again(*known)
    if task.input == "image":
        raise ModelError(
            f"task '{task.name}' reads images, and no image model is at hand to learn from: name a "
            "CLIP, SigLIP or image-classification model with --model"
        )
    return find_model()


def models_that_ran(store: Store, task: Task) -> list[ModelIdentity]:
    """Models that suggested for this version, the one that speaks for it first."""
    task_id = store.find_task(task)
    if task_id is None:
        return []
    with store.database.read() as connection:
        version = asked(connection, task_id)
    return list(models_of(store.database, version).values())


def _found_again(name: str, revision: str) -> ModelFiles:
    """A model that was used before, in the same revision where the Hub has it."""
    from_hub = len(revision) == 40 and not Path(name).exists()
    return find_model(f"{name}@{revision}" if from_hub else name)
