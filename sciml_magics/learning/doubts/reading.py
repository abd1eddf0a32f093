"""What label errors are looked for with: claims that can be read, and a model that reads them."""

from __future__ import annotations

from dataclasses import replace

from sciml_magics.errors import LearningError, ModelError
from sciml_magics.learning.bases import base_model
from sciml_magics.learning.doubts.claims import Claims
from sciml_magics.learning.pictures import Openers, look_at, with_images
from sciml_magics.learning.registry import Registry
from sciml_magics.models import Embeds, ModelFiles, open_model
from sciml_magics.store import Store
from sciml_magics.tasks import Task

# Below, a head knows too little to doubt anybody.
FEWEST = 20


def encoder_for(store: Store, task: Task, encoder: str | None) -> Embeds:
    """The model whose embeddings a head reads.

    Parameters
    ----------
    store
        Knows which models suggested, and which one is promoted.
    task
        The version of the task.
    encoder
        What a person named; ``None`` for the embedded model, or of images for what suggested for
        them, or what the promoted head stands on.

    Raises
    ------
    LearningError
        If the task is of another kind than one or several labels.
    ModelError
        If the model gives no embeddings, or there is none for images.
    """
    if task.kind not in ("label", "labels"):
        raise LearningError(
            f"label errors are looked for in tasks of one or several labels; '{task.name}' is of "
            f"kind '{task.kind}': where people disagree, see %agreement {task.name} --disagreements"
        )
    model = open_model(_of_images(store, task, encoder) if task.input == "image" else encoder)
    if not isinstance(model, Embeds) or (task.input, "label") not in model.abilities:
        raise ModelError(
            f"model '{model.identity.id}' gives no embeddings of {task.input}s: choose an encoder "
            "of them, or leave it"
        )
    return model


def _of_images(store: Store, task: Task, encoder: str | None) -> ModelFiles:
    current = Registry(store).current(task)
    try:
        return base_model(store, task, encoder, current)
    except ModelError as error:
        if encoder is not None or current is not None:
            raise
        raise ModelError(
            f"task '{task.name}' reads images, and no image model that suggested for it is at "
            "hand: annotate it with one, or name one: task.label_errors(encoder=…)"
        ) from error


def enough(given: Claims, task: Task) -> Claims:
    """The claims, or `LearningError` where people made too few."""
    if len(given.people) < FEWEST:
        raise LearningError(
            f"task '{task.name}' has {len(given.people)} answers: label errors are looked for "
            f"among {FEWEST} or more; review some records first"
        )
    return given


def readable_claims(
    store: Store, task: Task, embeds: Embeds, given: Claims, images: Openers
) -> Claims:
    """The claims about images that can be read.

    Raises
    ------
    LearningError
        If too few answered ones can.
    """
    both = (*given.people, *given.model)
    records = with_images([claim.record for claim in both], images)
    read, notes = look_at(store, embeds, records)
    seen = [replace(both[at], record=records[at]) for at in read]
    people, model = ([one for one in seen if one.of_model is by] for by in (False, True))
    if len(people) < FEWEST:
        raise LearningError(
            f"task '{task.name}': {notes[0]}; label errors are looked for among {FEWEST} answers "
            "or more: put the files back, or name the frame that holds the images"
        )
    return replace(given, people=tuple(people), model=tuple(model), notes=(*given.notes, *notes))
