"""Ask a model about all records of a task that the store holds: an ordinary run, without a frame.

What is in the store already stays, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from sciml_magics.annotation import Listener, Outcome, Request, annotate, silent
from sciml_magics.annotation.work import find_work
from sciml_magics.models import Suggester
from sciml_magics.store import Store, codec
from sciml_magics.store.kept import as_task
from sciml_magics.store.schema import records, responses, suggestions, tasks
from sciml_magics.tasks import Task

if TYPE_CHECKING:
    import pandas as pd


def suggest_again(
    store: Store, task: Task, suggester: Suggester, by: str, listen: Listener = silent
) -> Outcome | None:
    """Let a model suggest for every record that was suggested or answered in this task.

    Parameters
    ----------
    task
        The version to ask; it reads text.
    by
        Who asks.

    Returns
    -------
    Outcome or None
        ``None`` where every record has its suggestion already: there is no run then.

    Raises
    ------
    Stopped
        If the person interrupted; what was done is stored.
    """
    frame, request = records_frame(store, task), Request(task, by=by)
    work = find_work(frame, request, suggester, store)
    if not len(work.todo):
        return None
    return annotate(frame, request, suggester, store, listen, work=work)


def records_frame(store: Store, task: Task) -> pd.DataFrame:
    """The records of a task as a frame with its columns, a row each."""
    import pandas as pd

    with store.database.read() as connection:
        versions = select(tasks.c.id, tasks.c.definition).where(tasks.c.name == task.name)
        same = [row.id for row in connection.execute(versions) if _reads(row.definition, task)]
        of_task = [
            select(table.c.record_id).where(table.c.task_id.in_(same))
            for table in (suggestions, responses)
        ]
        wanted = of_task[0].union(of_task[1]).subquery()
        find = select(records.c.content).join(wanted, wanted.c.record_id == records.c.id)
        found = [codec.load_content(content) for content in connection.scalars(find)]
    rows = [dict(content) for content in found]
    return pd.DataFrame(rows, columns=list(task.columns), dtype=object)


def _reads(definition: str, task: Task) -> bool:
    """Whether a version reads what `task` reads, so that its records are those of `task`."""
    other = as_task(definition)
    return (other.kind, other.input, other.columns) == (task.kind, task.input, task.columns)
