"""Look for personal data in the columns of a frame, through the job that annotates."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from sciml_magics.annotation import Listener, Request, annotate, silent
from sciml_magics.frames.lookup import column_at
from sciml_magics.models import Suggester
from sciml_magics.quality.privacy.kinds import personal_task
from sciml_magics.quality.privacy.marks import Marks, Spans, gather
from sciml_magics.quality.privacy.pseudonyms.frames import Rescan
from sciml_magics.quality.privacy.table import Chosen, choose_columns
from sciml_magics.quality.table import Table
from sciml_magics.store import Store
from sciml_magics.tasks import Record, Span, Task

Choose = Callable[[Task], Suggester]


@dataclass(frozen=True)
class Looked:
    """What was found in a frame.

    Parameters
    ----------
    marks
        Of each column that was looked at.
    chosen
        The columns.
    """

    marks: tuple[Marks, ...]
    chosen: Chosen


def look(
    frame: pd.DataFrame,
    name: str,
    store: Store,
    suggester: Choose,
    *,
    columns: Sequence[str] | None = None,
    by: str = "unknown",
    threshold: float = 0.0,
    listen: Listener = silent,
) -> Looked:
    """Mark personal data in the columns of a frame; what is in the store already is not redone.

    Parameters
    ----------
    frame
        The user's frame; it is not changed.
    name
        What the person calls it: the tasks are named after it.
    store
        Where suggestions are kept.
    suggester
        What marks the texts of a task.
    columns
        Names of the columns; ``None`` for all that hold texts, and those of numbers and dates that
        are called like personal data.
    by, threshold
        Who asks; suggested spans with a lower score are left out.
    listen
        Called with every moment of the run.

    Raises
    ------
    SciMLError
        If a column cannot be read, or the store cannot be written.
    Stopped
        If the person interrupted; what was done is stored.
    """
    chosen = choose_columns(Table(frame, name), columns)
    marks = []
    for column in chosen.texts:
        task = personal_task(name, column)
        model = suggester(task)
        # Only the column itself: what a frame holds besides is copied for nothing.
        alone = frame.iloc[:, [column_at(frame, column)]]
        annotate(alone, Request(task=task, by=by), model, store, listen)
        marks.append(gather(frame, task, store, model.identity, threshold))
    return Looked(tuple(marks), chosen)


def rescanner(suggester: Choose) -> Rescan:
    """A second look at the texts of a task, whose findings are not stored."""

    def rescan(task: Task, records: Sequence[Record]) -> Iterator[tuple[bytes, Spans]]:
        for batch in suggester(task).suggest(records, task):
            for one in batch:
                yield (
                    one.record_id,
                    tuple(part for part in one.value or () if isinstance(part, Span)),
                )

    return rescan
