"""Saying the same of many records at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from sciml_magics.review.answers import Verb, as_decision, said_before
from sciml_magics.review.criteria import Criteria
from sciml_magics.review.leases import Leases
from sciml_magics.review.scope import Scope
from sciml_magics.review.sieve import Sieve, answered_with
from sciml_magics.review.tally import Tally
from sciml_magics.store import Store, codec
from sciml_magics.store.lookup import among, as_wanted
from sciml_magics.store.schema import records, suggestions
from sciml_magics.tasks import Response, Value

# Records that are answered in one transaction: others can write in between.
AT_ONCE = 10_000


class Bulk:
    """Finds the records that criteria name, and answers all of them.

    Parameters
    ----------
    store
        Where responses go.
    scope
        What the review is about.
    tally, leases
        What was said, and what is with whom.
    """

    def __init__(self, store: Store, scope: Scope, tally: Tally, leases: Leases) -> None:
        self._store, self._scope = store, scope
        self._tally, self._leases = tally, leases
        s = suggestions.c
        self._read = (
            select(s.record_id, s.id, s.value, records.c.address)
            .join_from(suggestions, records, records.c.id == s.record_id)
            .where(s.task_id == scope.asked.id, s.model_id == scope.model_id)
            .where(among(scope.database, s.record_id))
        )

    def find(self, criteria: Criteria) -> list[int]:
        """Records that meet the criteria: of answered ones what they look for, else open ones."""
        sieve = Sieve(self._scope, criteria)
        holders = self._leases.live()
        again = criteria.about_responses
        with self._scope.database.read() as connection:
            if again:
                said = list(self._tally.where(answered_with(criteria)))
                found = sieve.through(connection, said)
            else:
                found = [one for one in sieve.all(connection) if one not in self._tally.done]
        return [one for one in found if not self._leases.is_held(one, holders, again=again)]

    def answer(
        self, key: str, criteria: Criteria, verb: Verb, value: Value, note: str
    ) -> list[int]:
        """Answer the records that meet the criteria; see `Reviewer.bulk`."""
        if said_before(self._scope, key) is not None:
            return []
        answered: list[int] = []
        found = self.find(criteria)
        for start in range(0, len(found), AT_ONCE):
            part = found[start : start + AT_ONCE]
            with self._scope.database.read() as connection:
                given = self._responses(connection, part, key, len(answered), verb, value, note)
            self._store.respond(self._scope.asked.id, list(given.values()))
            answered += given
        return answered

    def _responses(
        self,
        connection: Connection,
        part: Sequence[int],
        key: str,
        number: int,
        verb: Verb,
        value: Value,
        note: str,
    ) -> dict[int, Response]:
        """A response to each record that has something to say it of."""
        wanted = {"wanted": as_wanted(self._scope.database, sorted(part))}
        rows = connection.execute(self._read, wanted).cursor.fetchall()
        given: dict[int, Response] = {}
        for record, suggestion, text, address in rows:
            suggested = codec.load_value(text)
            chosen = suggested if verb == "accept" and value is None else value
            if verb == "accept" and chosen is None:
                continue
            decision, said = as_decision(verb, chosen, suggested)
            given[record] = Response(
                key=f"{key}:{number + len(given)}",
                record_id=bytes(address),
                decision=decision,
                value=said,
                annotator=self._scope.annotator,
                role=self._scope.role,
                suggestion=suggestion,
                note=note,
            )
        return given
