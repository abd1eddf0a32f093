"""How far a task has come, and how fast a person goes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sciml_magics.review.scope import Scope
from sciml_magics.review.tally import Tally
from sciml_magics.store import ledger
from sciml_magics.store.schema import suggestions

RATE_MS = 10 * 60 * 1000
HOUR_MS = 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """How far a task has come.

    Parameters
    ----------
    records
        Records with a suggestion of the model.
    answered
        Of these, records with a response that holds; the five that follow part them by the newest
        one, an adjudicator's before others.
    left
        Records that this person may still be asked about.
    agreement
        Share of the responses to suggestions (accepted, corrected, rejected) that kept the
        suggested value: 0 to 1, ``None`` before the first.
    rate
        Records an hour that this person answered in the last ten minutes.
    seconds_left
        How long what is left takes at that rate.
    """

    records: int
    answered: int
    accepted: int
    corrected: int
    rejected: int
    skipped: int
    flagged: int
    left: int
    agreement: float | None = None
    rate: float | None = None
    seconds_left: float | None = None


class Counting:
    """Counts of one review. What was counted once is not counted again.

    Parameters
    ----------
    scope
        What the review is about.
    tally
        What was said so far.
    open
        Gives the records that are left to do; ``None`` for all that nobody answered.
    """

    def __init__(
        self, scope: Scope, tally: Tally, *, open: Callable[[], Collection[int]] | None = None
    ) -> None:
        self._scope, self._tally, self._open = scope, tally, open
        self._records = self._newest = 0

    def counts(self) -> ReviewCounts:
        """How far the task has come."""
        with self._scope.database.read() as connection:
            self._tally.refresh(connection)
            self._count_suggestions(connection)
        tally, by = self._tally, self._tally.decisions
        left = self._left()
        rate = self._rate()
        return ReviewCounts(
            records=self._records,
            answered=by.total(),
            accepted=by["accepted"],
            corrected=by["corrected"],
            rejected=by["rejected"],
            skipped=by["skipped"],
            flagged=by["flagged"],
            left=left,
            agreement=tally.kept / tally.judged if tally.judged else None,
            rate=rate,
            seconds_left=left / rate * 3_600 if rate else None,
        )

    def _left(self) -> int:
        if self._open is not None:
            return len(self._open())
        return max(0, self._records - self._tally.left_out)

    def _rate(self) -> float | None:
        now = ledger.now()
        number, first = self._tally.recent(now - RATE_MS)
        return (number - 1) / (now - first) * HOUR_MS if number > 1 and now > first else None

    def _count_suggestions(self, connection: Connection) -> None:
        s, scope = suggestions.c, self._scope
        newest = connection.scalar(select(func.max(s.id))) or 0
        count = select(func.count()).select_from(suggestions)
        if self._newest:
            # By their ids alone: the index over the task holds all that there ever were.
            count = count.where(
                s.id > self._newest,
                s.task_id + 0 == scope.asked.id,
                s.model_id + 0 == scope.model_id,
            )
        else:
            count = count.where(s.task_id == scope.asked.id, s.model_id == scope.model_id)
        if newest > self._newest:
            self._records += connection.scalar(count.where(s.id <= newest)) or 0
            self._newest = newest
