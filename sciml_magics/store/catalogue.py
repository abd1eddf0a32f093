"""What the store knows of tasks: their versions, which ran last, and how much was suggested."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, func, select

from sciml_magics.store import ledger
from sciml_magics.store.database import Database
from sciml_magics.store.kept import Holding, TaskVersion, as_task
from sciml_magics.store.schema import models, runs, suggestions, tasks
from sciml_magics.tasks import Task


def task_row(connection: Connection, task: Task) -> dict[str, Any]:
    """The row of a task that is the next version of its name."""
    newest = select(func.max(tasks.c.version)).where(tasks.c.name == task.name)
    return {
        "name": task.name,
        "version": (connection.scalar(newest) or 0) + 1,
        "fingerprint": task.fingerprint,
        "definition": json.dumps(task.to_json()),
        "created": ledger.now(),
    }


def versions_of_tasks(database: Database) -> list[TaskVersion]:
    """See `Store.tasks`."""
    with database.read() as connection:
        rows = connection.execute(select(tasks).order_by(tasks.c.id)).all()
    return [
        TaskVersion(as_task(row.definition), row.version, ledger.moment(row.created))
        for row in rows
    ]


def latest(database: Database, name: str) -> Task | None:
    """See `Store.latest`."""
    last_run = select(func.max(runs.c.id)).where(runs.c.task_id == tasks.c.id).scalar_subquery()
    find = (
        select(tasks.c.definition)
        .where(tasks.c.name == name)
        .order_by(func.coalesce(last_run, 0).desc(), tasks.c.version.desc())
        .limit(1)
    )
    with database.read() as connection:
        found = connection.scalar(find)
    return None if found is None else as_task(found)


def holdings(database: Database) -> list[Holding]:
    """See `Store.holdings`."""
    count = func.count().label("suggestions")
    by = (suggestions.c.task_id, suggestions.c.model_id)
    counted = select(*by, count).group_by(*by).subquery()
    find = (
        select(tasks.c.name, tasks.c.version, models, counted.c.suggestions)
        .join_from(counted, tasks, tasks.c.id == counted.c.task_id)
        .join(models, models.c.id == counted.c.model_id)
        .order_by(tasks.c.id, models.c.id)
    )
    with database.read() as connection:
        rows = connection.execute(find).all()
    return [
        Holding(row.name, row.version, ledger.as_identity(row), row.suggestions) for row in rows
    ]
