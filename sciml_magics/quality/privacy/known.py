"""What a store knows of personal data in the texts that a task reads."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from sciml_magics.quality.privacy.kinds import SUFFIX
from sciml_magics.store import Store
from sciml_magics.store.schema import suggestions, tasks
from sciml_magics.tasks import Task

_NOTHING = "[]"  # no spans, as the store writes them


def texts_with_personal_data(store: Store, task: Task) -> tuple[int, str]:
    """How many texts of the columns that a task reads hold personal data, and which task says so.

    Parameters
    ----------
    store
        Where suggestions are.
    task
        The task whose answers are to leave the machine.

    Returns
    -------
    count, name
        Of the task on personal data with the most such texts; 0 and nothing where none is known.
    """
    best = (0, "")
    for name in _looking_at(store, task):
        counted = (
            select(func.count(suggestions.c.record_id.distinct()))
            .join(tasks, tasks.c.id == suggestions.c.task_id)
            .where(tasks.c.name == name, suggestions.c.value.is_not(None))
            .where(suggestions.c.value != _NOTHING)
        )
        if len(task.columns) == 1:
            counted = counted.where(suggestions.c.record_id.in_(_read_by(task)))
        with store.database.read() as connection:
            found = int(connection.scalar(counted) or 0)
        best = max(best, (found, name))
    return best


def _looking_at(store: Store, task: Task) -> list[str]:
    """Names of the tasks on personal data that read a column of the task."""
    names = [
        known.name
        for known, _, _ in store.tasks()
        if known.kind == "spans"
        and known.name.endswith(SUFFIX)
        and (set(known.columns) & set(task.columns))
    ]
    return list(dict.fromkeys(names))


def _read_by(task: Task) -> Select[tuple[int]]:
    """Keys of the records that a task has suggestions for."""
    return (
        select(suggestions.c.record_id)
        .join(tasks, tasks.c.id == suggestions.c.task_id)
        .where(tasks.c.name == task.name)
    )
