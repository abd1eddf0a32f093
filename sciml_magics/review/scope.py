"""What one review is about, worked out once: task, model, person, and how records are shared."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from sciml_magics.errors import TaskError
from sciml_magics.review.criteria import Criteria
from sciml_magics.store import Store, ledger
from sciml_magics.store.database import Database
from sciml_magics.store.responses import Asked, asked
from sciml_magics.store.schema import models, runs, suggestions
from sciml_magics.store.trained import in_order
from sciml_magics.tasks import ModelIdentity, Role

Models = dict[int, ModelIdentity]


@dataclass(frozen=True)
class Scope:
    """What one review is about.

    Parameters
    ----------
    database
        Where everything is.
    asked
        The version of the task, and its question.
    model_id
        Whose suggestions are reviewed.
    models
        Every model that suggested for this version, the one that speaks for it first.
    annotator, role, overlap, criteria, queue, seed
        As of `sciml_magics.review.Reviewer`.
    """

    database: Database
    asked: Asked
    model_id: int
    models: Models
    annotator: str
    role: Role
    overlap: int
    criteria: Criteria
    queue: str
    seed: int


def latest_version(store: Store, name: str) -> Asked:
    """The version of a task that ran last.

    Raises
    ------
    TaskError
        If the store knows no task of this name.
    """
    task = store.latest(name)
    task_id = None if task is None else store.find_task(task)
    if task_id is None:
        known = ", ".join(sorted({task.name for task, _, _ in store.tasks()})) or "none yet"
        raise TaskError(f"no task '{name}' in {store.name}; it knows: {known}")
    with store.database.read() as connection:
        return asked(connection, task_id)


def models_of(database: Database, asked: Asked) -> Models:
    """Models that suggested something for a version of a task, the one that speaks for it first.

    That is the promoted one, else the one that ran last; see `sciml_magics.store.trained.in_order`.
    """
    some = select(suggestions.c.id).where(
        suggestions.c.task_id == asked.id, suggestions.c.model_id == models.c.id
    )
    find = (
        select(models)
        .join(runs, runs.c.model_id == models.c.id)
        .where(runs.c.task_id == asked.id, some.exists())
        .order_by(runs.c.id.desc())
    )
    with database.read() as connection:
        keys = {ledger.as_identity(row): int(row.id) for row in connection.execute(find)}
    first = in_order(database, asked.task.name, asked.task.kind, keys)
    return {keys[identity]: identity for identity in first}


def choose_model(found: Models, wanted: str | ModelIdentity | None, task: str) -> int:
    """Key of the model that is meant.

    Raises
    ------
    TaskError
        If nothing was suggested, or not by this model.
    """
    if not found:
        raise TaskError(f"task '{task}' has no suggestions yet: annotate a frame with it first")
    if wanted is None:
        return next(iter(found))
    for key, identity in found.items():
        names = (identity, identity.short, identity.id, f"{identity.id}@{identity.revision}")
        if wanted in names:
            return key
    known = ", ".join(identity.short for identity in found.values())
    name = wanted if isinstance(wanted, str) else wanted.short
    raise TaskError(f"{name} suggested nothing for task '{task}': choose one of {known}")
