"""Ask a model about all records of a task that the store holds: an ordinary run, without a frame.

What is in the store already stays, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from sciml_magics.annotation import Listener, Outcome, Request, annotate, silent
from sciml_magics.annotation.work import find_work
from sciml_magics.frames import Records
from sciml_magics.learning.pictures import Openers, with_images
from sciml_magics.models import Embeds, Suggester
from sciml_magics.models.images import why_unreadable
from sciml_magics.store import Store, codec
from sciml_magics.store.kept import as_task
from sciml_magics.store.lookup import as_ids
from sciml_magics.store.schema import records, responses, suggestions, tasks
from sciml_magics.store.vectors import VectorTable
from sciml_magics.tasks import Record, Task

if TYPE_CHECKING:
    import pandas as pd


def suggest_again(
    store: Store,
    task: Task,
    suggester: Suggester,
    by: str,
    listen: Listener = silent,
    images: Openers | None = None,
) -> Outcome | None:
    """Let a model suggest for every record that was suggested or answered in this task.

    Parameters
    ----------
    task
        The version to ask.
    by
        Who asks.
    images
        What opens images that are in a frame. Those that are nowhere to be found, and whose
        embeddings are not kept, are left as they are.

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
    records = None
    if task.input == "image":
        records = _image_records(store, task, suggester, images or {})
        frame = frame.iloc[: len(records)]
    work = find_work(frame, request, suggester, store, records)
    if not len(work.todo):
        return None
    return annotate(frame, request, suggester, store, listen, work=work)


def records_frame(store: Store, task: Task) -> pd.DataFrame:
    """The records of a task as a frame with its columns, a row each."""
    import pandas as pd

    rows = [dict(record.content) for record in records_of(store, task)]
    return pd.DataFrame(rows, columns=list(task.columns), dtype=object)


def records_of(store: Store, task: Task) -> list[Record]:
    """The records that were suggested or answered in any version of a task that reads the same."""
    with store.database.read() as connection:
        versions = select(tasks.c.id, tasks.c.definition).where(tasks.c.name == task.name)
        same = [row.id for row in connection.execute(versions) if _reads(row.definition, task)]
        of_task = [
            select(table.c.record_id).where(table.c.task_id.in_(same))
            for table in (suggestions, responses)
        ]
        wanted = of_task[0].union(of_task[1]).subquery()
        columns = select(records.c.address, records.c.content)
        find = columns.join(wanted, wanted.c.record_id == records.c.id)
        found = connection.execute(find).all()
    return [Record(row.address, codec.load_content(row.content)) for row in found]


def _image_records(store: Store, task: Task, suggester: Suggester, images: Openers) -> Records:
    """Those records of a task whose images can be answered about, as if a frame held them."""
    found = with_images(records_of(store, task), images)
    ids = as_ids(record.id for record in found)
    known = np.zeros(len(found), dtype=bool)
    if isinstance(suggester, Embeds):
        at, _ = VectorTable(store.database).find(suggester.encoder_key, ids)
        known[at] = True
    kept = [one for one, has in zip(found, known, strict=True) if has or not why_unreadable(one)]
    rows = np.arange(len(kept), dtype=np.int64)

    def make(addresses: Sequence[bytes], first: npt.NDArray[np.int64]) -> list[Record]:
        return [kept[at] for at in first.tolist()]

    ids = as_ids(record.id for record in kept)
    return Records(rows, rows, ids, rows, np.ones(len(kept), dtype=np.int64), make)


def _reads(definition: str, task: Task) -> bool:
    """Whether a version reads what `task` reads, so that its records are those of `task`."""
    other = as_task(definition)
    return (other.kind, other.input, other.columns) == (task.kind, task.input, task.columns)
