"""Answers that are likely wrong, as somebody looked for them last, and which of them are open.

What was found are suggestions of a check (`sciml_magics.learning.doubts.label_errors`): the likely
value, and beside it who gave which value, and how well it fits. The newest check of a task holds.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from sciml_magics.errors import TaskError
from sciml_magics.review.scope import Scope
from sciml_magics.review.tally import Tally
from sciml_magics.store.schema import models, run_ends, runs, suggestions
from sciml_magics.tasks.run import CHECK


class Doubts:
    """The likely errors that the newest check of a task found.

    One is open until somebody answers its record after the check; taking that answer back opens it
    again.

    Parameters
    ----------
    scope
        What the review is about.
    tally
        What was said so far.

    Raises
    ------
    TaskError
        If nobody has looked for errors yet.
    """

    def __init__(self, scope: Scope, tally: Tally) -> None:
        self._scope, self._tally = scope, tally
        self._qualities: dict[int, float] = {}
        self._run = self._seen = 0
        self.model_id: int | None = None
        with scope.database.read() as connection:
            self.refresh(connection)
        if self.model_id is None:
            task = scope.asked.task.name
            raise TaskError(
                f"nobody has looked for label errors of '{task}' yet: run "
                f"%review {task} --order errors in a cell, or task.label_errors()"
            )

    def refresh(self, connection: Connection) -> None:
        """Read what was found, if there was a check since the last time."""
        find = (
            select(runs.c.id, models.c.id, models.c.settings)
            .join_from(runs, models, models.c.id == runs.c.model_id)
            .join(run_ends, run_ends.c.run_id == runs.c.id)
            .where(runs.c.task_id == self._scope.asked.id, models.c.family == CHECK)
            .where(run_ends.c.state == "done")
            .order_by(runs.c.id.desc())
            .limit(1)
        )
        newest = connection.execute(find).first()
        if newest is None or newest[0] == self._run:
            return
        self._run, self.model_id, settings = newest
        self._seen = int(json.loads(settings)["last_response"])
        s = suggestions.c
        found = connection.execute(
            select(s.record_id, s.evidence).where(
                s.task_id == self._scope.asked.id, s.model_id == self.model_id
            )
        ).all()
        self._qualities = {row[0]: float(json.loads(row[1])["quality"]) for row in found}

    def is_open(self, record: int) -> bool:
        """Whether a record is among them and was not answered since."""
        return record in self._qualities and all(
            said.id <= self._seen for said in self._tally.of(record).values()
        )

    def open(self) -> list[int]:
        """The open ones, the likeliest errors first."""
        found = [record for record in self._qualities if self.is_open(record)]
        return sorted(found, key=lambda record: (self._qualities[record], record))
