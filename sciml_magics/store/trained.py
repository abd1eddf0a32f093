"""Models that were trained here, and which of them answers a task; rows are only added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select

from sciml_magics.store import codec, ledger
from sciml_magics.store.database import Database
from sciml_magics.store.identities import model_row
from sciml_magics.store.kept import as_task
from sciml_magics.store.responses import asked
from sciml_magics.store.schema import models, promotions, tasks, trained
from sciml_magics.tasks import Kind, Method, ModelIdentity, Task, Training


@dataclass(frozen=True, slots=True)
class Made:
    """What is noted of a model that was trained.

    Parameters
    ----------
    name
        Short, unlike that of every other model of this task: ``topic-3``.
    folder
        Path with forward slashes, from the folder that holds the store's file; on a server from
        the working directory.
    model
        What it is as a suggester.
    base, base_revision
        The model that training began with.
    parent
        Id of the trained model that answered the task when this one was made; ``None`` if the base
        did.
    snapshot
        Which responses it saw: JSON values.
    training
        How it was trained.
    metrics
        How well it did when it was made: JSON values.
    by
        Who asked for it.
    code_version
        Version of this package.
    """

    name: str
    folder: str
    model: ModelIdentity
    base: str
    base_revision: str
    parent: int | None
    snapshot: Mapping[str, Any]
    training: Training
    metrics: Mapping[str, Any]
    by: str
    code_version: str


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was trained, as it is in the store.

    Parameters
    ----------
    id
        Rises in the order in which models were made.
    made
        What was noted of it.
    task, task_version
        The version of the task that it was trained for.
    created
        When it was stored, in UTC.
    """

    id: int
    made: Made
    task: Task
    task_version: int
    created: datetime

    @property
    def name(self) -> str:
        """Its short name."""
        return self.made.name

    @property
    def model(self) -> ModelIdentity:
        """What it is as a suggester."""
        return self.made.model

    @property
    def method(self) -> Method:
        """How it was trained."""
        return self.made.training.method

    @property
    def seed(self) -> int:
        """Of everything random in its training."""
        return self.made.training.seed

    def knows(self, task: Task) -> bool:
        """Whether it has every label of a version of its task."""
        return set(task.label_names) <= set(self.task.label_names)


@dataclass(frozen=True, slots=True)
class Promotion:
    """From here on a model answers a task.

    Parameters
    ----------
    id
        Rises in the order of promotions.
    trained
        The model; ``None`` for the base.
    reason
        Why, in words.
    comparison
        The numbers behind it: JSON values. A step back says so under ``"rolled_back"``.
    by
        Who, or ``"learn"``.
    created
        When, in UTC.
    """

    id: int
    trained: Trained | None
    reason: str
    comparison: Mapping[str, Any]
    by: str
    created: datetime

    @property
    def is_step_back(self) -> bool:
        """Whether a rollback made it."""
        return "rolled_back" in self.comparison


def add_trained(database: Database, task_id: int, made: Made) -> Trained:
    """Note a model that was trained for a version of a task."""
    with database.write() as connection:
        row = {
            "question_id": asked(connection, task_id).question,
            "task_id": task_id,
            "model_id": model_row(connection, database, made.model),
            "name": made.name,
            "folder": made.folder,
            "base": made.base,
            "base_revision": made.base_revision,
            "parent_id": made.parent,
            "method": made.training.method,
            "snapshot": codec.dump_json(made.snapshot),
            "training": codec.dump_json(asdict(made.training)),
            "metrics": codec.dump_json(made.metrics),
            "by": made.by,
            "seed": made.training.seed,
            "code_version": made.code_version,
            "created": ledger.now(),
        }
        inserted = connection.execute(insert(trained).returning(trained.c.id), row)
        found = connection.execute(_read_trained().where(trained.c.id == inserted.scalar_one()))
        return _as_trained(found.one())


def trained_models(
    database: Database, task: str | None = None, kind: Kind | None = None
) -> list[Trained]:
    """Models that were trained, oldest first: of all tasks, or of those of a name and kind."""
    find = _read_trained().order_by(trained.c.id)
    with database.read() as connection:
        if task is not None:
            find = find.where(trained.c.question_id.in_(_questions(connection, task, kind)))
        rows = connection.execute(find).all()
    return [_as_trained(row) for row in rows]


