"""What a run has before it: the records of the frame, what is known of them, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from sciml_magics.annotation.request import Request
from sciml_magics.frames import (
    MISSING,
    UNREADABLE,
    Answers,
    Records,
    check_columns,
    is_annotated,
    read_records,
    select_rows,
)
from sciml_magics.models import Suggester
from sciml_magics.store import Store
from sciml_magics.tasks import Counts, Task

Positions = npt.NDArray[np.int64]

CHUNK_RECORDS = 4_096
CHUNK_CHARACTERS = 4_000_000


@dataclass(slots=True)
class Work:
    """The records that a request selects, and the answers that the store has for them.

    Parameters
    ----------
    task
        The task, its labels resolved.
    rows
        Positions in the frame of the rows that are asked about.
    records
        Different records of these rows; of all rows where the frame has answers already, so that
        rows which are not asked about now keep theirs.
    asked
        Which of `records` are asked about.
    answers
        One answer per record, those of the store filled in.
    todo
        Positions of the records that no answer is known for, longest first: the largest batch
        meets the memory limit at the start rather than after an hour, and the short ones at the
        end keep all workers busy.
    """

    task: Task
    rows: Positions
    records: Records
    asked: npt.NDArray[np.bool_]
    answers: Answers
    todo: Positions

    def counts(self, rows: int) -> Counts:
        """Counts as they are before the model begins, for a frame of so many rows."""
        of_row = self.records.of_rows(rows)[self.rows]
        unique = int(np.count_nonzero(self.asked))
        return Counts(
            rows=rows,
            selected=len(self.rows),
            unique=unique,
            reused=unique - len(self.todo),
            missing=int(np.count_nonzero(of_row == MISSING)),
            unreadable=int(np.count_nonzero(of_row == UNREADABLE)),
        )

    def chunks(self) -> Iterator[Positions]:
        """`todo` in pieces that are small enough to hold as Python objects."""
        sizes = np.minimum(self.records.sizes[self.todo], CHUNK_CHARACTERS)
        by_size = np.cumsum(sizes) // CHUNK_CHARACTERS
        by_count = np.arange(len(self.todo)) // CHUNK_RECORDS
        cuts = np.flatnonzero(np.diff(by_size) | np.diff(by_count)) + 1
        return (chunk for chunk in np.split(self.todo, cuts) if len(chunk))

    def spread(self, size: int) -> Positions:
        """About `size` positions of `todo`, evenly over the lengths: a fair sample of the cost."""
        picks = np.linspace(0, len(self.todo) - 1, min(size, len(self.todo)))
        return self.todo[np.unique(picks.round().astype(np.int64))]


def find_work(
    frame: pd.DataFrame,
    request: Request,
    suggester: Suggester,
    store: Store,
    records: Records | None = None,
) -> Work:
    """Read the frame and the store, and find what is left to do.

    Everything that could fail for the user's mistake fails here, before a model is loaded.
    `records` are those of the frame, where the caller has them already.
    """
    task = _definition(request.task, suggester)
    check_columns(frame, task, provenance=request.provenance)
    rows = select_rows(
        frame,
        where=request.where,
        sample=request.sample,
        limit=request.limit,
        seed=request.seed,
        variables=request.variables,
    )
    everything = np.arange(len(frame), dtype=np.int64)
    if records is None:
        records = read_records(frame, task, everything if is_annotated(frame, task) else rows)
    of_row = records.of_rows(len(frame))[rows]
    asked = np.zeros(len(records), dtype=bool)
    asked[of_row[of_row >= 0]] = True
    answers = Answers(task, len(records))
    known = np.zeros(len(records), dtype=bool)
    task_id = store.find_task(task)
    if task_id is not None:
        for positions, values, scores in store.answers(task_id, suggester.identity, records.ids):
            answers.put(positions, values, scores)
            known[positions] = True
    todo = np.flatnonzero(asked & ~known)
    longest_first = np.argsort(-records.sizes[todo], kind="stable")
    return Work(task, rows, records, asked, answers, todo[longest_first])


def _definition(task: Task, suggester: Suggester) -> Task:
    """The task as a plain definition, with the labels of the model where it brings its own."""
    resolved = suggester.resolve(task)
    return replace(Task.from_json(task.to_json()), labels=resolved.labels)
