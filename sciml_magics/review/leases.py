"""Leases: who is looking at which record just now, so that nobody is asked what another answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select

from sciml_magics.review.scope import Scope
from sciml_magics.review.tally import Tally
from sciml_magics.store import ledger
from sciml_magics.store.responses import lock, parted
from sciml_magics.store.schema import leases

LEASE_MS = 10 * 60 * 1000
_PLACE = ("question_id", "record_id", "annotator")
_CHANGES = ("queue", "until", "host", "pid", "born")
Holders = dict[int, list[tuple[str, str]]]


class Leases:
    """The leases of one queue, and what it must know of those of others.

    Parameters
    ----------
    scope
        What the review is about.
    tally
        What was said so far.
    """

    def __init__(self, scope: Scope, tally: Tally) -> None:
        self._scope = scope
        self._tally = tally
        question = leases.c.question_id == scope.asked.question
        self._of_question = question
        self._of_queue = and_(
            question, leases.c.annotator == scope.annotator, leases.c.queue == scope.queue
        )

    def begin(self) -> None:
        """Give up what this queue had leased before, and what processes had that are gone."""
        with self._scope.database.write() as connection:
            here = ledger.this_process()["host"]
            found = select(leases.c.pid, leases.c.born).where(leases.c.host == here).distinct()
            gone = [
                and_(leases.c.host == here, leases.c.pid == row.pid, leases.c.born == row.born)
                for row in connection.execute(found)
                if not ledger.is_alive(row.pid, row.born)
            ]
            connection.execute(delete(leases).where(or_(self._of_queue, *gone)))

    def take(self, wanted: Sequence[int], *, again: bool = False) -> set[int]:
        """Lease records to this queue, or renew their leases, in one transaction.

        Parameters
        ----------
        wanted
            Keys of records.
        again
            Whether records that are done may be taken too.

        Returns
        -------
        set of int
            Those that this queue has now. Together with the answers that are there, no record is
            ever with more people than shall answer it.
        """
        database = self._scope.database
        now = ledger.now()
        with database.write() as connection:
            lock(connection, database, self._scope.asked.question)
            self._tally.refresh(connection)
            holders = self._live(connection, now)
            free = [
                record
                for record in wanted
                if (again or record not in self._tally.done)
                and not self.is_held(record, holders, again=again)
            ]
            if free:
                self._write(connection, free, now + LEASE_MS)
            over = and_(self._of_question, leases.c.until <= now)
            connection.execute(delete(leases).where(over))
        return set(free)

    def release(self, records: Iterable[int] | None = None) -> int:
        """Give records back, or everything that this queue has; how many it had."""
        parts = [[]] if records is None else parted(records)
        released = 0
        with self._scope.database.write() as connection:
            for part in parts:
                statement = delete(leases).where(self._of_queue)
                if records is not None:
                    statement = statement.where(leases.c.record_id.in_(part))
                released += connection.execute(statement).rowcount
        return released

    def live(self) -> Holders:
        """Records that are leased now, and to whom: annotator and queue."""
        with self._scope.database.read() as connection:
            return self._live(connection, ledger.now())

    def is_held(self, record: int, holders: Holders, *, again: bool = False) -> bool:
        """Whether a record is with so many others that this queue may not have it."""
        scope = self._scope
        if record not in holders:
            return False
        others = set()
        for annotator, queue in holders[record]:
            if annotator != scope.annotator:
                others.add(annotator)
            elif queue != scope.queue:
                return True
        if scope.role == "adjudicator":
            return bool(others)
        if not again:
            others |= self._tally.of(record).keys() - {scope.annotator}
        return len(others) >= scope.overlap

    def _live(self, connection: Connection, now: int) -> Holders:
        columns = (leases.c.record_id, leases.c.annotator, leases.c.queue)
        found: Holders = {}
        for row in connection.execute(
            select(*columns).where(self._of_question, leases.c.until > now)
        ):
            found.setdefault(row.record_id, []).append((row.annotator, row.queue))
        return found

    def _write(self, connection: Connection, records: list[int], until: int) -> None:
        new = self._scope.database.insert(leases)
        changed = {name: new.excluded[name] for name in _CHANGES}
        statement = new.on_conflict_do_update(index_elements=_PLACE, set_=changed)
        rows: list[dict[str, Any]] = [
            {
                "question_id": self._scope.asked.question,
                "record_id": record,
                "annotator": self._scope.annotator,
                "queue": self._scope.queue,
                "until": until,
                **ledger.this_process(),
            }
            for record in records
        ]
        connection.execute(statement, rows)