def add_promotion(
    database: Database,
    task_id: int,
    chosen: Trained | None,
    reason: str,
    comparison: Mapping[str, Any],
    by: str,
) -> None:
    """Note that from here on a model answers a task; ``None`` is the base."""
    with database.write() as connection:
        row = {
            "question_id": asked(connection, task_id).question,
            "trained_id": None if chosen is None else chosen.id,
            "reason": reason,
            "comparison": codec.dump_json(comparison),
            "by": by,
            "created": ledger.now(),
        }
        connection.execute(insert(promotions), row)


def promotions_of(database: Database, task: str, kind: Kind | None = None) -> list[Promotion]:
    """Promotions in a task, oldest first: the last one holds."""
    known = {one.id: one for one in trained_models(database, task, kind)}
    with database.read() as connection:
        questions = _questions(connection, task, kind)
        find = select(promotions).where(promotions.c.question_id.in_(questions))
        rows = connection.execute(find.order_by(promotions.c.id)).all()
    return [
        Promotion(
            row.id,
            None if row.trained_id is None else known[row.trained_id],
            row.reason,
            json.loads(row.comparison),
            row.by,
            ledger.moment(row.created),
        )
        for row in rows
    ]


def promoted(database: Database, task: str, kind: Kind | None = None) -> Trained | None:
    """The trained model that answers a task; ``None`` where the base does."""
    with database.read() as connection:
        questions = _questions(connection, task, kind)
        newest = select(promotions.c.trained_id).where(promotions.c.question_id.in_(questions))
        chosen = connection.scalar(newest.order_by(promotions.c.id.desc()).limit(1))
        if chosen is None:
            return None
        return _as_trained(connection.execute(_read_trained().where(trained.c.id == chosen)).one())


def in_order(
    database: Database, task: str, kind: Kind, ran: Iterable[ModelIdentity]
) -> list[ModelIdentity]:
    """Models by who speaks for a task: the promoted one first, else the one that ran last.

    After a step back to the base, the models that were trained for the task come last. What looks
    for wrong answers is left out.

    Parameters
    ----------
    ran
        The models, the one that ran last first.
    """
    ran = [model for model in ran if not model.is_check]
    current = promoted(database, task, kind)
    if current is not None:
        return sorted(ran, key=lambda one: _distance(one, current.model))
    own = {(one.model.id, one.model.revision) for one in trained_models(database, task, kind)}
    return sorted(ran, key=lambda one: (one.id, one.revision) in own)


def _distance(one: ModelIdentity, other: ModelIdentity) -> int:
    if one == other:
        return 0
    return 1 if (one.id, one.revision) == (other.id, other.revision) else 2


def _questions(connection: Connection, task: str, kind: Kind | None) -> list[int]:
    """Ids of the versions of a task: the first of its kind is what promotions name."""
    find = select(tasks.c.id, tasks.c.definition).where(tasks.c.name == task)
    versions = connection.execute(find).all()
    return [row.id for row in versions if kind is None or as_task(row.definition).kind == kind]


def _read_trained() -> Select[Any]:
    identity = [column for column in models.c if column.name not in ("id", "fingerprint")]
    return (
        select(trained, tasks.c.version, tasks.c.definition, *identity)
        .join_from(trained, tasks, tasks.c.id == trained.c.task_id)
        .join(models, models.c.id == trained.c.model_id)
    )


def _as_trained(row: Row[Any]) -> Trained:
    made = Made(
        name=row.name,
        folder=row.folder,
        model=ledger.as_identity(row),
        base=row.base,
        base_revision=row.base_revision,
        parent=row.parent_id,
        snapshot=json.loads(row.snapshot),
        training=_as_training(json.loads(row.training)),
        metrics=json.loads(row.metrics),
        by=row.by,
        code_version=row.code_version,
    )
    return Trained(row.id, made, as_task(row.definition), row.version, ledger.moment(row.created))


def _as_training(data: Mapping[str, Any]) -> Training:
    # A newer version of the package may have noted settings that this one does not know.
    known = Training.__dataclass_fields__
    return Training(**{name: value for name, value in data.items() if name in known})
